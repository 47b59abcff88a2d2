"""Monthly series out of a table."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from rivalry.data._table import MAX_FAULTS, Table
from rivalry.foundation import Month, Problems, RivalryError, nearest

Frequency = Literal["month", "quarter", "half-year", "year", "start", "irregular"]

#: Months in a period whose value is read at the period's last month.
_PERIODS = {"quarter": 3, "half-year": 6, "year": 12}

# Python's float() would also take 1_000 and digits of other scripts.
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_YEAR = re.compile(r"[0-9]{4}")
_NOT_FINITE = {"nan", "inf", "infinity", "+inf", "-inf", "+infinity", "-infinity"}


def series(
    table: Table,
    column: str,
    date: str = "month",
    where: Mapping[str, str | int | float] | None = None,
    *,
    every: Frequency = "month",
    blank: Literal["missing", "error"] = "missing",
) -> dict[Month, float]:
    """Read one column as values by month.

    Parameters
    ----------
    table : Table
    column : str
        Column of the values.
    date : str
        Column of ``YYYY-MM`` or ``YYYY-MM-DD``; with ``every="year"`` also ``YYYY``.
    where : mapping, optional
        Only rows that have these values in these columns. Numbers match however they are written.
    every : str
        The value of a year, half-year or quarter is put at its last month, whichever of its
        months the row names; otherwise at the month itself.
    blank : {"missing", "error"}
        Whether an empty cell leaves the month out or is a fault.

    Returns
    -------
    dict of Month to float
        Sorted by month.

    Raises
    ------
    RivalryError
        All faults at once: R0601 no such column, R0602 not a number, R0603 NaN or infinite, R0604
        not a date, R0605 a month given twice, R0606 an empty cell, R0609 no row matches `where`.
    """
    problems = Problems()
    reader = _Reader(table, date, where, every, problems)
    places = reader.places(column)
    values: dict[Month, float] = {}
    for line, month, row in reader.rows():
        cell = row[places[0]]
        if not cell:
            if blank == "error":
                reader.blank(column, line)
            continue
        value = reader.number(cell, column, line)
        if value is not None and month is not None:
            values[month] = value
    problems.raise_if_errors()
    return dict(sorted(values.items()))


def ranges(
    table: Table,
    low: str,
    high: str,
    date: str = "month",
    where: Mapping[str, str | int | float] | None = None,
    *,
    every: Frequency = "month",
) -> dict[Month, tuple[float, float]]:
    """Read two columns as ranges (low, high) by month; see `series`.

    A row with both cells empty is missing; one empty cell is an open end and becomes NaN ("more
    than 2,000"). A low end above the high one is a fault (R0611).
    """
    problems = Problems()
    reader = _Reader(table, date, where, every, problems)
    first, second = reader.places(low, high)
    values: dict[Month, tuple[float, float]] = {}
    for line, month, row in reader.rows():
        if not row[first] and not row[second]:
            continue
        a = reader.number(row[first], low, line) if row[first] else math.nan
        b = reader.number(row[second], high, line) if row[second] else math.nan
        if a is None or b is None or month is None:
            continue
        if a > b:
            problems.add(
                "R0611",
                f"{low} is {a:g}, above {high}, which is {b:g}",
                "Swap or correct the two cells.",
                file=table.file,
                line=line,
            )
            continue
        values[month] = (a, b)
    problems.raise_if_errors()
    return dict(sorted(values.items()))


def row_lines(
    table: Table,
    date: str = "month",
    where: Mapping[str, str | int | float] | None = None,
    *,
    every: Frequency = "month",
) -> dict[Month, int]:
    """Return the line of the file on which the row of each month stands.

    For messages about values that were read with `series` or `ranges` and the same arguments.
    What those report as faults is passed over here; of two rows of a month the last counts.

    Returns
    -------
    dict of Month to int
    """
    reader = _Reader(table, date, where, every, Problems())
    reader.places()
    return {month: line for line, month, _ in reader.rows() if month is not None}


class _Reader:
    """Rows of a table with their month, faults collected as they are met."""

    def __init__(
        self,
        table: Table,
        date: str,
        where: Mapping[str, str | int | float] | None,
        every: Frequency,
        problems: Problems,
    ) -> None:
        self.table = table
        self.date = date
        self.where = dict(where or {})
        self.every = every
        self.problems = problems

    def places(self, *columns: str) -> list[int]:
        """Find every column that is needed, and report all that are missing together."""
        found: dict[str, int] = {}
        for name in (*columns, self.date, *self.where):
            try:
                found[name] = self.table.position(name)
            except RivalryError as error:
                self.problems.extend(error.problems)
        self.problems.raise_if_errors()
        self._date_place = found[self.date]
        self._conditions = [(found[name], value) for name, value in self.where.items()]
        return [found[name] for name in columns]

    def rows(self) -> Iterator[tuple[int, Month | None, tuple[str, ...]]]:
        seen: dict[Month, int] = {}
        matched = False
        for line, row in self.table.items():
            if not all(_same(row[place], value) for place, value in self._conditions):
                continue
            matched = True
            month = self._month(row[self._date_place], line)
            if month is not None and month in seen:
                self._fault(
                    "R0605",
                    f"{self._period(month)} is given twice (first at line {seen[month]})",
                    "Keep one row a month, or tell the rows apart with where:."
                    if self.every not in _PERIODS
                    else f"Keep one row a {self.every}, or tell the rows apart with where:.",
                    line,
                )
            elif month is not None:
                seen[month] = line
            yield line, month, row
            if len(self.problems) >= MAX_FAULTS:
                self.problems.raise_if_errors()
        if not matched:
            self._no_match()

    def number(self, cell: str, column: str, line: int) -> float | None:
        if cell.lower() in _NOT_FINITE:
            self._fault(
                "R0603",
                f"{column} is {cell}",
                "Leave the cell empty where a value is missing.",
                line,
            )
            return None
        if not _NUMBER.fullmatch(cell):
            plain = cell.replace(",", "").replace(" ", "").replace("_", "")
            remedy = (
                f"Write {plain}, without marks between thousands."
                if plain != cell and _NUMBER.fullmatch(plain)
                else "Write a number such as 12 or 0.5; leave the cell empty if it is missing."
            )
            self._fault("R0602", f"{column} is {_shown(cell)}, not a number", remedy, line)
            return None
        value = float(cell)
        if not math.isfinite(value):
            self._fault("R0603", f"{column} is {_shown(cell)}, too large", "Correct it.", line)
            return None
        return value

    def blank(self, column: str, line: int) -> None:
        self._fault(
            "R0606",
            f"{column} is empty",
            "Fill the cell in, or remove the row.",
            line,
        )

    def _month(self, cell: str, line: int) -> Month | None:
        if _YEAR.fullmatch(cell):
            if self.every == "year":
                return Month.of(int(cell), 12)
            self._fault(
                "R0604",
                f"{self.date} is {cell}, a year alone, which does not say which month is meant",
                "Write YYYY-MM, or set every: year if the value is of the whole year.",
                line,
            )
            return None
        try:
            month = Month.parse(cell)
        except ValueError:
            self._fault(
                "R0604",
                f"{self.date} is {_shown(cell)}, not a date" if cell else f"{self.date} is empty",
                "Write YYYY-MM or YYYY-MM-DD.",
                line,
            )
            return None
        length = _PERIODS.get(self.every)
        if length is None:
            return month
        return Month.of(month.year, ((month.month - 1) // length + 1) * length)

    def _period(self, month: Month) -> str:
        if self.every == "year":
            return f"the year {month.year}"
        if self.every in _PERIODS:
            return f"the {self.every} that ends in {month}"
        return str(month)

    def _no_match(self) -> None:
        asked = ", ".join(f"{name}: {value}" for name, value in self.where.items())
        hint = ""
        for place, (name, value) in zip(
            (p for p, _ in self._conditions), self.where.items(), strict=True
        ):
            have = {row[place] for row in self.table.rows}
            if not any(_same(cell, value) for cell in have):
                close = nearest(str(value), have)
                hint = f"Did you mean {name}: {close}?" if close else f"Check column {name}."
                break
        self._fault(
            "R0609",
            f"no row of {self.table.file} has {asked}",
            hint or "No row has all of these at once.",
            1,
        )

    def _fault(self, code: str, message: str, remedy: str, line: int) -> None:
        self.problems.add(code, message, remedy, file=self.table.file, line=line)


def _same(cell: str, value: str | int | float) -> bool:
    text = str(value).strip()
    if cell == text:
        return True
    if _NUMBER.fullmatch(cell) and _NUMBER.fullmatch(text):
        return float(cell) == float(text)
    return False


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:37] + "...")
