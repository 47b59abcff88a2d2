"""Downloads from a server on this machine that breaks off, lies and sends pages."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from rivalry.data.fetching import PRODUCTS, exists, fetch, product
from rivalry.foundation import RivalryError

CONTENT = b"id,best\n" + b"".join(b"%d,%d\n" % (i, i % 7) for i in range(60_000))


class Server:
    """Files by path, and how each answer goes wrong."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.kind: dict[str, str] = {}
        #: Bytes after which the n-th answer for a path breaks off.
        self.breaks: dict[str, list[int]] = {}
        self.status: dict[str, list[int]] = {}
        self.says: dict[str, int] = {}
        self.moved: dict[str, str] = {}
        self.ranges = True
        self.tag = '"one"'
        self.asked: list[tuple[str, str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                pass

            def do_HEAD(self) -> None:
                self.do_GET(body=False)

            def do_GET(self, body: bool = True) -> None:
                outer.answer(self, body)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler, body: bool) -> None:
        path = handler.path.lstrip("/")
        asked = handler.headers.get("Range", "")
        self.asked.append((handler.command, path, asked))
        if self.status.get(path):
            handler.send_response(self.status[path].pop(0))
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        if path in self.moved:
            handler.send_response(302)
            handler.send_header("Location", self.moved[path])
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        if path not in self.files:
            handler.send_error(404)
            return
        content, start = self.files[path], 0
        if asked and self.ranges and handler.headers.get("If-Range") == self.tag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            handler.send_response(200)
        handler.send_header("Content-Type", self.kind.get(path, "application/octet-stream"))
        handler.send_header("ETag", self.tag)
        said = self.says.get(path, len(content)) - start
        handler.send_header("Content-Length", str(said))
        handler.end_headers()
        if not body:
            return
        stop = len(content)
        if self.breaks.get(path):
            stop = min(stop, start + self.breaks[path].pop(0))
        handler.wfile.write(content[start:stop])
        if stop < len(content) or said != len(content) - start:
            handler.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()
    yield served
    served.http.shutdown()
    served.http.server_close()


@pytest.fixture
def bring(server: Server, tmp_path: Path) -> Callable[..., object]:
    def run(name: str, **options: object) -> object:
        return fetch(server.url + name, tmp_path, pause=0.001, **options)  # type: ignore[arg-type]

    return run


def zipped(name: str = "t.csv", content: bytes = CONTENT) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return raw.getvalue()


def code(error: pytest.ExceptionInfo[RivalryError]) -> str:
    return error.value.problems[0].code


def test_a_whole_file_arrives_with_its_checksum(server: Server, tmp_path: Path) -> None:
    server.files["a.csv"] = CONTENT
    found = fetch(server.url + "a.csv", tmp_path, sha256=hashlib.sha256(CONTENT).hexdigest())
    assert found.path.read_bytes() == CONTENT
    assert found.bytes == len(CONTENT)
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
    record = json.loads((tmp_path / "fetched.json").read_text())
    assert record[server.url + "a.csv"]["sha256"] == found.sha256
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "fetched.json"]


def test_breaks_are_bridged_without_fetching_twice(server: Server, tmp_path: Path) -> None:
    server.files["a.csv"] = CONTENT
    server.breaks["a.csv"] = [100_000, 1, 150_000]
    found = fetch(server.url + "a.csv", tmp_path, pause=0.001)
    assert found.path.read_bytes() == CONTENT
    asked = [r for _, _, r in server.asked]
    assert asked == ["", "bytes=100000-", "bytes=100001-", "bytes=250001-"]


def test_a_second_run_goes_on_where_the_first_gave_up(server: Server, tmp_path: Path) -> None:
    server.files["a.csv"] = CONTENT
    server.breaks["a.csv"] = [70_000] + [0] * 10
    with pytest.raises(RivalryError) as error:
        fetch(server.url + "a.csv", tmp_path, pause=0.001)
    assert code(error) == "R1252"
    assert not (tmp_path / "a.csv").exists()
    server.breaks["a.csv"] = []
    found = fetch(server.url + "a.csv", tmp_path, pause=0.001)
    assert found.resumed == 70_000
    assert found.path.read_bytes() == CONTENT
    assert server.asked[-1][2] == "bytes=70000-"


def test_a_file_renewed_meanwhile_is_not_patched_together(server: Server, tmp_path: Path) -> None:
    server.files["a.csv"] = CONTENT
    server.breaks["a.csv"] = [70_000] + [0] * 4
    with pytest.raises(RivalryError):
        fetch(server.url + "a.csv", tmp_path, pause=0.001)
    renewed = CONTENT.replace(b",3\n", b",9\n")
    server.files["a.csv"], server.tag, server.breaks["a.csv"] = renewed, '"two"', []
    assert fetch(server.url + "a.csv", tmp_path, pause=0.001).path.read_bytes() == renewed


def test_a_server_without_ranges_sends_it_anew(server: Server, tmp_path: Path) -> None:
    server.ranges = False
    server.files["a.csv"] = CONTENT
    server.breaks["a.csv"] = [100_000]
    assert fetch(server.url + "a.csv", tmp_path, pause=0.001).path.read_bytes() == CONTENT


def test_more_announced_than_sent(server: Server, bring: Callable[..., object]) -> None:
    server.files["a.csv"] = CONTENT
    server.says["a.csv"] = len(CONTENT) + 10
    server.ranges = False
    with pytest.raises(RivalryError) as error:
        bring("a.csv")
    assert code(error) == "R1252"
    assert f"of {len(CONTENT) + 10:,}" in str(error.value)


def test_less_announced_than_sent_leaves_a_zip_cut_off(
    server: Server, bring: Callable[..., object], tmp_path: Path
) -> None:
    server.files["a.zip"] = zipped()
    server.says["a.zip"] = len(server.files["a.zip"]) - 40
    with pytest.raises(RivalryError) as error:
        bring("a.zip")
    assert code(error) == "R1254"
    assert list(tmp_path.iterdir()) == []


def test_a_range_beyond_the_end_is_refused(server: Server, tmp_path: Path) -> None:
    """The rest that arrives makes the file longer than the server said at first."""
    server.files["a.csv"] = CONTENT
    part = tmp_path / "a.csv.part"
    part.write_bytes(CONTENT + b"xx")
    notes = {"url": server.url + "a.csv", "validator": '"one"', "total": len(CONTENT)}
    part.with_name("a.csv.part.json").write_text(json.dumps(notes))
    server.status["a.csv"] = [416]
    found = fetch(server.url + "a.csv", tmp_path, pause=0.001)
    assert found.path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"<!DOCTYPE html><html>please log in</html>", "text/csv"),
        ("a.zip", b"\n <html><body>moved</body></html>", "application/zip"),
        ("a.csv", b"please log in", "text/html; charset=utf-8"),
        ("a.csv", b"", "text/csv"),
        ("a.zip", zipped()[:-30], "application/zip"),
        ("a.zip", b"PK\x03\x04 nothing", "application/zip"),
    ],
)
def test_something_else_is_refused(
    server: Server,
    bring: Callable[..., object],
    tmp_path: Path,
    name: str,
    content: bytes,
    kind: str,
) -> None:
    server.files[name], server.kind[name] = content, kind
    with pytest.raises(RivalryError) as error:
        bring(name)
    assert code(error) == "R1254"
    assert list(tmp_path.iterdir()) == []


def test_a_flipped_bit_in_a_zip_is_noticed(server: Server, bring: Callable[..., object]) -> None:
    raw = bytearray(zipped())
    raw[len(raw) // 2] ^= 4
    server.files["a.zip"] = bytes(raw)
    with pytest.raises(RivalryError) as error:
        bring("a.zip")
    assert code(error) == "R1254"


def test_another_checksum_is_refused(
    server: Server, bring: Callable[..., object], tmp_path: Path
) -> None:
    server.files["a.csv"] = CONTENT
    with pytest.raises(RivalryError) as error:
        bring("a.csv", sha256="0" * 64)
    assert code(error) == "R1255"
    assert list(tmp_path.iterdir()) == []


def test_a_change_under_the_same_address_is_told(server: Server, tmp_path: Path) -> None:
    server.files["a.csv"] = CONTENT
    first = fetch(server.url + "a.csv", tmp_path)
    server.files["a.csv"] = CONTENT + b"7,7\n"
    second = fetch(server.url + "a.csv", tmp_path)
    assert not first.changed_from
    assert second.changed_from == first.sha256


def test_too_large_a_file_is_not_kept(
    server: Server, bring: Callable[..., object], tmp_path: Path
) -> None:
    server.files["a.csv"] = CONTENT
    with pytest.raises(RivalryError) as error:
        bring("a.csv", max_bytes=1000)
    assert code(error) == "R1256"
    assert list(tmp_path.iterdir()) == []


def test_redirects_stay_on_the_host(server: Server, bring: Callable[..., object]) -> None:
    server.files["b.csv"] = CONTENT
    server.moved["a.csv"] = "/b.csv"
    assert bring("a.csv")
    server.moved["a.csv"] = "http://example.org/b.csv"
    with pytest.raises(RivalryError) as error:
        bring("a.csv")
    assert code(error) == "R1257"
    server.moved["a.csv"] = "/a.csv"
    with pytest.raises(RivalryError) as error:
        bring("a.csv")
    assert code(error) == "R1257"


def test_missing_files_and_servers(server: Server, bring: Callable[..., object]) -> None:
    with pytest.raises(RivalryError) as error:
        bring("none.csv")
    assert code(error) == "R1250"
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(RivalryError) as error:
        bring("none.csv")
    assert code(error) == "R1251"


def test_a_server_in_trouble_is_asked_again(server: Server, bring: Callable[..., object]) -> None:
    server.files["a.csv"] = CONTENT
    server.status["a.csv"] = [503, 500]
    assert bring("a.csv")
    server.status["a.csv"] = [403]
    with pytest.raises(RivalryError) as error:
        bring("a.csv")
    assert code(error) == "R1251"


def test_asking_whether_a_file_is_there(server: Server) -> None:
    server.files["a.csv"] = CONTENT
    with httpx.Client() as client:
        assert exists(server.url + "a.csv", client)
        assert not exists(server.url + "b.csv", client)
        server.files["c.csv"], server.kind["c.csv"] = b"<html>", "text/html"
        assert not exists(server.url + "c.csv", client)


def test_addresses_follow_the_publishers_pattern() -> None:
    assert product("ged").path("26.1") == "ged/ged261-csv.zip"
    assert product("candidate").path("26.0.8") == "candidateged/GEDEvent_v26_0_8.csv"
    assert product("nonstate").path("25.1") == "nsos/ucdp-nonstate-251-csv.zip"
    assert product("onesided").path("26.1") == "nsos/ucdp-onesided-261-csv.zip"
    assert product("battledeaths").path("26.1") == "brd/ucdp-brd-dyadic-261-csv.zip"


def test_the_latest_is_looked_for_from_now_backwards() -> None:
    assert list(PRODUCTS["ged"].recent(date(2026, 11, 23)))[:2] == ["26.1", "25.1"]
    months = list(PRODUCTS["candidate"].recent(date(2026, 2, 1)))
    assert months[:3] == ["26.0.2", "26.0.1", "25.0.12"]


@pytest.mark.parametrize(
    ("name", "version"),
    [("ged", "261"), ("ged", "26.0.8"), ("candidate", "26.1"), ("candidate", "26.0.13")],
)
def test_versions_of_another_form_are_refused(name: str, version: str) -> None:
    with pytest.raises(RivalryError) as error:
        product(name).path(version)
    assert code(error) == "R1258"


def test_an_unknown_data_set_names_the_nearest() -> None:
    with pytest.raises(RivalryError) as error:
        product("non-state")
    assert "nonstate" in str(error.value)
