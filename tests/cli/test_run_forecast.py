"""The months ahead in ``rivalry run``, and the record that ``rivalry evaluate --keep`` leaves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from rivalry.cli import main
from rivalry.forecast import RECORD_FILE, read_record
from rivalry.foundation import Problem, RivalryError

GOOD = Path(__file__).parents[1] / "cases" / "good"
WORDS = ("--origins", "2015-01..2015-07", "--every", "3", "--steps", "1,4", "--draws", "40",
         "--quiet")  # fmt: skip


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory):
    """A case with its record beside it, and the folder of the evaluation."""
    home = tmp_path_factory.mktemp("kept")
    case = Path(shutil.copytree(GOOD, home / "good"))
    out = home / "out"
    assert main(["evaluate", str(case), *WORDS, "--keep", "--out", str(out)]) == 0
    (folder,) = (out / "good").glob("2*")
    return case, folder


@pytest.fixture
def kept(evaluated, tmp_path):
    return Path(shutil.copytree(evaluated[0], tmp_path / "good"))


def run(call, case, tmp_path, *words):
    done = call("run", case, "--draws", 40, "--out", tmp_path / "out", "--json", *words)
    assert done.code == 0, done.out + done.err
    answer = done.json()
    folder = Path(answer["folder"])
    page = (folder / "report.html").read_text(encoding="utf-8")
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert facts["forecast"] == answer["forecast"]
    return answer, folder, page


def test_keep_leaves_the_record_beside_the_case_and_in_the_folder(evaluated):
    case, folder = evaluated
    record = read_record(case / RECORD_FILE)
    pd.testing.assert_frame_equal(record.table, read_record(folder / RECORD_FILE).table)
    assert [str(o) for o in record.origins] == ["2015-01", "2015-04", "2015-07"]
    assert (record.steps, record.draws, record.seed) == ((1, 4), 40, 1)
    assert "learns as it" in record.policy or "learn as it goes" in record.policy
    assert record.command.startswith("rivalry ")
    long = pd.read_parquet(folder / "scores.parquet")
    mine = long[long["model"] == "case"]
    assert len(record.table) == len(mine)
    assert record.table["crps"].sum() == pytest.approx(mine["crps"].sum())
    assert record.table["crps_conflictology"].notna().all()
    assert record.table["crps_tempo_only"].notna().all()


def test_keep_is_of_a_case(call, tmp_path):
    (tmp_path / "p.csv").write_text("month,unit,deaths\n2020-01,a,1\n")
    done = call("evaluate", "--panel", tmp_path / "p.csv", "--origins", "2020-01", "--keep")
    assert done.code == 2
    assert "R1043" in done.err
    assert "--keep" in done.err


def test_a_run_forecasts_and_shows_the_record(call, kept, tmp_path):
    answer, folder, page = run(call, kept, tmp_path)
    ahead = answer["forecast"]
    assert (ahead["made"], ahead["from"], ahead["origin"]) == (True, "online", "2016-12")
    assert ahead["steps"] == list(range(1, 13))
    assert ahead["draws"] == 40
    assert "learning from the priors" in ahead["remarks"][0]
    assert ahead["record"]["origins"] == ["2015-01", "2015-07"]
    assert {"forecast.csv", "forecast.parquet", "dyads.csv"} <= {p.name for p in folder.iterdir()}
    long = pd.read_parquet(folder / "forecast.parquet")
    table = pd.read_csv(folder / "forecast.csv")
    first = table[(table["model"] == "case") & (table["step"] == 1)].set_index("series")
    assert set(table["model"]) == {"case", "case_alone"}
    series = str(first.index[0])
    draws = long[(long["series"] == series) & (long["month_id"] == long["month_id"].min())]
    assert len(draws) == 40
    assert first.loc[series, "mean"] == pytest.approx(draws["outcome"].mean(), rel=1e-5)
    assert '<section id="forecast"' in page
    assert 'id="record-table"' in page
    assert str(tmp_path) not in page


def test_a_run_from_the_prior_says_that_the_forecast_learns_all_the_same(call, kept, tmp_path):
    answer, _, page = run(call, kept, tmp_path, "--prior")
    assert answer["parameters_from"] == "prior"
    assert answer["forecast"]["from"] == "online"
    assert "(--prior) does not bear on it" in answer["forecast"]["remarks"][-1]
    assert "(--prior) does not bear on it" in page


def test_a_stale_record_is_left_out_and_the_command_named(call, kept, tmp_path):
    file = kept / "case.yaml"
    text = file.read_text(encoding="utf-8")
    changed = text.replace("target: 0.6", "target: 0.7", 1)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    answer, _, page = run(call, kept, tmp_path)
    (warning,) = [w for w in answer["warnings"] if w["code"] == "R1063"]
    command = f"rivalry evaluate {kept} --origins 2015-01..2015-07 --every 3 --steps 1,4 --draws 40"
    assert command in warning["remedy"]
    assert answer["forecast"]["record"] is None
    assert 'id="record-table"' not in page
    assert "it is stale" in page
    assert "rivalry evaluate good --origins 2015-01..2015-07 --every 3" in page
    assert str(tmp_path) not in page


def test_a_broken_record_stops_the_run_before_the_work(call, kept, tmp_path):
    (kept / RECORD_FILE).write_bytes(b"PAR1 and so on")
    done = call("run", kept, "--draws", 5, "--out", tmp_path / "out")
    assert done.code == 1
    assert "R1062" in done.err
    assert RECORD_FILE in done.err
    assert not (tmp_path / "out").exists()


def test_a_forecast_that_cannot_be_made_does_not_spoil_the_run(call, kept, tmp_path, monkeypatch):
    def refuse(*_, **__):
        problem = Problem("R0821", "no particle could have given the data of 2015-03", "Widen.")
        raise RivalryError(problem)

    monkeypatch.setattr("rivalry.forecast.forecast_next", refuse)
    answer, folder, page = run(call, kept, tmp_path)
    assert answer["forecast"]["made"] is False
    (warning,) = [w for w in answer["warnings"] if w["code"] == "R1064"]
    assert "R0821 no particle could have given the data of 2015-03" in warning["message"]
    assert "no particle could have given the data of 2015-03" in page
    assert not (folder / "forecast.csv").exists()


def test_a_fault_of_a_file_still_stops_the_run(call, kept, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise RivalryError(Problem("R0826", "the posterior is damaged", "Fit again."))

    monkeypatch.setattr("rivalry.forecast.forecast_next", refuse)
    done = call("run", kept, "--draws", 5, "--out", tmp_path / "out")
    assert done.code == 1
    assert "R0826" in done.err


def test_a_case_without_monthly_counts_has_no_forecast(call, kept, tmp_path):
    (kept / RECORD_FILE).unlink()
    file = kept / "case.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    rest = [x for x in lines if not x.startswith("  deaths_seen:")]
    assert len(rest) == len(lines) - 1
    text = "".join(rest).replace("headline: [deaths_seen]", "headline: [strength]")
    file.write_text(text, encoding="utf-8")
    answer, folder, page = run(call, kept, tmp_path)
    assert answer["forecast"] is None
    assert 'id="forecast"' not in page
    assert not (folder / "forecast.csv").exists()
