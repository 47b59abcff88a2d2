"""Specifications and data of the charts."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import vl_convert

from rivalry.report import ReportInput
from rivalry.report._charts import (
    Figure,
    data_end,
    observed_figures,
    slug,
    state_figures,
    vega_bundle,
)
from rivalry.report._charts._spec import band_spec, year_ticks


@pytest.fixture(scope="module")
def figures(run: ReportInput) -> dict[str, Figure]:
    states = state_figures(run, ["fighters[reds]", "fighters[blues]", "anger"])
    return {f.key: f for f in [*observed_figures(run), *states]}


def compiled(spec: dict[str, Any]) -> dict[str, Any]:
    return vl_convert.vegalite_to_vega(spec)  # type: ignore[no-any-return]


def test_every_specification_compiles(figures: dict[str, Figure]) -> None:
    for figure in figures.values():
        scales = {s["name"] for s in compiled(figure.spec)["scales"]}
        assert {"x", "y"} <= scales


def test_specifications_hold_no_data_and_rows_no_draws(figures: dict[str, Figure]) -> None:
    for figure in figures.values():
        assert "values" not in json.dumps(figure.spec["layer"][0].get("data"))
        assert "datasets" not in figure.spec
        assert [len(q) for q in figure.rows["q"]] == [48] * 5


def test_quantiles_of_the_page_are_those_of_the_draws(
    run: ReportInput, figures: dict[str, Figure]
) -> None:
    draws = run.ensemble["y:events"].values
    expected = np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    np.testing.assert_allclose(figures["obs-events"].rows["q"], expected, rtol=1e-3)


def test_data_points_carry_their_month(run: ReportInput, figures: dict[str, Figure]) -> None:
    rows = figures["obs-events"].rows
    assert rows["start"] == "2020-01"
    assert rows["end"] == "2022-12"
    assert len(rows["obs"]) == 36
    assert rows["obs"][5] == [5, run.observed["events"].values[5]]
    assert figures["obs-strength"].rows["obs"] == [[11, 150, 400], [23, 120, 300]]


def test_yearly_series_are_drawn_in_the_middle_of_their_year(figures: dict[str, Figure]) -> None:
    assert figures["obs-deaths"].rows["shift"] == -5
    assert "shift" not in figures["obs-events"].rows


def test_each_figure_says_what_it_shows(figures: dict[str, Figure]) -> None:
    events = figures["obs-events"]
    assert events.unit == "events, monthly"
    assert "January 2020 to December 2023" in events.alt
    assert "90% band" in events.alt
    assert events.notes[0].startswith("Not fitted: prior predictive.")
    assert events.notes[-1] == "Data: A made-up data set (S2)."
    assert figures["obs-deaths"].notes[-1] == "Data: given; their source is not named."


def test_bounded_levels_use_their_bounds(figures: dict[str, Figure]) -> None:
    (scale,) = (s for s in compiled(figures["el-anger"].spec)["scales"] if s["name"] == "y")
    assert scale["domain"] == [0, 1]


def test_logarithmic_axes_are_announced(figures: dict[str, Figure]) -> None:
    blues = figures["el-fighters-blues"]
    assert any("logarithmic" in n.lower() for n in blues.notes)


def test_the_end_of_the_data_is_that_of_the_monthly_series(run: ReportInput) -> None:
    assert data_end(run) == np.datetime64("2022-12")


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2013-01", "2024-12", [2014, 2016, 2018, 2020, 2022, 2024]),
        ("2020-01", "2023-12", [2020, 2021, 2022, 2023]),
        ("1989-01", "2024-12", [1990, 1995, 2000, 2005, 2010, 2015, 2020]),
        ("2020-03", "2020-11", []),
    ],
)
def test_year_ticks(first: str, last: str, years: list[int]) -> None:
    assert year_ticks(np.array([first, last], dtype="datetime64[M]")) == years


def test_a_run_of_a_few_months_has_a_chart_too() -> None:
    months = np.arange("2020-03", "2020-06", dtype="datetime64[M]")
    assert compiled(band_spec(months, {"type": "linear"}, data=True))["scales"]


def test_names_become_ids() -> None:
    assert slug("fighters[taliban,east]") == "fighters-taliban-east"


def test_the_bundle_cannot_end_its_script_element() -> None:
    code = vega_bundle().lower()
    assert "</script" not in code
    assert "<!--" not in code
    assert "vegaembed" in code
