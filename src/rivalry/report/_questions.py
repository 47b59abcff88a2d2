"""What the case offers to ask: the levers a user may move and the scenarios written for it."""

from __future__ import annotations

from dataclasses import dataclass

from rivalry.model.spec import ScenarioSpec
from rivalry.report._input import ReportInput


@dataclass(frozen=True)
class LeverRow:
    """A lever: what it moves, how far, and the claims behind it."""

    name: str
    label: str
    moves: str
    range: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class ScenarioRow:
    """A scenario: when it differs from the run, in what, and the claims behind it."""

    name: str
    label: str
    when: str
    does: tuple[str, ...]
    claims: tuple[str, ...]
    note: str


def levers(run: ReportInput) -> list[LeverRow]:
    """List the levers in the order of the case."""
    rows = []
    for name, lever in run.case.spec.levers.items():
        what = f"parameter {lever.parameter}" if lever.parameter else f"shock {lever.shock}"
        low_high = "" if lever.range is None else f"{lever.range[0]:g} to {lever.range[1]:g}"
        rows.append(
            LeverRow(
                name=name,
                label=lever.label or name.replace("_", " "),
                moves=what,
                range=low_high or ("fired or not" if lever.shock else ""),
                claims=tuple(lever.claims),
            )
        )
    return rows


def scenarios(run: ReportInput) -> list[ScenarioRow]:
    """List the scenarios in the order of the case."""
    rows = []
    for name, s in run.case.spec.scenarios.items():
        start = f"from {s.from_}" if s.from_ else "from the start"
        rows.append(
            ScenarioRow(
                name=name,
                label=s.label or name.replace("_", " "),
                when=start + (f" until {s.until}" if s.until else ""),
                does=tuple(says(s)),
                claims=tuple(s.claims),
                note=s.note or "",
            )
        )
    return rows


def says(s: ScenarioSpec) -> list[str]:
    """Say what a scenario changes."""
    does = [f"sets {p} to {v:g}" for p, v in s.set.items()]
    does += [f"multiplies {p} by {v:g}" for p, v in s.scale.items()]
    does += [f"fires {shock} in {date}" for shock, date in s.fire.items()]
    return does + (["leaves out " + ", ".join(s.without)] if s.without else [])
