"""Baselines do what the field says they do, and see nothing after the origin."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from rivalry.forecast import BASELINES, Panel, baseline, conflictology, conflictology_n, last
from rivalry.foundation import RivalryError

STEPS = range(3, 15)
ORIGIN = "2019-06"
NAMES = [*BASELINES, "conflictology_6"]


@pytest.fixture
def joined(panel) -> Panel:
    return panel.with_neighbours({7: [8], 8: [7, 9, 1000], 9: [8]})


def poisoned(panel: Panel, origin_place: int, value: object) -> Panel:
    counts = panel.counts.copy()
    counts[:, origin_place + 1 :] = counts[:, :origin_place:-1] if value == "reversed" else value
    return replace(panel, counts=counts)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [np.nan, 2e9, 0.0, "reversed"])
def test_later_data_change_nothing(joined, name, value):
    origin_place = 17
    forecast = baseline(name)
    before = forecast(joined, ORIGIN, STEPS, n_draws=60)
    after = forecast(poisoned(joined, origin_place, value), ORIGIN, STEPS, n_draws=60)
    np.testing.assert_array_equal(before.array, after.array)
    assert before.units.tolist() == after.units.tolist()


@pytest.mark.parametrize("name", NAMES)
def test_the_month_of_the_origin_itself_is_seen_where_it_matters(joined, name):
    """The guard above would pass if forecasts looked at nothing at all."""
    forecast = baseline(name)
    before = forecast(joined, ORIGIN, STEPS, n_draws=400).array
    after = forecast(poisoned(joined, 16, 2e6), ORIGIN, STEPS, n_draws=400).array
    assert (before != after).any() == (name != "zero")


@pytest.mark.parametrize("name", NAMES)
def test_draws_have_the_shape_asked_for(joined, name):
    draws = baseline(name)(joined, ORIGIN, STEPS, n_draws=50)
    assert draws.array.shape == (3, 12, 50)
    assert draws.array.dtype == np.int32
    assert draws.model == name
    assert (str(draws.months[0]), str(draws.months[-1])) == ("2019-09", "2020-08")


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides(joined, name):
    forecast = baseline(name)
    one, again, two = (forecast(joined, ORIGIN, STEPS, n_draws=50, seed=s).array for s in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != two).any() == (name != "zero")


@pytest.mark.parametrize("name", ["last", "conflictology", "conflictology_6"])
def test_a_unit_is_forecast_alike_alone_and_among_others(panel, name):
    together = baseline(name)(panel, ORIGIN, STEPS, n_draws=50).select([9])
    alone = baseline(name)(panel.select([9]), ORIGIN, STEPS, n_draws=50)
    np.testing.assert_array_equal(together.array, alone.array)


def test_zero():
    panel = Panel(np.array([1]), np.arange(2), np.array([[5.0, 5.0]]), "u", "y")
    assert not baseline("zero")(panel, 1, [1, 2]).array.any()


@pytest.mark.statistical
def test_last_is_poisson_with_the_last_month_as_mean():
    panel = Panel(np.array([1, 2]), np.arange(2), np.array([[90.0, 4.0], [3.0, 0.0]]), "u", "y")
    array = last(panel, 1, [1], n_draws=40_000).array[:, 0]
    # five standard errors: one false alarm in a million
    assert abs(array[0].mean() - 4) < 5 * np.sqrt(4 / 40_000)
    assert abs(array[0].var() - 4) < 5 * np.sqrt((4 + 2 * 16) / 40_000)
    assert not array[1].any()


def test_last_falls_back_on_the_last_known_month():
    panel = Panel(np.array([1]), np.arange(3), np.array([[900.0, 0.0, np.nan]]), "u", "y")
    assert not last(panel, 2, [1]).array.any()


def test_conflictology_is_the_last_twelve_months(panel):
    sample = panel.counts[0, 6:18]
    draws = conflictology(panel, ORIGIN, STEPS, n_draws=None)
    assert draws.array.shape == (3, 12, 12)
    for step in range(12):
        np.testing.assert_array_equal(draws.array[0, step], sample)


def test_a_thousand_draws_of_it_hold_each_month_equally_often():
    panel = Panel(np.array([1]), np.arange(12), np.arange(12.0)[None], "u", "y")
    draws = conflictology(panel, 11, [1, 2], n_draws=1000).array
    for step in (0, 1):
        assert set(Counter(draws[0, step].tolist()).values()) == {83, 84}
    assert (draws[0, 0] != draws[0, 1]).any()


def test_conflictology_of_a_unit_that_just_appeared(panel):
    assert set(conflictology(panel, "2018-07", [1]).select([9]).array.ravel()) == {
        int(panel.counts[2, 6])
    }
    short = conflictology(panel, "2018-09", [1], n_draws=None).select([9]).array[0, 0]
    np.testing.assert_array_equal(short, np.tile(panel.counts[2, 6:9], 4))


def test_conflictology_n_takes_the_neighbours_months_and_zeros_for_cells_outside():
    counts = np.stack([np.full(12, 3.0), np.full(12, 5.0)])
    panel = Panel(np.array([1, 2]), np.arange(12), counts, "u", "y")
    panel = panel.with_neighbours({1: [2, 50], 2: []})
    draws = conflictology_n(panel, 11, [1], n_draws=360).array[:, 0]
    assert Counter(draws[0].tolist()) == {3: 120, 5: 120, 0: 120}
    assert set(draws[1].tolist()) == {5}


def test_bootstrap_240_draws_from_all_units_and_240_months():
    counts = np.stack([np.full(241, 2.0), np.full(241, 4.0)])
    counts[:, 0] = 1e6
    counts[0, 1:100] = np.nan
    panel = Panel(np.array([1, 2]), np.arange(241), counts, "u", "y")
    draws = baseline("bootstrap_240")(panel, 240, [1], n_draws=20_000).array
    assert set(np.unique(draws)) == {2, 4}
    # 141 of the 381 known counts are 2, for either unit; five standard errors
    for unit in (0, 1):
        assert abs((draws[unit] == 2).mean() - 141 / 381) < 5 * np.sqrt(0.25 / 20_000)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda p: baseline("conflictologie"), "R1017"),
        (lambda p: baseline("conflictology_0"), "R1017"),
        (lambda p: conflictology_n(p, ORIGIN, STEPS), "R1016"),
        (lambda p: last(p, "2024-01", STEPS), "R1013"),
        (lambda p: last(p, ORIGIN, [0, 1]), "R1015"),
        (lambda p: last(p, ORIGIN, [2, 2]), "R1015"),
        (lambda p: last(p, ORIGIN, []), "R1015"),
    ],
)
def test_faults(panel, call, code):
    with pytest.raises(RivalryError) as caught:
        call(panel)
    assert caught.value.problems[0].code == code
