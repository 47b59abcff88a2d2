"""Who wrote a report, by its own words."""

from __future__ import annotations

import re

from rivalry.evidence.reading._document import Document

_NAME = (
    r"(?:(?:Dr|Prof|Col|Gen)\.?\s+)?[A-ZÀ-Þ][\w.'’-]*"
    r"(?:\s+(?:[A-ZÀ-Þ][\w.'’-]*|de|van|von|der|al|bin|el)){1,4}"
)
_NAMES = rf"{_NAME}(?:(?:,\s+|,?\s+(?:and|&)\s+){_NAME}){{0,5}}"
_BY = re.compile(rf"(?:(?i:written\s+|story\s+|words\s+)?[Bb]y|BY)\s*:?\s+({_NAMES})")
_LABEL = re.compile(
    rf"(?i:authors?|byline|written by)\s*:\s*(?:[Bb]y\s+)?({_NAMES})\s*(?=$|[|,(·•])"
)
_BIO = re.compile(
    rf"(?:^|[.:!?]\s+)({_NAME})(?:\s*\([^)]{{0,40}}\))?,?\s+"
    r"(?:is\s+(?:an?|the|currently|also)\b|(?:works|writes|teaches|reports|covers|studies)\b)"
)


def stated_author(document: Document) -> str:
    """Return whom a report names as its author, empty if it names nobody.

    Looked at are what the file says of itself, the lines "By X" and "Author: X" beside the text,
    and the note that tells who its author is.
    """
    told = " ".join(document.meta.get("author", "").split())
    if told and "://" not in told:
        return re.sub(r"^by\s+", "", told, flags=re.I)
    notes = [document.words(p) for p in document.paragraphs if p.kind == "note"]
    for text in notes:
        for piece in re.split(r"\n|\s[|·•/–—]\s", text):
            found = _LABEL.match(piece.strip()) or _BY.match(piece.strip())
            if found is not None:
                return _without_month(found.group(1))
    for text in notes:
        found = _BIO.search(text)
        if found is not None:
            return found.group(1)
    return ""


def _without_month(names: str) -> str:
    """Drop a date that follows without a comma: "By Ann Lee May 3, 2022"."""
    return re.split(
        r"\s+(?:January|February|March|April|May|June|July|August|September|October|November|"
        r"December)\b$",
        names,
    )[0].rstrip(" ,.")
