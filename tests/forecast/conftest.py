"""A small panel whose numbers can be followed by eye."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rivalry.engine import simulate
from rivalry.forecast import Panel
from rivalry.foundation import parse_yaml
from rivalry.model import Model, ModelData, ModelSpec, build_model


@pytest.fixture
def panel() -> Panel:
    """Three units over 2018-01 to 2020-12: violent, quiet, and one that appears in 2018-07."""
    rng = np.random.default_rng(5)
    counts = np.zeros((3, 36))
    counts[0] = rng.negative_binomial(2, 0.05, size=36)
    counts[2] = rng.poisson(3, size=36)
    counts[2, :6] = np.nan
    return Panel(np.array([7, 8, 9]), np.arange(457, 493), counts, "country_id", "ged_sb")


@pytest.fixture(scope="session")
def make_case() -> Callable[..., Model]:
    """Build a case from text, with series (months,) by observation, NaN where missing."""

    def make(text: str, series: dict[str, Any] | None = None) -> Model:
        spec = ModelSpec.from_data(parse_yaml(text).data)
        plain = build_model(spec)
        data = {
            name: {m: y for m, y in zip(plain.months, values, strict=True) if y == y}
            for name, values in (series or {}).items()
        }
        return build_model(spec, ModelData(observations=data))

    return make


@pytest.fixture(scope="session")
def little(make_case: Callable[..., Model]) -> Model:
    """Return a case with an input, a status that changes and shocks, and its own data."""
    text = (Path(__file__).parent / "little.yaml").read_text(encoding="utf-8")
    names = ("deaths", "state_deaths_seen")
    drawn = simulate(make_case(text), 1, seed=2, outputs=[])
    series: dict[str, Any] = {n: drawn[f"y:{n}"].values[0] for n in names}
    strength = [float("nan")] * 36
    strength[17] = 1200.0
    return make_case(text, {**series, "strength": strength})
