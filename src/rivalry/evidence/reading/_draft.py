"""The draft of a ledger: suggested rows, each with its place in the text and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from rivalry.evidence.reading._document import Span
from rivalry.foundation import Problem, RivalryError

State = Literal["suggested", "accepted", "edited", "merged", "refused"]
STATES: tuple[State, ...] = ("suggested", "accepted", "edited", "merged", "refused")

#: Sections of a ledger that a draft fills, in its order.
DRAFT_SECTIONS = ("actors", "events", "quantities", "claims")

#: How ids begin in a draft: D before what a ledger uses, since both are named in a merge.
PREFIXES = {"actors": "DA", "events": "DE", "quantities": "DQ", "claims": "DC"}

#: Rows of one draft. A person decides on each; thousands are more than one file is good for.
MAX_ROWS = 3000

#: Stands where the words leave open what a row must say; such a row can only be edited.
OPEN = "?"


@dataclass
class DraftRow:
    """One suggestion.

    Attributes
    ----------
    section : str
        Section of the ledger it belongs to.
    row : dict
        The row as the ledger would have it; ``?`` where the words leave something open.
    state : {"suggested", "accepted", "edited", "merged", "refused"}
    span : Span
        Characters of the repaired text that it rests on.
    file : tuple of int
        The same place in the file's own text: start, end.
    words : str
        Those characters. For the analyst's eyes; no ledger gets them.
    found : dict of str to str
        What else was found, for the person who decides: `modality`, `polarity`, `how`, ...
    mentions : list of Span
        For an actor, every place where it is named.
    into : str or None
        Row that a merged one went into.
    placed : dict of str to str
        Ledgers it went into, as paths from the draft's folder, each with the id it got there. An
        empty path stands for a ledger that was not noted.
    """

    section: str
    row: dict[str, Any]
    state: State
    span: Span
    file: tuple[int, int]
    words: str
    found: dict[str, str] = field(default_factory=dict)
    mentions: list[Span] = field(default_factory=list)
    into: str | None = None
    placed: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id in the draft."""
        return str(self.row["id"])

    @property
    def taken(self) -> bool:
        """Whether it is to become a row of a ledger."""
        return self.state in ("accepted", "edited")

    def open_fields(self) -> list[str]:
        """Return the fields that a person has to fill in before it can be accepted."""
        return [name for name, value in self.row.items() if value == OPEN]


@dataclass
class DraftParagraph:
    """A paragraph as it was read: label, kind, where it starts, its text, starts of sentences."""

    label: str
    kind: str
    start: int
    text: str
    sentences: list[int]

    @property
    def span(self) -> Span:
        """Place in the document's text."""
        return Span(self.start, self.start + len(self.text))


@dataclass
class Draft:
    """Suggestions for a ledger, with the text they rest on.

    A draft is a file for the analyst's own use: it holds the text of the report, which a ledger
    never does.

    Attributes
    ----------
    document : dict
        `name`, `sha256` of the file, `date`, `bound` and `found` of the document.
    source : dict
        The row of `sources` that rows of the ledger will name.
    paragraphs : list of DraftParagraph
    rows : list of DraftRow
        In the order of the sections, in each in the order of the text.
    times : list of dict
        Expressions of time as they were resolved; no section of a ledger, shown beside events.
    models : list of dict
        Name, version and digest of each model that was asked; empty without one.
    """

    document: dict[str, Any]
    source: dict[str, Any]
    paragraphs: list[DraftParagraph]
    rows: list[DraftRow]
    times: list[dict[str, Any]] = field(default_factory=list)
    models: list[dict[str, Any]] = field(default_factory=list)
    path: Path | None = None

    def of(self, section: str) -> Iterator[DraftRow]:
        """Give the rows of a section."""
        return (r for r in self.rows if r.section == section)

    def get(self, id: str) -> DraftRow:
        """Return the row with this id (R1351 when there is none)."""
        row = next((r for r in self.rows if r.id == id), None)
        if row is None:
            raise RivalryError(
                Problem("R1351", f"the draft has no row {id}", "Name an id that the draft shows.")
            )
        return row

    def counts(self) -> dict[str, dict[str, int]]:
        """Count rows by section and state; states that none has are left out."""
        found: dict[str, dict[str, int]] = {s: {} for s in DRAFT_SECTIONS}
        for row in self.rows:
            states = found[row.section]
            states[row.state] = states.get(row.state, 0) + 1
        return found

    def paragraph_at(self, position: int) -> DraftParagraph | None:
        """Return the paragraph that holds a character of the text."""
        return next((p for p in self.paragraphs if p.span.start <= position < p.span.end), None)

    def sentence_at(self, position: int) -> Span:
        """Return the sentence that holds a character of the text, the paragraph if unknown."""
        paragraph = self.paragraph_at(position)
        if paragraph is None:
            return Span(position, position)
        starts = [s for s in paragraph.sentences if s <= position]
        after = [s for s in paragraph.sentences if s > position]
        start = starts[-1] if starts else paragraph.start
        return Span(start, after[0] if after else paragraph.span.end)

    def words(self, span: Span) -> str:
        """Return the text of a span; paragraphs are joined by an empty line."""
        parts = []
        for p in self.paragraphs:
            if p.span.start < span.end and span.start < p.span.end:
                low = max(span.start - p.start, 0)
                parts.append(p.text[low : span.end - p.start])
        return "\n\n".join(parts)
