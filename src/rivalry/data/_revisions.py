"""What changed from one version of a data set to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from rivalry.data._release import Release
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

Detail = Literal["dyad-year", "row"]

#: What is compared of two rows with the same key.
_EVENT = (
    "best", "low", "high", "date_start", "date_end", "type_of_violence", "dyad_id", "side_a_id",
    "side_b_id", "country_id", "adm_1", "date_prec", "where_prec",
)  # fmt: skip
_YEARLY = ("best", "low", "high", "type_of_violence", "side_a_id", "side_b_id", "gwno_location")


def revisions_of(
    connection: duckdb.DuckDBPyConnection, old: Release, new: Release, detail: Detail
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Compare two releases; see `Store.revisions`."""
    first, last = max(old.first, new.first), min(old.last, new.last)
    if old.kind != new.kind or old.kind == "country-month" or first > last:
        why = (
            f"{old.name} is a {old.kind} table, {new.name} a {new.kind} table"
            if old.kind != new.kind
            else "tables by country and month have no rows with an id"
            if old.kind == "country-month"
            else f"they have no month in common: {old.first} to {old.last}, "
            f"{new.first} to {new.last}"
        )
        raise RivalryError(
            Problem("R1224", why, "Name two versions of one kind whose months overlap.")
        )
    events = old.kind == "events"
    table, compared = ("event", _EVENT) if events else ("yearly", _YEARLY)
    unit = "coalesce(dyad_id, dyad_name)" if events else "dyad_id"
    key = "id" if events else "dyad_id || ' ' || year"
    year = "year(date_start)" if events else "year"
    month = "year(date_start) * 12 + month(date_start) - 1" if events else "year * 12"
    differs = " || ".join(
        f"CASE WHEN o.{c} IS DISTINCT FROM n.{c} THEN ' {c}' ELSE '' END" for c in compared
    )
    for name, release in (("o", old), ("n", new)):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE side_{name} AS SELECT *, {key} AS key, {unit} AS unit, "
            f"{'' if not events else year + ' AS year, '}"
            f"{month} BETWEEN {first.ordinal} AND {last.ordinal} AS inside "
            f"FROM store.{table} WHERE release = {release.number}"
        )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE pairs AS SELECT coalesce(n.key, o.key) AS id, "
        "coalesce(n.unit, o.unit) AS dyad_id, coalesce(n.dyad_name, o.dyad_name) AS dyad_name, "
        "coalesce(n.year, o.year) AS year, "
        f"CASE WHEN o.key IS NULL THEN 'added' WHEN n.key IS NULL THEN 'removed' "
        f"WHEN {differs} = '' THEN 'same' ELSE 'changed' END AS change, "
        f"CASE WHEN o.key IS NOT NULL AND n.key IS NOT NULL THEN trim({differs}) END AS columns, "
        "o.best AS best_before, n.best AS best_after, o.low AS low_before, n.low AS low_after, "
        "o.high AS high_before, n.high AS high_after "
        "FROM side_o o FULL JOIN side_n n ON o.key = n.key WHERE o.inside OR n.inside"
    )
    kinds = ", ".join(
        f"count(*) FILTER (WHERE change = '{c}') AS {c}"
        for c in ("added", "removed", "changed", "same")
    )
    sums = (
        "CAST(coalesce(sum(best_before), 0) AS BIGINT) AS best_before, "
        "CAST(coalesce(sum(best_after), 0) AS BIGINT) AS best_after"
    )
    row = connection.execute(f"SELECT {kinds}, {sums} FROM pairs").df()
    totals: dict[str, Any] = {name: int(row[name].iloc[0]) for name in row.columns}
    totals |= {"first_month": str(first), "last_month": str(last)}
    if detail == "row":
        query = "SELECT * FROM pairs WHERE change <> 'same' ORDER BY length(id), id"
    else:
        query = (
            f"SELECT * FROM (SELECT dyad_id, arg_max(dyad_name, year) AS dyad_name, year, {kinds}, "
            f"{sums}, CAST(coalesce(sum(best_after), 0) - coalesce(sum(best_before), 0) AS BIGINT) "
            "AS difference "
            "FROM pairs GROUP BY dyad_id, year) WHERE added + removed + changed > 0 "
            "ORDER BY abs(difference) DESC, added + removed + changed DESC, dyad_id, year"
        )
    return connection.execute(query).df(), totals
