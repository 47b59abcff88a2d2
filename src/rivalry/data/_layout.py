"""The tables of the event store, and what the cells of each column may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rivalry.data._formats import Kind

#: Raised when a table changes; a store of a later version is not opened.
LAYOUT = 1

Cell = Literal["text", "name", "id", "int", "count", "float", "date", "violence"]
MAX_DEATHS = 10_000_000


@dataclass(frozen=True)
class Column:
    """A column of the store: what its cells are, and their range where they are numbers."""

    name: str
    cell: Cell
    low: float = 0
    high: float = MAX_DEATHS
    needed: bool = False

    @property
    def type(self) -> str:
        """Its type in the database."""
        match self.cell:
            case "int" | "count":
                return "INTEGER"
            case "float":
                return "DOUBLE"
            case "date":
                return "DATE"
            case "violence":
                return "TINYINT"
            case _:
                return "VARCHAR"


def _deaths(name: str, needed: bool = False) -> Column:
    return Column(name, "count", needed=needed)


EVENT_COLUMNS: tuple[Column, ...] = (
    Column("id", "id"),
    Column("type_of_violence", "violence"),
    Column("event_type", "text"),
    Column("conflict_id", "id"),
    Column("conflict_name", "text"),
    Column("dyad_id", "id"),
    Column("dyad_name", "text"),
    Column("side_a_id", "id"),
    Column("side_a", "name", needed=True),
    Column("side_b_id", "id"),
    Column("side_b", "name"),
    Column("country_id", "id"),
    Column("country", "name"),
    Column("region", "text"),
    Column("adm_1", "text"),
    Column("adm_2", "text"),
    Column("latitude", "float", -90, 90),
    Column("longitude", "float", -180, 180),
    Column("priogrid_gid", "int", 0, 1_000_000),
    Column("where_prec", "int", 0, 9),
    Column("date_start", "date", needed=True),
    Column("date_end", "date"),
    Column("date_prec", "int", 0, 9),
    Column("event_clarity", "int", 0, 9),
    Column("code_status", "text"),
    _deaths("deaths_a"),
    _deaths("deaths_b"),
    _deaths("deaths_civilians"),
    _deaths("deaths_unknown"),
    _deaths("low"),
    _deaths("best", needed=True),
    _deaths("high"),
)

YEARLY_COLUMNS: tuple[Column, ...] = (
    Column("dyad_id", "id", needed=True),
    Column("dyad_name", "text"),
    Column("conflict_id", "id"),
    Column("side_a_id", "id"),
    Column("side_a", "name", needed=True),
    Column("side_b_id", "id"),
    Column("side_b", "name"),
    Column("type_of_violence", "violence"),
    Column("year", "int", 1900, 2100, needed=True),
    _deaths("low"),
    _deaths("best"),
    _deaths("high"),
    Column("intensity_level", "int", 0, 9),
    Column("location", "text"),
    Column("gwno_location", "text"),
    Column("region", "text"),
)

COUNTRY_MONTH_COLUMNS: tuple[Column, ...] = (
    Column("country_id", "id", needed=True),
    Column("month_id", "int", -1679, 1200, needed=True),
    _deaths("ged_sb", needed=True),
    _deaths("ged_ns"),
    _deaths("ged_os"),
)

#: By kind: the store's table, its columns, and what no two rows may share.
TABLES: dict[Kind, tuple[str, tuple[Column, ...], tuple[str, ...]]] = {
    "events": ("event", EVENT_COLUMNS, ("id",)),
    "yearly": ("yearly", YEARLY_COLUMNS, ("dyad_id", "year")),
    "country-month": ("country_month", COUNTRY_MONTH_COLUMNS, ("country_id", "month_id")),
}


def create_statements() -> list[str]:
    """Return the statements that make an empty store."""
    statements = [
        "CREATE TABLE store.about (layout INTEGER, made_by VARCHAR)",
        "CREATE TABLE store.release (release INTEGER, dataset VARCHAR, version VARCHAR, "
        "format VARCHAR, kind VARCHAR, rows BIGINT, first_month INTEGER, last_month INTEGER, "
        "covers_said BOOLEAN, imported VARCHAR, made_by VARCHAR, licence VARCHAR, "
        "citation VARCHAR)",
        "CREATE TABLE store.file (release INTEGER, file VARCHAR, sha256 VARCHAR, bytes BIGINT, "
        "rows BIGINT)",
    ]
    for table, columns, _ in TABLES.values():
        inside = ", ".join(f"{c.name} {c.type}" for c in columns)
        statements.append(f"CREATE TABLE store.{table} (release INTEGER, {inside})")
    return statements
