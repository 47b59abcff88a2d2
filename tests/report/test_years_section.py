"""The section on the years ahead: its words and marks against numbers worked by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rivalry.forecast import LAST_YEAR, LAST_YEARS, Draws, YearFigures, YearsForecast
from rivalry.foundation import Month
from rivalry.report import ReportInput, YearsInput, render_report, write_report
from rivalry.report._years import YearsSection, years_section, years_sentence
from rivalry.report._years_chart import BOTTOM, LEFT, RIGHT, TOP, years_chart

ORIGIN = Month.parse("2022-12")
#: Tenths of the draws at 0, 10, ... 90 in each of the two years ahead.
TENS = np.tile(np.repeat(np.arange(0, 100, 10), 10), (1, 2, 1))


def draws_of(array: np.ndarray, model: str = "case") -> Draws:
    return Draws(array, ORIGIN, (12, 24), np.array(["deaths"]), "series", "count", model, 1)


def record_of(years: int = 2) -> pd.DataFrame:
    """One year ahead of each past year: the last one missed, the case half as far off as others."""
    rows = []
    for k in range(years):
        held = k < years - 1
        rows.append(
            {
                "series": "deaths", "origin": 2022 - years + k, "step": 1,
                "year": 2023 - years + k, "observed": 40.0 if held else 900.0,
                "middle_of_range": k == 0, "low_90": 10.0, "low_50": 20.0, "median": 30.0,
                "high_50": 50.0, "high_90": 90.0, "crps": 5.0, "inside_50": held,
                "inside_90": held, f"crps_{LAST_YEARS}": 10.0, f"inside_50_{LAST_YEARS}": False,
                f"inside_90_{LAST_YEARS}": False, f"crps_{LAST_YEAR}": 4.0,
                f"inside_50_{LAST_YEAR}": False, f"inside_90_{LAST_YEAR}": False,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def forecast_of(record: pd.DataFrame | None = None) -> YearsForecast:
    figures = YearFigures(
        ("deaths",), (2020, 2021, 2022), np.array([[12.0, np.nan, 40.0]]),
        np.array([[True, False, False]]),
    )  # fmt: skip
    beside = {
        LAST_YEAR: draws_of(np.full((1, 2, 100), 40), LAST_YEAR),
        LAST_YEARS: draws_of(np.tile(np.repeat([12, 40], 50), (1, 2, 1)), LAST_YEARS),
    }
    given = record_of() if record is None else record
    return YearsForecast(draws_of(TENS), None, beside, figures, "online", 800, 1000, given)


@pytest.fixture(scope="module")
def with_years(run: ReportInput) -> ReportInput:
    return replace(run, years=YearsInput(forecast_of(), remarks=("From 2022.", "It <learns>.")))


@pytest.fixture(scope="module")
def section(with_years: ReportInput) -> YearsSection:
    assert with_years.years is not None
    return years_section(with_years.years, with_years.case.model)


def part(page: str) -> str:
    start = page.index('<section id="years"')
    return page[start : page.index("</section>", start)]


def test_sentences_by_hand(section: YearsSection) -> None:
    (series,) = section.series
    # quantiles of ten tenths by linear interpolation: 5% and 95% at 0 and 90, half at 45
    assert series.sentences == (
        "Out of 100 such years, 2023 would have between 0 and 90 deaths in 90, and 45 or more in "
        "half of them.",
        "Out of 100 such years, 70 would have 25 or more deaths.",
        "2022, the last year of record, had 40. Out of 100 futures 50 have more than that in 2023 "
        "and 40 fewer.",
    )
    assert series.unit == "deaths, by year"
    assert section.span == "2023 to 2024"
    assert section.middles


def test_rows_by_hand(section: YearsSection) -> None:
    first, second = section.series[0].rows
    assert (first.year, first.middle, first.half, first.most) == (2023, "45", "20 to 70", "0 to 90")
    assert (first.many, first.sample, first.last) == ("70", "26 (12 to 40)", "40 (40)")
    assert replace(second, year=2023) == first


def test_the_record_in_words(section: YearsSection) -> None:
    lead, rests = section.lead
    assert "at the end of 2 past years, 2020 to 2021" in lead
    assert "Of 2 figures forecast one year ahead, 1 lay inside the 90% interval" in lead
    assert "the last five years taken as a sample in 1 of 1 series" in lead
    assert lead.endswith("below that of last year's figure in 0.")
    assert rests.startswith("This rests on 2 past years (2021 to 2022). So few years say little")
    (row,) = section.rows
    assert (row.forecasts, row.years, row.crps, row.sample, row.last) == (2, 2, "5", "10", "4")
    assert (row.inside_90, row.inside_50, row.sample_inside) == ("1 of 2", "1 of 2", "0 of 2")
    assert [(p.year, p.came, p.held) for p in section.past] == [
        (2021, "40 (middle of a range)", True), (2022, "900", False),
    ]  # fmt: skip


def test_many_years_still_say_little(run: ReportInput) -> None:
    given = YearsInput(forecast_of(record_of(20)))
    rests = years_section(given, run.case.model).lead[1]
    assert rests.startswith("This rests on 20 past years (2003 to 2022). Even so many years say")


def test_without_past_forecasts_it_says_that_none_could_be_made(run: ReportInput) -> None:
    page = render_report(replace(run, years=YearsInput(forecast_of(pd.DataFrame()))))
    assert "too few years with figures for even one past forecast" in part(page)
    assert "years-record-table" not in page


def test_the_first_page_has_the_sentence(with_years: ReportInput) -> None:
    page = render_report(with_years)
    start = page.index('<section id="headline"')
    first = page[start : page.index("</section>", start)]
    assert years_sentence(forecast_of(), with_years.case.model, ()) in first
    assert '<a href="#years">The years ahead</a>' in first
    assert "It &lt;learns&gt;." in part(page)


def test_a_forecast_that_failed_says_why(run: ReportInput) -> None:
    page = render_report(replace(run, years=YearsInput(None, "R0821: nothing <fits>.")))
    assert "R0821: nothing &lt;fits&gt;." in part(page)
    assert "years-plot" not in part(page)


def test_marks_stand_where_their_figures_are() -> None:
    quantiles = np.array([[0.0], [10.0], [20.0], [30.0], [100.0]])
    chart = years_chart([(2022, 50.0, 40.0, 60.0, False)], [2023], quantiles, quantiles / 2)
    assert not chart.roots
    (bar,), (point,) = chart.case, chart.points
    assert (bar.low, bar.high) == (BOTTOM, TOP)
    assert bar.middle == pytest.approx(BOTTOM - 0.2 * (BOTTOM - TOP))
    assert point.y == pytest.approx((BOTTOM + TOP) / 2)
    assert point.low > point.y > point.high  # down the page
    assert chart.beside[0].high == pytest.approx((BOTTOM + TOP) / 2)
    assert chart.end == (LEFT + RIGHT) / 2
    assert [t for _, t in chart.years] == ["2022", "2023"]
    assert [t for _, t in chart.ticks] == ["0", "50", "100"]


def test_futures_far_above_the_record_are_drawn_by_roots() -> None:
    quantiles = np.array([[0.0], [10.0], [25.0], [30.0], [100.0]])
    chart = years_chart([(2022, 1.0, 1.0, 1.0, False)], [2023], quantiles, quantiles)
    assert chart.roots
    assert chart.case[0].middle == pytest.approx((BOTTOM + TOP) / 2)
    assert [t for _, t in chart.ticks] == ["0", "5", "25", "50", "100"]


@pytest.mark.parametrize("top", [1.0, 1.5, 3.0, 7.0, 24.0, 99.0, 1234.0, 5e5])
def test_ticks_hold_the_frame(top: float) -> None:
    for record in (top, top / 100):
        quantiles = np.full((5, 2), top)
        chart = years_chart([(2022, record, record, record, False)], [2023, 2024],
                            quantiles, quantiles)  # fmt: skip
        heights = [y for y, _ in chart.ticks]
        assert heights[0] == BOTTOM
        assert heights == sorted(heights, reverse=True)
        assert min(heights) >= TOP
        assert 2 <= len(heights) <= 11
        assert len({t for _, t in chart.ticks}) == len(heights)


def test_a_series_of_noughts_is_drawn() -> None:
    none = np.zeros((5, 1))
    chart = years_chart([(2022, 0.0, 0.0, 0.0, False)], [2023], none, none)
    assert chart.points[0].y == BOTTOM
    assert chart.case[0].high == BOTTOM


# --------------------------------------------------------------------------------- the browser


@pytest.fixture(scope="module", params=(1280, 390))
def visit(
    request: pytest.FixtureRequest,
    with_years: ReportInput,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    open_page: Callable[..., Any] = request.getfixturevalue("open_page")
    path: Path = write_report(with_years, tmp_path_factory.mktemp("report") / "report.html")
    made = open_page(path.as_uri(), request.param)
    yield made
    made.context.close()


@pytest.mark.browser
def test_in_a_browser_all_is_drawn_and_fits(visit: Any) -> None:
    assert visit.messages == []
    assert len(visit.requests) == 1
    assert visit.page.locator("#years .years-plot").count() == 1
    box = visit.page.locator("#years .years-plot").bounding_box()
    assert box["width"] > 250
    assert box["height"] > 110
    # two years of the case, and a figure known in two of three years
    assert visit.page.locator("#years .years-plot rect.k90").count() == 2
    assert visit.page.locator("#years .years-plot circle").count() == 2
    visit.page.click("#years details.more summary >> nth=0")
    assert visit.page.is_visible("#years-past tbody tr >> nth=1")
    assert visit.wide() == [0, []]
    assert visit.cut() == []
