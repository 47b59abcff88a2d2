"""The tutorial on a rivalry of one's own, command by command, where its events are at hand."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from rivalry.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "your-own-rivalry.md"


def _commands() -> list[list[str]]:
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [shlex.split(line) for line in lines]


def test_the_tutorial_goes_from_import_to_evaluation():
    assert [words[1] for words in _commands()] == [
        "data", "data", "new", "check", "run", "evaluate",
    ]  # fmt: skip


@pytest.mark.slow
def test_every_command_of_the_tutorial_works(shared, tmp_path, monkeypatch, capsys):
    source = shared / "data" / "syria" / "ged_syria_2016_2019.csv.gz"
    if not source.exists():
        pytest.skip("the extract of UCDP GED for Syria is not at hand")
    shutil.copy(source, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RIVALRY_STORE", str(tmp_path / "store.duckdb"))
    monkeypatch.setenv("COLUMNS", "140")
    for words in _commands():
        assert main(words[1:]) == 0, words
    said = capsys.readouterr().out
    page = PAGE.read_text(encoding="utf-8")
    for line in page.splitlines():
        if line.startswith(("ucdp-ged 2016-2019:", "./syria-is:", "  dyad ", "  56 of")):
            assert line in said
    assert (tmp_path / "syria-is" / "record.parquet").exists()
