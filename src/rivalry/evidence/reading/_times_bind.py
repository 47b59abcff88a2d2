"""Bind parts to expressions: ranges, pairs, since and until."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from rivalry.evidence.reading._times_shapes import Atom, Expression, Relation

_PART = (
    r"(?:(?:the\s+)?(?:very\s+)?(?:end|beginning|start|close|middle|turn|outset|second\s+half|"
    r"first\s+half)\s+of\s+|(?:the\s+)?(?:early|late|mid)[-\s])?(?:the\s+)?"
)
_LEAD = re.compile(
    r"(?:(?P<relation>\b(?:(?:ever|dating|dated)\s+since|since|until|till|up\s+to|up\s+until|"
    r"through|by|before|prior\s+to|ahead\s+of|after|from|between|starting\s+(?:in|from|on)|"
    r"beginning\s+(?:in|from|on)|(?:no|not)\s+later\s+than|as\s+of|(?<![\w-])(?:pre|post)-))\s*"
    r"(?:(?:about|around|roughly|approximately|at\s+least|circa|c\.)\s+)?)?"
    r"(?P<part>(?P<the>\bthe\s+)?(?:\b(?:very\s+)?(?:end|beginning|start|close|middle|turn|outset)"
    r"\s+of\s+|\b(?:early|late|mid)(?:\s+in\s+|[-\s]))?(?:the\s+)?"
    r"(?:\b(?:year|month|summer|spring|autumn|winter|night|morning|evening|afternoon)\s+of\s+)?)$",
    re.I,
)
_CONNECT = re.compile(
    r"\s*(?:(?P<to>to|until|till|through|thru|up\s+to|and\s+into|-|–|—)|"
    r"(?P<and>,?\s*and|or|&|,))\s*(?:in\s+|on\s+)?"
    rf"(?P<part>{_PART})$",
    re.I,
)
#: "since the coup of 1 February 2021", "since the fall of Kabul in 2021".
_SINCE_NOUN = re.compile(
    r"\bsince\s+(?:the|its|his|her|their|that|a|an|[A-Z][\w’']+)\s+(?:[\w’'-]+\s+){1,4}?(?:of|in|on)\s+$"
)
#: A truce "from November 2022" that nothing ends.
_CLOSES = re.compile(r"[,.;)]|$")
_ONWARD = re.compile(r"\s*(?:onwards?|on(?=\s*[,.;)])|forward)\b", re.I)

_RELATIONS: dict[str, Relation] = {
    "since": "since", "ever since": "since", "after": "since", "until": "until", "till": "until",
    "up to": "until", "up until": "until", "through": "until", "by": "until", "before": "until",
    "prior to": "until", "no later than": "until", "not later than": "until", "pre-": "until",
    "post-": "since", "starting in": "since", "starting from": "since", "starting on": "since",
    "beginning in": "since", "beginning from": "since", "beginning on": "since",
}  # fmt: skip

#: Kinds that stand for a date and may be bound with another.
_DATED = ("date", "decade", "century", "span", "season", "unit", "weekday", "day")
#: Kinds that take since, until and the like.
_OPEN = (*_DATED, "shift")


def expressions(text: str, start: int, atoms: list[Atom]) -> list[Expression]:
    """Bind the atoms of a sentence that starts at `start` to expressions, in order."""
    found: list[Expression] = []
    i = 0
    reach = start
    while i < len(atoms):
        atom = atoms[i]
        lead = _LEAD.search(text, max(reach, atom.start - 48), atom.start)
        relation = _word(lead["relation"]) if lead else ""
        bound = None
        if i + 1 < len(atoms) and atom.kind in _DATED and atoms[i + 1].kind in _DATED:
            bound = _bound(text, atom, atoms[i + 1], relation)
        if bound is not None:
            pair, binding = bound
            left = lead.start() if lead and relation in ("from", "between") else atom.start
            if binding != "apart":
                found.append(Expression(left, pair[1].end, pair, binding))
                i += 2
                reach = pair[1].end
                continue
            atom = pair[0]
            atoms[i + 1] = pair[1]
        single = _single(text, atom, lead, relation)
        found.append(single)
        reach = single.end
        i += 1
    return found


def _word(relation: str | None) -> str:
    return re.sub(r"\s+", " ", relation.lower()) if relation else ""


def _single(text: str, atom: Atom, lead: re.Match[str] | None, relation: str) -> Expression:
    if atom.to_day is not None:
        last = replace(atom, day=atom.to_day, to_day=None)
        return Expression(atom.start, atom.end, (replace(atom, to_day=None), last), "range")
    left = right = 0
    kind: Relation = ""
    if atom.kind in _OPEN and lead is not None:
        kind = _RELATIONS.get(relation, "")
        label = re.match(r"\s[a-z]", text[atom.end : atom.end + 2]) is not None
        named = lead["part"].strip().lower() == "the" and (
            atom.name or (atom.kind == "date" and label)
        )
        # "before the 2021 attack" dates the attack, and "since the 2021 attack" what followed it
        if named and relation not in ("since", "until", "till", "ever since"):
            kind = ""
        # "by the same month" and "by January" are times; so is "after Friday", which ends nothing
        if relation == "after" and atom.kind in ("weekday", "unit", "shift"):
            kind = ""
        if kind or relation.startswith(("pre", "post")):
            left = atom.start - lead.start()
        elif lead["part"].strip().lower() not in ("", "the"):
            left = atom.start - lead.start("part")
        onward = _ONWARD.match(text, atom.end)
        if relation == "from" and onward:
            kind, left, right = "since", atom.start - lead.start(), onward.end() - atom.end
        elif relation == "from" and _CLOSES.match(text, atom.end) and not atom.name:
            kind, left = "since", atom.start - lead.start()
    if not kind and (onward := _ONWARD.match(text, atom.end)) and atom.kind in _DATED:
        kind, right = "since", onward.end() - atom.end
    if not kind and atom.kind == "date" and not atom.name:
        noun = _SINCE_NOUN.search(text, max(0, atom.start - 70), atom.start)
        if noun is not None:
            kind = "since"
    return Expression(atom.start - left, atom.end + right, (atom,), kind)


def _bound(
    text: str, a: Atom, b: Atom, relation: str
) -> tuple[tuple[Atom, Atom], Relation | Literal["apart"]] | None:
    """Return a pair with years shared, and whether it is a range, a pair, or two that stand apart.

    None where nothing binds them.
    """
    if b.start - a.end > 40 or a.to_day or b.to_day or a.name or b.name:
        return None
    connect = _CONNECT.fullmatch(text, a.end, b.start)
    if connect is None or {a.kind, b.kind} & {"weekday", "day"}:
        return None
    if a.kind != "date" or b.kind != "date":
        if not connect["to"] and relation != "between":
            return None
        return ((a, b), "range") if a.complete and b.complete else None
    a, b = _shared(a, b)
    if relation == "between" or (connect["to"] and (relation == "from" or not _backward(a, b))):
        return ((a, b), "range") if not _backward(a, b) else None
    if connect["to"]:
        return None
    if _adjacent(a, b):
        # two years in a row are a range; two months stay months, from the first to the second
        return ((a, b), "range" if a.month is None else "pair")
    return (a, b), "apart"


def _shared(a: Atom, b: Atom) -> tuple[Atom, Atom]:
    """Give each what only the other says: "March and May 2021", "April 25 and 26, 2023"."""
    if a.month is None or b.month is None:
        return a, b
    if a.year is None and b.year is not None:
        year = b.year - 1 if a.month > b.month else b.year
        a = a.with_year(year)
    elif b.year is None and a.year is not None:
        year = a.year + (1 if a.month and b.month and b.month < a.month else 0)
        b = b.with_year(year)
    return a, b


def _backward(a: Atom, b: Atom) -> bool:
    if a.complete and b.complete:
        shorter = min(len(a.iso()), len(b.iso()))
        return a.iso()[:shorter] > b.iso()[:shorter]
    return a.complete != b.complete


def _adjacent(a: Atom, b: Atom) -> bool:
    if a.day or b.day or (a.month is None) != (b.month is None) or a.complete != b.complete:
        return False
    if a.month is None or b.month is None:
        return a.year is not None and b.year is not None and b.year == a.year + 1
    months = (b.year or 0) * 12 + b.month - (a.year or 0) * 12 - a.month
    return months == 1
