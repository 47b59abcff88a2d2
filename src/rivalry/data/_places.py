"""Where the event store lies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: Name of the store's file inside the data folder.
STORE_NAME = "events.duckdb"


def store_path(path: str | Path | None = None) -> Path:
    """Return the path of the event store.

    Parameters
    ----------
    path : str or Path, optional
        As the user named it. Without it the environment's ``RIVALRY_STORE`` counts, and else
        ``events.duckdb`` in the system's folder for data of programs.

    Returns
    -------
    Path
        Whether a file lies there is not asked.
    """
    if path is not None:
        return Path(path).expanduser()
    named = os.environ.get("RIVALRY_STORE")
    if named:
        return Path(named).expanduser()
    return _data_folder() / "rivalry" / STORE_NAME


def _data_folder() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    share = os.environ.get("XDG_DATA_HOME")
    return Path(share) if share else Path.home() / ".local" / "share"
