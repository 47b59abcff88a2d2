"""Choosing events: from which releases, of which dyads, actors, places and kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rivalry.data._release import Release
from rivalry.foundation import Problem, RivalryError, nearest

if TYPE_CHECKING:
    import duckdb

#: An id or a name, or several.
Wanted = str | int | Iterable[str | int] | None
#: To which month an event counts: that of its first day, that of its last, or each by its days.
Rule = Literal["start", "end", "spread"]

_VIOLENCE = {"state-based": 1, "non-state": 2, "one-sided": 3}
#: The unit of events that have none, such as a province that is not known.
_NONE = "''"

#: By unit: SQL for id and name of a row of `store.event`.
UNITS: dict[str, tuple[str, str]] = {
    "dyad": ("coalesce(dyad_id, dyad_name)", "coalesce(dyad_name, dyad_id)"),
    "country": ("coalesce(country_id, country)", "coalesce(country, country_id)"),
    "province": (
        "coalesce(country_id, country, '') || '/' || coalesce(adm_1, '')",
        "coalesce(adm_1, '(province not known)') || ', ' || coalesce(country, '')",
    ),
}
_SIDES = (
    ("coalesce(side_a_id, side_a)", "coalesce(side_a, side_a_id)"),
    ("coalesce(side_b_id, side_b)", "coalesce(side_b, side_b_id)"),
)


@dataclass(frozen=True)
class Where:
    """Which events count.

    Attributes
    ----------
    dyad, actor, country, province : id or name, or several
        Names may have any case; a part of a name will do if it fits one unit alone.
    violence : str, int or several
        ``state-based`` (1), ``non-state`` (2), ``one-sided`` (3).
    event_type : str or several
        ACLED's event types.
    max_date_prec, max_where_prec : int, optional
        Only events known at least this well (1 is the best; see the UCDP codebook).
    """

    dyad: Wanted = None
    actor: Wanted = None
    country: Wanted = None
    province: Wanted = None
    violence: Wanted = None
    event_type: Wanted = None
    max_date_prec: int | None = None
    max_where_prec: int | None = None


def pick(
    connection: duckdb.DuckDBPyConnection,
    chosen: Sequence[Release],
    where: Where,
    rule: Rule,
) -> None:
    """Make the temporary table or view `picked`: the events that count, with their month `m`.

    The rows are those of `store.event` with `m` (year * 12 + month - 1, by `rule`; for "spread"
    that of the first day). Of several releases an event counts once, in the one that stands first
    in `chosen`; a later one gives nothing to the months that an earlier one covers.
    """
    day = "date_end" if rule == "end" else "date_start"
    month = f"year({day}) * 12 + month({day}) - 1"
    numbers = ", ".join(str(r.number) for r in chosen)
    conditions = [f"release IN ({numbers})", *_conditions(connection, numbers, where)]
    once = ""
    if len(chosen) > 1:
        rank = "CASE release " + " ".join(
            f"WHEN {r.number} THEN {i}" for i, r in enumerate(chosen)
        ) + " END"  # fmt: skip
        conditions += [
            f"NOT ({rank} > {i} AND {month} BETWEEN {r.first.ordinal} AND {r.last.ordinal})"
            for i, r in enumerate(chosen[:-1])
        ]
        once = f" QUALIFY row_number() OVER (PARTITION BY id ORDER BY {rank}) = 1"
    # of one release a view will do, which reads only the columns that are asked for
    kind = "TABLE" if once else "VIEW"
    connection.execute(
        f"CREATE OR REPLACE TEMP {kind} picked AS SELECT *, {month} AS m FROM store.event "
        f"WHERE {' AND '.join(conditions)}{once}"
    )


def sides(source: str, columns: str = "*") -> str:
    """Return SQL for one row an event and actor: both sides, but no civilians.

    An event between two parts of one actor counts once for it.
    """
    (a_id, a_name), (b_id, b_name) = _SIDES
    victims = "type_of_violence = 3"
    return (
        f"SELECT {a_id} AS unit_id, {a_name} AS unit_name, {columns} FROM {source} "
        f"UNION ALL SELECT {b_id}, {b_name}, {columns} FROM {source} "
        f"WHERE {b_id} IS NOT NULL AND {b_id} IS DISTINCT FROM {a_id} "
        f"AND coalesce(NOT ({victims}), true)"
    )


def units(by: str, source: str, columns: str = "*") -> str:
    """Return SQL for rows of events with `unit_id` and `unit_name` before `columns`."""
    if by == "actor":
        return sides(source, columns)
    unit_id, name = UNITS[by]
    return (
        f"SELECT coalesce({unit_id}, {_NONE}) AS unit_id, "
        f"coalesce({name}, '(no {by})') AS unit_name, {columns} FROM {source}"
    )


def as_list(wanted: Wanted) -> list[str]:
    """Return what was asked for as a list of text."""
    if wanted is None:
        return []
    if isinstance(wanted, str | int):
        return [str(wanted).strip()]
    return [str(w).strip() for w in wanted]


def violence_codes(wanted: Wanted) -> list[int]:
    """Return the codes of types of violence (R1217 for another word)."""
    codes = []
    for word in as_list(wanted):
        code = _VIOLENCE.get(word.lower(), int(word) if word in ("1", "2", "3") else None)
        if code is None:
            raise RivalryError(
                Problem(
                    "R1217",
                    f"there is no type of violence {word!r}",
                    f"Types: {', '.join(_VIOLENCE)}.",
                ),
                exit_code=2,
            )
        codes.append(code)
    return codes


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def among(values: Iterable[str]) -> str:
    """Return a list of SQL literals in parentheses."""
    return "(" + ", ".join(quoted(v) for v in values) + ")"


def resolve(have: Sequence[tuple[str, str]], wanted: Wanted, what: str) -> list[str]:
    """Find the ids that are meant by ids, names or parts of names.

    Parameters
    ----------
    have : sequence of (id, name)
        One id may have had several names.
    wanted : id, name or several
    what : str
        Such as ``dyad``, for messages.

    Raises
    ------
    RivalryError
        R1217 for what fits none or several.
    """
    found: list[str] = []
    for text in as_list(wanted):
        low = text.lower()
        ids = (
            {i for i, _ in have if i == text}
            or {i for i, n in have if n.lower() == low}
            or {i for i, n in have if low in n.lower()}
        )
        if len(ids) != 1:
            raise _unclear(text, ids, have, what)
        found.append(ids.pop())
    return found


def _unclear(text: str, ids: set[str], have: Sequence[tuple[str, str]], what: str) -> RivalryError:
    if ids:
        # tables without ids have the name for one: it is said once
        shown = list(dict.fromkeys(i if i == n else f"{i} {n}" for i, n in have if i in ids))
        more = f" and {len(shown) - 8} more" if len(shown) > 8 else ""
        return RivalryError(
            Problem(
                "R1217",
                f"{text!r} fits {len(ids)} of the {what}s",
                f"Give the id or the whole name of one: {'; '.join(shown[:8])}{more}.",
            )
        )
    close = nearest(text, [n for _, n in have]) or nearest(text, [i for i, _ in have])
    listing = {"dyad": "rivalry data dyads", "actor": "rivalry data actors"}.get(what)
    return RivalryError(
        Problem(
            "R1217",
            f"there is no {what} {text!r} in these data",
            (f"Did you mean {close!r}? " if close else "")
            + (f"'{listing} --contains WORD' lists them." if listing else "Check the name."),
        )
    )


def _conditions(connection: duckdb.DuckDBPyConnection, numbers: str, where: Where) -> list[str]:
    source = f"(SELECT * FROM store.event WHERE release IN ({numbers}))"
    conditions = []
    for what in ("dyad", "country", "province"):
        wanted = getattr(where, what)
        if wanted is not None:
            ids = resolve(_units(connection, what, source), wanted, what)
            conditions.append(f"{UNITS[what][0]} IN {among(ids)}")
    if where.actor is not None:
        ids = resolve(_units(connection, "actor", source), where.actor, "actor")
        (a, _), (b, _) = _SIDES
        conditions.append(f"({a} IN {among(ids)} OR {b} IN {among(ids)})")
    if where.violence is not None:
        codes = ", ".join(str(c) for c in violence_codes(where.violence))
        conditions.append(f"type_of_violence IN ({codes})")
    if where.event_type is not None:
        have = [
            (t, t)
            for (t,) in connection.execute(
                f"SELECT DISTINCT event_type FROM {source} WHERE event_type IS NOT NULL"
            ).fetchall()
        ]
        conditions.append(f"event_type IN {among(resolve(have, where.event_type, 'event type'))}")
    for name, limit in (
        ("date_prec", where.max_date_prec),
        ("where_prec", where.max_where_prec),
    ):
        if limit is not None:
            conditions.append(f"{name} <= {int(limit)}")
    return conditions


def _units(connection: duckdb.DuckDBPyConnection, by: str, source: str) -> list[tuple[str, str]]:
    return connection.execute(
        f"SELECT DISTINCT unit_id, unit_name FROM ({units(by, source)}) "
        "WHERE unit_id <> '' ORDER BY 2, 1"
    ).fetchall()
