"""The forecast of a panel as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from rivalry.forecast import Draws, Panel
from rivalry.foundation import atomic_write
from rivalry.report._charts import Figure, slug, vega_bundle
from rivalry.report._fan import fan_figure, long_month, of_100
from rivalry.report._numbers import human
from rivalry.report._render import environment, json_block, payload, policy, static

#: Panels of up to so many units have a chart of each; larger ones of those with most violence.
ALL_SHOWN, MOST_SHOWN = 60, 30


@dataclass(frozen=True)
class PanelForecast:
    """What the page of a forecast is made from.

    Attributes
    ----------
    draws : tuple of Draws
        The first is drawn; means of the others stand in the table.
    panel : Panel
        Nothing after the origin is read of it.
    reference : Draws
        Conflictology of the same origin and steps, shown beside each fan.
    source : str
        The file's name.
    settings : tuple of (name, value)
        Rows of "How it was made".
    remarks : tuple of str
    case : str
        Title of the case whose series are forecast; empty for a panel.
    """

    draws: tuple[Draws, ...]
    panel: Panel
    reference: Draws
    source: str
    settings: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    case: str = ""


@dataclass(frozen=True)
class _Row:
    unit: str
    before: float
    mean: float
    reference: float
    low: float
    high: float
    some: float
    many: float
    others: tuple[float, ...]


def write_panel_forecast(found: PanelForecast, path: str | Path) -> Path:
    """Write a forecast as one HTML file that opens offline.

    Parameters
    ----------
    found : PanelForecast
    path : str or Path

    Raises
    ------
    RivalryError
        R0105 when the file cannot be written.
    """
    draws = found.draws[0]
    rows = _rows(found)
    order = sorted(range(len(rows)), key=lambda i: -rows[i].mean)
    shown = order if len(rows) <= ALL_SHOWN else order[:MOST_SHOWN]
    figures = [_figure(found, i) for i in shown]
    scripts = [vega_bundle(), static("charts.js"), static("tables.js")]
    style = static("report.css") + static("forecast.css")
    text = (
        environment()
        .get_template("panel_forecast.html.j2")
        .render(
            found=found,
            draws=draws,
            first=draws.model,
            others=[d.model for d in found.draws[1:]],
            reference=found.reference.model,
            target=f"{draws.target} a month",
            origin=long_month(draws.origin),
            span=f"{long_month(draws.months[0])} to {long_month(draws.months[-1])}"
            if len(draws.months) > 1
            else long_month(draws.months[0]),
            says=[] if found.case else _says(found, rows),
            figures=figures,
            whole=len(shown) == len(rows),
            rows=[rows[i] for i in order],
            number=_number,
            policy=policy(scripts, style),
            scripts=[Markup(s) for s in scripts],
            style=Markup(style),
            charts=json_block(payload(figures)),
        )
    )
    with atomic_write(path) as stream:
        stream.write(text)
    return Path(path)


def last_year(seen: Panel) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return each unit's mean count over its known months among the last 12, shape (n,)."""
    window = seen.counts[:, -12:]
    known = (~np.isnan(window)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.where(known > 0, np.nansum(window, axis=1) / np.maximum(known, 1), np.nan)


def _rows(found: PanelForecast) -> list[_Row]:
    draws, seen = found.draws[0], found.panel.until(found.draws[0].origin)
    before = last_year(seen)
    mean, reference = draws.mean().mean(axis=1), found.reference.mean().mean(axis=1)
    low, high = (np.asarray(q) for q in draws.quantile((0.05, 0.95)))
    some, many = draws.probability(1).mean(axis=1), draws.probability(25).mean(axis=1)
    others = [d.mean().mean(axis=1) for d in found.draws[1:]]
    return [
        _Row(
            unit=str(unit),
            before=float(before[i]),
            mean=float(mean[i]),
            reference=float(reference[i]),
            low=float(low[i, -1]),
            high=float(high[i, -1]),
            some=float(some[i]),
            many=float(many[i]),
            others=tuple(float(o[i]) for o in others),
        )
        for i, unit in enumerate(draws.units.tolist())
    ]


def _says(found: PanelForecast, rows: Sequence[_Row]) -> list[str]:
    draws = found.draws[0]
    total, before = sum(r.mean for r in rows), np.nansum([r.before for r in rows])
    out = [
        f"Over all {len(rows):,} units, {draws.model} expects {human(total)} {draws.target} a "
        f"month on average; the last 12 months had {human(float(before))} a month."
    ]
    likely = [r for r in rows if r.many >= 0.5]
    named = ", ".join(r.unit for r in sorted(likely, key=lambda r: -r.mean)[:12])
    text = (
        f"In {len(likely):,} units at least 50 out of 100 such months are expected to have 25 or "
        "more"
    )
    out.append(text + (f": {named}{' and others' if len(likely) > 12 else ''}." if named else "."))
    known = [r for r in rows if np.isfinite(r.before)]
    for word, row in (
        ("rise", max(known, key=lambda r: r.mean - r.before, default=None)),
        ("fall", min(known, key=lambda r: r.mean - r.before, default=None)),
    ):
        gap = 0.0 if row is None else row.mean - row.before
        if row is not None and (gap > 0) == (word == "rise") and gap:
            out.append(
                f"The largest {word} is expected in {row.unit}: {human(row.mean)} a month after "
                f"{human(row.before)} in the last 12 months."
            )
    return out


def _figure(found: PanelForecast, place: int) -> Figure:
    draws, unit = found.draws[0], found.draws[0].units.tolist()[place]
    probability = float(draws.probability(25)[place].mean())
    return fan_figure(
        draws, place, found.panel, found.reference,
        key=f"unit-{place}-{slug(str(unit))}", title=str(unit), unit=f"{draws.target} a month",
        what=f"{draws.unit} {unit}: forecast by {draws.model}",
        notes=(f"25 or more in {of_100(probability)} of 100 such months.",),
    )  # fmt: skip


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "unknown"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
