"""Dimensions, their second names, subscripts, comparisons of indices, and element values."""

from __future__ import annotations

import pytest

from rivalry.model.ir import describe


def formulas(model) -> dict[str, str]:
    return {a.name: describe(a.expr) for a in model.auxiliaries}


def test_an_expression_runs_over_its_dimensions(small, build):
    model = build(
        small(parameters={"x[group]": 1}, auxiliaries={"y[group]": "2 * x[group]", "z": "x[b]"})
    )
    assert formulas(model) == {"y[a]": "2 * x[a]", "y[b]": "2 * x[b]", "z": "x[b]"}
    assert model.groups["y"] == ("y[a]", "y[b]")
    assert model.elements["y[b]"].index == ("b",)
    assert model.elements["y[b]"].label == "y: b"


def test_two_dimensions_in_declared_order(small, build):
    model = build(small(auxiliaries={"y[group, place]": 1}))
    assert model.groups["y"] == ("y[a,x]", "y[a,y]", "y[a,z]", "y[b,x]", "y[b,y]", "y[b,z]")


def test_an_index_of_another_dimension_may_stand_between(small, build):
    model = build(
        small(
            parameters={"m[group, place]": 1},
            auxiliaries={"y[place]": "sum(group, m[group, place])"},
        )
    )
    assert formulas(model)["y[z]"] == "m[a,z] + m[b,z]"


def test_a_second_name_runs_over_the_same_elements(small, build):
    model = build(
        small(
            parameters={"c[group, rival]": {"value": {"a,a": 0, "a,b": 1, "b,a": 2, "b,b": 0}}},
            auxiliaries={"y[group]": "sum(rival, if(group != rival, c[group, rival], 0))"},
        )
    )
    assert formulas(model) == {"y[a]": "0 + c[a,b]", "y[b]": "c[b,a] + 0"}


@pytest.mark.parametrize(
    ("test", "a", "b"),
    [
        ("group == a", "1", "2"),
        ("a == group", "1", "2"),
        ("group != a", "2", "1"),
        ("not group == a", "2", "1"),
        ("group == a or group == b", "1", "1"),
        ("group == a and group == b", "2", "2"),
    ],
)
def test_comparisons_of_indices_are_decided_when_compiled(small, build, test, a, b):
    model = build(small(auxiliaries={"y[group]": f"if({test}, 1, 2)"}))
    assert formulas(model) == {"y[a]": a, "y[b]": b}


def test_an_element_may_be_called_like_a_stock(small, build):
    model = build(
        small(
            dimensions={"group": ["people", "others"]},
            auxiliaries={"y[group]": "if(group == people, 1, people)"},
        )
    )
    assert formulas(model) == {"y[people]": "1", "y[others]": "people"}


@pytest.mark.parametrize("other", ["c", "x", "5", "people", "place"])
def test_an_index_is_compared_with_its_elements_only(small, faults, other):
    problems = faults(small(auxiliaries={"y[group]": f"if(group == {other}, 1, 2)"}))
    assert {p.code for p in problems} == {"R0304"}


def test_the_side_not_taken_may_name_elements_that_do_not_exist(small, build):
    model = build(
        small(
            dimensions={"group": ["a", "b"], "armed": ["a"]},
            parameters={"guns[armed]": 3},
            auxiliaries={"y[group]": "if(group == a, guns[group], 0)"},
        )
    )
    assert formulas(model) == {"y[a]": "guns[a]", "y[b]": "0"}


def test_the_side_not_taken_is_read_all_the_same(small, faults):
    problems = faults(small(auxiliaries={"y[group]": "if(group == group, 1, nonsense)"}))
    assert {p.code for p in problems} == {"R0303"}


def test_values_by_element_follow_the_dimension_not_the_mapping(small, build):
    model = build(small(stocks={"s[group]": {"initial": {"b": 2, "a": 1}}}))
    assert [(s.name, describe(s.initial)) for s in model.stocks] == [("s[a]", "1"), ("s[b]", "2")]


def test_keys_of_two_dimensions_may_have_blanks(small, build):
    values = {f"{g}, {p}": 1 for g in "ab" for p in "xyz"}
    assert len(build(small(stocks={"s[group,place]": {"initial": values}})).stocks) == 6


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"a": 1}, ["R0313"]),
        ({}, ["R0313"]),
        ({"a": 1, "b": 2, "c": 3}, ["R0304"]),
        ({"a": 1, " a": 2, "b": 3}, ["R0313"]),
        ({"a": 1, "c": 3}, ["R0304", "R0313"]),
        ({"a": 1, "b": "["}, ["R0301"]),
    ],
)
def test_faulty_mappings(small, faults, values, codes):
    problems = faults(small(stocks={"s[group]": {"initial": values}}))
    assert [p.code for p in problems] == codes


def test_a_mapping_needs_dimensions(small, faults):
    problems = faults(small(stocks={"s": {"initial": {"a": 1}}}))
    assert [(p.code, p.where) for p in problems] == [("R0313", "stocks.s.initial")]


@pytest.mark.parametrize(
    ("dimensions", "code"),
    [
        ({"group": []}, "R0503"),
        ({"group": ["a", "a"]}, "R0503"),
        ({"group": ["a"], "rival": "grup"}, "R0304"),
        ({"group": ["a"], "rival": "group", "third": "rival"}, "R0304"),
        ({"group": "group"}, "R0304"),
        ({"group": ["1a"]}, "R0310"),
        ({"group": ["été"]}, "R0310"),
        ({"group": ["the north"]}, "R0310"),
        ({"group": [""]}, "R0310"),
        ({"group": ["not"]}, "R0310"),
        ({"the group": ["a"]}, "R0310"),
        ({"": ["a"]}, "R0310"),
        ({"dimension_é": ["a"]}, "R0310"),
        ({"time": ["a"]}, "R0312"),
        ({"sum": ["a"]}, "R0312"),
        ({"group": ["a", "group"]}, "R0311"),
        ({"group": ["a", "place"], "place": ["x"]}, "R0311"),
        ({"people": ["a"]}, "R0311"),
    ],
)
def test_faulty_dimensions(small, faults, dimensions, code):
    assert {p.code for p in faults(small(dimensions=dimensions))} == {code}


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("s[grup]", "R0304"),
        ("s[group, group]", "R0304"),
        ("s[]", "R0310"),
        ("s[group", "R0310"),
        ("s]", "R0310"),
        ("", "R0310"),
        ("1s", "R0310"),
        ("größe", "R0310"),
        ("a.b", "R0310"),
        ("two words", "R0310"),
        ("time", "R0312"),
        ("pi", "R0312"),
        ("if", "R0312"),
        ("and", "R0312"),
        ("mean", "R0312"),
        ("status", "R0312"),
        ("group", "R0311"),
        ("people", "R0311"),
    ],
)
@pytest.mark.parametrize("section", ["levels", "auxiliaries", "noise", "flows", "parameters"])
def test_faulty_keys(small, faults, section, key, code):
    item = {
        "levels": {},
        "auxiliaries": 1,
        "noise": {"kind": "gamma", "variance": 1},
        "flows": {"to": "people", "rate": 1},
        "parameters": 1,
    }[section]
    problems = faults(small(**{section: {key: item}}))
    # of two of the same name the one declared later is reported, parameters being first
    where = "stocks.people" if (section, key) == ("parameters", "people") else f"{section}.{key}"
    assert [(p.code, p.where) for p in problems] == [(code, where)]


@pytest.mark.parametrize(
    ("section", "item"),
    [
        ("inputs", {"values": {"2020-01": 1}}),
        ("lookups", {"points": [[0, 0], [1, 1]]}),
        ("shocks", {"add": {"people": 1}}),
        ("accumulators", {"integral": "people"}),
        ("observations", {"as": "poisson(people)"}),
    ],
)
def test_sections_without_dimensions(small, build, faults, section, item):
    build(small(**{section: {"it": item}}))
    assert [p.code for p in faults(small(**{section: {"it[group]": item}}))] == ["R0304"]
    # names are looked up by their key: blanks would make two names of one
    assert [p.code for p in faults(small(**{section: {" it": item}}))] == ["R0310"]


@pytest.mark.parametrize("section", ["actors", "dyads"])
@pytest.mark.parametrize("key", ["the north", "", "1", "año", "not"])
def test_actors_and_dyads_have_names_too(small, faults, section, key):
    actors = {"north": {"status": "rebel"}, "south": {"status": "rebel"}}
    sections = {"actors": actors, "dyads": {}}
    sections[section][key] = (
        {"status": "rebel"} if section == "actors" else {"sides": ["north", "south"]}
    )
    assert [(p.code, p.where) for p in faults(small(**sections))] == [("R0310", f"{section}.{key}")]


def test_blanks_in_keys_with_dimensions_are_allowed(small, build):
    assert build(small(stocks={" s [ group , place ] ": {}})).groups["s"][0] == "s[a,x]"


def test_the_size_is_counted_before_it_fills_the_memory(small, faults):
    dims = {f"d{i}": [f"e{i}_{j}" for j in range(60)] for i in range(6)}
    problems = faults(small(dimensions=dims, stocks={"s[d0,d1,d2,d3,d4,d5]": {}}))
    assert [p.code for p in problems] == ["R0502"]
