"""Opening a panel whose columns are guessed where the table leaves one choice."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from rivalry.forecast._panel import Panel
from rivalry.forecast._panel_read import _is_csv, _table, panel_from_frame
from rivalry.foundation import Problem, RivalryError

#: Columns that hold months, in the order in which they are looked for.
MONTHS = ("month_id", "month", "year_month", "date")
#: What the field calls its units.
UNITS = (
    "country_id", "priogrid_gid", "priogrid_id", "pg_id", "iso3", "iso_a3", "gwno", "gwcode",
    "country", "dyad_id", "dyad", "conflict_id", "province", "adm1", "region", "unit", "series",
)  # fmt: skip


def open_panel(
    path: str | Path,
    *,
    unit: str | None = None,
    target: str | None = None,
    month: str | None = None,
) -> Panel:
    """Read a panel; columns that are not named are guessed where there is one candidate.

    Parameters
    ----------
    path : str or Path
        CSV (also gzipped) or Parquet, one row a unit and month.
    unit, target, month : str, optional
        Columns of units, counts and months; see `read_panel`.

    Returns
    -------
    Panel

    Raises
    ------
    RivalryError
        R1042 when a column is not plain, and what `read_panel` raises.
    """
    path = Path(path)
    frame = _table(path)
    lines = _is_csv(path)
    if frame.index.names != [None]:
        frame = frame.reset_index()
    columns = [str(c) for c in frame.columns]
    if month is None:
        month = next((c for c in MONTHS if c in columns), None)
        if month is None:
            raise _unclear("months", "--month", columns, path)
    if unit is None:
        rest = [c for c in columns if c not in (month, target)]
        known = [c for c in rest if c.lower() in UNITS]
        found = known or [c for c in rest if not _numeric(frame[c])] or rest
        if len(found) != 1:
            raise _unclear("units", "--unit", found or columns, path)
        unit = found[0]
    if target is None:
        rest = [c for c in columns if c not in (month, unit) and c.lower() not in UNITS + MONTHS]
        # a column that is alone is meant even where text spoils it: its faults are then named
        found = rest if len(rest) == 1 else [c for c in rest if _numeric(frame[c])]
        if len(found) != 1:
            raise _unclear("counts", "--target", found or columns, path)
        target = found[0]
    return panel_from_frame(
        frame, unit=unit, target=target, month=month, source=str(path), lines=lines
    )


def _numeric(column: pd.Series) -> bool:
    text = column.astype("string").str.strip()
    given = text[text.notna() & (text != "")]
    return bool(len(given)) and bool(pd.to_numeric(given, errors="coerce").notna().all())


def _unclear(what: str, option: str, columns: list[str], path: Path) -> RivalryError:
    return RivalryError(
        Problem(
            "R1042",
            f"which column holds the {what} is not plain: {', '.join(columns) or 'there is none'}",
            f"Name it with {option}.",
            file=str(path),
        ),
        exit_code=2,
    )
