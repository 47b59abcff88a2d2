"""Whether four digits are a year, by the words around them."""

from __future__ import annotations

import re
from typing import Literal

from rivalry.evidence.reading._times_words import (
    COUNTED,
    MONTH,
    PEOPLE,
    YEAR,
    word_set,
)

#: Four digits that stand alone: no decimals, no thousands, no part of a code or an address.
BARE = re.compile(
    rf"(?<![\w/$€£¥#.,])(?:(?<![-–])|(?<=\bmid-)|(?<=\bMid-)|(?<=\blate-)|(?<=\bearly-))(?P<year>{YEAR})(?![\w%/]|[.,]\d|[-–]\w|:\d)|"
    rf"(?<=[(\[])(?P<inner>{YEAR})(?=[)\]])"
)

_BEFORE = 32
_AFTER = 70

_NOT_A_YEAR = re.compile(
    r"(?:\b(?:resolutions?|articles?|sections?|paragraphs?|chapters?|page|pages|pp|p|line|lines|"
    r"flight|room|number|nos?|nr|unit|highway|route|road|figure|table|annex|case|file|model|"
    r"boeing|serial|code|zip|box|id|level|battalion|brigade|division|regiment|at)\.?|[#№$€£])\s*$",
    re.I,
)
_AMOUNT_BEFORE = re.compile(
    r"\b(?:some|nearly|almost|over|(?:more|fewer|less|other) than|at (?:least|most)|no fewer than|"
    r"(?:an )?estimated|as many as|total of|number of|toll (?:of|to)|another|additional|first|last|"
    r"killed|killing|kills|wounded|wounding|injured|injuring|captured|arrested|detained|displaced|"
    r"released|freed|deployed|recruited|lost|roughly|up to about|exceed(?:s|ed|ing)?|"
    r"reach(?:es|ed|ing)?|totall?ed|these|those|all|his|only|just|remaining|his)\s+$",
    re.I,
)
_STRONG = re.compile(
    r"(?:\b(?:in|since|until|till|during|throughout|early|late|circa|year|mid|as of|back to|"
    r"prior to|late in|early in|end of|beginning of|start of|middle of|as early as|as recently as|"
    r"as long ago as|"
    r"as late as)\s+|\b(?:mid|pre|post|early|late|c\.|ca\.)[-\s]?|\()$",
    re.I,
)
_OPENING = re.compile(r"\W*(?:By|From|Before|After|To|Until|Around|About)\s+")
_WEAK = re.compile(
    r"(?:\b(?:of|from|to|before|after|between|by|around|about|for|through|and|or|up to|"
    r"following|until|into|on|over|than|approximately)\s+|[,–—]\s*)$",
    re.I,
)
_DETERMINED = re.compile(
    r"(?:\b(?:the|a|an|its|their|his|her|this|that|our|under|signed|with|despite|since the)|"
    r"['’]s|s['’]|ill-fated|failed|deadly|bloody|disputed|brutal|landmark|so-called|short-lived)"
    r"\s+$",
    re.I,
)
_WORDS = re.compile(r"[A-Za-z][\w'’.-]*")
_FINITE = word_set(
    """
    was saw is will has had marked brought began became ended witnessed proved opened
    started to were would
    """
)
_UNIT_AFTER = re.compile(
    r"\s*(?:%|per\s?cent\b|km\b|kg\b|hours?\b|hrs?\b|gmt\b|utc\b|local time\b|a\.m|p\.m|"
    r"am\b|pm\b|m\b|ha\b|sq\b|square\b|million\b|billion\b|trillion\b|thousand\b|-strong\b)",
    re.I,
)
_PLACES = word_set(
    """
    villages towns cities districts provinces locations places sites households schools
    houses homes camps countries areas cases incidents
    """
)
_PAIR = re.compile(
    rf"{YEAR}\s*(?:,|and|or|to|until|through|-|–|—|&)\s*(?:and\s+)?(?:the\s+)?"
    r"(?:(?:early|late|mid|end of)[-\s])?(?:in\s+)?$"
)
_LIST_AHEAD = re.compile(rf"\s*(?:and|or|to|until|through|–|—|&|,)\s*(?:and\s+)?{YEAR}\b")
_MONTH_BEFORE = re.compile(rf"\b{MONTH}\s*,?\s*(?:of\s+)?$", re.I)

YearUse = Literal["year", "name", ""]


def _counts_something(after: str, upto: int = 3) -> bool:
    """Tell whether the words after are a plural noun that a number may count."""
    position = 0
    for i in range(upto):
        match = _WORDS.match(after, position)
        if match is None:
            return False
        word = match.group().lower().strip(".")
        if word in COUNTED:
            return True
        if word in _FINITE or word in _FUNCTION or (i and word.endswith("ed")):
            return False
        position = match.end()
        if not after.startswith(" ", position):
            return False
        position += 1
    return False


_FUNCTION = word_set(
    """
    the a an and or but of in on at by to for from with as into when while after before that
    which who whose it he she they we there this its their his not also only than against
    over under between during until since because although though if where said says led did
    does do have been be are however amid despite more most many several some
    """
)


#: Names of groups that open with a number.
BAND = re.compile(
    r"\s+(?:[A-Z][\w'’-]+\s+){0,3}(?:Brigades?|Battalions?|Movement|Front|Regiment|Party|Alliance)\b"
)
_ROW = re.compile(r"(?:\s+[<~$£€]?\d[\d,.]*%?){1,20}\s*$")


def range_use(text: str, start: int, end: int) -> bool:
    """Tell whether two numbers of four digits with a dash between are years."""
    before = text[max(0, start - _BEFORE) : start]
    after = text[end : end + _AFTER]
    if _NOT_A_YEAR.search(before) or _UNIT_AFTER.match(after) or _AMOUNT_BEFORE.search(before):
        return False
    return not (after.startswith(" ") and _counts_something(after[1:], 2))


def year_use(text: str, start: int, end: int) -> YearUse:
    """Say how four digits are used.

    Parameters
    ----------
    text : str
    start, end : int
        Of the digits.

    Returns
    -------
    {"year", "name", ""}
        ``name`` where the year is part of a name or label, as in "the 2021 airport attack"; empty
        where it is no year but a count, a reference number or a time of day.
    """
    before = text[max(0, start - _BEFORE) : start]
    after = text[end : end + _AFTER]
    if _NOT_A_YEAR.search(before) or _UNIT_AFTER.match(after) or BAND.match(after):
        return ""
    words = [m.group() for m in _WORDS.finditer(after[:40])]
    spaced = after.startswith(" ") and len(after) > 1 and after[1].isalpha()
    if re.search(r"\b(?:since|until|from|by|in)\s+at\s+(?:least|most)\s+$", before, re.I):
        return "year"
    if _AMOUNT_BEFORE.search(before) and not _PAIR.search(before):
        return ""
    if _OPENING.fullmatch(before) and not (spaced and words[0].lower() in _PLACES | PEOPLE):
        return "year"
    if _STRONG.search(before):
        opens = bool(re.fullmatch(r"\W*\w+\s+", before))
        if spaced and not opens and words[0].lower() in _PLACES:
            return ""
        return "year"
    if _LIST_AHEAD.match(after) and (_WEAK.search(before) or _DETERMINED.search(before)):
        rest = text[end : end + 110]
        ahead = _LIST_AHEAD.match(rest)
        assert ahead is not None
        return "" if _counts_something(rest[ahead.end() :].lstrip(" "), 2) else "year"
    if spaced and _counts_something(after[1:]):
        # "the 2015 elections" has no noun of the list; "the 2019 protests" has one that a year
        # may name, and no people
        named = _DETERMINED.search(before) or not before.strip()
        if words[0].lower() in _NAMED_BY_YEAR and named:
            return "name"
        if words[0][0].isupper() and _DETERMINED.search(before) and words[0].lower() not in PEOPLE:
            return "name"
        return ""
    if _PAIR.search(before):
        return "year"
    if _WEAK.search(before):
        return "year"
    if _DETERMINED.search(before):
        return "name" if spaced and words[0].lower() not in _FUNCTION | _FINITE else ""
    if _MONTH_BEFORE.search(before):
        return "year"
    return _without_cue(before, after, words, spaced)


_NAMED_BY_YEAR = word_set(
    """
    attacks strikes bombings clashes protests demonstrations riots killings talks meetings
    battles operations ambushes raids airstrikes explosions blasts executions assassinations
    agreements sanctions resolutions abductions kidnappings violations events
    """
)


def _without_cue(before: str, after: str, words: list[str], spaced: bool) -> YearUse:
    """Judge digits with no word before them that speaks for a year."""
    opening = not before.strip() or bool(re.search(r"[.!?;:|\t\n“\"]\s*$", before))
    if opening:
        if not before.strip() and _ROW.match(after):
            return "year"
        if not spaced:
            return "year" if re.match(r"\s*(?:[|\t:]|$|\s{2,}|[-–—]\s)", after) else ""
        return "year" if words[0].lower() in _FINITE else "name"
    last = re.search(r"(\w[\w'’.-]*)\s+$", before)
    if last is None:
        return ""
    # "Afghanistan 2021: a year on", but not "killed 2015."
    if last.group(1)[0].isupper() and re.match(r"\s*(?:[,:;.)|]|$)", after):
        return "year"
    return "name" if spaced and words[0][0].isupper() and words[0].lower() not in PEOPLE else ""
