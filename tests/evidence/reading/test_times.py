"""Expressions of time: against hand readings, in the ways dates are written, and on any text."""

from __future__ import annotations

import calendar
import datetime as dt
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from rivalry.evidence import first_day
from rivalry.evidence.reading._document import (
    Document,
    DocumentDate,
    Paragraph,
    Sentence,
    Span,
)
from rivalry.evidence.reading._rows import TimeMention
from rivalry.evidence.reading._split import document_from_text
from rivalry.evidence.reading._times import document_date, find_times

GOLD = Path(__file__).parent / "dates_and_numbers"
ARTICLES = sorted(p.stem for p in GOLD.glob("*.yaml") if not p.stem.startswith("s1-"))


def load(name: str) -> Any:
    return YAML(typ="safe").load(GOLD / f"{name}.yaml")


def text_of(value: Any) -> str | None:
    return None if value is None else str(value)


def read(text: str, date: str | None = None) -> tuple[Document, tuple[TimeMention, ...]]:
    given_date = DocumentDate(date, "on", "given") if date else None
    document = document_from_text(f"{text}\n", date=given_date)
    return document, find_times(document)


def values(text: str, date: str | None = None) -> list[tuple[str, str | None, str | None]]:
    return [(t.precision, t.start, t.until) for t in read(text, date)[1]]


def compared(
    document: Document, found: tuple[TimeMention, ...], gold: list[list[Any]]
) -> tuple[list[list[Any]], list[TimeMention]]:
    """Pair a hand reading with what was found; return what is missed and what is invented."""
    left = list(found)
    missed = []
    for place, words, precision, start, until in gold:
        for mention in left:
            value = (mention.precision, mention.start, mention.until)
            here = document.words(mention.span)
            label = document.paragraph_of(mention.span).label
            if (
                value == (precision, text_of(start), text_of(until))
                and (words.strip("()") in here or here in words)
                and place in ("body", label)
            ):
                left.remove(mention)
                break
        else:
            missed.append([place, words, precision, start, until])
    return missed, left


def test_the_source_article(article: str) -> None:
    document = document_from_text(article)
    gold = load("s1-times")["times"]
    assert len(gold) == 28
    missed, invented = compared(document, find_times(document), gold)
    assert missed == []
    assert invented == []


@pytest.mark.parametrize("name", ARTICLES)
def test_articles_in_other_styles(name: str) -> None:
    gold = load(name)
    date = DocumentDate(str(gold["given"]), "on", "given") if "given" in gold else None
    document = document_from_text(gold["text"], date=date)
    missed, invented = compared(document, find_times(document), gold["times"])
    assert missed == []
    assert [document.words(m.span) for m in invented] == []


@pytest.mark.parametrize("name", ARTICLES)
def test_date_of_articles(name: str) -> None:
    gold = load(name)
    date = DocumentDate(str(gold["given"]), "on", "given") if "given" in gold else None
    found = document_date(document_from_text(gold["text"], date=date))
    assert found is not None
    assert [found.value, found.bound, found.found] == [str(v) for v in gold["date"].values()]


def test_date_of_the_source_article_is_its_youngest_fact(article: str) -> None:
    document = document_from_text(article)
    assert document_date(document) == DocumentDate("2023-04-25", "on or after", "youngest fact")


def test_dates_of_notes_are_no_part_of_the_record(article: str) -> None:
    """Trap 12: the author's book appeared in December 2022."""
    document = document_from_text(article)
    assert "December 2022" in document.text
    assert "2022-12" not in {t.start for t in find_times(document)}


def test_a_killing_keeps_its_month_and_its_confirmation_the_day(article: str) -> None:
    """Trap 3: the day is that of the confirmation alone."""
    document = document_from_text(article)
    places = {
        t.start: document.paragraph_of(t.span).label
        for t in find_times(document)
        if t.start and t.start.startswith("2023-04")
    }
    assert places == {"2023-04-25": "P1", "2023-04": "P19"}


def test_a_year_that_closes_the_sentence_binds_its_month() -> None:
    """Trap 4, in other words."""
    text = "Having helped with the airlift in August, the general spoke of joint raids in 2021."
    _, found = read(text, "2023-04-25")
    assert [(t.start, t.anchor) for t in found] == [
        ("2021-08", "same sentence: 2021"),
        ("2021", ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected", "anchor"),
    [
        ("It grew this year.", ("year", "2023", None), "document date"),
        ("It is now alone.", ("since", "2023", None), "document date"),
        ("It struck in March.", ("month", "2023-03", None), "document date"),
        ("It struck in May.", ("month", "2022-05", None), "document date"),
        ("A vote is scheduled for May.", ("month", "2023-05", None), "document date"),
        ("It struck on Tuesday.", ("day", "2023-04-25", None), "document date"),
        ("It struck on Monday.", ("day", "2023-04-24", None), "document date"),
        ("It struck last Tuesday.", ("day", "2023-04-18", None), "document date"),
        ("It struck yesterday.", ("day", "2023-04-24", None), "document date"),
        ("It struck last year.", ("year", "2022", None), "document date"),
        ("It struck two months ago.", ("month", "2023-02", None), "document date"),
        ("It struck on 30 April.", ("day", "2022-04-30", None), "document date"),
        ("It grew over the past decade.", ("range", "2013", "2023"), "document date"),
        ("Initially it was small.", ("undated", None, None), ""),
        ("It strikes every spring.", ("undated", None, None), ""),
    ],
)
def test_anchored_to_the_document(
    text: str, expected: tuple[str, str | None, str | None], anchor: str
) -> None:
    _, (found,) = read(text, "2023-04-25")
    assert (found.precision, found.start, found.until) == expected
    assert found.anchor == anchor


@pytest.mark.parametrize(
    ("text", "expected", "anchor"),
    [
        ("The war began in 2011. Two years later it spread.", "2013", "sentence before: 2011"),
        ("It split in May 2014. The same month it took a town.", "2014-05",
         "sentence before: May 2014"),
        ("It split in May 2014. By the following year it was gone.", "2015",
         "sentence before: May 2014"),
        ("It split in May 2014. For the next year it was quiet.", "2015",
         "sentence before: May 2014"),
        ("It split in May 2014. By 2016 American officials feared it.", "2016", ""),
        ("It split in May 2014. At the time it was small.", "2014-05",
         "sentence before: May 2014"),
        ("It split in September 2016. In October it took a town.", "2016-10",
         "sentence before: September 2016"),
        ("It split in September 2016. In March it took a town.", "2017-03",
         "sentence before: September 2016"),
        ("The group was founded in 2002. In March it took a town.", "2023-03", "document date"),
        ("It was the worst month since 2009. In March it took a town.", "2023-03",
         "document date"),
        ("They met on 7 July 2017. The 7 July raid was denied.", "2017-07-07",
         "earlier in the text: 7 July 2017"),
    ],
)  # fmt: skip
def test_anchored_to_the_story(text: str, expected: str, anchor: str) -> None:
    _, found = read(text, "2023-04-25")
    last = found[-1]
    assert (last.start or last.until, last.anchor) == (expected, anchor)


@pytest.mark.parametrize(
    "text",
    [
        "The army sent 1989 fighters to the border.",
        "They held 2,000 square miles and 2000 men.",
        "The Council adopted resolution 1973 without a vote.",
        "At least 2015 people were killed.",
        "The raid began at 1830 local time.",
        "The sum rose to $2014 a head.",
        "Some 1,996 of them fled, and 1500-2000 rebels stayed.",
        "They may march on the town, and an august body may not.",
        "Document S/2021/486 says so.",
        "The 1920 Revolution Brigades and the March 23 Movement signed.",
        "It fought for two decades.",
        "Bloody Sunday is remembered, and so is Black September.",
        "It was killed by 2010 soldiers from the south.",
    ],
)
def test_no_time_is_invented(text: str) -> None:
    assert values(text, "2023-04-25") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the 1970s", ("range", "1970", "1979")),
        ("since the 1970s", ("since", "1970", None)),
        ("between 2015 and 2018", ("range", "2015", "2018")),
        ("from 1996 to 2001", ("range", "1996", "2001")),
        ("in 1998-2000", ("range", "1998", "2000")),
        ("in 2006-07", ("range", "2006", "2007")),
        ("in 2013 and 2014", ("range", "2013", "2014")),
        ("by the end of 2021", ("until", None, "2021")),
        ("until March 2020", ("until", None, "2020-03")),
        ("before 2001", ("until", None, "2001")),
        ("since 2014", ("since", "2014", None)),
        ("from 2014 onwards", ("since", "2014", None)),
        ("after the 2021 withdrawal", ("year", "2021", None)),
        ("in the third quarter of 2021", ("range", "2021-07", "2021-09")),
        ("in the first half of 2022", ("range", "2022-01", "2022-06")),
        ("in early March 2022", ("month", "2022-03", None)),
        ("in the 19th century", ("range", "1801", "1900")),
        ("from 3 May to 2 June 2019", ("range", "2019-05-03", "2019-06-02")),
        ("on 3-5 May 2019", ("range", "2019-05-03", "2019-05-05")),
        ("on May 3-5, 2019", ("range", "2019-05-03", "2019-05-05")),
        ("from June 2014 to July 2017", ("range", "2014-06", "2017-07")),
        ("in January and February 2023", ("month", "2023-01", "2023-02")),
        ("on 9/11", ("day", "2001-09-11", None)),
        ("on the fifth of May 2019", ("day", "2019-05-05", None)),
    ],
)
def test_ways_of_saying(text: str, expected: tuple[str, str | None, str | None]) -> None:
    assert values(f"It held the town {text}.") == [expected]


def test_months_apart_stay_apart() -> None:
    assert values("It struck in March and August 2021.") == [
        ("month", "2021-03", None),
        ("month", "2021-08", None),
    ]


def test_numeric_dates_follow_the_house_style() -> None:
    """The sixth of April or the fourth of June: a date that leaves no choice tells."""
    day_first = values("It struck on 25/3/2021 and on 4/6/2021.")
    month_first = values("It struck on 3/25/2021 and on 4/6/2021.")
    assert day_first[1][1] == "2021-06-04"
    assert month_first[1][1] == "2021-04-06"
    # nothing tells: the year alone is sure
    assert values("It struck on 4/6/2021.") == [("year", "2021", None)]


def test_what_is_to_come_does_not_date_a_document() -> None:
    text = "It struck in March 2019. Elections are scheduled for June 2024. It ends by 2030."
    date = document_date(document_from_text(text))
    assert date == DocumentDate("2019-03", "on or after", "youngest fact")


def test_a_dateline_without_a_year_gets_that_of_the_youngest_fact() -> None:
    text = "KABUL, March 12 (Wire) - Two blasts shook the city.\n\nOne had hit it in November 2022."
    assert document_date(document_from_text(text)) == DocumentDate("2023-03-12", "on", "stated")


def test_no_dates_no_document_date() -> None:
    document = document_from_text("The group split, and its men fought on.")
    assert document_date(document) is None
    assert find_times(document) == ()


_MONTHS = calendar.month_name[1:]


def _ordinal(day: int) -> str:
    tail = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{tail}"


STYLES = (
    "{month} {d}, {y}", "{d} {month} {y}", "{d} {month}, {y}", "{o} {month} {y}",
    "{month} {o}, {y}", "the {o} of {month}, {y}", "the {o} of {month} {y}", "{y}-{m:02d}-{d:02d}",
    "{abbr}. {d}, {y}", "{d} {abbr}. {y}", "{d} {abbr} {y}", "{d}-{abbr}-{y}",
    "{weekday}, {d} {month} {y}",
    "{weekday}, {month} {d}, {y}", "{weekday} {d} {month} {y}", "{d}.{m}.{y}",
    "{y}/{m:02d}/{d:02d}",
    "{MONTH} {d}, {y}", "{d:02d} {month} {y}", "{month} {d} {y}",
)  # fmt: skip
FRAMES = (
    "It struck on {}.", "{}: the town fell.", "On {}, rebels took the town (a first).",
    "The truce (signed {}) failed; 12 men died.", "It began on {} and went on.",
)  # fmt: skip


@given(
    day=st.dates(dt.date(1900, 1, 1), dt.date(2060, 12, 31)),
    style=st.sampled_from(STYLES),
    frame=st.sampled_from(FRAMES),
)
@settings(max_examples=250, deadline=None)
def test_any_day_in_any_style(day: dt.date, style: str, frame: str) -> None:
    assume(day.month != 5 or "{abbr}." not in style)  # May has no short form
    month = _MONTHS[day.month - 1]
    written = style.format(
        d=day.day, m=day.month, y=day.year, month=month, abbr=month[:3], MONTH=month.upper(),
        o=_ordinal(day.day), weekday=day.strftime("%A"),
    )  # fmt: skip
    document = document_from_text("Headline\n\n" + frame.format(written))
    found = find_times(document)
    assert [(t.precision, t.start) for t in found] == [("day", day.isoformat())], written


@given(
    first=st.integers(1800, 2039),
    length=st.integers(1, 60),
    style=st.sampled_from(
        ["from {} to {}", "between {} and {}", "in {}-{}", "in {}–{}", "from {} until {}"]
    ),
)
@settings(max_examples=150, deadline=None)
def test_any_range_of_years(first: int, length: int, style: str) -> None:
    text = f"The war went on {style.format(first, first + length)}, and then it stopped."
    assert values(text) == [("range", str(first), str(first + length))]


_ALPHABET = st.sampled_from(
    [
        *"0123456789.,-–/()%$'’ \n", " in ", " since ", " by ", " to ", " and ", " the ", "May",
        "March ", "August", "2021", "1989", "Tuesday", " last ", " next ", " year", " years ",
        " ago", "two ", "half a ", "million", "between ", "29 February ", "31 ", "1970s", " of ",
        "century", "first ", "later", "week", " this ", " at the time", "initially", "several ",
        "killed ", "9/11", "\x00", "é", "漢", "٣", "²",
    ]
)  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(_ALPHABET, max_size=60).map("".join)))
@settings(max_examples=250, deadline=None)
def test_any_text_is_read(text: str) -> None:
    document = document_from_text(text)
    reach = 0
    for mention in find_times(document):
        assert reach <= mention.span.start < mention.span.end <= len(document.text)
        reach = mention.span.start
        for value in (mention.start, mention.until):
            assert value is None or first_day(value)


def one_sentence(text: str) -> Document:
    span = Span(0, len(text))
    return Document("x", text, (Paragraph("P1", "body", span, (Sentence(span, "P1", 0),)),))


def calls(text: str) -> int:
    """Count the calls, of Python and C functions, that reading a sentence makes."""
    count = 0

    def tick(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    document = one_sentence(text)
    sys.setprofile(tick)
    try:
        find_times(document)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "unit",
    ["in May ", "the 2021 attack and ", "1,000 ", "between 1 and ", "2014 ", "March and ",
     "from 2014 to ", "since, ", "last year ", "two years later ", "12 May ", "at the time "],
)  # fmt: skip
def test_work_grows_with_length_alone(unit: str) -> None:
    """Eight times the text takes about eight times the calls, even without a full stop."""
    assert calls(unit * 800) < 10 * calls(unit * 100) + 1000
