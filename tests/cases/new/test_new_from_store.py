"""A new case's facts read from a store, against figures counted by hand."""

from __future__ import annotations

import pytest

from rivalry.cases.new import Known, find_dyad, rivalry_from_store
from rivalry.data import Store
from rivalry.foundation import Month, RivalryError

_HEAD = (
    "id,year,type_of_violence,conflict_new_id,conflict_name,dyad_new_id,dyad_name,side_a_new_id,"
    "side_a,side_b_new_id,side_b,country,country_id,date_start,date_end,deaths_a,deaths_b,"
    "deaths_civilians,deaths_unknown,best,high,low"
)


def _event(id, kind, dyad, a, b, start, end, dead):
    (ai, an), (bi, bn) = a, b
    best = sum(dead)
    cells = [id, start[:4], kind, 1, "c", dyad, f"{an} - {bn}", ai, an, bi, bn, "X", 5, start, end,
             *dead, best, best + 1, max(best - 1, 0)]  # fmt: skip
    return ",".join(map(str, cells))


RED, BLUE, STATE, NOBODY = (11, "Red"), (12, "Blue"), (13, "Government of X"), (9999, "Civilians")
_EVENTS = [
    _event(1, 2, 100, RED, BLUE, "2018-02-03", "2018-02-03", (1, 2, 0, 0)),
    _event(2, 2, 100, RED, BLUE, "2018-02-28", "2018-03-02", (0, 0, 4, 1)),
    _event(3, 2, 100, RED, BLUE, "2018-07-01", "2018-07-01", (5, 0, 0, 0)),
    _event(4, 1, 101, STATE, RED, "2018-01-09", "2018-01-09", (1, 1, 1, 1)),
    _event(5, 3, 102, RED, NOBODY, "2019-06-30", "2019-06-30", (0, 0, 7, 0)),
    _event(6, 1, 101, STATE, RED, "2019-12-31", "2019-12-31", (1, 0, 0, 0)),
]
_YEARS = """conflict_id,dyad_id,org,side_a_name,side_a_id,side_b_name,side_b_id,year,\
best_fatality_estimate,low_fatality_estimate,high_fatality_estimate,location,version
1,100,1,Red,11,Blue,12,2018,13,12,14,X,23.1
2,200,1,Red,11,Green,14,2015,40,30,50,X,23.1
2,200,1,Red,11,Green,14,2017,90,90,95,X,23.1
3,300,1,Grey,15,Old,16,2019,30,30,30,X,23.1
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    home = tmp_path_factory.mktemp("store")
    events = home / "events.csv"
    events.write_text("\n".join([_HEAD, *_EVENTS]) + "\n")
    years = home / "nonstate.csv"
    years.write_text(_YEARS)
    found = Store(home / "events.duckdb")
    found.import_files(events, version="20.1", covers="2018-01..2019-12")
    found.import_files(years)
    return found


def test_events_become_months_without_gaps(store):
    rivalry = rivalry_from_store(store, ["Red - Blue"])
    (dyad,) = rivalry.dyads
    assert (dyad.id, dyad.every, dyad.events, dyad.deaths) == (100, "month", 3, 13)
    assert (str(dyad.first), str(dyad.last), len(dyad.rows)) == ("2018-02", "2019-12", 23)
    first = dyad.rows[0]
    # an event counts to the month of its first day
    assert (first.events, first.best, first.low, first.high) == (2, 8, 6, 10)
    assert (first.side_a, first.side_b, first.civilians, first.unknown) == (1, 2, 4, 1)
    assert (dyad.rows[1].events, dyad.rows[1].best) == (0, 0)
    assert (dyad.a.kind, dyad.b.kind) == ("rebel", "rebel")


def test_several_dyads_share_a_start_and_know_their_sides(store):
    rivalry = rivalry_from_store(store, ["100", "Government of X - Red", "Red - Civilians"])
    assert {str(d.first) for d in rivalry.dyads} == {"2018-01"}
    assert rivalry.dyads[0].rows[0].events == 0
    state, red, nobody = rivalry.dyads[1].a, rivalry.dyads[1].b, rivalry.dyads[2].b
    assert [s.kind for s in (state, red, nobody)] == ["government", "rebel", "civilians"]
    assert [g.name for g in rivalry.groups] == ["Red", "Blue", "Government of X"]
    blue = rivalry.dyads[0].b
    assert str(blue.first) == "2018-01", "the yearly table has it from 2018 on"


def test_a_dyad_of_the_yearly_tables_alone_becomes_years(store):
    (dyad,) = rivalry_from_store(store, ["green"]).dyads
    assert (dyad.id, dyad.every) == (200, "year")
    assert [(r.when.year, r.best, r.low, r.high) for r in dyad.rows] == [
        (2015, 40, 30, 50), (2016, None, 0, 24), (2017, 90, 90, 95),
        *((y, None, 0, 24) for y in range(2018, dyad.last.year + 1)),
    ]  # fmt: skip


def test_a_data_set_can_be_chosen(store):
    (dyad,) = rivalry_from_store(store, ["Red - Blue"], dataset="ucdp-nonstate").dyads
    assert (dyad.every, dyad.deaths) == ("year", 13)
    assert rivalry_from_store(store, ["100"], dataset="ucdp-ged@20.1").origin.version == "20.1"
    assert rivalry_from_store(store, ["100"], dataset="20.1").dyads[0].every == "month"
    with pytest.raises(RivalryError) as caught:
        rivalry_from_store(store, ["100"], dataset="ucdp-gde")
    (problem,) = caught.value.problems
    assert problem.code == "R1216"
    assert "ucdp-ged" in problem.remedy


def test_a_span_cuts_the_figures(store):
    span = Month.parse("2018-06"), Month.parse("2019-06")
    (dyad,) = rivalry_from_store(store, ["100"], first=span[0], last=span[1]).dyads
    assert (str(dyad.first), str(dyad.last), dyad.events) == ("2018-06", "2019-06", 1)


def test_a_span_without_violence_or_with_few_months_is_refused(store):
    for first, last in (("2018-09", "2019-12"), ("2018-02", "2018-07")):
        with pytest.raises(RivalryError) as caught:
            rivalry_from_store(store, ["100"], first=Month.parse(first), last=Month.parse(last))
        assert caught.value.problems[0].code == "R1233"


@pytest.mark.parametrize(
    ("word", "first", "last", "message"),
    [
        ("100", "2019-01", "2018-01", "the span 2019-01 to 2018-01 runs backwards"),
        ("100", "2030-01", None, "ucdp-ged does not cover the span from 2030-01: it covers 2018-01 "
         "to 2019-12"),
        ("100", None, "2017-06", "does not cover the span to 2017-06"),
        ("200", "1990-01", "1992-12", "does not cover the span from 1990-01 to 1992-12"),
        ("100", "2018-09", None, "dyad 100 (Red - Blue) has no violence in this span"),
    ],
)  # fmt: skip
def test_a_span_is_refused_for_what_is_wrong_with_it(store, word, first, last, message):
    span = [None if m is None else Month.parse(m) for m in (first, last)]
    with pytest.raises(RivalryError) as caught:
        rivalry_from_store(store, [word], first=span[0], last=span[1])
    (problem,) = caught.value.problems
    assert problem.code == "R1233"
    assert message in problem.message
    if "backwards" in message:
        assert "--from 2018-01 --to 2019-01" in problem.remedy


def test_a_table_without_ids_is_not_given_one_in_messages(tmp_path):
    own = tmp_path / "own.csv"
    rows = [
        f"2018-0{k}-05,{a},{b},3" for k in range(1, 5) for a, b in (("Ox", "Elk"), ("Ox", "Yak"))
    ]
    own.write_text("\n".join(["date,side_a,side_b,deaths", *rows]) + "\n")
    store = Store(tmp_path / "own.duckdb")
    store.import_files(own, version="1")
    with pytest.raises(RivalryError, match=r"dyad [^(]+ has figures for 4 months") as caught:
        rivalry_from_store(store, ["Elk"])
    assert "dyad 0" not in str(caught.value)
    with pytest.raises(RivalryError) as caught:
        store.panel(dyad="Ox")
    remedy = caught.value.problems[0].remedy
    names = store.dyads()["dyad_name"].tolist()
    assert len(names) == 2
    assert all(remedy.count(name) == 1 for name in names), remedy


def test_where_the_figures_come_from_is_kept(store):
    origin = rivalry_from_store(store, ["100"]).origin
    assert (origin.dataset, origin.version) == ("ucdp-ged", "20.1")
    ((name, digest),) = origin.files
    assert name == "events.csv"
    assert len(digest) == 64
    assert any("Sundberg" in c for c in origin.citation)


KNOWN = [
    Known("14637", "IS - SDF", 18124, "ged", True),
    Known("14637", "IS - SDF", 20548, "nonstate", False),
    Known("15241", "IS - HTS", 896, "ged", True),
    Known("14620", "Government of Syria - IS", 27542, "ged", True),
    Known("16207", "IS - JNIM", 908, "nonstate", False),
    Known("15108", "Government of Mali - JNIM", 3316, "brd", False),
]


@pytest.mark.parametrize(
    ("wanted", "id"),
    [
        ("14637", "14637"), ("IS - SDF", "14637"), ("sdf - is", "14637"), ("JNIM - IS", "16207"),
        ("HTS", "15241"), ("syria", "14620"), (" IS  -  HTS ", "15241"), ("mali - jn", "15108"),
    ],
)  # fmt: skip
def test_a_dyad_is_found(wanted, id):
    assert find_dyad(wanted, KNOWN).id == id


def test_of_a_dyad_with_events_and_years_the_events_are_taken():
    assert find_dyad("IS - SDF", KNOWN[::-1]).monthly


@pytest.mark.parametrize(
    ("wanted", "code", "names"),
    [
        ("IS", "R1231", ["14620 Government of Syria - IS", "14637 IS - SDF"]),
        ("Islamic State - SDF", "R1230", ["14637 IS - SDF"]),
        ("JNMI - IS", "R1230", ["16207 IS - JNIM"]),
        ("", "R1230", []),
    ],
)
def test_a_name_that_fits_none_or_several_says_which_are_near(wanted, code, names):
    with pytest.raises(RivalryError) as caught:
        find_dyad(wanted, KNOWN)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert caught.value.exit_code == 2
    for name in names:
        assert name in problem.message + problem.remedy
