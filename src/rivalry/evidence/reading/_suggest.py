"""From what was found in a text to a draft: rows in the shape of a ledger, to be decided on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rivalry.evidence.reading._author import stated_author
from rivalry.evidence.reading._document import Document, Span
from rivalry.evidence.reading._draft import MAX_ROWS, OPEN, Draft, DraftParagraph, DraftRow
from rivalry.evidence.reading._draft_file import row_faults
from rivalry.evidence.reading._rows import (
    CausalMention,
    EventMention,
    Mention,
    QuantityMention,
    Reading,
    TimeMention,
)
from rivalry.evidence.reading._safe import one_line
from rivalry.foundation import Problem, RivalryError

#: Words that carry no content when the end of a claim is put into keywords.
_SMALL_WORDS = """
a an the this that these those its his her their our my your of to in on at by for from with and or
but as is are was were be been being has have had do does did it he she they them him who which whom
whose there here also still even just only than then so such very more most into onto over under
about after before while when where because since until not no nor if may might could would will
shall should can must
"""
_EMPTY = frozenset(_SMALL_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*\.?")
_POSSESSIVE = re.compile(r"^['’]s?(?!\w)|(?<=\w)['’]s\b")
_KEYWORDS = 7
#: Kinds of mention that name the actor rather than speak of it.
_NAMING = ("name", "alias", "context", "model")


def suggest(
    document: Document, reading: Reading, *, sha256: str = "", models: Sequence[dict[str, Any]] = ()
) -> Draft:
    """Make a draft of what was found.

    Texts of rows are put together from actors, verbs and keywords; sentences are never copied
    into them.

    Parameters
    ----------
    document : Document
    reading : Reading
    sha256 : str
        Of the file that was read.
    models : list of dict
        Models that were asked.

    Returns
    -------
    Draft

    Raises
    ------
    RivalryError
        R1350 when there is more than one draft can hold.
    """
    rows = _Rows(document, reading)
    found = [*rows.actors(), *rows.events(), *rows.quantities(), *rows.claims()]
    if len(found) > MAX_ROWS:
        raise RivalryError(
            Problem(
                "R1350",
                f"{len(found):,} suggestions; a draft holds {MAX_ROWS:,}",
                "Split the report, by chapter for example, and read the parts.",
                file=document.name,
            )
        )
    return Draft(
        _facts(document, sha256), _source(document), _paragraphs(document), found,
        [rows.time(t) for t in reading.times], list(models),
    )  # fmt: skip


def _facts(document: Document, sha256: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": one_line(document.name), "sha256": sha256}
    if document.date is not None:
        facts |= {
            "date": document.date.value, "bound": document.date.bound, "found": document.date.found,
        }  # fmt: skip
    return facts


def _source(document: Document) -> dict[str, Any]:
    """Return the row of the report itself; unverified, since it is what the text says of itself."""
    meta = {k.lower(): one_line(v) for k, v in document.meta.items()}
    title = next((document.words(p) for p in document.paragraphs if p.kind == "title"), "")
    author = one_line(stated_author(document))
    full, site = _split_title(meta.get("title", ""), one_line(title))
    row: dict[str, Any] = {
        "id": "S1",
        "title": full or one_line(title) or one_line(document.name),
        "author": author or "not found in the text",
        "publisher": meta.get("publisher") or meta.get("source") or site or None,
        "date": None,
        "kind": "report",
        "citation": "",
        "licence": "not stated; restated in own words",
        "verified": False,
    }
    stated = document.date is not None and document.date.bound == "on"
    when = f" ({document.date.value})" if stated and document.date is not None else ""
    who = f"{author.rstrip('.')}{when}. " if author else ""
    row["citation"] = f"{who}{row['title']}{'' if who else when}."
    if document.date is not None:
        row["date"] = {"value": document.date.value, "bound": document.date.bound}
    return {k: v for k, v in row.items() if v is not None}


def _split_title(told: str, heading: str) -> tuple[str, str]:
    """Part a page's title from the name of the site behind it: "Raid at dawn | The Monitor"."""
    if heading and told.lower().startswith(heading.lower()):
        rest = re.fullmatch(r"\s*[|–—·»-]\s*([^|]{2,60})", told[len(heading) :])
        return (told[: len(heading)], rest.group(1)) if rest else (told, "")
    parts = told.rsplit(" | ", 1)
    return (parts[0], parts[1]) if len(parts) == 2 and len(parts[1]) <= 60 else (told, "")


def _paragraphs(document: Document) -> list[DraftParagraph]:
    return [
        DraftParagraph(
            p.label, p.kind, p.span.start, document.words(p), [s.span.start for s in p.sentences]
        )
        for p in document.paragraphs
    ]


class _Rows:
    """Gives the rows of each section, with ids that refer to each other."""

    def __init__(self, document: Document, reading: Reading) -> None:
        self._document = document
        self._reading = reading
        self._groups: dict[str, list[Mention]] = {}
        for m in reading.mentions:
            self._groups.setdefault(m.actor, []).append(m)
        self._actor_ids = {key: f"DA{i:02d}" for i, key in enumerate(self._groups, 1)}
        self._names = {key: one_line(group[0].name) for key, group in self._groups.items()}

    def _row(
        self, section: str, row: dict[str, Any], span: Span, found: dict[str, str]
    ) -> DraftRow:
        document = self._document
        end = document.in_file(span.end - 1) + 1 if len(span) else document.in_file(span.start)
        plain = {k: v for k, v in row.items() if v is not None and v != []}
        plain |= {"source": "S1", "locator": row.get("locator") or self._label(span)}
        return DraftRow(
            section, plain, "suggested", span, (document.in_file(span.start), end),
            document.words(span), {k: one_line(v) for k, v in found.items() if v},
        )  # fmt: skip

    def _label(self, span: Span) -> str:
        return self._document.paragraph_of(span).label

    def actors(self) -> list[DraftRow]:
        """Return a row for each actor, with the names the text uses and where."""
        return [self._actor(key, group) for key, group in self._groups.items()]

    def _actor(self, key: str, group: list[Mention]) -> DraftRow:
        document = self._document
        name = self._names[key]
        aliases: list[str] = []
        for m in group:
            words = one_line(document.words(m.span))
            if m.how in _NAMING and words.lower() != name.lower() and words not in aliases:
                aliases.append(words)
        places = list(dict.fromkeys(self._label(m.span) for m in group))
        notes = {p.label for p in document.paragraphs if p.kind == "note"}
        row = {
            "id": self._actor_ids[key],
            "name": name,
            "aliases": aliases,
            "type": group[0].kind,
            "provenance": True if set(places) <= notes else None,
            "locator": ", ".join(places),
        }
        others = list(dict.fromkeys(c for m in group for c in m.candidates if c != key))
        found = {
            "key": key,
            "how": ", ".join(dict.fromkeys(m.how for m in group)),
            "may also mean": ", ".join(self._names.get(c, c) for c in others),
        }
        made = self._row("actors", row, group[0].span, found)
        made.mentions = [m.span for m in group]
        return made

    def _ids(self, keys: tuple[str, ...]) -> list[str]:
        return list(dict.fromkeys(self._actor_ids[k] for k in keys if k in self._actor_ids))

    def _who(self, keys: tuple[str, ...]) -> list[str]:
        """Return whose statement it is: ids, and words ("residents") for who has no row."""
        return list(dict.fromkeys(self._actor_ids.get(k, one_line(k)) for k in keys))

    def _called(self, keys: tuple[str, ...]) -> str:
        return ", ".join(dict.fromkeys(self._names.get(k, k.replace("-", " ")) for k in keys))

    def time(self, t: TimeMention) -> dict[str, Any]:
        """Return an expression of time as a row of the draft."""
        row = {
            "locator": self._label(t.span),
            "words": one_line(self._document.words(t.span)),
            "span": [t.span.start, t.span.end],
            "precision": t.precision,
            "from": t.start,
            "until": t.until,
            "anchor": one_line(t.anchor) or None,
            "recurring": t.recurring or None,
        }
        return {k: v for k, v in row.items() if v is not None}

    def events(self) -> list[DraftRow]:
        """Return a row for each candidate of an event."""
        return [self._event(i, e) for i, e in enumerate(self._reading.events, 1)]

    def _event(self, number: int, e: EventMention) -> DraftRow:
        numbers = [self._reading.quantities[i] for i in e.quantities]
        quad = ["omission"] if e.negated else [e.quad] if e.quad else []
        row = {
            "id": f"DE{number:02d}",
            **self._when(None if e.time is None else self._reading.times[e.time], number),
            "what": self._what(e),
            "actors": self._ids((*e.doers, *e.done_to)),
            "numbers": [f"DQ{i + 1:02d}" for i in e.quantities],
            "outcomes": list(dict.fromkeys(o for q in numbers for o in q.outcomes)),
            "quad": quad,
            "asserted_by": self._who(e.asserted_by),
        }
        if self._document.paragraph_of(e.span).kind == "note":
            row["is_conflict_event"] = False
        found = {
            "verb": e.verb,
            "doers": self._called(e.doers),
            "done to": self._called(e.done_to),
            "modality": e.modality,
            "negated": "yes" if e.negated else "",
        }
        return self._row("events", row, e.span, found)

    def _what(self, e: EventMention) -> str:
        doers = self._called(e.doers) or "somebody not named"
        objects = f" {self._called(e.done_to)}" if e.done_to else ""
        held = "not: " if e.negated else ""
        firm = "" if e.modality == "fact" else f" ({e.modality})"
        return one_line(f"{held}{doers}: {e.verb}{objects}{firm}")

    def _when(self, t: TimeMention | None, number: int) -> dict[str, Any]:
        undated = {"when": "undated", "precision": "undated"}
        if t is None:
            return undated
        row = {
            "when": one_line(self._document.words(t.span)),
            "precision": t.precision,
            "from": t.start,
            "until": t.until,
            "anchor": one_line(t.anchor) or None,
        }
        row = {k: v for k, v in row.items() if v is not None}
        trial = {"id": f"DE{number}", "source": "S1", "locator": "P1", "what": "x", **row}
        if any(True for _ in row_faults("events", trial)):
            # a ledger has stricter rules than a text: "in March" without a year is no date
            return {"when": row["when"], "precision": "undated"}
        return row

    def quantities(self) -> list[DraftRow]:
        """Return a row for each number or vague amount."""
        found = []
        events = self._reading.events
        for i, q in enumerate(self._reading.quantities):
            event = next((j for j, e in enumerate(events) if i in e.quantities), None)
            found.append(self._quantity(i, q, event))
        return found

    def _quantity(self, i: int, q: QuantityMention, event: int | None) -> DraftRow:
        ranged = q.low is not None or q.high is not None
        what = one_line(q.counts) or q.unit
        row: dict[str, Any] = {
            "id": f"DQ{i + 1:02d}",
            "what": one_line(f"{what}, {' or '.join(q.outcomes)}" if q.outcomes else what) or OPEN,
            "unit": one_line(q.unit) or "unspecified",
            "value": None if ranged else _number(q.value),
            "low": _number(q.low),
            "high": _number(q.high),
            "vague": q.vague if q.value is None and not ranged else None,
            "hedge": one_line(q.hedge) or None,
            "outcomes": [one_line(o) for o in q.outcomes],
            "event": None if event is None else f"DE{event + 1:02d}",
        }
        when = None if event is None else self._reading.events[event].time
        if when is not None:
            time = self._when(self._reading.times[when], event or 0)
            row["as_of"] = time.get("from")
            row["until"] = time.get("until")
            row["anchor"] = time.get("anchor")
        part = "" if q.part_of is None else f"DQ{q.part_of + 1:02d}"
        if part:
            row["note"] = f"Among those of {part}."
        if row["value"] is None and not ranged and not row["vague"]:
            row["vague"] = OPEN
        return self._row("quantities", row, q.span, {"part of": part})

    def claims(self) -> list[DraftRow]:
        """Return a row for each statement of what leads to what."""
        return [self._claim(i, c) for i, c in enumerate(self._reading.causal, 1)]

    def _claim(self, number: int, c: CausalMention) -> DraftRow:
        row = {
            "id": f"DC{number:02d}",
            "cause": self._keywords(c.cause) or OPEN,
            "effect": self._effect(c) or OPEN,
            "polarity": c.polarity or OPEN,
            "mode": c.modality,
            "asserted_by": self._who(c.asserted_by) or ["the author"],
        }
        document = self._document
        found = {
            "cue": c.cue, "cause": document.words(c.cause), "effect": document.words(c.effect),
        }  # fmt: skip
        return self._row("claims", row, c.span, found)

    def _effect(self, c: CausalMention) -> str:
        """Return an effect without the verb that its sign stands for: "prevented from Y", -."""
        words = self._keywords(c.effect)
        less = re.sub(r"\bprevented\s+", "", words)
        return less if c.polarity == "-" and less else words

    def _keywords(self, span: Span) -> str:
        """Put a part of a sentence into keywords: actors by their usual names, no small words."""
        document = self._document
        parts: list[str] = []
        inside = [m for m in self._reading.mentions if m.span.within(span) and m.how != "adjective"]
        position = span.start
        for m in [*inside, None]:
            end = span.end if m is None else m.span.start
            words = _WORD.findall(_POSSESSIVE.sub(" ", document.text[position:end]))
            parts += [w for w in words if w.lower() not in _EMPTY]
            if m is not None:
                parts.append(self._names[m.actor])
                position = max(position, m.span.end)
        seen = list(dict.fromkeys(one_line(p) for p in parts))
        return " ".join(p for p in seen[:_KEYWORDS] if p)


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
