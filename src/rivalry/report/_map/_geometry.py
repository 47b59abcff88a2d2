"""Country outlines, clipping and projection."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Point = tuple[float, float]
Ring = list[Point]
#: West, south, east, north in degrees.
Extent = tuple[float, float, float, float]


@dataclass(frozen=True)
class Country:
    """Outline of one country: polygons of rings (first the outer one) in degrees."""

    code: str
    name: str
    polygons: tuple[tuple[Ring, ...], ...]
    neighbours: frozenset[str]


@cache
def countries() -> dict[str, Country]:
    """All countries by Natural Earth's name."""
    path = resources.files("rivalry.report") / "data" / "countries.topojson"
    topology: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Ring] = []
    for arc in topology["arcs"]:
        x = y = 0
        points: Ring = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((round(x * sx + tx, 3), round(y * sy + ty, 3)))
        arcs.append(points)
    shapes = topology["objects"]["countries"]["geometries"]
    owners: dict[int, set[str]] = {}
    for shape in shapes:
        for polygon in shape["arcs"]:
            for ring in polygon:
                for a in ring:
                    owners.setdefault(a if a >= 0 else ~a, set()).add(shape["properties"]["name"])
    found: dict[str, Country] = {}
    for shape in shapes:
        name = shape["properties"]["name"]
        touching = {
            other
            for polygon in shape["arcs"]
            for ring in polygon
            for a in ring
            for other in owners[a if a >= 0 else ~a]
        }
        polygons = tuple(
            tuple(_stitch(ring, arcs) for ring in polygon) for polygon in shape["arcs"]
        )
        found[name] = Country(
            str(shape.get("id") or ""), name, polygons, frozenset(touching - {name})
        )
    return found


def _stitch(ring: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    points: Ring = []
    for a in ring:
        part = arcs[a] if a >= 0 else arcs[~a][::-1]
        points += part if not points else part[1:]
    return points


def holds(country: Country, lon: float, lat: float) -> bool:
    """Whether a point lies in a country (even-odd rule over all its rings)."""
    odd = False
    for polygon in country.polygons:
        for ring in polygon:
            for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
                if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                    odd = not odd
    return odd


def clip(ring: Ring, extent: Extent) -> Ring:
    """Cut a ring to a box (Sutherland & Hodgman 1974)."""
    west, south, east, north = extent
    for axis, bound, keep_above in (
        (0, west, True),
        (0, east, False),
        (1, south, True),
        (1, north, False),
    ):
        if not ring:
            break
        out: Ring = []
        for p, q in zip(ring, ring[1:] + ring[:1], strict=True):
            p_in = (p[axis] >= bound) == keep_above or p[axis] == bound
            q_in = (q[axis] >= bound) == keep_above or q[axis] == bound
            if p_in:
                out.append(p)
            if p_in != q_in:
                t = (bound - p[axis]) / (q[axis] - p[axis])
                out.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
        ring = out
    return ring


class Projection:
    """Albers' equal-area conic, fitted to a box and scaled to a width in pixels.

    Standard parallels lie a sixth of the height from the edges (Deetz & Adams 1934).
    """

    def __init__(self, extent: Extent, width: float) -> None:
        west, south, east, north = extent
        self.extent = extent
        p1, p2 = south + (north - south) / 6, north - (north - south) / 6
        s1, s2 = math.sin(math.radians(p1)), math.sin(math.radians(p2))
        n = (s1 + s2) / 2
        # A cone symmetric to the equator has no apex; a hair's breadth off is as good.
        self._n = n if abs(n) > 1e-6 else 1e-6
        self._c = math.cos(math.radians(p1)) ** 2 + 2 * self._n * s1
        self._middle = (west + east) / 2
        edge = [
            self._raw(west + (east - west) * i / 24, lat)
            for i in range(25)
            for lat in (south, north)
        ]
        edge += [
            self._raw(lon, south + (north - south) * i / 24)
            for i in range(25)
            for lon in (west, east)
        ]
        xs, ys = [p[0] for p in edge], [p[1] for p in edge]
        self._k = width / (max(xs) - min(xs))
        self._x, self._y = min(xs), max(ys)
        self.width = width
        self.height = (max(ys) - min(ys)) * self._k

    def _raw(self, lon: float, lat: float) -> Point:
        rho = math.sqrt(max(0.0, self._c - 2 * self._n * math.sin(math.radians(lat)))) / self._n
        theta = self._n * math.radians(lon - self._middle)
        return rho * math.sin(theta), -rho * math.cos(theta)

    def __call__(self, lon: float, lat: float) -> Point:
        """Pixel coordinates; y grows downward."""
        x, y = self._raw(lon, lat)
        return (x - self._x) * self._k, (self._y - y) * self._k


def label_point(rings: Sequence[Ring], size: Point) -> tuple[Point, float] | None:
    """Find the place in a polygon where a label of this size has most room.

    Returns the centre and the room in units of the label's own size (at least 1: it fits).
    """
    if not rings or len(rings[0]) < 3:
        return None
    ys = [p[1] for p in rings[0]]
    best: tuple[float, Point] | None = None
    half_w, half_h = size[0] / 2, size[1] / 2
    for i in range(1, 24):
        y = min(ys) + (max(ys) - min(ys)) * i / 24
        crossings = sorted(_crossings(rings, y))
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            for x in (left + (right - left) * k / 8 for k in range(1, 8)):
                room = min(
                    min(x - left, right - x) / half_w,
                    min(_vertical(rings, x, y)) / half_h,
                )
                if best is None or room > best[0]:
                    best = (room, (x, y))
    return None if best is None else (best[1], best[0])


def _crossings(rings: Sequence[Ring], y: float) -> list[float]:
    found = []
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > y) != (y2 > y):
                found.append(x1 + (x2 - x1) * (y - y1) / (y2 - y1))
    return found


def _vertical(rings: Sequence[Ring], x: float, y: float) -> Point:
    turned = [[(b, a) for a, b in ring] for ring in rings]
    values = _crossings(turned, x)
    above = [y - v for v in values if v <= y]
    below = [v - y for v in values if v >= y]
    return (min(above, default=0.0), min(below, default=0.0))
