"""Shocks of every kind, and when they act."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.model.ir import Const, ShockAction

BASE = {
    "time": {"start": "2021-01", "end": "2021-12", "substeps": 4},
    "stocks": {"people": {"initial": 100}, "camp[group]": {}},
    "levels": {"trust": {}},
    "parameters": {"p": 1, "q[group]": 2},
}


@pytest.fixture
def shock(small, build):
    def make(**content):
        return build(small(**BASE, shocks={"jolt": content})).shocks[0]

    return make


@pytest.mark.parametrize(
    ("content", "actions"),
    [
        ({"add": {"people": 5}}, [("add", None, "people", 5)]),
        ({"add": {"trust": -5}}, [("add", None, "trust", -5)]),
        ({"add": {"camp[a]": -5}}, [("add", None, "camp[a]", -5)]),
        ({"scale": {"people": 2}}, [("scale", None, "people", 2)]),
        ({"scale": {"trust": -1}}, [("scale", None, "trust", -1)]),
        ({"set": {"trust": 0}}, [("set", None, "trust", 0)]),
        ({"set": {"people": 0}}, [("set", None, "people", 0)]),
        (
            {"move": {"from": "people", "to": "camp[a]", "share": 0.5}},
            [("move_share", "people", "camp[a]", 0.5)],
        ),
        (
            {"move": {"from": "people", "number": 7}},
            [("move_number", "people", None, 7)],
        ),
        ({"move": {"to": "people", "number": 7}}, [("move_number", None, "people", 7)]),
        (
            {"add": {"people": 1}, "set": {"trust": 2}, "move": [{"to": "people", "number": 3}]},
            [
                ("add", None, "people", 1),
                ("move_number", None, "people", 3),
                ("set", None, "trust", 2),
            ],
        ),
    ],
)
@pytest.mark.parametrize("date", [{}, {"date": "2021-05"}])
def test_acts_once(shock, content, actions, date):
    found = shock(**content, **date)
    assert not found.lasting
    assert found.actions == tuple(
        ShockAction(kind, source, target, Const(amount)) for kind, source, target, amount in actions
    )


@pytest.mark.parametrize(
    ("content", "action"),
    [
        ({"set": {"p": 5}}, ("hold_set", "p", 5)),
        ({"scale": {"q[b]": 5}}, ("hold_scale", "q[b]", 5)),
    ],
)
def test_holds(shock, content, action):
    found = shock(**content, **{"from": "2021-03", "until": "2021-06"})
    assert found.lasting
    kind, target, amount = action
    assert found.actions == (ShockAction(kind, None, target, Const(amount)),)
    np.testing.assert_array_equal(found.fire, [0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("date", "month", "substep"),
    [
        ("2021-01", 0, 1),
        ("2021-12", 11, 1),
        ("2021-12-31", 11, 4),
        # 14 days of 31 are nearest to the start of the third quarter
        ("2021-08-15", 7, 3),
        ("2021-08-08", 7, 2),
    ],
)
def test_dates(shock, date, month, substep):
    fire = shock(date=date, add={"people": 1}).fire
    assert list(np.flatnonzero(fire)) == [month]
    assert fire[month] == substep


def test_without_a_date_it_waits(shock):
    assert not shock(add={"people": 1}).fire.any()


@pytest.mark.parametrize(
    ("limits", "months"),
    [
        ({"from": "2021-11"}, [10, 11]),
        ({"until": "2021-03"}, [0, 1]),
        ({"from": "1990-01", "until": "2021-02"}, [0]),
        ({"from": "2021-12", "until": "2090-01"}, [11]),
        ({"from": "2021-03-20", "until": "2021-05-20"}, [2, 3]),
    ],
)
def test_limits_are_whole_months(shock, limits, months):
    assert list(np.flatnonzero(shock(set={"p": 2}, **limits).fire)) == months


def test_what_a_lasting_shock_holds_can_be_scheduled(small, build):
    shocks = {"jolt": {"from": "2021-03", "scale": {"q[b]": 5}}}
    assert build(small(**BASE, shocks=shocks)).schedulable == ("q[b]",)


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        ({}, "R0510", ""),
        ({"date": "2021-05"}, "R0510", ""),
        ({"date": "2021-05", "from": "2021-05", "set": {"p": 1}}, "R0510", ""),
        ({"from": "2021-05", "add": {"people": 1}}, "R0510", ""),
        ({"from": "2021-05", "move": {"to": "people", "number": 1}}, "R0510", ""),
        ({"from": "2021-05", "set": {"trust": 1}}, "R0510", ".set.trust"),
        ({"set": {"p": 1}}, "R0510", ".set.p"),
        ({"add": {"p": 1}}, "R0510", ".add.p"),
        ({"add": {"2 * people": 1}}, "R0510", ".add.2 * people"),
        ({"add": {"": 1}}, "R0301", ".add."),
        ({"add": {"peple": 1}}, "R0303", ".add.peple"),
        ({"add": {"camp": 1}}, "R0305", ".add.camp"),
        ({"add": {"camp[c]": 1}}, "R0304", ".add.camp[c]"),
        ({"add": {"people": "trust"}}, "R0306", ".add.people"),
        ({"add": {"people": "~ nrmal(0, 1)"}}, "R0309", ".add.people"),
        ({"scale": {"people": -1}}, "R0507", ".scale.people"),
        ({"set": {"people": -1}}, "R0507", ".set.people"),
        ({"move": {"to": "people"}}, "R0510", ".move"),
        ({"move": {"to": "people", "share": 0.5}}, "R0510", ".move"),
        ({"move": {"from": "people", "share": 0.5, "number": 1}}, "R0510", ".move"),
        ({"move": {"number": 1}}, "R0510", ".move"),
        ({"move": {"from": "people", "to": "people", "number": 1}}, "R0510", ".move"),
        ({"move": {"from": "trust", "number": 1}}, "R0510", ".move"),
        ({"move": {"from": "people", "share": 1.5}}, "R0507", ".move"),
        ({"move": {"from": "people", "number": -1}}, "R0507", ".move"),
        ({"date": "2020-12", "add": {"people": 1}}, "R0505", ".date"),
        ({"date": "2022-01", "add": {"people": 1}}, "R0505", ".date"),
        ({"date": "0000-13", "add": {"people": 1}}, "R0505", ".date"),
        ({"date": "", "add": {"people": 1}}, "R0505", ".date"),
        ({"date": "2021-02-29", "add": {"people": 1}}, "R0505", ".date"),
        ({"from": "2021-05", "until": "2021-05", "set": {"p": 1}}, "R0505", ""),
        ({"from": "2021-05-01", "until": "2021-05-20", "set": {"p": 1}}, "R0505", ""),
        ({"from": "2021-05", "until": "2021-04", "set": {"p": 1}}, "R0505", ""),
        ({"from": "2030-01", "set": {"p": 1}}, "R0505", ""),
        ({"until": "2020-01", "set": {"p": 1}}, "R0505", ""),
    ],
)
def test_faults(small, faults, content, code, where):
    problems = faults(small(**BASE, shocks={"jolt": content}))
    assert [(p.code, p.where) for p in problems] == [(code, f"shocks.jolt{where}")]
