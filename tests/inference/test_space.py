"""Normal scores: a map there and back for every prior, also cut off and far out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rivalry.foundation import RivalryError, parse_yaml
from rivalry.inference import PriorSpace
from rivalry.model import ModelSpec, build_model

CASE = """
rivalry: 1
title: priors
time: {start: 2013-01, end: 2013-02}
dimensions: {group: [a, b]}
stocks: {s: {initial: "~ lognormal(log(100), 0.5)"}}
parameters:
  n: {prior: "normal(-2, 3)"}
  ln: {prior: "lognormal(0, 1)"}
  u: {prior: "uniform(2, 5)"}
  be[group]: {prior: "beta(0.7, 4)"}
  g: {prior: "gamma(2, 0.1)"}
  h: {prior: "half_normal(0.2)"}
  e: {prior: "exponential(3)"}
  cut: {prior: "normal(0, 1)", bounds: [0.5, 2]}
  far: {prior: "normal(0, 1)", bounds: [6, null]}
  fixed: 3
"""


@pytest.fixture(scope="module")
def space():
    return PriorSpace(build_model(ModelSpec.from_data(parse_yaml(CASE).data)))


@settings(deadline=None, derandomize=True)
@given(st.floats(-5, 5))
def test_there_and_back(space, score):
    u = np.full(space.size, score)
    np.testing.assert_allclose(space.scores(space.values(u)), u, atol=1e-5)


def test_standard_normals_become_the_priors(space):
    u = np.random.default_rng(1).standard_normal((4000, space.size))
    x = np.array([space.values(row) for row in u])
    wanted = {
        "n": stats.norm(-2, 3),
        "ln": stats.lognorm(1),
        "u": stats.uniform(2, 3),
        "be[b]": stats.beta(0.7, 4),
        "g": stats.gamma(2, scale=0.1),
        "h": stats.halfnorm(scale=0.2),
        "e": stats.expon(scale=3),
        "cut": stats.truncnorm(0.5, 2),
        "far": stats.truncnorm(6, np.inf),
        "initial.s": stats.lognorm(0.5, scale=100),
    }
    # ten tests; the smallest p-value is held against 1e-3 / 10
    for name, distribution in wanted.items():
        p = stats.kstest(x[:, space.names.index(name)], distribution.cdf).pvalue
        assert p > 1e-4, name


def test_bounds_hold_however_far_out(space):
    for score in (-50.0, -8.0, 8.0, 50.0):
        x = dict(zip(space.names, space.values(np.full(space.size, score)), strict=True))
        assert 0.5 <= x["cut"] <= 2
        assert x["far"] >= 6
        assert 2 <= x["u"] <= 5
        assert all(np.isfinite(v) for v in x.values())


def test_the_rest_stays_at_its_median(space):
    small = PriorSpace(space.model, ["ln", "be"])
    assert small.names == ("ln", "be[a]", "be[b]")
    full = small.parameters(np.ones(3))
    index = space.model.parameter_index
    assert full[index["fixed"]] == 3
    assert full[index["n"]] == pytest.approx(-2)
    assert full[index["ln"]] == pytest.approx(np.exp(1))


@pytest.mark.parametrize("name", ["fixed", "lnn", "s"])
def test_only_uncertain_parameters_move(space, name):
    with pytest.raises(RivalryError) as caught:
        PriorSpace(space.model, [name])
    assert caught.value.problems[0].code == "R0820"
