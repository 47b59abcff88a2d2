"""Small functions that generated kernels call."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from rivalry.engine.random import OPTIONS, gamma, poisson, seed_key, uniform


@njit(**OPTIONS)
def clamp(x, low, high):  # type: ignore[no-untyped-def]
    """Hold x between low and high; NaN stays NaN."""
    if x < low:
        return low
    if x > high:
        return high
    return x


@njit(**OPTIONS)
def least(a, b):  # type: ignore[no-untyped-def]
    """Return the smaller; NaN if either is."""
    if a != a:
        return a
    return a if a < b else b


@njit(**OPTIONS)
def greatest(a, b):  # type: ignore[no-untyped-def]
    """Return the larger; NaN if either is."""
    if a != a:
        return a
    return a if a > b else b


@njit(**OPTIONS)
def whole(x):  # type: ignore[no-untyped-def]
    """Round to a number of people, at least 0; NaN stays NaN."""
    return 0.0 if x < 0.0 else np.floor(x + 0.5)


@njit(**OPTIONS)
def ratio(a, b, otherwise):  # type: ignore[no-untyped-def]
    """Divide a by b; `otherwise` where b is 0."""
    return otherwise if b == 0.0 else a / b


@njit(**OPTIONS)
def hill(x, half, power):  # type: ignore[no-untyped-def]
    """x^n / (half^n + x^n) for x >= 0; 0 below."""
    top = max(x, 0.0) ** power
    bottom = half**power + top
    return 0.0 if bottom == 0.0 else top / bottom


@njit(**OPTIONS)
def logistic(x):  # type: ignore[no-untyped-def]
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + math.exp(-x))


@njit(**OPTIONS)
def interpolate(x, xs, ys):  # type: ignore[no-untyped-def]
    """Straight lines between points, flat outside them."""
    n = len(xs)
    if x != x:
        return x
    if x <= xs[0]:
        return ys[0]
    for i in range(1, n):
        if x <= xs[i]:
            w = (x - xs[i - 1]) / (xs[i] - xs[i - 1])
            return ys[i - 1] + w * (ys[i] - ys[i - 1])
    return ys[n - 1]


@njit(**OPTIONS)
def positive_poisson(rs, mean):  # type: ignore[no-untyped-def]
    """Poisson count given that it is at least 1.

    The first arrival is drawn inside the unit interval, the rest is an ordinary Poisson count
    of what is left of it; no rejection, however small the mean.
    """
    if not mean > 0.0:
        return 1.0 if mean == 0.0 else math.nan
    first = -math.log1p(uniform(rs) * math.expm1(-mean))
    rest = mean - first
    return 1.0 + (poisson(rs, rest) if rest > 0.0 else 0.0)


@njit(**OPTIONS)
def positive_negative_binomial(rs, mean, size):  # type: ignore[no-untyped-def]
    """Negative binomial count given that it is at least 1.

    By rejection where zeros are rare enough, else by walking up the probabilities.
    """
    if not mean > 0.0:
        return 1.0 if mean == 0.0 else math.nan
    log_zero = -size * math.log1p(mean / size)
    if log_zero < -0.7:
        for _ in range(200):
            y = poisson(rs, gamma(rs, size) * mean / size)
            if y > 0.0:
                return y
    p = mean / (mean + size)
    u = -uniform(rs) * math.expm1(log_zero)
    y = 1.0
    f = math.exp(log_zero) * size * p
    while u > f and y < 1e6:
        u -= f
        f *= p * (size + y) / (y + 1.0)
        y += 1.0
    return y


@njit(**OPTIONS)
def note(err, code, month, value):  # type: ignore[no-untyped-def]
    """Keep the first fault of a draw: what (index from 1), when, and the value."""
    if err[0] == 0.0:
        err[0] = code + 1.0
        err[1] = month
        err[2] = value


@njit(**OPTIONS)
def note_bad(err, code, month, value):  # type: ignore[no-untyped-def]
    """Note a hazard if it is negative, infinite or not a number."""
    if not (value >= 0.0 and value < 1e15):
        note(err, code, month, value)


@njit(**OPTIONS)
def note_wild(err, code, month, value):  # type: ignore[no-untyped-def]
    """Note a state that is infinite or not a number."""
    if not (abs(value) < 1e300):
        note(err, code, month, value)


@njit(**OPTIONS)
def rekey(rs, keyed, seed, draw, element, tick):  # type: ignore[no-untyped-def]
    """Switch to the stream of an element, in keyed runs."""
    if keyed:
        seed_key(rs, seed, draw, element, tick)


@njit(**OPTIONS)
def resample(weights, u, ancestors):  # type: ignore[no-untyped-def]
    """Systematic resampling (Kitagawa 1996): one uniform, n evenly spaced pointers."""
    n = weights.shape[0]
    total = 0.0
    for i in range(n):
        total += weights[i]
    j = 0
    edge = weights[0]
    for i in range(n):
        pointer = (i + u) / n * total
        while edge < pointer and j < n - 1:
            j += 1
            edge += weights[j]
        ancestors[i] = j


@njit(**OPTIONS)
def gather(state, ancestors, target):  # type: ignore[no-untyped-def]
    """Copy the rows that resampling chose."""
    for i in range(ancestors.shape[0]):
        a = ancestors[i]
        for j in range(state.shape[1]):
            target[i, j] = state[a, j]
