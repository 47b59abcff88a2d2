"""Turn matches of the patterns of time into atoms."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable

from rivalry.evidence.reading._times_shapes import Atom
from rivalry.evidence.reading._times_words import (
    ORDINALS,
    WEEKDAYS,
    month_number,
    small_number,
)
from rivalry.evidence.reading._times_years import range_use

Maker = Callable[["re.Match[str]"], "Atom | None"]


def int_atom(text: str | None) -> int | None:
    if text is None:
        return None
    digits = re.match(r"\d+", text)
    return int(digits.group()) if digits else ORDINALS.get(text.lower())


def date_atom(match: re.Match[str]) -> Atom | None:
    groups = match.groupdict()
    month = groups.get("month")
    number = None
    if month is not None:
        number = int(month) if month.isdigit() else month_number(month)
    year, day, to_day = (int_atom(groups.get(k)) for k in ("year", "day", "to_day"))
    if not exists(year, number, day) or not exists(year, number, to_day):
        return None
    if to_day is not None and day is not None and to_day <= day:
        return None
    return Atom(*match.span(), "date", year=year, month=number, day=day, to_day=to_day)


def exists(year: int | None, month: int | None, day: int | None) -> bool:
    if month is not None and not 1 <= month <= 12:
        return False
    # the 29th of February passes where the year is not said
    return day is None or (
        month is not None and 1 <= day <= calendar.monthrange(year or 2000, month)[1]
    )


def ambiguous(match: re.Match[str]) -> Atom | None:
    """Read 03/04/2021: day first in one country and month first in another."""
    a, b, year = int(match["a"]), int(match["b"]), int(match["year"])
    if a > 12 or match["dot"] == "." or a == b:
        day, month = a, b
    elif b > 12:
        day, month = b, a
    else:
        return Atom(*match.span(), "date", year=year, word=f"{a}/{b}")
    if not 1 <= month <= 12 or not exists(year, month, day):
        return None
    return Atom(*match.span(), "date", year=year, month=month, day=day)


def bare_month(match: re.Match[str]) -> Atom | None:
    text, word = match.string, match["month"]
    before = text[max(0, match.start() - 24) : match.start()]
    after = text[match.end() : match.end() + 24]
    timed = re.search(
        r"\b(?:in|since|until|till|by|during|of|from|before|after|between|throughout|early|late|"
        r"mid|for|last|next|every|each|through|early in|late in|and|or|to|both|around|into)"
        r"[-\s]\s*$",
        before,
        re.I,
    )
    if re.search(r"\b(?:Black|Red|Bloody|General|Mr\.?|Ms\.?|Mrs\.?|Dr\.?|Long)\s+$", before):
        return None
    capital = re.match(r"\s+(?!and\b|or\b)[A-Z][a-z]", after)
    if not timed:
        if word.lower().rstrip(".") in ("may", "march", "mar", "jan", "dec", "jun", "sep"):
            return None
        article = re.search(
            r"(?:\b(?:the|an?|its|their|this|that|previous)|['’]s)\s+$", before, re.I
        )
        if capital and not article:
            return None
        if word.lower() in ("april", "june", "august") and not article:
            return None
    elif re.search(r"\b(?:and|or|to|by|of|from|after|before|into|around|both)\s+$", before, re.I):
        if re.match(r"\s+(?:on|upon|towards?|against)\b", after) and word == "March":
            return None
        if capital and word in ("May", "April", "June", "August", "March"):
            return None
        if word == "May" and re.match(r"\s+(?:be|have|not|also|well|yet|still)\b", after):
            return None
    return Atom(*match.span(), "date", month=month_number(word))


def decade_atom(match: re.Match[str]) -> Atom:
    if match["short"]:
        year = 1900 + int(match["short"])
    elif match["word"]:
        names = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties")
        year = 1920 + 10 * [*names, "nineties"].index(match["word"].lower())
    else:
        year = int(match["decade"])
    return Atom(*match.span(), "decade", year=year, first=f"{year:04d}", last=f"{year + 9:04d}")


def century_atom(match: re.Match[str]) -> Atom | None:
    number = int_atom(match["n"])
    if number is None or not 1 <= number <= 21:
        return None
    first, last = 100 * (number - 1) + 1, 100 * number
    return Atom(*match.span(), "century", year=first, first=f"{first:04d}", last=f"{last:04d}")


def part_of_year(match: re.Match[str]) -> Atom | None:
    """Read "the third quarter of 2021", "the first three months of 2020", "Q3 2021"."""
    year = int(match["year"])
    groups = match.groupdict()
    if groups.get("short"):
        size, number = (3, int(match["short"][1])) if match["short"][0] in "qQ" else (6, 0)
        number = number or int(match["short"][1])
    else:
        word = match["which"].lower()
        noun = match["noun"].lower()
        if noun.endswith("months"):
            size = small_number(noun.split()[0]) or 0
            if not 1 < size < 12:
                return None
            number = 1
            if word in ("last", "final"):
                return months_atom(match, year, 13 - size, 12)
            return months_atom(match, year, 1, size) if word == "first" else None
        size = 3 if noun == "quarter" else 6
        number = 12 // size if word in ("last", "final") else (int_atom(word) or 0)
    if not 1 <= number <= 12 // size:
        return None
    return months_atom(match, year, size * (number - 1) + 1, size * number)


def months_atom(match: re.Match[str], year: int, first: int, last: int) -> Atom:
    return Atom(
        *match.span(), "span", year=year, first=f"{year:04d}-{first:02d}",
        last=f"{year:04d}-{last:02d}",
    )  # fmt: skip


def short_range(match: re.Match[str]) -> Atom | None:
    """Read 2014-15: a year and the next years; 2014-03 is a month."""
    year, tail = int(match["year"]), int(match["tail"])
    last = year - year % 100 + tail
    if last == year + 1 or (last > year and tail > 12):
        return Atom(*match.span(), "span", year=year, first=f"{year:04d}", last=f"{last:04d}")
    if 1 <= tail <= 12 and match["dash"] == "-" and len(match["tail"]) == 2:
        return Atom(*match.span(), "date", year=year, month=tail)
    return None


def year_range(match: re.Match[str]) -> Atom | None:
    first, last = int(match["year"]), int(match["to"])
    if not first < last <= first + 300 or not range_use(match.string, *match.span()):
        return None
    return Atom(*match.span(), "span", year=first, first=match["year"], last=match["to"])


def season_atom(match: re.Match[str]) -> Atom | None:
    groups = match.groupdict()
    year = int_atom(groups.get("year"))
    return Atom(
        *match.span(), "season", year=year, unit="season", word=(groups.get("word") or "").lower(),
        first=groups.get("year") or "", last=groups.get("year") or "",
    )  # fmt: skip


def unit_atom(match: re.Match[str]) -> Atom:
    # "next year" is the document's, "the next year" the story's
    word = match["word"].lower()
    word = "following" if word.split() == ["the", "next"] else word.split()[-1]
    return Atom(*match.span(), "unit", word=word, unit=match["unit"].lower())


def of_the_year(match: re.Match[str]) -> Atom:
    return Atom(*match.span(), "unit", word="that", unit=(match["unit"] or "year").lower())


def weekday_atom(match: re.Match[str]) -> Atom | None:
    before = match.string[max(0, match.start() - 12) : match.start()]
    if re.search(r"\b(?:Bloody|Black|Good|Holy|Ash|Red|Super|Cyber|Big|Palm|Easter)\s+$", before):
        return None
    if not match["day"][0].isupper():
        return None
    return Atom(
        *match.span(), "weekday", weekday=WEEKDAYS.index(match["day"].lower()),
        word=(match["word"] or "").lower(),
    )  # fmt: skip


def relative_month(match: re.Match[str]) -> Atom:
    return Atom(
        *match.span(), "date", month=month_number(match["month"]), word=match["word"].lower()
    )


def shift_atom(match: re.Match[str]) -> Atom | None:
    amount = small_number(match["n"]) if match["n"].lower() not in ("the", "many") else 1
    if amount is None:
        return None
    word = (
        "ago"
        if match["word"].lower() == "ago"
        else (
            "later"
            if match["word"].lower() in ("later", "on", "after", "afterwards")
            else "earlier"
        )
    )
    unit = match["unit"].lower().replace("centurie", "century")
    return Atom(*match.span(), "shift", word=word, unit=unit, amount=amount)


def past_atom(match: re.Match[str]) -> Atom | None:
    amount = small_number(match["n"]) if match["n"] else 1
    if amount is None:
        return None
    word = "next" if match["word"].lower() in ("next", "coming") else "past"
    unit = match["unit"].lower().replace("centurie", "century")
    return Atom(*match.span(), "past", word=word, unit=unit, amount=amount)


def plain_atom(kind: str) -> Maker:
    def make(match: re.Match[str]) -> Atom:
        return Atom(*match.span(), kind, word=match.group().lower())  # type: ignore[arg-type]

    return make


def nine_eleven(match: re.Match[str]) -> Atom:
    return Atom(*match.span(), "date", year=2001, month=9, day=11, name=True)


def feast_atom(match: re.Match[str]) -> Atom:
    """Read New Year's Eve, New Year's Day, Christmas: a day of every year."""
    words = match["feast"].lower()
    month, day = (1, 1) if "day" in words and "new" in words else (12, 31)
    if "christmas" in words:
        month, day = 12, 24 if "eve" in words else 25
    return Atom(*match.span(), "date", year=int_atom(match["year"]), month=month, day=day)
