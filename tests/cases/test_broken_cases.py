"""Every broken case is refused with the expected codes and lines, through the command line.

A case in `broken/` says in its second line what to expect: ``CODE@line`` for the case file itself,
``CODE@table.csv:line`` for another file, ``-`` where a line makes no sense.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rivalry
from rivalry.cli import main

BROKEN = Path(__file__).parent / "broken"
FILES = sorted(BROKEN.glob("*.yaml"))
CASES = [path for path in FILES if path.name != "ledger.yaml"]


def expected(path: Path) -> list[str]:
    match = re.search(r"^# expect: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert match is not None, f"{path.name} does not say what to expect"
    return match.group(1).split()


def placed(problem: dict[str, object], case: Path) -> str:
    line = "-" if problem["line"] is None else str(problem["line"])
    file = Path(str(problem["file"]))
    return f"{problem['code']}@{line if file == case else f'{file.name}:{line}'}"


def test_there_are_enough_of_them():
    assert len(CASES) >= 90


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_codes_and_lines(path, capsys):
    code = main(["check", str(path), "--json"])
    said = capsys.readouterr()
    answer = json.loads(said.out)
    errors = [p for p in answer["problems"] if p["severity"] == "error"]
    assert [placed(p, path) for p in errors] == expected(path)
    assert code == 1
    assert said.err == ""
    for problem in answer["problems"]:
        assert problem["message"]
    # at most a remark at the end on what could not be checked yet
    assert [p["code"] for p in answer["problems"][len(errors) :]] in ([], ["R0224"])


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_words_for_people(path, capsys):
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    for item in expected(path):
        assert item.split("@")[0] in said.err


@pytest.mark.parametrize("name", ["data_latin", "three_mistakes"])
@pytest.mark.parametrize("command", ["check", "show", "simulate", "run"])
def test_in_a_process_of_its_own_nothing_is_written(name, command, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "rivalry.cli", command, str(BROKEN / f"{name}.yaml")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(rivalry.__file__).parents[1])},
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert expected(BROKEN / f"{name}.yaml")[0].split("@")[0] in done.stderr
    assert list(tmp_path.iterdir()) == []


def problems(folder: Path, capsys) -> list[tuple[str, int | None]]:
    code = main(["check", str(folder), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert code == 1
    return [(p["code"], p["line"]) for p in answer["problems"] if p["severity"] == "error"]


def test_not_utf8(good, capsys):
    text = (good / "case.yaml").read_text(encoding="utf-8")
    (good / "case.yaml").write_bytes(text.replace("Two groups", "Deux café").encode("latin-1"))
    assert problems(good, capsys) == [("R0103", 2)]


def test_nul(good, capsys):
    text = (good / "case.yaml").read_text(encoding="utf-8")
    (good / "case.yaml").write_text(text.replace("Two groups", "Two\x00groups"), encoding="utf-8")
    assert problems(good, capsys) == [("R0103", 2)]


def test_empty_file(good, capsys):
    (good / "case.yaml").write_bytes(b"")
    assert problems(good, capsys) == [("R0202", None)]


def test_expression_of_ten_megabytes(changed, capsys):
    long = "1" + "+1" * 5_000_000
    folder = changed(('"1 + troops / reference"', f'"{long}"'))
    assert problems(folder, capsys) == [("R0104", None)]


def test_expression_longer_than_any_formula(changed, capsys):
    folder = changed(('"1 + troops / reference"', f'"{"1 + " * 4000} 1"'))
    assert problems(folder, capsys) == [("R0302", 19)]


def test_expression_nested_too_deeply(changed, capsys):
    folder = changed(('"1 + troops / reference"', f'"{"(" * 3000}1{")" * 3000}"'))
    assert problems(folder, capsys) == [("R0302", 19)]


def test_yaml_nested_too_deeply(good, capsys):
    (good / "case.yaml").write_text("rivalry: 1\ntitle: " + "[" * 500 + "]" * 500)
    assert problems(good, capsys) == [("R0113", 2)]


def test_aliases_that_would_grow_to_gigabytes(good, capsys):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    (good / "case.yaml").write_text("\n".join(lines))
    assert {code for code, _ in problems(good, capsys)} == {"R0112"}


def test_folder_in_place_of_the_case_file(good, capsys):
    (good / "case.yaml").unlink()
    (good / "case.yaml").mkdir()
    assert problems(good, capsys) == [("R0102", None)]


def test_link_that_leads_out_of_the_case(changed, tmp_path, capsys):
    folder = changed(("data/troops.csv", "data/link.csv"))
    (tmp_path / "secret.csv").write_text("month,total\n2015-01,1\n")
    (folder / "data" / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert problems(folder, capsys) == [("R0210", 34)]


def test_link_to_itself(changed, capsys):
    folder = changed(("data/troops.csv", "data/link.csv"))
    (folder / "data" / "link.csv").symlink_to("link.csv")
    assert problems(folder, capsys) == [("R0210", 34)]


def test_a_table_that_fails_is_told_once(changed, capsys):
    folder = changed(("data/strength.csv", "data/deaths.csv"))
    (folder / "data" / "deaths.csv").write_bytes(b"")
    assert problems(folder, capsys) == [("R0607", 1)]


@pytest.mark.parametrize("name", ["nowhere", "afghanistann", "./nowhere/case.yaml", "x" * 5000])
def test_no_such_case(name, capsys):
    assert problems(Path(name), capsys) == [("R0201", None)]


def test_folder_without_a_case(tmp_path, capsys):
    assert problems(tmp_path, capsys) == [("R0201", None)]


def test_hazard_that_turns_negative_at_run_time(changed, tmp_path, capsys):
    folder = changed(('"capture_rate * effort"', '"capture_rate * (effort - 3)"'))
    assert main(["check", str(folder), "--quiet"]) == 0
    capsys.readouterr()
    out = tmp_path / "out"
    code = main(["simulate", str(folder), "--draws", "3", "--out", str(out), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [p["code"] for p in answer["problems"]] == ["R0801"]
    assert "capture" in answer["problems"][0]["message"]
    assert not out.exists()
