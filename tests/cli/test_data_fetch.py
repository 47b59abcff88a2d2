"""``rivalry data fetch`` against a server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rivalry.cli import main

HEADER = (
    "id,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,"
    "conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,"
    "side_b_dset_id,side_b_new_id,side_b,number_of_sources,where_prec,where_coordinates,"
    "where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,"
    "region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,"
    "deaths_unknown,best,high,low,gwnoa,gwnob"
)
ROW = (
    "{id},2026,1,Clear,2,9,9,A - B,9,9,A - B,1,1,A,2,2,B,1,1,here,,North,,34.5,69.1,POINT (69 34),"
    "1,Nowhere,700,Asia,1,1,2026-08-0{id},2026-08-0{id},1,1,0,0,2,3,1,,"
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "mirror" / "candidateged"
    folder.mkdir(parents=True)
    rows = "\n".join(ROW.format(id=i) for i in (1, 2, 3))
    (folder / "GEDEvent_v26_0_8.csv").write_text(f"{HEADER}\n{rows}\n", encoding="utf-8")
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "mirror"))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_latest_is_found_fetched_and_imported(
    mirror: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rivalry.cli._data_fetch._today", lambda: date(2026, 10, 4))
    store = tmp_path / "events.duckdb"
    status, out, err = run(
        capsys, "data", "fetch", "ucdp", "--what", "candidate", "--from", mirror,
        "--store", str(store), "--json",
    )  # fmt: skip
    assert status == 0, err
    found = json.loads(out)
    assert found["fetched"][0]["url"].endswith("GEDEvent_v26_0_8.csv")
    assert (tmp_path / "downloads" / "GEDEvent_v26_0_8.csv").exists()
    status, out, _ = run(capsys, "data", "list", "--store", str(store), "--json")
    assert status == 0
    assert "26.0.8" in out


def test_files_can_be_fetched_without_import(
    mirror: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(
        capsys, "data", "fetch", "ucdp", "--what", "candidate", "--version", "26.0.8",
        "--from", mirror, "--to", str(tmp_path / "files"), "--store", str(tmp_path / "s.duckdb"),
        "--no-import",
    )  # fmt: skip
    assert status == 0, err
    assert (tmp_path / "files" / "GEDEvent_v26_0_8.csv").exists()
    assert not (tmp_path / "s.duckdb").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["acled"], "R1258"),
        (["ucdp", "--what", "gde"], "R1258"),
        (["ucdp", "--what", ","], "R1258"),
        (["ucdp", "--version", "newest"], "R1258"),
        (["ucdp", "--from", "ftp://example.org"], "R1258"),
        (["ucdp", "--what", "ged,nonstate", "--sha256", "0"], "R1258"),
    ],
)
def test_wrong_wishes(
    arguments: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(capsys, "data", "fetch", *arguments, "--store", str(tmp_path / "s.duckdb"))
    assert status == 2
    assert code in err


def test_a_version_that_is_not_there(
    mirror: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(
        capsys, "data", "fetch", "ucdp", "--version", "26.1", "--from", mirror,
        "--store", str(tmp_path / "s.duckdb"),
    )  # fmt: skip
    assert status == 1
    assert "R1250" in err
    assert not (tmp_path / "s.duckdb").exists()
