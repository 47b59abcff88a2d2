"""Marginal likelihoods of variants, against exact ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rivalry.foundation import Month, RivalryError, parse_yaml
from rivalry.inference import OnlineSettings
from rivalry.model import ModelData, ModelSpec, build_model
from rivalry.whatif import BASE, compare, posterior_factor, variant_space, words

CASE = """
rivalry: 1
title: A drift that may be none
time: {start: 2013-01, end: 2014-12, substeps: 1}
levels: {x: {initial: 0, change: 0}}
parameters: {drift: {prior: "normal(0, 1)"}, idle: {prior: "normal(0, 1)"}, error: 0.8}
auxiliaries: {nothing: idle}
observations: {y: {as: "normal(mean=x + drift, sd=error)"}}
variants:
  none: {label: No drift, set: {drift: 0}}
  up: {bounds: {drift: [0, null]}}
  wide: {priors: {drift: "normal(0, 10)"}}
"""
SETTINGS = OnlineSettings(1, 4000, 1)


@pytest.fixture(scope="module")
def data():
    return 0.5 + 0.8 * np.random.default_rng(4).standard_normal(24)


@pytest.fixture(scope="module")
def model(data):
    start = Month.parse("2013-01")
    series = {start + i: float(y) for i, y in enumerate(data)}
    spec = ModelSpec.from_data(parse_yaml(CASE).data)
    return build_model(spec, ModelData(observations={"y": series}))


def exact(data, sd):
    """Log marginal likelihood with a normal prior of the mean, and the posterior's two moments."""
    n = len(data)
    cov = 0.64 * np.eye(n) + sd**2
    precision = n / 0.64 + 1 / sd**2
    log = stats.multivariate_normal(np.zeros(n), cov, allow_singular=True).logpdf(data)
    return float(log), data.sum() / 0.64 / precision, precision**-0.5


@pytest.mark.statistical
def test_marginal_likelihoods_are_the_exact_ones(model, data):
    """Within 0.25, some four Monte Carlo errors of three passes of 4,000 particles."""
    found = compare(model, settings=SETTINGS)
    by = {s.name: s for s in found.structures}
    base, mean, sd = exact(data, 1.0)
    share = stats.norm(mean, sd).sf(0)
    truth = {
        BASE: base,
        "none": stats.norm(0, 0.8).logpdf(data).sum(),
        "up": base + math.log(share / 0.5),
        "wide": exact(data, 10.0)[0],
    }
    assert list(by) == list(truth)
    for name, value in truth.items():
        assert by[name].log_evidence == pytest.approx(value, abs=0.25), name
        assert by[name].error < 0.2
    factor, error = found.against_base("none")
    assert factor == pytest.approx(truth["none"] - base, abs=0.25)
    assert 0 <= error < 0.2
    assert len(found.months) == 24
    assert by["none"].label == "No drift"


def test_passes_repeat_for_any_number_of_threads(model):
    one, two = compare(model, ["none"], settings=SETTINGS, seeds=[5]).structures
    assert not np.array_equal(one.increments, two.increments)
    again = compare(model, ["none"], settings=SETTINGS, seeds=[5], threads=1).structures
    np.testing.assert_array_equal(one.increments, again[0].increments)
    np.testing.assert_array_equal(two.increments, again[1].increments)
    assert math.isnan(one.error)


@pytest.mark.statistical
def test_factors_from_a_posterior_are_the_exact_ones(model, data):
    """4,000 independent draws: the kernel's error, and its smoothing, below 0.15."""
    from types import SimpleNamespace

    base, mean, sd = exact(data, 1.0)
    draws = np.random.default_rng(1).normal(mean, sd, (4000, 1))
    summary = SimpleNamespace(name="drift", ess_bulk=4000.0)
    known = SimpleNamespace(names=("drift",), values=draws, diagnostics=(summary,))
    variants = model.spec.variants
    log, error = posterior_factor(model, variants["none"], known)
    assert log == pytest.approx(stats.norm(0, 0.8).logpdf(data).sum() - base, abs=0.4)
    assert error > 0
    log, error = posterior_factor(model, variants["up"], known)
    assert log == pytest.approx(math.log(stats.norm(mean, sd).sf(0) / 0.5), abs=0.02)
    assert posterior_factor(model, variants["wide"], known) is None


def test_what_a_variant_holds_does_not_move(model):
    space = variant_space(model, model.spec.variants["none"])
    assert space.names == ("idle",)
    assert space.model_point()[model.parameter_index["drift"]] == 0


@pytest.mark.parametrize(
    ("factor", "error", "said"),
    [
        (0.3, 0.5, "not to be told apart"),
        (0.5, 0.1, "hardly prefer this variant"),
        (-2.0, 0.1, "weakly prefer the case itself"),
        (4.0, math.nan, "strongly prefer this variant"),
        (-9.0, 1.0, "very strongly prefer the case itself"),
    ],
)
def test_words_follow_kass_and_raftery(factor, error, said):
    assert said in words(factor, error)


def test_an_unknown_variant_is_refused(model):
    with pytest.raises(RivalryError) as caught:
        compare(model, ["upp"], settings=SETTINGS)
    assert caught.value.problems[0].code == "R1160"
    assert "Did you mean 'up'" in str(caught.value)


@pytest.mark.parametrize(
    "variant",
    [
        "{}",
        "{set: {drift: .inf}}",
        "{set: {meen: 0}}",
        "{bounds: {drift: [1, 0]}}",
        "{set: {drift: 0}, priors: {drift: 'normal(0, 1)'}}",
    ],
)
def test_a_wrong_variant_is_refused_with_the_case(variant):
    text = CASE.replace("{label: No drift, set: {drift: 0}}", variant)
    with pytest.raises(RivalryError) as caught:
        build_model(ModelSpec.from_data(parse_yaml(text).data))
    assert caught.value.problems[0].code in ("R0521", "R0513")


def test_bounds_without_weight_are_refused(model):
    variant = model.spec.variants["up"].model_copy(update={"bounds": {"drift": (50.0, 60.0)}})
    with pytest.raises(RivalryError) as caught:
        variant_space(model, variant)
    assert caught.value.problems[0].code == "R0840"
