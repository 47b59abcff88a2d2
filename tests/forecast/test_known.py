"""What a case may know at an origin: nothing that came later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rivalry.forecast import as_known, at_origin
from rivalry.foundation import Month

ORIGIN = Month.parse("2013-10")


def _input(model, name):
    return next(i for i in model.inputs if i.name == name).values


def test_a_line_between_figures_waits_for_the_second(little):
    funds = _input(little, "funds")
    known = _input(as_known(little), "funds")
    assert funds[3] == pytest.approx(0.5)
    assert known[:6].tolist() == [0.0] * 6
    assert known[6:12].tolist() == [1.0] * 6
    assert known[12:24].tolist() == [4.0] * 12
    assert known[24:].tolist() == [2.0] * 12


def test_a_figure_before_the_model_is_known_from_the_start(little):
    funds = next(i for i in little.inputs if i.name == "funds")
    early = replace(funds, knots=(-6, 12, 24))
    model = replace(little, inputs=tuple(early if i is funds else i for i in little.inputs))
    known = _input(as_known(model), "funds")
    np.testing.assert_array_equal(known[:12], funds.values[:12])
    assert known[12:24].tolist() == [4.0] * 12


def test_the_world_stands_still_after_the_origin(little):
    ahead = at_origin(as_known(little), ORIGIN, 12)
    assert ahead.time.n_months == 22
    assert ahead.time.end == ORIGIN + 12
    assert _input(ahead, "funds")[10:].tolist() == [1.0] * 12
    government = _input(ahead, "status(red, government)")
    assert government.shape == (22, 2)
    assert not government.any()
    fire = {s.name: s.fire for s in ahead.shocks}
    assert not fire["outrage"].any()
    # it held at the origin, and nobody knew until when
    assert fire["offensive"][8:].tolist() == [1] * 14
    for o in ahead.observations:
        assert len(o.data) == 22
        assert np.isnan(o.data[10:]).all()


def test_the_calendar_goes_on(make_case):
    text = """
rivalry: 1
title: A year
time: {start: 2013-03, end: 2014-02, substeps: 2}
levels: {x: {initial: 0, change: "(month_of_year + time / one) / one"}}
parameters: {one: {value: 1, unit: month}}
observations: {y: {as: "poisson(mean=max(x, 1))"}}
"""
    model = at_origin(make_case(text), Month.parse("2013-12"), 6)
    assert _input(model, "month_of_year").ravel().tolist()[-3:] == [4.0, 5.0, 6.0]
    assert _input(model, "time")[-1].tolist() == [15.0, 15.5]


def test_what_is_known_is_left_alone(little):
    late = at_origin(as_known(little), Month.parse("2015-06"), 3)
    whole = as_known(little)
    for a, b in zip(late.inputs, whole.inputs, strict=True):
        np.testing.assert_array_equal(a.values[:30], b.values[:30])
    for a, b in zip(late.shocks, whole.shocks, strict=True):
        np.testing.assert_array_equal(a.fire[:30], b.fire[:30])


def test_the_generated_code_is_the_same(little):
    assert at_origin(as_known(little), ORIGIN, 12).structure_hash == little.structure_hash
