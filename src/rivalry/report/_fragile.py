"""The list of conclusions that a small change of an assumption overturns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rivalry.report._numbers import human, plain_unit, plural
from rivalry.report._whatif_input import FragileLike


@dataclass(frozen=True)
class FragileView:
    """One row: what falls, by which assumption, from where to where."""

    claim: str
    statement: str
    change: str
    assumption: str
    parameter: str
    values: str
    distance: str
    words: str


@dataclass(frozen=True)
class FragileSection:
    """Rows, the most fragile first, and what holds whatever was tried."""

    rows: tuple[FragileView, ...]
    firm: tuple[str, ...]
    lead: str


def fragile_section(rows: Sequence[FragileLike]) -> FragileSection | None:
    """Lay out the smallest change for each claim and kind; None without rows."""
    if not rows:
        return None
    first = [r for r in rows if r.kind and r.rank == 1]
    claims = {r.claim for r in rows}
    firm = sorted(claims - {r.claim for r in first})
    within = sorted({r.claim for r in first if _distance(r) <= 1})
    lead = (
        f"Of {plural(len(claims), 'verdict')} tried, {len({r.claim for r in first})} would be "
        "another, or the effect would turn round, if a single assumption were moved far enough; "
        + (f"{len(within)} within one standard deviation of its prior." if within else
           "none within one standard deviation of its prior.")
    )  # fmt: skip
    ordered = sorted(first, key=lambda r: (_distance(r), r.claim))
    return FragileSection(tuple(_view(r) for r in ordered), tuple(firm), lead)


def _distance(r: FragileLike) -> float:
    """Order by standard deviations; fixed numbers, whose spread nobody stated, come after."""
    if r.sd is not None:
        return abs(r.sd)
    return float("inf")


def _view(r: FragileLike) -> FragileView:
    unit = plain_unit(r.unit)
    tail = f" {unit}" if unit else ""
    values = ""
    if r.from_value is not None and r.to_value is not None:
        values = f"{human(r.from_value)} → {human(r.to_value)}{tail}"
    if r.sd is not None:
        distance = f"{abs(r.sd):.1f} standard deviations"
    else:
        distance = "" if r.factor is None else f"{human(r.factor)} times"
    return FragileView(
        claim=r.claim,
        statement=r.statement.replace(" -> ", " → "),
        change="the effect turns round" if r.kind == "sign" else f"{r.verdict} → {r.becomes}",
        assumption=r.label or r.parameter,
        parameter=r.parameter,
        values=values,
        distance=distance,
        words=r.words,
    )
