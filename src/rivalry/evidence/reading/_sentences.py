"""Where sentences end: full stops that are not part of an abbreviation, a name or a number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rivalry.evidence.reading._document import Span

#: A candidate: the mark, closing quotes or brackets and note numbers, space, and what follows.
#: The parts are bounded, so that no text makes the search slow.
_END = re.compile(
    r"(?P<mark>[.!?…]{1,6})(?P<close>[\"'”’»)\]]{0,4}(?:\[\d{1,3}\]){0,4})\s+"
    r"(?=(?P<next>[\"'“‘«(\[]{0,3}[^\s]{1,40}))"
)

#: Never the end of a sentence: a name or a number follows.
_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "gen", "lt", "col", "maj", "capt", "sgt", "cpl", "cmdr",
     "adm", "brig", "rep", "sen", "gov", "pres", "sec", "hon", "rev", "fr", "st", "mt", "ft",
     "jr", "sr", "no", "nos", "vol", "pp", "fig", "eq", "vs", "cf", "al", "approx", "ca", "e.g",
     "i.e", "viz", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
     "dec", "mon", "tue", "wed", "thu", "fri", "art", "ch", "para", "ed", "eds", "dept", "est"}
)  # fmt: skip
#: May end a sentence; they do if a usual first word follows.
_EITHER = frozenset(
    {"etc", "inc", "ltd", "co", "corp", "a.m", "p.m", "sr", "jr", "no", "al"}
)  # fmt: skip

#: Words that start sentences and that hardly ever continue a name.
_STARTERS = frozenset(
    {"a", "after", "all", "although", "an", "and", "another", "as", "at", "because", "before",
     "both", "but", "by", "despite", "during", "each", "even", "ever", "few", "first",
     "following", "for", "from", "given", "he", "her", "his", "how", "however", "if", "in",
     "indeed", "instead", "is", "it", "its", "last", "later", "many", "meanwhile", "moreover",
     "more", "most", "much", "nevertheless", "no", "nonetheless", "nor", "not", "now", "of", "on",
     "once", "one", "only", "or", "other", "our", "over", "perhaps", "rather", "several", "she",
     "similarly", "since", "so", "some", "still", "such", "than", "that", "the", "their", "then",
     "there", "these", "they", "this", "those", "though", "through", "thus", "to", "today",
     "together", "two", "under", "unlike", "until", "was", "we", "were", "what", "when", "where",
     "whether", "which", "while", "who", "why", "with", "without", "yet", "you", "your"}
)  # fmt: skip

_ACRONYM = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]$")
_WORD_BEFORE = re.compile(r"[^\s\"'“”‘’()\[\]«»—–]+$")


def split_sentences(text: str, span: Span | None = None, breaks: Iterable[int] = ()) -> list[Span]:
    """Split a stretch of text into sentences.

    Rules only: a full stop ends a sentence unless it belongs to a title, an initial, a month or an
    abbreviation; after an acronym with points ("U.S.") it does if a usual first word follows.

    Parameters
    ----------
    text : str
    span : Span, optional
        The part to split; the whole text if left out.
    breaks : iterable of int
        Positions at which a sentence starts in any case.

    Returns
    -------
    list of Span
        In order, without the space between.
    """
    area = Span(0, len(text)) if span is None else span
    cuts = sorted({b for b in breaks if area.start < b < area.end})
    for match in _END.finditer(text, area.start, area.end):
        if _ends(text, area.start, match):
            cuts.append(match.end())
    spans: list[Span] = []
    start = area.start
    for cut in [*sorted(set(cuts)), area.end]:
        first, last = start, cut
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if last > first:
            spans.append(Span(first, last))
        start = cut
    return spans


def _ends(text: str, floor: int, match: re.Match[str]) -> bool:
    """Decide on one candidate."""
    following = match["next"].lstrip("\"'“‘«([")
    opening = match["next"][: len(match["next"]) - len(following)]
    if not following or following[0].islower():
        # "iPhone"-like starts are rarer by far than quotations that run on
        return False
    if match["mark"] != ".":
        return True
    before = _WORD_BEFORE.search(text[max(floor, match.start() - 30) : match.start()])
    word = before.group() if before else ""
    if match["close"] or opening:
        return word.lower() not in _TITLES or bool(match["close"])
    low = word.lower()
    first = re.match(r"[^\W\d_]+", following)
    starter = first is not None and first.group().lower() in _STARTERS
    if _ACRONYM.match(word) or low in _EITHER:
        return starter and not (low == "no" and following[0].isdigit())
    if low in _TITLES:
        return False
    if len(word) == 1 and word.isupper():
        return starter  # an initial: "John P. Smith"
    return True
