"""Pages of evaluations and of forecasts from panels."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rivalry.forecast import (
    POLICY,
    Panel,
    ScoreTables,
    auto_forecast,
    conflictology,
    evaluate_panel,
    last,
    tabulate,
)
from rivalry.foundation import Month
from rivalry.report import (
    EvaluationReport,
    PanelForecast,
    write_evaluation_page,
    write_panel_forecast,
)
from rivalry.report._evaluation_charts import calibration_figures, score_figures, unit_shares
from rivalry.report._evaluation_words import _of_100, _runs, change, headline, step_words, verdict

HOSTILE = "</script><img src=x onerror=alert(1)>"
MODELS = ("auto", "conflictology", "last")
ORIGINS = tuple(Month.parse(m) for m in ("2018-06", "2018-09", "2018-12", "2019-06"))


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Forty units, three years; one has a name that no page should run."""
    rng = np.random.default_rng(4)
    level = np.geomspace(0.05, 200, 40)[:, None]
    counts = rng.negative_binomial(1, 1 / (1 + level), size=(40, 48)).astype(float)
    names = np.array([f"U{i:02d}" for i in range(39)] + [HOSTILE])
    order = np.argsort(names)
    return Panel(names[order], np.arange(445, 493), counts, "place", "deaths", source="made up")


@pytest.fixture(scope="module")
def tables(panel: Panel) -> ScoreTables:
    found = evaluate_panel(panel, ORIGINS, (1, 2, 6), MODELS, n_draws=120, threads=1)
    return tabulate(found.table, MODELS, resamples=100)


@pytest.fixture(scope="module")
def evaluation(tables: ScoreTables) -> EvaluationReport:
    return EvaluationReport(
        tables, ORIGINS, f"Deaths {HOSTILE}", "place", "deaths", "made.csv", POLICY,
        settings=(("Draws", "120"),), remarks=("Something is missing.",),
    )  # fmt: skip


def forecast_of(panel: Panel, steps: tuple[int, ...] = (1, 2, 3)) -> PanelForecast:
    words: Any = (panel, "2020-06", steps)
    draws = auto_forecast(*words, n_draws=100)
    return PanelForecast(
        (draws, last(*words, n_draws=100)), panel, conflictology(*words, n_draws=100), "made.csv"
    )


def test_units_are_shown_by_their_labels_and_models_explained(
    evaluation: EvaluationReport, tmp_path: Path
) -> None:
    labels = {"U38": "Deaths of the <largest>", "U37": "Raids", "U36": "Raids"}
    named = replace(evaluation, labels=labels, models=("'auto' is what it is.",))
    body = write_evaluation_page(named, tmp_path / "e.html").read_text()
    first = body.split('id="says"')[1].split("</section>")[0]
    assert "auto&#39; is what it is." in first
    # it stands before the first score
    assert first.index("is what it is.") < first.index("mean CRPS")
    table = body.split('id="unit-table"')[1].split("</table>")[0]
    assert "Deaths of the &lt;largest&gt;" in table
    assert ">U38<" not in table
    # two series of one label stay apart
    assert "Raids (U37)" in table
    assert "Raids (U36)" in table
    assert ">U35<" in table
    # files keep names
    assert "U38" in set(evaluation.tables.by_unit["unit"])


def test_the_page_says_what_the_tables_say(evaluation: EvaluationReport, tmp_path: Path) -> None:
    text = write_evaluation_page(evaluation, tmp_path / "e.html").read_text()
    body = text.split('<script type="application/json"')[0]
    tables = evaluation.tables
    auto = tables.scores[(tables.scores["model"] == "auto") & (tables.scores["months"] == "all")]
    assert f">{auto['crps'].iloc[0]:.4g}<" in body
    for words in ("made.csv", "Something is missing.", "Draws", "2018-06 to 2019-06", "4 origins"):
        assert words in body
    for line in (*headline(tables), *step_words(tables)):
        assert line.replace("'", "&#39;") in body
    assert "<img src=x" not in text
    assert len(re.findall(r'role="img" aria-label="[^"]{20,}', body)) == len(
        re.findall("data-chart=", body)
    )
    assert len(set(re.findall(r' id="([^"]+)"', body))) == len(re.findall(r' id="[^"]+"', body))


def test_every_chart_carries_its_own_rows(tables: ScoreTables) -> None:
    """The page fills in what is named; a name without rows would be an empty chart."""
    groups = {**score_figures(tables, "place", "deaths"), **calibration_figures(tables)}
    figures = [f for group in groups.values() for f in group]
    assert {k: len(v) for k, v in groups.items()} == {
        "step": 3, "year": 3, "unit": 1, "coverage": 2, "pit": 3, "reliability": 2,
    }  # fmt: skip

    def sources(part: Any) -> list[Any]:
        if isinstance(part, list):
            return [s for p in part for s in sources(p)]
        if not isinstance(part, dict):
            return []
        found = [part["data"]] if "data" in part and isinstance(part["data"], dict) else []
        return found + [s for p in part.values() for s in sources(p)]

    for figure in figures:
        data = sources(figure.spec)
        assert data
        assert all(d.get("values") for d in data), figure.key
        assert figure.alt


def test_shares_of_units_add_to_the_mean_difference(tables: ScoreTables) -> None:
    row = tables.difference("conflictology")
    assert row is not None
    assert unit_shares(tables)["share"].sum() == pytest.approx(row["mean"])


def test_one_model_alone_has_a_page_without_differences(
    evaluation: EvaluationReport, panel: Panel, tmp_path: Path
) -> None:
    found = evaluate_panel(panel, ORIGINS[:1], (1,), ("last",), n_draws=20, threads=1)
    alone = replace(evaluation, tables=tabulate(found.table), origins=ORIGINS[:1])
    text = write_evaluation_page(alone, tmp_path / "e.html").read_text()
    assert "against the others" not in text
    assert "1 origin," in text


@pytest.mark.parametrize(
    ("low", "high", "word"), [(-2, -1, "better"), (1, 2, "worse"), (-1, 1, "no clear difference")]
)
def test_a_difference_is_one_when_its_interval_says_so(low: float, high: float, word: str) -> None:
    assert verdict({"low": low, "high": high}) == word


def test_numbers_in_words() -> None:
    assert change(0.95) == "5.0% lower"
    assert change(1.2) == "20.0% higher"
    assert [_of_100(s) for s in (0, 0.001, 0.504, 0.9995, 1)] == [
        "0", "fewer than 1", "50", "more than 99", "100",
    ]  # fmt: skip
    assert _runs(["1", "2", "3", "6", "10", "11"]) == "1-3, 6, 10-11"


def test_a_forecast_of_few_units_has_a_chart_of_each(panel: Panel, tmp_path: Path) -> None:
    text = write_panel_forecast(forecast_of(panel), tmp_path / "f.html").read_text()
    body = text.split('<script type="application/json"')[0]
    assert len(re.findall("data-chart=", body)) == 40
    assert "<img src=x" not in text
    assert "last, mean" in body
    assert "made.csv" in body


def test_a_forecast_of_many_units_shows_those_with_most(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(np.arange(80)[:, None], size=(80, 30)).astype(float)
    many = Panel(np.arange(80), np.arange(463, 493), counts, "country_id", "deaths")
    body = write_panel_forecast(forecast_of(many), tmp_path / "f.html").read_text()
    body = body.split('<script type="application/json"')[0]
    shown = re.findall(r'class="figure-title">(\d+)<', body)
    assert len(shown) == 30
    assert min(map(int, shown)) > 35
    assert len(re.findall(r'<th scope="row" data-label="country_id">\d+<', body)) == 80


def test_nothing_after_the_origin_is_on_the_page(panel: Panel, tmp_path: Path) -> None:
    counts = np.array(panel.counts)
    counts[:, 42:] = 987654
    later = Panel(panel.units, panel.months, counts, panel.unit, panel.target)
    pages = [
        write_panel_forecast(forecast_of(p), tmp_path / f"{i}.html").read_text()
        for i, p in enumerate((panel, later))
    ]
    assert pages[0] == pages[1]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("kind", ["evaluation", "forecast", "scattered steps"])
def test_pages_in_a_browser(
    kind: str, width: int, evaluation: EvaluationReport, panel: Panel, tmp_path: Path,
    open_page: Callable[..., Any],
) -> None:  # fmt: skip
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if kind == "evaluation":
        path = write_evaluation_page(evaluation, tmp_path / "p.html")
    else:
        few = panel.select(panel.units[::8].tolist())
        steps = (1, 2, 3) if kind == "forecast" else (1, 6, 12)
        path = write_panel_forecast(forecast_of(few, steps), tmp_path / "p.html")
    visit = open_page(path.as_uri(), width)
    assert visit.messages == []
    assert visit.requests == [path.as_uri()]
    states = visit.page.eval_on_selector_all("[data-chart]", "all => all.map(e => e.dataset.state)")
    assert set(states) == {"done"}
    marks = visit.page.eval_on_selector_all(
        "[data-chart]", "all => all.map(e => e.querySelectorAll('.mark-rect path, .mark-line path, "
        ".mark-area path, .mark-symbol path, .mark-rule line').length)",
    )  # fmt: skip
    assert min(marks) > 2
    assert visit.wide() == [0, []]
    visit.context.close()
