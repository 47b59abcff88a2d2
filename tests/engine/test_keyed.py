"""Common random numbers: a change in one place leaves the numbers of all others untouched."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.engine import simulate

SEPARATE = """
rivalry: 1
title: Two parts that never meet
time: {{start: 2013-01, end: 2014-12, substeps: 4}}
stocks: {{a: {{initial: 5000}}, b: {{initial: 5000}}, c: {{initial: 0}}}}
noise: {{wind: {{kind: ar1, sd: 0.3, half_life: 4 months}}, gust: {{kind: gamma, variance: 0.2}}}}
levels: {{mood: {{initial: 0.5, change: "(0.5 - mood) / slow", sd: 0.1}}}}
parameters:
  la: {{value: {la}, unit: 1/month}}
  lb: {{value: 0.02, unit: 1/month}}
  lc: {{value: 0.01, unit: 1/month}}
  slow: {{value: 5, unit: month}}
flows:
  a_out: {{from: a, hazard: la * wind}}
  b_out: {{from: b, to: c, hazard: lb * gust}}
  b_lost: {{from: b, hazard: lc * wind}}
  new_b: {{to: b, rate: 20}}
{extra}
"""


def _names(model):
    return [n for n in model.recordable if n not in ("a", "a_out")]


def test_changing_one_flow_leaves_unaffected_series_exactly_equal(make_model):
    low = make_model(SEPARATE.format(la=0.01, extra=""))
    high = make_model(SEPARATE.format(la=0.05, extra=""))
    x = simulate(low, 64, seed=4, keyed=True, outputs=low.recordable)
    y = simulate(high, 64, seed=4, keyed=True, outputs=high.recordable)
    assert not np.array_equal(x["a"], y["a"])
    for name in _names(low):
        np.testing.assert_array_equal(x[name].values, y[name].values)


def test_adding_an_element_does_not_shift_the_others(make_model):
    plain = make_model(SEPARATE.format(la=0.01, extra=""))
    more = make_model(
        SEPARATE.format(la=0.01, extra="  more: {from: c, to: a, hazard: lc}").replace(
            "stocks: {a:", "stocks: {z: {initial: 9}, a:"
        )
    )
    x = simulate(plain, 32, seed=4, keyed=True, outputs=["b", "wind", "gust", "mood", "b_out"])
    y = simulate(more, 32, seed=4, keyed=True, outputs=["b", "wind", "gust", "mood", "b_out"])
    for name in ("b", "wind", "gust", "mood", "b_out"):
        np.testing.assert_array_equal(x[name].values, y[name].values)


def test_without_keys_a_change_does_shift_the_others(make_model):
    """The check above can fail: plain streams do not keep series apart."""
    low = make_model(SEPARATE.format(la=0.01, extra=""))
    high = make_model(SEPARATE.format(la=0.05, extra=""))
    x, y = (simulate(m, 16, seed=4, outputs=["b"]) for m in (low, high))
    assert not np.array_equal(x["b"], y["b"])


def test_a_scenario_equal_to_the_reference_gives_exactly_zero(everything):
    x = simulate(everything, 32, seed=9, keyed=True)
    y = simulate(everything, 32, seed=9, keyed=True, scenario="same")
    for name in x.data_vars:
        np.testing.assert_array_equal(x[name].values, y[name].values)


def test_scenarios_change_nothing_before_they_begin(everything):
    x = simulate(everything, 32, seed=9, keyed=True)
    y = simulate(everything, 32, seed=9, keyed=True, scenario="hot")
    for name in x.data_vars:
        if name != "parameters":
            np.testing.assert_array_equal(x[name].values[:, :12], y[name].values[:, :12])
    assert (y["deaths_year"] - x["deaths_year"]).values[:, 20].mean() > 10


def test_contrasts_are_much_sharper_with_common_numbers(everything):
    base = simulate(everything, 400, seed=9, keyed=True)
    same = simulate(everything, 400, seed=9, keyed=True, scenario="hot")
    other = simulate(
        everything, 400, seed=10, keyed=True, scenario="hot", parameters=base["parameters"].values
    )
    last = {"month": -3}
    paired = (same["deaths_year"] - base["deaths_year"]).isel(last).var()
    apart = (other["deaths_year"] - base["deaths_year"]).isel(last).var()
    assert float(apart) > 3 * float(paired)


@pytest.mark.parametrize("threads", [1, 2])
def test_keyed_runs_do_not_depend_on_threads(everything, threads):
    x = simulate(everything, 70, seed=9, keyed=True, threads=threads)
    y = simulate(everything, 70, seed=9, keyed=True, threads=3)
    assert x.identical(y)
