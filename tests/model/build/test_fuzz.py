"""Whatever is done to a valid case, it builds or is refused with codes; nothing else is raised."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rivalry.foundation import RivalryError, all_codes
from rivalry.model import ModelSpec, build_model

ODD: list[Any] = [
    None, True, 0, -1, 1e308, 10**25, 10**400, float("nan"), float("inf"), -float("inf"),
    "", " ", "~", "~ ", "~ normal(0, 1)", "~ beta(2, 5)", "normal(0, 1)", "lognormal(0, 0)",
    "x", "group", "rival", "north", "pool", "fighters", "fighters[group]", "fighters[north]",
    "fighters[*]", "killed[group]", "killed[north]", "time", "month_of_year", "pi", "if", "sum",
    "sum(fighters)", "sum(killed)", "mean(group, fighters[group])", "steepness", "steepness(1)",
    "after('2021-03')", "after('0000-13')", "between('2021-05', '2021-03')", "status(north, rebel)",
    "status('', '')", "if(group == rival, 1, 2)", "group == north", "(" * 150, "1e400", "2^1e300",
    "pool^1e300", "appeal^99", "pool ^ -1e300", "1/0", "0/0", "log(-1)", "exp(1e9)", "exp(",
    "été", "'", '"x"', "\u0000", "\ud7ff", "a" * 20000, "1 year", "1.2.3 months", "0 months",
    "2021-05", "2021-02-30", "0000-13", "9999-12", "2021-08-15", "people", "1/people", "people^99",
    "people^1e300", "9^9^9^9", "furlongs", "month**-1", "1/0 people", "+", "-", "0",
    "poisson(deaths_ns)", "poisson(", "between(pool, 0)", "weibull(1)", "rebel", "absent",
    [], {}, [[]], [1, 2], [2, 1], [[0, 0], [1, 1]], ["north"], [None], {"": ""}, {"north": 1},
    {"north": 1, "south": 2}, {"value": "pool"}, {"value": {"north": 1}}, {"prior": "beta(1, 1)"},
    {"initial": "time"}, {"x": {}}, {"status": "rebel"}, {"from": "pool", "hazard": 1},
]  # fmt: skip
KEYS = [
    "", " ", "x", "pool", "pool ", "fighters[group]", "x[group]", "x[rival,group]",
    "x[group,group]",
    "x[]", "x[nowhere]", "time", "if", "exp", "group", "north", "été", "a b", "1", "not", "__",
    "from",
]  # fmt: skip
SECTIONS = sorted(ModelSpec.model_fields)


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(data, dict):
        for key, value in data.items():
            found += _places(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            found += _places(value, (*path, i))
    return found


def _mutate(data: dict[str, Any], draw: st.DrawFn) -> None:
    places = _places(data)
    path = draw(st.sampled_from(places))
    parent = data
    for key in path[:-1]:
        parent = parent[key]
    how = draw(st.sampled_from(["odd", "odd", "swap", "remove", "rename", "add", "text"]))
    if how == "odd":
        parent[path[-1]] = copy.deepcopy(draw(st.sampled_from(ODD)))
    elif how == "swap":
        other: Any = data
        for key in draw(st.sampled_from(places)):
            other = other[key]
        parent[path[-1]] = copy.deepcopy(other)
    elif how == "remove":
        del parent[path[-1]]
    elif isinstance(parent, dict) and how == "rename":
        parent[draw(st.sampled_from(KEYS))] = parent.pop(path[-1])
    elif isinstance(parent, dict) and how == "add":
        parent[draw(st.sampled_from(KEYS + SECTIONS))] = copy.deepcopy(parent[path[-1]])
    elif isinstance(parent[path[-1]], str):
        text = parent[path[-1]]
        at = draw(st.integers(0, len(text)))
        piece = draw(
            st.sampled_from([*"()[]+-*/^,'=<>0~ ", "north", "group", "not ", "pool", "e9"])
        )
        parent[path[-1]] = text[:at] + piece + text[at + draw(st.integers(0, 3)) :]


def check(data: dict[str, Any]) -> None:
    try:
        spec = ModelSpec.from_data(data)
    except ValidationError:
        return  # the case layer turns these into R02xx
    try:
        model = build_model(spec)
    except RivalryError as error:
        problems = error.problems
    else:
        assert len(model.structure_hash) == 64
        assert len({p.name for p in model.parameters}) == len(model.parameters)
        assert set(model.recordable) <= model.elements.keys()
        return
    assert problems
    for problem in problems:
        assert problem.code in all_codes()
        assert problem.message
        assert problem.remedy, problem


@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_random_changes(case, data):
    changed = copy.deepcopy(case)
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(changed, data.draw)
    check(changed)


@pytest.mark.parametrize("section", ["stocks", "flows", "parameters", "shocks", "observations"])
@pytest.mark.parametrize("odd", range(0, len(ODD)))
def test_every_odd_value_as_an_item(case, section, odd):
    case[section]["odd_one"] = copy.deepcopy(ODD[odd])
    check(case)


@pytest.mark.parametrize(
    ("section", "item"),
    [
        ("flows", lambda v: {"from": "pool", "hazard": v}),
        ("flows", lambda v: {"from": v, "to": "pool", "rate": 1}),
        ("stocks", lambda v: {"initial": v}),
        ("stocks", lambda v: {"unit": v}),
        ("levels", lambda v: {"change": v, "initial": v, "sd": v}),
        ("levels", lambda v: {"bounds": [v, v]}),
        ("noise", lambda v: {"kind": "ar1", "sd": v, "half_life": v}),
        ("noise", lambda v: {"kind": "gamma", "variance": v}),
        ("parameters", lambda v: {"prior": v, "bounds": [0, v]}),
        ("parameters", lambda v: {"value": v, "unit": v}),
        ("lookups", lambda v: {"points": [[0, v], [v, 1]], "x_unit": v}),
        ("inputs", lambda v: {"values": {"2021-01": v}, "scale": v}),
        ("inputs", lambda v: {"values": {v: 1}}),
        ("shocks", lambda v: {"date": v, "add": {"pool": v}}),
        ("shocks", lambda v: {"from": v, "until": v, "set": {"memory": v}}),
        ("shocks", lambda v: {"move": {"from": v, "to": v, "number": v}}),
        ("shocks", lambda v: {"scale": {v: 1}}),
        ("accumulators", lambda v: {"count": v}),
        ("accumulators", lambda v: {"violence": v, "ucdp": v}),
        ("observations", lambda v: {"as": f"normal({v}, {v})", "unit": v}),
        ("levers", lambda v: {"parameter": v, "range": [v, v]}),
        ("scenarios", lambda v: {"from": v, "set": {"memory": v}, "fire": {"raid": v}}),
        ("expectations", lambda v: {"scenario": v, "of": v, "over": v, "sign": "+"}),
        ("dyads", lambda v: {"sides": [v, "south"], "count": {"m": v}, "ucdp": v}),
        ("actors", lambda v: {"status": [{"status": "rebel", "from": v, "until": v}]}),
        ("dimensions", lambda v: [v, v]),
        ("dimensions", lambda v: v),
    ],
)
def test_every_odd_value_in_every_field(case, section, item):
    for odd in ODD:
        changed = copy.deepcopy(case)
        try:
            changed[section]["odd_one"] = item(odd)
        except TypeError:  # a list or mapping cannot be a key
            continue
        check(changed)


@pytest.mark.parametrize("key", KEYS)
def test_every_odd_key_in_every_section(case, key):
    for section in SECTIONS:
        if isinstance(case.get(section), dict):
            for item in list(case[section].values())[:2]:
                changed = copy.deepcopy(case)
                changed[section][key] = item
                check(changed)
