"""A chart of yearly figures and the years ahead, as lines and boxes of an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rivalry.report._bands import Floats
from rivalry.report._numbers import human

#: Size of the drawing, and the frame of its data.
WIDTH, HEIGHT = 420.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 412.0, 12.0, 172.0
#: At most so many years of record, and years named at the axis.
_PAST, _NAMED = 12, 8
#: From here on the scale is one of square roots: futures far above the record would flatten it.
_FAR = 4.0


@dataclass(frozen=True)
class Point:
    """A recorded figure; `low` and `high` are ends of its range, equal to `y` where it has none."""

    x: float
    y: float
    low: float
    high: float
    middle: bool


@dataclass(frozen=True)
class Bar:
    """Heights of the 5, 25, 50, 75 and 95% quantiles at a place."""

    x: float
    low: float
    left: float
    middle: float
    right: float
    high: float


@dataclass(frozen=True)
class YearsChart:
    """Everything to draw, in units of the drawing."""

    points: tuple[Point, ...]
    case: tuple[Bar, ...]
    beside: tuple[Bar, ...]
    years: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, str], ...]
    end: float
    roots: bool


def years_chart(
    past: Sequence[tuple[int, float, float, float, bool]],
    ahead: Sequence[int],
    case: Floats,
    beside: Floats,
) -> YearsChart:
    """Lay out a chart.

    Parameters
    ----------
    past : sequence of (year, figure, low, high, whether it is a middle)
    ahead : sequence of int
        Years forecast; the first follows the record's last.
    case, beside : ndarray (5, n_ahead)
        Quantiles of the case and of the baseline.
    """
    shown = [p for p in past if p[0] >= ahead[0] - _PAST]
    first = min([p[0] for p in shown], default=ahead[0] - 1)
    step = (RIGHT - LEFT) / (ahead[-1] - first + 1)
    record = max([p[3] for p in shown], default=0.0)
    top = max(float(case[-1].max()), float(beside[-1].max()), record, 1.0)
    roots = top > _FAR * max(record, 1.0)
    ticks = _ticks(top, roots)
    top = max(top, ticks[-1])

    def x(year: int) -> float:
        return round(LEFT + (year - first + 0.5) * step, 1)

    def y(value: float) -> float:
        share = np.sqrt(value / top) if roots else value / top
        return round(BOTTOM - float(share) * (BOTTOM - TOP), 1)

    def bars(quantiles: Floats, shift: float) -> tuple[Bar, ...]:
        return tuple(
            Bar(round(x(year) + shift, 1), *(y(float(v)) for v in quantiles[:, j]))
            for j, year in enumerate(ahead)
        )

    every = -(-(ahead[-1] - first + 1) // _NAMED)
    named = [n for n in range(first, ahead[-1] + 1) if (ahead[-1] - n) % every == 0]
    wide = min(9.0, step / 5)
    return YearsChart(
        tuple(Point(x(n), y(v), y(a), y(b), m) for n, v, a, b, m in shown),
        bars(case, -wide),
        bars(beside, wide),
        tuple((x(n), str(n)) for n in named),
        tuple((y(t), human(t, count=True)) for t in ticks),
        round(LEFT + (ahead[0] - first) * step, 1),
        roots,
    )


def _ticks(top: float, roots: bool) -> list[float]:
    """Choose round numbers from nought up to at most the largest value."""
    power = 10.0 ** np.floor(np.log10(top))
    highest = max(m * power for m in (1.0, 2.0, 5.0) if m * power <= top)
    if roots:
        return [0.0, *(round(highest * f) for f in (0.05, 0.25, 0.5) if highest * f >= 1), highest]
    n = round(highest / power)
    # what is counted has no halves
    size = max(1.0, np.ceil(highest / {1: 2, 2: 4, 5: 5}[n]))
    return [k * size for k in range(int(top / size + 1e-9) + 1)]
