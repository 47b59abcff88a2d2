"""The effect of a cause along a path of the model, draw by draw, at the states it passes through.

A contrast gives the whole effect of a change, by all ways at once. A claim that names a way is
better put to that way alone: the product of the partial derivatives of its links, each taken in
the equation of the link with everything else in it held still.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from rivalry.model import Model
from rivalry.model.diagram._graph import _equations
from rivalry.model.diagram._states import tables
from rivalry.model.ir import Expr, LookupTable, evaluate, refs
from rivalry.whatif._change import REFERENCE
from rivalry.whatif._ensemble import Array, Runner
from rivalry.whatif._tables import joint_schedule

#: Months between states that are looked at.
_STRIDE = 4


class Visited:
    """States of free-running trajectories, one set a draw, at which links are differentiated.

    Parameters
    ----------
    model : Model
    parameters : ndarray (n_draws, n_parameters)
    seed : int
    threads : int, optional
    """

    def __init__(
        self, model: Model, parameters: Array, seed: int, threads: int | None = None
    ) -> None:
        self.model = model
        runner = Runner(model, parameters, seed, threads)
        schedule = joint_schedule(model, REFERENCE)
        months = model.time
        found = runner.run(schedule, model.recordable, (), months.start, months.end)
        chosen = np.arange(_STRIDE - 1, months.n_months, _STRIDE, dtype=np.int64)
        self.shape = (len(parameters), len(chosen))
        self.values: dict[str, Array] = {}
        for j, name in enumerate(model.recordable):
            self.values[name] = found[:, chosen, j].ravel()
        for flow in model.flows:  # formulas read a flow as the people of one substep
            self.values[flow.name] = self.values[flow.name] / model.time.substeps
        for j, p in enumerate(model.parameters):
            self.values[p.name] = np.repeat(parameters[:, j], len(chosen))
        for series in model.inputs:
            row = series.values[chosen, -1] if series.fine else series.values[chosen]
            self.values[series.name] = np.tile(row, len(parameters))
        self._tables: Mapping[str, LookupTable] = tables(model)
        self._hold(chosen)
        self._equations: dict[str, list[Expr]] = {}
        for name, expr in _equations(model):
            self._equations.setdefault(name, []).append(expr)
        self._flows = {f.name: (f.source, f.target) for f in model.flows}
        self._known: dict[tuple[str, str], Array] = {}

    def _hold(self, chosen: NDArray[np.int64]) -> None:
        """Let lasting shocks set and scale their parameters in the months in which they hold."""
        for shock in self.model.shocks:
            if not shock.lasting or not shock.fire[chosen].any():
                continue
            inside = np.tile(shock.fire[chosen] > 0, self.shape[0])
            for action in shock.actions:
                if action.target not in self.values:
                    continue
                amount = evaluate(action.amount, self.values, self._tables)
                old = self.values[action.target]
                new = amount * (old if action.kind == "hold_scale" else 1.0)
                self.values[action.target] = np.where(inside, new, old)

    def effect(self, path: Sequence[str]) -> Array:
        """Return the mean effect along a path over the months, draw by draw (n_draws,).

        A base name stands for all its elements; the ways through them are added up.

        Parameters
        ----------
        path : sequence of str
            Names from cause to effect.
        """
        total = np.zeros(self.shape)
        for way in product(*(self.model.resolve(n) or (n,) for n in path)):
            gain = np.ones(self.shape)
            for cause, outcome in pairwise(way):
                gain = gain * self.link(cause, outcome).reshape(self.shape)
                if not gain.any():
                    break
            total += gain
        return np.asarray(total.mean(axis=1))

    def follows(self, path: Sequence[str]) -> bool:
        """Whether every name of a path is an element with values, and not a shock."""
        return all(
            n in self.values or n in self._flows
            for name in path
            for n in self.model.resolve(name) or (name,)
        )

    def link(self, cause: str, outcome: str) -> Array:
        """Partial derivative of an equation with respect to one of its names, at all states."""
        key = (cause, outcome)
        if key not in self._known:
            self._known[key] = self._link(cause, outcome)
        return self._known[key]

    def _link(self, cause: str, outcome: str) -> Array:
        found = np.zeros(self.shape[0] * self.shape[1])
        if cause in self._flows:
            source, target = self._flows[cause]
            if outcome in (source, target):
                return found + (1.0 if outcome == target else -1.0)
        for expr in self._equations.get(outcome, ()):
            if cause in refs(expr):
                return found + self._derivative(expr, cause)
        return found

    def _derivative(self, expr: Expr, name: str) -> Array:
        x = self.values[name]
        top = float(np.abs(x).max())
        size = np.maximum(np.abs(x), 1e-3 * (top if top > 0 else 1.0))
        slope = self._slope(expr, name, np.where(x == 0, x, x - 1e-4 * size), x + 1e-4 * size)
        if not slope.any():
            # thresholds and whole numbers move only by larger steps
            slope = self._slope(expr, name, np.where(x == 0, x, x - 0.9 * size), x + 9.0 * size)
        return slope

    def _slope(self, expr: Expr, name: str, low: Array, high: Array) -> Array:
        with np.errstate(all="ignore"):
            below = evaluate(expr, {**self.values, name: low}, self._tables)
            above = evaluate(expr, {**self.values, name: high}, self._tables)
            change = np.broadcast_to(above - below, low.shape)
            scale = np.maximum(np.maximum(np.abs(above), np.abs(below)), 1e-12)
            works = np.isfinite(change) & (np.abs(change) > 1e-12 * scale)
        return np.asarray(np.where(works, change / (high - low), 0.0))
