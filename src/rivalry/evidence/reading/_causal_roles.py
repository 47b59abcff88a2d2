"""Whether a word stands as a verb with a subject, or only looks like one."""

from __future__ import annotations

import re

from rivalry.evidence.reading._syntax import (
    Actors,
    Subject,
    auxiliary_start,
    grammar,
    small,
    subject,
)

_BE = frozenset(("is", "are", "was", "were", "be", "been", "being", "get", "got", "gets"))
#: Verbs that may stand between a subject and "to weaken": the subject is still the cause.
_RAISING = re.compile(
    r"\b(?:continu(?:e|es|ed|ing)|serv(?:e|es|ed)|help(?:s|ed)?|threaten(?:s|ed|ing)?|tend(?:s|ed)?|"
    r"began|beg[iu]n|begins|seem(?:s|ed)?|appear(?:s|ed)?|likely|expected|set|enough|going|bound|come|"
    r"came|sufficient|proved|worked|works|work) (?:only |further |also )?to\s+$",
    re.IGNORECASE,
)
_MODALS = frozenset(
    (
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "must",
        "should",
        "to",
        "not",
        "cannot",
        "did",
        "does",
        "do",
        "shall",
    )
)


def stands_as_verb(
    text: str, start: int, word: str, actors: Actors, offset: int, *, strict: bool
) -> tuple[int, Subject] | None:
    """Tell whether the word at `start` is an active verb, and find its subject.

    Parameters
    ----------
    text : str
        Of the sentence, with straight quotes.
    start : int
        Of the word.
    word : str
        In small letters.
    actors : Actors
    offset : int
        Where the sentence starts in the document.
    strict : bool
        Whether the word has the look of a noun too.

    Returns
    -------
    (int, Subject) or None
        Where the verb group starts, and the subject; None for a noun, an attribute, a passive or a
        purpose clause.
    """
    lead = text[max(start - 60, 0) : start]
    last = re.search(r"([\w']+)(,?)\s+$", lead)
    before = small(last.group(1)) if last else ""
    comma = bool(last and last.group(2))
    if word.endswith("ing"):
        if comma or before in ("thereby", "thus"):
            who = subject(text, 0, start, actors, offset)
            return start, Subject(who.span, who.head, False)
        if before not in _BE and before not in ("risk", "risks", "risked", "further", "also"):
            return None
    if before == "to":
        governor = _RAISING.search(lead)
        if governor is None:
            return None
        place = max(start - 60, 0) + governor.start()
        who = subject(text, 0, place, actors, offset)
        return place, who
    if word in ("force", "forces") and before not in _MODALS | _HEADS:
        return None
    if before in grammar("determiners") - {
        "that",
        "which",
        "this",
        "these",
        "both",
        "most",
        "many",
    }:
        return None
    if before.endswith(("'s", "s'")) and not comma:
        return None
    group = auxiliary_start(text, start)
    between = text[group:start].lower().split()
    passive = any(w in _BE for w in between) and not word.endswith("ing")
    if passive and not (between and between[-1] in _MODALS):
        return None
    who = subject(text, 0, start, actors, offset)
    if not who.head:
        return None
    if strict and not _agrees(text, word, before, between, who, offset):
        return None
    return group, who


def _agrees(
    text: str, word: str, before: str, between: list[str], who: Subject, offset: int
) -> bool:
    """Tell whether subject and verb agree in number: "abuses fuel ...", not "cheap fuel ..."."""
    if before in grammar("prepositions"):
        return False
    if word.endswith(("ed", "ing")) or any(w in _MODALS for w in between):
        return True
    group = text[max(who.span.start - offset, 0) : who.span.end - offset]
    plural = who.head.endswith("s") or " and " in group or who.head in ("people", "which", "that")
    if word.endswith("s") and not word.endswith("ss"):
        return not who.head.endswith("s") or who.head.endswith(("ss", "us", "is")) or "of" in group
    return plural or word in _PAST


#: After these, "forces" is a verb; after other words, nearly always troops.
_HEADS = frozenset(("which", "that", "this", "it", "pressure", "poverty", "hunger", "violence"))
_PAST = frozenset(
    (
        "led",
        "gave",
        "brought",
        "drove",
        "grew",
        "bred",
        "fed",
        "drew",
        "won",
        "left",
        "meant",
        "kept",
        "cost",
        "set",
        "cut",
        "put",
        "hurt",
        "made",
        "swollen",
        "dealt",
        "laid",
        "bought",
        "split",
        "sapped",
        "let",
        "gave",
        "took",
        "sowed",
        "tore",
        "lent",
        "sent",
        "wrought",
    )
)
