"""Draws of a forecast, and the random numbers behind them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from rivalry.foundation import Month, Problem, RivalryError

#: Draws are written as 32-bit integers, as the ViEWS challenge asks.
MAX_COUNT = np.iinfo(np.int32).max


def unit_generator(seed: int, model: str, origin: Month, unit: object) -> np.random.Generator:
    """Return the random numbers of one unit's forecast.

    They are keyed by what is forecast and not by the order of work, so that a unit's draws are
    the same alone or among hundreds, and on one worker or on two.

    Parameters
    ----------
    seed : int
        From 0.
    model : str
    origin : Month
    unit : int or str
    """
    name = zlib.crc32(f"{model}\x1f{unit}".encode())
    return np.random.default_rng(np.random.SeedSequence([seed, name, origin.ordinal]))


def check_steps(steps: Sequence[int]) -> tuple[int, ...]:
    """Return steps as a tuple; R1015 unless they are whole, from 1, and rising."""
    found = tuple(int(s) for s in steps)
    if not found or found[0] < 1 or any(b <= a for a, b in pairwise(found)):
        raise RivalryError(
            Problem(
                "R1015",
                f"steps {list(steps)} are not rising whole numbers from 1",
                "Name months ahead of the origin, such as 1..12.",
            )
        )
    return found


@dataclass(frozen=True)
class Draws:
    """Draws from the forecasts of several units at one origin.

    Attributes
    ----------
    array : ndarray of int32, shape (n_units, n_steps, n_draws)
        A draw runs through all steps of a unit: ``array[i, :, k]`` is one possible future.
    origin : Month
        The last month of data that the forecast saw.
    steps : tuple of int
        Months ahead of the origin, from 1, rising.
    units : ndarray, shape (n_units,)
    unit, target : str
        Names of the column of units and of the counted one.
    model : str
    seed : int or None
        None where nothing was drawn.
    """

    array: npt.NDArray[np.int32]
    origin: Month
    steps: tuple[int, ...]
    units: npt.NDArray[np.generic]
    unit: str
    target: str
    model: str
    seed: int | None = None

    def __post_init__(self) -> None:
        array = np.asarray(self.array)
        if array.ndim != 3 or array.shape[:2] != (len(self.units), len(self.steps)):
            raise ValueError(
                f"draws have shape {array.shape}, not ({len(self.units)}, {len(self.steps)}, draws)"
            )
        if array.shape[2] == 0:
            raise ValueError("a forecast needs at least one draw")
        if array.dtype.kind not in "iuf":
            raise TypeError(f"draws are {array.dtype}, not numbers")
        if array.size and not np.isfinite(array).all():
            raise ValueError("draws must be finite")
        if array.size and (array.min() < 0 or array.max() > MAX_COUNT):
            raise ValueError("draws must lie between 0 and 2^31 - 1")
        if array.dtype.kind == "f" and (array != np.floor(array)).any():
            raise ValueError("draws must be whole numbers")
        object.__setattr__(self, "steps", check_steps(self.steps))
        object.__setattr__(self, "array", array.astype(np.int32, copy=False))

    @property
    def n_draws(self) -> int:
        """How many draws each unit and step has."""
        return int(self.array.shape[2])

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that are forecast, one a step."""
        return tuple(self.origin + s for s in self.steps)

    def mean(self) -> npt.NDArray[np.float64]:
        """Means, shape (n_units, n_steps)."""
        return np.asarray(self.array.mean(axis=2, dtype=np.float64))

    def quantile(self, q: float | Sequence[float]) -> npt.NDArray[np.float64]:
        """Quantiles by linear interpolation: (n_units, n_steps), or (len(q), ...) for several."""
        return np.asarray(np.quantile(self.array, q, axis=2), dtype=np.float64)

    def probability(self, at_least: int) -> npt.NDArray[np.float64]:
        """Share of draws with a count of `at_least` or more, shape (n_units, n_steps)."""
        return np.asarray((self.array >= at_least).mean(axis=2, dtype=np.float64))

    def select(self, units: Sequence[object]) -> Draws:
        """Return the draws of some units, in the order given (R1012 for an unknown one)."""
        places = {u: i for i, u in enumerate(self.units.tolist())}
        unknown = [u for u in units if u not in places]
        if unknown:
            raise RivalryError(
                Problem(
                    "R1012",
                    f"the forecast has no {self.unit} {unknown[0]!r}",
                    f"It holds {len(self.units)} units.",
                )
            )
        rows = np.array([places[u] for u in units], dtype=np.int64)
        return replace(self, array=self.array[rows], units=self.units[rows])

    def frame(self) -> pd.DataFrame:
        """Return a long table: ``month_id``, the unit's column, ``draw``, ``outcome``.

        Rows run by month, then unit, then draw, as in the files of the ViEWS challenge. All four
        are 32-bit integers, but for units with names.
        """
        n, s, k = self.array.shape
        months = np.array([m.views_id for m in self.months], dtype=np.int32)
        units = self.units.astype(np.int32) if self.units.dtype.kind in "iu" else self.units
        return pd.DataFrame(
            {
                "month_id": np.repeat(months, n * k),
                self.unit: np.tile(np.repeat(units, k), s),
                "draw": np.tile(np.arange(k, dtype=np.int32), n * s),
                "outcome": np.ascontiguousarray(self.array.transpose(1, 0, 2)).reshape(-1),
            }
        )
