"""Forecasts: panels of counts, baselines under their field names, scores and their differences.

Nothing here sees data after an origin: a forecast is made from `Panel.until`.
"""

from rivalry.forecast._auto import AutoSettings, auto_forecast, local_level
from rivalry.forecast._baselines import (
    BASELINES,
    baseline,
    bootstrap_240,
    conflictology,
    conflictology_n,
    last,
    zero,
)
from rivalry.forecast._bootstrap import Difference, paired_difference
from rivalry.forecast._case import CaseForecast, case_panel, count_series, forecast_case
from rivalry.forecast._doubt import DOUBT, with_doubt
from rivalry.forecast._draws import Draws, unit_generator
from rivalry.forecast._evaluate import POLICY, Evaluation, evaluate_panel
from rivalry.forecast._evaluate_case import CASE_MODELS, CASE_POLICY, evaluate_case
from rivalry.forecast._evaluate_tables import ScoreTables, tabulate
from rivalry.forecast._known import as_known, at_origin
from rivalry.forecast._models import MODELS, forecaster
from rivalry.forecast._next import CASE_PARTICLES, NextForecast, forecast_next
from rivalry.forecast._panel import OUTSIDE, Panel, as_month
from rivalry.forecast._panel_neighbours import priogrid_neighbours
from rivalry.forecast._panel_open import open_panel
from rivalry.forecast._panel_read import panel_from_frame, read_panel
from rivalry.forecast._record import (
    RECORD_FILE,
    Record,
    changed_since,
    inside,
    make_record,
    read_record,
    record_path,
    renew_command,
    summarise_record,
    write_record,
)
from rivalry.forecast._scores import (
    IGNORANCE_EDGES,
    brier,
    covered,
    crps,
    ignorance,
    interval_score,
    pit,
)
from rivalry.forecast._scores_table import pit_histogram, score, summarise
from rivalry.forecast._tempo import tempo_case, tempo_models
from rivalry.forecast._views import SubmissionDetails, read_views, write_views
from rivalry.forecast._years import (
    LAST_YEAR,
    LAST_YEARS,
    YEARS_POLICY,
    YearsForecast,
    forecast_years,
    summarise_years,
)
from rivalry.forecast._years_figures import (
    YearFigures,
    best_estimates,
    year_figures,
    year_series,
)

__all__ = [
    "BASELINES",
    "CASE_MODELS",
    "CASE_PARTICLES",
    "CASE_POLICY",
    "DOUBT",
    "IGNORANCE_EDGES",
    "LAST_YEAR",
    "LAST_YEARS",
    "MODELS",
    "OUTSIDE",
    "POLICY",
    "RECORD_FILE",
    "YEARS_POLICY",
    "AutoSettings",
    "CaseForecast",
    "Difference",
    "Draws",
    "Evaluation",
    "NextForecast",
    "Panel",
    "Record",
    "ScoreTables",
    "SubmissionDetails",
    "YearFigures",
    "YearsForecast",
    "as_known",
    "as_month",
    "at_origin",
    "auto_forecast",
    "baseline",
    "best_estimates",
    "bootstrap_240",
    "brier",
    "case_panel",
    "changed_since",
    "conflictology",
    "conflictology_n",
    "count_series",
    "covered",
    "crps",
    "evaluate_case",
    "evaluate_panel",
    "forecast_case",
    "forecast_next",
    "forecast_years",
    "forecaster",
    "ignorance",
    "inside",
    "interval_score",
    "last",
    "local_level",
    "make_record",
    "open_panel",
    "paired_difference",
    "panel_from_frame",
    "pit",
    "pit_histogram",
    "priogrid_neighbours",
    "read_panel",
    "read_record",
    "read_views",
    "record_path",
    "renew_command",
    "score",
    "summarise",
    "summarise_record",
    "summarise_years",
    "tabulate",
    "tempo_case",
    "tempo_models",
    "unit_generator",
    "with_doubt",
    "write_record",
    "write_views",
    "year_figures",
    "year_series",
    "zero",
]
