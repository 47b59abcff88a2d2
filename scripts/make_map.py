"""Derive the small world map of the report from Natural Earth (public domain).

Input: `countries-50m.json` of the npm package `world-atlas` 2.0.2, which is Natural Earth 4.1 at
1:50 million as TopoJSON:

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    .venv/bin/python scripts/make_map.py package/countries-50m.json

Arcs are simplified one by one, so that neighbouring countries keep one common border; ends of arcs
never move. The result is written to `src/rivalry/report/data/countries.topojson`.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "src/rivalry/report/data/countries.topojson"
#: Degrees: finer than one pixel of a map 50 degrees wide on 760 pixels.
TOLERANCE = 0.08
GRID = 0.02
#: Antarctica has no bearing on any conflict here and would take a tenth of the file.
LEFT_OUT = {"010"}

Point = tuple[float, float]


def decode(topology: dict[str, Any]) -> list[list[Point]]:
    """Absolute coordinates of all arcs."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def simplify(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas & Peucker (1973), with a stack instead of recursion."""
    keep = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    if points[0] == points[-1] and len(points) > 3:
        # A closed ring has no chord: split it at the point farthest from its start.
        far = max(range(len(points)), key=lambda i: _distance2(points[i], points[0], points[0]))
        keep.add(far)
        stack = [(0, far), (far, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        best, where = 0.0, -1
        for i in range(first + 1, last):
            d = _distance2(points[i], points[first], points[last])
            if d > best:
                best, where = d, i
        if best > tolerance**2:
            keep.add(where)
            stack += [(first, where), (where, last)]
    return [points[i] for i in sorted(keep)]


def _distance2(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0
    if length:
        t = min(1.0, max(0.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length))
    return (p[0] - a[0] - t * dx) ** 2 + (p[1] - a[1] - t * dy) ** 2


def delta(points: list[Point]) -> list[list[int]]:
    """Grid steps between neighbouring points, without repeats."""
    grid = [(round(x / GRID), round(y / GRID)) for x, y in points]
    result = [list(grid[0])]
    for (ax, ay), (bx, by) in pairwise(grid):
        if (ax, ay) != (bx, by):
            result.append([bx - ax, by - ay])
    return result


def main() -> None:
    """Read, simplify, renumber the arcs in use, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="countries-50m.json of world-atlas 2.0.2")
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()
    topology = json.loads(options.source.read_text(encoding="utf-8"))
    arcs = decode(topology)
    number: dict[int, int] = {}
    kept: list[list[list[int]]] = []

    def renumber(arc: int) -> int:
        index = arc if arc >= 0 else ~arc
        if index not in number:
            number[index] = len(kept)
            kept.append(delta(simplify(arcs[index], TOLERANCE)))
        return number[index] if arc >= 0 else ~number[index]

    countries = []
    for shape in topology["objects"]["countries"]["geometries"]:
        if shape.get("id") in LEFT_OUT or "arcs" not in shape:
            continue
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        countries.append(
            {
                "type": "MultiPolygon",
                "id": shape.get("id"),
                "properties": {"name": shape["properties"]["name"]},
                "arcs": [[[renumber(a) for a in ring] for ring in part] for part in polygons],
            }
        )
    result = {
        "type": "Topology",
        "transform": {"scale": [GRID, GRID], "translate": [0, 0]},
        "objects": {"countries": {"type": "GeometryCollection", "geometries": countries}},
        "arcs": kept,
    }
    text = json.dumps(result, separators=(",", ":"), ensure_ascii=False) + "\n"
    options.target.write_text(text, encoding="utf-8")
    print(f"{len(countries)} countries, {len(kept)} arcs, {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
