"""Names of elements as people read them."""

from __future__ import annotations

import networkx as nx

from rivalry.model.diagram import check_path
from rivalry.model.ir import Model


def element_label(model: Model, name: str, fallback: str | None = None) -> str:
    """Label of an element, with actors by their own labels: 'Fighters: Islamic State Khorasan'."""
    element = model.elements.get(name)
    if element is None:
        return fallback or name.replace("_", " ")
    head, colon, tail = element.label.rpartition(": ")
    if colon and element.index and tail == ", ".join(element.index):
        actors = {a.name: a.label for a in model.actors}
        return head + ": " + ", ".join(actors.get(i, i.replace("_", " ")) for i in element.index)
    return element.label


def step_sign(graph: nx.DiGraph[str], source: str, target: str) -> str | None:
    """Sign of one dependency, or None where the model has none; base names mean any element."""
    check = check_path(graph, [source, target])
    return check.sign if check.exists else None
