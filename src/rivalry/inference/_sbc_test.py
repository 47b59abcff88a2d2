"""Tests of uniformity of ranks: the simultaneous band of the ECDF, and chi-square.

The band is that of Sailynoja, Burkner & Vehtari (2022): at every rank the number of smaller ranks
is binomial, and the same pointwise level at all of them gives the wanted joint level. Their
recursion over the counts is carried out here on the ranks' own steps, so that the level of the
band and the p-value are exact for the finite number of data sets and of ranks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
#: Bins with fewer expected data sets make chi-square's distribution a poor guide.
_EXPECTED = 5.0
_MAX_BINS = 20
#: Tail probabilities that differ by less are the same, computed in another order.
_SLACK = 1.0 + 1e-9


@dataclass(frozen=True)
class Band:
    """Numbers of ranks below 1..n_draws that uniform ranks keep to.

    `low`, `high` (n_draws,) are inclusive counts; `level` is the exact probability that uniform
    ranks leave the band anywhere.
    """

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    level: float


def counts_below(ranks: Sequence[int], n_draws: int) -> NDArray[np.int64]:
    """Return how many ranks lie below 1, 2, ... n_draws: the ECDF before division."""
    histogram = np.bincount(np.asarray(ranks, dtype=np.int64), minlength=n_draws + 1)
    return np.asarray(np.cumsum(histogram)[:n_draws], dtype=np.int64)


def ecdf_p_value(ranks: Sequence[int], n_draws: int) -> float:
    """Return the exact probability that uniform ranks stray as far from uniformity.

    Parameters
    ----------
    ranks : sequence of int
        One for each data set, from 0 to `n_draws`.
    n_draws : int
        Posterior draws that each rank was taken among.

    Returns
    -------
    float
        Probability that the smallest pointwise tail is as small as here, or smaller.
    """
    tails = _tails(len(ranks), n_draws)
    found = counts_below(ranks, n_draws)
    smallest = float(tails[np.arange(n_draws), found].min())
    return 1.0 - _inside(len(ranks), n_draws, smallest)


@lru_cache(maxsize=64)
def ecdf_band(n_data: int, n_draws: int, level: float) -> Band:
    """Return the simultaneous band that uniform ranks leave with probability at most `level`.

    Parameters
    ----------
    n_data : int
        Data sets, each with one rank.
    n_draws : int
        Posterior draws that each rank was taken among.
    level : float
        Largest probability of a false alarm, between 0 and 1.

    Returns
    -------
    Band
    """
    low, high = 0.0, level
    # any two-sided pointwise level below level / n_draws is safe by Bonferroni; search between
    for _ in range(40):
        middle = 0.5 * (low + high)
        if 1.0 - _inside(n_data, n_draws, middle) <= level:
            low = middle
        else:
            high = middle
    kept = _tails(n_data, n_draws) > low * _SLACK
    return Band(
        kept.argmax(axis=1),
        n_data - kept[:, ::-1].argmax(axis=1),
        1.0 - _inside(n_data, n_draws, low),
    )


def bins(n_data: int, n_draws: int) -> int:
    """Return how many equal bins a histogram of ranks gets: at least 5 data sets expected in each.

    A divisor of the number of ranks, so that every bin holds as many of them.
    """
    most = max(1, min(_MAX_BINS, int(n_data / _EXPECTED)))
    return max(b for b in range(1, most + 1) if (n_draws + 1) % b == 0)


def histogram(ranks: Sequence[int], n_draws: int) -> list[int]:
    """Count ranks in equal bins; see `bins`."""
    n = bins(len(ranks), n_draws)
    where = np.asarray(ranks, dtype=np.int64) * n // (n_draws + 1)
    return [int(c) for c in np.bincount(where, minlength=n)]


def chi_square_p_value(ranks: Sequence[int], n_draws: int) -> float:
    """Return Pearson's p-value of the histogram; NaN if there are data for one bin only."""
    counts = histogram(ranks, n_draws)
    return float(stats.chisquare(counts).pvalue) if len(counts) > 1 else float("nan")


def share_interval(hits: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact binomial interval of a share (Clopper & Pearson 1934)."""
    found = stats.binomtest(hits, n).proportion_ci(confidence, method="exact")
    return float(found.low), float(found.high)


@lru_cache(maxsize=8)
def _tails(n_data: int, n_draws: int) -> Array:
    """Two-sided tail probability of every count at every rank, (n_draws, n_data + 1)."""
    z = np.arange(1, n_draws + 1)[:, None] / (n_draws + 1)
    counts = np.arange(n_data + 1)[None, :]
    below = stats.binom.cdf(counts, n_data, z)
    above = stats.binom.sf(counts - 1, n_data, z)
    return np.asarray(2.0 * np.minimum(below, above), dtype=np.float64)


def _inside(n_data: int, n_draws: int, pointwise: float) -> float:
    """Probability that uniform ranks keep every count's tail above `pointwise`.

    Counts form a Markov chain: those between two ranks are binomial among the data sets left.
    """
    kept = _tails(n_data, n_draws) > pointwise * _SLACK
    counts, weight = np.array([0]), np.array([1.0])
    for i in range(n_draws):
        after = np.flatnonzero(kept[i])
        step = 1.0 / (n_draws + 1 - i)
        gained = after[None, :] - counts[:, None]
        move = stats.binom.pmf(gained, (n_data - counts)[:, None], step)
        counts, weight = after, weight @ move
    return float(min(weight.sum(), 1.0))
