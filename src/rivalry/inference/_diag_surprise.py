"""Mechanism against surprise: months that the latent tempo had to explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from rivalry.inference._diag_predict import months_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Spell:
    """Consecutive months whose interval leaves out the usual tempo, on one side.

    `high` says on which; `factor` is the most extreme median, a factor of the usual where the
    noise acts on the log scale, and an addition otherwise.
    """

    first: str
    last: str
    months: int
    high: bool
    factor: float


@dataclass(frozen=True)
class Smoothed:
    """A latent state given all data: `quantiles` (levels, months) at `levels`.

    `kind` is stock, level or noise and `label` its name, as far as the file tells.
    """

    name: str
    kind: str
    label: str
    months: tuple[str, ...]
    levels: tuple[float, ...]
    quantiles: Array


def smoothed(states: xr.Dataset) -> dict[str, Smoothed]:
    """Return all smoothed states of a file, one by one, whatever further dimension holds them."""
    found = {}
    for key, data in states.data_vars.items():
        if "quantile" not in data.dims or "month" not in data.dims:
            continue
        levels = tuple(float(q) for q in data["quantile"].values)
        extra = [d for d in data.dims if d not in ("quantile", "month")]
        if not extra:
            found[str(key)] = _one(str(key), data, levels)
        elif len(extra) == 1:
            for label in data[extra[0]].values:
                found[str(label)] = _one(str(label), data.sel({extra[0]: label}), levels)
    return found


def _one(name: str, data: xr.DataArray, levels: tuple[float, ...]) -> Smoothed:
    ordered = data.transpose("quantile", "month")
    months = tuple(months_of(ordered.isel(quantile=0)))
    kind, label = (
        str(data[k].values) if k in data.coords and data[k].ndim == 0 else ""
        for k in ("kind", "label")
    )
    return Smoothed(
        name, kind, label or name, months, levels, np.asarray(ordered.values, dtype=np.float64)
    )


def spells(
    months: Sequence[str], low: Array, middle: Array, high: Array, usual: float
) -> list[Spell]:
    """Find runs of months whose interval lies wholly above or wholly below the usual.

    Parameters
    ----------
    months : sequence of str, length n
    low, middle, high : ndarray (n,)
        Ends of the 90% interval and median.
    usual : float
        Where the noise stands when it adds nothing: 1 for a factor, 0 for an addition.
    """
    side = np.where(low > usual, 1, np.where(high < usual, -1, 0))
    found: list[Spell] = []
    begin = 0
    for t in range(1, len(months) + 1):
        if t < len(months) and side[t] == side[begin]:
            continue
        if side[begin] != 0:
            part = middle[begin:t]
            extreme = part.max() if side[begin] > 0 else part.min()
            found.append(
                Spell(
                    months[begin], months[t - 1], t - begin, bool(side[begin] > 0), float(extreme)
                )
            )
        begin = t
    return found
