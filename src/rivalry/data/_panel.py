"""Panels: events and deaths by unit and month or year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from rivalry.data._release import Release
from rivalry.data._select import Rule, units
from rivalry.foundation import Month, Problem, RivalryError, month_range

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

By = Literal["dyad", "actor", "country", "province"]
Every = Literal["month", "year"]

_TYPES = ((1, "state_based"), (2, "non_state"), (3, "one_sided"))
#: Counts and sums, in the order of the table's columns.
_SUMS: tuple[tuple[str, str], ...] = (
    ("events", "1"),
    ("best", "best"),
    ("low", "low"),
    ("high", "high"),
    ("civilians", "deaths_civilians"),
    *((f"{name}_events", f"CASE WHEN type_of_violence = {t} THEN 1 END") for t, name in _TYPES),
    *((f"{name}_best", f"CASE WHEN type_of_violence = {t} THEN best END") for t, name in _TYPES),
)
PANEL_COLUMNS = ("unit_id", "unit_name", "month", "month_id", "covered", *(n for n, _ in _SUMS))


def panel_of(
    connection: duckdb.DuckDBPyConnection,
    chosen: Sequence[Release],
    by: By,
    every: Every,
    rule: Rule,
    span: tuple[Month | None, Month | None],
) -> pd.DataFrame:
    """Count the events in the temporary table `picked`; see `Store.panel`."""
    ends = connection.execute("SELECT min(m), max(m) FROM picked").fetchone()
    if ends is None or ends[0] is None:
        raise RivalryError(
            Problem("R1216", "no event fits what was asked for", "Ask for less at once.")
        )
    if rule == "spread":
        last = connection.execute(
            "SELECT max(year(date_end) * 12 + month(date_end) - 1) FROM picked"
        ).fetchone()
        ends = (ends[0], last[0] if last else ends[1])
    first = span[0] or min(Month(ends[0]), *(r.first for r in chosen))
    last_month = span[1] or max(Month(ends[1]), *(r.last for r in chosen))
    if first > last_month:
        raise RivalryError(
            Problem("R1222", f"the span ends in {last_month}, before {first}", "Swap the two."),
            exit_code=2,
        )
    periods = _periods(chosen, every, first, last_month)
    _counts(connection, by, every, rule, [r.format for r in chosen])
    return _grid(connection, every, periods, whole=rule != "spread")


def country_months_of(
    connection: duckdb.DuckDBPyConnection,
    chosen: Sequence[Release],
    span: tuple[Month | None, Month | None],
) -> pd.DataFrame:
    """Return a ViEWS table as a panel: `best` is the sum of what it has of the three types."""
    numbers = ", ".join(str(r.number) for r in chosen)
    base = Month.from_views(0).ordinal
    limits = "".join(
        f" AND month_id + {base} {sign} {month.ordinal}"
        for sign, month in ((">=", span[0]), ("<=", span[1]))
        if month is not None
    )
    return connection.execute(
        "SELECT country_id AS unit_id, country_id AS unit_name, "
        f"{_label('month_id + ' + str(base))} AS month, month_id, true AS covered, "
        "ged_sb + coalesce(ged_ns, 0) + coalesce(ged_os, 0) AS best, "
        "ged_sb AS state_based_best, ged_ns AS non_state_best, ged_os AS one_sided_best "
        f"FROM store.country_month WHERE release IN ({numbers}){limits} "
        "ORDER BY length(country_id), country_id, month_id"
    ).df()


@dataclass(frozen=True)
class _Periods:
    """The columns of the grid: their labels, the first one's ordinal, and which are covered."""

    labels: list[str]
    first: int
    covered: npt.NDArray[np.bool_]


def _periods(chosen: Sequence[Release], every: Every, first: Month, last: Month) -> _Periods:
    """Return the periods of a span; a year is covered if all its months are."""
    if every == "year":
        first, last = Month.of(first.year, 1), Month.of(last.year, 12)
    months = month_range(first, last)
    covered = np.array([any(r.first <= m <= r.last for r in chosen) for m in months])
    if every == "month":
        return _Periods([str(m) for m in months], first.ordinal, covered)
    years = range(first.year, last.year + 1)
    whole = np.all(covered.reshape(-1, 12), axis=1)
    return _Periods([str(y) for y in years], first.year, np.asarray(whole))


def _counts(
    connection: duckdb.DuckDBPyConnection, by: By, every: Every, rule: Rule, formats: list[str]
) -> None:
    """Make `counts` and `unit_names` out of the picked events."""
    source = "picked"
    weight = ""
    if rule == "spread":
        # an event of n days gives each month the share of its days that lie in it
        source = (
            "(SELECT e.* REPLACE (k AS m), (least(e.date_end, last_day(f)) - "
            "greatest(e.date_start, f) + 1) / (e.date_end - e.date_start + 1) AS w FROM ("
            "SELECT p.*, unnest(range(p.m, year(p.date_end) * 12 + month(p.date_end))) AS k "
            "FROM picked p) e, LATERAL (SELECT make_date(CAST(e.k // 12 AS INTEGER), "
            "CAST(e.k % 12 + 1 AS INTEGER), 1) AS f))"
        )
        weight = " * w"
    # ACLED's types are others than UCDP's, and what is not known is not zero
    known = "true" if "acled" not in formats else "count(type_of_violence) > 0"
    sums = []
    for name, value in _SUMS:
        total = f"sum(({value}){weight})"
        if any(name.startswith(t) for _, t in _TYPES):
            total = f"CASE WHEN {known} THEN coalesce({total}, 0) END"
        sums.append(f"{total} AS {name}")
    period = "m" if every == "month" else "m // 12"
    columns = "m, type_of_violence, best, low, high, deaths_civilians, date_start" + (
        ", w" if weight else ""
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE rows_by_unit AS {units(by, source, columns)}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE unit_names AS SELECT unit_id, "
        "arg_max(unit_name, date_start) AS unit_name FROM rows_by_unit GROUP BY unit_id"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE counts AS SELECT unit_id, {period} AS p, "
        f"{', '.join(sums)} FROM rows_by_unit GROUP BY 1, 2"
    )


def _grid(
    connection: duckdb.DuckDBPyConnection, every: Every, periods: _Periods, *, whole: bool
) -> pd.DataFrame:
    """Set the counts into the grid of units and periods; a covered month without events is 0."""
    import pandas as pd

    units = connection.execute(
        "SELECT unit_id, unit_name FROM unit_names ORDER BY length(unit_id), unit_id"
    ).fetchall()
    names = ", ".join(f"CAST(c.{n} AS DOUBLE) AS {n}" for n, _ in _SUMS)
    cells = connection.execute(
        f"SELECT u.at, c.p - {periods.first} AS p, {names} FROM counts c JOIN (SELECT unit_id, "
        "row_number() OVER (ORDER BY length(unit_id), unit_id) - 1 AS at FROM unit_names) u "
        f"USING (unit_id) WHERE c.p BETWEEN {periods.first} "
        f"AND {periods.first + len(periods.labels) - 1}"
    ).fetchnumpy()
    n, shape = len(periods.labels), (len(units), len(periods.labels))
    rows = np.asarray(cells["at"], dtype=np.int64) * n + np.asarray(cells["p"], dtype=np.int64)
    have = np.zeros(shape[0] * n, dtype=bool)
    have[rows] = True
    table: dict[str, Any] = {
        "unit_id": np.repeat(np.array([u for u, _ in units], dtype=object), n),
        "unit_name": np.repeat(np.array([u for _, u in units], dtype=object), n),
        every: np.tile(np.array(periods.labels, dtype=object), shape[0]),
    }
    numbers = pd.to_numeric(pd.Series([u for u, _ in units]), errors="coerce")
    if numbers.notna().all():
        table["unit_id"] = np.repeat(numbers.to_numpy(dtype=np.int64), n)
    if every == "month":
        offset = periods.first - Month.from_views(0).ordinal
        table["month_id"] = np.tile(np.arange(n) + offset, shape[0])
    covered = np.tile(periods.covered, shape[0])
    table["covered"] = covered
    for name, _ in _SUMS:
        values: npt.NDArray[np.float64] = np.ma.filled(
            np.ma.asarray(cells[name], dtype=float), np.nan
        )
        # a data set that gives a figure nowhere does not give zeros either
        given = bool(np.isfinite(values).any())
        column = np.where(covered & given, 0.0, np.nan)
        column[rows] = values
        table[name] = _counted(column) if whole else column
    return pd.DataFrame(table, copy=False)


def _counted(column: npt.NDArray[np.float64]) -> Any:
    """Return whole numbers, with missing ones if there are any."""
    import pandas as pd

    missing = np.isnan(column)
    if not missing.any():
        return column.astype(np.int64)
    return pd.arrays.IntegerArray(np.where(missing, 0, column).astype(np.int64), missing)


def _label(month: str) -> str:
    return (
        f"lpad(CAST(({month}) // 12 AS VARCHAR), 4, '0') || '-' || "
        f"lpad(CAST(({month}) % 12 + 1 AS VARCHAR), 2, '0')"
    )
