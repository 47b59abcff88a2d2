"""``rivalry forecast CASE`` and ``rivalry evaluate CASE``: files, words, and wrong options."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rivalry.cli import main

CASE = """
rivalry: 1
title: One front
time: {start: 2013-01, end: 2017-12, substeps: 1}
actors: {red: {status: rebel}, blue: {status: rebel}}
dyads: {front: {sides: [red, blue], count: {deaths: killed}}}
stocks: {red_fighters: {initial: 4000}}
noise: {tempo: {kind: ar1, sd: spread, half_life: 6 months}}
flows:
  joining: {to: red_fighters, rate: new}
  killed: {from: red_fighters, hazard: "kill * tempo"}
parameters:
  kill: {prior: "lognormal(log(0.005), 0.5)", unit: 1/month}
  spread: {prior: "lognormal(log(0.4), 0.3)"}
  new: {value: 20, unit: people/month}
accumulators: {all_deaths: {violence: deaths}}
observations:
  deaths:
    file: deaths.csv
    column: deaths
    unit: people
    label: Killed at the front
    as: "poisson(mean=all_deaths + 0.1)"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("cases") / "front"
    home.mkdir()
    (home / "case.yaml").write_text(CASE)
    values = np.random.default_rng(3).negative_binomial(5, 0.2, 54)
    rows = [f"{2013 + t // 12}-{t % 12 + 1:02d},{y}" for t, y in enumerate(values)]
    (home / "deaths.csv").write_text("\n".join(["month,deaths", *rows]) + "\n")
    return home


def run(*words: object) -> int:
    return main([str(w) for w in words])


def test_a_forecast_goes_on_from_the_last_count(folder, tmp_path, capsys):
    assert run("forecast", folder, "--draws", 80, "--out", tmp_path, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["origin"] == "2017-06"
    assert said["parameters_and_states_from"] == "online"
    assert any("One future in 8" in line for line in said["remarks"])
    home = Path(said["folder"])
    assert set(said["files"]) == {
        "dyads.csv", "dyads.parquet", "forecast.csv", "forecast.html", "forecast.parquet",
        "run.json", "states.nc",
    }  # fmt: skip
    draws = pd.read_parquet(home / "forecast.parquet")
    assert list(draws.columns) == ["month_id", "series", "draw", "outcome"]
    assert len(draws) == 12 * 80
    assert draws["month_id"].min() == 37 * 12 + 7
    with (home / "forecast.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {r["model"] for r in rows} == {"case", "case_alone"}
    assert len(rows) == 24
    made = json.loads((home / "run.json").read_text())
    assert made["origin"] == "2017-06"
    assert made["doubt"] == 0.125
    page = (home / "forecast.html").read_text()
    assert "One future in 8" in page


def test_a_past_origin_sees_nothing_later(folder, tmp_path, capsys):
    """The same with the later rows taken out of the file."""
    short = tmp_path / "short"
    short.mkdir()
    (short / "case.yaml").write_text(CASE)
    kept = (folder / "deaths.csv").read_text().splitlines()[:31]
    (short / "deaths.csv").write_text("\n".join(kept) + "\n")
    found = []
    for case in (folder, short):
        words = ("--origin", "2015-06", "--steps", "1,6", "--draws", 40, "--json")
        assert run("forecast", case, *words, "--out", tmp_path / "out") == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0]["series"] == found[1]["series"]


def test_the_table_is_for_people(folder, tmp_path, capsys):
    assert run("forecast", folder, "--draws", 40, "--out", tmp_path) == 0
    said = capsys.readouterr().out
    assert "deaths" in said
    assert "last 12" in said
    assert "Forecast: " in said


def test_an_evaluation_says_what_the_mechanisms_add(folder, tmp_path, capsys):
    words = ("--origins", "2016-01..2016-12", "--every", 6, "--steps", "1,3", "--draws", 60)
    against = ("--against", "conflictology,last")
    out = ("--out", tmp_path, "--json", "--seeds", 2)
    assert run("evaluate", folder, *words, *against, *out) == 0
    said = json.loads(capsys.readouterr().out)
    models = {r["model"] for r in said["series"]}
    assert models == {"case", "case_alone", "tempo_only", "conflictology", "last"}
    assert said["origins"] == ["2016-01", "2016-07"]
    home = Path(said["folder"])
    with (home / "by_series.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {r["series"] for r in rows} == {"deaths"}
    assert all(float(r["crps_sd_over_seeds"]) >= 0 for r in rows)
    page = (home / "evaluation.html").read_text()
    assert "tempo_only" in page
    assert "written with the whole record known" in page
    first = page.split('id="says"')[1].split("</section>")[0]
    assert "is the case without its mechanisms" in first
    assert "Killed at the front: mean CRPS" in first
    assert "deaths: mean CRPS" not in first
    # and again, from what was kept
    again = ("--out", tmp_path, "--seeds", 2, "--resume")
    assert run("evaluate", folder, *words, *against, *again) == 0
    assert "finished parts were taken up" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("forecast", "CASE", "--origin", "2030-01"), "R1061"),
        (("forecast", "CASE", "--origin", "2017-09"), "R1013"),
        (("forecast", "CASE", "--layout", "views"), "R1043"),
        (("forecast", "CASE", "--steps", "12..3"), "R1015"),
        (("evaluate", "CASE", "--origins", "2017-06"), "R1018"),
        (("evaluate", "CASE", "--scheduler", "local"), "R1043"),
        (("evaluate", "CASE", "--against", "conflict"), "R1040"),
        (("evaluate", "CASE", "--resume"), "R1045"),
    ],
)
def test_wrong_options_are_coded(folder, tmp_path, capsys, words, code):
    given = [str(folder) if w == "CASE" else w for w in words]
    assert run(*given, "--out", tmp_path) in (1, 2)
    said = capsys.readouterr().err
    assert code in said
    assert "Traceback" not in said
    assert not [p for p in tmp_path.rglob("*.part")]


def test_a_case_without_counts_is_told(tmp_path, capsys):
    home = tmp_path / "c"
    home.mkdir()
    text = CASE.replace("poisson(mean=all_deaths + 0.1)", "normal(mean=all_deaths, sd=5)")
    (home / "case.yaml").write_text(text)
    (home / "deaths.csv").write_text("month,deaths\n2013-01,3.5\n")
    assert run("forecast", home, "--out", tmp_path / "out") == 1
    assert "R1060" in capsys.readouterr().err
