"""Numbers and vague amounts: against hand readings, as they are written, and on any text."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from rivalry.evidence.reading._document import (
    Document,
    DocumentDate,
    Paragraph,
    Sentence,
    Span,
)
from rivalry.evidence.reading._quantities import find_quantities
from rivalry.evidence.reading._rows import QuantityMention
from rivalry.evidence.reading._split import document_from_text
from rivalry.evidence.reading._times import find_times

GOLD = Path(__file__).parent / "dates_and_numbers"
ARTICLES = sorted(p.stem for p in GOLD.glob("*.yaml") if not p.stem.startswith("s1-"))
AMOUNTS = ("value", "low", "high")


def load(name: str) -> Any:
    return YAML(typ="safe").load(GOLD / f"{name}.yaml")


def one_sentence(text: str) -> Document:
    span = Span(0, len(text))
    return Document("x", text, (Paragraph("P1", "body", span, (Sentence(span, "P1", 0),)),))


def read(text: str) -> tuple[QuantityMention, ...]:
    return find_quantities(one_sentence(text))


def fits(mention: QuantityMention, wanted: dict[str, Any]) -> bool:
    """Tell whether all that a hand reading says, and no other amount, was found."""
    for name, value in {**dict.fromkeys(AMOUNTS), **wanted}.items():
        found = getattr(mention, name)
        if name in AMOUNTS and value is not None:
            if found != pytest.approx(value):
                return False
        elif (list(found) if isinstance(found, tuple) else found) != value:
            return False
    return True


def test_the_source_article(article: str) -> None:
    """All that its ledger counts, the eight numerals first, and nothing else."""
    document = document_from_text(article)
    found = find_quantities(document)
    gold = load("s1-quantities")["quantities"]
    at: dict[str, int] = {}
    for key, (place, words, wanted) in gold.items():
        wanted = dict(wanted)
        if "part_of" in wanted:
            wanted["part_of"] = at[wanted["part_of"]]
        for i, mention in enumerate(found):
            if (
                i not in at.values()
                and document.paragraph_of(mention.span).label == place
                and document.words(mention.span) == words
                and fits(mention, wanted)
            ):
                at[key] = i
                break
    assert sorted(set(gold) - set(at)) == []
    rest = [document.words(m.span) for i, m in enumerate(found) if i not in at.values()]
    assert rest == []


@pytest.mark.parametrize("name", ARTICLES)
def test_articles_in_other_styles(name: str) -> None:
    gold = load(name)
    date = DocumentDate(str(gold["given"]), "on", "given") if "given" in gold else None
    document = document_from_text(gold["text"], date=date)
    left = dict(enumerate(find_quantities(document)))
    missed = []
    for words, wanted in gold["quantities"]:
        for i, mention in left.items():
            if document.words(mention.span) == words and fits(mention, wanted):
                del left[i]
                break
        else:
            missed.append([words, wanted])
    # what is known not to be read is listed with the text, so that it is seen when that changes
    assert [words for words, _ in missed] == gold.get("known_misses", [])
    assert [document.words(m.span) for m in left.values()] == []


def test_pooled_outcomes_never_become_deaths(article: str) -> None:
    """Trap 7: "killed or targeted" says how many were either."""
    (several,) = (m for m in find_quantities(document_from_text(article))
                  if m.counts == "senior Taliban officials")  # fmt: skip
    assert several.outcomes == ("killed", "targeted")
    (some,) = read("By then 40 mayors had been killed, injured or abducted in the province.")
    assert some.outcomes == ("killed", "injured", "abducted")


def test_casualties_are_not_deaths() -> None:
    (found,) = read("The brigade took 300 casualties.")
    assert (found.value, found.outcomes) == (300, ("killed", "injured"))


def test_the_scale_word_binds_both_ends() -> None:
    """Trap 11."""
    (found,) = read("The deposits are worth $1 to $3 trillion.")
    assert (found.low, found.high, found.unit) == (1e12, 3e12, "USD")
    (other,) = read("It fields 500 to 1.2 million men.")
    assert (other.low, other.high) == (500, 1.2e6)


def test_sums_are_left_to_the_reader(article: str) -> None:
    """Trap 16: 170 and 13 are stated, 183 and 20 to 1 are not."""
    found = find_quantities(document_from_text(article))
    values = {v for m in found for v in (m.value, m.low, m.high)}
    assert {170, 13} <= values
    assert not {183, 157} & values
    assert not [m for m in found if m.unit == "ratio"]


def test_a_part_points_to_its_whole() -> None:
    found = read("The raid killed 15 villagers, seven of them children, and wounded 30 others.")
    assert [(m.value, m.counts, m.outcomes, m.part_of) for m in found] == [
        (15, "villagers", ("killed",), None),
        (7, "children", ("killed",), 0),
        (30, "others", ("injured",), None),
    ]
    assert found[2].unit == "people"


def test_who_kills_is_not_who_dies() -> None:
    found = read("Some 40 gunmen on motorcycles killed 12 soldiers.")
    assert [(m.counts, m.outcomes) for m in found] == [("gunmen", ()), ("soldiers", ("killed",))]
    found = read("It was stormed by 200 rebels and 12 guards were killed by three snipers.")
    assert [(m.counts, m.outcomes) for m in found] == [
        ("rebels", ()),
        ("guards", ("killed",)),
        ("snipers", ()),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("at least 12 civilians", {"low": 12, "hedge": "at least", "unit": "people"}),
        ("more than 3,000 homes", {"low": 3000, "hedge": "more than", "unit": "homes"}),
        ("up to 900 fighters", {"high": 900, "hedge": "up to"}),
        ("fewer than 50 tanks", {"high": 50, "hedge": "fewer than", "unit": "tanks"}),
        ("no fewer than ten villages", {"low": 10, "unit": "villages"}),
        ("an estimated 4,000 members", {"value": 4000, "hedge": "an estimated"}),
        ("nearly half a million people", {"value": 5e5, "hedge": "nearly"}),
        ("4,000-6,000 fighters", {"low": 4000, "high": 6000}),
        ("between 1.2 and 1.5 million refugees", {"low": 1.2e6, "high": 1.5e6}),
        ("two to three thousand men", {"low": 2000, "high": 3000}),
        ("one hundred and seventy civilians", {"value": 170, "counts": "civilians"}),
        ("two hundred thousand people", {"value": 2e5}),
        ("a dozen officers", {"value": 12, "counts": "officers"}),
        ("half a dozen officers", {"value": 6}),
        ("twenty-one hostages", {"value": 21, "unit": "people"}),
        ("1989 fighters", {"value": 1989, "counts": "fighters"}),
        ("1\u202f200 soldiers", {"value": 1200}),
        ("40 per cent of the country", {"value": 40, "unit": "percent", "counts": "country"}),
        ("10-15% of its men", {"low": 10, "high": 15, "unit": "percent", "counts": "men"}),
        ("a third of the army", {"value": 1 / 3, "unit": "share", "counts": "army"}),
        ("two-thirds of the army", {"value": 2 / 3, "unit": "share"}),
        ("one in five officers", {"value": 0.2, "unit": "share", "counts": "officers"}),
        ("£2.5bn", {"value": 2.5e9, "unit": "GBP"}),
        ("US$ 4.5 million in aid", {"value": 4.5e6, "unit": "USD", "counts": "aid"}),
        ("3 million euros", {"value": 3e6, "unit": "EUR"}),
        ("three decades", {"value": 30, "unit": "years"}),
        ("six months", {"value": 6, "unit": "months"}),
        ("120 km of road", {"value": 120, "unit": "km", "counts": "road"}),
        ("35,000 square kilometres", {"value": 35000, "unit": "km2"}),
        ("a 5,000-strong force", {"value": 5000, "unit": "people", "counts": "force"}),
        ("a five-member council", {"value": 5, "unit": "people", "counts": "council"}),
        ("one American soldier", {"value": 1, "counts": "American soldier"}),
        ("11 of 34 provinces", {"value": 11, "unit": "provinces"}),
        ("4,000+ fighters", {"low": 4000}),
        ("100 or more fighters", {"low": 100}),
        ("several tribal militias", {"vague": "several", "unit": "militias"}),
        ("dozens of Afghan women", {"vague": "dozens", "counts": "Afghan women"}),
        ("tens of thousands of people", {"vague": "tens of thousands"}),
        ("several hundred civilians", {"vague": "several hundred"}),
        ("a large number of recruits", {"vague": "a large number"}),
        ("many Syrians", {"vague": "many", "unit": "people"}),
        ("heavy losses", {"vague": "heavy", "counts": "losses"}),
    ],
)  # fmt: skip
def test_ways_of_saying(text: str, wanted: dict[str, Any]) -> None:
    found = read(f"The report speaks of {text}.")[0]
    assert fits(found, wanted), found


@pytest.mark.parametrize(
    "text",
    [
        "One of the groups split, and the two fought one another.",
        "No one knows; one can only guess, and on one hand it hardly matters.",
        "In 2014 the group split, on 3 May 2015 it struck, and in the 1990s it grew.",
        "A 15-year-old boy, aged 15, was seen at 10:30, at 5 p.m. and at 1430 GMT.",
        "Resolution 2202 and Article 5 of Chapter 7 [12] were cited (3).",
        "The 1st Division, the 82nd Airborne, M23 and an AK-47 were there; so was Covid-19.",
        "Two years later, and three days ago, it happened again.",
        "It is of significant importance in many parts of the country, in many ways.",
        "12. The Panel notes this.",
        "The first attack, the second wave and the third man.",
        "On the other hand, both sides talk.",
    ],
)
def test_nothing_is_invented(text: str) -> None:
    assert read(text) == ()


_NOUNS = ("civilians", "Afghan soldiers", "U.S. military personnel", "rebel fighters", "women")
_FRAMES = (
    "The blast killed {} {}.",
    "{} {} were killed in the raid.",
    "It ended with {} {} killed.",
)


@given(
    number=st.integers(2, 9_999_999),
    noun=st.sampled_from(_NOUNS),
    frame=st.sampled_from(_FRAMES),
    hedge=st.sampled_from(["", "about ", "roughly ", "an estimated "]),
)
@settings(max_examples=300, deadline=None)
def test_any_number_of_people(number: int, noun: str, frame: str, hedge: str) -> None:
    assume(number >= 10_000 or number < 1000 or number % 100)  # 1500 may be a year
    written = f"{number:,}"
    (found,) = read(frame.format(hedge + written, noun))
    assert (found.value, found.counts, found.unit) == (number, noun, "people")
    assert found.outcomes == ("killed",)
    assert found.hedge == hedge.strip()


@given(
    low=st.integers(1, 400),
    step=st.integers(1, 400),
    scale=st.sampled_from([("", 1), (" thousand", 1e3), (" million", 1e6), (" billion", 1e9)]),
    style=st.sampled_from(["{}-{}{}", "{}–{}{}", "{} to {}{}", "between {} and {}{}"]),
    money=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_any_range(low: int, step: int, scale: tuple[str, float], style: str, money: bool) -> None:
    sign = "$" if money else ""
    written = style.format(f"{sign}{low}", f"{sign}{low + step}", scale[0])
    (found,) = read(f"It is put at {written}{'' if money else ' people'} by the envoy.")
    assert (found.low, found.high) == (low * scale[1], (low + step) * scale[1])
    assert found.unit == ("USD" if money else "people")


_PIECES = st.sampled_from(
    [
        *"0123456789.,-–/()%$£’ |\n", " killed ", " or ", " and ", "1,000", " people", "between ",
        " of ", "several ", "many ", "thousands ", "half a ", "million", "one ", "two", "-year",
        "-strong ", " in five ", " including ", " of whom ", "were ", "at least ", "up to ", "US",
        "significant territory", "2014", "a third of ", "percent", "\x00", "٣", "²", "½",
    ]
)  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=60).map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read(text: str) -> None:
    document = document_from_text(text)
    found = find_quantities(document)
    times = [t.span for t in find_times(document)]
    reach = 0
    for i, mention in enumerate(found):
        assert reach <= mention.span.start < mention.span.end <= len(document.text)
        reach = mention.span.end
        assert not any(t.start < mention.span.end and mention.span.start < t.end for t in times)
        ranged = mention.low is not None or mention.high is not None
        assert [mention.value is not None, ranged, bool(mention.vague)].count(True) == 1
        if mention.low is not None and mention.high is not None:
            assert mention.low <= mention.high
        assert mention.part_of is None or 0 <= mention.part_of < i


def calls(text: str) -> int:
    """Count the calls, of Python and C functions, that reading a sentence makes."""
    count = 0

    def tick(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "unit",
    ["killed 12 men and ", "1,000 ", "between 1 and ", "several of ", "2 of 3 ", "many big ",
     "12, including ", "killed or ", "one hundred and ", "$3 ", "10 to ", "; 3 ", "3-year "],
)  # fmt: skip
def test_work_grows_with_length_alone(unit: str) -> None:
    """Eight times the text takes about eight times the calls, even without a full stop."""
    assert calls(unit * 800) < 10 * calls(unit * 100) + 1000
