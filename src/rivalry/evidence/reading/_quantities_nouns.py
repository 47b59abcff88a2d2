"""What a number counts: the noun phrase after it, its head, and its unit.

Without a tagger: the phrase runs to the first plural noun that no other plural follows, or to a
word that cannot be in a noun phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rivalry.evidence.reading._quantities_numbers import MONEY_WORDS
from rivalry.evidence.reading._quantities_words import OUTCOMES, STOPS
from rivalry.evidence.reading._syntax import table
from rivalry.evidence.reading._times_words import (
    PEOPLE,
    PERSON,
    SMALL_NUMBER,
    THINGS,
    word_set,
)

_TOKEN = re.compile(r"[ \u00a0](?P<word>(?:[A-Z]\.){2,}(?:-[a-z]+)?|[A-Za-z][\w'’/-]*)")
_SKIP = re.compile(
    r"\s+(?:(?:more|other|additional|further|new|or\s+so|or\s+more|odd|such)\b\s*)*"
    r"(?:of\s+(?:(?:the|its|their|his|her|our|these|those|all|some)\b\s*)?)?"
)
_WHOM = re.compile(r"\s+of\s+(?:whom|them|which|those|the\s+dead|the\s+victims|these)\b")
_BE = re.compile(r"\s+(?:were|was|are|is|being)\b(?:\s+(?:the|a|an))?")
_MAX_TOKENS = 7

#: Measures: word to (unit, factor).
MEASURES: dict[str, tuple[str, float]] = {
    "year": ("years", 1.0), "years": ("years", 1.0), "decade": ("years", 10.0),
    "decades": ("years", 10.0), "century": ("years", 100.0), "centuries": ("years", 100.0),
    "month": ("months", 1.0), "months": ("months", 1.0), "week": ("weeks", 1.0),
    "weeks": ("weeks", 1.0), "day": ("days", 1.0), "days": ("days", 1.0),
    "hour": ("hours", 1.0), "hours": ("hours", 1.0), "minute": ("minutes", 1.0),
    "minutes": ("minutes", 1.0), "km": ("km", 1.0), "kms": ("km", 1.0),
    "kilometre": ("km", 1.0), "kilometres": ("km", 1.0), "kilometer": ("km", 1.0),
    "kilometers": ("km", 1.0), "mile": ("miles", 1.0), "miles": ("miles", 1.0),
    "metre": ("m", 1.0), "metres": ("m", 1.0), "meter": ("m", 1.0), "meters": ("m", 1.0),
    "m": ("m", 1.0), "feet": ("feet", 1.0), "hectares": ("ha", 1.0), "ha": ("ha", 1.0),
    "acres": ("acres", 1.0), "tonnes": ("tonnes", 1.0), "tonne": ("tonnes", 1.0),
    "tons": ("tons", 1.0), "ton": ("tons", 1.0), "kg": ("kg", 1.0), "kilograms": ("kg", 1.0),
    "kilos": ("kg", 1.0), "litres": ("litres", 1.0), "liters": ("litres", 1.0),
    "barrels": ("barrels", 1.0),
}  # fmt: skip
TIME_UNITS = frozenset({"years", "months", "weeks", "days", "hours", "minutes"})

_SQUARE = re.compile(
    r"\s*(?:square\s+|sq\.?\s*)(?P<u>kilomet\w+|km|miles?|met\w+|m)\b|\s*km(?:2|²)", re.I
)
_MEASURE = re.compile(r"(?:\s|-)?(?P<word>[A-Za-z]+)\b")
_FALSE_PLURALS = word_set(
    """
    perhaps always towards besides overseas nowadays sometimes afterwards his its this less
    plus versus series
    """
)
_COLLECTIVE = word_set(
    """
    taliban isis isil is aqap hezbollah hamas mujahideen mujahidin
    """
)


@dataclass(frozen=True)
class Noun:
    """What is counted.

    Attributes
    ----------
    counts : str
        The phrase, as in the text.
    unit : str
    factor : float
        For the number: decades count ten years.
    end : int
        Where the phrase ends.
    part : bool
        The number is of those named before: "seven of whom were children".
    """

    counts: str
    unit: str
    factor: float
    end: int
    part: bool = False


def measure(text: str, position: int) -> tuple[str, float, int] | None:
    """Return unit, factor and end of a measure that stands right after a number, or None."""
    square = _SQUARE.match(text, position)
    if square:
        mile = (square["u"] or "km").lower().startswith("mi")
        metre = (square["u"] or "km").lower()[:2] in ("me", "m")
        return ("square miles" if mile else "m2" if metre else "km2"), 1.0, square.end()
    match = _MEASURE.match(text, position)
    if match is None or match["word"].lower() not in MEASURES:
        return None
    if match["word"] in ("m", "ha") and text[position : position + 1] in "-":
        return None
    unit, factor = MEASURES[match["word"].lower()]
    return unit, factor, match.end()


def plural(word: str) -> bool:
    """Tell whether a word looks like a plural noun, or stands for several people."""
    small = word.lower()
    if small in PEOPLE or small in THINGS:
        return True
    if small in _FALSE_PLURALS or small.endswith(("'s", "’s", "ss", "us", "is")):
        return False
    return len(small) > 3 and small.endswith("s") and small.isalpha()


def _verbal(word: str) -> bool:
    small = word.lower()
    return small in OUTCOMES or (len(small) > 4 and small.endswith(("ed", "ing")))


@cache
def _irregular() -> frozenset[str]:
    """Return irregular past forms: they never carry on a noun phrase that has its plural."""
    found = set()
    for forms in table("grammar")["irregular"].values():
        found |= {str(forms[k]) for k in ("ed", "en") if k in forms}
    return frozenset(found)


def run(text: str, position: int, limit: int) -> tuple[list[re.Match[str]], bool]:
    """Return the tokens of a noun phrase from a position, and whether it ends in a plural."""
    tokens: list[re.Match[str]] = []
    while len(tokens) < _MAX_TOKENS:
        match = _TOKEN.match(text, position, limit)
        if match is None:
            break
        word = match["word"]
        small = word.lower()
        # IS and US are names, "is" and "us" are not
        shouted = len(word) > 1 and word.isupper()
        if (small in STOPS and not shouted) or re.fullmatch(r"[a-z]{4,}ly", word):
            break
        done = bool(tokens) and plural(tokens[-1]["word"])
        if done:
            last = tokens[-1]["word"]
            named = last[0].isupper() and last.lower() not in PEOPLE
            if _verbal(word) or small in _irregular() or (not plural(word) and not named):
                break
        position = match.end()
        tokens.append(match)
    while tokens and tokens[-1]["word"].lower().endswith(("'s", "’s")):
        tokens.pop()
    # "three Taliban attacked": a verb may have slipped in at the end of a phrase without a plural
    while len(tokens) > 1 and not plural(tokens[-1]["word"]) and _verbal(tokens[-1]["word"]):
        tokens.pop()
    return tokens, bool(tokens) and plural(tokens[-1]["word"])


def noun_after(text: str, position: int, limit: int, *, many: bool = True) -> Noun | None:
    """Return what a number that ends at `position` counts, or None.

    Parameters
    ----------
    text : str
    position, limit : int
        Where the number ends, and the sentence.
    many : bool
        The number is not one; a plural is looked for.
    """
    whom = _WHOM.match(text, position, limit)
    if whom:
        be = _BE.match(text, whom.end(), limit)
        tokens, ends = run(text, be.end() if be else whom.end(), limit)
        if ends and tokens[0]["word"].lower() not in OUTCOMES:
            return _noun(text, tokens, part=True)
        return Noun("", "people", 1.0, whom.end(), True)
    skip = _SKIP.match(text, position, limit)
    start = position
    if skip and skip.end() > position + 1:
        # tokens begin with their space
        start = skip.end() - (1 if text[skip.end() - 1] == " " else 0)
    tokens, ends = run(text, start, limit)
    if not tokens or not ends:
        joined = _joined(text, tokens, start, limit)
        if joined is not None:
            return _noun(text, joined)
    if not tokens:
        return None
    first = tokens[0]["word"].lower()
    if first in OUTCOMES and not ends:
        return None
    if ends:
        more = _and_more(text, tokens, limit)
        return _noun(text, tokens, until=more)
    words = [t["word"] for t in tokens]
    if words[-1].lower() in _COLLECTIVE or words[-1].lower() in PEOPLE:
        return _noun(text, tokens)
    if not many:
        # "one Afghan soldier was": the phrase up to a person or a thing
        for i, word in enumerate(words[:4]):
            if word.lower() in PERSON or f"{word.lower()}s" in THINGS:
                return _noun(text, tokens[: i + 1])
        return None
    if all(w[0].isupper() for w in words):
        return _noun(text, tokens)
    return None


def _joined(
    text: str, tokens: list[re.Match[str]], start: int, limit: int
) -> list[re.Match[str]] | None:
    """Read on over "and" where the plural comes later: "Afghan and Taliban soldiers"."""
    if not tokens or len(tokens) > 3 or _verbal(tokens[-1]["word"]):
        return None
    link = re.compile(r" (?:and|or)(?= )|,(?= )").match(text, tokens[-1].end(), limit)
    if link is None:
        return None
    rest, ends = run(text, link.end(), limit)
    return [*tokens, *rest] if ends and not _verbal(rest[0]["word"]) else None


def _and_more(text: str, tokens: list[re.Match[str]], limit: int) -> int | None:
    """Return the end of a second plural that is counted too: "fighters and leaders"."""
    link = re.compile(r" (?:and|or)(?= )").match(text, tokens[-1].end(), limit)
    if link is None:
        return None
    rest, ends = run(text, link.end(), limit)
    if not ends or len(rest) > 2 or _verbal(rest[0]["word"]):
        return None
    both = tokens[-1]["word"].lower() in PEOPLE and rest[-1]["word"].lower() in PEOPLE
    return rest[-1].end() if both else None


def _noun(
    text: str, tokens: list[re.Match[str]], *, part: bool = False, until: int | None = None
) -> Noun:
    end = until or tokens[-1].end()
    head = tokens[-1]["word"]
    counts = text[tokens[0].start("word") : end]
    small = head.lower()
    if small in MEASURES:
        unit, factor = MEASURES[small]
        return Noun(counts, unit, factor, end, part)
    if small in MONEY_WORDS:
        return Noun(counts, MONEY_WORDS[small], 1.0, end, part)
    # "three of the five capitals": the second number is no part of the noun
    counts = re.sub(rf"^{SMALL_NUMBER}\s+(?=\w)", "", counts, flags=re.I)
    return Noun(counts, unit_of(head), 1.0, end, part)


def unit_of(head: str) -> str:
    """Return the unit of a head noun: people, or the noun itself in small letters."""
    small = head.lower()
    if small in PEOPLE or small in PERSON or small in _COLLECTIVE:
        return "people"
    if small.endswith(("ists", "men", "women", "girls", "boys")):
        return "people"
    if small == "lives":
        return "people"
    if small in THINGS:
        return small
    # Afghans, Houthis: names of peoples and of members of groups
    if head[0].isupper() and not small.startswith(("state", "nation")):
        return "people"
    if small not in THINGS and not plural(small):
        return f"{small}s" if f"{small}s" in THINGS else small
    return small
