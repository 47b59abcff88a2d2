"""The section on loops: how strongly each drives a variable, over time and in some years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.report._whatif_input import WhatIfInput
from rivalry.whatif import (
    LOOP_SOURCES,
    LOOP_UNTRACED,
    LoopBand,
    LoopRow,
    LoopStrength,
    LoopYear,
    dominant_loops,
    loop_bands,
    loop_sentences,
)

#: Months of the running mean that the strips show.
SMOOTH = 12
#: A loop that never makes more than this part of the change is named and not drawn.
FAINT = 0.02
#: Height of a strip in its own units.
HEIGHT = 100.0
_LETTERS = {"reinforcing": "R", "balancing": "B"}

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LoopStrip:
    """One band over time: areas of 90% and 50% of draws, and the median, as paths."""

    label: str
    letter: str
    polarity: str
    most: str
    wide: str
    narrow: str
    middle: str


@dataclass(frozen=True)
class LoopCell:
    """A loop's share in a year: median, 90% interval, in how many draws it was the largest."""

    median: str
    most: str
    first: str


@dataclass(frozen=True)
class LoopView:
    """All of one variable."""

    key: str
    label: str
    draws: int
    top: str
    ticks: tuple[tuple[float, str], ...]
    months: int
    span: str
    strips: tuple[LoopStrip, ...]
    faint: tuple[str, ...]
    years: tuple[int, ...]
    table: tuple[tuple[str, str, tuple[LoopCell, ...]], ...]
    sentences: tuple[str, ...]
    absent: tuple[str, ...]
    alt: str


def loop_views(given: WhatIfInput) -> tuple[LoopView, ...]:
    """Lay out loop scores, one view a variable."""
    return tuple(_view(s, given.years, i) for i, s in enumerate(given.loops))


def _view(strength: LoopStrength, years: tuple[int, ...], number: int) -> LoopView:
    compared = [dominant_loops(strength, y) for y in years]
    bands = list(loop_bands(strength, smooth=SMOOTH))
    months = np.asarray(strength.scores["month"].values, dtype="datetime64[M]")
    sizes = [_nanmax(np.abs(b.quantiles)) for b in bands]
    top = min(1.0, float(np.ceil(max([s for s in sizes if s == s] or [0.05]) * 20) / 20))
    said = [" ".join(loop_sentences(strength, y)) for y in compared]
    return LoopView(
        key=f"loop-strips-{number}",
        label=strength.label,
        draws=strength.scores.sizes["draw"],
        top=f"{top:.0%}",
        ticks=_ticks(months),
        months=len(months) - 1,
        span=f"{months[0]} to {months[-1]}",
        strips=tuple(_strip(b, top) for b, s in zip(bands, sizes, strict=True) if s > FAINT),
        faint=tuple(loop_name(b) for b, s in zip(bands, sizes, strict=True) if not s > FAINT),
        years=years,
        table=_table(strength, compared),
        sentences=tuple(said),
        absent=strength.absent,
        alt=f"Strips of the share of the change of {strength.label}, one a loop, "
        f"{months[0]} to {months[-1]}, running means of {SMOOTH} months. {' '.join(said)}",
    )


def loop_name(row: LoopRow | LoopBand) -> str:
    """Write a loop's name, with the id by which the case knows it."""
    if row.label.startswith("its own"):
        return f"its own {row.polarity} loop{row.label.removeprefix('its own')}"
    if row.kind == "named":
        return f"{row.id} {row.label}"
    return f"outside the loops: {row.label}" if row.kind == "outside" else row.label


def _strip(band: LoopBand, top: float) -> LoopStrip:
    low90, low50, middle, high50, high90 = np.abs(band.quantiles)
    most = _nanmax(np.abs(middle))
    return LoopStrip(
        label=loop_name(band),
        letter=_LETTERS.get(band.polarity, ""),
        polarity=band.polarity or "outside",
        most="does not change" if most != most else f"median at most {_percent(most)}",
        wide=_area(low90, high90, top),
        narrow=_area(low50, high50, top),
        middle=_line(middle, top),
    )


def _y(values: Array, top: float) -> Array:
    return np.asarray(np.round(HEIGHT * (1 - np.clip(values / top, 0, 1)), 1))


def _line(values: Array, top: float) -> str:
    path = ""
    for start, stop in _runs(np.isfinite(values)):
        ys = _y(values[start:stop], top)
        points = [f"{start + i},{y:g}" for i, y in enumerate(ys)]
        path += "M" + "L".join(points) + ("h0.5" if len(points) == 1 else "")
    return path


def _area(low: Array, high: Array, top: float) -> str:
    path = ""
    for start, stop in _runs(np.isfinite(low) & np.isfinite(high)):
        a, b = _y(low[start:stop], top), _y(high[start:stop], top)
        edge = [f"{start + i},{y:g}" for i, y in enumerate(b)]
        edge += [f"{start + i},{a[i]:g}" for i in range(len(a) - 1, -1, -1)]
        path += "M" + "L".join(edge) + "z"
    return path


def _runs(there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Find stretches of months that have a value."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _ticks(months: NDArray[np.datetime64]) -> tuple[tuple[float, str], ...]:
    """Place years along the strips, in percent of their width; at most seven."""
    found = [(i, str(m)[:4]) for i, m in enumerate(months) if str(m).endswith("-01")]
    step = max(1, -(-len(found) // 7))
    last = max(len(months) - 1, 1)
    return tuple((round(100 * i / last, 2), year) for i, year in found[::step])


def _table(
    strength: LoopStrength, years: list[LoopYear]
) -> tuple[tuple[str, str, tuple[LoopCell, ...]], ...]:
    rows = []
    for j, loop in enumerate(strength.loops):
        cells = tuple(
            _cell(y.rows[j].median, y.rows[j].low, y.rows[j].high, y.rows[j].first) for y in years
        )
        rows.append((loop_name(loop), loop.polarity, cells))
    for name in years[0].outside if years else ():
        label = LOOP_UNTRACED if name == "untraced" else f"outside: {LOOP_SOURCES[name]}"
        rows.append((label, "", tuple(_cell(*y.outside[name]) for y in years)))
    return tuple(rows)


def _cell(median: float, low: float, high: float, first: float = 0.0) -> LoopCell:
    if median != median:
        return LoopCell("–", "", "")
    if high < 0.0005:
        return LoopCell("0%" if high == 0 else "under 0.1%", "", "")
    digits = 0 if high >= 0.095 else 1
    often = f"largest in {100 * first:.0f}% of draws" if first >= 0.005 else ""
    return LoopCell(
        f"{100 * median:.{digits}f}%",
        f"{100 * low:.{digits}f} to {100 * high:.{digits}f}%",
        often,
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if share >= 0.095 else f"{100 * share:.1g}%"


def _nanmax(values: Array) -> float:
    there = values[np.isfinite(values)]
    return float(there.max()) if there.size else float("nan")
