"""Scores against values worked by hand, against scoringrules, and the field's traps."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scoringrules
from scipy import stats
from scipy.signal import resample

from rivalry.forecast import brier, covered, crps, ignorance, interval_score, pit
from rivalry.forecast._scores import IGNORANCE_EDGES

HIT, MISS = math.log2(1011 / 1001), math.log2(1011)
#: The edges as they stand in the organisers' code, between the whole numbers.
FIELD_EDGES = [0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5]


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.negative_binomial(0.4, 0.01, size=(300, 40)), rng.negative_binomial(0.4, 0.01, 300)


def test_crps_by_hand():
    # mean |x - y| = 5/3; sum |x - x'| = 16
    assert crps([0, 0, 4], 1) == pytest.approx(5 / 3 - 16 / 18)
    assert crps([0, 0, 4], 1, fair=True) == pytest.approx(5 / 3 - 16 / 12)
    assert crps([6], 2) == 4
    assert crps([3, 3, 3], 3) == 0


@pytest.mark.parametrize(("fair", "estimator"), [(False, "nrg"), (True, "fair")])
def test_crps_equals_the_double_sum(sample, fair, estimator):
    x, y = sample
    first = np.abs(x - y[:, None]).mean(axis=1)
    pairs = np.abs(x[:, :, None] - x[:, None, :]).sum(axis=(1, 2))
    want = first - pairs / (2 * 40 * (39 if fair else 40))
    np.testing.assert_allclose(crps(x, y, fair=fair), want, atol=1e-9)
    other = scoringrules.crps_ensemble(y.astype(float), x.astype(float), estimator=estimator)
    np.testing.assert_allclose(crps(x, y, fair=fair), other, atol=1e-9)


@pytest.mark.statistical
def test_crps_of_many_draws_is_that_of_their_distribution():
    rng = np.random.default_rng(1)
    draws = rng.poisson(7, size=(4, 200_000))
    want = scoringrules.crps_poisson(np.array([0, 5, 7, 20]), 7.0)
    # the error is below max |dCRPS/dF| * sup |F_n - F|; 0.05 is far beyond five standard errors
    np.testing.assert_allclose(crps(draws, [0, 5, 7, 20]), want, atol=0.05)


def test_a_fair_crps_of_twelve_draws_is_another_number():
    """The trap: several packages give the fair one by default, and it flatters small samples."""
    twelve = np.arange(12)[None]
    plain, fair = crps(twelve, [6]), crps(twelve, [6], fair=True)
    assert plain == pytest.approx(3 - 572 / 288)
    assert fair == pytest.approx(3 - 572 / 264)
    np.testing.assert_allclose(crps(np.repeat(twelve, 84, axis=1), [6]), plain)


def test_order_of_draws_does_not_matter(sample):
    x, y = sample
    for measure in (crps, ignorance, interval_score, pit):
        np.testing.assert_allclose(measure(x[:, ::-1], y), measure(x, y), atol=1e-9)


def test_the_bins_of_the_ignorance_score():
    ends = [(0, 0), (1, 2), (3, 5), (6, 10), (11, 25), (26, 50), (51, 100), (101, 250),
            (251, 500), (501, 1000), (1001, 2**31 - 1)]  # fmt: skip
    assert tuple(low for low, _ in ends) == IGNORANCE_EDGES
    for i, (low, high) in enumerate(ends):
        certain = np.full(1000, low)
        assert ignorance(certain, high) == pytest.approx(HIT)
        for other in (low - 1, high + 1):
            if 0 <= other < 2**31:
                assert ignorance(certain, other) == pytest.approx(MISS), (i, other)


def test_the_top_bin_has_no_end():
    """The trap: a histogram with 1,000 as its last edge drops what lies above."""
    assert ignorance(np.full(1000, 5000), 113_554) == pytest.approx(HIT)
    assert ignorance(np.full(1000, 1000), 113_554) == pytest.approx(MISS)


def test_ignorance_by_hand():
    draws = np.repeat([0, 4], [750, 250])
    assert ignorance(draws, 0) == pytest.approx(-math.log2(751 / 1011))
    assert ignorance(draws, 3) == pytest.approx(-math.log2(251 / 1011))
    assert ignorance(draws, 6) == pytest.approx(MISS)


def test_twelve_draws_count_as_a_thousand():
    """The trap: one pseudo-count a bin on 12 draws would make a sure and true forecast unsure."""
    twelve = np.repeat([0, 4], [9, 3])
    assert ignorance(twelve, 0) == pytest.approx(-math.log2(751 / 1011))
    assert ignorance(np.repeat([0, 4], [9000, 3000]), 0) == pytest.approx(-math.log2(751 / 1011))
    assert ignorance(np.zeros(12), 0) == pytest.approx(HIT)
    assert ignorance(twelve, 0) < -math.log2(10 / 23) / 2


def test_expected_resampling_is_the_mean_of_resampling():
    rng = np.random.default_rng(4)
    twelve = np.array([0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 30])
    drawn = ignorance(rng.choice(twelve, size=(4000, 1000)), np.zeros(4000))
    assert ignorance(twelve, 0) == pytest.approx(drawn.mean(), abs=0.002)


def test_fourier_resampling_is_what_the_organisers_code_did(sample):
    x, y = sample
    found = ignorance(x[:, :12], y, resample="fourier")
    for i in range(0, 300, 7):
        signal = np.maximum(resample(x[i, :12].astype(float), 1000), 0)
        bins = np.digitize(signal, FIELD_EDGES) - 1
        share = (np.sum(bins == np.digitize(y[i], FIELD_EDGES) - 1) + 1) / 1011
        assert found[i] == pytest.approx(-math.log2(share))


def test_fourier_resampling_invents_deaths():
    one_spike = np.array([0] * 11 + [120])
    assert ignorance(one_spike, 0) == pytest.approx(-math.log2((11000 / 12 + 1) / 1011))
    assert ignorance(one_spike, 0, resample="fourier") > ignorance(one_spike, 0) + 0.5


def test_interval_score_by_hand():
    draws = np.arange(101)  # 5 to 95 is the central 90%
    assert interval_score(draws, 50) == pytest.approx(90)
    assert interval_score(draws, 3) == pytest.approx(90 + 20 * 2)
    assert interval_score(draws, 97) == pytest.approx(90 + 20 * 2)


def test_the_interval_is_of_ninety_percent():
    """The trap: the organisers' function has 95% for a default, their evaluation says 90%."""
    draws = np.arange(1001)
    assert interval_score(draws, 500) == pytest.approx(900)
    assert interval_score(draws, 500, level=0.95) == pytest.approx(950)


def test_interval_score_against_scoringrules(sample):
    x, y = sample
    low, high = np.quantile(x, [0.05, 0.95], axis=1)
    want = scoringrules.interval_score(y, low, high, 0.1)
    np.testing.assert_allclose(interval_score(x, y), want)


def test_brier_by_hand_and_against_scoringrules(sample):
    assert brier([0, 30, 25, 24], 25, at_least=25) == 0.25
    assert brier([0, 30, 25, 24], 1, at_least=1) == pytest.approx(1 / 16)
    x, y = sample
    want = scoringrules.brier_score((y >= 25).astype(float), (x >= 25).mean(axis=1))
    np.testing.assert_allclose(brier(x, y, at_least=25), want)


def test_intervals_cover_with_their_ends():
    draws = np.arange(101)
    assert [float(covered(draws, y, level=0.9)) for y in (4, 5, 50, 95, 96)] == [0, 1, 1, 1, 0]
    assert [float(covered(draws, y, level=0.5)) for y in (24, 25, 75, 76)] == [0, 1, 1, 0]


@pytest.mark.statistical
def test_pit_is_uniform_for_the_true_distribution_and_only_then():
    rng = np.random.default_rng(8)
    truth = rng.poisson(0.7, size=4000)
    calibrated = pit(rng.poisson(0.7, size=(4000, 1000)), truth)
    assert stats.kstest(calibrated, "uniform").pvalue > 1e-4
    too_low = pit(rng.poisson(0.5, size=(4000, 1000)), truth)
    assert stats.kstest(too_low, "uniform").pvalue < 1e-6


def test_pit_by_hand():
    assert 0.75 <= pit([0, 0, 0, 5], 5) <= 1
    assert pit([0, 0, 0, 5], 3) == 0.75
    assert pit([1, 2], 0) == 0
    assert pit([1, 2], 9) == 1


@pytest.mark.parametrize(
    "measure",
    [crps, ignorance, interval_score, pit, lambda x, y: brier(x, y, at_least=1),
     lambda x, y: covered(x, y, level=0.9)],
)  # fmt: skip
def test_missing_outcomes_are_not_scored(measure):
    out = measure(np.ones((2, 3, 8)), [[1, np.nan, 2], [np.nan, 1, 1]])
    assert np.isnan(out).tolist() == [[False, True, False], [True, False, False]]


@pytest.mark.parametrize(
    "measure", [crps, ignorance, interval_score, lambda x, y: covered(x, y, level=0.9)]
)
def test_large_sets_are_scored_in_parts_as_well_as_at_once(measure, sample, monkeypatch):
    x, y = sample
    whole = measure(x, y)
    monkeypatch.setattr("rivalry.forecast._scores._CHUNK", 40 * 7)
    np.testing.assert_array_equal(measure(x, y), whole)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="shape"):
        crps(np.zeros((3, 10)), np.zeros(4))
    with pytest.raises(ValueError, match="two draws"):
        crps(np.zeros((3, 1)), np.zeros(3), fair=True)
    with pytest.raises(ValueError, match="resample"):
        ignorance(np.zeros(3), 0, resample="linear")
    with pytest.raises(ValueError, match="level"):
        interval_score(np.zeros(3), 0, level=90)
