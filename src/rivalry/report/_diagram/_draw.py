"""All drawings of a report's diagram, and the graph in a form the page can walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rivalry.report._diagram._geometry import Box, Drawing, make_box
from rivalry.report._diagram._layout import column, ring, web
from rivalry.report._diagram._loops import LoopView, loops, node_label
from rivalry.report._input import ReportInput

#: Order of kinds in the list of elements.
KINDS = (
    "stock",
    "level",
    "flow",
    "auxiliary",
    "accumulator",
    "noise",
    "parameter",
    "input",
    "shock",
    "status",
    "observation",
)


@dataclass(frozen=True)
class Diagram:
    """Loops, drawings, and the graph.

    Parameters
    ----------
    loops : tuple of LoopView
    wide, narrow : dict
        Loop id to its drawing for wide and for narrow screens.
    overview : Drawing or None
        All loops together; None with fewer than two loops.
    graph : dict
        `nodes`: [name, label, kind, unit]; `edges`: [from, to, sign] by node number.
    """

    loops: tuple[LoopView, ...]
    wide: dict[str, Drawing]
    narrow: dict[str, Drawing]
    overview: Drawing | None
    graph: dict[str, Any]


def diagram(run: ReportInput) -> Diagram:
    """Draw the loops of the case and prepare its graph."""
    views = loops(run)

    def box(name: str) -> Box:
        kind = str(run.graph.nodes[name].get("kind", "")) if name in run.graph else ""
        return make_box(name, node_label(run, name), kind)

    wide, narrow = {}, {}
    edges: dict[tuple[str, str], str] = {}
    for view in views:
        names = [s.source for s in view.steps]
        signs = [s.sign for s in view.steps]
        wide[view.id] = ring([box(n) for n in names], signs)
        narrow[view.id] = column([box(n) for n in names], signs)
        edges |= {(s.source, s.target): s.sign for s in view.steps}
    overview = None
    if len(views) > 1:
        boxes = {n: box(n) for pair in edges for n in pair}
        overview = web(boxes, [(a, b, s) for (a, b), s in edges.items()])
    return Diagram(tuple(views), wide, narrow, overview, _graph(run))


def _graph(run: ReportInput) -> dict[str, Any]:
    rank = {k: i for i, k in enumerate(KINDS)}
    nodes = sorted(
        run.graph.nodes,
        key=lambda n: (
            rank.get(str(run.graph.nodes[n].get("kind", "")), len(KINDS)),
            node_label(run, n).casefold(),
        ),
    )
    number = {n: i for i, n in enumerate(nodes)}
    return {
        "nodes": [
            [
                n,
                node_label(run, n),
                str(run.graph.nodes[n].get("kind", "")),
                str(run.graph.nodes[n].get("unit") or ""),
            ]
            for n in nodes
        ],
        "edges": [
            [number[a], number[b], str(d.get("sign", "?"))]
            for a, b, d in run.graph.edges(data=True)
        ],
    }
