"""Levers, scenarios and expectations."""

from __future__ import annotations

import pytest

SECTIONS = {
    "parameters": {"p": 1, "q[group]": 2},
    "shocks": {"jolt": {"add": {"people": 1}}},
    "flows": {"leave": {"from": "people", "hazard": "p"}},
    "scenarios": {"base": {"set": {"p": 2}}},
}
NAN = float("nan")


@pytest.fixture
def one_fault(small, faults):
    def read(section: str, item: dict) -> tuple[str, str]:
        content = {**SECTIONS, section: {**SECTIONS.get(section, {}), "new": item}}
        problems = faults(small(**content))
        assert len(problems) == 1, problems
        return problems[0].code, problems[0].where.removeprefix(f"{section}.new").lstrip(".")

    return read


def test_what_can_be_moved_is_compiled_to_be(small, build):
    model = build(
        small(
            **{
                **SECTIONS,
                "levers": {"a": {"parameter": "q", "range": [0, 5]}, "b": {"shock": "jolt"}},
            }
        )
    )
    assert model.schedulable == ("q[a]", "q[b]", "p")


@pytest.mark.parametrize(
    ("lever", "code", "where"),
    [
        ({}, "R0512", ""),
        ({"parameter": "p", "shock": "jolt"}, "R0512", ""),
        ({"parameter": "p", "range": [1, 0]}, "R0512", "range"),
        ({"parameter": "p", "range": [1, 1]}, "R0512", "range"),
        ({"parameter": "p", "range": [NAN, 1]}, "R0512", "range"),
        ({"parameter": "p", "range": [0, float("inf")]}, "R0512", "range"),
        ({"parameter": "people"}, "R0513", "parameter"),
        ({"parameter": "nothing"}, "R0513", "parameter"),
        ({"parameter": "q[c]"}, "R0513", "parameter"),
        ({"parameter": ""}, "R0513", "parameter"),
        ({"shock": "jlt"}, "R0513", "shock"),
    ],
)
def test_faulty_levers(one_fault, lever, code, where):
    assert one_fault("levers", lever) == (code, where)


@pytest.mark.parametrize(
    "scenario",
    [
        {"set": {"p": 2}},
        {"set": {"q[a]": 2}, "scale": {"q[b]": 2}},
        {"fire": {"jolt": "2021-12-31"}},
        {"without": "jolt"},
        {"without": ["jolt"], "fire": {"jolt": "2020-05"}},
        {"set": {"p": 2}, "from": "2020-01", "until": "2022-01"},
    ],
)
def test_scenarios(small, build, scenario):
    build(small(**{**SECTIONS, "scenarios": {"new": scenario}}))


@pytest.mark.parametrize(
    ("scenario", "code", "where"),
    [
        ({}, "R0513", ""),
        ({"from": "2020-05"}, "R0513", ""),
        ({"set": {"people": 1}}, "R0513", "set.people"),
        ({"set": {"p": NAN}}, "R0513", "set.p"),
        ({"scale": {"p": float("inf")}}, "R0513", "scale.p"),
        ({"set": {"p": 1}, "scale": {"p": 1}}, "R0513", "scale.p"),
        ({"set": {"q": 1}, "scale": {"q[a]": 1}}, "R0513", "scale.q[a]"),
        ({"fire": {"bang": "2020-05"}}, "R0513", "fire.bang"),
        ({"fire": {"jolt": "2022-01"}}, "R0505", "fire.jolt"),
        ({"fire": {"jolt": "0000-13"}}, "R0505", "fire.jolt"),
        ({"without": ["bang"]}, "R0513", "without"),
        ({"set": {"p": 1}, "from": "2019-12"}, "R0505", "from"),
        ({"set": {"p": 1}, "from": "2022-01"}, "R0505", "from"),
        ({"set": {"p": 1}, "until": "2022-02"}, "R0505", "until"),
        ({"set": {"p": 1}, "from": "2020-05", "until": "2020-05"}, "R0505", ""),
        ({"set": {"p": 1}, "from": "2020-05-01", "until": "2020-05-20"}, "R0505", ""),
        ({"set": {"p": 1}, "from": "2020-06", "until": "2020-05"}, "R0505", ""),
    ],
)
def test_faulty_scenarios(one_fault, scenario, code, where):
    assert one_fault("scenarios", scenario) == (code, where)


def test_the_reference_is_the_case_itself(small, faults):
    problems = faults(small(**{**SECTIONS, "scenarios": {"reference": {"set": {"p": 2}}}}))
    assert [(p.code, p.where) for p in problems] == [("R0513", "scenarios.reference")]


@pytest.mark.parametrize("of", ["sum(leave)", "mean( people )", "last(people)", " sum(people) "])
@pytest.mark.parametrize("over", ["12 months", "1 month", "2 years", "1year"])
def test_expectations(small, build, of, over):
    expectation = {"scenario": "base", "of": of, "over": over, "sign": "+"}
    build(small(**SECTIONS, expectations={"C1": expectation}))


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"scenario": "bse"}, "R0514", "scenario"),
        ({"against": "bse"}, "R0514", "against"),
        ({"against": "base"}, "R0514", ""),
        ({"over": "a while"}, "R0514", "over"),
        ({"over": "0 months"}, "R0514", "over"),
        ({"over": "-1 months"}, "R0514", "over"),
        ({"over": ""}, "R0514", "over"),
        ({"of": "people"}, "R0514", "of"),
        ({"of": "max(people)"}, "R0514", "of"),
        ({"of": "sum()"}, "R0514", "of"),
        ({"of": "sum(people) + 1"}, "R0514", "of"),
        ({"of": "sum(peple)"}, "R0303", "of"),
        ({"of": "sum(p)"}, "R0514", "of"),
    ],
)
def test_faulty_expectations(one_fault, change, code, where):
    expectation = {"scenario": "base", "of": "sum(people)", "sign": "+", **change}
    assert one_fault("expectations", expectation) == (code, where)
