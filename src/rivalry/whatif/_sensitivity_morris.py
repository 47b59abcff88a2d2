"""Elementary effects (Morris 1991): which of many inputs matter, at a few runs each.

A trajectory walks through a grid of the unit cube and moves one input after the other, each once.
What the output changes by, over the length of the step, is the input's elementary effect there.
Over several trajectories mu* is the mean of its size (Campolongo, Cariboni & Saltelli 2007), which
effects of either sign do not cancel in, and sigma its standard deviation: interactions and
curvature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.whatif._ensemble import Array

Keys = NDArray[np.int64]
#: f(u (n, inputs), keys (n,)) -> (n, outputs); rows with one key share their random numbers.
Function = Callable[[Array, Keys], Array]

#: Half of four levels, so that all levels come up equally often (Morris 1991).
STEP = 2.0 / 3.0


@dataclass(frozen=True)
class Screening:
    """Elementary effects.

    Attributes
    ----------
    effects : ndarray (trajectories, inputs, outputs)
        Change of an output over a change of an input from 0 to 1; NaN where a run broke.
    chance : ndarray (trajectories, outputs)
        Change of an output from other random numbers alone, at the trajectories' first points.
    """

    effects: Array
    chance: Array

    @property
    def mu(self) -> Array:
        """Mean effect (inputs, outputs)."""
        return np.asarray(np.nanmean(self.effects, axis=0))

    @property
    def mu_star(self) -> Array:
        """Mean size of the effect (inputs, outputs)."""
        return np.asarray(np.nanmean(np.abs(self.effects), axis=0))

    @property
    def mu_star_error(self) -> Array:
        """Standard error of the mean size (inputs, outputs)."""
        n = np.isfinite(self.effects).sum(axis=0)
        return np.asarray(np.nanstd(np.abs(self.effects), axis=0, ddof=1) / np.sqrt(n))

    @property
    def sigma(self) -> Array:
        """Standard deviation of the effect (inputs, outputs)."""
        return np.asarray(np.nanstd(self.effects, axis=0, ddof=1))


def morris_points(inputs: int, trajectories: int, seed: int) -> tuple[Array, NDArray[np.int64]]:
    """Lay out trajectories.

    Parameters
    ----------
    inputs, trajectories, seed : int

    Returns
    -------
    points : ndarray (trajectories, inputs + 1, inputs)
        On the levels 0, 1/3, 2/3 and 1.
    moved : ndarray (trajectories, inputs)
        The input that each step moves.
    """
    rng = np.random.default_rng([seed, *b"morris"])
    points = np.empty((trajectories, inputs + 1, inputs))
    moved = np.empty((trajectories, inputs), dtype=np.int64)
    for r in range(trajectories):
        low = rng.integers(0, 2, inputs) / 3.0
        up = rng.random(inputs) < 0.5
        at = np.where(up, low, low + STEP)
        moved[r] = rng.permutation(inputs)
        points[r, 0] = at
        for k, i in enumerate(moved[r]):
            at = at.copy()
            at[i] = low[i] + STEP if up[i] else low[i]
            points[r, k + 1] = at
    return points, moved


def morris(f: Function, inputs: int, trajectories: int, seed: int) -> Screening:
    """Screen the inputs of a function.

    Parameters
    ----------
    f : callable (u, keys)
        A trajectory's points share one key, so that an effect is none of chance.
    inputs, trajectories, seed : int

    Returns
    -------
    Screening
        An input that does nothing has effects of exactly 0.
    """
    points, moved = morris_points(inputs, trajectories, seed)
    keys = np.arange(trajectories, dtype=np.int64)
    rows = np.concatenate([points.reshape(-1, inputs), points[:, 0]])
    found = f(rows, np.concatenate([np.repeat(keys, inputs + 1), keys + trajectories]))
    values = found[: -trajectories or None].reshape(trajectories, inputs + 1, -1)
    effects = np.empty((trajectories, inputs, values.shape[2]))
    for r in range(trajectories):
        signs = (
            points[r, np.arange(1, inputs + 1), moved[r]] - points[r, np.arange(inputs), moved[r]]
        )
        effects[r, moved[r]] = np.diff(values[r], axis=0) / signs[:, None]
    return Screening(effects, found[-trajectories:] - values[:, 0])
