"""The section on the months ahead: its words and figures against numbers worked by hand."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rivalry.forecast import CaseForecast, Draws, NextForecast, Panel, Record, inside
from rivalry.forecast._record import COLUMNS
from rivalry.foundation import Month, month_range
from rivalry.model.ir import Dyad
from rivalry.report import ForecastInput, Options, ReportInput, render_report, write_report
from rivalry.report._forecast import ForecastSection, forecast_section, key_sentence
from rivalry.report._forecast_record import RecordSection, record_section
from rivalry.report._headline import headline
from rivalry.report._whatif_forecast import beside_forecast
from rivalry.whatif import Contrast, WhatIf

ORIGIN = Month.parse("2022-12")
STEPS = tuple(range(1, 13))


def draws_of(array: np.ndarray, units: list[str], unit: str = "series") -> Draws:
    return Draws(array, ORIGIN, STEPS[: array.shape[1]], np.array(units), unit, "count", "case", 1)


def panel_of(counts: Any) -> Panel:
    months = np.array([m.views_id for m in month_range(Month.parse("2020-01"), ORIGIN)])
    return Panel(np.array(["events"]), months, np.atleast_2d(counts), "series", "count")


def forecast_of(
    counts: Any = None, array: np.ndarray | None = None, source: Any = "online"
) -> NextForecast:
    """Tenths of the draws stay at 0, at 1, ... at 9 a month; a year of record adds up to 60."""
    if counts is None:
        counts = np.full(36, 5.0)
        counts[-2:] = (3.0, 7.0)
    if array is None:
        array = np.tile(np.repeat(np.arange(10), 10), (1, 12, 1))
    series = draws_of(array, ["events"])
    # the first dyad counts 2 a month in every draw, the second none
    dyads = draws_of(
        np.stack([np.full((12, 100), 2), np.zeros((12, 100), int)]),
        ["reds_blues:deaths", "reds_greens:deaths"],
        "dyad",
    )
    alone = CaseForecast(series, dyads, xr.Dataset())
    return NextForecast(series, alone, panel_of(counts), source)


def record_of(tempo: float = np.nan, **changes: Any) -> Record:
    """The interval is 3 to 8, what came is 5, but 20 in the first half of 2022."""
    rows = []
    for origin in month_range(Month.parse("2020-12"), Month.parse("2022-11")):
        for step in (1, 3):
            month = origin + step
            seen = 20.0 if Month.parse("2022-01") <= month <= Month.parse("2022-06") else 5.0
            scores = (1.0, 2.0, tempo)
            rows.append(("events", str(origin), step, str(month), seen, 3.0, 5.0, 8.0, *scores))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    given: dict[str, Any] = {
        "table": table, "case_digest": "a", "data_digest": "b", "results_version": 1,
        "rivalry": "9.9", "steps": (1, 3), "draws": 500, "seed": 4,
        "policy": "It knew <nothing> later.", "made": "2026-11-01T10:00:00+00:00",
        "command": "rivalry evaluate made --keep",
    }  # fmt: skip
    return Record(**{**given, **changes})


@pytest.fixture(scope="module")
def with_forecast(run: ReportInput) -> ReportInput:
    model = replace(
        run.case.model,
        dyads=(
            Dyad("reds_blues", "Reds & <Blues>", ("reds", "blues"), (), {}),
            Dyad("reds_greens", "Reds and greens", ("reds", "greens"), (), {}),
        ),
    )
    case = replace(run.case, model=model)  # type: ignore[type-var]
    given = ForecastInput(
        forecast_of(), remarks=("From 2022-12, by learning.", "No dated event."),
        record=record_of(),
    )  # fmt: skip
    return replace(run, case=case, forecast=given)


@pytest.fixture(scope="module")
def section(with_forecast: ReportInput) -> ForecastSection:
    assert with_forecast.forecast is not None
    return forecast_section(with_forecast.forecast, with_forecast.case.model)


@pytest.fixture(scope="module")
def page(with_forecast: ReportInput) -> str:
    return render_report(with_forecast)


def part(page: str) -> str:
    start = page.index('<section id="forecast"')
    return page[start : page.index("</section>", start)]


def said(run: ReportInput, found: NextForecast) -> tuple[str, ...]:
    return forecast_section(ForecastInput(found), run.case.model).series[0].sentences


# ---------------------------------------------------------------------------- the months ahead


def test_sentences_by_hand(section: ForecastSection) -> None:
    assert section.series[0].sentences == (
        "Out of 100 such years, the 12 months to December 2023 would add up to between 0 and 110 "
        "events in 90, and to 54 or more in half of them.",
        "Out of 100 such months, 0 would have 25 or more events, and 90 at least one.",
        "December 2022, the last month of record, had 7. Out of 100 futures 20 have more than that "
        "in January 2023 and 70 fewer.",
        "The last 12 months of record add up to 60; the 12 months ahead come to more in 40 of 100 "
        "futures and to fewer in 50; the middle one has 10% fewer.",
    )


def test_a_year_adds_up_paths_and_not_months(run: ReportInput) -> None:
    """Each draw has 120 in one month of its own: every month may be 0, no year is."""
    array = np.zeros((1, 12, 12), int)
    array[0, np.arange(12), np.arange(12)] = 120
    year = said(run, forecast_of(array=array))[0]
    assert "would add up to 120 events in 90, and to 120 or more in half" in year


def test_nothing_in_the_record(run: ReportInput) -> None:
    lines = said(run, forecast_of(np.zeros(36)))
    assert lines[2] == (
        "December 2022, the last month of record, had none. Out of 100 futures 90 have at least "
        "one in January 2023."
    )
    assert lines[3] == (
        "The last 12 months of record have none at all; the 12 months ahead have at least one in "
        "90 of 100 futures."
    )


def test_a_gap_in_the_record_is_not_compared(run: ReportInput) -> None:
    counts = np.full(36, 5.0)
    counts[-1] = np.nan
    assert len(said(run, forecast_of(counts))) == 2


def test_one_month_ahead(run: ReportInput) -> None:
    found = said(run, forecast_of(array=np.repeat(np.arange(10), 10)[None, None, :]))
    assert found[0] == (
        "Out of 100 such months, January 2023 would have between 0 and 9 events in 90, and 4 or "
        "more in half of them."
    )
    assert len(found) == 3


def test_a_fan_holds_quantiles_record_and_conflictology(section: ForecastSection) -> None:
    figure = section.series[0].figure
    assert (figure.title, figure.unit) == ("Fights", "events, monthly")
    q = np.array(figure.rows["q"])
    assert q.shape == (5, 12)
    assert q[:, 0].tolist() == [0, 2, 4.5, 7, 9]
    points = figure.rows["obs"]
    assert len(points) == 36
    assert points[-1] == [-1, 7]
    assert points[0][0] == -36
    assert "conflictology 3 to 7" in figure.alt
    assert "last known month 7" in figure.alt
    # the last twelve months: ten of 5, one of 3, one of 7, each a twelfth of the sample
    marks = [v for layer in figure.spec["layer"] for v in layer.get("data", {}).get("values", [])]
    assert [m["c"] for m in marks] == [5, 5, 5]


def test_dyads_are_added_up_and_named(section: ForecastSection) -> None:
    row = section.dyads[0]
    assert (row.dyad, row.middle, row.low, row.high, row.some) == (
        "Reds & <Blues>", "24", "24", "24", "0",
    )  # fmt: skip
    assert len(section.dyads) == 1
    assert section.quiet == ("Reds and greens",)


def test_the_first_page_has_one_sentence_and_a_link(
    page: str, with_forecast: ReportInput, section: ForecastSection
) -> None:
    start = page.index('<section id="headline"')
    first = page[start : page.index("</section>", start)]
    year = section.series[0].sentences[0]
    assert f"Fights: o{year[1:]}" in first
    assert 'href="#forecast"' in first
    assert key_sentence(forecast_of(), with_forecast.case.model, ["strength", "events"]) in first


# ---------------------------------------------------------------------------------- the record


@pytest.fixture(scope="module")
def past(section: ForecastSection) -> RecordSection:
    assert section.record is not None
    return section.record


def test_words_of_the_record_by_hand(past: RecordSection) -> None:
    lead, worst, beside = past.lead
    assert lead == (
        "The case made the same forecast at 24 past months, from December 2020 to November 2022, "
        "each time from data up to that month alone, though the case itself was written later. Of "
        "24 months forecast one month ahead, 18 lay inside the 90% interval: of 100 past months, "
        "75. Of 24 months forecast three months ahead, 18 lay inside: of 100, 75."
    )
    # 2021 has 12 + 10 forecasts, all inside; 2022 has 12 + 12, half; 2023 only 2
    assert worst == (
        "It failed most for 2022: of 100 forecasts for a month of that year, 50 held what came, "
        "against 100 for the other years. Of its 12 misses, 12 came out above the interval and 0 "
        "below it."
    )
    assert beside == (
        "The case's mean error (CRPS) is below that of conflictology (the last 12 months as a "
        "sample) in 1 of 1 series, by 50% (beyond chance in 1)."
    )


def test_the_table_by_hand(past: RecordSection) -> None:
    (row,) = past.rows
    assert (row.label, row.n, row.crps, row.conflictology, row.less) == (
        "Fights", 48, "1", "2", "50% less",
    )  # fmt: skip
    assert (row.tempo_only, row.less_tempo) == ("", "")
    assert (row.inside, row.near, row.far) == ("75", "75", "75")
    assert past.years == (("2021", ("100",), 22), ("2022", ("50",), 24))


def test_how_the_record_was_made_names_the_particles(with_forecast: ReportInput) -> None:
    model = {o.name: o for o in with_forecast.case.model.observations}
    told = dict(record_section(record_of(particles=50_000), model, "online").settings)
    assert told["Particles that learn"] == "50,000"
    older = dict(record_section(record_of(), model, "online").settings)
    assert "Particles that learn" not in older


def test_a_worse_case_is_called_worse(with_forecast: ReportInput) -> None:
    model = {o.name: o for o in with_forecast.case.model.observations}
    found = record_section(record_of(tempo=0.8), model, "online")
    assert found.rows[0].less_tempo == "25% more"
    assert (
        "below that of tempo_only (the same case without its mechanisms) in 0 of 1 series"
        in (found.lead[2])
    )
    assert "beyond chance in 0" in found.lead[2]


def test_a_record_without_a_bad_year_names_none(with_forecast: ReportInput) -> None:
    model = {o.name: o for o in with_forecast.case.model.observations}
    table = record_of().table.assign(observed=5.0)
    assert inside(table).all()
    found = record_section(record_of(table=table), model, "online")
    assert not any("failed" in line for line in found.lead)
    assert found.charts[0].figures[0].notes[0] == "24 of 24 months inside."


def test_a_forecast_from_a_posterior_says_that_the_record_is_not_its_own(
    with_forecast: ReportInput,
) -> None:
    model = {o.name: o for o in with_forecast.case.model.observations}
    assert "learnt month by month" in record_section(record_of(), model, "posterior").lead[-1]


def test_past_charts_hold_intervals_and_what_came(past: RecordSection) -> None:
    near, far = past.charts[0].figures
    assert (near.key, far.key) == ("past-events-1", "past-events-3")
    assert near.title == "Fights, one month ahead"
    assert near.rows["start"] == "2021-01"
    assert near.rows["q"][0] == [3] * 24
    assert near.rows["q"][1] == [None] * 24
    assert [p[1] for p in near.rows["obs"]].count(20) == 6
    assert near.notes[0] == "18 of 24 months inside; of 6 misses, 6 in 2022."
    assert near.notes[0] in near.alt
    assert far.rows["start"] == "2021-03"


# ------------------------------------------------------------------------------------ the page


def test_the_section_stands_second_with_an_entry_in_the_contents(page: str) -> None:
    assert re.findall(r'<section id="(\w+)"', page)[:3] == ["headline", "forecast", "observed"]
    contents = page[page.index('<nav class="toc"') : page.index("</nav>")]
    assert re.findall(r'href="#(\w+)"', contents)[:2] == ["headline", "forecast"]


def test_the_page_escapes_and_says_all(page: str, section: ForecastSection) -> None:
    text = part(page)
    for line in (*section.series[0].sentences, "From 2022-12, by learning. No dated event."):
        assert html.escape(line) in text
    assert "Reds &amp; &lt;Blues&gt;" in text
    assert "It knew &lt;nothing&gt; later." in text
    assert "<nothing>" not in text
    assert "rivalry evaluate made --keep" in text
    store = json.loads(re.search(r'id="chart-data">(.*?)</script>', page, re.S).group(1))  # type: ignore[union-attr]
    shown = re.findall(r'data-chart="([^"]+)"', text)
    assert shown == ["ahead-events", "past-events-1", "past-events-3"]
    assert set(shown) <= set(store["charts"])
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_without_a_forecast_there_is_no_section(run: ReportInput) -> None:
    page = render_report(run)
    assert 'id="forecast"' not in page
    assert 'href="#forecast"' not in page


def test_a_forecast_that_failed_says_why(run: ReportInput) -> None:
    given = ForecastInput(None, failed="R0821: nothing <fits>.", no_record="None is kept.")
    page = render_report(replace(run, forecast=given))
    text = part(page)
    assert "R0821: nothing &lt;fits&gt;." in text
    assert "data-chart" not in text
    start = page.index('<section id="headline"')
    assert "The forecast." not in page[start : page.index("</section>", start)]


def test_a_stale_record_is_not_shown(run: ReportInput) -> None:
    given = ForecastInput(
        forecast_of(), no_record="It is stale.", renew="rivalry evaluate made --keep"
    )
    text = part(render_report(replace(run, forecast=given)))
    assert "It is stale." in text
    assert "<code>rivalry evaluate made --keep</code>" in text
    assert "record-table" not in text


# --------------------------------------------------------------------------------- the browser


@pytest.fixture(scope="module", params=(1280, 390))
def visit(
    request: pytest.FixtureRequest,
    with_forecast: ReportInput,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    open_page: Callable[..., Any] = request.getfixturevalue("open_page")
    path: Path = write_report(with_forecast, tmp_path_factory.mktemp("report") / "report.html")
    made = open_page(path.as_uri(), request.param)
    yield made
    made.context.close()


@pytest.mark.browser
def test_in_a_browser_all_is_drawn_and_fits(visit: Any) -> None:
    assert visit.messages == []
    assert len(visit.requests) == 1
    states = visit.page.eval_on_selector_all(
        "#forecast [data-chart]", "all => all.map(e => e.dataset.state)"
    )
    assert states == ["done"] * 3
    assert visit.wide() == [0, []]
    assert visit.cut() == []
    assert visit.overlapping() == []


@pytest.mark.browser
def test_misses_have_a_mark_of_their_own(visit: Any) -> None:
    drawn = visit.page.eval_on_selector_all(
        "#past-events-1 path[stroke='#b34700']", "all => all.length"
    )
    assert drawn == 6


@pytest.mark.browser
def test_tables_open_by_keyboard_and_leave_out_what_is_not_known(visit: Any) -> None:
    visit.page.focus("#past-events-1 details.data summary")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#past-events-1 tbody tr")
    heads = visit.page.eval_on_selector_all(
        "#past-events-1 thead th", "all => all.map(e => e.textContent)"
    )
    assert heads == ["month", "recorded", "model, middle", "90% band"]
    row = visit.page.eval_on_selector_all(
        "#past-events-1 tbody tr:nth-child(13) > *", "all => all.map(e => e.textContent)"
    )
    assert row == ["2022-01", "20", "5", "3 to 8"]


# ----------------------------------------------------------------------- beside the other numbers


def test_a_tile_of_a_forecast_series_has_the_record_and_the_forecast(
    with_forecast: ReportInput, section: ForecastSection
) -> None:
    """Free runs would give the same months a second answer, and are left to another section."""
    tiles = headline(with_forecast, Options(headline=("events", "fighters[reds]"))).figures
    assert (tiles[0].middle, tiles[0].low, tiles[0].when) == ("7", "", "December 2022")
    assert tiles[0].recorded
    year = section.series[0].sentences[0]
    assert tiles[0].sentences == ("The forecast: " + year[0].lower() + year[1:],)
    # what is not forecast stays as it was
    assert not tiles[1].recorded
    assert tiles[1].low


def test_the_tile_says_whose_number_it_is(with_forecast: ReportInput) -> None:
    page = render_report(with_forecast)
    start = page.index('class="key-figures')
    tile = page[start : page.index("</ul>", start)]
    (events,) = (t for t in tile.split("<li>") if "The forecast: out of 100" in t)
    assert "the record<br>December 2022" in events
    assert "middle of the runs" not in events


def test_a_forecast_from_a_month_without_a_figure_leaves_the_tile(
    with_forecast: ReportInput,
) -> None:
    counts = np.full(36, 5.0)
    counts[-1] = np.nan
    given = replace(with_forecast, forecast=ForecastInput(forecast_of(counts)))
    (tile,) = headline(given, Options(headline=("events",))).figures
    assert not tile.recorded


@pytest.mark.parametrize("first", ["2023-01", "2022-07"])
def test_the_free_reference_of_a_what_if_is_set_beside_the_forecast(
    with_forecast: ReportInput, first: str
) -> None:
    """100 a month in the reference, a median of 54 a year in the forecast; months before it out."""
    start = Month.parse(first)
    reference = np.full((20, 24, 1), 100.0)
    reference[:, : Month.parse("2023-01") - start] = 7.0
    free = Contrast(WhatIf("pay", "Pay"), start, ("y:events",), reference, reference + 1, None)
    (line,) = beside_forecast(with_forecast, [free], ["y:events", "fighters[reds]"])
    assert "Sums of the 12 months to December 2023" in line
    assert ": 1,200 in the reference, 54 in the forecast." in line
    # what goes on from the record is no free run
    assert beside_forecast(with_forecast, [replace(free, from_states=ORIGIN)], ["y:events"]) == []
