"""Lists of dyads and of actors, each with what the data have of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rivalry.data._release import Release
from rivalry.data._select import Wanted, Where, pick, quoted, sides
from rivalry.data._yearly import yearly_where

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_TOTALS = ", ".join(f"CAST(sum({c}) AS BIGINT) AS {c}" for c in ("best", "low", "high"))


def dyads_of(
    connection: duckdb.DuckDBPyConnection,
    chosen: Sequence[Release],
    country: Wanted,
    actor: Wanted,
    contains: str | None,
) -> pd.DataFrame:
    """List dyads, of events or of yearly tables; see `Store.dyads`."""
    if chosen[0].kind == "events":
        pick(connection, chosen, Where(actor=actor, country=country), "start")
        unit, time, source = "coalesce(dyad_id, dyad_name)", "date_start", "picked"
        countries = "string_agg(DISTINCT country, ', ' ORDER BY country)"
        count, first, last = "events", "date_start", "date_end"
        condition = "dyad_id IS NOT NULL OR dyad_name IS NOT NULL"
    else:
        unit, time, source = "dyad_id", "year", "store.yearly"
        countries = "arg_max(location, year)"
        count, first, last = "years", "year", "year"
        condition = yearly_where(connection, chosen, None, actor, country, shared=True)
    latest = ", ".join(
        f"arg_max({c}, {time}) AS {c}"
        for c in ("dyad_name", "side_a_id", "side_a", "side_b_id", "side_b")
    )
    return connection.execute(
        "SELECT dyad_id, dyad_name, type_of_violence, * EXCLUDE (dyad_id, dyad_name, "
        f"type_of_violence) FROM (SELECT {unit} AS dyad_id, mode(type_of_violence) AS "
        f"type_of_violence, {latest}, {countries} AS countries, count(*) AS {count}, {_TOTALS}, "
        f"CAST(min({first}) AS VARCHAR) AS first, CAST(max({last}) AS VARCHAR) AS last "
        f"FROM {source} WHERE {condition} GROUP BY {unit}){_containing('dyad_name', contains)} "
        "ORDER BY best DESC NULLS LAST, dyad_id"
    ).df()


def actors_of(
    connection: duckdb.DuckDBPyConnection,
    chosen: Sequence[Release],
    country: Wanted,
    contains: str | None,
) -> pd.DataFrame:
    """List actors; see `Store.actors`."""
    pick(connection, chosen, Where(country=country), "start")
    columns = "country, dyad_id, dyad_name, best, date_start, date_end"
    return connection.execute(
        "SELECT * FROM (SELECT unit_id AS actor_id, "
        "arg_max(unit_name, date_start) AS actor_name, "
        "string_agg(DISTINCT country, ', ' ORDER BY country) AS countries, "
        "count(DISTINCT coalesce(dyad_id, dyad_name)) AS dyads, count(*) AS events, "
        "CAST(sum(best) AS BIGINT) AS best, CAST(min(date_start) AS VARCHAR) AS first, "
        "CAST(max(date_end) AS VARCHAR) AS last "
        f"FROM ({sides('picked', columns)}) WHERE unit_id IS NOT NULL GROUP BY 1)"
        f"{_containing('actor_name', contains)} ORDER BY best DESC, actor_id"
    ).df()


def _containing(column: str, text: str | None) -> str:
    if text is None:
        return ""
    if len(text) <= 4 and text.isupper() and text.isalnum():
        # an abbreviation is a word of its own: IS, but not the "is" of Islam
        alone = quoted(rf"(^|\W){text}(\W|$)")
        return f" WHERE regexp_matches({column}, {alone})"
    return f" WHERE contains(lower({column}), lower({quoted(text)}))"
