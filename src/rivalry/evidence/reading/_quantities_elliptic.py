"""Numbers whose noun stands elsewhere: "attacks fell from 90 to 12", "a country of 11 million"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rivalry.evidence.reading._quantities_nouns import TIME_UNITS, plural, unit_of
from rivalry.evidence.reading._quantities_numbers import MONEY_WORDS
from rivalry.evidence.reading._quantities_ties import Draft
from rivalry.evidence.reading._quantities_words import OUTCOME_NOUNS

#: "Kidnappings rose from 664 in 2021 to": the subject is what is counted.
_CHANGED = re.compile(
    r"(?P<noun>(?:[A-Za-z][\w’'-]*\s+){0,2}[A-Za-z][\w’'-]{3,})\s+"
    r"(?:(?:have|has|had|then|also|once|soon|briefly|\w+ly)\s+){0,2}"
    r"(?:rose|risen|fell|fallen|grew|grown|climbed|dropped|declined|increased|decreased|jumped|soared|"
    r"shrank|shrunk|went|swelled|surged|plunged|slumped|dwindled|peaked|doubled|tripled|halved)"
    r"(?:\s+(?:sharply|again|further|back))?\s+(?:from|to|at)\b"
    r"(?:[^,;:.]|[.,](?=\d)){0,60}$"
)
_POPULATION = re.compile(
    r"\b(?P<noun>country|nation|city|town|region|province|state|territory|enclave|island|district|"
    r"capital|camp|settlement|population|people|community|diaspora|electorate)\s+of\s+"
    r"(?:(?:about|around|some|nearly|almost|over|roughly|only|barely|just|more\s+than)\s+){0,2}$"
)
_ANOTHER = re.compile(
    r"\b(?:from|to|against|the\s+latter|the\s+other|the\s+second|the\s+former|than|compared\s+(?:with|to)|versus|"
    r"(?:peak|high|low|total|maximum|record)\s+of|up\s+from|down\s+from|instead\s+of|not)\s*(?:\w+\s+){0,2}$"
)
_STOP = re.compile(r"[;:.!?—–](?!\d)")


def subject_of(text: str, start: int, at: int) -> tuple[str, str] | None:
    """Return what a bare number counts by the words before it, and its unit.

    Parameters
    ----------
    text : str
    start, at : int
        The sentence's start, and where the number (with its hedge) starts.
    """
    before = text[max(start, at - 120) : at]
    people = _POPULATION.search(before)
    if people is not None:
        return people["noun"], "people"
    changed = _CHANGED.search(before)
    if changed is None:
        return None
    noun = re.sub(r"^(?:.*\s)?(?:the|of|and|but|that|while|when|as|its|their|then)\s+", "",
                  changed["noun"], flags=re.I)  # fmt: skip
    head = noun.rsplit(None, 1)[-1]
    if not plural(head):
        return None
    pooled = head.lower() in OUTCOME_NOUNS and not head.lower().endswith(("ings", "ions"))
    unit = "people" if pooled else unit_of(head.lower())
    return noun, unit


def fill(text: str, drafts: Sequence[Draft]) -> list[Draft]:
    """Give numbers without a noun the noun of the number before, where the words say so.

    "Shrunk to 280 fighters from a peak of 2,500", "1,500 French troops and 1,100 American ones".
    """
    filled: list[Draft] = []
    for draft in drafts:
        last = filled[-1].mention if filled else None
        mention = draft.mention
        ones = mention.counts.lower().endswith(" ones") or mention.counts.lower() == "ones"
        if last is not None and last.counts and not mention.vague:
            gap = text[last.span.end : mention.span.start]
            measured = last.unit in TIME_UNITS or last.unit in ("percent", "share")
            countable = not measured and last.unit not in MONEY_WORDS.values()
            close = len(gap) < 110 and _STOP.search(gap) is None
            if ones and close and countable:
                head = last.counts.rsplit(None, 1)[-1]
                counts = re.sub(r"ones$", head, mention.counts)
                filled.append(
                    replace(draft, mention=replace(mention, counts=counts, unit=last.unit))
                )
                continue
            bare = not mention.counts and not mention.unit
            if bare and close and countable and _ANOTHER.search(gap):
                filled.append(
                    replace(draft, mention=replace(mention, counts=last.counts, unit=last.unit))
                )
                continue
        filled.append(draft)
    return filled
