"""Which loop was the strongest in a year, in how many draws, and how to say so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rivalry.foundation import Problem, RivalryError
from rivalry.whatif._loop_strength import LoopRow, LoopStrength, yearly

Array = NDArray[np.float64]

#: What the sources outside the loops are called.
LOOP_SOURCES = {
    "series": "known series and the calendar",
    "chance": "chance (noise of the model)",
    "events": "dated events",
    "settling": "start values and past events wearing off",
}
LOOP_UNTRACED = "not traced: goes round other loops, or by long or faint ways"


@dataclass(frozen=True)
class LoopYearRow:
    """A loop in a year.

    Attributes
    ----------
    loop : LoopRow
    first : float
        Share of the draws in which it is the largest single loop through the variable; NaN for
        pools.
    first_named : float
        Share of the draws in which it is the largest among those that the case names; NaN if it
        is not named.
    first_wider : float
        Share of the draws in which it is the largest among the single loops that pass another
        stock or level; NaN if it is none of them.
    median, low, high : float
        Strength (mean size of its monthly shares) over draws, and its 90% interval.
    """

    loop: LoopRow
    first: float
    first_named: float
    first_wider: float
    median: float
    low: float
    high: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        row = asdict(self)
        return {**row.pop("loop"), **row}


@dataclass(frozen=True)
class LoopYear:
    """Loops of a variable in a year.

    Attributes
    ----------
    year : int
    rows : tuple of LoopYearRow
        Named loops, listed ones, pools.
    other_first : float
        Share of the draws in which a loop that is neither named nor listed is the largest.
    other_first_wider : float
        The same among the loops that pass another stock or level.
    outside : dict of str to (median, low, high)
        Shares of what no loop makes, by source, and ``untraced``.
    draws : int
        Draws in which the variable moves in that year.
    """

    year: int
    rows: tuple[LoopYearRow, ...]
    other_first: float
    other_first_wider: float
    outside: dict[str, tuple[float, float, float]]
    draws: int

    @property
    def strongest(self) -> LoopYearRow | None:
        """The single loop that is the largest in most draws; None if none ever is."""
        single = [row for row in self.rows if row.first > 0]
        return max(single, key=lambda row: row.first) if single else None

    @property
    def strongest_wider(self) -> LoopYearRow | None:
        """The same among the loops that pass another stock or level."""
        wider = [row for row in self.rows if row.first_wider > 0]
        return max(wider, key=lambda row: row.first_wider) if wider else None


def dominant_loops(strength: LoopStrength, year: int) -> LoopYear:
    """Compare the loops of a variable in a year.

    A loop's strength in a year is the mean size of its shares over the months in which the
    variable moves.

    Parameters
    ----------
    strength : LoopStrength
    year : int

    Returns
    -------
    LoopYear

    Raises
    ------
    RivalryError
        R1143 for a year without a scored month.
    """
    scores = strength.scores
    years = pd.DatetimeIndex(scores["month"].values).year.to_numpy()
    if year not in years:
        raise RivalryError(
            Problem(
                "R1143",
                f"no month of {year} is scored",
                f"Years from {years.min()} to {years.max()} are; the model's first month is not, "
                "as changes need the month before.",
            ),
            exit_code=2,
        )
    at = years == year
    untraced = scores["untraced"].values[:, at]
    moves = np.isfinite(untraced)
    alive = moves.any(axis=1)

    def mean(share: Array) -> Array:
        return np.asarray(yearly(share[:, at], moves, years[at])[alive, 0])

    share = scores["share"].values
    sizes = np.stack([mean(share[:, :, j]) for j in range(len(strength.loops))], axis=1)
    rest = scores["largest_other"].sel(year=year).values[alive]
    n = int(alive.sum())
    nan = float("nan")

    def race(runs: NDArray[np.bool_], others: Array) -> tuple[Array, float]:
        """Share of the draws in which each of some loops, or one of the others, is the largest."""
        sized = np.where(runs, sizes, 0.0)
        best = np.maximum(sized.max(axis=1, initial=0.0), others)
        wins = ((sized == best[:, None]) & (best[:, None] > 0) & runs).mean(axis=0)
        return np.where(runs, wins, nan), float(((others == best) & (best > 0)).mean())

    single = np.array([row.kind != "pool" for row in strength.loops])
    named = np.array([row.kind == "named" for row in strength.loops])
    wider = single & np.array([len(row.states) > 1 for row in strength.loops])
    if n:
        first, other = race(single, rest)
        first_named, _ = race(named, np.zeros(n))
        first_wider, other_wider = race(wider, rest)
    else:
        first = first_named = first_wider = np.full(len(strength.loops), nan)
        other = other_wider = nan
    rows = [
        LoopYearRow(
            loop,
            float(first[j]),
            float(first_named[j]),
            float(first_wider[j]),
            *_band(sizes[:, j]),
        )
        for j, loop in enumerate(strength.loops)
    ]
    outside = {
        str(kind): _band(mean(scores["outside"].values[:, :, j]))
        for j, kind in enumerate(scores["source"].values)
    }
    outside["untraced"] = _band(mean(scores["untraced"].values))
    return LoopYear(year, tuple(rows), other, other_wider, outside, n)


def loop_sentences(strength: LoopStrength, year: LoopYear) -> list[str]:
    """Say what a year's comparison shows, in words that can be repeated.

    Returns
    -------
    list of str
        Two to four sentences.
    """
    name, total = strength.label, strength.scores.sizes["draw"]
    if not year.draws:
        return [f"In {year.year} {name} did not change in any of {total} draws."]
    said = []
    if year.draws < total:
        said.append(f"In {year.year} {name} changed in {year.draws} of {total} draws.")
    top = year.strongest
    if top is None or top.first < year.other_first:
        said.append(
            f"In {year.year} the strongest loop for {name} was one of the pooled ones in "
            f"{_count(year.other_first, year.draws)}."
        )
    else:
        said.append(
            f"In {year.year} {_called(top.loop)} was the strongest for {name} in "
            f"{_count(top.first, year.draws)} (median share {_percent(top.median)}, 90% of draws "
            f"{_percent(top.low)} to {_percent(top.high)})."
        )
        wider = year.strongest_wider
        if len(top.loop.states) == 1 and (wider is not None or year.other_first_wider > 0):
            said.append(_wider(year, wider))
    named = [row for row in year.rows if row.loop.kind == "named"]
    if named and (top is None or top.loop.kind != "named"):
        best = max(named, key=lambda row: row.first_named)
        said.append(
            f"Of the {len(named)} loops that the case names here, {_called(best.loop)} was the "
            f"strongest in {_count(best.first_named, year.draws)}, with a median share of "
            f"{_percent(best.median)}."
            if len(named) > 1
            else f"The one loop that the case names here, '{best.loop.label}', had a median share "
            f"of {_percent(best.median)}."
        )
    parts = {k: v[0] for k, v in year.outside.items() if k in LOOP_SOURCES}
    most = max(parts, key=lambda k: parts[k])
    said.append(
        f"Outside the loops came {_percent(sum(parts.values()))} of the change, most of it from "
        f"{LOOP_SOURCES[most]}."
        if parts[most] > 0.005
        else "Next to nothing came from outside the loops."
    )
    return said


def _wider(year: LoopYear, row: LoopYearRow | None) -> str:
    begin = "Of the loops that pass another stock or level"
    if row is None or row.first_wider < year.other_first_wider:
        return (
            f"{begin}, one of the pooled ones was the strongest in "
            f"{_count(year.other_first_wider, year.draws)}."
        )
    return (
        f"{begin}, {_called(row.loop)} was the strongest in "
        f"{_count(row.first_wider, year.draws)}, with a median share of {_percent(row.median)}."
    )


def _called(loop: LoopRow) -> str:
    if loop.kind == "named":
        return f"the loop '{loop.label}' ({loop.polarity})"
    if len(loop.states) == 1:
        return f"its own {loop.polarity} loop (through no other stock or level)"
    return f"the {loop.polarity} loop {loop.label}"


def _count(share: float, draws: int) -> str:
    return f"{round(share * draws)} of {draws} draws"


def _percent(value: float) -> str:
    return f"{value:.0%}" if value >= 0.0095 or value == 0 else "under 1%"


def _band(values: Array) -> tuple[float, float, float]:
    if not values.size:
        return (float("nan"),) * 3
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return float(middle), float(low), float(high)
