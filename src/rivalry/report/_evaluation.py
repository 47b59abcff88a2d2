"""An evaluation as one HTML file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from markupsafe import Markup

from rivalry.forecast import ScoreTables
from rivalry.foundation import Month, atomic_write
from rivalry.report._charts import Figure, vega_bundle
from rivalry.report._evaluation_charts import calibration_figures, score_figures
from rivalry.report._evaluation_words import (
    SCORE_NAMES,
    difference_rows,
    headline,
    step_words,
    unit_words,
)
from rivalry.report._render import environment, json_block, payload, policy, static

#: On narrow screens rows become cards, and a caption would be squeezed into their first column.
CAPTIONS = "@media (max-width: 45rem) { .cards caption { display: block; } }"
_SECTIONS = {
    "says": "What it says",
    "scores": "Scores",
    "step": "By months ahead",
    "year": "By year",
    "unit": "By unit",
    "calibration": "Do probabilities hold?",
    "made": "How it was made",
}


@dataclass(frozen=True)
class EvaluationReport:
    """What the page of an evaluation is made from.

    Attributes
    ----------
    tables : ScoreTables
        From `rivalry.forecast.tabulate`.
    origins : tuple of Month
    title : str
    unit : str
        What a unit is: ``country_id``, ``series``.
    target : str
        What is counted, as it stands under charts: ``ged_sb``, ``deaths a month``.
    source : str
        Where the record comes from.
    policy : str
        What models see and learn at each origin, in a sentence or two.
    settings : tuple of (name, value)
        Rows of "How it was made".
    remarks : tuple of str
        Said above everything: what a reader must know to read the figures.
    findings : tuple of str
        Said first, unit by unit, where units differ in size so much that a mean over them says
        little.
    models : tuple of str
        What each model is, said before the first score.
    labels : mapping of str to str
        Words for units, shown in place of their names; see `labelled`.
    """

    tables: ScoreTables
    origins: tuple[Month, ...]
    title: str
    unit: str
    target: str
    source: str
    policy: str
    settings: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def write_evaluation_page(found: EvaluationReport, path: str | Path) -> Path:
    """Write an evaluation as one HTML file that opens offline.

    Parameters
    ----------
    found : EvaluationReport
    path : str or Path

    Raises
    ------
    RivalryError
        R0105 when the file cannot be written.
    """
    tables = labelled(found.tables, found.labels)
    by = score_figures(tables, found.unit, found.target)
    calibration = calibration_figures(tables)
    figures: list[Figure] = [
        f for group in (*by.values(), *calibration.values()) for f in group
    ]  # fmt: skip
    scripts = [vega_bundle(), static("charts.js"), static("tables.js")]
    style = static("report.css") + CAPTIONS
    present = {"step": bool(by["step"]), "year": bool(by["year"]), "unit": bool(by["unit"])}
    text = (
        environment()
        .get_template("evaluation_page.html.j2")
        .render(
            found=found,
            tables=tables,
            first=tables.models[0],
            span=_span(found.origins),
            sections={k: v for k, v in _SECTIONS.items() if present.get(k, True)},
            says=headline(tables),
            step_says=step_words(tables),
            unit_says=unit_words(tables, found.unit),
            score_names=SCORE_NAMES,
            score_rows=_score_rows(tables),
            differences=difference_rows(tables),
            by=by,
            calibration=calibration,
            unit_rows=_unit_rows(tables),
            policy=policy(scripts, style),
            scripts=[Markup(s) for s in scripts],
            style=Markup(style),
            charts=json_block(payload(figures)),
        )
    )
    with atomic_write(path) as stream:
        stream.write(text)
    return Path(path)


def labelled(tables: ScoreTables, labels: Mapping[str, str]) -> ScoreTables:
    """Put words in the place of the names of units; two units of one label keep their names.

    Parameters
    ----------
    tables : ScoreTables
    labels : mapping of str to str
        Words by name.
    """
    if not labels:
        return tables
    units = tables.by_unit["unit"].astype(str)
    shown = units.map(unit_labels(labels, units))
    return replace(tables, by_unit=tables.by_unit.assign(unit=shown))


def unit_labels(labels: Mapping[str, str], units: Iterable[str]) -> dict[str, str]:
    """Return what to call each unit: its label, with its name where the label is not its own."""
    names = list(dict.fromkeys(units))
    words = {n: labels.get(n) or n for n in names}
    often = Counter(words.values())
    return {n: w if often[w] == 1 or w == n else f"{w} ({n})" for n, w in words.items()}


def _span(origins: tuple[Month, ...]) -> str:
    if not origins:
        return ""
    first, last = min(origins), max(origins)
    return str(first) if first == last else f"{first} to {last}"


def _score_rows(tables: ScoreTables) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for row in tables.scores.to_dict("records"):
        cells = [
            "" if not np.isfinite(row[s]) else
            f"{100 * row[s]:.1f}%" if s.startswith("covered") else _number(row[s])
            for s in SCORE_NAMES
        ]  # fmt: skip
        of = "all" if row["months"] == "all" else "with violence"
        rows.append({"model": row["model"], "months": of, "n": f"{row['n']:,}", "cells": cells})
    return rows


def _unit_rows(tables: ScoreTables) -> list[tuple[str, str, list[str]]]:
    """Return unit, months scored, and the CRPS of each model, the deadliest first."""
    rows: pd.DataFrame = tables.by_unit[tables.by_unit["months"] == "all"]
    means = rows.pivot(index="unit", columns="model", values="crps")
    n = rows[rows["model"] == tables.models[0]].set_index("unit")["n"].reindex(means.index)
    order = means[tables.reference].sort_values(ascending=False, kind="stable").index
    return [
        (
            str(unit),
            "" if np.isnan(n[unit]) else f"{n[unit]:,.0f}",
            [
                "" if not np.isfinite(means[m][unit]) else _number(means[m][unit])
                for m in tables.models
            ],
        )
        for unit in order
    ]


def _number(value: float) -> str:
    return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"
