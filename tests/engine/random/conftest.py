"""Drawing many numbers from a compiled sampler, and the tests of fit.

The false-alarm rate of all statistical tests of this folder together is below 1e-4: each asks for
a p-value above ``LEVEL``, and there are fewer than 1,000 of them. Seeds are fixed.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray
from scipy import stats

from rivalry.engine.random import seed_stream

LEVEL = 1e-7
Floats = NDArray[np.float64]


@cache
def _loop(sampler: Any, parameters: int) -> Any:
    names = "".join(f", p{i}" for i in range(parameters))
    source = (
        f"def fill(state, out{names}):\n"
        f"    for i in range(out.size):\n"
        f"        out[i] = sampler(state{names})\n"
    )
    scope: dict[str, Any] = {"sampler": sampler}
    exec(source, scope)
    return njit(scope["fill"])


@pytest.fixture(scope="session")
def draw() -> Callable[..., Floats]:
    """Return ``draw(sampler, *parameters, size=, seed=)``: an array of draws."""

    def many(sampler: Any, *parameters: float, size: int = 200_000, seed: int = 7) -> Floats:
        state = np.zeros(4, np.uint64)
        seed_stream(state, seed, 0, 0)
        out = np.empty(size)
        _loop(sampler, len(parameters))(state, out, *(float(p) for p in parameters))
        return out

    return many


@pytest.fixture(scope="session")
def assert_counts_fit() -> Callable[..., None]:
    """Return a chi-square test of whole numbers against a SciPy distribution."""

    def check(draws: Floats, distribution: Any) -> None:
        assert np.all(draws == np.floor(draws))
        size = draws.size
        # Edges at quantiles: at most 60 bins, each with 50 expected draws or more.
        levels = np.linspace(0.0, 1.0, 61)[1:-1]
        edges = np.unique(distribution.ppf(levels))
        below = np.concatenate(([0.0], distribution.cdf(edges), [1.0]))
        expected = np.diff(below) * size
        observed = np.bincount(np.searchsorted(edges, draws), minlength=edges.size + 1)
        pooled_expected: list[float] = []
        pooled_observed: list[float] = []
        e = o = 0.0
        for j in range(expected.size):
            e += expected[j]
            o += observed[j]
            if e >= 50.0:
                pooled_expected.append(e)
                pooled_observed.append(o)
                e = o = 0.0
        pooled_expected[-1] += e
        pooled_observed[-1] += o
        if len(pooled_expected) > 1:
            scale = sum(pooled_observed) / sum(pooled_expected)
            test = stats.chisquare(pooled_observed, np.array(pooled_expected) * scale)
            assert test.pvalue > LEVEL
        # The extreme tails, which the bins pool: counts beyond far quantiles are Poisson.
        for level in (1e-2, 1e-3, 1e-4):
            low, high = distribution.ppf(level), distribution.isf(level)
            for seen, chance in (
                (np.sum(draws < low), distribution.cdf(low - 1)),
                (np.sum(draws > high), distribution.sf(high)),
            ):
                test = stats.binomtest(int(seen), size, float(chance))
                assert test.pvalue > LEVEL

    return check


@pytest.fixture(scope="session")
def assert_reals_fit() -> Callable[..., None]:
    """Return a Kolmogorov-Smirnov test of real numbers against a SciPy distribution."""

    def check(draws: Floats, distribution: Any) -> None:
        assert stats.kstest(draws, distribution.cdf).pvalue > LEVEL
        for level in (1e-3, 1e-4):
            low, high = distribution.ppf(level), distribution.isf(level)
            for seen in (np.sum(draws < low), np.sum(draws > high)):
                assert stats.binomtest(int(seen), draws.size, level).pvalue > LEVEL

    return check
