"""Trajectories under a schedule, as bare arrays: many runs that differ by their schedules alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import Schedule, Start, simulate
from rivalry.engine.codegen import state_names
from rivalry.foundation import Month
from rivalry.model import Model

Array = NDArray[np.float64]


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
        found = simulate(
            self.model, seed=self.seed, outputs=names, observations=bool(series),
            parameters=self.parameters, scenario=schedule, threads=self.threads, keyed=True,
            start=start, until=last,
        )  # fmt: skip
        begin = 0 if start is None else self.model.time.index(start.after) + 1
        skip = self.model.time.index(first) - begin
        columns = [*names, *(f"y:{s}" for s in series)]
        return np.stack([found[c].values[:, skip:] for c in columns], axis=2)


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
