"""Poisson and negative binomial draws."""

import math

import numpy as np

from rivalry.engine.random._gamma import gamma
from rivalry.engine.random._jit import jit
from rivalry.engine.random._normal import normal
from rivalry.engine.random._skewed import MARGIN, THRESHOLD, cell_probability
from rivalry.engine.random._special import deviance, exp_moderate, stirling_error
from rivalry.engine.random._xoshiro import State, uniform


@jit
def _search_far(u: float, mean: float, f: float, c: float) -> float:
    # Values from 8 upwards; with a mean below 4, those beyond 40 are under the resolution of u.
    k = 8.0
    while u > c and k < 40.0:
        k += 1.0
        f *= mean / k
        c += f
    return k


@jit
def _accept(k: float, mean: float, s: float, g: float, v: float) -> bool:
    # Exact acceptance test: v * margin * proposal(k) <= target(k).
    v = v * math.exp(MARGIN / mean) * cell_probability(k, mean + 0.5 - g, s, g)
    if k == 0.0:
        return v <= math.exp(-mean)
    t = -stirling_error(k) - deviance(k, mean)
    return v * math.sqrt(k) <= 0.3989422804014327 * math.exp(t)


@jit
def _poisson_retry(state: State, mean: float, s: float, k: float, v: float) -> float:
    # The proposal k failed the squeeze with the uniform v: exact test, and further proposals.
    while True:
        if k >= 0.0 and _accept(k, mean, s, 1.0 / 6.0, v):
            return k
        z = normal(state)
        v = uniform(state)
        k = np.floor(mean + 0.5 + s * z + (1.0 / 6.0) * (z * z - 1.0))


@jit
def poisson(state: State, mean: float) -> float:
    """Return a Poisson draw.

    Means of at least 4 use a skewed-normal proposal with an exact test (``_skewed``), smaller
    ones inversion.

    Parameters
    ----------
    state : uint64 array of shape (4,)
        The stream, advanced.
    mean : float64
        Expected count.

    Returns
    -------
    float64
        A whole number; infinite for an infinite mean, NaN for a negative or NaN mean.
    """
    if mean >= THRESHOLD:
        if mean == math.inf:
            return math.inf
        s = math.sqrt(mean)
        z = normal(state)
        v = uniform(state)
        w = z * z
        k: float = np.floor(mean + 0.5 + s * z + (1.0 / 6.0) * (w - 1.0))
        if k >= 0.0 and v <= 1.0 - (0.12 + 0.05 * (w * w)) / mean:
            return k
        return _poisson_retry(state, mean, s, k, v)
    if mean > 0.0:
        u = uniform(state)
        if u <= 1.0 - mean:
            return 0.0
        f = exp_moderate(-mean)
        c = f
        i = np.int64(u > c)
        f *= mean
        c += f
        i += np.int64(u > c)
        f *= mean * (1.0 / 2.0)
        c += f
        i += np.int64(u > c)
        f *= mean * (1.0 / 3.0)
        c += f
        i += np.int64(u > c)
        f *= mean * (1.0 / 4.0)
        c += f
        i += np.int64(u > c)
        f *= mean * (1.0 / 5.0)
        c += f
        i += np.int64(u > c)
        f *= mean * (1.0 / 6.0)
        c += f
        i += np.int64(u > c)
        f *= mean * (1.0 / 7.0)
        c += f
        i += np.int64(u > c)
        f *= mean * (1.0 / 8.0)
        c += f
        if u > c:
            return _search_far(u, mean, f, c)
        return float(i)
    return 0.0 if mean == 0.0 else math.nan


@jit
def negative_binomial(state: State, mean: float, size: float) -> float:
    """Return a negative binomial draw: Poisson with a gamma-distributed mean.

    Parameters
    ----------
    state : uint64 array of shape (4,)
        The stream, advanced.
    mean : float64
        Expected count; the variance is ``mean + mean**2/size``.
    size : float64
        Shape of the gamma mixing; infinite gives Poisson, zero the limit with all mass at 0.

    Returns
    -------
    float64
        A whole number; NaN for a negative or NaN argument.
    """
    if not (mean >= 0.0 and size >= 0.0):
        return math.nan
    if size == math.inf:
        return poisson(state, mean)
    mixed = gamma(state, size)
    if mean == 0.0 or mixed == 0.0:
        return 0.0
    return poisson(state, mixed * (mean / size))
