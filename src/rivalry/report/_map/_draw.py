"""Two maps: the region with the states that act, and the scene with located events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rivalry.evidence import Ledger
from rivalry.foundation import Problem, RivalryError, nearest
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
    """A place with events.

    `lon` and `lat` are its own, `x` and `y` where its circle is drawn; negative when it lies
    beyond every frame.
    """

    number: int
    name: str
    kind: str
    ids: tuple[str, ...]
    years: str
    lon: float
    lat: float
    x: float = -1.0
    y: float = -1.0


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
    """Draw the maps; None when neither countries nor places can be told from the ledger.

    Raises
    ------
    RivalryError
        R0953 when the case names a scene that is no country of the map.
    """
    world = countries()
    _known(options.scene, world)
    named = named_states(ledger, world)
    marks = _marks(ledger)
    scene = _scene(options, world, ledger, marks)
    if not scene and not marks:
        return None
    near = {n for s in scene for n in world[s].neighbours}

    def role(name: str) -> str:
        if name in scene:
            return "scene"
        if name in named:
            return "neighbour" if name in near else "actor"
        return "other"

    extent = options.extent or _around([world[s] for s in scene], marks, margin=0.9)
    drawn = [_map("The region", extent, world, role, marks)]
    if scene:
        close = _around([world[s] for s in scene], [], margin=0.06)
        title = "Located events: " + ", ".join(sorted(scene))
        drawn.append(_map(title, close, world, role, marks))
        # Inside the scene places lie too close for the scale of the region.
        far = [m for m in marks if not _in(close, m)]
        drawn[0] = _map("The region", extent, world, role, far)
    shown = {s.name for m in drawn for s in m.shapes}
    roles: dict[str, list[str]] = {}
    for name in sorted({*scene, *named}):
        roles.setdefault(role(name), []).append(name)
    placed = {m.number: m for d in drawn for m in d.marks}
    mapped = {id for m in marks for id in m.ids}
    return Maps(
        maps=tuple(drawn),
        roles={k: tuple(v) for k, v in roles.items()},
        marks=tuple(placed.get(m.number, m) for m in marks),
        outside=tuple(n for n in sorted({*scene, *named}) if n not in shown),
        unlocated=sum(e.id not in mapped for e in ledger.conflict_events()),
    )


def _known(scene: Sequence[str], world: dict[str, Country]) -> None:
    faults = []
    for name in scene:
        if name not in world:
            close = nearest(name, world)
            faults.append(
                Problem(
                    "R0953",
                    f"{name!r} is no country of the map",
                    f"Did you mean {close!r}?" if close else "Use Natural Earth's English name.",
                    where="report.map.scene",
                )
            )
    if faults:
        raise RivalryError(faults)


def _marks(ledger: Ledger) -> list[Mark]:
    """Places with coordinates and events, the busiest first."""
    used: dict[str, list[tuple[str, str]]] = {}
    for event in ledger.conflict_events():
        for place in event.places:
            used.setdefault(place, []).append((event.id, (event.from_ or event.until or "")[:4]))
    marks: list[Mark] = []
    for spot in sorted(ledger.places, key=lambda p: -len(used.get(p.id, ()))):
        if spot.lat is None or spot.lon is None or spot.id not in used:
            continue
        years = sorted({y for _, y in used[spot.id] if y})
        when = "" if not years else years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
        ids = tuple(i for i, _ in used[spot.id])
        marks.append(Mark(len(marks) + 1, spot.name, spot.kind, ids, when, spot.lon, spot.lat))
    return marks


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
    options: Options, world: dict[str, Country], ledger: Ledger, marks: Sequence[Mark]
) -> set[str]:
    """Countries of the conflict: as the case says, else where most located events lie."""
    if options.scene:
        return set(options.scene)
    counts = {n: sum(len(m.ids) * holds(c, m.lon, m.lat) for m in marks) for n, c in world.items()}
    top = max(counts.values())
    if top:
        return {n for n, k in counts.items() if k == top}
    return {p.name for p in ledger.places if p.kind == "country" and p.name in world}


def _around(shapes: Sequence[Country], marks: Sequence[Mark], margin: float) -> Extent:
    if shapes:
        # Far islands would shrink everything else.
        largest = [max((poly[0] for poly in c.polygons), key=_size) for c in shapes]
        points = [p for ring in largest for p in ring]
    else:
        points = [(m.lon, m.lat) for m in marks]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    dx, dy = max(1.0, (east - west) * margin), max(1.0, (north - south) * margin)
    return max(-180, west - dx), max(-80, south - dy), min(180, east + dx), min(84, north + dy)


def _size(ring: Sequence[Point]) -> float:
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    return abs(area)


def _in(extent: Extent, mark: Mark) -> bool:
    return extent[0] <= mark.lon <= extent[2] and extent[1] <= mark.lat <= extent[3]


def _map(
    title: str,
    extent: Extent,
    world: dict[str, Country],
    role: Callable[[str], str],
    marks: Sequence[Mark],
) -> Map:
    project = Projection(extent, WIDTH)
    # A cone shows more than its box: its corners need land from beyond.
    pad = max(3.0, 0.2 * (extent[2] - extent[0]))
    box = (extent[0] - pad, extent[1] - pad, extent[2] + pad, extent[3] + pad)
    frame = (0.0, 0.0, project.width, project.height)
    shapes: list[Shape] = []
    taken: list[tuple[float, float, float, float]] = []
    inside = [m for m in marks if _in(extent, m)]
    circles = _spread([project(m.lon, m.lat) for m in inside], project.width, project.height)
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
            free = _free(cx, cy, size, taken, frame)
            if free is not None:
                x, y = free
                text = country.name
                taken.append((x - size[0] / 2, y - 7, x + size[0] / 2, y + 7))
        shapes.append(Shape(country.name, kind, path, text, round(x, 1), round(y, 1)))
    order = list(ROLES)
    shapes.sort(key=lambda s: -order.index(s.role))
    placed = tuple(
        replace(m, x=round(x, 1), y=round(y, 1)) for m, (x, y) in zip(inside, circles, strict=True)
    )
    named = [f"{s.name} ({ROLES[s.role]})" for s in shapes if s.role != "other"]
    description = f"{title}. States: {', '.join(named) or 'none named'}. " + (
        f"{len(placed)} places with events; their numbers are those of the table below."
    )
    return Map(title, description, project.width, round(project.height, 1), tuple(shapes), placed)


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
