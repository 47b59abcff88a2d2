"""The record held against the posterior predictive distribution, series by series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Bins of the PIT histogram.
BINS = 10


@dataclass(frozen=True)
class SeriesCheck:
    """One observed series against its posterior predictive distribution.

    `inside50` and `inside90` count the data within the central intervals, ends included; a range
    counts when it touches. `pit` (10,) is the share of the probability integral transform in each
    tenth, `pit_mean` and `pit_variance` its moments: 0.5 and 1/12 where the model is calibrated.
    For counts and ranges the transform is spread over the jump (Czado, Gneiting & Held 2009).
    """

    name: str
    n: int
    inside50: int
    inside90: int
    pit: tuple[float, ...]
    pit_mean: float
    pit_variance: float
    ranges: bool

    @property
    def cover50(self) -> float:
        """Share of the data inside the 50% interval."""
        return self.inside50 / self.n

    @property
    def cover90(self) -> float:
        """Share of the data inside the 90% interval."""
        return self.inside90 / self.n

    def verdict(self) -> str:
        """Say what the transform says of level or width, whichever is further off, past two errors.

        The standard errors are those of independent data; a series whose months hang together
        departs more easily by chance.
        """
        if self.n < 10:
            return "too few data to judge"
        # A uniform variable has variance 1/12, and (x - 1/2)^2 has mean 1/12 and variance 1/180.
        level = (self.pit_mean - 0.5) / np.sqrt(1.0 / 12.0 / self.n)
        square = self.pit_variance + (self.pit_mean - 0.5) ** 2
        width = (square - 1.0 / 12.0) / np.sqrt(1.0 / 180.0 / self.n)
        if max(abs(level), abs(width)) > 2.0:
            if abs(level) >= abs(width):
                side = "below" if level > 0.0 else "above"
                return f"the model tends to lie {side} the record"
            size = "too narrow" if width > 0.0 else "wider than need be"
            return f"the model's intervals are {size}"
        return "calibrated, as far as these data tell"


def check_series(name: str, low: Array, high: Array | None, draws: Array) -> SeriesCheck | None:
    """Check one series.

    Parameters
    ----------
    name : str
    low : ndarray (months,)
        The record, or the low ends of ranges; NaN where there is none.
    high : ndarray (months,), optional
        High ends of ranges.
    draws : ndarray (n, months)
        Posterior predictive draws; NaN where the model gives none.

    Returns
    -------
    SeriesCheck or None
        None where no month has both a datum and draws.
    """
    top = low if high is None else np.where(np.isfinite(high), high, low)
    use = np.isfinite(low) & np.isfinite(draws).any(axis=0)
    if not use.any():
        return None
    inside50 = inside90 = 0
    ends = np.empty((int(use.sum()), 2))
    for k, t in enumerate(np.flatnonzero(use)):
        y = draws[np.isfinite(draws[:, t]), t]
        a, b, c, d = np.quantile(y, (0.05, 0.25, 0.75, 0.95))
        inside90 += bool(low[t] <= d and top[t] >= a)
        inside50 += bool(low[t] <= c and top[t] >= b)
        ends[k] = np.mean(y < low[t]), np.mean(y <= top[t])
    mean = float(ends.mean())
    square = float(((ends**2).sum(axis=1) + ends[:, 0] * ends[:, 1]).mean() / 3.0)
    return SeriesCheck(
        name, len(ends), inside50, inside90, tuple(_histogram(ends)), mean, square - mean**2,
        high is not None,
    )  # fmt: skip


def _histogram(ends: Array) -> Array:
    """Mean share of the intervals in each tenth; an interval without width falls into one."""
    edges = np.linspace(0.0, 1.0, BINS + 1)
    shares = np.zeros(BINS)
    for a, b in ends:
        if b - a < 1e-12:
            shares[min(int(a * BINS), BINS - 1)] += 1.0
        else:
            cumulated = np.clip((edges - a) / (b - a), 0.0, 1.0)
            shares += np.diff(cumulated)
    return shares / len(ends)


def check_all(observed: xr.Dataset, predictive: xr.Dataset) -> list[SeriesCheck]:
    """Check every series that both groups of a posterior file have."""
    checks = []
    for name in predictive.data_vars:
        data = record(observed, str(name))
        if data is None:
            continue
        months, low, high = data
        drawn = predictive_draws(predictive, str(name))
        place = {m: i for i, m in enumerate(months)}
        aligned = np.full((drawn[1].shape[0], len(months)), np.nan)
        for j, month in enumerate(drawn[0]):
            if month in place:
                aligned[:, place[month]] = drawn[1][:, j]
        check = check_series(str(name), low, high, aligned)
        if check is not None:
            checks.append(check)
    return checks


def record(observed: xr.Dataset, name: str) -> tuple[list[str], Array, Array | None] | None:
    """Months, values (or low ends) and high ends of a series; None if the file has it not."""
    low, high = (f"{name}_low", f"{name}_high")
    key = low if low in observed and high in observed else name
    if key not in observed:
        return None
    data = observed[key]
    top = np.asarray(observed[high].values, dtype=np.float64) if key == low else None
    return months_of(data), np.asarray(data.values, dtype=np.float64), top


def predictive_draws(predictive: xr.Dataset, name: str) -> tuple[list[str], Array]:
    """Months and draws (n, months) of a simulated series, all chains together."""
    data = predictive[name]
    month = next(d for d in data.dims if d not in ("chain", "draw", "sample"))
    moved = data.transpose(*[d for d in data.dims if d != month], month)
    values = np.asarray(moved.values, dtype=np.float64)
    return months_of(moved), values.reshape(-1, values.shape[-1])


def months_of(data: xr.DataArray) -> list[str]:
    """Return the months of a series as 'YYYY-MM', whether stored as text or as dates."""
    name = next(d for d in data.dims if d not in ("chain", "draw", "sample", "quantile"))
    values = data[name].values
    if np.issubdtype(values.dtype, np.datetime64):
        values = values.astype("datetime64[M]")
    return [str(v)[:7] for v in values]
