"""Paired bootstrap intervals against values that are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rivalry.forecast import paired_difference
from rivalry.foundation import RivalryError


def table(a: np.ndarray, b: np.ndarray) -> pd.DataFrame:
    """Scores of two models by unit (rows) and month (columns)."""
    unit, month = (x.ravel() for x in np.indices(a.shape))
    return pd.concat(
        pd.DataFrame({"model": name, "origin": 0, "step": month + 1, "month_id": month + 1,
                      "unit": unit, "observed": unit % 2, "crps": value.ravel()})
        for name, value in (("a", a), ("b", b))
    )  # fmt: skip


def test_means_and_ratio():
    found = paired_difference(table(np.full((4, 5), 3.0), np.full((4, 5), 4.0)), "a", "b")
    assert (found.mean, found.low, found.high) == (-1, -1, -1)
    assert (found.ratio, found.ratio_low, found.ratio_high) == (0.75, 0.75, 0.75)
    assert (found.better, found.n, found.clusters) == (1, 20, 4)


@pytest.mark.statistical
@pytest.mark.parametrize("cluster", ["row", "unit", "month"])
def test_the_interval_is_that_of_the_normal_distribution(cluster):
    rng = np.random.default_rng(1)
    a = rng.normal(size=(200, 200))
    found = paired_difference(table(a, np.zeros_like(a)), "a", "b", cluster=cluster, seed=3)
    groups = {"row": a.ravel(), "unit": a.mean(axis=1), "month": a.mean(axis=0)}[cluster]
    error = groups.std() / np.sqrt(len(groups))
    # quantiles of 2,000 resamples have an error of some 4% of the width
    assert found.low == pytest.approx(a.mean() - 1.645 * error, abs=0.2 * error)
    assert found.high == pytest.approx(a.mean() + 1.645 * error, abs=0.2 * error)
    assert found.clusters == len(groups)


def test_months_of_one_unit_are_not_taken_for_independent():
    rng = np.random.default_rng(2)
    by_unit = np.repeat(rng.normal(size=(30, 1)), 24, axis=1)
    width = {}
    for cluster in ("row", "unit", "month", "both"):
        found = paired_difference(table(by_unit, 0 * by_unit), "a", "b", cluster=cluster)
        width[cluster] = found.high - found.low
    assert width["month"] == pytest.approx(0, abs=1e-12)
    assert width["unit"] > 4 * width["row"]  # by theory the square root of 24
    assert width["both"] == pytest.approx(width["unit"], rel=0.15)


def test_only_what_both_models_forecast_is_compared():
    both = table(np.full((4, 5), 3.0), np.full((4, 5), 4.0))
    cut = both[(both["model"] == "a") | (both["unit"] > 0)]
    assert paired_difference(cut, "a", "b").n == 15


def test_violent_months_only():
    both = table(np.arange(20.0).reshape(4, 5), np.zeros((4, 5)))
    assert paired_difference(both, "a", "b", violent=True).mean == pytest.approx(
        np.arange(20.0).reshape(4, 5)[[1, 3]].mean()
    )


def test_a_seed_gives_the_same_interval():
    both = table(np.random.default_rng(1).normal(size=(9, 9)), np.ones((9, 9)))
    one, again, other = (paired_difference(both, "a", "b", seed=s) for s in (1, 1, 2))
    assert one == again
    assert one.low != other.low


def test_what_cannot_be_compared_is_a_fault():
    both = table(np.ones((4, 5)), np.ones((4, 5)))
    apart = both[(both["model"] == "a") == (both["unit"] > 1)]
    for rows, names in ((both, ("a", "c")), (apart, ("a", "b")), (pd.concat([both, both]), "ab")):
        with pytest.raises(RivalryError) as caught:
            paired_difference(rows, *names)
        assert caught.value.problems[0].code == "R1019"
    with pytest.raises(ValueError, match="cluster"):
        paired_difference(both, "a", "b", cluster="country")
