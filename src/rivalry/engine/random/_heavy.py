"""Counts with outlying months: a contaminated negative binomial.

With a small chance a month is an outlier, drawn with the same mean and a far wider spread: a
massacre, or a year's deaths booked in January. Contamination (Tukey 1960; Huber 1964) leaves the
spread of ordinary months as narrow as they are, which a single heavy-tailed distribution does not.
"""

import math

from rivalry.engine.random._counts import log_negative_binomial
from rivalry.engine.random._jit import jit
from rivalry.engine.random._poisson import negative_binomial
from rivalry.engine.random._xoshiro import State, uniform


@jit
def log_contaminated_negative_binomial(
    y: float, mean: float, size: float, outliers: float, outlier_size: float
) -> float:
    """Return the log probability of count ``y``: an outlier with probability ``outliers``.

    ``size`` is that of ordinary months, ``outlier_size`` that of outliers; both have ``mean``.
    """
    ordinary = log_negative_binomial(y, mean, size)
    wide = log_negative_binomial(y, mean, outlier_size)
    if ordinary != ordinary or wide != wide or outliers != outliers:
        return math.nan
    if not (0.0 <= outliers <= 1.0 and size > 0.0 and outlier_size > 0.0):
        return -math.inf
    if outliers == 0.0:
        return ordinary
    if outliers == 1.0:
        return wide
    a, b = math.log1p(-outliers) + ordinary, math.log(outliers) + wide
    top = max(a, b)
    return top + math.log(math.exp(a - top) + math.exp(b - top)) if top > -math.inf else top


@jit
def contaminated_negative_binomial(
    state: State, mean: float, size: float, outliers: float, outlier_size: float
) -> float:
    """Return a negative binomial draw of ``outlier_size`` with chance ``outliers``, else ``size``.

    Parameters
    ----------
    state : uint64 array of shape (4,)
        The stream, advanced.
    mean : float64
        Expected count of either kind.
    size, outlier_size : float64
        Sizes of the two.
    outliers : float64
        Chance of an outlier.

    Returns
    -------
    float64
        A whole number; NaN for arguments out of range.
    """
    if not 0.0 <= outliers <= 1.0:
        return math.nan
    if uniform(state) < outliers:
        return negative_binomial(state, mean, outlier_size)
    return negative_binomial(state, mean, size)
