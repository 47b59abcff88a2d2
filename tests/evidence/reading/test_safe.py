"""Text of a document that reaches a terminal, a spreadsheet or a comparison."""

from __future__ import annotations

import csv
import io

import pytest

from rivalry.evidence.reading import draft_table, printable
from rivalry.evidence.reading._accept import expanded
from rivalry.evidence.reading._copied import copied_run
from rivalry.evidence.reading._names import plain_name, same_name
from rivalry.evidence.reading._safe import cell


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ’quoted’ – text", "plain, ’quoted’ – text"),
        ("\x1b]0;title\x07", "<U+001B>]0;title<U+0007>"),
        ("a\x9b31m", "a<U+009B>31m"),
        ("a\u202eb\u2066c\u200bd", "a<U+202E>b<U+2066>c<U+200B>d"),
        ("two\nlines\r\tand\u2028more", "two lines  and more"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_nothing_printed_is_obeyed_by_a_terminal(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "＝", "|", "%"])
def test_no_cell_starts_like_a_formula(start):
    assert cell(f"{start}cmd()").startswith("'") or cell(f"{start}cmd()")[0] not in "=+-@"
    assert cell(f"{start}cmd()")[0] not in "=+-@＝|%"


def test_numbers_in_cells_stay_numbers():
    assert (cell(-3.5), cell(7), cell(None)) == ("-3.5", "7", "")


def test_a_name_that_is_a_formula_is_harmless_in_the_table(draft):
    draft.get("DA01").row["name"] = '=HYPERLINK("http://x","y")'
    draft.get("DA02").row["name"] = 'a,b\n"c"'
    rows = list(csv.DictReader(io.StringIO(draft_table(draft))))
    assert rows[0]["what"] == '\'=HYPERLINK("http://x","y")'
    assert rows[1]["what"] == 'a,b "c"'
    assert len(rows) == len(draft.rows)
    # no cell of an event names the formula unguarded
    assert not any(v.startswith(("=", "+", "@")) for row in rows for v in row.values())


def test_names_are_the_same_however_they_are_written():
    assert plain_name("The U.S. Government") == plain_name("US government")
    assert same_name("Mullah Akhtar Mohammad Mansour", "Akhtar Mohammad Mansour")
    assert same_name("Al-Qaeda", "Al Qaeda")
    assert not same_name("Afghan Taliban", "Taliban")
    assert not same_name("", "")


def test_ranges_of_paragraphs_are_written_out():
    assert expanded(["T", "P2-P4", "P9"]) == {"T", "P2", "P3", "P4", "P9"}
    assert expanded(["P1-P99999999"]) == {"P1-P99999999"}


def test_a_run_of_eight_words_is_a_copy_and_seven_are_not():
    source = "one two three, four five. SIX seven eight nine"
    assert copied_run("He said: two three four five six seven eight nine!", source)
    assert not copied_run("He said two three four five six seven eight", source)
    assert not copied_run("", source)
