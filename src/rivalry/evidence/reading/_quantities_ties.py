"""Tie the quantities of a sentence: shared verbs, parts and wholes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rivalry.evidence.reading._quantities_nouns import TIME_UNITS
from rivalry.evidence.reading._quantities_outcomes import chained, opens_clause, part_of
from rivalry.evidence.reading._rows import QuantityMention


@dataclass(frozen=True)
class Draft:
    """A quantity on the way: what is needed to tie it to its neighbours."""

    mention: QuantityMention
    begin: int
    end: int
    shared: bool
    partial: bool = False


def tied(text: str, start: int, offset: int, drafts: list[Draft]) -> list[QuantityMention]:
    """Return the quantities of a sentence with what they take from their neighbours.

    Parameters
    ----------
    text : str
    start : int
        Of the sentence.
    offset : int
        How many quantities the document has before it.
    drafts : list of Draft
        In order.
    """
    found: list[QuantityMention] = []
    shared: list[bool] = []
    for i, draft in enumerate(drafts):
        mention = draft.mention
        share = draft.shared
        if i:
            before = drafts[i - 1]
            gap = text[before.end : draft.begin] if draft.begin >= before.end else ""
            whole = _whole(offset, found, i - 1, gap, draft)
            if whole is not None:
                mention = replace(mention, part_of=offset + whole)
                mention = replace(mention, outcomes=mention.outcomes or found[whole].outcomes)
                share = share or shared[whole]
            elif not mention.outcomes and shared[-1] and gap and chained(gap):
                mention = replace(mention, outcomes=found[-1].outcomes)
                share = True
        if mention.counts.lower() in ("others", "more"):
            unit = found[-1].unit if found else "people"
            mention = replace(mention, unit=unit)
        if mention.unit == "" and mention.outcomes and not mention.counts:
            mention = replace(mention, unit="people")
        found.append(mention)
        shared.append(share)
    _back(text, start, drafts, found)
    return found


def _back(text: str, start: int, drafts: list[Draft], found: list[QuantityMention]) -> None:
    """Share a passive with the subject before: "18 rebels and three civilians were killed"."""
    for i in range(len(drafts) - 2, -1, -1):
        mine, other = found[i], found[i + 1]
        gap = text[drafts[i].end : drafts[i + 1].begin]
        if (
            not mine.outcomes
            and other.outcomes
            and (mine.unit, other.unit) == ("people", "people")
            and re.fullmatch(r",?\s+and\s+|,\s+", gap)
            and opens_clause(text[max(start, drafts[i].begin - 30) : drafts[i].begin])
        ):
            found[i] = replace(mine, outcomes=other.outcomes)


def _whole(
    offset: int, found: list[QuantityMention], last: int, gap: str, draft: Draft
) -> int | None:
    """Return which quantity of the sentence includes this one."""
    mine = draft.mention
    if mine.unit not in ("people", found[last].unit) and mine.counts:
        return None
    other = found[last]
    if draft.partial or part_of(gap):
        # "15 people, seven of them children and three of them women": the same whole
        again = other.part_of is not None and draft.partial
        whole = other.part_of - offset if again and other.part_of is not None else last
    elif other.part_of is not None and chained(gap):
        whole = other.part_of - offset
    else:
        return None
    size, total = mine.value, found[whole].value
    if size is not None and total is not None and size > total:
        return None
    if found[whole].unit in TIME_UNITS | {"percent", "share"}:
        return None
    return whole
