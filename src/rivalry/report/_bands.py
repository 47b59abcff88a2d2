"""From draws to quantiles: all that a report keeps of an ensemble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

#: Ends of the 90% and 50% bands, and the median.
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """Quantiles of one series.

    Parameters
    ----------
    months : ndarray of datetime64, shape (n,)
    quantiles : ndarray, shape (5, n)
        At `LEVELS`; NaN in months for which the model gives no value.
    """

    months: NDArray[np.datetime64]
    quantiles: Floats

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which months have values, shape (n,)."""
        return np.asarray(np.isfinite(self.quantiles[2]), dtype=np.bool_)

    @property
    def low(self) -> Floats:
        """Lower end of the 90% band, shape (n,)."""
        return self._row(0)

    @property
    def median(self) -> Floats:
        """Median, shape (n,)."""
        return self._row(2)

    @property
    def high(self) -> Floats:
        """Upper end of the 90% band, shape (n,)."""
        return self._row(4)

    def _row(self, level: int) -> Floats:
        row: Floats = self.quantiles[level]
        return row

    @property
    def sparse(self) -> bool:
        """Whether values are so far apart that a continuous band would mislead."""
        return bool(self.present.mean() < 0.5)


def band(draws: xr.DataArray) -> Band:
    """Reduce draws to quantiles over all draws that have a value.

    Parameters
    ----------
    draws : xarray.DataArray
        Dims draw and month.
    """
    values = np.asarray(draws.transpose("draw", "month").values, dtype=np.float64)
    finite = np.isfinite(values)
    result = np.full((len(LEVELS), values.shape[1]), np.nan)
    whole = finite.all(axis=0)
    if whole.any():
        result[:, whole] = np.quantile(values[:, whole], LEVELS, axis=0)
    for j in np.flatnonzero(~whole & finite.any(axis=0)):
        result[:, j] = np.quantile(values[finite[:, j], j], LEVELS)
    return Band(np.asarray(draws["month"].values, dtype="datetime64[M]"), result)


def compact(values: Floats, digits: int = 4) -> list[float | None]:
    """Round to significant digits for JSON; NaN becomes null, whole numbers integers."""
    out: list[float | None] = []
    for x in values:
        if not np.isfinite(x):
            out.append(None)
        else:
            text = float(f"{x:.{digits}g}")
            out.append(int(text) if text == int(text) else text)
    return out


@dataclass(frozen=True)
class Inside:
    """How many data points lie inside the 90% band."""

    inside: int
    total: int

    @property
    def share(self) -> float:
        """Share inside; NaN without data."""
        return self.inside / self.total if self.total else float("nan")

    def words(self) -> str:
        """Say it, and what it means: 9 in 10 are expected of a well-calibrated 90% band."""
        if not self.total:
            return "No data to set the band against."
        points = "data point" if self.total == 1 else "data points"
        text = f"{self.inside} of {self.total} {points} ({self.share:.0%}) inside the 90% band"
        if self.total < 10:
            return text + "; too few to judge the width."
        # Two binomial standard errors around 0.9: what chance alone would allow.
        margin = 2 * float(np.sqrt(0.9 * 0.1 / self.total))
        if self.share > 0.9 + margin:
            return text + ": the band is wider than it need be."
        if self.share < 0.9 - margin:
            return text + ": fewer than the nine in ten that a sound 90% band holds."
        return text + ": about the nine in ten that a sound 90% band holds."


def inside(
    model: Band, months: NDArray[np.datetime64], low: Floats, high: Floats | None = None
) -> Inside:
    """Count data points (or ranges that touch) inside the 90% band, bounds included."""
    place = {m: i for i, m in enumerate(model.months)}
    hit = total = 0
    top = low if high is None else high
    for month, a, b in zip(months, low, top, strict=True):
        i = place.get(np.datetime64(month, "M"))
        if i is None or not np.isfinite(a) or not model.present[i]:
            continue
        b = b if np.isfinite(b) else a
        total += 1
        hit += bool(a <= model.high[i] and b >= model.low[i])
    return Inside(hit, total)


def plain_scale(model: Band, data: Floats, *, level: bool = False) -> dict[str, Any]:
    """Choose a scale: linear, log, or symlog where zeros meet values of many sizes.

    Returns
    -------
    dict
        `type`, and for log scales the tick `values`.
    """
    every = np.concatenate([model.quantiles.ravel(), data.ravel()])
    every = every[np.isfinite(every)]
    if level or not every.size or every.min() < 0:
        return {"type": "linear"}
    top = float(every.max())
    typical = np.concatenate([model.median[model.present], data[np.isfinite(data)]])
    positive = typical[typical > 0]
    small, middle, large = np.quantile(positive, (0.1, 0.5, 0.9)) if positive.size else (1, 1, 1)
    # Lines of a linear axis lie a quarter of its top apart: what is far below the first is lost.
    if top < 100 or (top < 30 * middle and large < 12 * small):
        return {"type": "linear"}
    if every.min() >= 1 and every.min() > top / 1e5:
        first = int(np.floor(np.log10(every.min())))
        return {"type": "log", "values": _decades(first, top)}
    return {"type": "symlog", "values": [0, *_decades(0, top)]}


def _decades(first: int, top: float) -> list[float]:
    last = int(np.floor(np.log10(max(top, 1.0))))
    step = 1 if last - first <= 5 else 2
    return [10.0**k for k in range(first, last + 1, step)]
