"""Numbers in the rows of a table, counted by the heading of their column or row."""

from __future__ import annotations

import re

from rivalry.evidence.reading._document import Document, Paragraph, Span
from rivalry.evidence.reading._quantities_nouns import unit_of
from rivalry.evidence.reading._quantities_numbers import AMOUNT, read_amount
from rivalry.evidence.reading._quantities_words import OUTCOME_NOUNS, OUTCOMES
from rivalry.evidence.reading._rows import QuantityMention
from rivalry.evidence.reading._times_words import PEOPLE

_NUMERIC = r"[<>~$£€]?\d[\d,.]*%?"
_PLAIN_ROW = re.compile(rf"[^\d|.;:!?]{{0,60}}(?<!\w)(?:{_NUMERIC}\s+){{1,20}}{_NUMERIC}")
_RULE = re.compile(r"[\s|:=+-]+")
_CELL = re.compile(r"[^|\t]+")
_WORD = re.compile(r"\S+")


def table_rows(document: Document) -> dict[str, list[tuple[Span, str]]]:
    """Return the cells of paragraphs that are rows of tables: label to (span, heading).

    A row has bars between its cells, or is a label with two numbers or more and nothing else. The
    heading is that of the column where the row above without numbers has as many cells, otherwise
    the row's first cell.
    """
    found: dict[str, list[tuple[Span, str]]] = {}
    header: list[str] = []
    for paragraph in document.paragraphs:
        words = document.words(paragraph)
        if paragraph.kind == "note":
            continue
        if len(words) > 400 or not words:
            header = []
            continue
        if words.count("|") >= 2 and _RULE.fullmatch(words):
            found[paragraph.label] = []
            continue
        cells = _cells(document, paragraph, words)
        if cells is None:
            header = words.split() if len(words) < 90 and not re.search(r"[.\d]", words) else []
            continue
        texts = [document.words(c) for c in cells]
        if not any(re.search(r"\d", t) for t in texts):
            header = texts
            found[paragraph.label] = []
            continue
        label = texts[0] if not re.match(_NUMERIC, texts[0]) else ""
        matches = len(header) == len(cells)
        rows = []
        for i, cell in enumerate(cells):
            if i or not label:
                rows.append((cell, header[i] if matches else label))
        found[paragraph.label] = rows
    return found


def _cells(document: Document, paragraph: Paragraph, words: str) -> list[Span] | None:
    start = paragraph.span.start
    if words.count("|") >= 2:
        return [
            _stripped(document, Span(start + m.start(), start + m.end()))
            for m in _CELL.finditer(words)
            if m.group().strip()
        ]
    if not _PLAIN_ROW.fullmatch(words):
        return None
    tokens = [Span(start + m.start(), start + m.end()) for m in _WORD.finditer(words)]
    first = next(i for i, t in enumerate(tokens) if re.fullmatch(_NUMERIC, document.words(t)))
    label = [Span(tokens[0].start, tokens[first - 1].end)] if first else []
    return label + tokens[first:]


def _stripped(document: Document, span: Span) -> Span:
    text = document.words(span)
    lead = len(text) - len(text.lstrip())
    return Span(span.start + lead, span.start + lead + len(text.strip()))


def table_quantities(
    document: Document, cells: list[tuple[Span, str]], times: list[tuple[int, int]]
) -> list[QuantityMention]:
    """Return the numbers of one row; years are no quantities."""
    found = []
    for span, heading in cells:
        if any(a < span.end and span.start < b for a, b in times):
            continue
        match = AMOUNT.search(document.text, span.start, span.end)
        amount = read_amount(match) if match else None
        if match is None or amount is None or amount.end > span.end:
            continue
        words = [w.lower() for w in re.findall(r"[A-Za-z]+", heading)]
        outcomes: dict[str, None] = {}
        for word in words:
            for outcome in OUTCOME_NOUNS.get(word) or (
                (OUTCOMES[word],) if word in OUTCOMES else ()
            ):
                outcomes[outcome] = None
        human = any(w in PEOPLE for w in words) or bool(outcomes)
        last = heading.split()[-1].lower() if heading.split() else ""
        percent = document.text.startswith("%", amount.end)
        unit = (
            "percent"
            if percent
            else amount.currency or ("people" if human else unit_of(last) if last.isalpha() else "")
        )
        if words and words[-1] in OUTCOME_NOUNS and not percent:
            unit = "people"
        single = amount.single
        found.append(
            QuantityMention(
                Span(amount.start, amount.end + percent),
                amount.low if single else None,
                None if single else amount.low,
                None if single else amount.high,
                "",
                unit,
                heading,
                tuple(outcomes),
            )
        )
    return found
