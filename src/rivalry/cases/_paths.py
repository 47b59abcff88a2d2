"""Files that a case may name: inside its folder, or in a folder right beside it.

A case may come from somebody else. Running it must not read files elsewhere on the machine, and
it must still run when its folder is moved.
"""

from __future__ import annotations

import os
from pathlib import Path

from rivalry.foundation import Problem, RivalryError


def case_path(folder: Path, text: str) -> Path:
    """Return the path that `text` names from the case's folder.

    Parameters
    ----------
    folder : Path
    text : str
        Relative, with ``/``; at most one leading ``..``.

    Raises
    ------
    RivalryError
        R0209 for a name that is empty, absolute or climbs past the folder's parent; R0210 for a
        link that leads out of where its name says it is.
    """
    parts = text.replace("\\", "/").split("/")
    if not text.strip() or "\x00" in text:
        raise _refused("R0209", "the file name is empty or holds a NUL")
    if text.startswith(("/", "~", "\\")) or parts[0].endswith(":") or os.path.isabs(text):
        raise _refused("R0209", f"{text!r} is an absolute path")
    normal = os.path.normpath("/".join(parts))
    climbs = normal.split(os.sep).count("..")
    if climbs > 1:
        raise _refused("R0209", f"{text!r} climbs out of the folder beside the case")
    home = folder.resolve()
    border = home if climbs == 0 else home.parent
    path = folder / normal
    try:
        real = path.resolve()
    except (OSError, RuntimeError):  # a link that leads to itself
        raise _refused("R0210", f"{text!r} is a link that leads nowhere") from None
    if not real.is_relative_to(border):
        raise _refused("R0210", f"{text!r} is a link that leads out of the case")
    return path


def _refused(code: str, message: str) -> RivalryError:
    remedy = (
        "Copy the file into the case's folder."
        if code == "R0210"
        else "Put the file into the case's folder and name it from there, such as data/x.csv."
    )
    return RivalryError(Problem(code, message, remedy))
