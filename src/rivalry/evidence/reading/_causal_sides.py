"""Which words around a cue are the cause, and which the effect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rivalry.evidence.reading._asserted import Statement
from rivalry.evidence.reading._causal_cues import Cue
from rivalry.evidence.reading._causal_roles import stands_as_verb
from rivalry.evidence.reading._document import Sentence, Span
from rivalry.evidence.reading._syntax import (
    Actors,
    Subject,
    all_forms,
    auxiliary_start,
    grammar,
    subject,
    table,
)

_STOP = re.compile(r"[;:—]|,|\s-\s")

_MODAL = re.compile(
    r"\b(?:will|would|could|may|might|can|cannot|should|must|won't)\b", re.IGNORECASE
)

NEGATION = re.compile(
    r"(?:\b(?:not|never|hardly|scarcely|no longer)\b|n't)[\w\s]{0,12}$", re.IGNORECASE
)

#: "As long as the road is unsafe, neither is likely to win": what holds while something else does.
_HELD = re.compile(r"\b(?:likely|unlikely|remains?|is|are|has|have)\b", re.IGNORECASE)
_LESS = re.compile(
    r"\b(?:less|fewer|harder|difficult|impossible|unlikely|reluctant|unpopular|little|no|insufficient"
    r"|unable|weaker|untenable)\b",
    re.IGNORECASE,
)

_REPORTED = re.compile(
    r"^.{0,60}?\b(?:said|says|warned|reported|told|met|visited|arrived|noted|added|marked|described)\b"
)

FRONT = re.compile(
    r"^\W*(?:(?:but|and|yet|so|then|meanwhile|instead|only|largely|partly|mainly),? )*$",
    re.IGNORECASE,
)

_AMOUNT = re.compile(
    r"^(?:nearly|about|around|more than|at least|almost|over|up to|half|an? (?:third|quarter|fifth|"
    r"factor|tenth)|two|three|four|five|ten|\$|\d|January|February|March|April|May|June|July|August|"
    r"September|October|November|December|then|now|the (?:end|time|start|early|late|mid))",
)

#: Verbs whose object is part of the effect: "allowed the group to regroup".
_WITH_OBJECT = tuple(
    [
        "mak",
        "made",
        "leav",
        "left",
        "keep",
        "kept",
        "turn",
        "driv",
        "drove",
        "push",
        "bring",
        "brought",
        "prevent",
        "stop",
        "deter",
        "discourag",
        "dissuad",
        "bar",
        "block",
        "allow",
        "enabl",
        "caus",
        "forc",
        "compel",
        "oblig",
        "prompt",
        "encourag",
        "embolden",
        "permit",
        "help",
        "spur",
        "motivat",
        "induc",
        "tempt",
        "inspir",
        "convinc",
        "persuad",
        "plung",
    ]
)
_ADJUNCT = re.compile(
    r"\s*(?:(?:but|and|yet) )?(?:despite|in|on|after|while|although|though|by|since|during|at|"
    r"within|over|under|with|for|when|until|before)\b[^,]{1,160},",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Place:
    """A sentence as the rules see it.

    Attributes
    ----------
    sentence : Sentence
    text : str
        With straight quotes.
    actors : Actors
    before : Span or None
        The sentence before, if in the same paragraph.
    said : list of Statement
    it_is_thing : bool
        "It" and "they" stand for a thing that was named before.
    """

    sentence: Sentence
    text: str
    actors: Actors
    before: Span | None
    said: list[Statement]
    it_is_thing: bool = False

    @property
    def offset(self) -> int:
        """Where the sentence starts in the document."""
        return self.sentence.span.start

    def span(self, start: int, end: int) -> Span:
        """Return the span of a stretch of the sentence, without the space and commas around it."""
        part = self.text[start:end]
        start += len(part) - len(part.lstrip(' ,;:—"('))
        end = max(start, end - (len(part) - len(part.rstrip(' ,;:—."('))))
        return Span(start + self.offset, end + self.offset)


@dataclass(frozen=True)
class Sides:
    """Cause and effect around a cue; `sign` where the words turn that of the cue."""

    cause: Span
    effect: Span
    sign: str | None = None


def clause_start(text: str, position: int) -> int:
    """Return where the clause before `position` starts; an empty last piece is passed over."""
    low = max(position - 300, 0)
    start = low
    for match in re.finditer(r"[;—]|, (?:and|but|while|yet|which)\b", text[low:position]):
        if len(text[low + match.end() : position].strip(" ,")) > 3:
            start = low + match.end()
    adjunct = _ADJUNCT.match(text, start, position)
    if adjunct is not None and len(text[adjunct.end() : position].split()) > 1:
        return adjunct.end()
    return start


def clause_end(text: str, position: int) -> int:
    """Return where the clause after `position` ends; "and" after a comma carries it on."""
    for match in _STOP.finditer(text, position):
        if match.group() == "," and re.match(
            r"\s*(?:and|or)\s", text[match.end() : match.end() + 5]
        ):
            continue
        if match.start() - position > 8:
            return match.start()
    return len(text)


def sides_of(cue: Cue, match: re.Match[str], place: Place) -> Sides | None:
    """Return cause and effect around a cue, or None where the words only look like one.

    Parameters
    ----------
    cue : Cue
    match : re.Match
        Of its pattern, in the text of `place`.
    place : Place

    Returns
    -------
    Sides or None
    """
    text, start, end = place.text, match.start(), match.end()
    fronted = start < 60 and not cue.clause_after and bool(FRONT.match(text[:start]))
    if cue.order == "cause-first":
        return _cause_first(cue, match, place)
    if cue.order == "participle":
        low = clause_start(text, start)
        if len(text[low:start].split()) < 2:
            return None
        return Sides(place.span(low, start), place.span(end, clause_end(text, end)))
    if cue.order == "cause-last":  # "the roots of the war lie in ...": the effect is in the cue
        effect = place.span(start + match.group().index(" of ") + 4, end)
        return Sides(place.span(end, clause_end(text, end)), effect)
    if cue.order == "previous":
        return _before(match, place, fronted=fronted)
    if cue.order == "condition-more":
        comma = re.search(r",? the (?:more|less|longer|fewer|\w+er)\b", text[end:])
        if comma is None:
            return None
        return Sides(
            place.span(end, end + comma.start()), place.span(end + comma.start(), len(text))
        )
    if cue.order in ("background", "purpose-first") or (
        fronted and cue.order in ("effect-first", "condition", "purpose")
    ):
        return _fronted(cue, match, place)
    if cue.order == "effect-first":
        if cue.subject == "passive":
            return _passive(match, place)
        low = clause_start(text, start)
        high = start
        if re.search(r"\sby\s*$", match.group()) or cue.clause_after:
            high = start + match.group().rstrip().rindex(" ")
        return Sides(place.span(end, clause_end(text, end)), place.span(low, high))
    if cue.order == "condition":
        low = clause_start(text, start)
        if _MODAL.search(text[low:start]) is None or match.group().strip(" ,;").startswith(
            "without"
        ):
            return None
        return Sides(place.span(end, clause_end(text, end)), place.span(low, start))
    low = clause_start(text, start)
    return Sides(place.span(low, start), place.span(end, clause_end(text, end)))


def _before(match: re.Match[str], place: Place, *, fronted: bool) -> Sides | None:
    """Return the sides of "X, and as a result Y" and of "X, and Y as a result"."""
    text, start, end = place.text, match.start(), match.end()
    if fronted:
        return None if place.before is None else Sides(place.before, place.span(end, len(text)))
    if len(text[end:].strip(' ."')) > 3:
        low = clause_start(text, start)
        return Sides(place.span(low, start), place.span(end, clause_end(text, end)))
    joint = list(re.finditer(r"(?:,|;| and)\s", text[:start]))
    if joint and len(text[: joint[-1].start()].split()) > 2:
        return Sides(place.span(0, joint[-1].start()), place.span(joint[-1].end(), start))
    return None if place.before is None else Sides(place.before, place.span(0, start))


def _fronted(cue: Cue, match: re.Match[str], place: Place) -> Sides | None:
    text, end = place.text, match.end()
    comma = text.find(",", end)
    if comma < 0 or comma - end > 220 or len(text[comma:].split()) < 3:
        return None
    first, rest = place.span(end, comma), place.span(comma, len(text))
    if cue.order == "background":
        # "As clashes grew": the clause itself, verb included, is the cause.
        words = re.match(
            r"^(?:but |and |yet |meanwhile, )?(?:as|since|with|by)\s+", text, re.IGNORECASE
        )
        if _REPORTED.match(text[comma:]):
            return None
        if re.match(r",\s*(?:\w+ed|\w+ing)\b", text[comma:]):
            return None
        return Sides(place.span(words.end() if words else match.start(), comma), rest)
    if cue.order in ("purpose", "purpose-first"):
        word = re.match(r"\s*([\w-]+)", text[end:])
        low = word.group(1).lower() if word else ""
        if cue.order == "purpose-first" and (
            (low.endswith("s") and not low.endswith("ss")) or low in grammar("persons")
        ):
            return None
        return Sides(rest, first)
    holds = "long as" in match.group().lower() and _HELD.search(text[comma:]) is not None
    if cue.order == "condition" and _MODAL.search(text[comma:]) is None and not holds:
        return None
    return Sides(first, rest)


def _passive(match: re.Match[str], place: Place) -> Sides | None:
    text, start, end = place.text, match.start(), match.end()
    after = text[end:].lstrip()
    if _AMOUNT.match(after):
        return None
    verb = match.group().split()[0].lower()
    agent = place.actors.at(end + place.offset + (len(text[end:]) - len(after)))
    deeds = tuple(v[:-1] if v.endswith("e") else v for v in table("causal")["deeds"])
    if verb.startswith(deeds):
        first = re.match(r"(?:the |a |an )?([\w-]+)", after)
        if agent is not None or (first and first.group(1).lower() in grammar("persons")):
            return None
    who = subject(text, 0, start, place.actors, place.offset)
    effect = who.span if len(who.span) > 2 else place.span(clause_start(text, start), start)
    return Sides(place.span(end, clause_end(text, end)), effect)


def _cause_first(cue: Cue, match: re.Match[str], place: Place) -> Sides | None:
    text, start = place.text, match.start()
    first = re.match(r"[^\W\d_]+", match.group().lstrip(" ,"))
    word = first.group().lower() if first else ""
    who: Subject | None = None
    if cue.subject in ("thing", "thing-or-it") or cue.noun:
        verdict = stands_as_verb(text, start, word, place.actors, place.offset, strict=cue.noun)
        if verdict is None:
            return None
        start, who = verdict
        pronoun = place.it_is_thing and who.head in ("it", "they", "this")
        if (
            cue.subject == "thing"
            and who.actor
            and not pronoun
            and not _it_may(match, who, word, text)
        ):
            return None
        if cue.subject == "thing-or-it" and who.actor and who.head not in ("it", "they"):
            return None
    else:
        who = subject(text, 0, start, place.actors, place.offset)
    own = place.span(who.span.start - place.offset, auxiliary_start(text, start))
    cause = own if len(own) > 1 else place.span(clause_start(text, start), start)
    low = match.end()
    if word.startswith(_WITH_OBJECT) and len(match.group().split()) > 2:
        low = match.start() + len(match.group().split()[0])
    elif " for " in match.group():
        low = match.start() + match.group().index(" for ") + 5
    effect = place.span(low, clause_end(text, match.end()))
    if not len(effect):
        effect = place.span(match.start(), match.end())
    sign = cue.polarity
    if sign == "+" and _LESS.search(match.group()):
        sign = "-"
    return Sides(cause, effect, sign)


@cache
def _impersonal() -> frozenset[str]:
    return frozenset(f for v in table("causal")["impersonal"] for f in all_forms(v))


def _it_may(match: re.Match[str], who: Subject, word: str, text: str) -> bool:
    """Tell whether an "it" before a cue is a thing: by the verb, or by what it did not do."""
    if re.search(r", which (?:\w+ ){0,3}$", text[max(match.start() - 40, 0) : match.start()]):
        return word in _impersonal()  # the clause before, not the name before the comma
    if who.head != "it" or word.startswith(("allow", "permit")):
        return False
    return word in _impersonal() or NEGATION.search(text[: match.start()][-30:]) is not None
