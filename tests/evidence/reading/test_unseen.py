"""Six articles, read from end to end, against hand readings made before the rules had seen them."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from rivalry.evidence.reading import (
    Document,
    Reading,
    Span,
    dated,
    document_from_text,
    read_document,
)

HERE = Path(__file__).parent / "unseen"
ARTICLES = sorted(p.stem for p in HERE.glob("*.yaml"))


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "").replace("'", ""))
    return "".join(c for c in plain if not unicodedata.combining(c))


def letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


@dataclass
class Case:
    """An article, its reading, and where a span stands by the hand reading's sentences.

    A page dump may lose the border between two paragraphs; that is counted once, as paragraphs, and
    not again for everything that stands behind it.
    """

    gold: dict[str, Any]
    document: Document
    reading: Reading
    _starts: list[int] = field(default_factory=list)
    _labels: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        openings = {letters(words)[:25]: k for k, words in self.gold["openings"].items()}
        for p in self.document.paragraphs:
            for s in p.sentences:
                label = openings.get(letters(self.document.words(s.span))[:25])
                self._starts.append(s.span.start)
                self._labels.append(label if label and p.label.startswith("P") else p.label)

    def sentence(self, span: Span) -> str:
        return self._labels[bisect_right(self._starts, span.start) - 1]

    def paragraph(self, span: Span) -> str:
        return self.sentence(span).split(".")[0]


@cache
def case(name: str) -> Case:
    gold = YAML(typ="safe").load(HERE / f"{name}.yaml")
    text = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    document = dated(document_from_text(text, f"{name}.txt"))
    return Case(gold, document, read_document(document))


def same_actor(wanted: str, key: str, kind: str) -> bool:
    """Tell whether a key is that of an actor; a person may be known by fewer names."""
    for choice in wanted.lstrip("?").split("|"):
        ours, theirs = folded(choice), folded(key)
        if ours == theirs:
            return True
        a, b = ({w for w in k.split("-") if w not in ("al", "de", "el")} for k in (ours, theirs))
        if kind == "person" and (a <= b or b <= a):
            return True
    return False


def actors(name: str) -> tuple[float, float]:
    it = case(name)
    gold = [(p, a) for p, listed in it.gold["actors"].items() for a in listed]
    found = {
        (it.paragraph(m.span), m.actor): m.kind
        for m in it.reading.mentions
        if m.kind != "population" and not it.paragraph(m.span).startswith("B")
    }
    right: set[tuple[str, str]] = set()
    met = 0
    sure = [(p, a) for p, a in gold if not a.startswith("?")]
    for p, wanted in sure:
        hits = {k for k, kind in found.items() if k[0] == p and same_actor(wanted, k[1], kind)}
        right |= hits
        met += bool(hits)
    allowed = {
        k for k, kind in found.items()
        if any(a.startswith("?") and p == k[0] and same_actor(a, k[1], kind) for p, a in gold)
    }  # fmt: skip
    return met / len(sure), len(right) / len(set(found) - (allowed - right))


def times(name: str) -> tuple[float, int]:
    """Return the share of times read rightly, and how many were found that are none."""
    it = case(name)
    left = [t for t in it.reading.times if it.paragraph(t.span).startswith("P")]
    right = wanted = 0
    for place, words, precision, start, until in it.gold["times"]:
        wanted += precision != "any"
        near = [
            t for t in left
            if it.paragraph(t.span) == place
            and (words in it.document.words(t.span) or it.document.words(t.span) in words)
        ]  # fmt: skip
        good = [t for t in near if (t.precision, t.start, t.until) == (precision, start, until)]
        if good or near:
            left.remove((good or near)[0])
        right += bool(good) and precision != "any"
    return right / wanted, len(left)


def numerals(name: str) -> tuple[int, int]:
    """Return how many numerals were read with value and what they count, and how many there are."""
    it = case(name)
    left = [q for q in it.reading.quantities if not q.vague]
    right = wanted = 0
    for place, words, values, unit, counts, _ in it.gold["quantities"]:
        wanted += unit != "any"
        near = [
            q for q in left
            if it.paragraph(q.span) == place
            and (words in it.document.words(q.span) or it.document.words(q.span) in words)
        ]  # fmt: skip
        if not near:
            continue
        left.remove(near[0])
        got = near[0]
        value = {v for v in (got.value, got.low, got.high) if v is not None} == set(values)
        people = (unit == "people") == (got.unit == "people")
        noun = not counts or any(w in got.counts.lower() for w in counts.lower().split())
        right += unit != "any" and value and people and (noun or unit == got.unit != "people")
    return right, wanted


def causal(name: str) -> tuple[float, float]:
    it = case(name)
    found = {it.sentence(m.span) for m in it.reading.causal}
    found = {label for label in found if label.startswith("P")}
    gold = set(it.gold["causal"])
    return len(gold & found) / len(gold), len(gold & found) / len(found)


# What was reached, rounded down; the figures at first sight stand in the documentation.


def test_the_articles_are_there() -> None:
    assert len(ARTICLES) == 6
    assert sum(case(n).gold["held_out"] for n in ARTICLES) == 3


@pytest.mark.parametrize("name", ARTICLES)
def test_paragraphs(name: str) -> None:
    it = case(name)
    wanted = {label.split(".")[0] for label in it.gold["openings"]}
    found = [p.label for p in it.document.paragraphs if p.label.startswith("P")]
    # the last line of one of its paragraphs is full, so nothing shows that the next begins
    lost = 1 if name == "colombia" else 0
    assert len(found) == len(wanted) - lost
    whole = [label for label in it._labels if label.startswith("P")]
    assert sorted(whole) == sorted(it.gold["openings"])


@pytest.mark.parametrize("name", ARTICLES)
def test_actors(name: str) -> None:
    recall, precision = actors(name)
    assert recall >= 0.9
    assert precision >= 0.9


@pytest.mark.parametrize("name", ARTICLES)
def test_times(name: str) -> None:
    share, invented = times(name)
    assert share >= 0.95
    # "at that time" in ttp P2 is one, and rightly dated; the hand reading passed it over
    assert invented <= (1 if name == "ttp" else 0)


@pytest.mark.parametrize("name", ARTICLES)
def test_numerals(name: str) -> None:
    right, wanted = numerals(name)
    assert right >= wanted - 2


@pytest.mark.parametrize("name", ARTICLES)
def test_causal_sentences(name: str) -> None:
    recall, precision = causal(name)
    assert recall >= 0.8
    assert precision >= (0.8 if case(name).gold["held_out"] else 0.9)
