"""Log densities against SciPy and, where that loses digits, against exact arithmetic."""

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

from rivalry.engine.random import (
    exit_probability,
    log_binomial,
    log_contaminated_negative_binomial,
    log_hurdle_negative_binomial,
    log_hurdle_poisson,
    log_lognormal,
    log_ndtr,
    log_negative_binomial,
    log_normal,
    log_poisson,
    log_range,
    log_zero_inflated_negative_binomial,
    log_zero_inflated_poisson,
    nb_const,
    nb_var,
    poisson_const,
    poisson_var,
)
from rivalry.engine.random._special import exp_moderate, log_keep

NAN, INF = math.nan, math.inf
COUNTS = (0, 1, 2, 5, 17, 60, 400)
MEANS = (1e-6, 0.01, 0.8, 3.0, 20.0, 350.0, 2000.0)
SIZES = (0.02, 0.5, 1.0, 5.0, 14.0, 40.0, 900.0)


def close(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(("y", "mean"), [*itertools.product(COUNTS, MEANS)])
def test_poisson(y: int, mean: float) -> None:
    expected = stats.poisson.logpmf(y, mean)
    assert log_poisson(y, mean) == close(expected)
    assert poisson_const(y) + poisson_var(float(y), mean) == close(expected)


@pytest.mark.parametrize(("y", "mean", "size"), [*itertools.product(COUNTS, MEANS, SIZES)])
def test_negative_binomial(y: int, mean: float, size: float) -> None:
    expected = (
        special.gammaln(y + size)
        - special.gammaln(size)
        - special.gammaln(y + 1)
        + size * math.log(size / (size + mean))
        + special.xlogy(y, mean / (size + mean))
    )
    assert log_negative_binomial(y, mean, size) == pytest.approx(expected, rel=1e-10, abs=1e-11)
    split = nb_const(float(y), size) + nb_var(float(y), mean, size)
    assert split == log_negative_binomial(y, mean, size)
    if size >= 0.5 and mean > 1e-4 * size:  # SciPy takes 1 - p, and loses its digits
        p = size / (size + mean)
        assert split == pytest.approx(stats.nbinom.logpmf(y, size, p), rel=1e-9, abs=1e-10)


@pytest.mark.parametrize(("y", "mean"), [*itertools.product(COUNTS, [1e-3, 0.3, 2.0, 40.0, 900.0])])
@pytest.mark.parametrize(("size", "outliers"), [*itertools.product([0.3, 80.0], [0.01, 0.4])])
def test_contaminated_negative_binomial(y: int, mean: float, size: float, outliers: float) -> None:
    def log(k: float) -> float:
        return log_contaminated_negative_binomial(y, mean, size, k, 0.7)

    ordinary, wide = (stats.nbinom.logpmf(y, s, s / (s + mean)) for s in (size, 0.7))
    expected = np.logaddexp(math.log1p(-outliers) + ordinary, math.log(outliers) + wide)
    assert log(outliers) == pytest.approx(expected, rel=1e-8, abs=1e-8)
    assert log(0.0) == log_negative_binomial(y, mean, size)
    assert log(1.0) == log_negative_binomial(y, mean, 0.7)


@pytest.mark.parametrize("y", [1, 3, 30, 1000])
@pytest.mark.parametrize("size", [3, 17, 10**6, 10**12])
def test_negative_binomial_constant_in_exact_arithmetic(y: int, size: int) -> None:
    rising = Fraction(1)
    for i in range(y):
        rising *= Fraction(size + i, size)
    log_rising = math.log(rising.numerator) - math.log(rising.denominator)
    if rising < 2:
        log_rising = math.log1p(float(rising - 1))
    expected = log_rising - math.lgamma(y + 1.0)
    assert nb_const(y, size) == pytest.approx(expected, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize(("y", "mean"), [*itertools.product(COUNTS, MEANS)])
def test_negative_binomial_tends_to_poisson(y: int, mean: float) -> None:
    expected = stats.poisson.logpmf(y, mean)
    assert log_negative_binomial(y, mean, INF) == close(expected)
    assert nb_const(y, INF) + nb_var(float(y), mean, INF) == close(expected)
    assert log_negative_binomial(y, mean, 1e16) == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("n", [1, 2, 9, 30, 1000, 10**6])
@pytest.mark.parametrize("p", [1e-7, 0.01, 0.3, 0.5, 0.8, 0.9999])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.9, 1.0])
def test_binomial(n: int, p: float, share: float) -> None:
    y = round(share * n)
    expected = (
        special.gammaln(n + 1.0)
        - special.gammaln(y + 1.0)
        - special.gammaln(n - y + 1.0)
        + special.xlogy(y, p)
        + special.xlog1py(n - y, -p)
    )
    # SciPy's own formula cancels: allow it its rounding error.
    rounding = 4e-16 * special.gammaln(n + 1.0)
    assert log_binomial(y, n, p) == pytest.approx(expected, rel=1e-10, abs=1e-12 + rounding)


@pytest.mark.parametrize("zero", [0.0, 0.1, 0.7, 1.0])
@pytest.mark.parametrize(("y", "mean"), [*itertools.product((0, 1, 4, 30), (0.01, 1.5, 25.0))])
def test_zero_inflated_and_hurdle(y: int, mean: float, zero: float) -> None:
    size = 2.5
    nb = stats.nbinom(size, size / (size + mean))
    for plain, inflated, hurdle in (
        (
            stats.poisson(mean),
            log_zero_inflated_poisson(y, mean, zero),
            log_hurdle_poisson(y, mean, zero),
        ),
        (
            nb,
            log_zero_inflated_negative_binomial(y, mean, size, zero),
            log_hurdle_negative_binomial(y, mean, size, zero),
        ),
    ):
        with np.errstate(divide="ignore"):
            point = zero if y == 0 else 0.0
            # The logarithm of the probability, where it is representable, is the definition.
            expected = np.log(point + (1 - zero) * plain.pmf(y))
            if y == 0:
                expected_hurdle = np.log(zero)
            else:
                expected_hurdle = np.log1p(-zero) + plain.logpmf(y) - np.log(plain.sf(0))
        assert inflated == pytest.approx(expected, rel=1e-9, abs=1e-10)
        assert hurdle == pytest.approx(expected_hurdle, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("zero", [0.0, 0.2, 0.95])
def test_count_distributions_sum_to_one(zero: float) -> None:
    y = range(3000)
    for density in (
        lambda k: log_zero_inflated_poisson(k, 7.0, zero),
        lambda k: log_hurdle_poisson(k, 7.0, zero),
        lambda k: log_zero_inflated_negative_binomial(k, 7.0, 0.7, zero),
        lambda k: log_hurdle_negative_binomial(k, 7.0, 0.7, zero),
        lambda k: log_negative_binomial(k, 7.0, 0.7),
    ):
        assert sum(math.exp(density(k)) for k in y) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    ("density", "arguments"),
    [
        (log_poisson, (-1.0, 2.0)),
        (log_poisson, (1.5, 2.0)),
        (log_poisson, (INF, 2.0)),
        (log_poisson, (3.0, 0.0)),
        (log_poisson, (3.0, -2.0)),
        (log_poisson, (3.0, INF)),
        (log_poisson, (0.0, INF)),
        (log_negative_binomial, (3.0, 0.0, 2.0)),
        (log_negative_binomial, (3.0, -1.0, 2.0)),
        (log_negative_binomial, (3.0, 1.0, 0.0)),
        (log_negative_binomial, (3.0, 1.0, -1.0)),
        (log_negative_binomial, (0.5, 1.0, 1.0)),
        (log_negative_binomial, (3.0, INF, 2.0)),
        (log_contaminated_negative_binomial, (3.0, 1.0, 2.0, 1.1, 0.5)),
        (log_contaminated_negative_binomial, (3.0, 1.0, 2.0, -0.1, 0.5)),
        (log_contaminated_negative_binomial, (3.0, 1.0, -2.0, 0.1, 0.5)),
        (log_contaminated_negative_binomial, (3.0, 1.0, 2.0, 0.1, 0.0)),
        (log_contaminated_negative_binomial, (3.0, -1.0, 2.0, 0.1, 0.5)),
        (log_contaminated_negative_binomial, (0.5, 1.0, 2.0, 0.1, 0.5)),
        (log_binomial, (4.0, 3.0, 0.5)),
        (log_binomial, (1.0, 3.0, 0.0)),
        (log_binomial, (2.0, 3.0, 1.0)),
        (log_binomial, (1.0, 3.0, 1.2)),
        (log_binomial, (1.0, 3.0, -0.2)),
        (log_binomial, (1.0, 2.5, 0.2)),
        (log_zero_inflated_poisson, (2.0, 0.0, 0.3)),
        (log_zero_inflated_poisson, (2.0, 3.0, 1.0)),
        (log_zero_inflated_poisson, (0.0, 3.0, -0.1)),
        (log_zero_inflated_poisson, (0.0, 3.0, 1.1)),
        (log_zero_inflated_poisson, (2.0, -3.0, 0.5)),
        (log_zero_inflated_poisson, (0.0, -3.0, 0.5)),
        (log_zero_inflated_negative_binomial, (0.0, 1.0, -3.0, 0.5)),
        (log_zero_inflated_negative_binomial, (1.5, 1.0, 3.0, 0.5)),
        (log_hurdle_poisson, (0.0, 3.0, 0.0)),
        (log_hurdle_poisson, (2.0, 3.0, 1.0)),
        (log_hurdle_poisson, (2.0, 0.0, 0.5)),
        (log_hurdle_poisson, (0.0, -2.0, 0.5)),
        (log_hurdle_poisson, (0.0, 3.0, 1.5)),
        (log_hurdle_poisson, (1.5, 3.0, 0.5)),
        (log_hurdle_negative_binomial, (2.0, 1.0, 0.0, 0.5)),
        (log_hurdle_negative_binomial, (0.0, 1.0, -1.0, 0.5)),
        (log_normal, (0.0, 0.0, 0.0)),
        (log_normal, (0.0, 0.0, -1.0)),
        (log_normal, (0.0, 0.0, INF)),
        (log_normal, (INF, 0.0, 1.0)),
        (log_normal, (0.0, -INF, 1.0)),
        (log_normal, (INF, INF, 1.0)),
        (log_lognormal, (0.0, 0.0, 1.0)),
        (log_lognormal, (-1.0, 0.0, 1.0)),
        (log_lognormal, (1.0, 0.0, 0.0)),
        (log_range, (0.0, 1.0, 2.0, 0.3)),
        (log_range, (-1.0, 1.0, 2.0, 0.3)),
        (log_range, (-1.0, NAN, 2.0, 0.3)),
        (log_range, (1.0, 3.0, 2.0, 0.3)),
        (log_range, (1.0, 1.0, 2.0, -0.3)),
        (log_range, (1.0, -2.0, -1.0, 0.3)),
        (log_range, (1.0, -2.0, 0.0, 0.3)),
        (log_range, (INF, 1.0, 2.0, 0.3)),
        (log_range, (5.0, 1.0, 2.0, 0.0)),
        (poisson_const, (-1.0,)),
        (nb_const, (1.0, 0.0)),
        (poisson_var, (1.0, 0.0)),
        (poisson_var, (1.0, -1.0)),
        (poisson_var, (0.0, -1.0)),
        (nb_var, (1.0, 0.0, 1.0)),
        (nb_var, (0.0, -1.0, 1.0)),
        (poisson_var, (1.0, INF)),
        (nb_var, (1.0, INF, 2.0)),
        (nb_var, (0.0, INF, 2.0)),
        (nb_var, (1.0, 1.0, -2.0)),
        (nb_var, (1.0, 1.0, 0.0)),
    ],
)
def test_the_impossible_is_minus_infinity(density: Any, arguments: tuple[float, ...]) -> None:
    assert density(*arguments) == -INF


@pytest.mark.parametrize(
    ("density", "arguments"),
    [
        (log_poisson, (0.0, 0.0)),
        (log_negative_binomial, (0.0, 0.0, 2.0)),
        (log_negative_binomial, (0.0, 0.0, INF)),
        (log_binomial, (0.0, 0.0, 0.4)),
        (log_binomial, (0.0, 5.0, 0.0)),
        (log_binomial, (5.0, 5.0, 1.0)),
        (log_zero_inflated_poisson, (0.0, 0.0, 0.3)),
        (log_hurdle_poisson, (0.0, 0.0, 1.0)),
        (log_range, (3.0, NAN, NAN, 0.3)),
        (log_range, (3.0, 0.0, NAN, 0.3)),
        (log_range, (3.0, 0.0, INF, 0.3)),
        (log_range, (0.0, NAN, 5.0, 0.3)),
        (log_range, (0.0, 0.0, 5.0, 0.3)),
        (log_range, (3.0, 2.0, 5.0, 0.0)),
        (poisson_var, (0.0, 0.0)),
        (nb_var, (0.0, 0.0, 3.0)),
    ],
)
def test_the_certain_is_zero(density: Any, arguments: tuple[float, ...]) -> None:
    assert density(*arguments) == 0.0


@pytest.mark.parametrize(
    ("density", "arguments"),
    [
        (log_poisson, (1.0, 2.0)),
        (log_negative_binomial, (1.0, 2.0, 3.0)),
        (log_binomial, (1.0, 2.0, 0.5)),
        (log_zero_inflated_poisson, (0.0, 2.0, 0.5)),
        (log_zero_inflated_negative_binomial, (0.0, 2.0, 1.0, 0.5)),
        (log_hurdle_poisson, (1.0, 2.0, 0.5)),
        (log_hurdle_negative_binomial, (0.0, 2.0, 1.0, 0.5)),
        (log_normal, (1.0, 2.0, 0.5)),
        (log_lognormal, (1.0, 2.0, 0.5)),
        (poisson_var, (1.0, 2.0)),
        (nb_var, (1.0, 2.0, 3.0)),
        (poisson_const, (1.0,)),
        (nb_const, (1.0, 2.0)),
    ],
)
def test_any_nan_gives_nan(density: Any, arguments: tuple[float, ...]) -> None:
    for i in range(len(arguments)):
        spoiled = [*arguments]
        spoiled[i] = NAN
        assert math.isnan(density(*spoiled))


def test_range_of_nan_model_value_or_spread_is_nan() -> None:
    assert math.isnan(log_range(NAN, 1.0, 2.0, 0.3))
    assert math.isnan(log_range(1.0, 1.0, 2.0, NAN))


@pytest.mark.parametrize("z", [-6.0, -0.3, 0.0, 1.0, 40.0])
@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (7.0, 0.01), (-3.0, 50.0)])
def test_normal_and_lognormal(z: float, mean: float, sd: float) -> None:
    y = mean + sd * z
    assert log_normal(y, mean, sd) == close(stats.norm.logpdf(y, mean, sd))
    if math.exp(min(y, 700)) > 1e-300 and y < 700:
        x = math.exp(y)
        expected = stats.norm.logpdf(math.log(x), mean, sd) - math.log(x)
        assert log_lognormal(x, mean, sd) == close(expected)
        assert log_range(math.exp(mean), x, x, sd) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("z", [*np.linspace(-40, 10, 101), -1e3, -1e5, -1e8, 30.0])
def test_log_ndtr(z: float) -> None:
    assert log_ndtr(z) == pytest.approx(float(special.log_ndtr(z)), rel=1e-11, abs=1e-300)


@pytest.mark.parametrize("z", [-INF, INF])
def test_log_ndtr_at_infinity(z: float) -> None:
    assert log_ndtr(z) == (0.0 if z > 0 else -INF)


def _exact_range(x: float, low: float, high: float, sd: float) -> float:
    """Quadrature of the density relative to its largest value in the range."""
    a, b = (math.log(low / x) / sd, math.log(high / x) / sd)
    top = min(max(0.0, a), b)
    # Within the range the density falls from its top by exp(-top*t - t*t/2).
    end = 60.0 / max(1.0, abs(top))
    lo, hi = max(a, top - end), min(b, top + end)
    value, _ = integrate.quad(
        lambda z: math.exp(0.5 * (top - z) * (top + z)), lo, hi, epsabs=0, epsrel=1e-12, limit=200
    )
    return -0.5 * top * top - 0.5 * math.log(2 * math.pi) + math.log(value)


@pytest.mark.parametrize("x", [1.0, 300.0, 900.0, 1500.0, 2400.0, 9000.0, 1e6])
@pytest.mark.parametrize("ratio", [1 + 1e-9, 1.0001, 1.01, 1.05, 1.3, 3.0])
@pytest.mark.parametrize("sd", [0.05, 0.25, 2.0])
def test_range_against_quadrature(x: float, ratio: float, sd: float) -> None:
    low, high = 1200.0, 1200.0 * ratio
    exact = _exact_range(x, low, high, sd)
    # The width of the narrowest range is itself known to 1e-7 only.
    tolerance = 1e-6 if ratio < 1.00001 else 1e-8
    assert log_range(x, low, high, sd) == pytest.approx(exact, rel=1e-9, abs=tolerance)


def test_one_sided_ranges() -> None:
    for x in (1.0, 500.0, 1e4, 1e9):
        for sd in (0.1, 0.5):
            z = math.log(x / 1000.0) / sd
            at_least = log_range(x, 1000.0, NAN, sd)
            assert at_least == pytest.approx(float(special.log_ndtr(z)), rel=1e-10, abs=1e-300)
            expected = float(special.log_ndtr(-z))
            assert log_range(x, NAN, 1000.0, sd) == pytest.approx(expected, rel=1e-10, abs=1e-300)
            assert log_range(x, 0.0, 1000.0, sd) == log_range(x, NAN, 1000.0, sd)


@pytest.mark.parametrize("sd", [0.001, 0.05, 0.3, 3.0])
@pytest.mark.parametrize(
    ("low", "high"), [(1000.0, 3000.0), (1000.0, 1000.1), (1000.0, NAN), (NAN, 3000.0)]
)
def test_range_is_finite_and_monotone_far_out(low: float, high: float, sd: float) -> None:
    """A particle further away never weighs more, even a factor 1e100 away."""
    for direction in (-1, 1):
        start = 1000.0 if direction < 0 else 3000.0
        values = [
            log_range(start * 10.0 ** (direction * e), low, high, sd)
            for e in np.concatenate([np.linspace(0, 1, 400), np.linspace(1, 100, 400)])
        ]
        assert all(math.isfinite(value) for value in values)
        away = math.isnan(low) == (direction > 0) or not (math.isnan(low) or math.isnan(high))
        steps = np.diff(values)
        assert np.all(steps <= 0) if away else np.all(steps >= 0)


@pytest.mark.parametrize("h", [0.0, 1e-300, 1e-12, 1e-3, 0.03, 0.0312, 0.0313, 0.5, 5.0, 800.0])
def test_exit_probability(h: float) -> None:
    assert exit_probability(h) == pytest.approx(-math.expm1(-h), rel=1e-15, abs=0)
    assert math.isnan(exit_probability(h * NAN))


def test_inlined_exponential_and_logarithm() -> None:
    for x in np.linspace(-60, 60, 2001):
        assert exp_moderate(x) == pytest.approx(math.exp(x), rel=2e-14)
    for p in np.concatenate([np.linspace(0, 0.5, 501), 10.0 ** np.linspace(-300, -1, 300)]):
        assert log_keep(p, 1 - p) == pytest.approx(math.log1p(-p), rel=1e-14, abs=0)
