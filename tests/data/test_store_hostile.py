"""Broken and hostile files: one coded error that names the place, and the store as it was."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivalry.data import Store
from rivalry.foundation import Problem, RivalryError

Ged = Callable[..., Path]


@pytest.fixture
def full(store: Store, ged: Ged) -> Store:
    """A store with one event in it."""
    store.import_files(ged({}, name="GEDEvent_v24_1.csv"))
    return store


def refused(store: Store, path: Path, **how: Any) -> Problem:
    """Import what must be refused; the store stays byte for byte as it was."""
    before = store.path.read_bytes()
    with pytest.raises(RivalryError) as error:
        store.import_files(path, **how)
    assert store.path.read_bytes() == before
    (problem,) = error.value.problems
    assert problem.remedy
    assert path.name in (problem.file or "")
    return problem


def test_a_gz_file_that_was_cut_off(full: Store, ged: Ged, tmp_path: Path) -> None:
    rows = gzip.compress(ged(*[{"adm_1": os.urandom(9).hex()}] * 500).read_bytes())
    for share in (0.3, 0.9, 0.999):
        path = tmp_path / "GEDEvent_v25_1.csv.gz"
        path.write_bytes(rows[: int(len(rows) * share)])
        assert refused(full, path).code == "R1202"


def test_a_gz_file_with_a_flipped_bit(full: Store, ged: Ged, tmp_path: Path) -> None:
    content = bytearray(gzip.compress(ged({}, {}, {}).read_bytes()))
    content[-6] ^= 1
    path = tmp_path / "x.csv.gz"
    path.write_bytes(bytes(content))
    assert refused(full, path).code == "R1202"


def test_zip_files(full: Store, ged: Ged, tmp_path: Path) -> None:
    table = ged({}, {}).read_bytes()
    path = tmp_path / "ged251-csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ged251/GEDEvent_v25_1.csv", table)
        archive.writestr("__MACOSX/._GEDEvent_v25_1.csv", b"x")
        archive.writestr("readme.txt", b"read me")
    assert full.import_files(path).imported[0].release.name == "ucdp-ged 25.1"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other.csv", table)
    problem = refused(full, path)
    assert (problem.code, "2 tables" in problem.message) == ("R1202", True)
    path.write_bytes(path.read_bytes()[:-40])
    assert refused(full, path).code == "R1202"


@pytest.mark.parametrize("packed", ["gz", "zip"])
def test_a_bomb_is_not_unpacked_to_its_end(full: Store, tmp_path: Path, packed: str) -> None:
    """200 MB of rows out of 200 kB; a table packs to a tenth."""
    path = tmp_path / f"bomb.csv.{packed}"
    head, block = b"date_start,side_a,side_b,best\n", b"2020-01-01,a,b,1\n" * 60_000
    if packed == "gz":
        with gzip.open(path, "wb") as member:
            member.writelines([head, *[block] * 200])
    else:
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("bomb.csv", "w") as inner,
        ):
            inner.writelines([head, *[block] * 200])
    assert refused(full, path).code == "R1203"


def test_a_line_of_two_gigabytes_is_never_held(full: Store, tmp_path: Path) -> None:
    """A sparse file: two gigabytes of NUL, and one of a letter, in a process with little memory."""
    path = tmp_path / "long.csv"
    with path.open("wb") as stream:
        stream.write(b"date_start,side_a,side_b,best\n2020-01-01,a,b,")
        stream.truncate(2_000_000_000)
    assert refused(full, path).code == "R1205"
    with path.open("wb") as stream:
        stream.write(b"date_start,side_a,side_b,best\n2020-01-01,a,b,")
        stream.write(b"1" * 40_000_000)
        stream.truncate(2_000_000_000)
    problem = refused(full, path)
    assert (problem.code, problem.line) == ("R1204", 2)


def test_a_quoted_cell_without_end_over_many_lines(full: Store, ged: Ged) -> None:
    path = ged({}, {}, {})
    with path.open("a") as stream:
        stream.write('"open\n' + "text of a line\n" * 900_000)
    assert refused(full, path).code in ("R1204", "R1207")


def test_a_quote_left_open_in_the_last_column_swallows_no_rows(full: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        'best,date_start,side_a,side_b\n1,2020-01-01,a,b\n2,2020-01-01,a,"b\n3,2020-01-01,a,b\n'
    )
    assert refused(full, path).code == "R1207"


@pytest.mark.parametrize(
    ("encoding", "line"), [("latin-1", 3), ("utf-16", 1), ("utf-16-le", 1), ("utf-16-be", 1)]
)
def test_other_encodings(full: Store, ged: Ged, tmp_path: Path, encoding: str, line: int) -> None:
    text = ged({}, {"adm_1": "Río Negro"}).read_text(encoding="utf-8")
    path = tmp_path / "wrong.csv"
    path.write_bytes(text.encode(encoding))
    problem = refused(full, path)
    assert (problem.code, problem.line) == ("R1205", line)


def test_utf8_with_a_byte_order_mark_and_semicolons_is_read(
    full: Store, ged: Ged, tmp_path: Path
) -> None:
    path = tmp_path / "excel.csv"
    text = ged({"adm_1": "Río"}, {}).read_text(encoding="utf-8").replace(",", ";")
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert full.import_files(path, version="25.1").rows == 2
    assert full.events()["adm_1"].tolist() == ["Río", "North"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "a web page"),
        (b"\xef\xbb\xbf  \n<html>", "a web page"),
        (b'<script>alert("x")</script>', "a web page"),
        (b'{"Result": []}', "JSON"),
        (b"%PDF-1.7", "a PDF document"),
    ],
)
def test_what_is_no_table(full: Store, tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "GEDEvent_v25_1.csv"
    path.write_bytes(content)
    problem = refused(full, path)
    assert problem.code == "R1206"
    assert what in problem.message


def test_an_excel_workbook(full: Store, tmp_path: Path) -> None:
    path = tmp_path / "GEDEvent_v25_1.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert refused(full, path).code == "R1206"


def test_duplicate_event_ids(full: Store, ged: Ged) -> None:
    problem = refused(full, ged({}, {}, {"id": 1}))
    assert (problem.code, problem.line) == ("R1210", 4)
    assert "id 1 stands twice" in problem.message


def test_the_line_is_that_of_the_file_even_where_cells_hold_line_breaks(
    full: Store, ged: Ged
) -> None:
    path = ged({"adm_1": "North\nby\nnorth"}, {"adm_1": 'a, "b"'}, {"best": -4})
    problem = refused(full, path)
    assert (problem.code, problem.line) == ("R1209", 6)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"date_start": "2020-02-30"}, "R1208"),
        ({"date_start": "03/04/2020"}, "R1208"),
        ({"date_start": "20200110"}, "R1208"),
        ({"date_end": "2999-01-01"}, "R1208"),
        ({"date_start": "2020-01-11"}, "R1208"),
        ({"date_start": ""}, "R1211"),
        ({"side_a": " "}, "R1211"),
        ({"best": ""}, "R1211"),
        ({"best": -1}, "R1209"),
        ({"best": "many"}, "R1209"),
        ({"best": "1.5"}, "R1209"),
        ({"best": "inf"}, "R1209"),
        ({"best": "99999999999999999999"}, "R1209"),
        ({"latitude": 91}, "R1209"),
        ({"type_of_violence": 4}, "R1209"),
        ({"date_prec": "x"}, "R1209"),
    ],
)
def test_impossible_cells(full: Store, ged: Ged, change: dict[str, Any], code: str) -> None:
    problem = refused(full, ged({}, change, {}))
    assert (problem.code, problem.line) == (code, 3)


def test_every_fault_of_a_file_is_named_at_once(full: Store, ged: Ged) -> None:
    with pytest.raises(RivalryError) as error:
        full.import_files(ged({"best": -1}, {"date_start": "x"}, {"low": "y"}))
    assert [(p.code, p.line) for p in error.value.problems] == [
        ("R1209", 2), ("R1208", 3), ("R1209", 4),
    ]  # fmt: skip


def test_estimates_out_of_order_are_kept_and_shown(full: Store, ged: Ged) -> None:
    """Every release of UCDP has some."""
    report = full.import_files(ged({}, {"low": 9, "best": 5, "high": 5}))
    (warning,) = report.warnings
    assert (warning.code, warning.severity, warning.line) == ("R1212", "warning", 3)
    assert "1 of 2 rows" in warning.message
    assert full.events()["low"].tolist() == [1, 9]


def test_a_row_with_another_number_of_cells(full: Store, ged: Ged) -> None:
    path = ged({}, {})
    lines = path.read_text().splitlines()
    lines[2] += ",extra"
    path.write_text("\n".join(lines) + "\n")
    problem = refused(full, path)
    assert (problem.code, problem.line) == ("R1207", 3)


def test_a_csv_file_that_was_cut_off_inside_a_row(full: Store, ged: Ged) -> None:
    path = ged({}, {}, {})
    path.write_bytes(path.read_bytes()[:-60])
    assert refused(full, path).code == "R1207"


def test_a_column_named_twice_and_a_file_without_rows(full: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("best,best,date_start,side_a,side_b\n1,1,2020-01-01,a,b\n")
    assert refused(full, path).code == "R1207"
    path.write_text("best,date_start,side_a,side_b\n")
    assert refused(full, path).code == "R1219"
    path.write_bytes(b"")
    assert refused(full, path).code == "R1219"


def test_the_nearest_format_and_what_it_lacks(full: Store, ged: Ged) -> None:
    path = ged({})
    path.write_text(path.read_text().replace("date_end", "date_ende"))
    problem = refused(full, path, format="ucdp-ged")
    assert problem.code == "R1201"
    assert "date_end (the file has date_ende)" in problem.message
    path.write_text("iso,month,deaths\n1,2,3\n")
    assert "nearest is" in refused(full, path).message


def test_a_forecast_is_no_data(full: Store, shared: Path) -> None:
    path = shared / "data/views/conflictology_2018.parquet"
    if not path.exists():
        pytest.skip("no table of draws here")
    assert refused(full, path).code == "R1221"


def test_a_broken_parquet_file(full: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1" + os.urandom(500) + b"PAR1")
    assert refused(full, path).code == "R1202"


def test_ged_as_parquet_equals_ged_as_csv(store: Store, ged: Ged, tmp_path: Path) -> None:
    import pandas as pd

    path = ged({}, {"adm_1": "Río", "best": 7})
    frame = pd.read_csv(path)
    frame["id"] = frame["id"].astype(float)  # as tables come back from other programs
    frame["date_start"] = pd.to_datetime(frame["date_start"])
    frame.to_parquet(tmp_path / "GEDEvent_v24_1.parquet")
    store.import_files([path, tmp_path / "GEDEvent_v24_1.parquet"])
    a = store.events(version="25.1").drop(columns="version")
    b = store.events(version="24.1").drop(columns="version")
    assert a.to_dict("records") == b.to_dict("records")


def test_several_files_all_or_nothing(full: Store, ged: Ged) -> None:
    good = ged({}, name="GEDEvent_v25_1.csv")
    bad = ged({"best": -1}, name="GEDEvent_v26_1.csv")
    before = full.path.read_bytes()
    with pytest.raises(RivalryError):
        full.import_files([good, bad])
    assert full.path.read_bytes() == before


def test_an_import_replaces_its_version_alone(full: Store, ged: Ged) -> None:
    full.import_files(ged({}, {}, {}, name="GEDEvent_v25_1.csv"))
    (done,) = full.import_files(ged({}, {}, name="GEDEvent_v25_1.csv")).imported
    assert done.replaced is not None
    assert (done.replaced.rows, done.release.rows) == (3, 2)
    assert [(r.version, r.rows) for r in full.datasets()] == [("25.1", 2), ("24.1", 1)]
    assert len(full.events(version="25.1")) == 2
    assert full.remove("ucdp-ged", "25.1").rows == 2
    assert [(r.version, r.rows) for r in full.datasets()] == [("24.1", 1)]


def test_a_store_of_a_later_version(full: Store, ged: Ged) -> None:
    with duckdb.connect(str(full.path)) as connection:
        connection.execute("UPDATE about SET layout = 99")
    problem = refused_by_store(full, ged({}))
    assert problem.code == "R1214"


@pytest.mark.parametrize("damage", ["text", "cut", "zeros", "sqlite", "other"])
def test_a_damaged_store(full: Store, ged: Ged, damage: str) -> None:
    content = full.path.read_bytes()
    if damage == "other":
        full.path.unlink()
        with duckdb.connect(str(full.path)) as connection:
            connection.execute("CREATE TABLE mine (x INTEGER)")
    else:
        full.path.write_bytes(
            {
                "text": b"not a database\n" * 1000,
                "cut": content[: len(content) // 2],
                "zeros": content[:8192] + bytes(len(content) - 8192),
                "sqlite": b"SQLite format 3\x00" + bytes(5000),
            }[damage]
        )
    before = full.path.read_bytes()
    for ask in (full.datasets, full.panel, lambda: full.import_files(ged({}))):
        with pytest.raises(RivalryError) as error:
            ask()
        (problem,) = error.value.problems
        assert (problem.code, problem.file) == ("R1215", str(full.path))
    assert full.path.read_bytes() == before


def refused_by_store(store: Store, path: Path) -> Problem:
    before = store.path.read_bytes()
    with pytest.raises(RivalryError) as error:
        store.import_files(path)
    assert store.path.read_bytes() == before
    (problem,) = error.value.problems
    return problem


def test_nothing_imported_yet(store: Store) -> None:
    assert store.datasets() == []
    with pytest.raises(RivalryError) as error:
        store.panel()
    assert [p.code for p in error.value.problems] == ["R1216"]
    assert not store.path.exists()


_HOLD = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def test_another_program_that_holds_the_store(
    full: Store, ged: Ged, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rivalry.data import _connect

    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(full.path), "600"], stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        monkeypatch.setattr(_connect, "PATIENCE", 0.3)
        assert refused_by_store(full, ged({})).code == "R1213"
        with pytest.raises(RivalryError, match="R1213"):
            full.panel()
    finally:
        holder.kill()
        holder.wait()
    assert full.import_files(ged({})).rows == 1


_IMPORT = """
import sys
from rivalry.data import Store
print(Store(sys.argv[1]).import_files(sys.argv[2]).rows)
"""


def test_two_imports_at_once_both_arrive(store: Store, ged: Ged) -> None:
    paths = [ged({}, {}, name=f"GEDEvent_v2{k}_1.csv") for k in (4, 5)]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _IMPORT, str(store.path), str(p)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for p in paths
    ]  # fmt: skip
    for process in running:
        out, err = process.communicate(timeout=300)
        assert (process.returncode, out) == (0, b"2\n"), err.decode()
    assert [r.version for r in store.datasets()] == ["25.1", "24.1"]
    assert len(store.events(version="24.1")) == 2


_KILLED = """
import os, sys
from rivalry.data import Store, _import
before = _import._put
def put(*args):
    before(*args)
    print("put", flush=True)
    sys.stdin.readline()
_import._put = put
Store(sys.argv[1]).import_files(sys.argv[2])
"""


def test_a_kill_in_the_middle_leaves_the_old_state(full: Store, ged: Ged) -> None:
    """Killed when all rows are written and the transaction is not yet at its end."""
    path = ged({}, {}, {}, name="GEDEvent_v24_1.csv")
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(full.path), str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"put\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(0.1)
    assert [(r.version, r.rows) for r in full.datasets()] == [("24.1", 1)]
    assert len(full.events()) == 1
    assert full.import_files(path).rows == 3
    assert len(full.events()) == 3


def test_names_with_quotes_reach_the_store_as_they_are(store: Store, ged: Ged) -> None:
    name = "O'Neil; DROP TABLE event; --"
    store.import_files(ged({"side_a": name, "dyad_name": name, "country": name}))
    assert store.panel(dyad=name)["unit_name"].tolist() == [name]
    assert store.dyads(contains="o'neil", country=name)["side_a"].tolist() == [name]
    with pytest.raises(RivalryError, match="there is no actor"):
        store.events(actor="x' OR 1=1 --")


def test_reports_are_plain_data(store: Store, ged: Ged) -> None:
    report = store.import_files(ged({}))
    assert json.loads(json.dumps(report.as_dict()))["rows"] == 1
    assert io.StringIO(repr(store)).read().startswith("Store(")
