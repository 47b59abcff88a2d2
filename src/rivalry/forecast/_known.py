"""A case as it stood at an origin: what was not yet known is not in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rivalry.foundation import Month
from rivalry.model import Model
from rivalry.model.ir import Input, TimeGrid

Number = TypeVar("Number", bound=np.generic)


def as_known(model: Model) -> Model:
    """Return the case with every input as the last figure before a month gave it.

    A line drawn between two figures knows the second of them too early.

    Parameters
    ----------
    model : Model
    """
    return replace(model, inputs=tuple(_stepped(series) for series in model.inputs))


def at_origin(model: Model, origin: Month, ahead: int) -> Model:
    """Return the case with all that comes from outside held as it stood at the end of a month.

    Inputs and statuses keep their last value, dated shocks after it do not happen, and lasting
    changes that held go on. Data after it are missing. The generated code stays the same.

    Parameters
    ----------
    model : Model
    origin : Month
        Inside the model's time.
    ahead : int
        Months after the origin that the case then has, whether or not it had as many.
    """
    seen = model.time.index(origin) + 1
    months = seen + ahead
    observations = tuple(
        replace(
            o,
            data=_after(o.data[:seen], ahead, np.nan),
            high=None if o.high is None else _after(o.high[:seen], ahead, np.nan),
        )
        for o in model.observations
    )
    return replace(
        model,
        time=replace(model.time, end=origin + ahead),
        inputs=tuple(_held(series, seen, months, model.time) for series in model.inputs),
        shocks=tuple(
            replace(s, fire=_after(s.fire[:seen], ahead, s.fire[seen - 1] if s.lasting else 0))
            for s in model.shocks
        ),
        observations=observations,
    )


def _stepped(series: Input) -> Input:
    if series.knots is None:
        return series
    months = np.arange(len(series.values))
    knots = np.array(sorted(k for k in series.knots if k >= 0), dtype=np.int64)
    if len(knots) == 0:
        return series
    at = knots[np.clip(np.searchsorted(knots, months, side="right") - 1, 0, None)]
    values = series.values[at]
    # months before the first figure inside the model's time keep what led up to it
    first = knots[0] if min(series.knots) < 0 else 0
    values[:first] = series.values[:first]
    return replace(series, values=values)


def _held(series: Input, seen: int, months: int, time: TimeGrid) -> Input:
    if series.name == "time":
        ticks = np.arange(float(months * time.substeps)).reshape(months, time.substeps)
        return replace(series, values=ticks / time.substeps)
    if series.name == "month_of_year":
        number = np.arange(time.start.month - 1.0, time.start.month - 1.0 + months)
        return replace(series, values=np.mod(number, 12.0) + 1.0)
    last = series.values[seen - 1, -1] if series.fine else series.values[seen - 1]
    return replace(series, values=_after(series.values[:seen], months - seen, last))


def _after(values: NDArray[Number], ahead: int, filler: float | Number) -> NDArray[Number]:
    """Return what is given, and a constant for the months ahead."""
    shape = (ahead, *values.shape[1:])
    return np.concatenate([values, np.full(shape, filler, dtype=values.dtype)])
