"""Particle MCMC: the exact posterior, the same answer after any interruption."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from rivalry.engine import BootstrapFilter
from rivalry.foundation import RivalryError
from rivalry.inference import (
    ChainSettings,
    PriorSpace,
    advance_chain,
    fit_pmcmc,
    load_checkpoint,
    start_chain,
)
from rivalry.inference._checkpoint import fit_digest

CASE = """
rivalry: 1
title: Linear and Gaussian
time: {start: 2013-01, end: 2016-12, substeps: 1}
levels: {x: {initial: 1, change: "-fade * x", sd: step}}
parameters:
  fade: {prior: "beta(4, 8)", unit: 1/month}
  step: {prior: "lognormal(log(0.5), 0.5)"}
  error: 0.7
observations: {y: {as: "normal(mean=x, sd=error)"}}
"""


@pytest.fixture(scope="module")
def data(linear_data):
    return linear_data(48)


@pytest.fixture(scope="module")
def space(with_series, data):
    return PriorSpace(with_series(CASE, data))


def exact_means(data, kalman):
    """Posterior means by the Kalman filter on a grid."""
    fades = np.linspace(0.01, 0.9, 70)
    steps = np.exp(np.linspace(np.log(0.08), np.log(2.5), 70))
    logs = np.zeros((70, 70))
    for i, fade in enumerate(fades):
        for j, step in enumerate(steps):
            logs[i, j] = kalman(fade, step, data) + stats.beta(4, 8).logpdf(fade)
            logs[i, j] += stats.norm.logpdf(np.log(step), np.log(0.5), 0.5)
    w = np.exp(logs - logs.max())
    w /= w.sum()
    return (w.sum(1) * fades).sum(), (w.sum(0) * steps).sum()


@pytest.mark.statistical
def test_the_posterior_is_the_exact_one(space, data, kalman):
    settings = ChainSettings(seed=1, particles=300, warmup=800, iterations=3000)
    states = fit_pmcmc(space, settings, chains=2)
    draws = np.array([space.values(u) for s in states for u in s.draws[800:]])
    for mean, exact, sd in zip(draws.mean(0), exact_means(data, kalman), draws.std(0), strict=True):
        # some 400 effective draws: 4 standard errors are a fifth of a standard deviation
        assert mean == pytest.approx(exact, abs=0.2 * sd)
    rate = np.mean([s.accepted[800:].mean() for s in states])
    assert 0.08 < rate < 0.3


def test_any_cutting_gives_the_same_chain(space):
    settings = ChainSettings(seed=3, particles=50, warmup=30, iterations=60)
    filter_ = BootstrapFilter(space.model, 50)
    start = start_chain(space, filter_, settings, 1)
    whole = advance_chain(space, filter_, settings, start, 1000)
    state = start
    for n in (1, 7, 2, 40, 1000):
        state = advance_chain(space, BootstrapFilter(space.model, 50), settings, state, n)
    assert whole.iteration == state.iteration == 90
    np.testing.assert_array_equal(whole.draws, state.draws)
    np.testing.assert_array_equal(whole.logs, state.logs)


def test_a_stopped_fit_resumes_to_the_same_answer(space, tmp_path):
    settings = ChainSettings(seed=5, particles=40, warmup=20, iterations=40)
    whole = fit_pmcmc(space, settings, chains=2)
    file = tmp_path / "checkpoint.npz"

    def stop(states):
        if states[0].iteration > 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_pmcmc(space, settings, chains=2, checkpoint=file, report=stop)
    again = fit_pmcmc(space, settings, chains=2, checkpoint=file, resume=True, threads=1)
    for a, b in zip(whole, again, strict=True):
        np.testing.assert_array_equal(a.draws, b.draws)


def test_a_longer_fit_continues_a_shorter_one(space, tmp_path):
    file = tmp_path / "checkpoint.npz"
    short = ChainSettings(seed=5, particles=40, warmup=20, iterations=20)
    long = dataclasses.replace(short, iterations=50)
    fit_pmcmc(space, short, chains=1, checkpoint=file)
    (state,) = fit_pmcmc(space, long, chains=1, checkpoint=file, resume=True)
    (whole,) = fit_pmcmc(space, long, chains=1)
    np.testing.assert_array_equal(state.draws, whole.draws)


def test_broken_and_foreign_checkpoints_are_refused(space, tmp_path):
    file = tmp_path / "checkpoint.npz"
    settings = ChainSettings(seed=5, particles=40, warmup=5, iterations=5)
    fit_pmcmc(space, settings, chains=1, checkpoint=file)
    digest = fit_digest(space, settings)
    other = fit_digest(space, dataclasses.replace(settings, particles=41))
    with pytest.raises(RivalryError) as caught:
        load_checkpoint(file, other)
    assert caught.value.problems[0].code == "R0823"
    raw = file.read_bytes()
    for cut in (0, 10, len(raw) // 2, len(raw) - 30):
        file.write_bytes(raw[:cut])
        with pytest.raises(RivalryError) as caught:
            load_checkpoint(file, digest)
        assert caught.value.problems[0].code == "R0822"
    with pytest.raises(RivalryError) as caught:
        fit_pmcmc(space, settings, checkpoint=tmp_path / "none.npz", resume=True)
    assert caught.value.problems[0].code == "R0824"


def test_impossible_data_are_said_before_the_chain_begins(with_series):
    text = CASE.replace("normal(mean=x, sd=error)", "poisson(mean=max(0, x - 100))").replace(
        "step: {prior", "step: {unit: '', prior"
    )
    model = with_series(text, np.full(12, 3.0))
    with pytest.raises(RivalryError) as caught:
        fit_pmcmc(PriorSpace(model), ChainSettings(1, 20, 5, 5), chains=1)
    assert caught.value.problems[0].code == "R0821"
