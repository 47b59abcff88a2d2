"""Profiles by simulation against those of the Kalman filter."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from rivalry.foundation import RivalryError
from rivalry.inference import PriorSpace, ProfileSettings, profile, profile_grid


@pytest.fixture(scope="module")
def data(linear_data):
    return linear_data(72)


@pytest.fixture(scope="module")
def model(linear_case, with_series, data):
    return with_series(linear_case, data)


def exact(step, data, model, kalman):
    """Profile at one step: the best of the Kalman likelihood and the prior of `fade`."""
    space = PriorSpace(model, ["fade"])

    def cost(u):
        return -kalman(space.value(0, u), step, data) + 0.5 * u * u

    return -optimize.minimize_scalar(cost, bounds=(-4, 4), method="bounded").fun


@pytest.mark.statistical
def test_a_profile_is_that_of_the_kalman_filter(model, data, kalman):
    """Each point within five of its standard errors, and 0.15 for climbs that end short."""
    grid = profile_grid(model, "step", 13, 0.3, 1.3, quantiles=False)
    found = profile(model, "step", grid, ProfileSettings(1, 400, 13, 25, 2, 6))
    truth = np.array([exact(v, data, model, kalman) for v in grid])
    for point, log in zip(found.points, truth, strict=True):
        assert point.height == pytest.approx(log, abs=5 * point.standard_error + 0.15)
    steps = np.linspace(0.3, 1.3, 201)
    curve = np.interp(steps, grid, truth)
    fine = np.array([exact(v, data, model, kalman) for v in (steps[np.argmax(curve)],)])
    best = max(truth.max(), fine.max())
    inside = [v for v in steps if exact(v, data, model, kalman) > best - 1.92]
    (_, low, high) = found.intervals[1]
    # a quarter of the standard error: the adjustment and the smoothing of a noisy curve
    slack = 0.25 * (inside[-1] - inside[0]) / 3.84
    assert low == pytest.approx(inside[0], abs=slack)
    assert high == pytest.approx(inside[-1], abs=slack)
    assert found.sd_stat == pytest.approx((inside[-1] - inside[0]) / 3.92, rel=0.2)


@pytest.mark.statistical
def test_what_the_data_say_nothing_of_is_flat_and_its_prior_decides(model):
    """Without its own prior the profile of `idle` is flat; with it, the prior comes back."""
    grid = profile_grid(model, "idle", 9, 0.005, 0.995, quantiles=True)
    own = {
        kind: profile(model, "idle", grid, ProfileSettings(1, 200, 9, 1, 1, 4, kind), others=[])
        for kind in ("others", "all")
    }
    assert own["others"].curve.intervals[1].bounded == "neither"
    _, low, high = own["all"].intervals[1]
    assert (low, high) == (pytest.approx(-1.96, abs=0.45), pytest.approx(1.96, abs=0.45))
    for a, b in zip(own["others"].points, own["all"].points, strict=True):
        assert b.height == pytest.approx(a.height - 0.5 * a.score**2)


def test_a_profile_does_not_depend_on_threads_and_holds_its_parameter(model):
    grid = profile_grid(model, "fade", 7, 0.2, 0.8, quantiles=True)
    settings = ProfileSettings(3, 40, 7, 2, 2, 2)
    one, two = (profile(model, "fade", grid, settings, threads=t) for t in (1, 2))
    assert [p.height for p in one.points] == [p.height for p in two.points]
    assert [p.value for p in one.points] == list(grid)
    assert {tuple(p.others) for p in one.points} == {("step", "idle")}


def test_a_span_outside_the_prior_is_refused(model):
    for low, high in ((-0.2, 0.5), (0.6, 0.5), (0.5, 1.5)):
        with pytest.raises(RivalryError) as caught:
            profile_grid(model, "fade", 9, low, high, quantiles=False)
        assert caught.value.problems[0].code == "R0845"
        assert caught.value.exit_code == 2


def test_held_parameters_do_not_move(model):
    space = PriorSpace(model, held={"step": 0.9})
    assert space.names == ("fade", "idle")
    full = space.swarm(np.random.default_rng(0).standard_normal((5, 2)))
    assert (full[:, model.parameter_index["step"]] == 0.9).all()
    assert space.parameters(np.zeros(2))[model.parameter_index["step"]] == 0.9
