"""Options that the commands on event data share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

StoreFile = Annotated[
    Path | None,
    typer.Option("--store", help="The store's file; none = RIVALRY_STORE or your data folder."),
]
Dataset = Annotated[
    str | None,
    typer.Option("--dataset", help="Data set; several with +, the first counts where it covers."),
]
Version = Annotated[
    str | None, typer.Option("--version", help="Its version; none = the newest in the store.")
]
OutTable = Annotated[
    Path | None, typer.Option("--out", help="Write the table: FILE.csv or FILE.parquet.")
]
Rows = Annotated[int, typer.Option("--rows", min=1, max=100_000, help="Rows on the screen.")]
Dyad = Annotated[
    list[str] | None, typer.Option("--dyad", help="Id or name of a dyad; may be repeated.")
]
Actor = Annotated[
    list[str] | None, typer.Option("--actor", help="Id or name of an actor; may be repeated.")
]
Country = Annotated[
    list[str] | None, typer.Option("--country", help="Id or name of a country; may be repeated.")
]
Contains = Annotated[
    str | None, typer.Option("--contains", help="Only names that contain this text.")
]
Start = Annotated[str | None, typer.Option("--start", help="First month, YYYY-MM.")]
End = Annotated[str | None, typer.Option("--end", help="Last month, YYYY-MM.")]
Violence = Annotated[
    list[str] | None,
    typer.Option("--violence", help="state-based, non-state or one-sided; may be repeated."),
]
EventType = Annotated[
    list[str] | None, typer.Option("--event-type", help="ACLED's event type; may be repeated.")
]
DatePrec = Annotated[
    int | None,
    typer.Option("--max-date-prec", min=1, max=9, help="Only dates at least so precise."),
]
WherePrec = Annotated[
    int | None,
    typer.Option("--max-where-prec", min=1, max=9, help="Only places at least so precise."),
]


class MonthRule(StrEnum):
    """To which month an event counts."""

    start = "start"
    end = "end"
    spread = "spread"


class Unit(StrEnum):
    """What a panel has rows for."""

    dyad = "dyad"
    actor = "actor"
    country = "country"
    province = "province"


class Period(StrEnum):
    """How long a row of a panel is."""

    month = "month"
    year = "year"


class Detail(StrEnum):
    """What a row of revisions is."""

    dyad_year = "dyad-year"
    row = "row"


Rule = Annotated[
    MonthRule,
    typer.Option("--rule", help="An event counts to its first month, its last, or each by days."),
]
