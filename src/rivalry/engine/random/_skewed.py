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
def cell_probability(k, origin, s, g):  # type: ignore[no-untyped-def]
    """Return the probability that the proposal rounds down to ``k``.

    ``origin`` is ``m + 1/2 - g``. Relative error below 1e-8 within 8 standard deviations.
    """
    y = k - origin
    low = 2.0 * y / (s + math.sqrt(max(s * s + 4.0 * g * y, 0.0)))
    y = y + 1.0
    high = 2.0 * y / (s + math.sqrt(max(s * s + 4.0 * g * y, 0.0)))
    if s > 20.0:
        # Narrow cells: the density at the middle with its second-order correction.
        y = y - 0.5
        root = math.sqrt(max(s * s + 4.0 * g * y, 0.0))
        z = 2.0 * y / (s + root)
        width = 1.0 / root
        return (
            0.3989422804014327
            * math.exp(-0.5 * z * z)
            * width
            * (1.0 + (z * z - 1.0) * width * width / 24.0)
        )
    if low > 0.0:
        low, high = -high, -low
    return 0.5 * (math.erfc(-high * _ROOT_HALF) - math.erfc(-low * _ROOT_HALF))
