"""What a paragraph is: title, teaser, a note about the text, or its body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rivalry.evidence.reading._blocks import Block
from rivalry.evidence.reading._document import DocumentDate, ParagraphKind
from rivalry.evidence.reading._repair import ends_sentence

_TEASER = re.compile(r"(?:teaser|subtitle|standfirst|dek|summary|abstract)\s*:", re.I)
_LABELLED_NOTE = re.compile(
    r"(?:author(?: bio)?|about the authors?|byline|sources?|published|publisher|updated|posted|"
    r"date|tags|keywords|topics|copyright|credit|(?:photo|image|picture|map)(?: credit)?|"
    r"correction|editor['’]s note|contact|written|related|see also|read more|filed under)\s*:",
    re.I,
)
_MARKER = re.compile(r"\[?(?:article )?(?:body|text)(?: of the article)?:?\]:?", re.I)
_BOILERPLATE = re.compile(
    r"\(?(?:©|copyright\b|all rights reserved|subscribe\b|sign up\b|follow us\b|read more\b|"
    r"related (?:articles?|stories|posts|content)\b|share (?:this|on|via)\b|republish|"
    r"(?:this|the) (?:article|commentary|report|piece|story|post|op-ed|analysis|essay|brief) "
    r"(?:was|is|has been|first|originally|appeared|draws|reflects)\b|"
    r"a version of this|the views (?:expressed|here|in this)|views expressed|"
    r"(?:opinions|the opinions) expressed|"
    r"(?:reporting|writing|editing|additional reporting|compiled|edited|translated) by\b|"
    r"(?:advertisement|newsletter|most read|most popular|skip to|back to top|print this|"
    r"listen to this|leave a (?:comment|reply)|your email|cookie|privacy policy|terms of use|"
    r"\d+ (?:min(?:ute)?s? read|comments?|shares?))\b|"
    r"(?:photo|image|picture|photograph|file photo)s?(?: credit)?(?::| by\b))",
    re.I,
)
_BYLINE = re.compile(
    r"by\s+(?:the\s+)?[A-ZÀ-Þ][\w.'’-]+(?:\s+(?:[A-ZÀ-Þ][\w.'’-]*|and|de|van|von|al|bin|el|,|&)){0,12}",
    re.I,
)
_READ_TIME = re.compile(r"(?:\d+|[a-z]+)[ -]min(?:ute)?s?(?: read)?|updated.*", re.I)
_OCCUPATION = re.compile(
    r"\b(?:fellow|professor|lecturer|journalist|reporter|correspondent|columnist|analyst|"
    r"researcher|scholar|writer|editor|contributor|consultant|author|historian|economist|"
    r"scientist|director|adviser|advisor|(?:phd|doctoral) (?:student|candidate))\b",
    re.I,
)
_BIO = re.compile(
    r"(?:(?:dr|prof|professor|col|gen|ambassador)\.?\s+)?"
    r"[A-ZÀ-Þ][\w.'’-]+(?:\s+(?:[A-ZÀ-Þ][\w.'’-]*|de|van|von|al|bin|el)){0,5}"
    r"(?:\s*\([^)]{0,40}\))?,?\s+"
    r"(?:is\s+(?:an?|the|currently|also)\b|(?:works|writes|teaches|reports|covers|studies)\b)",
)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sep sept", "october oct", "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|"
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m1>{_MONTH})\.?,?\s+(?P<y1>\d{{4}})|"
    rf"(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})|"
    rf"(?P<m3>{_MONTH})\.?,?\s+(?P<y3>\d{{4}}))\b",
    re.I,
)
_DATE_FILLER = re.compile(
    r"(?:published|posted|updated|last|date|issued|released|dateline|on|at|gmt|utc|est|edt|cet|"
    r"am|pm|a\.m\.|p\.m\.|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|"
    r"thu|fri|sat|sun|[\d:.,|·•–—()-]|\s)+",
    re.I,
)


def stated_date(text: str) -> str | None:
    """Return the first calendar date written out in a text, as ISO day or month."""
    match = _DATE.search(text)
    if match is None:
        return None
    if match["iso"]:
        return match["iso"]
    for day, month, year in (("d1", "m1", "y1"), ("d2", "m2", "y2")):
        if match[month]:
            number = int(match[day])
            if not 1 <= number <= 31:
                return None
            return f"{match[year]}-{_MONTHS[match[month].lower()]:02d}-{number:02d}"
    return f"{match['y3']}-{_MONTHS[match['m3'].lower()]:02d}"


def _date_alone(text: str) -> bool:
    """Tell whether a paragraph is nothing but a date."""
    if len(text) > 90:
        return False
    match = _DATE.search(text)
    if match is None:
        return False
    before = text[: match.start()].strip(" ,–—-|")
    if re.fullmatch(r"[A-ZÀ-Þ][\w'’.-]*(?:[ ,/]+[A-ZÀ-Þ][\w'’.-]*){0,4}", before) and (
        not text[match.end() :].strip(" .—–-|") and not _DATE_FILLER.fullmatch(before + " ")
    ):
        return True  # a place and a day: "GOMA, 21 June 2023"
    rest = text[: match.start()] + " " + text[match.end() :]
    second = _DATE.search(rest)
    if second is not None:
        rest = rest[: second.start()] + " " + rest[second.end() :]
    return _DATE_FILLER.fullmatch(rest + " ") is not None


def _byline(text: str) -> bool:
    if len(text) > 160 or len(text.split()) > 20:
        return False
    head = text.split("|")[0].split("·")[0].strip()
    match = _DATE.search(head)
    if match is not None:
        head = head[: match.start()].rstrip(" ,–—-")
    if re.fullmatch(r"by (?:a|an|our|the) [a-z ]{3,50}", head, re.I):
        return True  # "By a staff writer"
    found = _BYLINE.match(head)
    return (
        found is not None
        and head[:3].lower() == "by "
        and head[3:4].isupper()
        and not ends_sentence(head)
        and (found.end() == len(head) or head[found.end()] in ",(")
    )


def _credits(text: str) -> bool:
    """Tell whether a short line joins a date, an author, a place: "May 3, 2022 | By Ann Lee"."""
    if len(text) > 160:
        return False
    pieces = [p.strip() for p in re.split(r"\s[|·•/–—]\s", text) if p.strip()]
    if len(pieces) < 2:
        return False
    certain = [_date_alone(p) or _byline(p) or _READ_TIME.fullmatch(p) is not None for p in pieces]
    rest = [p for p, sure in zip(pieces, certain, strict=True) if not sure]
    return (
        any(certain)
        and all(len(p.split()) <= 4 and p[:1].isupper() for p in rest)
        and not any(ends_sentence(p) for p in rest)
    )


def _bio(text: str) -> bool:
    """Tell whether a paragraph says who the author is."""
    words = text.split()
    if re.match(r"(?:the|our) (?:writer|author|correspondent)s? (?:is|are|was|has|works?)\b", text,
                re.I):  # fmt: skip
        return len(words) <= 110
    if len(words) > 110 or _BIO.match(text) is None:
        return False
    return _OCCUPATION.search(" ".join(words[:22])) is not None


def classify(
    blocks: Sequence[Block], kinds: Sequence[ParagraphKind | None] | None = None
) -> tuple[list[tuple[Block, ParagraphKind]], DocumentDate | None]:
    """Say what each block is, drop bare markers, join neighbouring notes.

    Parameters
    ----------
    blocks : sequence of Block
    kinds : sequence, optional
        What a reader has settled, one a block; None where the words decide.

    Returns
    -------
    list of (Block, kind)
    date : DocumentDate or None
        Stated beside the author's name or alone in a paragraph.
    """
    given = list(kinds) if kinds is not None else [None] * len(blocks)
    kept = [
        (b, k)
        for b, k in zip(blocks, given, strict=True)
        if b.runs and not (k is None and len(b.runs[0].text) < 40 and _MARKER.fullmatch(b.text))
    ]
    blocks, given = [b for b, _ in kept], [k for _, k in kept]
    texts = [b.text for b in blocks]
    found: list[ParagraphKind] = []
    for index, block in enumerate(blocks):
        settled = given[index]
        found.append(settled if settled is not None else _kind(texts, index, block))
    _place_title(blocks, texts, given, found)
    date = None
    for text, kind in zip(texts, found, strict=True):
        if kind == "note" and (
            _date_alone(text) or _byline(text) or _dated_label(text) or _credits(text)
        ):
            value = stated_date(text)
            if value is not None:
                date = DocumentDate(value, "on", "stated")
                break
    return _joined_notes(blocks, found), date


def _dated_label(text: str) -> bool:
    return (
        len(text) < 120 and re.match(r"(?:published|posted|updated|date)\b", text, re.I) is not None
    )


def _kind(texts: Sequence[str], index: int, block: Block) -> ParagraphKind:
    """Judge one block by its markup and its words."""
    text = texts[index]
    if block.hint in ("title", "heading"):
        return "title"
    if block.hint == "teaser" or _TEASER.match(text[:20]):
        return "teaser"
    if block.hint == "note":
        return "note"
    head = text[:160]
    if _LABELLED_NOTE.match(head) or _date_alone(text) or _byline(text) or _credits(text):
        return "note"
    near_edge = index < 5 or index >= len(texts) - 6
    if near_edge and _BOILERPLATE.match(head) and len(text) < 700:
        return "note"
    if near_edge and len(text) < 900 and _bio(text):
        return "note"
    return "body"


def _place_title(
    blocks: Sequence[Block],
    texts: Sequence[str],
    given: Sequence[ParagraphKind | None],
    found: list[ParagraphKind],
) -> None:
    """Find the title and the teaser among the first blocks where no markup names them."""
    if not any(b.hint == "title" for b in blocks) and "title" not in given:
        for index in range(min(4, len(blocks) - 1)):
            if given[index] is None and found[index] == "body":
                words = len(texts[index].split())
                if words <= 30 and (not ends_sentence(texts[index]) or texts[index][-1] in "?!"):
                    found[index] = "title"
                break
    titled = next((i for i, k in enumerate(found) if k == "title"), None)
    if titled is None or "teaser" in found:
        return
    following = titled + 1
    if (
        following + 2 < len(found)
        and given[following] is None
        and found[following] == "body"
        and blocks[following].hint == ""
        and found[following + 1] == "note"
        and len(texts[following].split()) <= 60
    ):
        found[following] = "teaser"


def _joined_notes(
    blocks: Sequence[Block], kinds: Sequence[ParagraphKind]
) -> list[tuple[Block, ParagraphKind]]:
    """Make one note of notes that stand together; each keeps its own sentences."""
    result: list[tuple[Block, ParagraphKind]] = []
    length = 0
    for block, kind in zip(blocks, kinds, strict=True):
        if kind == "note" and result and result[-1][1] == "note":
            previous = result[-1][0]
            previous.breaks.append(length + 1)
            previous.extend(block)
            length += 1 + len(block.text)
            continue
        copy = Block(list(block.runs), block.hint, list(block.breaks))
        result.append((copy, kind))
        length = len(copy.text)
    return result
