"""A new case from facts made by hand: what is written, that it loads, and what its priors say."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from rivalry.cases import load_case
from rivalry.cases.new import (
    DyadFacts,
    Origin,
    Rivalry,
    Row,
    Side,
    render_case,
    write_case,
)
from rivalry.engine import simulate
from rivalry.foundation import Month, RivalryError

A = Side(11, "North", "rebel")
B = Side(12, "South", "rebel", Month.parse("2018-05"))
G = Side(13, "Government of Nowhere", "government")
C = Side(1, "Civilians", "civilians")
ORIGIN = Origin(
    "made", "Figures made by hand", "1", ("A. Hand (2020), Figures.",), made="2020-01-02"
)


def monthly(id: int, a: Side, b: Side, kind: int, scale: int = 10, start: str = "2018-01"):
    """36 months; each event kills three: two of side b and one civilian."""
    rows = []
    for k in range(36):
        n = scale + (k * 7) % 5
        rows.append(Row(Month.parse(start) + k, 3 * n, 2 * n, 4 * n, n, 0, 2 * n, n, 0))
    return DyadFacts(id, f"{a.name} - {b.name}", kind, a, b, "month", tuple(rows))


def yearly(id: int, a: Side, b: Side, kind: int):
    rows = (
        Row(Month.parse("2018-01"), 300, 250, 400),
        Row(Month.parse("2019-01"), None, 0, 24),
        Row(Month.parse("2020-01"), 90, 90, 90),
    )
    return DyadFacts(id, f"{a.name} - {b.name}", kind, a, b, "year", rows)


WHOLE = Rivalry(
    (monthly(1, A, B, 2), monthly(2, G, A, 1, 40), monthly(3, A, C, 3, 2), yearly(4, G, B, 1)),
    ORIGIN,
    command="rivalry new made",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    written = write_case(WHOLE, tmp_path_factory.mktemp("new"), "made")
    return load_case(written.folder)


def test_a_case_of_every_kind_of_dyad_loads_with_no_warning_but_its_assumptions(whole):
    assert [p.code for p in whole.warnings] == ["R0216"]
    names = [o.name for o in whole.model.observations]
    assert names == [
        "events_north_south", "deaths_north_south",
        "events_government_nowhere_north", "deaths_government_nowhere_north",
        "events_north_civilians", "deaths_north_civilians",
        "deaths_government_nowhere_south",
    ]  # fmt: skip
    assert [o.every for o in whole.model.observations] == ["month"] * 6 + ["year"]
    assert str(whole.model.time.start) == "2018-01"
    assert str(whole.model.time.end) == "2022-12"


def test_actors_have_ids_and_a_status_from_their_first_event_on(whole):
    actors = whole.spec.actors
    assert {n: a.ucdp for n, a in actors.items()} == {
        "north": 11, "south": 12, "government_nowhere": 13, "civilians": None,
    }  # fmt: skip
    assert actors["government_nowhere"].status == "government"
    assert actors["north"].status == "rebel"
    (span,) = actors["south"].status
    assert (span.status, span.from_) == ("rebel", "2018-05")


def test_nobody_dies_in_a_dyad_before_its_side_is_there(whole):
    draws = simulate(whole.model, n_draws=40, seed=1, outputs=["deaths_month_north_south"])
    deaths = draws["deaths_month_north_south"].values
    assert deaths[:, :4].sum() == 0
    assert deaths[:, 4:36].sum() > 0


def test_governments_and_civilians_neither_change_sides_nor_are_defected_to(whole):
    flows = {f.name for f in whole.model.flows if f.name.startswith("defection")}
    assert flows == {"defection_north_to_south", "defection_south_to_north"}


def test_the_tables_hold_the_figures_and_leave_open_what_is_not_known():
    files = render_case(WHOLE)
    rows = list(csv.DictReader(io.StringIO(files["data/north_south.csv"])))
    assert len(rows) == 36
    assert rows[1] == {
        "month": "2018-02", "events": "12", "best": "36", "low": "24", "high": "48",
        "deaths_a": "0", "deaths_b": "24", "deaths_civilians": "12", "deaths_unknown": "0",
    }  # fmt: skip
    text = files["data/government_nowhere_south.csv"]
    assert text.splitlines()[1:] == ["2018,300,250,400", "2019,,0,24", "2020,90,90,90"]


def test_the_priors_cover_the_scale_of_the_figures(whole):
    monthly_names = [o for o in whole.model.observations if o.every == "month"]
    draws = simulate(whole.model, n_draws=400, seed=2, outputs=[])
    for o in monthly_names:
        seen = np.nanmean(o.data[4:36])
        means = draws[f"y:{o.name}"].values[:, 4:36].mean(axis=1)
        low, high = np.quantile(means, (0.1, 0.9))
        assert low < seen < high, o.name
        assert high / max(low, 0.1) > 5, "a guess has no business to be sure"


def test_scales_know_nothing_of_figures_after_the_first_two_years():
    dyad = WHOLE.dyads[0]
    late = tuple(
        r if k < 24 else replace(r, best=9000, events=900) for k, r in enumerate(dyad.rows)
    )
    changed = replace(WHOLE, dyads=(replace(dyad, rows=late), *WHOLE.dyads[1:]))
    before, after = (render_case(r)["case.yaml"].splitlines() for r in (WHOLE, changed))
    differing = [a for a, b in zip(before, after, strict=True) if a != b]
    assert len(differing) == 1, differing
    assert differing[0].lstrip().startswith("# North and South: non-state")


@pytest.mark.parametrize(
    "name", ['"; {evil: 1}', "a\nstocks: {x: 1}", "# &anchor *x", "<< dataset >>", "", "yes", "٣"]
)
def test_a_name_from_the_data_stays_a_name(name, tmp_path):
    side = Side(21, name, "rebel")
    rivalry = Rivalry((monthly(5, side, B, 2),), ORIGIN)
    case = load_case(write_case(rivalry, tmp_path, "odd").folder)
    label = next(iter(case.spec.actors.values())).label
    assert label == (" ".join(name.split()) or "Actor 21")
    assert len(case.model.stocks) == 3


def test_groups_of_one_name_get_names_of_their_own(tmp_path):
    twin = Side(31, "North!", "rebel")
    case = load_case(
        write_case(Rivalry((monthly(6, A, twin, 2),), ORIGIN), tmp_path, "twin").folder
    )
    assert list(case.spec.actors) == ["north", "north_2"]


def test_a_dyad_without_an_id_is_counted_all_the_same(tmp_path):
    a, b = Side(0, "North", "rebel"), Side(0, "Military Forces of X", "government")
    case = load_case(write_case(Rivalry((monthly(0, a, b, 1),), ORIGIN), tmp_path, "free").folder)
    draws = simulate(case.model, n_draws=20, seed=1, outputs=[])
    assert draws["y:deaths_north_military_forces_of_x"].values.sum() > 0


def test_a_folder_that_is_there_is_left_alone_unless_forced(tmp_path):
    folder = write_case(WHOLE, tmp_path, "made").folder
    (folder / "ledger.yaml").write_text("mine")
    with pytest.raises(RivalryError) as caught:
        write_case(WHOLE, tmp_path, "made")
    assert caught.value.problems[0].code == "R1232"
    assert (folder / "ledger.yaml").read_text() == "mine"
    again = write_case(WHOLE, tmp_path, "made", force=True)
    assert again.kept is not None
    assert (again.kept / "ledger.yaml").read_text() == "mine"
    assert load_case(folder).name == "made"


def test_a_folder_that_is_no_case_is_left_alone_even_if_forced(tmp_path):
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "thesis.txt").write_text("years")
    with pytest.raises(RivalryError) as caught:
        write_case(WHOLE, tmp_path, "made", force=True)
    assert caught.value.problems[0].code == "R1232"
    assert [p.name for p in tmp_path.iterdir()] == ["made"]


def test_a_case_that_does_not_load_is_not_left_behind(tmp_path, monkeypatch):
    folder = write_case(WHOLE, tmp_path, "made").folder
    before = (folder / "case.yaml").read_text()
    broken = {**render_case(WHOLE), "case.yaml": "rivalry: 1\n"}
    monkeypatch.setattr("rivalry.cases.new._write.render_case", lambda _: broken)
    with pytest.raises(RivalryError):
        write_case(WHOLE, tmp_path, "made", force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["made"]
    assert (folder / "case.yaml").read_text() == before


@pytest.mark.parametrize("name", ["afghanistan", "../x", "", ".hidden", "a b", "x" * 65])
def test_a_name_that_would_not_work_is_refused(name, tmp_path):
    with pytest.raises(RivalryError) as caught:
        write_case(WHOLE, tmp_path, name)
    assert caught.value.problems[0].code == "R1234"
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_assumed_counts_as_resting_on_a_source(whole):
    assert whole.assumptions == whole.elements
    text = render_case(WHOLE)["case.yaml"]
    assert [line for line in text.splitlines() if "ASSUMED" in line and "source: [" in line] == []
    # what does come from the data keeps its source
    assert all(a.source == ["S1"] for a in whole.spec.actors.values())
    assert all(o.source == ["S1"] for o in whole.spec.observations.values())
