"""Figures of observed series and of the model's own states."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rivalry.evidence import Source
from rivalry.model.ir import Observation
from rivalry.report._bands import Band, Floats, Inside, band, compact, inside, plain_scale
from rivalry.report._charts._figure import Figure, slug
from rivalry.report._charts._spec import band_spec
from rivalry.report._input import ReportInput
from rivalry.report._labels import element_label
from rivalry.report._numbers import human, interval, iso_month, month_name, plain_unit, span

_SCALES = {
    "linear": "",
    "log": "Logarithmic vertical axis: each line is ten or more times the one below.",
    "symlog": "Vertical axis logarithmic above 1 and starting at zero (symmetric log).",
}
_EVERY = {
    "month": "monthly",
    "quarter": "quarterly",
    "half-year": "half-yearly",
    "year": "yearly",
    "start": "cumulated from the start",
    "irregular": "at irregular dates",
}


def recorded(run: ReportInput, name: str) -> tuple[NDArray[np.datetime64], Floats, Floats | None]:
    """Months, values (or low ends) and high ends of one observation's data."""
    if name not in run.observed:
        empty: Floats = np.empty(0)
        return np.empty(0, dtype="datetime64[M]"), empty, None
    data = run.observed[name]
    months = np.asarray(data["month"].values, dtype="datetime64[M]")
    top = f"{name}:high"
    high = np.asarray(run.observed[top].values, dtype=float) if top in run.observed else None
    return months, np.asarray(data.values, dtype=float), high


def data_end(run: ReportInput) -> np.datetime64 | None:
    """Return the last month with data of any monthly series (of any series if none is monthly)."""
    last: dict[bool, np.datetime64] = {}
    for obs in run.case.model.observations:
        months, values, _ = recorded(run, obs.name)
        have = months[np.isfinite(values)]
        if have.size:
            monthly = obs.every == "month"
            last[monthly] = max(last.get(monthly, have[-1]), have[-1])
    return last.get(True, last.get(False))


def simulated(run: ReportInput, obs: Observation) -> Band | None:
    """Quantiles of the simulated observation, if the ensemble has it."""
    name = f"y:{obs.name}"
    return band(run.ensemble[name]) if name in run.ensemble else None


def observation_inside(run: ReportInput, obs: Observation) -> Inside:
    """Set the data of one observation against the 90% band."""
    model = simulated(run, obs)
    if model is None:
        return Inside(0, 0)
    return inside(model, *recorded(run, obs.name))


def observed_figures(run: ReportInput) -> list[Figure]:
    """Figures of all observations that the ensemble simulates, in the case's order."""
    figures = []
    for obs in run.case.model.observations:
        model = simulated(run, obs)
        if model is None or not model.present.any():
            continue
        figures.append(_observed(run, obs, model))
    return figures


def _observed(run: ReportInput, obs: Observation, model: Band) -> Figure:
    months, values, high = recorded(run, obs.name)
    every = values if high is None else np.concatenate([values, high])
    scale = plain_scale(model, every)
    sparse = model.sparse
    end = data_end(run)
    beyond = end is not None and end < model.months[-1] and not sparse
    check = inside(model, months, values, high)
    unit = plain_unit(obs.unit)
    pace = _EVERY.get(obs.every, obs.every)
    what = "ranges" if high is not None else "values"
    notes = [f"{run.status.capitalize()}. {check.words()}"]
    if _SCALES[scale["type"]]:
        notes.append(_SCALES[scale["type"]])
    notes.append(_source(run, obs.name))
    i = int(np.flatnonzero(model.present)[-1])
    alt = (
        f"{obs.label}, {pace} {what}, {span((model.months[0], model.months[-1]))}. "
        f"{run.status.capitalize()}. In {month_name(model.months[i])} the model's middle value is "
        f"{human(model.median[i])} and its 90% band {interval(model.low[i], model.high[i])}"
        f"{' ' + unit if unit else ''}. {check.words()}"
    )
    return Figure(
        key="obs-" + slug(obs.name),
        title=obs.label,
        unit=", ".join(t for t in (unit, pace) if t),
        alt=alt,
        notes=tuple(notes),
        spec=band_spec(
            model.months,
            scale,
            sparse=sparse,
            data=bool(np.isfinite(values).any()),
            ranges=high is not None,
            data_end=beyond,
        ),
        rows=_rows(
            model, months, values, high, end if beyond else None, yearly=obs.every == "year"
        ),
        group=obs.group or "Observed series",
    )


def _source(run: ReportInput, name: str) -> str:
    spec = run.case.spec.observations.get(name)
    titles = []
    for id in spec.source if spec else ():
        row = run.case.ledger.get(id) if id in run.case.ledger else None
        titles.append(f"{row.title} ({id})" if isinstance(row, Source) else id)
    if titles:
        return "Data: " + "; ".join(titles) + "."
    if not np.isfinite(recorded(run, name)[1]).any():
        return "No data: simulated only."
    return f"Data: {spec.file if spec and spec.file else 'given'}; their source is not named."


def state_figures(run: ReportInput, names: Iterable[str], *, group: str = "") -> list[Figure]:
    """Small figures of recorded elements (stocks, levels, auxiliaries)."""
    bounds = {level.name: (level.lower, level.upper) for level in run.case.model.levels}
    end = data_end(run)
    figures = []
    for name in names:
        model = band(run.ensemble[name])
        if not model.present.any():
            continue
        known = run.case.model.elements.get(name)
        label = element_label(
            run.case.model, name, str(run.ensemble[name].attrs.get("label") or name)
        )
        unit = plain_unit(known.unit if known else run.ensemble[name].attrs.get("unit"))
        low, high = bounds.get(name, (-np.inf, np.inf))
        fixed = (low, high) if np.isfinite(low) and np.isfinite(high) else None
        scale = plain_scale(model, np.empty(0), level=name in bounds)
        i = int(np.flatnonzero(model.present)[-1])
        beyond = end is not None and end < model.months[-1]
        notes = [_SCALES[scale["type"]]] if _SCALES[scale["type"]] else []
        middle, ends = human(model.median[i]), interval(model.low[i], model.high[i])
        fit = "fitted" if run.fitted else "not fitted"
        notes.insert(0, f"{iso_month(model.months[i])}: {middle}; 90% band {ends} ({fit}).")
        figures.append(
            Figure(
                key="el-" + slug(name),
                title=label,
                unit=unit or "scale " + (f"{low:g} to {high:g}" if fixed else "without unit"),
                alt=f"{label}, {span((model.months[0], model.months[-1]))}. "
                f"{run.status.capitalize()}. "
                f"From {human(model.median[model.present][0])} at the start to {middle} "
                f"in {month_name(model.months[i])} in the middle of the runs; "
                f"90% band then {ends}{' ' + unit if unit else ''}.",
                notes=tuple(notes),
                spec=band_spec(model.months, scale, data_end=beyond, domain=fixed, height=120),
                rows=_rows(model, end=end if beyond else None),
                group=group,
                small=True,
            )
        )
    return figures


def _rows(
    model: Band,
    months: NDArray[np.datetime64] | None = None,
    values: Floats | None = None,
    high: Floats | None = None,
    end: np.datetime64 | None = None,
    *,
    yearly: bool = False,
) -> dict[str, object]:
    """Compact columns; `obs` holds [month number, value] or [month number, low, high]."""
    rows: dict[str, object] = {
        "start": iso_month(model.months[0]),
        "q": [compact(q) for q in model.quantiles],
    }
    if values is not None and months is not None:
        first = model.months[0]
        points: list[list[object]] = []
        for j in np.flatnonzero(np.isfinite(values)):
            i = int((months[j] - first).astype(int))
            if not 0 <= i < len(model.months):
                continue
            point: list[object] = [i, *compact(values[j : j + 1], 6)]
            if high is not None:
                point += compact(high[j : j + 1], 6)
            points.append(point)
        rows["obs"] = points
    if yearly:
        # A year's value is read at its December, but stands for the year: draw it in the middle.
        rows["shift"] = -5
    if end is not None:
        rows["end"] = iso_month(end)
    return rows
