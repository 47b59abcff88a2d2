"""Who asserts a clause: the author, or somebody whose words or fears are reported."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rivalry.evidence.reading._document import Span
from rivalry.evidence.reading._syntax import Actors, all_forms, grammar, small, subject, table

_END = re.compile(r"[;—]")
_SUBORDINATE = re.compile(
    r"^(?:and |but |yet )?(?:though|although|while|whilst|as|if)\b", re.IGNORECASE
)
_MAIN = re.compile(
    r"\b(?:[a-z]{2,}ed|wrote|began|went|came|took|made|gave|fought|lost|won|fell|rose|left|held|met|"
    r"sent|broke|told|said|has|have|had|was|were|is|are)\b"
)
#: What makes a verb of many senses one of speech: a clause, a quotation, an infinitive.
_CLAUSE = re.compile(
    r"\s+(?:(?:\w+ ){0,4}that\b|\"|(?:not )?to \w+"
    r"|(?:the|a) (?:possibility|prospect|idea|hope|need|view)\b"
    r"|[\w'. -]{1,40}? (?:will|would|had|was|were|has|is|are|to) )"
)
_ACCORDING = re.compile(r"\b(?:according to|in the (?:view|words|eyes) of)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """A stretch of a sentence that is somebody's statement.

    Attributes
    ----------
    scope : Span
        In the document.
    holders : tuple of str
        Keys of the actors; or the plain word (``officials``) where no actor was named.
    verb : str
        ``said``, ``fears``, ``accusing``.
    """

    scope: Span
    holders: tuple[str, ...]
    verb: str


@cache
def _speech() -> tuple[re.Pattern[str], dict[str, str]]:
    base = {form: verb for verb in table("modality")["speech"] for form in all_forms(verb)}
    listed = "|".join(sorted(map(re.escape, base), key=len, reverse=True))
    return re.compile(rf"\b({listed})\b", re.IGNORECASE), base


@cache
def _nouns() -> re.Pattern[str]:
    listed = "|".join(sorted(table("modality")["speech_nouns"], key=len, reverse=True))
    return re.compile(rf"\b({listed})\b (?:of|that|about)\b[^,;.]{{0,80}}?\bby ", re.IGNORECASE)


def holders_in(start: int, end: int, head: str, actors: Actors) -> tuple[str, ...]:
    """Return the keys of actors in a subject, or its head noun where none is named."""
    found = tuple(dict.fromkeys(m.actor for m in actors.inside(start, end)))
    if found:
        return found
    return (head,) if head and head not in grammar("pronouns") else ()


def statements(text: str, offset: int, actors: Actors) -> list[Statement]:
    """Find what in a sentence is reported speech, belief or fear.

    Parameters
    ----------
    text : str
        Of the sentence, with straight quotes.
    offset : int
        Where the sentence starts in the document.
    actors : Actors

    Returns
    -------
    list of Statement
        Outer statements first. Pronouns as speakers are resolved by the caller, if at all.
    """
    found: list[Statement] = []
    for match in _ACCORDING.finditer(text):
        end = match.end() + min(len(re.split(r"[,;.]", text[match.end() :], maxsplit=1)[0]), 80)
        part = re.split(r"\s(?:that|which|who|from|in|of|on|by|for)\s", text[match.end() : end])[0]
        head = re.search(r"(\w+)$", part.strip())
        keys = holders_in(
            match.end() + offset, end + offset, head.group(1).lower() if head else "", actors
        )
        found.append(Statement(Span(offset, offset + len(text)), keys, "according to"))
    pattern, base = _speech()
    for match in pattern.finditer(text):
        named = actors.at(match.start() + offset)
        if named is not None and named.how in ("name", "alias", "context"):
            continue  # "Islamic State": no verb inside a name
        statement = _spoken(text, offset, match, base[match.group().lower()], actors)
        if statement is not None:
            found.append(statement)
    for match in _nouns().finditer(text):
        keys = tuple(
            m.actor for m in actors.inside(match.end() + offset, match.end() + offset + 70)[:1]
        )
        if keys:
            found.append(
                Statement(Span(match.start() + offset, match.end() + offset), keys, match.group(1))
            )
    return found


def _spoken(
    text: str, offset: int, match: re.Match[str], verb: str, actors: Actors
) -> Statement | None:
    form = match.group().lower()
    before = re.search(
        r"([^\W\d_]+)(?:'s)?,?\s+$", text[max(match.start() - 30, 0) : match.start()]
    )
    word = small(before.group(1)) if before else ""
    if word in grammar("determiners") or word in ("of", "no", "s") or not before:
        return None
    after = text[match.end() : match.end() + 60]
    if form.endswith("ing"):
        # ", accusing X of": the subject of the main clause speaks
        if not (text[: match.start()].rstrip().endswith(",") or word in ("while", "and", "by")):
            return None
    elif word in ("is", "are", "was", "were", "be", "been", "to", "widely"):
        return None
    if verb in table("modality")["needs_clause"] and _CLAUSE.match(after) is None:
        return None
    trailing = re.match(r"\s*[.\"]?\s*$", after)
    end_of = len(text)
    if form.endswith("ing"):
        finite = list(_MAIN.finditer(text, max(match.start() - 300, 0), match.start()))
        position = finite[-1].start() if finite else match.start()
        who = subject(text, 0, position, actors, offset)
    else:
        who = subject(text, 0, match.start(), actors, offset)
        named = any(m.kind == "person" for m in actors.inside(who.span.start, who.span.end))
        if not (
            who.actor
            or named
            or who.head in ("statement", "report", "study", "reports", "which", "that")
        ):
            return None
    keys = holders_in(who.span.start, who.span.end, who.head, actors)
    if trailing is not None and text[: match.start()].rfind(",") > 0:
        return Statement(Span(offset, offset + match.start()), keys, form)
    clause_start = max(text.rfind(c, 0, max(who.span.start - offset, 0)) for c in ",;—") + 1
    if _SUBORDINATE.match(text[clause_start:].lstrip()):
        comma = text.find(",", match.end())
        end_of = comma if comma > 0 else end_of
    stop = _END.search(text, match.end())
    if stop is not None:
        end_of = min(end_of, stop.start())
    return Statement(Span(match.end() + offset, end_of + offset), keys, form)


def asserted_by(found: list[Statement], place: Span) -> tuple[str, ...]:
    """Return who asserts what starts in a place; empty for the author."""
    keys: list[str] = []
    for statement in found:
        if statement.scope.start <= place.start < statement.scope.end:
            keys.extend(k for k in statement.holders if k not in keys)
    return tuple(keys)
