"""Log probabilities of counts: the weights of event and death counts.

Each is split where a filter profits: a part that depends on the observation and on constants is
computed once for an observation, the rest for every particle.

All return minus infinity for what cannot happen (also for parameters outside of their range, so
that such a particle dies out) and NaN only if an argument is NaN.
"""

import math

import numpy as np

from rivalry.engine.random._jit import jit, jit_inline
from rivalry.engine.random._special import HALF_LOG_2PI, deviance, stirling_error, stirling_series


@jit
def _is_count(y: float) -> bool:
    return y >= 0.0 and y < math.inf and np.floor(y) == y


@jit
def poisson_const(y: float) -> float:
    """Return the part of ``log_poisson`` that depends on the count ``y`` alone: -log y!."""
    if y != y:
        return math.nan
    if not _is_count(y):
        return -math.inf
    return -math.lgamma(y + 1.0)


@jit_inline
def poisson_var(y: float, mean: float) -> float:
    """Return the rest of ``log_poisson``: one logarithm. ``y`` must be a count."""
    if mean > 0.0 and mean < math.inf:
        return y * math.log(mean) - mean
    if mean == 0.0 and y == 0.0:
        return 0.0
    return math.nan if mean != mean or y != y else -math.inf


@jit
def log_poisson(y: float, mean: float) -> float:
    """Return the log probability of count ``y`` under a Poisson distribution of ``mean``."""
    if y != y or mean != mean:
        return math.nan
    if not _is_count(y) or mean < 0.0 or mean == math.inf:
        return -math.inf
    if mean == 0.0:
        return 0.0 if y == 0.0 else -math.inf
    if y == 0.0:
        return -mean
    return -deviance(y, mean) - stirling_error(y) - HALF_LOG_2PI - 0.5 * math.log(y)


@jit
def _log_rising(size: float, y: float) -> float:
    # log of size*(size+1)*...*(size+y-1) / size**y, which vanishes for an infinite size.
    if size == math.inf or y == 0.0:
        return 0.0
    total = 0.0
    base = size
    while base < 16.0 and y > 0.0:
        # Peel off factors until Stirling's series is exact enough.
        total += math.log(base)
        base += 1.0
        y -= 1.0
        total -= math.log(size)
    if y > 0.0:
        # The series is for x!, hence the shift by one.
        a = base - 1.0
        total += (
            (base - 0.5) * math.log1p(y / a)
            + y * (math.log(a) - math.log(size))
            + y * math.log1p(y / a)
            - y
            + stirling_series(a + y)
            - stirling_series(a)
        )
    return total


@jit
def nb_const(y: float, size: float) -> float:
    """Return the part of ``log_negative_binomial`` without the mean, accurate for any size."""
    if y != y or size != size:
        return math.nan
    if not _is_count(y) or size <= 0.0:
        return -math.inf
    return _log_rising(size, y) - math.lgamma(y + 1.0)


@jit_inline
def nb_var(y: float, mean: float, size: float) -> float:
    """Return the rest of ``log_negative_binomial``: two logarithms. ``y`` must be a count."""
    if mean > 0.0 and mean < math.inf and size > 0.0 and size < math.inf:
        return y * math.log(mean) - (y + size) * math.log1p(mean / size)
    if size == math.inf:
        return poisson_var(y, mean)
    if mean == 0.0 and y == 0.0 and size > 0.0:
        return 0.0
    return math.nan if mean != mean or y != y or size != size else -math.inf


@jit
def log_negative_binomial(y: float, mean: float, size: float) -> float:
    """Return the log probability of count ``y``, negative binomial of ``mean`` and ``size``.

    The variance is ``mean + mean**2/size``; an infinite size gives Poisson.
    """
    if y != y or mean != mean or size != size:
        return math.nan
    if not _is_count(y) or mean < 0.0 or mean == math.inf or size <= 0.0:
        return -math.inf
    if size == math.inf:
        return log_poisson(y, mean)
    return nb_const(y, size) + nb_var(y, mean, size)


@jit
def log_binomial(y: float, n: float, p: float) -> float:
    """Return the log probability of ``y`` successes in ``n`` trials of probability ``p``."""
    if y != y or n != n or p != p:
        return math.nan
    if not (_is_count(y) and _is_count(n)) or y > n or p < 0.0 or p > 1.0:
        return -math.inf
    if p == 0.0:
        return 0.0 if y == 0.0 else -math.inf
    if p == 1.0:
        return 0.0 if y == n else -math.inf
    if y == 0.0:
        return n * math.log1p(-p)
    if y == n:
        return n * math.log(p)
    rest = n - y
    return (
        stirling_error(n)
        - stirling_error(y)
        - stirling_error(rest)
        - deviance(y, n * p)
        - deviance(rest, n * (1.0 - p))
        - HALF_LOG_2PI
        - 0.5 * (math.log(y) + math.log1p(-y / n))
    )


@jit
def _inflate(y: float, zero: float, log_zero: float, log_y: float) -> float:
    # Mixture of a point at zero (probability `zero`) and a count distribution. Its own log
    # probability of zero is minus infinity only if its parameters have no meaning.
    if zero != zero or log_y != log_y:
        return math.nan
    if zero < 0.0 or zero > 1.0 or log_zero == -math.inf:
        return -math.inf
    if y == 0.0:
        return math.log(zero + (1.0 - zero) * math.exp(log_zero))
    return math.log1p(-zero) + log_y if zero < 1.0 else -math.inf


@jit
def _hurdle(y: float, zero: float, log_zero: float, log_y: float) -> float:
    # Zero with probability `zero`, else the count distribution without its zero.
    if zero != zero or log_y != log_y or log_zero != log_zero:
        return math.nan
    if zero < 0.0 or zero > 1.0 or log_zero == -math.inf:
        return -math.inf
    if y == 0.0:
        return math.log(zero) if zero > 0.0 else -math.inf
    if zero == 1.0 or log_y == -math.inf:
        return -math.inf
    return math.log1p(-zero) + log_y - math.log(-math.expm1(log_zero))


@jit
def log_zero_inflated_poisson(y: float, mean: float, zero: float) -> float:
    """Return the log probability of ``y``: 0 with probability ``zero``, else Poisson."""
    return _inflate(y, zero, log_poisson(0.0, mean), log_poisson(y, mean))


@jit
def log_zero_inflated_negative_binomial(y: float, mean: float, size: float, zero: float) -> float:
    """Return the log probability of ``y``: 0 with probability ``zero``, else neg. binomial."""
    return _inflate(
        y,
        zero,
        log_negative_binomial(0.0, mean, size),
        log_negative_binomial(y, mean, size),
    )


@jit
def log_hurdle_poisson(y: float, mean: float, zero: float) -> float:
    """Return the log probability of ``y``: 0 with ``zero``, else Poisson given positive."""
    return _hurdle(y, zero, log_poisson(0.0, mean), log_poisson(y, mean))


@jit
def log_hurdle_negative_binomial(y: float, mean: float, size: float, zero: float) -> float:
    """Return the log probability of ``y``: 0 with ``zero``, else neg. binomial given positive."""
    return _hurdle(
        y,
        zero,
        log_negative_binomial(0.0, mean, size),
        log_negative_binomial(y, mean, size),
    )
