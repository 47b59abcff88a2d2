"""The case's loops as chains with signs, read off the dependency graph."""

from __future__ import annotations

from dataclasses import dataclass

from rivalry.evidence import Loop
from rivalry.report._input import ReportInput
from rivalry.report._labels import element_label, step_sign
from rivalry.report._numbers import signed


@dataclass(frozen=True)
class Step:
    """One arrow of a loop. `sign` is '+', '-' or '?'; `known` is false where the model has none."""

    source: str
    target: str
    sign: str
    known: bool


@dataclass(frozen=True)
class LoopView:
    """A loop with everything the page says about it."""

    id: str
    label: str
    polarity: str
    description: str
    steps: tuple[Step, ...]
    labels: tuple[str, ...]
    verdict: str
    note: str

    @property
    def chain(self) -> str:
        """The loop in one line: a +→ b −→ a."""
        parts = [
            f"{label} {signed(step.sign)}\N{RIGHTWARDS ARROW}"
            for label, step in zip(self.labels, self.steps, strict=True)
        ]
        return " ".join([*parts, self.labels[0]])

    @property
    def letter(self) -> str:
        """R or B, as loops are marked in diagrams."""
        return self.polarity[0].upper()


def node_label(run: ReportInput, name: str) -> str:
    """Label of a node; elements of a dimension by the labels of their actors."""
    label = run.graph.nodes[name].get("label") if name in run.graph else None
    return element_label(run.case.model, name, str(label) if label else None)


def loops(run: ReportInput) -> list[LoopView]:
    """Read all loops of the case."""
    rows = {row.id: row for row in run.case.ledger.loops}
    views = []
    for id, spec in run.case.spec.loops.items():
        if not spec.through:
            continue
        names = spec.through
        steps = []
        for source, target in zip(names, [*names[1:], names[0]], strict=True):
            sign = step_sign(run.graph, source, target)
            steps.append(Step(source, target, sign or "?", sign is not None))
        row: Loop | None = rows.get(id)
        views.append(
            LoopView(
                id=id,
                label=spec.label or (row.name if row else id),
                polarity=spec.polarity,
                description=row.description if row else "",
                steps=tuple(steps),
                labels=tuple(node_label(run, n) for n in names),
                verdict=_verdict(steps, spec.polarity),
                note=spec.note or "",
            )
        )
    return views


def _verdict(steps: list[Step], polarity: str) -> str:
    gaps = [s for s in steps if not s.known]
    if gaps:
        where = ", ".join(f"{s.source} to {s.target}" for s in gaps)
        return f"Not closed in the model: no dependency from {where}."
    if any(s.sign not in "+-" for s in steps):
        return (
            f"Claimed {polarity}; in the model the sign of at least one step depends on the state."
        )
    negative = sum(s.sign == "-" for s in steps)
    found = "balancing" if negative % 2 else "reinforcing"
    if found == polarity:
        word = "no minus" if not negative else f"{negative} minus"
        return f"Claimed {polarity}, and the signs of the model's steps agree ({word})."
    return f"Claimed {polarity}, but the signs of the model's steps make it {found}."
