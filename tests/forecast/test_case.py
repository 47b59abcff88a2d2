"""Forecasts from a case: reproducible, blind to what came later, and right on average."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rivalry.engine import simulate
from rivalry.forecast import (
    DOUBT,
    as_known,
    case_panel,
    count_series,
    forecast_case,
    forecast_next,
    local_level,
    tempo_models,
    with_doubt,
)
from rivalry.foundation import Month, RivalryError
from rivalry.inference import OnlineSettings, PriorSpace, learn_online

ORIGIN = Month.parse("2013-10")
SETTINGS = OnlineSettings(1, 2000, 200)


@pytest.fixture(scope="module")
def cloud(little):
    known = as_known(little)
    space = PriorSpace(known)
    found = learn_online(space, SETTINGS, [ORIGIN]).clouds[ORIGIN]
    return known, space.swarm(found.scores), found.states


def test_only_monthly_counts_are_forecast(little):
    assert count_series(little) == ("deaths", "state_deaths_seen")
    panel = case_panel(little, "a source")
    assert panel.units.tolist() == ["deaths", "state_deaths_seen"]
    assert (str(panel.start), str(panel.end)) == ("2013-01", "2015-12")
    assert panel.source == "a source"


def test_threads_do_not_change_draws(cloud):
    one, two = (forecast_case(*cloud, ORIGIN, range(1, 7), n_draws=300, threads=t) for t in (1, 2))
    np.testing.assert_array_equal(one.series.array, two.series.array)
    np.testing.assert_array_equal(one.dyads.array, two.dyads.array)
    assert one.ensemble.identical(two.ensemble)


def test_steps_are_months_ahead(cloud):
    whole = forecast_case(*cloud, ORIGIN, range(1, 13), n_draws=50)
    some = forecast_case(*cloud, ORIGIN, [3, 12], n_draws=50)
    np.testing.assert_array_equal(whole.series.array[:, [2, 11]], some.series.array)
    assert [str(m) for m in some.series.months] == ["2014-01", "2014-10"]


def test_dyads_count_people_and_series_report_them(cloud):
    """Reported deaths have the mean of counted ones plus one; 4 standard errors."""
    found = forecast_case(*cloud, ORIGIN, range(1, 7), n_draws=4000)
    assert found.dyads.units.tolist() == ["red_blue:deaths"]
    counted = found.dyads.array[0].astype(float)
    reported = found.series.select(["deaths"]).array[0].astype(float)
    apart = (reported - counted - 1).mean(axis=1)
    error = (reported - counted).std(axis=1) / np.sqrt(4000)
    assert (np.abs(apart) < 4 * error).all()
    # it became state-based only after the origin, which a forecast cannot know
    state = found.series.select(["state_deaths_seen"])
    assert state.mean().max() < 1


def test_nothing_after_the_origin_reaches_a_forecast(little):
    """Other data, inputs, statuses and shocks after the origin: the same draws."""
    seen = little.time.index(ORIGIN) + 1

    def otherwise(values, filler):
        changed = values.copy()
        changed[seen:] = filler
        return changed

    other = replace(
        little,
        inputs=tuple(
            replace(i, values=otherwise(i.values, 7.0))
            if i.name not in ("time", "month_of_year")
            else i
            for i in little.inputs
        ),
        shocks=tuple(replace(s, fire=otherwise(s.fire, 1)) for s in little.shocks),
        observations=tuple(
            replace(
                o,
                data=otherwise(o.data, 3.0),
                high=None if o.high is None else otherwise(o.high, 4.0),
            )
            for o in little.observations
        ),
    )
    a, b = (
        forecast_next(m, origin=ORIGIN, n_draws=100, settings=SETTINGS) for m in (little, other)
    )
    assert a.source == b.source == "online"
    np.testing.assert_array_equal(a.series.array, b.series.array)
    np.testing.assert_array_equal(a.alone.dyads.array, b.alone.dyads.array)
    np.testing.assert_array_equal(a.panel.counts, b.panel.counts)


def test_one_future_in_eight_knows_no_mechanism(cloud, little):
    alone = forecast_case(*cloud, ORIGIN, range(1, 4), n_draws=800).series
    other = local_level(case_panel(little), ORIGIN, range(1, 4), n_draws=800)
    mixed = with_doubt(alone, other)
    doubted = round(DOUBT * 800)
    np.testing.assert_array_equal(mixed.array[:, :, :-doubted], alone.array[:, :, :-doubted])
    rows = other.select(alone.units.tolist()).array
    for i in range(2):
        for j in range(3):
            assert np.isin(mixed.array[i, j, -doubted:], rows[i, j]).all()
    assert with_doubt(alone, other, 0.0) is alone
    with pytest.raises(ValueError, match="cannot be mixed"):
        with_doubt(alone, local_level(case_panel(little), ORIGIN, range(1, 5), n_draws=8))


@pytest.mark.statistical
def test_a_true_case_is_calibrated(little):
    """Data sets from the case itself: 90% intervals of month 3 hold 90% of them.

    120 data sets with a month each; a binomial share outside 0.82..0.97 has a chance below 1%.
    """
    known = as_known(little)
    steady = replace(
        known,
        inputs=tuple(
            replace(i, values=np.zeros_like(i.values)) if i.name == "funds" else i
            for i in known.inputs
        ),
        shocks=tuple(replace(s, fire=np.zeros_like(s.fire)) for s in known.shocks),
    )
    drawn = simulate(steady, 120, seed=9, outputs=[], threads=1)
    inside = 0
    for k in range(120):
        data = drawn["y:deaths"].values[k]
        model = replace(
            steady,
            observations=tuple(
                replace(
                    o, data=data if o.name == "deaths" else np.full_like(o.data, np.nan), high=None
                )
                if o.name != "strength"
                else o
                for o in steady.observations
            ),
        )
        space = PriorSpace(model)
        at = learn_online(space, OnlineSettings(k, 800, 200), [ORIGIN], threads=1).clouds[ORIGIN]
        found = forecast_case(
            model, space.swarm(at.scores), at.states, ORIGIN, [3], n_draws=400, seed=k, threads=1
        )
        low, high = found.series.select(["deaths"]).quantile((0.05, 0.95))[:, 0, 0]
        inside += low <= data[model.time.index(ORIGIN) + 3] <= high
    assert 0.82 <= inside / 120 <= 0.97


def test_the_tempo_alone_has_the_same_series_and_no_mechanism(little):
    found = tempo_models(little)
    assert tuple(found) == count_series(little)
    for name, tempo in found.items():
        assert count_series(tempo) == ("count",)
        assert not tempo.inputs
        assert not tempo.shocks
        assert not tempo.stocks
        own = next(o for o in little.observations if o.name == name)
        np.testing.assert_array_equal(own.data, tempo.observations[0].data)


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("poisson(mean=2)", "negative_binomial"),
        ("negative_binomial(mean=2, size=3)", "negative_binomial"),
        (
            "contaminated_negative_binomial(mean=2, size=3, outliers=0.1, outlier_size=1)",
            "contaminated_negative_binomial",
        ),
        ("hurdle_poisson(mean=2, zero=0.2)", "zero_inflated_negative_binomial"),
    ],
)
def test_the_tempo_keeps_outliers_and_zeros(make_case, family, expected):
    text = f"""
rivalry: 1
title: One series
time: {{start: 2013-01, end: 2013-12}}
levels: {{x: {{initial: 0, change: 0}}}}
observations: {{y: {{as: "{family}"}}}}
"""
    tempo = tempo_models(make_case(text, {"y": np.arange(12.0)}))["y"]
    assert [o.family for o in tempo.observations] == [expected]


def test_a_case_without_counts_is_refused(make_case):
    text = """
rivalry: 1
title: No counts
time: {start: 2013-01, end: 2013-12}
levels: {x: {initial: 0, change: 0}}
observations: {y: {as: "normal(mean=x, sd=1)"}}
"""
    model = make_case(text, {"y": np.arange(12.0)})
    for act in (case_panel, tempo_models, lambda m: forecast_next(m, settings=SETTINGS)):
        with pytest.raises(RivalryError) as caught:
            act(model)
        assert caught.value.problems[0].code == "R1060"


def test_an_origin_outside_the_case_is_refused(little):
    with pytest.raises(RivalryError) as caught:
        forecast_next(little, origin=Month.parse("2019-01"), settings=SETTINGS)
    assert caught.value.problems[0].code == "R1061"
