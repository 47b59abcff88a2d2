"""A run of a case with yearly figures alone: its years ahead, their record, files and faults."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from rivalry.foundation import Problem, RivalryError

CASE = """
rivalry: 1
title: A war by the year
time: {start: 2010-01, end: 2020-12, substeps: 1}
report: {headline: [dead]}
levels: {mood: {initial: 1, change: 0}}
parameters: {rate: {prior: "lognormal(log(8), 0.5)"}}
accumulators: {toll: {integral: "rate * mood", every: year}}
observations:
  dead: {file: x.csv, low: low, high: high, date: year, every: year, unit: people,
         label: Dead of the war, as: "between(toll, sd=0.3)"}
"""
ROWS = ["2012,,0,24", "2013,70,60,90", "2014,55,55,60", "2015,80,70,80", "2016,61,50,70"]


@pytest.fixture(autouse=True)
def few_particles(monkeypatch):
    monkeypatch.setattr("rivalry.forecast._years.PARTICLES", 3000)


@pytest.fixture
def case(tmp_path) -> Path:
    folder = tmp_path / "yearly"
    folder.mkdir()
    (folder / "case.yaml").write_text(CASE)
    (folder / "x.csv").write_text("\n".join(["year,best,low,high", *ROWS]) + "\n")
    return folder


def run(call, case, tmp_path, *words):
    done = call("run", case, "--draws", 60, "--out", tmp_path / "out", "--json", *words)
    assert done.code == 0, done.out + done.err
    answer = done.json()
    folder = Path(answer["folder"])
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert facts["forecast"] == answer["forecast"]
    return answer, folder, (folder / "report.html").read_text(encoding="utf-8")


def test_a_run_forecasts_years_and_makes_their_record(call, case, tmp_path):
    answer, folder, page = run(call, case, tmp_path)
    ahead = answer["forecast"]
    assert (ahead["made"], ahead["every"], ahead["from"]) == (True, "year", "online")
    assert (ahead["origin"], ahead["steps"], ahead["draws"]) == ("2016-12", [1, 2, 3], 60)
    assert ahead["particles"] == 3000
    assert ahead["record"]["origins"] == ["2013-12", "2015-12"]
    assert ahead["record"]["past_years"] == 3
    assert ahead["record"]["summary"]["dead"]["forecasts"] == 3 + 2 + 1
    assert "the middle of the range (1 of 5 figures)" in " ".join(ahead["remarks"])
    table = pd.read_csv(folder / "forecast.csv")
    assert table["model"].unique().tolist() == [
        "case", "case_before_error", "last_year", "conflictology_5_years",
    ]  # fmt: skip
    rows = table[table["model"] == "case"]
    assert rows["year"].tolist() == [2017, 2018, 2019]
    assert rows["step"].tolist() == [1, 2, 3]
    assert set(table["last_year"]) == {61}
    assert set(table["mean_last_5_years"]) == {(12 + 70 + 55 + 80 + 61) / 5}
    draws = pd.read_parquet(folder / "forecast.parquet")
    assert len(draws) == 3 * 60
    first = draws[draws["month_id"] == draws["month_id"].min()]["outcome"]
    assert rows["mean"].iloc[0] == pytest.approx(first.mean(), rel=1e-5)
    record = pd.read_csv(folder / "record_years.csv")
    assert record["observed"].tolist() == [55, 80, 61, 80, 61, 61]
    assert not (folder / "record.parquet").exists()
    assert '<section id="years"' in page
    assert 'id="years-record-table"' in page
    assert "This rests on 3 past years (2014 to 2016). So few years say little" in page
    assert '<section id="forecast"' not in page
    assert str(tmp_path) not in page


def test_a_run_from_the_prior_says_that_the_forecast_learns_all_the_same(call, case, tmp_path):
    answer, *_ = run(call, case, tmp_path, "--prior")
    assert "(--prior) does not bear on it" in " ".join(answer["forecast"]["remarks"])


def test_few_particles_left_are_warned_of(call, case, tmp_path, monkeypatch):
    monkeypatch.setattr("rivalry.forecast._years.PARTICLES", 1000)
    answer, _, page = run(call, case, tmp_path)
    few = answer["forecast"]["survivors"] < 500
    monkeypatch.setattr("rivalry.cli._run_years._FEW", 1001)
    again, _, page = run(call, case, tmp_path)
    assert any(w["code"] == "R1281" for w in answer["warnings"]) is few
    assert any(w["code"] == "R1281" for w in again["warnings"])
    assert "another seed may give another forecast" in page


def test_two_years_have_a_forecast_and_no_record(call, case, tmp_path):
    (case / "x.csv").write_text("year,best,low,high\n2013,70,60,90\n2014,55,55,60\n")
    answer, folder, page = run(call, case, tmp_path)
    assert answer["forecast"]["record"] is None
    assert answer["forecast"]["no_record"] == "Too few years with figures."
    assert not (folder / "record_years.csv").exists()
    assert "too few years with figures for even one past forecast" in page


def test_a_yearly_case_with_a_series_of_months_is_forecast_in_months(call, case, tmp_path):
    text = (case / "case.yaml").read_text()
    (case / "case.yaml").write_text(
        text + '  seen: {file: m.csv, column: n, as: "poisson(mean=rate)"}\n'
    )
    rows = [f"2013-{m:02d},{5 + m % 3}" for m in range(1, 13)]
    (case / "m.csv").write_text("\n".join(["month,n", *rows]) + "\n")
    answer, folder, page = run(call, case, tmp_path)
    assert (answer["forecast"]["every"], answer["forecast"]["origin"]) == ("month", "2013-12")
    assert '<section id="years"' not in page
    assert not (folder / "record_years.csv").exists()


def test_a_forecast_that_cannot_be_made_does_not_spoil_the_run(call, case, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise RivalryError(Problem("R0821", "no particle could have given 2013", "Widen."))

    monkeypatch.setattr("rivalry.forecast.forecast_years", refuse)
    answer, folder, page = run(call, case, tmp_path)
    assert answer["forecast"]["made"] is False
    assert [w["code"] for w in answer["warnings"] if w["code"].startswith("R10")] == ["R1064"]
    assert "no particle could have given 2013" in page
    assert not (folder / "forecast.csv").exists()


@pytest.mark.parametrize(
    "words", [("forecast",), ("evaluate", "--origins", "2014-12")], ids=["forecast", "evaluate"]
)
def test_commands_of_months_name_the_one_of_years(call, case, tmp_path, words):
    done = call(words[0], case, *words[1:], "--out", tmp_path / "out")
    assert done.code == 1
    assert "R1280" in done.err
    assert "rivalry run" in done.err
    assert "Traceback" not in done.err
