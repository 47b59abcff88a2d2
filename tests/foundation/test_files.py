"""Reading with limits; writing whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from rivalry.foundation import (
    RivalryError,
    atomic_write,
    file_sha256,
    load_yaml,
    read_bytes,
    read_text,
)


def fault(call, *args) -> tuple[str, int | None]:
    with pytest.raises(RivalryError) as caught:
        call(*args)
    (problem,) = caught.value.problems
    return problem.code, problem.line


def test_missing_file_is_named(tmp_path: Path):
    with pytest.raises(RivalryError, match=r"absent\.yaml") as caught:
        read_text(tmp_path / "absent.yaml")
    assert caught.value.problems[0].code == "R0101"


def test_what_is_not_a_file(tmp_path: Path):
    assert fault(read_text, tmp_path) == ("R0102", None)
    assert fault(read_text, "a\0b") == ("R0102", None)
    (tmp_path / "plain").write_text("x")
    assert fault(read_text, tmp_path / "plain" / "below") == ("R0102", None)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    assert fault(read_bytes, tmp_path / "pipe") == ("R0102", None)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"a: 1\nb: caf\xe9\n", 2),  # Latin-1
        ("title: x\n".encode("utf-16"), 1),
        (b"a: 1\nb: 2\nc: \x00\n", 3),
        (b"\xed\xa0\x80", 1),  # a surrogate, which UTF-8 forbids
    ],
)
def test_not_utf8_text(tmp_path: Path, raw: bytes, line: int):
    path = tmp_path / "case.yaml"
    path.write_bytes(raw)
    assert fault(load_yaml, path) == ("R0103", line)


def test_byte_order_mark_is_dropped(tmp_path: Path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xef\xbb\xbfmonth,events\n")
    assert read_text(path) == "month,events\n"


def test_ten_megabytes_are_refused(tmp_path: Path):
    path = tmp_path / "case.yaml"
    path.write_bytes(b"a: '" + b"x" * 10_000_000 + b"'\n")
    assert fault(load_yaml, path) == ("R0104", None)


def test_the_limit_itself_is_read(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 100)
    assert len(read_bytes(path, limit=100)) == 100
    assert fault(lambda: read_bytes(path, limit=99)) == ("R0104", None)


def test_sha256(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    # the one-block example of FIPS 180-2, appendix B.1
    assert file_sha256(path).startswith("ba7816bf8f01cfea414140de5dae2223")
    path.write_bytes(b"\x00\r\n")
    assert file_sha256(path) == hashlib.sha256(b"\x00\r\n").hexdigest()


def test_written_text_is_utf8_in_new_folders(tmp_path: Path):
    path = tmp_path / "out" / "new" / "a.txt"
    with atomic_write(path) as stream:
        stream.write("Café\n")
        assert not path.exists()
    assert path.read_bytes() == "Café\n".encode()
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


def test_written_bytes(tmp_path: Path):
    with atomic_write(tmp_path / "a.bin", "wb") as stream:
        stream.write(b"\x00\xff")
    assert (tmp_path / "a.bin").read_bytes() == b"\x00\xff"


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt(), SystemExit(1)])
def test_an_exception_leaves_what_was_there(tmp_path: Path, error: BaseException):
    path = tmp_path / "report.html"
    path.write_text("old")

    def write() -> None:
        with atomic_write(path) as stream:
            stream.write("half")
            stream.flush()
            raise error

    with pytest.raises(type(error)):
        write()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_a_full_disk_is_a_coded_error(tmp_path: Path):
    path = tmp_path / "a.nc"

    def write() -> None:
        with atomic_write(path, "wb"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert fault(write) == ("R0105", None)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_another_file_is_not_blamed_on_this_one(tmp_path: Path):
    def write() -> None:
        with atomic_write(tmp_path / "a") as stream:
            stream.write((tmp_path / "template").read_text())

    with pytest.raises(FileNotFoundError, match="template"):
        write()
    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "plain").write_text("x")
    (tmp_path / "folder").mkdir()

    def write(path: Path) -> None:
        with atomic_write(path) as stream:
            stream.write("x")

    assert fault(write, tmp_path / "plain" / "a.txt") == ("R0105", None)
    assert fault(write, tmp_path / "folder") == ("R0105", None)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "plain"]


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")
def test_results_get_the_permissions_of_any_file_the_user_makes(tmp_path: Path):
    (tmp_path / "usual").write_text("x")
    with atomic_write(tmp_path / "ours") as stream:
        stream.write("x")
    modes = [stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("usual", "ours")]
    assert modes[0] == modes[1]
