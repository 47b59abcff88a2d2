"""``rivalry new`` from the command line, on a store made in the test."""

from __future__ import annotations

from pathlib import Path

import pytest

_HEAD = "date_start,side_a,side_b,deaths,dyad_id,dyad_name,type_of_violence,side_a_id,side_b_id"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    from rivalry.data import Store

    home = tmp_path_factory.mktemp("store")
    rows = [
        f"{2018 + k // 12}-{k % 12 + 1:02d}-05,Red,Blue,{3 + k % 4},100,Red - Blue,2,11,12"
        for k in range(24)
    ]
    (home / "events.csv").write_text("\n".join([_HEAD, *rows]) + "\n")
    Store(home / "events.duckdb").import_files(home / "events.csv", version="1")
    return home / "events.duckdb"


@pytest.fixture
def new(call, store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: call("new", *words, "--store", store)


def test_a_case_is_written_that_checks(new, call):
    done = new("red-blue", "--dyad", "Blue - Red")
    assert done.code == 0, done.err
    assert "./red-blue: Red and Blue, 2018-01 to 2019-12" in done.out
    assert "dyad 100  Red - Blue: 24 events, 108 deaths, by month" in done.out
    assert "Next: rivalry run ./red-blue" in done.out
    assert call("check", "./red-blue").code == 0
    text = Path("red-blue/data/README.md").read_text(encoding="utf-8")
    assert "rivalry new red-blue --dyad 'Blue - Red'" in text
    assert str(Path.cwd()) not in text


def test_the_answer_for_a_program(new, tmp_path):
    answer = new("x", "--dyad", "100", "--out", tmp_path / "deep" / "er", "--json").json()
    assert answer["ok"] is True
    assert Path(answer["folder"]) == tmp_path / "deep" / "er" / "x"
    assert (answer["first"], answer["last"], answer["kept"]) == ("2018-01", "2019-12", None)
    (dyad,) = answer["dyads"]
    assert (dyad["id"], dyad["events"], dyad["deaths"], dyad["every"]) == (100, 24, 108, "month")
    assert [g["name"] for g in answer["groups"]] == ["Red", "Blue"]


def test_a_second_case_of_a_name_is_refused_and_with_force_both_are_kept(new):
    assert new("x", "--dyad", "100").code == 0
    again = new("x", "--dyad", "100")
    assert again.code == 2
    assert "R1232" in again.err
    forced = new("x", "--dyad", "100", "--force", "--title", "Second")
    assert forced.code == 0
    kept = next(p for p in Path().iterdir() if p.name.startswith("x.before-"))
    assert 'title: "Red and Blue"' in (kept / "case.yaml").read_text(encoding="utf-8")
    assert 'title: "Second"' in Path("x/case.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("x", "--dyad", "Red - Bleu"), "R1230"),
        (("afghanistan", "--dyad", "100"), "R1234"),
        (("x", "--dyad", "100", "--from", "2019-06"), "R1233"),
        (("x", "--dyad", "100", "--dataset", "nothing"), "R1216"),
    ],
)
def test_faults_are_coded_and_leave_nothing(new, words, code):
    done = new(*words)
    assert done.code == 2
    assert code in done.err
    assert list(Path().iterdir()) == []


def test_an_empty_store_says_what_to_do(call, tmp_path):
    done = call("new", "x", "--dyad", "1", "--store", tmp_path / "none.duckdb")
    assert done.code == 1
    assert "rivalry data import" in done.err
