"""Trajectories under a schedule, as bare arrays.

`rivalry.engine.simulate` takes one scenario and returns a labelled ensemble. Contrasts need
several scenarios laid over each other, and the same tables for many runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import Start, count_threads
from rivalry.engine._faults import run_fault
from rivalry.engine._kernels import simulate_kernel
from rivalry.engine._schedule import Schedule
from rivalry.engine._simulate import check_seed, due_table, input_table
from rivalry.engine.codegen import state_names
from rivalry.foundation import Month
from rivalry.model import Model

Array = NDArray[np.float64]
_CHUNK = 32


@dataclass(frozen=True)
class Runner:
    """What all runs of a comparison share.

    Attributes
    ----------
    model : Model
    parameters : ndarray (n_draws, n_parameters)
    seed : int
        Every element of every draw has a stream of its own, so that runs differ only by what
        their schedules change.
    threads : int or None
    """

    model: Model
    parameters: Array
    seed: int
    threads: int | None = None

    def run(
        self,
        schedule: Schedule,
        names: Sequence[str],
        series: Sequence[str],
        first: Month,
        last: Month,
        start: Start | None = None,
    ) -> Array:
        """Simulate and record.

        Parameters
        ----------
        schedule : Schedule
        names : sequence of str
            Recordable elements.
        series : sequence of str
            Observations whose data are drawn too.
        first, last : Month
            Months to keep; the run itself begins at the model's start or after `start`.
        start : Start, optional

        Returns
        -------
        ndarray (n_draws, months, names + series)

        Raises
        ------
        RivalryError
            R0801..R0804, R0809 when a trajectory breaks.
        """
        model = self.model
        check_seed(self.seed)
        begin = 0 if start is None else model.time.index(start.after) + 1
        end = model.time.index(last) + 1
        n = len(self.parameters)
        states = np.zeros((0, 0)) if start is None else np.ascontiguousarray(start.states)
        rec = np.array([model.recordable.index(x) for x in names], dtype=np.int64)
        out = np.full((n, end - begin, len(names)), np.nan)
        outy = np.full((n, end - begin, len(model.observations) if series else 0), np.nan)
        errors = np.zeros((n, 3))
        inputs, due, ids = input_table(model), due_table(model), np.arange(n)
        kernel = simulate_kernel(model)

        def work(one: tuple[int, int]) -> None:
            a, b = one
            kernel(
                np.empty(4, dtype=np.uint64), np.empty(max(len(model.recordable), 1)), a, b, end,
                model.time.start.month - 1, ids, self.parameters, schedule.parameters,
                schedule.fire, inputs, due, self.seed, True, rec, out[a:b], outy[a:b], errors,
                begin, states,
            )  # fmt: skip

        work((0, 0))  # compiles, in one thread
        chunks = [(i, min(i + _CHUNK, n)) for i in range(0, n, _CHUNK)]
        with ThreadPoolExecutor(max_workers=count_threads(self.threads)) as pool:
            list(pool.map(work, chunks))
        if errors[:, 0].any():
            raise run_fault(model, errors, self.parameters)
        skip = model.time.index(first) - begin
        if not series:
            return out[:, skip:]
        order = [o.name for o in model.observations]
        drawn = outy[:, :, [order.index(s) for s in series]]
        return np.concatenate([out, drawn], axis=2)[:, skip:]


def states_at(runner: Runner, schedule: Schedule, months: Sequence[Month]) -> dict[Month, Start]:
    """Run from the model's start and return the states at the end of some months.

    What several what-ifs have in common, the time before the first of them, is simulated once.

    Parameters
    ----------
    runner : Runner
    schedule : Schedule
        Of the reference.
    months : sequence of Month
        Inside the model's time.
    """
    if not months:
        return {}
    model = runner.model
    names = state_names(model)
    logged = [i for i, x in enumerate(names) if x in {p.name for p in model.noise if _log(p)}]
    start, last = model.time.start, max(months, key=lambda m: m.ordinal)
    found = runner.run(schedule, names, (), start, last)
    # a trajectory keeps noise on a log scale as the factor it stands for, a state as its logarithm
    starts = {}
    for month in months:
        states = found[:, model.time.index(month)].copy()
        states[:, logged] = np.log(states[:, logged])
        starts[month] = Start(month, states)
    return starts


def _log(process: object) -> bool:
    return getattr(process, "kind", "") == "ar1" and bool(getattr(process, "log", False))
