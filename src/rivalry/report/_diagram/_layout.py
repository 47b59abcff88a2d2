"""Where boxes and arrows go. Small, deterministic layouts; no randomness."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from rivalry.report._diagram._geometry import (
    Arrow,
    Box,
    Drawing,
    curve,
    draw_arrows,
    on_curve,
    part,
)

Edge = tuple[str, str, str]


def ring(boxes: Sequence[Box], signs: Sequence[str], width: float = 700.0) -> Drawing:
    """One loop on an ellipse, clockwise from the top."""
    n = len(boxes)
    widest, tallest = max(b.width for b in boxes), max(b.height for b in boxes)
    rx = width / 2 - widest / 2 - 6
    ry = max(80.0, (tallest + 46) * n / 4.4)
    height = 2 * ry + tallest + 16
    for i, box in enumerate(boxes):
        angle = -math.pi / 2 + 2 * math.pi * i / n
        box.x = width / 2 + rx * math.cos(angle)
        box.y = height / 2 + ry * math.sin(angle)
    part(boxes, width, height, pad_x=40, pad_y=34)
    links = [
        (boxes[i], boxes[(i + 1) % n], sign, 0.1 if n > 2 else 0.3) for i, sign in enumerate(signs)
    ]
    return Drawing(width, height, tuple(boxes), draw_arrows(links, boxes))


def column(boxes: Sequence[Box], signs: Sequence[str], width: float = 330.0) -> Drawing:
    """One loop as a column with a way back on the right, for narrow screens."""
    y, gap = 6.0, 36.0
    middle = width / 2 - 16
    for box in boxes:
        box.x, box.y = middle, y + box.height / 2
        y += box.height + gap
    height = y - gap + 8
    arrows = []
    for a, b, sign in zip(boxes, boxes[1:], signs, strict=False):
        top, bottom = a.y + a.height / 2, b.y - b.height / 2
        path = f"M{middle:.1f},{top:.1f}L{middle:.1f},{bottom - 4:.1f}"
        arrows.append(Arrow(path, sign, middle + 17, (top + bottom) / 2))
    first, last = boxes[0], boxes[-1]
    side = width - 12
    path = (
        f"M{last.x + last.width / 2:.1f},{last.y:.1f}H{side - 10:.1f}Q{side:.1f},{last.y:.1f} "
        f"{side:.1f},{last.y - 10:.1f}V{first.y + 10:.1f}Q{side:.1f},{first.y:.1f} "
        f"{side - 10:.1f},{first.y:.1f}H{first.x + first.width / 2 + 5:.1f}"
    )
    arrows.append(Arrow(path, signs[-1], side, (first.y + last.y) / 2))
    return Drawing(width, height, tuple(boxes), tuple(arrows))


def web(boxes: Mapping[str, Box], edges: Sequence[Edge], width: float = 900.0) -> Drawing:
    """Many loops together.

    A stress layout (Kamada & Kawai 1989) says who is near whom; then boxes are pushed apart, and
    out of the way of arrows that are not theirs.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(boxes)
    graph.add_edges_from((a, b) for a, b, _ in edges if a != b)
    start = nx.circular_layout(graph)
    # The layout needs finite distances: loops that touch no other are tied to the busiest element.
    parts = sorted(nx.connected_components(graph), key=len, reverse=True)
    hubs = [max(sorted(part), key=graph.degree) for part in parts]
    graph.add_edges_from((hubs[0], hub, {"weight": 2.5}) for hub in hubs[1:])
    spots = nx.kamada_kawai_layout(graph, pos=start) if len(boxes) > 2 else start
    area = sum((b.width + 60) * (b.height + 60) for b in boxes.values()) * 1.45
    height = max(320.0, area / width)
    xs, ys = [p[0] for p in spots.values()], [p[1] for p in spots.values()]
    for name, (x, y) in spots.items():
        box = boxes[name]
        box.x = _scaled(x, min(xs), max(xs), box.width / 2 + 8, width - box.width / 2 - 8)
        box.y = _scaled(y, min(ys), max(ys), box.height / 2 + 8, height - box.height / 2 - 8)
    both = {(a, b) for a, b, _ in edges}
    links = [
        (boxes[a], boxes[b], sign, 0.2 if (b, a) in both else 0.06)
        for a, b, sign in edges
        if a != b
    ]
    members = list(boxes.values())
    part(members, width, height, pad_x=44, pad_y=40)
    best = (_crossed(links, members), [(b.x, b.y) for b in members])
    for _ in range(120):
        if not best[0]:
            break
        _clear(links, members)
        part(members, width, height, pad_x=36, pad_y=32)
        count = _crossed(links, members)
        if count < best[0]:
            best = (count, [(b.x, b.y) for b in members])
    for box, spot in zip(members, best[1], strict=True):
        box.x, box.y = spot
    return Drawing(width, height, tuple(members), draw_arrows(links, members))


def _scaled(v: float, low: float, high: float, to_low: float, to_high: float) -> float:
    if high - low < 1e-9:
        return (to_low + to_high) / 2
    return to_low + (v - low) / (high - low) * (to_high - to_low)


def _foreign(
    links: Sequence[tuple[Box, Box, str, float]], boxes: Sequence[Box], margin: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Points of all arrows, and which of them lie on boxes that are not theirs.

    Returns
    -------
    points : ndarray, shape (links, 13, 2)
    hits : ndarray of bool, shape (links, 13, boxes)
    """
    points = np.array(
        [
            [on_curve(c, k / 12) for k in range(13)]
            for c in (curve(a, b, bend) for a, b, _, bend in links)
        ]
    )
    spots = np.array([(b.x, b.y) for b in boxes])
    half = np.array([(b.width / 2 + margin, b.height / 2 + margin) for b in boxes])
    hits = (np.abs(points[:, :, None] - spots) < half).all(axis=-1)
    own = np.array([[box is a or box is b for box in boxes] for a, b, _, _ in links])
    return points, hits & ~own[:, None]


def _crossed(links: Sequence[tuple[Box, Box, str, float]], boxes: Sequence[Box]) -> int:
    """How many boxes lie on arrows that are not theirs."""
    return int(_foreign(links, boxes, 3)[1].any(axis=1).sum())


def _clear(links: Sequence[tuple[Box, Box, str, float]], boxes: Sequence[Box]) -> None:
    """Move boxes off foreign arrows, straight away from the nearest point of the arrow."""
    points, hits = _foreign(links, boxes, 6)
    for i, j in np.argwhere(hits.any(axis=1)):
        path, box = points[i], boxes[j]
        near = path[np.hypot(*(path - (box.x, box.y)).T).argmin()]
        dx, dy = box.x - float(near[0]), box.y - float(near[1])
        d = math.hypot(dx, dy)
        if d < 1:
            # The arrow runs through the middle: leave at a right angle to it.
            dx, dy = float(path[0][1] - path[-1][1]), float(path[-1][0] - path[0][0])
            d = math.hypot(dx, dy) or 1.0
        box.x += dx / d * 14
        box.y += dy / d * 14
