"""A small panel whose numbers can be followed by eye."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.forecast import Panel


@pytest.fixture
def panel() -> Panel:
    """Three units over 2018-01 to 2020-12: violent, quiet, and one that appears in 2018-07."""
    rng = np.random.default_rng(5)
    counts = np.zeros((3, 36))
    counts[0] = rng.negative_binomial(2, 0.05, size=36)
    counts[2] = rng.poisson(3, size=36)
    counts[2, :6] = np.nan
    return Panel(np.array([7, 8, 9]), np.arange(457, 493), counts, "country_id", "ged_sb")
