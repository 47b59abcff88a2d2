"""The dependency diagram as text and in Graphviz's DOT language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

_SHAPES = {
    "stock": "box",
    "level": "box",
    "flow": "cds",
    "parameter": "plaintext",
    "input": "parallelogram",
    "shock": "diamond",
}


def as_text(graph: nx.DiGraph[str]) -> str:
    """List what each element depends on, one line an element.

    ``+`` more of it gives more, ``-`` more gives less, ``?`` neither always.
    """
    lines = []
    width = max((len(str(n)) for n in graph if graph.in_degree(n)), default=0)
    for node in graph:
        causes = [
            f"{data.get('sign', '?')}{cause}" for cause, _, data in graph.in_edges(node, data=True)
        ]
        if causes:
            lines.append(f"{node!s:<{width}}  <-  {'  '.join(causes)}")
    return "\n".join(lines)


def as_dot(graph: nx.DiGraph[str], title: str) -> str:
    """Return the diagram in DOT; ``dot -Tsvg`` draws it."""
    lines = [
        f"digraph {_quoted(title)} {{",
        "  rankdir=LR;",
        '  node [fontname="sans-serif", fontsize=11];',
        '  edge [fontname="sans-serif", fontsize=11];',
    ]
    for node, data in graph.nodes(data=True):
        kind = str(data.get("kind", ""))
        shape = _SHAPES.get(kind, "ellipse")
        label = str(data.get("label") or node)
        lines.append(f"  {_quoted(node)} [label={_quoted(label)}, shape={shape}];")
    for cause, effect, data in graph.edges(data=True):
        sign = str(data.get("sign", "?"))
        style = ", style=dashed" if sign == "-" else ", style=dotted" if sign == "?" else ""
        lines.append(f"  {_quoted(cause)} -> {_quoted(effect)} [label={_quoted(sign)}{style}];")
    lines.append("}")
    return "\n".join(lines)


def _quoted(text: object) -> str:
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
