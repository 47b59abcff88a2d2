"""The words and numbers of the first page, from ensembles whose quantiles are known by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from rivalry.foundation import RivalryError
from rivalry.report import Options, ReportInput
from rivalry.report._headline import featured, headline


def with_steps(run: ReportInput) -> ReportInput:
    """Draw k of 0..100 has k events every month and 10 k fighters."""
    ensemble = run.ensemble.isel(draw=slice(0, 101)).copy(deep=True)
    steps = np.arange(101.0)[:, None] * np.ones(48)
    ensemble["y:events"].values[:] = steps
    ensemble["fighters[reds]"].values[:] = 10 * steps
    return replace(run, ensemble=ensemble)


def test_counts_now_and_over_the_months_after_the_data(run: ReportInput) -> None:
    page = headline(with_steps(run), Options(headline=("events",)))
    (figure,) = page.figures
    assert (figure.middle, figure.low, figure.high) == ("50", "5", "95")
    assert figure.when == "December 2022"
    text = " ".join(figure.sentences)
    last = run.observed["events"].values[35]
    assert f"the record says {last:.0f} events" in text
    # twelve months of k events add up to 12 k: quantiles 60, 600 and 1140 (written as 1,100)
    assert "January 2023 to December 2023" in text
    assert "600 in the middle" in text
    assert "60 to 1,100" in text


def test_elements_at_the_end_of_the_data_and_of_the_run(run: ReportInput) -> None:
    page = headline(with_steps(run), Options(headline=("fighters[reds]",)))
    (figure,) = page.figures
    assert figure.label == "Fighters: The Reds"
    assert (figure.middle, figure.low, figure.high) == ("500", "50", "950")
    assert "At the end of December 2022" in figure.sentences[0]
    assert "By December 2023" in figure.sentences[1]


def test_without_months_after_the_data_the_last_year_is_summed(run: ReportInput) -> None:
    short = with_steps(run)
    short = replace(short, ensemble=short.ensemble.isel(month=slice(0, 36)))
    (figure,) = headline(short, Options(headline=("events",))).figures
    total = run.observed["events"].values[24:36].sum()
    assert f"the record adds up to {total:.0f}" in figure.sentences[-1]
    assert "last 12 months" in figure.sentences[-1]


def test_a_base_name_stands_for_all_its_elements(run: ReportInput) -> None:
    assert featured(run, ["fighters"], "stocks") == ["fighters[reds]", "fighters[blues]"]


def test_unknown_names_are_reported_together(run: ReportInput) -> None:
    with pytest.raises(RivalryError) as caught:
        headline(run, Options(headline=("evnts", "fighters", "nonsense_xyz")))
    assert [p.code for p in caught.value.problems] == ["R0953", "R0953"]
    assert "events" in caught.value.problems[0].remedy


def test_known_but_not_recorded_is_said_not_hidden(run: ReportInput) -> None:
    smaller = replace(run, ensemble=run.ensemble.drop_vars("anger"))
    assert headline(smaller, Options(headline=("anger",))).absent == ("anger",)


def test_the_status_is_said_either_way(make_run: Callable[..., ReportInput]) -> None:
    before = headline(make_run(), Options())
    assert before.status == "Not fitted: prior predictive"
    assert "do not read them as a forecast" in before.warning
    after = headline(make_run(fitted=True), Options())
    assert after.status == "Fitted to data"
    assert "not fitted" not in after.warning


def test_coverage_is_counted_over_monthly_series_only(run: ReportInput) -> None:
    lead = " ".join(headline(run, Options()).lead)
    assert "of 36 data points" in lead
    assert "3 causal claims; the model carries 1 and leaves 1 outside" in lead
    assert "1 still to be decided" in lead


def test_by_default_monthly_series_and_estimated_stocks_lead(run: ReportInput) -> None:
    labels = [f.label for f in headline(run, Options()).figures]
    assert labels == ["Fights", "Fighters: The Reds"]
