"""``rivalry loops``: table, files, JSON, and options that make no sense."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

CASE = """
rivalry: 1
title: Two groups in a spiral
time: {start: 2013-01, end: 2018-12, substeps: 2}
dimensions: {group: [a, b]}
stocks:
  pool: {initial: 100000}
  fighters[group]: {initial: {a: 3000, b: 5000}, label: Fighters}
levels: {anger: {initial: 0.2, bounds: [0, 1], change: (target - anger) / anger_time, label: Anger}}
noise: {tempo: {kind: ar1, on: log, sd: 0.3, half_life: 3 months}}
auxiliaries:
  target: {value: "hill(fighters[a] * fighters[b] / 1e4 * tempo, half)", unit: ""}
flows:
  join[group]: {from: pool, to: "fighters[group]", hazard: "appeal * anger * fighters[group] / 1e4"}
  killed[group]: {from: "fighters[group]", hazard: deadliness * tempo * anger}
parameters:
  appeal: {prior: "lognormal(log(0.02), 0.3)", unit: 1/month/people}
  deadliness: {prior: "lognormal(log(0.02), 0.3)", unit: 1/month}
  anger_time: {value: 4, unit: month}
  half: {value: 2000, unit: people^2}
"""


@pytest.fixture
def case(tmp_path) -> Path:
    folder = tmp_path / "spiral"
    folder.mkdir()
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    return folder


@pytest.fixture
def scored(call, case, tmp_path):
    """Run the command and give its answer and the folder of its results."""
    said = call("loops", case, "anger", "--draws", 40, "--out", tmp_path / "out", "--threads", 1)
    assert said.code == 0, said.err
    return said, Path(said.out.strip().splitlines()[-1]).parent


def test_it_prints_a_table_words_and_the_page(scored):
    said, folder = scored
    assert "Anger: share of its change by loop" in said.out
    assert re.search(r"In 2015 .* was the strongest for Anger in \d+ of 40 draws", said.out)
    assert {f.name for f in folder.iterdir()} == {
        "loops.html", "loops.csv", "loops_by_year.csv", "run.json",
    }  # fmt: skip


def test_the_page_stands_alone_and_says_polarity_in_words(scored):
    page = (scored[1] / "loops.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|src=|href=", page)
    assert "(balancing)" in page
    assert "(reinforcing)" in page
    assert "url(#hatch0)" in page
    assert re.search(r'role="img" aria-labelledby="t0 d0"', page)
    assert re.search(r'<desc id="d0">.*In 2015', page)
    assert "Outside the loops came" in page


def test_the_series_make_up_the_whole_in_every_draw_of_one(call, case, tmp_path):
    said = call(
        "loops", case, "fighters[a]", "--draws", 1, "--out", tmp_path / "out", "--json", "--prior"
    )
    answer = said.json()
    with Path(next(f for f in answer["files"] if f.endswith("loops.csv"))).open() as stream:
        rows = list(csv.DictReader(stream))
    months = sorted({row["month"] for row in rows})
    assert (months[0], months[-1], len(months)) == ("2013-02", "2018-12", 71)
    for month in months[::10]:
        whole = sum(abs(float(row["median"])) for row in rows if row["month"] == month)
        assert whole == pytest.approx(1.0, abs=1e-4)


def test_the_years_table_agrees_with_the_answer(scored):
    _, folder = scored
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    with (folder / "loops_by_year.csv").open() as stream:
        rows = [r for r in csv.DictReader(stream) if r["year"] == "2015"]
    year = facts["variables"][0]["years"][0]
    assert year["year"] == 2015
    assert [r["loop"] for r in rows if r["kind"] != "outside" and r["loop"] != "untraced"] == [
        loop["id"] for loop in year["loops"]
    ]
    for row, loop in zip(rows, year["loops"], strict=False):
        assert float(row["median"]) == pytest.approx(loop["median"], rel=1e-4)
    first = sum(loop["first"] or 0.0 for loop in year["loops"]) + year["another_first"]
    assert first == pytest.approx(1.0)
    assert facts["parameters_from"] == "prior"
    assert {"versions", "hashes", "timings"} <= set(facts)


def test_the_same_seed_gives_the_same_files(call, case, tmp_path):
    texts = []
    for threads in (1, 3):
        said = call(
            "loops", case, "anger", "--draws", 60, "--out", tmp_path / "out", "--threads", threads,
            "--seed", 7, "--json",
        )  # fmt: skip
        files = {Path(f).name: Path(f).read_bytes() for f in said.json()["files"]}
        texts.append({k: v for k, v in files.items() if k != "run.json"})
    assert texts[0] == texts[1]


def test_without_a_variable_and_named_loops_one_on_a_loop_is_chosen(call, case, tmp_path):
    said = call("loops", case, "--draws", 2, "--out", tmp_path / "out", "--json")
    assert [v["variable"] for v in said.json()["variables"]] == ["pool"]


def test_years_default_to_the_cases_own_where_it_has_none_of_the_usual(call, case, tmp_path):
    text = CASE.replace("2013-01", "1990-01").replace("2018-12", "1996-12")
    (case / "case.yaml").write_text(text, encoding="utf-8")
    said = call("loops", case, "anger", "--draws", 2, "--out", tmp_path / "out", "--json")
    assert said.json()["years"] == [1990, 1992, 1994, 1996]


@pytest.mark.parametrize(
    ("words", "code", "exit_code", "says"),
    [
        (["angr"], "R1140", 2, "Did you mean 'anger'"),
        (["half"], "R1140", 2, "a parameter"),
        (["anger", "--years", "soon"], "R1144", 2, "--years 2015,2018"),
        (["anger", "--years", "2012"], "R1143", 2, "2013 to 2018"),
        (["anger", "--draws", "0"], "R0904", 2, "--draws"),
        (["anger", "--scores", "best"], "R0904", 2, "published"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    call, case, tmp_path, words, code, exit_code, says
):
    said = call("loops", case, *words, "--out", tmp_path / "out")
    assert said.code == exit_code
    assert code in said.err
    assert says in said.err
    assert not (tmp_path / "out").exists()


def test_a_case_without_loops_is_told_so(call, tmp_path):
    folder = tmp_path / "straight"
    folder.mkdir()
    (folder / "case.yaml").write_text(
        "rivalry: 1\ntitle: Straight\ntime: {start: 2013-01, end: 2016-12, substeps: 1}\n"
        "levels: {x: {initial: 0, change: push}}\n"
        "parameters: {push: {value: 1, unit: 1/month}}\n",
        encoding="utf-8",
    )
    said = call("loops", folder, "--draws", 2, "--out", tmp_path / "out")
    assert said.code == 1
    assert "R1141" in said.err


def test_the_bundled_case_answers_for_all_its_loops(call, tmp_path):
    said = call("loops", "afghanistan", "--draws", 3, "--out", tmp_path / "out", "--json")
    answer = said.json()
    assert answer["parameters_from"] == "posterior"
    assert answer["years"] == [2015, 2018, 2021, 2023]
    named = {
        loop["id"]
        for variable in answer["variables"]
        for loop in variable["years"][0]["loops"]
        if loop["kind"] == "named"
    }
    assert named == {f"L{i}" for i in range(1, 9)}
    for variable in answer["variables"]:
        for year in variable["years"]:
            if year["draws"]:
                assert year["outside"]["untraced"]["median"] < 0.15
