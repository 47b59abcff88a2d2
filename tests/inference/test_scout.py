"""Scouts, the surface through their log-likelihoods, and chains that leap to what they found.

The statistical tests have fixed seeds and ask for agreement within five standard errors.
"""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from rivalry.inference import (
    ChainSettings,
    Gaussian,
    ScoutSettings,
    advance_chain,
    advance_scout,
    fit_surface,
    make_pool,
    refine,
    start_chain,
    start_scout,
)
from rivalry.inference import _scout as scouting

SLOPE = np.array([1.5, -0.4, 0.0])
CURVATURE = np.array([[3.0, 0.8, 0.0], [0.8, 1.0, 0.0], [0.0, 0.0, 0.0]])
#: Posterior under a standard normal prior.
COV = np.linalg.inv(CURVATURE + np.eye(3))
MEAN = COV @ SLOPE


def quadratic(u):
    return u @ SLOPE - 0.5 * np.einsum("...i,ij,...j->...", u, CURVATURE, u)


@dataclass
class Coordinates:
    """Normal scores that are the parameters themselves."""

    size: int = 3

    @property
    def model(self):
        return None

    def swarm(self, u):
        return u

    def parameters(self, u):
        return u

    def model_point(self):
        return np.zeros(self.size)

    @staticmethod
    def log_prior(u):
        return float(-0.5 * u @ u)


class NoisyFilter:
    """An unbiased estimate of the likelihood with a log-normal error."""

    def __init__(self, noise):
        self.noise = noise

    def run(self, u, seed, stream=0, n_months=None):
        z = np.random.default_rng([seed, stream]).standard_normal()
        error = self.noise * z - 0.5 * self.noise**2
        return SimpleNamespace(log_likelihood=float(quadratic(u)) + error)


@pytest.fixture
def filters(monkeypatch):
    """Scouts that filter with `NoisyFilter`."""

    def tasks(model, points, particles, seed, streams, pool):
        filter_ = NoisyFilter(1.5)
        return np.array(
            [
                filter_.run(p, seed, int(s)).log_likelihood
                for p, s in zip(points, streams, strict=True)
            ]
        )

    monkeypatch.setattr(scouting, "likelihood_tasks", tasks)


def scouts(settings, batch):
    state = start_scout(Coordinates())
    with make_pool(None, 1) as pool:
        while len(state.points) < settings.total:
            state = advance_scout(Coordinates(), settings, state, pool, batch)
        assert advance_scout(Coordinates(), settings, state, pool, batch) is state
    return state


def test_a_surface_without_noise_is_the_quadratic():
    x = np.random.default_rng(1).standard_normal((200, 3))
    surface = fit_surface(x, 7.0 + quadratic(x))
    np.testing.assert_allclose(surface.slope, SLOPE, atol=0.05)
    np.testing.assert_allclose(surface.curvature, CURVATURE, atol=0.1)
    assert surface.spread < 0.1


def test_noise_is_averaged_out_and_products_of_nothing_are_shrunk():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((1500, 12))
    y = quadratic(x[:, :3]) + 2.0 * rng.standard_normal(1500)
    surface = fit_surface(x, y)
    np.testing.assert_allclose(surface.slope[:3], SLOPE, atol=5 * 2.0 / np.sqrt(1500))
    dead = surface.curvature[3:, 3:]
    assert np.abs(dead).max() < 0.2
    assert surface.spread == pytest.approx(2.0, abs=0.2)


def test_scouts_find_the_posterior_through_the_noise(filters):
    found = scouts(ScoutSettings(1, 10, rounds=4, points=300), 300).gaussian
    spread = np.sqrt(np.diag(COV))
    assert np.all(np.abs(found.mean - MEAN) < 0.5 * spread)
    np.testing.assert_allclose(np.diag(found.cov), np.diag(COV), rtol=0.4)


def test_scouts_in_pieces_are_the_scouts_in_one(filters):
    settings = ScoutSettings(3, 10, rounds=3, points=40)
    whole, pieces = scouts(settings, 40), scouts(settings, 7)
    for name in ("mean", "cov", "points", "logs"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(pieces, name))


def test_points_without_a_likelihood_are_left_out():
    rng = np.random.default_rng(4)
    now = Gaussian(np.zeros(3), np.eye(3))
    points = rng.standard_normal((300, 3))
    logs = quadratic(points)
    logs[::3] = -np.inf
    found = refine(points, logs, now)
    assert np.all(np.isfinite(found.mean))
    np.testing.assert_allclose(found.mean, MEAN, atol=0.1)


@pytest.mark.parametrize("logs", [np.full(50, -np.inf), np.r_[np.zeros(5), np.full(45, -np.inf)]])
def test_with_too_few_points_the_guess_stays(logs):
    now = Gaussian(np.zeros(3), np.eye(3))
    assert refine(np.random.default_rng(1).standard_normal((50, 3)), logs, now) is now


def test_a_surface_that_bends_upwards_is_no_wider_than_the_prior():
    points = np.random.default_rng(5).standard_normal((400, 3))
    found = refine(points, 0.4 * (points**2).sum(axis=1), Gaussian(np.zeros(3), np.eye(3)))
    assert np.linalg.eigvalsh(found.cov).max() <= 1.25 + 1e-9


def run(guess, seed=1, chains=4, noise=0.7):
    settings = ChainSettings(seed, 10, 500, 4000)
    states = []
    for c in range(chains):
        state = start_chain(Coordinates(), NoisyFilter(noise), settings, c, guess=guess)
        state = advance_chain(
            Coordinates(), NoisyFilter(noise), settings, state, settings.total, guess
        )
        states.append(state.draws[settings.warmup :])
    return np.array(states)


@pytest.mark.parametrize(
    "guess",
    [
        Gaussian(MEAN, COV),
        # a guess that is off in place and width bends the proposals, not the answer
        Gaussian(MEAN + np.array([0.5, -0.5, 0.6]), 0.7 * COV),
        Gaussian(np.zeros(3), np.eye(3)),
        None,
    ],
)
def test_chains_have_the_exact_posterior_whatever_the_guess(guess):
    import arviz as az

    draws = run(guess)
    for i in range(3):
        ess = float(az.ess(draws[:, :, i]))
        assert ess > 150
        error = np.sqrt(COV[i, i] / ess)
        assert draws[:, :, i].mean() == pytest.approx(MEAN[i], abs=5 * error)
        assert draws[:, :, i].var() == pytest.approx(COV[i, i], rel=5 * np.sqrt(2 / ess))


def test_leaps_mix_better_than_walks():
    import arviz as az

    leaps, walks = (
        min(float(az.ess(run(g)[:, :, i])) for i in range(3)) for g in (Gaussian(MEAN, COV), None)
    )
    assert leaps > 2 * walks


def test_a_chain_in_pieces_is_the_chain_in_one():
    guess = Gaussian(MEAN, COV)
    settings = ChainSettings(9, 10, 60, 90)
    begun = start_chain(Coordinates(), NoisyFilter(1.0), settings, 0, guess=guess)
    whole = advance_chain(Coordinates(), NoisyFilter(1.0), settings, begun, 1000, guess)
    pieces = begun
    while pieces.iteration < settings.total:
        pieces = advance_chain(Coordinates(), NoisyFilter(1.0), settings, pieces, 11, guess)
    np.testing.assert_array_equal(whole.draws, pieces.draws)
    assert whole.leap == pieces.leap


def test_points_that_are_all_but_impossible_are_left_out():
    rng = np.random.default_rng(6)
    points = rng.standard_normal((300, 3))
    logs = quadratic(points)
    logs[::2] = -1e200
    found = refine(points, logs, Gaussian(np.zeros(3), np.eye(3)))
    np.testing.assert_allclose(found.mean, MEAN, atol=0.1)
