"""Draws from priors: distributions, bounds, and streams that belong to names."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rivalry.model import draw_parameters, prior_distribution
from rivalry.model._priors import truncated_mass
from rivalry.model.ir import Parameter

#: Prior -> the same distribution written out in SciPy, by the definitions of the language.
FAMILIES = {
    "normal(2, 3)": stats.norm(loc=2, scale=3),
    "lognormal(log(100), 0.5)": stats.lognorm(s=0.5, scale=100),
    "uniform(-1, 4)": stats.uniform(loc=-1, scale=5),
    "beta(2, 5)": stats.beta(2, 5),
    "gamma(3, 2)": stats.gamma(3, scale=2),
    "half_normal(2)": stats.halfnorm(scale=2),
    "exponential(7)": stats.expon(scale=7),
}
INF = float("inf")


@pytest.fixture
def draws(small, build):
    def make(n: int = 4000, seed: int = 1, **parameters) -> dict[str, np.ndarray]:
        model = build(small(parameters=parameters))
        table = draw_parameters(model, n, seed)
        assert table.shape == (n, len(model.parameters))
        return {p.name: table[:, j] for j, p in enumerate(model.parameters)}

    return make


@pytest.mark.statistical
@pytest.mark.parametrize("text", FAMILIES)
def test_draws_follow_the_prior(draws, text):
    # one fixed seed; a false alarm had probability 1e-3 for each family
    assert stats.kstest(draws(p=text)["p"], FAMILIES[text].cdf).pvalue > 1e-3


@pytest.mark.parametrize("text", FAMILIES)
def test_quantiles(small, build, text):
    parameter = build(small(parameters={"p": text})).parameters[0]
    found = prior_distribution(parameter)
    q = np.array([0.01, 0.1, 0.5, 0.9, 0.99])
    np.testing.assert_allclose(found.ppf(q), FAMILIES[text].ppf(q), rtol=1e-12)


def test_means_by_hand():
    """Moments that need no library: mean of each family from its arguments."""
    cases = [
        (("normal", (2.0, 3.0)), 2.0),
        (("lognormal", (0.0, 1.0)), math.exp(0.5)),
        (("uniform", (1.0, 3.0)), 2.0),
        (("beta", (2.0, 6.0)), 0.25),
        (("gamma", (3.0, 2.0)), 6.0),
        (("half_normal", (1.0,)), math.sqrt(2 / math.pi)),
        (("exponential", (7.0,)), 7.0),
    ]
    for prior, mean in cases:
        found = prior_distribution(Parameter("p", None, prior)).mean()
        assert found == pytest.approx(mean), prior


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("normal(0, 1)", -1, 1),
        ("normal(0, 1)", 0.5, None),
        ("normal(0, 1)", None, -2),
        ("beta(2, 5)", 0.2, 0.9),
        ("exponential(1)", 3, None),
        ("lognormal(0, 1)", None, 1),
        ("uniform(0, 1)", -5, 0.5),
    ],
)
def test_bounds_truncate(draws, text, low, high):
    x = draws(p={"prior": text, "bounds": [low, high]})["p"]
    low_, high_ = -INF if low is None else low, INF if high is None else high
    assert x.min() >= low_
    assert x.max() <= high_
    known = {"normal(0, 1)": stats.norm(), "exponential(1)": stats.expon(),
             "lognormal(0, 1)": stats.lognorm(1), "uniform(0, 1)": stats.uniform()}  # fmt: skip
    full = known.get(text, FAMILIES.get(text))
    a, b = full.cdf(low_), full.cdf(high_)
    # one fixed seed; a false alarm had probability 1e-3
    assert stats.kstest(x, lambda v: (full.cdf(v) - a) / (b - a)).pvalue > 1e-3


@pytest.mark.parametrize("sign", [1, -1])
def test_far_tails(draws, sign):
    """Above 9 standard deviations the cdf is 1 in doubles; draws must be finite all the same."""
    bounds = [9, None] if sign > 0 else [None, -9]
    x = sign * draws(p={"prior": "normal(0, 1)", "bounds": bounds})["p"]
    assert np.isfinite(x).all()
    assert x.min() >= 9
    # the tail falls off like exp(-9 z): its mean excess is near 1/9 (Mills' ratio: 0.1085)
    assert (x - 9).mean() == pytest.approx(0.1085, rel=0.06)


def test_truncated_mass():
    prior = ("normal", (0.0, 1.0))
    assert truncated_mass(Parameter("p", None, prior)) == 1
    assert truncated_mass(Parameter("p", None, prior, (0.0, INF))) == pytest.approx(0.5)
    assert truncated_mass(Parameter("p", None, prior, (-1.0, 1.0))) == pytest.approx(0.6826895)
    assert truncated_mass(Parameter("p", None, prior, (9.0, INF))) == pytest.approx(
        1.1286e-19, rel=1e-3
    )
    assert truncated_mass(Parameter("p", None, ("beta", (2.0, 5.0)), (2.0, 3.0))) == 0


def test_bounds_below_the_whole_prior_do_nothing(draws):
    plain = draws(p="beta(2, 5)")["p"]
    np.testing.assert_array_equal(draws(p={"prior": "beta(2, 5)", "bounds": [-1, 2]})["p"], plain)


def test_fixed_parameters_are_constant(draws):
    assert set(draws(p=3.5)["p"]) == {3.5}


def test_draws_belong_to_the_name(draws):
    before = draws(b="normal(0, 1)", c="beta(2, 5)")
    after = draws(a="exponential(2)", c="beta(2, 5)", z=3, b="normal(0, 1)")
    np.testing.assert_array_equal(before["b"], after["b"])
    np.testing.assert_array_equal(before["c"], after["c"])


def test_names_have_different_draws(draws):
    found = draws(a="normal(0, 1)", b="normal(0, 1)")
    assert abs(np.corrcoef(found["a"], found["b"])[0, 1]) < 0.1
    elements = draws(**{"p[group]": "normal(0, 1)"})
    assert not np.array_equal(elements["p[a]"], elements["p[b]"])


def test_a_longer_run_begins_with_the_shorter(draws):
    np.testing.assert_array_equal(
        draws(n=50, p="gamma(2, 1)")["p"], draws(n=500, p="gamma(2, 1)")["p"][:50]
    )


def test_seeds_differ(draws):
    one, two = draws(p="normal(0, 1)")["p"], draws(seed=2, p="normal(0, 1)")["p"]
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(one, draws(p="normal(0, 1)")["p"])


def test_moving_a_prior_moves_each_draw_with_it(draws):
    """One uniform a draw: a scenario's priors compare draw by draw."""
    one, two = draws(p="normal(0, 1)")["p"], draws(p="normal(5, 2)")["p"]
    np.testing.assert_allclose(two, 5 + 2 * one, rtol=1e-12, atol=1e-12)


def test_fixed_parameters_have_no_distribution():
    with pytest.raises(ValueError, match="p is fixed"):
        prior_distribution(Parameter("p", 1.0, None))
