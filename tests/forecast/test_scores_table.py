"""Tables of scores: what is scored, over which months."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rivalry.forecast import Panel, baseline, crps, pit_histogram, score, summarise
from rivalry.foundation import RivalryError


def test_each_row_is_a_forecast_with_its_outcome(panel):
    draws = baseline("conflictology")(panel, "2020-08", [1, 3, 6], n_draws=120)
    table = score(draws, panel)
    assert table.shape[0] == 6  # the panel ends in December, four months on
    assert table["step"].tolist() == [1, 3] * 3
    assert table["month_id"].tolist() == [489, 491] * 3
    assert set(table["origin"]) == {488}
    assert table["unit"].tolist() == [7, 7, 8, 8, 9, 9]
    assert table["observed"].tolist() == panel.counts[:, [32, 34]].ravel().tolist()
    want = crps(draws.array[:, :2], panel.counts[:, [32, 34]])
    np.testing.assert_allclose(table["crps"], want.ravel())


def test_violent_months_apart():
    counts = np.array([[0, 0, 0, 4.0], [0, 0, 0, 0]])
    panel = Panel(np.array([1, 2]), np.arange(4), counts, "u", "y")
    table = score(baseline("zero")(panel, 2, [1]), panel)
    means = summarise(table).set_index("months")
    assert means.loc["all", ["n", "crps", "brier_1", "covered_90"]].tolist() == [2, 2.0, 0.5, 0.5]
    assert means.loc["violent", ["n", "crps", "brier_1"]].tolist() == [1, 4.0, 1.0]


def test_a_group_without_violence_says_so():
    counts = np.array([[0, 0, 0, 4.0], [0, 0, 0, 0]])
    panel = Panel(np.array([1, 2]), np.arange(4), counts, "u", "y")
    table = score(baseline("zero")(panel, 2, [1]), panel)
    means = summarise(table, ["unit"]).set_index(["unit", "months"])
    assert means.loc[(2, "violent"), "n"] == 0
    assert np.isnan(means.loc[(2, "violent"), "crps"])
    assert means.loc[(2, "all"), "crps"] == 0


def test_means_over_violent_months_reward_exaggeration():
    """Why they are never shown alone: the true distribution loses to one three times as large."""
    rng = np.random.default_rng(2)
    truth = rng.poisson(0.5, size=(400, 1)).astype(float)
    counts = np.hstack([np.full((400, 1), 0.0), truth])
    panel = Panel(np.arange(400), np.arange(2), counts, "u", "y")
    base = baseline("zero")(panel, 0, [1], n_draws=500)
    honest, loud = (
        score(replace(base, array=rng.poisson(mean, size=(400, 1, 500)), model=name), panel)
        for name, mean in (("honest", 0.5), ("loud", 1.5))
    )
    means = summarise(pd.concat([honest, loud])).set_index(["model", "months"])["crps"]
    assert means["loud", "violent"] < means["honest", "violent"]
    assert means["honest", "all"] < means["loud", "all"]


def test_crps_above_25_sees_only_large_counts():
    counts = np.array([[0, 60.0], [0, 20.0]])
    panel = Panel(np.array([1, 2]), np.arange(2), counts, "u", "y")
    table = score(baseline("zero")(panel, 0, [1]), panel)
    assert table["crps_above_25"].tolist() == [35, 0]


@pytest.mark.statistical
def test_pit_histogram_is_flat_for_a_calibrated_forecast():
    rng = np.random.default_rng(6)
    counts = np.hstack([np.full((3000, 1), 2.0), rng.poisson(2, size=(3000, 1))])
    panel = Panel(np.arange(3000), np.arange(2), counts, "u", "y")
    share = pit_histogram(score(baseline("last")(panel, 0, [1]), panel))
    # five standard errors of a share of 0.1 among 3,000
    assert np.abs(share - 0.1).max() < 5 * np.sqrt(0.09 / 3000)


def test_nothing_to_score_is_a_fault(panel):
    draws = baseline("zero")(panel, "2020-12", [1])
    for other in (panel, replace(panel, target="ged_ns")):
        with pytest.raises(RivalryError) as caught:
            score(draws, other)
        assert caught.value.problems[0].code == "R1018"
