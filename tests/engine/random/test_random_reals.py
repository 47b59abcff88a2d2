"""Samplers of real numbers against SciPy's distributions."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from rivalry.engine.random import _normal as normal_module
from rivalry.engine.random import beta, exponential, gamma, lognormal, normal, seed_key

SIZE = 300_000


def test_normal_follows_scipy(draw: Any, assert_reals_fit: Any) -> None:
    assert_reals_fit(draw(normal, size=3_000_000), stats.norm())


def test_normal_has_its_moments_and_sign_symmetry(draw: Any) -> None:
    z = draw(normal, size=5_000_000, seed=11)
    for power, expected in ((1, 0.0), (2, 1.0), (3, 0.0), (4, 3.0), (6, 15.0)):
        spread = math.sqrt(stats.norm.moment(2 * power) - expected**2)
        assert abs(np.mean(z**power) - expected) < 6 * spread / math.sqrt(z.size)


def test_normal_beyond_the_last_layer(draw: Any) -> None:
    z = draw(normal, size=20_000_000, seed=3)
    tail = np.abs(z[np.abs(z) > normal_module._TAIL])
    assert stats.binomtest(tail.size, z.size, 2 * stats.norm.sf(normal_module._TAIL)).pvalue > 1e-7
    conditional = stats.truncnorm(normal_module._TAIL, np.inf)
    assert stats.kstest(tail, conditional.cdf).pvalue > 1e-7


def test_ziggurat_layers_have_equal_areas() -> None:
    edges = normal_module._WIDTH * normal_module._SCALE
    density = normal_module._DENSITY
    areas = edges[1:] * np.diff(density)[1:]
    tail = normal_module._TAIL
    base = tail * density[1] + math.sqrt(math.pi / 2) * math.erfc(tail / math.sqrt(2))
    np.testing.assert_allclose(areas, base, rtol=1e-9)
    assert density[-1] == 1.0


def test_exponential_follows_scipy(draw: Any, assert_reals_fit: Any) -> None:
    draws = draw(exponential, size=SIZE)
    assert draws.min() > 0
    assert_reals_fit(draws, stats.expon())


@pytest.mark.parametrize("shape", [0.02, 0.1, 0.5, 0.99, 1.0, 1.01, 2.5, 20.0, 1e3, 1e7])
def test_gamma_follows_scipy(draw: Any, assert_reals_fit: Any, shape: float) -> None:
    assert_reals_fit(draw(gamma, shape, size=SIZE), stats.gamma(shape))


def test_gamma_of_a_tiny_shape_is_mostly_zero_and_never_wrong(draw: Any) -> None:
    draws = draw(gamma, 1e-4, size=SIZE)
    assert np.all(draws >= 0)
    for x in (1e-300, 1e-30, 1e-3, 1.0):
        seen = int(np.sum(draws > x))
        assert stats.binomtest(seen, SIZE, stats.gamma(1e-4).sf(x)).pvalue > 1e-7


@pytest.mark.parametrize("shape", [1e12, 1e20, 1e300])
def test_gamma_of_a_huge_shape_is_near_its_mean(draw: Any, shape: float) -> None:
    draws = draw(gamma, shape, size=10_000)
    assert np.all(np.abs(draws / shape - 1) < 7 / math.sqrt(shape) + 1e-15)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [(0.0, 0.0), (math.inf, math.inf), (-1.0, math.nan), (math.nan, math.nan), (1e-320, 0.0)],
)
def test_gamma_at_the_edges(draw: Any, shape: float, expected: float) -> None:
    np.testing.assert_array_equal(draw(gamma, shape, size=50), np.full(50, expected))


@pytest.mark.parametrize(
    ("a", "b"), [(1, 1), (0.3, 0.4), (0.5, 3), (4, 0.8), (2, 5), (40, 3), (500, 900), (1e6, 2)]
)
def test_beta_follows_scipy(draw: Any, assert_reals_fit: Any, a: float, b: float) -> None:
    assert_reals_fit(draw(beta, a, b, size=SIZE), stats.beta(a, b))


def test_beta_of_tiny_shapes_is_a_coin(draw: Any) -> None:
    draws = draw(beta, 1e-5, 3e-5, size=SIZE)
    assert not np.any(np.isnan(draws))
    assert stats.binomtest(int(np.sum(draws > 0.5)), SIZE, 0.25).pvalue > 1e-7


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (0.0, 1.0, math.nan),
        (1.0, -1.0, math.nan),
        (math.nan, 1.0, math.nan),
        (math.inf, 1.0, 1.0),
        (0.5, math.inf, 0.0),
    ],
)
def test_beta_at_the_edges(draw: Any, a: float, b: float, expected: float) -> None:
    np.testing.assert_array_equal(draw(beta, a, b, size=50), np.full(50, expected))


@pytest.mark.parametrize(("mu", "sigma"), [(0.0, 1.0), (9.0, 0.25), (-2.0, 2.0)])
def test_lognormal_follows_scipy(draw: Any, assert_reals_fit: Any, mu: float, sigma: float) -> None:
    assert_reals_fit(
        draw(lognormal, mu, sigma, size=SIZE), stats.lognorm(sigma, scale=math.exp(mu))
    )


def test_keyed_normal_ignores_mean_and_spread() -> None:
    state = np.zeros(4, np.uint64)
    seed_key(state, 1, 2, 3, 4)
    z = normal(state)
    for mu, sigma in ((0.0, 1.0), (3.0, 0.2), (-1.0, 5.0)):
        seed_key(state, 1, 2, 3, 4)
        assert math.log(lognormal(state, mu, sigma)) == pytest.approx(mu + sigma * z, rel=1e-12)


def test_keyed_gamma_moves_little_with_its_shape() -> None:
    state = np.zeros(4, np.uint64)
    before, after = np.empty(2000), np.empty(2000)
    for i in range(2000):
        seed_key(state, 1, i, 0, 0)
        before[i] = gamma(state, 20.0)
        seed_key(state, 1, i, 0, 0)
        after[i] = gamma(state, 20.2)
    assert np.corrcoef(before, after)[0, 1] > 0.98
