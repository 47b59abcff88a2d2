"""The table of event verbs and nouns, by spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rivalry.evidence.reading._syntax import regular_forms, table, verb_forms


@dataclass(frozen=True)
class VerbForm:
    """A spelling of an event verb: its base, its class and the forms it may be."""

    base: str
    quad: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class EventNoun:
    """A noun that names an event, and who stands after its "of"."""

    verb: str
    quad: str
    of: str


@cache
def event_verbs() -> Mapping[str, VerbForm]:
    """Return the event verbs by spelling; where two verbs share one, the first listed holds."""
    found: dict[str, VerbForm] = {}
    for quad, bases in table("events")["verbs"].items():
        for base in dict.fromkeys(bases):
            forms = dict(verb_forms(base))
            spelled = [forms]
            if base.endswith("ize"):
                spelled.append(regular_forms(base[:-3] + "ise"))
            for each in spelled:
                for kind, word in each.items():
                    known = found.get(word)
                    if known is None:
                        found[word] = VerbForm(base, quad, frozenset((kind,)))
                    elif known.base == base:
                        found[word] = VerbForm(base, quad, known.kinds | {kind})
    return found


@cache
def event_nouns() -> Mapping[str, EventNoun]:
    """Return the event nouns by spelling."""
    return {word: EventNoun(**row) for word, row in table("events")["nouns"].items()}


@cache
def needs_after(base: str) -> re.Pattern[str] | None:
    """Return what must follow a verb of many senses ("take", "hold") for it to count."""
    text = table("events")["needs_after"].get(base)
    return None if text is None else re.compile(r"\s*" + text)


@cache
def verbs_that(kind: str) -> frozenset[str]:
    """Return the bases listed under ``reciprocal`` or ``undergone``."""
    return frozenset(table("events")[kind])
