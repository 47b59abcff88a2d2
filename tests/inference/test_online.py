"""Learning month by month: the exact posterior of each month, and nothing of later ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from rivalry.foundation import RivalryError
from rivalry.inference import OnlineSettings, PriorSpace, learn_online

CASE = """
rivalry: 1
title: Linear and Gaussian
time: {start: 2013-01, end: 2018-12, substeps: 1}
levels: {x: {initial: 1, change: "-fade * x", sd: step}}
parameters:
  fade: {prior: "beta(4, 8)", unit: 1/month}
  step: {prior: "lognormal(log(0.5), 0.5)"}
  error: 0.7
observations: {y: {as: "normal(mean=x, sd=error)"}}
"""
FADES = np.linspace(0.01, 0.9, 60)
STEPS = np.exp(np.linspace(np.log(0.08), np.log(2.5), 60))


@pytest.fixture(scope="module")
def data(linear_data):
    return linear_data(48)


@pytest.fixture(scope="module")
def space(with_series, data):
    return PriorSpace(with_series(CASE, data))


def exact(data, kalman):
    """Posterior means, sds, and log evidence, on a grid."""
    logs = np.array(
        [
            [
                kalman(f, s, data)
                + stats.beta(4, 8).logpdf(f)
                + stats.norm.logpdf(np.log(s), np.log(0.5), 0.5)
                for s in STEPS
            ]
            for f in FADES
        ]
    )
    cell = (FADES[1] - FADES[0]) * (np.log(STEPS[1]) - np.log(STEPS[0]))
    weights = np.exp(logs - logs.max())
    evidence = logs.max() + np.log(weights.sum() * cell)
    weights /= weights.sum()
    found = []
    for axis, grid in ((1, FADES), (0, STEPS)):
        share = weights.sum(axis=axis)
        mean = share @ grid
        found.append((mean, np.sqrt(share @ grid**2 - mean**2)))
    return found, evidence


@pytest.mark.statistical
@pytest.mark.parametrize("months", [12, 48])
def test_each_month_has_its_own_exact_posterior(space, data, kalman, months):
    """Within a fifth of a posterior sd: some 6 Monte Carlo errors of 1,000 kept particles."""
    month = space.model.months[months - 1]
    learned = learn_online(space, OnlineSettings(1, 4000, 1000), [month])
    cloud = learned.clouds[month]
    values = space.swarm(cloud.scores)[:, [space.model.parameter_index[n] for n in space.names]]
    found, evidence = exact(data[:months], kalman)
    for i, (mean, sd) in enumerate(found):
        assert values[:, i].mean() == pytest.approx(mean, abs=0.2 * sd)
        assert values[:, i].std() == pytest.approx(sd, rel=0.15)
    assert learned.increments.sum() == pytest.approx(evidence, abs=0.3)


def test_threads_and_other_months_do_not_change_a_cloud(space):
    settings = OnlineSettings(3, 3000, 50)
    early, late = space.model.months[9], space.model.months[20]
    one = learn_online(space, settings, [early], threads=1)
    two = learn_online(space, settings, [late, early], threads=2)
    np.testing.assert_array_equal(one.clouds[early].states, two.clouds[early].states)
    np.testing.assert_array_equal(one.clouds[early].scores, two.clouds[early].scores)
    np.testing.assert_array_equal(one.increments, two.increments[:10])
    assert two.survivors.min() > 1


def test_data_after_a_month_do_not_reach_its_cloud(space, with_series, data):
    changed = data.copy()
    changed[20:] = 1e3
    other = PriorSpace(with_series(CASE, changed))
    settings, month = OnlineSettings(3, 500, 20), space.model.months[19]
    a, b = (learn_online(s, settings, [month]).clouds[month] for s in (space, other))
    np.testing.assert_array_equal(a.states, b.states)
    np.testing.assert_array_equal(a.scores, b.scores)


def test_impossible_data_are_named(with_series):
    text = CASE.replace("normal(mean=x, sd=error)", "poisson(mean=max(0, x - 100))").replace(
        "step: {prior", "step: {unit: '', prior"
    )
    space = PriorSpace(with_series(text, np.full(12, 3.0)))
    with pytest.raises(RivalryError) as caught:
        learn_online(space, OnlineSettings(1, 100, 10), [space.model.months[5]])
    assert caught.value.problems[0].code == "R0821"
    assert "2013-01" in str(caught.value)


def test_a_month_outside_the_model_is_refused(space):
    with pytest.raises(RivalryError) as caught:
        learn_online(space, OnlineSettings(1, 100, 10), [space.model.time.end + 1])
    assert caught.value.problems[0].code == "R0808"


@pytest.mark.parametrize(
    "wrong", [{"particles": 1}, {"keep": 0}, {"keep": 99_999}, {"discount": 1.0}, {"every": 0}]
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(RivalryError) as caught:
        replace(OnlineSettings(), **wrong)
    assert caught.value.problems[0].code == "R0808"
