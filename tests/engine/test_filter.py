"""The particle filter against exact likelihoods."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from rivalry.cases import load_case
from rivalry.engine import BootstrapFilter, estimate_likelihood, simulate
from rivalry.foundation import Month, RivalryError
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


# -- the filter's kernel moves particles as the simulator moves draws ---------------------------


def _states(model, n):
    """Month-end states of a filter without data, with the noise as formulas see it."""
    p = simulate(model, 1, seed=1)["parameters"].values[0]
    result = BootstrapFilter(model, n).run(p, 5, keep=True, n_months=model.time.n_months)
    states = {name: result.history.states[:, :, j] for j, name in enumerate(result.history.names)}
    for process in model.noise:
        if process.kind == "ar1" and process.log:
            states[process.name] = np.exp(states[process.name])
    return p, states


@pytest.mark.statistical
def test_particles_without_data_move_as_draws_do(everything):
    """Shocks, lasting changes, accumulators and statuses in both kernels.

    The smallest two-sample p-value is held against 1e-3 divided by the number of tests.
    """
    n = 3000
    p, states = _states(everything, n)
    ds = simulate(everything, seed=9, outputs=list(states), parameters=np.tile(p, (n, 1)))
    found = []
    for name, values in states.items():
        for t in (0, 5, 10, 11, 14, 18, 21, 23):
            x, y = values[t], ds[name].values[:, t]
            if len(np.unique(np.concatenate([x, y]))) > 1:
                found.append((stats.ks_2samp(x, y, method="asymp").pvalue, name, t))
    assert len(found) > 60
    assert min(found)[0] > 1e-3 / len(found), min(found)


def test_start_values_ignore_what_a_lasting_shock_does_later(make_model):
    text = """
rivalry: 1
title: t
time: {start: 2013-01, end: 2013-02, substeps: 1}
levels: {x: {initial: p, change: "0 * p / slow"}}
parameters: {p: 1, slow: {value: 1, unit: month}}
shocks: {more: {from: 2013-01, scale: {p: 10}}}
observations: {y: {as: "normal(mean=x, sd=1)"}}
"""
    model = make_model(text, _data([1.0, 1.0]))
    found = BootstrapFilter(model, 10).run(np.array([1.0, 1.0]), 1).log_likelihood
    assert found == pytest.approx(2 * stats.norm.logpdf(0.0))


WILD = """
rivalry: 1
title: t
time: {{start: 2013-01, end: 2013-06, substeps: 1}}
levels: {{x: {{initial: {start}, change: "{change}", sd: 1}}}}
parameters: {{slow: {{value: 1, unit: month}}}}
observations: {{y: {{as: "normal(mean={mean}, sd=1)"}}}}
"""


def test_a_particle_that_cannot_be_weighed_dies_alone(make_model):
    """The mean is not a number for some particles; the others carry the estimate."""
    text = WILD.format(start=1.5, change="0 / slow", mean="log(x)")
    model = make_model(text, _data([0.5, 0.5, 0.5]))
    for n in (50, 5000):
        result = BootstrapFilter(model, n).run(np.array([1.0]), 1)
        assert math.isfinite(result.log_likelihood)


def test_where_no_particle_can_be_weighed_the_fault_is_named(make_model):
    text = WILD.format(start=-50, change="0 / slow", mean="log(x)")
    with pytest.raises(RivalryError) as caught:
        BootstrapFilter(make_model(text, _data([0.5])), 50).run(np.array([1.0]), 1)
    assert caught.value.problems[0].code == "R0809"


def test_a_level_that_runs_away_is_named_as_in_a_simulation(make_model):
    text = WILD.format(start=9, change="x^9 / slow", mean="x")
    with pytest.raises(RivalryError) as caught:
        BootstrapFilter(make_model(text, _data([1.0] * 6)), 50).run(np.array([1.0]), 1)
    assert caught.value.problems[0].code == "R0803"


def test_a_yearly_datum_is_weighed_against_its_own_year(make_model):
    text = """
rivalry: 1
title: t
time: {start: 2013-01, end: 2014-12, substeps: 2}
stocks: {s: {initial: 0}}
flows: {come: {to: s, rate: pace}}
parameters: {pace: {value: 100, unit: people/month}}
accumulators: {year: {count: come, every: year}}
observations: {y: {every: year, unit: people, as: "poisson(mean=year)"}}
"""
    data = ModelData(observations={"y": {START + 11: 1200.0, START + 23: 1200.0}})
    estimate, error = _mean_likelihood(make_model(text, data), 4000, 20)
    # a Poisson count of a Poisson mean of 1,200
    counts = np.arange(900, 1500)
    year = np.log(np.sum(stats.poisson.pmf(1200, counts) * stats.poisson.pmf(counts, 1200)))
    assert estimate == pytest.approx(2 * year, abs=4 * error + 0.01)


def test_seeds_out_of_range_are_coded():
    model = load_case("two_groups", check=False).model
    p = np.array([x.value for x in model.parameters])
    for seed in (-1, 2**63):
        with pytest.raises(RivalryError) as caught:
            BootstrapFilter(model, 10).run(p, seed)
        assert caught.value.problems[0].code == "R0808"
