"""The particle filter against exact likelihoods."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from rivalry.cases import load_case
from rivalry.engine import BootstrapFilter, estimate_likelihood
from rivalry.foundation import Month
from rivalry.model import ModelData

START = Month.parse("2013-01")


def _data(values):
    return ModelData(observations={"y": {START + i: float(v) for i, v in enumerate(values)}})


def _mean_likelihood(model, n, repeats):
    """Log of the mean of likelihood estimates, and its standard error."""
    f = BootstrapFilter(model, n)
    p = np.array([x.value for x in model.parameters], dtype=float)
    logs = np.array([f.run(p, 7, s).log_likelihood for s in range(repeats)])
    weights = np.exp(logs - logs.max())
    error = weights.std(ddof=1) / weights.mean() / math.sqrt(repeats)
    return logs.max() + math.log(weights.mean()), error


LINEAR = """
rivalry: 1
title: Linear and Gaussian
time: {start: 2013-01, end: 2014-06, substeps: 1}
levels: {x: {initial: 1, change: "-fade * x", sd: step}}
parameters: {fade: {value: 0.2, unit: 1/month}, step: 0.5, error: 0.7}
observations: {y: {as: "normal(mean=x, sd=error)"}}
"""


def test_linear_gaussian_case_agrees_with_kalman(make_model):
    rng = np.random.default_rng(3)
    x, ys = 1.0, []
    for _ in range(18):
        x = 0.8 * x + 0.5 * rng.standard_normal()
        ys.append(x + 0.7 * rng.standard_normal())
    ys[5] = ys[6] = np.nan  # missing data are passed over
    mean, var, exact = 1.0, 0.0, 0.0
    for y in ys:
        mean, var = 0.8 * mean, 0.64 * var + 0.25
        if np.isnan(y):
            continue
        total = var + 0.49
        exact += stats.norm.logpdf(y, mean, math.sqrt(total))
        gain = var / total
        mean, var = mean + gain * (y - mean), (1 - gain) * var
    estimate, error = _mean_likelihood(make_model(LINEAR, _data(ys)), 2000, 60)
    assert error < 0.02
    assert estimate == pytest.approx(exact, abs=4 * error)


SMALL = """
rivalry: 1
title: A handful of people
time: {start: 2013-01, end: 2013-04, substeps: 1}
stocks: {s: {initial: 4}, t: {initial: 0}}
flows:
  move: {from: s, to: t, hazard: h}
  die: {from: s, hazard: d}
accumulators: {died: {count: die}}
parameters:
  {h: {value: 0.4, unit: 1/month}, d: {value: 0.3, unit: 1/month}, base: {value: 0.2, unit: people}}
observations: {y: {unit: people, as: "poisson(mean=died + base)"}}
"""


def test_small_discrete_case_agrees_with_enumeration(make_model):
    ys = [1, 0, 2, 1]
    leave = 1 - math.exp(-0.7)
    to_move = 0.4 / 0.7

    def exact(left, rest):
        if not rest:
            return 1.0
        total = 0.0
        for out, moved in itertools.product(range(left + 1), repeat=2):
            if moved > out:
                continue
            p = stats.binom.pmf(out, left, leave) * stats.binom.pmf(moved, out, to_move)
            weight = stats.poisson.pmf(rest[0], out - moved + 0.2)
            total += p * weight * exact(left - out, rest[1:])
        return total

    estimate, error = _mean_likelihood(make_model(SMALL, _data(ys)), 1000, 80)
    assert error < 0.02
    assert estimate == pytest.approx(math.log(exact(4, ys)), abs=4 * error)


def test_two_groups_at_ten_thousand_particles():
    model = load_case("two_groups", check=False).model
    f = BootstrapFilter(model, 10_000)
    p = np.array([x.value for x in model.parameters])
    logs = [f.run(p, 1, s).log_likelihood for s in range(4)]
    assert np.mean(logs) == pytest.approx(-482.7, abs=0.3)


def test_another_hand_gives_the_same_likelihood():
    """The benchmark's plain NumPy filter shares no code with the engine."""
    from rivalry.cli._bench_peers import numpy_filter

    model = load_case("two_groups", check=False).model
    data = model.observations[0].data[:60]
    p = np.array([x.value for x in model.parameters])
    f = BootstrapFilter(model, 4000)
    mine = [f.run(p, 1, s, n_months=60).log_likelihood for s in range(12)]
    theirs = [numpy_filter(data, 4000, s) for s in range(12)]
    spread = math.hypot(np.std(mine), np.std(theirs)) / math.sqrt(12)
    assert np.mean(mine) == pytest.approx(np.mean(theirs), abs=4 * spread + 0.02)


def test_the_same_key_gives_the_same_estimate():
    model = load_case("two_groups", check=False).model
    p = np.array([x.value for x in model.parameters])
    one, two = (BootstrapFilter(model, 3000).run(p, 4, 2) for _ in range(2))
    assert one.log_likelihood == two.log_likelihood
    assert one.log_likelihood != BootstrapFilter(model, 3000).run(p, 4, 3).log_likelihood


def test_impossible_data_give_minus_infinity_not_nan(make_model):
    """Two people cannot die in four different months."""
    text = SMALL.replace("poisson(mean=died + base)", "poisson(mean=died)")
    model = make_model(text.replace("initial: 4", "initial: 2"), _data([1, 1, 1, 1]))
    result = BootstrapFilter(model, 200).run(
        np.array([x.value for x in model.parameters], dtype=float), 1
    )
    assert result.log_likelihood == -math.inf


def test_smoothed_trajectories_agree_with_the_kalman_smoother(make_model):
    ys = [1.2, 0.4, np.nan, 0.9, -0.6, 0.1, 0.8, 1.1]
    means, variances, ahead = [], [], []
    mean, var = 1.0, 0.0
    for y in ys:
        predicted = (0.8 * mean, 0.64 * var + 0.25)
        ahead.append(predicted)
        mean, var = predicted
        if not np.isnan(y):
            gain = var / (var + 0.49)
            mean, var = mean + gain * (y - mean), (1 - gain) * var
        means.append(mean)
        variances.append(var)
    smooth = means[:]
    for t in range(len(ys) - 2, -1, -1):
        back = 0.8 * variances[t] / ahead[t + 1][1]
        smooth[t] = means[t] + back * (smooth[t + 1] - ahead[t + 1][0])
    model = make_model(LINEAR, _data(ys))
    p = np.array([x.value for x in model.parameters], dtype=float)
    result = BootstrapFilter(model, 40_000).run(p, 3, keep=True)
    history = result.history
    np.testing.assert_allclose(history.filtered_mean("x"), means, atol=0.02)
    paths = history.trajectories(20_000, seed=5)[:, :, history.names.index("x")]
    np.testing.assert_allclose(paths.mean(axis=0), smooth, atol=0.03)
    assert history.unique_ancestors()[0] > 500


def test_trajectories_are_possible_histories():
    """Along a smoothed path nobody appears from nowhere: total defections never fall."""
    model = load_case("two_groups", check=False).model
    p = np.array([x.value for x in model.parameters])
    history = BootstrapFilter(model, 500).run(p, 1, keep=True).history
    paths = history.trajectories(50, seed=1)
    column = history.names.index("defections")
    assert (np.diff(paths[:, :, column], axis=1) >= 0).all()


def test_repeats_do_not_depend_on_threads():
    model = load_case("two_groups", check=False).model
    p = np.array([x.value for x in model.parameters])
    one = estimate_likelihood(model, p, 500, repeats=4, seed=3, threads=1)
    two = estimate_likelihood(model, p, 500, repeats=4, seed=3, threads=2)
    np.testing.assert_array_equal(one.logs, two.logs)
    assert one.standard_error > 0
