"""Boxes, arrows, and where they meet."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

#: Pixels of one character and one line at the diagram's font size.
CHAR, LINE = 6.7, 14.0
WRAP = 20
#: Radius of the circle that holds a sign, with a little air.
MARK = 10.0

Point = tuple[float, float]


class Box:
    """A labelled box around its centre.

    Parameters
    ----------
    name : str
    lines : tuple of str
    kind : str
    """

    def __init__(self, name: str, lines: tuple[str, ...], kind: str) -> None:
        self.name = name
        self.lines = lines
        self.kind = kind
        self.x = self.y = 0.0
        self.width = max(len(line) for line in lines) * CHAR + 16
        self.height = len(lines) * LINE + 10

    def covers(self, x: float, y: float, margin: float) -> bool:
        """Whether a point lies in the box or nearer to it than the margin."""
        return (
            abs(x - self.x) < self.width / 2 + margin and abs(y - self.y) < self.height / 2 + margin
        )


@dataclass(frozen=True)
class Arrow:
    """A curved arrow: SVG path, sign, and where the sign stands."""

    path: str
    sign: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """Boxes and arrows in a frame."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def make_box(name: str, label: str, kind: str) -> Box:
    """Wrap a label into a box; over-long labels are cut after four lines."""
    lines = textwrap.wrap(label, WRAP, break_long_words=True) or [name]
    if len(lines) > 4:
        lines = [*lines[:3], lines[3][: WRAP - 2] + " …"]
    return Box(name, tuple(lines), kind)


def border(box: Box, toward: Point, gap: float) -> Point:
    """Where the ray from the box's centre leaves the box, and a little further."""
    dx, dy = toward[0] - box.x, toward[1] - box.y
    d = math.hypot(dx, dy) or 1.0
    scale = min(
        (box.width / 2) / abs(dx) if dx else math.inf,
        (box.height / 2) / abs(dy) if dy else math.inf,
    )
    return box.x + dx * scale + dx / d * gap, box.y + dy * scale + dy / d * gap


def curve(a: Box, b: Box, bend: float) -> tuple[Point, Point, Point]:
    """Start, control point and end of an arrow that bends by a share of its length."""
    dx, dy = b.x - a.x, b.y - a.y
    middle = ((a.x + b.x) / 2 - dy * -bend, (a.y + b.y) / 2 + dx * bend)
    return border(a, middle, 1), middle, border(b, middle, 5)


def on_curve(points: tuple[Point, Point, Point], t: float) -> Point:
    """Point of a quadratic curve at 0 <= t <= 1."""
    (x1, y1), (cx, cy), (x2, y2) = points
    u = 1 - t
    return u * u * x1 + 2 * t * u * cx + t * t * x2, u * u * y1 + 2 * t * u * cy + t * t * y2


def draw_arrows(
    links: Sequence[tuple[Box, Box, str, float]], boxes: Sequence[Box]
) -> tuple[Arrow, ...]:
    """Draw arrows, each sign beside its curve at the freest place.

    Parameters
    ----------
    links : sequence of (from, to, sign, bend)
    boxes : sequence of Box
        All boxes, which signs keep clear of.
    """
    curves = [curve(a, b, bend) for a, b, _, bend in links]
    traces = [[on_curve(points, k / 16) for k in range(17)] for points in curves]
    marks: list[Point] = []
    arrows = []
    for i, (points, (_, _, sign, _)) in enumerate(zip(curves, links, strict=True)):
        best: tuple[float, Point] | None = None
        for t, side in product((k / 20 for k in range(2, 19)), (12.0, -12.0, 17.0, -17.0)):
            x, y = on_curve(points, t)
            ahead = on_curve(points, t + 0.01)
            dx, dy = ahead[0] - x, ahead[1] - y
            d = math.hypot(dx, dy) or 1.0
            mx, my = x - side * dy / d, y + side * dx / d
            cost = 4.0 * sum(box.covers(mx, my, MARK) for box in boxes)
            cost += 4.0 * sum(math.hypot(mx - a, my - b) < 2 * MARK for a, b in marks)
            cost += sum(
                any(math.hypot(mx - a, my - b) < MARK for a, b in trace)
                for j, trace in enumerate(traces)
                if j != i
            )
            cost += abs(t - 0.6) + 0.1 * (side < 0) + 0.1 * (abs(side) > 12)
            if best is None or cost < best[0]:
                best = (cost, (mx, my))
        assert best is not None
        marks.append(best[1])
        (x1, y1), (cx, cy), (x2, y2) = points
        path = f"M{x1:.1f},{y1:.1f}Q{cx:.1f},{cy:.1f} {x2:.1f},{y2:.1f}"
        arrows.append(Arrow(path, sign, round(best[1][0], 1), round(best[1][1], 1)))
    return tuple(arrows)


def part(
    boxes: Sequence[Box], width: float, height: float, pad_x: float = 14, pad_y: float = 12
) -> bool:
    """Push overlapping boxes apart along the shorter way out, and keep all in the frame.

    Returns
    -------
    bool
        Whether nothing overlaps any more.
    """
    spots = np.array([(b.x, b.y) for b in boxes])
    half = np.array([(b.width / 2, b.height / 2) for b in boxes])
    need = half[:, None] + half[None] + (pad_x, pad_y)
    low, high = half + 4, np.array([width, height]) - half - 4
    # Equal places need some direction: the order of the boxes gives one.
    order = np.sign(np.arange(len(boxes))[:, None] - np.arange(len(boxes))[None])[..., None]
    clear = False
    for _ in range(300):
        gap = spots[:, None] - spots[None]
        over = need - np.abs(gap)
        hit = (over > 0).all(axis=-1)
        np.fill_diagonal(hit, False)
        if not hit.any():
            clear = True
            break
        way = np.where(gap == 0, order, np.sign(gap))
        across = over[..., 0] / width < over[..., 1] / height
        push = np.where(np.stack([across, ~across], -1), over / 2 + 0.2, 0.0) * way * hit[..., None]
        # All pairs move at once; half steps keep crowded boxes from jumping over one another.
        spots = np.clip(spots + 0.6 * push.sum(axis=1), low, high)
    for box, (x, y) in zip(boxes, spots, strict=True):
        box.x, box.y = float(x), float(y)
    return clear
