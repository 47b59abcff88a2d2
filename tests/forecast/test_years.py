"""Forecasts of years: figures by rule, right on known cases, blind to what came later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rivalry.cases import load_case
from rivalry.forecast import (
    LAST_YEAR,
    LAST_YEARS,
    best_estimates,
    case_panel,
    forecast_years,
    summarise_years,
    year_figures,
    year_series,
)
from rivalry.forecast._years import _particles
from rivalry.foundation import Month, RivalryError
from rivalry.inference import OnlineSettings, OriginDraws, PriorSpace, learn_online

SETTINGS = OnlineSettings(1, 3000, 500)
#: `rate` a month for certain (its prior is a hundredth of a percent wide): 12 rate a year.
CASE = """
rivalry: 1
title: A steady war
time: {start: 2001-01, end: 2012-12, substeps: 1}
levels: {mood: {initial: 1, change: 0}}
parameters:
  rate: {prior: "lognormal(log(5), 0.0001)"}
accumulators:
  toll: {integral: "rate * mood", every: year}
observations:
  counted: {every: year, as: "poisson(mean=toll)"}
  ranged: {every: year, as: "between(toll, sd=0.2)"}
"""
YEARS = range(2001, 2013)


def december(year: int) -> Month:
    return Month.of(year, 12)


@pytest.fixture(scope="module")
def steady(make_case):
    """Build the steady war with figures of `counted` by year; `ranged` has none."""

    def make(figures, text: str = CASE):
        plain = make_case(text)
        series = [figures.get(m.year, np.nan) if m.month == 12 else np.nan for m in plain.months]
        return make_case(text, {"counted": series})

    return make


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(8)
    return {y: float(rng.poisson(60)) for y in YEARS}


@pytest.fixture(scope="module")
def found(steady, drawn):
    model = steady(drawn)
    return forecast_years(model, year_figures(model), n_draws=4000, settings=SETTINGS)


def with_range(model, low, high):
    """Give `ranged` a range in some years."""
    rows = []
    for o in model.observations:
        if o.name == "ranged":
            ends = np.full((2, len(model.months)), np.nan)
            for side, values in enumerate((low, high)):
                for year, value in values.items():
                    ends[side, model.time.index(december(year))] = value
            o = replace(o, data=ends[0], high=ends[1])
        rows.append(o)
    return replace(model, observations=tuple(rows))


# ------------------------------------------------------------------------------------ the figures


def test_of_a_range_the_best_estimate_else_the_middle(steady):
    model = with_range(
        steady({2003: 7.0}),
        {2001: 0, 2002: 40, 2004: 10, 2005: 30, 2006: np.nan},
        {2001: 24, 2002: 50, 2004: 13, 2005: np.nan, 2006: 90},
    )
    assert year_series(model) == ("counted", "ranged")
    # no range in 2003: a best estimate there is not of this series
    found = year_figures(model, {"ranged": {2002: 41, 2003: 99, 2005: 33}})
    assert found.years == (2001, 2002, 2003, 2004, 2005)
    np.testing.assert_array_equal(
        found.values,
        [[np.nan, np.nan, 7, np.nan, np.nan], [12, 41, np.nan, 12, 33]],
    )
    # 11.5 is rounded up
    assert found.middle.tolist()[1] == [True, False, False, True, False]
    assert found.origin == december(2005)
    assert found.history(1, 2004).tolist() == [12, 41, 12]
    assert found.history(0, 2002).tolist() == []


def test_ranges_of_no_whole_numbers_are_not_forecast(steady):
    model = with_range(steady({2003: 7.0}), {2001: 0.2}, {2001: 0.4})
    assert year_series(model) == ("counted",)
    with pytest.raises(RivalryError) as caught:
        year_figures(with_range(steady({}), {2001: 0.2}, {2001: 0.4}))
    assert caught.value.problems[0].code == "R1060"


def test_best_estimates_are_read_from_the_case_s_table(tmp_path):
    text = CASE.replace(
        "ranged: {every: year,", "ranged: {every: year, file: x.csv, low: lo, high: hi, date: year,"
    )
    (tmp_path / "case.yaml").write_text(text)
    rows = "year,best,lo,hi\n2001,,0,24\n2002,41,40,50\n2003,60,55,70\n"
    (tmp_path / "x.csv").write_text(rows)
    case = load_case(tmp_path)
    best = best_estimates(case)
    assert best == {"ranged": {2002: 41.0, 2003: 60.0}}
    assert year_figures(case.model, best).values.tolist() == [[12, 41, 60]]
    # the case does not name the column: a broken one is no fault of it
    (tmp_path / "x.csv").write_text(rows.replace("41,40", "many,40"))
    assert best_estimates(load_case(tmp_path)) == {}
    (tmp_path / "x.csv").write_text("year,lo,hi\n2001,0,24\n")
    case = load_case(tmp_path)
    assert best_estimates(case) == {}
    assert year_figures(case.model, {}).values.tolist() == [[12]]


# ----------------------------------------------------------------------------------- the forecast


def test_years_of_known_rates_are_forecast_as_they_are(found):
    """Poisson(60) in each year ahead: mean within 4 standard errors, quantiles within one step."""
    assert found.years == (2013, 2014, 2015)
    assert found.draws.steps == (12, 24, 36)
    assert found.source == "online"
    array = found.draws.array[0].astype(float)
    assert (np.abs(array.mean(axis=1) - 60) < 4 * np.sqrt(60 / 4000)).all()
    for q in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert (np.abs(np.quantile(array, q, axis=1) - stats.poisson.ppf(q, 60)) <= 1).all()
    # twelve months of 5 and nothing else, whatever is reported of them
    assert found.before_error is not None
    assert set(np.unique(found.before_error.array)) == {60}


def test_a_range_is_forecast_with_its_error(steady):
    """The value times a lognormal error: quantiles of 60 exp(0.2 Z), 4 standard errors."""
    model = with_range(steady({}), {y: 55 for y in YEARS}, {y: 65 for y in YEARS})
    found = forecast_years(model, year_figures(model), n_draws=4000, settings=SETTINGS)
    assert found.draws.units.tolist() == ["ranged"]
    for q in (0.05, 0.5, 0.95):
        z = stats.norm.ppf(q)
        error = np.sqrt(q * (1 - q) / 4000) / stats.norm.pdf(z) * 0.2
        seen = np.log(np.quantile(found.draws.array[0], q, axis=1) / 60)
        assert (np.abs(seen - 0.2 * z) < 4 * error + 0.5 / 60).all()


def test_what_is_not_known_is_learnt(steady, drawn):
    """With a wide prior and 12 years, the posterior of the mean is near the figures' own mean."""
    text = CASE.replace("lognormal(log(5), 0.0001)", "lognormal(log(20), 1)")
    model = steady(drawn, text)
    found = forecast_years(
        model, year_figures(model), n_draws=2000, settings=OnlineSettings(1, 20000, 1000)
    )
    total = sum(drawn.values())
    # the posterior's standard deviation is about sqrt(total) / 12; learning online blurs it
    mean = found.before_error.array[0, 0].mean()
    assert abs(mean - total / 12) < 2 * np.sqrt(total) / 12
    spread = found.before_error.array[0, 0].std()
    assert 0.5 < spread / (np.sqrt(total) / 12) < 2


def test_the_field_s_baselines_on_years(found, drawn):
    last, sample = (found.beside[m].array[0] for m in (LAST_YEAR, LAST_YEARS))
    assert abs(last.mean() - drawn[2012]) < 4 * np.sqrt(drawn[2012] / last.size)
    five = [drawn[y] for y in range(2008, 2013)]
    for row in sample:
        values, counts = np.unique(row, return_counts=True)
        assert values.tolist() == sorted(set(five))
        assert counts.tolist() == [800 * five.count(v) for v in sorted(set(five))]


def test_a_posterior_at_the_last_december_takes_the_place_of_the_particles(
    steady, drawn, monkeypatch, tmp_path
):
    """Its draws have ten a month, 120 a year; past forecasts still learn from the priors."""
    model = steady(drawn)
    space = PriorSpace(model)
    states = learn_online(space, SETTINGS, [december(2012)]).clouds[december(2012)].states
    parameters = space.swarm(np.zeros((len(states), 1)))
    parameters[:, model.parameter_index["rate"]] = 10.0

    def forecast(origin):
        kept = OriginDraws(origin, parameters, states)
        monkeypatch.setattr("rivalry.inference.load_origin", lambda *_: kept)
        return forecast_years(
            model, year_figures(model), posterior=tmp_path, n_draws=200, settings=SETTINGS
        )

    found = forecast(december(2012))
    assert found.source == "posterior"
    assert set(np.unique(found.before_error.array)) == {120}
    assert found.record["median"].max() < 70
    # states of another month are of no use
    other = forecast(Month.parse("2012-11"))
    assert other.source == "online"
    assert set(np.unique(other.before_error.array)) == {60}


def test_threads_do_not_change_a_forecast(steady, drawn):
    model = steady(drawn)
    a, b = (
        forecast_years(model, year_figures(model), n_draws=100, settings=SETTINGS, threads=t)
        for t in (1, 2)
    )
    np.testing.assert_array_equal(a.draws.array, b.draws.array)
    pd.testing.assert_frame_equal(a.record, b.record)


def test_a_case_without_anything_to_learn_is_told(steady, drawn):
    model = steady(drawn, CASE.replace('{prior: "lognormal(log(5), 0.0001)"}', "5"))
    with pytest.raises(RivalryError) as caught:
        forecast_years(model, year_figures(model), settings=SETTINGS)
    assert caught.value.problems[0].code == "R0820"


# ------------------------------------------------------------------------------------- the record


def test_the_record_has_each_past_december_and_year(found, drawn):
    record = found.record
    assert sorted(record["origin"].unique()) == list(range(2002, 2012))
    assert ((record["year"] - record["origin"]) == record["step"]).all()
    assert len(record) == 10 + 9 + 8
    assert record["observed"].tolist() == [drawn[y] for y in record["year"]]
    assert not record["middle_of_range"].any()


def test_scores_of_known_forecasts(found):
    """CRPS of Poisson(60) by its closed sum; intervals by its quantiles."""
    record = found.record
    k = np.arange(400)
    cdf = stats.poisson.cdf(k, 60)
    for row in record.itertuples():
        exact = float(((cdf - (k >= row.observed)) ** 2).sum())
        assert row.crps == pytest.approx(exact, rel=0.1, abs=0.3)
        ends = stats.poisson.ppf((0.05, 0.95), 60)
        if min(abs(row.observed - e) for e in ends) > 1:
            assert row.inside_90 == (ends[0] <= row.observed <= ends[1])


def test_nothing_later_reaches_a_past_forecast(steady, drawn, found):
    """Other figures from 2008 on: the forecasts made until 2007 stay as they are."""
    other = steady({y: v if y < 2008 else 900.0 for y, v in drawn.items()}, CASE.replace(
        "lognormal(log(5), 0.0001)", "lognormal(log(20), 1)"))  # fmt: skip
    same = steady(drawn, CASE.replace("lognormal(log(5), 0.0001)", "lognormal(log(20), 1)"))
    a, b = (
        forecast_years(m, year_figures(m), n_draws=200, settings=SETTINGS).record
        for m in (same, other)
    )
    columns = ["origin", "step", "low_90", "low_50", "median", "high_50", "high_90"]
    early, late = ((r["origin"] <= 2007, r["origin"] > 2007) for r in (a, b))
    pd.testing.assert_frame_equal(a.loc[early[0], columns], b.loc[late[0], columns])
    assert (a.loc[early[1], "median"] != b.loc[late[1], "median"]).any()
    assert (a.loc[early[0], "observed"] != b.loc[late[0], "observed"]).any()


def test_the_summary_counts_past_years_and_averages(found):
    (name,) = summarise_years(found.record)
    summary = summarise_years(found.record)[name]
    assert (name, summary["forecasts"], summary["past_years"]) == ("counted", 27, 10)
    assert summary["crps"] == pytest.approx(found.record["crps"].mean())
    assert summary[f"crps_{LAST_YEARS}"] > summary["crps"]  # five figures against the truth
    assert summarise_years(pd.DataFrame()) == {}


@pytest.mark.parametrize(
    ("months", "parameters", "particles"),
    [(72, 18, 300_000), (120, 30, 166_666), (432, 40, 100_000)],
)
def test_a_long_pass_has_fewer_particles(months, parameters, particles):
    assert _particles(months, parameters) == particles


def test_two_years_make_a_forecast_and_no_record(steady):
    model = steady({2005: 61.0, 2006: 58.0})
    found = forecast_years(model, year_figures(model), years=1, n_draws=50, settings=SETTINGS)
    assert found.years == (2007,)
    assert found.record.empty


def test_months_of_a_yearly_case_are_refused_by_name(steady, drawn):
    with pytest.raises(RivalryError) as caught:
        case_panel(steady(drawn))
    (problem,) = caught.value.problems
    assert problem.code == "R1280"
    assert "rivalry run" in problem.remedy
