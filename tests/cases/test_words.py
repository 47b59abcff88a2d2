"""What the reader of a case says about indentation, rows out of time, and checks that wait."""

from __future__ import annotations

import pytest

from rivalry.cases import load_case
from rivalry.foundation import RivalryError

DIFFERENT = "this line is indented differently from the one above"
TAB = "a tab; indent with spaces"


def refused(folder):
    with pytest.raises(RivalryError) as caught:
        load_case(folder)
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  target: 0.6\n", "   target: 0.6\n", DIFFERENT),
        ("  target: 0.6\n", " target: 0.6\n", DIFFERENT),
        ("  target: 0.6\n", "\ttarget: 0.6\n", TAB),
        ("  target: 0.6\n", "  target:\t0.6\n", TAB),
    ],
)
def test_indentation_in_plain_words(changed, old, new, words):
    folder = changed((old, new))
    (problem,) = refused(folder)
    assert problem.code == "R0111"
    assert words in problem.message
    lines = (folder / "case.yaml").read_text().splitlines()
    assert lines[problem.line - 1] == new.rstrip("\n")


def test_other_faults_of_yaml_keep_their_words(changed):
    (problem,) = refused(changed(("  target: 0.6\n", "  target: 'a' b\n")))
    assert problem.code == "R0111"
    assert DIFFERENT not in problem.message
    assert TAB not in problem.message


def test_a_tab_in_the_ledger(good):
    ledger = good / "ledger.yaml"
    text = ledger.read_text()
    ledger.write_text(text + "\tx: 1\n")
    problem = refused(good)[0]
    assert problem.code == "R0111"
    assert problem.file == str(ledger)
    assert TAB in problem.message


def remark(problems):
    assert [p.code for p in problems if p.severity != "error"] == ["R0224"]
    assert problems[-1].code == "R0224"
    return problems[-1].message


def test_units_and_claims_wait_for_formulas(changed):
    found = refused(changed(('"capture_rate * effort"', '"capture_rat * effort"')))
    assert remark(found) == "units and what claims and loops say are checked once these are mended"


def test_claims_wait_for_units(changed):
    found = refused(changed(('"capture_rate * effort"', '"effort"')))
    assert {p.code for p in found} == {"R0402", "R0224"}
    assert remark(found) == "what claims and loops say is checked once these are mended"


def test_nothing_waits_for_a_wrong_sign(changed):
    found = refused(changed(("polarity: balancing", "polarity: reinforcing")))
    assert {p.severity for p in found} == {"error"}


def test_all_waits_for_the_shape(changed):
    found = refused(changed(("time: {start: 2015-01, ", "time: {")))
    assert "formulas" in remark(found)


def test_a_row_out_of_time_is_a_warning_at_its_line(good):
    table = good / "data" / "deaths.csv"
    lines = table.read_text().splitlines()
    lines[3] = lines[3].replace("2015", "2025", 1)
    table.write_text("\n".join(lines) + "\n")
    (found,) = [p for p in load_case(good).warnings if p.code == "R0624"]
    assert (found.file, found.line) == (str(table), 4)
    assert found.message.startswith("1 of 22 rows lie outside 2015-01..2016-12")
