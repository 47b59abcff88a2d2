"""The dependency diagram in GraphML."""

from __future__ import annotations

from io import BytesIO

import networkx as nx

from rivalry.model.diagram import build_graph
from rivalry.model.ir import Model


def graphml(model: Model) -> str:
    """Return the diagram in GraphML, which Gephi, yEd, Cytoscape and igraph read.

    Parameters
    ----------
    model : Model

    Returns
    -------
    str
        Nodes with ``kind``, ``label``, ``unit`` and ``claims``, edges with ``sign``: ``+``, ``-``,
        ``?`` (not always the same), ``0`` (none at the states looked at).
    """
    graph = build_graph(model)
    graph.graph.clear()  # groups are lists, which GraphML has not
    graph.graph["title"] = model.title
    for name in graph:
        element = model.elements.get(name)
        graph.nodes[name]["claims"] = " ".join(element.claims) if element else ""
    out = BytesIO()
    nx.write_graphml(graph, out)
    return out.getvalue().decode("utf-8")
