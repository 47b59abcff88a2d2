"""A linear-Gaussian case whose likelihood the Kalman filter gives exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from rivalry.foundation import Month, parse_yaml
from rivalry.model import Model, ModelData, ModelSpec, build_model

Array = NDArray[np.float64]
_CASE = """
rivalry: 1
title: Linear and Gaussian
time: {start: 2013-01, end: 2018-12, substeps: 1}
levels: {x: {initial: 1, change: "-fade * x", sd: step}}
parameters:
  fade: {prior: "beta(4, 8)", unit: 1/month}
  step: {prior: "lognormal(log(0.5), 0.5)"}
  idle: {prior: "normal(0, 1)"}
  error: 0.7
auxiliaries: {nothing: idle}
observations: {y: {as: "normal(mean=x, sd=error)"}}
"""


@pytest.fixture(scope="session")
def linear_case() -> str:
    """The case: two parameters that the data know, and `idle`, of which they know nothing."""
    return _CASE


@pytest.fixture(scope="session")
def linear_data() -> Callable[[int], Array]:
    """Simulate months of its series, with fade 0.3 and step 0.6."""

    def simulate(months: int) -> Array:
        rng = np.random.default_rng(0)
        x, ys = 1.0, []
        for _ in range(months):
            x = 0.7 * x + 0.6 * rng.standard_normal()
            ys.append(x + 0.7 * rng.standard_normal())
        return np.array(ys)

    return simulate


@pytest.fixture(scope="session")
def with_series() -> Callable[[str, Array], Model]:
    """Build a case of one series `y` that begins in January 2013."""

    def build(text: str, data: Array) -> Model:
        start = Month.parse("2013-01")
        series: dict[Month, Any] = {start + i: float(y) for i, y in enumerate(data)}
        spec = ModelSpec.from_data(parse_yaml(text).data)
        return build_model(spec, ModelData(observations={"y": series}))

    return build


@pytest.fixture(scope="session")
def kalman() -> Callable[[float, float, Array], float]:
    """Log-likelihood of the case, by the Kalman filter."""

    def log_likelihood(fade: float, step: float, data: Array) -> float:
        mean, var, total = 1.0, 0.0, 0.0
        for y in data:
            mean, var = (1 - fade) * mean, (1 - fade) ** 2 * var + step**2
            s = var + 0.49
            total += float(stats.norm.logpdf(y, mean, np.sqrt(s)))
            mean, var = mean + var / s * (y - mean), var * (1 - var / s)
        return total

    return log_likelihood
