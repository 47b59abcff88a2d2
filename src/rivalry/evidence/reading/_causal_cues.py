"""The table of causal cues as patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from rivalry.evidence.reading._rows import Modality
from rivalry.evidence.reading._syntax import all_forms, table, verb_forms

Order = Literal[
    "cause-first",
    "cause-last",
    "effect-first",
    "previous",
    "condition",
    "condition-more",
    "purpose",
    "purpose-first",
    "background",
    "participle",
]

_VERB = re.compile(r"\{(\w+)(?::(\w+))?\}")
_GAP = r"(?:(?!\b(?:while|who|which|when|after|before|until|and then)\b)[^,;:()—]){1,70}?"


@dataclass(frozen=True)
class Cue:
    """Words that announce a causal claim.

    Attributes
    ----------
    pattern : re.Pattern
    order : str
        Where cause and effect stand, see ``tables/causal.yaml``.
    polarity : {"+", "-", "0", ""}
    subject : {"any", "thing", "thing-or-it"}
        ``thing`` refuses a person or a group as subject.
    noun : bool
        The verb has the look of a noun too (*results*, *drive*).
    modality : {"", "hedged", "intent", "implied"}
        Where the cue itself settles it.
    unless_before, unless_after : re.Pattern or None
    clause_after : bool
        A clause must follow, not a date or a bare noun.
    needs : frozenset of str
        The pattern cannot match without one of these words; saves trying it.
    """

    pattern: re.Pattern[str]
    order: str
    polarity: str
    subject: str = "any"
    noun: bool = False
    modality: Modality | Literal[""] = ""
    unless_before: re.Pattern[str] | None = None
    unless_after: re.Pattern[str] | None = None
    clause_after: bool = False
    needs: frozenset[str] = frozenset()


def _one(verb: str, form: str | None) -> str:
    if verb == "be":
        return "(?:is|are|was|were|be|been|being)"
    spellings = [verb_forms(verb)[form]] if form else sorted(all_forms(verb), key=len, reverse=True)
    return "(?:" + "|".join(spellings) + ")"


def _expand(text: str) -> str:
    text = _VERB.sub(lambda m: _one(m.group(1), m.group(2)), text)
    return text.replace("GAP", _GAP)


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return None if text is None else re.compile(_expand(text), re.IGNORECASE)


def _row(row: Mapping[str, Any]) -> Cue:
    expanded = _expand(row["cue"])
    ends = expanded.endswith((")", " "))
    lead = "" if expanded.startswith(("(?:^", "^", ",")) else r"(?<![\w-])"
    pattern = re.compile(lead + expanded + ("" if ends else r"(?!\w)"), re.IGNORECASE)
    return Cue(
        pattern=pattern,
        order=row["order"],
        polarity=row["polarity"],
        subject=row.get("subject", "any"),
        noun=bool(row.get("noun", False)),
        modality=row.get("modality", ""),
        unless_before=_pattern(row.get("unless_before")),
        unless_after=_pattern(
            "^(?:" + row["unless_after"] + ")" if "unless_after" in row else None
        ),
        clause_after=bool(row.get("clause_after", False)),
        needs=_needs(row["cue"]),
    )


def _needs(text: str) -> frozenset[str]:
    """Return the forms of the verb that a cue opens with, if it opens with one."""
    verb = _VERB.match(text)
    return frozenset(all_forms(verb.group(1))) if verb and verb.group(1) != "be" else frozenset()


def _any_form(verbs: list[str]) -> frozenset[str]:
    return frozenset(form for verb in verbs for form in all_forms(verb))


def _alternatives(verbs: list[str], form: str | None = None) -> str:
    """Return the spellings of verbs, or of one form of them, as a choice; longest first."""
    listed: set[str] = set()
    for verb in verbs:
        if form is None:
            listed |= all_forms(verb)
            continue
        listed.add(verb_forms(verb)[form])
        end = "ing" if form == "ing" else "ed"
        if verb_forms(verb)[form].endswith(end):  # the other spellings, "fuelled" beside "fueled"
            listed |= {f for f in all_forms(verb) if f.endswith(end)}
    return "|".join(sorted(listed, key=len, reverse=True))


def _insensitive(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


@cache
def cues() -> tuple[Cue, ...]:
    """Return the cues, the more specific ones first: of two that overlap the first counts."""
    content = table("causal")
    return tuple(
        [
            *(_row(row) for row in content["cues"]),
            *_participles(content),
            _causative(content),
            *_transitives(content),
        ]
    )


def _participles(content: Mapping[str, Any]) -> list[Cue]:
    stops = _insensitive(f"^(?:{content['participle_stops']})")
    adverbs = content["participle_adverbs"]
    return [
        Cue(
            _insensitive(
                rf"(?:, |, (?:and |but )?)(?:{adverbs})*(?:{_alternatives(verbs, 'ing')})(?= \w)"
            ),
            "participle",
            sign,
            unless_after=stops,
            needs=_any_form(verbs),
        )
        for sign, verbs in content["participles"].items()
    ]


def _causative(content: Mapping[str, Any]) -> Cue:
    # Not "forced the group to the hills": an infinitive has no article.
    no_noun = r"(?!the\b|a\b|an\b|its\b|his\b|their\b|(?-i:[A-Z]))"
    verbs = _alternatives(content["causative"])
    pattern = rf"(?<![\w-])(?:{verbs})\b {_GAP} to (?={no_noun}\w+)"
    needs = _any_form(content["causative"])
    return Cue(_insensitive(pattern), "cause-first", "+", subject="thing", noun=True, needs=needs)


def _transitives(content: Mapping[str, Any]) -> list[Cue]:
    found: list[Cue] = []
    adverbs = content["by_adverbs"]
    no_object = _insensitive("^ " + content["no_object"])
    for sign, verbs in content["transitive"].items():
        passive = _alternatives(verbs, "en")
        found.append(
            Cue(
                _insensitive(rf"(?<![\w-])(?:{passive}) (?:{adverbs})*by (?!\d|then\b|\w+ing the)"),
                "effect-first",
                sign,
                subject="passive",
                needs=_any_form(verbs),
            )
        )
        found.append(
            Cue(
                _insensitive(rf"(?<![\w-])(?:{_alternatives(verbs)})\b(?= \w)"),
                "cause-first",
                sign,
                subject="thing",
                noun=True,
                unless_after=no_object,
                needs=_any_form(verbs),
            )
        )
    pattern = rf"(?<![\w-])(?:{content['by_only']}) (?:{adverbs})*by (?!\d)"
    found.append(Cue(_insensitive(pattern), "effect-first", "+", subject="passive"))
    return found
