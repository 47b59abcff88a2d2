"""Folders and files of results: prepared under a temporary name, renamed when whole."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rivalry.foundation import Problem, RivalryError


@contextmanager
def new_folder(parent: Path, case: str) -> Iterator[tuple[Path, Path]]:
    """Prepare ``parent/case/YYYY-MM-DD-HHMMSS``; it appears only when the block ends well.

    Yields
    ------
    draft : Path
        Folder to write into, beside the final one, hidden, ending in ``.part``.
    final : Path
        Where it will be. A second run in the same second gets ``-2`` and so on.
    """
    home = parent / case
    made = [folder for folder in (home, parent) if not folder.exists()]
    try:
        home.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=home))
    except OSError as error:
        raise _cannot_write(home, error) from None
    final = _free(home / dt.datetime.now().strftime("%Y-%m-%d-%H%M%S"))
    try:
        yield draft, final
        draft.chmod(0o777 & ~_umask())
        final = _free(final)
        os.rename(draft, final)
    except OSError as error:
        if error.filename is None or str(error.filename).startswith(str(draft)):
            raise _cannot_write(home, error) from None
        raise
    finally:
        if draft.exists():
            shutil.rmtree(draft, ignore_errors=True)
            _remove_if_empty(made)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Prepare a file by a temporary name beside `path`; it replaces `path` when the block ends."""
    if path.is_dir():
        raise RivalryError(
            Problem("R0906", f"{path} is a folder", "Name a file.", file=str(path)), exit_code=2
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}.", suffix=f".part{path.suffix}", dir=path.parent
        )
        os.close(handle)
    except OSError as error:
        raise _cannot_write(path, error) from None
    draft = Path(name)
    try:
        yield draft
        draft.chmod(0o666 & ~_umask())
        os.replace(draft, path)
    except OSError as error:
        if error.filename is None or str(error.filename) == name:
            raise _cannot_write(path, error) from None
        raise
    finally:
        draft.unlink(missing_ok=True)


def _free(path: Path) -> Path:
    number, candidate = 1, path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


def _remove_if_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot_write(path: Path, error: OSError) -> RivalryError:
    return RivalryError(
        Problem(
            "R0105",
            f"{path} cannot be written: {error.strerror or error}",
            "Free some space or choose another --out.",
            file=str(path),
        )
    )
