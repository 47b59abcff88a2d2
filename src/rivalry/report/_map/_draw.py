"""Two maps: the region with the states that act, and the scene with located events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rivalry.evidence import Ledger
from rivalry.report._input import Options
from rivalry.report._map._geometry import (
    Country,
    Extent,
    Point,
    Projection,
    clip,
    countries,
    holds,
    label_point,
)

WIDTH = 420.0
ROLES = {
    "scene": "scene of the conflict",
    "neighbour": "neighbour, named as an actor",
    "actor": "other state named as an actor",
    "other": "not named as an actor",
}


@dataclass(frozen=True)
class Shape:
    """A country on a map: SVG path, role, label and where it goes ('' when it does not fit)."""

    name: str
    role: str
    path: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Mark:
    """A place with events; `x`, `y` its drawn centre, `px`, `py` the true one."""

    number: int
    name: str
    kind: str
    ids: tuple[str, ...]
    years: str
    x: float
    y: float
    px: float
    py: float


@dataclass(frozen=True)
class Map:
    """One map, ready for the template."""

    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Maps:
    """The maps of a report and what they cannot show."""

    maps: tuple[Map, ...]
    roles: dict[str, tuple[str, ...]]
    marks: tuple[Mark, ...]
    outside: tuple[str, ...]
    unlocated: int


def maps(ledger: Ledger, options: Options) -> Maps | None:
    """Draw the maps; None when neither countries nor places can be told from the ledger."""
    world = countries()
    places = [p for p in ledger.places if p.lat is not None and p.lon is not None]
    named = named_states(ledger, world)
    used: dict[str, list[tuple[str, str]]] = {}
    for event in ledger.conflict_events():
        for place in event.places:
            used.setdefault(place, []).append((event.id, (event.from_ or event.until or "")[:4]))
    located = [p for p in places if p.id in used]
    scene = _scene(options, world, ledger, [(float(p.lon or 0), float(p.lat or 0)) for p in located])
    if not scene and not located:
        return None
    near = {n for s in scene for n in world[s].neighbours}

    def role(name: str) -> str:
        if name in scene:
            return "scene"
        if name in named:
            return "neighbour" if name in near else "actor"
        return "other"

    extent = options.extent or _around([world[s] for s in scene] or None, places, margin=0.9)
    marks: list[tuple[int, str, str, tuple[str, ...], str, float, float]] = []
    for number, p in enumerate(sorted(located, key=lambda p: -len(used[p.id])), 1):
        years = sorted({y for _, y in used[p.id] if y})
        when = "" if not years else years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
        ids = tuple(i for i, _ in used[p.id])
        marks.append((number, p.name, p.kind, ids, when, float(p.lon or 0), float(p.lat or 0)))
    drawn = [_map("The region", extent, world, role, marks)]
    if scene:
        close = _around([world[s] for s in scene], [], margin=0.06)
        title = "Located events: " + ", ".join(sorted(scene))
        drawn.append(_map(title, close, world, role, marks))
        # Inside the scene places lie too close for the scale of the region.
        inside = [m for m in marks if _in(close, m[5], m[6])]
        drawn[0] = _map("The region", extent, world, role, [m for m in marks if m not in inside])
    shown = {s.name for m in drawn for s in m.shapes}
    roles: dict[str, list[str]] = {}
    for name in sorted({*scene, *named}):
        roles.setdefault(role(name), []).append(name)
    every = {m.number: m for d in drawn for m in d.marks}
    missing = tuple(n for n in sorted({*scene, *named}) if n not in shown)
    mapped = {p.id for p in located}
    conflict = ledger.conflict_events()
    return Maps(
        maps=tuple(drawn),
        roles={k: tuple(v) for k, v in roles.items()},
        marks=tuple(
            every.get(m[0]) or Mark(m[0], m[1], m[2], m[3], m[4], -1, -1, -1, -1) for m in marks
        ),
        outside=missing,
        unlocated=sum(not (mapped & set(e.places)) for e in conflict),
    )


def named_states(ledger: Ledger, world: dict[str, Country]) -> set[str]:
    """Countries that the ledger names as actors, by name or by the start of their full name."""
    found = set()
    for actor in ledger.conflict_actors():
        for name in (actor.name, *actor.aliases):
            if name in world:
                found.add(name)
            elif actor.type == "foreign":
                found |= {c for c in world if c.startswith(name + " of ")}
    return found


def _scene(
    options: Options, world: dict[str, Country], ledger: Ledger, points: Sequence[Point]
) -> set[str]:
    chosen = {s for s in options.scene if s in world}
    if chosen or not points:
        return chosen or {p.name for p in ledger.places if p.kind == "country" and p.name in world}
    counts = {n: sum(holds(c, *p) for p in points) for n, c in world.items()}
    top = max(counts.values())
    return {n for n, k in counts.items() if k and k == top}


def _around(
    shapes: Sequence[Country] | None, places: Sequence[object], margin: float = 0.12
) -> Extent:
    points = [p for c in shapes or () for polygon in c.polygons for p in polygon[0]]
    if shapes:
        # Far islands would shrink everything else.
        largest = [max((poly[0] for poly in c.polygons), key=_size) for c in shapes]
        points = [p for ring in largest for p in ring]
    else:
        points = [(float(getattr(p, "lon")), float(getattr(p, "lat"))) for p in places]  # noqa: B009
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    dx, dy = max(1.0, (east - west) * margin), max(1.0, (north - south) * margin)
    return max(-180, west - dx), max(-80, south - dy), min(180, east + dx), min(84, north + dy)


def _size(ring: Sequence[Point]) -> float:
    area = sum(
        a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
    )
    return abs(area)


def _in(extent: Extent, lon: float, lat: float) -> bool:
    return extent[0] <= lon <= extent[2] and extent[1] <= lat <= extent[3]


def _map(title, extent, world, role, marks) -> Map:  # type: ignore[no-untyped-def]
    project = Projection(extent, WIDTH)
    pad = 3.0
    box = (extent[0] - pad, extent[1] - pad, extent[2] + pad, extent[3] + pad)
    frame = (0.0, 0.0, project.width, project.height)
    shapes: list[Shape] = []
    taken: list[tuple[float, float, float, float]] = []
    dots = [(m, project(m[5], m[6])) for m in marks if _in(extent, m[5], m[6])]
    circles = _spread([p for _, p in dots], project.width, project.height)
    for x, y in circles:
        taken.append((x - 9, y - 9, x + 9, y + 9))
    for country in world.values():
        rings = [clip(r, box) for polygon in country.polygons for r in polygon]
        flat = [[project(*p) for p in r] for r in rings if len(r) > 2]
        flat = [clip(r, frame) for r in flat]
        flat = [r for r in flat if len(r) > 2]
        if not flat:
            continue
        kind = role(country.name)
        path = "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in r) + "Z" for r in flat)
        largest = max(flat, key=_size)
        size = (6.0 * len(country.name) + 4, 13.0)
        where = label_point([largest], size)
        text, x, y = "", 0.0, 0.0
        if where is not None and (where[1] >= (0.55 if kind != "other" else 1.0)):
            (cx, cy), _ = where
            placed = _free(cx, cy, size, taken, frame)
            if placed is not None:
                x, y = placed
                text = country.name
                taken.append((x - size[0] / 2, y - 7, x + size[0] / 2, y + 7))
        shapes.append(Shape(country.name, kind, path, text, round(x, 1), round(y, 1)))
    order = list(ROLES)
    shapes.sort(key=lambda s: -order.index(s.role))
    placed_marks = tuple(
        Mark(m[0], m[1], m[2], m[3], m[4], round(x, 1), round(y, 1), round(px, 1), round(py, 1))
        for (m, (px, py)), (x, y) in zip(dots, circles, strict=True)
    )
    named = [f"{s.name} ({ROLES[s.role]})" for s in shapes if s.role != "other"]
    description = f"{title}. States: {', '.join(named) or 'none named'}. " + (
        f"{len(placed_marks)} places with events; their numbers are those of the table below."
    )
    return Map(title, description, project.width, round(project.height, 1), tuple(shapes), placed_marks)


def _free(
    x: float,
    y: float,
    size: Point,
    taken: Sequence[tuple[float, float, float, float]],
    frame: tuple[float, float, float, float],
) -> Point | None:
    """Nearest free place for a label, at most three lines up or down; None when all is taken."""
    half = size[0] / 2
    x = min(max(x, half + 2), frame[2] - half - 2)
    for dy in (0, 12, -12, 22, -22, 32, -32):
        top, bottom = y + dy - 7, y + dy + 7
        if top < 0 or bottom > frame[3]:
            continue
        if all(x + half < a or x - half > c or bottom < b or top > d for a, b, c, d in taken):
            return x, y + dy
    return None


def _spread(points: Sequence[Point], width: float, height: float, gap: float = 19.0) -> list[Point]:
    """Push circles apart until none overlaps, as little as possible."""
    moved = [list(p) for p in points]
    for _ in range(200):
        quiet = True
        for i, a in enumerate(moved):
            for j in range(i):
                b = moved[j]
                dx, dy = a[0] - b[0], a[1] - b[1]
                d = (dx * dx + dy * dy) ** 0.5
                if d >= gap:
                    continue
                quiet = False
                if d < 1e-6:
                    dx, dy, d = 1.0, 0.3 * (i - j), (1 + 0.09 * (i - j) ** 2) ** 0.5
                push = (gap - d) / 2 + 0.1
                for point, sign in ((a, 1), (b, -1)):
                    point[0] += sign * push * dx / d
                    point[1] += sign * push * dy / d
        for p in moved:
            p[0] = min(max(p[0], 10), width - 10)
            p[1] = min(max(p[1], 10), height - 10)
        if quiet:
            break
    return [(p[0], p[1]) for p in moved]
