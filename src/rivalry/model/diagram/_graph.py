"""The dependency graph of a compiled model."""

from __future__ import annotations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from rivalry.model.diagram._states import sample_states, tables
from rivalry.model.ir import Apply, Expr, Model, Ref, evaluate, refs

Array = NDArray[np.float64]
_N_STATES = 400
_SEED = 20130101
#: A sign counts as settled if this share of the states with an effect agrees.
_AGREEMENT = 0.95


def build_graph(model: Model) -> nx.DiGraph:
    """Build the graph of direct dependencies with the sign of each.

    The sign of an edge x -> y is that of the partial derivative of y's own equation with
    respect to x, everything else in the equation held still, taken at many widely spread
    states: ``+`` or ``-`` if at least 95% of the states where x has an effect agree, ``?`` if
    not, ``0`` if x has no effect anywhere.

    Returns
    -------
    networkx.DiGraph
        Nodes are scalar elements (and shocks and observations) with ``kind``, ``label`` and
        ``unit``; edges have ``sign``. ``graph.graph["groups"]`` maps base names to elements.
    """
    graph = nx.DiGraph()
    graph.graph["groups"] = dict(model.groups)
    for name, element in model.elements.items():
        graph.add_node(name, kind=element.kind, label=element.label, unit=element.unit or "")
    for shock in model.shocks:
        label = model.spec.shocks[shock.name].label or shock.name.replace("_", " ")
        graph.add_node(shock.name, kind="shock", label=label, unit="")
    for observation in model.observations:
        graph.add_node(
            observation.name, kind="observation", label=observation.label,
            unit=observation.unit or "",
        )  # fmt: skip
    signs = _Signs(model)
    for name, expr in _equations(model):
        for other in sorted(refs(expr)):
            if other != name:
                graph.add_edge(other, name, sign=signs.sign(expr, other))
    for flow in model.flows:
        if flow.source is not None:
            graph.add_edge(flow.name, flow.source, sign="-")
        if flow.target is not None:
            graph.add_edge(flow.name, flow.target, sign="+")
    _add_shocks(graph, model, signs)
    for observation in model.observations:
        for other in sorted({n for a in observation.args for n in refs(a)}):
            graph.add_edge(other, observation.name, sign=signs.sign(observation.args[0], other))
    return graph


def _equations(model: Model) -> list[tuple[str, Expr]]:
    found: list[tuple[str, Expr]] = [(a.name, a.expr) for a in model.auxiliaries]
    for flow in model.flows:
        expr = flow.expr
        if flow.kind == "hazard" and flow.source is not None:
            expr = Apply("*", (expr, Ref(flow.source)))
        found.append((flow.name, expr))
    found += [(x.name, x.change) for x in model.levels]
    found += [(x.name, x.expr) for x in model.accumulators]
    for process in model.noise:
        found.append((process.name, process.scale))
    for part in (model.stocks, model.levels):
        found += [(x.name, x.initial) for x in part]
    return found


class _Signs:
    """Signs of partial derivatives over sampled states."""

    def __init__(self, model: Model) -> None:
        self._lookups = tables(model)
        self._states = sample_states(model, _N_STATES, _SEED)
        self._switches = {n for n, e in model.elements.items() if e.kind == "status"}
        #: an effect below rounding is no effect
        self._tiny = 1e-13

    def sign(self, expr: Expr, name: str) -> str:
        states = self._states
        x = states.get(name)
        if x is None or name not in refs(expr):
            return "0"
        if name in self._switches and set(np.unique(x)) <= {0.0, 1.0}:
            low, high = np.zeros_like(x), np.ones_like(x)
        else:
            step = 1e-4 * np.maximum(np.abs(x), 1e-9)
            low, high = x - step, x + step
        below = evaluate(expr, {**states, name: low}, self._lookups)
        above = evaluate(expr, {**states, name: high}, self._lookups)
        change = np.broadcast_to(above - below, x.shape)
        scale = np.maximum(np.abs(above), np.abs(below))
        works = np.isfinite(change) & (np.abs(change) > self._tiny * np.maximum(scale, 1e-12))
        if not works.any():
            return "0"
        up = float((change[works] > 0).mean())
        return "+" if up >= _AGREEMENT else "-" if up <= 1 - _AGREEMENT else "?"

    def mean_sign(self, expr: Expr) -> str:
        """Sign of an expression's value."""
        value = np.broadcast_to(evaluate(expr, self._states, self._lookups), (_N_STATES,))
        positive, negative = float((value > 0).mean()), float((value < 0).mean())
        if positive == negative == 0:
            return "0"
        return "+" if positive >= _AGREEMENT else "-" if negative >= _AGREEMENT else "?"


def _add_shocks(graph: nx.DiGraph, model: Model, signs: _Signs) -> None:
    for shock in model.shocks:
        for action in shock.actions:
            for other in refs(action.amount):
                graph.add_edge(other, shock.name, sign="+")
            if action.kind in ("move_share", "move_number"):
                if action.source is not None:
                    graph.add_edge(shock.name, action.source, sign="-")
                if action.target is not None:
                    graph.add_edge(shock.name, action.target, sign="+")
                continue
            assert action.target is not None
            if action.kind == "add":
                expr = action.amount
            elif action.kind in ("scale", "hold_scale"):
                expr = Apply(
                    "-", (Apply("*", (action.amount, Ref(action.target))), Ref(action.target))
                )
            else:
                expr = Apply("-", (action.amount, Ref(action.target)))
            graph.add_edge(shock.name, action.target, sign=signs.mean_sign(expr))
