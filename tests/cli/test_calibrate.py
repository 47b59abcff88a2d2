"""``rivalry calibrate``: tables, files, warnings, and going on after a kill."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

import pytest

CASE = """
rivalry: 1
title: A walk <fast>
time: {start: 2013-01, end: 2013-12, substeps: 1}
levels: {x: {initial: 0, change: drift, sd: step}}
parameters:
  drift: {prior: "normal(0, 0.5)", unit: 1/month}
  step: 0.5
  error: 0.7
observations: {y: {file: y.csv, column: y, as: "normal(mean=x, sd=error)"}}
"""
QUICK = ("--iterations", 60, "--warmup", 30, "--particles", 20, "--ranked", 9)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "case.yaml").write_text(CASE)
    rows = [f"2013-{i + 1:02d},{0.1 * i:.1f}" for i in range(12) if i != 4]
    (tmp_path / "y.csv").write_text("\n".join(["month,y", *rows]) + "\n")
    return tmp_path


def test_a_calibration_leaves_tables_a_file_and_a_chart(call, folder):
    out = folder / "out" / "calibration.json"
    answer = call("calibrate", folder, "--datasets", 6, *QUICK, "--out", out)
    assert answer.code == 0, answer.err
    assert "6 of 6 data sets fitted" in answer.out
    assert "log_likelihood" in answer.out
    assert "with probability 5% at most" in answer.out
    assert answer.out.splitlines()[-2:] == [str(out), str(out.with_suffix(".svg"))]
    found = json.loads(out.read_text())
    assert found["priors"] == {"drift": "normal(0, 0.5)"}
    drift = found["quantities"]["drift"]
    assert [c["nominal"] for c in drift["coverage"]] == [0.5, 0.8, 0.9]
    assert sum(drift["histogram"]) == 6
    assert len(drift["below"]) == 9
    assert len(found["data sets"]) == 6
    assert all(0 <= r["ranks"]["drift"] <= 9 for r in found["data sets"])


def test_the_chart_says_in_words_what_it_shows(call, folder):
    out = folder / "c.json"
    call("calibrate", folder, "--datasets", 3, *QUICK, "--out", out)
    root = ElementTree.parse(out.with_suffix(".svg")).getroot()
    assert root.get("role") == "img"
    labels = root.get("aria-labelledby").split()
    texts = {e.get("id"): e.text for e in (root.find(f"{SVG}title"), root.find(f"{SVG}desc"))}
    assert "A walk <fast>" in texts[labels[0]]
    assert re.search(
        r"drift (stays inside|leaves) its band, largest difference [+-]0\.", texts[labels[1]]
    )
    assert len(root.findall(f"{SVG}g")) == 2  # drift, log_likelihood


def test_json_is_for_programs(call, folder):
    answer = call(
        "calibrate", folder, "--datasets", 2, *QUICK, "--out", folder / "c.json", "--json"
    )
    found = answer.json()
    assert found["ok"]
    assert found["chart"] == str(folder / "c.svg")
    assert found["false_alarm"] == 0.05
    assert "data sets" not in found


def test_priors_can_stand_beside_the_case(call, folder):
    priors = folder / "priors.yaml"
    priors.write_text("step: lognormal(log(0.5), 0.3)\n")
    answer = call("calibrate", folder, "--with-priors", priors, "--datasets", 2, *QUICK, "--out",
                  folder / "c.json", "--json")  # fmt: skip
    assert set(answer.json()["quantities"]) == {"drift", "step", "log_likelihood"}


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("stp: normal(0, 1)\n", "R0840", "Did you mean 'step'"),
        ("step: norml(0, 1)\n", "R0309", "not a prior"),
        ("- step\n", "R0840", "does not map"),
        ("step: [\n", "R01", ""),
    ],
)
def test_a_bad_file_of_priors_is_refused(call, folder, text, code, says):
    priors = folder / "priors.yaml"
    priors.write_text(text)
    answer = call("calibrate", folder, "--with-priors", priors, "--datasets", 2, *QUICK)
    assert answer.code != 0
    assert code in answer.err
    assert says in answer.err
    assert "priors.yaml" in answer.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--ranked", 200), "R0840"),
        (("--parameters", "drfit"), "R0820"),
        (("--datasets", 0), "R09"),
        (("--resume",), "R0824"),
    ],
)
def test_bad_options_are_refused(call, folder, words, code):
    answer = call("calibrate", folder, "--iterations", 60, *words, "--out", folder / "none.json")
    assert answer.code == 2
    assert code in answer.err
    assert not (folder / "none.json").exists()


def test_a_case_without_data_is_refused(call, folder):
    text = CASE.replace("file: y.csv, column: y, ", "")
    (folder / "case.yaml").write_text(text)
    answer = call("calibrate", folder, "--datasets", 2, *QUICK)
    assert answer.code == 1
    assert "R0813" in answer.err


def broken(folder, start):
    """Levels that run away where the drift is above a start."""
    change = f'change: "(exp((drift * tick - {start}) * 2000) - 1) / tick"'
    text = CASE.replace("change: drift", change).replace(
        "  error: 0.7", "  error: 0.7\n  tick: {value: 1, unit: month}"
    )
    (folder / "case.yaml").write_text(text)


def test_data_sets_without_a_fit_are_named(call, folder):
    broken(folder, "0")
    answer = call(
        "calibrate", folder, "--datasets", 8, *QUICK, "--out", folder / "c.json", "--json"
    )
    assert answer.code == 0, answer.err
    found = answer.json()
    assert found["fitted"] + len(found["failed"]) == 8
    assert "R0803" in {f["code"] for f in found["failed"]} <= {"R0803", "R0821"}
    warning = next(w for w in found["warnings"] if w["code"] == "R0839")
    assert f"{len(found['failed'])} of 8 data sets" in warning["message"]


def test_a_case_that_no_data_set_can_be_fitted_to_is_an_error(call, folder):
    broken(folder, "-90")
    answer = call("calibrate", folder, "--datasets", 3, *QUICK, "--out", folder / "c.json")
    assert answer.code == 1
    assert "R0839" in answer.err
    assert not (folder / "c.json").exists()


def test_a_killed_calibration_resumes_to_the_answer_of_one_never_killed(call, folder):
    words = ["calibrate", str(folder), "--datasets", "25", "--iterations", "200", "--warmup",
             "100", "--particles", "40", "--ranked", "9"]  # fmt: skip
    assert call(*words, "--out", folder / "whole.json").code == 0
    command = [sys.executable, "-m", "rivalry.cli", *words, "--out", str(folder / "cut.json")]
    checkpoint = folder / "cut.json.checkpoint"
    for kill in range(2):
        process = subprocess.Popen(
            [*command, *(["--resume"] if kill else [])],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        before = checkpoint.stat().st_mtime_ns if kill else 0
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            if checkpoint.exists() and checkpoint.stat().st_mtime_ns > before:
                break
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL  # else it had ended, and nothing was tested
    assert call(*words, "--resume", "--out", folder / "cut.json").code == 0
    one, two = (json.loads((folder / f"{n}.json").read_text()) for n in ("whole", "cut"))
    assert one["data sets"] == two["data sets"]
    assert one["quantities"] == two["quantities"]
