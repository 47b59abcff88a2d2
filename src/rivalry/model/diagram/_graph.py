"""The dependency graph of a compiled model."""

from __future__ import annotations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from rivalry.model.diagram._states import sample_states, tables
from rivalry.model.ir import Apply, Expr, Model, Ref, evaluate, refs

Array = NDArray[np.float64]
_N_STATES = 800
_SEED = 20130101
#: A sign counts as settled if this share of the states with an effect agrees.
_AGREEMENT = 0.95


def build_graph(model: Model) -> nx.DiGraph[str]:
    """Build the graph of direct dependencies with the sign of each.

    The sign of an edge x -> y is that of the partial derivative of y's own equation with
    respect to x, everything else in the equation held still, taken at 800 states: half of them
    visited by deterministic runs, the others spread around those. It is ``+`` or ``-`` if at
    least 95% of the states where x has an effect agree, ``?`` if not, ``0`` if x has no effect
    at any of them.

    Returns
    -------
    networkx.DiGraph
        Nodes are scalar elements (and shocks and observations) with ``kind``, ``label`` and
        ``unit``; edges have ``sign``. ``graph.graph["groups"]`` maps base names to elements.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
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
                _join(graph, other, name, signs.sign(expr, other))
    for name, expr in _spreads(model):
        for other in sorted(refs(expr)):
            if other != name:
                _join(graph, other, name, "?")
    for flow in model.flows:
        if flow.source is not None:
            _join(graph, flow.name, flow.source, "-")
        if flow.target is not None:
            _join(graph, flow.name, flow.target, "+")
    _add_shocks(graph, model, signs)
    for observation in model.observations:
        for place, arg in enumerate(observation.args):
            for other in sorted(refs(arg)):
                sign = signs.sign(arg, other) if place == 0 else "?"
                _join(graph, other, observation.name, sign)
    return graph


def _join(graph: nx.DiGraph[str], cause: str, effect: str, sign: str) -> None:
    """Add an edge; one that is there through another equation keeps a sign only if both agree."""
    if graph.has_edge(cause, effect):
        old = graph.edges[cause, effect]["sign"]
        if old != "0":
            sign = old if sign in (old, "0") else "?"
    graph.add_edge(cause, effect, sign=sign)


def _equations(model: Model) -> list[tuple[str, Expr]]:
    found: list[tuple[str, Expr]] = [(a.name, a.expr) for a in model.auxiliaries]
    for flow in model.flows:
        expr = flow.expr
        if flow.kind == "hazard" and flow.source is not None:
            expr = Apply("*", (expr, Ref(flow.source)))
        found.append((flow.name, expr))
    found += [(x.name, x.change) for x in model.levels]
    found += [(x.name, x.expr) for x in model.accumulators]
    for part in (model.stocks, model.levels):
        found += [(x.name, x.initial) for x in part]
    return found


def _spreads(model: Model) -> list[tuple[str, Expr]]:
    """Equations that widen or narrow an element and move it neither up nor down."""
    found: list[tuple[str, Expr]] = []
    for process in model.noise:
        found.append((process.name, process.scale))
        if process.half_life is not None:
            found.append((process.name, process.half_life))
    found += [(x.name, x.sd) for x in model.levels if x.sd is not None]
    found += [(f.name, f.dispersion) for f in model.flows if f.dispersion is not None]
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
            size = np.maximum(np.abs(x), 1e-3 * (np.abs(x).max() or 1e3))
            # from 0 upwards only: below it a root or logarithm may have no value
            low, high = np.where(x == 0, x, x - 1e-4 * size), x + 1e-4 * size
        change = self._change(expr, name, low, high)
        if not change.size and name not in self._switches:
            # thresholds and whole numbers move only by larger steps
            change = self._change(expr, name, np.where(x == 0, x, x - 0.9 * size), x + 9.0 * size)
        if not change.size:
            return "0"
        up = float((change > 0).mean())
        return "+" if up >= _AGREEMENT else "-" if up <= 1 - _AGREEMENT else "?"

    def _change(self, expr: Expr, name: str, low: Array, high: Array) -> Array:
        """Return the changes of the value between two states, where there is one."""
        with np.errstate(all="ignore"):
            below = evaluate(expr, {**self._states, name: low}, self._lookups)
            above = evaluate(expr, {**self._states, name: high}, self._lookups)
            change = np.broadcast_to(above - below, low.shape)
            scale = np.maximum(np.abs(above), np.abs(below))
            works = np.isfinite(change) & (np.abs(change) > self._tiny * np.maximum(scale, 1e-12))
        found: Array = change[works]
        return found

    def mean_sign(self, expr: Expr) -> str:
        """Sign of an expression's value, among the states where it is not 0."""
        value = np.broadcast_to(evaluate(expr, self._states, self._lookups), (_N_STATES,))
        value = value[np.isfinite(value) & (value != 0)]
        if not value.size:
            return "0"
        up = float((value > 0).mean())
        return "+" if up >= _AGREEMENT else "-" if up <= 1 - _AGREEMENT else "?"


def _add_shocks(graph: nx.DiGraph[str], model: Model, signs: _Signs) -> None:
    for shock in model.shocks:
        for action in shock.actions:
            for other in refs(action.amount):
                _join(graph, other, shock.name, signs.sign(action.amount, other))
            if action.kind in ("move_share", "move_number"):
                if action.source is not None:
                    _join(graph, shock.name, action.source, "-")
                if action.target is not None:
                    _join(graph, shock.name, action.target, "+")
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
            _join(graph, shock.name, action.target, signs.mean_sign(expr))
