"""``rivalry forecast`` of a panel: files that agree, and tables that cannot be forecast."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rivalry.cli._forecast_options import panel_name, parse_origins, parse_steps
from rivalry.forecast import auto_forecast, last, open_panel, read_views
from rivalry.foundation import RivalryError


def rows(units: int = 4, months: int = 30, first: int = 470) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    parts = []
    for u in range(units):
        counts = rng.negative_binomial(1, 1 / (1 + 10.0 * u), size=months)
        parts.append(
            pd.DataFrame(
                {
                    "month_id": np.arange(first, first + months),
                    "country_id": u + 1,
                    "ged_sb": counts,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def panel(tmp_path) -> Path:
    file = tmp_path / "cm.csv"
    rows().to_csv(file, index=False)
    return file


def forecast(call, panel, tmp_path, *more, code=0):
    answer = call("forecast", "--panel", panel, "--out", tmp_path / "out", "--draws", 80,
                  "--json", *more)  # fmt: skip
    assert answer.code == code, answer.out + answer.err
    return answer.json()


def test_files_hold_the_draws_and_agree(call, panel, tmp_path):
    data = forecast(call, panel, tmp_path, "--origin", "2021-02", "--steps", "3..5",
                    "--model", "auto,last", "--seed", 3)  # fmt: skip
    folder = Path(data["folder"])
    assert folder.parent == tmp_path / "out" / "cm"
    assert data["files"] == [
        "forecast.csv", "forecast.html", "forecast.parquet", "forecast_last.parquet", "run.json",
    ]  # fmt: skip
    read = open_panel(panel)
    for name, function in (("forecast", auto_forecast), ("forecast_last", last)):
        draws = function(read, "2021-02", (3, 4, 5), n_draws=80, seed=3)
        pd.testing.assert_frame_equal(pd.read_parquet(folder / f"{name}.parquet"), draws.frame())
    table = pd.read_csv(folder / "forecast.csv")
    assert len(table) == 2 * 4 * 3
    row = table[(table["model"] == "auto") & (table["country_id"] == 4)].iloc[1]
    mine = auto_forecast(read, "2021-02", (3, 4, 5), n_draws=80, seed=3).array[3, 1]
    assert (row["month"], row["month_id"], row["step"]) == ("2021-06", 498, 4)
    assert row["mean"] == pytest.approx(mine.mean(), rel=1e-5)
    assert row["q95"] == pytest.approx(np.quantile(mine, 0.95), rel=1e-5)
    assert row["p_at_least_25"] == pytest.approx((mine >= 25).mean())
    known = read.until("2021-02").counts[3]
    assert row["last_month"] == known[-1]
    assert row["mean_minus_last_12_months"] == pytest.approx(
        mine.mean() - known[-12:].mean(), rel=1e-4
    )
    run = json.loads((folder / "run.json").read_text())
    assert run["panel"]["sha256"]
    assert run["versions"]["rivalry"]
    assert run["seed"] == 3


def test_defaults_are_the_last_month_and_a_year(call, panel, tmp_path):
    data = forecast(call, panel, tmp_path)
    assert data["origin"] == "2021-07"  # month_id 499
    assert data["steps"] == list(range(1, 13))
    assert data["models"] == ["auto"]
    assert data["highest"][0]["country_id"] == 4


def test_the_text_answer_names_the_page(call, panel, tmp_path):
    answer = call("forecast", "--panel", panel, "--out", tmp_path / "o", "--draws", 20)
    assert answer.code == 0
    page = Path(answer.out.splitlines()[-1].removeprefix("Forecast: "))
    assert page.is_file()
    text = page.read_text()
    assert "cm.csv" in text
    assert "conflictology" in text
    assert "http://" not in text.split("<script>")[0]


def test_the_views_layout_can_be_read_back(call, panel, tmp_path):
    details = ("--team", "T", "--short-title", "Auto", "--identifier", "a", "--author", "A B; C",
               "--contact", "a@b.org")  # fmt: skip
    data = forecast(call, panel, tmp_path, "--origin", "2020-10", "--steps", "3..14",
                    "--layout", "views", *details)  # fmt: skip
    views = Path(data["folder"]) / "views"
    found = read_views(views / "cm" / "window=Y2021")
    expected = auto_forecast(open_panel(panel), "2020-10", tuple(range(3, 15)), n_draws=80)
    assert np.array_equal(found.array, expected.array)
    assert "a@b.org" in (views / "submission_details.yml").read_text()


def test_the_same_whatever_the_threads(call, panel, tmp_path):
    found = [forecast(call, panel, tmp_path, "--threads", n) for n in (1, 2)]
    a, b = (pd.read_parquet(Path(f["folder"]) / "forecast.parquet") for f in found)
    pd.testing.assert_frame_equal(a, b)


# --- stated treatment


def test_a_unit_that_appears_late_is_said_and_left_out(call, tmp_path):
    table = rows()
    table = table[(table["country_id"] != 2) | (table["month_id"] > 495)]
    file = tmp_path / "late.csv"
    table.to_csv(file, index=False)
    data = forecast(call, file, tmp_path, "--origin", 490)
    assert data["units"] == 3
    assert "1 of 4 units have no count" in data["remarks"][0]
    assert forecast(call, file, tmp_path)["units"] == 4


def test_one_month_of_history_is_enough_and_said(call, tmp_path):
    file = tmp_path / "one.csv"
    rows(months=1).to_csv(file, index=False)
    data = forecast(call, file, tmp_path)
    assert "1 month " in data["remarks"][0]
    draws = pd.read_parquet(Path(data["folder"]) / "forecast.parquet")
    assert len(draws) == 4 * 12 * 80


def test_all_zeros_keep_a_small_chance_and_it_is_said(call, tmp_path):
    file = tmp_path / "quiet.csv"
    rows().assign(ged_sb=0).to_csv(file, index=False)
    data = forecast(call, file, tmp_path, "--draws", 1000)
    assert "is 0" in data["remarks"][0]
    table = pd.read_csv(Path(data["folder"]) / "forecast.csv")
    assert (table["mean"] <= 1).all()
    assert (table["p_at_least_1"] > 0).any()


# --- coded errors


def cell(row: int, column: str, value: object):
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.astype(object)
        table.loc[row, column] = value
        return table

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.drop(index=10), "R1007"),
        (lambda t: t[t["month_id"] != 480], "R1010"),
        (cell(3, "ged_sb", -99), "R1004"),
        (cell(3, "ged_sb", 2.5), "R1004"),
        (cell(3, "ged_sb", "n/a"), "R1003"),
        (cell(3, "month_id", 202011), "R1005"),
        (cell(3, "country_id", ""), "R1009"),
        (lambda t: pd.concat([t, t.iloc[:2]]), "R1006"),
        (lambda t: t.iloc[:0], "R1008"),
        (lambda t: t.assign(other=1), "R1042"),
        (lambda t: t.rename(columns={"month_id": "when"}), "R1042"),
    ],
)
def test_tables_with_faults(call, tmp_path, change, code):
    file = tmp_path / "bad.csv"
    change(rows()).to_csv(file, index=False)
    answer = call("forecast", "--panel", file, "--out", tmp_path / "out", "--json")
    assert answer.code in (1, 2)
    assert {p["code"] for p in answer.json()["problems"]} == {code}
    assert not (tmp_path / "out").exists()


def broken(kind: str, folder: Path) -> Path:
    if kind == "empty":
        file = folder / "empty.csv"
        file.write_bytes(b"")
    elif kind == "parquet":
        file = folder / "cut.parquet"
        rows().to_parquet(file)
        file.write_bytes(file.read_bytes()[:-40])
    elif kind == "gzip":
        file = folder / "cut.csv.gz"
        raw = gzip.compress(rows().to_csv(index=False).encode())
        file.write_bytes(raw[: len(raw) // 2])
    elif kind == "zip":
        file = folder / "table.zip"
        file.write_bytes(b"PK\x03\x04 cut off")
    else:
        file = folder / "none.csv"
    return file


@pytest.mark.parametrize(
    ("kind", "code"),
    [("empty", "R1001"), ("parquet", "R1001"), ("gzip", "R1001"), ("zip", "R1001"),
     ("none", "R0101")],
)  # fmt: skip
def test_files_that_are_no_table(call, tmp_path, kind, code):
    answer = call("forecast", "--panel", broken(kind, tmp_path), "--json")
    assert answer.code == 1
    assert [p["code"] for p in answer.json()["problems"]] == [code]


@pytest.mark.parametrize(
    ("words", "code", "ends"),
    [
        (("--steps", "12..3"), "R1015", 2),
        (("--steps", "1..x"), "R1015", 2),
        (("--steps", "0..3"), "R1015", 2),
        (("--steps", "3,3"), "R1015", 2),
        (("--steps", "1..500"), "R1015", 2),
        (("--steps", ""), "R1015", 2),
        (("--origin", "2030-01"), "R1013", 1),
        (("--origin", "1999-01"), "R1013", 1),
        (("--origin", "2021-13"), "R1011", 2),
        (("--model", "conflict"), "R1040", 2),
        (("--model", ","), "R0903", 2),
        (("--model", "conflictology_n"), "R1016", 1),
        (("--unit", "country"), "R1002", 1),
        (("--target", "deaths"), "R1002", 1),
        (("--draws", "0"), "R0904", 2),
        (("--layout", "long"), "R0904", 2),
        (("--team", "T"), "R1020", 2),
        (("--layout", "views", "--team", "T"), "R1020", 2),
    ],
)
def test_options_that_make_no_sense(call, panel, tmp_path, words, code, ends):
    answer = call("forecast", "--panel", panel, "--out", tmp_path / "o", "--json", *words)
    assert answer.code == ends
    assert [p["code"] for p in answer.json()["problems"]] == [code]
    assert not (tmp_path / "o").exists()


def test_a_case_or_a_panel(call, panel):
    for words in ((), ("afghanistan", "--panel", panel), ("afghanistan", "--target", "x")):
        answer = call("forecast", *words, "--json")
        assert answer.code == 2
        assert [p["code"] for p in answer.json()["problems"]] == ["R1043"]


def test_an_out_that_is_a_file(call, panel, tmp_path):
    (tmp_path / "taken").write_text("x")
    answer = call("forecast", "--panel", panel, "--out", tmp_path / "taken", "--json")
    assert answer.code == 1
    assert [p["code"] for p in answer.json()["problems"]] == ["R0105"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_out_without_permission(call, panel, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    answer = call("forecast", "--panel", panel, "--out", tmp_path / "locked" / "x", "--json")
    assert [p["code"] for p in answer.json()["problems"]] == ["R0105"]


def test_steps_and_origins_as_people_write_them():
    assert parse_steps("1..3, 6,12") == (1, 2, 3, 6, 12)
    assert [str(m) for m in parse_origins("2016-11..2017-05", 3)] == [
        "2016-11",
        "2017-02",
        "2017-05",
    ]
    assert [str(m) for m in parse_origins("2016-11,500")] == ["2016-11", "2021-08"]
    for text, code in (("2017..2016-01", "R1011"), ("2017-02..2016-01", "R1041"), (",", "R1041"),
                       ("2016-01..", "R1041")):  # fmt: skip
        with pytest.raises(RivalryError) as caught:
            parse_origins(text)
        assert caught.value.problems[0].code == code
        assert caught.value.exit_code == 2


def test_folders_are_called_after_the_file():
    names = ("a.csv", "b.csv.gz", "c.PARQUET", "d.e.csv", ".csv")
    assert [panel_name(Path(n)) for n in names] == ["a", "b", "c", "d.e", "panel"]
