"""What became of those counted, pooled where the text pools: "killed or targeted" is two."""

from __future__ import annotations

import re

from rivalry.evidence.reading._quantities_words import (
    FILLER,
    INTRANSITIVE,
    OUTCOME_NOUNS,
    OUTCOMES,
    POOL,
    VERB_FORM,
)

_LEFT = re.compile(rf"(?P<pool>{POOL})(?:\s+or\s+\w+(?:ed|ing))?\s+{FILLER}{{0,4}}$", re.I)
_NOMINAL = re.compile(
    r"\b(?P<noun>deaths?|killings?|murders?|assassinations?|executions?|massacre|abductions?|"
    r"kidnappings?|arrests?|release|detention|displacement|capture|surrender|defections?|loss|"
    rf"evacuation|deployment|rescue|wounding|injury|injuries|targeting)\s+of\s+{FILLER}{{0,4}}$",
    re.I,
)
_TOLL = re.compile(
    r"\b(?P<noun>death\s+toll|deaths?|fatalities|casualties|toll)\b(?:\s+[\w’']+){0,4}?\s+"
    rf"(?:of|to|at|was|is|reached|reaching|rose\s+to|stood\s+at|stands\s+at|:)\s+{FILLER}{{0,3}}$",
    re.I,
)
_NOUN_OUTCOMES: dict[str, tuple[str, ...]] = {
    "death": ("killed",), "killing": ("killed",), "murder": ("killed",),
    "assassination": ("killed",), "execution": ("killed",), "massacre": ("killed",),
    "abduction": ("abducted",), "kidnapping": ("abducted",), "arrest": ("arrested",),
    "release": ("released",), "detention": ("detained",), "displacement": ("displaced",),
    "capture": ("captured",), "surrender": ("surrendered",), "defection": ("defected",),
    "loss": ("lost",), "evacuation": ("evacuated",), "deployment": ("deployed",),
    "rescue": ("rescued",), "wounding": ("injured",), "injury": ("injured",),
    "injurie": ("injured",), "targeting": ("targeted",), "fatalitie": ("killed",),
    "casualtie": ("killed", "injured"), "toll": ("killed",),
}  # fmt: skip

_PLACE = (
    r"(?:\s*,\s*(?:including|among\s+them|most|mostly|mainly|many)\s[^,;:.()\n]{1,60},)?"
    r"(?:\s*,?\s+(?:in|from|of|at|near|on|across|among|with|inside|outside|around|under|aboard|"
    r"belonging\s+to|linked\s+to|loyal\s+to)\s+[^,;:.()\n]{1,80}?)??"
)
_RIGHT = re.compile(
    rf"{_PLACE}\s*,?\s*(?P<who>(?:who|that|which)\s+)?"
    r"(?P<aux>(?:(?:were|was|are|is|be|been|being|have|has|had|got|remain|remained|also|"
    r"reportedly|then|later|either|both|all|allegedly|feared|confirmed|believed|to|said|"
    r"subsequently|eventually)\s+){0,5})"
    rf"(?P<pool>{POOL})(?P<next>\s*[,.;:)]|\s+\w+|\s*$)?",
    re.I,
)
_TO_DEATH = re.compile(
    rf"{_PLACE}\s*,?\s*(?:who\s+)?(?:(?:was|were|been|had|being|is|are)\s+){{0,2}}"
    r"(?:(?:hacked|stabbed|burned|burnt|beaten|tortured|stoned|shot|starved|crushed)\s+"
    r"(?:to\s+death|dead)|gunned\s+down|blown\s+up|lost\s+their\s+lives|lost\s+his\s+life)\b",
    re.I,
)
#: "203 dead militants", "17 kidnapped girls".
_STATES = frozenset(
    {"dead", "slain", "murdered", "executed", "wounded", "injured", "kidnapped", "abducted",
     "captured", "displaced", "uprooted", "imprisoned", "jailed", "detained", "arrested",
     "missing", "deported"}
)  # fmt: skip
_UPROOTED = re.compile(
    rf"{_PLACE}\s*,?\s*(?:who\s+)?(?:(?:have|has|had|were|was|been|being|are|also|reportedly)\s+){{0,3}}"
    r"(?:(?:driven|forced|chased|expelled|pushed|bombed|burned|hounded)\s+(?:from|out\s+of)\s+"
    r"(?:their\s+)?(?:homes?|houses|villages|lands?|towns?)|(?:abandoned|lost|left)\s+their\s+homes)\b",
    re.I,
)
_SWITCHED = re.compile(
    rf"{_PLACE}\s*,?\s*(?:who\s+)?(?:(?:have|has|had|then|later|also)\s+){{0,3}}"
    r"(?:switched|changed|shifted|transferred)\s+(?:their\s+)?(?:allegiances?|sides|loyalties)\b",
    re.I,
)
_PASSIVE = re.compile(r"\b(?:were|was|are|is|be|been|being|got|remain|remained)\b", re.I)
#: What may follow a participle that says what was done to those before it.
_NO_OBJECT = re.compile(
    r"\s*[,.;:)]|\s*$|\s+(?:in|by|on|at|during|near|when|after|since|from|and|or|as|over|while|for|"
    r"to|with|before|between|across|under|inside|outside|under|last|this|yesterday|today|so|within|"
    r"that|according|throughout|amid|along|through|is|was|were|are|annually|daily|late|early)\b",
    re.I,
)
_CHAIN = re.compile(
    rf"\s*(?:,?\s*and|,|,?\s*including|,?\s*plus|,?\s*as\s+well\s+as|,?\s*or|/|,?\s*and\s+also)\s+"
    rf"{FILLER}{{0,3}}$",
    re.I,
)
_PARTS = re.compile(
    rf"(?:,|\s|\(|–|—)*\s*\b(?:including|among\s+(?:them|whom|those)|of\s+(?:them|whom|which)|"
    rf"comprising|(?:amongst)\s+them)\b,?\s*(?:were\s+)?{FILLER}{{0,3}}$",
    re.I,
)
_OPENS = re.compile(
    r"(?:^|[.;:,–—(“]|\b(?:and|but|when|while|where|that|which|after|before))\s*$", re.I
)
_LEFT_DEAD = re.compile(r"\b(?:left|leaving|leaves)\s+" + FILLER + r"{0,4}$", re.I)


def pooled(text: str) -> tuple[str, ...]:
    """Return the outcomes of a verb or of several joined by "and" or "or", in order."""
    found: dict[str, None] = {}
    for match in VERB_FORM.finditer(text):
        found[OUTCOMES[match.group().lower()]] = None
    return tuple(found)


def outcomes_of(
    text: str, start: int, end: int, sentence: tuple[int, int], counts: str
) -> tuple[tuple[str, ...], bool]:
    """Return what became of those a number counts, and whether a chain after it shares that.

    Parameters
    ----------
    text : str
    start, end : int
        From the number (after its hedges) to the end of the noun phrase.
    sentence : tuple of int
        Start and end.
    counts : str
        The noun phrase.
    """
    head = counts.lower().rsplit(" ", 1)[-1] if counts else ""
    if OUTCOME_NOUNS.get(head):
        return OUTCOME_NOUNS[head], False
    first = counts.lower().split(" ", 1)[0] if counts else ""
    if first != head and first in _STATES:
        return (OUTCOMES[first],), False
    before = text[max(sentence[0], start - 110) : start]
    right = _right(text, end, sentence[1])
    passive = right is not None and right[1]
    if right is not None and passive:
        return right[0], False
    left = _LEFT.search(before)
    if left is not None:
        return pooled(left["pool"]), True
    nominal = _NOMINAL.search(before)
    if nominal is not None:
        return _NOUN_OUTCOMES.get(nominal["noun"].lower().removesuffix("s"), ()), True
    if right is not None:
        return right[0], bool(_LEFT_DEAD.search(before))
    toll = _TOLL.search(before)
    if toll is not None:
        word = toll["noun"].lower().split()[-1].removesuffix("s")
        return _NOUN_OUTCOMES.get(word, ()), True
    return (), False


def _right(text: str, end: int, limit: int) -> tuple[tuple[str, ...], bool] | None:
    """Look after the noun phrase; also say whether a passive stands there."""
    window = text[end : min(limit, end + 200)]
    if _SWITCHED.match(window):
        return ("defected",), True
    if _UPROOTED.match(window):
        return ("displaced",), True
    if _TO_DEATH.match(window):
        return ("killed",), True
    match = _RIGHT.match(window)
    if match is None:
        return None
    if _PASSIVE.search(match["aux"]) or _PASSIVE.search(match["pool"]):
        return pooled(match["pool"]), True
    verbs = [m.group().lower() for m in VERB_FORM.finditer(match["pool"])]
    if all(v in INTRANSITIVE for v in verbs):
        return pooled(match["pool"]), True
    if verbs[-1].endswith("ing") or match["aux"].strip().lower() in ("have", "has", "had"):
        return None
    # "soldiers released in a swap", but not "fighters killed three soldiers"
    if match["who"] is None and _NO_OBJECT.match(window, match.end("pool")):
        return pooled(match["pool"]), False
    return None


def chained(gap: str) -> bool:
    """Tell whether a number goes on with the verb of the one before: "killed 3 men and 2 women"."""
    return len(gap) < 90 and (_CHAIN.fullmatch(gap) is not None or part_of(gap))


def opens_clause(before: str) -> bool:
    """Tell whether a number stands where a clause begins, after its hedges."""
    return _OPENS.search(before) is not None


def part_of(gap: str) -> bool:
    """Tell whether the words between two numbers make the second a part of the first."""
    return len(gap) < 160 and _PARTS.search(gap) is not None and "." not in gap.strip()[:-1]
