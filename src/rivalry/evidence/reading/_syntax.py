"""Words, verb forms and subjects by rule: as much grammar as the reading rules need, no parser."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from rivalry.evidence.reading._document import Document, Sentence, Span
from rivalry.evidence.reading._rows import Mention
from rivalry.foundation import parse_yaml

#: How far back from a verb its subject is looked for, in characters: keeps all work linear.
REACH = 260

_WORD = re.compile(r"[^\W_]+(?:['\-.][^\W_]+)*'?")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‑": "-"})


@cache
def table(name: str) -> Any:
    """Return the word table of that name (``tables/NAME.yaml``)."""
    item = resources.files("rivalry.evidence.reading") / "tables" / f"{name}.yaml"
    return parse_yaml(item.read_text(encoding="utf-8"), file=f"{name}.yaml").data


def plain(text: str) -> str:
    """Return text with straight quotes and hyphens; every character keeps its place."""
    return text.translate(_PLAIN)


def small(word: str) -> str:
    """Return a word in small letters, but an acronym as it is: "IS" is no form of *to be*."""
    return word if len(word) > 1 and word.isupper() else word.lower()


@dataclass(frozen=True)
class Word:
    """A word of a sentence: its place in the document and its small letters."""

    start: int
    end: int
    text: str
    low: str


def words(text: str, offset: int = 0) -> list[Word]:
    """Split text into words; `offset` is where it starts in the document."""
    return [
        Word(m.start() + offset, m.end() + offset, m.group(), small(m.group()))
        for m in _WORD.finditer(plain(text))
    ]


def _doubles(base: str) -> bool:
    return base in set(table("grammar")["doubling"])


def regular_forms(base: str) -> dict[str, str]:
    """Return the forms of a regular verb: ``base``, ``s``, ``ed``, ``en``, ``ing``."""
    if base.endswith("e"):
        past, present = base + "d", base[:-1] + "ing"
        if base.endswith(("ee", "ye", "oe")):
            present = base + "ing"
        elif base.endswith("ie"):
            present = base[:-2] + "ying"
    elif base.endswith("y") and base[-2] not in "aeiou":
        past, present = base[:-1] + "ied", base + "ing"
    elif _doubles(base):
        past, present = base + base[-1] + "ed", base + base[-1] + "ing"
    else:
        past, present = base + "ed", base + "ing"
    if base.endswith("y") and base[-2] not in "aeiou":
        third = base[:-1] + "ies"
    elif base.endswith(("s", "x", "z", "ch", "sh", "o")):
        third = base + "es"
    else:
        third = base + "s"
    return {"base": base, "s": third, "ed": past, "en": past, "ing": present}


@cache
def verb_forms(base: str) -> dict[str, str]:
    """Return the forms of a verb, irregular ones from the table."""
    forms = regular_forms(base)
    for name, value in table("grammar")["irregular"].get(base, {}).items():
        forms[name] = value
    return forms


def all_forms(base: str) -> set[str]:
    """Return every spelling of a verb, with both spellings of ``-ise`` and ``-ize``."""
    found = set(verb_forms(base).values())
    if base.endswith("ize"):
        found |= set(regular_forms(base[:-3] + "ise").values())
    if base.endswith("l"):  # fueled and fuelled
        found |= {base + "led", base + "ling", base + "ed", base + "ing"}
    return found


@cache
def grammar(name: str) -> frozenset[str]:
    """Return one of the small closed word lists of ``tables/grammar.yaml``."""
    return frozenset(table("grammar")[name])


class Actors:
    """Mentions of actors, found by place."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self.mentions = tuple(sorted(mentions, key=lambda m: (m.span.start, m.span.end)))
        self._starts = [m.span.start for m in self.mentions]

    def at(self, position: int) -> Mention | None:
        """Return the mention that covers a position."""
        index = bisect_right(self._starts, position)
        for mention in self.mentions[max(index - 3, 0) : index]:
            if mention.span.start <= position < mention.span.end:
                return mention
        return None

    def inside(self, start: int, end: int) -> list[Mention]:
        """Return the mentions that start in a stretch of text."""
        low = bisect_right(self._starts, start - 1)
        high = bisect_right(self._starts, end - 1)
        return list(self.mentions[low:high])

    def before(self, position: int) -> Mention | None:
        """Return the last mention that starts before a position."""
        index = bisect_right(self._starts, position - 1)
        return self.mentions[index - 1] if index else None


_BOUNDARY = re.compile(r"[;:—–\n]| - ")
#: "The council, set up in May, ...": what stands between the commas is no part of the subject.
_APPOSED = re.compile(
    r",\s(?:[a-z]+ed|set|led|made|built|run|held|known|backed|a|an|once|now|then|long|himself|itself|"
    r"formerly|already)\s[^,;:]{2,90},\s*$"
)
_INSERTED = re.compile(r"\([^()]{0,300}\)")
_FINITE = re.compile(
    r"\b(?:has|have|had|is|are|was|were|will|would|can|could|may|might|do|does|did|remains?|became|"
    r"lost|won|took|fell|rose|went|came|left|made|began|gave|fled|fought|[a-z]{3,}ed)\b"
)
_CONJUNCTION = re.compile(
    r"\b(?:and|but|while|whilst|which|that|who|whom|because|when|after|before|since|if|although|"
    r"though|than|where|yet|or|so|as|unless|whereas)\b",
    re.IGNORECASE,
)
_BEING = frozenset(("has", "have", "had", "was", "were", "is", "are", "will"))
_RELATIVE = re.compile(r"(?:^|\s|,)(which|that|who)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Subject:
    """The noun group that stands as subject before a verb.

    Attributes
    ----------
    span : Span
        Of the group, in the document.
    head : str
        Its head noun in small letters; empty if none was found.
    actor : bool
        Whether the head is a person, a group or a pronoun that may stand for one.
    """

    span: Span
    head: str
    actor: bool


@lru_cache(maxsize=256)
def _masked(text: str) -> str:
    """Blank out what stands in brackets: it is no part of the clause around it."""
    return _INSERTED.sub(lambda m: " " * len(m.group()), text)


def auxiliary_start(text: str, position: int) -> int:
    """Return where the verb group that reaches `position` starts: before ``has also been``."""
    while True:
        part = text[max(position - 24, 0) : position]
        match = re.search(r"([^\W\d_]+(?:'[a-z]+)?)\s+$", part)
        if match is None:
            return position
        low = small(match.group(1))
        if low == "turn" and part[: match.start()].endswith((" in ", ",in ")):
            position -= len(match.group()) + 3
            continue
        if low not in grammar("auxiliaries") and not (low.endswith("ly") and len(low) > 4):
            return position
        position -= len(match.group())


def _cut(text: str, start: int, position: int) -> tuple[int, int]:
    """Return the stretch in which the subject of the verb at `position` stands."""
    low = max(start, position - REACH)
    for match in _BOUNDARY.finditer(text, low, position):
        if text[match.end() : position].strip(' ,)"'):
            low = match.end()
    pieces = [(low, position)]
    commas = [m.start() for m in re.finditer(",", text[low:position])]
    if commas:
        edges = [low, *(low + c + 1 for c in commas), position]
        pieces = [
            (edges[i], edges[i + 1] - (1 if i + 2 < len(edges) else 0))
            for i in range(len(edges) - 1)
        ]
    last = pieces[-1]
    tail = text[last[0] : last[1]]
    if tail.strip():
        if re.match(r"\s*(?:and|or)\s+(?:[\w'-]+\s+){1,3}$", tail) and len(pieces) > 2:
            return (pieces[-3][0], last[1])  # "a, b, and c": one subject
        return last
    # An empty last piece: the verb follows the comma that closes an insertion.
    return pieces[-3] if len(pieces) >= 3 else pieces[max(len(pieces) - 2, 0)]


def subject(text: str, start: int, position: int, actors: Actors, offset: int = 0) -> Subject:
    """Find the subject of the verb at `position` of `text`, looking back no further than `start`.

    Parameters
    ----------
    text : str
        Of the document, or a part of it that starts at `offset` (straight quotes).
    start, position : int
        In `text`.
    actors : Actors
    offset : int

    Returns
    -------
    Subject
    """
    masked = _masked(text)
    if masked[position : position + 1] == text[position : position + 1]:
        text = masked
    position = auxiliary_start(text, position)
    inserted = _APPOSED.search(text, max(start, position - REACH), position)
    if (
        inserted is not None
        and _FINITE.search(text[max(start, inserted.start() - REACH) : inserted.start()]) is None
    ):
        position = inserted.start()
    low, high = _cut(text, start, position)
    part = text[low:high]
    relative = _RELATIVE.search(part)
    if relative is not None:
        word = small(relative.group(1))
        before = _WORD.findall(text[max(low - 40, start) : low + relative.start(1)])
        place = text.rfind(before[-1], start, low + relative.start(1)) if before else low
        if word == "who":
            return Subject(Span(low + offset, high + offset), "who", True)
        head = before[-1].lower() if before else word
        actor = bool(before) and _is_actor(before[-1], place, text, actors, offset)
        return Subject(Span(place + offset, high + offset), head, actor)
    cuts = [m for m in _CONJUNCTION.finditer(part) if part[m.end() :].strip(" ,")]
    for match in reversed(cuts):
        joins = match.group().lower() in ("and", "or", "as")
        if joins and match.start() > 1 and _FINITE.search(part[: match.start()]) is None:
            continue  # "the withdrawal and the collapse": one subject
        low, part = low + match.end(), part[match.end() :]
        break
    tail = re.search(r"\s(?:and|but|or|yet|then)\s*$", part)
    if tail is not None:  # "X did this and weakened that": the verb shares the subject
        part = part[: tail.start()]
        opening = re.match(r"\s*([^\W\d_]+)\s", part)
        if opening is not None and text[:low].rstrip().endswith(",") and opening[1] in _pasts():
            return Subject(Span(low + offset, high + offset), opening[1], True)
        for token in re.finditer(r"[^\W\d_]+", part):
            verb = token.group().lower()
            finite = verb.endswith("ed") or verb in _BEING or verb in _pasts()
            if finite and token.start() > 2:
                part = part[: token.start()]
                break
    return _head(text, low, part, actors, offset)


@cache
def _pasts() -> frozenset[str]:
    """Return irregular past forms: a stretch that opens with one has its subject further left."""
    return frozenset(str(f["ed"]) for f in table("grammar")["irregular"].values() if "ed" in f)


def _head(text: str, low: int, part: str, actors: Actors, offset: int) -> Subject:
    found = list(_WORD.finditer(part))
    while len(found) > 1 and small(found[0].group()) in grammar("openers"):
        found = found[1:]
    if not found:
        return Subject(Span(low + offset, low + len(part) + offset), "", False)
    span = Span(low + found[0].start() + offset, low + found[-1].end() + offset)
    lows = [small(w.group()) for w in found]
    until = _before_preposition(lows)
    while until > 1 and lows[until - 1] in grammar("auxiliaries"):
        until -= 1
    head = found[until - 1]
    adjective = lows[0] in grammar("adjectives") and len(lows) > 1
    if (
        lows[0].endswith("ing")
        and not adjective
        and lows[0] not in grammar("things")
        and until == len(found)
    ):
        return Subject(span, lows[0], False)
    actor = _is_actor(head.group(), low + head.start(), text, actors, offset)
    return Subject(span, small(head.group()), actor)


def _before_preposition(lows: list[str]) -> int:
    """Return how many words stand before the first preposition: the last of them is the head."""
    if lows[0] in grammar("prepositions"):
        return len(lows)
    for index, word in enumerate(lows):
        if index and word in grammar("prepositions"):
            if word == "of" and lows[index - 1] in grammar("counters"):
                continue  # "thousands of prisoners"
            return index
    return len(lows)


def _is_actor(word: str, place: int, text: str, actors: Actors, offset: int) -> bool:
    low = small(word).rstrip("'")
    if low in grammar("persons") or low in grammar("pronouns"):
        return True
    if low in grammar("things") or low.endswith(tuple(grammar("thing_endings"))):
        return False
    if actors.at(place + offset) is not None:
        return True
    if not word[:1].isupper() or low in grammar("determiners"):
        return False
    # the first word has its capital from its place: "Years of neglect", "Floods"
    return bool(text[:place].strip(" \"'(")) or not low.endswith("s") or low.endswith(("ss", "is"))


#: No sentence is longer, in characters; what is longer is no prose, and is read this far.
LONGEST = 4000


def sentences_with_text(document: Document) -> Iterator[tuple[Sentence, str]]:
    """Yield each sentence on the conflict with its text in straight quotes."""
    for sentence in document.conflict_sentences:
        yield sentence, plain(document.words(sentence)[:LONGEST])
