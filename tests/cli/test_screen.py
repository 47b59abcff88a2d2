"""``rivalry screen``: table, JSON, a line to paste, a kill, and options that make no sense."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rivalry

CASE = """
rivalry: 1
title: Linear and Gaussian
time: {start: 2013-01, end: 2016-12, substeps: 1}
levels: {x: {initial: 1, change: "-fade * x", sd: step}}
parameters:
  fade: {prior: "beta(4, 8)", unit: 1/month}
  step: {prior: "lognormal(log(0.5), 0.5)"}
  idle: {prior: "normal(0, 1)"}
  error: 0.7
auxiliaries: {nothing: idle}
observations: {y: {file: y.csv, column: y, as: "normal(mean=x, sd=error)"}}
"""
#: Runs the command with a checkpoint after each stretch and dies of SIGKILL at the given one.
DRIVER = """
import os, signal, sys
import rivalry.inference._screen as screen
from rivalry.cli import main
screen.CHECKPOINT_SECONDS = 0.0
work, count = screen.likelihood_tasks, [0]
def counted(*args):
    count[0] += 1
    if count[0] == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return work(*args)
screen.likelihood_tasks = counted
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    x, rows = 1.0, ["month,y"]
    for i in range(48):
        x = 0.7 * x + 0.8 * rng.standard_normal()
        rows.append(f"{2013 + i // 12}-{i % 12 + 1:02d},{x + 0.7 * rng.standard_normal():.4f}")
    (tmp_path / "case.yaml").write_text(CASE)
    (tmp_path / "y.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_table_json_and_file_agree_and_the_line_can_be_pasted(call, folder):
    out = folder / "s.csv"
    words = ("screen", folder, "--particles", 100, "--out", out)
    answer = call(*words, "--json")
    assert answer.code == 0, answer.err
    data = answer.json()
    rows = list(csv.DictReader(out.open()))
    assert [r["parameter"] for r in rows] == [p["parameter"] for p in data["parameters"]]
    for row, p in zip(rows, data["parameters"], strict=True):
        assert row["moves"] == ("yes" if p["moves"] else "no")
        for name in ("slope", "slope_error", "curvature", "curvature_error", "shift"):
            assert float(row[name]) == pytest.approx(p[name], rel=1e-4)
    assert data["points"] == 60  # 15 for each, and no fewer than 60
    assert "step" in data["chosen"]
    assert "idle" not in data["chosen"]
    assert data["false_alarms_expected"] == pytest.approx(3 * data["false_alarm"])
    assert any("together" in note for note in data["notes"])
    assert data["fit"] == f"rivalry fit {folder} --parameters {','.join(data['chosen'])}"
    before = out.read_bytes()
    text = call(*words)
    assert out.read_bytes() == before
    assert data["fit"] in text.out.splitlines()
    assert "would be chosen by chance" in text.out
    assert "no posterior" in text.err
    assert not call(*words, "--quiet").err


def test_names_with_brackets_survive_the_shell(folder):
    from rivalry.cli.screen import fit_line

    line = fit_line("my case", ("initial.fighters[taliban]", "b"))
    heard = subprocess.run(
        ["bash", "-c", line.replace("rivalry fit", "printf '%s\\n'", 1)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert heard.stdout.splitlines() == ["my case", "--parameters", "initial.fighters[taliban],b"]
    assert fit_line("case", ()) == ""


def test_a_dead_parameter_alone_gives_no_line_and_a_warning(call, folder):
    answer = call("screen", folder, "--parameters", "idle", "--particles", 50,
                  "--out", folder / "s.csv", "--json")  # fmt: skip
    data = answer.json()
    assert data["chosen"] == []
    assert data["fit"] is None
    assert [w["code"] for w in data["warnings"]] == ["R0837"]


def test_a_killed_screen_goes_on_to_the_same_table(call, folder):
    words = ["screen", str(folder), "--particles", "30", "--threads", "2", "--quiet"]
    assert call(*words, "--out", folder / "whole.csv").code == 0
    cut = folder / "cut.csv"

    def run(die: int, *more: str) -> int:
        return subprocess.run(
            [sys.executable, "-c", DRIVER, str(die), *words, "--out", str(cut), *more],
            env={**os.environ, "PYTHONPATH": str(Path(rivalry.__file__).parents[1])},
            capture_output=True, timeout=300, check=False,
        ).returncode  # fmt: skip

    assert run(5) == -signal.SIGKILL
    assert not cut.exists()
    assert run(3, "--resume") == -signal.SIGKILL
    assert run(0, "--resume") == 0
    assert cut.read_bytes() == (folder / "whole.csv").read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--out", "s.json"), "R0849", ".csv"),
        (("--spread", "nan"), "R0904", "number"),
        (("--spread", "0"), "R0904", "--spread"),
        (("--points", "10"), "R0836", "too few"),
        (("--points", "0"), "R0904", "--points"),
        (("--parameters", "stpe"), "R0820", "Did you mean 'step'"),
        (("--parameters", "error"), "R0820", "not a parameter with a prior"),
        (("--resume",), "R0824", "no checkpoint"),
    ],
)
def test_wrong_options_are_refused(call, folder, monkeypatch, words, code, said):
    monkeypatch.chdir(folder)
    answer = call("screen", folder, *words)
    assert answer.code == 2
    assert code in answer.err
    assert said in answer.err
    assert sorted(p.name for p in folder.iterdir()) == ["case.yaml", "y.csv"]
