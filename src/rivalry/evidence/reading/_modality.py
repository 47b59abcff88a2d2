"""How firmly a clause is put forward: as a fact, as possible, as intended."""

from __future__ import annotations

import re
from functools import cache

from rivalry.evidence.reading._rows import Modality
from rivalry.evidence.reading._syntax import table

_STOP = re.compile(r"[;:—()]|, (?:and|but|while|which|who|though)\b|\b(?:but|while|although)\b")
#: What follows is a condition, and told as no fact. "Dozens, if not hundreds" is none.
_CONDITION = re.compile(
    r"(?:\b(?:if(?! (?:not|any|anything|ever|necessary|possible|so|only)\b)|unless|in case|"
    r"in the event that|provided that|supposing)\b|^[\"'(]*Should\b)",
    re.IGNORECASE,
)


@cache
def _words(kind: str) -> re.Pattern[str]:
    listed = sorted(table("modality")[kind], key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(listed) + r")\b", re.IGNORECASE)


def modality_of(text: str, start: int, end: int, *, reach: int = 90) -> Modality:
    """Tell how firmly the words from `start` to `end` are put forward.

    Looked at are the words themselves and up to `reach` characters before them in their clause:
    an auxiliary or a governing verb (*may*, *seeks to*) stands before what it governs.

    Parameters
    ----------
    text : str
        Of one sentence, with straight quotes.
    start, end : int
        Of the verb or the cue.
    reach : int, optional

    Returns
    -------
    {"fact", "hedged", "intent"}
        ``hedged`` wins over ``intent``: *may seek to* is possible before it is meant. What a
        clause with *if*, *unless*, *in case* or a leading *should* tells is ``hedged``.
    """
    if _conditional(text, start):
        return "hedged"
    low = max(0, start - reach)
    before = text[low:start]
    for match in _STOP.finditer(before):
        low = max(0, start - reach) + match.end()
    for match in re.finditer(r",", text[low:start]):
        if len(text[low + match.end() : start].split()) > 1:
            low += match.end()
            break
    for match in re.finditer(r"\b(\w+) (?:that|which|who|whom)\b", text[low:start]):
        word = match.group(1).lower()
        if not (_words("hedged").fullmatch(word) or _words("intent").fullmatch(word)):
            low += match.end()
            break
    stretch = text[low:end]
    # "May" the month and "could not" (an inability that was met) are no hedges.
    for match in _words("hedged").finditer(stretch):
        word = match.group()
        after = stretch[match.end() : match.end() + 6]
        if word == "May" and (low + match.start() > 0) and not after.startswith(" not"):
            continue
        if (word.lower() == "could" and after.startswith(" not")) or re.match(
            r" (?:\d|in \d)", after
        ):
            continue
        return "hedged"
    found = [m for m in _words("intent").finditer(stretch) if _governs(stretch, m)]
    return "intent" if found else "fact"


def _conditional(text: str, start: int, reach: int = 140) -> bool:
    """Tell whether what starts at `start` stands in a clause with *if*, *unless*, *should*."""
    for match in _CONDITION.finditer(text, max(0, start - reach), start):
        if match.group().lower().endswith("should") and match.start() > 2:
            continue
        between = text[match.end() : start]
        # after one comma the main clause has begun; two hold an insertion
        if between.count(",") in (0, 2) and not re.search(r"[;:—]|\b(?:then|but|while)\b", between):
            return True
    return False


def _governs(stretch: str, match: re.Match[str]) -> bool:
    """Tell whether an intent word governs what follows: ``plans to``, not ``the plans``."""
    before = re.search(r"(\w+)\s+$", stretch[: match.start()])
    low = match.group().lower()
    if low in (
        "plan",
        "plans",
        "aim",
        "hopes",
        "hope",
        "threat",
        "promise",
        "promises",
        "pledge",
        "demands",
        "calls",
        "fear",
        "fears",
        "attempt",
        "attempts",
        "risk",
        "pledges",
    ):
        noun = before is not None and before.group(1).lower() in (
            "the",
            "a",
            "an",
            "its",
            "his",
            "their",
            "no",
            "of",
            "any",
            "s",
            "for",
            "such",
            "these",
        )
        if noun:
            return False
    after = stretch[match.end() :]
    if low in ("will", "should", "shall"):
        return True
    return (
        re.match(r"\s+(?:not )?(?:to|that|[\w' -]{1,50}? (?:to|will|would))\b", after) is not None
    )
