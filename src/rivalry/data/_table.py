"""A CSV table as text, each row with the line it starts on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rivalry.foundation import Problem, Problems, RivalryError, nearest, read_text

if TYPE_CHECKING:
    import pandas as pd

#: Tables of a case are small; event files belong to the importers, which stream them.
MAX_TABLE_BYTES = 50_000_000
#: After this many faults of one table more of them help nobody.
MAX_FAULTS = 20

_OTHER_FORMATS = {
    ".gz": "a compressed file",
    ".zip": "a compressed file",
    ".bz2": "a compressed file",
    ".xz": "a compressed file",
    ".xls": "a spreadsheet",
    ".xlsx": "a spreadsheet",
    ".ods": "a spreadsheet",
    ".parquet": "a Parquet file",
}


@dataclass(frozen=True)
class Table:
    """A table whose cells are still text.

    Attributes
    ----------
    file : str
        The file as the user named it.
    columns : tuple of str
        Names in the header, in order.
    rows : tuple of tuple of str
        Cells, stripped of surrounding blanks; each row has as many as there are columns.
    lines : tuple of int
        Line of the file on which each row starts, from 1.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def position(self, column: str) -> int:
        """Return the place of a column, from 0.

        Raises
        ------
        RivalryError
            R0601, with the nearest name, when the table has no such column.
        """
        if column in self.columns:
            return self.columns.index(column)
        close = nearest(column, self.columns)
        remedy = f"Did you mean {close!r}? " if close else ""
        if len(self.columns) == 1 and any(mark in self.columns[0] for mark in ";\t|"):
            remedy = "Columns must be separated by commas. "
        raise RivalryError(
            Problem(
                "R0601",
                f"{self.file} has no column {column!r}",
                f"{remedy}Its columns: {', '.join(self.columns)}.",
                file=self.file,
                line=1,
            )
        )

    def column(self, name: str) -> list[str]:
        """Return the cells of a column as text (R0601 when there is none of that name)."""
        place = self.position(name)
        return [row[place] for row in self.rows]

    def items(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Iterate over (line, row)."""
        return zip(self.lines, self.rows, strict=True)

    def frame(self) -> pd.DataFrame:
        """Return the table as a data frame of text, with the line numbers as index."""
        import pandas as pd

        return pd.DataFrame(
            list(self.rows), columns=list(self.columns), index=list(self.lines), dtype=str
        )


def read_table(path: str | Path) -> Table:
    """Read a CSV file with a header line; commas between columns, UTF-8.

    Blank lines are passed over. The csv module reads it rather than pandas, because only that
    tells on which line a row starts when cells hold line breaks.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Table

    Raises
    ------
    RivalryError
        R0101 to R0104 when the file is missing, unreadable, not UTF-8 or larger than 50 MB; R0607
        without header or rows, R0608 for rows of another length (all of them at once), R0610 for
        a blank or repeated column name, R0612 for another format, R0613 for broken quoting.
    """
    path = Path(path)
    file = str(path)
    kind = _OTHER_FORMATS.get(path.suffix.lower())
    if kind is not None:
        raise RivalryError(
            Problem(
                "R0612",
                f"{path.name} is {kind}, not a CSV table",
                "Save the table as plain CSV with commas.",
                file=file,
            )
        )
    text = read_text(path, limit=MAX_TABLE_BYTES)
    header: tuple[str, ...] | None = None
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    problems = Problems()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            row = tuple(cell.strip() for cell in cells)
            if not any(row) and len(row) <= 1:
                continue
            if header is None:
                header = row
                _check_header(header, file, line, problems)
            elif len(row) != len(header):
                problems.add(
                    "R0608",
                    f"this row has {len(row)} cells, the header {len(header)}",
                    "Add or remove commas; quote cells that hold a comma.",
                    file=file,
                    line=line,
                )
                if len(problems) >= MAX_FAULTS:
                    break
            else:
                rows.append(row)
                lines.append(line)
    except csv.Error as error:
        problems.add(
            "R0613",
            f"not valid CSV: {error}",
            "Close every quote, and write a quote inside a cell twice.",
            file=file,
            line=start,
        )
    problems.raise_if_errors()
    if header is None or not rows:
        what = "is empty" if header is None else "has a header and no rows"
        raise RivalryError(
            Problem(
                "R0607",
                f"{path.name} {what}",
                "Give a header line and at least one row.",
                file=file,
                line=1,
            )
        )
    return Table(file, header, tuple(rows), tuple(lines))


def _check_header(header: tuple[str, ...], file: str, line: int, problems: Problems) -> None:
    seen: set[str] = set()
    for place, name in enumerate(header, start=1):
        if not name:
            message = f"column {place} has no name"
        elif name in seen:
            message = f"two columns are called {name!r}"
        else:
            seen.add(name)
            continue
        problems.add("R0610", message, "Give every column its own name.", file=file, line=line)
