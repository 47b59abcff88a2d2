"""Binomial draws: inversion for small variances, a skewed-normal proposal for large ones."""

import math

import numpy as np

from rivalry.engine.random._jit import jit, jit_inline
from rivalry.engine.random._normal import normal
from rivalry.engine.random._skewed import MARGIN, THRESHOLD, cell_probability
from rivalry.engine.random._special import (
    deviance,
    exit_probability,
    exp_moderate,
    log_keep,
    stirling_error,
)
from rivalry.engine.random._xoshiro import State, uniform


@jit
def _search_far(u: float, n: float, f: float, c: float, g: float, odds: float) -> float:
    # Values from 8 upwards. The variance is below 4 and the mean below 8: what lies beyond 40 is
    # under the resolution of a uniform.
    k = 8.0
    while u > c and k < 40.0:
        k += 1.0
        f *= g / k - odds
        c += f
    return min(k, n)


@jit_inline
def _search(u: float, n: float, f: float, odds: float) -> float:
    # Inverse distribution function from zero; f is the probability of zero. The first values
    # are counted without a branch: a mispredicted exit costs more than the steps it saves.
    c = f
    g = (n + 1.0) * odds
    k = np.int64(u > c)
    f *= g - odds
    c += f
    k += np.int64(u > c)
    f *= g * (1.0 / 2.0) - odds
    c += f
    k += np.int64(u > c)
    f *= g * (1.0 / 3.0) - odds
    c += f
    k += np.int64(u > c)
    f *= g * (1.0 / 4.0) - odds
    c += f
    k += np.int64(u > c)
    f *= g * (1.0 / 5.0) - odds
    c += f
    k += np.int64(u > c)
    f *= g * (1.0 / 6.0) - odds
    c += f
    k += np.int64(u > c)
    f *= g * (1.0 / 7.0) - odds
    c += f
    k += np.int64(u > c)
    f *= g * (1.0 / 8.0) - odds
    c += f
    if u > c:
        return _search_far(u, n, f, c, g, odds)
    return min(float(k), n)


@jit
def _accept(
    k: float, n: float, p: float, q: float, variance: float, s: float, g: float, v: float
) -> bool:
    # Exact acceptance test: v * margin * proposal(k) <= target(k).
    v = v * math.exp(MARGIN / variance) * cell_probability(k, n * p + 0.5 - g, s, g)
    if k == 0.0:
        return v <= math.exp(n * math.log1p(-p))
    if k == n:
        return v <= math.exp(n * math.log(p))
    rest = n - k
    t = (
        stirling_error(n)
        - stirling_error(k)
        - stirling_error(rest)
        - deviance(k, n * p)
        - deviance(rest, n * q)
    )
    return v * math.sqrt(k * (rest / n)) <= 0.3989422804014327 * math.exp(t)


@jit
def _binomial_limit(n: float, p: float) -> float:
    # No randomness left: p or n outside of the open range, or not a number.
    if p != p or n != n:
        return math.nan
    if n <= 0.0 or p <= 0.0:
        return 0.0
    if p >= 1.0:
        return n
    return math.nan if n == math.inf else 0.0


@jit
def _binomial_retry(
    state: State,
    n: float,
    p: float,
    q: float,
    variance: float,
    s: float,
    g: float,
    k: float,
    v: float,
) -> float:
    # The proposal k failed the squeeze with the uniform v: exact test, and further proposals.
    while True:
        if k >= 0.0 and k <= n and _accept(k, n, p, q, variance, s, g, v):
            return k
        z = normal(state)
        v = uniform(state)
        k = np.floor(n * p + 0.5 + s * z + g * (z * z - 1.0))


@jit_inline
def _binomial_large(state: State, n: float, p: float, q: float, variance: float) -> float:
    if not (n > 0.0 and q > 0.0 and variance < 1e300):
        # Both factors of a positive variance may be negative; an infinite n has no answer.
        return _binomial_limit(n, p)
    s = math.sqrt(variance)
    r = 1.0 / variance
    g = (q - p) * (1.0 / 6.0)
    # One attempt without a loop: LLVM would move the costly invariants of the rare exact test
    # in front of it.
    z = normal(state)
    v = uniform(state)
    w = z * z
    k: float = np.floor(n * p + 0.5 + s * z + g * (w - 1.0))
    if k >= 0.0 and k <= n and v <= 1.0 - (0.12 + 0.05 * (w * w)) * r:
        return k
    return _binomial_retry(state, n, p, q, variance, s, g, k, v)


@jit
def binomial(state: State, n: float, p: float) -> float:
    """Return a binomial draw: how many of ``n`` people leave, each with probability ``p``.

    Variances of at least 4 use a skewed-normal proposal with an exact test (``_skewed``),
    smaller ones inversion. Within each of the two the draw increases with its first random
    number, so that under a key a small change of ``p`` or ``n`` moves it little.

    Parameters
    ----------
    state : uint64 array of shape (4,)
        The stream, advanced.
    n : float64
        A whole number of people up to 2**53; nobody leaves if it is not positive. (Above 1e13
        the position ``n*p`` itself is rounded by more than 0.001.)
    p : float64
        Probability; values outside of [0, 1] count as the nearer end.

    Returns
    -------
    float64
        A whole number between 0 and ``n``; NaN if an argument is NaN, or if ``n`` is infinite.
    """
    q = 1.0 - p
    mean = n * p
    variance = mean * q
    if variance >= THRESHOLD:
        return _binomial_large(state, n, p, q, variance)
    if n > 0.0 and variance > 0.0:
        u = uniform(state)
        if p > 0.5:
            u = 1.0 - u
            if u <= 1.0 - n * q:
                return n
            return n - _search(u, n, exp_moderate(n * log_keep(q, p)), q / p)
        if u <= 1.0 - mean:
            return 0.0
        return _search(u, n, exp_moderate(n * log_keep(p, q)), p / q)
    return _binomial_limit(n, p)


@jit
def binomial_exit(state: State, n: float, hazard: float) -> float:
    """Return how many of ``n`` people leave under a cumulative ``hazard`` over the step.

    The same distribution as ``binomial(state, n, exit_probability(hazard))``, and the faster
    way to it, since the chance that all stay is ``exp(-n*hazard)`` without a logarithm.

    Parameters
    ----------
    state : uint64 array of shape (4,)
        The stream, advanced.
    n : float64
        A whole number of people up to 2**53; nobody leaves if it is not positive.
    hazard : float64
        Sum of the hazards out of the stock times the length of the step (no unit).

    Returns
    -------
    float64
        A whole number between 0 and ``n``; NaN if an argument is NaN or the hazard negative.
    """
    p = exit_probability(hazard)
    q = 1.0 - p
    mean = n * p
    variance = mean * q
    if variance >= THRESHOLD and hazard > 0.0:
        return _binomial_large(state, n, p, q, variance)
    if n > 0.0 and variance > 0.0 and hazard > 0.0:
        u = uniform(state)
        if p > 0.5:
            u = 1.0 - u
            if u <= 1.0 - n * q:
                return n
            return n - _search(u, n, exp_moderate(n * log_keep(q, p)), q / p)
        if u <= 1.0 - mean:
            return 0.0
        return _search(u, n, exp_moderate(-n * hazard), p / q)
    if not hazard >= 0.0:
        return math.nan
    return _binomial_limit(n, p)
