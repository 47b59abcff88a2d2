"""The automatic case as a whole: what it may see, what it gives for thin data, what it wins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rivalry.forecast import Panel, conflictology, crps, panel_from_frame
from rivalry.forecast._auto import AutoSettings, auto_forecast, auto_masses, local_level
from rivalry.forecast._auto_grid import MIDDLE
from rivalry.forecast._auto_parts import PartSettings
from rivalry.foundation import Month, RivalryError

STEPS = (1, 3, 9)
MODELS = (auto_forecast, local_level)


@pytest.fixture(scope="module")
def wide() -> Panel:
    """Twelve units over six years: quiet, flaring and violent ones, gaps, a late one."""
    rng = np.random.default_rng(3)
    counts = np.zeros((12, 72))
    for i in range(4, 12):
        level = np.exp(rng.normal(1 + i / 3, 0.2) + np.cumsum(rng.normal(0, 0.25, size=72)))
        counts[i] = rng.negative_binomial(1.5, 1.5 / (1.5 + level))
    counts[5, 20:23] = np.nan
    counts[6, :40] = np.nan
    counts[7, 30:] = 0
    return Panel(np.arange(12), np.arange(400, 472), counts, "country_id", "ged_sb")


@pytest.mark.parametrize("model", MODELS)
def test_nothing_after_the_origin_is_seen(wide: Panel, model: type) -> None:
    origin = Month.from_views(450)
    poisoned = np.array(wide.counts)
    poisoned[:, 51:] = 1e6
    poisoned[3, 55:] = np.nan
    units = np.append(wide.units, 99)  # appears after the origin
    late = np.full((1, 72), np.nan)
    late[0, 60:] = 5e5
    other = Panel(units, wide.months, np.vstack([poisoned, late]), "country_id", "ged_sb")
    clean = model(wide, origin, STEPS, n_draws=200)
    dirty = model(other, origin, STEPS, n_draws=200)
    assert (clean.units == dirty.units).all()
    np.testing.assert_array_equal(clean.array, dirty.array)


def test_weights_are_learned_from_forecasts_before_the_origin(wide: Panel) -> None:
    counts = np.array(wide.counts)
    found = auto_masses(counts, STEPS, AutoSettings())
    assert (found.learned_from == [8, 8, 7]).all()  # every 6 months; step 9 needs 9 more
    np.testing.assert_allclose(found.weights.sum(axis=2), 1)
    assert found.weights.std() > 0.005
    short = auto_masses(counts[:, -20:], STEPS, AutoSettings())
    assert (short.learned_from == 0).all()
    np.testing.assert_allclose(short.weights, 1 / 6)


@pytest.mark.parametrize("model", MODELS)
def test_a_unit_alone_has_the_draws_it_has_among_all(wide: Panel, model: type) -> None:
    everyone = model(wide, 460, STEPS, n_draws=100)
    few = model(wide, 460, STEPS, n_draws=100, units=[9, 4])
    assert few.units.tolist() == [4, 9]
    np.testing.assert_array_equal(few.array, everyone.select([4, 9]).array)


def test_blocks_of_units_change_nothing(wide: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = auto_forecast(wide, 460, STEPS, n_draws=50)
    monkeypatch.setattr("rivalry.forecast._auto.BLOCK", 5)
    monkeypatch.setattr("rivalry.forecast._auto_weights.BLOCK", 5)
    np.testing.assert_array_equal(auto_forecast(wide, 460, STEPS, n_draws=50).array, whole.array)


def test_the_seed_decides_and_barely_moves_a_score(wide: Panel) -> None:
    first = auto_forecast(wide, 460, STEPS, seed=1)
    np.testing.assert_array_equal(auto_forecast(wide, 460, STEPS, seed=1).array, first.array)
    second = auto_forecast(wide, 460, STEPS, seed=2)
    assert (first.array != second.array).any()
    truth = wide.actuals(460, STEPS)
    one, two = (crps(d.array, truth).mean() for d in (first, second))
    assert abs(one - two) < 0.002 * one


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("history", [[0.0], [40.0], [0.0] * 30, [np.nan, 3.0], [250_000.0, 0.0]])
def test_thin_histories_give_a_forecast(model: type, history: list[float]) -> None:
    counts = np.array([history])
    panel = Panel(np.array([1]), np.arange(100, 100 + len(history)), counts, "u", "y")
    draws = model(panel, 99 + len(history), (1, 12), n_draws=400)
    assert draws.array.shape == (1, 2, 400)
    if np.nanmax(counts) == 0:
        assert 0.8 < (draws.array == 0).mean() < 1
    else:
        assert draws.array.max() > 0


@pytest.mark.parametrize("model", MODELS)
def test_no_mean_explodes(model: type) -> None:
    rng = np.random.default_rng(8)
    rising = np.floor(np.exp(np.arange(40) * 0.3))[None]  # to 120,000 deaths, times 1.35 a month
    quiet = np.zeros((5, 40))
    quiet[0, 39] = 30_000
    counts = np.vstack([rising, quiet, rng.poisson(2, size=(5, 40))])
    panel = Panel(np.arange(11), np.arange(300, 340), counts, "u", "y")
    draws = model(panel, 339, (1, 12, 36), n_draws=1000)
    s = AutoSettings()
    limit = np.maximum(s.unit_multiple * counts.max(axis=1), s.panel_multiple * counts.mean())
    assert (draws.mean() <= 1.02 * limit[:, None]).all()
    loose = auto_masses(counts, (1,), replace(s, unit_multiple=1e9))
    tight = auto_masses(counts, (1,), replace(s, unit_multiple=0.2, panel_multiple=0.0))
    assert loose.masses[0, 0] @ MIDDLE > 0.3 * counts[0].max()
    assert tight.masses[0, 0] @ MIDDLE <= 0.2 * counts[0].max()


@pytest.mark.parametrize(
    "wrong",
    [
        {"every": 0},
        {"pull": 0.0},
        {"path_persistence": 1.0},
        {"parts": PartSettings(half_lives=(1.0, 0.0, 2.0))},
    ],
)
def test_settings_out_of_range_are_named(wrong: dict[str, object]) -> None:
    with pytest.raises(RivalryError) as caught:
        AutoSettings(**wrong)  # type: ignore[arg-type]
    assert caught.value.problems[0].code == "R1030"


def test_no_draws_are_refused(wide: Panel) -> None:
    with pytest.raises(RivalryError) as caught:
        auto_forecast(wide, 460, STEPS, n_draws=0)
    assert caught.value.problems[0].code == "R0808"


def test_it_wins_the_windows_of_the_challenge(shared: Path) -> None:
    folder = shared / "data" / "views"
    if not folder.is_dir():
        pytest.skip("the challenge's data may not be redistributed")
    table = pd.read_csv(folder / "ged_sb_country_month_to_2021.csv.gz")
    panel = panel_from_frame(table, unit="country_id", target="ged_sb")
    steps = range(3, 15)
    ours, theirs = [], []
    for year in (2018, 2019, 2020):
        origin = Month.of(year, 10)
        truth = panel.actuals(origin, steps)
        ours.append(crps(auto_forecast(panel, origin, steps).array, truth).mean())
        theirs.append(crps(conflictology(panel, origin, steps, n_draws=None).array, truth).mean())
    np.testing.assert_allclose(theirs, [9.15, 21.34, 76.85], atol=0.01)
    assert sum(ours) < 0.97 * sum(theirs)
    assert all(a < 1.02 * b for a, b in zip(ours, theirs, strict=True))
