"""Charts of an evaluation: Vega-Lite specifications with their few numbers inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from rivalry.forecast import ScoreTables
from rivalry.report._charts import Figure, slug
from rivalry.report._charts._spec import _finish
from rivalry.report._charts._theme import INK, MODEL, RANGE

#: Lines of models differ by colour, by dashes and by the shape of their points.
_COLORS = (MODEL, RANGE, "#00694a", "#8a2c6b", "#5d4a00", "#444b57", "#9a1f1f", "#3f3d9a")
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 1], [1, 3], [9, 4], [3, 5])
_SHAPES = (
    "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "circle", "square",
)  # fmt: skip
#: The page's script fills charts with monthly bands or events; these bring their rows themselves.
_NO_ROWS: dict[str, Any] = {"events": []}
_UNITS_SHOWN = 12
#: A point of the reliability chart stands for at least so many forecasts.
_FEW = 20


def score_figures(tables: ScoreTables, unit: str, target: str) -> dict[str, list[Figure]]:
    """Draw scores by step, year and unit, under these names."""
    count = f"mean CRPS, {target}"
    found: dict[str, list[Figure]] = {"step": [], "year": [], "unit": []}
    for key, frame, words in (
        ("step", tables.by_step, "months ahead"),
        ("year", tables.by_year, "year of the month forecast"),
    ):
        for months in ("all", "violent"):
            rows = frame[frame["months"] == months].dropna(subset=["crps"])
            if rows.empty:
                continue
            of = "all months" if months == "all" else "months with violence"
            found[key].append(
                _lines(
                    f"{key}-crps-{months}", f"CRPS by {words}, {of}", f"{count}; lower is better",
                    rows, key, "crps", tables.models, words,
                )
            )  # fmt: skip
        rows = frame[(frame["months"] == "all") & (frame["model"] != tables.reference)]
        rows = rows.dropna(subset=["crps_skill"])
        if not rows.empty:
            found[key].append(
                _lines(
                    f"{key}-skill", f"Skill by {words}",
                    f"1 - CRPS / CRPS of {tables.reference}; above 0 is better than it",
                    rows, key, "crps_skill", tables.models, words, rule=0.0,
                )
            )  # fmt: skip
    units = unit_shares(tables)
    if len(units):
        found["unit"].append(_unit_bars(units, tables, unit, target))
    return found


def calibration_figures(tables: ScoreTables) -> dict[str, list[Figure]]:
    """Draw coverage by step, PIT histograms and reliability, under these names."""
    found: dict[str, list[Figure]] = {"coverage": [], "pit": [], "reliability": []}
    for months in ("all", "violent"):
        rows = tables.by_step[tables.by_step["months"] == months].dropna(subset=["covered_90"])
        if rows.empty:
            continue
        of = "all months" if months == "all" else "months with violence"
        found["coverage"].append(
            _lines(
                f"coverage-{months}", f"Share inside the 90% interval, {of}",
                "share of months; the dashed line is 90%", rows, "step", "covered_90",
                tables.models, "months ahead", rule=0.9,
            )
        )  # fmt: skip
    # one scale for all, so that they can be compared
    top = max(0.2, float(tables.pit.loc[tables.pit["months"] == "all", "share"].max()))
    for model in tables.models:
        rows = tables.pit[(tables.pit["model"] == model) & (tables.pit["months"] == "all")]
        found["pit"].append(_pit(model, rows, top))
    for at_least in (1, 25):
        rows = tables.reliability[tables.reliability["at_least"] == at_least]
        found["reliability"].append(_reliability(rows, at_least, tables.models))
    return found


def unit_shares(tables: ScoreTables) -> pd.DataFrame:
    """Return what each unit adds to the mean difference in CRPS of the first model.

    Returns
    -------
    DataFrame
        ``unit``, ``share`` (below 0: the first model is better there), sorted by it.
    """
    rows = tables.by_unit[tables.by_unit["months"] == "all"]
    means = rows.pivot(index="unit", columns="model", values="crps")
    first = tables.models[0]
    if tables.reference == first or tables.reference not in means or first not in means:
        return pd.DataFrame(columns=["unit", "share"])
    n = rows[rows["model"] == first].set_index("unit")["n"].reindex(means.index)
    share = (means[first] - means[tables.reference]) * n / n.sum()
    return share.dropna().rename("share").reset_index().sort_values("share", ignore_index=True)


def _scales(models: Sequence[str], present: set[str]) -> dict[str, Any]:
    shown = [m for m in models if m in present]
    at = [list(models).index(m) % len(_COLORS) for m in shown]
    legend = alt.Legend(title=None, orient="top")
    return {
        "color": alt.Color(
            "model:N", legend=legend, sort=shown,
            scale=alt.Scale(domain=shown, range=[_COLORS[i] for i in at]),
        ),
        "shape": alt.Shape(
            "model:N", legend=legend, sort=shown,
            scale=alt.Scale(domain=shown, range=[_SHAPES[i] for i in at]),
        ),
    }  # fmt: skip


def inlined(spec: dict[str, Any]) -> dict[str, Any]:
    """Put rows back where they are used: Altair lifts them to the top, which the page overwrites.

    Parameters
    ----------
    spec : dict
        As `to_dict` of a chart or of a layer gives it.
    """
    sets = spec.get("datasets", {})

    def moved(part: Any) -> Any:
        if isinstance(part, list):
            return [moved(p) for p in part]
        if not isinstance(part, dict):
            return part
        out = {k: moved(v) for k, v in part.items() if k != "datasets"}
        if isinstance(part.get("data"), dict) and part["data"].get("name") in sets:
            out["data"] = {"values": sets[part["data"]["name"]]}
        return out

    found: dict[str, Any] = moved(spec)
    return found


def _dashed(
    rows: pd.DataFrame, models: Sequence[str], x: alt.X, y: alt.Y, width: float
) -> list[alt.Chart]:
    """Draw a line a model; dashes as an encoding would fight with shapes over the legend."""
    layers = []
    for i, model in enumerate(models):
        mine = rows[rows["model"] == model]
        if not mine.empty:
            look: dict[str, Any] = {
                "color": _COLORS[i % len(_COLORS)],
                "strokeDash": _DASHES[i % len(_DASHES)],
            }
            layers.append(
                alt.Chart(_data(mine)).mark_line(strokeWidth=width, **look).encode(x=x, y=y)
            )
    return layers


def _whole(chart: alt.LayerChart | alt.FacetChart, height: int) -> dict[str, Any]:
    return inlined(_finish(chart, height))


def _data(rows: pd.DataFrame) -> alt.InlineData:
    values = [
        {str(k): (float(f"{v:.6g}") if isinstance(v, float) else v) for k, v in r.items()}
        for r in rows.to_dict("records")
    ]
    return alt.InlineData(values=values)


def _lines(
    key: str, title: str, unit: str, rows: pd.DataFrame, by: str, of: str,
    models: Sequence[str], words: str, *, rule: float | None = None,
) -> Figure:  # fmt: skip
    values = sorted(rows[by].unique())
    labels = len(values) > 14
    x = alt.X(
        f"{by}:O",
        axis=alt.Axis(title=words, labelAngle=0, labelOverlap="greedy" if labels else True),
    )
    y = alt.Y(f"{of}:Q", title=None, axis=alt.Axis(tickCount=5))
    data = _data(rows[["model", by, of, "n"]])
    scales = _scales(models, set(rows["model"]))
    tip = [
        alt.Tooltip("model:N"), alt.Tooltip(f"{by}:O", title=words),
        alt.Tooltip(f"{of}:Q", title=unit.split(";")[0], format=".4~g"),
        alt.Tooltip("n:Q", title="months scored", format=","),
    ]  # fmt: skip
    base = alt.Chart(data)
    layers: list[alt.Chart] = []
    if rule is not None:
        layers.append(
            alt.Chart(alt.InlineData(values=[{"at": rule}]))
            .mark_rule(color=INK, strokeDash=[4, 3])
            .encode(y="at:Q")
        )
    layers += [
        *_dashed(rows[["model", by, of]], models, x, y, 2),
        base.mark_point(filled=True, size=48, opacity=1).encode(
            x=x, y=y, color=scales["color"], shape=scales["shape"], tooltip=tip
        ),
    ]
    return Figure(
        key=key, title=title, unit=unit, alt=_line_words(title, unit, rows, by, of, models),
        notes=(), spec=_whole(alt.layer(*layers), 230), rows=_NO_ROWS,
    )  # fmt: skip


def _line_words(
    title: str, unit: str, rows: pd.DataFrame, by: str, of: str, models: Sequence[str]
) -> str:
    parts = []
    for model in models:
        mine = rows[rows["model"] == model].sort_values(by)
        if mine.empty:
            continue
        first, last = mine.iloc[0], mine.iloc[-1]
        text = f"{model} {first[of]:.3g} at {first[by]}"
        if len(mine) > 1:
            text += f", {last[of]:.3g} at {last[by]}"
        parts.append(text)
    return f"{title} ({unit}): " + "; ".join(parts) + "."


def _unit_bars(units: pd.DataFrame, tables: ScoreTables, unit: str, target: str) -> Figure:
    few = len(units) <= 2 * _UNITS_SHOWN
    rows = units if few else pd.concat([units.head(_UNITS_SHOWN), units.tail(_UNITS_SHOWN)])
    rows = rows.assign(
        unit=rows["unit"].astype(str),
        better=[tables.models[0] if s < 0 else tables.reference for s in rows["share"]],
    )
    order = list(rows["unit"])
    first, other = tables.models[0], tables.reference
    chart = (
        alt.Chart(_data(rows))
        .mark_bar(height={"band": 0.72})
        .encode(
            y=alt.Y("unit:N", sort=order, title=None, axis=alt.Axis(labelLimit=150, ticks=False)),
            x=alt.X("share:Q", title=f"left: {first} better; right: {other} better"),
            color=alt.Color(
                "better:N",
                legend=None,
                scale=alt.Scale(domain=[first, other], range=[MODEL, RANGE]),
            ),
            tooltip=[
                alt.Tooltip("unit:N", title=unit),
                alt.Tooltip("share:Q", title="adds to the mean difference", format="+.4~g"),
                alt.Tooltip("better:N"),
            ],
        )
    )
    best, worst = units.iloc[0], units.iloc[-1]
    note = "" if few else f"The {_UNITS_SHOWN} at either end; all units are in by_unit.csv."
    return Figure(
        key="unit-shares",
        title=f"Where the difference between {first} and {other} comes from",
        unit=f"what each {unit} adds to the mean difference in CRPS, {target}",
        alt=f"Bars by {unit}. {first} gains most on {other} in {best['unit']} "
        f"({best['share']:+.3g}) and loses most in {worst['unit']} ({worst['share']:+.3g}).",
        notes=(note,) if note else (),
        spec=_whole(alt.layer(chart), 16 * max(4, len(rows))),
        rows=_NO_ROWS,
    )


def _pit(model: str, rows: pd.DataFrame, top: float) -> Figure:
    bins = rows.assign(upto=rows["bin"] + 0.1, zero=0)
    bars = (
        alt.Chart(_data(bins[["bin", "upto", "share", "zero"]]))
        .mark_bar(color=MODEL, opacity=0.75, stroke="white")
        .encode(
            x=alt.X("bin:Q", title="where the record fell in the forecast",
                    scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5)),
            x2="upto:Q",
            y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=4),
                    scale=alt.Scale(domain=[0, top])),
            y2="zero:Q",
            tooltip=[alt.Tooltip("share:Q", format=".1%")],
        )
    )  # fmt: skip
    even = (
        alt.Chart(alt.InlineData(values=[{"at": 0.1}]))
        .mark_rule(color=INK, strokeDash=[4, 3])
        .encode(y="at:Q")
    )
    low, high = float(rows["share"].iloc[:1].sum()), float(rows["share"].iloc[-1:].sum())
    return Figure(
        key="pit-" + slug(model), title=model, unit="share of months", small=True,
        alt=f"PIT of {model}: the lowest tenth holds {low:.1%} of months, the highest {high:.1%}; "
        "10% each is calibrated.",
        notes=(), spec=_whole(alt.layer(bars, even), 150), rows=_NO_ROWS,
    )  # fmt: skip


def _reliability(rows: pd.DataFrame, at_least: int, models: Sequence[str]) -> Figure:
    rows = rows[rows["n"] >= _FEW]
    scales = _scales(models, set(rows["model"]))
    domain = alt.Scale(domain=[0, 1])
    x = alt.X("forecast:Q", scale=domain, title="forecast probability", axis=alt.Axis(format="%"))
    y = alt.Y("observed:Q", scale=domain, title=None, axis=alt.Axis(format="%", tickCount=5))
    base = alt.Chart(_data(rows[["model", "forecast", "observed", "n", "bin"]]))
    even = (
        alt.Chart(alt.InlineData(values=[{"a": 0, "b": 0}, {"a": 1, "b": 1}]))
        .mark_line(color=INK, strokeDash=[4, 3], strokeWidth=1)
        .encode(x=alt.X("a:Q", scale=domain), y=alt.Y("b:Q", scale=domain))
    )
    layers = alt.layer(
        even,
        *_dashed(rows[["model", "forecast", "observed"]], models, x, y, 1.6),
        base.mark_point(filled=True, size=48, opacity=1).encode(
            x=x, y=y, color=scales["color"], shape=scales["shape"],
            tooltip=[
                alt.Tooltip("model:N"), alt.Tooltip("forecast:Q", format=".1%"),
                alt.Tooltip("observed:Q", title="came true", format=".1%"),
                alt.Tooltip("n:Q", title="forecasts", format=","),
            ],
        ),
    )  # fmt: skip
    first = rows[rows["model"] == models[0]]
    words = "; ".join(
        f"said {r['forecast']:.0%}, came true {r['observed']:.0%} of {r['n']:,.0f}"
        for r in first.to_dict("records")
    )
    return Figure(
        key=f"reliability-{at_least}", title=f"Months with {at_least} or more",
        unit="how often it came true; on the dashed line forecasts mean what they say",
        alt=f"Reliability of the probability of {at_least} or more, {models[0]}: {words}.",
        notes=(f"Tenths of the probabilities with at least {_FEW} forecasts.",),
        spec=_whole(layers, 260), rows=_NO_ROWS,
    )  # fmt: skip
