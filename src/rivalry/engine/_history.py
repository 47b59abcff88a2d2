"""What a filter remembers: particles, weights and ancestors, for filtered and smoothed states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.engine.codegen import state_names
from rivalry.model import Model


@dataclass(frozen=True)
class FilterHistory:
    """Particles of every month.

    Attributes
    ----------
    names : tuple of str
        States, in the order of the last axis. AR(1) noise on a log scale is kept as the
        logarithm of the factor it stands for.
    states : ndarray (n_months, n_particles, n_states)
        Before resampling.
    weights : ndarray (n_months, n_particles)
        Normalised, before resampling.
    ancestors : ndarray (n_months, n_particles)
        Which particle of this month each particle of the next comes from.
    """

    names: tuple[str, ...]
    states: NDArray[np.float64]
    weights: NDArray[np.float64]
    ancestors: NDArray[np.int64]

    @classmethod
    def empty(cls, model: Model, months: int, particles: int) -> FilterHistory:
        """Allocate; ancestors begin as 'itself', which holds where nothing is resampled."""
        names = tuple(state_names(model))
        own = np.broadcast_to(np.arange(particles), (months, particles)).copy()
        return cls(
            names,
            np.zeros((months, particles, len(names))),
            np.zeros((months, particles)),
            own,
        )

    def filtered_mean(self, name: str) -> NDArray[np.float64]:
        """Mean of a state given the data up to each month; (n_months,)."""
        j = self.names.index(name)
        return np.asarray((self.weights * self.states[:, :, j]).sum(axis=1))

    def trajectories(self, n: int, seed: int) -> NDArray[np.float64]:
        """Draw smoothed trajectories by following ancestors back from the last month.

        Each is a draw from the distribution given all data (Andrieu, Doucet & Holenstein 2010),
        but far back many share an ancestor: `unique_ancestors` says how many there are.

        Returns
        -------
        ndarray (n, n_months, n_states)
        """
        rng = np.random.default_rng(seed)
        months = self.states.shape[0]
        at = rng.choice(self.states.shape[1], size=n, p=self.weights[-1])
        out = np.empty((n, months, len(self.names)))
        for t in range(months - 1, -1, -1):
            if t < months - 1:
                at = self.ancestors[t][at]
            out[:, t] = self.states[t, at]
        return out

    def unique_ancestors(self) -> NDArray[np.int64]:
        """Particles of each month that some particle of the last month descends from."""
        months, particles = self.weights.shape
        alive = np.arange(particles)[self.weights[-1] > 0]
        counts = np.zeros(months, dtype=np.int64)
        counts[-1] = len(alive)
        for t in range(months - 2, -1, -1):
            alive = np.unique(self.ancestors[t][alive])
            counts[t] = len(alive)
        return counts
