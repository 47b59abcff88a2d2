"""Vega-Lite specifications, without data: the page adds rows under the names used here.

Rows of ``band``: t (milliseconds since 1970, UTC) and a to e (the quantiles from low to high); of
``data``: t, o (value or low end) and p (high end of a range); of ``end``: t.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from rivalry.report._charts._theme import DATA, INK, MODEL, RANGE


def year_ticks(months: NDArray[np.datetime64]) -> list[int]:
    """Choose at most eight years whose January lies within the months."""
    first, last = (int(str(m)[:4]) for m in (months[0], months[-1]))
    step = next(s for s in (1, 2, 3, 5, 10, 20, 50, 100) if (last - first) / s < 8)
    years = range(-(-first // step) * step, last + 1, step)
    return [y for y in years if months[0] <= np.datetime64(f"{y:04d}-01", "M") <= months[-1]]


def _instant(month: np.datetime64) -> alt.DateTime:
    # Years and months rather than milliseconds or text: Vega's expression interpreter, which the
    # page's policy requires, reads a lone number as a year.
    year, number = str(month.astype("datetime64[M]")).split("-")
    return alt.DateTime(year=int(year), month=int(number), date=1, utc=True)


def _time(months: NDArray[np.datetime64]) -> alt.X:
    ticks = year_ticks(months)
    shape: dict[str, Any] = {"title": None, "format": "%Y"}
    if len(ticks) > 1:
        shape["values"] = [_instant(np.datetime64(f"{y:04d}-01", "M")) for y in ticks]
    else:
        shape |= {"format": "%b %Y", "tickCount": 4}
    ends = [_instant(months[0]), _instant(months[-1])]
    return alt.X(
        "t:T", scale=alt.Scale(type="utc", domain=ends, nice=False), axis=alt.Axis(**shape)
    )


def band_spec(
    months: NDArray[np.datetime64],
    scale: dict[str, Any],
    *,
    sparse: bool = False,
    data: bool = False,
    ranges: bool = False,
    data_end: bool = False,
    domain: Sequence[float] | None = None,
    height: int = 190,
    half: bool = True,
    misses: bool = False,
    whole: bool = False,
) -> dict[str, Any]:
    """Make the specification of one series.

    Parameters
    ----------
    months : ndarray of datetime64
        The months of the horizontal axis.
    scale : dict
        As `plain_scale` gives it.
    sparse : bool
        Draw an interval for each value instead of a continuous band.
    data, ranges : bool
        Whether data points, or ranges, are laid over.
    data_end : bool
        Whether a dashed line marks the end of the data (row set ``end``).
    domain : sequence of two floats, optional
        Fixed ends of the vertical axis.
    half : bool
        Whether the 50% band is known.
    misses : bool
        Put a diamond around data points outside the 90% band.
    whole : bool
        Number the vertical axis by whole numbers only.
    """
    return _band_spec(
        months[0],
        months[-1],
        scale["type"],
        tuple(scale.get("values", ())),
        sparse,
        data,
        ranges,
        data_end,
        None if domain is None else tuple(domain),
        height,
        half,
        misses,
        whole,
    )


@cache
def _band_spec(
    first: np.datetime64,
    last: np.datetime64,
    kind: str,
    values: tuple[float, ...],
    sparse: bool,
    data: bool,
    ranges: bool,
    data_end: bool,
    domain: tuple[float, ...] | None,
    height: int,
    half: bool,
    misses: bool,
    whole: bool,
) -> dict[str, Any]:
    x = _time(np.array([first, last]))
    axis: dict[str, Any] = {
        "title": None,
        "tickCount": 4,
        # Fine fractions and large numbers both stay short, so that plots line up.
        "labelExpr": "abs(datum.value) >= 10000 ? format(datum.value, '.3~s') : "
        "abs(datum.value) >= 10 ? format(datum.value, ',.0f') : format(datum.value, '.2~f')",
    }
    if values:
        axis["values"] = list(values)
    if whole:
        axis["tickMinStep"] = 1
    form: dict[str, Any] = {"type": kind}
    if domain is not None:
        form["domain"] = list(domain)
    elif kind == "linear":
        form |= {"zero": True, "nice": True}

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q")

    # Layers share scales and axes, so one of them says how they look, for all.
    middle = alt.Y("c:Q", scale=alt.Scale(**form), axis=alt.Axis(**axis))
    rows = alt.Chart(alt.NamedData(name="band")).encode(x=alt.X("t:T"))
    layers: list[alt.Chart] = []
    if sparse:
        layers += [
            rows.mark_rule(color=MODEL, strokeWidth=1.5, strokeDash=[3, 2]).encode(
                y=y("a"), y2="e:Q"
            ),
            *(
                [rows.mark_rule(color=MODEL, strokeWidth=7, opacity=0.4).encode(y=y("b"), y2="d:Q")]
                if half
                else []
            ),
            rows.mark_tick(color=MODEL, thickness=2, width=11, orient="horizontal").encode(
                x=x, y=middle
            ),
        ]
    else:
        edge: dict[str, Any] = {
            "color": MODEL,
            "strokeWidth": 0.8,
            "strokeDash": [3, 3],
            "opacity": 0.8,
        }
        layers += [
            rows.mark_area(color=MODEL, opacity=0.14).encode(y=y("a"), y2="e:Q"),
            rows.mark_line(**edge).encode(y=y("a")),
            rows.mark_line(**edge).encode(y=y("e")),
            *(
                [rows.mark_area(color=MODEL, opacity=0.26).encode(y=y("b"), y2="d:Q")]
                if half
                else []
            ),
            rows.mark_line(color=MODEL, strokeWidth=1.8).encode(x=x, y=middle),
        ]
    if data_end:
        layers.append(
            alt.Chart(alt.NamedData(name="end"))
            .mark_rule(color=INK, strokeDash=[2, 3])
            .encode(x=alt.X("t:T"))
        )
    points = alt.Chart(alt.NamedData(name="data")).encode(x=alt.X("t:T"))
    if ranges:
        cap: dict[str, Any] = {"color": RANGE, "thickness": 2, "width": 9, "orient": "horizontal"}
        layers += [
            points.mark_rule(color=RANGE, strokeWidth=3).encode(y=y("o"), y2="p:Q"),
            points.mark_tick(**cap).encode(y=y("o")),
            points.mark_tick(**cap).encode(y=y("p")),
        ]
    elif data:
        size = 42 if sparse else 15
        layers.append(
            points.mark_point(
                shape="diamond" if sparse else "circle",
                filled=True,
                size=size,
                color=DATA,
                opacity=1,
                stroke="white",
                strokeWidth=0.5,
            ).encode(y=y("o"))
        )
    if misses:
        layers.append(
            rows.transform_filter("isValid(datum.o) && (datum.o < datum.a || datum.o > datum.e)")
            .mark_point(shape="diamond", filled=False, size=90, color=RANGE, strokeWidth=1.8)
            .encode(y=y("o"))
        )
    layers.append(
        rows.mark_rule(color=INK, opacity=0, strokeWidth=6).encode(
            tooltip=[
                alt.Tooltip("month:N", title="month"),
                alt.Tooltip("median:N", title="model, middle"),
                *([alt.Tooltip("half:N", title="50% band")] if half else []),
                alt.Tooltip("most:N", title="90% band"),
                *([alt.Tooltip("recorded:N", title="recorded")] if data or ranges else []),
            ]
        )
    )
    return _finish(alt.layer(*layers), height)


def strip_spec(months: NDArray[np.datetime64], kinds: Sequence[str]) -> dict[str, Any]:
    """Make the overview of dated events: one row a kind, a line where an event lasts."""
    x = _time(months)
    palette = [
        "#0b5c8f",
        "#b34700",
        "#00694a",
        "#8a2c6b",
        "#5d4a00",
        "#444b57",
        "#9a1f1f",
        "#3f3d9a",
    ]
    y = alt.Y(
        "kind:N",
        sort=list(kinds),
        scale=alt.Scale(domain=list(kinds)),
        axis=alt.Axis(
            title=None, grid=True, labelLimit=140, labelPadding=12, domain=False, ticks=False
        ),
    )
    color = alt.Color(
        "kind:N",
        legend=None,
        scale=alt.Scale(domain=list(kinds), range=[palette[i % 8] for i in range(len(kinds))]),
    )
    tooltip = [alt.Tooltip("when:N"), alt.Tooltip("what:N"), alt.Tooltip("kind:N")]
    rows = alt.Chart(alt.NamedData(name="events")).encode(
        x=alt.X("t:T"), y=alt.Y("kind:N"), color=alt.Color("kind:N"), tooltip=tooltip
    )
    layers = alt.layer(
        rows.transform_filter("isValid(datum.u)")
        .mark_rule(strokeWidth=4, opacity=0.45)
        .encode(x2="u:T"),
        rows.mark_point(filled=True, size=60, opacity=0.85, stroke="white", strokeWidth=0.6).encode(
            x=x, y=y, color=color
        ),
    )
    return _finish(layers, 30 * max(2, len(kinds)))


def _finish(chart: alt.LayerChart | alt.FacetChart, height: int) -> dict[str, Any]:
    spec: dict[str, Any] = chart.properties(
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    ).to_dict()
    # The theme travels once with the page.
    spec.pop("config", None)
    return spec
