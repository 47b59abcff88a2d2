"""What changed between two versions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rivalry.data import Store
from rivalry.foundation import RivalryError

Ged = Callable[..., Path]


def test_added_removed_and_changed_events_by_dyad_and_year(store: Store, ged: Ged) -> None:
    other = {"dyad_new_id": 8002, "dyad_name": "Red - Green"}
    late = {"date_start": "2021-06-01", "date_end": "2021-06-01"}
    store.import_files(ged({}, {}, {}, other, name="GEDEvent_v21_1.csv"), covers="2020-01..2020-12")
    store.import_files(
        # 1 the same, 2 with other deaths, 3 gone, 4 the same, 5 new, 6 of a year only B covers
        ged({}, {"best": 10, "high": 12}, {"id": 4, **other}, {"id": 5, **other},
            {"id": 6, **late}, name="GEDEvent_v22_1.csv"),
        covers="2020-01..2021-12",
    )  # fmt: skip
    found = store.revisions("21.1", "22.1")
    rows = found.set_index("dyad_id")
    assert rows.loc[8001, ["added", "removed", "changed", "same"]].tolist() == [0, 1, 1, 1]
    assert rows.loc[8002, ["added", "removed", "changed", "same"]].tolist() == [1, 0, 0, 1]
    assert rows["difference"].to_dict() == {8001: 6, 8002: 2}
    assert found.attrs["totals"] == {
        "added": 1, "removed": 1, "changed": 1, "same": 2, "best_before": 8, "best_after": 16,
        "first_month": "2020-01", "last_month": "2020-12",
    }  # fmt: skip
    single = store.revisions("21.1", "22.1", detail="row").set_index("id")
    assert single["change"].to_dict() == {2: "changed", 3: "removed", 5: "added"}
    assert single.loc[2, "columns"] == "best high"


def test_a_version_against_itself_has_none(store: Store, shared: Path) -> None:
    path = shared / "data/ucdp/Nonstate_v23_1.csv"
    if not path.exists():
        pytest.skip("the yearly tables of UCDP are not here")
    store.import_files(path)
    found = store.revisions("23.1", "23.1")
    assert found.empty
    assert found.attrs["totals"]["same"] == 1542


def test_what_cannot_be_compared(store: Store, ged: Ged) -> None:
    store.import_files(ged({}, name="GEDEvent_v21_1.csv"))
    store.import_files(ged({"date_start": "2021-01-01", "date_end": "2021-01-01"},
                           name="GEDEvent_v21_0_1.csv"))  # fmt: skip
    with pytest.raises(RivalryError, match="no month in common") as error:
        store.revisions("21.1", "ucdp-candidate@21.0.1")
    assert error.value.problems[0].code == "R1224"
    with pytest.raises(RivalryError, match=r"no version '20\.1'"):
        store.revisions("20.1", "21.1")
