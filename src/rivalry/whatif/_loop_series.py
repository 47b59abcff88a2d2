"""Loop scores as series: bands over draws, month by month."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.whatif._loop_dominant import LOOP_SOURCES, LOOP_UNTRACED
from rivalry.whatif._loop_strength import LoopStrength

Array = NDArray[np.float64]

#: Quantiles of a band: 90%, 50%, median.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class LoopBand:
    """One line of a chart or table.

    Attributes
    ----------
    id, label, kind : str
        As in `LoopRow`; sources outside the loops have the kind ``outside``, the rest ``untraced``.
    polarity : str
        ``reinforcing``, ``balancing`` or empty.
    quantiles : ndarray (5, n_months)
        Shares at 5, 25, 50, 75 and 95% of the draws; negative for balancing loops, NaN where the
        variable moves in no draw.
    """

    id: str
    label: str
    kind: str
    polarity: str
    quantiles: Array


def loop_bands(strength: LoopStrength, smooth: int = 1) -> Iterator[LoopBand]:
    """Give the series of every loop, of the sources outside them and of what is not traced.

    Parameters
    ----------
    strength : LoopStrength
    smooth : int
        Months of a centred running mean, taken in each draw before the quantiles.

    Yields
    ------
    LoopBand
    """
    scores = strength.scores
    for j, row in enumerate(strength.loops):
        values = scores["share"].values[:, :, j]
        yield LoopBand(row.id, row.label, row.kind, row.polarity, _quantiles(values, smooth))
    for j, kind in enumerate(scores["source"].values):
        values = scores["outside"].values[:, :, j]
        yield LoopBand(
            str(kind), LOOP_SOURCES[str(kind)], "outside", "", _quantiles(values, smooth)
        )
    values = scores["untraced"].values
    yield LoopBand("untraced", LOOP_UNTRACED, "untraced", "", _quantiles(values, smooth))


def _quantiles(values: Array, smooth: int) -> Array:
    if smooth > 1:
        values = _running_mean(values, smooth)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # months in which no draw moves
        return np.asarray(np.nanquantile(values, QUANTILES, axis=0))


def _running_mean(values: Array, months: int) -> Array:
    """Mean over the months about each one for which there is a value."""
    there = np.isfinite(values)
    total = _window(np.where(there, values, 0.0), months)
    count = _window(there.astype(float), months)
    return np.where(count > 0.5, total / np.maximum(count, 1.0), np.nan)


def _window(values: Array, months: int) -> Array:
    n = values.shape[1]
    sums = np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1)], axis=1)
    at = np.arange(n)
    low = np.maximum(at - months // 2, 0)
    high = np.minimum(at - months // 2 + months, n)
    return np.asarray(sums[:, high] - sums[:, low])
