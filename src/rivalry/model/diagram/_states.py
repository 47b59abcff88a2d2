"""Plausible states of a model, spread widely, at which signs of dependencies are taken."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from rivalry.model._priors import draw_parameters
from rivalry.model.ir import LookupTable, Model, evaluate

Array = NDArray[np.float64]


def sample_states(model: Model, n: int, seed: int) -> dict[str, Array]:
    """Draw values for every element, auxiliaries and flows computed from the rest.

    Stocks are spread log-normally around their start (or log-uniformly from 1 to the largest
    start where they begin empty), bounded levels uniformly, parameters by their priors, inputs
    by their months. The states need not be reached by any run: a sign that holds over all of
    them holds where the model goes.

    Returns
    -------
    dict of str to ndarray (n,)
    """
    lookups = {t.name: t for t in model.lookups}
    values: dict[str, Array] = {}
    drawn = draw_parameters(model, n, seed)
    for j, parameter in enumerate(model.parameters):
        values[parameter.name] = drawn[:, j]
    rng = np.random.default_rng(seed)
    months = rng.integers(0, model.time.n_months, n)
    ticks = rng.integers(0, model.time.substeps, n)
    for series in model.inputs:
        values[series.name] = (
            series.values[months, ticks] if series.fine else series.values[months]
        ).astype(float)
    starts = {s.name: evaluate(s.initial, values, lookups) for s in model.stocks}
    largest = max((float(np.max(v)) for v in starts.values()), default=1e4)
    for stock in model.stocks:
        own = _stream(seed, stock.name)
        start = np.broadcast_to(starts[stock.name], (n,))
        around = start * np.exp(own.normal(0.0, 1.0, n))
        spread = np.exp(own.uniform(0.0, np.log(max(largest, 10.0)), n))
        values[stock.name] = np.maximum(np.where(start > 0, around, spread), 1.0)
    for level in model.levels:
        own = _stream(seed, level.name)
        start = np.broadcast_to(evaluate(level.initial, values, lookups), (n,))
        if np.isfinite(level.lower) and np.isfinite(level.upper):
            values[level.name] = own.uniform(level.lower, level.upper, n)
        else:
            moved = start + np.maximum(np.abs(start), 1.0) * own.normal(0.0, 1.0, n)
            values[level.name] = np.clip(moved, level.lower, level.upper)
    for process in model.noise:
        own = _stream(seed, process.name)
        z = 0.5 * own.normal(0.0, 1.0, n)
        positive = process.kind == "gamma" or process.log
        values[process.name] = np.exp(z) if positive else z
    for acc in model.accumulators:
        own = _stream(seed, acc.name)
        values[acc.name] = np.exp(own.uniform(-1.0, 6.0, n))
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


def _stream(seed: int, name: str) -> np.random.Generator:
    # by name, so that adding an element leaves the others' states as they were
    return np.random.default_rng([seed, zlib.crc32(name.encode())])
