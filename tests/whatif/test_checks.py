"""Rows of a ledger held against figures."""

from __future__ import annotations

import shutil

import pytest

from rivalry.cases import load_case
from rivalry.foundation import RivalryError
from rivalry.whatif import check_rows

SOUND = """
checks: 1
rows:
  Q1:
    says: Deaths of January 2013
    figure: {file: deaths.csv, column: deaths, where: {month: 2013-01}}
    holds: "="
    than: 100
    source: the table
  C1:
    says: Mean of 2014 against that of 2013
    figure: {file: deaths.csv, column: deaths, from: 2014, until: 2014, take: mean}
    per: {file: deaths.csv, column: deaths, from: 2013, until: 2013, take: mean}
    holds: between
    low: 1.1
    high: 2
    source: the table
    note: Seven a month more, and back to the start after five.
"""
FAULTY = """
checks: 1
rows:
  Q9: {says: x, figure: 1, holds: ">", than: 0, source: s}
  Q1: {says: x, figure: {file: deaths.csv, column: death}, holds: ">", than: 0, source: s}
  C1: {says: x, figure: {file: deaths.csv, column: deaths}, holds: "!", than: 0, source: s}
"""


@pytest.fixture
def folder(rivals_folder, tmp_path):
    return shutil.copytree(rivals_folder, tmp_path / "rivals")


def test_a_case_without_checks_has_none(rivals):
    assert check_rows(rivals) == []


def test_figures_bear_a_row_out_or_not(folder):
    (folder / "checks.yaml").write_text(SOUND)
    equal, ratio = check_rows(load_case(folder))
    assert (equal.id, equal.outcome, equal.figure) == ("Q1", "borne out", 100.0)
    assert equal.section == "quantities"
    # months 13 to 24 of 100, 107, .. 128: 12 values of a cycle of five, by hand
    first = [100 + 7 * (i % 5) for i in range(12)]
    second = [100 + 7 * (i % 5) for i in range(12, 24)]
    assert ratio.figure == pytest.approx(sum(second) / sum(first))
    assert ratio.outcome == "not borne out"
    assert "Seven a month more" in ratio.reason


def test_faults_name_the_row_and_the_line(folder):
    (folder / "checks.yaml").write_text(FAULTY)
    with pytest.raises(RivalryError) as error:
        check_rows(load_case(folder))
    problems = error.value.problems
    assert [p.code for p in problems] == ["R1121"] * 3
    assert [p.line for p in problems] == [4, 5, 6]
    assert "did you mean 'deaths'" in problems[1].message


def test_the_bundled_case_checks_at_least_ten_rows_and_says_where_figures_differ():
    rows = check_rows(load_case("afghanistan"))
    assert len(rows) >= 10
    assert {r.section for r in rows} >= {"events", "quantities", "relations"}
    assert "E12" in {r.id for r in rows if r.outcome == "not borne out"}
