"""What a name means in a case: an element, another part of its file, or a row of its ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rivalry.model.expressions import FUNCTIONS

if TYPE_CHECKING:
    import networkx as nx

    from rivalry.cases import Case
    from rivalry.cli._view import Rows

_EMPTY: tuple[Any, ...] = ("", [], None)


def base_of(name: str) -> str:
    """Return the name without its element: ``fighters`` of ``fighters[a]``."""
    return name.split("[")[0].strip()


def bound_by(case: Case, name: str) -> list[str]:
    """Return the claims and loops whose path runs through `name`."""
    base = base_of(name)
    found = [
        id
        for id, binding in case.spec.bindings.items()
        if base in map(base_of, (*binding.path, *binding.by))
    ]
    return found + [i for i, loop in case.spec.loops.items() if base in map(base_of, loop.through)]


def element_facts(case: Case, name: str, section: str, row: dict[str, Any], graph: Any) -> Any:
    """Return all that is known of an element of the model."""
    element = case.model.elements[name]
    node = name if name in graph else element.base
    return {
        "element": name,
        "section": section,
        "origin": element.origin,
        "line": case.document.line(tuple(element.origin.split(".", 1))),
        **{k: v for k, v in row.items() if k != "name" and v not in _EMPTY},
        "bound by": bound_by(case, name),
        "causes": _linked(graph, node, 0),
        "effects": _linked(graph, node, 1),
        "evidence": _evidence(case, (*element.claims, *element.source)),
    }


def part_facts(
    case: Case, section: str, row: dict[str, Any], graph: nx.DiGraph[str]
) -> dict[str, Any]:
    """Return all that is known of a part that is no element: a shock, a scenario, an actor."""
    name = row["name"]
    return {
        "element": name,
        "section": section,
        "line": case.document.line((section, name)),
        **{k: v for k, v in row.items() if k != "name" and v not in _EMPTY},
        "bound by": bound_by(case, name),
        "causes": _linked(graph, name, 0),
        "effects": _linked(graph, name, 1),
        "evidence": _evidence(case, (*row.get("claims", ()), *row.get("source", ()))),
    }


def ledger_facts(case: Case, id: str) -> dict[str, Any]:
    """Return what a row of the ledger states, where, and what in the model carries it."""
    row: Any = case.ledger.get(id)
    section = next(s for s, r in case.ledger.rows() if r.id == id)
    cover = case.coverage
    facts: dict[str, Any] = {
        "element": id,
        "section": f"{section} of the ledger",
        "statement": told(case, id),
    }
    for key, value in row.model_dump(exclude_none=True).items():
        if key not in ("id", "cause", "effect", "what") and value not in _EMPTY:
            facts[key.rstrip("_").replace("_", " ")] = value if _plain(value) else _records(value)
    binding = case.spec.bindings.get(id)
    loop = case.spec.loops.get(id)
    if id in cover.section:
        facts["in the model"] = cover.status(id)
    if binding is not None:
        facts["binding path"] = " -> ".join(binding.path)
        facts["binding by"] = list(binding.by)
        facts["binding sign"] = binding.sign or ""
        facts["binding note"] = binding.note or ""
    if loop is not None:
        facts["loop through"] = " -> ".join(loop.through)
    if id in cover.outside:
        facts["outside because"] = cover.outside[id]
    facts["used by"] = list(cover.other.get(id, cover.bound.get(id, ())))
    return {k: v for k, v in facts.items() if v not in _EMPTY}


def what_it_is(case: Case, name: str, sections: dict[str, Rows]) -> str:
    """Say what a name is that has no entry of its own, or return an empty text."""
    if name in sections:
        return f"it is a section: 'rivalry show CASE --section {name}' prints it"
    if name.startswith("y:") and name[2:] in case.spec.observations:
        return f"it is the simulated series of observation {name[2:]!r}: ask for that"
    for dimension, elements in case.spec.dimensions.items():
        if not isinstance(elements, str) and name in elements:
            return f"it is an element of dimension {dimension!r}: ask for that"
    return "it is a function of the language" if name in FUNCTIONS else ""


def told(case: Case, id: str) -> str:
    """Say in a line what a row of the ledger states."""
    if id not in case.ledger:
        return "not in a ledger"
    row: Any = case.ledger.get(id)
    if hasattr(row, "cause"):
        return f"{row.cause} ({row.polarity}) {row.effect} [{row.source} {row.locator}]"
    for key in ("what", "content", "name", "title"):
        if hasattr(row, key):
            return str(getattr(row, key))
    return ""


def _plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(v, str | int | float) for v in value)
    return isinstance(value, str | int | float | bool)


def _records(value: Any) -> str:
    """Write a list of records, such as an actor's statuses, without the letters of Python."""
    if not isinstance(value, list):
        return str(value)
    return "; ".join(", ".join(f"{k.rstrip('_')} {v}" for k, v in item.items()) for item in value)


def _evidence(case: Case, ids: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"id": id, "row": told(case, id)} for id in ids]


def _linked(graph: nx.DiGraph[str], node: str, end: int) -> list[str]:
    if node not in graph:
        return []
    edges = graph.in_edges(node, data=True) if end == 0 else graph.out_edges(node, data=True)
    return [f"{edge[2].get('sign', '?')}{edge[end]}" for edge in edges]
