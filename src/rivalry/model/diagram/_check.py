"""Whether a path or loop that somebody claims runs through the model, and with which sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from rivalry.model.spec import ModelSpec


@dataclass(frozen=True)
class PathCheck:
    """Result for one path.

    `unknown` are names that the model does not have, `missing` steps that are no dependency;
    `signs` those of the steps that exist, `sign` their product (``?`` if any is open).
    """

    exists: bool
    sign: str
    signs: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...] = ()


def check_path(graph: nx.DiGraph[str], names: Sequence[str]) -> PathCheck:
    """Follow names from cause to effect.

    A base name stands for any of its elements; a step with several signs among them is ``?``.
    """
    unknown = tuple(n for n in names if not _nodes(graph, n))
    missing: list[tuple[str, str]] = []
    signs: list[str] = []
    for a, b in pairwise(names):
        found = {
            graph.edges[x, y]["sign"]
            for x in _nodes(graph, a)
            for y in _nodes(graph, b)
            if graph.has_edge(x, y)
        }
        if len(found) > 1:  # elements without an effect say nothing about the others
            found.discard("0")
        if not found:
            missing.append((a, b))
        else:
            signs.append(found.pop() if len(found) == 1 else "?")
    exists = not unknown and not missing
    return PathCheck(
        exists, _product(signs) if exists else "?", tuple(signs), tuple(missing), unknown
    )


def find_loop(graph: nx.DiGraph[str], names: Sequence[str]) -> PathCheck:
    """Follow names around a loop; the first need not be repeated.

    The sign ``+`` is a reinforcing loop, ``-`` a balancing one.
    """
    closed = list(names) if len(names) > 1 and names[0] == names[-1] else [*names, *names[:1]]
    return check_path(graph, closed)


def check_bindings(graph: nx.DiGraph[str], spec: ModelSpec) -> dict[str, PathCheck]:
    """Check every binding that gives a path, by claim id."""
    return {key: check_path(graph, b.path) for key, b in spec.bindings.items() if b.path}


def _nodes(graph: nx.DiGraph[str], name: str) -> tuple[str, ...]:
    if name in graph:
        return (name,)
    groups: dict[str, tuple[str, ...]] = graph.graph.get("groups", {})
    return groups.get(name, ())


def _product(signs: Sequence[str]) -> str:
    if "0" in signs:
        return "0"
    if "?" in signs:
        return "?"
    return "-" if sum(s == "-" for s in signs) % 2 else "+"
