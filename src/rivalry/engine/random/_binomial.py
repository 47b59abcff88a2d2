"""Binomial draws: inversion for small variances, a skewed-normal proposal for large ones."""

import math

import numpy as np

from rivalry.engine.random._jit import jit, jit_inline
from rivalry.engine.random._normal import normal
from rivalry.engine.random._skewed import THRESHOLD, cell_probability
from rivalry.engine.random._special import deviance, exp_moderate, log_keep, stirling_error
from rivalry.engine.random._xoshiro import uniform


@jit
def _search_far(u, n, f, c, g, odds):  # type: ignore[no-untyped-def]
    # Values from 8 upwards. The variance is below 4 and the mean below 8: what lies beyond 32 is
    # under the resolution of a uniform.
    k = 8.0
    while u > c and k < 32.0:
        k += 1.0
        f *= g / k - odds
        c += f
    return min(k, n)


@jit_inline
def _search(u, n, f, odds):  # type: ignore[no-untyped-def]
    # Inverse distribution function from zero. The first values are counted without a branch:
    # a mispredicted exit costs more than the steps it saves.
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
def _accept(k, n, p, q, variance, s, g, v):  # type: ignore[no-untyped-def]
    # Exact acceptance test: v * exp(0.09/variance) * proposal(k) <= target(k).
    v = v * math.exp(0.09 / variance) * cell_probability(k, n * p + 0.5 - g, s, g)
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
def binomial(state, n, p):  # type: ignore[no-untyped-def]
    q = 1.0 - p
    mean = n * p
    variance = mean * q
    if variance >= THRESHOLD:
        s = math.sqrt(variance)
        r = 1.0 / variance
        g = (q - p) * (1.0 / 6.0)
        while True:
            z = normal(state)
            v = uniform(state)
            w = z * z
            k = np.floor(mean + 0.5 + s * z + g * (w - 1.0))
            if k < 0.0 or k > n:
                continue
            if v <= 1.0 - (0.12 + 0.05 * (w * w)) * r:
                return k
            if _accept(k, n, p, q, variance, s, g, v):
                return k
    if variance > 0.0:
        u = uniform(state)
        if p > 0.5:
            u = 1.0 - u
            if u <= 1.0 - n * q:
                return n
            return n - _search(u, n, exp_moderate(n * log_keep(q, p)), q / p)
        if u <= 1.0 - mean:
            return 0.0
        return _search(u, n, exp_moderate(n * log_keep(p, q)), p / q)
    if n > 0.0 and p >= 1.0:
        return n
    if p != p or n != n:
        return math.nan
    return 0.0
