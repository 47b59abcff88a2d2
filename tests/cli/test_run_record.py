"""When a run makes the record of past forecasts itself, and from which months on."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from rivalry.cases import load_case
from rivalry.cli._run_forecast import RunForecast, _history, add_record, find_record, wants_record
from rivalry.forecast import CASE_PARTICLES, read_record

_CASE = """
rivalry: 1
title: One series
time: {{start: 2018-01, end: 2024-12, substeps: 1}}
levels: {{mood: {{initial: 1, change: 0}}}}
parameters: {{rate: {{prior: "lognormal(log(5), 1)"}}}}
observations: {{deaths: {{file: data/x.csv, column: n, as: "poisson(mean=rate * mood)"}}}}
"""


def _case(folder: Path, months: int):
    (folder / "data").mkdir(parents=True)
    rows = [f"{2018 + k // 12}-{k % 12 + 1:02d},{3 + k % 4}" for k in range(months)]
    (folder / "data" / "x.csv").write_text("\n".join(["month,n", *rows]) + "\n")
    (folder / "case.yaml").write_text(_CASE.format())
    return load_case(folder)


def _ahead(case, word: str, source: str = "online") -> RunForecast:
    ahead = find_record(case, word)
    ahead.found = SimpleNamespace(source=source)  # type: ignore[assignment]
    return ahead


@pytest.mark.parametrize(("months", "wanted"), [(35, False), (36, True), (80, True)])
def test_three_years_of_counts_are_enough(tmp_path, months, wanted):
    case = _case(tmp_path / "x", months)
    assert wants_record(_ahead(case, "x"), case) is wanted


def test_not_where_the_forecast_failed_or_comes_from_a_posterior(tmp_path):
    case = _case(tmp_path / "x", 60)
    assert not wants_record(find_record(case, "x"), case)
    assert not wants_record(_ahead(case, "x", "posterior"), case)


def test_not_where_a_record_is_kept_or_stale(tmp_path):
    case = _case(tmp_path / "x", 60)
    assert not wants_record(RunForecast(found=SimpleNamespace(source="online")), case)  # type: ignore[arg-type]
    stale = RunForecast(no_record="The record of past forecasts is not shown, for it is stale.")
    stale.found = SimpleNamespace(source="online")  # type: ignore[assignment]
    assert not wants_record(stale, case)


def test_not_for_a_case_of_the_package():
    case = load_case("two_groups")
    assert not wants_record(_ahead(case, "two_groups"), case)


@pytest.mark.parametrize(("months", "history"), [(36, 24), (47, 24), (60, 30), (72, 36), (400, 36)])
def test_a_case_learns_from_half_of_a_short_record_first(months, history):
    assert _history(months) == history


def test_a_run_and_an_evaluation_score_the_same_forecasts_alike(tmp_path, call):
    case = _case(tmp_path / "x", 38)
    ahead = _ahead(case, "x")
    add_record(ahead, case, draws=100, seed=3, threads=1, report=None)
    made = ahead.record
    assert made is not None
    assert made.particles == CASE_PARTICLES
    origins = f"{made.origins[0]}..{made.origins[-1]}"
    done = call(
        "evaluate", case.file, "--origins", origins, "--draws", "100", "--seed", "3",
        "--against", "conflictology", "--out", tmp_path / "out", "--keep", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    kept = read_record(tmp_path / "x" / "record.parquet")
    assert kept.particles == made.particles
    columns = ["series", "origin", "step", "low_90", "median", "high_90", "crps"]
    pd.testing.assert_frame_equal(kept.table[columns], made.table[columns])


def test_the_command_of_a_record_names_no_folder():
    from rivalry.cases import load_case
    from rivalry.cli._evaluate_case import _elsewhere
    from rivalry.forecast import RECORD_FILE, read_record

    told = "rivalry evaluate c --keep --out some/where --seed 2"
    assert _elsewhere(told) == "rivalry evaluate c --keep --seed 2"
    assert _elsewhere("rivalry evaluate c --out=x") == "rivalry evaluate c"
    bundled = read_record(load_case("afghanistan", check=False).folder / RECORD_FILE)
    assert "--out" not in bundled.command
