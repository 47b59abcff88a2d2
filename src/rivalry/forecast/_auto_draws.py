"""From cell probabilities to draws that run through all steps, and the guard on their mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from rivalry.forecast._auto_grid import LOWER, MIDDLE, UPPER

Array = npt.NDArray[np.float64]


def guard_mean(masses: Array, limit: Array) -> Array:
    """Lower the far tail of distributions whose mean is above a limit.

    What lies beyond a count is moved down to it, and the count is the highest at which the mean
    keeps to the limit.

    Parameters
    ----------
    masses : ndarray, shape (..., g)
    limit : ndarray, shape (...)
        Of the mean, in counts.

    Returns
    -------
    ndarray, shape (..., g)
    """
    found = np.array(masses)
    mean = (found * MIDDLE).sum(axis=-1)
    for index in zip(*np.nonzero(mean > limit), strict=True):
        row = found[index]
        beyond = np.append(np.cumsum(row[::-1])[::-1][1:], 0.0)
        held = np.cumsum(row * MIDDLE) + beyond * MIDDLE
        top = max(int(np.searchsorted(held, limit[index], side="right")) - 1, 0)
        row[top] += beyond[top]
        row[top + 1 :] = 0.0
    return found


def draw_paths(
    masses: Array,
    steps: Sequence[int],
    n_draws: int,
    persistence: float,
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Draw one unit's counts so that each step's draws are a stratified sample.

    At each step one draw falls into each of `n_draws` equal slices of probability, so that means
    of scores hardly depend on the seed. Which draw gets which slice is decided by ranks of a
    latent autoregression over the steps: a path that is high stays high for a while, as in the
    reordering of Clark et al. (2004).

    Parameters
    ----------
    masses : ndarray, shape (steps, g)
    steps : sequence of int
        Months ahead, rising.
    n_draws : int
    persistence : float
        Monthly autocorrelation of the latent ranks.
    rng : Generator

    Returns
    -------
    ndarray of int, shape (steps, n_draws)

    References
    ----------
    Clark, Gangopadhyay, Hay, Rajagopalan & Wilby (2004), The Schaake shuffle: a method for
    reconstructing space-time variability in forecasted precipitation and temperature fields,
    Journal of Hydrometeorology 5(1).
    """
    found = np.empty((len(steps), n_draws), dtype=np.int64)
    latent = ndtri(rng.uniform(size=n_draws))
    before = steps[0]
    for j, step in enumerate(steps):
        kept = persistence ** (step - before)
        latent = kept * latent + np.sqrt(1 - kept**2) * rng.standard_normal(n_draws)
        before = step
        ranks = np.argsort(np.argsort(latent))
        chance = (ranks + rng.uniform(size=n_draws)) / n_draws
        found[j] = quantiles(masses[j], chance)
    return found


def quantiles(masses: Array, chance: Array) -> npt.NDArray[np.int64]:
    """Return counts at given probabilities; counts within a cell are equally likely."""
    above = np.cumsum(masses)
    above /= above[-1]
    cell = np.minimum(np.searchsorted(above, chance, side="right"), len(above) - 1)
    # Rounding may point at an empty cell beyond the last that holds anything.
    cell = np.minimum(cell, int(np.flatnonzero(masses)[-1]))
    held = np.maximum(masses[cell], 1e-300)
    inside = np.clip((chance - (above[cell] - held)) / held, 0.0, 1 - 1e-12)
    return np.asarray(LOWER[cell] + np.floor(inside * (UPPER - LOWER)[cell]), dtype=np.int64)
