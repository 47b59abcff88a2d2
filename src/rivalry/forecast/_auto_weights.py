"""Weights of the mixture, learned from forecasts made before the origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rivalry.forecast._auto_grid import excess, widths
from rivalry.forecast._auto_kernels import multiply
from rivalry.forecast._auto_parts import PARTS, PartSettings, make_parts

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

#: Steps at which past forecasts are compared, by group of steps: to 2, to 7, and beyond.
GROUP_STEPS = ((1, 2), (3, 6), (9, 12))
_GROUP_ENDS = (2, 7)
#: Classes of recent violence.
CLASSES = ("none", "rare", "low", "high")
#: Units worked on together: bounds memory to some 200 MB whatever the size of the panel.
BLOCK = 400
#: Deaths a month from which violence is "high".
_HIGH = 30.0


def group_of(step: int) -> int:
    """Return the group of a step ahead."""
    return int(np.searchsorted(_GROUP_ENDS, step))


def recent(counts: Array, origin: int) -> tuple[Whole, Array]:
    """Return each unit's class and mean deaths a month over the 12 months up to a column.

    Parameters
    ----------
    counts : ndarray, shape (n, t)
    origin : int

    Returns
    -------
    classes : ndarray of int, shape (n,)
        0 no violence; 1 in fewer than half of the known months; 2 in half or more with under 30
        deaths a month on average; 3 above.
    mean : ndarray, shape (n,)
        0 without a known month.
    """
    window = counts[:, max(0, origin - 11) : origin + 1]
    known = np.maximum((~np.isnan(window)).sum(axis=1), 1)
    mean = np.nansum(window, axis=1) / known
    share = np.nansum(window > 0, axis=1) / known
    classes = np.where(share == 0, 0, np.where(share < 0.5, 1, np.where(mean < _HIGH, 2, 3)))
    return classes.astype(np.int64), mean


@dataclass(frozen=True)
class Weights:
    """Weights of the parts.

    Attributes
    ----------
    array : ndarray, shape (classes, groups of steps, parts)
        Each row adds to 1.
    origins : ndarray of int, shape (groups,)
        How many past origins they were learned from.
    """

    array: Array
    origins: Whole


def learn_weights(
    counts: Array,
    origins: Sequence[int],
    shares: Array,
    settings: PartSettings,
    *,
    pull: float,
    pull_origins: float,
) -> Weights:
    """Learn the weights that would have had the lowest CRPS at past origins.

    The CRPS of a mixture is a quadratic form in its weights, so the best are found exactly
    (Allen, Ginsbourger & Ziegel 2025). Each forecast is scored relative to the unit's recent
    deaths; otherwise one war would decide for all. The weights are pulled towards equal ones,
    the more so the fewer origins there are: equal weights are hard to beat where weights
    have to be learned from few data (Claeskens et al. 2016).

    Parameters
    ----------
    counts : ndarray, shape (n, t)
        Nothing after the origin of the forecast.
    origins : sequence of int
        Rising columns to learn from. Steps that reach beyond `counts` are left out.
    shares : ndarray, shape (classes of the local level,)
    settings : PartSettings
    pull : float
        Strength of the pull with many origins, relative to the mean score of the parts.
    pull_origins : float
        With as many origins the pull is twice as strong.

    References
    ----------
    Allen, Ginsbourger & Ziegel (2025), Efficient pooling of predictions via kernel embeddings,
    Transactions on Machine Learning Research. Claeskens, Magnus, Vasnev & Wang (2016), The
    forecast combination puzzle: a simple theoretical explanation, International Journal of
    Forecasting 32(3).
    """
    k = len(PARTS)
    form = np.zeros((len(CLASSES), len(GROUP_STEPS), k, k))
    seen = np.zeros(len(GROUP_STEPS), dtype=np.int64)
    root = np.sqrt(widths())
    ahead = [
        [s for group in GROUP_STEPS for s in group if origin + s < counts.shape[1]]
        for origin in origins
    ]
    for steps in ahead:
        seen[np.unique([group_of(s) for s in steps]).astype(np.int64)] += 1
    for first in range(0, len(counts), BLOCK):
        block = counts[first : first + BLOCK]
        parts = make_parts(block, origins, shares, settings)
        for number, (origin, steps) in enumerate(zip(origins, ahead, strict=True)):
            if not steps:
                continue
            classes, mean = recent(block, origin)
            masses = parts.masses(number, steps)
            begun = ~np.isnan(block[:, : origin + 1]).all(axis=1)
            for j, step in enumerate(steps):
                truth = block[:, origin + step]
                known = begun & ~np.isnan(truth)
                apart = excess(masses[:, known, j], truth[known])
                apart *= root / np.sqrt(1 + mean[known])[:, None]
                for c in range(len(CLASSES)):
                    chosen = apart[:, classes[known] == c].reshape(k, -1)
                    form[c, group_of(step)] += multiply(chosen, chosen.T)
    array = np.full(form.shape[:3], 1 / k)
    for c in range(len(CLASSES)):
        for g in range(len(GROUP_STEPS)):
            trace = np.trace(form[c, g])
            if trace > 0:
                strength = pull * (1 + pull_origins / seen[g])
                array[c, g] = simplex_minimum(form[c, g] / trace + strength * np.eye(k))
    return Weights(array, seen)


def simplex_minimum(form: Array, rounds: int = 400) -> Array:
    """Return the weights, from 0 and adding to 1, that minimise a quadratic form.

    By accelerated projected gradients (Beck & Teboulle 2009), with the projection of Duchi et
    al. (2008).

    Parameters
    ----------
    form : ndarray, shape (k, k)
        Positive definite.
    rounds : int

    References
    ----------
    Beck & Teboulle (2009), A fast iterative shrinkage-thresholding algorithm for linear inverse
    problems, SIAM Journal on Imaging Sciences 2(1). Duchi, Shalev-Shwartz, Singer & Chandra
    (2008), Efficient projections onto the l1-ball for learning in high dimensions, ICML.
    """
    k = len(form)
    rate = 1 / np.sqrt((form * form).sum())  # the largest eigenvalue is below the norm
    weights = np.full(k, 1 / k)
    ahead, momentum = weights, 1.0
    places = np.arange(1, k + 1)
    for _ in range(rounds):
        moved = ahead - rate * (form * ahead).sum(axis=1)
        falling = np.sort(moved)[::-1]
        over = (np.cumsum(falling) - 1) / places
        new = np.maximum(moved - over[np.flatnonzero(falling > over)[-1]], 0.0)
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / faster * (new - weights)
        weights, momentum = new, faster
    return np.asarray(weights / weights.sum())
