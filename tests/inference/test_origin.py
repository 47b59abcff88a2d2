"""Where the record ends, and the states there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rivalry.engine import BootstrapFilter
from rivalry.inference import (
    ChainSettings,
    PriorSpace,
    default_origin,
    fit_pmcmc,
    load_origin,
    posterior_data,
    run_checks,
    write_posterior,
)
from rivalry.inference._origin import state_at


@pytest.fixture(scope="module")
def model(linear_case, with_series, linear_data):
    return with_series(linear_case, linear_data(40))


def test_the_origin_is_the_last_month_with_monthly_figures(model):
    assert str(default_origin(model)) == "2016-04"
    late = replace(model.observations[0], name="late", every="year", data=np.zeros(72))
    both = replace(model, observations=(*model.observations, late))
    assert str(default_origin(both)) == "2016-04"
    assert str(default_origin(replace(model, observations=(late,)))) == "2018-12"


@pytest.mark.statistical
def test_states_are_drawn_by_weight_and_hold_no_history(model):
    """1,500 draws from a filter's particles: their mean within 4 standard errors."""
    space = PriorSpace(model)
    history = BootstrapFilter(model, 500).run(space.model_point(), 1, keep=True).history
    month = model.months[20]
    drawn = [state_at(history, model, month, (1, k)) for k in range(1500)]
    assert all(s.base is None for s in drawn)
    x = np.array(drawn)[:, history.names.index("x")]
    weights = history.weights[20]
    values = history.states[20, :, history.names.index("x")]
    mean = weights @ values
    sd = np.sqrt(weights @ (values - mean) ** 2)
    assert abs(x.mean() - mean) < 4 * sd / np.sqrt(1500)


@pytest.mark.statistical
def test_a_posterior_file_keeps_states_that_kalman_knows(model, kalman, linear_data, tmp_path):
    """The mean of the kept states is that of the Kalman filter at the posterior's draws."""
    space = PriorSpace(model, ["fade", "step"])
    settings = ChainSettings(seed=1, particles=200, warmup=200, iterations=600)
    states = fit_pmcmc(space, settings, chains=2)
    checks = run_checks(space, settings, states, keep=300)
    write_posterior(posterior_data(space, settings, states, {}, checks), tmp_path / "p.nc")
    found = load_origin(model, tmp_path / "p.nc")
    assert found.origin == default_origin(model)
    assert found.parameters.shape == (300, len(model.parameters))
    means = []
    for fade, step in found.parameters[:, [model.parameter_index[n] for n in space.names]]:
        mean, var = 1.0, 0.0
        for y in linear_data(40):
            mean, var = (1 - fade) * mean, (1 - fade) ** 2 * var + step**2
            s = var + 0.49
            mean, var = mean + var / s * (y - mean), var * (1 - var / s)
        means.append((mean, var))
    exact = np.array(means)
    # each state is one draw about its own mean: 4 standard errors
    error = np.sqrt(exact[:, 1].mean() / 300)
    assert found.states[:, 0].mean() == pytest.approx(exact[:, 0].mean(), abs=4 * error)


def test_older_files_have_no_states(model, tmp_path):
    space = PriorSpace(model, ["fade", "step"])
    settings = ChainSettings(seed=1, particles=50, warmup=20, iterations=20)
    states = fit_pmcmc(space, settings, chains=1)
    write_posterior(posterior_data(space, settings, states, {}), tmp_path / "p.nc")
    assert load_origin(model, tmp_path / "p.nc") is None
