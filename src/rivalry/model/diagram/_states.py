"""States that a model visits, and others around them, at which signs are taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rivalry.model._priors import draw_parameters
from rivalry.model.diagram._rollout import Visited, stream, visit
from rivalry.model.ir import LookupTable, Model, evaluate

Array = NDArray[np.float64]

_RUNS = 100
#: How far states are spread around those visited: sd of the logarithm of a stock, of a positive
#: noise, and share of its usual size by which a level moves.
_SPREAD = 0.5


def sample_states(model: Model, n: int, seed: int) -> dict[str, Array]:
    """Draw values for every element, auxiliaries and flows computed from the rest.

    The first half are states that deterministic runs pass through at random months, each run
    with its own draw from the priors. In half of the runs a lever, or a parameter that a scenario
    moves, leaves its value of the case for one within its range. The second half are the same
    states spread out: stocks by a factor of exp(0.5 z), levels by half their usual size, noise
    likewise, with parameters drawn afresh.

    What holds over all of these holds where the model usually goes. It is a sample and no proof:
    a corner that no run of average luck comes near is not looked at.

    Parameters
    ----------
    model : Model
    n : int
        Number of states; a multiple of 200, so that each run gives as many.
    seed : int

    Returns
    -------
    dict of str to ndarray (n,)
    """
    half = n // 2
    runs = min(_RUNS, half)
    parameters = _columns(model, draw_parameters(model, runs, seed))
    visited = visit(model, parameters, _moved(model, parameters, seed), (runs, half // runs), seed)
    fresh = _columns(model, draw_parameters(model, half, seed + 1))
    fresh |= _moved(model, fresh, seed)
    values = {
        p.name: np.concatenate([visited.values[p.name], fresh[p.name]]) for p in model.parameters
    }
    months = np.concatenate([visited.months, visited.months])
    rng = stream(seed, "ticks")
    ticks = np.concatenate(
        [np.full(half, model.time.substeps - 1), rng.integers(0, model.time.substeps, half)]
    )
    for series in model.inputs:
        values[series.name] = (
            series.values[months, ticks] if series.fine else series.values[months]
        ).astype(float)
    _stocks(model, visited, values, seed)
    for level in model.levels:
        at = visited.values[level.name]
        usual = np.maximum(np.abs(at), float(np.mean(np.abs(at))))
        if np.isfinite(level.upper - level.lower):
            usual = np.maximum(usual, 0.25 * (level.upper - level.lower))
        elif not usual.any():
            usual = np.ones(half)
        moved = at + _SPREAD * usual * stream(seed, level.name).normal(0.0, 1.0, half)
        values[level.name] = np.concatenate([at, np.clip(moved, level.lower, level.upper)])
    for process in model.noise:
        z = _SPREAD * stream(seed, process.name).normal(0.0, 1.0, n)
        z[:half] = 0.0
        positive = process.kind == "gamma" or process.log
        values[process.name] = np.exp(z) if positive else z
    for acc in model.accumulators:
        at = visited.values[acc.name]
        own = stream(seed, acc.name)
        # a sum of nothing says nothing of what it drives
        at = np.where(at > 0, at, np.exp(own.uniform(-1.0, 3.0, half)))
        around = at * np.exp(_SPREAD * own.normal(0.0, 1.0, half))
        values[acc.name] = np.concatenate([at, around])
    lookups = tables(model)
    for aux in model.auxiliaries:
        values[aux.name] = np.broadcast_to(evaluate(aux.expr, values, lookups), (n,))
    for flow in model.flows:
        rate = np.broadcast_to(evaluate(flow.expr, values, lookups), (n,))
        if flow.kind == "hazard" and flow.source is not None:
            rate = rate * values[flow.source]
        # realised flows are counts of a substep
        values[flow.name] = rate * model.time.dt
    return values


def tables(model: Model) -> dict[str, LookupTable]:
    """Graphical functions by name."""
    return {t.name: t for t in model.lookups}


def _columns(model: Model, drawn: Array) -> dict[str, Array]:
    return {p.name: drawn[:, j] for j, p in enumerate(model.parameters)}


def _stocks(model: Model, visited: Visited, values: dict[str, Array], seed: int) -> None:
    """Add the stocks: as visited, and spread; empty ones get people, or their signs stay unseen."""
    tops = {s.name: float(np.max(visited.values[s.name])) for s in model.stocks}
    filled = [top for top in tops.values() if top > 1]
    # the middle of the sizes: one large population must not set the scale of every small group
    middle = float(np.exp(np.mean(np.log(filled)))) if filled else 1e4
    for stock in model.stocks:
        at = visited.values[stock.name]
        own = stream(seed, stock.name)
        around = at * np.exp(_SPREAD * own.normal(0.0, 1.0, at.size))
        top = tops[stock.name] if tops[stock.name] > 1 else middle
        some = np.exp(own.uniform(0.0, np.log(max(top, 10.0)), at.size))
        values[stock.name] = np.concatenate([at, np.where(at < 1, some, around)])


def _moved(model: Model, base: dict[str, Array], seed: int) -> dict[str, Array]:
    """Give fixed parameters that levers and scenarios move other values in half of the draws."""
    moves: dict[str, list[float]] = {}
    for lever in model.levers.values():
        if lever.parameter is not None and lever.range is not None:
            for name in model.resolve(lever.parameter):
                moves.setdefault(name, []).extend(lever.range)
    fixed = {p.name: p.value for p in model.parameters if p.value is not None}
    for scenario in model.scenarios.values():
        for which, changes in (("set", scenario.set), ("scale", scenario.scale)):
            for key, value in changes.items():
                for name in model.resolve(key):
                    to = value if which == "set" else value * fixed.get(name, 0.0)
                    moves.setdefault(name, []).append(to)
    found = {}
    for name, places in moves.items():
        if name not in fixed:  # its prior is its range
            continue
        own = stream(seed, name)
        size = base[name].size
        there = own.uniform(min(*places, fixed[name]), max(*places, fixed[name]), size)
        found[name] = np.where(own.random(size) < 0.5, there, base[name])
    return found
