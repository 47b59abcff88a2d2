"""Stores in a folder of the test, and small files of events in the dialects of their publishers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from rivalry.data import Store

#: An event between two made-up groups; tests change what matters to them.
EVENT: dict[str, Any] = {
    "id": 1,
    "type_of_violence": 2,
    "conflict_new_id": 9001,
    "conflict_name": "Red - Blue",
    "dyad_new_id": 8001,
    "dyad_name": "Red - Blue",
    "side_a_new_id": 701,
    "side_a": "Red",
    "side_b_new_id": 702,
    "side_b": "Blue",
    "country": "Freedonia",
    "country_id": 999,
    "adm_1": "North",
    "latitude": 1.5,
    "longitude": 2.5,
    "where_prec": 1,
    "date_prec": 1,
    "date_start": "2020-01-10",
    "date_end": "2020-01-10",
    "deaths_a": 1,
    "deaths_b": 1,
    "deaths_civilians": 0,
    "deaths_unknown": 0,
    "low": 1,
    "best": 2,
    "high": 3,
}


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "events.duckdb")


@pytest.fixture
def ged(tmp_path: Path) -> Callable[..., Path]:
    """Write a small file of UCDP GED: each mapping changes one event, ids run from 1."""

    def write(*changes: dict[str, Any], name: str = "GEDEvent_v25_1.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [{**EVENT, "id": i, **c} for i, c in enumerate(changes or ({},), start=1)]
        return write_csv(path, rows)

    return write
