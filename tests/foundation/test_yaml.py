"""YAML with positions: what is read, where it stood, and what is refused."""

from __future__ import annotations

import json
import math
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivalry.foundation import Position, RivalryError, load_yaml, parse_yaml

CODES = {"R0111", "R0112", "R0113", "R0114", "R0115"}


def faults(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(RivalryError) as caught:
        parse_yaml(text, file="case.yaml")
    assert all(p.file == "case.yaml" for p in caught.value.problems)
    assert all(p.remedy for p in caught.value.problems)
    return [(p.code, p.line) for p in caught.value.problems]


CASE = """\
# a comment
title: Two groups
stocks:
  fighters:
    initial: 3000
  pool: {unit: people}
groups:
  - name: taliban
    since: 1994-01
  - iskp
"""


def test_plain_data():
    assert parse_yaml(CASE).data == {
        "title": "Two groups",
        "stocks": {"fighters": {"initial": 3000}, "pool": {"unit": "people"}},
        "groups": [{"name": "taliban", "since": "1994-01"}, "iskp"],
    }


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 2, 1),
        (("title",), 2, 1),
        (("stocks", "fighters"), 4, 3),
        (("stocks", "fighters", "initial"), 5, 5),
        (("stocks", "pool", "unit"), 6, 10),
        (("groups", 0), 8, 5),
        (("groups", 0, "since"), 9, 5),
        (("groups", 1), 10, 5),
    ],
)
def test_positions_are_those_an_editor_shows(path, line, column):
    assert parse_yaml(CASE).positions[path] == Position(line, column)


def test_line_of_something_absent_is_that_of_what_encloses_it():
    document = parse_yaml(CASE)
    assert document.line(("stocks", "fighters", "unit")) == 4
    assert document.line(("groups", 7, "name")) == 7
    assert document.line(("nowhere",)) == 2
    assert parse_yaml("").line(("nowhere",)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("2021-08-15", "2021-08-15"),
        ("12:30", "12:30"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("'3'", "3"),
        ('"null"', "null"),
        ("-17", -17),
        ("200_000", 200000),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("3.", 3.0),
        ("-.inf", -math.inf),
        ("0x1f", "0x1f"),
        ("\u0663", "\u0663"),  # a digit to Python, not to YAML
    ],
)
def test_scalars_follow_the_core_schema(text, value):
    read = parse_yaml(f"a: {text}").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_nan_is_read_as_a_number():
    assert math.isnan(parse_yaml("a: .NaN").data["a"])


def test_block_text_is_text():
    assert parse_yaml("a: |\n  1\n  2\n").data == {"a": "1\n2\n"}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n"])
def test_an_empty_file_is_none(text):
    assert parse_yaml(text).data is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1, 2\n", 3),
        ("a: 1\ntitle: Mali: two groups\n", 2),
        ("a:\n  - 1\n b: 2\n", 3),
        ("a: 1\n\tb: 2\n", 2),
        ("a: 'open\n", 2),
        ("ok: 1\n? [complex]\n: 1\n", 2),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: 1\nb: \x07\n", 2),
    ],
)
def test_broken_syntax_names_the_line(text, line):
    assert faults(text) == [("R0111", line)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: *x\n", [("R0112", 1), ("R0112", 2)]),
        ("a: &x 1\n", [("R0112", 1)]),
        ("b: *unknown\n", [("R0112", 1)]),
        ("base: 1\nb:\n  <<: *base\n", [("R0112", 3)]),
        ("a: !!python/object/apply:os.getcwd []\n", [("R0115", 1)]),
        ("a: 1\nb: !!str 5\n", [("R0115", 2)]),
        ("- !secret x\n", [("R0115", 1)]),
        ("a: 1\nb: 2\na: 3\n", [("R0114", 3)]),
        ("s:\n  x: 1\n  x: 1\nt:\n  x: 1\n", [("R0114", 3)]),
        ("{a: 1, a: 2}", [("R0114", 1)]),
    ],
)
def test_refused_constructs(text, expected):
    assert faults(text) == expected


def test_duplicate_names_the_first_line():
    with pytest.raises(RivalryError, match=r"'a' stands twice .*first at line 1"):
        parse_yaml("a: 1\nb: 2\na: 3\n")


def test_three_mistakes_are_reported_at_once():
    assert faults("a: &x 1\nb: 1\nb: 2\nc: !t 3\n") == [("R0112", 1), ("R0114", 3), ("R0115", 4)]


def test_a_file_full_of_mistakes_reports_the_first_ones():
    assert faults("a: 1\n" * 5000) == [("R0114", line) for line in range(2, 22)]


def test_alias_bomb_is_refused_before_it_expands():
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x]"]
    for i in range(1, 10):
        lines.append(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]")
    assert {code for code, _ in faults("\n".join(lines))} == {"R0112"}


@pytest.mark.parametrize("opening", ["[", "- ", "{a: "])
def test_deep_nesting(opening):
    assert faults(opening * 5000) == [("R0113", 1)]


def test_nesting_a_person_may_write_is_read():
    data = parse_yaml("[" * 30 + "]" * 30).data
    for _ in range(29):
        (data,) = data
    assert data == []


def test_too_many_values():
    assert faults("- 1\n" * 100_001) == [("R0113", 100_000)]


def test_load_names_the_file_and_drops_the_byte_order_mark(tmp_path: Path):
    path = tmp_path / "case.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: Caf\xc3\xa9\n")
    document = load_yaml(path)
    assert document.data == {"title": "Café"}
    assert document.file == str(path)
    assert document.positions[("title",)] == Position(1, 1)


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(
        alphabet=string.printable.replace("\x0b", "").replace("\x0c", "") + "äж道", max_size=20
    )
    | st.floats(allow_nan=False, allow_infinity=False)
)
keys = st.text(alphabet=string.ascii_letters + "_", min_size=1, max_size=8)
trees = st.recursive(
    scalars, lambda t: st.lists(t, max_size=4) | st.dictionaries(keys, t, max_size=4), max_leaves=15
)


@given(st.dictionaries(keys, trees, max_size=5), st.sampled_from([None, 2]), st.booleans())
def test_json_is_read_as_json(tree, indent, ascii_only):
    # YAML 1.2 contains JSON, and Python's writer of it is independent of the reader under test.
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    assert parse_yaml(text).data == tree


@given(st.text(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"#%? \n\t,", max_size=60))
def test_no_text_ends_in_anything_but_data_or_a_coded_error(text):
    problems = []
    try:
        parse_yaml(text, file="f")
    except RivalryError as error:
        problems = error.problems
    assert all(p.code in CODES for p in problems)
