"""Pieces that samplers and densities share: Stirling remainders, deviances, small exponentials.

Loader, C. (2000), "Fast and accurate computation of binomial probabilities", gives the
saddle-point form in which a probability is one exponential of small terms instead of the
difference of large log-gammas.
"""

import math

import numpy as np

from rivalry.engine.random._jit import bits_to_float, float_to_bits, jit, jit_inline

HALF_LOG_2PI = 0.9189385332046727417803297

STIRLING = np.array(
    [
        math.inf,
        *(math.lgamma(k + 1.0) - (k + 0.5) * math.log(k) + k - HALF_LOG_2PI for k in range(1, 16)),
    ]
)
"""log k! minus Stirling's formula, k = 0..15 (infinite at 0, where the formula has no value)."""


@jit_inline
def stirling_series(x: float) -> float:
    """Return log x! minus Stirling's formula for real ``x`` of at least 15 (error below 1e-14)."""
    r = 1.0 / x
    r2 = r * r
    return r * (1.0 / 12 - r2 * (1.0 / 360 - r2 * (1.0 / 1260 - r2 * (1.0 / 1680))))


@jit
def stirling_error(k: float) -> float:
    """Return log k! minus Stirling's formula for an integer ``k`` of at least 1, held as float."""
    if k < 16.0:
        exact: float = STIRLING[np.uint64(k)]
        return exact
    return stirling_series(k)


@jit
def deviance(x: float, mean: float) -> float:
    """Return ``x*log(x/mean) + mean - x`` (both positive) without cancellation near the mean."""
    d = x - mean
    v = d / (x + mean)
    if abs(v) < 0.1:
        w = v * v
        s = 1.0 / 11 + w * (1.0 / 13 + w * (1.0 / 15))
        s = 1.0 / 9 + w * s
        s = 1.0 / 7 + w * s
        s = 1.0 / 5 + w * s
        s = 1.0 / 3 + w * s
        return d * v + 2.0 * x * v * (w * s)
    return x * math.log(x / mean) - d


@jit_inline
def exit_probability(h: float) -> float:
    """Return ``1 - exp(-h)``, the chance to leave within a step of cumulative hazard ``h``.

    Relative error below 1e-15 for every ``h``; NaN stays NaN.
    """
    if abs(h) < 0.03125:
        # Taylor, two interleaved halves: shorter dependency chain than Horner's rule.
        w = h * h
        even = 1.0 + w * (1.0 / 6 + w * (1.0 / 120 + w * (1.0 / 5040)))
        odd = 0.5 + w * (1.0 / 24 + w * (1.0 / 720 + w * (1.0 / 40320)))
        return h * (even - h * odd)
    return -math.expm1(-h)


_EXP_BITS = np.array([2.0 ** (i / 64.0) for i in range(64)]).view(np.uint64)
_EXP_SHIFT = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to an integer in the low bits
_EXP_INDEX = np.uint64(63)
_S46 = np.uint64(46)


@jit_inline
def exp_moderate(x: float) -> float:
    """Return ``exp(x)`` for ``abs(x)`` up to 500, inlined, relative error below 1e-14."""
    t = x * 92.332482616893656 + _EXP_SHIFT
    bits = float_to_bits(t)
    r = x - (t - _EXP_SHIFT) * 0.010830424696249145
    index = bits & _EXP_INDEX
    scale: float = bits_to_float(_EXP_BITS[index] + ((bits - index) << _S46))
    w = r * r
    return scale + scale * (r + w * (0.5 + r * (1.0 / 6.0) + w * (1.0 / 24.0 + r * (1.0 / 120.0))))


@jit_inline
def log_keep(p: float, q: float) -> float:
    """Return ``log(q)`` with ``q = 1 - p`` and ``p`` in [0, 0.5], accurate for small ``p``."""
    if p < 0.125:
        t = p / (1.0 + q)
        w = t * t
        e = w * w
        return (-2.0 * t) * (
            1.0
            + w * (1.0 / 3.0 + w * (1.0 / 5.0))
            + (w * e) * (1.0 / 7.0 + w * (1.0 / 9.0) + e * (1.0 / 11.0 + w * (1.0 / 13.0)))
        )
    return math.log(q)
