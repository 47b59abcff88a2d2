"""Diagnostics of a posterior against values by hand, from SciPy and from ArviZ."""

from __future__ import annotations

import arviz as az
import numpy as np
import pytest
import xarray as xr
from scipy import stats

from rivalry.cases import load_case
from rivalry.engine import BootstrapFilter
from rivalry.foundation import RivalryError
from rivalry.inference import (
    FitFile,
    LikelihoodNoise,
    PriorSpace,
    diagnose,
    measure_noise,
    open_fit,
    particles_for,
    posterior_mean,
    smoothed,
    spells,
)
from rivalry.inference._diag_identify import directions, unidentified_pairs
from rivalry.inference._diag_noise import noise_between
from rivalry.inference._diag_predict import check_all, check_series
from rivalry.inference._diag_scores import normal_scores, rank_scores
from rivalry.model import ModelSpec, build_model


@pytest.fixture(scope="module")
def model(open_two_groups):
    return load_case(str(open_two_groups)).model


def exact_draws(mean, cov, n=400, seed=0):
    """Draws whose sample mean and covariance (ddof 1) are exactly those asked for."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, len(mean)))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(np.atleast_2d(np.cov(z, rowvar=False)))).T
    return np.asarray(mean) + z @ np.linalg.cholesky(np.asarray(cov)).T


def file_of(posterior, **groups):
    """A fit in memory from draws (chains, draws) by name."""
    data = xr.Dataset({n: (("chain", "draw"), np.asarray(v)) for n, v in posterior.items()})
    return FitFile("made", {"posterior": data, **groups})


def prior_of(draws):
    return xr.Dataset({n: (("chain", "draw"), np.atleast_2d(v)) for n, v in draws.items()})


# ------------------------------------------------------------------------------ normal scores


def test_scores_of_an_array_are_those_of_the_prior_space():
    priors = {
        "a": {"prior": "lognormal(log(2), 0.5)"},
        "b": {"prior": "uniform(-1, 3)"},
        "c": {"prior": "normal(0, 1)", "bounds": [0.5, 4]},
        "d": {"prior": "normal(0, 1)", "bounds": [-4, -0.5]},
        "e": {"prior": "beta(2, 5)"},
        "f": {"prior": "half_normal(2)"},
        "g": {"prior": "gamma(2, 3)", "bounds": [1, None]},
    }
    data = {
        "rivalry": 1,
        "title": "Priors",
        "time": {"start": "2020-01", "end": "2020-03"},
        "stocks": {"people": {"initial": 10}},
        "parameters": priors,
        "auxiliaries": {"all": " + ".join(priors)},
    }
    made = build_model(ModelSpec.from_data(data))
    space = PriorSpace(made)
    u = np.linspace(-4, 4, 33)
    for i, name in enumerate(space.names):
        values = np.array([space.value(i, float(x)) for x in u])
        np.testing.assert_allclose(normal_scores(made, name, values), u, atol=1e-6)


def test_a_fixed_or_unknown_parameter_has_no_scores(model):
    assert normal_scores(model, "a_capture", np.zeros(3)) is None
    assert normal_scores(model, "nothing", np.zeros(3)) is None


def test_rank_scores_by_hand():
    prior = np.array([3.0, 1.0, 2.0])
    found = rank_scores(prior, np.array([0.0, 1.5, 2.0, 9.0]))
    # ranks 0, 1, 1.5 (a tie stands in its middle) and 3, each plus a half, of 4
    expected = stats.norm.ppf([0.125, 0.375, 0.5, 0.875])
    np.testing.assert_allclose(found, expected)


def test_rank_scores_of_the_prior_itself_are_those_of_van_der_waerden():
    prior = np.random.default_rng(0).lognormal(size=1000)
    found = rank_scores(prior, prior)
    np.testing.assert_allclose(np.sort(found), stats.norm.ppf(np.arange(1, 1001) / 1001))


# ------------------------------------------------------------------------------- parameters


def test_contraction_and_shift_are_those_of_normal_scores(model):
    # b_aim is lognormal(log 0.02, 0.5): scores with mean 1 and variance 1/4 by construction
    u = exact_draws([1.0], [[0.25]], n=400)[:, 0]
    draws = (0.02 * np.exp(0.5 * u)).reshape(4, 100)
    found = diagnose(file_of({"b_aim": draws}), model).parameters[0]
    assert found.contraction == pytest.approx(1 - 0.25 * 399 / 400, abs=1e-9)
    assert found.shift == pytest.approx(1.0, abs=1e-9)
    assert found.moved
    assert found.mean == pytest.approx(draws.mean())
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(draws, (0.05, 0.95))))
    ends = np.quantile(u, (0.05, 0.5, 0.95))
    assert (found.score_low, found.score_mid, found.score_high) == pytest.approx(tuple(ends))


def test_a_posterior_like_its_prior_is_not_moved_with_or_without_the_case(model):
    u = exact_draws([0.0], [[1.0]], n=400)[:, 0]
    draws = (0.02 * np.exp(0.5 * u)).reshape(4, 100)
    prior = 0.02 * np.exp(0.5 * np.random.default_rng(1).standard_normal(4000))
    fit = file_of({"b_aim": draws}, prior=prior_of({"b_aim": prior}))
    exact, ranks = diagnose(fit, model), diagnose(fit)
    assert exact.exact
    assert not ranks.exact
    for found in (exact.parameters[0], ranks.parameters[0]):
        assert not found.moved
        assert found.contraction == pytest.approx(0.0, abs=0.05)


def test_mixing_is_that_of_arviz():
    rng = np.random.default_rng(0)
    draws = rng.standard_normal((4, 300)).cumsum(axis=1) * 0.1 + rng.standard_normal((4, 300))
    found = diagnose(file_of({"x": draws})).parameters[0]
    assert found.rhat == pytest.approx(float(az.rhat(draws)))
    assert found.ess_bulk == pytest.approx(float(az.ess(draws, method="bulk")))
    assert found.ess_tail == pytest.approx(float(az.ess(draws, method="tail")))
    assert not found.settled


def test_a_lone_chain_is_held_against_its_own_halves():
    drifting = np.linspace(0, 3, 400)[None, :] + np.random.default_rng(0).normal(size=(1, 400))
    found = diagnose(file_of({"x": drifting})).parameters[0]
    halves = drifting.reshape(2, 200)
    assert found.rhat == pytest.approx(float(az.rhat(halves)))
    assert found.rhat > 1.1


def test_what_was_computed_from_all_draws_goes_before_what_the_file_still_holds():
    draws = np.random.default_rng(0).standard_normal((2, 50))
    names = ("mean", "low", "high", "contraction", "shift", "rhat", "ess_bulk", "ess_tail")
    whole = xr.Dataset(
        {n: ("parameter", [float(i)]) for i, n in enumerate(names)}, coords={"parameter": ["x"]}
    )
    found = diagnose(file_of({"x": draws}, diagnostics=whole)).parameters[0]
    assert (found.rhat, found.ess_bulk, found.ess_tail) == (5.0, 6.0, 7.0)
    assert (found.contraction, found.shift) == (3.0, 4.0)


def test_warnings_name_the_worst_parameter():
    rng = np.random.default_rng(0)
    apart = rng.standard_normal((2, 600)) + np.array([[0.0], [3.0]])
    found = diagnose(file_of({"well": rng.standard_normal((2, 600)), "badly": apart}))
    (warning,) = found.warnings()
    assert warning.code == "R0825"
    assert "1 of 2 parameters" in warning.message
    assert "badly" in warning.message
    assert not found.settled


def test_acceptance_by_chain():
    accepted = xr.Dataset({"accepted": (("chain", "draw"), [[1, 0, 0, 0], [1, 1, 0, 0]])})
    fit = file_of({"x": np.random.default_rng(0).normal(size=(2, 4))}, sample_stats=accepted)
    assert diagnose(fit).acceptance == (0.25, 0.5)


# --------------------------------------------------------------------- pairs and directions


def test_a_tied_pair_and_its_known_combination_by_hand():
    # variances 1 and correlation -0.9: eigenvalues 0.1 for (1, 1) and 1.9 for (1, -1)
    draws = exact_draws([0, 0], [[1.0, -0.9], [-0.9, 1.0]])
    (pair,) = unidentified_pairs(["x", "y"], draws)
    assert pair.names == ("x", "y")
    assert pair.correlation == pytest.approx(-0.9)
    assert (pair.first, pair.second) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert pair.together == pytest.approx(0.9)
    assert np.abs(pair.weights) == pytest.approx([2**-0.5, 2**-0.5])
    assert pair.weights[0] * pair.weights[1] > 0


def test_pairs_that_are_known_well_or_hang_together_little_are_not_named():
    # correlation 0.9 but variances 0.01: each alone is known as well as one could ask
    draws = exact_draws([0, 0], [[0.01, 0.009], [0.009, 0.01]])
    assert unidentified_pairs(["x", "y"], draws) == []
    draws = exact_draws([0, 0], [[1.0, 0.69], [0.69, 1.0]])
    assert unidentified_pairs(["x", "y"], draws) == []
    assert unidentified_pairs(["x"], draws[:, :1]) == []


def test_directions_by_hand():
    # z stands alone with variance 0.5; x and y have eigenvalues 0.1 and 1.7
    cov = [[0.9, 0.8, 0.0], [0.8, 0.9, 0.0], [0.0, 0.0, 0.5]]
    found = directions(["x", "y", "z"], exact_draws([0, 0, 0], cov))
    assert [d.contraction for d in found] == pytest.approx([0.9, 0.5, -0.7])
    assert [d.moved for d in found] == [True, True, False]
    assert found[1].parts[0][0] == "z"
    assert found[1].parts[0][1] == pytest.approx(1.0)
    first, last = (dict(found[i].parts) for i in (0, 2))
    assert first["x"] * first["y"] == pytest.approx(-0.5)  # their difference is known
    assert last["x"] * last["y"] == pytest.approx(0.5)  # their sum is not


# ---------------------------------------------------------------- predictive checks


def test_coverage_and_transform_by_hand():
    draws = np.tile(np.arange(100.0)[:, None], (1, 4))
    low = np.array([49.5, 97.5, 80.5, np.nan])
    check = check_series("s", low, None, draws)
    # quantiles of 0..99: 4.95, 24.75, 74.25, 94.05
    assert (check.n, check.inside50, check.inside90) == (3, 1, 2)
    assert check.pit_mean == pytest.approx((0.50 + 0.98 + 0.81) / 3)
    assert check.pit == pytest.approx([0, 0, 0, 0, 0, 1 / 3, 0, 0, 1 / 3, 1 / 3])
    assert check.cover90 == pytest.approx(2 / 3)
    assert check.verdict() == "too few data to judge"


def test_the_transform_of_a_count_is_spread_over_its_jump():
    draws = np.repeat([0.0, 1.0], 50)[:, None]
    check = check_series("s", np.array([0.0]), None, draws)
    assert check.pit == pytest.approx([0.2] * 5 + [0.0] * 5)
    assert check.pit_mean == pytest.approx(0.25)
    assert check.pit_variance == pytest.approx(0.5**2 / 12)


def test_a_range_counts_when_it_touches_the_interval():
    draws = np.arange(100.0)[:, None]
    touching = check_series("s", np.array([90.0]), np.array([500.0]), draws)
    beyond = check_series("s", np.array([95.0]), np.array([500.0]), draws)
    assert (touching.inside90, beyond.inside90) == (1, 0)
    assert touching.pit_mean == pytest.approx((0.90 + 1.0) / 2)


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("scale", "level", "verdict"),
    [
        (1.0, 0.0, "calibrated, as far as these data tell"),
        (2.0, 0.0, "the model's intervals are too narrow"),
        (0.4, 0.0, "the model's intervals are wider than need be"),
        (1.0, 0.8, "the model tends to lie below the record"),
        (1.0, -0.8, "the model tends to lie above the record"),
    ],
)
def test_the_verdict_finds_what_is_wrong(scale, level, verdict):
    """Fixed seed; each effect is many standard errors, the calibrated case has a 10% alarm."""
    rng = np.random.default_rng(0)
    draws = rng.standard_normal((1000, 200))
    data = level + scale * rng.standard_normal(200)
    assert check_series("s", data, None, draws).verdict() == verdict


def test_series_are_matched_by_month_and_absent_ones_left_out():
    months = ["2020-01", "2020-02", "2020-03"]
    predictive = xr.Dataset(
        {
            "a": (("chain", "draw", "month"), np.tile([1.0, 2.0, 3.0], (1, 5, 1))),
            "b": (("chain", "draw", "month"), np.zeros((1, 5, 3))),
            "c": (("chain", "draw", "month"), np.full((1, 5, 3), np.nan)),
        },
        coords={"month": months},
    )
    observed = xr.Dataset(
        {
            "a_low": ("month", [3.0, 2.0]),
            "a_high": ("month", [4.0, 2.5]),
            "c": ("month", [1.0, 1.0]),
        },
        coords={"month": ["2020-03", "2020-02"]},
    )
    (check,) = check_all(observed, predictive)
    assert (check.name, check.n, check.inside90, check.ranges) == ("a", 2, 2, True)


# -------------------------------------------------------------------------- likelihood noise


def test_particles_follow_the_variance():
    assert particles_for(100, 2.4) == 400
    assert particles_for(1000, 0.6) == 250
    assert particles_for(500, 1.2) == 500
    assert particles_for(100, 1.5) == 160  # 156.25, upwards to two digits
    assert particles_for(300, float("nan")) == 300


def test_noise_is_the_spread_of_independent_filters(model):
    point = PriorSpace(model).model_point()
    found = measure_noise(model, point, 50, repeats=6, seed=4, threads=1)
    one = BootstrapFilter(model, 50)
    logs = [one.run(point, 4, k).log_likelihood for k in range(6)]
    assert found.sd == pytest.approx(np.std(logs, ddof=1))
    assert found.asked == particles_for(50, found.sd)


@pytest.mark.statistical
def test_noise_from_two_filters_a_draw_has_the_right_size():
    """Fixed seed; 400 differences know a standard deviation to 3.5%, four of which are allowed."""
    rng = np.random.default_rng(0)
    level = -500 + 20 * rng.standard_normal(400)  # the draws' own likelihoods do not matter
    fresh = level + rng.normal(-0.72, 1.2, 400)
    kept = level + rng.normal(0.72, 1.2, 400)
    fresh[:3] = -np.inf
    found = noise_between(100, fresh, kept)
    assert found.sd == pytest.approx(1.2, rel=0.14)
    assert (found.repeats, found.lost) == (397, 3)
    assert noise_between(100, fresh[:20], kept[:20]) is None


def test_the_noise_of_a_file_is_matched_draw_by_draw():
    rng = np.random.default_rng(0)
    draws = np.arange(0, 120, 3)
    kept = rng.normal(size=(2, 120))
    fresh = kept[:, draws] + 2.0 * np.tile([1.0, -1.0], (2, 20))
    stats_ = xr.Dataset(
        {"log_likelihood": (("chain", "draw"), kept)},
        coords={"chain": [0, 1], "draw": np.arange(120)},
    )
    months = xr.Dataset(
        {"data": (("chain", "draw", "month"), np.stack([fresh - 5.0, np.full((2, 40), 5.0)], 2))},
        coords={"chain": [0, 1], "draw": draws, "month": ["2020-01", "2020-02"]},
    )
    fit = file_of({"x": rng.normal(size=(2, 120))}, sample_stats=stats_, log_likelihood=months)
    fit.groups["posterior"].attrs["particles"] = 100
    # differences of +2 and -2 in equal number: variance 4 * 80 / 79, half of which is the noise's
    assert diagnose(fit).noise.sd == pytest.approx(np.sqrt(2 * 80 / 79))


def test_both_ways_to_the_noise_agree_on_a_real_fit(short_fit, model):
    fit = open_fit(short_fit)
    told = diagnose(fit, model).noise
    measured = measure_noise(model, posterior_mean(fit, model), told.particles, repeats=40)
    # the noise varies over the posterior, and both figures are known to some 10 percent
    assert told.sd == pytest.approx(measured.sd, rel=0.5)


def test_too_noisy_a_likelihood_is_warned_of():
    fit = file_of({"x": np.random.default_rng(0).normal(size=(4, 1000))})
    noise = LikelihoodNoise(100, 20, 3.0, 630, -100.0)
    assert [w.code for w in diagnose(fit, noise=noise).warnings()] == ["R0812"]
    fine = LikelihoodNoise(100, 20, 1.2, 100, -100.0)
    assert diagnose(fit, noise=fine).warnings() == []


def test_the_posterior_mean_is_taken_in_normal_scores(model):
    draws = 0.02 * np.exp(0.5 * np.array([[1.0, 0.5], [0.0, 0.5]]))
    point = posterior_mean(file_of({"b_aim": draws}), model)
    base = PriorSpace(model).model_point()
    at = model.parameter_index["b_aim"]
    assert point[at] == pytest.approx(0.02 * np.exp(0.25))
    others = np.arange(len(base)) != at
    np.testing.assert_array_equal(point[others], base[others])


# ----------------------------------------------------------------------- smoothed states


def test_spells_are_runs_on_one_side_of_the_usual():
    months = [f"2020-{m:02d}" for m in range(1, 8)]
    low = np.array([0.8, 1.1, 1.2, 0.9, 0.2, 0.2, 1.05])
    high = np.array([1.2, 2.0, 3.0, 1.5, 0.9, 0.8, 1.5])
    middle = (low + high) / 2
    found = spells(months, low, middle, high, 1.0)
    assert [(s.first, s.last, s.months, s.high) for s in found] == [
        ("2020-02", "2020-03", 2, True),
        ("2020-05", "2020-06", 2, False),
        ("2020-07", "2020-07", 1, True),
    ]
    assert [s.factor for s in found] == pytest.approx([2.1, 0.5, 1.275])


def test_smoothed_states_are_read_by_name(short_fit):
    fit = open_fit(short_fit)
    found = smoothed(fit.groups["smoothed_states"])
    tempo = found["tempo"]
    assert (tempo.kind, tempo.label) == ("noise", "Tempo of the war")
    assert tempo.quantiles.shape == (len(tempo.levels), len(tempo.months))
    assert (np.diff(tempo.quantiles, axis=0) >= 0).all()
    assert 0.1 < np.median(tempo.quantiles) < 10  # a factor, not its logarithm


# ------------------------------------------------------------------------------------- files


def test_a_real_fit_is_diagnosed_whole(short_fit, model):
    fit = open_fit(short_fit)
    found = diagnose(fit, model)
    assert (found.chains, found.draws) == (2, 250)
    assert {p.name for p in found.parameters} == {"a_aim", "b_aim", "return_rate", "reported"}
    assert found.exact
    # deaths of both groups are one series: how often each side hits, and what share of deaths is
    # reported, only show in their product
    assert found.pairs
    assert "reported" in found.pairs[0].names
    (events,) = found.series
    assert events.n == 120
    assert events.inside50 < events.inside90 <= 120
    assert sum(events.pit) == pytest.approx(1.0)


def test_groups_that_are_absent_are_said_in_sentences():
    found = diagnose(file_of({"x": np.random.default_rng(0).normal(size=(2, 100))}))
    told = " ".join(found.notes)
    for part in ("no prior to compare", "accepted", "posterior predictive", "--case"):
        assert part in told
    assert np.isnan(found.parameters[0].contraction)
    assert not found.series


@pytest.mark.parametrize("keep", [0, 100, 5000])
def test_a_cut_file_is_refused(short_fit, tmp_path, keep):
    cut = tmp_path / "cut.nc"
    cut.write_bytes(short_fit.read_bytes()[:keep])
    with pytest.raises(RivalryError) as caught:
        open_fit(cut)
    assert caught.value.problems[0].code == "R0826"


def test_another_netcdf_file_is_refused(tmp_path):
    other = tmp_path / "ensemble.nc"
    xr.Dataset({"x": ("month", [1.0])}).to_netcdf(other, engine="h5netcdf")
    with pytest.raises(RivalryError) as caught:
        open_fit(other)
    assert caught.value.problems[0].code == "R0826"
