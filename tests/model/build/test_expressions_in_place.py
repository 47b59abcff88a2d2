"""Names in their scopes, subscripts, sums, dates and statuses inside expressions."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.model.ir import describe, evaluate

SECTIONS = {
    "parameters": {"p": 2, "q[group]": 3},
    "stocks": {"people": {"initial": 100}, "s[group]": {"initial": 10}},
    "levels": {"trust": {"initial": 0.5}},
    "auxiliaries": {"aux": "trust", "m[group, place]": 1},
    "flows": {"leave": {"from": "people", "hazard": 0.1}},
    "noise": {"hiss": {"kind": "gamma", "variance": 0.1}},
    "inputs": {"rain": {"values": {"2020-01": 1}}},
    "lookups": {"curve": {"points": [[0, 0], [1, 1]]}},
    "accumulators": {"left": {"count": "leave"}},
    "shocks": {"jolt": {"add": {"people": 1}}},
    "observations": {"seen": {"as": "poisson(left)"}},
}

#: Where an expression stands -> kinds of names it may use there.
PLACES = {
    "stock": "parameter",
    "level": "parameter",
    "shock": "parameter",
    "noise": "parameter",
    "auxiliary": "parameter stock level auxiliary noise input accumulator",
    "hazard": "parameter stock level auxiliary noise input accumulator",
    "rate": "parameter stock level auxiliary noise input accumulator",
    "sd": "parameter stock level auxiliary noise input accumulator",
    "change": "parameter stock level auxiliary noise input accumulator flow",
    "integral": "parameter stock level auxiliary noise input accumulator",
    "observe": "parameter stock level auxiliary noise input accumulator",
}
NAMES = {
    "parameter": "p",
    "stock": "people",
    "level": "trust",
    "auxiliary": "aux",
    "flow": "leave",
    "noise": "hiss",
    "input": "rain",
    "accumulator": "left",
    "lookup": "curve",
    "shock": "jolt",
    "observation": "seen",
}


def put(place: str, text: str) -> dict[str, dict[str, object]]:
    """The sections with one more element that uses an expression."""
    section, item = {
        "stock": ("stocks", {"initial": text}),
        "level": ("levels", {"initial": text}),
        "shock": ("shocks", {"add": {"people": text}}),
        "noise": ("noise", {"kind": "gamma", "variance": text}),
        "auxiliary": ("auxiliaries", {"value": text}),
        "hazard": ("flows", {"from": "people", "hazard": text}),
        "rate": ("flows", {"to": "people", "rate": text}),
        "sd": ("levels", {"sd": text}),
        "change": ("levels", {"change": text}),
        "integral": ("accumulators", {"integral": text}),
        "observe": ("observations", {"as": f"poisson({text})"}),
    }[place]
    return {**SECTIONS, section: {**SECTIONS[section], "new": item}}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", NAMES)
def test_scopes(small, faults, place, kind):
    """Units are left aside: what is asked is whether the name may stand there at all."""
    from rivalry.foundation import RivalryError
    from rivalry.model import ModelSpec, build_model

    data = small(**put(place, NAMES[kind]))
    codes = []
    try:
        build_model(ModelSpec.from_data(data))
    except RivalryError as error:
        codes = [p.code for p in error.problems]
    assert ("R0306" in codes) == (kind not in PLACES[place].split()), codes


@pytest.mark.parametrize("place", ["stock", "level", "shock", "noise"])
@pytest.mark.parametrize(
    "text",
    ["time", "month_of_year", "after('2020-05')", "between('2020-05', '2020-06')",
     "ramp('2020-05', '2020-06')", "status(north, rebel)", "2 * time"],
)  # fmt: skip
def test_constants_do_not_change_with_the_date(small, faults, place, text):
    data = small(**put(place, text), actors={"north": {"status": "rebel"}})
    assert [p.code for p in faults(data)] == ["R0306"]


def test_constants_may_use_functions_and_lookups(small, build):
    model = build(small(**put("stock", "curve(p) * sum(q) * exp(pi)")))
    assert describe(model.stocks[-1].initial) == "curve(p) * (q[a] + q[b]) * exp(3.14159)"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("sum(s)", "s[a] + s[b]"),
        ("sum(s[*])", "s[a] + s[b]"),
        ("sum(s[a])", "s[a]"),
        ("mean(s)", "(s[a] + s[b]) / 2"),
        ("sum(m[a, *])", "m[a,x] + m[a,y] + m[a,z]"),
        ("sum(group, s[group] * q[group])", "s[a] * q[a] + s[b] * q[b]"),
        ("mean(group, s[group])", "(s[a] + s[b]) / 2"),
        ("sum(rival, s[rival])", "s[a] + s[b]"),
        ("sum(group, sum(place, m[group, place]))",
         "m[a,x] + m[a,y] + m[a,z] + (m[b,x] + m[b,y] + m[b,z])"),
        ("sum(people)", "people"),
        ("2 * 3 + 4 / 8", "6.5"),
        ("-(2)", "-2"),
        ("+p", "p"),
        ("p ^ 2 ^ 3", "p ^ 2 ^ 3"),
        ("(p ^ 2) ^ 3", "(p ^ 2) ^ 3"),
        ("(-p) ^ 2", "(-p) ^ 2"),
        ("(p < 1) == (p > 0)", "(p < 1) == (p > 0)"),
        ("1e308 * 10", "1e+308 * 10"),
        ("1 / 0", "1 / 0"),
        ("not p", "not(p)"),
    ],
)  # fmt: skip
def test_what_an_expression_becomes(small, build, text, result):
    model = build(small(**put("auxiliary", text)))
    found = {a.name: describe(a.expr) for a in model.auxiliaries}
    assert found["new"] == result


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("s", "R0305"),
        ("s[a, b]", "R0305"),
        ("people[a]", "R0305"),
        ("group", "R0305"),
        ("m[a]", "R0305"),
        ("s[c]", "R0304"),
        ("s[x]", "R0304"),
        ("s[group]", "R0304"),
        ("s[*]", "R0304"),
        ("s[0]", "R0304"),
        ("sum(s[c])", "R0304"),
        ("sum(m[c, *])", "R0304"),
        ("sum(m[*])", "R0305"),
        ("sum(nothing)", "R0303"),
        ("sum(s + 1)", "R0308"),
        ("sum(s, 1)", "R0308"),
        ("sum(nowhere, 1)", "R0308"),
        ("sum(leave)", "R0306"),
        ("sum()", "R0308"),
        ("exp()", "R0308"),
        ("exp(x=1)", "R0308"),
        ("min(1)", "R0308"),
        ("clip(1, 2)", "R0308"),
        ("curve()", "R0308"),
        ("curve(1, 2)", "R0308"),
        ("curve", "R0306"),
        ("poeple", "R0303"),
        ("if", "R0303"),
        ("people(1)", "R0307"),
        ("lognormal(1, 2)", "R0307"),
        ("'2020-01'", "R0301"),
        ("after(2020)", "R0308"),
        ("after('2020-13')", "R0505"),
        ("after('')", "R0505"),
        ("after('0000-01')", "R0505"),
        ("after('2020-02-30')", "R0505"),
        ("after(p + 1)", "R0308"),
        ("between('2020-05', '2020-05')", "R0505"),
        ("between('2020-05', '2020-04')", "R0505"),
        ("between('2020-05-01', '2020-05-02')", "R0505"),
        ("ramp('2020-05', '2020-04')", "R0505"),
        ("status(south, rebel)", "R0303"),
        ("status(north, 'rebels')", "R0303"),
        ("status(north)", "R0308"),
    ],
)
def test_faults(small, faults, text, code):
    data = small(**put("auxiliary", text), actors={"north": {"status": "rebel"}})
    problems = faults(data)
    assert [(p.code, p.where) for p in problems] == [(code, "auxiliaries.new")]


def test_near_names_are_suggested(small, faults):
    assert "'people'" in faults(small(**put("auxiliary", "poeple")))[0].remedy
    assert (
        "'rebel'"
        in faults(
            small(**put("auxiliary", "status(n, rebell)"), actors={"n": {"status": "rebel"}})
        )[0].remedy
    )


def test_sums_inside_sums_are_limited(small, faults):
    dims = {f"d{i}": [f"e{i}_{j}" for j in range(30)] for i in range(5)}
    text = "1"
    for name in dims:
        text = f"sum({name}, {text})"
    problems = faults(small(dimensions=dims, auxiliaries={"y": text}))
    assert [p.code for p in problems] == ["R0502"]


def test_a_sum_over_thousands_of_elements_is_not_too_deep(small, build):
    dims = {"district": [f"d{i}" for i in range(3000)]}
    model = build(
        small(dimensions=dims, parameters={"x[district]": 2}, auxiliaries={"y": "sum(x)"})
    )
    values = {p.name: p.value for p in model.parameters}
    assert evaluate(model.auxiliaries[0].expr, values) == 6000
    assert len(model.structure_hash) == 64


# -- dates and statuses ------------------------------------------------------------------------


def series(model, name: str):
    return next(i for i in model.inputs if i.name == name)


@pytest.fixture
def dated(small, build):
    def make(text: str, **sections):
        time = {"start": "2021-07", "end": "2021-10", "substeps": 2}
        return build(small(time=time, auxiliaries={"y": text}, **sections))

    return make


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("after('2021-08')", [0, 0, 1, 1, 1, 1, 1, 1]),
        # the nearest start of a half month
        ("after('2021-08-08')", [0, 0, 1, 1, 1, 1, 1, 1]),
        ("after('2021-08-15')", [0, 0, 0, 1, 1, 1, 1, 1]),
        ("after('2021-08-17')", [0, 0, 0, 1, 1, 1, 1, 1]),
        ("after('2021-08-31')", [0, 0, 0, 1, 1, 1, 1, 1]),
        ("after('1999-01')", [1] * 8),
        ("after('2999-01')", [0] * 8),
        ("between('2021-08', '2021-10')", [0, 0, 1, 1, 1, 1, 0, 0]),
        ("ramp('2021-08', '2021-10')", [0, 0, 0, 0.25, 0.5, 0.75, 1, 1]),
        ("ramp('2021-08-01', '2021-08-05')", [0, 0, 1, 1, 1, 1, 1, 1]),
    ],
)
def test_date_functions(dated, text, values):
    model = dated(text)
    assert len(model.inputs) == 1
    assert model.inputs[0].fine
    np.testing.assert_allclose(model.inputs[0].values.ravel(), values)


def test_time_and_month_of_year(dated):
    model = dated("time * month_of_year")
    np.testing.assert_allclose(
        series(model, "time").values, [[0, 0.5], [1, 1.5], [2, 2.5], [3, 3.5]]
    )
    np.testing.assert_array_equal(series(model, "month_of_year").values, [7, 8, 9, 10])
    assert not series(model, "month_of_year").fine


def test_month_of_year_starts_again(small, build):
    model = build(
        small(time={"start": "2020-11", "end": "2022-02"}, auxiliaries={"y": "month_of_year"})
    )
    assert list(model.inputs[0].values) == [11, 12, *range(1, 13), 1, 2]


def test_the_same_date_twice_is_one_series(dated):
    model = dated("after('2021-08') + after('2021-08') * 2")
    assert len(model.inputs) == 1


def test_status(dated):
    spans = [
        {"status": "rebel", "until": "2021-08"},
        {"status": "foreign state", "from": "2021-09"},
    ]
    actors = {"n": {"status": spans}}
    text = "status(n, rebel) + status(n, 'foreign state') + status(n, absent)"
    model = dated(text, actors=actors)
    found = {i.name: list(i.values.ravel()) for i in model.inputs}
    assert found == {
        "status(n, rebel)": [1, 1, 0, 0, 0, 0, 0, 0],
        "status(n, foreign state)": [0, 0, 0, 0, 1, 1, 1, 1],
        "status(n, absent)": [0, 0, 1, 1, 0, 0, 0, 0],
    }
