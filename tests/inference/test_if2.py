"""Iterated filtering climbs to the mode, and does not wander where the data say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from rivalry.engine import BootstrapFilter, Swarm
from rivalry.inference import ClimbSettings, PriorSpace, climb


@pytest.fixture(scope="module")
def data(linear_data):
    return linear_data(72)


@pytest.fixture(scope="module")
def space(linear_case, with_series, data):
    return PriorSpace(with_series(linear_case, data))


@pytest.fixture(scope="module")
def log_posterior(kalman, data):
    """Exact log posterior in normal scores."""

    def density(space, u):
        fade, step, _ = space.values(u)
        return kalman(fade, step, data) - 0.5 * float(np.dot(u, u))

    return density


@pytest.mark.statistical
def test_the_climb_ends_near_the_mode(space, log_posterior):
    best = optimize.minimize(lambda u: -log_posterior(space, u), np.zeros(3)).x
    found = climb(space, ClimbSettings(seed=1, particles=400, passes=60))
    assert log_posterior(space, found.u) > log_posterior(space, best) - 0.5
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
