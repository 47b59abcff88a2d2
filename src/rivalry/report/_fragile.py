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
    """Lay out the smallest change for each conclusion; None without rows.

    Conclusions come first. Of an undecided claim only what turns its effect round is shown: nearly
    any fixed value of an open parameter would decide it, which says nothing.
    """
    if not rows:
        return None
    first = [r for r in rows if r.rank == 1 and r.kind == ("sign" if _open(r) else "verdict")]
    decided = {r.claim for r in rows if not _open(r)}
    falling = {r.claim for r in first if not _open(r)}
    near = {r.claim for r in first if not _open(r) and _distance(r) <= 2}
    lead = (
        f"Of {plural(len(decided), 'conclusion')} tried, {len(falling)} would be another if a "
        f"single assumption were moved far enough, {len(near) or 'none'} of them within two "
        "standard deviations of its prior."
    )
    ordered = sorted(first, key=lambda r: (_open(r), _distance(r), r.claim))
    return FragileSection(tuple(_view(r) for r in ordered), tuple(sorted(decided - falling)), lead)


def _open(r: FragileLike) -> bool:
    return r.verdict == "undecided"


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
        change="undecided; the effect turns round" if _open(r) else f"{r.verdict} → {r.becomes}",
        assumption=r.label or r.parameter,
        parameter=r.parameter,
        values=values,
        distance=distance,
        words=r.words,
    )
