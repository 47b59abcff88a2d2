"""Boxes, arrows, and where they meet."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

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
    """Draw arrows, each sign at the first place on its curve that is free.

    Parameters
    ----------
    links : sequence of (from, to, sign, bend)
    boxes : sequence of Box
        All boxes, which signs keep clear of.
    """
    marks: list[Point] = []
    arrows = []
    for a, b, sign, bend in links:
        points = curve(a, b, bend)
        (x1, y1), (cx, cy), (x2, y2) = points

        def crowding(t: float, points: tuple[Point, Point, Point] = points) -> tuple[float, float]:
            x, y = on_curve(points, t)
            hits = sum(box.covers(x, y, MARK) for box in boxes)
            hits += sum(math.hypot(x - mx, y - my) < 2 * MARK for mx, my in marks)
            return hits, abs(t - 0.6)

        t = min((k / 20 for k in range(4, 17)), key=crowding)
        x, y = on_curve(points, t)
        marks.append((x, y))
        path = f"M{x1:.1f},{y1:.1f}Q{cx:.1f},{cy:.1f} {x2:.1f},{y2:.1f}"
        arrows.append(Arrow(path, sign, round(x, 1), round(y, 1)))
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
    for _ in range(200):
        quiet = True
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                over_x = (a.width + b.width) / 2 + pad_x - abs(a.x - b.x)
                over_y = (a.height + b.height) / 2 + pad_y - abs(a.y - b.y)
                if over_x <= 0 or over_y <= 0:
                    continue
                quiet = False
                if over_x / width < over_y / height:
                    push = over_x / 2 + 0.2
                    sign = 1 if a.x >= b.x else -1
                    a.x, b.x = a.x + sign * push, b.x - sign * push
                else:
                    push = over_y / 2 + 0.2
                    sign = 1 if a.y >= b.y else -1
                    a.y, b.y = a.y + sign * push, b.y - sign * push
        for box in boxes:
            box.x = min(max(box.x, box.width / 2 + 4), width - box.width / 2 - 4)
            box.y = min(max(box.y, box.height / 2 + 4), height - box.height / 2 - 4)
        if quiet:
            return True
    return False
