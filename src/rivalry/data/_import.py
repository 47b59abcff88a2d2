"""Importing files: all are read and checked, then the store takes them in one transaction."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivalry.data._connect import attached, fresh
from rivalry.data._formats import Format, format_of, is_candidate
from rivalry.data._layout import TABLES
from rivalry.data._release import Release, candidate_span, releases
from rivalry.data._stage import MAX_FAULTS, StagedFile, make_room, stage_file
from rivalry.foundation import Month, Problem, Problems, RivalryError

if TYPE_CHECKING:
    import duckdb

#: Called with the share of the work done, as (done, total).
Report = Callable[[int, int], None]

#: Such rows are in every release of UCDP, so they are kept, and shown.
_DISORDERED = "(low > best OR best > high)"


@dataclass(frozen=True)
class Imported:
    """One version of a data set that an import put into the store.

    Attributes
    ----------
    release : Release
    replaced : Release or None
        What stood under the same name before.
    statuses : dict of str to int
        Rows whose ``code_status`` is not "Clear" (UCDP Candidate).
    """

    release: Release
    replaced: Release | None
    statuses: dict[str, int]


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    store : Path
    imported : tuple of Imported
    warnings : tuple of Problem
        R1212 for rows whose low, best and high are out of order; they are kept as they are.
        R1225 for a version that was taken from the file's name.
    """

    store: Path
    imported: tuple[Imported, ...]
    warnings: tuple[Problem, ...]

    @property
    def rows(self) -> int:
        """Rows in all."""
        return sum(i.release.rows for i in self.imported)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "store": str(self.store),
            "rows": self.rows,
            "imported": [
                {
                    **i.release.as_dict(),
                    "replaced": i.replaced and i.replaced.as_dict(),
                    "not_clear": i.statuses,
                }
                for i in self.imported
            ],
            "warnings": [w.as_dict() for w in self.warnings],
        }


@dataclass
class _Group:
    """Files that make one version of one data set."""

    dataset: str
    version: str
    format: Format
    files: list[StagedFile]

    @property
    def numbers(self) -> str:
        return ", ".join(str(f.number) for f in self.files)

    @property
    def rows(self) -> int:
        return sum(f.rows for f in self.files)


def import_files(
    store: Path,
    paths: Iterable[str | Path],
    *,
    dataset: str | None = None,
    version: str | None = None,
    format: str | None = None,
    covers: tuple[Month, Month] | None = None,
    progress: Report | None = None,
) -> ImportReport:
    """Import files into a store; see `Store.import_files`."""
    files = [Path(p).expanduser() for p in paths]
    if not files:
        raise RivalryError(
            Problem("R1219", "no file was named", "Name one: rivalry data import FILE."),
            exit_code=2,
        )
    if format is not None:
        format_of(format)
    connection = fresh()
    try:
        make_room(connection)
        staged = [
            stage_file(
                connection, path, number, wanted=format, version=version,
                progress=_part(progress, number, len(files)),
            )
            for number, path in enumerate(files)
        ]  # fmt: skip
        groups = _grouped(staged, dataset)
        warnings: list[Problem] = []
        for group in groups:
            warnings += _examine(connection, group)
        made = [(group, _row(connection, group, covers)) for group in groups]
        with attached(store, connection, write=True):
            done = _commit(connection, made)
        return ImportReport(store, tuple(done), tuple(warnings))
    finally:
        connection.close()


def parse_covers(text: str) -> tuple[Month, Month]:
    """Read ``2016-01..2019-12`` (R1222 otherwise)."""
    first, _, last = text.partition("..")
    try:
        span = Month.parse(first.strip()), Month.parse(last.strip())
    except ValueError:
        span = None
    if span is None or span[0] > span[1]:
        raise RivalryError(
            Problem(
                "R1222",
                f"{text!r} is no span of months",
                "Write the first and the last month, such as 2016-01..2019-12.",
            ),
            exit_code=2,
        )
    return span


def _part(progress: Report | None, number: int, of: int) -> Report | None:
    if progress is None:
        return None

    def report(done: int, total: int) -> None:
        progress(number * 1000 + (1000 * done) // max(total, 1), of * 1000)

    return report


def _grouped(staged: Sequence[StagedFile], dataset: str | None) -> list[_Group]:
    groups: dict[tuple[str, str], _Group] = {}
    for file in staged:
        key = dataset or file.format.dataset, file.version
        group = groups.setdefault(key, _Group(*key, file.format, []))
        if group.format.name != file.format.name:
            raise RivalryError(
                Problem(
                    "R1220",
                    f"{group.files[0].found.file} is {group.format.name}, this file "
                    f"{file.format.name}; both would become {key[0]} {key[1]}",
                    "Import them one by one, with different names after --dataset.",
                    file=file.found.file,
                )
            )
        group.files.append(file)
    return list(groups.values())


def _examine(connection: duckdb.DuckDBPyConnection, group: _Group) -> list[Problem]:
    """Check what only shows when all rows are there."""
    table, _, key = TABLES[group.format.kind]
    byfile = {f.number: f for f in group.files}
    problems = Problems()
    keys = ", ".join(key)
    for file, at, *cells in connection.execute(
        f"SELECT file, nr, {keys} FROM (SELECT *, row_number() OVER (PARTITION BY {keys} "
        f"ORDER BY file, nr) AS n FROM {table} WHERE file IN ({group.numbers}) "
        f"AND ({keys}) IN (SELECT ({keys}) FROM {table} WHERE file IN ({group.numbers}) "
        f"GROUP BY {keys} HAVING count(*) > 1)) "
        f"WHERE n > 1 ORDER BY file, nr LIMIT {MAX_FAULTS}"
    ).fetchall():
        what = ", ".join(f"{k} {c}" for k, c in zip(key, cells, strict=True))
        problems.add(
            "R1210",
            f"{what} stands twice",
            "Remove the double row; each counts once. Files put together must not overlap.",
            file=byfile[file].found.file,
            line=byfile[file].at(at),
        )
    if group.format.kind == "events":
        for file, at, start, end in connection.execute(
            f"SELECT file, nr, date_start, date_end FROM event WHERE file IN ({group.numbers}) "
            f"AND date_end < date_start ORDER BY file, nr LIMIT {MAX_FAULTS}"
        ).fetchall():
            problems.add(
                "R1208",
                f"the event ends on {end}, before it starts on {start}",
                "Correct the two dates.",
                file=byfile[file].found.file,
                line=byfile[file].at(at),
            )
    problems.raise_if_errors()
    return [*_disordered(connection, group, byfile), *_unversioned(group)]


def _disordered(
    connection: duckdb.DuckDBPyConnection, group: _Group, byfile: dict[int, StagedFile]
) -> list[Problem]:
    if group.format.kind == "country-month":
        return []
    table = TABLES[group.format.kind][0]
    rows = connection.execute(
        f"SELECT file, nr, low, best, high, count(*) OVER () FROM {table} "
        f"WHERE file IN ({group.numbers}) AND {_DISORDERED} ORDER BY file, nr LIMIT 1"
    ).fetchall()
    if not rows:
        return []
    file, at, low, best, high, n = rows[0]
    return [
        Problem(
            "R1212",
            f"{n:,} of {group.rows:,} rows do not have low <= best <= high; the first has "
            f"{low}, {best}, {high}",
            "They are kept as they stand; correct them if the file is yours.",
            file=byfile[file].found.file,
            line=byfile[file].at(at),
            severity="warning",
        )
    ]


def _unversioned(group: _Group) -> list[Problem]:
    if group.format.name in ("plain", "acled", "views") or all(
        f.version_found for f in group.files
    ):
        return []
    return [
        Problem(
            "R1225",
            f"neither the file nor its name tells the version of {group.dataset}; it is kept as "
            f"version {group.version!r}",
            "Give it with --version 25.1, so that results can be repeated.",
            file=group.files[0].found.file,
            severity="warning",
        )
    ]


def _row(
    connection: duckdb.DuckDBPyConnection, group: _Group, covers: tuple[Month, Month] | None
) -> dict[str, Any]:
    """Make the row of the release."""
    from rivalry import __version__

    first, last = covers or _coverage(connection, group)
    return {
        "dataset": group.dataset,
        "version": group.version,
        "format": group.format.name,
        "kind": group.format.kind,
        "rows": group.rows,
        "first_month": first.ordinal,
        "last_month": last.ordinal,
        "covers_said": covers is not None,
        "imported": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "made_by": f"rivalry {__version__}",
        "licence": group.format.licence,
        "citation": group.format.citation,
    }


def _coverage(connection: duckdb.DuckDBPyConnection, group: _Group) -> tuple[Month, Month]:
    """Say which months a release covers, as far as version and rows tell.

    A UCDP version names its span. For extracts and other files only the months between the first
    and the last event are sure; the final releases of UCDP hold whole years.
    """
    what = {
        "events": "year(min(date_start)) * 12 + month(min(date_start)) - 1, "
        "year(max(date_start)) * 12 + month(max(date_start)) - 1",
        "yearly": "min(year) * 12, max(year) * 12 + 11",
        "country-month": f"min(month_id) + {Month.from_views(0).ordinal}, "
        f"max(month_id) + {Month.from_views(0).ordinal}",
    }[group.format.kind]
    table = TABLES[group.format.kind][0]
    found = connection.execute(
        f"SELECT {what} FROM {table} WHERE file IN ({group.numbers})"
    ).fetchone()
    assert found is not None
    first, last = Month(found[0]), Month(found[1])
    if is_candidate(group.version) and group.format.name == "ucdp-candidate":
        return candidate_span(group.version)
    if group.format.name == "ucdp-ged" and re.fullmatch("[0-9]{2}[.][0-9]", group.version):
        final = Month.of(1999 + int(group.version[:2]), 12)
        if last.year == final.year:
            last = final
        if first.year == 1989:
            first = Month.of(1989, 1)
    return first, last


def _commit(
    connection: duckdb.DuckDBPyConnection, made: Sequence[tuple[_Group, dict[str, Any]]]
) -> list[Imported]:
    """Put everything into the attached store: all of it, or nothing."""
    import duckdb

    before = {(r.dataset, r.version): r for r in releases(connection)}
    connection.execute("BEGIN")
    try:
        for group, row in made:
            _put(connection, group, row, before.get((group.dataset, group.version)))
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(duckdb.Error):  # of a full disk DuckDB rolls back by itself
            connection.execute("ROLLBACK")
        raise
    after = {(r.dataset, r.version): r for r in releases(connection)}
    return [
        Imported(
            after[group.dataset, group.version],
            before.get((group.dataset, group.version)),
            _statuses(connection, group),
        )
        for group, _ in made
    ]


def _put(
    connection: duckdb.DuckDBPyConnection,
    group: _Group,
    row: dict[str, Any],
    old: Release | None,
) -> None:
    table, columns, _ = TABLES[group.format.kind]
    if old is not None:
        for name in (TABLES[old.kind][0], "release", "file"):
            connection.execute(f"DELETE FROM store.{name} WHERE release = {old.number}")
    found = connection.execute("SELECT coalesce(max(release), 0) + 1 FROM store.release").fetchone()
    assert found is not None
    number = found[0] if old is None else old.number
    marks = ", ".join("?" * (len(row) + 1))
    connection.execute(
        f"INSERT INTO store.release (release, {', '.join(row)}) VALUES ({marks})",
        [number, *row.values()],
    )
    for file in group.files:
        connection.execute(
            "INSERT INTO store.file VALUES (?, ?, ?, ?, ?)",
            [number, os.path.basename(file.found.file), file.sha256, file.size, file.rows],
        )
    inside = ", ".join(c.name for c in columns)
    # neighbours in the store are neighbours in time, so that a span is read without the rest
    order = {"events": "date_start, nr", "yearly": "year, nr", "country-month": "month_id, nr"}
    connection.execute(
        f"INSERT INTO store.{table} (release, {inside}) SELECT {number}, {inside} FROM {table} "
        f"WHERE file IN ({group.numbers}) ORDER BY {order[group.format.kind]}"
    )


def _statuses(connection: duckdb.DuckDBPyConnection, group: _Group) -> dict[str, int]:
    if group.format.kind != "events":
        return {}
    return dict(
        connection.execute(
            f"SELECT code_status, count(*) FROM event WHERE file IN ({group.numbers}) "
            "AND code_status IS NOT NULL AND code_status <> 'Clear' GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
    )
