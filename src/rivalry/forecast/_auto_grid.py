"""Distributions of counts as probabilities on a grid that is fine where counts are small."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Array = npt.NDArray[np.float64]

#: Single counts up to here, then cells that widen by `_GROWTH`.
_SINGLE = 20
_GROWTH = 1.07
#: Above every monthly toll on record in a country since 1989.
_TOP = 3e6


def _lower_ends() -> Array:
    ends = [float(k) for k in range(_SINGLE + 1)]
    value = float(_SINGLE)
    while value < _TOP:
        value *= _GROWTH
        if np.floor(value) > ends[-1]:
            ends.append(float(np.floor(value)))
    return np.array(ends)


#: First count of each cell, shape (g,). Cell 0 holds 0 alone.
LOWER: Array = _lower_ends()
#: First count beyond each cell.
UPPER: Array = np.append(LOWER[1:], np.floor(LOWER[-1] * _GROWTH))
#: Mean count of each cell if its counts are equally likely.
MIDDLE: Array = (LOWER + UPPER - 1) / 2
CELLS = len(LOWER)
for _array in (LOWER, UPPER, MIDDLE):
    _array.setflags(write=False)


def cells(counts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the cell of each count; what lies beyond the grid is in its last cell."""
    found = np.searchsorted(LOWER, np.asarray(counts, dtype=np.float64), side="right") - 1
    return np.clip(found, 0, CELLS - 1)


@lru_cache(maxsize=256)
def spread(sd: float) -> Array:
    """Return the matrix that multiplies counts by a lognormal factor of median 1.

    Parameters
    ----------
    sd : float
        Standard deviation of the factor's logarithm.

    Returns
    -------
    ndarray, shape (g, g)
        Row: cell before; column: cell after, the product rounded to whole numbers. Zero stays
        zero, since a factor cannot begin violence.
    """
    matrix = np.zeros((CELLS, CELLS))
    matrix[0, 0] = 1.0
    edges = np.log(UPPER - 0.5)
    below = ndtr((edges[None, :] - np.log(MIDDLE[1:])[:, None]) / sd)
    below[:, -1] = 1.0
    matrix[1:] = np.diff(below, axis=1, prepend=0.0)
    matrix.setflags(write=False)
    return matrix


def widths(scale: str = "count") -> Array:
    """Return the lengths over which a cell's distribution function counts in an integral.

    Parameters
    ----------
    scale : {"count", "log"}
        Deaths, or the logarithm of one plus deaths.

    Returns
    -------
    ndarray, shape (g - 1,)
    """
    points = MIDDLE if scale == "count" else np.log1p(MIDDLE)
    return np.diff(points)


def excess(masses: Array, observed: npt.ArrayLike) -> Array:
    """Return the distribution function less the step function of what came true.

    The CRPS is the integral of its square (Gneiting and Raftery 2007), and the products of
    several forecasts' functions give that of any mixture of them.

    Parameters
    ----------
    masses : ndarray, shape (..., g)
    observed : array_like, shape (...)

    Returns
    -------
    ndarray, shape (..., g - 1)
    """
    function = np.cumsum(masses, axis=-1)[..., :-1]
    reached = cells(observed)[..., None] <= np.arange(CELLS - 1)
    return np.asarray(function - reached)
