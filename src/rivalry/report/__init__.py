"""The report: one HTML file that opens offline and can be forwarded."""

from rivalry.report._fit_page import write_fit_page
from rivalry.report._input import CaseLike, Options, ReportInput
from rivalry.report._render import render_report, write_report

__all__ = ["CaseLike", "Options", "ReportInput", "render_report", "write_fit_page", "write_report"]
