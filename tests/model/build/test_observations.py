"""Observations of every family, and data laid on the months of the model."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.foundation import Month
from rivalry.model import FAMILIES
from rivalry.model.ir import Const, Ref

NAN = float("nan")
INF = float("inf")


@pytest.fixture
def seen(small):
    def make(as_: str, **fields):
        return small(
            time={"start": "2021-01", "end": "2021-06"},
            parameters={"k": 3},
            observations={"y": {"as": as_, **fields}},
        )

    return make


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_by_position_and_by_name(seen, build, family):
    values = {name: "0.5" for name in ("zero", "p", "outliers")}
    values |= dict.fromkeys(("size", "outlier_size", "sd"), "k")
    args = [values.get(name, "people") for name in FAMILIES[family]]
    plain = build(seen(f"{family}({', '.join(args)})")).observations[0]
    named = ", ".join(
        f"{n}={a}" for n, a in reversed(list(zip(FAMILIES[family], args, strict=True)))
    )
    other = build(seen(f"{family}({named})")).observations[0]
    assert plain.family == family
    assert plain.args == other.args
    wanted = tuple(Const(0.5) if a == "0.5" else Ref(a) for a in args)
    assert plain.args == wanted
    assert np.isnan(plain.data).all()
    assert (plain.high is None) == (family != "between")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "R0301"),
        ("poisson(", "R0301"),
        ("people", "R0314"),
        ("poisson", "R0314"),
        ("poison(people)", "R0314"),
        ("exp(people)", "R0314"),
        ("2 * poisson(people)", "R0314"),
        ("poisson()", "R0308"),
        ("poisson(people, k)", "R0308"),
        ("poisson(rate=people)", "R0308"),
        ("poisson(people, mean=k)", "R0308"),
        ("negative_binomial(people)", "R0308"),
        ("poisson(peple)", "R0303"),
        ("poisson(-1)", "R0507"),
        ("normal(people, 0)", "R0507"),
        ("negative_binomial(people, size=0)", "R0507"),
        ("hurdle_poisson(people, zero=1.5)", "R0507"),
        ("binomial(people, p=-0.1)", "R0507"),
        ("lognormal(0, 1)", "R0507"),
        ("between(people, sd=-1)", "R0507"),
    ],
)
def test_faulty_distributions(seen, faults, text, code):
    problems = faults(seen(text))
    assert [(p.code, p.where) for p in problems] == [(code, "observations.y.as")]


def test_means_may_be_below_zero_for_the_normal(seen, build):
    build(seen("normal(-1, 2)"))


def months(**values):
    return {"y": {Month.parse(k[1:].replace("_", "-")): v for k, v in values.items()}}


def test_missing_months_stay_empty(seen, build):
    data = months(m2021_02=3.0, m2021_05=0.0, m2021_06=NAN, m2020_12=9.0, m2021_07=9.0)
    found = build(seen("poisson(people)"), observations=data).observations[0]
    np.testing.assert_array_equal(found.data, [NAN, 3, NAN, NAN, 0, NAN])


def test_from_and_until_cut_the_series(seen, build):
    data = {"y": {Month.of(2021, m): float(m) for m in range(1, 7)}}
    found = build(
        seen("poisson(people)", **{"from": "2021-02", "until": "2021-05"}), observations=data
    ).observations[0]
    np.testing.assert_array_equal(found.data, [NAN, 2, 3, 4, NAN, NAN])


@pytest.mark.parametrize("field", ["from", "until"])
def test_limits_are_dates(seen, faults, field):
    problems = faults(seen("poisson(people)", **{field: "0000-13"}))
    assert [(p.code, p.where) for p in problems] == [("R0505", f"observations.y.{field}")]


def test_ranges(seen, build):
    data = months(m2021_01=(1.0, 2.0), m2021_02=(NAN, 2.0), m2021_03=(1.0, NAN), m2021_04=5.0)
    found = build(seen("between(people, 0.3)"), observations=data).observations[0]
    np.testing.assert_array_equal(found.data, [1, NAN, 1, 5, NAN, NAN])
    np.testing.assert_array_equal(found.high, [2, 2, NAN, 5, NAN, NAN])


@pytest.mark.parametrize(
    ("family", "value"),
    [
        ("poisson(people)", -1.0),
        ("poisson(people)", 0.5),
        ("poisson(people)", INF),
        ("negative_binomial(people, 2)", 1e-9),
        ("hurdle_poisson(people, 0.5)", -3.0),
        ("binomial(people, 0.5)", 2.5),
        ("lognormal(people, 1)", 0.0),
        ("lognormal(people, 1)", -1.0),
        ("normal(people, 1)", -INF),
        ("normal(people, 1)", (1.0, 2.0)),
        ("poisson(people)", (1.0, 2.0)),
        ("between(people, 1)", (2.0, 1.0)),
        ("between(people, 1)", (-1.0, 1.0)),
        ("between(people, 1)", (1.0, INF)),
    ],
)
def test_impossible_data(seen, faults, family, value):
    problems = faults(seen(family), observations=months(m2021_01=value))
    assert {(p.code, p.where) for p in problems} == {("R0621", "observations.y")}
    assert "2021-01" in problems[0].message


@pytest.mark.parametrize("section", ["inputs", "observations"])
def test_data_without_a_place_are_not_passed_over(seen, faults, section):
    problems = faults(seen("poisson(people)"), **{section: {"z": {Month.of(2021, 1): 1.0}}})
    assert [(p.code, p.where) for p in problems] == [("R0303", section)]


def test_labels(seen, build):
    found = build(seen("poisson(people)", label="Events", group="Violence", every="year"))
    assert found.observations[0].label == "Events"
    assert found.observations[0].group == "Violence"
    assert found.observations[0].every == "year"


@pytest.mark.parametrize(
    ("as_", "parameters", "value"),
    [
        ("negative_binomial(people, size=k)", {"k": -2}, "-2"),
        ("negative_binomial(people, size=k)", {"k": 0}, "0"),
        ("negative_binomial(people, size=k - 3)", {"k": 3}, "0"),
        ("normal(people, sd=k)", {"k": 0}, "0"),
        ("hurdle_poisson(people, zero=k)", {"k": 1.5}, "1.5"),
        ("binomial(people, p=k)", {"k": -0.5}, "-0.5"),
        ("poisson(k)", {"k": -1}, "-1"),
        ("negative_binomial(people, size=-2)", {"k": 1}, "-2"),
        # never in range, whatever is drawn
        ("normal(people, sd=k)", {"k": "uniform(-3, -1)"}, "k"),
        ("binomial(people, p=k)", {"k": {"prior": "normal(0, 5)", "bounds": [2, 9]}}, "k"),
    ],
)
def test_arguments_out_of_range_are_refused(seen, faults, as_, parameters, value):
    case = seen(as_)
    case["parameters"] = parameters
    found = [p for p in faults(case) if p.severity == "error"]
    assert [(p.code, p.where) for p in found] == [("R0507", "observations.y.as")]
    assert found[0].message.startswith("y: ")
    assert value in found[0].message


@pytest.mark.parametrize(
    ("as_", "prior", "warns"),
    [
        ("negative_binomial(people, size=k)", "normal(5, 3)", True),
        ("normal(people, sd=k)", {"prior": "uniform(-1, 3)"}, True),
        ("binomial(people, p=k)", "half_normal(1)", True),
        ("normal(people, sd=k)", {"prior": "normal(5, 3)", "bounds": [0.1, None]}, False),
        ("normal(people, sd=k)", {"prior": "normal(5, 3)", "bounds": [0, None]}, False),
        ("negative_binomial(people, size=k)", "lognormal(0, 1)", False),
        ("binomial(people, p=k)", "beta(2, 2)", False),
        ("normal(k, sd=1)", "normal(0, 5)", False),
    ],
)
def test_priors_that_reach_out_of_range_are_a_warning(seen, build, as_, prior, warns):
    case = seen(as_)
    case["parameters"] = {"k": prior}
    found = [(p.code, p.where) for p in build(case).warnings]
    assert found == ([("R0623", "observations.y.as")] if warns else [])


def on_data(model):
    return [p for p in model.warnings if p.code.startswith("R06")]


def test_rows_outside_the_time_are_told(seen, build):
    data = months(m2021_02=3.0, m2029_05=4.0, m2020_12=9.0)
    places = {"y": {month: ("y.csv", 9 - i) for i, month in enumerate(data["y"])}}
    model = build(seen("poisson(people)"), observations=data, places=places)
    (found,) = on_data(model)
    # the row that stands first in the file
    assert (found.code, found.file, found.line) == ("R0624", "y.csv", 7)
    assert "2 of 3 rows lie outside 2021-01..2021-06" in found.message
    np.testing.assert_array_equal(model.observations[0].data, [NAN, 3, NAN, NAN, NAN, NAN])


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        ({}, ["R0624"]),
        ({"from": "2021-01"}, ["R0624"]),
        ({"from": "2021-01", "until": "2021-07"}, []),
        ({"from": "2015-01", "until": "2030-01"}, []),
    ],
)
def test_limits_say_that_rows_are_left_out_on_purpose(seen, build, limits, codes):
    data = months(m2020_12=9.0, m2021_02=3.0, m2021_08=4.0)
    model = build(seen("poisson(people)", **limits), observations=data)
    assert [p.code for p in on_data(model)] == codes


def test_impossible_data_are_placed_in_their_file(seen, faults):
    data = months(m2021_01=2.5)
    found = faults(
        seen("poisson(people)"),
        observations=data,
        places={"y": {Month.of(2021, 1): ("y.csv", 4)}},
    )
    assert [(p.code, p.file, p.line) for p in found] == [("R0621", "y.csv", 4)]


@pytest.fixture
def summed(small):
    def make(period: str, start: str, as_: str):
        return small(
            time={"start": start, "end": "2022-12"},
            accumulators={"total": {"integral": "people", "every": period}},
            auxiliaries={"half": "total / 2"},
            observations={"y": {"as": as_, "every": period}},
        )

    return make


@pytest.mark.parametrize("as_", ["poisson(total)", "poisson(half)"])
@pytest.mark.parametrize(
    ("every", "start", "data", "dropped"),
    [
        ("year", "2020-04", ["2020-12", "2021-12"], "2020-12"),
        ("year", "2020-01", ["2020-12", "2021-12"], None),
        ("half-year", "2020-02", ["2020-06", "2020-12"], "2020-06"),
        ("half-year", "2020-07", ["2020-12", "2021-06"], None),
        ("quarter", "2020-03", ["2020-03", "2020-06"], "2020-03"),
    ],
)
def test_the_first_period_must_be_whole(summed, build, as_, every, start, data, dropped):
    values = {"y": {Month.parse(m): 5.0 for m in data}}
    model = build(summed(every, start, as_), observations=values)
    used = {str(model.months[i]) for i in np.flatnonzero(np.isfinite(model.observations[0].data))}
    assert used == set(data) - {dropped}
    told = on_data(model)
    assert [p.code for p in told] == ["R0625"] * (dropped is not None)
    assert all(str(dropped) in p.message for p in told)


def test_what_is_no_sum_needs_no_whole_period(summed, build):
    case = summed("year", "2020-04", "between(people, 0.3)")
    model = build(case, observations={"y": {Month.of(2020, 12): (5.0, 9.0)}})
    assert on_data(model) == []
    assert model.observations[0].data[8] == 5
