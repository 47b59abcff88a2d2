"""Dated events of the ledger and dated shocks of the model, in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rivalry.evidence import Event, Ledger, first_day, last_day
from rivalry.model.spec import ActorSpec, ShockSpec, StatusSpan
from rivalry.report._charts import Figure, strip_spec
from rivalry.report._input import ReportInput

#: PLOVER's quad classes and what the ledger adds to them, in the order of the page.
KINDS = {
    "MK": "use of force",
    "VK": "threat or demand",
    "MC": "material cooperation",
    "VC": "talks and agreements",
    "state": "standing state",
    "statement": "statement",
    "omission": "left undone",
    "": "other event",
    "shock": "shock in the model",
    "status": "status of an actor",
}


@dataclass(frozen=True)
class Item:
    """One row of the timeline.

    `start` and `end` are ISO days, empty when undated; `kinds` are keys of `KINDS`.
    """

    id: str
    start: str
    end: str
    when: str
    precision: str
    kinds: tuple[str, ...]
    what: str
    actors: tuple[str, ...]
    places: tuple[str, ...]
    source: str
    locator: str
    note: str
    in_model: tuple[str, ...] = ()

    @property
    def year(self) -> str:
        """Year of the start, empty when undated."""
        return self.start[:4]


def timeline(run: ReportInput) -> list[Item]:
    """Order events and shocks by date; what has no date comes last."""
    ledger = run.case.ledger
    shocks = run.case.spec.shocks
    acted: dict[str, list[str]] = {}
    for name, shock in shocks.items():
        for id in shock.claims:
            acted.setdefault(id, []).append(shock.label or name)
    items = [_event(e, ledger, acted) for e in ledger.events if e.is_conflict_event]
    items += [_shock(name, s, ledger) for name, s in shocks.items() if s.date or s.from_]
    items += _status_changes(run)
    return sorted(items, key=lambda i: (not i.start, i.start, i.id))


def name_of(ledger: Ledger, id: str) -> str:
    """Name of a row, or the words themselves where no row is meant."""
    row = ledger.get(id) if id in ledger else None
    return str(getattr(row, "name", None) or getattr(row, "title", None) or id)


def _event(event: Event, ledger: Ledger, acted: dict[str, list[str]]) -> Item:
    start = event.from_ or (event.as_of if event.precision == "since" else None) or event.until
    return Item(
        id=event.id,
        start=first_day(start).isoformat() if start else "",
        end=last_day(event.until).isoformat() if event.until and event.from_ else "",
        when=event.when,
        precision=event.precision,
        kinds=tuple(k for k in event.quad) or ("",),
        what=event.what,
        actors=tuple(name_of(ledger, a) for a in event.actors),
        places=tuple(name_of(ledger, p) for p in event.places),
        source=event.source,
        locator=event.locator,
        note=event.note or "",
        in_model=tuple(acted.get(event.id, ())),
    )


def _shock(name: str, shock: ShockSpec, ledger: Ledger) -> Item:
    date = shock.date or shock.from_
    assert date is not None
    when = shock.date or f"{shock.from_} until {shock.until or 'the end'}"
    label = shock.label or name.replace("_", " ")
    return Item(
        id=name,
        start=first_day(date).isoformat(),
        end=last_day(shock.until).isoformat() if shock.until else "",
        when=when,
        precision="in the model",
        kinds=("shock",),
        what=f"{label}: {shock_effect(shock)}.",
        actors=(),
        places=(),
        source=", ".join([*shock.claims, *shock.source]) or "analyst's assumption",
        locator="",
        note=shock.note or "",
    )


def spans(actor: ActorSpec) -> list[StatusSpan]:
    """Return an actor's statuses as spans, in the order of the case."""
    if isinstance(actor.status, str):
        return [StatusSpan(status=actor.status)]
    return list(actor.status)


def statuses(run: ReportInput) -> list[tuple[str, list[str]]]:
    """Say of each actor what it is and when: (name, ['rebel until 2021-08-15', ...])."""
    rows = []
    for name, actor in run.case.spec.actors.items():
        told = []
        for span in spans(actor):
            start = f" from {span.from_}" if span.from_ else ""
            end = f" until {span.until}" if span.until else ""
            told.append(f"{span.status}{start}{end}" + ("" if start or end else " throughout"))
        rows.append((actor.label or name.replace("_", " "), told))
    return rows


def _status_changes(run: ReportInput) -> list[Item]:
    """Return a row for each day on which an actor becomes something else."""
    items = []
    for name, actor in run.case.spec.actors.items():
        label = actor.label or name.replace("_", " ")
        days: dict[str, list[str]] = {}
        for span in spans(actor):
            # outside all of its spans an actor is absent
            if span.from_:
                days.setdefault(span.from_, ["absent", "absent"])[1] = span.status
            if span.until:
                days.setdefault(span.until, ["absent", "absent"])[0] = span.status
        items += [
            Item(
                id=name,
                start=first_day(day).isoformat(),
                end="",
                when=day,
                precision="in the model",
                kinds=("status",),
                what=f"{label}: from {before} to {after}.",
                actors=(),
                places=(),
                source=", ".join([*actor.claims, *actor.source]) or "analyst's assumption",
                locator="",
                note=actor.note or "",
            )
            for day, (before, after) in days.items()
            if before != after
        ]
    return items


def shock_effect(shock: ShockSpec) -> str:
    """Say what a shock does to the model, in words."""
    parts = [f"adds {_amount(v)} to {k}" for k, v in shock.add.items()]
    for move in shock.move:
        source = f"from {move.from_}" if move.from_ else "from outside"
        target = f"to {move.to}" if move.to else "out of the model"
        much = (
            f"a share of {_amount(move.share)}"
            if move.share is not None
            else f"{_amount(move.number)} people"
        )
        parts.append(f"moves {much} {source} {target}")
    parts += [f"multiplies {k} by {_amount(v)}" for k, v in shock.scale.items()]
    parts += [f"sets {k} to {_amount(v)}" for k, v in shock.set.items()]
    return "; ".join(parts) or "has no effect of its own"


def _amount(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value).strip()
    return f"an uncertain amount, {text[1:].strip()}" if text.startswith("~") else text


def present_kinds(items: Sequence[Item]) -> dict[str, tuple[str, int]]:
    """Kinds that occur, with their words and how often."""
    counts = {k: sum(k in i.kinds for i in items) for k in KINDS}
    return {k: (KINDS[k], n) for k, n in counts.items() if n}


def timeline_figure(run: ReportInput, items: Sequence[Item]) -> Figure | None:
    """Overview of what falls into the model's time; the list holds everything."""
    months = np.asarray(run.ensemble["month"].values, dtype="datetime64[M]")
    first, last = str(months[0]) + "-01", str(months[-1]) + "-31"
    shown = [i for i in items if i.start and first <= i.start <= last]
    if not shown:
        return None
    kinds = [words for k, (words, n) in present_kinds(shown).items()]
    rows = [
        [i.start, min(i.end, last[:-2] + "28") if i.end else None, KINDS[k], i.when, _short(i.what)]
        for i in shown
        for k in i.kinds
    ]
    dated = sum(bool(i.start) for i in items)
    return Figure(
        key="timeline-strip",
        title="Overview",
        unit="",
        alt=f"{len(shown)} of {dated} dated events and shocks lie in the model's time, "
        f"{first[:7]} to {last[:7]}. The list below holds all of them.",
        notes=(),
        spec=strip_spec(months, kinds),
        rows={"events": rows},
    )


def _short(text: str, length: int = 160) -> str:
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + " …"
