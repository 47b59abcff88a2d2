"""Find the parts of expressions of time in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rivalry.evidence.reading._times_makers import (
    Maker,
    ambiguous,
    bare_month,
    century_atom,
    date_atom,
    decade_atom,
    feast_atom,
    nine_eleven,
    of_the_year,
    part_of_year,
    past_atom,
    plain_atom,
    relative_month,
    season_atom,
    shift_atom,
    short_range,
    unit_atom,
    weekday_atom,
    year_range,
)
from rivalry.evidence.reading._times_shapes import Atom
from rivalry.evidence.reading._times_words import (
    DAY,
    MONTH,
    MONTH_NAME,
    ORDINAL,
    SEASONS,
    SMALL_NUMBER,
    WEEKDAY,
    YEAR,
)
from rivalry.evidence.reading._times_years import BARE, year_use

_I = re.I
_END = r"(?![\w/]|[.,]\d|-\d)"
_WD = rf"(?:{WEEKDAY}\s*,?\s+(?:the\s+)?|(?:mon|tues?|wed|thu(?:rs)?|fri|sat|sun)\b\.?,?\s+)?"
_SEP = r"(?:\s*,\s*|\s+)"
_RANGE = r"\s*(?:-|–|—|to|and|until|till|through|or|&)\s*"
_N = rf"(?:a|an|one|\d{{1,3}}|{SMALL_NUMBER}(?:-{SMALL_NUMBER})?|a couple of)"
_UNIT = r"(?:day|week|month|year|decade|century|centurie)"


_NO_NAME = (
    r"(?!\s+(?i:movement|group|alliance|brigades?|party|organi[sz]ation|front|battalion|"
    r"coalition)\b)"
)

_RULES: tuple[tuple[re.Pattern[str], Maker], ...] = tuple(
    (re.compile(pattern, flags), maker)
    for pattern, flags, maker in (
        # complete dates
        (rf"\b{_WD}(?P<month>{MONTH})\s+(?:the\s+)?(?P<day>{DAY}){_SEP}(?P<year>{YEAR}){_END}",
         _I, date_atom),
        (rf"(?<![\w.,/-]){_WD}(?P<day>{DAY})(?:\s+day)?\s*(?:of\s+|-|\s)\s*(?P<month>{MONTH})"
         rf"(?:,?\s*(?:of\s+)?|-)(?P<year>{YEAR}){_END}", _I, date_atom),
        (rf"\b(?P<day>{ORDINAL})(?:\s+day)?\s+of\s+(?P<month>{MONTH})"
         rf"(?:,?\s+(?:of\s+)?(?P<year>{YEAR}))?{_END}", _I, date_atom),
        (rf"(?<![\w/.-])(?P<year>{YEAR})(?P<dot>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=dot)"
         r"(?P<day>[0-2]?\d|3[01])(?![\d/-]|\.\d)", 0, date_atom),
        (rf"(?<![\w/.-])(?P<year>{YEAR})\s+(?P<month>{MONTH})\s+(?P<day>{DAY}){_END}",
         _I, date_atom),
        (rf"(?<![\w/.-])(?P<a>[0-3]?\d)(?P<dot>[-/.])(?P<b>[0-3]?\d)(?P=dot)(?P<year>{YEAR})"
         r"(?![\d/-]|\.\d)", 0, ambiguous),
        (r"\b(?P<feast>New\s+Year['’]s\s+(?:Eve|Day)|Christmas(?:\s+(?:Day|Eve))?)"
         rf"(?:,?\s+(?P<year>{YEAR}))?(?![\w-])(?!\s+[A-Z])", 0, feast_atom),
        # ranges of days in a month
        (rf"(?<![\w.,/-])(?P<day>{DAY}){_RANGE}(?:the\s+)?(?P<to_day>{DAY})\s+(?:of\s+)?"
         rf"(?P<month>{MONTH})(?:,?\s+(?P<year>{YEAR}))?{_END}", _I, date_atom),
        (rf"\b(?P<month>{MONTH})\s+(?P<day>{DAY}){_RANGE}(?P<to_day>{DAY})(?!\s*(?:{MONTH}|%|\w))"
         rf"(?:{_SEP}(?P<year>{YEAR}){_END})?(?![\d/]|[.,]\d)", _I, date_atom),
        # month and year
        (rf"\b(?P<month>{MONTH})(?:\s*,\s*|\s+of\s+|\s+|-|/)(?:the\s+year\s+)?(?P<year>{YEAR})"
         rf"{_END}", _I, date_atom),
        # day and month; a year must be found
        (rf"\b{_WD}(?P<month>{MONTH_NAME})\s+(?:the\s+)?(?P<day>{DAY})(?![\w%/]|[.,:]\d|-\w)"
         rf"{_NO_NAME}", 0, date_atom),
        (rf"(?<![\w.,/$-]){_WD}(?:the\s+)?(?P<day>{DAY})\s+(?:of\s+)?(?P<month>{MONTH_NAME})"
         rf"(?![\w])(?!\s*,?\s*\d){_NO_NAME}", 0, date_atom),
        (rf"\b(?P<month>{MONTH_NAME})(?![\w-])", 0, bare_month),
        (rf"\b(?P<word>last|next|this past|the previous|the following|this)\s+"
         rf"(?P<month>{MONTH_NAME})(?!\w)"
         rf"(?!\s+{DAY}\b)", 0, relative_month),
        # spans of years
        (rf"(?<![\w.,/$-])(?P<year>{YEAR})(?P<dash>[-–/])(?P<tail>\d\d)(?![\w/%]|[.,]\d|-)",
         0, short_range),
        (rf"(?<![\w.,/$-])(?P<year>{YEAR})\s?[-–—]\s?(?P<to>{YEAR})(?![\w%/]|[.,]\d|-\w)",
         0, year_range),
        (r"(?:\bthe\s+)?(?:\b(?:early|mid|late)[-\s](?:to[-\s](?:mid|late)[-\s])?)?(?:the\s+)?"
         r"(?:\b(?P<decade>(?:1[5-9]|20)\d0)['’]?s\b|['’‘](?P<short>[2-9]0)s\b|"
         r"(?<=the )(?P<word>(?:twen|thir|for|fif|six|seven|eigh|nine)ties)\b(?!\s+and))",
         _I, decade_atom),
        (rf"(?:\bthe\s+)?(?:\b(?:early|mid|late)[-\s])?\b(?P<n>{ORDINAL}|\d\d?(?:st|nd|rd|th))"
         r"[-\s]century\b", _I, century_atom),
        (rf"\b(?P<short>q[1-4]|h[12])\s*(?:of\s+)?(?P<year>{YEAR})\b", _I, part_of_year),
        (rf"(?:\bthe\s+)?\b(?P<which>first|second|third|fourth|last|final|[1-4](?:st|nd|rd|th))\s+"
         r"(?P<noun>quarter|half|(?:two|three|four|five|six|seven|eight|nine|ten|eleven)\s+months)"
         rf"\s+(?:of|in)\s+(?P<year>{YEAR}){_END}", _I, part_of_year),
        (rf"\b(?:{'|'.join(SEASONS)})\s+(?:of\s+)?(?P<year>{YEAR}){_END}", _I, season_atom),
        (r"\b(?P<word>last|this|next|that)\s+(?:spring|summer|autumn|winter)\b", _I, season_atom),
        # what needs an anchor
        (r"\b(?:(?:earlier|later|so far)\s+)?"
         r"(?P<word>this|last|next|that(?:\s+same)?|(?:the\s+)?same|"
         r"(?:the\s+)?following|(?:the\s+)?previous|(?:the\s+)?preceding|(?:the\s+)?current|"
         r"the\s+next|late\s+this|early\s+this)\s+"
         r"(?P<unit>year|month|week|weekend|day|decade|century|quarter)\b"
         r"(?!-|\s+of\b|['’]s\s+worth)", _I, unit_atom),
        (r"\b(?:(?:early|late|earlier|later|mid)\s+in\s+the\s+|(?:the\s+)?(?:very\s+)?(?:end|start|"
         r"beginning|middle|close|turn)\s+of\s+the\s+)(?P<unit>year|month|decade)\b(?!\s+(?:of|before|"
         r"after)\b|\s+\d)|\byear(?:['’]s|-)\s?end\b", _I, of_the_year),
        (rf"\b(?P<n>{_N}|the)\s+(?P<unit>{_UNIT})s?\s+(?P<word>ago|later|earlier|previously|"
         r"afterwards|before(?=\s*[,.;)]))(?!\s+than)", _I, shift_atom),
        (rf"\bthe\s+(?P<word>past|last|next|coming|previous|preceding)\s+(?:(?P<n>{_N})\s+)?"
         rf"(?P<unit>{_UNIT})s?\b(?!\s+of\b)", _I, past_atom),
        (r"\b(?:yesterday|today|tonight|tomorrow)\b(?!['’]s\s+[A-Z])", _I, plain_atom("day")),
        (rf"(?:\b(?P<word>last|next|this|this past|the following|the previous)\s+)?\b"
         rf"(?P<day>{WEEKDAY})(?!s\b|['’]s|\s+prayers?\b|[-\w])", _I, weekday_atom),
        (r"(?<![-\w])(?<!until )(?<!till )(?<!by )(?<!up to )(?:right\s+)?now\b(?!-|\s+that\b)|"
         r"\bcurrently\b|\bat\s+(?:the\s+)?present\b(?!\s+\w+ing)|\bpresently\b|\bnowadays\b|"
         r"\bat\s+the\s+moment\b(?!\s+(?:of|when))|\bthese\s+days\b|\bto\s+this\s+day\b|"
         r"\bto\s+date\b", _I, plain_atom("now")),
        (r"\b(?:at\s+(?:the|that)\s+time|by\s+then|since\s+then|from\s+then\s+on|until\s+then|back\s+then|"
         r"by\s+that\s+(?:time|point)|at\s+that\s+point)\b(?!-|\s+(?:of|when|that|to)\b)",
         _I, plain_atom("then")),
        (r"\binitially\b|\bat\s+first\b(?!\s+(?:light|glance|sight))", _I, plain_atom("first")),
        (r"\b(?:ever\s+)?since(?=\s*(?:[.;,!?)\]]|$))(?<!long since)", _I, plain_atom("since")),
        (rf"\b(?:every|each)\s+(?:other\s+)?(?:{WEEKDAY}|{MONTH_NAME}|{'|'.join(SEASONS)}|"
         r"year|month|week|day)\b(?!\s+(?:of|that)\b)|"
         rf"\bon\s+{WEEKDAY}s\b", _I, plain_atom("recurring")),
        (r"(?<![\w/.])9/11(?![\w/]|\.\d)|\bSept(?:ember|\.)?\s+11(?:th)?(?=,?\s+(?:terror\w*\s+)?attacks?\b)",
         0, nine_eleven),
    )
)  # fmt: skip


def _bare_years(sentence: str) -> Iterator[Atom]:
    for match in BARE.finditer(sentence):
        use = year_use(sentence, *match.span())
        if use:
            yield Atom(*match.span(), "date", year=int(match.group()), name=use == "name")


def atoms(text: str, start: int, end: int) -> list[Atom]:
    """Return the parts of expressions of time between two places of a text, in order.

    Where two overlap, the one that starts first, then the longer one, stands.

    Parameters
    ----------
    text : str
    start, end : int
        Of a sentence.

    Returns
    -------
    list of Atom
    """
    found: list[Atom] = []
    sentence = text[start:end]
    for pattern, maker in _RULES:
        for match in pattern.finditer(sentence):
            atom = maker(match)
            if atom is not None:
                found.append(_trimmed(atom, sentence))
    found.extend(_bare_years(sentence))
    found.sort(key=lambda a: (a.start, -a.end))
    kept: list[Atom] = []
    reach = 0
    for atom in found:
        if atom.start >= reach:
            kept.append(replace(atom, start=atom.start + start, end=atom.end + start))
            reach = atom.end
    return _with_year_words(kept, text)


def _with_year_words(found: list[Atom], text: str) -> list[Atom]:
    """Join "30 June" and "last year"."""
    joined: list[Atom] = []
    for atom in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and (atom.kind, atom.unit) == ("unit", "year")
            and last.kind == "date"
            and last.year is None
            and not last.word
            and re.fullmatch(r"\s+(?:of\s+)?", text[last.end : atom.start])
        ):
            joined[-1] = replace(last, end=atom.end, word=f"year {atom.word}")
        else:
            joined.append(atom)
    return joined


def _trimmed(atom: Atom, sentence: str) -> Atom:
    text = sentence[atom.start : atom.end]
    lead = len(text) - len(text.lstrip())
    return replace(atom, start=atom.start + lead) if lead else atom
