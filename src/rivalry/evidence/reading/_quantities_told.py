"""Of what shares, money and lengths of time are told."""

from __future__ import annotations

import re

from rivalry.evidence.reading._quantities_nouns import TIME_UNITS, Noun, run
from rivalry.evidence.reading._quantities_numbers import Amount
from rivalry.evidence.reading._quantities_words import OUTCOMES

_OF_WHAT = re.compile(
    r"\s+(?P<link>of|in|worth\s+of|for)(?=\s)(?:\s+(?:the|its|their|all|his)\b)?", re.I
)
_FOR = re.compile(r"\b(?:for|over|after|during|lasting|lasted|spanning)\s+(?:the\s+)?$", re.I)
_CLAUSE = re.compile(r"[,;:()–—]\s*|\b(?:and|but|that|which|who)\b\s*")


def share_of(text: str, position: int, limit: int) -> tuple[str, int]:
    """Return of what a share is told, and where that ends: "40 percent of the country"."""
    link = _OF_WHAT.match(text, position, limit)
    if link is None or link["link"].lower() not in ("of",):
        return "", position
    tokens, _ = run(text, link.end(), limit)
    if not tokens:
        return "", position
    return text[tokens[0].start("word") : tokens[-1].end()], tokens[-1].end()


def money(text: str, position: int, limit: int, currency: str) -> Noun:
    """Return for what money is told: "in mineral wealth"."""
    link = _OF_WHAT.match(text, position, limit)
    tokens, _ = run(text, link.end() if link else position, limit)
    words = [t["word"] for t in tokens[:4]]
    # "$3 million in Kabul" is spent there, not on it
    placed = link is not None and link["link"].lower() in ("in", "for")
    if not words or (placed and words[0][0].isupper() and words[-1][0].isupper()):
        return Noun("", currency, 1.0, position)
    if words[0].lower() in OUTCOMES:
        return Noun("", currency, 1.0, position)
    stop = tokens[len(words) - 1].end()
    return Noun(text[tokens[0].start("word") : stop], currency, 1.0, stop)


def measured(
    text: str, sentence: tuple[int, int], amount: Amount, unit: str, factor: float, stop: int
) -> Noun:
    """Say of what a length of time or a weight is told: "two decades of war"."""
    start, limit = sentence
    link = re.compile(r"\s+of\s+(?:the\s+)?").match(text, stop, limit)
    if link:
        tokens, _ = run(text, link.end() - 1, limit)
        if tokens:
            tokens = tokens[:4]
            end = tokens[-1].end()
            return Noun(text[tokens[0].start("word") : end], unit, factor, end)
    left = max(start, amount.start - 90)
    before = text[left : amount.start]
    lead = _FOR.search(before)
    if unit in TIME_UNITS and lead:
        clause = _CLAUSE.split(before[: lead.start()])
        words = clause[-1].strip().split()
        if 0 < len(words) <= 9 and (left == start or len(clause) > 1):
            return Noun(" ".join(words), unit, factor, stop)
    word = text[amount.end : stop].strip(" -")
    return Noun(word, unit, factor, stop)
