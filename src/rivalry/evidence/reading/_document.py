"""A report as text: paragraphs and sentences, each with its place in the text and in the file."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

#: ``title``, ``teaser`` and ``body`` speak of the conflict; ``note`` (about the author, the
#: source, navigation) speaks of how the text came about.
ParagraphKind = Literal["title", "teaser", "note", "body"]


@dataclass(frozen=True, order=True)
class Span:
    """Characters `start` up to, not including, `end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def within(self, other: Span) -> bool:
        """Tell whether all of it lies in another."""
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True)
class Sentence:
    """One sentence.

    Attributes
    ----------
    span : Span
        Of the document's text.
    paragraph : str
        Label of its paragraph.
    number : int
        From 0, through the whole document.
    """

    span: Span
    paragraph: str
    number: int


@dataclass(frozen=True)
class Paragraph:
    """One paragraph.

    Attributes
    ----------
    label : str
        ``T`` title, ``T1`` teaser, ``B`` note about the author (``B2`` and on further ones),
        ``H1`` and on headings inside the text, ``P1`` and on the body.
    kind : {"title", "teaser", "note", "body"}
    span : Span
    sentences : tuple of Sentence
    """

    label: str
    kind: ParagraphKind
    span: Span
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class DocumentDate:
    """When a document appeared: stated (``on``), or at least as young as its youngest fact.

    Attributes
    ----------
    value : str
        ISO date, month or year.
    bound : {"on", "on or after"}
    found : str
        Where it was found: ``given``, ``stated``, ``youngest fact``.
    """

    value: str
    bound: Literal["on", "on or after"]
    found: str


@dataclass(frozen=True)
class Document:
    """A report in repaired form.

    Attributes
    ----------
    name : str
        Of the file.
    text : str
        Repaired: one line a paragraph, an empty line between, words joined, quotes kept.
    paragraphs : tuple of Paragraph
    pieces : tuple of (int, int)
        Where runs of characters came from: (start in `text`, start in the file's text), in order;
        empty if the text was taken as it is.
    date : DocumentDate or None
        Given by the reader or stated in the text; what follows from the facts is found later.
    """

    name: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    pieces: tuple[tuple[int, int], ...] = ()
    date: DocumentDate | None = None
    meta: dict[str, str] = field(default_factory=dict)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, in order."""
        return tuple(s for p in self.paragraphs for s in p.sentences)

    @property
    def conflict_sentences(self) -> tuple[Sentence, ...]:
        """Sentences of title, teaser and body: notes about the author are no record of events."""
        return tuple(s for p in self.paragraphs if p.kind != "note" for s in p.sentences)

    def words(self, place: Span | Sentence | Paragraph) -> str:
        """Return the text of a span, sentence or paragraph."""
        span = place if isinstance(place, Span) else place.span
        return self.text[span.start : span.end]

    def paragraph_of(self, span: Span) -> Paragraph:
        """Return the paragraph in which a span starts."""
        return self.paragraphs[max(bisect_right(self._paragraph_starts, span.start) - 1, 0)]

    def sentence_of(self, span: Span) -> Sentence:
        """Return the sentence in which a span starts."""
        return self.sentences[max(bisect_right(self._sentence_starts, span.start) - 1, 0)]

    # kept, since they are asked for with every mention
    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [p.span.start for p in self.paragraphs]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [s.span.start for s in self.sentences]

    def in_file(self, position: int) -> int:
        """Return where a character of the text stands in the file's own text."""
        if not self.pieces:
            return position
        index = max(bisect_right(self.pieces, (position, 1 << 62)) - 1, 0)
        here, there = self.pieces[index]
        return there + position - here
