"""A fan chart: the record, the draws ahead of it, and a reference's interval beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from rivalry.forecast import Draws, Panel
from rivalry.foundation import Month
from rivalry.report._bands import LEVELS, Band, Floats, compact, plain_scale
from rivalry.report._charts import Figure
from rivalry.report._charts._series import _SCALES
from rivalry.report._charts._spec import band_spec
from rivalry.report._charts._theme import RANGE
from rivalry.report._evaluation_charts import inlined
from rivalry.report._numbers import human, interval, month_name

#: Months of record before the forecast in a chart.
HISTORY = 36


def fan_figure(
    draws: Draws,
    place: int,
    panel: Panel,
    reference: Draws,
    *,
    key: str,
    title: str,
    unit: str,
    what: str,
    notes: Sequence[str] = (),
    height: int = 135,
    small: bool = True,
) -> Figure:
    """Draw one unit's forecast after its last months of record.

    Parameters
    ----------
    draws : Draws
    place : int
        Of the unit among those of `draws`.
    panel : Panel
        Nothing after the origin is read of it.
    reference : Draws
        Of the same origin and months; its pooled months are drawn at the right.
    key, title, unit : str
        See `Figure`.
    what : str
        What the chart is of, to begin its description for those who do not see it.
    notes : sequence of str
        Captions; one on the scale follows them.
    height : int
        Pixels.
    small : bool

    Returns
    -------
    Figure
    """
    name = draws.units.tolist()[place]
    seen = panel.until(draws.origin)
    steps = np.array(draws.steps)
    first = draws.months[0]
    length = int(steps[-1] - steps[0]) + 1
    quantiles = np.full((len(LEVELS), length), np.nan)
    quantiles[:, steps - steps[0]] = np.quantile(draws.array[place], LEVELS, axis=1)
    months = np.array([str(first + i) for i in range(length)], dtype="datetime64[M]")
    band = Band(months, quantiles)
    row = seen.place(name)
    history = seen.counts[row, -HISTORY:]
    base = np.quantile(reference.select([name]).array[0], LEVELS)
    scale = plain_scale(band, np.concatenate([history, base]))
    start = draws.origin + (1 - len(history))
    # room at the right for the interval of the reference
    beside = draws.months[-1] + max(2, (len(history) + length) // 14)
    axis = np.array([str(start), str(beside + 1)], dtype="datetime64[M]")
    spec = band_spec(
        axis,
        scale,
        sparse=length != len(steps),
        data=True,
        data_end=True,
        height=height,
        whole=True,
    )
    spec = {**spec, "layer": [*spec["layer"], *_beside(beside, base)]}
    points = [
        [int(seen.months[-len(history) + j]) - first.views_id, *compact(history[j : j + 1], 6)]
        for j in np.flatnonzero(~np.isnan(history))
    ]
    known = history[~np.isnan(history)]
    last = f"; last known month {human(float(known[-1]), count=True)}" if len(known) else ""
    alt_text = (
        f"{what} for {long_month(draws.months[-1])}, middle "
        f"{human(quantiles[2, -1], count=True)}, 90% of draws "
        f"{interval(quantiles[0, -1], quantiles[4, -1], count=True)}; {reference.model} "
        f"{interval(base[0], base[4], count=True)}{last}."
    )
    captions = list(notes)
    if _SCALES[scale["type"]]:
        captions.append(_SCALES[scale["type"]])
    return Figure(
        key=key,
        title=title,
        unit=unit,
        alt=alt_text,
        notes=tuple(captions),
        spec=spec,
        rows={
            "start": str(first),
            "q": [compact(q) for q in quantiles],
            "obs": points,
            "end": str(draws.origin),
        },
        small=small,
    )


def _beside(month: Month, base: Floats) -> list[dict[str, Any]]:
    """Draw an interval at a month right of the fan: 90% thin, 50% thick, middle as a tick."""
    instant = int(np.datetime64(str(month), "ms").astype(np.int64))
    row = {"t": instant, **{k: float(v) for k, v in zip("abcde", base, strict=True)}}
    chart = alt.Chart(alt.InlineData(values=[row])).encode(x=alt.X("t:T"))
    layers = [
        chart.mark_rule(color=RANGE, strokeWidth=1.6).encode(y=alt.Y("a:Q"), y2="e:Q"),
        chart.mark_rule(color=RANGE, strokeWidth=5).encode(y=alt.Y("b:Q"), y2="d:Q"),
        chart.mark_tick(color=RANGE, thickness=2, width=11, orient="horizontal").encode(
            y=alt.Y("c:Q")
        ),
    ]
    found = []
    for layer in layers:
        spec = inlined(layer.to_dict())
        found.append({k: v for k, v in spec.items() if k not in ("$schema", "config")})
    return found


def long_month(month: Month) -> str:
    """Write a month as 'August 2021'."""
    return month_name(np.datetime64(str(month), "M"))


def of_100(share: float) -> str:
    """Write a share as a number out of 100; a small chance is not none."""
    if 0 < share < 0.01:
        return "fewer than 1"
    if 0.99 < share < 1:
        return "more than 99"
    return f"{100 * share:.0f}"
