"""Screens against the Kalman filter, dead parameters, and the stated rate of false alarms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import rivalry.inference._screen as module
from rivalry.foundation import RivalryError
from rivalry.inference import (
    PriorSpace,
    ScreenedParameter,
    ScreenSettings,
    likelihood_tasks,
    read_screen,
    screen,
)

CASE = """
rivalry: 1
title: Linear and Gaussian
time: {start: 2013-01, end: 2018-12, substeps: 1}
levels: {x: {initial: 1, change: "-fade * x", sd: step}}
parameters:
  fade: {prior: "beta(4, 8)", unit: 1/month}
  step: {prior: "lognormal(log(0.5), 0.5)"}
  gap: {prior: "normal(0.1, 0.3)"}
  idle: {prior: "normal(0, 1)"}
  error: 0.7
auxiliaries: {nothing: idle}
observations: {y: {as: "normal(mean=x + gap, sd=error)"}}
"""


@pytest.fixture(scope="module")
def data(linear_data):
    return linear_data(72)


@pytest.fixture(scope="module")
def model(with_series, data):
    return with_series(CASE, data)


def derivatives(model, data, kalman):
    """Slope and curvature of the Kalman log-likelihood at the prior medians, in normal scores."""
    space = PriorSpace(model)
    h, found = 0.02, {}
    for i, name in enumerate(space.names[:3]):
        points = [space.values(at * np.eye(space.size)[i])[:3] for at in (-h, 0, h)]
        low, middle, high = (kalman(fade, step, data - gap) for fade, step, gap in points)
        found[name] = ((high - low) / (2 * h), -(high - 2 * middle + low) / h**2)
    return {**found, "idle": (0.0, 0.0)}


@pytest.mark.statistical
def test_slopes_and_curvatures_are_those_of_the_kalman_filter(model, data, kalman):
    """Near the medians the likelihood is its tangent parabola; 4 standard errors, and 5% for what
    it is not.
    """
    found = screen(PriorSpace(model), ScreenSettings(1, 400, 1500, 0.25))
    truth = derivatives(model, data, kalman)
    # what is asked of the screen must be there to be seen
    assert max(p.slope_error for p in found.parameters) < 0.1
    assert abs(truth["step"][0]) > 2
    assert truth["gap"][1] > 1
    for p in found.parameters:
        slope, curvature = truth[p.name]
        assert p.slope == pytest.approx(slope, abs=4 * p.slope_error + 0.05 * abs(slope))
        assert p.curvature == pytest.approx(
            curvature, abs=4 * p.curvature_error + 0.05 * abs(curvature)
        )
        assert p.shift == pytest.approx(p.slope / (1 + max(p.curvature, 0)))
        assert p.contraction == pytest.approx(1 - 1 / (1 + max(p.curvature, 0)))


@pytest.mark.statistical
def test_a_live_parameter_is_chosen_and_a_dead_one_only_by_chance(model):
    """Twelve screens as small as they come; more alarms than allowed with probability 0.001."""
    found = [screen(PriorSpace(model), ScreenSettings(seed, 100, 60)) for seed in range(1, 13)]
    assert all("step" in f.chosen for f in found)
    alarms = sum("idle" in f.chosen for f in found)
    assert alarms <= stats.binom.ppf(0.999, 12, found[0].false_alarm)
    for f in found:
        assert (f.points, f.used, f.impossible) == (60, 60, 0)
        assert f.explained > 0.5


@pytest.mark.statistical
@pytest.mark.parametrize("live", [0, 5])
def test_dead_parameters_are_chosen_at_the_stated_rate(live):
    """Skewed noise, as of filters, and parameters that act together; alarm rate 0.001."""
    rng = np.random.default_rng(5)
    size, alarms, rate, screens = 40, 0, 0.0, 60
    for _ in range(screens):
        u = 0.7 * rng.standard_normal((15 * size, size))
        logs = -rng.gamma(2.0, 2.0, len(u)) + 3.0 * (u[:, :live] - u[:, :live] ** 2).sum(axis=1)
        if live:
            logs += 2.0 * u[:, 0] * u[:, 1]
        found = read_screen([f"p{i:02d}" for i in range(size)], u, logs, 0.7)
        alarms += sum(int(name[1:]) >= live for name in found.chosen)
        rate = found.false_alarm
        assert {f"p{i:02d}" for i in range(live)} <= set(found.chosen)
    assert rate == pytest.approx(1 - (1 - 2 * stats.norm.sf(2.3)) * stats.norm.cdf(2.1), abs=1e-3)
    assert found.false_alarms == pytest.approx(size * rate)
    tests = screens * (size - live)
    low, high = stats.binom.ppf([0.0005, 0.9995], tests, rate)
    assert low <= alarms <= high


def test_a_valley_is_no_contraction_and_no_reason_to_fit():
    valley = ScreenedParameter("p", 0.1, 1.0, -50.0, 1.0)
    assert not valley.moves
    assert valley.contraction == 0
    assert ScreenedParameter("p", -2.4, 1.0, 0.0, 1.0).moves
    assert ScreenedParameter("p", 0.0, 1.0, 2.2, 1.0).moves
    # Kullback-Leibler divergence of N(0.5, 0.25) from N(0, 1)
    assert ScreenedParameter("p", 2.0, 1.0, 3.0, 1.0).gain == pytest.approx(
        0.5 * (0.25 + 0.25 - 1 + np.log(4))
    )


def test_likelihoods_that_are_all_alike_move_nothing():
    u = 0.7 * np.random.default_rng(0).standard_normal((60, 3))
    found = read_screen("abc", u, np.full(60, -812.5), 0.7)
    assert found.chosen == ()
    assert found.explained == 0


def test_points_without_a_likelihood_are_left_out_and_counted():
    rng = np.random.default_rng(0)
    u = 0.7 * rng.standard_normal((200, 2))
    logs = 4 * u[:, 0] + rng.standard_normal(200)
    logs[u[:, 0] < -0.5] = -np.inf
    found = read_screen("ab", u, logs, 0.7)
    assert found.impossible == (u[:, 0] < -0.5).sum() > 24
    assert found.used == 200 - found.impossible
    assert found.chosen[0] == "a"
    logs[10:] = -np.inf
    with pytest.raises(RivalryError) as caught:
        read_screen("ab", u, logs, 0.7)
    assert caught.value.problems[0].code == "R0836"


def test_a_screen_does_not_depend_on_threads(model):
    space, settings = PriorSpace(model), ScreenSettings(3, 30, 60)
    assert screen(space, settings, threads=1) == screen(space, settings, threads=2)


def test_a_screen_stopped_at_any_point_goes_on_to_the_same_result(model, tmp_path, monkeypatch):
    space, settings = PriorSpace(model), ScreenSettings(3, 30, 60)
    whole = screen(space, settings, threads=1)
    file, calls = tmp_path / "s.checkpoint", [0]
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", 0.0)

    def stopping(*args):
        calls[0] += 1
        if calls[0] % 4 == 0:
            raise KeyboardInterrupt
        return likelihood_tasks(*args)

    monkeypatch.setattr(module, "likelihood_tasks", stopping)
    stops = 0
    while True:
        try:
            found = screen(space, settings, checkpoint=file, resume=file.exists(), threads=2)
            break
        except KeyboardInterrupt:
            stops += 1
    assert stops > 3
    assert found == whole
    # fewer points than the checkpoint holds, then more
    monkeypatch.undo()
    short = ScreenSettings(3, 30, 40)
    assert screen(space, short, checkpoint=file, resume=True) == screen(space, short)
    with np.load(file) as left:
        assert len(left["logs"]) == 60
    long = ScreenSettings(3, 30, 80)
    assert screen(space, long, checkpoint=file, resume=True) == screen(space, long)


@pytest.mark.parametrize(
    "other", [ScreenSettings(4, 30, 60), ScreenSettings(3, 31, 60), ScreenSettings(3, 30, 60, 0.5)]
)
def test_a_checkpoint_of_another_screen_is_refused(model, tmp_path, other):
    space, file = PriorSpace(model), tmp_path / "s.checkpoint"
    screen(space, ScreenSettings(3, 30, 60), checkpoint=file)
    for case, code in ((space, "R0823"), (PriorSpace(model, ["step"]), "R0823")):
        with pytest.raises(RivalryError) as caught:
            screen(case, other, checkpoint=file, resume=True)
        assert caught.value.problems[0].code == code
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(RivalryError) as caught:
        screen(space, ScreenSettings(3, 30, 60), checkpoint=file, resume=True)
    assert caught.value.problems[0].code == "R0822"


def test_too_few_points_are_refused_before_any_filter_runs(model, monkeypatch):
    monkeypatch.setattr(module, "likelihood_tasks", None)
    with pytest.raises(RivalryError, match="too few for 4 parameters") as caught:
        screen(PriorSpace(model), ScreenSettings(1, 50, 19))
    assert caught.value.exit_code == 2
