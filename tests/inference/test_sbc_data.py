"""Simulated data sets look like the case's own: months, periods, ranges; priors given beside it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rivalry.foundation import Month, RivalryError, parse_yaml
from rivalry.inference import PriorSpace, simulate_data, with_priors
from rivalry.inference._sbc_data import _coarsen
from rivalry.model import ModelData, ModelSpec, build_model, prior_distribution

START = Month.parse("2013-01")
CASE = """
rivalry: 1
title: Ranges and gaps
time: {start: 2013-01, end: 2014-12, substeps: 1}
stocks: {people: {initial: 5000}}
flows: {loss: {from: people, hazard: rate}}
parameters:
  rate: {prior: "lognormal(log(0.02), 0.2)", unit: 1/month, bounds: [0, 0.2]}
  seen: {value: 0.5, bounds: [0, 1]}
accumulators:
  losses: {count: loss, unit: people}
  yearly: {count: loss, every: year, unit: people}
observations:
  monthly: {as: "poisson(mean=seen * losses)", unit: people}
  yearly_total: {every: year, as: "poisson(mean=seen * yearly)", unit: people}
  strength: {every: irregular, as: "between(people, sd=0.2)", unit: people}
"""


@pytest.fixture
def model():
    monthly = {START + i: 40.0 for i in range(24) if i not in (3, 4, 17)}
    data = {
        "monthly": monthly,
        "yearly_total": {START + 11: 500.0, START + 23: 400.0},
        "strength": {
            START + 2: (3000.0, 6000.0),
            START + 9: (4000.0, 4000.0),
            START + 15: (3500.0, np.nan),
            START + 20: (np.nan, 3500.0),
        },
    }
    spec = ModelSpec.from_data(parse_yaml(CASE).data)
    return build_model(spec, ModelData(observations=data))


def simulated(model, seed=1):
    found = simulate_data(model, PriorSpace(model).model_point(), seed)
    return {o.name: o for o in found.observations}


def test_data_stand_in_the_months_in_which_the_case_has_them(model):
    own = {o.name: o for o in model.observations}
    new = simulated(model)
    for name, o in own.items():
        missing = np.isnan(o.data) & (True if o.high is None else np.isnan(o.high))
        other = new[name]
        gone = np.isnan(other.data) & (True if other.high is None else np.isnan(other.high))
        np.testing.assert_array_equal(missing, gone)
    assert (new["monthly"].data[:3] != own["monthly"].data[:3]).any()


def test_totals_belong_to_their_period(model):
    """The first year loses about 5000 * (1 - exp(-0.24)), half of it seen: 533, sd 25."""
    totals = [simulated(model, s)["yearly_total"].data[11] for s in range(40)]
    assert np.mean(totals) == pytest.approx(533, abs=4 * 25 / np.sqrt(40))


def test_ranges_are_as_wide_as_in_the_case_and_bounds_stay_bounds(model):
    for seed in range(20):
        o = simulated(model, seed)["strength"]
        assert o.high[2] / o.data[2] == pytest.approx(2.0)
        assert o.high[9] == o.data[9]
        assert (o.data[15] == 3500.0) != (o.high[15] == 3500.0)
        assert (o.data[20] == 3500.0) != (o.high[20] == 3500.0)


def test_ranges_tile_the_axis_without_regard_to_the_figure():
    """Else the weight of a range would not be its probability."""
    figures = np.exp(np.linspace(np.log(10.0), np.log(9000.0), 500))
    cells = [_coarsen(float(x), 2000.0, 3000.0, 0.3) for x in figures]
    for x, (low, high) in zip(figures, cells, strict=True):
        assert low <= x <= high
    edges = sorted({round(low, 9) for low, _ in cells})
    assert len(edges) == pytest.approx(np.log(900.0) / np.log(1.5), abs=2)
    for (low, high), (after, _) in itertools.pairwise(cells):
        assert after in (pytest.approx(low), pytest.approx(high))


def test_nobody_left_is_reported_as_nobody():
    assert _coarsen(0.0, 2000.0, 3000.0, 0.3) == (0.0, 0.0)


def test_the_same_key_gives_the_same_data(model):
    one, two, other = (simulated(model, s) for s in (5, 5, 6))
    for name in one:
        np.testing.assert_array_equal(one[name].data, two[name].data)
    assert not np.array_equal(one["monthly"].data, other["monthly"].data, equal_nan=True)


def test_a_value_can_be_given_a_prior_within_its_bounds(model):
    changed = with_priors(model, {"seen": "normal(0.5, 0.1)", "rate": "gamma(4, 0.005)"})
    assert PriorSpace(changed).names == ("rate", "seen")
    seen = changed.parameters[changed.parameter_index["seen"]]
    assert seen.bounds == (0, 1)
    assert prior_distribution(seen).std() == pytest.approx(0.1)
    assert PriorSpace(model).names == ("rate",)


def test_every_fault_of_given_priors_is_named(model):
    with pytest.raises(RivalryError) as caught:
        with_priors(
            model, {"sen": "normal(0, 1)", "seen": "uniform(2, 3)", "rate": "norml(0, 1)"}, "p.yaml"
        )
    problems = caught.value.problems
    assert [p.code for p in problems] == ["R0840", "R0840", "R0309"]
    assert "Did you mean 'seen'" in problems[0].remedy
    assert all(p.file == "p.yaml" for p in problems)
    assert problems[2].where == "rate"
