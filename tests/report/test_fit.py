"""The section on the fit, on a real and short fit of the two groups."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rivalry.cases import Case, load_case
from rivalry.engine import observed, simulate
from rivalry.foundation import RivalryError
from rivalry.inference import diagnose, open_fit
from rivalry.inference._diag_predict import check_series
from rivalry.model.diagram import build_graph
from rivalry.report import ReportInput, render_report, write_fit_page, write_report
from rivalry.report._fit import fit_section, parameter_label
from rivalry.report._fit_mixing import BARS, LANE, mixing, points_for, rank_counts
from rivalry.report._fit_series import pit_bars


@pytest.fixture(scope="module")
def case(open_two_groups: Path) -> Case:
    return load_case(str(open_two_groups))


@pytest.fixture(scope="module")
def fitted_run(case: Case, short_fit: Path) -> ReportInput:
    return ReportInput(
        case=case,
        ensemble=simulate(case.model, n_draws=20, seed=1),
        observed=observed(case.model),
        graph=build_graph(case.model),
        provenance={"seed": 1},
        fitted=True,
        posterior=short_fit,
    )


@pytest.fixture(scope="module")
def page(fitted_run: ReportInput) -> str:
    return render_report(fitted_run)


def section_of(page: str) -> str:
    start = page.index('<section id="fit"')
    return page[start : page.index("</section>", start)]


# ------------------------------------------------------------------------------ the drawings


def test_ranks_by_hand() -> None:
    # two chains of twenty draws that take turns: each has one of every two neighbours
    draws = np.arange(40.0).reshape(20, 2).T
    np.testing.assert_array_equal(rank_counts(draws), np.ones((2, BARS)))
    # the second wholly above the first
    apart = np.arange(40.0).reshape(2, 20)
    expected = np.array([[2.0] * 10 + [0.0] * 10, [0.0] * 10 + [2.0] * 10])
    np.testing.assert_array_equal(rank_counts(apart), expected)


def numbers(path: str) -> list[int]:
    return [int(x) for x in re.findall(r"-?\d+", path)]


def test_a_trace_is_drawn_in_its_own_lane_and_keeps_its_draws() -> None:
    draws = np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.0]])
    drawn = mixing("x", "X", "", draws, 1.0, 500, 500, points=3)
    lanes = drawn.trace.split("M")[1:]
    for k, (lane, values) in enumerate(zip(lanes, draws, strict=True)):
        found = numbers(lane)
        assert found[0] == 0
        ys = np.cumsum([found[1], *found[3::2]]) - k * LANE
        np.testing.assert_array_equal(ys, 1 + (1 - values) * (LANE - 2))
    assert drawn.points == 2
    assert drawn.height == 2 * LANE


def test_a_long_trace_takes_single_draws_and_never_means() -> None:
    draws = np.tile([0.0, 10.0, 5.0], (1, 400))
    drawn = mixing("x", "X", "", draws, 1.0, 500, 500, points=100)
    assert drawn.points <= 100
    assert drawn.ends == "0 to 10"


def test_traces_keep_within_their_budget() -> None:
    assert points_for(4, 4) == 160
    assert points_for(165, 4) == 40
    assert 40 < points_for(60, 4) < 160


def test_the_outline_of_the_transform_ends_where_it_should() -> None:
    flat = check_series("s", np.array([0.5, 1.5]), None, np.tile([[0.0], [1.0], [2.0]], (1, 2)))
    assert flat is not None
    heights = [20 - float(x) for x in re.findall(r"V([\d.]+)h1", pit_bars(flat))]
    np.testing.assert_allclose(heights, np.minimum(np.array(flat.pit) * 100, 20), atol=0.05)


# ------------------------------------------------------------------------------- the words


def test_the_table_is_ordered_and_names_what_the_data_did_not_move(
    case: Case, short_fit: Path
) -> None:
    section = fit_section(open_fit(short_fit), case)
    contractions = [r.of.contraction for r in section.rows]
    assert contractions == sorted(contractions, reverse=True)
    unmoved = [r for r in section.rows if not r.of.moved]
    assert "return_rate" in [r.of.name for r in unmoved]
    assert {r.verdict for r in unmoved} == {"the data say little"}
    assert f"moved {4 - len(unmoved)} of 4 fitted parameters" in section.lead[0]


def test_the_section_says_the_same_as_the_diagnosis(case: Case, short_fit: Path, page: str) -> None:
    text = section_of(page)
    found = diagnose(open_fit(short_fit), case.model)
    for p in found.parameters:
        assert f"<code>{p.name}</code>" in text
        assert f"{p.rhat:.3f}" in text
    (series,) = found.series
    assert f"{series.inside90} of 120 data points" in text
    assert "The computation has not settled" in text
    assert text.count('<figure class="mixing">') == 4
    assert "the data fix the two together" in text
    assert "Proposals accepted" in text


def test_months_that_the_tempo_explains_are_named(case: Case, short_fit: Path) -> None:
    fit = open_fit(short_fit)
    states = fit.groups["smoothed_states"].copy(deep=True)
    where = {"state": "tempo", "month": ["2015-03", "2015-04"]}
    states["quantiles"].loc[where] = np.array([2.0, 2.1, 2.2, 2.3, 2.4])[:, None]
    changed = type(fit)(fit.path, {**fit.groups, "smoothed_states": states})
    (surprise,) = fit_section(changed, case).surprises
    assert surprise.label == "Tempo of the war"
    assert any("March 2015 to April 2015: up to 2.2 times the usual" in s for s in surprise.spells)


def test_without_a_fit_one_honest_sentence(run: ReportInput) -> None:
    text = section_of(render_report(run))
    assert "There is no fit" in text
    assert "rivalry fit made" in text
    assert "<table" not in text
    assert "<svg" not in text


def test_absent_groups_are_left_out_with_a_sentence(case: Case, short_fit: Path) -> None:
    fit = open_fit(short_fit)
    bare = type(fit)(fit.path, {"posterior": fit.groups["posterior"]})
    section = fit_section(bare, None)
    assert not section.charts
    assert not section.surprises
    told = " ".join(section.notes)
    assert "no posterior predictive" in told
    assert "no smoothed states" in told
    assert [r.verdict for r in section.rows] == ["not known"] * 4


def test_labels_are_the_cases_own(case: Case) -> None:
    assert parameter_label(case, "reported")[0] == "Share of deaths that leads to a reported event"
    assert parameter_label(None, "reported") == ("reported", "")


def test_the_section_is_small(page: str) -> None:
    assert len(section_of(page)) < 60_000


def test_a_broken_posterior_is_a_coded_error(fitted_run: ReportInput, tmp_path: Path) -> None:
    import dataclasses

    broken = tmp_path / "posterior.nc"
    broken.write_bytes(b"CDF")
    with pytest.raises(RivalryError) as caught:
        render_report(dataclasses.replace(fitted_run, posterior=broken))
    assert caught.value.problems[0].code == "R0826"


def test_hostile_names_stay_text(short_fit: Path, hostile: str, tmp_path: Path) -> None:
    fit = open_fit(short_fit)
    posterior = fit.groups["posterior"].rename({"reported": hostile})
    posterior.attrs["case"] = hostile
    renamed = type(fit)(fit.path, {**fit.groups, "posterior": posterior})
    text = write_fit_page(renamed, tmp_path / "fit.html").read_text()
    assert hostile not in text
    assert "<img src=x" not in text


# ----------------------------------------------------------------------------- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_section_in_a_browser(
    fitted_run: ReportInput, tmp_path: Path, open_page: Callable[..., Any], width: int
) -> None:
    visit = open_page(write_report(fitted_run, tmp_path / "report.html").as_uri(), width)
    assert visit.messages == []
    assert visit.wide() == [0, []]
    assert visit.cut() == []
    assert visit.overlapping() == []
    for key in ("fit-events", "fit-state-tempo"):
        assert visit.page.get_attribute(f"[data-chart={key}]", "data-state") == "done"
    for drawing in visit.page.locator("#fit .lanes svg").all():
        box = drawing.bounding_box()
        assert box["width"] > 60
        assert box["height"] == pytest.approx(2 * LANE, abs=3)
    visit.context.close()


@pytest.mark.browser
def test_rows_are_filtered_and_put_in_order(
    case: Case, short_fit: Path, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    found = diagnose(open_fit(short_fit), case.model).parameters
    page = write_fit_page(open_fit(short_fit), tmp_path / "fit.html", case=case)
    visit = open_page(page.as_uri(), 1280)
    names = visit.page.locator("#fit-table tr:visible th code")
    visit.page.select_option("[data-order]", "rhat")
    assert names.all_inner_texts() == [p.name for p in sorted(found, key=lambda p: -p.rhat)]
    visit.page.select_option("[data-order]", "-ess")
    assert names.all_inner_texts() == [p.name for p in sorted(found, key=lambda p: p.ess_bulk)]
    visit.page.select_option("form[data-filter=fit-table] select[name=moved]", "no")
    assert set(names.all_inner_texts()) == {p.name for p in found if not p.moved}
    assert visit.messages == []
    assert visit.requests == [page.as_uri()]
    visit.context.close()
