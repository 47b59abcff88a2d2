"""``rivalry fit``: a posterior file, its table, and resuming."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import arviz as az
import numpy as np
import pytest

CASE = """
rivalry: 1
title: Linear and Gaussian
time: {start: 2013-01, end: 2015-12, substeps: 1}
levels: {x: {initial: 1, change: "-fade * x", sd: step}}
parameters:
  fade: {prior: "beta(4, 8)", unit: 1/month}
  step: {prior: "lognormal(log(0.5), 0.5)"}
  idle: {prior: "normal(0, 1)"}
  error: 0.7
auxiliaries: {nothing: idle}
observations: {y: {file: y.csv, column: y, as: "normal(mean=x, sd=error)"}}
"""


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    x, rows = 1.0, ["month,y"]
    for i in range(36):
        x = 0.7 * x + 0.6 * rng.standard_normal()
        rows.append(f"{2013 + i // 12}-{i % 12 + 1:02d},{x + 0.7 * rng.standard_normal():.4f}")
    (tmp_path / "case.yaml").write_text(CASE)
    (tmp_path / "y.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_a_fit_says_what_the_data_moved(call, folder):
    out = folder / "posterior.nc"
    answer = call(
        "fit", folder, "--chains", 2, "--iterations", 800, "--warmup", 400, "--particles", 100,
        "--out", out, "--json",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    found = {p["name"]: p for p in answer.json()["parameters"]}
    assert found["step"]["moved"]
    assert not found["idle"]["moved"]
    assert abs(found["idle"]["contraction"]) < 0.3
    data = az.from_netcdf(out)
    assert data.posterior["step"].shape == (2, 800)
    assert set(data.groups()) >= {"posterior", "prior", "sample_stats"}
    assert data.posterior.attrs["case"] == folder.name
    assert data.posterior["fade"].min() > 0


def test_chains_that_have_not_settled_are_warned_of(call, folder):
    answer = call(
        "fit", folder, "--chains", 2, "--iterations", 6, "--particles", 20, "--out",
        folder / "p.nc",
    )  # fmt: skip
    assert answer.code == 0
    assert "R0825" in answer.err
    assert "parameters with R-hat above 1.01" in answer.err


def test_unknown_parameters_are_refused(call, folder):
    answer = call("fit", folder, "--parameters", "fade,stpe")
    assert answer.code == 2
    assert "Did you mean 'step'" in answer.err


def test_a_killed_fit_resumes_to_the_answer_of_one_never_killed(call, folder):
    words = ["fit", str(folder), "--chains", "2", "--iterations", "1500", "--warmup", "500",
             "--particles", "60"]  # fmt: skip
    call(*words, "--out", folder / "whole.nc")
    command = [sys.executable, "-m", "rivalry.cli", *words, "--out", str(folder / "cut.nc")]
    checkpoint = folder / "cut.nc.checkpoint"
    for kill in range(2):
        process = subprocess.Popen(
            [*command, *(["--resume"] if kill else [])],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        before = checkpoint.stat().st_mtime_ns if kill else 0
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if checkpoint.exists() and checkpoint.stat().st_mtime_ns > before:
                break
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL  # else it had ended, and nothing was tested
    answer = call(*words, "--resume", "--out", folder / "cut.nc")
    assert answer.code == 0, answer.err
    one, two = (az.from_netcdf(folder / f"{n}.nc").posterior for n in ("whole", "cut"))
    for name in ("fade", "step"):
        np.testing.assert_array_equal(one[name].values, two[name].values)


def test_a_cut_checkpoint_is_refused(call, folder):
    words = ("fit", folder, "--chains", 1, "--iterations", 6, "--particles", 20,
             "--out", folder / "p.nc")  # fmt: skip
    assert call(*words).code == 0
    checkpoint = folder / "p.nc.checkpoint"
    checkpoint.write_bytes(checkpoint.read_bytes()[:200])
    answer = call(*words, "--resume")
    assert answer.code == 1
    assert "R0822" in answer.err


def test_a_climb_gives_a_point_to_start_from(call, folder):
    point = folder / "point.json"
    climbed = call("fit", folder, "--method", "if2", "--passes", 15, "--particles", 100,
                   "--chains", 2, "--out", point, "--json")  # fmt: skip
    assert climbed.code == 0, climbed.err
    found = climbed.json()
    assert len(found["climbs"]) == 2
    words = ("filter", folder, "--particles", 400, "--repeats", 4, "--json")
    there = call(*words, "--at", point).json()["log_likelihood"]
    assert there == pytest.approx(found["log_likelihood"], abs=1.5)
    assert there > call(*words).json()["log_likelihood"] - 1.0
    fitted = call("fit", folder, "--start", point, "--chains", 1, "--iterations", 20,
                  "--particles", 50, "--out", folder / "p.nc", "--json")  # fmt: skip
    assert fitted.code == 0, fitted.err
