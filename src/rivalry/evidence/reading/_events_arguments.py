"""Who is named beside an event: possessors, objects of prepositions, governed subjects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rivalry.evidence.reading._events_lexicon import EventNoun, event_nouns, event_verbs
from rivalry.evidence.reading._events_roles import Verb
from rivalry.evidence.reading._rows import EventMention, Mention
from rivalry.evidence.reading._syntax import Actors, Word

_PLACE = re.compile(
    r"\b(?:in|inside|across|near|within|throughout|around|outside|into|at|over|from)\s+(?:[\w.'-]+\s+){0,2}$",
    re.IGNORECASE,
)
_ABILITY = re.compile(
    r"(?:'s?)\s+(?:[\w-]+\s+){0,2}(?:ability|decision|attempts?|efforts?|plans?|desire|willingness|"
    r"refusal|choice|bid|campaign|failure|vow|pledge|promise|intention|inability) (?:not )?to\s+"
    r"(?:avoid\s+|stop\s+)?$"
)
_CONTROL = re.compile(
    r"\b(?:allow|enabl|caus|forc|urg|order|help|convinc|persuad|ask|tell|told|want|led|lead|prompt|"
    r"push|encourag|permit|compel|invit|instruct|train|call)\w*\s[^,;:()]{1,60}$"
)
_LINK = re.compile(r"\b(of|by|on|against|between|with|from|to|among)\s")


_BESIDE = re.compile(
    r"\b(?:alongside|beside|(?:together|in alliance|jointly|side by side|"
    r"shoulder to shoulder) with|on the side of)\s+"
    r"(?:(?:the|its|their|some|many|other|local|fellow)\s+){0,2}$",
    re.IGNORECASE,
)
_FOR = re.compile(r"\s+for\s+(?:the\s+)?", re.IGNORECASE)
_LISTED = re.compile(r"(?:'s?)?\s*(?:,|,?\s+and)\s+(?:the\s+)?", re.IGNORECASE)
#: Verbs whose "for" names the side that is taken, not a prize or a victim.
_TAKES_SIDES = frozenset(("fight", "serve"))


def companions(
    text: str, offset: int, verb: Verb, mentions: Sequence[Mention]
) -> tuple[Mention, ...]:
    """Return whom the doer acts with: "fights alongside X and Y", "fought for X".

    Parameters
    ----------
    text : str
        Of the sentence.
    offset : int
        Where the sentence starts in the document.
    verb : Verb
    mentions : sequence of Mention
        Behind the verb, in its clause, in order.
    """
    found: list[Mention] = []
    for m in mentions:
        start = m.span.start - offset
        beside = _BESIDE.search(text[verb.end : start]) is not None
        side = verb.form.base in _TAKES_SIDES and _FOR.fullmatch(text[verb.end : start])
        listed = found and _LISTED.fullmatch(text[found[-1].span.end - offset : start])
        if beside or side or listed:
            found.append(m)
    return tuple(found)


def listed_before(
    text: str, offset: int, found: Sequence[Mention], actors: Actors
) -> list[Mention]:
    """Return what a list that opens the sentence names first: "X, Y and Z"."""
    if len(found) < 2:
        return []
    added: list[Mention] = []
    last = text[found[-2].span.end - offset : found[-1].span.start - offset]
    if re.fullmatch(r",?\s+and\s+(?:the\s+)?", last) is None:
        return []
    first = found[0].span.start
    while (m := actors.before(first)) is not None and m.span.start >= offset:
        between = text[m.span.end - offset : first - offset]
        if re.fullmatch(r",\s+(?:the\s+)?", between) is None:
            break
        added.insert(0, m)
        first = m.span.start
    opens = re.fullmatch(r"(?:the\s+)?", text[: first - offset], re.IGNORECASE)
    return added if opens else []


def in_name(actors: Actors, word: Word) -> bool:
    """Tell whether a word is part of a name, as in "Rapid Support Forces"."""
    mention = actors.at(word.start)
    return (
        mention is not None
        and word.text[:1].isupper()
        and mention.how in ("name", "alias", "context")
    )


def share_argument(
    text: str, earlier: Verb, verb: Verb, before: EventMention, event: EventMention
) -> EventMention:
    """Give a verb the object or agent that it shares with the next: "arrested and shot two men"."""
    between = text[earlier.end : verb.start]
    if len(between) > 30 or not re.fullmatch(r"\s+(?:and|or)\s+(?:\w+ly\s+)?(?:then\s+)?", between):
        return before
    if earlier.passive and verb.passive and not before.doers:
        return replace(before, doers=event.doers)
    if not earlier.passive and not verb.passive and not before.done_to:
        return replace(before, done_to=event.done_to)
    return before


def not_places(text: str, offset: int, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that do not stand as a place ("in Afghanistan")."""
    return [
        m
        for m in mentions
        if m.kind in ("insurgent", "person", "population")
        or _PLACE.search(text[max(m.span.start - offset - 40, 0) : m.span.start - offset]) is None
    ]


def governed(text: str, offset: int, verb: Verb, actors: Actors) -> Mention | None:
    """Return the subject that another word lends: "allowed X to return", "X's decision to fight".

    Parameters
    ----------
    text : str
        Of the sentence.
    offset : int
        Where the sentence starts in the document.
    verb : Verb
    actors : Actors

    Returns
    -------
    Mention or None
    """
    before = actors.before(verb.start + offset)
    if before is None or before.span.start < offset:
        return None
    close = before.span.end - offset
    between = text[close : verb.start]
    if verb.near and re.fullmatch(r"[\s\w)'.-]{1,24}", between):
        return before
    if _ABILITY.fullmatch(between):
        return before
    lead = text[max(before.span.start - offset - 70, 0) : close]
    if re.fullmatch(r"(?:\s+[\w'-]+){0,2}\s+(?:not\s+)?to\s+", between) and _CONTROL.search(lead):
        return before
    return None


def nominal_roles(
    text: str, offset: int, word: Word, end: int, noun: EventNoun, actors: Actors
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who did and who suffered what a noun names: "X's killing of Y", "clashes between".

    Parameters
    ----------
    text : str
        Of the sentence.
    offset : int
        Where the sentence starts in the document.
    word : Word
        The noun.
    end : int
        Of its clause, in `text`.
    noun : EventNoun
    actors : Actors

    Returns
    -------
    (tuple of str, tuple of str)
        Keys of doers and of those it was done to.
    """
    start, end_word = word.start - offset, word.end - offset
    roles: dict[str, list[str]] = {"doer": [], "done_to": []}
    follows_of = text.startswith(" of ", end_word)
    before, possessive = _possessor(text, offset, start, word, actors)
    if before is not None:
        suffers = possessive and noun.of == "done_to" and not follows_of
        roles["done_to" if suffers else "doer"].append(before.actor)
    reached = end_word
    for match in _LINK.finditer(text, end_word, end):
        between = text[reached : match.start()].split()
        if (len(between) > 1 and reached == end_word) or len(between) > 4:
            break
        if any(
            w.lower() in ("and", "or") or w.lower() in event_nouns() or w.lower() in event_verbs()
            for w in between
        ):
            break
        near = not_places(
            text, offset, actors.inside(match.end() + offset, min(match.end() + 60, end) + offset)
        )
        if not near or len(text[match.end() : near[0].span.start - offset].split()) > 4:
            reached = match.end()
            continue
        first = near[0]
        if (
            len(near) > 1
            and near[1].kind == "person"
            and (0 <= near[1].span.start - first.span.end < 14)
        ):
            first = near[1]  # "of Al Qaeda leader X": the person
        reached = first.span.end - offset
        _give(roles, match.group(1), first, near, noun)
    doers = tuple(dict.fromkeys(roles["doer"]))
    return doers, tuple(a for a in dict.fromkeys(roles["done_to"]) if a not in doers)


def _give(
    roles: dict[str, list[str]], link: str, first: Mention, near: Sequence[Mention], noun: EventNoun
) -> None:
    if link in ("between", "among"):
        roles["doer"].extend(m.actor for m in near[:2])
    elif link == "of":
        roles[noun.of].append(first.actor)
    elif link == "by":
        roles["doer"] = [first.actor]
    elif link not in ("from", "to") or noun.verb in ("withdraw", "surrender", "defect"):
        roles["done_to"].append(first.actor)


def _possessor(
    text: str, offset: int, start: int, word: Word, actors: Actors
) -> tuple[Mention | None, bool]:
    covering = actors.at(word.start)
    if covering is not None:
        return covering, False
    lead = actors.before(word.start)
    if lead is None or lead.span.start < offset:
        return None, False
    between = text[lead.span.end - offset : start]
    match = re.fullmatch(r"('s?)?\s+((?:[\w-]+\s+){0,2})", between)
    if match is None:
        return None, False
    inner = match.group(2).lower().split()
    stops = (
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "in",
        "by",
        "for",
        "to",
        "no",
        "on",
        "with",
        "from",
    )
    if any(w in stops or (w in event_verbs() and not match.group(1)) for w in inner):
        return None, False
    return lead, match.group(1) is not None
