"""Parameters and priors: as sections, inline in start values, and in amounts of shocks."""

from __future__ import annotations

import math

import pytest

from rivalry.model.ir import Ref


@pytest.mark.parametrize(
    ("text", "prior"),
    [
        ("normal(0, 1)", ("normal", (0, 1))),
        ("normal(mean=-2, sd=1)", ("normal", (-2, 1))),
        ("normal(sd=1, mean=+2)", ("normal", (2, 1))),
        ("lognormal(log(30000), 0.3)", ("lognormal", (math.log(30000), 0.3))),
        ("uniform(-1, 2^3)", ("uniform", (-1, 8))),
        ("beta(2, 5)", ("beta", (2, 5))),
        ("gamma(4, 1/4)", ("gamma", (4, 0.25))),
        ("half_normal(sqrt(4))", ("half_normal", (2,))),
        ("exponential(exp(0) * 6)", ("exponential", (6,))),
        ("~ beta(2, 5)", ("beta", (2, 5))),
        ("~beta(2, 5)", ("beta", (2, 5))),
    ],
)
def test_priors(small, build, text, prior):
    found = build(small(parameters={"p": text})).parameters[0]
    assert found.value is None
    assert found.prior is not None
    assert found.prior[0] == prior[0]
    assert found.prior[1] == pytest.approx(prior[1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "R0301"),
        ("~", "R0301"),
        ("normal(0, 1", "R0301"),
        ("5", "R0309"),
        ("people", "R0309"),
        ("nromal(0, 1)", "R0309"),
        ("exp(1)", "R0309"),
        ("normal(0, 1) * 2", "R0309"),
        ("normal(0, p)", "R0309"),
        ("normal(0, 0)", "R0309"),
        ("normal(0, -1)", "R0309"),
        ("normal(log(0), 1)", "R0309"),
        ("normal(log(-1), 1)", "R0309"),
        ("normal(1/0, 1)", "R0309"),
        ("normal((-8)^0.5, 1)", "R0309"),
        ("normal(10^400, 1)", "R0309"),
        ("normal(1e308 * 10, 1)", "R0309"),
        ("normal(1 < 2, 1)", "R0309"),
        ("normal('2020-01', 1)", "R0309"),
        ("exponential(0)", "R0309"),
        ("beta(0, 1)", "R0309"),
        ("gamma(1, -1)", "R0309"),
        ("uniform(2, 1)", "R0309"),
        ("uniform(1, 1)", "R0309"),
        ("normal()", "R0308"),
        ("normal(1)", "R0308"),
        ("normal(1, 2, 3)", "R0308"),
        ("normal(1, 2, sd=3)", "R0308"),
        ("normal(1, sigma=3)", "R0308"),
    ],
)
def test_faulty_priors(small, faults, text, code):
    problems = faults(small(parameters={"p": {"prior": text}}))
    assert [(p.code, p.where) for p in problems] == [(code, "parameters.p.prior")]


@pytest.mark.parametrize(
    ("parameter", "code"),
    [
        ({}, "R0516"),
        ({"value": 1, "prior": "normal(0, 1)"}, "R0516"),
        ({"value": float("nan")}, "R0516"),
        ({"value": float("inf")}, "R0516"),
        ({"value": 1, "bounds": [2, 1]}, "R0516"),
        ({"value": 1, "bounds": [float("nan"), 1]}, "R0516"),
        ({"value": 3, "bounds": [None, 1]}, "R0507"),
        ({"value": -3, "bounds": [0, None]}, "R0507"),
        ({"prior": "beta(2, 5)", "bounds": [2, 3]}, "R0516"),
        ({"prior": "half_normal(1)", "bounds": [None, -1]}, "R0516"),
        ({"prior": "uniform(0, 1)", "bounds": [1, None]}, "R0516"),
        ({"value": {"a": 1}}, "R0313"),
    ],
)
def test_faulty_parameters(small, faults, parameter, code):
    assert [p.code for p in faults(small(parameters={"p": parameter}))] == [code]


def test_a_prior_by_element(small, build):
    model = build(
        small(
            parameters={
                "p[group]": {"prior": {"b": "beta(1, 2)", "a": "beta(3, 4)"}},
                "q[group]": "normal(0, 1)",
            }
        )
    )
    assert [(p.name, p.prior) for p in model.parameters] == [
        ("p[a]", ("beta", (3, 4))),
        ("p[b]", ("beta", (1, 2))),
        ("q[a]", ("normal", (0, 1))),
        ("q[b]", ("normal", (0, 1))),
    ]


def test_inline_priors_are_parameters(case, build):
    model = build(case)
    north = next(s for s in model.stocks if s.name == "fighters[north]")
    assert north.initial == Ref("initial.fighters[north]")
    found = {p.name: p.prior for p in model.parameters}
    assert found["initial.fighters[north]"] == ("lognormal", (math.log(30000), 0.3))
    assert found["prison_release.share"] == ("beta", (2, 5))
    assert "initial.fighters[south]" not in found
    assert model.elements["initial.fighters[north]"].unit == "people"
    assert model.elements["prison_release.share"].unit == ""


def test_inline_priors_keep_the_evidence_of_their_stock(small, build):
    stock = {"initial": "~ lognormal(3, 1)", "claims": "C01", "source": ["S1"], "note": "why"}
    element = build(small(stocks={"s": stock})).elements["initial.s"]
    assert (element.claims, element.source, element.note) == (("C01",), ("S1",), "why")
    assert element.origin == "stocks.s.initial"


def test_an_inline_prior_for_all_elements_draws_each_apart(small, build):
    model = build(small(stocks={"s[group]": {"initial": "~ exponential(5)"}}))
    assert [p.name for p in model.parameters] == ["initial.s[a]", "initial.s[b]"]


def test_inline_priors_may_be_moved_by_scenarios(case, build):
    case["scenarios"]["more"] = {"set": {"prison_release.share": 0.9}}
    assert "prison_release.share" in build(case).schedulable


def test_a_shock_may_draw_twice_for_the_same_stock(small, build):
    shock = {
        "date": "2020-05",
        "add": {"people": "~ exponential(5)"},
        "scale": {" people ": "~ beta(2, 5)"},
    }
    model = build(small(shocks={"jolt": shock}))
    assert [p.name for p in model.parameters] == ["jolt.people", "jolt.people.2"]
    assert [a.amount for a in model.shocks[0].actions] == [Ref("jolt.people"), Ref("jolt.people.2")]


def test_several_moves_are_numbered(small, build):
    moves = [
        {"from": "people", "share": "~ beta(1, 2)"},
        {"to": "people", "number": "~ exponential(3)"},
    ]
    model = build(small(shocks={"jolt": {"date": "2020-05", "move": moves}}))
    assert [p.name for p in model.parameters] == ["jolt.share1", "jolt.number2"]
    assert model.elements["jolt.number2"].unit == "people"
