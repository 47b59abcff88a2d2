"""Samplers of counts against SciPy's distributions."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from rivalry.engine.random import (
    binomial,
    binomial_exit,
    contaminated_negative_binomial,
    negative_binomial,
    poisson,
    seed_key,
    seed_stream,
)
from rivalry.engine.random._skewed import MARGIN, THRESHOLD, cell_probability

BINOMIAL = [
    (n, p)
    for n in (1, 2, 3, 7, 12, 17, 20, 40, 100, 1_000, 100_000, 10**7)
    for p in (1e-6, 1e-3, 0.01, 0.04, 0.1, 0.25, 0.3, 0.45, 0.5, 0.55, 0.7, 0.9, 0.96, 0.999)
]
# Around the switch between the two algorithms, from both sides and for both skews.
SWITCH = [(4.0 * f / (p * (1 - p)), p) for f in (0.9, 1.0, 1.1, 1.6) for p in (0.02, 0.3, 0.8)]


@pytest.mark.parametrize(("n", "p"), BINOMIAL)
def test_binomial_follows_scipy(draw: Any, assert_counts_fit: Any, n: int, p: float) -> None:
    assert_counts_fit(draw(binomial, n, p), stats.binom(n, p))


@pytest.mark.parametrize(("n", "p"), SWITCH)
def test_binomial_around_the_switch(draw: Any, assert_counts_fit: Any, n: float, p: float) -> None:
    n = math.ceil(n)
    assert_counts_fit(draw(binomial, n, p, size=1_000_000), stats.binom(n, p))


@pytest.mark.parametrize("n", [1, 5, 30, 1000, 10**6])
@pytest.mark.parametrize("hazard", [1e-4, 0.004, 0.03, 0.1, 0.6, 0.8, 3.0])
def test_binomial_exit_follows_scipy(
    draw: Any, assert_counts_fit: Any, n: int, hazard: float
) -> None:
    p = -math.expm1(-hazard)
    assert_counts_fit(draw(binomial_exit, n, hazard), stats.binom(n, p))


@pytest.mark.parametrize("mean", [1e-3, 0.1, 0.7, 2.0, 3.99, 4.0, 5.0, 8.0, 20.0, 150.0, 1e4, 1e7])
def test_poisson_follows_scipy(draw: Any, assert_counts_fit: Any, mean: float) -> None:
    assert_counts_fit(draw(poisson, mean, size=1_000_000), stats.poisson(mean))


@pytest.mark.parametrize("outliers", [0.0, 0.3, 1.0])
def test_contaminated_negative_binomial_mixes(
    draw: Any, assert_counts_fit: Any, outliers: float
) -> None:
    y = np.arange(5000)
    wide, narrow = (stats.nbinom.pmf(y, s, s / (s + 30.0)) for s in (0.6, 50.0))
    mass = outliers * wide + (1 - outliers) * narrow
    expected = stats.rv_discrete(values=(y, mass / mass.sum()))
    drawn = draw(contaminated_negative_binomial, 30.0, 50.0, outliers, 0.6)
    assert_counts_fit(drawn, expected)


@pytest.mark.parametrize("mean", [0.2, 3.0, 40.0, 900.0])
@pytest.mark.parametrize("size", [0.05, 0.6, 1.0, 5.0, 80.0, 1e9])
def test_negative_binomial_follows_scipy(
    draw: Any, assert_counts_fit: Any, mean: float, size: float
) -> None:
    assert_counts_fit(draw(negative_binomial, mean, size), stats.nbinom(size, size / (size + mean)))


@pytest.mark.parametrize(
    ("n", "p"), [(1e12, 0.3), (1e12, 1e-11), (2.0**53, 0.5), (2.0**53, 1e-15), (1e12, 1 - 1e-11)]
)
def test_binomial_of_huge_n_has_the_moments(draw: Any, n: float, p: float) -> None:
    draws = draw(binomial, n, p)
    assert np.all((draws >= 0) & (draws <= n))
    variance = n * p * (1 - p)
    z = (draws - n * p) / math.sqrt(variance)
    assert abs(z.mean()) < 6 / math.sqrt(draws.size)
    kurtosis = 3 + 1 / variance
    assert abs(np.mean(z * z) - 1) < 6 * math.sqrt((kurtosis - 1) / draws.size)


@pytest.mark.parametrize(
    ("n", "p", "expected"),
    [
        (100.0, 0.0, 0.0),
        (100.0, 1.0, 100.0),
        (0.0, 0.5, 0.0),
        (0.0, 1.0, 0.0),
        (-3.0, 0.5, 0.0),
        (-3.0, 2.0, 0.0),
        (-300.0, -0.5, 0.0),
        (100.0, -0.1, 0.0),
        (100.0, 1.7, 100.0),
        (1e12, 0.0, 0.0),
        (1e12, 1.0, 1e12),
        (100.0, 1e-300, 0.0),
        (100.0, 5e-324, 0.0),
        (100.0, math.nan, math.nan),
        (math.nan, 0.5, math.nan),
        (0.0, math.nan, math.nan),
        (math.inf, 0.5, math.nan),
        (5.0, math.inf, 5.0),
        (5.0, -math.inf, 0.0),
    ],
)
def test_binomial_at_the_edges(draw: Any, n: float, p: float, expected: float) -> None:
    np.testing.assert_array_equal(draw(binomial, n, p, size=100), np.full(100, expected))


@pytest.mark.parametrize(
    ("n", "hazard", "expected"),
    [
        (100.0, 0.0, 0.0),
        (100.0, math.inf, 100.0),
        (100.0, 800.0, 100.0),
        (0.0, 0.1, 0.0),
        (-2.0, 0.1, 0.0),
        (100.0, -1e-9, math.nan),
        (-100.0, -1.0, math.nan),
        (100.0, math.nan, math.nan),
        (math.nan, 0.1, math.nan),
    ],
)
def test_binomial_exit_at_the_edges(draw: Any, n: float, hazard: float, expected: float) -> None:
    np.testing.assert_array_equal(draw(binomial_exit, n, hazard, size=100), np.full(100, expected))


@pytest.mark.parametrize(
    ("mean", "expected"),
    [(0.0, 0.0), (1e-300, 0.0), (math.inf, math.inf), (-1.0, math.nan), (math.nan, math.nan)],
)
def test_poisson_at_the_edges(draw: Any, mean: float, expected: float) -> None:
    np.testing.assert_array_equal(draw(poisson, mean, size=100), np.full(100, expected))


@pytest.mark.parametrize("mean", [1e15, 1e100])
def test_poisson_of_a_huge_mean_is_finite_and_near_it(draw: Any, mean: float) -> None:
    draws = draw(poisson, mean, size=1000)
    assert np.all(np.abs(draws / mean - 1) < 1e-6)


@pytest.mark.parametrize(
    ("mean", "size", "expected"),
    [
        (0.0, 3.0, 0.0),
        (0.0, 0.0, 0.0),
        (5.0, 0.0, 0.0),
        (5.0, 1e-310, 0.0),
        (-1.0, 2.0, math.nan),
        (1.0, -2.0, math.nan),
        (math.nan, 2.0, math.nan),
        (1.0, math.nan, math.nan),
    ],
)
def test_negative_binomial_at_the_edges(
    draw: Any, mean: float, size: float, expected: float
) -> None:
    np.testing.assert_array_equal(
        draw(negative_binomial, mean, size, size=100), np.full(100, expected)
    )


def test_negative_binomial_of_infinite_size_is_poisson(draw: Any, assert_counts_fit: Any) -> None:
    assert_counts_fit(draw(negative_binomial, 6.0, math.inf), stats.poisson(6.0))


def test_every_count_stays_in_range_over_random_arguments() -> None:
    rng = np.random.default_rng(5)
    state = np.zeros(4, np.uint64)
    seed_stream(state, 1, 2, 3)
    for _ in range(20_000):
        n = float(np.floor(10 ** rng.uniform(0, 6)))
        p = float(
            rng.choice([rng.random(), 10 ** rng.uniform(-9, 0), 1 - 10 ** rng.uniform(-9, 0)])
        )
        assert 0 <= binomial(state, n, p) <= n
        assert 0 <= binomial_exit(state, n, p) <= n


def _target(n: float, p: float) -> tuple[Any, float, float, float]:
    """Return distribution, mean, variance and skew coefficient; Poisson where n is infinite."""
    if math.isinf(n):
        return stats.poisson(p), p, p, 1 / 6
    return stats.binom(n, p), n * p, n * p * (1 - p), (1 - 2 * p) / 6


@pytest.mark.parametrize("variance", [THRESHOLD, 4.3, 4.9, 6.0, 8.0, 11.0, 17.0, 30.0, 80.0, 3e3])
def test_proposal_dominates_and_squeeze_is_below(variance: float) -> None:
    """The two inequalities that make rejection exact, for every cell within 8 deviations."""
    cells = np.vectorize(cell_probability.py_func)
    for p in (0.0, 1e-4, 0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.85, 0.97, 0.9999):
        n = math.inf if p == 0 else math.ceil(variance / (p * (1 - p)))
        distribution, mean, var, g = _target(n, variance if p == 0 else p)
        s = math.sqrt(var)
        k = np.arange(max(0, math.floor(mean - 8 * s)), min(n, math.ceil(mean + 8 * s)) + 1.0)
        if k.size > 2000:
            k = k[:: k.size // 2000]
        origin = mean + 0.5 - g
        edges = [
            2 * y / (s + np.sqrt(np.maximum(s * s + 4 * g * y, 0)))
            for y in (k - origin, k + 1 - origin)
        ]
        inside = np.maximum(np.abs(edges[0]), np.abs(edges[1])) < 8
        proposal = np.exp(MARGIN / var) * cells(k, origin, s, g)
        ratio = distribution.pmf(k) / proposal
        assert np.all(ratio[inside] < 1)
        nearest = np.where(
            edges[0] * edges[1] < 0, 0.0, np.minimum(np.abs(edges[0]), np.abs(edges[1]))
        )
        squeeze = 1 - (0.12 + 0.05 * nearest**4) / var
        assert np.all((squeeze <= ratio)[inside])


@pytest.mark.parametrize("s", [2.0, 5.0, 19.9, 20.1, 50.0, 2000.0])
@pytest.mark.parametrize("g", [-1 / 6, -0.05, 0.0, 1 / 6])
def test_cell_probability_is_the_normal_mass(s: float, g: float) -> None:
    origin = 1e6 + 0.37
    for z in (-7.0, -3.0, -1.0, -0.1, 0.0, 0.4, 2.0, 5.5):
        if abs(z) > 2.5 * s:  # near the turning point of the proposal
            continue
        k = math.floor(origin + s * z + g * z * z)
        low, high = (
            2 * y / (s + math.sqrt(s * s + 4 * g * y)) for y in (k - origin, k + 1 - origin)
        )
        if low > 0:
            low, high = -high, -low
        exact = special.ndtr(high) - special.ndtr(low)
        assert cell_probability(float(k), origin, s, g) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize(("n", "p"), [(100_000.0, 0.3), (500.0, 0.9), (40.0, 0.02), (30.0, 0.97)])
def test_a_keyed_binomial_moves_little_with_p(n: float, p: float) -> None:
    """Common random numbers: the same key and a slightly larger p give nearly the same draw."""
    state = np.zeros(4, np.uint64)
    changes = []
    for draw_index in range(3000):
        seed_key(state, 1, draw_index, 4, 9)
        before = binomial(state, n, p)
        seed_key(state, 1, draw_index, 4, 9)
        changes.append(binomial(state, n, p * 1.01) - before)
    change = np.array(changes)
    spread = math.sqrt(n * p * (1 - p))
    assert change.mean() == pytest.approx(0.01 * n * p, rel=0.5)
    # Two independent draws would differ with a standard deviation of 1.41 spreads.
    assert change.std() < 0.75 * spread
    assert np.mean(change < 0) < 0.05
