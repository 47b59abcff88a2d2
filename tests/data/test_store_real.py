"""The real files: nothing lost, nothing doubled, each dyad-month as an independent count."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rivalry.data import Store

SYRIA = "data/syria/ged_syria_2016_2019.csv.gz"
CANDIDATE = "data/ucdp/GEDEvent_v23_0_10.csv"


def _rows(path: Path) -> list[dict[str, str]]:
    """Read by the standard library alone."""
    opened: Any = gzip.open if path.suffix == ".gz" else open
    csv.field_size_limit(10_000_000)
    with opened(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("name", "n"), [(SYRIA, 16_566), (CANDIDATE, 2_391)])
def test_counts_by_dyad_and_month_equal_an_independent_count(
    shared: Path, store: Store, name: str, n: int
) -> None:
    path = shared / name
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    rows = _rows(path)
    assert len(rows) == n
    assert store.import_files(path).rows == n
    events: Counter[tuple[int, str]] = Counter()
    best: Counter[tuple[int, str]] = Counter()
    high: Counter[tuple[int, str]] = Counter()
    for row in rows:
        key = int(float(row["dyad_new_id"])), row["date_start"][:7]
        events[key] += 1
        best[key] += int(float(row["best"]))
        high[key] += int(float(row["high"]))

    panel = store.panel("dyad", "month")
    for column, wanted in (("events", events), ("best", best), ("high", high)):
        got = {
            (r.unit_id, r.month): getattr(r, column) for r in panel.itertuples() if _some(r.events)
        }
        assert got == dict(wanted)
    assert int(panel["events"].sum()) == n
    ids = store.events()["id"]
    assert sorted(ids) == sorted(int(float(r["id"])) for r in rows)


def _some(value: Any) -> bool:
    return str(value) not in ("<NA>", "nan") and value > 0


@pytest.mark.parametrize("rule", ["start", "end", "spread"])
@pytest.mark.parametrize("by", ["dyad", "country", "province"])
def test_a_panel_adds_up_to_all_events(shared: Path, store: Store, by: Any, rule: Any) -> None:
    path = shared / SYRIA
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    store.import_files(path)
    deaths = sum(int(float(r["best"])) for r in _rows(path))
    panel = store.panel(by, "month", rule=rule)
    assert float(panel["events"].sum()) == pytest.approx(16_566)
    assert float(panel["best"].sum()) == pytest.approx(deaths)
    types = ["state_based_events", "non_state_events", "one_sided_events"]
    assert float(panel[types].sum().sum()) == pytest.approx(16_566)


def test_a_candidate_release_covers_its_month_and_shows_what_began_before(
    shared: Path, store: Store
) -> None:
    path = shared / CANDIDATE
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    (done,) = store.import_files(path).imported
    assert (done.release.name, str(done.release.first), str(done.release.last)) == (
        "ucdp-candidate 23.0.10", "2023-10", "2023-10",
    )  # fmt: skip
    assert sum(done.statuses.values()) == sum(r["code_status"] != "Clear" for r in _rows(path))
    months = store.panel("country").groupby("month")
    assert months["events"].sum()[["2023-08", "2023-09", "2023-10"]].tolist() == [1, 31, 2358]
    covered = months["covered"].first()
    assert covered[covered].index.tolist() == ["2023-10"]


def test_yearly_tables_give_the_figures_of_the_dyads(shared: Path, store: Store) -> None:
    names = ["BattleDeaths", "Nonstate", "OneSided"]
    paths = [shared / "data/ucdp" / f"{n}_v23_1.csv" for n in names]
    if not all(p.exists() for p in paths):
        pytest.skip("the yearly tables of UCDP are not here")
    report = store.import_files(paths)
    assert [(i.release.version, i.release.rows) for i in report.imported] == [
        ("23.1", 1848), ("23.1", 1542), ("23.1", 1191),
    ]  # fmt: skip
    got = store.yearly(dyad=14542)
    wanted = [r for r in _rows(paths[1]) if r["dyad_id"] == "14542"]
    assert dict(zip(got["year"], got["best"], strict=True)) == {
        int(r["year"]): int(r["best_fatality_estimate"]) for r in wanted
    }
    whole = store.yearly(country="Mali", shared=True)
    alone = store.yearly(country="Mali")
    assert (alone["countries"] == 1).all()
    assert alone.attrs["left_out"] == len(whole) - len(alone) == (whole["countries"] > 1).sum() > 0


def test_a_views_table_becomes_a_panel_by_country(shared: Path, store: Store) -> None:
    import pandas as pd

    path = shared / "data/views/cm_actuals_2018.parquet"
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    store.import_files(path)
    panel = store.panel("country", dataset="views")
    wanted = pd.read_parquet(path)["outcome"]
    got = panel.set_index(["month_id", "unit_id"])["state_based_best"]
    assert got.sort_index().tolist() == wanted.sort_index().tolist()
    assert panel["month"].min() == "2018-01"
