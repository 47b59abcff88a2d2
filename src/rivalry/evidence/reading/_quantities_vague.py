"""Amounts without a figure: several, dozens, many, significant."""

from __future__ import annotations

import re

from rivalry.evidence.reading._times_words import (
    PEOPLE,
    THINGS,
    word_set,
)

VAGUE = re.compile(
    r"(?<![-\w])(?:"
    r"(?P<plural>(?:(?:many|several|some)\s+)?(?:tens|hundreds|thousands|millions|billions|dozens|"
    r"scores)(?:\s+(?:of|or)\s+(?:hundreds|thousands|millions|billions|dozens))*)|"
    r"(?P<some>(?:several|a\s+few|many)\s+(?:hundred|thousand|dozen|million|billion)\b)|"
    r"(?P<counter>several|numerous|countless|scores|a\s+handful(?=\s+of)|a\s+few|multiple|"
    r"a\s+couple(?=\s+of)|(?:a|an)\s+(?:(?:large|small|growing|significant|substantial|"
    r"considerable|unknown|unspecified|high|limited|increasing|undisclosed|great)\s+)?"
    r"number(?=\s+of)|large\s+numbers(?=\s+of))|"
    r"(?P<many>many|innumerable)|"
    r"(?P<mass>significant|substantial|considerable|heavy|vast|large)"
    r")(?![-\w])",
    re.I,
)
#: What "significant" and its like may measure.
MASS = re.compile(
    r"\s+(?:(?:amounts?|numbers?|quantities|portions?|swathes?|swaths?|parts?|stretches|areas?|"
    r"stocks?|sums?)\s+of\s+(?:the\s+)?)?"
    r"(?P<noun>(?:\w+\s+){0,2}?(?:territor(?:y|ies)|ground|losses|casualties|fighters|forces|"
    r"troops|manpower|weapons|weaponry|ammunition|arms|land|money|revenues?|funds|funding|"
    r"reinforcements|defections|damage|supplies|resources)"
    r"(?:\s+and\s+(?:fighters|territory|men|weapons|equipment|casualties|material|ammunition|land|"
    r"personnel|troops|ground|members|funds|resources))?)\b",
    re.I,
)
#: Nouns of the lists that "many" is said of without counting.
LOOSE = word_set(
    """
    areas regions places locations parts sites countries cases countries analysts experts
    observers scholars states nations years hours
    """
)
#: Speech and place that many does not count, and idioms.
NOT_COUNTED = re.compile(
    r"\s+(?:of\s+the\s+same|ways?|times|reasons|parts|respects|aspects|other\s+things|things|"
    r"more|thanks|a\s+\w+)\b",
    re.I,
)


def name_of(match: re.Match[str]) -> str:
    """Return the amount in its plain form: ``thousands``, ``several``, ``a number``."""
    text = re.sub(r"\s+", " ", match.group().lower())
    if match["counter"] and "number" in text:
        return "large numbers" if text.startswith("large") else text
    if match["plural"]:
        return re.sub(r"^(?:many|several|some) ", "", text)
    return text


def countable(head: str, *, strict: bool) -> bool:
    """Tell whether a vague amount of these nouns is worth a row.

    Parameters
    ----------
    head : str
        Last word of the noun phrase.
    strict : bool
        For "many" and its like, which are said of anything: people and countable things alone.
    """
    small = head.lower()
    if not strict:
        return True
    if small in LOOSE:
        return False
    return small in PEOPLE or small in THINGS or head[:1].isupper() or small.endswith("ists")
