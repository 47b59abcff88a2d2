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
from rivalry.forecast._draws import Draws, unit_generator
from rivalry.forecast._panel import OUTSIDE, Panel, as_month
from rivalry.forecast._panel_neighbours import priogrid_neighbours
from rivalry.forecast._panel_read import panel_from_frame, read_panel
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
from rivalry.forecast._views import SubmissionDetails, read_views, write_views

__all__ = [
    "BASELINES",
    "IGNORANCE_EDGES",
    "OUTSIDE",
    "AutoSettings",
    "Difference",
    "Draws",
    "Panel",
    "SubmissionDetails",
    "as_month",
    "auto_forecast",
    "baseline",
    "bootstrap_240",
    "brier",
    "conflictology",
    "conflictology_n",
    "covered",
    "crps",
    "ignorance",
    "interval_score",
    "last",
    "local_level",
    "paired_difference",
    "panel_from_frame",
    "pit",
    "pit_histogram",
    "priogrid_neighbours",
    "read_panel",
    "read_views",
    "score",
    "summarise",
    "unit_generator",
    "write_views",
    "zero",
]
