"""Stocks, levels, flows, noise and the order of auxiliaries."""

from __future__ import annotations

import pytest

from rivalry.model.ir import Const, describe, evaluate


@pytest.fixture
def fault(small, faults):
    """The one fault of a case."""

    def read(**sections) -> tuple[str, str]:
        problems = faults(small(**sections))
        assert len(problems) == 1, problems
        return problems[0].code, problems[0].where

    return read


@pytest.mark.parametrize(
    ("flow", "source", "target", "kind"),
    [
        ({"from": "people", "to": "s[a]", "hazard": 0.1}, "people", "s[a]", "hazard"),
        ({"from": "people", "hazard": 0.1}, "people", None, "hazard"),
        ({"from": "people", "rate": 5}, "people", None, "rate"),
        ({"to": "people", "rate": 5}, None, "people", "rate"),
        ({"to": "s[ b ]", "rate": "pi"}, None, "s[b]", "rate"),
    ],
)
def test_flows(small, build, flow, source, target, kind):
    model = build(small(stocks={"people": {}, "s[group]": {}}, flows={"f": flow}))
    found = model.flows[0]
    assert (found.source, found.target, found.kind) == (source, target, kind)


def test_flows_run_element_by_element(small, build):
    model = build(
        small(
            stocks={"free[group]": {}, "held[group]": {}},
            flows={"capture[group]": {"from": "free[group]", "to": "held[group]", "hazard": 1}},
        )
    )
    assert [(f.name, f.source, f.target) for f in model.flows] == [
        ("capture[a]", "free[a]", "held[a]"),
        ("capture[b]", "free[b]", "held[b]"),
    ]


def test_values_by_element(small, build):
    model = build(
        small(
            stocks={"s[group]": {}},
            flows={
                "f[group]": {
                    "to": "s[group]",
                    "rate": {"b": "2 * 3", "a": 1},
                    "dispersion": {"a": 4, "b": 5},
                }
            },
        )
    )
    assert [(f.name, f.expr, f.dispersion) for f in model.flows] == [
        ("f[a]", Const(1), Const(4)),
        ("f[b]", Const(6), Const(5)),
    ]


@pytest.mark.parametrize(
    ("flow", "code", "where"),
    [
        ({"rate": 1}, "R0509", "flows.f"),
        ({"from": "people"}, "R0509", "flows.f"),
        ({"to": "people"}, "R0509", "flows.f"),
        ({"to": "people", "hazard": 1}, "R0509", "flows.f"),
        ({"from": "people", "hazard": 1, "rate": 1}, "R0509", "flows.f"),
        ({"from": "people", "hazard": 1, "dispersion": 1}, "R0509", "flows.f"),
        ({"from": "people", "to": "people", "hazard": 1}, "R0509", "flows.f"),
        ({"from": "trust", "hazard": 1}, "R0509", "flows.f.from"),
        ({"from": "people + 1", "hazard": 1}, "R0509", "flows.f.from"),
        ({"from": "5", "hazard": 1}, "R0509", "flows.f.from"),
        ({"from": "f", "hazard": 1}, "R0306", "flows.f.from"),
        ({"from": "", "hazard": 1}, "R0301", "flows.f.from"),
        ({"from": "peple", "hazard": 1}, "R0303", "flows.f.from"),
        ({"from": "s", "hazard": 1}, "R0305", "flows.f.from"),
        ({"from": "s[c]", "hazard": 1}, "R0304", "flows.f.from"),
        ({"from": "s[group]", "hazard": 1}, "R0304", "flows.f.from"),
        ({"from": "people", "hazard": -0.1}, "R0507", "flows.f.hazard"),
        ({"from": "people", "hazard": "1 - 2"}, "R0507", "flows.f.hazard"),
        ({"from": "people", "hazard": float("nan")}, "R0301", "flows.f.hazard"),
        ({"from": "people", "hazard": float("inf")}, "R0301", "flows.f.hazard"),
        ({"from": "people", "hazard": "1e999"}, "R0301", "flows.f.hazard"),
        ({"from": "people", "hazard": ""}, "R0301", "flows.f.hazard"),
        ({"to": "people", "rate": -1}, "R0507", "flows.f.rate"),
        ({"to": "people", "rate": 1, "dispersion": 0}, "R0507", "flows.f"),
        ({"from": "people", "hazard": {"a": 1}}, "R0313", "flows.f.hazard"),
    ],
)
def test_faulty_flows(fault, flow, code, where):
    stocks = {"people": {}, "s[group]": {}}
    assert fault(stocks=stocks, levels={"trust": {}}, flows={"f": flow}) == (code, where)


def test_flows_in_changes_are_people_a_month(small, build):
    model = build(
        small(
            time={"start": "2020-01", "end": "2020-12", "substeps": 8},
            flows={"leave": {"from": "people", "hazard": 0.1}},
            levels={"grief": {"change": "0.1 * leave", "unit": "people"}},
        )
    )
    # what is realised in an eighth of a month, times 8
    assert float(evaluate(model.levels[0].change, {"leave": 3.0})) == pytest.approx(2.4)


@pytest.mark.parametrize(
    ("level", "code", "where"),
    [
        ({"bounds": [0, 0]}, "R0507", "levels.x.bounds"),
        ({"initial": 2, "bounds": [0, 1]}, "R0507", "levels.x.initial"),
        ({"initial": "time"}, "R0306", "levels.x.initial"),
        ({"initial": float("inf")}, "R0301", "levels.x.initial"),
        ({"sd": -1}, "R0507", "levels.x.sd"),
        ({"change": "x["}, "R0301", "levels.x.change"),
        ({"initial": "~ nromal(0, 1)"}, "R0309", "levels.x.initial"),
    ],
)
def test_faulty_levels(fault, level, code, where):
    assert fault(levels={"x": level}) == (code, where)


@pytest.mark.parametrize("low", [2, float("nan"), float("inf")])
def test_bounds_leave_room(small, faults, low):
    problems = faults(small(levels={"x": {"bounds": [low, 1]}}))
    assert "R0507" in [p.code for p in problems]


@pytest.mark.parametrize("initial", [-1, "-1", "2 - 3"])
def test_stocks_do_not_start_below_zero(fault, initial):
    assert fault(stocks={"s": {"initial": initial}}) == ("R0507", "stocks.s.initial")


@pytest.mark.parametrize(
    ("half_life", "months"),
    [("6 months", 6), ("1 year", 12), ("2 years", 24), ("0.5 months", 0.5), (".5 year", 6),
     ("4 weeks", 28 / 30.4375), ("1 day", 1 / 30.4375), (3, 3), ("2 * 4", 8)],
)  # fmt: skip
def test_half_lives(small, build, half_life, months):
    noise = {"n": {"kind": "ar1", "sd": 1, "half_life": half_life}}
    found = build(small(noise=noise)).noise[0].half_life
    assert isinstance(found, Const)
    assert found.value == pytest.approx(months)


@pytest.mark.parametrize(
    ("noise", "code"),
    [
        ({"kind": "ar1", "sd": 1}, "R0508"),
        ({"kind": "ar1", "half_life": 1}, "R0508"),
        ({"kind": "ar1", "sd": 1, "half_life": 1, "variance": 1}, "R0508"),
        ({"kind": "gamma"}, "R0508"),
        ({"kind": "gamma", "variance": 1, "sd": 1}, "R0508"),
        ({"kind": "gamma", "variance": 0}, "R0507"),
        ({"kind": "gamma", "variance": -1}, "R0507"),
        ({"kind": "ar1", "sd": -1, "half_life": 1}, "R0507"),
        ({"kind": "ar1", "sd": 1, "half_life": 0}, "R0507"),
        ({"kind": "ar1", "sd": 1, "half_life": "0 months"}, "R0507"),
        ({"kind": "ar1", "sd": 1, "half_life": "1.2.3 months"}, "R0301"),
        ({"kind": "ar1", "sd": 1, "half_life": ". months"}, "R0301"),
        ({"kind": "ar1", "sd": 1, "half_life": "6 moons"}, "R0301"),
        ({"kind": "ar1", "sd": 1, "half_life": "people"}, "R0306"),
    ],
)
def test_faulty_noise(small, faults, noise, code):
    assert {p.code for p in faults(small(noise={"n": noise}))} == {code}


def test_noise_over_dimensions(small, build):
    noise = {"n[group]": {"kind": "ar1", "on": "level", "sd": "s[group]", "half_life": "1 year"}}
    model = build(small(noise=noise, parameters={"s[group]": {"value": {"a": 1, "b": 2}}}))
    assert [(n.name, n.log, describe(n.scale)) for n in model.noise] == [
        ("n[a]", False, "s[a]"),
        ("n[b]", False, "s[b]"),
    ]


def test_auxiliaries_are_sorted(small, build):
    model = build(small(auxiliaries={"c": "a + b", "b": "a", "d": "c", "a": "people"}))
    order = [a.name for a in model.auxiliaries]
    assert sorted(order) == ["a", "b", "c", "d"]
    assert order.index("a") < order.index("b") < order.index("c") < order.index("d")


@pytest.mark.parametrize(
    "auxiliaries",
    [
        {"a": "a + 1"},
        {"a": "b", "b": "a"},
        {"a": "b", "b": "c", "c": "a + people"},
        {"a[group]": "sum(a)"},
        {"a[group]": {"value": {"a": "a[b]", "b": "a[a]"}}},
    ],
)
def test_cycles(small, faults, auxiliaries):
    assert {p.code for p in faults(small(auxiliaries=auxiliaries))} == {"R0501"}


def test_a_cycle_through_a_level_is_feedback(small, build):
    build(
        small(
            auxiliaries={"a": "x"},
            levels={"x": {"change": "a / r"}},
            parameters={"r": {"value": 2, "unit": "months"}},
        )
    )


def test_a_long_chain_of_auxiliaries(small, build):
    chain = {f"a{i}": f"a{i + 1}" for i in range(1500)}
    model = build(small(auxiliaries={**chain, "a1500": 1}))
    assert [a.name for a in model.auxiliaries][:2] == ["a1500", "a1499"]
