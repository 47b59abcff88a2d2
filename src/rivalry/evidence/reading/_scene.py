"""Sentences with the names in them, and names that a text introduces itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rivalry.evidence.reading._aliases import Entry, Token, slug, words_of
from rivalry.evidence.reading._document import Sentence


@dataclass
class Hit:
    """A name in a sentence: words `start` up to `stop`."""

    start: int
    stop: int
    entries: list[Entry]


@dataclass
class Scene:
    """A sentence with its words and names."""

    sentence: Sentence
    tokens: list[Token]
    hits: list[Hit] = field(default_factory=list)
    cues: Counter[str] = field(default_factory=Counter)


def entry_of(hit: Hit, what: str) -> Entry | None:
    return next((e for e in hit.entries if e.what == what), None)


def how_named(hit: Hit, entry: Entry, others: Sequence[str]) -> str:
    """Return how a name was recognised."""
    if others:
        return "context"
    return "name" if words_of(entry.name) == entry.words else "alias"


def acronym(word: str) -> bool:
    return 2 <= len(word) <= 10 and sum(c.isupper() for c in word) >= 2


def all_capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 8 and sum(c.isupper() for c in letters) > 0.7 * len(letters)


_ARMED = frozenset(
    {"front", "army", "movement", "resistance", "liberation", "brigade", "brigades", "militia",
     "jihad", "forces", "battalion", "mujahideen", "fighters", "alliance", "twirwaneho"}
)  # fmt: skip
_GROUPS = _ARMED | frozenset(
    {"force", "coalition", "group", "party", "union", "council", "organization", "organisation",
     "congress", "command", "guard", "guards", "mission", "corps", "rally", "committee",
     "authority", "agency", "commission", "defense", "defence", "state", "community", "fund"}
)  # fmt: skip
_LINKING = frozenset({"of", "for", "the", "and", "in", "to", "du", "de", "des", "la", "pour", "et"})


def new_group(tokens: Sequence[Token], at: int) -> Entry | None:
    """Read a name that the tables lack, in front of its short form in brackets."""
    letters = [c.lower() for c in tokens[at].text if c.isalpha()]
    start = at
    while start > 0 and at - start < 10:
        word, gap = tokens[start - 1].text, tokens[start].gap if start < at else " "
        if gap.strip(" -") or not (word[:1].isupper() or word in _LINKING):
            break
        start -= 1
    while start < at and (
        tokens[start].text in _LINKING or tokens[start].text[:1].lower() != letters[0]
    ):
        start += 1
    words = tuple(t.text for t in tokens[start:at])
    initials = "".join(w[0].lower() for w in words)
    rest = iter(initials)
    if len(words) < 2 or not all(c in rest for c in letters[: len(letters)]):
        return None
    low = {w.lower() for w in words}
    if not low & _GROUPS:
        return None
    name = " ".join(words)
    return Entry(slug(name), name, "insurgent" if low & _ARMED else "other", words)
