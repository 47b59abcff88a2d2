"""Opening the store's file for a moment, to read or to write."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rivalry.data._layout import LAYOUT, create_statements
from rivalry.foundation import Problem, RivalryError
from rivalry.foundation._files import cannot_write

if TYPE_CHECKING:
    import duckdb

#: Seconds to wait for another program that holds the store.
PATIENCE = 20.0
# DuckDB lets one process open a file once; threads of this one take turns.
_TURNS = threading.RLock()


def fresh() -> duckdb.DuckDBPyConnection:
    """Return a connection in memory that never goes online and keeps the order of rows."""
    import duckdb

    connection = duckdb.connect(":memory:")
    for setting in (
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        # a bar of its own would mix with the program's output
        "SET enable_progress_bar = false",
    ):
        connection.execute(setting)
    return connection


@contextmanager
def attached(
    path: Path,
    connection: duckdb.DuckDBPyConnection | None = None,
    *,
    write: bool = False,
    patience: float | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach the store as ``store`` for the length of a block.

    Parameters
    ----------
    path : Path
    connection : DuckDBPyConnection, optional
        To attach it to; a fresh one if absent, closed at the end.
    write : bool
        To write, the store is made if there is none; else it is opened for reading only.
    patience : float, optional
        Seconds to wait while another program writes.

    Yields
    ------
    DuckDBPyConnection

    Raises
    ------
    RivalryError
        R1213 if another program holds it, R1214 for one of a later version, R1215 if it is
        damaged or no store, R1216 if there is none to read, R0105 if it cannot be written.
    """
    import duckdb

    if not write and not path.exists():
        raise nothing_imported(path)
    if path.is_dir():
        raise _no_store(path, "it is a folder")
    own = connection is None
    with _TURNS:
        connection = connection or fresh()
        try:
            if write:
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                except OSError as error:
                    raise cannot_write(path, error) from None
            _attach(connection, path, write, PATIENCE if patience is None else patience)
            try:
                _check(connection, path, write)
                yield connection
            except (
                duckdb.IOException,
                duckdb.InternalException,
                duckdb.FatalException,
                duckdb.SerializationException,
                duckdb.TransactionException,
            ) as error:
                raise _refused(path, " ".join(str(error).split()), write) from None
            finally:
                # a database that failed badly cannot be detached either
                with suppress(duckdb.Error):
                    connection.execute("DETACH store")
        finally:
            if own:
                connection.close()


def _attach(
    connection: duckdb.DuckDBPyConnection, path: Path, write: bool, patience: float
) -> None:
    import duckdb

    mode = "" if write else " (READ_ONLY)"
    quoted = str(path).replace("'", "''")
    ends = time.monotonic() + patience
    while True:
        try:
            connection.execute(f"ATTACH '{quoted}' AS store{mode}")
            return
        except duckdb.Error as error:
            text = " ".join(str(error).split())
            held = ("lock" in text.lower() and "conflict" in text.lower()) or "set lock" in text
            if not held:
                raise _refused(path, text, write) from None
            if time.monotonic() >= ends:
                raise RivalryError(
                    Problem(
                        "R1213",
                        f"another program has held the event store for {patience:.0f} s",
                        "Wait until its import has ended, or name another store with --store.",
                        file=str(path),
                    )
                ) from None
        time.sleep(0.1)


def _refused(path: Path, text: str, write: bool) -> RivalryError:
    low = text.lower()
    if "version number" in low or "newer version" in low:
        return newer(path, "its file format")
    if "permission denied" in low or "read-only" in low:
        if write:
            return cannot_write(path, PermissionError(13, "Permission denied"))
        return RivalryError(
            Problem("R0102", "no permission to read it", "Check its rights.", file=str(path))
        )
    if "no space" in low or "out of disk" in low or "could not write" in low:
        return cannot_write(path, OSError(28, "No space left on device"))
    return _no_store(path, text)


def newer(path: Path, what: str) -> RivalryError:
    """Return R1214."""
    return RivalryError(
        Problem(
            "R1214",
            f"the event store was made by a later version of this program ({what})",
            "Update rivalry, or name another store with --store and import the files anew.",
            file=str(path),
        )
    )


def nothing_imported(path: Path) -> RivalryError:
    """Return R1216 for a store that is not there or is empty."""
    return RivalryError(
        Problem(
            "R1216",
            f"nothing was imported yet: there is no event store {path}",
            "Import a file first: rivalry data import GEDEvent_v25_1.csv.",
        )
    )


def _no_store(path: Path, what: str) -> RivalryError:
    return RivalryError(
        Problem(
            "R1215",
            f"the file is no event store, or is damaged: {what[:160]}",
            "Move the file away and import your data files anew; the store holds nothing else.",
            file=str(path),
        )
    )


def _check(connection: duckdb.DuckDBPyConnection, path: Path, write: bool) -> None:
    import duckdb

    try:
        tables = {
            r[0]
            for r in connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store'"
            ).fetchall()
        }
        if not tables and write:
            _create(connection)
            return
        if not tables:
            raise nothing_imported(path)
        if "about" not in tables:
            raise _no_store(path, "it is a database of something else")
        row = connection.execute("SELECT max(layout) FROM store.about").fetchone()
    except duckdb.Error as error:
        raise _no_store(path, " ".join(str(error).split())) from None
    layout = row[0] if row else None
    if layout is None:
        raise _no_store(path, "it does not say how it is laid out")
    if layout > LAYOUT:
        raise newer(path, f"layout {layout}, here {LAYOUT}")


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    from rivalry import __version__

    connection.execute("BEGIN")
    for statement in create_statements():
        connection.execute(statement)
    connection.execute("INSERT INTO store.about VALUES (?, ?)", [LAYOUT, f"rivalry {__version__}"])
    connection.execute("COMMIT")
