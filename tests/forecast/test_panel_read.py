"""Tables become panels, or faults that name their rows."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest

from rivalry.forecast import panel_from_frame, read_panel
from rivalry.foundation import Month, Problem, RivalryError

GOOD = "month_id,country_id,ged_sb\n500,1,0\n501,1,3\n500,2,7\n501,2,\n"


def read(tmp_path, text: str, name: str = "panel.csv", **columns):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return read_panel(path, **{"unit": "country_id", "target": "ged_sb", **columns})


def faults(tmp_path, text: str, **columns) -> list[Problem]:
    with pytest.raises(RivalryError) as caught:
        read(tmp_path, text, **columns)
    return caught.value.problems


@pytest.mark.parametrize("name", ["panel.csv", "panel.csv.gz"])
def test_csv(tmp_path, name):
    panel = read(tmp_path, GOOD, name)
    assert panel.units.tolist() == [1, 2]
    assert (panel.start, panel.end) == (Month.from_views(500), Month.from_views(501))
    np.testing.assert_array_equal(panel.counts, [[0, 3], [7, np.nan]])
    assert (panel.unit, panel.target) == ("country_id", "ged_sb")


def test_parquet_with_its_keys_in_the_index(tmp_path):
    frame = pd.DataFrame({"month_id": [500, 501], "country_id": [1, 1], "ged_sb": [0, 3]})
    path = tmp_path / "panel.parquet"
    frame.set_index(["month_id", "country_id"]).to_parquet(path)
    panel = read_panel(path, unit="country_id", target="ged_sb")
    np.testing.assert_array_equal(panel.counts, [[0, 3]])


def test_months_with_names_and_units_with_names(tmp_path):
    panel = read(
        tmp_path, "month,iso3,deaths\n2021-10,SYR,1\n2021-11,SYR,2\n2021-11,AFG,0\n",
        unit="iso3", target="deaths", month="month",
    )  # fmt: skip
    assert panel.units.tolist() == ["AFG", "SYR"]
    assert panel.start == Month.of(2021, 10)
    np.testing.assert_array_equal(panel.counts, [[np.nan, 0], [1, 2]])


def test_dates_of_a_data_frame():
    frame = pd.DataFrame(
        {"month": pd.to_datetime(["2021-10-01", "2021-11-01"]), "u": "a", "y": [1.0, np.nan]}
    )
    panel = panel_from_frame(frame, unit="u", target="y", month="month")
    assert panel.start == Month.of(2021, 10)
    np.testing.assert_array_equal(panel.counts, [[1, np.nan]])


def test_a_unit_may_appear_late_and_end_early(tmp_path):
    text = "month_id,country_id,ged_sb\n1,1,5\n2,1,5\n2,2,6\n3,2,6\n"
    np.testing.assert_array_equal(read(tmp_path, text).counts, [[5, 5, np.nan], [np.nan, 6, 6]])


def test_one_month_of_history_is_enough_and_so_are_zeros(tmp_path):
    assert read(tmp_path, "month_id,country_id,ged_sb\n1,1,0\n").counts.tolist() == [[0.0]]


BAD = {
    "text": ("500,1,0\n501,1,many\n", "R1003", 3),
    "the word nan": ("500,1,0\n501,1,nan\n", "R1003", 3),
    "a thousand with a comma": ('500,1,"1,200"\n', "R1003", 2),
    "negative": ("500,1,-9\n", "R1004", 2),
    "broken": ("500,1,0.5\n", "R1004", 2),
    "huge": ("500,1,1e12\n", "R1004", 2),
    "infinite": ("500,1,inf\n", "R1004", 2),
    "a month as one number": ("202110,1,0\n", "R1005", 2),
    "a year": ("2021,1,0\n", "R1005", 2),
    "no month": (",1,0\n", "R1005", 2),
    "month 13": ("2021-13,1,0\n", "R1005", 2),
    "repeated": ("500,1,0\n501,1,0\n500,1,2\n", "R1006", 4),
    "repeated under two names": ("500,1,0\n1.0e+0,1,0\n2021-08,1,2\n", "R1006", 4),
    "gap": ("500,1,0\n502,1,0\n501,2,0\n500,2,0\n502,2,0\n", "R1007", None),
    "a month for none": ("500,1,0\n502,1,0\n", "R1010", None),
    "nothing": ("", "R1008", None),
    "all empty": ("500,1,\n501,1,\n", "R1008", None),
    "no unit": ("500,1,0\n501,,0\n", "R1009", 3),
}


@pytest.mark.parametrize("name", list(BAD))
def test_bad_rows_are_faults_with_their_line(tmp_path, name):
    rows, code, line = BAD[name]
    (found,) = faults(tmp_path, "month_id,country_id,ged_sb\n" + rows)
    assert (found.code, found.line) == (code, line)
    assert found.file.endswith("panel.csv")


def test_lines_are_right_after_blank_ones(tmp_path):
    (found,) = faults(tmp_path, "month_id,country_id,ged_sb\n500,1,0\n\n\n501,1,-1\n")
    assert (found.code, found.line) == ("R1004", 5)


def test_three_mistakes_are_three_faults(tmp_path):
    text = "month_id,country_id,ged_sb\n500,1,x\n501,1,-1\nsoon,1,0\n"
    assert [(p.code, p.line) for p in faults(tmp_path, text)] == [
        ("R1005", 4), ("R1003", 2), ("R1004", 3),
    ]  # fmt: skip


def test_many_faults_of_a_kind_are_counted(tmp_path):
    text = "month_id,country_id,ged_sb\n" + "".join(f"{m},1,x\n" for m in range(1, 31))
    found = faults(tmp_path, text)
    assert len(found) == 5
    assert "25 more" in found[-1].message


def test_an_unknown_column_is_named_with_the_nearest(tmp_path):
    found = faults(tmp_path, GOOD, unit="countryid", target="ged_ns")
    assert [p.code for p in found] == ["R1002", "R1002"]
    assert "'country_id'" in found[0].remedy
    assert "'ged_sb'" in found[1].remedy


def test_files_that_cannot_be_read(tmp_path):
    def code(path) -> str:
        with pytest.raises(RivalryError) as caught:
            read_panel(path, unit="u", target="y")
        return caught.value.problems[0].code

    assert code(tmp_path / "none.csv") == "R0101"
    for name, content in {
        "a.xlsx": b"PK",
        "a.parquet": b"PAR1 but not really",
        "a.csv.gz": b"not gzip",
        "b.csv.gz": gzip.compress(b"month_id,u,y\n" * 999)[:-9],
        "a.csv": b"\xff\xfe\x00",
        "b.csv": b"",
    }.items():
        (tmp_path / name).write_bytes(content)
        assert code(tmp_path / name) == "R1001", name


def test_the_ucdp_panel_is_read_with_months_by_name(shared):
    panel = read_panel(
        shared / "data" / "ucdp" / "country_month_1989_2021.csv.gz",
        unit="iso3", target="deaths_best", month="month",
    )  # fmt: skip
    assert len(panel) == 123
    assert (str(panel.start), str(panel.end)) == ("1989-01", "2021-12")
    assert panel.counts[panel.place("AFG"), 0] == 714
