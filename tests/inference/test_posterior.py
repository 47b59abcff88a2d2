"""The posterior file: every group, both readers, damage, and parameters drawn from it."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

import arviz as az
import numpy as np
import pytest
import xarray as xr

import rivalry.cases
from rivalry.cases import load_case
from rivalry.engine import RESULTS_VERSION, observed
from rivalry.foundation import Problem, RivalryError
from rivalry.inference import (
    ChainSettings,
    PriorSpace,
    _predictive,
    case_digest,
    check_posterior,
    data_digest,
    fit_pmcmc,
    load_posterior,
    posterior_data,
    posterior_parameters,
    run_checks,
    summarize,
    write_posterior,
)
from rivalry.inference._predictive import as_counts, short, spread_out
from rivalry.model import draw_parameters

TWO_GROUPS = Path(rivalry.cases.__file__).parent / "two_groups"
SETTINGS = ChainSettings(seed=3, particles=60, warmup=40, iterations=80)
CHAINS, KEEP, MAX = 2, 12, 100
GROUPS = {
    "posterior", "prior", "sample_stats", "diagnostics", "log_likelihood", "posterior_predictive",
    "observed_data", "smoothed_states",
    "origin_states",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the bundled case with two parameters to fit and one left open."""
    target = Path(shutil.copytree(TWO_GROUPS, tmp_path_factory.mktemp("case") / "groups"))
    (target / "posterior.nc").unlink(missing_ok=True)
    file = target / "case.yaml"
    text = file.read_text()
    for old, new in (
        ("b_aim: {value: 0.02,", 'b_aim: {prior: "lognormal(log(0.02), 0.5)",'),
        ("fortune_variance: 0.05", 'fortune_variance: {prior: "beta(2, 20)"}'),
        ("reported: {value: 0.5,", 'reported: {prior: "beta(40, 40)",'),
    ):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    return target


@pytest.fixture(scope="module")
def space(folder):
    return PriorSpace(load_case(folder).model, ["b_aim", "fortune_variance"])


@pytest.fixture(scope="module")
def states(space):
    return fit_pmcmc(space, SETTINGS, chains=CHAINS)


@pytest.fixture(scope="module")
def groups(space, states):
    checks = run_checks(space, SETTINGS, states, keep=KEEP)
    assert checks.warnings == ()
    return posterior_data(space, SETTINGS, states, {"case": "groups"}, checks, max_draws=MAX)


@pytest.fixture(scope="module")
def file(groups, tmp_path_factory):
    path = tmp_path_factory.mktemp("posterior") / "posterior.nc"
    write_posterior(groups, path)
    return path


def attempt(path):
    """Read a file that may be damaged: the posterior, or the codes of what is wrong."""
    try:
        return load_posterior(path), []
    except RivalryError as error:
        return None, [p.code for p in error.problems]


def codes(caught):
    return [p.code for p in caught.value.problems]


def test_both_generations_of_readers_find_every_group(file, groups):
    data = az.from_netcdf(file)
    tree = xr.open_datatree(file, engine="h5netcdf")
    assert set(data.groups()) == set(tree.children) == set(groups) == GROUPS
    for name in GROUPS:
        xr.testing.assert_equal(data[name].load(), tree[name].to_dataset().load())
    assert float(az.summary(data, kind="stats").loc["b_aim", "mean"]) > 0
    tree.close()


def test_the_posterior_holds_the_chains_thinned_evenly(file, space, states):
    at = spread_out(SETTINGS.iterations, MAX // CHAINS)
    assert len(at) == len(set(at)) == 50
    data = az.from_netcdf(file).posterior
    assert dict(data.sizes) == {"chain": CHAINS, "draw": 50}
    np.testing.assert_array_equal(data["draw"], at)
    for c, state in enumerate(states):
        for d, k in enumerate(at):
            value = space.values(state.draws[SETTINGS.warmup + k])
            assert float(data["b_aim"][c, d]) == pytest.approx(value[0], rel=1e-6)
            assert float(data["fortune_variance"][c, d]) == pytest.approx(value[1], rel=1e-6)
    stats = az.from_netcdf(file).sample_stats
    np.testing.assert_array_equal(stats["accepted"][0], states[0].accepted[SETTINGS.warmup :][at])
    np.testing.assert_allclose(
        stats["log_likelihood"][1], states[1].logs[SETTINGS.warmup :][at], rtol=1e-6
    )
    u = states[0].draws[SETTINGS.warmup :][at]
    np.testing.assert_allclose(
        stats["lp"][0], stats["log_likelihood"][0] - 0.5 * (u**2).sum(1), rtol=1e-5
    )


def test_diagnostics_are_those_of_the_whole_chains(file, space, states):
    whole = summarize(space, SETTINGS, states)
    found = load_posterior(file).diagnostics
    assert found == tuple(whole)
    assert np.isfinite([s.rhat for s in found]).all()


def test_likelihoods_by_month_are_those_of_filters_of_their_own(file, space):
    data = az.from_netcdf(file).log_likelihood["data"]
    assert data.dims == ("chain", "draw", "month")
    assert data.shape == (2, 6, 120)
    assert list(data["month"].values[[0, -1]]) == ["2013-01", "2022-12"]
    totals = data.sum("month").values
    # the case's data were made at the middle of the priors, where the likelihood is -482.7
    assert (np.abs(totals + 485) < 25).all()
    assert len(np.unique(totals)) == totals.size


def test_predictions_and_record_are_of_the_same_months(file, space):
    data = az.from_netcdf(file)
    predicted, seen = data.posterior_predictive["events"], data.observed_data["events"]
    assert predicted.dtype == np.int32
    assert predicted.shape == (2, 6, 120)
    assert list(predicted["month"].values) == list(seen["month"].values)
    np.testing.assert_array_equal(seen, observed(space.model)["events"])
    assert (predicted >= 0).all()
    inside = (seen >= predicted.quantile(0.05, ("chain", "draw"))) & (
        seen <= predicted.quantile(0.95, ("chain", "draw"))
    )
    assert 0.6 < float(inside.mean()) <= 1.0
    assert data.posterior_predictive.attrs["parameters_from_prior"] == 1
    assert "1 uncertain" in data.posterior_predictive.attrs["comment"].replace("The ", "")


def test_smoothed_states_hold_every_state_and_its_kind(file, space):
    data = az.from_netcdf(file).smoothed_states
    model = space.model
    kinds = dict(zip(data["state"].values, data["kind"].values, strict=True))
    assert kinds == {
        **{s.name: "stock" for s in model.stocks},
        **{s.name: "level" for s in model.levels},
        **{s.name: "noise" for s in model.noise},
    }
    assert list(data["quantile"].values) == [0.05, 0.25, 0.5, 0.75, 0.95]
    quantiles = data["quantiles"].sel(state="a").values
    assert (np.diff(quantiles, axis=0) >= 0).all()
    assert 1000 < float(data["mean"].sel(state="a")[0]) < 5000
    # a factor with mean 1, whatever the filter keeps of it
    assert 0.5 < float(data["mean"].sel(state="fortune").mean()) < 1.5
    assert data.attrs["trajectories"] == KEEP


def test_prior_draws_are_those_of_the_priors(file, space):
    prior = az.from_netcdf(file).prior
    assert dict(prior.sizes) == {"chain": 1, "draw": 1000}
    assert set(prior.data_vars) == set(space.names)
    assert float(np.log(prior["b_aim"]).mean()) == pytest.approx(np.log(0.02), abs=0.05)
    assert float(np.log(prior["b_aim"]).std()) == pytest.approx(0.5, abs=0.05)


def test_threads_change_nothing(space, states, groups):
    calls = []
    one = run_checks(
        space, SETTINGS, states, keep=KEEP, threads=1, progress=lambda *x: calls.append(x)
    )
    three = run_checks(space, SETTINGS, states, keep=KEEP, threads=3)
    for name, group in one.groups.items():
        xr.testing.assert_identical(group, three.groups[name])
        xr.testing.assert_identical(group, groups[name])
    assert calls == [(k, KEEP) for k in range(1, KEEP + 1)]
    other = dataclasses.replace(SETTINGS, seed=4)
    again = run_checks(space, other, states, keep=KEEP).groups["log_likelihood"]
    assert not again.equals(one.groups["log_likelihood"])


def test_what_a_run_reads_comes_back_as_written(file, space, groups):
    posterior = load_posterior(file)
    assert posterior.names == space.names
    assert posterior.values.shape == (MAX, 2)
    np.testing.assert_array_equal(
        posterior.values[:, 0], groups["posterior"]["b_aim"].values.ravel()
    )
    assert posterior.case_digest == case_digest(space.model)
    assert posterior.data_digest == data_digest(space.model)
    assert posterior.results_version == RESULTS_VERSION
    assert posterior.provenance["seed"] == 3
    assert posterior.provenance["case"] == "groups"
    assert posterior.made[:2] == "20"
    check_posterior(space.model, posterior, "groups")


def test_a_file_cut_anywhere_is_refused(file, tmp_path):
    raw = file.read_bytes()
    cut = tmp_path / "posterior.nc"
    for length in (0, 1, 8, 100, 2000, len(raw) // 3, len(raw) // 2, len(raw) - 1):
        cut.write_bytes(raw[:length])
        with pytest.raises(RivalryError) as caught:
            load_posterior(cut)
        assert codes(caught) == ["R0826"]


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "posterior.nc"
    path.write_bytes(np.random.default_rng(0).bytes(20_000))
    with pytest.raises(RivalryError) as caught:
        load_posterior(path)
    assert codes(caught) == ["R0826"]
    xr.Dataset({"x": ("t", [1.0])}).to_netcdf(path, engine="h5netcdf")
    with pytest.raises(RivalryError) as caught:
        load_posterior(path)
    assert codes(caught) == ["R0826"]
    az.from_dict(posterior={"mu": np.zeros((2, 10))}).to_netcdf(str(path))
    with pytest.raises(RivalryError) as caught:
        load_posterior(path)
    assert codes(caught) == ["R0826"]
    path.unlink()
    with pytest.raises(RivalryError) as caught:
        load_posterior(path)
    assert codes(caught) == ["R0101"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_flipped_bytes_never_pass_for_draws(file, tmp_path):
    raw = bytearray(file.read_bytes())
    values = load_posterior(file).values
    damaged = tmp_path / "posterior.nc"
    rng = np.random.default_rng(1)
    refused = 0
    for _ in range(60):
        bad = bytearray(raw)
        for place in rng.integers(0, len(raw), 40):
            bad[place] ^= int(rng.integers(1, 256))
        damaged.write_bytes(bytes(bad))
        found, said = attempt(damaged)
        if found is None:
            assert said == ["R0826"]
            refused += 1
        else:  # the damage lay in a group that a run does not read
            np.testing.assert_array_equal(found.values, values)
    assert refused > 10


def test_altered_draws_and_other_layouts_are_refused(groups, tmp_path):
    path = tmp_path / "posterior.nc"
    draws = groups["posterior"]
    altered = draws.copy(deep=True)
    altered["b_aim"][0, 0] = 0.5
    absent = draws.copy(deep=True)
    absent["b_aim"][0, 0] = np.nan
    later = draws.assign_attrs(rivalry_posterior=99)
    for bad in (altered, absent, later, draws.drop_attrs()):
        write_posterior({**groups, "posterior": bad}, path)
        with pytest.raises(RivalryError) as caught:
            load_posterior(path)
        assert codes(caught) == ["R0826"]
    write_posterior({"posterior": draws}, path)
    with pytest.raises(RivalryError) as caught:
        load_posterior(path)
    assert codes(caught) == ["R0826"]


@pytest.mark.parametrize("what", ["the case", "the data", "the engine"])
def test_a_stale_posterior_says_what_has_changed(file, space, what):
    posterior = load_posterior(file)
    key = {"the case": "case_digest", "the data": "data_digest"}.get(what, "results_version")
    stale = dataclasses.replace(posterior, **{key: 99 if key == "results_version" else "0" * 64})
    with pytest.raises(RivalryError) as caught:
        check_posterior(space.model, stale, "my case")
    (problem,) = caught.value.problems
    assert problem.code == "R0827"
    others = {"the case", "the data", "the engine"} - {what}
    assert f"changed: {what} (" in problem.message
    assert not any(f"{o} (" in problem.message for o in others)
    assert (
        "rivalry fit 'my case' --parameters b_aim,fortune_variance --chains 2 --iterations 80 "
        "--warmup 40 --particles 60 --seed 3" in problem.remedy
    )


def test_a_parameter_that_the_case_lacks_or_holds_fixed_is_named(file, space):
    posterior = load_posterior(file)
    for name, word in (("b_aimm", "does not have"), ("a_aim", "holds fixed")):
        other = dataclasses.replace(posterior, names=(name, "fortune_variance"))
        with pytest.raises(RivalryError) as caught:
            check_posterior(space.model, other, "groups")
        (problem,) = caught.value.problems
        assert problem.code == "R0828"
        assert repr(name) in problem.message
        assert word in problem.message


def test_parameters_are_whole_draws_and_priors_for_the_rest(file, space):
    model, posterior = space.model, load_posterior(file)
    columns = [model.parameter_index[n] for n in posterior.names]
    few = posterior_parameters(model, posterior, 60, 9)
    known = {tuple(v) for v in posterior.values.tolist()}
    rows = [tuple(v) for v in few[:, columns].tolist()]
    assert set(rows) <= known
    np.testing.assert_array_equal(few, posterior_parameters(model, posterior, 60, 9))
    assert not np.array_equal(few, posterior_parameters(model, posterior, 60, 10))
    # a longer run begins with the draws of a shorter one, and takes all draws equally often
    many = posterior_parameters(model, posterior, 2 * MAX, 9)
    np.testing.assert_array_equal(many[:60], few)
    order = np.lexsort(posterior.values.T)
    for part in (many[:MAX], many[MAX:]):
        taken = part[:, columns]
        np.testing.assert_array_equal(taken[np.lexsort(taken.T)], posterior.values[order])
    others = [i for i in range(len(model.parameters)) if i not in columns]
    np.testing.assert_array_equal(few[:, others], draw_parameters(model, 60, 9)[:, others])


def test_single_precision_never_steps_over_a_bound(file, space):
    posterior = load_posterior(file)
    beyond = dataclasses.replace(posterior, values=np.full_like(posterior.values, 1.0 + 1e-7))
    model = space.model
    column = model.parameter_index["fortune_variance"]
    bounded = dataclasses.replace(
        model,
        parameters=tuple(
            dataclasses.replace(p, bounds=(0.0, 1.0)) if i == column else p
            for i, p in enumerate(model.parameters)
        ),
    )
    assert (posterior_parameters(bounded, beyond, 5, 1)[:, column] == 1.0).all()


def test_a_draw_at_which_filters_die_does_not_cost_the_fit(space, states, monkeypatch):
    run = _predictive._run
    at = SETTINGS.warmup + spread_out(80, 3)
    kept = [space.parameters(u) for s in states for u in s.draws[at]]
    lost = kept[-1]
    # a chain that stayed where it was keeps the same draw more than once
    dead = [np.array_equal(point, lost) for point in kept]
    assert not all(dead)

    def dies(filter_, point, seed, stream):
        return None if np.array_equal(point, lost) else run(filter_, point, seed, stream)

    monkeypatch.setattr(_predictive, "_run", dies)
    checks = run_checks(space, SETTINGS, states, keep=6)
    (warning,) = checks.warnings
    assert (warning.code, warning.severity) == ("R0811", "warning")
    assert warning.message.startswith(f"at {sum(dead)} of 6 draws")
    rows = checks.groups["log_likelihood"]["data"].values.reshape(6, -1)
    assert np.isneginf(rows).any(axis=1).tolist() == dead
    assert checks.groups["smoothed_states"].attrs["trajectories"] == 6 - sum(dead)


def test_a_free_run_that_breaks_does_not_cost_the_fit(space, states, monkeypatch):
    def breaks(*args, **kwargs):
        raise RivalryError(Problem("R0803", "a level is not finite", "Give it bounds."))

    monkeypatch.setattr(_predictive, "simulate", breaks)
    checks = run_checks(space, SETTINGS, states, keep=4)
    (warning,) = checks.warnings
    assert (warning.code, warning.severity) == ("R0803", "warning")
    assert "no posterior predictive: a level is not finite" in warning.message
    states_too = {"smoothed_states", "origin_states"}
    assert set(checks.groups) == {"log_likelihood", "observed_data"} | states_too


def test_counts_stay_whole_and_absent_ones_absent(tmp_path):
    values = np.array([[[0.0, 7.0, np.nan]]])
    counts = as_counts(values)
    assert counts.dtype == np.int32
    assert as_counts(values + 0.5).dtype == np.float32
    assert as_counts(values * 1e9).dtype == np.float32
    group = xr.Dataset({"y": (("chain", "draw", "month"), counts)})
    write_posterior({"posterior_predictive": group}, tmp_path / "p.nc")
    with xr.open_dataset(tmp_path / "p.nc", group="posterior_predictive") as back:
        np.testing.assert_array_equal(back["y"].values, values)


def test_short_numbers_lose_a_ten_thousandth_at_most():
    x = np.random.default_rng(0).lognormal(0, 5, 10_000) * np.array([1, -1]).repeat(5000)
    assert np.abs(short(x) / x - 1).max() <= 2.0**-13
    np.testing.assert_array_equal(
        short(np.array([0.0, np.nan, np.inf, -np.inf])),
        np.array([0.0, np.nan, np.inf, -np.inf], dtype=np.float32),
    )


def test_the_package_takes_the_posterior_of_a_bundled_case_along(repository):
    if not (repository / ".git").exists():
        pytest.skip("not a checkout")
    for case in ("afghanistan", "two_groups"):
        found = subprocess.run(
            ["git", "check-ignore", "-q", f"src/rivalry/cases/{case}/posterior.nc"],
            cwd=repository, check=False,
        )  # fmt: skip
        assert found.returncode == 1  # the wheel holds all that is not ignored
