"""CSV tables: what is read, and what is refused with which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rivalry.data import MAX_TABLE_BYTES, read_table
from rivalry.foundation import RivalryError


def write(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def faults(path: Path) -> list[tuple[str, int | None]]:
    with pytest.raises(RivalryError) as caught:
        read_table(path)
    return [(p.code, p.line) for p in caught.value.problems]


def test_cells_are_text_and_keep_their_lines(tmp_path):
    table = read_table(write(tmp_path, 'month,x\n\n2015-01, 007 \n"2015\n-02",""\n2015-03,a\n'))
    assert table.columns == ("month", "x")
    assert table.rows == (("2015-01", "007"), ("2015\n-02", ""), ("2015-03", "a"))
    assert table.lines == (3, 4, 6)
    assert table.column("x") == ["007", "", "a"]


def test_byte_order_mark_and_windows_line_ends(tmp_path):
    table = read_table(write(tmp_path, b"\xef\xbb\xbfmonth,x\r\n2015-01,1\r\n"))
    assert table.columns == ("month", "x")
    assert table.rows == (("2015-01", "1"),)


def test_other_scripts_survive(tmp_path):
    assert read_table(write(tmp_path, "نام,x\nطالبان,1\n")).column("نام") == ["طالبان"]


def test_frame_holds_text_indexed_by_line(tmp_path):
    frame = read_table(write(tmp_path, "month,x\n2015-01,007\n")).frame()
    assert frame.loc[2, "x"] == "007"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", [("R0607", 1)]),
        ("\n\n", [("R0607", 1)]),
        ("month,x\n", [("R0607", 1)]),
        ("month,x\n2015-01,1\n2015-02\n2015-03,1,2\n", [("R0608", 3), ("R0608", 4)]),
        ("month,,x\n2015-01,1,2\n", [("R0610", 1)]),
        ("month,x,x\n2015-01,1,2\n", [("R0610", 1)]),
        ('month,x\n2015-01,1\n2015-02,"2\n', [("R0613", 3)]),
        (b"month,x\n2015-01,caf\xe9\n", [("R0103", 2)]),
        (b"month,x\n2015-01,\x00\n", [("R0103", 2)]),
    ],
)
def test_faults(tmp_path, content, expected):
    assert faults(write(tmp_path, content)) == expected


def test_missing_file_and_folder(tmp_path):
    assert faults(tmp_path / "absent.csv") == [("R0101", None)]
    (tmp_path / "folder.csv").mkdir()
    assert faults(tmp_path / "folder.csv") == [("R0102", None)]


@pytest.mark.parametrize("name", ["t.csv.gz", "t.xlsx", "t.parquet"])
def test_other_formats(tmp_path, name):
    assert faults(write(tmp_path, "month,x\n2015-01,1\n", name)) == [("R0612", None)]


def test_too_large(tmp_path):
    path = tmp_path / "t.csv"
    with path.open("wb") as stream:
        stream.truncate(MAX_TABLE_BYTES + 1)  # sparse: takes no room on the disk
    assert faults(path) == [("R0104", None)]


def test_many_faults_stop_at_a_readable_number(tmp_path):
    assert len(faults(write(tmp_path, "month,x\n" + "a\n" * 500))) == 20


def test_unknown_column_names_the_nearest(tmp_path):
    table = read_table(write(tmp_path, "month,non_state_events\n2015-01,1\n"))
    with pytest.raises(RivalryError, match="Did you mean 'non_state_events'"):
        table.column("nonstate_events")


def test_semicolons_are_named_as_the_cause(tmp_path):
    table = read_table(write(tmp_path, "month;x\n2015-01;1\n"))
    with pytest.raises(RivalryError, match="separated by commas"):
        table.column("x")
