"""The pieces of the automatic case against direct computation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nbinom, spearmanr

from rivalry.forecast import crps
from rivalry.forecast._auto_draws import draw_paths, guard_mean, quantiles
from rivalry.forecast._auto_grid import CELLS, LOWER, MIDDLE, UPPER, cells, excess, spread, widths
from rivalry.forecast._auto_kernels import decayed_histogram, filter_grid, multiply
from rivalry.forecast._auto_level import (
    LevelParameters,
    class_shares,
    emissions,
    filter_level,
    transitions,
)
from rivalry.forecast._auto_parts import PARTS, PartSettings, make_parts
from rivalry.forecast._auto_weights import recent, simplex_minimum


def test_cells_partition_the_counts() -> None:
    counts = np.arange(5000)
    found = cells(counts)
    assert (LOWER[found] <= counts).all()
    assert (counts < UPPER[found]).all()
    assert cells(1e12) == CELLS - 1
    assert (cells(np.arange(21)) == np.arange(21)).all()


def test_spread_keeps_zero_probability_and_median() -> None:
    matrix = spread(0.5)
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    assert matrix[0, 0] == 1
    row = matrix[cells(1000)]
    assert MIDDLE[np.searchsorted(np.cumsum(row), 0.5)] == pytest.approx(1000, rel=0.08)
    logs = np.log(MIDDLE[1:])
    mean = (row[1:] * logs).sum()
    assert np.sqrt((row[1:] * (logs - mean) ** 2).sum()) == pytest.approx(0.5, rel=0.03)


def test_squared_excess_integrates_to_the_crps() -> None:
    rng = np.random.default_rng(1)
    draws = rng.integers(0, 20, size=500)
    masses = np.bincount(draws, minlength=CELLS) / 500
    for observed in (0, 3, 19):
        found = (excess(masses, observed) ** 2 * widths()).sum()
        assert found == pytest.approx(float(crps(draws, observed)), rel=1e-9)


def test_multiply_is_the_product() -> None:
    rng = np.random.default_rng(2)
    left, right = rng.normal(size=(7, 5)), rng.normal(size=(5, 9))
    left[left < 0] = 0
    np.testing.assert_allclose(multiply(left, right), left @ right)


def test_histogram_of_the_past_by_hand() -> None:
    place = cells(np.array([[5, 0, 2, 9], [1, 1, 1, 1]]))
    place[0, 3] = place[1] = -1
    found = decayed_histogram(place, 3, 1.0, 0, CELLS)
    np.testing.assert_allclose(found[0, [2, 0, 5]], np.array([4, 2, 1]) / 7)
    assert found[1].sum() == 0
    np.testing.assert_allclose(decayed_histogram(place, 3, np.inf, 2, CELLS)[0, [2, 0]], 0.5)
    assert decayed_histogram(place, 1, np.inf, 0, CELLS)[0, 2] == 0


def test_filter_against_a_forward_recursion_written_out() -> None:
    rng = np.random.default_rng(4)
    means = np.array([0.0, 1.0, 6.0])
    moves = rng.dirichlet(np.ones(3), size=(2, 3))
    prior = np.array([[0.3, 0.1, 0.1], [0.2, 0.2, 0.1]])
    counts = np.array([[0.0, 2.0, np.nan, 0.0, 11.0]])
    states, fit = filter_grid(counts, moves, means, 1.5, 0.1, prior, np.array([1, 4]))

    def chance(y: float) -> np.ndarray:
        if np.isnan(y):
            return np.ones(3)
        p = 0.9 * nbinom.pmf(y, 1.5, 1.5 / (1.5 + means)) + 0.1 * (y == 0)
        p[0] = y == 0
        return p

    now, total, kept = prior.copy(), 0.0, []
    for month, y in enumerate(counts[0]):
        if month:
            now = np.stack([now[k] @ moves[k] for k in range(2)])
        now = now * chance(y)
        total += np.log(now.sum())
        now /= now.sum()
        kept.append(now)
    np.testing.assert_allclose(states[0, 0], kept[1], atol=1e-8)
    np.testing.assert_allclose(states[1, 0], kept[4], atol=1e-8)
    assert fit[0] == pytest.approx(total, abs=1e-7)


def test_level_model_is_made_of_probabilities() -> None:
    p = LevelParameters()
    np.testing.assert_allclose(transitions(p).sum(axis=2), 1)
    np.testing.assert_allclose(emissions(p).sum(axis=1), 1)


def test_shares_follow_the_panel() -> None:
    p = LevelParameters()
    quiet = class_shares(np.zeros((60, 60)), p)
    war = class_shares(np.full((60, 60), 300.0), p)
    assert quiet[0] > war[0]
    assert war[-1] > quiet[-1]
    assert quiet.sum() == pytest.approx(1)


def test_level_forecast_persists_and_returns() -> None:
    counts = np.full((1, 60), 200.0)
    found = filter_level(counts, [59], np.array(LevelParameters().shares), LevelParameters())
    masses = found.masses((1, 12, 36))
    np.testing.assert_allclose(masses.sum(axis=2), 1, atol=1e-6)
    middle = MIDDLE[(np.cumsum(masses[0], axis=1) < 0.5).sum(axis=1)]
    assert 100 < middle[0] < 300
    quiet = masses[0, :, 0]
    assert quiet[0] < quiet[1] < quiet[2]


def test_parts_hold_the_last_twelve_months_and_sum_to_one() -> None:
    rng = np.random.default_rng(6)
    counts = rng.poisson(3, size=(2, 30)).astype(float)
    counts[1] = np.nan
    p = LevelParameters()
    parts = make_parts(counts, [20, 29], np.array(p.shares), PartSettings())
    found = parts.masses(1, (1, 4))
    np.testing.assert_allclose(found.sum(axis=3), 1, atol=1e-4)
    sample = np.bincount(counts[0, 18:].astype(int), minlength=CELLS) / 12
    np.testing.assert_allclose(found[PARTS.index("conflictology"), 0, 0], sample)
    np.testing.assert_array_equal(found[0, 1], found[-1, 1])


def test_simplex_minimum_against_a_fine_grid() -> None:
    rng = np.random.default_rng(7)
    for _ in range(5):
        root = rng.normal(size=(3, 4))
        form = root @ root.T
        found = simplex_minimum(form)
        assert found.min() >= 0
        assert found.sum() == pytest.approx(1)
        a, b = np.meshgrid(np.linspace(0, 1, 201), np.linspace(0, 1, 201))
        w = np.stack([a, b, 1 - a - b], axis=-1)[a + b <= 1]
        best = np.einsum("ni,ij,nj->n", w, form, w).min()
        assert found @ form @ found <= best + 1e-4 * abs(best)


def test_classes_by_hand() -> None:
    counts = np.zeros((5, 12))
    counts[1, 3] = 7
    counts[2, :6] = 1
    counts[3] = 100
    counts[4] = np.nan
    classes, mean = recent(counts, 11)
    assert classes.tolist() == [0, 1, 2, 3, 0]
    assert mean[3] == 100


def test_guard_holds_means_and_keeps_probability() -> None:
    masses = np.zeros((2, CELLS))
    masses[0, [0, 60, 150]] = 0.5, 0.4, 0.1
    masses[1, 2] = 1
    limit = np.array([200.0, 10.0])
    found = guard_mean(masses, limit)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found @ MIDDLE <= limit).all()
    assert found[0] @ MIDDLE > 0.9 * 200
    np.testing.assert_array_equal(found[1], masses[1])


def test_draws_are_stratified_and_paths_persist() -> None:
    p = LevelParameters()
    states = filter_level(np.full((1, 24), 50.0), [23], np.array(p.shares), p)
    masses = states.masses((1, 2, 12))[0]
    draws = draw_paths(masses, (1, 2, 12), 2000, 0.9, np.random.default_rng(1))
    for j in range(3):
        below = np.cumsum(masses[j])
        shares = np.array([(cells(draws[j]) <= c).mean() for c in range(CELLS)])
        np.testing.assert_allclose(shares, below, atol=1.5 / 2000)
    near = spearmanr(draws[0], draws[1]).statistic
    far = spearmanr(draws[0], draws[2]).statistic
    assert near > 0.7
    assert 0.1 < far < near


def test_quantiles_stay_where_there_is_probability() -> None:
    masses = np.zeros(CELLS)
    masses[[0, 30]] = 0.25, 0.75
    found = quantiles(masses, np.array([0.0, 0.2499, 0.25, 1 - 1e-16, 1.0]))
    assert found[:2].tolist() == [0, 0]
    assert (found[2:] >= LOWER[30]).all()
    assert (found[2:] < UPPER[30]).all()
