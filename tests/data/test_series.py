"""Monthly series out of tables."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from rivalry.data import Table, ranges, read_table, series
from rivalry.foundation import Month, RivalryError


def table(folder: Path, content: str) -> Table:
    path = folder / "t.csv"
    path.write_text(content, encoding="utf-8")
    return read_table(path)


def faults(call, *args, **kwargs) -> list[tuple[str, int | None]]:
    with pytest.raises(RivalryError) as caught:
        call(*args, **kwargs)
    return [(p.code, p.line) for p in caught.value.problems]


def test_values_by_month_sorted_with_blanks_missing(tmp_path):
    t = table(tmp_path, "month,x\n2015-03,3\n2015-02,\n2015-01-15,1e2\n")
    assert series(t, "x") == {Month.of(2015, 1): 100.0, Month.of(2015, 3): 3.0}


def test_blank_is_a_fault_where_values_must_be_known(tmp_path):
    t = table(tmp_path, "month,x\n2015-01,1\n2015-02,\n")
    assert faults(series, t, "x", blank="error") == [("R0606", 3)]


@pytest.mark.parametrize(
    ("every", "date", "expected"),
    [
        ("year", "2015", "2015-12"),
        ("year", "2015-01", "2015-12"),
        ("year", "2015-06-30", "2015-12"),
        ("half-year", "2015-01", "2015-06"),
        ("half-year", "2015-07", "2015-12"),
        ("quarter", "2015-05", "2015-06"),
        ("month", "2015-05", "2015-05"),
        ("irregular", "2015-05-20", "2015-05"),
    ],
)
def test_value_of_a_period_is_at_its_last_month(tmp_path, every, date, expected):
    t = table(tmp_path, f"as_of,x\n{date},7\n")
    assert series(t, "x", "as_of", every=every) == {Month.parse(expected): 7.0}


@pytest.mark.parametrize("every", ["month", "quarter", "irregular"])
def test_a_year_alone_does_not_say_which_month(tmp_path, every):
    t = table(tmp_path, "month,x\n2015,7\n")
    assert faults(series, t, "x", every=every) == [("R0604", 2)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("n/a", "R0602"),
        ("NA", "R0602"),
        ('"1,200"', "R0602"),
        ("1_000", "R0602"),
        ("0x10", "R0602"),
        ("٣", "R0602"),
        ("NaN", "R0603"),
        ("nan", "R0603"),
        ("-inf", "R0603"),
        ("1e999", "R0603"),
    ],
)
def test_cells_that_are_not_numbers(tmp_path, cell, code):
    t = table(tmp_path, f"month,x\n2015-01,1\n2015-02,{cell}\n")
    assert faults(series, t, "x") == [(code, 3)]


def test_thousands_are_mended_in_the_remedy(tmp_path):
    t = table(tmp_path, 'month,x\n2015-02,"1,200"\n')
    with pytest.raises(RivalryError, match="Write 1200"):
        series(t, "x")


@pytest.mark.parametrize("date", ["2015-13", "2015-02-30", "03/2015", "15-03", "", "March 2015"])
def test_dates_that_are_not_dates(tmp_path, date):
    t = table(tmp_path, f"month,x\n{date},1\n")
    assert faults(series, t, "x") == [("R0604", 2)]


def test_duplicate_months(tmp_path):
    t = table(tmp_path, "month,x\n2015-01,1\n2015-02,1\n2015-01-09,2\n")
    assert faults(series, t, "x") == [("R0605", 4)]


def test_duplicate_years(tmp_path):
    t = table(tmp_path, "year,x\n2015,1\n2015-07,1\n")
    with pytest.raises(RivalryError, match=r"the year 2015 is given twice \(first at line 2\)"):
        series(t, "x", "year", every="year")


def test_all_faults_at_once(tmp_path):
    t = table(tmp_path, "month,x\n2015-01,a\n2015-02,nan\n2015-99,1\n2015-01,3\n")
    assert faults(series, t, "x") == [("R0602", 2), ("R0603", 3), ("R0604", 4), ("R0605", 5)]


def test_every_missing_column_is_reported(tmp_path):
    t = table(tmp_path, "month,x\n2015-01,1\n")
    assert [c for c, _ in faults(series, t, "y", "date", {"group": "a"})] == ["R0601"] * 3


@pytest.mark.parametrize("wanted", [14542, 14542.0, "14542"])
def test_where_compares_numbers_as_numbers(tmp_path, wanted):
    t = table(tmp_path, "year,id,x\n2015,14542,1\n2015,14320,2\n")
    assert series(t, "x", "year", {"id": wanted}, every="year") == {Month.of(2015, 12): 1.0}


def test_rows_left_out_by_where_are_not_checked(tmp_path):
    t = table(tmp_path, "month,g,x\n2015-01,a,1\nunknown,b,many\n")
    assert series(t, "x", where={"g": "a"}) == {Month.of(2015, 1): 1.0}


def test_no_row_matches(tmp_path):
    t = table(tmp_path, "month,group,x\n2015-01,ISIL-K,1\n")
    with pytest.raises(RivalryError, match="Did you mean group: ISIL-K"):
        series(t, "x", where={"group": "ISILK"})


def test_ranges(tmp_path):
    t = table(tmp_path, "month,low,high\n2015-01,1,2\n2015-02,,\n2015-03,3,\n2015-04,,4\n")
    found = ranges(t, "low", "high")
    assert found[Month.of(2015, 1)] == (1.0, 2.0)
    assert Month.of(2015, 2) not in found
    assert found[Month.of(2015, 3)][0] == 3.0
    assert math.isnan(found[Month.of(2015, 3)][1])
    assert math.isnan(found[Month.of(2015, 4)][0])
    assert found[Month.of(2015, 4)][1] == 4.0


def test_range_upside_down(tmp_path):
    t = table(tmp_path, "month,low,high\n2015-01,5,2\n")
    assert faults(ranges, t, "low", "high") == [("R0611", 2)]


def test_published_monthly_table(shared):
    t = read_table(shared / "data" / "afghanistan" / "monthly.csv")
    found = series(t, "non_state_events")
    assert len(found) == 432
    assert min(found) == Month.of(1989, 1)
    assert max(found) == Month.of(2024, 12)


def test_published_strength_ranges(shared):
    t = read_table(shared / "data" / "afghanistan" / "strength_estimates.csv")
    with pytest.raises(RivalryError, match="a year alone"):
        ranges(t, "low", "high", "as_of", {"group": "ISIL-K"}, every="irregular")


def test_lines_of_the_months(tmp_path):
    from rivalry.data import row_lines

    path = tmp_path / "t.csv"
    path.write_text("year,who,x\n2020,a,1\n\n2021,a,2\n2021,b,3\n")
    found = row_lines(read_table(path), "year", {"who": "a"}, every="year")
    assert found == {Month.of(2020, 12): 2, Month.of(2021, 12): 4}
