"""What the data fix only together: pairs of parameters, and directions among all of them.

All is told in normal scores of the prior, where the prior is the unit ball and a variance of 1
means that the data said nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.inference._posterior import MOVED

Array = NDArray[np.float64]
#: Posterior correlation from which two parameters are looked at together.
TIED = 0.7
#: By how much their best combination must be better known than the better known of the two.
GAIN = 0.05


@dataclass(frozen=True)
class Pair:
    """Two parameters that the data do not tell apart.

    `correlation` is that of their normal scores; `together` the contraction of their best known
    combination, `first` and `second` those of each alone; `weights` are its coefficients (unit
    length). A positive correlation means that the data fix how one differs from the other, a
    negative one that they fix what both do together.
    """

    names: tuple[str, str]
    correlation: float
    first: float
    second: float
    together: float
    weights: tuple[float, float]


@dataclass(frozen=True)
class Direction:
    """A combination of parameters in normal scores.

    `contraction` is 1 - its posterior variance (its prior variance is 1); `parts` the names and
    weights of unit length, the largest first, those under 0.2 left out.
    """

    contraction: float
    parts: tuple[tuple[str, float], ...]

    @property
    def moved(self) -> bool:
        """Whether the data narrowed it noticeably."""
        return self.contraction >= MOVED


def unidentified_pairs(names: Sequence[str], scores: Array) -> list[Pair]:
    """Find pairs with a posterior correlation of at least 0.7 that no datum tells apart.

    A pair is named where its best known combination is contracted more than either parameter, by
    at least 0.05: two parameters that are both known well may be correlated without harm.

    Parameters
    ----------
    names : sequence of str, length d
    scores : ndarray (n, d)
        Posterior draws in normal scores.

    Returns
    -------
    list of Pair
        The strongest correlation first.
    """
    if scores.shape[1] < 2:
        return []
    cov = np.cov(scores, rowvar=False)
    sd = np.sqrt(np.diag(cov))
    pairs = []
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            if sd[i] == 0.0 or sd[j] == 0.0:
                continue
            rho = float(cov[i, j] / (sd[i] * sd[j]))
            if abs(rho) < TIED:
                continue
            values, vectors = np.linalg.eigh(cov[np.ix_([i, j], [i, j])])
            together = 1.0 - float(values[0])
            first, second = 1.0 - float(cov[i, i]), 1.0 - float(cov[j, j])
            if together - max(first, second) < GAIN:
                continue
            w = _signed(vectors[:, 0])
            pairs.append(
                Pair(
                    (names[i], names[j]),
                    rho,
                    first,
                    second,
                    together,
                    (float(w[0]), float(w[1])),
                )
            )
    return sorted(pairs, key=lambda p: -abs(p.correlation))


def directions(names: Sequence[str], scores: Array) -> list[Direction]:
    """Split the posterior into directions that are uncorrelated, the best known first.

    They are the eigenvectors of the posterior covariance in normal scores. Directions of about
    equal contraction may be mixed at will: their number says more than their parts.

    Returns
    -------
    list of Direction
        As many as parameters.
    """
    cov = np.atleast_2d(np.cov(scores, rowvar=False))
    values, vectors = np.linalg.eigh(cov)
    found = []
    for k in range(len(names)):
        w = _signed(vectors[:, k])
        order = [i for i in np.argsort(-np.abs(w), kind="stable") if abs(w[i]) >= 0.2]
        parts = tuple((names[i], float(w[i])) for i in order)
        found.append(Direction(1.0 - float(values[k]), parts))
    return found


def _signed(vector: Array) -> Array:
    """Give a vector the sign that makes its largest entry positive; either sign is the same."""
    return vector * (1.0 if vector[np.argmax(np.abs(vector))] > 0 else -1.0)
