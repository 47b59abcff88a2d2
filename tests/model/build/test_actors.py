"""Statuses, UCDP violence types, dyad ids, and the accumulators that file violence by them."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.model.build._calendar import STATUSES, violence_type
from rivalry.model.ir import describe

#: Substep of 2021-08-15 on a grid of half months from 2021-07: the nearest start is 16 August.
TAKEOVER = 3

# The record of the case that the package is about: until the Taliban took Kabul on 2021-08-15 their
# fight with Islamic State was between two rebels (non-state, UCDP dyad 14542); since then it is
# a government's (state-based), filed under 14320, which before was Republic against Islamic State.
AFGHANISTAN = {
    "time": {"start": "2021-07", "end": "2021-10", "substeps": 2},
    "actors": {
        "taliban": {
            "ucdp": 303,
            "status": [
                {"status": "rebel", "until": "2021-08-15"},
                {"status": "government", "from": "2021-08-15"},
            ],
        },
        "iskp": {"status": "rebel"},
        "republic": {"status": [{"status": "government", "until": "2021-08-15"}]},
        "civilians": {"status": "civilians"},
    },
    "dyads": {
        "taliban_iskp": {
            "sides": ["taliban", "iskp"],
            "ucdp": [
                {"id": 14542, "until": "2021-08-15"},
                {"id": 14320, "from": "2021-08-15"},
            ],
            "count": {"deaths": "killed_ti"},
        },
        "republic_iskp": {
            "sides": ["republic", "iskp"],
            "ucdp": [{"id": 14320, "until": "2021-08-15"}],
            "count": {"deaths": "killed_ri"},
        },
        "iskp_civilians": {"sides": ["iskp", "civilians"], "count": {"deaths": "killed_ic"}},
    },
    "flows": {
        "killed_ti": {"from": "people", "hazard": 0.1},
        "killed_ri": {"from": "people", "hazard": 0.1},
        "killed_ic": {"from": "people", "hazard": 0.1},
    },
}


def filed(model, accumulator: str) -> dict[str, list[float]]:
    """Flow -> 0/1 in each substep: whether it counts in an accumulator."""
    acc = next(a for a in model.accumulators if a.name == accumulator)
    inputs = {i.name: i.values.ravel() for i in model.inputs}
    found = {}
    for term in describe(acc.expr).split(" + "):
        *switch, flow = term.split(" * ")
        found[flow] = list(inputs[switch[0]]) if switch else [1.0] * 8
    return found


@pytest.fixture
def afghanistan(small, build):
    def make(**accumulators):
        return build(small(**AFGHANISTAN, accumulators=accumulators))

    return make


BEFORE = [1.0] * TAKEOVER + [0.0] * (8 - TAKEOVER)
AFTER = [1 - x for x in BEFORE]


def test_the_dyad_moves_from_non_state_to_state_based(afghanistan):
    model = afghanistan(
        ns={"violence": "deaths", "type": "non-state"},
        sb={"violence": "deaths", "type": "state-based"},
        os={"violence": "deaths", "type": "one-sided"},
        all={"violence": "deaths"},
    )
    assert filed(model, "ns") == {"killed_ti": BEFORE}
    assert filed(model, "sb") == {"killed_ti": AFTER, "killed_ri": BEFORE}
    assert filed(model, "os") == {"killed_ic": [1.0] * 8}
    # the Republic is absent afterwards
    assert filed(model, "all") == {
        "killed_ti": [1.0] * 8,
        "killed_ri": BEFORE,
        "killed_ic": [1.0] * 8,
    }


def test_14320_is_the_republic_s_before_and_the_taliban_s_after(afghanistan):
    model = afghanistan(
        old={"violence": "deaths", "ucdp": 14542},
        new={"violence": "deaths", "ucdp": 14320},
        both={"violence": "deaths", "ucdp": 14320, "type": "state-based"},
    )
    assert filed(model, "old") == {"killed_ti": BEFORE}
    assert filed(model, "new") == {"killed_ti": AFTER, "killed_ri": BEFORE}
    assert filed(model, "both") == filed(model, "new")


def test_each_death_is_filed_once(afghanistan):
    types = ("non-state", "state-based", "one-sided")
    model = afghanistan(**{t[0]: {"violence": "deaths", "type": t} for t in types})
    for flow, total in (("killed_ti", [1.0] * 8), ("killed_ri", BEFORE), ("killed_ic", [1.0] * 8)):
        parts = [filed(model, t[0]).get(flow, [0.0] * 8) for t in types]
        assert list(np.sum(parts, axis=0)) == total


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"violence": "deaths", "ucdp": 1}, "no dyad's deaths is ever filed under 1"),
        (
            {"violence": "deaths", "ucdp": 14542, "type": "state-based"},
            "ever filed under state-based, 14542",
        ),
        ({"violence": "wounded"}, "no dyad has a measure 'wounded'"),
        ({"violence": "death"}, "no dyad has a measure 'death'"),
    ],
)
def test_what_is_never_filed(small, faults, query, words):
    problems = faults(small(**AFGHANISTAN, accumulators={"x": query}))
    assert [(p.code, p.where) for p in problems] == [("R0511", "accumulators.x")]
    assert words in problems[0].message


@pytest.mark.parametrize("a", STATUSES)
@pytest.mark.parametrize("b", STATUSES)
def test_types_by_status(a, b):
    """UCDP GED codebook: state-based has a government on a side, non-state none."""
    found = violence_type(a, b)
    assert found == violence_type(b, a)
    if "absent" in (a, b):
        assert found is None
    elif "civilians" in (a, b):
        assert found == "one-sided"
    elif {a, b} <= {"rebel", "militia"}:
        assert found == "non-state"
    else:
        assert found == "state-based"


@pytest.mark.parametrize(
    ("status", "codes"),
    [
        ([{"status": "rebel"}, {"status": "government"}], ["R0506"]),
        (
            [{"status": "rebel", "until": "2021-09"}, {"status": "government", "from": "2021-08"}],
            ["R0506"],
        ),
        ([{"status": "rebel", "from": "2021-09", "until": "2021-08"}], ["R0505"]),
        ([{"status": "rebel", "from": "2021-09", "until": "2021-09"}], ["R0505"]),
        ([{"status": "rebel", "from": "0000-13"}], ["R0505"]),
        ([{"status": "rebel", "from": ""}], ["R0505"]),
        ([{"status": "rebel", "until": "soon"}], ["R0505"]),
    ],
)
def test_faulty_spans(small, faults, status, codes):
    time = {"start": "2021-07", "end": "2021-10"}
    problems = faults(small(time=time, actors={"x": {"status": status}}))
    assert [p.code for p in problems] == codes


def test_a_span_shorter_than_a_substep_is_read(small, build):
    status = [
        {"status": "rebel", "until": "2020-02-02"},
        {"status": "militia", "from": "2020-02-02", "until": "2020-02-04"},
        {"status": "government", "from": "2020-02-04"},
    ]
    model = build(small(actors={"x": {"status": status}}))
    assert model.actors[0].spans[1] == ("militia", "2020-02-02", "2020-02-04")


@pytest.mark.parametrize(
    ("dyad", "code", "where"),
    [
        ({"sides": ["taliban", "isk"]}, "R0303", "dyads.d.sides"),
        ({"sides": ["taliban", "taliban"]}, "R0519", "dyads.d.sides"),
        (
            {"sides": ["taliban", "iskp"], "count": {"m": "killed_ti"}, "integral": {"m": "1"}},
            "R0519",
            "dyads.d.integral.m",
        ),
        (
            {"sides": ["taliban", "iskp"], "ucdp": [{"id": 1}, {"id": 2, "from": "2021-08"}]},
            "R0519",
            "dyads.d.ucdp.2",
        ),
        (
            {"sides": ["taliban", "iskp"], "ucdp": [{"id": 1, "from": "2021-9"}]},
            "R0505",
            "dyads.d.ucdp.1",
        ),
        # measures are read even if no accumulator sums them up
        ({"sides": ["taliban", "iskp"], "count": {"m": "nothing"}}, "R0303", "dyads.d.count.m"),
        ({"sides": ["taliban", "iskp"], "integral": {"m": "1 +"}}, "R0301", "dyads.d.integral.m"),
        (
            {"sides": ["taliban", "iskp"], "integral": {"m": "killed_ti"}},
            "R0306",
            "dyads.d.integral.m",
        ),
        ({"sides": ["taliban", "iskp"], "count": {"m": "people"}}, "R0511", "dyads.d.count.m"),
    ],
)
def test_faulty_dyads(small, faults, dyad, code, where):
    sections = {**AFGHANISTAN, "dyads": {"d": dyad}}
    assert [(p.code, p.where) for p in faults(small(**sections))] == [(code, where)]


def test_an_absent_side_counts_nothing(small, faults):
    """Outside all of its spans an actor is absent."""
    sections = {
        **AFGHANISTAN,
        "actors": {
            "taliban": {"status": [{"status": "rebel", "from": "2030-01"}]},
            "iskp": {"status": "rebel"},
        },
        "dyads": {"d": {"sides": ["taliban", "iskp"], "count": {"deaths": "killed_ti"}}},
        "accumulators": {"x": {"violence": "deaths"}},
    }
    assert [p.code for p in faults(small(**sections))] == ["R0511"]


def test_a_measure_has_one_form_in_all_dyads(small, faults):
    dyads = {
        "one": {"sides": ["taliban", "iskp"], "count": {"m": "killed_ti"}},
        "two": {"sides": ["iskp", "civilians"], "integral": {"m": "5"}},
    }
    sections = {**AFGHANISTAN, "dyads": dyads, "accumulators": {"x": {"violence": "m"}}}
    assert [p.code for p in faults(small(**sections))] == ["R0511"]


@pytest.mark.parametrize(
    "accumulator",
    [
        {},
        {"count": "killed_ti", "violence": "deaths"},
        {"count": "killed_ti", "type": "non-state"},
        {"integral": "people", "ucdp": 0},
        {"count": "people"},
        {"count": "1"},
    ],
)
def test_faulty_accumulators(small, faults, accumulator):
    problems = faults(small(**AFGHANISTAN, accumulators={"x": accumulator}))
    assert {p.code for p in problems} == {"R0511"}


@pytest.mark.parametrize(
    ("every", "period"),
    [("month", 1), ("quarter", 3), ("half-year", 6), ("year", 12), ("start", 0)],
)
def test_periods(afghanistan, every, period):
    model = afghanistan(x={"count": "killed_ti + killed_ri", "every": every})
    assert model.accumulators[0].period == period
    assert model.accumulators[0].kind == "count"


def test_dyads_of_rates(small, build):
    dyads = {"d": {"sides": ["taliban", "iskp"], "integral": {"events": "0.1 * people"}}}
    sections = {**AFGHANISTAN, "dyads": dyads, "accumulators": {"x": {"violence": "events"}}}
    assert build(small(**sections)).accumulators[0].kind == "integral"
