"""What a fit says of data and hidden states, at some draws of every chain.

At each kept draw a new filter runs, whose random numbers the chain never saw: the estimate that
made a chain accept a point is too high on average. It gives the likelihood of each month given
those before it, and one smoothed trajectory. The free-running model, from the same draws, gives
the posterior predictive.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np
import xarray as xr
from joblib import Parallel, delayed
from numpy.typing import NDArray

from rivalry.engine import BootstrapFilter, FilterResult, count_threads, observed, simulate
from rivalry.foundation import Problem, RivalryError
from rivalry.inference._chain import ChainSettings, ChainState
from rivalry.inference._origin import default_origin, origin_states, state_at
from rivalry.inference._points import BROKEN
from rivalry.inference._space import PriorSpace
from rivalry.model import Model, draw_parameters

Array = NDArray[np.float64]
Groups = dict[str, xr.Dataset]
#: Draws at which filters run, over all chains, if nothing else is asked for.
KEEP = 400
#: Levels at which the smoothed states are given.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
#: Numbers of filters and simulations that no chain uses: chains count up from zero.
_STREAM = 1_000_000_000_000
_TRIES = 4


@dataclass(frozen=True)
class Checks:
    """Groups of a posterior file made by running the model at kept draws.

    `groups` holds ``log_likelihood``, ``posterior_predictive``, ``observed_data``,
    ``smoothed_states`` and ``origin_states``; `warnings` says what could not be made, and why.
    """

    groups: Groups
    warnings: tuple[Problem, ...] = ()


def spread_out(n: int, k: int) -> NDArray[np.int64]:
    """Choose `k` of `n` positions, evenly spaced; all of them if there are fewer."""
    k = min(n, k)
    at: NDArray[np.int64] = ((np.arange(k) + 0.5) * (n / max(k, 1))).astype(np.int64)
    return at


def run_checks(
    space: PriorSpace,
    settings: ChainSettings,
    states: Sequence[ChainState],
    *,
    keep: int = KEEP,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Checks:
    """Run filters and the free model at some draws of a fit.

    Parameters
    ----------
    space : PriorSpace
    settings : ChainSettings
        Its seed keys all random numbers, its particles are those of each filter.
    states : sequence of ChainState
    keep : int
        Draws over all chains, evenly spaced in each.
    threads : int, optional
        Results do not depend on it.
    progress : callable (done, total), optional

    Returns
    -------
    Checks
    """
    chains = len(states)
    at = spread_out(settings.iterations, max(1, keep // chains))
    scores = np.array([s.draws[settings.warmup :][at] for s in states])
    coords = {"chain": np.arange(chains), "draw": at}
    flat = scores.reshape(chains * len(at), space.size)
    model = space.model
    increments, paths, ends = _filters(space, settings, flat, threads, progress)
    months = [str(m) for m in model.months]
    groups: Groups = {
        "log_likelihood": _log_likelihood(increments, coords, months),
        "observed_data": _observed(model, months),
    }
    warnings: list[Problem] = []
    lost = [i for i, path in enumerate(paths) if path is None]
    if len(lost) < len(paths):
        groups["smoothed_states"] = _smoothed(model, paths, months)
        groups["origin_states"] = origin_states(space, flat, default_origin(model), ends, coords)
    if lost:
        groups["log_likelihood"].attrs["draws_without_likelihood"] = len(lost)
        warnings.append(
            Problem(
                "R0811",
                f"at {len(lost)} of {len(paths)} draws of the posterior {_TRIES} filters in turn "
                "lost all their particles; these draws have no smoothed states",
                "Fit with more particles.",
                severity="warning",
            )
        )
    try:
        groups["posterior_predictive"] = _predictive(space, settings, flat, coords, months, threads)
    except RivalryError as error:
        # a fit of hours is not thrown away because the free model breaks at one of its draws
        warnings += [
            Problem(p.code, f"no posterior predictive: {p.message}", p.remedy, severity="warning")
            for p in error.problems
        ]
    return Checks(groups, tuple(warnings))


def _filters(
    space: PriorSpace,
    settings: ChainSettings,
    scores: Array,
    threads: int | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[Array, list[Array | None], list[Array | None]]:
    """Run a filter at each draw: log-likelihood by month, a smoothed trajectory, an end state."""
    total = len(scores)
    workers = min(count_threads(threads), total)
    idle: SimpleQueue[BootstrapFilter] = SimpleQueue()
    for _ in range(workers):
        idle.put(BootstrapFilter(space.model, settings.particles))
    first = idle.get()
    months = first.last_data_month() + 1
    first.run(space.model_point(), settings.seed, _STREAM, n_months=1)  # compiles, in one thread
    idle.put(first)
    point = space.swarm(scores)
    origin = default_origin(space.model)

    def work(k: int) -> tuple[Array, Array | None, Array | None]:
        mine = idle.get()
        try:
            result = None
            for attempt in range(_TRIES):
                result = _run(mine, point[k], settings.seed, _STREAM + k * _TRIES + attempt)
                if result is not None and result.history is not None:
                    seed = np.random.SeedSequence([settings.seed, _STREAM, k])
                    path = result.history.trajectories(1, int(seed.generate_state(1)[0]))[0]
                    key = (settings.seed, _STREAM, k, 1)
                    return (
                        result.increments,
                        path,
                        state_at(result.history, space.model, origin, key),
                    )
            none = np.full(months, -math.inf) if result is None else result.increments
            return none, None, None
        finally:
            idle.put(mine)

    jobs = (delayed(work)(k) for k in range(total))
    found: Iterator[tuple[Array, Array | None, Array | None]] = Parallel(
        n_jobs=workers, prefer="threads", return_as="generator"
    )(jobs)
    increments, paths, ends = np.empty((total, months)), [], []
    for k, (row, path, end) in enumerate(found):
        increments[k] = row
        paths.append(path)
        ends.append(end)
        if progress is not None:
            progress(k + 1, total)
    return increments, paths, ends


def _run(filter_: BootstrapFilter, point: Array, seed: int, stream: int) -> FilterResult | None:
    """Run one filter; None if every particle broke."""
    try:
        return filter_.run(point, seed, stream, keep=True)
    except RivalryError as error:
        if all(p.code in BROKEN for p in error.problems):
            return None
        raise


def _log_likelihood(
    increments: Array, coords: dict[str, NDArray[np.int64]], months: list[str]
) -> xr.Dataset:
    shape = (len(coords["chain"]), len(coords["draw"]), -1)
    data = increments.reshape(shape).astype(np.float32)
    n = data.shape[2]
    return xr.Dataset(
        {"data": (("chain", "draw", "month"), data)},
        coords={**coords, "month": months[:n]},
        attrs={
            "comment": "Log-likelihood of all series of a month given the months before it, "
            "estimated at thinned draws of the posterior by particle filters of their own; 0 in "
            "months without data. Parameters that were not fitted are at their prior medians.",
        },
    )


def _predictive(
    space: PriorSpace,
    settings: ChainSettings,
    scores: Array,
    coords: dict[str, NDArray[np.int64]],
    months: list[str],
    threads: int | None,
) -> xr.Dataset:
    model = space.model
    columns = [model.parameter_index[n] for n in space.names]
    parameters = draw_parameters(model, len(scores), settings.seed)
    parameters[:, columns] = space.swarm(scores)[:, columns]
    ensemble = simulate(
        model, seed=settings.seed, outputs=[], parameters=parameters, threads=threads
    )
    shape = (len(coords["chain"]), len(coords["draw"]), len(months))
    data = {}
    for o in model.observations:
        values = ensemble[f"y:{o.name}"].values.reshape(shape)
        attrs = {"unit": o.unit or "", "label": o.label, "family": o.family}
        data[o.name] = (("chain", "draw", "month"), as_counts(values), attrs)
    others = sum(p.prior is not None for p in model.parameters) - space.size
    return xr.Dataset(
        data,
        coords={**coords, "month": months},
        attrs={
            "comment": "Data that the free-running model gives at thinned draws of the posterior: "
            "it is not steered by the data as a filter is. "
            + (
                f"The {others} uncertain parameters that were not fitted are drawn from their "
                "priors."
                if others
                else "All uncertain parameters were fitted."
            ),
            "parameters_from_prior": others,
        },
    )


def as_counts(values: Array) -> NDArray[np.int32] | NDArray[np.float32]:
    """Turn whole numbers into int32 (absent ones into the least), else float32."""
    present = np.isfinite(values)
    whole = values[present] == np.rint(values[present])
    if whole.all() and (np.abs(values[present]) < 2**31).all():
        return np.where(present, values, MISSING).astype(np.int32)
    return short(values)


def short(values: Array) -> NDArray[np.float32]:
    """Round to single precision with 12 bits of mantissa, a relative error of 0.0001 at most.

    Draws carry far fewer digits of information; the zero bits are what makes a file small.
    """
    bits = values.astype(np.float32).view(np.uint32)
    finite = np.isfinite(values)
    rounded = ((bits + np.uint32(1 << 10)) & np.uint32(0xFFFFFFFF << 11 & 0xFFFFFFFF)).view(
        np.float32
    )
    return np.where(finite, rounded, values).astype(np.float32)


#: Stands for an absent whole number in a file; readers turn it into not-a-number.
MISSING = -(2**31)


def _observed(model: Model, months: list[str]) -> xr.Dataset:
    """Return the data by month; the ends of a range are ``<name>_low`` and ``<name>_high``."""
    data = {}
    found = observed(model)
    for o in model.observations:
        attrs = {"unit": o.unit or "", "label": o.label, "every": o.every, "family": o.family}
        if o.high is None:
            data[o.name] = ("month", found[o.name].values, attrs)
        else:
            data[f"{o.name}_low"] = ("month", found[o.name].values, attrs)
            data[f"{o.name}_high"] = ("month", found[f"{o.name}:high"].values, attrs)
    return xr.Dataset(data, coords={"month": months})


def _smoothed(model: Model, paths: Sequence[Array | None], months: list[str]) -> xr.Dataset:
    """Pool trajectories (month, state) into mean and quantiles of every stock, level, noise."""
    kinds = (("stock", model.stocks), ("level", model.levels), ("noise", model.noise))
    names = [x.name for _, elements in kinds for x in elements]
    # a filter keeps accumulators after these, which are sums and no states
    pooled = np.array([p for p in paths if p is not None])[:, :, : len(names)]
    for noise in model.noise:
        if noise.kind == "ar1" and noise.log:  # filters keep its logarithm
            column = names.index(noise.name)
            pooled[:, :, column] = np.exp(pooled[:, :, column])
    quantiles = np.quantile(pooled, QUANTILES, axis=0).transpose(2, 0, 1)
    return xr.Dataset(
        {
            "mean": (("state", "month"), short(pooled.mean(axis=0).T)),
            "quantiles": (("state", "quantile", "month"), short(quantiles)),
        },
        coords={
            "state": names,
            "quantile": list(QUANTILES),
            "month": months[: pooled.shape[1]],
            "kind": ("state", [kind for kind, elements in kinds for _ in elements]),
            "unit": ("state", [model.elements[n].unit or "" for n in names]),
            "label": ("state", [model.elements[n].label for n in names]),
        },
        attrs={
            "trajectories": len(pooled),
            "comment": "States at the end of each month given all data: one smoothed trajectory a "
            "kept draw of the posterior, pooled. Noise on a log scale is given as the factor "
            "itself. Parameters that were not fitted are at their prior medians.",
        },
    )
