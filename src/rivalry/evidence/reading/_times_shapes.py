"""The parts of which expressions of time are made, as they stand in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal[
    "date", "decade", "century", "span", "weekday", "season", "unit", "shift", "past", "day",
    "now", "then", "first", "since", "recurring",
]  # fmt: skip


@dataclass(frozen=True)
class Atom:
    """One part of an expression: ``2014``, ``March``, ``last year``, ``two years later``.

    Attributes
    ----------
    start, end : int
        Of the document's text.
    kind : str
        ``date`` has any of year, month and day; ``span`` is complete in `first` and `last`; the
        others need an anchor or are recurring.
    year, month, day : int or None
    weekday : int or None
        0 is Monday.
    word : str
        Which of several: ``last``, ``same``, ``later``, ``ago``; in small letters.
    unit : str
        ``day``, ``week``, ``month``, ``year``, ``decade``, ``century``.
    amount : int
        Of units.
    first, last : str
        ISO ends of a span, or of the months of a day range without a year.
    to_day : int or None
        Last day of "3-5 May".
    name : bool
        The year is part of a name: ``the 2021 airport attack``.
    """

    start: int
    end: int
    kind: Kind
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    word: str = ""
    unit: str = ""
    amount: int = 1
    first: str = ""
    last: str = ""
    to_day: int | None = None
    name: bool = False

    @property
    def complete(self) -> bool:
        """Tell whether it needs no anchor."""
        if self.kind == "date":
            return self.year is not None
        return self.kind in ("decade", "century", "span") or (
            self.kind == "season" and self.year is not None
        )

    def iso(self) -> str:
        """Return a complete date as year, month or day in ISO form."""
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
            if self.day is not None:
                text += f"-{self.day:02d}"
        return text

    def with_year(self, year: int) -> Atom:
        """Return it with a year; the 29th of February falls back to the month in other years."""
        day = self.day
        if (self.month, day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400)):
            day = None
        return replace(self, year=year, day=day)


Relation = Literal["", "since", "until", "range", "pair"]


@dataclass(frozen=True)
class Expression:
    """Atoms bound together: ``from 1996 to 2001``, ``since 2014``, ``January and February``.

    Attributes
    ----------
    start, end : int
        Of the document's text.
    atoms : tuple of Atom
        One, or two for a range or a pair.
    relation : {"", "since", "until", "range", "pair"}
    """

    start: int
    end: int
    atoms: tuple[Atom, ...]
    relation: Relation = ""

    @property
    def complete(self) -> bool:
        """Tell whether it needs no anchor."""
        return all(a.complete for a in self.atoms)
