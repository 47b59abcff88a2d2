"""Whatever the text: no fault, spans inside their sentence, work in step with length."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivalry.evidence.reading._causal import find_causal
from rivalry.evidence.reading._document import Document, Paragraph, Sentence, Span
from rivalry.evidence.reading._events import find_events
from rivalry.evidence.reading._rows import Mention
from rivalry.evidence.reading._syntax import LONGEST, table, verb_forms

WORDS = [
    "because", "led to", "the", "Taliban", "IS", "it", "they", "killed", "killing", "by", "of",
    "and", "attack", "attacks", ",", ";", "(", ")", "—", "–", "'", "’s", "to", "not", "failed to",
    "if", "would", "having", "As", "With", "since", "so", "that", "which", "who", "said", "fears",
    "allowed", "due to", "thanks to", "in order to", "2014", "forces", "were", "has", "May", "é",
    "IS-K", "to.", "between", "fighting", "in turn", "enough", "too", "The more", "Had", ".", "0",
    "accusing", '"', "\n", "\u2028",
]  # fmt: skip


def as_document(text: str) -> Document:
    span = Span(0, len(text))
    sentence = Sentence(span, "P1", 0)
    return Document("t", text, (Paragraph("P1", "body", span, (sentence,)),))


def mentions_of(text: str) -> tuple[Mention, ...]:
    found = []
    for name in ("Taliban", "IS"):
        start = text.find(name)
        while start >= 0:
            found.append(
                Mention(Span(start, start + len(name)), name.lower(), name, "insurgent", "name")
            )
            start = text.find(name, start + 1)
    return tuple(found)


def check(text: str) -> None:
    document = as_document(text)
    mentions = mentions_of(text)
    whole = Span(0, len(text))
    for claim in find_causal(document, mentions):
        assert claim.cause.within(whole)
        assert claim.effect.within(whole)
        assert claim.cause.end > claim.cause.start
        assert claim.polarity in ("+", "-", "0", "")
        assert claim.modality in ("fact", "hedged", "intent", "implied")
    for event in find_events(document, mentions, (), ()):
        assert event.span.within(whole)
        assert event.time is None
        assert event.verb


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=150)
def test_any_characters(text: str) -> None:
    check(text)


@given(st.lists(st.sampled_from(WORDS), max_size=40))
@settings(deadline=None, max_examples=300)
def test_any_order_of_the_words_that_matter(parts: list[str]) -> None:
    check(" ".join(parts))


@pytest.mark.parametrize(
    "text",
    ["because " * 40_000, "," * 200_000, "(" * 200_000, "the IS killed and " * 20_000,
     "if it would, " * 20_000, "a" * 400_000, "said that " * 30_000],
)  # fmt: skip
def test_a_sentence_without_end_is_read_to_a_limit(text: str) -> None:
    document = as_document(text)
    for claim in find_causal(document, ()):
        assert claim.effect.end <= LONGEST
    for event in find_events(document, mentions_of(text[: LONGEST * 2]), (), ()):
        assert event.span.end <= LONGEST


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("carry", {"carries", "carried", "carrying"}),
        ("stop", {"stops", "stopped", "stopping"}),
        ("attack", {"attacks", "attacked", "attacking"}),
        ("fight", {"fights", "fought", "fighting"}),
        ("seize", {"seizes", "seized", "seizing"}),
        ("crush", {"crushes", "crushed", "crushing"}),
        ("withdraw", {"withdraws", "withdrew", "withdrawn", "withdrawing"}),
    ],
)
def test_forms_of_verbs(base: str, forms: set[str]) -> None:
    assert set(verb_forms(base).values()) == forms | {base}


def test_every_event_noun_is_complete() -> None:
    for word, row in table("events")["nouns"].items():
        assert set(row) == {"verb", "quad", "of"}, word
        assert row["of"] in ("doer", "done_to")
        assert row["quad"] in ("VC", "MC", "VK", "MK")
