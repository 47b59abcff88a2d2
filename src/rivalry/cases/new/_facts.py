"""What a new case is written from: the sides, dyads and figures of a rivalry, and their origin."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from rivalry.foundation import Month

Every = Literal["month", "year"]
Kind = Literal["government", "rebel", "civilians"]
#: UCDP's numbers of the types of violence, in words.
TYPES = {1: "state-based", 2: "non-state", 3: "one-sided"}
#: UCDP lists a dyad in a year with at least so many deaths.
THRESHOLD = 25


@dataclass(frozen=True)
class Side:
    """One side of a dyad.

    Attributes
    ----------
    id : int
        Of UCDP; 0 where the data give none.
    name : str
        As UCDP writes it.
    kind : {"government", "rebel", "civilians"}
    first, last : Month or None
        Months in which the store first and last has it in any event.
    """

    id: int
    name: str
    kind: Kind
    first: Month | None = None
    last: Month | None = None


@dataclass(frozen=True)
class Row:
    """What is reported of a month or year. None: not known, or not told apart by this table."""

    when: Month
    best: int | None
    low: int | None = None
    high: int | None = None
    events: int | None = None
    side_a: int | None = None
    side_b: int | None = None
    civilians: int | None = None
    unknown: int | None = None


@dataclass(frozen=True)
class DyadFacts:
    """A dyad and its figures, without gaps, in order of time.

    Attributes
    ----------
    id : int
        Of UCDP.
    name : str
    type_of_violence : {1, 2, 3}
    a, b : Side
    every : {"month", "year"}
    rows : tuple of Row
        A year's row names its January.
    """

    id: int
    name: str
    type_of_violence: int
    a: Side
    b: Side
    every: Every
    rows: tuple[Row, ...]

    @property
    def months(self) -> int:
        """Months that the rows cover."""
        return len(self.rows) * (12 if self.every == "year" else 1)

    @property
    def first(self) -> Month:
        """The first month covered."""
        return self.rows[0].when

    @property
    def last(self) -> Month:
        """The last month covered."""
        return self.rows[-1].when + (11 if self.every == "year" else 0)

    @cached_property
    def deaths(self) -> int:
        """Deaths by the best estimate."""
        return sum(r.best or 0 for r in self.rows)

    @cached_property
    def events(self) -> int:
        """Events; 0 for a table without them."""
        return sum(r.events or 0 for r in self.rows)

    def early(self, months: int) -> DyadFacts:
        """Return the dyad with its first months only, from the first one with violence on.

        Priors are scaled by these, so that later figures meet a prior that has not seen them.
        """
        begun = next((k for k, r in enumerate(self.rows) if r.best or r.events), 0)
        n = months // 12 if self.every == "year" else months
        return replace(self, rows=self.rows[begun : begun + n])

    def fallen(self, side: Literal["side_a", "side_b", "civilians", "unknown"]) -> int:
        """Deaths of one side, of civilians, or of people whose side is unknown."""
        return sum(getattr(r, side) or 0 for r in self.rows)


@dataclass(frozen=True)
class Origin:
    """Where the figures come from.

    Attributes
    ----------
    dataset : str
        The store's name of the data set and version.
    title : str
        Of the data set.
    version : str
    citation : tuple of str
        Works to cite.
    licence : str
    files : tuple of (str, str)
        Names and SHA-256 of the files that were imported.
    rule : str
        How events that lie in several months were dated.
    made : str
        When the tables were written, as a day.
    """

    dataset: str
    title: str
    version: str
    citation: tuple[str, ...] = ()
    licence: str = "CC BY 4.0"
    author: str = "Uppsala Conflict Data Program"
    url: str = "https://ucdp.uu.se/downloads/"
    files: tuple[tuple[str, str], ...] = ()
    rule: str = ""
    made: str = ""


@dataclass(frozen=True)
class Rivalry:
    """All that a new case is written from."""

    dyads: tuple[DyadFacts, ...]
    origin: Origin
    title: str = ""
    command: str = ""
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def groups(self) -> tuple[Side, ...]:
        """The armed sides, each once, in the order in which the dyads name them."""
        found: dict[tuple[int, str], Side] = {}
        for dyad in self.dyads:
            for side in (dyad.a, dyad.b):
                if side.kind != "civilians":
                    found.setdefault((side.id, side.name), side)
        return tuple(found.values())

    @property
    def first(self) -> Month:
        """First month of the figures."""
        return min(d.first for d in self.dyads)

    @property
    def last(self) -> Month:
        """Last month of the figures."""
        return max(d.last for d in self.dyads)
