"""Numbers that count nothing: references, times of day, ages, list marks, idioms."""

from __future__ import annotations

import re

from rivalry.evidence.reading._quantities_numbers import Amount
from rivalry.evidence.reading._times_words import (
    MONTH_NAME,
    PERSON,
    THINGS,
    word_set,
)
from rivalry.evidence.reading._times_years import BAND

_REFERENCE = re.compile(
    r"(?:\b(?:resolutions?|articles?|sections?|paragraphs?|paras?|chapters?|pages?|pp?|lines?|"
    r"flight|room|numbers?|nos?|nr|unit|highway|route|road|figures?|fig|tables?|tab|annex|case|"
    r"file|model|boeing|airbus|phase|level|tier|type|version|volume|vol|issue|part|step|option|"
    r"group|area|zone|camp|channel|protocol|appendix|note|footnote|box|column|group\s+of|"
    r"agenda\s+21|covid|kalashnikov|antonov|mirage|class|grade|stage|day|sector)\.?|[#№])\s*$",
    re.I,
)
_LABELS_SMALL = word_set(
    """
    unit group area zone camp case part issue day road class sector
    """
)
_CLOCK_AFTER = re.compile(
    r"\s*(?::\d\d|[ap]\.?m\b\.?|o['’]clock|hours?\s+(?:local|gmt|utc)|gmt\b|utc\b|"
    r"local\s+time|h\b|in\s+the\s+(?:morning|afternoon|evening)\b)|\.\d\d\s*[ap]\.?m\b",
    re.I,
)
_AGE_AFTER = re.compile(r"[-\s]years?[-\s]old\b|[-–]\s*year[-\s]old\b", re.I)
_AGE_BEFORE = re.compile(r"\b(?:aged|age|ages|age\s+of)\s+$", re.I)
_AGE_LIMIT = re.compile(r"\b(?:under|over|above|below)\s+(?:the\s+age\s+of\s+)?$", re.I)
_NO_NOUN = re.compile(r"\s*[,.;:)]|\s+(?:and|or|in|were|was|are)\b|\s*$", re.I)
#: "named 1027 after its date"; "the 400 Mawozo" is a gang, "the 400 Malians" are people.
_NAMED = re.compile(r"\b(?:named|called|dubbed|codenamed|code-named|operation)\s+[\"'“‘]?$", re.I)
_SINGULAR_NAME = re.compile(r"\s+(?P<word>[A-Z][\w’'-]*[^\W\d_s])(?=[\s,.;:])")
_PEOPLES = ("ese", "men", "women", "people", "taliban")
_MARK = re.compile(r"^[\s(\[]*$")
_TAIL = re.compile(r"\w|[-–]?°|/\d|['’]s\b|[,.]\d|:\d\d|\s?[°×]|(?<=\d)(?:st|nd|rd|th)\b")
_IDIOM = re.compile(
    r"\s+(?:of\s+the|of\s+its|of\s+their|of\s+his|of\s+our|of\s+those|of\s+these|of\s+several|"
    r"of\s+many|of\s+a|of\s+an|another|day|side|hand|thing|way|time|point|can|could|may|might|"
    r"must|would|should|has|is|was|that|who|which|and|or|more|such|where|by\s+one)\b",
    re.I,
)
_BEFORE_ONE = re.compile(
    r"\b(?:no|any|every|each|the|this|that|which|some|only|another|first|last|latest|"
    r"not|as|for|into|number|than|new|old|other)[-\s]+$",
    re.I,
)
_IDLE_NOUN = re.compile(
    r"\s+(?:main\s+|different\s+|other\s+|rival\s+|opposing\s+|warring\s+)?(?:sides|things|ways|"
    r"hands|times|fronts|options|reasons|factors|points|types|kinds|halves|parts|aspects|"
    r"elements|of\s+the\s+(?:most|main)|respects|categories|questions|scenarios|of\s+these\b)\b",
    re.I,
)
_MONTH_BEFORE = re.compile(rf"\b{MONTH_NAME}\s+$")
_LETTERS_LEFT = re.compile(r"(?:[A-Za-z]|\d[A-Za-z])[-–/]$|[A-Za-z_]$|\d[.:/]$|\bv\.?\s*$")
_NAME_RIGHT = re.compile(r"(?:st|nd|rd|th)\b", re.I)


def not_counted(text: str, match: re.Match[str], amount: Amount, start: int, end: int) -> bool:
    """Tell whether a number in a sentence counts nothing.

    Parameters
    ----------
    text : str
    match : re.Match
        Of the number.
    amount : Amount
    start, end : int
        The sentence.
    """
    before = text[max(start, match.start() - 30) : match.start()]
    after = text[amount.end : min(end, amount.end + 40)]
    if match.group().lower().startswith("between"):
        return False
    if _LETTERS_LEFT.search(before) or _NAME_RIGHT.match(after):
        return True
    if not amount.in_words and _TAIL.match(after) and not re.match(r"(?:km|kg|m|ha|%)\b|%", after):
        return True
    if not amount.currency and (reference := _REFERENCE.search(before)):
        word = reference.group().strip(" .").lower()
        capital = reference.group().lstrip()[:1].isupper()
        if (word not in _LABELS_SMALL and not word.startswith("number")) or capital:
            return True
    if _CLOCK_AFTER.match(after) or _AGE_AFTER.match(after):
        return True
    if not amount.in_words and (_NAMED.search(before) or _named_so(before, after)):
        return True
    if _AGE_BEFORE.search(before) or _MONTH_BEFORE.search(before):
        return True
    if _AGE_LIMIT.search(before) and 10 <= amount.low <= 65 and _NO_NOUN.match(after):
        return True
    if BAND.match(after):
        return True
    if _bracketed(before, after, amount) or _listed(before, after, amount, match.start() == start):
        return True
    if amount.single and amount.low == 1:
        return _one(before, after, match.group())
    if amount.in_words and amount.low < 10:
        if re.search(r"\bthe\s+$", before, re.I):
            # "the two groups" points back; it counts nothing new
            return True
        return bool(_IDLE_NOUN.match(after)) or before.rstrip().lower().endswith(
            ("between the", "of the", "one or")
        )
    return False


def _named_so(before: str, after: str) -> bool:
    """Tell whether a number with "the" in front and a name in the singular behind is a name."""
    if not re.search(r"\b[Tt]he\s+$", before):
        return False
    match = _SINGULAR_NAME.match(after)
    if match is None or match["word"].lower().endswith(_PEOPLES):
        return False
    return re.match(r"\s+[A-Za-z][\w-]*s\b", after[match.end() :]) is None


def _bracketed(before: str, after: str, amount: Amount) -> bool:
    """Tell whether it is a note mark: [12] or (3)."""
    return (
        bool(re.search(r"[\[(]\s*$", before))
        and bool(re.match(r"\s*[\])]", after))
        and (amount.low < 1000 or before.rstrip().endswith("["))
    )


def _listed(before: str, after: str, amount: Amount, opens: bool) -> bool:
    """Tell whether it numbers a paragraph or an item: "12. The Panel ..."."""
    if not (opens or _MARK.match(before)) or amount.in_words:
        return False
    return bool(re.match(r"[.)](?:\s|$)", after)) and amount.low < 1000


def _one(before: str, after: str, words: str) -> bool:
    if words.lower() not in ("one", "1"):
        return not words[0].isdigit() and words.lower() in ("a", "an")
    if _IDIOM.match(after) or _BEFORE_ONE.search(before):
        return True
    nouns = re.findall(r"[A-Za-z]+", after)[:4]
    return (
        not any(
            n.lower() in PERSON or f"{n.lower()}s" in THINGS or n.lower() in ("percent", "per")
            for n in nouns
        )
        and words.lower() == "one"
    )
