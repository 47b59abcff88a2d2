"""Ranks of true values among posterior draws: the statistic of simulation-based calibration.

If parameters come from the prior, data from the model and draws from the exact posterior, the
true value and the draws are exchangeable, so its rank among L independent draws is uniform on
0..L (Cook, Gelman & Rubin 2006; Talts et al. 2018). That holds for any function of parameters and
data, also for one with random numbers of its own (Modrak et al. 2023).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def thin(draws: Array, n: int) -> Array:
    """Take `n` draws at equal distances, from the middles of equal stretches.

    Parameters
    ----------
    draws : ndarray (n_draws, ...)
    n : int
        At most the number of draws.

    Returns
    -------
    ndarray (n, ...)
    """
    if not 1 <= n <= len(draws):
        raise ValueError(f"cannot take {n} of {len(draws)} draws")
    return draws[((np.arange(n) + 0.5) * len(draws) / n).astype(np.int64)]


def rank(truth: float, draws: Array, rng: np.random.Generator) -> int:
    """Return how many of `draws` (n,) lie below `truth`, from 0 to n; ties are broken by lot.

    Without the lot a quantity that often takes the same value, a parameter at its bound or a
    likelihood of zero, would look miscalibrated although the fit is exact.
    """
    below = int((draws < truth).sum())
    ties = int((draws == truth).sum())
    return below + (int(rng.integers(ties + 1)) if ties else 0)
