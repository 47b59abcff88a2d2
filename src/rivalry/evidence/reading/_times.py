"""Find expressions of time in a document and put dates to them.

No model is used: patterns find the parts (`_times_scan`), words around four digits decide whether
they are a year (`_times_years`), neighbouring parts are bound to ranges (`_times_bind`), and what
is incomplete gets an anchor that is named (`_times_anchor`). The classes are those of TIMEX3
(Pustejovsky et al., "TimeML", 2003) cut down to what a ledger holds: durations are quantities.
"""

from __future__ import annotations

import re

from rivalry.evidence.reading._document import Document
from rivalry.evidence.reading._rows import TimeMention
from rivalry.evidence.reading._times_anchor import Anchors
from rivalry.evidence.reading._times_bind import expressions
from rivalry.evidence.reading._times_document import document_date
from rivalry.evidence.reading._times_scan import atoms
from rivalry.evidence.reading._times_words import MONTH_NAME

__all__ = ["document_date", "find_times"]

_DAY_MONTH = re.compile(rf"(?<![\w.,/-])\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH_NAME}")
_MONTH_DAY = re.compile(rf"\b{MONTH_NAME}\s+\d{{1,2}}(?!\d)")
_NUMERIC = re.compile(r"(?<![\w/.-])(\d{1,2})/(\d{1,2})/\d{4}(?![\d/])")


def find_times(document: Document) -> tuple[TimeMention, ...]:
    """Find the expressions of time of a document, in order.

    Notes about the author and the source are left out: their dates are no part of the record.

    Parameters
    ----------
    document : Document

    Returns
    -------
    tuple of TimeMention
        Dates are ISO days, months or years, as precise as the text. "Now" and its like have
        precision ``since`` and the year of the document, in which they hold. An expression whose
        anchor is missing is ``undated``.
    """
    anchors = Anchors(document.text, document_date(document), _day_first(document.text))
    found: list[TimeMention] = []
    for sentence in document.conflict_sentences:
        start, end = sentence.span.start, sentence.span.end
        parts = atoms(document.text, start, end)
        if parts:
            found += anchors.read(sentence, expressions(document.text, start, parts))
    return tuple(found)


def _day_first(text: str) -> bool | None:
    """Say how a document writes numeric dates: by those that leave no choice, then by the rest."""
    first = second = 0
    for match in _NUMERIC.finditer(text):
        first += int(match[1]) > 12
        second += int(match[2]) > 12
    if first == second == 0:
        first, second = (sum(1 for _ in p.finditer(text)) for p in (_DAY_MONTH, _MONTH_DAY))
    if first == second or (first and second and max(first, second) < 3 * min(first, second)):
        return None
    return first > second
