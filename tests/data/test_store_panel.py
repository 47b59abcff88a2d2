"""What a panel counts, and what it calls known."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rivalry.data import Store
from rivalry.foundation import RivalryError

Ged = Callable[..., Path]


def _codes(error: pytest.ExceptionInfo[RivalryError]) -> list[str]:
    return [p.code for p in error.value.problems]


def test_inside_coverage_no_event_is_zero_and_outside_it_is_missing(store: Store, ged: Ged) -> None:
    store.import_files(ged({"date_start": "2020-02-01", "date_end": "2020-02-01"}),
                       covers="2020-01..2020-04")  # fmt: skip
    panel = store.panel(start="2019-12", end="2020-05").set_index("month")
    assert panel["covered"].tolist() == [False, True, True, True, True, False]
    assert panel.loc["2020-01":"2020-04", "events"].tolist() == [0, 1, 0, 0]
    assert panel["events"].isna().tolist() == [True, False, False, False, False, True]
    assert panel.loc["2020-02", ["low", "best", "high"]].tolist() == [1, 2, 3]


def test_a_final_release_covers_whole_years_to_its_last(store: Store, ged: Ged) -> None:
    first = {"date_start": "1989-03-01", "date_end": "1989-03-01"}
    last = {"date_start": "2024-11-30", "date_end": "2024-11-30"}
    (done,) = store.import_files(ged(first, last)).imported
    assert (str(done.release.first), str(done.release.last)) == ("1989-01", "2024-12")
    # an extract of it is sure only of the months between its events
    (done,) = store.import_files(ged({}, name="GEDEvent_v24_1.csv")).imported
    assert (str(done.release.first), str(done.release.last)) == ("2020-01", "2020-01")


def test_a_year_is_covered_if_all_its_months_are(store: Store, ged: Ged) -> None:
    store.import_files(ged({}, {"date_start": "2021-03-01", "date_end": "2021-03-01"}),
                       covers="2020-01..2021-06")  # fmt: skip
    panel = store.panel("dyad", "year", end="2022-12")
    assert panel["year"].tolist() == ["2020", "2021", "2022"]
    assert panel["covered"].tolist() == [True, False, False]
    assert panel["events"].tolist()[:2] == [1, 1]
    assert pd.isna(panel["events"].iloc[2])


def test_events_that_span_months_follow_the_rule(store: Store, ged: Ged) -> None:
    """31 January to 3 March 2020: 1 day, 29 days and 3 days of 33."""
    store.import_files(ged({"date_start": "2020-01-31", "date_end": "2020-03-03", "best": 33}))
    months = {"start": ["2020-01"], "end": ["2020-03"]}
    for rule, wanted in months.items():
        panel = store.panel(rule=rule)  # type: ignore[arg-type]
        assert panel[panel["events"] > 0]["month"].tolist() == wanted
    panel = store.panel(rule="spread").set_index("month")
    assert panel["best"].round(9).to_dict() == {"2020-01": 1, "2020-02": 29, "2020-03": 3}
    assert panel["events"].sum() == pytest.approx(1)


def test_by_actor_an_event_counts_for_both_sides_and_never_for_civilians(
    store: Store, ged: Ged
) -> None:
    one_sided = {
        "type_of_violence": 3, "dyad_new_id": 5, "dyad_name": "Red - Civilians",
        "side_b_new_id": 9999, "side_b": "Civilians",
    }  # fmt: skip
    store.import_files(ged({}, one_sided))
    panel = store.panel("actor").set_index("unit_name")
    assert panel["events"].to_dict() == {"Red": 2, "Blue": 1}
    assert panel.loc["Red", ["non_state_events", "one_sided_events"]].tolist() == [1, 1]
    assert store.actors()["actor_name"].tolist() == ["Red", "Blue"]
    assert store.panel("actor", actor="Blue")["events"].sum() == 2  # both sides of one event


def test_events_without_a_province_are_not_lost(store: Store, ged: Ged) -> None:
    store.import_files(ged({}, {"adm_1": ""}))
    panel = store.panel("province")
    assert panel["unit_name"].tolist() == ["(province not known), Freedonia", "North, Freedonia"]
    assert panel["events"].sum() == 2


def test_units_are_found_by_id_name_or_a_part_that_fits_one(store: Store, ged: Ged) -> None:
    other = {"dyad_new_id": 8002, "dyad_name": "Red - Green", "side_b": "Green",
             "side_b_new_id": 703}  # fmt: skip
    store.import_files(ged({}, other))
    for wanted in (8002, "8002", "red - green", "green"):
        assert store.panel(dyad=wanted)["unit_id"].unique().tolist() == [8002]
    with pytest.raises(RivalryError, match="fits 2 of the dyads") as error:
        store.panel(dyad="Red")
    assert _codes(error) == ["R1217"]
    with pytest.raises(RivalryError, match="Did you mean 'Red - Green'"):
        store.panel(dyad="Red - Gren")
    assert store.dyads(contains="GREEN")["dyad_id"].tolist() == [8002]
    with pytest.raises(RivalryError) as error:
        store.panel(violence="civil")
    assert _codes(error) == ["R1217"]


def test_precision_and_type_choose_events(store: Store, ged: Ged) -> None:
    store.import_files(ged({}, {"date_prec": 4}, {"where_prec": 6}, {"type_of_violence": 1}))
    assert len(store.events(max_date_prec=3)) == 3
    assert len(store.events(max_where_prec=5)) == 3
    assert len(store.events(violence="state-based")) == 1
    assert store.events(violence=["state-based", "non-state"]).shape[0] == 4


def test_final_release_counts_where_it_covers_and_candidates_after_it(
    store: Store, ged: Ged
) -> None:
    december = {"date_start": "2020-12-30", "date_end": "2020-12-30"}
    january = {"date_start": "2021-01-02", "date_end": "2021-01-02"}
    store.import_files(ged({}, december, name="GEDEvent_v21_1.csv"))
    # the candidate has an event that the final release left out, and one of the new month
    store.import_files(ged({"id": 77, **december}, {"id": 78, **january},
                           name="GEDEvent_v21_0_1.csv"))  # fmt: skip
    both = store.panel(dataset="ucdp-ged+ucdp-candidate").set_index("month")
    assert both["events"].sum() == 3
    assert both.loc["2020-12", "events"] == 1
    assert both.loc["2021-01", "events"] == 1
    assert both["covered"].all()
    names = [m["dataset"] for m in both.attrs["made_from"]]
    assert names == ["ucdp-ged", "ucdp-candidate"]


def test_monthly_candidates_are_put_together(store: Store, ged: Ged) -> None:
    for month in (1, 2):
        day = f"2021-0{month}-05"
        store.import_files(ged({"id": month, "date_start": day, "date_end": day},
                               name=f"GEDEvent_v21_0_{month}.csv"))  # fmt: skip
    panel = store.panel(dataset="ucdp-candidate")
    assert panel["events"].tolist() == [1, 1]
    one = store.panel(dataset="ucdp-candidate", version="21.0.1")
    assert one["events"].tolist() == [1]


def test_the_newest_version_answers_unless_one_is_named(store: Store, ged: Ged) -> None:
    store.import_files(ged({}, name="GEDEvent_v9_1.csv"), version="9.1")
    store.import_files(ged({}, {}, name="GEDEvent_v25_1.csv"))
    store.import_files(ged({}, {}, {}, name="mine.csv"))
    assert [r.version for r in store.datasets()] == ["25.1", "9.1", "mine"]
    assert len(store.events()) == 2
    assert len(store.events(version="9.1")) == 1
    with pytest.raises(RivalryError, match=r"It has: 25\.1, 9\.1, mine"):
        store.events(version="24.1")


def test_tables_say_where_they_come_from(store: Store, ged: Ged, tmp_path: Path) -> None:
    import hashlib

    import pyarrow.parquet as pq

    from rivalry.data import write_table

    path = ged()
    store.import_files(path)
    panel = store.panel()
    (made,) = panel.attrs["made_from"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (made["dataset"], made["version"]) == ("ucdp-ged", "25.1")
    assert made["files"][0]["sha256"] == digest
    assert "CC BY 4.0" in made["licence"]
    table, source = write_table(panel, tmp_path / "panel.csv")
    assert json.loads(source.read_text())["made_from"][0]["files"][0]["sha256"] == digest
    assert pd.read_csv(table)["best"].tolist() == [2]
    (other,) = write_table(panel, tmp_path / "panel.parquet")
    metadata = pq.read_schema(other).metadata
    assert json.loads(metadata[b"rivalry"])["made_from"][0]["version"] == "25.1"
    assert pd.read_parquet(other)["best"].tolist() == [2]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)",
                                  "\t=1", "  =1", "＝1"])  # fmt: skip
def test_formulas_come_out_of_an_export_as_text(
    store: Store, ged: Ged, tmp_path: Path, text: str
) -> None:
    from rivalry.data import write_table

    store.import_files(ged({"side_a": text, "longitude": -2.5}))
    path = write_table(store.events(), tmp_path / "events.csv")[0]
    with path.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    # blanks round a cell do not belong to it
    assert row["side_a"] == "'" + text.strip(" ")
    assert row["longitude"] == "-2.5"
    assert not any(c.startswith(("=", "+", "@")) for c in row.values())


def _acled(**changes: Any) -> dict[str, Any]:
    return {
        "event_id_cnty": "FRE1", "event_date": "2021-02-03", "year": 2021, "time_precision": 1,
        "disorder_type": "Political violence", "event_type": "Battles",
        "sub_event_type": "Armed clash", "actor1": "Red", "assoc_actor_1": "", "inter1": 2,
        "actor2": "Blue", "assoc_actor_2": "", "inter2": 3, "iso": 999, "region": "Nowhere",
        "country": "Freedonia", "admin1": "North", "admin2": "", "location": "Town",
        "latitude": 1.5, "longitude": 2.5, "geo_precision": 1, "source": "x", "notes": "made up",
        "fatalities": 3, **changes,
    }  # fmt: skip


def test_an_acled_export_is_read(store: Store, tmp_path: Path) -> None:
    """Its columns only: the rows are made up."""
    path = tmp_path / "acled.csv"
    rows = [
        _acled(),
        _acled(event_id_cnty="FRE2", event_date="15 February 2021", actor1="Blue", actor2="Red"),
        _acled(event_id_cnty="FRE3", event_type="Riots", actor2="", fatalities=0),
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (done,) = store.import_files(path).imported
    assert (done.release.format, done.release.dataset) == ("acled", "acled")
    assert "own licence" in done.release.licence
    panel = store.panel()
    # the sides of a dyad may change places; an event with one actor has no dyad
    assert panel["unit_name"].tolist() == ["(no dyad)", "Blue - Red"]
    assert panel["best"].tolist() == [0, 6]
    # ACLED has one estimate and no UCDP types: these are missing, not zero
    assert panel[["low", "high", "one_sided_events"]].isna().all(axis=None)
    assert len(store.events(event_type="Riots")) == 1


def test_a_plain_table_needs_four_columns(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "date_start,side_a,side_b,best,type_of_violence,province\n"
        "2021-03-04,Red,Blue,5,non-state,North\n"
        "2021-04,Red,Blue,2,2,South\n"
    )
    (done,) = store.import_files(path).imported
    assert (done.release.name, done.release.rows) == ("events mine", 2)
    found = store.events()
    assert found["date_end"].tolist() == ["2021-03-04", "2021-04-30"]
    assert store.panel()["best"].tolist() == [5, 2]
    assert store.panel("province")["unit_name"].unique().tolist() == ["North, ", "South, "]


def test_panel_feeds_the_panel_forecast(store: Store, ged: Ged, tmp_path: Path) -> None:
    from rivalry.data import write_table
    from rivalry.forecast import read_panel

    store.import_files(ged({}, {"date_start": "2020-03-01", "date_end": "2020-03-01"}))
    path = write_table(store.panel(), tmp_path / "panel.parquet")[0]
    panel = read_panel(path, unit="unit_id", target="best")
    assert panel.counts.tolist() == [[2.0, 0.0, 2.0]]


def test_capitals_are_a_word_of_their_own(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(
        "date_start,side_a,side_b,best\n2023-01-01,IS,SDF,1\n2023-01-02,Jaysh al-Islam,SDF,2\n"
        "2023-01-03,Army of Islam,IS-K,3\n",
        encoding="utf-8",
    )
    store = Store(tmp_path / "s.duckdb")
    store.import_files(file)
    assert set(store.dyads(contains="IS")["dyad_name"]) == {"IS - SDF", "Army of Islam - IS-K"}
    assert len(store.dyads(contains="is")) == 3
    assert set(store.actors(contains="IS")["actor_name"]) == {"IS", "IS-K"}
