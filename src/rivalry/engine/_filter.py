"""The bootstrap particle filter on generated kernels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.engine._faults import run_fault
from rivalry.engine._history import FilterHistory
from rivalry.engine._kernels import filter_kernel
from rivalry.engine._schedule import build_schedule
from rivalry.engine._simulate import check_seed, input_table
from rivalry.engine._support import gather, resample
from rivalry.engine.codegen import state_names
from rivalry.model import Model


@dataclass(frozen=True)
class FilterResult:
    """Outcome of one filter.

    `log_likelihood` is the unbiased estimate's logarithm; `increments` (n_months,) its terms;
    `ess` (n_months,) the effective sample size after weighing.
    """

    log_likelihood: float
    increments: NDArray[np.float64]
    ess: NDArray[np.float64]
    history: FilterHistory | None = None


class BootstrapFilter:
    """Bootstrap filter of Gordon, Salmond & Smith (1993) with adaptive systematic resampling.

    Particles are resampled when the effective sample size falls under half. All arrays are
    allocated once, so that a filter can be run many times in a fit.

    Parameters
    ----------
    model : Model
    n_particles : int
    """

    def __init__(self, model: Model, n_particles: int) -> None:
        self.model = model
        self.n = n_particles
        self._kernel = filter_kernel(model)
        self._state = np.zeros((n_particles, len(state_names(model))))
        self._other = np.empty_like(self._state)
        self._increment = np.zeros(n_particles)
        self._ancestors = np.zeros(n_particles, dtype=np.int64)
        self._stream = np.empty(4, dtype=np.uint64)
        self._inputs = input_table(model)
        self._schedule = build_schedule(model)
        self._data, self._high = data_tables(model)

    def run(
        self,
        parameters: NDArray[np.float64],
        seed: int,
        stream: int = 0,
        n_months: int | None = None,
        keep: bool = False,
    ) -> FilterResult:
        """Run the filter over the data.

        Parameters
        ----------
        parameters : ndarray (n_parameters,)
        seed, stream : int
            Key of the random numbers; each (seed, stream) gives an independent estimate.
        n_months : int, optional
            Stop after this many months; default: after the last month that has data.
        keep : bool
            Also keep every month's particles and ancestors (`FilterResult.history`):
            8 bytes x months x particles x states.

        Raises
        ------
        RivalryError
            R0801..R0804 if every particle broke in the same month.
        """
        check_seed(seed)
        params = np.ascontiguousarray(parameters, dtype=np.float64)
        months = self.last_data_month() + 1 if n_months is None else n_months
        increments, ess = np.zeros(months), np.zeros(months)
        log_weights = np.zeros(self.n)
        log_sum = math.log(self.n)
        errors = np.zeros(3)
        rng = np.random.default_rng([seed, stream, 1])
        history = FilterHistory.empty(self.model, months, self.n) if keep else None
        for t in range(months):
            errors[:] = 0.0
            self._kernel(
                self._stream,
                0, self.n, t, self.model.time.start.month - 1, self._state, self._increment,
                params, self._schedule.parameters, self._schedule.fire, self._inputs,
                self._data, self._high, seed, stream, errors,
            )  # fmt: skip
            if errors[0] and np.isneginf(self._increment).all():
                # not merely unlikely data: every particle broke or could not be weighed
                raise run_fault(self.model, errors[None, :], params[None, :])
            log_weights += self._increment
            top = log_weights.max()
            if not np.isfinite(top):
                increments[t:] = -np.inf
                return FilterResult(-math.inf, increments, ess)
            weights = np.exp(log_weights - top)
            total = weights.sum()
            log_new = top + math.log(total)
            increments[t] = log_new - log_sum
            ess[t] = total * total / np.dot(weights, weights)
            log_sum = log_new
            if history is not None:
                history.states[t] = self._state
                history.weights[t] = weights / total
            if ess[t] < 0.5 * self.n:
                resample(weights, rng.random(), self._ancestors)
                gather(self._state, self._ancestors, self._other)
                self._state, self._other = self._other, self._state
                log_weights[:] = 0.0
                log_sum = math.log(self.n)
                if history is not None:
                    history.ancestors[t] = self._ancestors
        return FilterResult(float(increments.sum()), increments, ess, history)

    def last_data_month(self) -> int:
        """Position of the last month with any datum."""
        return last_data_month(self._data, self._high)


def data_tables(model: Model) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return data and high ends of ranges as (n_months, n_observations), NaN where missing."""
    shape = (model.time.n_months, max(len(model.observations), 1))
    data, high = np.full(shape, np.nan), np.full(shape, np.nan)
    for j, o in enumerate(model.observations):
        data[:, j] = o.data
        if o.high is not None:
            high[:, j] = o.high
    return data, high


def last_data_month(data: NDArray[np.float64], high: NDArray[np.float64]) -> int:
    """Position of the last month with any datum; the last month if there is none."""
    rows = np.flatnonzero((~(np.isnan(data) & np.isnan(high))).any(axis=1))
    return int(rows[-1]) if len(rows) else data.shape[0] - 1
