"""How well a draft meets what was found by hand: recall and precision, section by section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rivalry.evidence._dates import first_day, last_day
from rivalry.evidence.reading._accept import expanded
from rivalry.evidence.reading._draft import Draft, DraftRow
from rivalry.evidence.reading._gold import (
    Gold,
    GoldActor,
    GoldClaim,
    GoldEvent,
    GoldQuantity,
    GoldTime,
)
from rivalry.evidence.reading._names import same_name

G = TypeVar("G")
F = TypeVar("F")

#: Words of names that are written small.
_SMALL = frozenset({"of", "the", "in", "and", "for", "al", "bin", "ibn", "de", "la", "el", "ul"})
_COUNTING = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: number for number, word in enumerate(_COUNTING.split())}


@dataclass(frozen=True)
class SectionScore:
    """The score of a section.

    Attributes
    ----------
    section : str
    gold, found, matched : int
        Things there are, things found, pairs of both. One gold thing pairs with one found thing.
    right : int
        Of the things found, those that are right: pairs, and for actors also what the gold knows
        without its standing there by name.
    missed, extra : tuple of str
        Ids of the gold that were not found; what was found and is not in the gold.
    bound : bool
        Whether precision is only a lower bound, because the gold lists not all there is.
    note : str
        How things were paired.
    """

    section: str
    gold: int
    found: int
    matched: int
    right: int
    missed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    bound: bool = False
    note: str = ""
    also: dict[str, str] = field(default_factory=dict)

    @property
    def recall(self) -> float | None:
        """Share of the gold that was found; None if there is none."""
        return self.matched / self.gold if self.gold else None

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right; None if nothing was found."""
        return self.right / self.found if self.found else None


def score(draft: Draft, gold: Gold) -> list[SectionScore]:
    """Score a draft.

    Refused rows and rows merged into others do not count as found. Things are paired one to one,
    best pairs first, and only within the same paragraph.

    Parameters
    ----------
    draft : Draft
    gold : Gold

    Returns
    -------
    list of SectionScore
        Paragraphs, actors, times, numerals, vague amounts, events, claims: those that the gold
        lists.
    """
    live = [r for r in draft.rows if r.state not in ("refused", "merged")]
    by = {s: [r for r in live if r.section == s] for s in ("actors", "events", "quantities",
                                                           "claims")}  # fmt: skip
    actors, same = _actors(draft, by["actors"], gold)
    scores = {
        "actors": [actors],
        "times": [_times(draft, gold)],
        "quantities": _quantities(draft, by["quantities"], gold),
        "events": [_events(by["events"], gold, same)],
        "claims": [_claims(draft, by["claims"], gold)],
    }
    asked = [s for section, found in scores.items() if section in gold.listed for s in found]
    return [_paragraphs(draft, gold), *asked]


def pairs(
    gold: Sequence[G], found: Sequence[F], fit: Callable[[G, F], float]
) -> list[tuple[int, int]]:
    """Pair things one to one so that as many as possible fit, better fits first.

    Parameters
    ----------
    gold, found : sequence
    fit : callable
        How well two fit; 0 or less: not at all.

    Returns
    -------
    list of (int, int)
        Positions in `gold` and `found`.
    """
    edges = sorted(
        ((fit(g, f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)),
        key=lambda e: (-e[0], e[1], e[2]),
    )
    choices: dict[int, list[int]] = {}
    for weight, i, j in edges:
        if weight > 0:
            choices.setdefault(i, []).append(j)
    taken: dict[int, int] = {}

    def augment(i: int, seen: set[int]) -> bool:
        for j in choices.get(i, ()):
            if j not in seen:
                seen.add(j)
                if j not in taken or augment(taken[j], seen):
                    taken[j] = i
                    return True
        return False

    for i in dict.fromkeys(i for weight, i, _ in edges if weight > 0):
        augment(i, set())
    return sorted((i, j) for j, i in taken.items())


def _places(row: DraftRow | dict[str, Any]) -> set[str]:
    locator = str((row.row if isinstance(row, DraftRow) else row).get("locator", ""))
    return expanded([p.strip() for p in locator.split(",") if p.strip()])


def _paragraphs(draft: Draft, gold: Gold) -> SectionScore:
    every: Iterable[Any] = [*gold.actors, *gold.times, *gold.quantities, *gold.events, *gold.claims]
    wanted = {p for item in every for p in item.places if re.fullmatch(r"P\d+", p)}
    found = {p.label for p in draft.paragraphs if re.fullmatch(r"P\d+", p.label)}
    return SectionScore(
        "paragraphs", len(wanted), len(found), len(wanted & found), len(wanted & found),
        tuple(sorted(wanted - found)), tuple(sorted(found - wanted)), bound=True,
        note="labels of the body that the gold names",
    )  # fmt: skip


def _actors(draft: Draft, rows: list[DraftRow], gold: Gold) -> tuple[SectionScore, dict[str, str]]:
    """Score actors that have proper names; groups that are only described are left aside."""
    notes = {p.label for p in draft.paragraphs if p.kind == "note"}
    rows = [r for r in rows if not _places(r) <= notes]
    called = {
        r.id: list(
            dict.fromkeys(
                (str(r.row.get("name", "")), *map(str, r.row.get("aliases", [])),
                 *(draft.words(s) for s in r.mentions))
            )
        )
        for r in rows
    }  # fmt: skip

    def fit(g: GoldActor, r: DraftRow) -> float:
        names = called[r.id]
        shared = sum(any(same_name(a, b) for b in names) for a in g.names)
        common = _places(r) & g.places
        if not shared or not common:
            return 0.0
        return (
            shared
            + 2.0 * same_name(g.names[0], names[0])
            + len(common) / len(_places(r) | g.places)
        )

    matched = pairs(gold.actors, rows, fit)
    text = "\n".join(p.text for p in draft.paragraphs if p.kind != "note")
    named = {i for i, a in enumerate(gold.actors) if a.kind != "population" and _named(a, text)}
    paired = {i for i, _ in matched}
    hit = {j for _, j in matched}
    same = {rows[j].id: gold.actors[i].id for i, j in matched}
    proper = {
        j for j, r in enumerate(rows)
        if r.row.get("type") != "population" and any(map(_proper, called[r.id][:1]))
    }  # fmt: skip
    others = [r for j, r in enumerate(rows) if j not in proper]
    return SectionScore(
        "actors", len(named), len(proper), len(named & paired), len(proper & hit),
        tuple(f"{gold.actors[i].id} {gold.actors[i].names[0]}" for i in sorted(named - paired)),
        tuple(str(r.row.get("name", "")) for j, r in enumerate(rows) if j in proper - hit),
        note="with proper names; a shared name in a shared paragraph",
        also={"only described": f"{len(others)} found"} if others else {},
    ), same  # fmt: skip


def _named(actor: GoldActor, text: str) -> bool:
    """Tell whether a proper name of the actor stands in the text."""
    plain = text.replace("’", "'")
    return any(
        _proper(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain)
        for name in actor.names
    )


def _proper(name: str) -> bool:
    """Tell whether a name is a proper one: its words begin with capitals, but for small ones."""
    words = name.replace("-", " ").split()
    capital = [w[:1].isupper() for w in words]
    small = [w.lower() in _SMALL for w in words]
    return any(capital) and all(c or s for c, s in zip(capital, small, strict=True))


def _times(draft: Draft, gold: Gold) -> SectionScore:
    kinds = {p.label: p.kind for p in draft.paragraphs}
    rows = [
        t for t in draft.times
        if (t.get("from") or t.get("until")) and kinds.get(str(t.get("locator"))) != "note"
    ]  # fmt: skip

    def fit(g: GoldTime, t: dict[str, Any]) -> float:
        if not _places(t) & g.places:
            return 0.0
        start, until = t.get("from"), t.get("until")
        if t.get("precision") == g.precision and str(start) == str(g.start):
            return 2.0 if str(until) == str(g.until) else 1.0
        same = start and g.start and g.until and until
        exact = same and _bounds(str(start), str(until)) == _bounds(str(g.start), str(g.until))
        return 0.5 if exact else 0.0

    # a date may be told by several rows of a ledger: one expression serves them all
    wanted = gold.times
    matched = pairs(wanted, rows, fit)
    paired = {i for i, _ in matched}
    paired |= {i for i, g in enumerate(wanted) if any(fit(g, t) > 0 for t in rows)}
    right = {j for j, t in enumerate(rows) if any(fit(g, t) > 0 for g in wanted)}
    return SectionScore(
        "times", len(wanted), len(rows), len(paired), len(right),
        tuple(f"{g.id} {g.start or ''}..{g.until or ''} {g.precision}"
              for i, g in enumerate(wanted) if i not in paired),
        tuple(f"{t.get('locator')} {t.get('words')}" for j, t in enumerate(rows) if j not in right),
        bound=not gold.complete.get("times", True),
        note="the same dates and precision in the same paragraph",
    )  # fmt: skip


def _bounds(start: str, until: str) -> tuple[Any, Any]:
    return first_day(start), last_day(until)


def _quantities(draft: Draft, rows: list[DraftRow], gold: Gold) -> list[SectionScore]:
    kinds = {p.label: p.kind for p in draft.paragraphs}
    rows = [r for r in rows if any(kinds.get(p) != "note" for p in _places(r))]
    texts = {p.label: p.text for p in draft.paragraphs}
    numerals = [g for g in gold.quantities if g.vague is None and _stands(g, texts)]
    vague = [g for g in gold.quantities if g.vague is not None and _word_stands(g, texts)]

    def fit(g: GoldQuantity, r: DraftRow) -> float:
        if not _places(r) & g.places:
            return 0.0
        if g.vague is not None:
            return 1.0 if str(r.row.get("vague", "")).lower() == g.vague.lower() else 0.0
        same = all(_close(getattr(g, k), r.row.get(k)) for k in ("value", "low", "high"))
        return (1.0 + 0.5 * (str(r.row.get("unit")) == g.unit)) if same else 0.0

    found = []
    for name, items, without in (("numerals", numerals, True), ("vague amounts", vague, False)):
        mine = [r for r in rows if ("vague" not in r.row) == without]
        matched = pairs(items, mine, fit)
        unit = sum(str(mine[j].row.get("unit")) == items[i].unit for i, j in matched)
        paired, hit = {i for i, _ in matched}, {j for _, j in matched}
        found.append(
            SectionScore(
                name, len(items), len(mine), len(matched), len(matched),
                tuple(f"{g.id} {_amount(g)}" for i, g in enumerate(items) if i not in paired),
                tuple(f"{r.row.get('locator')} {r.words}" for j, r in enumerate(mine)
                      if j not in hit),
                note="the same amount in the same paragraph",
                also={"unit agrees": f"{unit} of {len(matched)}"},
            )
        )  # fmt: skip
    return found


def _amount(g: GoldQuantity) -> str:
    return str(g.vague or (g.value if g.value is not None else f"{g.low} to {g.high}"))


def _close(a: float | None, b: Any) -> bool:
    if a is None or b is None:
        return a is None and b is None
    return isinstance(b, int | float) and abs(a - b) <= 1e-9 * max(abs(a), 1.0)


def _stands(g: GoldQuantity, texts: dict[str, str]) -> bool:
    """Tell whether the number is written in its paragraph, in figures or words."""
    if g.value is None:
        return True
    text = " ".join(texts.get(p, "") for p in g.places).lower()
    figures = {float(x.replace(",", "")) for x in re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", text)}
    words = set(re.findall(r"[a-z]+", text))
    spoken = {float(n) for w, n in _NUMBER_WORDS.items() if w in words}
    spoken |= {10.0 * n for n in spoken} if "decades" in words else set()
    scaled = {x * s for x in figures for s in (1e3, 1e6, 1e9, 1e12)}
    return g.value in figures | (spoken - {0.0, 1.0}) | scaled


def _word_stands(g: GoldQuantity, texts: dict[str, str]) -> bool:
    text = " ".join(texts.get(p, "") for p in g.places)
    return re.search(rf"\b{re.escape(str(g.vague))}\b", text, re.IGNORECASE) is not None


def _events(rows: list[DraftRow], gold: Gold, same: dict[str, str]) -> SectionScore:
    def fit(g: GoldEvent, r: DraftRow) -> float:
        if not _places(r) & g.places:
            return 0.0
        actors = {same.get(a, a) for a in r.row.get("actors", [])}
        shared = len(actors & g.actors) / max(len(actors | g.actors), 1)
        start, until = r.row.get("from"), r.row.get("until")
        dated = bool(start or until)
        same_date = (str(start), str(until)) == (str(g.start), str(g.until))
        if not shared and not (dated and same_date):
            return 0.0
        return shared + 0.5 * (dated and same_date) + 0.25 * (g.negated == _negated(r))

    rows = [r for r in rows if r.row.get("is_conflict_event", True)]
    matched = pairs(gold.events, rows, fit)
    paired, hit = {i for i, _ in matched}, {j for _, j in matched}
    dates = sum(
        str(gold.events[i].start) == str(rows[j].row.get("from"))
        and str(gold.events[i].until) == str(rows[j].row.get("until"))
        for i, j in matched
    )
    undone = [i for i, g in enumerate(gold.events) if g.negated]
    seen = sum(i in undone and _negated(rows[j]) for i, j in matched)
    return SectionScore(
        "events", len(gold.events), len(rows), len(matched), len(matched),
        tuple(g.id for i, g in enumerate(gold.events) if i not in paired),
        tuple(f"{r.id} {r.row.get('what')}" for j, r in enumerate(rows) if j not in hit),
        bound=True,
        note="a shared actor or the same date in the same paragraph; finer than a ledger's rows",
        also={"date agrees": f"{dates} of {len(matched)}",
              "left undone, and seen so": f"{seen} of {len(undone)}"},
    )  # fmt: skip


def _negated(row: DraftRow) -> bool:
    return "omission" in row.row.get("quad", [])


def _claims(draft: Draft, rows: list[DraftRow], gold: Gold) -> SectionScore:
    def fit(g: GoldClaim, r: DraftRow) -> float:
        if not _places(r) & g.places:
            return 0.0
        if g.sentence is not None and g.sentence != _sentence(draft, r):
            return 0.0
        return 1.0 + 0.5 * (bool(g.polarity) and r.row.get("polarity") == g.polarity)

    matched = pairs(gold.claims, rows, fit)
    paired = {i for i, _ in matched}
    fine = any(g.sentence is not None for g in gold.claims)
    # one sentence often holds what a gold file has in several rows, and the reverse; a paragraph
    # holds too much for that to mean anything
    right = {j for _, j in matched}
    if fine:
        right = {j for j, r in enumerate(rows) if any(fit(g, r) > 0 for g in gold.claims)}
    told = [(i, j) for i, j in matched if gold.claims[i].polarity]
    agree = sum(gold.claims[i].polarity == rows[j].row.get("polarity") for i, j in told)
    stated = [i for i, g in enumerate(gold.claims) if g.mode and g.mode != "implied"]
    also = {"polarity agrees": f"{agree} of {len(told)}"}
    if stated:
        also["of those not implied"] = f"{len(paired & set(stated))} of {len(stated)}"
    return SectionScore(
        "claims", len(gold.claims), len(rows), len(matched), len(right),
        tuple(g.id for i, g in enumerate(gold.claims) if i not in paired),
        tuple(f"{r.id} {r.row.get('locator')}" for j, r in enumerate(rows) if j not in right),
        note="one statement each in the same sentence" if fine
        else "one statement each in the same paragraph; a ledger does not tell the sentence",
        also=also,
    )  # fmt: skip


def _sentence(draft: Draft, row: DraftRow) -> int:
    paragraph = draft.paragraph_at(row.span.start)
    if paragraph is None:
        return 0
    return sum(s <= row.span.start for s in paragraph.sentences)
