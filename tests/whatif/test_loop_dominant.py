"""Which loop was the strongest in a year, and the words for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rivalry.foundation import RivalryError
from rivalry.whatif import LoopRow, LoopStrength, dominant_loops, loop_bands, loop_sentences


def _strength(shares: np.ndarray, rest: float = 0.0) -> LoopStrength:
    """Return scores over four draws and one year; columns: named, own, wider, pools."""
    loops = (
        LoopRow("L1", "Killings tit for tat", "named", "reinforcing", ("x", "y")),
        LoopRow("own -", "its own", "listed", "balancing", ("x",)),
        LoopRow("N1", "through z", "listed", "balancing", ("x", "z")),
        LoopRow("other +", "all other", "pool", "reinforcing"),
        LoopRow("other -", "all other", "pool", "balancing"),
    )
    draws, n = shares.shape[0], 12
    share = np.repeat(shares[:, None, :], n, axis=1).astype(float)
    left = 1.0 - np.abs(share).sum(axis=2)
    outside = np.zeros((draws, n, 3))
    outside[:, :, 1] = left
    scores = xr.Dataset(
        {
            "share": (("draw", "month", "loop"), share),
            "outside": (("draw", "month", "source"), outside),
            "untraced": (("draw", "month"), np.where(np.isnan(left), np.nan, 0.0)),
            "largest_other": (("draw", "year"), np.full((draws, 1), rest)),
        },
        coords={
            "month": pd.date_range("2015-01-01", periods=n, freq="MS"),
            "year": [2015],
            "loop": [row.id for row in loops],
            "source": ["series", "chance", "events"],
        },
    )
    return LoopStrength("x", "Group X", loops, scores, "relative", 6, ("L9",))


FOUR = np.array(
    [
        [0.5, -0.2, -0.1, 0.0, 0.0],
        [0.4, -0.2, -0.1, 0.0, 0.0],
        [0.3, -0.2, -0.1, 0.0, 0.0],
        [0.1, -0.3, -0.2, 0.0, 0.0],
    ]
)


def test_draws_are_counted_by_their_largest_loop():
    year = dominant_loops(_strength(FOUR), 2015)
    named, own, wider, *pools = year.rows
    assert (named.first, own.first, wider.first) == (0.75, 0.25, 0.0)
    assert named.first_named == 1.0
    assert (named.first_wider, wider.first_wider) == (0.75, 0.25)
    assert np.isnan(own.first_wider)
    assert all(np.isnan(row.first) for row in pools)
    assert named.median == pytest.approx(0.35)
    assert year.other_first == 0.0
    assert year.outside["chance"][0] == pytest.approx(0.35)


def test_the_words_can_be_repeated():
    strength = _strength(FOUR)
    said = loop_sentences(strength, dominant_loops(strength, 2015))
    assert said[0].startswith(
        "In 2015 the loop 'Killings tit for tat' (reinforcing) was the strongest for Group X in "
        "3 of 4 draws (median share 35%"
    )
    assert said[-1] == (
        "Outside the loops came 35% of the change, most of it from chance (noise of the model)."
    )


def test_where_its_own_loop_leads_the_wider_and_the_named_ones_are_told_too():
    strength = _strength(FOUR * [0.1, 1, 1, 1, 1])
    said = loop_sentences(strength, dominant_loops(strength, 2015))
    assert said[0].startswith("In 2015 its own balancing loop")
    assert said[1].startswith(
        "Of the loops that pass another stock or level, the balancing loop through z was the "
        "strongest in 4 of 4 draws"
    )
    assert said[2] == (
        "The one loop that the case names here, 'Killings tit for tat', had a median share of 4%."
    )


def test_a_pooled_loop_may_be_the_largest():
    year = dominant_loops(_strength(FOUR * 0.1, rest=0.2), 2015)
    assert year.other_first == 1.0
    assert year.strongest is None
    strength = _strength(FOUR * 0.1, rest=0.2)
    assert "one of the pooled ones in 4 of 4" in loop_sentences(strength, year)[0]


def test_a_year_in_which_it_does_not_change():
    strength = _strength(FOUR * np.nan)
    year = dominant_loops(strength, 2015)
    assert year.draws == 0
    assert year.strongest is None
    assert loop_sentences(strength, year) == ["In 2015 Group X did not change in any of 4 draws."]


def test_draws_in_which_it_does_not_change_do_not_count():
    some = FOUR.copy()
    some[0] = np.nan
    strength = _strength(some)
    year = dominant_loops(strength, 2015)
    assert year.draws == 3
    assert year.rows[0].first == pytest.approx(2 / 3)
    assert loop_sentences(strength, year)[0] == "In 2015 Group X changed in 3 of 4 draws."


def test_a_year_without_scores_is_refused():
    with pytest.raises(RivalryError) as caught:
        dominant_loops(_strength(FOUR), 2014)
    assert caught.value.problems[0].code == "R1143"
    assert "from 2015 to 2015" in caught.value.problems[0].remedy


def test_bands_are_quantiles_over_draws():
    found = {band.id: band for band in loop_bands(_strength(FOUR))}
    np.testing.assert_allclose(
        found["L1"].quantiles[:, 0],
        np.quantile([0.5, 0.4, 0.3, 0.1], [0.05, 0.25, 0.5, 0.75, 0.95]),
    )
    assert {"series", "chance", "events", "untraced"} < set(found)


def test_smoothing_is_a_running_mean_that_leaves_gaps_out():
    strength = _strength(FOUR)
    strength.scores["share"].values[:, 6, 0] = np.nan
    strength.scores["share"].values[:, 7, 0] += 0.3
    band = next(iter(loop_bands(strength, smooth=3)))
    np.testing.assert_allclose(band.quantiles[2, 7], 0.35 + 0.15, atol=1e-9)
    np.testing.assert_allclose(band.quantiles[2, 3], 0.35, atol=1e-9)
