"""Time, inputs and lookups."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.foundation import Month


@pytest.mark.parametrize(
    ("between", "values"),
    [
        ("previous", [2, 2, 2, 2, 4, 4]),
        ("linear", [2, 2, 2, 3, 4, 4]),
        ("zero", [0, 0, 2, 0, 4, 0]),
    ],
)
def test_months_without_a_value(small, build, between, values):
    case = small(
        time={"start": "2021-01", "end": "2021-06"},
        inputs={"x": {"values": {"2021-05": 2, "2021-03-17": 1}, "between": between, "scale": 2}},
    )
    assert list(build(case).inputs[0].values) == values


def test_values_before_the_start_reach_into_it(small, build):
    inputs = {"x": {"values": {"1999-01": 7}}}
    assert set(build(small(inputs=inputs)).inputs[0].values) == {7}


def test_series_from_files(small, build):
    case = small(time={"start": "2021-01", "end": "2021-03"}, inputs={"x": {"file": "x.csv"}})
    data = {"x": {Month.of(2021, 2): 5.0, Month.of(2021, 1): 4.0}}
    assert list(build(case, inputs=data).inputs[0].values) == [4, 5, 5]


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({}, "R0517"),
        ({"values": {}}, "R0517"),
        ({"values": {"2021-01": float("nan")}}, "R0517"),
        ({"values": {"2021-01": float("inf")}}, "R0517"),
        ({"values": {"2021-01": 1}, "scale": float("nan")}, "R0517"),
        ({"values": {"2021-01": 1}, "file": "x.csv"}, "R0517"),
        ({"values": {"2021-01": 1, "2021-01-15": 2}}, "R0517"),
        ({"values": {"2021-01": 1, "0000-13": 2}}, "R0505"),
        ({"values": {"2021-01": 1, "": 2}}, "R0505"),
    ],
)
def test_faulty_inputs(small, faults, spec, code):
    assert [p.code for p in faults(small(inputs={"x": spec}))] == [code]


@pytest.mark.parametrize(
    "points",
    [
        [],
        [[0, 1]],
        [[0, 0], [0, 1]],
        [[1, 0], [0, 1]],
        [[0, 0], [float("nan"), 1]],
        [[0, 0], [1, float("nan")]],
        [[0, 0], [float("inf"), 1]],
    ],
)
def test_faulty_lookups(small, faults, points):
    assert [p.code for p in faults(small(lookups={"x": {"points": points}}))] == ["R0518"]


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2021-02", "2021-01", "R0504"),
        ("0001-01", "2021-01", "R0504"),
        ("2021-13", "2021-01", "R0505"),
        ("0000-01", "2021-01", "R0505"),
        ("2021", "2021-01", "R0505"),
        ("", "2021-01", "R0505"),
        ("2021-1", "2022-01", "R0505"),
        ("2021-01", "2021-02-30", "R0505"),
    ],
)
def test_faulty_times(small, faults, start, end, code):
    assert [p.code for p in faults(small(time={"start": start, "end": end}))] == [code]


def test_one_month_is_a_model(small, build):
    model = build(small(time={"start": "2021-01", "end": "2021-01"}))
    assert model.time.n_months == 1
    assert [str(m) for m in model.months] == ["2021-01"]
    assert np.isclose(model.time.dt, 0.25)
