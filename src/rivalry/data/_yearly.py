"""Conditions on the rows of UCDP's yearly tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rivalry.data._release import Release
from rivalry.data._select import Wanted, among, resolve

if TYPE_CHECKING:
    import duckdb

#: How many countries the place of a yearly row names.
PLACES = (
    "len([p FOR p IN string_split(coalesce(gwno_location, location, ''), ',') IF trim(p) <> ''])"
)


def yearly_where(
    connection: duckdb.DuckDBPyConnection,
    chosen: Sequence[Release],
    dyad: Wanted,
    actor: Wanted,
    country: Wanted,
    *,
    shared: bool,
) -> str:
    """Return the SQL condition for rows of `store.yearly`; see `Store.yearly`.

    With `country` and without `shared` rows whose place is several countries are left out.
    """
    numbers = ", ".join(str(r.number) for r in chosen)
    conditions = [f"release IN ({numbers})"]
    source = f"store.yearly WHERE release IN ({numbers})"

    def pairs(query: str) -> list[tuple[str, str]]:
        return connection.execute(query).fetchall()

    if dyad is not None:
        have = pairs(f"SELECT DISTINCT dyad_id, coalesce(dyad_name, dyad_id) FROM {source}")
        conditions.append(f"dyad_id IN {among(resolve(have, dyad, 'dyad'))}")
    if actor is not None:
        a, b = "coalesce(side_a_id, side_a)", "coalesce(side_b_id, side_b)"
        have = pairs(
            f"SELECT DISTINCT {a}, side_a FROM {source} UNION SELECT DISTINCT {b}, side_b "
            f"FROM {source} AND {b} IS NOT NULL AND type_of_violence IS DISTINCT FROM 3"
        )
        ids = among(resolve(have, actor, "actor"))
        conditions.append(f"({a} IN {ids} OR {b} IN {ids})")
    if country is not None:
        have = pairs(
            "SELECT DISTINCT trim(p), trim(p) FROM (SELECT unnest(string_split(coalesce(location, "
            f"'') || ',' || coalesce(gwno_location, ''), ',')) AS p FROM {source}) "
            "WHERE trim(p) <> '' ORDER BY 1"
        )
        ids = among(resolve(have, country, "country"))
        cells = "string_split(coalesce(location, '') || ',' || coalesce(gwno_location, ''), ',')"
        conditions.append(f"len([p FOR p IN {cells} IF trim(p) IN {ids}]) > 0")
        if not shared:
            conditions.append(f"{PLACES} <= 1")
    return " AND ".join(conditions)
