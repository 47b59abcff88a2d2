"""Compiled loops of the automatic case: the grid filter and weighted histograms of the past."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

#: Less probability than this is not carried on: most of the grid is empty most of the time.
_NEGLIGIBLE = 1e-9

Array = npt.NDArray[np.float64]
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _compiled(function: _Function) -> _Function:
    # Keeps the annotations, which Numba's decorator would lose.
    dispatcher: _Function = njit(cache=True, nogil=True, error_model="numpy")(function)
    return dispatcher


@_compiled
def filter_grid(
    counts: Array,
    moves: Array,
    means: Array,
    size: float,
    silence: float,
    prior: Array,
    origins: npt.NDArray[np.int64],
) -> tuple[Array, Array]:
    """Filter a discrete latent state through each unit's counts, missing months passed over.

    Parameters
    ----------
    counts : ndarray, shape (n, t)
        NaN where missing.
    moves : ndarray, shape (c, s, s)
        Transition probabilities by class.
    means : ndarray, shape (s,)
        Mean count in each state; the first is 0, where nothing but 0 can be seen.
    size : float
        Of the negative binomial.
    silence : float
        Chance of a 0 in any state.
    prior : ndarray, shape (c, s)
        Of class and first state together.
    origins : ndarray of int, shape (o,)
        Rising columns after which the filtered state is kept.

    Returns
    -------
    states : ndarray, shape (o, n, c, s)
        Joint probabilities of class and state.
    fit : ndarray, shape (n,)
        Log-likelihood of each unit's counts.
    """
    n, t = counts.shape
    c, s = prior.shape
    states = np.zeros((len(origins), n, c, s))
    fit = np.zeros(n)
    now = np.empty((c, s))
    then = np.empty((c, s))
    chance = np.empty(s)
    constant = math.lgamma(size)
    for i in range(n):
        now[:] = prior
        kept = 0
        for month in range(t):
            if month > 0:
                then[:] = 0.0
                for k in range(c):
                    for a in range(s):
                        weight = now[k, a]
                        if weight > _NEGLIGIBLE:
                            for b in range(s):
                                then[k, b] += weight * moves[k, a, b]
                now[:] = then
            y = counts[i, month]
            if not math.isnan(y):
                top = 0.0
                if y == 0.0:
                    chance[0] = 1.0
                    for b in range(1, s):
                        none = math.exp(-size * math.log1p(means[b] / size))
                        chance[b] = silence + (1.0 - silence) * none
                else:
                    whole = math.lgamma(y + size) - constant - math.lgamma(y + 1.0)
                    top = -math.inf
                    for b in range(1, s):
                        chance[b] = (
                            whole
                            - size * math.log1p(means[b] / size)
                            + y * (math.log(means[b]) - math.log(means[b] + size))
                        )
                        top = max(top, chance[b])
                    chance[0] = 0.0
                    for b in range(1, s):
                        chance[b] = (1.0 - silence) * math.exp(chance[b] - top)
                total = 0.0
                for k in range(c):
                    for b in range(s):
                        now[k, b] *= chance[b]
                        total += now[k, b]
                if total > 0.0:
                    now /= total
                    fit[i] += math.log(total) + top
                else:  # a count that the states reached cannot give: begin again from the count
                    total = 0.0
                    for k in range(c):
                        share = prior[k].sum()
                        for b in range(s):
                            now[k, b] = share * chance[b]
                            total += now[k, b]
                    now /= total
                    fit[i] += math.log(1e-12) + top
            if kept < len(origins) and origins[kept] == month:
                states[kept, i] = now
                kept += 1
    return states, fit


@_compiled
def multiply(left: Array, right: Array) -> Array:
    """Return the matrix product, summed in one order whatever the threads.

    Libraries of linear algebra add up in an order that depends on how many threads they have,
    and a last digit can move a draw. Zeros on the left, of which there are many, cost nothing.

    Parameters
    ----------
    left : ndarray, shape (n, k)
    right : ndarray, shape (k, m)

    Returns
    -------
    ndarray, shape (n, m)
    """
    n, k = left.shape
    m = right.shape[1]
    found = np.zeros((n, m))
    for i in range(n):
        for a in range(k):
            weight = left[i, a]
            if weight != 0.0:
                for b in range(m):
                    found[i, b] += weight * right[a, b]
    return found


@_compiled
def decayed_histogram(
    place: npt.NDArray[np.int64], origin: int, half_life: float, months: int, cells: int
) -> Array:
    """Return weighted histograms of the known months up to a column.

    Parameters
    ----------
    place : ndarray of int, shape (n, t)
        Cell of each count, -1 where missing.
    origin : int
        Last column seen.
    half_life : float
        Months until a month counts half; infinity for equal weights.
    months : int
        How many known months are looked at, 0 for all.
    cells : int

    Returns
    -------
    ndarray, shape (n, cells)
        Rows add to 1, or are all 0 without a known month.
    """
    n = place.shape[0]
    found = np.zeros((n, cells))
    for i in range(n):
        total = 0.0
        seen = 0
        weight = 1.0
        newest = -1
        for month in range(origin, -1, -1):
            where = place[i, month]
            if where < 0:
                continue
            if newest < 0:  # ages count from the last known month, so that none weighs nothing
                newest = month
            weight = 0.5 ** ((newest - month) / half_life)
            if weight < 1e-12:
                break
            found[i, where] += weight
            total += weight
            seen += 1
            if seen == months:
                break
        if total > 0.0:
            found[i] /= total
    return found
