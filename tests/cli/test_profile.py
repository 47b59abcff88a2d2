"""``rivalry profile``: table, JSON, chart and page, and options that make no sense."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

CASE = """
rivalry: 1
title: Linear and Gaussian
time: {start: 2013-01, end: 2014-12, substeps: 1}
levels: {x: {initial: 1, change: "-fade * x", sd: step}}
parameters:
  fade: {prior: "beta(4, 8)", unit: 1/month}
  step: {prior: "lognormal(log(0.5), 0.5)"}
  idle: {prior: "normal(0, 1)"}
  error: 0.7
auxiliaries: {nothing: idle}
observations: {y: {file: y.csv, column: y, as: "normal(mean=x, sd=error)"}}
"""
QUICK = ("--particles", 60, "--passes", 3, "--replicates", 1, "--repeats", 3, "--points", 9)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    x, rows = 1.0, ["month,y"]
    for i in range(24):
        x = 0.7 * x + 0.6 * rng.standard_normal()
        rows.append(f"{2013 + i // 12}-{i % 12 + 1:02d},{x + 0.7 * rng.standard_normal():.4f}")
    (tmp_path / "case.yaml").write_text(CASE)
    (tmp_path / "y.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_the_answer_is_the_same_in_json_and_file_and_says_what_is_flat(call, folder):
    out = folder / "p.json"
    answer = call("profile", folder, "step", "idle", *QUICK, "--out", out, "--json")
    assert answer.code == 0, answer.err
    found = answer.json()
    assert json.loads(out.read_text()) == found
    step, idle = found["profiles"]
    assert [step["parameter"], idle["parameter"]] == ["step", "idle"]
    assert len(step["points"]) == 9
    assert [i["level"] for i in step["intervals"]] == [0.90, 0.95]
    low, high = step["intervals"][1]["low"], step["intervals"][1]["high"]
    assert (low or 0) < step["maximum"] < (high or np.inf)
    error = step["standard_error"]
    assert error["total"] == pytest.approx(np.hypot(error["statistical"], error["monte_carlo"]))
    assert idle["intervals"][1]["bounded"] == "neither"
    assert "neither side" in idle["says"]
    assert step["points"][0]["others"].keys() == {"fade", "idle"}


def test_the_posterior_brings_the_prior_back(call, folder):
    quick = (*QUICK, "--others", "", "--out", folder / "p.svg", "--json", "--passes", 1)
    heights = {
        kind: call("profile", folder, "idle", *quick, "--priors", kind).json()["profiles"][0]
        for kind in ("others", "all", "none")
    }
    alone = [p["height"] for p in heights["others"]["points"]]
    assert alone == [p["height"] for p in heights["none"]["points"]]  # nothing else moves
    for p, height in zip(heights["all"]["points"], alone, strict=True):
        assert p["height"] == pytest.approx(height - 0.5 * p["score"] ** 2)


def test_a_chart_says_in_words_what_it_shows(call, folder):
    out = folder / "p.svg"
    answer = call("profile", folder, "step", "idle", *QUICK, "--out", out)
    assert answer.code == 0, answer.err
    assert str(out) in answer.out
    assert "step" in answer.out
    root = ET.parse(out).getroot()
    assert root.get("role") == "img"
    words = {e.get("id"): e.text for e in root if e.get("id")}
    assert set(root.get("aria-labelledby").split()) == set(words)
    assert "Profile of step from" in words["words"]
    assert "neither side" in words["words"]
    circles = root.findall(".//{http://www.w3.org/2000/svg}circle")
    marks = [p for p in root.iter("{http://www.w3.org/2000/svg}path") if "h8l" in p.get("d")]
    assert len(circles) + len(marks) == 18


def test_the_page_has_alt_text_and_a_table(call, folder):
    out = folder / "p.html"
    assert call("profile", folder, "step", *QUICK, "--out", out, "--quiet").code == 0
    page = out.read_text()
    assert 'alt="Profile of step from' in page
    assert page.count("<tr>") == 10
    assert "http" not in page.replace("http://www.w3.org", "")


def test_values_as_a_span(call, folder):
    answer = call("profile", folder, "step", *QUICK, "--span", "0.3:1.2", "--out",
                  folder / "p.json", "--json")  # fmt: skip
    values = [p["value"] for p in answer.json()["profiles"][0]["points"]]
    assert values[0] == pytest.approx(0.3)
    assert values[-1] == pytest.approx(1.2)
    assert values == sorted(values)


def test_few_points_above_the_cutoff_are_warned_of_with_a_better_span(call, folder):
    answer = call("profile", folder, "step", *QUICK, "--points", 7, "--span", "0.0001%:99.9999%",
                  "--out", folder / "p.json", "--json")  # fmt: skip
    (warning,) = [w for w in answer.json()["warnings"] if w["code"] == "R0846"]
    assert "--span" in warning["remedy"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("stpe",), "R0820", "Did you mean 'step'"),
        (("error",), "R0820", "not a parameter with a prior"),
        (("step", "--others", "fdae"), "R0820", "Did you mean 'fade'"),
        (("step", "--span", "5:1"), "R0845", "no span"),
        (("step", "--span", "0%:100%"), "R0845", "no span"),
        (("step", "--span", "wide"), "R0845", "no span"),
        (("step", "--span=-1:2"), "R0845", "within its prior"),
        (("step", "fade", "--span", "0.1:0.2"), "R0845", "2 parameters"),
        (("step", "--out", "p.png"), "R0845", "ends in neither"),
    ],
)
def test_wrong_options_are_refused(call, folder, monkeypatch, words, code, said):
    monkeypatch.chdir(folder)
    answer = call("profile", folder, *words)
    assert answer.code == 2
    assert code in answer.err
    assert said in answer.err
    assert not (folder / "profile.html").exists()


def test_a_parameter_that_almost_nothing_allows_is_told(call, folder):
    text = CASE.replace("normal(mean=x, sd=error)", "poisson(mean=max(0, idle - 3))")
    (folder / "case.yaml").write_text(text.replace("error: 0.7", "error: {value: 0.7}"))
    (folder / "y.csv").write_text("month,y\n2013-01,3\n")
    answer = call("profile", folder, "idle", *QUICK, "--others", "", "--span", "1%:99%",
                  "--out", folder / "p.json")  # fmt: skip
    assert answer.code == 1, answer.out
    assert "R0844" in answer.err
    assert "only 0 of 9 values" in answer.err
