"""The cases that come with the package, and finding the file of any case."""

from __future__ import annotations

from pathlib import Path

from rivalry.foundation import Problem, RivalryError, nearest

#: Name of the case file inside its folder.
CASE_FILE = "case.yaml"
_HOME = Path(__file__).resolve().parent


def bundled() -> list[str]:
    """Return the names of the cases that come with the package, sorted."""
    return sorted(path.parent.name for path in _HOME.glob(f"*/{CASE_FILE}"))


def find_case(path_or_name: str | Path) -> tuple[str, Path]:
    """Find a case by its folder, its file or its bundled name.

    A bare name that is bundled always means the bundled case, so that a command gives the same
    result in every folder; a folder of that name is reached as ``./name``.

    Returns
    -------
    name : str
        The folder's name.
    file : Path
        The case file, as the user named it.

    Raises
    ------
    RivalryError
        R0201, with the nearest bundled name, when there is no such case.
    """
    text = str(path_or_name)
    if isinstance(path_or_name, str) and text in bundled():
        return text, _HOME / text / CASE_FILE
    path = Path(path_or_name)
    try:
        if path.is_dir():
            inside = path / CASE_FILE
            if not inside.exists():
                raise RivalryError(
                    Problem(
                        "R0201",
                        f"the folder {text!r} holds no {CASE_FILE}",
                        "Name a folder with a case, or the case file itself.",
                        file=text,
                    )
                )
            return _name(path), inside
        if path.exists():
            return _name(path.parent) if path.name == CASE_FILE else path.stem, path
    except (OSError, ValueError):  # a name too long for the system, or with a NUL in it
        pass
    close = nearest(text, bundled())
    known = ", ".join(bundled()) or "none"
    raise RivalryError(
        Problem(
            "R0201",
            f"there is no case {text if len(text) <= 80 else text[:77] + '...'!r}",
            (f"Did you mean {close!r}? " if close else "")
            + f"Name a folder with a {CASE_FILE}, or a bundled case: {known}.",
        )
    )


def _name(folder: Path) -> str:
    return folder.resolve().name or "case"
