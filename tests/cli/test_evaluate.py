"""``rivalry evaluate`` of a panel: the folder, going on, and options that make no sense."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rivalry.forecast import summarise


@pytest.fixture
def panel(tmp_path) -> Path:
    rng = np.random.default_rng(3)
    parts = [
        pd.DataFrame(
            {
                "month": [f"{y}-{m:02d}" for y in range(2017, 2021) for m in range(1, 13)],
                "iso3": name,
                "events": rng.poisson(1, size=48),
                "deaths": rng.negative_binomial(1, 1 / (1 + level), size=48),
            }
        )
        for name, level in (("AAA", 0.0), ("BBB", 0.5), ("CCC", 5.0), ("DDD", 40.0))
    ]
    file = tmp_path / "cm.csv"
    pd.concat(parts).to_csv(file, index=False)
    return file


WORDS = ("--target", "deaths", "--origins", "2019-01..2020-06", "--every", 6, "--steps", "1,6",
         "--draws", 60, "--against", "conflictology,last")  # fmt: skip


def test_the_folder_agrees_with_itself(call, panel, tmp_path):
    answer = call("evaluate", "--panel", panel, *WORDS, "--out", tmp_path / "o", "--json",
                  "--seeds", 2)  # fmt: skip
    assert answer.code == 0, answer.out + answer.err
    data = answer.json()
    folder = Path(data["folder"])
    assert folder.parent == tmp_path / "o" / "cm"
    assert sorted(p.name for p in folder.iterdir()) == [
        "by_step.csv", "by_unit.csv", "by_year.csv", "differences.csv", "evaluation.html",
        "run.json", "scores.csv", "scores.parquet",
    ]  # fmt: skip
    long = pd.read_parquet(folder / "scores.parquet")
    assert len(long) == 3 * 3 * 2 * 4
    means = summarise(long).set_index(["model", "months"])
    table = pd.read_csv(folder / "scores.csv").set_index(["model", "months"])
    for key in (("auto", "all"), ("last", "violent")):
        assert table.loc[key, "crps"] == pytest.approx(means.loc[key, "crps"], rel=1e-5)
    row = table.loc[("conflictology", "all")]
    gap = means.loc[("auto", "all"), "crps"] - means.loc[("conflictology", "all"), "crps"]
    assert row["difference_of_first"] == pytest.approx(gap, rel=1e-4)
    assert row["difference_low"] <= row["difference_of_first"] <= row["difference_high"]
    assert np.isnan(table.loc[("auto", "all"), "difference_of_first"])
    assert data["origins"] == ["2019-01", "2019-07", "2020-01"]
    assert set(data["seed_spread_of_mean_crps"]) == {"auto", "conflictology", "last"}
    assert data["reference"] == "conflictology"
    run = json.loads((folder / "run.json").read_text())
    assert run["policy"]
    assert run["panel"]["target"] == "deaths"
    page = (folder / "evaluation.html").read_text()
    assert "cm.csv, columns iso3 and deaths" in page
    assert run["policy"].split(";")[0] in page


def test_it_goes_on_with_more_origins(call, panel, tmp_path):
    words = ("evaluate", "--panel", panel, *WORDS, "--out", tmp_path / "o", "--quiet")
    assert call(*words).code == 0
    more = call(*words[:-1], "--resume", "--origins", "2019-01..2020-06", "--every", 3)
    assert more.code == 0
    assert "9 finished parts were taken up" in more.err
    answer = call(*words, "--resume", "--draws", 50, "--json")
    assert answer.code == 1
    assert [p["code"] for p in answer.json()["problems"]] == ["R1044"]
    elsewhere = call("evaluate", "--panel", panel, *WORDS, "--out", tmp_path / "p", "--resume",
                     "--json")  # fmt: skip
    assert [p["code"] for p in elsewhere.json()["problems"]] == ["R1045"]


def test_the_words_on_the_screen(call, panel, tmp_path):
    answer = call("evaluate", "--panel", panel, *WORDS, "--out", tmp_path / "o")
    assert "The mean CRPS of the model auto is" in answer.out
    assert "Out of 100 months" in answer.out
    assert Path(answer.out.splitlines()[-1].removeprefix("Evaluation: ")).is_file()


def test_ctrl_c_keeps_the_finished_parts(process, call, panel, tmp_path):
    words = ("evaluate", "--panel", panel, "--target", "deaths", "--origins", "2018-01..2020-11",
             "--out", tmp_path / "o", "--draws", 1000, "--threads", 1)  # fmt: skip
    running = process(*words)
    kept = tmp_path / "o" / "cm.checkpoint"
    until = time.monotonic() + 240
    while not list(kept.glob("*.piece.parquet")) and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=240)
    assert running.returncode == 130, said
    assert "Traceback" not in said
    assert list(kept.glob("*.piece.parquet"))
    assert not list((tmp_path / "o").glob("cm/*"))


@pytest.mark.parametrize(
    ("words", "code", "ends"),
    [
        (("--origins", "2020-06..2019-01"), "R1041", 2),
        (("--origins", "2019-01...2020-01"), "R1011", 2),
        (("--origins", "2019"), "R1011", 2),  # as a month_id it would lie in 2148
        (("--origins", "2015-01"), "R1013", 1),
        (("--origins", "2020-12"), "R1018", 1),
        (("--steps", "6,1"), "R1015", 2),
        (("--against", "conflictolgy"), "R1040", 2),
        (("--model", "auto2"), "R1040", 2),
        (("--every", "0"), "R0904", 2),
        (("--seeds", "0"), "R0904", 2),
    ],
)
def test_options_that_make_no_sense(call, panel, tmp_path, words, code, ends):
    answer = call("evaluate", "--panel", panel, *WORDS, *words, "--out", tmp_path / "o", "--json")
    assert [p["code"] for p in answer.json()["problems"]] == [code]
    assert answer.code == ends
    assert not list(tmp_path.glob("o/cm/*"))


def test_origins_are_needed_and_a_case_or_a_panel(call, panel):
    answer = call("evaluate", "--panel", panel, "--target", "deaths", "--json")
    assert [p["code"] for p in answer.json()["problems"]] == ["R1041"]
    for words in ((), ("afghanistan", "--panel", panel), ("afghanistan", "--model", "auto")):
        answer = call("evaluate", *words, "--json")
        assert answer.code == 2
        assert [p["code"] for p in answer.json()["problems"]] == ["R1043"]
