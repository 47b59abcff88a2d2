"""Expressions that count from another date: last year, two years later, Tuesday, yesterday."""

from __future__ import annotations

import re

from rivalry.evidence.reading._document import DocumentDate
from rivalry.evidence.reading._times_calendar import moved, week_of, weekday_near
from rivalry.evidence.reading._times_shapes import Atom

#: Words that speak of what is to come.
AHEAD = re.compile(
    r"\b(?:will|shall|upcoming|scheduled|planned|plans? to|expected|due|next|forthcoming)\b|"
    r"\b(?:is|are)\s+to\s+[a-z]+\b",
    re.I,
)
_HELD = re.compile(r"\b(?:is|are|has|have|remains?|continues?|says?)\b")
#: Length of an ISO date exact enough to count these units from.
DETAIL = {"day": 10, "week": 10, "weekend": 10, "month": 7, "quarter": 7}
_STORY = ("same", "that", "following", "previous", "preceding", "later", "earlier")

#: Precision, start, until, anchor.
Value = tuple[str, str, str | None, str]


def relative(
    atom: Atom,
    words: str,
    sentence: str,
    date: DocumentDate | None,
    told: tuple[str, str] | None,
    told_here: bool,
) -> Value | None:
    """Put a date to an expression that counts from another one.

    Parameters
    ----------
    atom : Atom
    words : str
        Of the expression.
    sentence : str
        Its sentence, or the start of a long one.
    date : DocumentDate or None
    told : tuple of str or None
        The date the story stands at, and how to name it as an anchor.
    told_here : bool
        That date stands in the same sentence.

    Returns
    -------
    tuple or None
        None where the anchor is missing or too vague.
    """
    if atom.kind in ("unit", "shift") and atom.word in _STORY:
        return _from_story(atom, words, date, told)
    if date is None:
        return None
    exact = date.bound == "on" and len(date.value) == 10
    anchor = "document date"
    if atom.kind == "unit":
        amount = {"last": -1, "next": 1}.get(atom.word, 0)
        if atom.unit in ("decade", "century") and amount:
            return _far(date.value, atom.unit, amount, anchor)
        if not exact and atom.unit in ("day", "week", "weekend"):
            return None
        return _dated(date.value, atom.unit, amount, anchor)
    if atom.kind == "shift":
        if not exact and atom.unit in ("day", "week"):
            return None
        return _dated(date.value, atom.unit, -atom.amount, anchor)
    if atom.kind == "past":
        amount = atom.amount * (1 if atom.word == "next" else -1)
        if told is not None and told_here and amount > 0:
            return _far(told[0], atom.unit, amount, told[1])
        return _far(date.value, atom.unit, amount, anchor)
    if atom.kind == "season":
        year = int(date.value[:4]) + {"last": -1, "next": 1}.get(atom.word, 0)
        return "year", f"{year:04d}", None, anchor
    if atom.kind == "weekday" and exact and atom.weekday is not None:
        ahead = bool(AHEAD.search(sentence))
        day = weekday_near(date.value, atom.weekday, word=atom.word, ahead=ahead)
        return ("day", day, None, anchor) if day else None
    return _day(atom, exact, sentence, date) if atom.kind == "day" else None


def _from_story(
    atom: Atom, words: str, date: DocumentDate | None, told: tuple[str, str] | None
) -> Value | None:
    if told is None:
        # "the end of the year" may be that of the document, "that year" not
        if date is None or atom.word != "that" or words.lower().startswith("that"):
            return None
        return _dated(date.value, atom.unit, 0, "document date")
    point, anchor = told
    sign = -1 if atom.word in ("previous", "preceding", "earlier") else 1
    amount = 0 if atom.word in ("same", "that") else sign * atom.amount
    if atom.kind == "unit" and atom.unit in ("decade", "century") and amount:
        return _far(point, atom.unit, amount, anchor)
    return _dated(point, atom.unit, amount, anchor)


def _far(value: str, unit: str, amount: int, anchor: str) -> Value | None:
    """Return the stretch between a date and one some units away."""
    far = moved(value, unit, amount)
    if far is None:
        return None
    first, last = sorted((far, value[: len(far)]))
    return "range", first, last, anchor


def _day(atom: Atom, exact: bool, sentence: str, date: DocumentDate) -> Value | None:
    if atom.word == "today" and (not exact or _HELD.search(sentence)):
        return "since", date.value[:4], None, "document date"
    if not exact:
        return None
    amount = {"yesterday": -1, "tomorrow": 1}.get(atom.word, 0)
    return _dated(date.value, "day", amount, "document date")


def _dated(value: str, unit: str, amount: int, anchor: str) -> Value | None:
    point = moved(value, unit, amount)
    if point is None:
        return None
    if unit in ("week", "weekend"):
        week = week_of(point)
        return ("range", *week, anchor) if week else None
    if unit in ("decade", "century") and amount == 0:
        size = 10 if unit == "decade" else 100
        first = int(point) - int(point) % size
        return "range", f"{first:04d}", f"{first + size - 1:04d}", anchor
    if unit == "quarter":
        month = 3 * ((int(point[5:7]) - 1) // 3) + 1
        return "range", f"{point[:4]}-{month:02d}", f"{point[:4]}-{month + 2:02d}", anchor
    return {4: "year", 7: "month"}.get(len(point), "day"), point, None, anchor
