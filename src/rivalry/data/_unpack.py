"""Opening a file of events: plain, gzip or zip; what cannot be data is refused here."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rivalry.foundation import Problem, RivalryError
from rivalry.foundation._files import cannot_read

#: The largest table known (an ACLED export of the world) unpacks to less than a third of this.
MAX_UNPACKED = 8_000_000_000
#: Tables pack to a tenth; what packs to less than a two-hundredth is a bomb or empty padding.
MAX_RATIO = 200
#: Packed files below this may have any ratio.
_SMALL = 64_000_000
#: GED's longest row, with all its sources, has some 60 kB.
MAX_LINE = 4_000_000
_TABLES = (".csv", ".tsv", ".txt", ".parquet")
_CHUNK = 1 << 20

#: Called with bytes read of the packed file and its size.
Progress = Callable[[int, int], None]

_NOT_DATA = (
    (b"%pdf-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x7felf", "a program"),
    (b"\x89png", "a picture"),
    (b"sqlite format 3", "an SQLite database"),
    (b"bzh", "a bzip2 file"),
    (b"\xfd7zxz", "an xz file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
    (b"rar!", "a RAR file"),
    (b"(\xb5/\xfd", "a Zstandard file"),
)
_WEB = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<body", b"<script")


class Unpacked:
    """A file of events, opened.

    Attributes
    ----------
    path : Path
    file : str
        As faults name it; with the member's name if it lies in a zip file.
    stem : str
        The innermost name without endings, from which a version is read.
    parquet : bool
    """

    def __init__(self, path: Path, member: str | None, parquet: bool) -> None:
        self.path = path
        self.member = member
        self.parquet = parquet
        self.file = str(path) if member is None else f"{path}!{member}"
        inner = Path(member).name if member else path.name
        for ending in (".gz", *_TABLES):
            if inner.lower().endswith(ending):
                inner = inner[: -len(ending)]
        self.stem = inner

    @contextmanager
    def stream(self, progress: Progress | None = None) -> Iterator[CheckedText]:
        """Open it as text whose bytes are checked while they are read."""
        with _raw(self.path) as raw, _inner(raw, self) as inner:
            yield CheckedText(inner, raw, self.file, progress)

    def local_parquet(self) -> IO[bytes]:
        """Return an open Parquet file that can be searched in."""
        if self.member is None:
            return _raw(self.path)
        # Parquet is read from its end: a member of a zip file has to be unpacked first
        with _raw(self.path) as raw, _inner(raw, self) as inner:
            content = inner.read(_SMALL * 8)
            if inner.read(1):
                raise _bomb(self.file, "more than 512 MB of Parquet inside a zip file")
        return io.BytesIO(content)


def unpack(path: str | Path) -> Unpacked:
    """Find the table in a file, by its content and not by its ending.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Unpacked

    Raises
    ------
    RivalryError
        R0101, R0102 for the file itself, R1202 for a broken or unsuitable container, R1206 for
        what is no table.
    """
    path = Path(path)
    with _raw(path) as raw:
        head = raw.read(8192)
        if head[:4] == b"PAR1":
            return Unpacked(path, None, True)
        if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            return _in_zip(path, raw)
    found = Unpacked(path, None, False)
    with found.stream() as stream:
        _refuse_other(stream.peek(), found.file)
    return found


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file of any size."""
    with _raw(path) as raw:
        digest = hashlib.sha256()
        while chunk := raw.read(_CHUNK):
            digest.update(chunk)
        return digest.hexdigest()


class CheckedText(io.RawIOBase):
    """Bytes of a text file, checked on their way: UTF-8, no NUL, no endless line, no bomb.

    Parameters
    ----------
    inner : binary file
        Gives the unpacked bytes.
    raw : binary file
        The file on disk, whose position tells how far the work has come.
    file : str
    progress : callable, optional
    """

    def __init__(self, inner: IO[bytes], raw: IO[bytes], file: str, progress: Progress | None):
        super().__init__()
        self._inner = inner
        self._raw = raw
        self._file = file
        self._progress = progress
        self._size = os.fstat(raw.fileno()).st_size
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._lines = 1
        self._since = 0
        self._ahead = b""
        self.unpacked = 0
        self.quotes = 0
        self._first = True

    def readable(self) -> bool:
        return True

    def peek(self, size: int = 1 << 16) -> bytes:
        """Return the first bytes without consuming them."""
        while len(self._ahead) < size:
            chunk = self._next()
            if not chunk:
                break
            self._ahead += chunk
        return self._ahead[:size]

    def read(self, size: int = -1, /) -> bytes:
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(_CHUNK), b""))
        chunk = self._ahead or self._next()
        self._ahead = chunk[size:]
        return chunk[:size]

    def readinto(self, buffer: Any, /) -> int:
        chunk = self.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _next(self) -> bytes:
        try:
            chunk = self._inner.read(_CHUNK)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, OSError) as error:
            raise _broken(self._file, error, self._lines) from None
        self.unpacked += len(chunk)
        packed = max(self._raw.tell(), 1)
        if self.unpacked > MAX_UNPACKED or (
            self.unpacked > _SMALL and self.unpacked > MAX_RATIO * packed
        ):
            raise _bomb(self._file, f"{self.unpacked:,} bytes out of {packed:,}")
        self._check(chunk)
        if self._first:
            self._first = False
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
        if self._progress is not None:
            self._progress(min(packed, self._size), self._size)
        return chunk

    def _check(self, chunk: bytes) -> None:
        if self._first and chunk[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise _encoding(self._file, "the file is UTF-16, not UTF-8", 1)
        nul = chunk.find(b"\x00")
        if nul >= 0:
            line = self._lines + chunk.count(b"\n", 0, nul)
            raise _encoding(self._file, "the file holds a NUL character", line)
        try:
            # decoding is the quickest check there is; the text itself is not needed
            self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line = self._lines + error.object.count(b"\n", 0, error.start)
            what = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
            raise _encoding(self._file, what, line) from None
        first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
        if self._since + (first if first >= 0 else len(chunk)) > MAX_LINE:
            raise long_line(self._file, self._lines)
        self._since = self._since + len(chunk) if last < 0 else len(chunk) - last - 1
        self._lines += chunk.count(b"\n")
        self.quotes += chunk.count(b'"')


def long_line(file: str, line: int | None) -> RivalryError:
    """Return R1204."""
    return RivalryError(
        Problem(
            "R1204",
            f"a row has more than {MAX_LINE:,} bytes",
            "No table of events has such rows: fetch the file again, or close the quote that is "
            "left open there.",
            file=file,
            line=line,
        )
    )


def _raw(path: Path) -> IO[bytes]:
    try:
        if path.is_dir():
            raise RivalryError(
                Problem("R0102", f"{path} is a folder, not a file", "Name a file.", file=str(path))
            )
        if not stat.S_ISREG(path.stat().st_mode):
            raise RivalryError(
                Problem("R0102", f"{path} is not a regular file", "Name a file.", file=str(path))
            )
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise cannot_read(path, error) from None


@contextmanager
def _inner(raw: IO[bytes], found: Unpacked) -> Iterator[IO[bytes]]:
    if found.member is not None:
        try:
            with zipfile.ZipFile(raw) as archive, archive.open(found.member) as inner:
                yield inner
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
            raise _broken(found.file, error) from None
        return
    magic = raw.read(2)
    raw.seek(0)
    if magic == b"\x1f\x8b":
        with gzip.GzipFile(fileobj=raw) as inner:
            yield inner  # type: ignore[misc]
    else:
        yield raw


def _in_zip(path: Path, raw: IO[bytes]) -> Unpacked:
    raw.seek(0)
    try:
        with zipfile.ZipFile(raw) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                raise _other(str(path), "an Excel workbook")
            tables = [
                n
                for n in names
                if n.lower().endswith(_TABLES)
                and not n.startswith("__MACOSX/")
                and "readme" not in n.lower()
            ]
            if len(tables) != 1:
                shown = ", ".join(tables[:5]) or ", ".join(names[:5]) or "nothing"
                raise RivalryError(
                    Problem(
                        "R1202",
                        f"the zip file holds {len(tables) or 'no'} tables ({shown})",
                        "Unpack it and import the table that you want.",
                        file=str(path),
                    )
                )
            with archive.open(tables[0]) as inner:
                head = inner.read(8192)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError) as error:
        raise _broken(str(path), error) from None
    found = Unpacked(path, tables[0], head[:4] == b"PAR1")
    if not found.parquet:
        _refuse_other(head, found.file)
    return found


def _refuse_other(head: bytes, file: str) -> None:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if any(start.startswith(tag) for tag in _WEB) or b"<html" in start:
        raise _other(file, "a web page")
    if start[:1] in (b"{", b"["):
        raise _other(file, "JSON")
    for magic, what in _NOT_DATA:
        if start.startswith(magic):
            raise _other(file, what)


def _other(file: str, what: str) -> RivalryError:
    return RivalryError(
        Problem(
            "R1206",
            f"the file is {what}, whatever its name says",
            "Download the data file itself again (a site may answer with a page when a link is "
            "old or wants a login), as CSV, zip, gz or Parquet.",
            file=file,
            line=1,
        )
    )


def _encoding(file: str, what: str, line: int) -> RivalryError:
    return RivalryError(
        Problem("R1205", what, "Save the file as UTF-8 text.", file=file, line=line)
    )


def _bomb(file: str, what: str) -> RivalryError:
    return RivalryError(
        Problem(
            "R1203",
            f"the file unpacks to far more than a table would: {what}",
            "Do not open it; fetch the file again from its publisher.",
            file=file,
        )
    )


def _broken(file: str, error: Exception, line: int | None = None) -> RivalryError:
    text = str(error)
    if isinstance(error, EOFError):
        what = "the file ends too early; the download was cut off"
    elif "password" in text or "encrypted" in text:
        what = "the zip file is encrypted"
    else:
        what = f"the file is damaged: {text}"
    return RivalryError(
        Problem("R1202", what, "Fetch the file again, or unpack it first.", file=file, line=line)
    )
