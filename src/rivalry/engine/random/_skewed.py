"""The proposal shared by binomial and Poisson draws: a skewed normal rounded down.

With ``Z`` standard normal, ``K = floor(m + 1/2 + s*Z + g*(Z*Z - 1))``, where ``m`` and ``s`` are
mean and standard deviation of the target and ``g = s*skewness/6``, is the target up to the
second order of the Cornish-Fisher expansion (Cornish, E. A. and Fisher, R. A. 1938). The next
term has one sign in both tails, so that ``exp(0.09/s**2)`` times the exact probabilities of ``K``
dominates the target from a variance of 3 upwards, and rejection loses about 1%. What remains:

- a squeeze, ``1 - (0.12 + 0.05*Z**4)/s**2``, below the acceptance probability: no logarithm;
- the exact test, which is needed for less than 3% of the draws at a variance of 10.

Both bounds are checked numerically over a grid in the tests. The draw is a smooth, increasing
function of ``Z`` but for the rare rejections, which is what common random numbers ask for.
"""

import math

from rivalry.engine.random._jit import jit

THRESHOLD = 4.0
"""Least variance for which the proposal is used."""

MARGIN = 0.09
"""The proposal is scaled by ``exp(MARGIN/variance)``."""

_ROOT_HALF = 0.7071067811865476


@jit
def cell_probability(k: float, origin: float, s: float, g: float) -> float:
    """Return the probability that the proposal rounds down to ``k``.

    ``origin`` is ``m + 1/2 - g``. Relative error below 1e-7 within 8 standard deviations.
    """
    y = k - origin
    root = math.sqrt(max(s * s + 4.0 * g * y, 0.0))
    low = 2.0 * y / (s + root)
    other = root
    y = y + 1.0
    root = math.sqrt(max(s * s + 4.0 * g * y, 0.0))
    high = 2.0 * y / (s + root)
    if s > 20.0:
        # Narrow cells: the density at the middle with two corrections. The width is high - low,
        # written without taking the difference.
        width = 2.0 / (other + root)
        z = 0.5 * (low + high)
        m = z * z
        w = width * width
        correction = (m - 1.0) * w / 24.0 + (m * m - 6.0 * m + 3.0) * w * w / 1920.0
        return 0.3989422804014327 * math.exp(-0.5 * m) * width * (1.0 + correction)
    if low > 0.0:
        low, high = -high, -low
    return 0.5 * (math.erfc(-high * _ROOT_HALF) - math.erfc(-low * _ROOT_HALF))
