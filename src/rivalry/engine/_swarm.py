"""A filter whose particles carry parameters of their own."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from rivalry.engine._faults import run_fault
from rivalry.engine._filter import data_tables, last_data_month
from rivalry.engine._kernels import swarm_kernel
from rivalry.engine._schedule import build_schedule
from rivalry.engine._simulate import input_table
from rivalry.engine._support import resample
from rivalry.engine.codegen import state_names
from rivalry.model import Model

#: Particles that share a stream of random numbers; the kernel's own.
_BLOCK = 1024


class Swarm:
    """Particles with parameters, moved a month at a time and resampled every month.

    Parameters
    ----------
    model : Model
    n_particles : int
    threads : int
        Streams belong to blocks of particles, so that results do not depend on it.
    """

    def __init__(self, model: Model, n_particles: int, threads: int = 1) -> None:
        self.model = model
        self.n = n_particles
        self._kernel = swarm_kernel(model)
        self._state = np.zeros((n_particles, len(state_names(model))))
        self._increment = np.zeros(n_particles)
        self._ancestors = np.zeros(n_particles, dtype=np.int64)
        blocks = -(-n_particles // _BLOCK)
        self._parts = np.linspace(0, blocks, min(threads, blocks) + 1).astype(np.int64) * _BLOCK
        self._parts[-1] = n_particles
        self._compiled = False
        self._inputs = input_table(model)
        self._schedule = build_schedule(model)
        self._data, self._high = data_tables(model)
        self.months = last_data_month(self._data, self._high) + 1

    @property
    def states(self) -> NDArray[np.float64]:
        """The particles (n_particles, n_states) after the last step, equally likely."""
        return self._state

    def step(
        self, t: int, parameters: NDArray[np.float64], seed: int, stream: int, u: float
    ) -> tuple[float, NDArray[np.int64]]:
        """Move all particles through month `t`, weigh and resample them.

        Parameters
        ----------
        parameters : ndarray (n_particles, n_parameters)
        seed, stream : int
            Key of the random numbers.
        u : float
            Uniform number of the systematic resampling.

        Returns
        -------
        log_mean : float
            Logarithm of the mean weight; -inf if no particle could give the data.
        ancestors : ndarray (n_particles,)
            Which particle each of the new ones comes from; their parameters must follow.

        Raises
        ------
        RivalryError
            R0801..R0804, R0809 if every particle broke.
        """
        errors = np.zeros((len(self._parts) - 1, 3))

        def move(part: int, first: int, last: int) -> None:
            self._kernel(
                np.empty(4, dtype=np.uint64), first, last, t, self.model.time.start.month - 1,
                self._state, self._increment, parameters, self._schedule.parameters,
                self._schedule.fire, self._inputs, self._data, self._high, seed, stream,
                errors[part],
            )  # fmt: skip

        if not self._compiled:
            move(0, 0, 0)  # compiles, in one thread
            self._compiled = True
        parts = list(zip(self._parts[:-1].tolist(), self._parts[1:].tolist(), strict=True))
        if len(parts) == 1:
            move(0, *parts[0])
        else:
            with ThreadPoolExecutor(len(parts)) as pool:
                list(pool.map(move, range(len(parts)), *zip(*parts, strict=True)))
        top = float(self._increment.max())
        if not math.isfinite(top):
            if errors[:, 0].any():
                raise run_fault(self.model, errors, parameters[self._parts[:-1]])
            return -math.inf, np.arange(self.n)
        weights = np.exp(self._increment - top)
        resample(weights, u, self._ancestors)
        self._state = self._state[self._ancestors]
        return top + math.log(weights.mean()), self._ancestors.copy()
