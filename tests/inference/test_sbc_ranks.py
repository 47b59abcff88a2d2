"""Ranks are uniform where the posterior is exact, and the tests of uniformity hold their level."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rivalry.inference import (
    chi_square_p_value,
    counts_below,
    ecdf_band,
    ecdf_p_value,
    rank,
    share_interval,
    thin,
)

#: Data sets of the conjugate case, and posterior draws of each.
N, L = 400, 19
#: Each test of a correct posterior below fails for one seed in a thousand.
ALARM = 1e-3


def conjugate(seed, draw):
    """Ranks of theta ~ N(0, 1) given three y ~ N(theta, 1), and of their log-likelihood.

    `draw` takes mean and sd of the exact posterior and a generator, and gives draws.
    """
    ranks, logs = [], []
    for i in range(N):
        rng = np.random.default_rng([seed, i])
        theta = rng.standard_normal()
        y = theta + rng.standard_normal(3)
        draws = draw(y.sum() / 4.0, 0.5, rng)
        ranks.append(rank(theta, draws, rng))

        def likelihood(x, y=y):
            return -0.5 * ((y[:, None] - x) ** 2).sum(axis=0)

        logs.append(rank(float(likelihood(np.array([theta]))[0]), likelihood(draws), rng))
    return ranks, logs


def exact(mean, sd, rng):
    return mean + sd * rng.standard_normal(L)


@pytest.mark.statistical
@pytest.mark.parametrize("seed", range(4))
def test_ranks_of_an_exact_posterior_are_uniform(seed):
    for ranks in conjugate(seed, exact):
        assert ecdf_p_value(ranks, L) > ALARM
        assert chi_square_p_value(ranks, L) > ALARM


@pytest.mark.statistical
@pytest.mark.parametrize(
    "wrong",
    [
        lambda mean, sd, rng: exact(mean + 0.5 * sd, sd, rng),
        lambda mean, sd, rng: exact(mean, 0.6 * sd, rng),
        lambda mean, sd, rng: exact(mean, 1.7 * sd, rng),
    ],
    ids=["biased", "too narrow", "too wide"],
)
def test_ranks_of_a_wrong_posterior_are_not(wrong):
    ranks, _ = conjugate(0, wrong)
    assert ecdf_p_value(ranks, L) < 1e-6
    assert chi_square_p_value(ranks, L) < 1e-6


@pytest.mark.statistical
def test_only_the_likelihood_sees_a_fit_that_ignores_the_data():
    """Draws from the prior rank a parameter uniformly: the blind spot of parameters alone."""
    ranks, logs = conjugate(0, lambda mean, sd, rng: rng.standard_normal(L))
    assert ecdf_p_value(ranks, L) > ALARM
    assert ecdf_p_value(logs, L) < 1e-6


@pytest.mark.statistical
def test_noisy_quantities_are_uniform_if_the_noise_is_fresh():
    """An estimate kept by a chain that favours lucky ones is not like one made at the truth."""
    fresh, kept = [], []
    for i in range(N):
        rng = np.random.default_rng([9, i])
        theta = rng.standard_normal()
        draws = exact((theta + rng.standard_normal(3)).sum() / 4.0, 0.5, rng)
        truth = theta + rng.standard_normal()
        fresh.append(rank(truth, draws + rng.standard_normal(L), rng))
        # tilting N(0, 1) noise of a log-likelihood by its exponential moves it up by its variance
        kept.append(rank(truth, draws + 1.0 + rng.standard_normal(L), rng))
    assert ecdf_p_value(fresh, L) > ALARM
    assert ecdf_p_value(kept, L) < 1e-6


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_a_rank_counts_what_lies_below_and_some_of_the_ties(below, ties, seed):
    draws = np.array([-1.0] * below + [0.0] * ties + [1.0] * 3)
    assert below <= rank(0.0, draws, np.random.default_rng(seed)) <= below + ties


@pytest.mark.statistical
def test_ties_are_broken_evenly():
    rng = np.random.default_rng(1)
    ranks = [rank(-np.inf, np.full(L, -np.inf), rng) for _ in range(N)]
    assert ecdf_p_value(ranks, L) > ALARM


@given(st.integers(1, 60), st.integers(1, 400))
def test_thinned_draws_are_evenly_spread(n, size):
    if n > size:
        with pytest.raises(ValueError, match="cannot take"):
            thin(np.arange(size), n)
        return
    kept = thin(np.arange(float(size)), n)
    assert len(kept) == len(set(kept)) == n
    gaps = np.diff([-1, *kept, size])
    assert gaps[1:-1].size == 0 or np.ptp(gaps[1:-1]) <= 1
    assert abs(gaps[0] - gaps[-1]) <= 2


@pytest.mark.parametrize(("n", "n_draws"), [(4, 3), (3, 5), (6, 2)])
def test_p_values_are_those_of_enumeration(n, n_draws):
    cells = n_draws + 1

    def strangeness(ranks):
        smallest = 1e9
        for i in range(1, cells):
            below = sum(r < i for r in ranks)
            law = stats.binom(n, i / cells)
            smallest = min(smallest, 2 * min(law.cdf(below), law.sf(below - 1)))
        return smallest

    outcomes = list(itertools.product(range(cells), repeat=n))
    found = {r: strangeness(r) for r in {tuple(sorted(o)) for o in outcomes}}
    every = np.array([found[tuple(sorted(o))] for o in outcomes])
    for ranks, one in found.items():
        expected = float((every <= one * (1 + 1e-9)).mean())
        assert ecdf_p_value(ranks, n_draws) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("n", "n_draws", "level"), [(50, 19, 0.05), (100, 19, 0.01), (37, 7, 0.2)])
def test_the_band_is_left_as_often_as_it_says(n, n_draws, level):
    band = ecdf_band(n, n_draws, level)
    assert 0.5 * level < band.level <= level
    rng = np.random.default_rng(0)
    repeats = 4000
    left = 0
    for _ in range(repeats):
        ranks = rng.integers(0, n_draws + 1, n)
        below = counts_below(ranks, n_draws)
        outside = bool(((below < band.low) | (below > band.high)).any())
        assert outside == (ecdf_p_value(ranks, n_draws) <= level + 1e-12)
        left += outside
    # 4 standard errors: one seed in 16,000
    error = np.sqrt(band.level * (1 - band.level) / repeats)
    assert left / repeats == pytest.approx(band.level, abs=4 * error)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 19), min_size=1, max_size=60))
def test_p_values_are_probabilities(ranks):
    assert 0.0 <= ecdf_p_value(ranks, 19) <= 1.0
    assert ecdf_p_value(ranks, 19) == pytest.approx(
        ecdf_p_value([19 - r for r in ranks], 19), abs=1e-9
    )


def test_the_binomial_interval_is_the_exact_one():
    # 0.025 ** 0.1 by hand; the other from published tables
    assert share_interval(10, 10) == pytest.approx((0.6915, 1.0), abs=1e-4)
    assert share_interval(45, 50) == pytest.approx((0.7819, 0.9667), abs=1e-4)
