"""Charts of the fit: the record inside posterior predictive bands, and the smoothed tempo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rivalry.inference import (
    FitFile,
    SeriesCheck,
    Smoothed,
    Spell,
    predictive_draws,
    record,
    spells,
)
from rivalry.report._bands import LEVELS, Band, Floats, plain_scale
from rivalry.report._charts import Figure, slug
from rivalry.report._charts._series import _SCALES, _rows
from rivalry.report._charts._spec import band_spec
from rivalry.report._numbers import human, plain_unit, plural, span

Months = NDArray[np.datetime64]


def predictive_figures(
    fit: FitFile, checks: Sequence[SeriesCheck], labels: dict[str, tuple[str, str]]
) -> list[Figure]:
    """Draw each checked series: band, data, and how many lie inside.

    Parameters
    ----------
    labels : mapping
        Label and unit of a series.
    """
    return [
        _predictive(fit, c, *labels.get(c.name, (c.name.replace("_", " "), ""))) for c in checks
    ]


def _predictive(fit: FitFile, check: SeriesCheck, label: str, unit: str) -> Figure:
    months, draws = predictive_draws(fit.groups["posterior_predictive"], check.name)
    model = _band(months, _quantiles(draws))
    data = record(fit.groups["observed_data"], check.name)
    assert data is not None  # a checked series has data
    when, values, high = data
    instants = np.array(when, dtype="datetime64[M]")
    scale = plain_scale(model, values if high is None else np.concatenate([values, high]))
    sparse = model.sparse
    present = model.months[model.present]
    yearly = sparse and all(str(m).endswith("-12") for m in present)
    words = inside_words(check)
    notes = [words[0].upper() + words[1:] + "."]
    if _SCALES[scale["type"]]:
        notes.append(_SCALES[scale["type"]])
    return Figure(
        key="fit-" + slug(check.name),
        title=label,
        unit=plain_unit(unit),
        alt=f"{label}, {span((present[0], present[-1]))}: posterior predictive band and record. "
        f"{words[0].upper() + words[1:]}.",
        notes=tuple(notes),
        spec=band_spec(
            model.months, scale, sparse=sparse, data=True, ranges=high is not None, height=150
        ),
        rows=_rows(model, instants, values, high, yearly=yearly),
    )


def inside_words(check: SeriesCheck) -> str:
    """Say coverage and calibration of a series in a sentence."""
    what = "ranges" if check.ranges else "data points"
    touch = "touch" if check.ranges else "lie inside"
    return (
        f"{check.inside90} of {check.n} {what} ({check.cover90:.0%}) {touch} the 90% band and "
        f"{check.cover50:.0%} the 50% band; {check.verdict()}"
    )


def tempo_figure(state: Smoothed, label: str, *, log: bool) -> tuple[Figure, list[Spell]]:
    """Draw a smoothed noise term and find the months it had to explain.

    Parameters
    ----------
    state : Smoothed
        For noise on a log scale the factor it stands for, else the addition.
    """
    usual = 1.0 if log else 0.0
    quantiles = np.array([_level(state, q) for q in LEVELS])
    model = _band(list(state.months), quantiles)
    found = spells(state.months, quantiles[0], quantiles[2], quantiles[4], usual)
    spec = band_spec(model.months, {"type": "linear"}, height=120)
    spec = {**spec, "layer": [*spec["layer"], _line(usual)]}
    surprised = sum(s.months for s in found)
    words = (
        f"In {surprised} of {plural(len(state.months), 'month')} the 90% band leaves out the "
        f"usual tempo ({usual:g}, dashed line)."
    )
    last = model.median[model.present][-1]
    figure = Figure(
        key="fit-state-" + slug(state.name),
        title=label,
        unit="factor, 1 = usual" if log else "addition, 0 = usual",
        alt=f"{label}, smoothed given all data, {span((model.months[0], model.months[-1]))}. "
        f"{words} Last median {human(float(last))}.",
        notes=(words,),
        spec=spec,
        rows=_rows(model),
        small=True,
    )
    return figure, found


def spell_words(spell: Spell, *, log: bool) -> str:
    """Say when the tempo stood where: 'August 2021 to May 2022: up to 2.4 times the usual'."""
    ends = [np.datetime64(m, "M") for m in (spell.first, spell.last)]
    when = span(ends)
    if not log:
        side = "above" if spell.high else "below"
        return f"{when}: {side} the usual, at most by {human(abs(spell.factor))}"
    if spell.high:
        most = "up to " if spell.months > 1 else ""
        return f"{when}: {most}{human(spell.factor)} times the usual"
    least = "down to " if spell.months > 1 else ""
    return f"{when}: {least}{human(spell.factor)} of the usual"


def pit_bars(check: SeriesCheck) -> str:
    """SVG path of a PIT histogram in a frame of 10 by 20; the expected height is 10."""
    path = "M0 20"
    for share in check.pit:
        path += f"V{20 - min(share * 100.0, 20.0):.1f}h1"
    return path + "V20z"


def pit_words(check: SeriesCheck) -> str:
    """Describe the histogram for those who do not see it."""
    low, high = check.pit[0], check.pit[-1]
    return (
        f"lowest tenth {low:.0%}, highest tenth {high:.0%} of the record, 10% each expected; "
        f"mean {check.pit_mean:.2f}"
    )


def _level(state: Smoothed, q: float) -> Floats:
    """Quantile at a level, between those of the file where it has not that one."""
    order = np.argsort(state.levels)
    levels = np.array(state.levels)[order]
    rows = state.quantiles[order]
    if q < levels[0] - 1e-9 or q > levels[-1] + 1e-9:
        return np.asarray(rows[0] if q < levels[0] else rows[-1])
    return np.array([np.interp(q, levels, rows[:, t]) for t in range(rows.shape[1])])


def _quantiles(draws: Floats) -> Floats:
    out = np.full((len(LEVELS), draws.shape[1]), np.nan)
    for t in range(draws.shape[1]):
        y = draws[np.isfinite(draws[:, t]), t]
        if y.size:
            out[:, t] = np.quantile(y, LEVELS)
    return out


def _band(months: Sequence[str], quantiles: Floats) -> Band:
    """Lay quantiles on a grid without gaps, which charts need."""
    when = np.array(months, dtype="datetime64[M]")
    grid = np.arange(when.min(), when.max() + 1)
    full = np.full((len(LEVELS), len(grid)), np.nan)
    full[:, (when - grid[0]).astype(int)] = quantiles
    return Band(grid, full)


def _line(at: float) -> dict[str, Any]:
    return {
        "mark": {"type": "rule", "color": "#3d4450", "strokeDash": [5, 3]},
        "encoding": {"y": {"datum": at, "type": "quantitative"}},
    }
