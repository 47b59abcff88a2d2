"""Bad input through the command line: code, file, line, what to change, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import rivalry

CASE = """rivalry: 1
title: Leaving
time: {start: 2013-01, end: 2013-12, substeps: 1}
stocks: {s: {initial: 1000}}
flows: {out: {from: s, hazard: leave}}
parameters:
  leave: {prior: "lognormal(log(0.02), 0.5)", unit: 1/month}
  k: {prior: "lognormal(log(5), 0.5)", bounds: [0.1, 100]}
accumulators: {left: {count: out, unit: people}}
inputs: {weather: {file: weather.csv, column: w}}
auxiliaries: {wet: weather}
observations:
  y: {file: y.csv, column: y, unit: people, as: "negative_binomial(mean=left + 0.01, size=k)"}
"""
LAW = "negative_binomial(mean=left + 0.01, size=k)"
PRIOR = "lognormal(log(5), 0.5)"
LINE_OF_K, LINE_OF_Y = 8, 13


@pytest.fixture
def folder(tmp_path):
    """A small sound case, to be spoilt."""

    def make(case=CASE, rows=None, head="month,y", weather=None):
        values = [20 - i for i in range(12)]
        lines = [f"2013-{i + 1:02d},{v}" for i, v in enumerate(values)]
        for i, cell in (rows or {}).items():
            lines[i] = f"2013-{i + 1:02d},{cell}"
        (tmp_path / "case.yaml").write_text(case)
        (tmp_path / "y.csv").write_text("\n".join([head, *lines]) + "\n")
        wet = [f"2013-{i + 1:02d},{1 if weather is None else weather}" for i in range(12)]
        (tmp_path / "weather.csv").write_text("\n".join(["month,w", *wet]) + "\n")
        return tmp_path

    return make


def check_problem(answer, code, *, exit_code=1, file=None, line=None, severity="error"):
    assert answer.code == exit_code, answer.err + answer.out
    said = answer.json()
    found = [
        p for p in said.get("problems", []) + said.get("warnings", [])
        if p["code"] == code and p["severity"] == severity
    ]  # fmt: skip
    assert found, said
    problem = found[0]
    assert problem["message"]
    assert problem["remedy"]
    if file is not None:
        assert problem["file"].endswith(file)
    if line is not None:
        assert problem["line"] == line
    return problem


def test_the_small_case_is_sound(call, folder):
    assert call("check", folder()).code == 0


# ---- data outside the support of their distribution


@pytest.mark.parametrize(
    ("law", "cell", "code", "said"),
    [
        (LAW, "-3", "R0621", "-3 is not a count"),
        (LAW, "2.5", "R0621", "2.5 is not a count"),
        ("poisson(mean=left + 1)", "-1", "R0621", "-1 is not a count"),
        ("binomial(n=30, p=0.5)", "44", "R0626", "44 is above n"),
        ("binomial(n=30, p=0.5)", "0.5", "R0621", "0.5 is not a count"),
        ("lognormal(median=left + 1, sd=0.3)", "0", "R0621", "0 is not above 0"),
        ("lognormal(median=left + 1, sd=0.3)", "-2", "R0621", "-2 is not above 0"),
        (LAW, "NaN", "R0603", "NaN"),
        (LAW, "inf", "R0603", "inf"),
    ],
)
def test_a_datum_outside_the_support_is_found_by_check(call, folder, law, cell, code, said):
    place = folder(CASE.replace(LAW, law), {3: cell})
    problem = check_problem(call("check", place, "--json"), code, file="y.csv", line=5)
    assert said in problem["message"]


def test_a_count_above_a_prior_limit_of_n_is_found(call, folder):
    text = CASE.replace(LAW, "binomial(n=most, p=0.5)").replace(
        "  k: {", '  most: {prior: "uniform(20, 30)", unit: people}\n  k: {'
    )
    place = folder(text, {0: "31"})
    check_problem(call("check", place, "--json"), "R0626", file="y.csv", line=2)
    assert call("check", folder(text, {0: "30"})).code == 0


def test_a_range_the_wrong_way_round_is_found(call, folder):
    text = CASE.replace("column: y,", "low: low, high: high,").replace(LAW, "between(s, sd=0.2)")
    place = folder(text, {i: f"{i + 1},{i + 2}" for i in range(12)} | {4: "9,5"}, "month,low,high")
    check_problem(call("check", place, "--json"), "R0611", file="y.csv", line=6)


@pytest.mark.parametrize("cell", ["NaN", "inf", ""])
def test_inputs_without_a_number_are_found(call, folder, cell):
    code = "R0603" if cell else "R0606"
    check_problem(call("check", folder(weather=cell), "--json"), code, file="weather.csv", line=2)


# ---- series without data


def test_a_series_of_blanks_is_warned_of_and_not_fitted(call, folder):
    place = folder(rows=dict.fromkeys(range(12), ""))
    check_problem(
        call("check", place, "--json"), "R0627", exit_code=0, severity="warning",
        file="case.yaml", line=LINE_OF_Y,
    )  # fmt: skip
    for words in (("filter",), ("fit", "--out", place / "p.nc"), ("profile", "k")):
        answer = call(words[0], place, *words[1:], "--json")
        check_problem(answer, "R0813", file="case.yaml")


def test_a_series_outside_the_time_of_the_model_is_warned_of_and_not_fitted(call, folder):
    place = folder(CASE.replace("start: 2013-01, end: 2013-12", "start: 2003-01, end: 2003-12")
                   .replace("inputs: {weather: {file: weather.csv, column: w}}\n", "")
                   .replace("auxiliaries: {wet: weather}\n", ""))  # fmt: skip
    check_problem(
        call("check", place, "--json"), "R0622", exit_code=0, severity="warning", file="y.csv",
        line=2,
    )  # fmt: skip
    check_problem(call("fit", place, "--out", place / "p.nc", "--json"), "R0813")


# ---- impossible priors


@pytest.mark.parametrize(
    ("prior", "code"),
    [
        ("normal(0, 0)", "R0309"), ("normal(1, -1)", "R0309"), ("normal(0, 1/0)", "R0309"),
        ("lognormal(log(0), 0.5)", "R0309"), ("lognormal(log(-2), 0.5)", "R0309"),
        ("lognormal(800, 1)", "R0309"), ("lognormal(-800, 1)", "R0309"),
        ("beta(0, 2)", "R0309"), ("beta(2, -1)", "R0309"), ("uniform(3, 1)", "R0309"),
        ("uniform(1, 1)", "R0309"), ("gamma(0, 1)", "R0309"), ("half_normal(0)", "R0309"),
        ("exponential(-1)", "R0309"), ("normal(-5, 0.001)", "R0516"),
        ("uniform(200, 300)", "R0516"),
    ],
)  # fmt: skip
def test_an_impossible_prior_is_found_by_check(call, folder, prior, code):
    place = folder(CASE.replace(PRIOR, prior))
    answer = call("check", place, "--json")
    check_problem(answer, code, file="case.yaml", line=LINE_OF_K)
    assert answer.err == ""  # not even a warning of a library


def test_bounds_that_leave_nothing_are_found(call, folder):
    for bounds, code in (("[100, 0.1]", "R0516"), ("[1e9, 1e10]", "R0516"), ("[.nan, 9]", "R0208")):
        place = folder(CASE.replace("[0.1, 100]", bounds))
        check_problem(call("check", place, "--json"), code, file="case.yaml", line=LINE_OF_K)


def test_a_probability_that_is_never_one_is_found(call, folder):
    text = CASE.replace(LAW, "binomial(n=2000, p=k)")
    place = folder(text.replace(PRIOR, "uniform(2, 3)"))
    check_problem(call("check", place, "--json"), "R0507", file="case.yaml", line=LINE_OF_Y)
    place = folder(text.replace(PRIOR, "uniform(0.5, 1.5)"))
    check_problem(
        call("check", place, "--json"), "R0623", exit_code=0, severity="warning",
        file="case.yaml", line=LINE_OF_Y,
    )  # fmt: skip


def test_a_hazard_that_is_never_possible_stops_filter_and_fit(call, folder):
    place = folder(CASE.replace("lognormal(log(0.02), 0.5)", "normal(-5, 0.1)"))
    for words in (("filter",), ("fit", "--out", place / "p.nc"), ("profile", "k")):
        problem = check_problem(call(words[0], place, *words[1:], "--json"), "R0801")
        assert "leave" in problem["message"]


# ---- no likelihood anywhere


@pytest.fixture
def impossible(folder):
    """A mean of zero never gives a positive count; the second series is possible."""
    text = CASE.replace("left + 0.01", "0 * left")
    return folder(
        text + '  z: {file: y.csv, column: y, unit: people, as: "poisson(mean=left + 1)"}\n',
        {0: "0", 1: "0"},
    )


def test_the_filter_names_the_month_and_the_series(call, impossible):
    answer = call("filter", impossible, "--particles", 50, "--repeats", 2, "--json")
    problem = check_problem(answer, "R0811", exit_code=0, severity="warning")
    assert "2013-03" in problem["message"]
    assert "y = 18" in problem["message"]
    assert "z" not in problem["message"].replace("zero", "")
    assert "negative_binomial(0 * left, k)" in problem["remedy"]
    assert answer.json()["log_likelihood"] is None


@pytest.mark.parametrize(
    "words", [("fit", "--method", "if2", "--out", "p.json"), ("profile", "k", "--out", "p.svg")]
)
def test_a_climb_names_the_month_and_the_series(call, impossible, words):
    words = [str(impossible / w) if w.startswith("p.") else w for w in words]
    answer = call(words[0], impossible, *words[1:], "--particles", 50, "--passes", 2, "--json")
    problem = check_problem(answer, "R0821")
    assert "2013-03" in problem["message"]
    assert "y = 18" in problem["message"]
    assert "Mend the datum" in problem["remedy"]
    assert not (impossible / "p.svg").exists()


def test_a_fit_without_any_likelihood_says_so(call, impossible):
    answer = call("fit", impossible, "--chains", 1, "--particles", 50, "--iterations", 4,
                  "--out", impossible / "p.nc", "--json")  # fmt: skip
    check_problem(answer, "R0821")
    assert not (impossible / "p.nc").exists()


def test_data_possible_one_by_one_but_not_together_are_told_as_such(call, folder):
    """Two counts of the same people without error cannot both be right."""
    text = CASE.replace(LAW, "binomial(n=left, p=1)")
    text += '  z: {file: y.csv, column: z, unit: people, as: "binomial(n=left, p=1)"}\n'
    rows = {i: "," for i in range(12)} | {0: "20,21"}
    place = folder(text, rows, "month,y,z")
    answer = call("filter", place, "--particles", 2000, "--repeats", 2, "--json")
    problem = check_problem(answer, "R0811", exit_code=0, severity="warning")
    assert "together" in problem["message"]
    assert "y = 20" in problem["message"]
    assert "z = 21" in problem["message"]


# ---- files and options


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('{"kk": 2}', "R0814", "Did you mean 'k'"),
        ('{"k": NaN}', "R0814", "not a finite number"),
        ('{"k": "much"}', "R0814", "not a finite number"),
        ('{"k": 1e9}', "R0848", "outside 0.1 to 100"),
        ('{"leave": -1}', "R0848", "outside 0 to inf"),
        ("[1, 2]", "R0814", "not a mapping"),
        ('{"k": ', "R0814", "not JSON"),
    ],
)
@pytest.mark.parametrize("words", [("filter", "--at"), ("fit", "--chains", "1", "--start")])
def test_a_point_that_cannot_be_is_refused(call, folder, text, code, said, words):
    place = folder()
    (place / "start.json").write_text(text)
    more = ("--out", place / "p.nc") if words[0] == "fit" else ()
    answer = call(words[0], place, *words[1:], place / "start.json", *more, "--json")
    problem = check_problem(answer, code, exit_code=2, file="start.json")
    assert said in problem["message"] + problem["remedy"]


@pytest.mark.parametrize(
    "words",
    [
        ("filter", "--particles", 1), ("fit", "--particles", 1), ("fit", "--chains", 0),
        ("fit", "--iterations", 0), ("profile", "k", "--particles", 1),
        ("profile", "k", "--points", 3), ("profile", "k", "--replicates", 0),
        ("profile", "k", "--passes", "many"), ("profile",),
    ],
)  # fmt: skip
def test_numbers_out_of_range_are_wrong_usage(call, folder, words):
    answer = call(words[0], folder(), *words[1:], "--json")
    assert answer.code == 2, answer.out
    (problem,) = answer.json()["problems"]
    assert problem["code"].startswith("R09")


@pytest.mark.parametrize(
    "command", [("fit", "--method", "if2"), ("fit", "--iterations", "4"), ("profile", "k")]
)
def test_an_out_that_cannot_be_written_is_coded(call, folder, command):
    place = folder()
    quick = ("--particles", 20, *(("--chains", 1) if command[0] == "fit" else ("--points", 7)))
    name = "p.json" if command[0] == "profile" or "if2" in command else "p.nc"
    for out in (place / "case.yaml" / name, "/proc/nowhere/" + name):
        answer = call(command[0], place, *command[1:], *quick, "--out", out, "--json")
        assert answer.code in (1, 2), answer.out
        assert answer.json()["problems"][0]["code"] == "R0105"


@pytest.mark.parametrize("command", ["fit", "if2", "profile"])
def test_a_full_disk_is_coded_and_leaves_nothing_half_written(folder, command):
    """Files may grow to 1 kB only, which the system answers as it does a full disk."""
    place = folder()
    words = {
        "fit": ["fit", "--chains", "1", "--iterations", "600", "--out", "p.nc"],
        "if2": ["fit", "--method", "if2", "--chains", "1", "--passes", "1", "--out", "p.json"],
        "profile": ["profile", "k", "--points", "7", "--passes", "1", "--out", "p.html"],
    }[command]
    limit = 1 if command == "if2" else 1024
    driver = (
        "import resource, sys\n"
        "from rivalry.cli import main\n"
        # what is compiled is written before; the limit is for results
        "main(['filter', sys.argv[2], '--particles', '20', '--repeats', '1', '--quiet'])\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "sys.exit(main([sys.argv[1], sys.argv[2], *sys.argv[3:]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", driver, words[0], str(place), *words[1:], "--particles", "20"],
        cwd=place, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(rivalry.__file__).parents[1])},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "R0105" in done.stderr
    assert "Traceback" not in done.stderr
    left = {p.name for p in place.iterdir()} - {"case.yaml", "y.csv", "weather.csv"}
    assert not [n for n in left if n.endswith((".part", ".html", ".json", ".nc"))], left


# ---- checkpoints


@pytest.fixture
def checkpoint(call, folder):
    place = folder()
    words = ("fit", place, "--chains", 2, "--iterations", 6, "--particles", 20,
             "--out", place / "p.nc", "--json")  # fmt: skip
    assert call(*words).code == 0
    (place / "p.nc").unlink()
    return words, place / "p.nc.checkpoint"


def draws(file):
    with xr.open_dataset(file, group="posterior") as found:
        return {name: found[name].values.copy() for name in ("leave", "k")}


def test_a_cut_checkpoint_is_never_a_traceback(call, checkpoint):
    words, file = checkpoint
    raw = file.read_bytes()
    rng = np.random.default_rng(1)
    for cut in [0, 1, len(raw) - 1, *rng.integers(2, len(raw) - 1, 40)]:
        file.write_bytes(raw[:cut])
        check_problem(call(*words, "--resume"), "R0822", file=file.name)


def test_a_checkpoint_with_wrong_bytes_is_refused_or_gives_the_same_answer(call, checkpoint):
    """Bits of a name or a date in the container may change nothing; no other change may pass."""
    words, file = checkpoint
    raw = file.read_bytes()
    assert call(*words, "--resume").code == 0
    right = draws(file.parent / "p.nc")
    rng = np.random.default_rng(2)
    refused = 0
    for _ in range(120):
        spoilt = bytearray(raw)
        for at in rng.integers(0, len(raw), 2):
            spoilt[at] ^= 1 << int(rng.integers(8))
        file.write_bytes(bytes(spoilt))
        answer = call(*words, "--resume")
        if answer.code == 0:
            for name, values in draws(file.parent / "p.nc").items():
                np.testing.assert_array_equal(values, right[name])
            continue
        assert answer.code in (1, 2)
        assert answer.json()["problems"][0]["code"] in ("R0822", "R0823"), answer.out
        refused += 1
    assert refused > 60


def test_every_fault_of_the_container_is_coded(call, checkpoint):
    """Marks in the container that claim encryption, another method or a later version."""
    words, file = checkpoint
    raw = file.read_bytes()
    head = raw.index(b"PK\x01\x02")
    for offset, value in ((8, 1), (10, 99), (6, 200), (8, 32), (8, 64)):
        spoilt = bytearray(raw)
        spoilt[head + offset] = value
        file.write_bytes(bytes(spoilt))
        answer = call(*words, "--resume")
        if answer.code:
            assert answer.json()["problems"][0]["code"] == "R0822", answer.out


@pytest.mark.parametrize("change", [("--seed", 9), ("--particles", 21), ("--warmup", 3)])
def test_a_checkpoint_of_another_fit_is_refused(call, checkpoint, change):
    words, _ = checkpoint
    check_problem(call(*words, *change, "--resume"), "R0823")


def test_a_checkpoint_of_other_data_is_refused(call, checkpoint, folder):
    words, file = checkpoint
    folder(rows={0: "7"})
    check_problem(call(*words, "--resume"), "R0823", file=file.name)


def test_a_checkpoint_that_is_not_there_is_refused(call, checkpoint):
    words, file = checkpoint
    file.unlink()
    check_problem(call(*words, "--resume"), "R0824", exit_code=2)
