"""Charts of a sensitivity analysis, made with Altair and drawn as SVG: the page needs no script."""

from __future__ import annotations

import math
from base64 import b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

    from rivalry.whatif import Bar, Index, OutputSensitivity

#: Bars of a chart.
MOST = 12
_WIDTH = 430
_LABEL = 240


def tornado_words(found: OutputSensitivity) -> str:
    """Say what the tornado shows, for those who do not see it."""
    from rivalry.whatif import signed

    if not found.bars:
        return f"Nothing moves {found.label}."
    parts = []
    for b in found.bars[:MOST]:
        parts.append(
            f"{b.label} at {b.low:.3g} changes it by {signed(b.low_change)}, at {b.high:.3g} by "
            f"{signed(b.high_change)}"
        )
    return (
        f"Tornado of {found.label}, whose mean is {found.mean:.4g}"
        f"{' ' + found.unit if found.unit else ''}, the widest first: " + "; ".join(parts) + "."
    )


def shares_words(found: OutputSensitivity) -> str:
    """Say what the chart of shares shows."""
    parts = [
        f"{i.label} {share(i.total)} in all ({share(i.total_low)} to {share(i.total_high)}), "
        f"{share(i.first)} alone"
        for i in shown(found)
    ]
    return f"Shares of the variance of {found.label}: " + "; ".join(parts) + "."


def share(value: float, digits: int = 0) -> str:
    """Write a share of variance; estimates below 0 are noise around nothing, and read 0."""
    return f"{max(value, 0.0):.{digits}%}"


def shown(found: OutputSensitivity) -> list[Index]:
    """Return the factors worth a row: the largest parameters, and the two that are none."""
    from rivalry.whatif import CHANCE, OTHERS

    single = [i for i in found.indices if i.factor not in (OTHERS, CHANCE) and i.total > 0]
    return single[:MOST] + [i for i in found.indices if i.factor in (OTHERS, CHANCE)]


def tornado(found: OutputSensitivity) -> str:
    """Draw the tornado: an open bar for the 5% quantile, a filled one for the 95% quantile."""
    import altair as alt

    from rivalry.report._charts._theme import DATA, INK, MODEL, RANGE

    bars = found.bars[:MOST]
    rows = [r for b in bars for r in _rows(b)]
    data = alt.InlineData(values=rows)
    order = [_name(b.label, b.parameter) for b in bars]
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=_LABEL))
    offset = alt.YOffset("end:N", sort=["low", "high"])
    most = max([abs(r[k]) for r in rows for k in ("lo", "hi")], default=1.0) or 1.0
    title = f"change of {found.label} from its mean" + (f", {found.unit}" if found.unit else "")
    x = alt.X(
        "change:Q", title=_cut(title), scale=alt.Scale(domain=[-1.35 * most, 1.35 * most]),
        axis=alt.Axis(grid=True, tickCount=6),
    )  # fmt: skip
    base = alt.Chart(data, width=_WIDTH, height=alt.Step(13)).encode(y=y, yOffset=offset)
    filled = alt.condition(alt.datum.end == "high", alt.value(MODEL), alt.value("#ffffff"))
    edge = alt.condition(alt.datum.end == "high", alt.value(MODEL), alt.value(RANGE))
    drawn = base.mark_bar(height=9, strokeWidth=1.6).encode(x=x, fill=filled, stroke=edge)
    whisker = base.mark_rule(color=DATA, strokeWidth=1.4).encode(x="lo:Q", x2="hi:Q")
    middle = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=INK).encode(x="zero:Q")
    left = base.transform_filter(alt.datum.change < 0).mark_text(
        align="right", dx=-4, fontSize=11, color=INK
    )
    right = base.transform_filter(alt.datum.change >= 0).mark_text(
        align="left", dx=4, fontSize=11, color=INK
    )
    chart = alt.layer(
        middle, drawn, whisker, left.encode(x="lo:Q", text="at:N"),
        right.encode(x="hi:Q", text="at:N"),
    )  # fmt: skip
    return _svg(chart)


def shares(found: OutputSensitivity) -> str:
    """Draw shares of variance: bars for total, dots for first-order indices, with intervals."""
    import altair as alt

    from rivalry.report._charts._theme import DATA, MODEL

    rows = [
        {
            "name": _cut(i.label, 44), "total": max(i.total, 0.0), "first": max(i.first, 0.0),
            "total_low": max(i.total_low, 0.0), "total_high": i.total_high,
        }
        for i in shown(found)
    ]  # fmt: skip
    order = [str(r["name"]) for r in rows]
    ticks = share_ticks(max([0.2, *(float(i.total_high) for i in shown(found))]))
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=_LABEL))
    base = alt.Chart(alt.InlineData(values=rows), width=_WIDTH, height=alt.Step(20)).encode(y=y)
    x = alt.X(
        "total:Q", title="share of variance: bar = in all, dot = alone",
        scale=alt.Scale(domain=[0, ticks[-1]]),
        axis=alt.Axis(format=".0%", grid=True, values=ticks, labelOverlap=False, labelFlush=False),
    )  # fmt: skip
    chart = alt.layer(
        base.mark_bar(height=11, color="#9cc3dd").encode(x=x),
        base.mark_rule(color=DATA, strokeWidth=1.4).encode(x="total_low:Q", x2="total_high:Q"),
        base.mark_point(filled=True, size=46, color=MODEL, stroke="#ffffff").encode(x="first:Q"),
    )
    return _svg(chart)


def share_ticks(most: float) -> list[float]:
    """Return marks of an axis of shares from 0, the last of them at or beyond the largest."""
    percent = math.ceil(100 * most - 1e-9)
    step = next(s for s in (5, 10, 20, 25, 50, 100, 200, 500) if percent <= 6 * s)
    return [k * step / 100 for k in range(math.ceil(percent / step) + 1)]


def data_uri(svg: str) -> str:
    """Return an SVG as the address of an image."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def _rows(b: Bar) -> list[dict[str, Any]]:
    name = _name(b.label, b.parameter)
    return [
        {
            "name": name, "end": "low", "change": b.low_change, "lo": b.low_change_low,
            "hi": b.low_change_high, "at": f"at {b.low:.3g}",
        },
        {
            "name": name, "end": "high", "change": b.high_change, "lo": b.high_change_low,
            "hi": b.high_change_high, "at": f"at {b.high:.3g}",
        },
    ]  # fmt: skip


def _name(label: str, parameter: str) -> str:
    return _cut(label, 44) if label != parameter else parameter


def _cut(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _svg(chart: alt.LayerChart | alt.FacetChart) -> str:
    import vl_convert

    from rivalry.report._charts import config

    shape = chart.configure(**{**config(), "background": "#ffffff"}).to_dict()
    return str(vl_convert.vegalite_to_svg(shape))
