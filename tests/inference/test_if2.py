"""Iterated filtering climbs to the mode, and does not wander where the data say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from rivalry.engine import BootstrapFilter, Swarm
from rivalry.foundation import Month, parse_yaml
from rivalry.inference import ClimbSettings, PriorSpace, climb
from rivalry.model import ModelData, ModelSpec, build_model

START = Month.parse("2013-01")
CASE = """
rivalry: 1
title: Linear and Gaussian
time: {start: 2013-01, end: 2018-12, substeps: 1}
levels: {x: {initial: 1, change: "-fade * x", sd: step}}
parameters:
  fade: {prior: "beta(4, 8)", unit: 1/month}
  step: {prior: "lognormal(log(0.5), 0.5)"}
  idle: {prior: "normal(0, 1)"}
  error: 0.7
auxiliaries: {nothing: idle}
observations: {y: {as: "normal(mean=x, sd=error)"}}
"""


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    x, ys = 1.0, []
    for _ in range(72):
        x = 0.7 * x + 0.6 * rng.standard_normal()
        ys.append(x + 0.7 * rng.standard_normal())
    return np.array(ys)


@pytest.fixture(scope="module")
def space(data):
    series = {START + i: float(y) for i, y in enumerate(data)}
    return PriorSpace(
        build_model(
            ModelSpec.from_data(parse_yaml(CASE).data), ModelData(observations={"y": series})
        )
    )


def log_posterior(space, data, u):
    """Exact log posterior in normal scores, by the Kalman filter."""
    fade, step, _ = space.values(u)
    mean, var, total = 1.0, 0.0, -0.5 * float(np.dot(u, u))
    for y in data:
        mean, var = (1 - fade) * mean, (1 - fade) ** 2 * var + step**2
        s = var + 0.49
        total += stats.norm.logpdf(y, mean, np.sqrt(s))
        mean, var = mean + var / s * (y - mean), var * (1 - var / s)
    return total


@pytest.mark.statistical
def test_the_climb_ends_near_the_mode(space, data):
    best = optimize.minimize(lambda u: -log_posterior(space, data, u), np.zeros(3)).x
    found = climb(space, ClimbSettings(seed=1, particles=400, passes=60))
    assert log_posterior(space, data, found.u) > log_posterior(space, data, best) - 0.5
    assert abs(found.u[2]) < 0.5
    assert found.logs[-10:].mean() > found.logs[0]


def test_the_same_key_climbs_the_same_way(space):
    settings = ClimbSettings(seed=2, particles=50, passes=3)
    one, two, other = (climb(space, settings, stream=s) for s in (0, 0, 1))
    np.testing.assert_array_equal(one.trace, two.trace)
    assert not np.array_equal(one.trace, other.trace)


def test_a_swarm_of_equals_is_a_filter(space):
    """With one parameter vector for all, the swarm's likelihood is the bootstrap filter's."""
    u = np.array([0.3, -0.2, 0.0])
    n = 4000
    swarm = Swarm(space.model, n)
    parameters = space.swarm(np.tile(u, (n, 1)))
    rng = np.random.default_rng(1)
    total = sum(swarm.step(t, parameters, 5, 1, rng.random())[0] for t in range(swarm.months))
    logs = [
        BootstrapFilter(space.model, n).run(space.parameters(u), 6, s).log_likelihood
        for s in range(8)
    ]
    assert total == pytest.approx(np.mean(logs), abs=4 * np.std(logs) + 0.05)


def test_many_scores_at_once_give_the_values_of_each(space):
    u = np.random.default_rng(2).normal(0, 2, (20, 3))
    full = space.swarm(u)
    for row, one in zip(full, u, strict=True):
        np.testing.assert_allclose(row, space.parameters(one))
