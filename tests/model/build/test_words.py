"""Messages that name what is wrong, and places counted as people count."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("date", ["2020-13-18", "2021-02-30", "0000-05-01"])
def test_an_impossible_date_is_named(small, faults, date):
    shocks = {"jolt": {"date": date, "add": {"people": 5}}}
    found = faults(small(shocks=shocks))
    assert [(p.code, p.where) for p in found] == [("R0505", "shocks.jolt.date")]
    assert repr(date) in found[0].message


def test_an_impossible_date_in_a_formula_is_named(small, faults):
    found = faults(small(auxiliaries={"y": "after('2020-13-18')"}))
    assert [p.code for p in found] == ["R0505"]
    assert "'2020-13-18'" in found[0].message


def test_items_are_counted_from_one(small, faults):
    spans = [
        {"status": "rebel", "until": "2020-05"},
        {"status": "government", "from": "2020-05", "until": "2020-08"},
        {"status": "rebel", "from": "2020-06"},
    ]
    found = faults(small(actors={"state": {"status": spans}}))
    assert [p.where for p in found] == ["actors.state.status.3"]


def test_an_actor_is_no_stock(small, faults):
    case = small(
        actors={"platform": {"status": "rebel"}},
        flows={"join": {"from": "people", "to": "platform", "hazard": "0.1 / month"}},
        parameters={"month": 1},
    )
    found = [p for p in faults(case) if p.where == "flows.join.to"]
    assert [p.code for p in found] == ["R0509"]
    assert "platform is an actor, not a stock" in found[0].message


def test_an_actor_has_no_value(small, faults):
    case = small(actors={"platform": {"status": "rebel"}}, auxiliaries={"y": "2 * platform"})
    found = faults(case)
    assert [p.code for p in found] == ["R0303"]
    assert "is an actor" in found[0].message


@pytest.mark.parametrize("factor", [-1, -0.5, float("inf"), float("nan")])
def test_scenarios_scale_by_finite_factors_from_zero_up(case, faults, factor):
    case["scenarios"]["harsh"]["scale"] = {"capture_rate": factor}
    found = faults(case)
    assert [(p.code, p.where) for p in found] == [("R0513", "scenarios.harsh.scale.capture_rate")]


def test_a_scenario_may_scale_to_nothing(case, build):
    case["scenarios"]["harsh"]["scale"] = {"capture_rate": 0}
    assert build(case).scenarios["harsh"].scale == {"capture_rate": 0}
