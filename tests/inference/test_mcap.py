"""Monte Carlo adjusted profiles: exact without noise, honest with it, and plain when flat."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rivalry.inference import mcap
from rivalry.inference._mcap import local_quadratic


def test_a_quadratic_without_noise_is_read_exactly():
    x = np.linspace(-3, 5, 17)
    found = mcap(x, 7.0 - (x - 0.7) ** 2 / (2 * 0.8**2))
    assert found.peak == pytest.approx(0.7, abs=0.005)
    assert found.top == pytest.approx(7.0, abs=1e-3)
    assert found.se_stat == pytest.approx(0.8, rel=1e-6)
    assert found.se_mc == pytest.approx(0.0, abs=1e-6)
    for interval in found.intervals:
        reach = 0.8 * stats.norm.ppf(0.5 + interval.level / 2)
        assert interval.bounded == "both"
        assert interval.low == pytest.approx(0.7 - reach, abs=0.02)
        assert interval.high == pytest.approx(0.7 + reach, abs=0.02)


def test_the_smoother_keeps_quadratics():
    x = np.array([0.0, 0.5, 1, 1, 2, 3.5, 4, 7])
    at = np.linspace(0, 7, 9)
    np.testing.assert_allclose(
        local_quadratic(x, 2 - x + 3 * x**2, at, 0.9), 2 - at + 3 * at**2, atol=1e-6
    )


@pytest.mark.statistical
def test_the_standard_error_of_the_noise_is_the_scatter_of_the_maximum():
    """Over 400 profiles with the same likelihood, only noise moves the maximum.

    False alarm: with 400 profiles the ratio of a right error to the scatter leaves 0.8..1.25 with
    probability below 1e-7 (chi-square with 399 degrees of freedom).
    """
    rng = np.random.default_rng(1)
    x = np.linspace(-3, 3, 31)
    tops, errors = [], []
    for _ in range(400):
        found = mcap(x, -0.5 * x**2 + 0.1 * rng.standard_normal(31))
        tops.append(found.peak)
        errors.append(found.se_mc)
    assert 0.8 < np.std(tops) / math.sqrt(np.mean(np.square(errors))) < 1.25


@pytest.mark.statistical
@pytest.mark.parametrize("noise", [0.2, 0.6])
def test_intervals_cover_the_truth_as_often_as_they_say(noise):
    """The maximum is drawn with the profile's own standard error, the points with noise.

    With 600 profiles a right interval leaves the band of 4.5 binomial standard errors round its
    level with probability 7e-6; two points more are for the smoothing.
    """
    rng = np.random.default_rng(2)
    x = np.linspace(-4, 4, 21)
    covered = np.zeros(2)
    for _ in range(600):
        height = -0.5 * (x - rng.standard_normal()) ** 2 + noise * rng.standard_normal(21)
        for i, one in enumerate(mcap(x, height).intervals):
            covered[i] += (one.low is None or one.low <= 0) and (one.high is None or one.high >= 0)
    for share, level in zip(covered / 600, (0.90, 0.95), strict=True):
        assert abs(share - level) < 0.02 + 4.5 * math.sqrt(level * (1 - level) / 600)


def test_noise_widens_the_cutoff():
    x = np.linspace(-3, 3, 21)
    rng = np.random.default_rng(3)
    found = mcap(x, -0.5 * x**2 + 1.0 * rng.standard_normal(21))
    assert found.intervals[1].cutoff > stats.chi2.ppf(0.95, 1) / 2 + 0.05
    assert found.se == pytest.approx(math.hypot(found.se_stat, found.se_mc))
    assert 0.5 < found.noise < 1.6


def test_one_sided_and_flat_profiles_are_told_apart():
    x = np.linspace(0, 4, 15)
    below = mcap(x, -np.exp(4 * (1 - x))).intervals[1]  # falls to the left, levels off
    assert (below.bounded, below.high) == ("below", None)
    above = mcap(x, -np.exp(4 * (x - 3))).intervals[1]
    assert (above.bounded, above.low) == ("above", None)
    flat = mcap(x, 0.01 * np.cos(x)).intervals[1]
    assert (flat.bounded, flat.low, flat.high) == ("neither", None, None)


def test_values_that_cannot_give_the_data_bound_the_parameter():
    x = np.linspace(0, 4, 15)
    logs = np.where(x > 3.1, -np.inf, 0.0)
    found = mcap(x, logs).intervals[1]
    assert found.low is None
    assert found.high == pytest.approx(x[x <= 3.1].max())


def test_two_modes_are_counted():
    x = np.linspace(-4, 4, 41)
    found = mcap(x, -2.5 * (x**2 - 4) ** 2 / 8, span=0.3).intervals[1]
    assert found.pieces == 2


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="too few points"):
        mcap(np.arange(9.0), np.where(np.arange(9) < 5, -1.0, -np.inf))
