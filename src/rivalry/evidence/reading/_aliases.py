"""The names that actors go by: bundled tables, tokens, and an index of them.

Armed groups and their numbers are those of the Uppsala Conflict Data Program (Davies et al. 2025,
CC BY 4.0); other names of a group, and the words for states and their people, are common usage.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

EntryKind = Literal["actor", "state", "adjective", "people", "capital"]


@dataclass(frozen=True)
class Token:
    """A word of the text.

    Attributes
    ----------
    text : str
        Without points of acronyms, accents, apostrophes and the possessive ending.
    start, end : int
        In the document's text; `end` is before a possessive ending.
    possessive : bool
    gap : str
        What stands between the word before and this one.
    """

    text: str
    start: int
    end: int
    possessive: bool
    gap: str


@dataclass(frozen=True)
class Entry:
    """What a name in the index stands for.

    Attributes
    ----------
    key, name, kind : str
        Of the actor; for a state and its words, of the state.
    words : tuple of str
        The name, as tokens.
    what : {"actor", "state", "adjective", "people", "capital"}
    where : tuple of str
        States (by key) and words that speak for this reading of the name.
    weak : bool
        A short name that it shares with others and that alone does not say which is meant.
    required : bool
        One of `where` must occur in the text.
    """

    key: str
    name: str
    kind: str
    words: tuple[str, ...]
    what: EntryKind = "actor"
    where: tuple[str, ...] = ()
    weak: bool = False
    required: bool = False


_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+(?:['’ʼ`´‘][^\W_]+)*")
_MARKS = re.compile(r"['’ʼ`´‘.]")
#: Words inside names that are written in capitals or not, as it pleases the author.
_PARTICLES = frozenset(
    {"al", "el", "ul", "as", "ash", "an", "e", "i", "yi", "wa", "wal", "of", "the", "in", "for",
     "and", "to", "du", "de", "des", "la", "le", "l", "et", "pour", "on", "s"}
)  # fmt: skip


def tokens_of(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the words of a stretch of text."""
    found: list[Token] = []
    last = start
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word, stop = match.group(), match.end()
        possessive = False
        if len(word) > 2 and word[-2] in "'’ʼ`´‘" and word[-1] in "sS":
            word, stop, possessive = word[:-2], stop - 2, True
        else:
            plural = text[stop : stop + 1] in ("'", "’") and word[-1:] == "s"
            possessive = plural or ("." in word and text[stop : stop + 2] in ("'s", "’s"))
        found.append(
            Token(plain(word), match.start(), stop, possessive, text[last : match.start()])
        )
        last = stop
    return _without_endings(found)


def _without_endings(tokens: list[Token]) -> list[Token]:
    """Drop the lone "s" behind an acronym with points ("U.S.'s")."""
    return [
        t
        for i, t in enumerate(tokens)
        if not (t.text == "s" and i and tokens[i - 1].possessive and t.gap in ("'", "’"))
    ]


def plain(word: str) -> str:
    """Return a word without accents, apostrophes and points."""
    if word.isascii():
        return _MARKS.sub("", word)
    parts = unicodedata.normalize("NFKD", _MARKS.sub("", word))
    return "".join(c for c in parts if not unicodedata.combining(c))


def slug(name: str) -> str:
    """Return a name as a key: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", plain(name).lower()).strip("-")


def words_of(name: str) -> tuple[str, ...]:
    """Return a name's words as the index holds them."""
    return tuple(token.text for token in tokens_of(name))


class Index:
    """Names by their first word, the longest first."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        by_words: dict[tuple[str, ...], dict[tuple[str, ...], list[Entry]]] = {}
        for entry in entries:
            if entry.words:
                low = tuple(w.lower() for w in entry.words)
                by_words.setdefault(low, {}).setdefault(entry.words, []).append(entry)
        self._first: dict[str, list[tuple[str, ...]]] = {}
        for low in by_words:
            self._first.setdefault(low[0], []).append(low)
        for names in self._first.values():
            names.sort(key=len, reverse=True)
        self._entries = by_words

    def longest(self, tokens: Sequence[Token], at: int) -> tuple[int, list[Entry]]:
        """Return how many words the longest name starting at a word has, and what it may mean."""
        for low in self._first.get(tokens[at].text.lower(), ()):
            size = len(low)
            if at + size > len(tokens):
                continue
            part = tokens[at : at + size]
            if any(t.text.lower() != w for t, w in zip(part, low, strict=True)):
                continue
            if any(not _joins(t) for t in part[1:]):
                continue
            found = [
                entry
                for words, entries in self._entries[low].items()
                if all(_fits(w, t.text) for w, t in zip(words, part, strict=True))
                for entry in entries
            ]
            if found:
                return size, found
        return 0, []

    def exact(self, words: tuple[str, ...]) -> list[Entry]:
        """Return what a whole name may mean."""
        variants = self._entries.get(tuple(w.lower() for w in words), {})
        return [e for entries in variants.values() for e in entries]


def _joins(token: Token) -> bool:
    """Tell whether a word may carry on a name: space, a hyphen, a slash, or "'s " before it."""
    gap = token.gap
    return len(gap) <= 4 and not gap.strip(" -‐‑–/'’s\u00a0")


def _fits(word: str, text: str) -> bool:
    if word == text:
        return True
    if word.lower() in _PARTICLES or word.islower():
        return True
    if len(word) > 1 and word.isupper() and word.isalpha():
        return False
    return text[:1].isupper()


def _split(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


def _rows(name: str) -> list[dict[str, str]]:
    source = resources.files("rivalry.evidence.reading") / "tables" / name
    with source.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@cache
def states() -> dict[str, dict[str, str]]:
    """Return the rows of the table of states by key."""
    return {row["key"]: row for row in _rows("states.csv")}


@cache
def bundled_entries() -> tuple[Entry, ...]:
    """Return every name of the bundled tables."""
    found: list[Entry] = []
    for row in _rows("actors.csv"):
        for alias in _split(row["aliases"]):
            weak = alias.startswith("~")
            words = words_of(alias.lstrip("~"))
            where = tuple(_split(row["where"]))
            # three letters mean something else elsewhere; "ISKP" does not
            short = len(words) == 1 and words[0].isupper() and len(words[0]) <= 4
            own = words[0].startswith("IS") and words[0] not in ("ISS", "ISM")
            required = short and bool(where) and not weak and not own
            found.append(
                Entry(row["key"], row["name"], row["kind"], words, "actor", where, weak, required)
            )
    for row in _rows("ucdp.csv"):
        for alias in _split(row["aliases"]):
            found.append(
                Entry(row["key"], row["name"], "insurgent", words_of(alias), "actor",
                      tuple(_split(row["where"])), weak=True, required=True)
            )  # fmt: skip
    for key, row in states().items():
        for alias in (row["name"], *_split(row["aliases"])):
            found.append(Entry(key, row["name"], "foreign", words_of(alias), "state"))
        for word in _split(row["adjectives"]):
            found.append(Entry(key, row["name"], "foreign", words_of(word), "adjective"))
        for word in _split(row["people"]):
            found.append(Entry(key, row["name"], "population", words_of(word), "people"))
        for word in _split(row["capitals"]):
            found.append(Entry(key, row["name"], "foreign", words_of(word), "capital"))
    return tuple(found)


@cache
def bundled_index() -> Index:
    """Return the index of the bundled tables."""
    return Index(bundled_entries())
