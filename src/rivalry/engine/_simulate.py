"""Ensembles of trajectories."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from rivalry.engine._faults import run_fault
from rivalry.engine._kernels import simulate_kernel
from rivalry.engine._schedule import Schedule, build_schedule
from rivalry.engine.codegen import state_names
from rivalry.foundation import Month, Problem, RivalryError, nearest
from rivalry.model import Model
from rivalry.model._priors import draw_parameters
from rivalry.model.spec import ScenarioSpec

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Start:
    """States from which trajectories go on.

    Attributes
    ----------
    after : Month
        The month at whose end they stand.
    states : ndarray (n_draws, n_states)
        Columns as in `FilterHistory.names`.
    """

    after: Month
    states: NDArray[np.float64]


#: Draws a task runs; small enough for progress and cancelling, large enough to cost nothing.
_CHUNK = 32


def default_outputs(model: Model) -> list[str]:
    """Stocks, levels, accumulators and noise: what a first look wants."""
    parts = (model.stocks, model.levels, model.accumulators, model.noise)
    return [x.name for part in parts for x in part]


def simulate(
    model: Model,
    n_draws: int = 1000,
    seed: int = 1,
    *,
    outputs: Sequence[str] | None = None,
    observations: bool = True,
    parameters: NDArray[np.float64] | None = None,
    scenario: str | ScenarioSpec | Schedule | None = None,
    threads: int | None = None,
    keyed: bool = False,
    progress: Progress | None = None,
    start: Start | None = None,
    until: Month | None = None,
) -> xr.Dataset:
    """Simulate an ensemble.

    Parameters
    ----------
    model : Model
    n_draws : int
        Trajectories; ignored when `parameters` is given.
    seed : int
        The same seed gives the same ensemble for any number of threads.
    outputs : sequence of str, optional
        What to write (names or base names of arrays); default: stocks, levels, noise and
        accumulators. Memory is 8 bytes x draws x months x outputs.
    observations : bool
        Also draw the data that each trajectory would give (``y:<name>``).
    parameters : ndarray (n_draws, n_parameters), optional
        Parameter vectors; default: drawn from the priors.
    scenario : str, ScenarioSpec or Schedule, optional
        What to change; default: the reference. A schedule may hold several laid over each other.
    threads : int, optional
        Default: the processors this process may use.
    keyed : bool
        Common random numbers: every element draws from a stream of its own, so that a change
        in one flow leaves the numbers of all others untouched.
    progress : callable (done, total), optional
    start : Start, optional
        States to go on from, such as a filter's at an origin; default: the model's start.
    until : Month, optional
        Last month to simulate; default: the model's last.

    Returns
    -------
    xarray.Dataset
        Variables (draw, month) named by element, ``y:<observation>`` for simulated data, and
        ``parameters`` (draw, parameter).

    Raises
    ------
    RivalryError
        R0801..R0804 when a trajectory breaks (negative or infinite hazard, a level that is not
        finite), R0807 for an unknown output, R0808 for a number or month out of range.
    """
    check_seed(seed)
    if parameters is None:
        if n_draws < 1:
            raise RivalryError(
                Problem("R0808", f"{n_draws} draws", "Ask for at least 1."), exit_code=2
            )
        parameters = draw_parameters(model, n_draws, seed)
    parameters = np.ascontiguousarray(parameters, dtype=np.float64)
    n_draws = parameters.shape[0]
    names = resolve_outputs(model, outputs)
    rec = np.array([model.recordable.index(n) for n in names], dtype=np.int64)
    begin, months = _span(model, n_draws, start, until)
    states = np.zeros((0, 0)) if start is None else np.ascontiguousarray(start.states)
    n_obs = len(model.observations) if observations else 0
    out = np.full((n_draws, months - begin, len(names)), np.nan)
    outy = np.full((n_draws, months - begin, n_obs), np.nan)
    errors = np.zeros((n_draws, 3))
    schedule = scenario if isinstance(scenario, Schedule) else build_schedule(model, scenario)
    inputs, due = input_table(model), due_table(model)
    ids = np.arange(n_draws)
    kernel = simulate_kernel(model)

    def work(first: int, last: int) -> int:
        kernel(
            np.empty(4, dtype=np.uint64),
            np.empty(max(len(model.recordable), 1)),
            first, last, months, model.time.start.month - 1, ids, parameters,
            schedule.parameters, schedule.fire, inputs, due, seed, keyed, rec,
            out[first:last], outy[first:last], errors, begin, states,
        )  # fmt: skip
        return last - first

    work(0, 0)  # compiles, in one thread
    chunks = [(i, min(i + _CHUNK, n_draws)) for i in range(0, n_draws, _CHUNK)]
    done = 0
    with ThreadPoolExecutor(max_workers=count_threads(threads)) as pool:
        futures = [pool.submit(work, *c) for c in chunks]
        try:
            for future in futures:
                done += future.result()
                if progress is not None:
                    progress(done, n_draws)
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    if errors[:, 0].any():
        raise run_fault(model, errors, parameters)
    return dataset(model, names, out, outy, parameters, seed, begin)


def _span(model: Model, n_draws: int, start: Start | None, until: Month | None) -> tuple[int, int]:
    """First month to simulate, and the one after the last (R0808 outside the model's time)."""
    begin = 0 if start is None else model.time.index(start.after) + 1
    end = model.time.n_months if until is None else model.time.index(until) + 1
    if start is not None and (begin < 1 or start.states.shape != _shape(model, n_draws)):
        raise ValueError(f"states {start.states.shape} after {start.after} do not fit the model")
    if not begin < end <= model.time.n_months:
        first = model.time.start + begin
        raise RivalryError(
            Problem(
                "R0808",
                f"months {first} to {until or model.time.end} of a model that runs from "
                f"{model.time.start} to {model.time.end}",
                "Name months inside the model's time, or move time.end.",
            ),
            exit_code=2,
        )
    return begin, end


def _shape(model: Model, n_draws: int) -> tuple[int, int]:
    return n_draws, len(state_names(model))


def input_table(model: Model) -> NDArray[np.float64]:
    """Lay out inputs as (n_months, substeps, n_inputs)."""
    n, k = model.time.n_months, model.time.substeps
    table = np.zeros((n, k, max(len(model.inputs), 1)))
    for i, series in enumerate(model.inputs):
        table[:, :, i] = series.values if series.fine else series.values[:, None]
    return table


def due_table(model: Model) -> NDArray[np.int64]:
    """Mark with 1 where a period of an observation ends, as (n_months, n_observations)."""
    periods = {"month": 1, "quarter": 3, "half-year": 6, "year": 12, "irregular": 1, "start": 1}
    number = np.arange(model.time.n_months) + model.time.start.month
    table = np.zeros((model.time.n_months, max(len(model.observations), 1)), dtype=np.int64)
    for j, observation in enumerate(model.observations):
        table[:, j] = number % periods[observation.every] == 0
        table[: observation.whole_from, j] = 0
    return table


def observed(model: Model) -> xr.Dataset:
    """Return the data of a case on the model's months.

    Returns
    -------
    xarray.Dataset
        A variable (month) for each observation, NaN where missing; for ranges the low end, and
        ``<name>:high`` for the high end.
    """
    data: dict[str, tuple[list[str], NDArray[np.float64], dict[str, str]]] = {}
    for o in model.observations:
        attrs = {"unit": o.unit or "", "label": o.label, "every": o.every, "family": o.family}
        data[o.name] = (["month"], o.data, attrs)
        if o.high is not None:
            data[f"{o.name}:high"] = (["month"], o.high, attrs)
    return xr.Dataset(data, coords={"month": month_index(model)})


def month_index(model: Model) -> pd.DatetimeIndex:
    """First days of the model's months."""
    return pd.DatetimeIndex([m.first_day for m in model.months])


def resolve_outputs(model: Model, outputs: Sequence[str] | None) -> list[str]:
    """Scalar names to record, in the order asked for; unknown ones are R0807."""
    if outputs is None:
        return default_outputs(model)
    known = set(model.recordable)
    names: dict[str, None] = {}
    for name in outputs:
        found = [n for n in model.resolve(name) if n in known]
        if not found:
            near = nearest(name, [*known, *model.groups])
            raise RivalryError(
                Problem(
                    "R0807",
                    f"{name!r} cannot be recorded",
                    (f"Did you mean {near!r}? " if near else "")
                    + "Stocks, levels, noise, auxiliaries, flows and accumulators can be.",
                ),
                exit_code=2,
            )
        names |= dict.fromkeys(found)
    return list(names)


def check_seed(seed: int) -> None:
    """Refuse what a 64-bit generator does not take (R0808)."""
    if not 0 <= seed < 2**63:
        raise RivalryError(
            Problem("R0808", f"the seed {seed}", "Give a whole number from 0 to 2^63 - 1."),
            exit_code=2,
        )


def count_threads(threads: int | None) -> int:
    """Threads to use: those asked for, or the processors this process may use."""
    if threads is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    if threads < 1:
        raise RivalryError(
            Problem("R0808", f"{threads} threads", "Ask for at least 1."), exit_code=2
        )
    return threads


def dataset(
    model: Model,
    names: list[str],
    out: NDArray[np.float64],
    outy: NDArray[np.float64],
    parameters: NDArray[np.float64],
    seed: int,
    begin: int = 0,
) -> xr.Dataset:
    """Lay out what a backend computed, from month `begin` on; see `simulate`."""
    data: dict[str, tuple[list[str], NDArray[np.float64], dict[str, str]]] = {}
    for j, name in enumerate(names):
        element = model.elements[name]
        unit = element.unit or ""
        if element.kind == "flow":
            unit = "people/month"
        attrs = {"unit": unit, "kind": element.kind, "label": element.label}
        data[name] = (["draw", "month"], out[:, :, j], attrs)
    for j, o in enumerate(model.observations[: outy.shape[2]]):
        attrs = {"unit": o.unit or "", "kind": "observation", "label": o.label}
        data[f"y:{o.name}"] = (["draw", "month"], outy[:, :, j], attrs)
    data["parameters"] = (["draw", "parameter"], parameters, {"kind": "parameter"})
    coords = {
        "draw": np.arange(out.shape[0]),
        "month": month_index(model)[begin : begin + out.shape[1]],
        "parameter": [p.name for p in model.parameters],
    }
    return xr.Dataset(data, coords=coords, attrs={"title": model.title, "seed": seed})
