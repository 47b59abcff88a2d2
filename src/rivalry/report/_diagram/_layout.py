"""Where boxes and arrows go. Small, deterministic layouts; no randomness."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

#: Pixels of one character and one line at the diagram's font size.
CHAR, LINE = 6.7, 14.0
WRAP = 20


@dataclass
class Box:
    """A labelled box around its centre."""

    name: str
    lines: tuple[str, ...]
    kind: str
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        """Pixels, padding included."""
        return max(len(line) for line in self.lines) * CHAR + 16

    @property
    def height(self) -> float:
        """Pixels, padding included."""
        return len(self.lines) * LINE + 10


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


def ring(boxes: Sequence[Box], signs: Sequence[str], width: float = 660.0) -> Drawing:
    """One loop on an ellipse, clockwise from the top."""
    n = len(boxes)
    widest = max(b.width for b in boxes)
    tallest = max(b.height for b in boxes)
    rx = width / 2 - widest / 2 - 6
    ry = max(70.0, 25.0 * n, (tallest + 34) * n / 5)
    height = 2 * ry + tallest + 16
    for i, box in enumerate(boxes):
        angle = -math.pi / 2 + 2 * math.pi * i / n
        box.x = width / 2 + rx * math.cos(angle)
        box.y = height / 2 + ry * math.sin(angle)
    _part(boxes, width, height)
    arrows = [
        _arrow(boxes[i], boxes[(i + 1) % n], sign, bend=-0.16 if n > 2 else -0.3)
        for i, sign in enumerate(signs)
    ]
    return Drawing(width, height, tuple(boxes), tuple(arrows))


def column(boxes: Sequence[Box], signs: Sequence[str], width: float = 330.0) -> Drawing:
    """One loop as a column with a way back on the right, for narrow screens."""
    y = 6.0
    gap = 34.0
    middle = width / 2 - 16
    for box in boxes:
        box.x, box.y = middle, y + box.height / 2
        y += box.height + gap
    height = y - gap + 8
    arrows = []
    for a, b, sign in zip(boxes, boxes[1:], signs, strict=False):
        top, bottom = a.y + a.height / 2, b.y - b.height / 2
        path = f"M{middle:.1f},{top:.1f}L{middle:.1f},{bottom - 2:.1f}"
        arrows.append(Arrow(path, sign, middle + 16, (top + bottom) / 2))
    first, last = boxes[0], boxes[-1]
    side = width - 14
    path = (
        f"M{last.x + last.width / 2:.1f},{last.y:.1f}H{side - 10:.1f}Q{side:.1f},{last.y:.1f} "
        f"{side:.1f},{last.y - 10:.1f}V{first.y + 10:.1f}Q{side:.1f},{first.y:.1f} "
        f"{side - 10:.1f},{first.y:.1f}H{first.x + first.width / 2 + 2:.1f}"
    )
    arrows.append(Arrow(path, signs[-1], side - 16, first.y + 24))
    return Drawing(width, height, tuple(boxes), tuple(arrows))


def web(
    boxes: Mapping[str, Box], edges: Sequence[tuple[str, str, str]], width: float = 900.0
) -> Drawing:
    """Many loops together: stress layout (Kamada & Kawai 1989), then boxes pushed apart."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(boxes)
    graph.add_edges_from((a, b) for a, b, _ in edges if a != b)
    n = len(boxes)
    start = nx.circular_layout(graph)
    spots = nx.kamada_kawai_layout(graph, pos=start) if n > 2 and graph.number_of_edges() else start
    xs, ys = [p[0] for p in spots.values()], [p[1] for p in spots.values()]
    area = sum((b.width + 46) * (b.height + 44) for b in boxes.values()) * 1.5
    height = max(320.0, area / width)
    for name, (x, y) in spots.items():
        box = boxes[name]
        box.x = _scaled(x, min(xs), max(xs), box.width / 2 + 8, width - box.width / 2 - 8)
        box.y = _scaled(y, min(ys), max(ys), box.height / 2 + 8, height - box.height / 2 - 8)
    _part(list(boxes.values()), width, height, pad_x=26, pad_y=22)
    both = {(a, b) for a, b, _ in edges}
    arrows = [
        _arrow(boxes[a], boxes[b], sign, bend=-0.22 if (b, a) in both else -0.1)
        for a, b, sign in edges
        if a != b
    ]
    return Drawing(width, height, tuple(boxes.values()), tuple(arrows))


def _scaled(v: float, low: float, high: float, to_low: float, to_high: float) -> float:
    return (to_low + to_high) / 2 if high - low < 1e-9 else (
        to_low + (v - low) / (high - low) * (to_high - to_low)
    )


def _part(
    boxes: Sequence[Box], width: float, height: float, pad_x: float = 14, pad_y: float = 12
) -> None:
    """Push overlapping boxes apart along the shorter way out, and keep all in the frame."""
    for _ in range(400):
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
            return


def _border(box: Box, toward: tuple[float, float], gap: float) -> tuple[float, float]:
    """Where the ray from the box's centre leaves the box, and a little further."""
    dx, dy = toward[0] - box.x, toward[1] - box.y
    d = math.hypot(dx, dy) or 1.0
    scale = min(
        (box.width / 2) / abs(dx) if dx else math.inf,
        (box.height / 2) / abs(dy) if dy else math.inf,
    )
    return box.x + dx * scale + dx / d * gap, box.y + dy * scale + dy / d * gap


def _arrow(a: Box, b: Box, sign: str, bend: float) -> Arrow:
    dx, dy = b.x - a.x, b.y - a.y
    mid = ((a.x + b.x) / 2 - dy * -bend, (a.y + b.y) / 2 + dx * bend)
    x1, y1 = _border(a, mid, 1)
    x2, y2 = _border(b, mid, 5)
    # The sign stands on the curve, two thirds of the way to the head.
    t = 0.66
    x = (1 - t) ** 2 * x1 + 2 * t * (1 - t) * mid[0] + t**2 * x2
    y = (1 - t) ** 2 * y1 + 2 * t * (1 - t) * mid[1] + t**2 * y2
    path = f"M{x1:.1f},{y1:.1f}Q{mid[0]:.1f},{mid[1]:.1f} {x2:.1f},{y2:.1f}"
    return Arrow(path, sign, round(x, 1), round(y, 1))
