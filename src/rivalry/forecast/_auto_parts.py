"""The forecasts that the automatic case mixes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rivalry.forecast._auto_grid import CELLS, cells, spread
from rivalry.forecast._auto_kernels import decayed_histogram, multiply
from rivalry.forecast._auto_level import LevelFilter, LevelParameters, filter_level

Array = npt.NDArray[np.float64]

#: Names of the parts, in the order of every array of weights.
PARTS = ("conflictology", "decayed_fast", "decayed", "decayed_slow", "wide", "local_level")


@dataclass(frozen=True)
class PartSettings:
    """The constants of the parts.

    Attributes
    ----------
    half_lives : tuple of 3 float
        Months until a month of the past counts half: fast, medium and slow.
    drift_start, drift_growth : float
        A past count times a lognormal factor stands for one to come; the factor's variance is
        ``drift_start**2 + drift_growth**2 * step``.
    wide_sd : float
        Standard deviation of the factor's logarithm in the part "wide", at any step.
    level : LevelParameters
    """

    half_lives: tuple[float, float, float] = (1.5, 4.0, 8.0)
    drift_start: float = 0.25
    drift_growth: float = 0.07
    wide_sd: float = 0.8
    level: LevelParameters = field(default_factory=LevelParameters)


@dataclass(frozen=True)
class PartMaker:
    """A panel prepared for the forecasts of the parts at several origins.

    Attributes
    ----------
    place : ndarray of int, shape (n, t)
        Cells of the counts, -1 where missing.
    origins : tuple of int
        Columns of the panel.
    level : LevelFilter
    settings : PartSettings
    """

    place: npt.NDArray[np.int64]
    origins: tuple[int, ...]
    level: LevelFilter
    settings: PartSettings

    def masses(self, number: int, steps: Sequence[int]) -> Array:
        """Return the parts' forecasts at ``origins[number]``.

        Returns
        -------
        ndarray, shape (parts, n, len(steps), cells)
            Probabilities of cells. A unit without a known month has only the local level's, which
            stand for all parts.
        """
        s = self.settings
        origin = self.origins[number]
        found = np.empty((len(PARTS), len(self.place), len(steps), CELLS))
        found[-1] = self.level.masses(steps, number)
        found[0] = self._history(origin, np.inf, 12)[:, None]
        past = [self._history(origin, h, 0) for h in s.half_lives]
        for j, step in enumerate(steps):
            drift = spread(float(np.sqrt(s.drift_start**2 + s.drift_growth**2 * step)))
            for k, histogram in enumerate(past):
                found[1 + k, :, j] = multiply(histogram, drift)
        found[4] = multiply(past[1], spread(s.wide_sd))[:, None]
        unknown = found[0, :, 0].sum(axis=-1) == 0
        found[:-1, unknown] = found[-1, unknown]
        return found

    def _history(self, origin: int, half_life: float, months: int) -> Array:
        return np.asarray(decayed_histogram(self.place, origin, half_life, months, CELLS))


def make_parts(
    counts: Array, origins: Sequence[int], shares: Array, settings: PartSettings
) -> PartMaker:
    """Prepare the forecasts of all parts.

    Parameters
    ----------
    counts : ndarray, shape (n, t)
        NaN where missing; nothing after the origin of the forecast.
    origins : sequence of int
        Rising columns.
    shares : ndarray, shape (classes of the local level,)
        From `class_shares` over the whole panel.
    settings : PartSettings
    """
    place = cells(np.nan_to_num(counts))
    place[np.isnan(counts)] = -1
    level = filter_level(counts, origins, shares, settings.level)
    return PartMaker(place, tuple(origins), level, settings)
