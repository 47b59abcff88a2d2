"""Reading with limits and writing without leaving halves behind."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rivalry.foundation._problems import Problem, RivalryError

#: A case or ledger larger than this is not something a person wrote.
MAX_TEXT_BYTES = 5_000_000


def read_bytes(path: str | Path, *, limit: int | None = None) -> bytes:
    """Read a file whole; missing, unreadable or oversized files are coded errors."""
    path = Path(path)
    try:
        if path.is_dir():
            raise RivalryError(
                Problem("R0102", f"{path} is a folder, not a file", "Name a file.", file=str(path))
            )
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # a pipe or a device says nothing of its size and may never end
            raise RivalryError(
                Problem("R0102", f"{path} is not a regular file", "Name a file.", file=str(path))
            )
        if limit is not None and status.st_size > limit:
            raise RivalryError(
                Problem(
                    "R0104",
                    f"{path.name} has {status.st_size:,} bytes; at most {limit:,} are read",
                    "Split the file or keep data in CSV files beside it.",
                    file=str(path),
                )
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise cannot_read(path, error) from None


def cannot_read(path: Path, error: OSError | ValueError) -> RivalryError:
    """Return R0101 for a file that is not there, R0102 for one that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return RivalryError(
            Problem(
                "R0101",
                f"there is no file {path}",
                "Check the path; names are relative to the file that gives them.",
                file=str(path),
            )
        )
    if isinstance(error, OSError):
        return RivalryError(
            Problem(
                "R0102",
                f"{path} cannot be read: {error.strerror or error}",
                "Check the permissions.",
                file=str(path),
            )
        )
    # a NUL character in the name
    return RivalryError(
        Problem("R0102", f"{str(path)!r} is not a file name: {error}", "Name a file.")
    )


def read_text(path: str | Path, *, limit: int | None = MAX_TEXT_BYTES) -> str:
    """Read a UTF-8 text file (a byte-order mark is dropped); other encodings are coded errors."""
    raw = read_bytes(path, limit=limit)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RivalryError(
            Problem(
                "R0103",
                f"byte 0x{raw[error.start]:02x} is not UTF-8",
                "Save the file as UTF-8.",
                file=str(path),
                line=line,
            )
        ) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise RivalryError(
            Problem(
                "R0103",
                "the file holds a NUL character: it is not a text file",
                "Save the file as plain UTF-8 text.",
                file=str(path),
                line=line,
            )
        )
    return text


def cannot_write(path: str | Path, error: OSError) -> RivalryError:
    """Return R0105 for a file or folder of results, with the remedy that fits the cause.

    Parameters
    ----------
    path : str or Path
        As the user knows it, never a temporary name.
    error : OSError
        What the system said.
    """
    path = Path(path)
    what, remedy = _cause(path, error)
    return RivalryError(Problem("R0105", f"cannot be written: {what}", remedy, file=str(path)))


def _cause(path: Path, error: OSError) -> tuple[str, str]:
    """Say what is in the way and what to do about it."""
    number = error.errno
    if number in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        if path.is_dir():
            return "a folder of this name is in the way", "Name a file, or remove the folder."
        file = next((p for p in (path, *path.parents) if p.exists() and not p.is_dir()), path)
        shown = "it" if file == path else str(file)
        return f"{shown} is a file, not a folder", "Name a folder, such as --out results."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        reason = "the disk is read-only" if number == errno.EROFS else "no permission"
        return reason, "Choose a folder that you may write to, such as --out ~/results."
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return (
            error.strerror or "the disk is full",
            "Free some space, or choose a folder on another disk with --out.",
        )
    if number == errno.ENAMETOOLONG:
        return "the name is too long for the system", "Choose a shorter --out."
    return str(error.strerror or error), "Choose another --out."


@contextmanager
def atomic_write(path: str | Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a temporary file beside `path` and rename it over `path` only if all went well."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise cannot_write(path, error) from None
    encoding = None if "b" in mode else "utf-8"
    try:
        with os.fdopen(handle, mode, encoding=encoding) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp gives 0600; results are meant to be shared like any file the user makes
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException as error:
        if os.path.exists(name):
            os.unlink(name)
        # A fault of this file (a full disk names none). One that names another file was raised by
        # the caller's own work inside the block and is not ours to explain.
        if isinstance(error, OSError) and error.filename in (None, name):
            raise cannot_write(path, error) from None
        raise


def file_sha256(path: str | Path) -> str:
    """Hex SHA-256 of a file's content."""
    return hashlib.sha256(read_bytes(path)).hexdigest()
