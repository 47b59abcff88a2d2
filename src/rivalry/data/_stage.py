"""Reading files into a waiting room, where every cell is checked before the store is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivalry.data._formats import FORMATS, Format, detect, is_candidate, version_of
from rivalry.data._layout import TABLES, Column
from rivalry.data._rows import batches, header, lines_of
from rivalry.data._unpack import Progress, Unpacked, sha256_of, unpack
from rivalry.foundation import Problem, Problems, RivalryError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: After this many faults of one file more of them help nobody.
MAX_FAULTS = 10
#: Rows that are converted at a time.
_PORTION = 100_000
#: What statistics programs write for an empty cell.
_EMPTY = "('', 'NA', 'NaN', 'nan', 'NULL', 'null', 'None')"
_FIRST_DAY, _LAST_DAY = "DATE '1900-01-01'", "DATE '2100-12-31'"
_WANTED = {
    "date": "Dates are YYYY-MM-DD, between 1900 and 2100.",
    "violence": "Write 1 or state-based, 2 or non-state, 3 or one-sided.",
}


@dataclass(frozen=True)
class StagedFile:
    """A file whose rows lie in the waiting room.

    Attributes
    ----------
    found : Unpacked
    number : int
        Its number there.
    format : Format
    version : str
    version_found : bool
        Whether the file or its name told the version; else it is the file's name.
    sha256 : str
    size : int
        Bytes as it lies on disk.
    rows : int
    mark : str
        Between cells; empty for Parquet.
    """

    found: Unpacked
    number: int
    format: Format
    version: str
    version_found: bool
    sha256: str
    size: int
    rows: int
    mark: str

    def at(self, row: int) -> int | None:
        """Return the line of a row, if the file has lines."""
        return lines_of(self.found, self.mark, [row]).get(row)


def stage_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    number: int,
    *,
    wanted: str | None = None,
    version: str | None = None,
    progress: Progress | None = None,
) -> StagedFile:
    """Read one file into the tables of the waiting room.

    Parameters
    ----------
    connection : DuckDBPyConnection
        With the tables of `make_room`.
    path : Path
    number : int
    wanted : str, optional
        The format, if the user named one.
    version : str, optional
        The version, if the user named one.
    progress : callable, optional

    Raises
    ------
    RivalryError
        R1201 to R1211 and R1219 to R1221, with the line where the file has lines.
    """
    found = unpack(path)
    names, mark = header(found)
    form = detect(names, found.file, None if found.parquet else 1, wanted=wanted)
    told, was_told = version_of(found.stem)
    if form.name == "ucdp-ged" and wanted is None and is_candidate(version or told):
        form = FORMATS["ucdp-candidate"]
    mapping = form.mapping(names)
    table, columns, _ = TABLES[form.kind]
    present = [c for c in columns if c.name in mapping]
    needed = list(dict.fromkeys([mapping[c.name] for c in present] + _extra(mapping)))
    reading = _Reading(connection, found, form, mark, number)
    for portion in _portions(batches(found, names, mark, needed, progress)):
        reading.take(portion, mapping, present, table, columns)
    reading.finish()
    if not reading.rows:
        raise RivalryError(
            Problem(
                "R1219",
                "the file has a header and no rows",
                "Fetch it again.",
                file=found.file,
                line=None if found.parquet else 1,
            )
        )
    if reading.versions:
        told, was_told = _one_version(reading.versions, found), True
    return StagedFile(
        found, number, form, version or told, was_told or version is not None, sha256_of(path),
        path.stat().st_size, reading.rows, mark,
    )  # fmt: skip


def make_room(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that `stage_file` fills."""
    for table, columns, _ in TABLES.values():
        inside = ", ".join(f"{c.name} {c.type}" for c in columns)
        connection.execute(f"CREATE TABLE {table} (file INTEGER, nr BIGINT, {inside})")


def _portions(parts: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Put batches together: a statement takes longer to plan than to run on few rows."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in parts:
        held.append(batch)
        rows += batch.num_rows
        if rows >= _PORTION:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if rows:
        yield pa.Table.from_batches(held)


class _Reading:
    """The rows of one file on their way into the waiting room."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        found: Unpacked,
        form: Format,
        mark: str,
        number: int,
    ) -> None:
        self.connection = connection
        self.found = found
        self.form = form
        self.mark = mark
        self.number = number
        self.rows = 0
        self.versions: set[str] = set()
        self.faults: list[tuple[int, str, str, str]] = []

    def take(
        self,
        batch: pa.Table,
        mapping: dict[str, str],
        present: Sequence[Column],
        table: str,
        columns: Sequence[Column],
    ) -> None:
        import numpy as np
        import pyarrow as pa

        if not batch.num_rows:
            return
        if "version" in mapping:
            self.versions |= {v for v in batch.column(mapping["version"]).unique().to_pylist() if v}
        wanted = [*(c.name for c in present), *(["org"] if "org" in mapping else [])]
        cells = pa.table(
            {
                "nr": np.arange(self.rows, self.rows + batch.num_rows),
                **{name: batch.column(mapping[name]) for name in wanted},
            }
        )
        self.connection.register("cells", cells)
        self._look(present)
        if not self.faults:
            values = ", ".join(self._value(c, present) for c in columns)
            self.connection.execute(
                f"INSERT INTO {table} SELECT {self.number}, nr, {values} FROM cells"
            )
        self.connection.unregister("cells")
        self.rows += batch.num_rows
        if len(self.faults) >= MAX_FAULTS:
            self.finish()

    def finish(self) -> None:
        """Raise what was found."""
        if not self.faults:
            return
        shown = self.faults[:MAX_FAULTS]
        lines = lines_of(self.found, self.mark, [at for at, *_ in shown])
        problems = Problems()
        for at, code, message, remedy in shown:
            line = lines.get(at)
            where = None if line is not None else f"row {at + 1:,}"
            problems.add(code, message, remedy, file=self.found.file, line=line, where=where)
        problems.raise_if_errors()

    def _look(self, present: Sequence[Column]) -> None:
        """Count what cannot be in one pass, and look closer only if there is something."""
        tests = [(c, kind, test) for c in present for kind, test in _tests(c)]
        counts = self.connection.execute(
            "SELECT " + ", ".join(f"count(*) FILTER (WHERE {test})" for *_, test in tests)
            + " FROM cells"
        ).fetchone()  # fmt: skip
        assert counts is not None
        for (column, kind, test), n in zip(tests, counts, strict=True):
            if not n:
                continue
            found = self.connection.execute(
                f"SELECT nr, {column.name} FROM cells WHERE {test} ORDER BY nr LIMIT {MAX_FAULTS}"
            ).fetchall()
            self.faults += [_fault(column, kind, at, cell) for at, cell in found]
        self.faults.sort(key=lambda f: f[0])

    def _value(self, column: Column, present: Sequence[Column]) -> str:
        have = {c.name for c in present}
        name = column.name
        if name in have:
            value = _converted(column)
            if name == "date_end":
                return f"coalesce({value}, {_month_end()})"
            return value
        return self._derived(name, have)

    def _derived(self, name: str, have: set[str]) -> str:
        """Give a column that the file does not have, if other columns say what it is."""
        if name == "id" and self.form.kind == "events":
            return f"'row ' || (nr + 1 + {self.number} * 1000000000)"
        if name == "date_end":
            return _month_end()
        if name in ("dyad_name", "dyad_id") and self.form.name == "ucdp-onesided":
            return "side_a || ' - Civilians'"
        if name == "dyad_name" and "dyad_id" in have and self.form.kind == "yearly":
            return "trim(side_a) || ' - ' || trim(side_b)"
        if name in ("dyad_name", "dyad_id") and self.form.kind == "events":
            return _dyad_from_sides()
        if name == "type_of_violence":
            fixed = {"ucdp-battle-deaths": 1, "ucdp-dyadic": 1, "ucdp-nonstate": 2}
            fixed["ucdp-onesided"] = 3
            return str(fixed.get(self.form.name, "NULL"))
        if name == "side_b" and self.form.name == "ucdp-onesided":
            return "'Civilians'"
        return "NULL"


def _extra(mapping: dict[str, str]) -> list[str]:
    return [mapping[name] for name in ("version", "org") if name in mapping]


def _text(name: str) -> str:
    return f"CASE WHEN trim({name}) IN {_EMPTY} THEN NULL ELSE trim({name}) END"


def _number(name: str) -> str:
    return f"TRY_CAST({name} AS DOUBLE)"


def _day(name: str) -> str:
    # the common form first: patterns cost more than all the rest of an import
    return (
        f"CASE WHEN {name} LIKE '____-__-__%' AND substr({name}, 11, 1) IN ('', ' ', 'T') "
        f"THEN TRY_CAST(left({name}, 10) AS DATE) ELSE {_other_day(f'trim({name})')} END"
    )


def _other_day(cell: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({cell}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') "
        f"THEN TRY_CAST({cell} AS DATE) "
        f"WHEN regexp_full_match({cell}, '[0-9]{{4}}-[0-9]{{2}}') "
        f"THEN TRY_CAST({cell} || '-01' AS DATE) "
        f"WHEN regexp_full_match({cell}, '[0-9]{{1,2}} [A-Za-z]+ [0-9]{{4}}') "
        f"THEN CAST(try_strptime({cell}, '%d %B %Y') AS DATE) END"
    )


def _month_end() -> str:
    """Give the last day of what date_start names: a month if it is one, else that day."""
    return (
        "CASE WHEN length(trim(date_start)) = 7 "
        f"THEN last_day({_day('date_start')}) ELSE {_day('date_start')} END"
    )


def _violence(name: str) -> str:
    cell = f"lower({_text(name)})"
    return (
        f"CASE WHEN {cell} IN ('1', '1.0', 'state-based') THEN 1 "
        f"WHEN {cell} IN ('2', '2.0', 'non-state') THEN 2 "
        f"WHEN {cell} IN ('3', '3.0', 'one-sided') THEN 3 END"
    )


def _dyad_from_sides() -> str:
    """Name a dyad by its two sides, in the order of the alphabet, since files swap them."""
    a, b = "trim(side_a)", _text("side_b")
    return (
        f"CASE WHEN {b} IS NULL THEN NULL ELSE least({a}, {b}) || ' - ' || greatest({a}, {b}) END"
    )


def _converted(column: Column) -> str:
    match column.cell:
        case "name":
            return f"nullif(trim({column.name}), '')"
        case "text":
            return _text(column.name)
        case "id":
            # ids that went through a table of floating-point numbers
            return (
                f"CASE WHEN ends_with({column.name}, '.0') "
                f"THEN left({column.name}, length({column.name}) - 2) "
                f"ELSE {_text(column.name)} END"
            )
        case "int" | "count":
            return f"TRY_CAST({_number(column.name)} AS INTEGER)"
        case "float":
            return f"nullif({_number(column.name)}, CAST('nan' AS DOUBLE))"
        case "date":
            return _day(column.name)
        case "violence":
            return _violence(column.name)


def _tests(column: Column) -> list[tuple[str, str]]:
    """Give the conditions under which a cell is refused."""
    name = column.name
    empty = f"{name} IS NULL OR trim({name}) IN {_EMPTY}"
    tests = [("empty", empty)] if column.needed else []
    match column.cell:
        case "int" | "count" | "float":
            value = _number(name)
            fits = f"{value} >= {column.low} AND {value} <= {column.high}"
            if column.cell != "float":
                fits += f" AND {value} = floor({value})"
        case "date":
            value = _day(name)
            fits = f"{value} >= {_FIRST_DAY} AND {value} <= {_LAST_DAY}"
        case "violence":
            fits = f"{_violence(name)} IS NOT NULL"
        case _:
            return tests
    kind = {"date": "date", "violence": "violence"}.get(column.cell, "number")
    # the second half is looked at only where the first does not hold
    tests.append((kind, f"CASE WHEN {fits} THEN false ELSE NOT ({empty}) END"))
    return tests


def _fault(column: Column, kind: str, at: int, cell: Any) -> tuple[int, str, str, str]:
    name = column.name
    shown = repr(cell if len(str(cell)) <= 40 else str(cell)[:37] + "...")
    if kind == "empty":
        return at, "R1211", f"{name} is empty", "Fill the cell in, or remove the row."
    if kind == "date":
        return at, "R1208", f"{name} is {shown}, no possible date", _WANTED["date"]
    if kind == "violence":
        return at, "R1209", f"{name} is {shown}", _WANTED["violence"]
    what = "a number" if column.cell == "float" else "a whole number"
    wanted = f"{name} is {what} from {column.low:,} to {column.high:,}."
    return at, "R1209", f"{name} is {shown}", f"{wanted} Leave it empty if it is not known."


def _one_version(versions: set[str], found: Unpacked) -> str:
    told = {v.strip() for v in versions}
    if len(told) > 1:
        raise RivalryError(
            Problem(
                "R1220",
                f"the column version holds several: {', '.join(sorted(told)[:5])}",
                "Import each version from its own file.",
                file=found.file,
                line=None if found.parquet else 1,
            )
        )
    return told.pop()
