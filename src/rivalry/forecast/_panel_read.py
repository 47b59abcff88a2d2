"""Reading a panel from a table, with every fault of it named."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from rivalry.forecast._draws import MAX_COUNT
from rivalry.forecast._panel import Panel
from rivalry.foundation import Month, Problem, Problems, RivalryError, nearest, read_bytes

#: Larger tables belong into an event store; this holds every country and grid cell since 1989.
MAX_BYTES = 500_000_000
MAX_UNPACKED_BYTES = 2_000_000_000
#: After this many faults of one kind more of them help nobody.
_SHOWN = 5
#: A year or YYYYMM in a column of month_ids must not pass for one: January 1840 to December 2079.
_MONTH_IDS = (-1679, 1200)

Rows = npt.NDArray[np.int64]


def read_panel(path: str | Path, *, unit: str, target: str, month: str = "month_id") -> Panel:
    """Read a panel from a Parquet or CSV file (also ``.csv.gz``): one row a unit and month.

    Parameters
    ----------
    path : str or Path
    unit : str
        The column of units, such as ``country_id``. Numbers or names.
    target : str
        The column of counts, such as ``ged_sb``. An empty cell is a month that is not known.
    month : str
        The column of months: ViEWS ``month_id`` (1 = January 1980) or ``YYYY-MM``.

    Returns
    -------
    Panel
        Over all months of the table. A unit that appears late or ends early is missing before
        or after, and is not taken as without violence there.

    Raises
    ------
    RivalryError
        With all faults found: R0101 to R0104 for the file, R1001 for its format, R1002 for a
        column that is not there, R1003 for text among the counts, R1004 for negative, broken or
        huge ones, R1005 for a month that cannot be read, R1006 for a month that a unit has twice,
        R1007 for a unit's missing row between others, R1008 without rows or without a single
        count, R1009 for a row without a unit, R1010 for a month that no unit has.
    """
    path = Path(path)
    return panel_from_frame(
        _table(path), unit=unit, target=target, month=month, source=str(path), lines=_is_csv(path)
    )


def panel_from_frame(
    frame: pd.DataFrame,
    *,
    unit: str,
    target: str,
    month: str = "month_id",
    source: str = "",
    lines: bool = False,
) -> Panel:
    """Build a panel from a data frame in long form; as `read_panel` otherwise.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and month; columns may be levels of the index.
    unit, target, month : str
    source : str
        Named in faults.
    lines : bool
        Whether the frame's index counts the rows of a CSV file below its header.
    """
    table = frame
    if frame.index.names != [None]:
        table = frame.reset_index()
    problems = Problems()
    for name in dict.fromkeys((unit, month, target)):
        if name not in table.columns:
            close = nearest(name, [str(c) for c in table.columns])
            problems.add(
                "R1002",
                f"the panel has no column {name!r}",
                (f"Did you mean {close!r}? " if close else "")
                + f"Its columns: {', '.join(map(str, table.columns))}.",
                file=source or None,
                line=1 if lines else None,
            )
    problems.raise_if_errors()
    at = table.index.to_numpy(dtype=np.int64) + 2 if lines else None
    faults = _Faults(problems, source, at)

    units, named = _units(table[unit], faults)
    months, dated = _months(table[month], faults)
    counts = _counts(table[target], faults)
    if not len(table) or (not len(problems) and np.isnan(counts).all()):
        what = "has no rows" if not len(table) else f"has no count: {target!r} is empty throughout"
        problems.add("R1008", f"the panel {what}", "Name another column.", file=source or None)
    rows = named & dated
    _repeated(units, months, rows, faults)
    problems.raise_if_errors()

    ids, unit_at = np.unique(units, return_inverse=True)
    first, final = int(months.min()), int(months.max())
    present = np.zeros((len(ids), final - first + 1), dtype=bool)
    present[unit_at, months - first] = True
    _gaps(ids, present, first, unit, faults)
    problems.raise_if_errors()

    grid = np.full(present.shape, np.nan)
    grid[unit_at, months - first] = counts
    return Panel(
        units=ids,
        months=np.arange(first, final + 1),
        counts=grid,
        unit=unit,
        target=target,
        source=source,
    )


class _Faults:
    """Adds the first few faults of a kind with their lines, and says how many more there are."""

    def __init__(self, problems: Problems, source: str, lines: Rows | None) -> None:
        self.problems, self.source, self.lines = problems, source or None, lines

    def add(self, code: str, remedy: str, found: list[tuple[int | None, str]]) -> None:
        for row, message in found[:_SHOWN]:
            more = len(found) - _SHOWN
            if more > 0 and row == found[_SHOWN - 1][0] and message == found[_SHOWN - 1][1]:
                message += f" (and {more:,} more like this)"
            line = None if row is None or self.lines is None else int(self.lines[row])
            where = f"row {row + 1:,}" if row is not None and line is None else None
            self.problems.add(code, message, remedy, file=self.source, line=line, where=where)


def _units(
    column: pd.Series, faults: _Faults
) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.bool_]]:
    """Return the ids, integers where all are, and which rows have one."""
    text = column.astype("string").str.strip()
    given = (text.notna() & (text != "")).to_numpy(dtype=bool)
    faults.add(
        "R1009",
        "Fill in the unit, or remove the row.",
        [(int(i), "this row has no unit") for i in np.flatnonzero(~given)],
    )
    numbers = pd.to_numeric(text.where(given), errors="coerce").to_numpy(
        dtype=float, na_value=np.nan
    )
    whole = given & (numbers == np.floor(numbers)) & (np.abs(numbers) < 2**53)
    if given.any() and whole[given].all():
        return np.where(given, numbers, 0).astype(np.int64), given
    return text.fillna("").to_numpy(dtype=str), given


def _months(column: pd.Series, faults: _Faults) -> tuple[Rows, npt.NDArray[np.bool_]]:
    """Return month_ids and which rows have a readable one."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind == "M":
        column = column.dt.strftime("%Y-%m")
    codes, values = pd.factorize(column.astype("string").str.strip(), use_na_sentinel=False)
    ids = np.array([_month_id(v) for v in values], dtype=np.int64)
    good = ids != _UNREADABLE
    bad = np.flatnonzero(~good[codes])
    faults.add(
        "R1005",
        "Write YYYY-MM, or a ViEWS month_id (1 = January 1980).",
        [(int(i), f"{_shown(values[codes[i]])} is not a month") for i in bad],
    )
    return ids[codes], good[codes]


_UNREADABLE = np.iinfo(np.int64).min


def _month_id(text: object) -> int:
    if not isinstance(text, str) or not text:
        return _UNREADABLE
    try:
        return Month.parse(text).views_id
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return _UNREADABLE
    if not number.is_integer() or not _MONTH_IDS[0] <= number <= _MONTH_IDS[1]:
        return _UNREADABLE
    return int(number)


def _counts(column: pd.Series, faults: _Faults) -> npt.NDArray[np.float64]:
    if column.dtype == bool:
        column = column.astype("string")
    numeric = pd.api.types.is_numeric_dtype(column)
    text = None if numeric else column.astype("string").str.strip()
    blank = (column.isna() if text is None else text.isna() | (text == "")).to_numpy(dtype=bool)
    values = pd.to_numeric(column if text is None else text, errors="coerce").to_numpy(
        dtype=float, na_value=np.nan
    )
    if text is not None:
        # pandas reads "nan" as a number; a written one is no count
        words = np.flatnonzero(np.isnan(values) & ~blank)
        faults.add(
            "R1003",
            "Write a whole number, or leave the cell empty where the month is not known.",
            [(int(i), f"{_shown(text.iloc[i])} is not a count") for i in words],
        )
    with np.errstate(invalid="ignore"):
        wrong = (values < 0) | (values > MAX_COUNT) | (values != np.floor(values))
    found: list[tuple[int | None, str]] = []
    for i in np.flatnonzero(wrong & ~np.isnan(values)):
        kind = "negative" if values[i] < 0 else "too large" if values[i] > MAX_COUNT else "broken"
        found.append((int(i), f"the count {values[i]:.12g} is {kind}"))
    faults.add("R1004", "Counts are whole numbers from 0 to 2,147,483,647.", found)
    return np.asarray(values, dtype=np.float64)


def _repeated(
    units: npt.NDArray[np.generic], months: Rows, rows: npt.NDArray[np.bool_], faults: _Faults
) -> None:
    keys = pd.DataFrame({"u": units, "m": months})[rows]
    again = keys.index[keys.duplicated()].to_numpy()
    faults.add(
        "R1006",
        "Keep one row for each unit and month, or sum them.",
        [
            (int(i), f"a second row for {units[i]} in {Month.from_views(int(months[i]))}")
            for i in again
        ],
    )


def _gaps(
    ids: npt.NDArray[np.generic],
    present: npt.NDArray[np.bool_],
    first: int,
    unit: str,
    faults: _Faults,
) -> None:
    empty = ~present.any(axis=0)
    faults.add(
        "R1010",
        "Add the month: 0 where nothing happened, an empty cell where it is not known.",
        [(None, f"no unit has a row for {m}") for m in _at(first, np.flatnonzero(empty))],
    )
    begun = np.maximum.accumulate(present, axis=1)
    over = np.maximum.accumulate(present[:, ::-1], axis=1)[:, ::-1]
    missing = begun & over & ~present & ~empty
    found: list[tuple[int | None, str]] = []
    for i in np.flatnonzero(missing.any(axis=1)):
        months = _at(first, np.flatnonzero(missing[i]))
        more = f" and {len(months) - 1} more months" if len(months) > 1 else ""
        found.append((None, f"{unit} {ids[i]} has no row for {months[0]}{more}, between others"))
    faults.add(
        "R1007",
        "Add the rows: 0 where nothing happened, an empty cell where the month is not known.",
        found,
    )


def _at(first: int, columns: Rows) -> list[Month]:
    return [Month.from_views(first + int(c)) for c in columns]


def _shown(value: object) -> str:
    return repr(str(value)[:40]) if isinstance(value, str) and value else "an empty cell"


def _is_csv(path: Path) -> bool:
    return path.name.lower().endswith((".csv", ".csv.gz"))


def _table(path: Path) -> pd.DataFrame:
    name = path.name.lower()
    if not (_is_csv(path) or name.endswith(".parquet")):
        raise _unreadable(path, f"{path.name} is neither .csv, .csv.gz nor .parquet")
    raw = read_bytes(path, limit=MAX_BYTES)
    if name.endswith(".parquet"):
        try:
            return pd.read_parquet(io.BytesIO(raw))
        except Exception as error:  # pyarrow has no one class for a broken file
            raise _unreadable(path, f"not a Parquet file: {_first_line(error)}") from None
    if name.endswith(".gz"):
        try:
            with gzip.open(io.BytesIO(raw)) as stream:
                raw = stream.read(MAX_UNPACKED_BYTES + 1)
        except (OSError, EOFError) as error:
            raise _unreadable(path, f"not a gzip file: {_first_line(error)}") from None
        if len(raw) > MAX_UNPACKED_BYTES:
            raise _unreadable(path, "more than 2 GB when unpacked")
    try:
        table = pd.read_csv(
            io.BytesIO(raw),
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            encoding="utf-8-sig",
        )
    except (ValueError, UnicodeError) as error:  # pandas' parser errors are ValueErrors
        raise _unreadable(path, f"not a CSV table: {_first_line(error)}") from None
    # blank lines are read, so that the index counts lines, and dropped here
    blank = (table.isna() | (table == "")).all(axis=1) if table.shape[1] else pd.Series(dtype=bool)
    return table[~blank]


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:120]


def _unreadable(path: Path, message: str) -> RivalryError:
    return RivalryError(
        Problem(
            "R1001",
            message,
            "Give a Parquet or CSV file, one row a unit and month.",
            file=str(path),
        )
    )
