"""Causal sentences: what leads to what, by the words that say so.

The rules follow the split usual in the field between verbs, connectives and purpose clauses (Girju
2003; Dunietz, Levin and Carbonell 2017). They lean to precision: a deed of a group is no causal
claim, and neither is *after*, *as* or *since* unless a second sign supports it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rivalry.evidence.reading._asserted import asserted_by, statements
from rivalry.evidence.reading._causal_cues import Cue, cues
from rivalry.evidence.reading._causal_sides import (
    FRONT,
    NEGATION,
    Place,
    Sides,
    clause_end,
    clause_start,
    sides_of,
)
from rivalry.evidence.reading._document import Document, Sentence, Span
from rivalry.evidence.reading._modality import modality_of
from rivalry.evidence.reading._rows import CausalMention, Mention, Modality
from rivalry.evidence.reading._syntax import Actors, sentences_with_text

_FAILING = re.compile(
    r"\b(?:difficult|hard|impossible|unlikely|unable|little|few|no|not|cannot|never|prevented|failed|"
    r"fails?|refused|fewer|less)\b|n't\b",
    re.IGNORECASE,
)

_NOT_ENOUGH = re.compile(
    r"\b(?:not|never|no means|hardly)\b.*\b(?:enough|sufficient)\b", re.IGNORECASE
)
_HARMED = re.compile(
    r"\b(?:died|dies?|killed|wounded|injured|dead|martyr(?:s|ed)?|death toll|casualties|bodies)\b",
    re.IGNORECASE,
)
_WEAPON = re.compile(
    r"\b(?:shelling|bomb(?:ing|s|ardment)?|(?:air)?strikes?|attacks?|(?:gun)?fire|explosions?"
    r"|wounds|injuries|hostilities|blast|fighting|clashes|mines?|crossfire|rockets?)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?:(?:if anything|in turn|moreover|worse|above all|at the same time|still|also), )?"
    r"(?:but |and |yet )?(?:it|they|this)\b",
    re.IGNORECASE,
)
_PRONOUN_LATER = re.compile(r"\b(?:and|but|yet|while|which means) (?:it|they)\b", re.IGNORECASE)
_CONCESSION = re.compile(r"\b(?:despite|in spite of|notwithstanding|even though)\b", re.IGNORECASE)


def find_causal(document: Document, mentions: Sequence[Mention]) -> tuple[CausalMention, ...]:
    """Find causal claims in the sentences on the conflict.

    Parameters
    ----------
    document : Document
    mentions : sequence of Mention
        Actors; they tell a deed ("the army blocked the road") from a claim ("the siege blocked
        ..."). May be empty: capital letters and words for persons then serve.

    Returns
    -------
    tuple of CausalMention
        In the order of the text; several a sentence where it holds several cues.

    Notes
    -----
    The work is linear in the length of the text: every pattern and every look back is bounded.

    References
    ----------
    Girju, R. (2003). Automatic detection of causal relations for question answering. ACL 2003
    Workshop on Multilingual Summarization and Question Answering.
    Dunietz, J., Levin, L. & Carbonell, J. (2017). The BECauSE corpus 2.0. LAW XI.
    """
    actors = Actors(mentions)
    found: list[CausalMention] = []
    before: Sentence | None = None
    thing = False
    for sentence, text in sentences_with_text(document):
        same = before is not None and before.paragraph == sentence.paragraph
        place = Place(
            sentence,
            text,
            actors,
            before.span if same and before else None,
            statements(text, sentence.span.start, actors),
        )
        here, thing = _in_sentence(place, thing=same and thing)
        found.extend(here)
        before = sentence
    return tuple(found)


def _in_sentence(place: Place, *, thing: bool) -> tuple[list[CausalMention], bool]:
    """Return the claims of a sentence, and whether a thing leads it.

    `thing` says so of the sentence before: an "it" or "they" that opens this one is then that thing
    ("The raid pushed many to flee. It also gave the mayors a reason to go").
    """
    taken = bytearray(len(place.text) + 1)
    found: list[CausalMention] = []
    opens = _PRONOUN.match(place.text) is not None
    if thing and opens:
        place = replace(place, it_is_thing=True)
    leads = _claims(place, taken, found) or (thing and opens)
    if leads and not place.it_is_thing and _PRONOUN_LATER.search(place.text):
        # "The arrests brought calm, but they drove others to flee"
        _claims(replace(place, it_is_thing=True), taken, found)
    if found:
        found.extend(_concession(place))
    return sorted(found, key=lambda m: (m.cause.start, m.effect.start, m.cue)), leads


def _claims(place: Place, taken: bytearray, found: list[CausalMention]) -> bool:
    """Add the claims that cues announce; return whether one has a thing as first subject."""
    present = set(re.findall(r"[a-z]+", place.text.lower()))
    leads = False
    for cue in cues():
        if cue.needs and cue.needs.isdisjoint(present):
            continue
        for match in cue.pattern.finditer(place.text):
            start, end = match.start(), match.end()
            if any(taken[start:end]):
                continue
            if _excluded(cue, place.text, match):
                continue
            sides = sides_of(cue, match, place)
            if sides is None or not len(sides.cause) or not len(sides.effect):
                continue
            if cue.order == "effect-first" and _casualties(sides, place):
                continue
            taken[start:end] = b"\x01" * (end - start)
            found.append(_mention(cue, match, sides, place))
            if cue.order == "cause-first" and cue.subject == "thing":
                leads |= sides.cause.start - place.offset < 40
    return leads


def _casualties(sides: Sides, place: Place) -> bool:
    """Tell a report of casualties ("died as a result of shelling"): an event, not a claim."""

    def words(span: Span) -> str:
        return place.text[span.start - place.offset : span.end - place.offset]

    return bool(_HARMED.search(words(sides.effect)) and _WEAPON.search(words(sides.cause)))


def _excluded(cue: Cue, text: str, match: re.Match[str]) -> bool:
    if cue.unless_after is not None and cue.unless_after.match(
        text[match.end() : match.end() + 80]
        if cue.unless_after.pattern.startswith("^ ")
        else text[match.end() : match.end() + 80].lstrip()
    ):
        return True
    if cue.unless_before is not None and cue.unless_before.search(
        text[max(match.start() - 40, 0) : match.start()]
    ):
        return True
    return cue.clause_after and not re.match(
        r"(?: [\w'.-]+){1,12}? (?:\w+ed|\w+t|was|were|had|has|is|are|began|took|broke|lost|won|"
        r"fell|came|went|became|rose|ran|struck|shot|fled|fought|\w+ew|\w+ook)\b",
        text[match.end() : match.end() + 90],
    )


def _label(match: re.Match[str]) -> str:
    """Return the cue in few words: ``allowed ... to`` where an object stands in between."""
    shown = match.group().strip(" ,;")
    parts = shown.split()
    return shown if len(parts) <= 4 else f"{parts[0]} ... {parts[-1]}"


def _mention(cue: Cue, match: re.Match[str], sides: Sides, place: Place) -> CausalMention:
    text = place.text
    position = match.start() + len(match.group()) - len(match.group().lstrip(" ,;"))
    where = Span(position + place.offset, match.end() + place.offset)
    sign = cue.polarity if sides.sign is None else sides.sign
    if (
        cue.order in ("effect-first", "background", "previous", "condition")
        and cue.subject == "any"
    ):
        sign = _by_effect(
            sign, match, text[sides.effect.start - place.offset :][: len(sides.effect)]
        )
    before = text[max(match.start() - 30, 0) : match.start()]
    denied = cue.order == "cause-first" and NEGATION.search(before) is not None
    if denied or before.endswith("not ") or _NOT_ENOUGH.search(match.group()):
        sign = "0"
    modality: Modality = cue.modality or modality_of(text, match.start(), match.end())
    if any(
        s.verb.startswith("fear") and s.scope.start <= where.start < s.scope.end for s in place.said
    ):
        modality = "intent"
    return CausalMention(
        span=place.sentence.span,
        cue=_label(match),
        cause=sides.cause,
        effect=sides.effect,
        polarity=sign,
        modality=modality,
        asserted_by=asserted_by(place.said, where),
    )


def _by_effect(sign: str, match: re.Match[str], effect: str) -> str:
    """Turn a sign where the effect is worded as a failing: "X did not hold because of Y"."""
    if re.search(r"\bunless\b", match.group(), re.IGNORECASE):
        sign = "-"
    if sign in ("+", "-") and _FAILING.search(effect):
        return "-" if sign == "+" else "+"
    return sign


def _concession(place: Place) -> list[CausalMention]:
    """Return "despite X, Y" beside another claim: X did not keep Y from being so."""
    match = _CONCESSION.search(place.text)
    if match is None:
        return []
    comma = place.text.find(",", match.end())
    fronted = match.start() < 60 and bool(FRONT.match(place.text[: match.start()]))
    if fronted and comma > 0:
        cause, effect = place.span(match.end(), comma), place.span(comma, len(place.text))
    else:
        cause = place.span(match.end(), clause_end(place.text, match.end()))
        effect = place.span(clause_start(place.text, match.start()), match.start())
    if not len(cause) or not len(effect):
        return []
    where = Span(match.start() + place.offset, match.end() + place.offset)
    return [
        CausalMention(
            place.sentence.span,
            match.group().lower(),
            cause,
            effect,
            "0",
            modality_of(place.text, match.start(), match.end()),
            asserted_by(place.said, where),
        )
    ]
