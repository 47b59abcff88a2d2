"""Comparing names of actors as people write them."""

from __future__ import annotations

import re
import unicodedata

_ARTICLES = re.compile(r"^(?:the|an?)\s+")
_DROPPED = re.compile(r"[^\w\s]")
_SPACES = re.compile(r"\s+")


def plain_name(name: str) -> str:
    """Return a name without case, accents, article, full stops and hyphens.

    ``The U.S. Government`` and ``US government`` become the same.
    """
    text = unicodedata.normalize("NFKD", name.replace("-", " ").replace("’", "'"))
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    text = _SPACES.sub(" ", _DROPPED.sub("", text)).strip()
    return _ARTICLES.sub("", text)


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same, or one is the other with a title before it.

    ``Mullah Akhtar Mohammad Mansour`` and ``Akhtar Mohammad Mansour``: the shorter has at least
    two words and ends the longer.
    """
    a, b = plain_name(one), plain_name(other)
    if a == b:
        return bool(a)
    short, long = sorted((a.split(), b.split()), key=len)
    return len(short) >= 2 and long[-len(short) :] == short
