"""Log densities of measured quantities: normal, lognormal, and a range given by a source.

All return minus infinity for what cannot happen (also for a spread that is not positive, so that
such a particle dies out) and NaN only if an argument is NaN, where that does not mean "not given".
"""

import math

from rivalry.engine.random._jit import jit
from rivalry.engine.random._special import HALF_LOG_2PI

_ROOT_HALF = 0.7071067811865476


@jit
def log_normal(y: float, mean: float, sd: float) -> float:
    """Return the log density of ``y`` under a normal distribution."""
    if y != y or mean != mean or sd != sd:
        return math.nan
    if not (sd > 0.0 and sd < math.inf) or abs(mean) == math.inf or abs(y) == math.inf:
        return -math.inf
    z = (y - mean) / sd
    return -0.5 * z * z - math.log(sd) - HALF_LOG_2PI


@jit
def log_lognormal(y: float, mu_log: float, sd: float) -> float:
    """Return the log density of ``y`` whose logarithm is normal with ``mu_log`` and ``sd``."""
    if y != y or mu_log != mu_log or sd != sd:
        return math.nan
    if not (y > 0.0 and y < math.inf):
        return -math.inf
    log_y = math.log(y)
    return log_normal(log_y, mu_log, sd) - log_y


@jit
def log_ndtr(z: float) -> float:
    """Return the log of the standard normal distribution function, finite for finite ``z``."""
    if z > -1.0:
        return math.log1p(-0.5 * math.erfc(z * _ROOT_HALF))
    if z > -30.0:
        return math.log(0.5 * math.erfc(-z * _ROOT_HALF))
    if z == -math.inf:
        return -math.inf
    # Asymptotic series of Mills' ratio; the next term is below 1e-13 of the sum here.
    r = 1.0 / (z * z)
    series = -r * (1.0 - r * (3.0 - r * (15.0 - r * (105.0 - r * 945.0))))
    return -0.5 * z * z - HALF_LOG_2PI - math.log(-z) + math.log1p(series)


@jit
def _log_interval(a: float, b: float) -> float:
    # log(Phi(b) - Phi(a)) for a < b.
    if a > 0.0:
        a, b = -b, -a
    if a == -math.inf:
        return log_ndtr(b)
    width = b - a
    middle = 0.5 * (a + b)
    if width * max(1.0, abs(middle)) < 0.05:
        # Narrow: the density at the middle with two corrections; no difference is taken.
        w = width * width
        m = middle * middle
        correction = (m - 1.0) * w / 24.0 + (m * m - 6.0 * m + 3.0) * w * w / 1920.0
        return -0.5 * m - HALF_LOG_2PI + math.log(width) + math.log1p(correction)
    if b > 0.0:
        return math.log(0.5 * (math.erf(b * _ROOT_HALF) - math.erf(a * _ROOT_HALF)))
    upper = log_ndtr(b)
    return upper + math.log(-math.expm1(log_ndtr(a) - upper))


@jit
def log_range(x: float, low: float, high: float, sd: float) -> float:
    """Return the log probability that ``x`` times a lognormal error lies in a given range.

    ``log P(low <= x*exp(sd*Z) <= high)`` with ``Z`` standard normal: the weight of a strength
    estimate that a source gives as a range. It stays finite and monotone in the far tails.

    Parameters
    ----------
    x : float64
        The model's value; what is not positive cannot be in a positive range.
    low, high : float64
        Ends of the range, in the unit of ``x``; NaN means that the source gives no such end.
        Equal ends give the lognormal density at that point.
    sd : float64
        Standard deviation of the error on the log scale; 0 compares exactly.

    Returns
    -------
    float64
        At most 0 (except for a density); 0 if neither end is given; NaN if ``x`` or ``sd`` is.
    """
    if x != x or sd != sd:
        return math.nan
    if sd < 0.0 or sd == math.inf or x < 0.0 or x == math.inf or low > high:
        return -math.inf
    no_low = low != low or low <= 0.0
    no_high = high != high or high == math.inf
    if high <= 0.0:
        return 0.0 if high == 0.0 and x == 0.0 else -math.inf
    if x == 0.0 or sd == 0.0:
        return 0.0 if (no_low or x >= low) and (no_high or x <= high) else -math.inf
    log_x = math.log(x)
    if low == high:
        return log_lognormal(low, log_x, sd)
    a = -math.inf if no_low else (math.log(low) - log_x) / sd
    b = math.inf if no_high else (math.log(high) - log_x) / sd
    if no_low and no_high:
        return 0.0
    if no_high:
        return log_ndtr(-a)
    return _log_interval(a, b)
