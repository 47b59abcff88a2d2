"""The ledger: all rows of a case's evidence, by section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from rivalry.evidence._rows import (
    Actor,
    Claim,
    Event,
    Lever,
    Loop,
    Outlook,
    Place,
    Quantity,
    Relation,
    Source,
    _Strict,
)
from rivalry.foundation import Problem, RivalryError, nearest

#: Section names, in the order of the file.
SECTIONS = (
    "sources",
    "places",
    "actors",
    "relations",
    "events",
    "quantities",
    "claims",
    "loops",
    "levers",
    "outlooks",
)

LedgerRow = Source | Place | Actor | Relation | Event | Quantity | Claim | Loop | Lever | Outlook


class Ledger(_Strict):
    """What sources say, restated row by row. An empty ledger is allowed.

    Rows keep the order of the file. Ids are unique over the whole ledger, so that `get` needs no
    section.
    """

    ledger: Literal[1] = 1
    title: str | None = None
    note: str | None = None
    sources: list[Source] = Field(default_factory=list)
    places: list[Place] = Field(default_factory=list)
    actors: list[Actor] = Field(default_factory=list)
    relations: list[Relation] = Field(default_factory=list)
    events: list[Event] = Field(default_factory=list)
    quantities: list[Quantity] = Field(default_factory=list)
    claims: list[Claim] = Field(default_factory=list)
    loops: list[Loop] = Field(default_factory=list)
    levers: list[Lever] = Field(default_factory=list)
    outlooks: list[Outlook] = Field(default_factory=list)

    def rows(self) -> Iterator[tuple[str, LedgerRow]]:
        """Iterate over all rows as (section, row), in file order."""
        for section in SECTIONS:
            for row in getattr(self, section):
                yield section, row

    def get(self, id: str) -> LedgerRow:
        """Return the row with this id.

        Raises
        ------
        RivalryError
            R0708, with the nearest id, when there is none.
        """
        row = next((row for _, row in self.rows() if row.id == id), None)
        if row is None:
            close = nearest(id, (row.id for _, row in self.rows()))
            raise RivalryError(
                Problem(
                    "R0708",
                    f"the ledger has no row {id}",
                    f"Did you mean {close!r}?" if close else "Check the id.",
                )
            )
        return row

    def __contains__(self, id: object) -> bool:
        return any(row.id == id for _, row in self.rows())

    def section_of(self, id: str) -> str | None:
        """Return the section that holds this id, or None."""
        return next((section for section, row in self.rows() if row.id == id), None)

    def counts(self, source: str | None = None) -> dict[str, int]:
        """Count rows by section, of one source if given (a source counts as its own)."""
        result = dict.fromkeys(SECTIONS, 0)
        for section, row in self.rows():
            owner = row.id if isinstance(row, Source) else row.source
            if source is None or owner == source:
                result[section] += 1
        return result

    def conflict_events(self) -> list[Event]:
        """Return the events of the conflict record.

        Left out are rows that are no part of the conflict (a publication date) and omissions,
        which say that something was not done.
        """
        return [e for e in self.events if e.is_conflict_event and e.happened]

    def conflict_actors(self) -> list[Actor]:
        """Return the actors without those that only made a source."""
        return [a for a in self.actors if not a.provenance]
