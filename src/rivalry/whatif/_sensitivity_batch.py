"""Many trajectories as bare arrays, each with random numbers of its choice; broken ones are NaN.

`rivalry.engine.simulate` gives row i the random numbers i and stops at the first fault. Here rows
that differ in one parameter must share their random numbers, and a row at the edge of a prior may
break without taking the others with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import Schedule, Start
from rivalry.engine._kernels import Kernel, simulate_kernel
from rivalry.engine._simulate import count_threads, due_table, input_table
from rivalry.model import Model
from rivalry.whatif._ensemble import Array

Keys = NDArray[np.int64]
Progress = Callable[[int, int], None]
Result = TypeVar("Result")
#: Rows that a thread works off before it reports.
BLOCK = 64


@dataclass(frozen=True)
class World:
    """A model with its tables laid out once.

    Attributes
    ----------
    model : Model
    kernel : callable
    inputs, due : ndarray
        As the kernel reads them.
    """

    model: Model
    kernel: Kernel
    inputs: NDArray[np.float64]
    due: NDArray[np.int64]

    @classmethod
    def of(cls, model: Model) -> World:
        """Compile a model and lay out its tables."""
        return cls(model, simulate_kernel(model), input_table(model), due_table(model))

    def run(
        self,
        parameters: Array,
        keys: Keys,
        seed: int,
        schedule: Schedule,
        names: Sequence[str],
        series: Sequence[str],
        span: tuple[int, int],
        start: Start | None = None,
    ) -> tuple[Array, NDArray[np.bool_]]:
        """Simulate in this thread.

        Parameters
        ----------
        parameters : ndarray (n, n_parameters)
        keys : ndarray (n,)
            Rows with the same key have the same random numbers, element by element.
        seed : int
        schedule : Schedule
        names, series : sequence of str
            Recordable elements, and observations whose data are drawn too.
        span : tuple of int
            Months to keep, as [first, stop) from the model's start.
        start : Start, optional

        Returns
        -------
        values : ndarray (n, months, names + series)
            NaN throughout for a trajectory that breaks.
        sound : ndarray of bool (n,)
            Which do not.
        """
        model, (first, stop) = self.model, span
        begin = 0 if start is None else model.time.index(start.after) + 1
        states = np.zeros((0, 0)) if start is None else np.ascontiguousarray(start.states)
        rec = np.array([model.recordable.index(n) for n in names], dtype=np.int64)
        n, n_obs = len(parameters), len(model.observations) if series else 0
        out = np.full((n, stop - begin, len(names)), np.nan)
        outy = np.full((n, stop - begin, n_obs), np.nan)
        errors = np.zeros((n, 3))
        self.kernel(
            np.empty(4, dtype=np.uint64),
            np.empty(max(len(model.recordable), 1)),
            0, n, stop, model.time.start.month - 1, keys, np.ascontiguousarray(parameters),
            schedule.parameters, schedule.fire, self.inputs, self.due, seed, True, rec, out, outy,
            errors, begin, states,
        )  # fmt: skip
        columns = [o.name for o in model.observations]
        found = np.concatenate([out, outy[:, :, [columns.index(s) for s in series]]], axis=2)
        sound = errors[:, 0] == 0
        found[~sound] = np.nan
        return found[:, first - begin :], sound


def in_blocks(
    work: Callable[[int, int], Result],
    n: int,
    threads: int | None,
    tick: Callable[[int], None] | None = None,
    size: int = BLOCK,
) -> list[Result]:
    """Work off rows 0 to n in blocks, on threads; results in order.

    Parameters
    ----------
    work : callable (first, stop)
    n : int
    threads : int or None
    tick : callable (rows done), optional
    size : int
        Of a block; results must not depend on it.
    """
    spans = [(i, min(i + size, n)) for i in range(0, n, size)]
    if not spans:
        return []
    results = [work(*spans[0])]  # compiles, in one thread
    if tick is not None:
        tick(spans[0][1])
    with ThreadPoolExecutor(max_workers=count_threads(threads)) as pool:
        futures = [pool.submit(work, *s) for s in spans[1:]]
        try:
            for (first, stop), future in zip(spans[1:], futures, strict=True):
                results.append(future.result())
                if tick is not None:
                    tick(stop - first)
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    return results


class Counter:
    """Adds up what is done of a known whole, for a progress bar."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.done, self._progress = total, 0, progress

    def __call__(self, rows: int) -> None:
        self.done += rows
        if self._progress is not None:
            self._progress(min(self.done, self.total), self.total)
