"""The report: one HTML file that opens offline and can be forwarded."""

from rivalry.report._evaluation import EvaluationReport, unit_labels, write_evaluation_page
from rivalry.report._fit_page import write_fit_page
from rivalry.report._forecast_input import ForecastInput
from rivalry.report._input import CaseLike, Options, ReportInput
from rivalry.report._panel_forecast import PanelForecast, write_panel_forecast
from rivalry.report._render import render_report, write_report
from rivalry.report._whatif_input import FragileLike, WhatIfInput
from rivalry.report._years_input import YearsInput

__all__ = [
    "CaseLike",
    "EvaluationReport",
    "ForecastInput",
    "FragileLike",
    "Options",
    "PanelForecast",
    "ReportInput",
    "WhatIfInput",
    "YearsInput",
    "render_report",
    "unit_labels",
    "write_evaluation_page",
    "write_fit_page",
    "write_panel_forecast",
    "write_report",
]
