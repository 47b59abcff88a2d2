"""Who can act: words that tell a person or a government from a place of that name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from rivalry.evidence.reading._aliases import Token
from rivalry.evidence.reading._events_lexicon import event_verbs
from rivalry.evidence.reading._syntax import all_forms, table


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MODALS = _words(
    """will would could may might can cannot should must did does do didnt doesnt dont wont has have
    had is was are were"""
)
_BEING = _words("is was are were")
_BETWEEN = _words(
    """not never also still now then even long already soon later first again since only once ever
    both all itself themselves himself too instead nonetheless nevertheless therefore thus
    meanwhile however openly rarely seldom often always"""
)
#: After "has", "would" and so on these say nothing of who acts: "Kabul has fallen".
_PASSIVE = _words("be been fall fallen become remain remained see seen look feel")
#: Present tense that is no plural noun.
_SPOKEN = _words(
    """says wants insists believes calls hopes leads commands argues warns rules claims regards
    hosts denies fears speaks blames prefers knows seeks accuses"""
)
#: Past tense that looks like the bare verb.
_PASTS = _words("let put cut set hit quit shed split read")
#: Past tense that a place takes in another sense, seldom behind the name of one.
_PERSONAL = _words(
    "returned fled died escaped survived crossed lost emerged learned succeeded knew"
)
_ROADS = _words("road roads border borders route line way highway railway area frontier distance")
#: Participles that differ from the past tense: "Ottawa has gone further".
_GONE = _words("gone done taken given begun chosen sworn spoken written sought drawn shown borne")
_TRAVEL = _words("left leave leaving bound sail sailed set fled flew flown headed departed")


@cache
def listed(name: str) -> frozenset[str]:
    """Return a list of ``tables/agents.yaml``."""
    return frozenset(str(word) for word in table("agents")[name])


@cache
def _forms(name: str) -> frozenset[str]:
    return frozenset(form for base in listed(name) for form in all_forms(base))


@cache
def deeds() -> frozenset[str]:
    """Return finite forms of the verbs that only those who act have as subjects."""
    placid = listed("placid")
    found = set()
    for base in listed("deeds") - placid:
        found |= {f for f in all_forms(base) if not f.endswith("ing")}
    for word, form in event_verbs().items():
        if form.base not in placid and not word.endswith("ing"):
            found.add(word)
    return frozenset(found)


def moves(word: str) -> bool:
    """Tell whether a verb has one who can act as its object: "urged"."""
    return word.lower() in _forms("moved")


def befalls(word: str) -> bool:
    """Tell whether a verb has a person as its object: "extradited"."""
    return word.lower() in _forms("persons")


def acts_next(
    tokens: Sequence[Token], at: int, *, past: bool = False, plural: bool = False
) -> bool:
    """Tell whether what starts at a word is said of one who acts.

    Parameters
    ----------
    tokens : sequence of Token
        Of one sentence.
    at : int
        First word behind the name.
    past : bool
        The past tense and words with modals only: "Grand Ravine marches" may be a noun.
    plural : bool
        Several are named, so that the bare verb fits: "Paris and Berlin oppose it".
    """
    stop = min(len(tokens), at + 4)
    while at < stop and tokens[at].gap == " " and _adverb(tokens[at].text.lower()):
        at += 1
    if at >= len(tokens) or tokens[at].gap != " ":
        return False
    word = tokens[at].text
    if word in _MODALS:
        behind = at + 1
        while behind < min(len(tokens), at + 4) and _adverb(tokens[behind].text.lower()):
            behind += 1
        if behind >= len(tokens):
            return False
        next_word = tokens[behind].text
        if word in _BEING:
            return next_word.endswith("ing") and len(next_word) > 5
        if next_word in _PASSIVE:
            return False
        return word not in ("has", "have", "had") or next_word in deeds() | _GONE
    if past and word.endswith("s") and not word.endswith("ss"):
        return word in _SPOKEN
    if past and word in _PERSONAL:
        return True
    return word in deeds() and (plural or word not in _bases() or word in _PASTS)


@cache
def _bases() -> frozenset[str]:
    return frozenset({*listed("deeds"), *(f.base for f in event_verbs().values())})


def _adverb(word: str) -> bool:
    return word in _BETWEEN or (word.endswith("ly") and len(word) > 4)


def governs(tokens: Sequence[Token], start: int, stop: int) -> bool:
    """Tell whether a capital stands for its government.

    "Bamako spoke of a success", "turned to Moscow", "rivalry between Kigali and Pretoria",
    "Kigali’s hand": yes. "Fighting reached Kabul", "the road to Goma", "in Moscow": no.

    Parameters
    ----------
    tokens : sequence of Token
        Of one sentence.
    start, stop : int
        Where the name stands, in words.
    """
    if tokens[stop - 1].possessive:
        behind = [t.text.lower() for t in tokens[stop : stop + 3]]
        return any(w in listed("concerns") for w in behind)
    first, last = _coordination(tokens, start, stop)
    several = last > stop or first < start
    if acts_next(tokens, last, plural=several) and not _after_preposition(tokens, first):
        return True
    before = [t.text.lower() for t in tokens[max(0, first - 7) : first]]
    word = before[-1] if before else ""
    if word in ("neither", "both"):
        return True
    behind_comma = first > 0 and tokens[first].gap.strip() != ""
    if behind_comma or not word:
        return False
    if word == "between" and _ROADS & set(before):
        return False
    if word == "between":
        follows = tokens[last].text if last < len(tokens) else ""
        return last > stop or first < start or follows == "and"
    if word in ("by", "against"):
        return not (
            len(before) > 1 and before[-2] in ("passed", "close", "near", "advance", "drove")
        )
    if word in ("for", "with", "to", "from", "of", "on", "toward", "towards"):
        if word == "for" and not _TRAVEL & set(before):
            return last < len(tokens) or first < start
        return bool(listed("bonds") & set(before[-4:-1]))
    follows = tokens[last].text.lower() if last < len(tokens) else ""
    return moves(word) and follows in ("to", "into", "that", "of", "for", "from", "")


def _coordination(tokens: Sequence[Token], start: int, stop: int) -> tuple[int, int]:
    """Return the stretch of names that "and" joins with this one: "Washington and Paris"."""
    joints = ("and", "or", "nor")
    joined = stop + 1 < len(tokens) and tokens[stop].text in joints and tokens[stop].gap == " "
    if joined and tokens[stop + 1].text[:1].isupper():
        stop += 2
        while stop < len(tokens) and tokens[stop].text[:1].isupper() and tokens[stop].gap == " ":
            stop += 1
    if start > 1 and tokens[start - 1].text in joints and tokens[start].gap == " ":
        at = start - 2
        while at > max(0, start - 5) and tokens[at].text[:1].isupper() and tokens[at].gap == " ":
            if not tokens[at - 1].text[:1].isupper():
                break
            at -= 1
        if tokens[at].text[:1].isupper():
            start = at
    return start, stop


def _after_preposition(tokens: Sequence[Token], at: int) -> bool:
    if not at or tokens[at].gap != " ":
        return False
    return tokens[at - 1].text.lower() in {
        "in", "at", "near", "from", "to", "of", "into", "around", "outside", "across", "through",
        "on", "over", "inside", "toward", "towards", "between", "by",
    }  # fmt: skip
