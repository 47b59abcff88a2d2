"""Reading the tables that a case names for its inputs and observations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from rivalry.cases._paths import case_path
from rivalry.data import Table, ranges, read_table, row_lines, series
from rivalry.foundation import Document, Month, Problem, Problems, RivalryError
from rivalry.model.spec import InputSpec, ModelSpec, ObservationSpec

#: Faults of what the case asks for, as against faults of a table's content: shown at the case.
_ASKED = {"R0101", "R0102", "R0104", "R0209", "R0210", "R0212", "R0601", "R0609", "R0612"}

Value = float | tuple[float, float]
_V = TypeVar("_V")


class TableReader:
    """Reads each table once and keeps the faults of all of them."""

    def __init__(self, folder: Path, document: Document, problems: Problems) -> None:
        self._folder = folder
        self._document = document
        self._problems = problems
        self._tables: dict[str, Table] = {}
        self._failed: set[str] = set()
        #: Files that were read, by their path from the case's folder.
        self.files: dict[str, Path] = {}
        #: File and line of every datum of an observation.
        self.places: dict[str, dict[Month, tuple[str, int]]] = {}
        #: Inputs and observations (``inputs.troops``) whose data could not be read.
        self.faulty: set[str] = set()

    def inputs(self, spec: ModelSpec) -> dict[str, dict[Month, float]]:
        """Read every input that names a file."""
        found: dict[str, dict[Month, float]] = {}
        for name, item in spec.inputs.items():
            if item.file is not None:
                values = self._read("inputs", name, item.file, partial(_input, item))
                if values is not None:
                    found[name] = values
        return found

    def observations(self, spec: ModelSpec) -> dict[str, dict[Month, Value]]:
        """Read every observation that names a file, cut to its `from` and `until`."""
        found: dict[str, dict[Month, Value]] = {}
        for name, item in spec.observations.items():
            if item.file is not None:
                values = self._read("observations", name, item.file, partial(_observation, item))
                if values is not None:
                    found[name] = _cut(values, item)
                    table = self._tables[item.file]
                    lines = row_lines(table, item.date, item.where, every=item.every)
                    self.places[name] = {m: (table.file, line) for m, line in lines.items()}
        return found

    def _read(
        self, section: str, name: str, file: str, read: Callable[[Table], dict[Month, _V]]
    ) -> dict[Month, _V] | None:
        try:
            table = self._table(file)
            if table is not None:
                return read(table)
        except RivalryError as error:
            self._problems.extend(self._placed(p, section, name) for p in error.problems)
            if file not in self._tables:
                self._failed.add(file)
        self.faulty.add(f"{section}.{name}")
        return None

    def _table(self, file: str) -> Table | None:
        """Return a table; None when it failed before, so that its faults are told once."""
        if file in self._failed:
            return None
        if file not in self._tables:
            path = case_path(self._folder, file)
            self._tables[file] = read_table(path)
            self.files[file] = path
        return self._tables[file]

    def _placed(self, problem: Problem, section: str, name: str) -> Problem:
        where = f"{section}.{name}"
        if problem.code not in _ASKED:
            return Problem(
                problem.code, problem.message, problem.remedy, problem.file, problem.line, where
            )
        key = "file"
        if problem.code == "R0609":
            key = "where"
        elif problem.code == "R0601":
            key = self._key_of(problem, section, name)
        return Problem(
            problem.code,
            problem.message,
            problem.remedy,
            self._document.file,
            self._document.line((section, name, key)),
            f"{where}.{key}",
        )

    def _key_of(self, problem: Problem, section: str, name: str) -> str:
        """Find the key that holds the column that the table does not have."""
        item = self._document.data[section][name]
        for key in ("column", "low", "high", "date"):
            if repr(item.get(key)) in problem.message:
                return key
        return "where" if "where" in item else "date" if "date" in item else "file"


def _input(item: InputSpec, table: Table) -> dict[Month, float]:
    if item.column is None:
        raise RivalryError(_no_column("column"))
    return series(table, item.column, item.date, blank="error")


def _observation(item: ObservationSpec, table: Table) -> dict[Month, Value]:
    if item.column is not None and (item.low is not None or item.high is not None):
        raise RivalryError(
            Problem(
                "R0212",
                "the observation names column and also low or high",
                "Keep column for single values, or low and high for ranges.",
            )
        )
    if item.low is not None and item.high is not None:
        return {**ranges(table, item.low, item.high, item.date, item.where, every=item.every)}
    if item.column is None:
        raise RivalryError(_no_column("column, or low and high"))
    return {**series(table, item.column, item.date, item.where, every=item.every)}


def _no_column(keys: str) -> Problem:
    return Problem(
        "R0212",
        f"a file is named, but not which {'column' if keys == 'column' else 'columns'} to read",
        f"Add {keys}.",
    )


def _cut(values: dict[Month, Value], item: ObservationSpec) -> dict[Month, Value]:
    """Keep the months from `from` on and before `until`; faulty dates are the model's to report."""
    try:
        start = None if item.from_ is None else Month.parse(item.from_)
        end = None if item.until is None else Month.parse(item.until)
    except ValueError:
        return values
    return {
        month: value
        for month, value in values.items()
        if (start is None or month >= start) and (end is None or month < end)
    }
