"""``rivalry compare``: a table, JSON, the months' terms, and options that make no sense."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from rivalry.cli import main

CASE = """
rivalry: 1
title: A drift that may be none
time: {start: 2013-01, end: 2014-12, substeps: 1}
levels: {x: {initial: 0, change: 0}}
parameters: {drift: {prior: "normal(0, 1)"}, idle: {prior: "normal(0, 1)"}, error: 0.8}
auxiliaries: {nothing: idle}
observations: {y: {file: y.csv, column: y, as: "normal(mean=x + drift, sd=error)"}}
variants:
  none: {label: No drift, set: {drift: 0}}
  up: {bounds: {drift: [0, null]}}
"""


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "drift"
    home.mkdir()
    (home / "case.yaml").write_text(CASE)
    values = 1.5 + 0.8 * np.random.default_rng(4).standard_normal(24)
    lines = [f"{2013 + t // 12}-{t % 12 + 1:02d},{y:.6f}" for t, y in enumerate(values)]
    (home / "y.csv").write_text("\n".join(["month,y", *lines]) + "\n")
    return home


def run(*words):
    return main([str(w) for w in words])


def test_the_data_decide_between_structures(folder, capsys, tmp_path):
    out = tmp_path / "months.csv"
    words = ("compare", folder, "--particles", "1000", "--seeds", "2", "--json", "--out", out)
    assert run(*words) == 0
    found = json.loads(capsys.readouterr().out)
    rows = {r["variant"]: r for r in found["structures"]}
    assert list(rows) == ["base", "none", "up"]
    assert rows["none"]["log_factor"] < -5
    assert "very strongly prefer the case itself" in rows["none"]["says"]
    assert rows["up"]["log_factor"] == pytest.approx(np.log(2), abs=0.3)
    with out.open() as stream:
        table = list(csv.DictReader(stream))
    assert len(table) == 24
    total = sum(float(r["base"]) for r in table)
    assert total == pytest.approx(rows["base"]["log_evidence"], abs=0.3)


def test_the_table_names_every_structure(folder, capsys):
    assert run("compare", folder, "--particles", "300", "--seeds", "2") == 0
    said = capsys.readouterr()
    for word in ("The case itself", "No drift", "up", "log evidence"):
        assert word in said.out
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--variants", "upp"), "R1160"), (("--particles", "1"), "R0904")],
)
def test_wrong_options_are_coded(folder, capsys, words, code):
    assert run("compare", folder, *words) == 2
    said = capsys.readouterr()
    assert code in said.err or code in said.out


def test_a_case_without_variants_is_told(capsys):
    assert run("compare", "two_groups") == 2
    assert "R1160" in capsys.readouterr().err
