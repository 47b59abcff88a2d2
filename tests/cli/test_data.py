"""``rivalry data`` on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

ROWS = (
    "date_start,side_a,side_b,best,type_of_violence,country\n"
    "2023-01-14,Red Front,Blue Guard,5,non-state,Freedonia\n"
    "2023-03-02,Red Front,Civilians,3,one-sided,Freedonia\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Any) -> Path:
    """A folder with a table, imported into the store that the environment names."""
    monkeypatch.setenv("RIVALRY_STORE", str(tmp_path / "data" / "events.duckdb"))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(ROWS)
    assert call("data", "import", "mine.csv", "--covers", "2023-01..2023-04").code == 0
    return tmp_path


def test_import_says_what_it_did(here: Path, call: Any) -> None:
    answer = call("data", "import", "mine.csv", "--json")
    done = answer.json()
    assert (answer.code, done["rows"]) == (0, 2)
    assert done["imported"][0]["replaced"]["rows"] == 2
    assert Path(done["store"]).exists()


def test_tables_print_and_come_as_json(here: Path, call: Any) -> None:
    for words in (["list"], ["dyads"], ["actors"], ["events"], ["panel"]):
        answer = call("data", *words)
        assert answer.code == 0, answer.err
        assert "Traceback" not in answer.err
        data = call("data", *words, "--json").json()
        assert data["ok"] is True
        assert len(data["rows"]) == data["n_rows"] > 0
        made = data["made_from"][0]
        assert (made["dataset"], made["version"], len(made["files"][0]["sha256"])) == (
            "events",
            "mine",
            64,
        )
    assert "Blue Guard - Red Front" in call("data", "dyads").out


def test_a_panel_is_written_with_its_source_beside_it(here: Path, call: Any) -> None:
    words = ["data", "panel", "--by", "dyad", "--every", "month", "--dyad", "blue guard"]
    answer = call(*words, "--out", "panel.csv")
    assert answer.code == 0
    assert answer.out.split() == ["panel.csv", "panel.csv.source.json"]
    assert "from events mine, 2023-01 to 2023-04; mine.csv, sha256" in answer.err
    with (here / "panel.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["month"], r["events"], r["best"]) for r in rows] == [
        ("2023-01", "1", "5"), ("2023-02", "0", "0"), ("2023-03", "0", "0"), ("2023-04", "0", "0"),
    ]  # fmt: skip
    source = json.loads((here / "panel.csv.source.json").read_text())
    assert source["made_from"][0]["coverage"] == "given"


def test_faults_are_coded(here: Path, call: Any) -> None:
    (here / "page.csv").write_text("<!doctype html><html></html>")
    store = (here / "data" / "events.duckdb").read_bytes()
    for words, code, end in (
        (["import", "page.csv"], "R1206", 1),
        (["import", "none.csv"], "R0101", 1),
        (["import", "mine.csv", "--covers", "2023"], "R1222", 2),
        (["import", "mine.csv", "--format", "ged"], "R1201", 2),
        (["panel", "--dyad", "Green"], "R1217", 1),
        (["panel", "--dataset", "ucdp-ged"], "R1216", 1),
        (["panel", "--out", "panel.xlsx"], "R1223", 2),
        (["panel", "--start", "x"], "R1222", 2),
        (["yearly"], "R1216", 1),
    ):
        answer = call("data", *words, "--json")
        assert (answer.code, answer.json()["problems"][0]["code"]) == (end, code), words
    assert (here / "data" / "events.duckdb").read_bytes() == store


def test_names_cannot_steer_the_terminal(here: Path, call: Any) -> None:
    (here / "odd.csv").write_text(
        "date_start,side_a,side_b,best\n2023-01-14,\x1b[2JRed [bold],Blue,1\n", encoding="utf-8"
    )
    assert call("data", "import", "odd.csv", "--dataset", "odd").code == 0
    out = call("data", "dyads", "--dataset", "odd").out
    assert "\x1b" not in out
    assert "Red [bold]" in out


def test_a_version_is_removed(here: Path, call: Any) -> None:
    assert call("data", "remove", "events", "mine").code == 0
    assert "nothing was imported yet" in call("data", "list").out
    assert call("data", "remove", "events", "mine").code == 1
