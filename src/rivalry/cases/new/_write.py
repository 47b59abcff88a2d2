"""Writing a new case: the whole folder or nothing."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import tempfile
from pathlib import Path

from rivalry.cases._bundled import CASE_FILE, bundled
from rivalry.cases._load import load_case
from rivalry.cases.new._facts import Rivalry
from rivalry.cases.new._render import render_case
from rivalry.foundation import Problem, RivalryError
from rivalry.foundation._files import cannot_write

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def check_name(name: str) -> None:
    """Refuse a name that cannot be a case's folder (R1234)."""
    if name in bundled():
        why = f"{name} is a case that comes with the package, so its name would always mean that"
    elif _NAME.fullmatch(name) is None or name.endswith("."):
        why = f"{name!r} is no name for a folder on every system"
    else:
        return
    raise RivalryError(
        Problem(
            "R1234", why, "Use letters, digits, - and _, such as jnim-is; --out names a folder."
        ),
        exit_code=2,
    )


def write_case(rivalry: Rivalry, parent: Path, name: str, *, force: bool = False) -> WrittenCase:
    """Write a case into a folder of its own, and check it.

    The folder is prepared beside its place under another name, read as a case, and only then
    given its name. With `force` a folder that is in the way is kept under another name.

    Parameters
    ----------
    rivalry : Rivalry
    parent : Path
    name : str
        Of the case and of its folder.
    force : bool

    Returns
    -------
    WrittenCase

    Raises
    ------
    RivalryError
        R1232 for a folder that is there, R1234 for the name, R0105 where it cannot be written,
        and what `load_case` says of a case that does not read, which is then not kept.
    """
    check_name(name)
    place = parent / name
    _refuse(place, force)
    try:
        parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=".part", dir=parent))
    except OSError as error:
        raise cannot_write(place, error) from None
    old: Path | None = None
    try:
        for path, text in render_case(rivalry).items():
            file = draft / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(text.replace("@CASE@", name), encoding="utf-8")
        load_case(draft / CASE_FILE)
        draft.chmod(0o777 & ~_umask())
        if place.exists():
            old = _spare(place)
            os.rename(place, old)
        try:
            os.rename(draft, place)
        except OSError:
            if old is not None:
                os.rename(old, place)
            raise
    except OSError as error:
        raise cannot_write(place, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return WrittenCase(place, old)


class WrittenCase:
    """A case that was written.

    Attributes
    ----------
    folder : Path
    kept : Path or None
        Where a folder that was in its place lies now.
    """

    def __init__(self, folder: Path, kept: Path | None) -> None:
        self.folder = folder
        self.kept = kept


def _refuse(place: Path, force: bool) -> None:
    if not (place.exists() or place.is_symlink()):
        return
    known = place.is_dir() and not place.is_symlink() and (place / CASE_FILE).exists()
    if force and known:
        return
    raise RivalryError(
        Problem(
            "R1232",
            f"{place} is there already" + ("" if known else " and is no case"),
            "Choose another name" + (", or say --force; the old folder is kept." if known else "."),
            file=str(place),
        ),
        exit_code=2,
    )


def _spare(place: Path) -> Path:
    stamp = dt.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    wanted = place.with_name(f"{place.name}.before-{stamp}")
    number = 1
    while wanted.exists():
        number += 1
        wanted = place.with_name(f"{place.name}.before-{stamp}-{number}")
    return wanted


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
