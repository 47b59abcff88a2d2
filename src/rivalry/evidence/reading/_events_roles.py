"""How an event verb stands: as verb or noun, active or passive, done or left undone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rivalry.evidence.reading._events_lexicon import VerbForm, event_nouns, event_verbs
from rivalry.evidence.reading._syntax import Actors, Word, auxiliary_start, grammar, small

_BE = frozenset(("is", "are", "was", "were", "be", "been", "being", "got"))
_HAVE = frozenset(("has", "have", "had", "having"))
_CLOSING = re.compile(
    r"[;:—(),]|\b(?:while|but|which|who|that|because|after|when|although|though|before|since|as|"
    r"until|if|where|whose|unless|and|or|to)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"[;:—(]|,\s|\b(?:while|but|which|who|that|because|when|although|though)\s", re.IGNORECASE
)
_UNDONE = re.compile(
    r"(?:\bnot\b|n't\b|\bnever\b|\bno longer\b|\bwithout\b|\binstead of\b|\brather than\b|"
    r"\b(?:declin|refus|fail|neglect)(?:e|es|ed|s|ing)? to\b|\bunable to\b|\bfailure to\b|"
    r"\brefusal to\b|\bavoid(?:s|ed|ing)?\b|\brefrain(?:s|ed|ing)? from\b|\bstopped short of\b|"
    r"\bprevent(?:s|ed|ing)? (?:[\w'-]+ ){1,4}from\b|\bhardly\b)\s+(?:[\w'-]+ ){0,2}$",
    re.IGNORECASE,
)


_BY = re.compile(r"\s+(?:(?:\w+ly|further|in part|in turn|again)\s+)?by\b")


@dataclass(frozen=True)
class Verb:
    """An event verb in its place.

    Attributes
    ----------
    form : VerbForm
    group, start, end : int
        Of the verb group and of the verb, in the sentence.
    passive : bool
    shares_subject : bool
        An infinitive or participle: its subject is that of the verb before.
    near : bool
        Its subject is the noun right before it ("the cell operating in ...").
    """

    form: VerbForm
    group: int
    start: int
    end: int
    passive: bool
    shares_subject: bool
    near: bool = False


def verb_at(
    text: str,
    all_words: Sequence[Word],
    index: int,
    form: VerbForm,
    actors: Actors,
    *,
    title: bool = False,
) -> Verb | None:
    """Return the word as a verb in its place, or None where it is a noun or an attribute.

    In a title, verbs may have a capital letter.
    """
    word = all_words[index]
    offset = all_words[0].start - text.find(all_words[0].text)
    start, end = word.start - offset, word.end - offset
    gap = text[all_words[index - 1].end - offset : start] if index else ""
    touching = index > 0 and not gap.strip(' "')
    before = all_words[index - 1].low if index else ""
    group = auxiliary_start(text, start)
    between = text[group:start].lower().split()
    verb_like = bool(between) or before in grammar("pronouns") or before in ("that", "which", "who")
    if (word.text[:1].isupper() and index and not title) or actors.at(word.start) is not None:
        return None  # "Rapid Support Forces": no verb inside a name
    if word.low in ("force", "forces") and not between:
        return None
    next_word = all_words[index + 1].low if index + 1 < len(all_words) else ""
    if next_word in _AFTER_NOUN and not between and form.kinds & {"s", "base"}:
        return None
    if touching and not between:
        if before in grammar("determiners") - {"that", "which", "this", "these", "both"}:
            return None
        if before.endswith(("'s", "s'")):
            return None
        if before in grammar("prepositions") and not word.low.endswith("ing"):
            return None
    if word.low.endswith("ing") and "ing" in form.kinds:
        return _present(text, form, group, start, end, before, between, gap, touching)
    if form.kinds & {"ed", "en"} and "base" not in form.kinds:
        return _past(text, form, group, start, end, before, between, touching)
    if "base" in form.kinds and form.kinds & {"ed", "en"}:  # put, hit, split
        if not (verb_like or _nominal_before(all_words, index, actors)):
            return None
        return Verb(form, group, start, end, bool(_BE & set(between)), False)
    # base and -s: verb after an auxiliary, "to", a pronoun, an actor
    to = before == "to"
    noun_too = word.low in event_nouns() or word.low in _NOUN_LOOK
    following = re.match(
        r"\s+(?:on(?! the side of)|against|of|by|in|between|from)\b", text[end : end + 20]
    )
    if to:
        return Verb(form, group, start, end, False, True)
    if verb_like:
        return Verb(form, group, start, end, False, False)
    if noun_too and (following or not _nominal_before(all_words, index, actors)):
        return None
    if not _nominal_before(all_words, index, actors) and before not in ("and", "or"):
        return None
    if before in ("and", "or") and noun_too:
        return None
    return Verb(form, group, start, end, False, before in ("and", "or"))


_AFTER_NOUN = frozenset(("has", "had", "have", "is", "are", "was", "were", "will", "would"))
_NOUN_LOOK = frozenset(
    (
        "force",
        "forces",
        "control",
        "controls",
        "rule",
        "target",
        "targets",
        "test",
        "tests",
        "help",
        "claim",
        "claims",
        "pledge",
        "pledges",
        "demand",
        "demands",
        "report",
        "reports",
        "state",
        "states",
        "rival",
        "rivals",
        "ally",
        "allies",
        "aid",
        "train",
        "trains",
        "mine",
        "mines",
        "form",
        "forms",
        "recruit",
        "recruits",
        "return",
        "returns",
        "release",
        "back",
        "hand",
        "hands",
        "ban",
        "lead",
        "command",
        "host",
        "shell",
        "shells",
        "storm",
        "increase",
        "spread",
        "gun",
        "guns",
        "fear",
        "fears",
        "promise",
        "promises",
        "threat",
        "protest",
        "protests",
        "sign",
        "signs",
        "visit",
        "note",
        "offer",
        "supply",
        "supplies",
        "fund",
        "funds",
        "challenge",
        "exploit",
        "court",
        "courts",
        "boycott",
        "purge",
        "leave",
        "advance",
        "cross",
        "blow",
        "fall",
        "launch",
        "fight",
        "fights",
        "split",
        "traffic",
        "dispute",
        "disputes",
        "sanction",
        "sanctions",
        "burn",
        "minister",
        "appeal",
        "appeals",
        "vow",
        "vows",
        "mutiny",
        "revolt",
        "rebel",
        "rebels",
        "ransom",
        "base",
        "rape",
    )
)


def _nominal_before(all_words: Sequence[Word], index: int, actors: Actors) -> bool:
    """Tell whether an actor or a noun for people stands right before a word."""
    if not index:
        return False
    word = all_words[index - 1]
    if actors.at(word.start) is not None or word.low in grammar("persons"):
        return True
    return (
        word.low.endswith("s")
        and not word.low.endswith("ss")
        and word.low not in grammar("determiners")
        and len(word.low) > 3
    )


def _present(
    text: str,
    form: VerbForm,
    group: int,
    start: int,
    end: int,
    before: str,
    between: list[str],
    gap: str,
    touching: bool,
) -> Verb | None:
    if _BE & set(between):
        return Verb(form, group, start, end, False, False)
    if re.match(r"\s+of\b", text[end : end + 4]):
        return None
    if "," in gap or before in (
        "while",
        "after",
        "before",
        "by",
        "without",
        "and",
        "from",
        "for",
        "of",
        "when",
        "avoid",
        "begin",
        "began",
        "to",
        "or",
        "instead",
    ):
        return Verb(form, start, start, end, False, True)
    if not before:
        return Verb(form, start, start, end, False, True)
    if before in grammar("determiners") or not touching:
        return None
    if form.quad in ("VK", "VC", "statement"):
        return Verb(form, start, start, end, False, True)  # "wrote to X urging": the writer urges
    return Verb(form, start, start, end, False, False, near=True)


def _past(
    text: str,
    form: VerbForm,
    group: int,
    start: int,
    end: int,
    before: str,
    between: list[str],
    touching: bool,
) -> Verb | None:
    passive = bool(_BE & set(between)) and "en" in form.kinds
    if not between and before in ("or", "and", "then"):
        # "were killed or targeted": the auxiliary serves both
        lead = text[max(start - 60, 0) : start]
        shared = re.search(
            r"\b(is|are|was|were|been|being|be)\s+(?:\w+ly\s+)?\w+(?:ed|en|t)\s+(?:or|and)\s+$",
            lead,
        )
        passive = shared is not None
        followed = re.match(r"\s+by\b", text[end : end + 4])
        return Verb(form, start, start, end, passive or bool(followed), shared is None)
    if not passive and not (_HAVE & set(between)):
        if _BY.match(text, end):
            return Verb(form, start, start, end, True, False)
        if re.search(r"\b(?:saw|sees|seen|with)\s[^,;]{3,60}$", text[max(start - 70, 0) : start]):
            return Verb(form, start, start, end, not between, False)
        if not touching and not between:
            # After a comma: an insertion ends ("X, its chief, wrote"), or a second verb begins.
            return Verb(
                form, start, start, end, False, text[max(start - 300, 0) : start].count(",") < 2
            )
    return Verb(form, group, start, end, passive, before == "to")


def clause_start(text: str, position: int) -> int:
    """Return where the clause that holds `position` starts."""
    low = max(position - 260, 0)
    start = low
    for match in _OPENING.finditer(text, low, position):
        if match.group() == "(" and ")" in text[match.end() : position]:
            continue  # what stood in brackets is over
        if len(text[match.end() : position].split()) >= 1:
            start = match.end()
    return start


def clause_end(text: str, position: int, actors: Actors, offset: int) -> int:
    """Return where the clause that holds `position` ends; a list of actors goes on over commas."""
    limit = min(len(text), position + 260)
    for match in _CLOSING.finditer(text, position, limit):
        low = match.group().lower()
        after = text[match.end() : match.end() + 60]
        if low == "," or low in ("and", "or"):
            step = re.match(r"\s*(?:and\s+|or\s+)?(?:the\s+)?", after)
            shift = match.end() + (step.end() if step else 0)
            listed = low != "," or actors.at(match.start() - 1 + offset) is not None
            if listed and actors.at(shift + offset) is not None:
                nearby = text[shift : shift + 80]
                if not re.match(
                    r"[\w.' -]{2,60}? (?:has|have|had|is|are|was|were|will|would)\b", nearby
                ):
                    continue
            if low in ("and", "or"):
                word = re.match(r"\s*([\w-]+)", after)
                form = small(word.group(1)) if word else ""
                if form not in event_verbs() and form not in _BE | _HAVE | {
                    "will",
                    "would",
                    "then",
                }:
                    continue
        if low == "(":
            close = text.find(")", match.end())
            if 0 < close < match.end() + 14 and " " not in text[match.end() : close]:
                continue
        if low == ")" and text.rfind("(", position, match.start()) >= 0:
            continue
        if low == "to":
            word = re.match(r"\s*([\w-]+)", after)
            form = word.group(1).lower() if word else ""
            if form not in event_verbs() or actors.at(match.end() + 1 + offset) is not None:
                continue
        if low == "as" and re.match(r"\s+(?:part|of|well|an?|the)\b", after):
            continue
        return match.start()
    return limit


def left_undone(text: str, start: int) -> bool:
    """Tell whether what starts at `start` is said not to have happened, or was left undone."""
    return _UNDONE.search(text[max(start - 70, 0) : start]) is not None
