"""Repair of page dumps: printed lines become paragraphs, each character with its place in the file.

A text copied from pages has lost its paragraphs: a blank line may stand after every printed line,
words are broken at line ends, a page break falls into the middle of a sentence. What is left to go
by is how full the lines are. A line was broken because the next word did not fit; a line that ends
a sentence although the next word would have fitted ends a paragraph. Whether it would have fitted
depends on the widths of the letters, so the typeface is guessed first: the one under which the
lines that are surely not the last of their paragraph look fullest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rivalry.evidence.reading._blocks import Block, block_of
from rivalry.evidence.reading._typefaces import TYPEFACES

#: What ends a sentence, with closing quotes, brackets and note numbers behind it.
SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?:\[\d{1,3}\]|\d{1,2})?$")
_SENTENCE_START = re.compile(r"[\"'“‘«(\[]*[A-Z0-9À-ÖØ-Þ]")
_PAGE_LABEL = re.compile(r"(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?|-\s*\d{1,4}\s*-", re.I)
_LIST_ITEM = re.compile(r"(?:[•‣▪–*-]|\(?\d{1,2}[.)])\s+\S")

#: Words that keep their hyphen although a line ends there: the first or the second half of
#: compounds. Used only if the text itself does not show the word elsewhere.
_FIRST_HALVES = frozenset(
    {"anti", "all", "co", "cross", "ex", "far", "half", "hard", "high", "inter", "ill", "long",
     "low", "mid", "multi", "near", "non", "off", "one", "over", "post", "pre", "pro", "self",
     "semi", "short", "so", "south", "north", "east", "west", "sub", "then", "two", "three",
     "four", "five", "under", "vice", "well"}
)  # fmt: skip
_SECOND_HALVES = frozenset(
    {"affiliated", "aligned", "backed", "based", "born", "building", "called", "centric",
     "controlled", "day", "decade", "dollar", "elect", "era", "held", "in", "keeping", "led",
     "level", "like", "linked", "long", "made", "making", "month", "off", "old", "out", "person",
     "profile", "range", "ranking", "related", "run", "scale", "sharing", "sponsored", "style",
     "supported", "term", "tech", "to", "torn", "trained", "up", "wide", "wing", "year"}
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the file, trimmed.

    Attributes
    ----------
    text : str
    at : int
        Where it starts in the file's text.
    blank_before : int
        Empty lines before it.
    indent : int
        Spaces it started with.
    new_page : bool
        A form feed stands before it.
    """

    text: str
    at: int
    blank_before: int
    indent: int
    new_page: bool = False


def lines_of(text: str) -> list[Line]:
    """Return the lines that hold something, from text with any kind of line end."""
    found: list[Line] = []
    blank, page = 0, False
    for match in re.finditer(
        r"[^\r\n\v\u0085\u2028\u2029]*(?:\r\n|[\r\n\v\u0085\u2028\u2029]|$)", text
    ):
        raw = match.group().rstrip("\r\n\v\u0085\u2028\u2029")
        page = page or "\f" in raw
        words = raw.strip()
        if not words.strip("\u200b\ufeff\u00ad"):
            blank += match.end() > match.start()
            continue
        indent = len(raw) - len(raw.lstrip())
        found.append(Line(words, match.start() + indent, blank, indent, page))
        blank, page = 0, False
    return _without_furniture(found)


def repair(text: str) -> list[Block]:
    """Return the paragraphs of a plain text, whatever its layout.

    Parameters
    ----------
    text : str
        As it stands in the file.

    Returns
    -------
    list of Block
    """
    lines = lines_of(text)
    if not lines:
        return []
    words = _vocabulary(text)
    starts = _paragraph_starts(lines)
    blocks: list[Block] = []
    for index, line in enumerate(lines):
        fresh = block_of(line.text, line.at)
        if not fresh.runs:
            continue
        if starts[index] or not blocks:
            blocks.append(fresh)
        else:
            _join(blocks[-1], fresh, words)
    return blocks


def _without_furniture(lines: list[Line]) -> list[Line]:
    """Drop page numbers and the running heads that pages repeat."""
    repeated = Counter(_shape(line.text) for line in lines if len(line.text) < 90)
    kept: list[Line] = []
    page = False
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        at_edge = line.new_page or page or following is None or following.new_page
        number = _PAGE_LABEL.fullmatch(line.text) is not None
        says_page = number and line.text[:1] in "Pp-"
        running = at_edge and len(line.text) < 90 and repeated[_shape(line.text)] >= 3
        if (number and (at_edge or says_page)) or running:
            page = page or line.new_page
            continue
        kept.append(Line(line.text, line.at, line.blank_before, line.indent, line.new_page or page))
        page = False
    return kept


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text.lower())


def ends_sentence(text: str) -> bool:
    """Tell whether a line ends with the end of a sentence."""
    return SENTENCE_END.search(text[-12:]) is not None


def starts_sentence(text: str) -> bool:
    """Tell whether a line may be the start of a sentence."""
    return _SENTENCE_START.match(text) is not None


def _continues(line: Line, following: Line) -> bool:
    """Tell whether the next line surely carries on: no sentence ends and none begins."""
    return not ends_sentence(line.text) and following.text[:1].islower()


def _paragraph_starts(lines: Sequence[Line]) -> list[bool]:
    """Decide for every line whether a paragraph starts with it."""
    pairs = list(pairwise(lines))
    if not pairs:
        return [True]
    carried = [_continues(a, b) for a, b in pairs]
    over_blank = [c for c, (_, b) in zip(carried, pairs, strict=True) if b.blank_before]
    without = [c for c, (_, b) in zip(carried, pairs, strict=True) if not b.blank_before]
    # Blank lines end paragraphs unless sentences run across many of them.
    blanks_count = bool(over_blank) and sum(over_blank) < 0.15 * len(over_blank)
    wrapped = sum(without) >= 0.15 * len(without) if without else False
    if blanks_count:
        return [True, *(_after_blank(a, b, wrapped=wrapped) for a, b in pairs)]
    if not over_blank and not wrapped:
        return [True] * len(lines)
    return _by_fullness(lines, carried)


def _after_blank(line: Line, following: Line, *, wrapped: bool) -> bool:
    """Decide in a text whose blank lines mean something."""
    if _LIST_ITEM.match(following.text) and ends_sentence(line.text):
        return True
    if following.blank_before:
        return not _continues(line, following)  # a page break inside a sentence
    return not wrapped or _labelled(following.text)


def _by_fullness(lines: Sequence[Line], carried: Sequence[bool]) -> list[bool]:
    """Decide where only the fullness of lines tells."""
    width, full = _measure(lines, carried)
    usual_gap = Counter(line.blank_before for line in lines[1:]).most_common(1)[0][0]
    usual_indent = Counter(line.indent for line in lines).most_common(1)[0][0]
    starts = [True]
    for line, following in pairwise(lines):
        if _labelled(following.text) or _labelled_alone(line.text):
            starts.append(True)
            continue
        wide_gap = following.blank_before > usual_gap and not following.new_page
        indented = following.indent >= usual_indent + 2
        room = width(line.text) + width(" ") + width(_first_piece(following.text)) <= full
        ends = ends_sentence(line.text) and starts_sentence(following.text)
        starts.append(ends and (room or wide_gap or indented))
    return _with_headings(lines, starts, width, full)


def _with_headings(
    lines: Sequence[Line], starts: list[bool], width: Callable[[str], float], full: float
) -> list[bool]:
    """Part short lines without a full stop from the paragraph that they stand before."""
    starts = list(starts)
    for index in range(len(lines) - 1):
        line, following = lines[index], lines[index + 1]
        before_ends = index == 0 or ends_sentence(lines[index - 1].text) or starts[index]
        if (
            starts[index]
            and before_ends
            and not starts[index + 1]
            and len(line.text.split()) <= 12
            and line.text[-1:] not in ".,;:-–—"
            and starts_sentence(following.text)
            and width(line.text) + width(" " + _first_piece(following.text)) <= 0.8 * full
        ):
            starts[index + 1] = True
    return starts


def _first_piece(text: str) -> str:
    """Return what would have had to fit: the first word, or its first part up to a hyphen."""
    word = text.split(maxsplit=1)[0] if text.split() else ""
    head, hyphen, _ = word.partition("-")
    return head + hyphen if head else word


def _measure(
    lines: Sequence[Line], carried: Sequence[bool]
) -> tuple[Callable[[str], float], float]:
    """Return the widths of the likeliest typeface and the width of a full line under it."""
    best: tuple[float, Callable[[str], float], float] | None = None
    sure = [index for index, flag in enumerate(carried) if flag]
    for width in TYPEFACES:
        widths = sorted(width(line.text) for line in lines)
        # the very widest line may be a heading set in its own way
        full = widths[-1] if len(widths) < 60 else widths[-1 - len(widths) // 60]
        loose = 0.0
        for index in sure:
            piece = _first_piece(lines[index + 1].text)
            loose += max(0.0, full - width(lines[index].text + " " + piece)) / full
        if best is None or loose < best[0]:
            best = (loose, width, full)
    assert best is not None
    return best[1], best[2]


_LABEL = re.compile(
    r"\[?(?:teaser|subtitle|standfirst|dek|summary|abstract|author(?: bio)?|about the authors?|"
    r"by|byline|source|sources|published|updated|date|tags|keywords|copyright|credit|"
    r"photo(?: credit)?|image(?: credit)?|correction|editor['’]s note|article body)\s*[:\]]",
    re.I,
)


def _labelled(text: str) -> bool:
    """Tell whether a line starts with a label of its own, such as ``Author Bio:``."""
    return _LABEL.match(text) is not None


def _labelled_alone(text: str) -> bool:
    return text.startswith("[") and text.rstrip(":").endswith("]") and len(text) < 40


def _vocabulary(text: str) -> Counter[str]:
    """Count the words that stand whole in the text, hyphened words included."""
    return Counter(
        word.lower() for word in re.findall(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)*(?![\w-])", text)
    )


def _join(block: Block, line: Block, words: Counter[str]) -> None:
    """Append a line to its paragraph, mending a word broken at the line end."""
    before, after = block.text_tail(40), line.text
    if before.endswith(("-", "\u2010")) and after[:1].isalpha():
        first = re.search(r"([^\W\d_](?:[\w.]*[\w.])?)[-\u2010]$", before)
        if first is not None and not _keeps_hyphen(first.group(1), after, words):
            block.drop_last()
        block.extend(line, "")
    elif before.endswith(("—", "/")):
        block.extend(line, "")
    else:
        block.extend(line)


def _keeps_hyphen(first: str, after: str, words: Counter[str]) -> bool:
    """Decide whether a hyphen at a line end belongs to the word.

    In this order: a capital behind it keeps it (``Al-Qaeda``); the spelling that the text shows
    elsewhere wins; the halves of usual compounds keep it; so do two halves that the text both
    uses as words. Anything else was broken by the printer.
    """
    match = re.match(r"[^\W\d_]+", after)
    second = match.group() if match else ""
    if not second or second[0].isupper() or "." in first or first[:1].isdigit():
        return True
    first, second = first.lower(), second.lower()
    whole, parted = words[first + second], words[f"{first}-{second}"]
    if whole or parted:
        return parted > whole
    if first in _FIRST_HALVES or second in _SECOND_HALVES:
        return True
    return min(len(first), len(second)) >= 4 and words[first] > 0 and words[second] > 0
