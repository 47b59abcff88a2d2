"""Names that no table has: persons by what they do, bodies by the noun that heads their name.

Reports name a person in full once and by the last name afterwards, let persons speak, march and
sign, and put places behind "in" and "near". None of these signs needs a list of names; each is
taken from the whole text, so that a name known by one sentence is known in all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rivalry.evidence.reading._agency import acts_next, befalls, listed, moves
from rivalry.evidence.reading._aliases import Token
from rivalry.evidence.reading._persons import (
    NO_FIRST,
    NO_PERSON,
    Person,
    apposed,
    is_role,
    name_end,
    name_starts,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLACE_BEFORE = _words(
    """in near outside inside across throughout into through reach reached town city village
    district province region neighborhood neighbourhood port island valley state county department
    commune suburb camp base airport bridge river entered leave left retook capital"""
)
_PLACE_NOUN = _words(
    "of town city village district province region neighborhood neighbourhood port island"
)
_AWAY = _words("the a an of to on")
_OWN = _words("his her he she")
_CALLED = _words("movement group gang alliance coalition militia faction party sect band")
_NAMING = _words("known called named dubbed styled calling")
_LED = _words("led commanded headed")
_LINKS = _words("of for the and in")
#: What is a person's: "Fazlur Rehman’s party".
_BELONGINGS = _words(
    """party men followers supporters son sons daughter widow wife brother forces fighters
    government
    rule death arrest movement predecessor successor killing return election victory gang faction
    loyalists troops soldiers administration presidency ouster removal allies rivals deputy aides"""
)
#: "Tehreek-e-Jihad Pakistan, an offshoot of": a group is said to be one.
_KINDS = _words(
    """offshoot group movement militia faction gang front party sect splinter coalition alliance
    cartel network organization organisation umbrella"""
)
_GROUP_FIRST = _words(
    """Tehreek Tehrik Jaish Jaysh Lashkar Harakat Jamaat Hizb Liwa Kataib Katibat Katiba
    Ansar Jabhat
    Jund Saraya Ahrar Harkat"""
)
#: Heads of bodies that need not be armed.
_SOFT = _words(
    """Group Union Mission Organization Organisation Network Party Congress Council
    Committee Commission
    Institute Foundation"""
)
#: Capitals that name no body.
_NO_ACRONYM = _words(
    """GDP GNP NGO NGOS TV CEO CFO IED IEDS HIV AIDS COVID GPS VIP SMS LNG LPG IDP IDPS PDF USD EUR
    UAV UAVS AK RPG RPGS SUV MANPADS ATM BBC CNN AFP AP NYT DNA FAQ ID IT PR PHD MBA WMD MP MPS AM
    PM GMT UTC EST BC AD DC II III IV VI VII VIII IX XI XII XIV XVI UK US USA UN EU"""
)


@dataclass
class Names:
    """What a whole text tells of names that no table has.

    Attributes
    ----------
    places : set of tuple of str
        Runs of capitalised words that stand behind "in", "near" and the like.
    lone : Counter of str
        Capitalised words that stand alone, not as a place.
    small : set of str
        Words that the text writes in small letters.
    capitals : Counter of str
        Words of capitals only.
    """

    places: set[tuple[str, ...]] = field(default_factory=set)
    lone: Counter[str] = field(default_factory=Counter)
    small: set[str] = field(default_factory=set)
    capitals: Counter[str] = field(default_factory=Counter)

    def learn(self, tokens: Sequence[Token], taken: Sequence[bool]) -> None:
        """Take note of a sentence."""
        at = 0
        while at < len(tokens):
            word = tokens[at].text
            if not taken[at] and word.isupper() and word.isalpha() and len(word) >= 3:
                self.capitals[word] += 1
            if word[:1].islower():
                self.small.add(word)
            if taken[at] or not name_starts(tokens, at):
                at += 1
                continue
            stop = name_end(tokens, at, taken)
            placed = at > 0 and tokens[at].gap == " " and _places(tokens, at)
            run = tuple(t.text for t in tokens[at:stop])
            if placed:
                self.places.add(run)
            elif (stop == at + 1 and (at or tokens[at].possessive)) or (
                stop == at + 1 and acts_next(tokens, stop, past=True)
            ):
                self.lone[run[0]] += 1
            at = stop


def _places(tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1].text.lower()
    if before == "the" and at > 1:
        before = tokens[at - 2].text.lower()
    if before == "of" and at > 1:
        return tokens[at - 2].text.lower() in _PLACE_NOUN
    return before in _PLACE_BEFORE


def unlisted_persons(
    tokens: Sequence[Token], taken: Sequence[bool], names: Names, *, pronoun: bool = False
) -> list[Person]:
    """Return persons whom neither a title nor the build of a name gives away.

    Parameters
    ----------
    tokens : sequence of Token
        Of one sentence.
    taken : sequence of bool
        Words that belong to another name already.
    names : Names
        Of the whole text.
    pronoun : bool
        The next sentence opens with "he" or "she": the only name here is a person's.
    """
    found: list[Person] = []
    open_names: list[Person] = []
    at = 0
    while at < len(tokens):
        if taken[at] or not name_starts(tokens, at):
            at += 1
            continue
        stop = name_end(tokens, at, taken)
        run = tuple(t.text for t in tokens[at:stop])
        if 2 <= len(run) <= 5 and _plausible(tokens, at, run, names):
            if _personal(tokens, at, stop, run, names):
                found.append(Person(at, stop, run))
            else:
                open_names.append(Person(at, stop, run))
        elif len(run) == 1 and at and tokens[at - 1].text == "alias":
            found.append(Person(at, stop, run))
        at = stop
    if pronoun and not found and len(open_names) == 1:
        return open_names
    return found


def _plausible(tokens: Sequence[Token], at: int, run: tuple[str, ...], names: Names) -> bool:
    if any(w in NO_PERSON or w in listed("bodies") or (len(w) > 2 and w.isupper()) for w in run):
        return False
    if run[0] in NO_FIRST or run in names.places or any(not w[:1].isalpha() for w in run):
        return False
    if at == 0 and run[0].lower() in names.small:
        return False
    before = tokens[at - 1].text.lower() if at else ""
    if at and tokens[at].gap == " " and before in ("the", "operation", "a", "an"):
        return False
    # "Islamic Council": a word that the text also writes small is a common one
    return run[-1].lower() not in names.small


def _personal(
    tokens: Sequence[Token], at: int, stop: int, run: tuple[str, ...], names: Names
) -> bool:
    before = tokens[at - 1].text if at and tokens[at].gap == " " else ""
    if acts_next(tokens, stop, past=True) and before.lower() not in _AWAY | _PLACE_BEFORE:
        return True
    if names.lone[run[-1]]:
        return True
    if before and befalls(before):
        return True
    behind = tokens[stop].text if stop < len(tokens) else ""
    if before == "by" or (tokens[stop - 1].possessive and behind.lower() in _BELONGINGS):
        return True
    if behind == "as" and stop + 1 < len(tokens):
        calling = tokens[stop + 1].text.lower()
        if calling in listed("callings") or is_role(calling):
            return True
    if before and moves(before) and behind in ("to", "into", "that", "of"):
        return True
    if (
        stop < len(tokens)
        and tokens[stop].gap == ", "
        and apposed(tokens, stop, listed("callings"))
    ):
        return True
    if behind in ("alias", "nicknamed"):
        return True
    own = {t.text.lower() for t in tokens[stop : stop + 7]} & _OWN
    return bool(own) and before.lower() not in _PLACE_BEFORE


def unlisted_bodies(
    tokens: Sequence[Token], taken: Sequence[bool], names: Names
) -> list[tuple[int, int, str]]:
    """Return bodies that no table has: where they stand, and their kind.

    "Karenni Nationalities Defence Force" by its last word; "SAMIM" because the text uses it again;
    "Grand Ravine, led by" by what follows.
    """
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(tokens):
        word = tokens[at].text
        if taken[at] or not word[:1].isupper():
            at += 1
            continue
        stop = _body_end(tokens, at, taken)
        if word in _GROUP_FIRST:
            stop = max(stop, _joined_end(tokens, at, taken))
        if stop > at:
            low = {t.text for t in tokens[at:stop]}
            soft = not low & (listed("bodies") - _SOFT)
            found.append((at, stop, "other" if soft else "insurgent"))
            at = stop
            continue
        if _acronym(tokens, at, names):
            found.append((at, at + 1, "other"))
            at += 1
            continue
        if name_starts(tokens, at):
            stop = name_end(tokens, at, taken)
            if _group(tokens, at, stop):
                found.append((at, stop, "insurgent"))
            at = stop
            continue
        at += 1
    return found


def _body_end(tokens: Sequence[Token], at: int, taken: Sequence[bool]) -> int:
    """Return where the name of a body that starts at a word ends; `at` if there is none."""
    first = tokens[at].text
    if first in ("The", "A", "An", "Operation", "This", "That", "Its", "Their", "His", "Some"):
        return at
    stop, head, size = at, -1, 0
    while stop < min(len(tokens), at + 9) and not taken[stop]:
        token = tokens[stop]
        if stop > at and (token.gap not in (" ", "-", "‐") or tokens[stop - 1].possessive):
            break
        if token.text[:1].isupper():
            size += 1
            if token.text in listed("bodies"):
                head = stop
        elif not (token.text in _LINKS and stop > at and _linked(tokens, stop)):
            break
        stop += 1
    while stop > at and tokens[stop - 1].text in _LINKS:
        stop -= 1
    if head < 0 or size < 2:
        return at
    # what follows the head must be joined to it: "Front for Justice", not "Front Thursday"
    tail = [t.text for t in tokens[head + 1 : stop]]
    if tail and tail[0] not in _LINKS:
        return at if head == at else head + 1
    return stop


def _linked(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a small word links two parts of a name: "Movement for the Salvation"."""
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    if behind is None or behind.gap != " " or (tokens[at].text == "and" and at < 1):
        return False
    if behind.text in _LINKS:
        after = tokens[at + 2] if at + 2 < len(tokens) else None
        return after is not None and after.text[:1].isupper()
    joined = tokens[at].text == "the" and tokens[at - 1].text in ("of", "for")
    return behind.text[:1].isupper() and (joined or tokens[at].text in ("of", "for"))


def _acronym(tokens: Sequence[Token], at: int, names: Names) -> bool:
    word = tokens[at].text
    if not (3 <= len(word) <= 8 and word.isupper() and word.isalpha()) or word in _NO_ACRONYM:
        return False
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    if behind is not None and behind.gap in ("-", "‐") and behind.text[:1].isdigit():
        return False
    return names.capitals[word] >= 2


def _joined_end(tokens: Sequence[Token], at: int, taken: Sequence[bool]) -> int:
    """Return where a name such as "Tehreek-e-Labbaik Pakistan" ends; `at` if it is one word."""
    stop = at + 1
    while stop < min(len(tokens), at + 7) and not tokens[stop - 1].possessive:
        hyphened = tokens[stop].gap in ("-", "‐")
        capital = tokens[stop].gap == " " and tokens[stop].text[:1].isupper()
        if not (hyphened or (capital and not taken[stop])):
            break
        stop += 1
    return stop if stop > at + 1 else at


def _clause(tokens: Sequence[Token], at: int) -> list[Token]:
    """Return up to seven words from a position, to the next comma."""
    stop = at + 1
    while stop < min(len(tokens), at + 7) and tokens[stop].gap in (" ", "-"):
        stop += 1
    return list(tokens[at:stop])


def _group(tokens: Sequence[Token], at: int, stop: int) -> bool:
    """Tell whether a name is a group's by the words around it."""
    words = [t.text.lower() for t in tokens[stop : stop + 3]]
    if (
        len(words) > 1 and tokens[stop].gap == ", " and words[0] in _LED and words[1] == "by"
        and stop - at >= 2
    ):  # fmt: skip
        return True
    told = bool(words) and tokens[stop].gap == ", " and words[0] in ("a", "an")
    if told and any(t.text.lower() in _KINDS for t in _clause(tokens, stop)):
        return True
    before = [t.text.lower() for t in tokens[max(0, at - 4) : at]]
    if len(before) < 2 or before[-1] not in ("as", "itself", *_NAMING):
        return False
    return bool(_NAMING & set(before)) and bool(_CALLED & set(before))
