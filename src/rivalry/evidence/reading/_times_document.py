"""When a document appeared: as given, as it says itself, or by its youngest fact."""

from __future__ import annotations

import re

from rivalry.evidence._dates import first_day
from rivalry.evidence.reading._document import Document, DocumentDate, Paragraph
from rivalry.evidence.reading._times_bind import expressions
from rivalry.evidence.reading._times_scan import atoms
from rivalry.evidence.reading._times_shapes import Atom, Expression

_LABEL = re.compile(
    r"(?:^|[|•·\n]\s*|–\s)\W*(?:(?:first\s+)?published|posted|updated|last\s+updated|issued|"
    r"released|dated?|publication\s+date|date\s+of\s+(?:issue|publication)|filed)"
    r"(?:\s+(?:on|at|date|online))?\s*[:\-–]?\W*$",
    re.I,
)
_PLACE = re.compile(r"^\W*(?:[A-Z][\w.'’/ -]{1,40}(?:,\s*[A-Z][\w.'’ -]{1,30})?\s*[,:(—–-]\s*)?$")
_DATELINE_END = re.compile(r"\s*(?:\(|—|–|-|:|/)")
#: Words that speak of what is to come: such a date bounds nothing.
_AHEAD = re.compile(
    r"\b(?:will|would|shall|plans?|planned|scheduled|expected|expects|due|upcoming|forecasts?|"
    r"projected|projections?|aims?|ahead of|next|deadline|target(?:ed)? date|"
    r"by the year)\b",
    re.I,
)


def document_date(document: Document) -> DocumentDate | None:
    """Say when a document appeared.

    Parameters
    ----------
    document : Document

    Returns
    -------
    DocumentDate or None
        The date given with the document; or the one it states (a line "Published: ...", a line
        that is a date, a dateline); or else a bound: it is at least as young as the youngest past
        date in title, teaser or body. None where it has no dates at all.
    """
    if document.date is not None:
        return document.date
    youngest = _youngest(document)
    stated = _stated(document, youngest)
    if stated is not None:
        return DocumentDate(stated, "on", "stated")
    if youngest is not None:
        return DocumentDate(youngest, "on or after", "youngest fact")
    return None


def _stated(document: Document, youngest: str | None) -> str | None:
    """Return the date a document states about itself, the surest place first."""
    candidates: list[tuple[int, str]] = []
    seen_body = 0
    for paragraph in document.paragraphs:
        body = paragraph.kind == "body"
        seen_body += body
        if body and seen_body > 2:
            continue
        found = _in_paragraph(document, paragraph, youngest)
        if found is not None:
            candidates.append(found)
    return min(candidates)[1] if candidates else None


def _in_paragraph(
    document: Document, paragraph: Paragraph, youngest: str | None
) -> tuple[int, str] | None:
    start, end = paragraph.span.start, min(paragraph.span.end, paragraph.span.start + 600)
    text = document.text
    for atom in atoms(text, start, end):
        if atom.kind != "date" or atom.month is None or atom.word:
            continue
        before, after = text[start : atom.start], text[atom.end : end]
        if atom.year is not None and _LABEL.search(before):
            return 0, atom.iso()
        if not _PLACE.match(before) or len(before) > 60:
            return None
        alone = len(after.strip(" .|")) == 0 or after[:1] == "\n"
        place = before.strip().rstrip("(,—–-: ")
        dashed = bool(_DATELINE_END.match(after))
        exact = atom.year is not None and atom.day is not None and len(place.split()) <= 3
        dateline = dashed and bool(place) and (place.split(",")[0].isupper() or exact)
        if atom.year is not None and (alone or dateline):
            # a headline that is a place and a date may be about that day
            return (1 if dateline or not place else 2), atom.iso()
        if dateline and atom.day is not None and youngest is not None:
            return 1, _dateline_year(atom, youngest)
        return None
    return None


def _dateline_year(atom: Atom, youngest: str) -> str:
    """Complete a dateline without a year: the first such day not before the youngest fact."""
    year = int(youngest[:4])
    here = atom.with_year(year).iso()
    if len(youngest) > 4 and here[: len(youngest)] < youngest:
        here = atom.with_year(year + 1).iso()
    return here


def _youngest(document: Document) -> str | None:
    best: str | None = None
    for sentence in document.conflict_sentences:
        words = document.words(sentence)
        if not any(c.isdigit() for c in words):
            continue
        found = atoms(document.text, sentence.span.start, sentence.span.end)
        if not found or _AHEAD.search(words):
            continue
        for expression in expressions(document.text, sentence.span.start, found):
            value = _past_value(expression)
            if value is not None and (best is None or _later(value, best)):
                best = value
    return best


def _past_value(expression: Expression) -> str | None:
    last = expression.atoms[-1]
    if expression.relation == "until" or not last.complete:
        return None
    if last.kind == "date":
        return last.iso()
    return last.last if last.kind == "span" else last.first


def _later(a: str, b: str) -> bool:
    """Tell whether a is surely later, or as late and more exact."""
    return (first_day(a), len(a)) > (first_day(b), len(b))
