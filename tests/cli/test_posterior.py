"""``rivalry run`` and ``rivalry simulate`` with a posterior, without, and with a stale one."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import rivalry.cases
from rivalry.cases import load_case
from rivalry.inference import (
    ChainSettings,
    PriorSpace,
    fit_pmcmc,
    load_posterior,
    posterior_data,
    run_checks,
    write_posterior,
)

TWO_GROUPS = Path(rivalry.cases.__file__).parent / "two_groups"
OPTIONS = "--parameters b_aim --chains 2"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A copy of a bundled case with two open parameters, one of them fitted."""
    folder = Path(shutil.copytree(TWO_GROUPS, tmp_path_factory.mktemp("made") / "groups"))
    file = folder / "case.yaml"
    text = file.read_text()
    for old, new in (
        ("b_aim: {value: 0.02,", 'b_aim: {prior: "lognormal(log(0.02), 0.5)",'),
        ("reported: {value: 0.5,", 'reported: {prior: "beta(40, 40)",'),
    ):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    space = PriorSpace(load_case(folder).model, ["b_aim"])
    settings = ChainSettings(seed=3, particles=50, warmup=30, iterations=30)
    states = fit_pmcmc(space, settings, chains=2)
    checks = run_checks(space, settings, states, keep=4)
    attributes = {"started": "2026-11-01T10:00:00+00:00", "options": OPTIONS}
    groups = posterior_data(space, settings, states, attributes, checks)
    write_posterior(groups, folder / "posterior.nc")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "groups"))


def edit(folder, old, new):
    file = folder / "case.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def simulated(call, folder, *words):
    out = folder.parent / "out.nc"
    done = call("simulate", folder, "--draws", 40, "--out", out, "--json", *words)
    assert done.code == 0, done.err + done.out
    with xr.open_dataset(out) as ensemble:
        return done.json(), ensemble.load()


def test_simulate_takes_the_posterior_beside_the_case(call, folder):
    answer, ensemble = simulated(call, folder)
    assert answer["parameters_from"] == "posterior"
    drawn = ensemble["parameters"].sel(parameter="b_aim").values
    posterior = load_posterior(folder / "posterior.nc")
    assert set(drawn.astype(np.float32)) <= set(posterior.values[:, 0].astype(np.float32))
    assert ensemble.attrs["comment"] == (
        "parameters from a posterior of 2026-11-01: 1 fitted, 1 from their priors"
    )
    assert ensemble.attrs["posterior_sha256"] == posterior.sha256
    answer, prior = simulated(call, folder, "--prior")
    assert answer["parameters_from"] == "prior"
    assert prior.attrs["comment"] == "prior predictive: not fitted to data"
    assert prior["parameters"].sel(parameter="b_aim").values.std() > 2 * drawn.std()
    # parameters that were not fitted come from their priors either way
    other = ensemble["parameters"].sel(parameter="reported")
    np.testing.assert_array_equal(other, prior["parameters"].sel(parameter="reported"))


def test_prior_is_what_a_case_without_a_posterior_gives(call, folder):
    _, prior = simulated(call, folder, "--prior")
    (folder / "posterior.nc").unlink()
    answer, without = simulated(call, folder)
    assert answer["parameters_from"] == "prior"
    assert without.equals(prior)


def test_another_posterior_can_be_named(call, folder):
    other = folder.parent / "other.nc"
    (folder / "posterior.nc").rename(other)
    answer, named = simulated(call, folder, "--posterior", other)
    assert answer["parameters_from"] == "posterior"
    other.rename(folder / "posterior.nc")
    assert named.equals(simulated(call, folder)[1])


def test_a_case_file_of_another_name_has_a_posterior_of_its_own(call, folder):
    other = folder / "other.yaml"
    (folder / "case.yaml").rename(other)
    out = folder.parent / "out.nc"
    words = ("simulate", other, "--draws", 5, "--out", out, "--json")
    assert call(*words).json()["parameters_from"] == "prior"
    (folder / "posterior.nc").rename(folder / "other.posterior.nc")
    assert call(*words).json()["parameters_from"] == "posterior"


def test_a_run_says_where_its_parameters_come_from(call, folder, tmp_path):
    done = call("run", folder, "--draws", 30, "--out", tmp_path / "out", "--json")
    assert done.code == 0, done.out
    answer = done.json()
    assert answer["parameters_from"] == "posterior"
    facts = json.loads((Path(answer["folder"]) / "run.json").read_text())
    assert facts["fitted"] is True
    record = facts["posterior"]
    raw = (folder / "posterior.nc").read_bytes()
    assert record["sha256"] == hashlib.sha256(raw).hexdigest()
    assert (record["made"], record["seed"]) == ("2026-11-01T10:00:00+00:00", 3)
    assert record["rivalry"] == rivalry.__version__
    assert (record["fitted"], record["from_prior"]) == (["b_aim"], ["reported"])
    page = Path(answer["report"]).read_text()
    assert "Fitted to data" in page
    assert "prior predictive" not in page.lower()
    assert record["sha256"] in page
    assert "1 uncertain parameter took no part in the fit and is drawn from the priors" in page
    assert str(folder.parent) not in page


def test_a_run_from_the_prior_says_so(call, folder, tmp_path):
    done = call("run", folder, "--draws", 20, "--prior", "--out", tmp_path / "out", "--json")
    answer = done.json()
    facts = json.loads((Path(answer["folder"]) / "run.json").read_text())
    assert (facts["fitted"], facts["parameters_from"], facts["posterior"]) == (False, "prior", None)
    page = Path(answer["report"]).read_text()
    assert "Not fitted: prior predictive" in page
    assert "draws its parameters from their priors" in page
    assert "Fitted to data" not in page


CHANGES = {
    "the case": ("a_appeal: {value: 0.002,", "a_appeal: {value: 0.0021,"),
    "the data": ("end: 2022-12", "end: 2022-11"),
}


@pytest.mark.parametrize("command", ["run", "simulate"])
@pytest.mark.parametrize("what", CHANGES)
def test_a_stale_posterior_stops_the_work(call, folder, tmp_path, command, what):
    edit(folder, *CHANGES[what])
    if what == "the data":  # the last month goes from the table too
        table = folder / "data" / "events.csv"
        table.write_text("\n".join(table.read_text().splitlines()[:-1]) + "\n")
    words = (command, folder, "--draws", 5, "--out", tmp_path / "out")
    done = call(*words)
    assert done.code == 1
    assert "R0827" in done.err
    assert f"changed: {what} (" in done.err
    assert f"rivalry fit {folder} {OPTIONS} --out {folder / 'posterior.nc'}" in done.err
    assert not (tmp_path / "out").exists()
    assert call(*words, "--prior").code == 0


def test_a_posterior_of_another_engine_is_stale(call, folder, tmp_path, monkeypatch):
    from rivalry.inference import _shipped

    monkeypatch.setattr(_shipped, "RESULTS_VERSION", 1_000)
    done = call("simulate", folder, "--draws", 5, "--out", tmp_path / "out")
    assert done.code == 1
    assert "changed: the engine (results version 1000, fitted with" in done.err


def test_words_for_people_make_nothing_stale(call, folder):
    edit(folder, "title: Two groups", "title: Two groups, edited  # by hand")
    edit(folder, "label: Group A", "label: The first group")
    answer, _ = simulated(call, folder)
    assert answer["parameters_from"] == "posterior"


def test_what_cannot_be_used_is_refused(call, folder, tmp_path):
    out = ("--draws", 5, "--out", tmp_path / "out")
    both = call("simulate", folder, "--prior", "--posterior", folder / "posterior.nc", *out)
    assert (both.code, "R0829" in both.err) == (2, True)
    gone = call("run", folder, "--posterior", tmp_path / "none.nc", *out)
    assert (gone.code, "R0101" in gone.err) == (1, True)
    file = folder / "posterior.nc"
    file.write_bytes(file.read_bytes()[:3000])
    cut = call("run", folder, *out)
    assert (cut.code, "R0826" in cut.err) == (1, True)
    assert not (tmp_path / "out").exists()


def test_a_posterior_of_another_case_names_what_is_unknown(call, folder, tmp_path):
    edit(folder, 'b_aim: {prior: "lognormal(log(0.02), 0.5)",', "b_aim: {value: 0.02,")
    done = call("simulate", folder, "--draws", 5, "--out", tmp_path / "out", "--json")
    assert done.code == 1
    assert [p["code"] for p in done.json()["problems"]] == ["R0827", "R0828"]
