"""Folders and files of results: prepared under a temporary name, renamed when whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rivalry.foundation import Problem, RivalryError
from rivalry.foundation._files import cannot_write

#: What a rename answers when another run took the name in between.
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)


@dataclass
class ResultFolder:
    """A folder of results in the making.

    Attributes
    ----------
    draft : Path
        Folder to write into, beside the final one, hidden, ending in ``.part``.
    final : Path or None
        Where it lies; known once the block of `new_folder` has ended, since another run may take
        the name that was free when this one began.
    """

    draft: Path
    final: Path | None = None

    @property
    def place(self) -> Path:
        """Where the folder lies, after the block."""
        if self.final is None:
            raise RuntimeError("the folder has no name before it is whole")
        return self.final


@contextmanager
def new_folder(parent: Path, case: str) -> Iterator[ResultFolder]:
    """Prepare ``parent/case/YYYY-MM-DD-HHMMSS``; it appears only when the block ends well.

    A second run in the same second gets ``-2`` and so on.

    Yields
    ------
    ResultFolder
    """
    home = parent / case
    made = [folder for folder in (home, parent) if not folder.exists()]
    # named before it is made, so that an interrupt at any moment finds it
    draft = home / f".{secrets.token_hex(6)}.part"
    folder = ResultFolder(draft)
    name = dt.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    try:
        try:
            home.mkdir(parents=True, exist_ok=True)
            draft.mkdir(mode=0o700)
        except OSError as error:
            raise cannot_write(home, error) from None
        yield folder
        draft.chmod(0o777 & ~_umask())
        folder.final = _rename(draft, home / name)
    except RivalryError as error:
        raise _without_draft(error, draft, home) from None
    except OSError as error:
        if error.filename is None or str(error.filename).startswith(str(draft)):
            raise cannot_write(home, error) from None
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
            Problem("R0906", "it is a folder", "Name a file.", file=str(path)), exit_code=2
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}.", suffix=f".part{path.suffix}", dir=path.parent
        )
        os.close(handle)
    except OSError as error:
        raise cannot_write(path, error) from None
    draft = Path(name)
    try:
        yield draft
        draft.chmod(0o666 & ~_umask())
        os.replace(draft, path)
    except OSError as error:
        if error.filename is None or str(error.filename) == name:
            raise cannot_write(path, error) from None
        raise
    finally:
        draft.unlink(missing_ok=True)


def _rename(draft: Path, wanted: Path) -> Path:
    """Give a folder its name, or the next free one.

    The rename itself decides: asking first whether a name is free would leave a moment in which
    another run can take it. A folder of results is never empty, so none is ever replaced.
    """
    number, candidate = 1, wanted
    while True:
        if not candidate.exists():
            try:
                os.rename(draft, candidate)
                return candidate
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
        number += 1
        candidate = wanted.with_name(f"{wanted.name}-{number}")


def _without_draft(error: RivalryError, draft: Path, home: Path) -> RivalryError:
    """Replace the temporary folder's name, which means nothing to anybody, by its parent's."""

    def shown(problem: Problem) -> Problem:
        return dataclasses.replace(
            problem,
            message=problem.message.replace(str(draft), str(home)),
            remedy=problem.remedy.replace(str(draft), str(home)),
            file=None if problem.file is None else problem.file.replace(str(draft), str(home)),
        )

    return RivalryError([shown(p) for p in error.problems], error.exit_code)


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
