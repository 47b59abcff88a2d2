"""What each variable is expected to do in the next month, from the states that draws visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from rivalry.engine._schedule import Schedule
from rivalry.engine._simulate import input_table
from rivalry.model import Model
from rivalry.model.ir import Expr, evaluate, refs
from rivalry.whatif._loop_network import Network

Array = NDArray[np.float64]

#: No stock of people is larger; what would turn infinite stays finite.
_MOST = 1e12


@dataclass(frozen=True)
class Changes:
    """Values at the ends of months, and what is expected a month later.

    Attributes
    ----------
    before, after : dict of str to ndarray (n_draws, n_months - 1)
        Every name an equation may use, at the end of a month and of the next one.
    jumps : dict of str to ndarray (n_draws, n_months - 1)
        The part of a state's change that a dated event made.
    """

    before: dict[str, Array]
    after: dict[str, Array]
    jumps: dict[str, Array]

    def change(self, name: str) -> Array:
        """Return the change of a value over the month."""
        return np.asarray(self.after[name] - self.before[name])


def expected_changes(
    network: Network, ensemble: xr.Dataset, schedule: Schedule, draws: slice
) -> Changes:
    """Compute what is expected of every month but the first, given how the one before it ended.

    The expected part leaves out who happens to join, leave or die, and the noise of levels: it
    follows the mean of the model's own Euler steps. Noise processes and known series move as they
    did in the draw. In a month with a dated event the states that it acts on end where the draw
    ended, and what the expected flows do not explain is the event's.

    Parameters
    ----------
    network : Network
    ensemble : xarray.Dataset
        Trajectories with all states and noise processes, from `rivalry.engine.simulate`.
    schedule : Schedule
        Of the scenario that the trajectories follow.
    draws : slice
        Draws to take.

    Returns
    -------
    Changes
    """
    model = network.model
    n = model.time.n_months
    states = {s: ensemble[s].values[draws].astype(np.float64) for s in network.states}
    parameters = ensemble["parameters"].values[draws].astype(np.float64)
    shape = (parameters.shape[0], n)
    table = input_table(model)
    values: dict[str, Array] = {}
    for j, p in enumerate(model.parameters):
        values[p.name] = parameters[:, j : j + 1]
    for j, name in enumerate(model.schedulable):
        factor, offset = schedule.parameters[:, j, 0], schedule.parameters[:, j, 1]
        values[name] = values[name] * factor + offset
    for i, series in enumerate(model.inputs):
        values[series.name] = np.broadcast_to(table[:, -1, i], shape)
    for process in model.noise:
        values[process.name] = (
            np.ones(shape)  # its mean; each substep draws it anew
            if process.kind == "gamma"
            else ensemble[process.name].values[draws].astype(np.float64)
        )
    _hold(network, values | states, values, schedule, shape)
    run = _Expected(model, network, table)
    first = {name: _part(value, slice(0, -1), n) for name, value in values.items()}
    later = {name: _part(value, slice(1, None), n) for name, value in values.items()}
    start = {name: value[:, :-1] for name, value in states.items()}
    _reset(model, start)
    before = first | start
    run.algebra(before)
    after = dict(later)
    after |= run.month(later | start)
    jumps: dict[str, Array] = {}
    for name, mask in _struck(model, schedule).items():
        if name in states:
            at = mask[None, 1:]
            ended = np.where(at, states[name][:, 1:], after[name])
            jumps[name] = ended - after[name]
            after[name] = ended
    run.algebra(after)
    return Changes(before, after, jumps)


class _Expected:
    """The mean of the model's own steps, for many draws and months at once."""

    def __init__(self, model: Model, network: Network, table: Array) -> None:
        self._model = model
        self._network = network
        self._table = table
        self._lookups = {t.name: t for t in model.lookups}
        self._bounds = {x.name: (x.lower, x.upper) for x in model.levels}

    def value(self, expr: Expr, values: Mapping[str, Array]) -> Array:
        """Evaluate; what has no value counts as 0."""
        found = evaluate(expr, values, self._lookups)
        return np.nan_to_num(found, nan=0.0, posinf=_MOST, neginf=-_MOST)

    def algebra(self, values: dict[str, Array]) -> None:
        """Compute auxiliaries, and flows at their rates."""
        for name in self._network.order:
            values[name] = self.value(self._network.equations[name], values)

    def month(self, values: dict[str, Array]) -> dict[str, Array]:
        """Return the states a month later."""
        model, dt = self._model, self._model.time.dt
        values = dict(values)
        for k in range(model.time.substeps):
            for i, series in enumerate(model.inputs):
                if series.fine:
                    values[series.name] = self._table[None, 1:, k, i]
            for aux in model.auxiliaries:
                values[aux.name] = self.value(aux.expr, values)
            counts = self._counts(values)
            values |= counts
            new = {x.name: values[x.name] + dt * self.value(x.change, values) for x in model.levels}
            for acc in model.accumulators:
                if acc.name in self._network.equations:
                    weight = 1.0 if acc.kind == "count" else dt
                    new[acc.name] = values[acc.name] + weight * self.value(acc.expr, values)
            for stock in model.stocks:
                new[stock.name] = values[stock.name]
            for flow in model.flows:
                if flow.source is not None:
                    new[flow.source] = new[flow.source] - counts[flow.name]
                if flow.target is not None:
                    new[flow.target] = new[flow.target] + counts[flow.name]
            for name, value in new.items():
                low, high = self._bounds.get(name, (0.0, _MOST))
                values[name] = np.clip(value, low, high)
        return {name: values[name] for name in self._network.states}

    def _counts(self, values: Mapping[str, Array]) -> dict[str, Array]:
        """Return the people that each flow is expected to move in a substep."""
        dt = self._model.time.dt
        hazards: dict[str, Array] = {}
        totals: dict[str, Array] = {}
        counts: dict[str, Array] = {}
        for flow in self._model.flows:
            rate = np.maximum(self.value(flow.expr, values), 0.0)
            if flow.source is None:
                counts[flow.name] = rate * dt
                continue
            if flow.kind == "rate":
                people = values[flow.source]
                rate = np.where(people > 0, rate / np.where(people > 0, people, 1.0), 0.0)
            hazards[flow.name] = rate
            totals[flow.source] = totals.get(flow.source, np.zeros(())) + rate
        for flow in self._model.flows:
            if flow.source is not None:
                total = totals[flow.source]
                share = hazards[flow.name] / np.where(total > 0, total, 1.0)
                counts[flow.name] = values[flow.source] * -np.expm1(-total * dt) * share
        return counts


def _part(value: Array, months: slice, n: int) -> Array:
    """Cut months out of a value that has them; parameters that never move have none."""
    return value[:, months] if value.shape[1] == n else value


def _hold(
    network: Network,
    known: dict[str, Array],
    values: dict[str, Array],
    schedule: Schedule,
    shape: tuple[int, int],
) -> None:
    """Let lasting events set and scale their parameters, month by month."""
    model = network.model
    lookups = {t.name: t for t in model.lookups}
    known = dict(known)
    for i, shock in enumerate(model.shocks):
        if not shock.lasting or not schedule.fire[:, i].any():
            continue
        holds = schedule.fire[:, i] > 0
        for action in shock.actions:
            assert action.target is not None
            for aux in model.auxiliaries if refs(action.amount) - set(known) else ():
                known[aux.name] = np.asarray(evaluate(aux.expr, known, lookups))
            amount = np.broadcast_to(evaluate(action.amount, known, lookups), shape)
            old = np.broadcast_to(values[action.target], shape)
            new = amount * old if action.kind == "hold_scale" else amount
            values[action.target] = np.where(holds, new, old)
            known[action.target] = values[action.target]


def _reset(model: Model, start: dict[str, Array]) -> None:
    """Set sums back where their period begins in the month to come."""
    coming = model.time.start.month - 1 + np.arange(1, model.time.n_months)
    for acc in model.accumulators:
        if acc.name in start and acc.period:
            start[acc.name] = np.where(coming % acc.period == 0, 0.0, start[acc.name])


def _struck(model: Model, schedule: Schedule) -> dict[str, NDArray[np.bool_]]:
    """Months in which a dated event acts on a state."""
    found: dict[str, NDArray[np.bool_]] = {}
    for i, shock in enumerate(model.shocks):
        if shock.lasting or not schedule.fire[:, i].any():
            continue
        for action in shock.actions:
            for name in (action.source, action.target):
                if name is not None:
                    at = schedule.fire[:, i] > 0
                    found[name] = found.get(name, np.zeros_like(at)) | at
    return found
