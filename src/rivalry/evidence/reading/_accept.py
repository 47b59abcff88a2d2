"""From a draft into a case: accepted rows become rows of its ledger, with ids of their own."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rivalry.evidence._ledger import SECTIONS, Ledger
from rivalry.evidence._load import load_ledger, parse_ledger
from rivalry.evidence.reading._copied import copied_run
from rivalry.evidence.reading._draft import Draft, DraftRow
from rivalry.evidence.reading._draft_file import merge_end, row_faults, save_draft
from rivalry.evidence.reading._names import plain_name
from rivalry.evidence.reading._same_actor import actor_doubt, same_actors
from rivalry.evidence.reading._splice import add_rows, change_rows
from rivalry.foundation import Problem, Problems, RivalryError, atomic_write, read_text

_PREFIX = {"sources": "S", "actors": "A", "events": "E", "quantities": "Q", "claims": "C"}
_ID = re.compile(r"([A-Z]+)([0-9]+)")
#: Fields that name rows, of each section.
_REFERENCES = {
    "events": ("actors", "numbers", "asserted_by"),
    "quantities": ("group", "event", "derived_from", "asserted_by"),
    "claims": ("asserted_by", "related"),
    "actors": ("part_of",),
}
_EMPTY_LEDGER = "# What the sources say, restated row by row.\nledger: 1\n"


@dataclass
class Placement:
    """What went into a ledger.

    Attributes
    ----------
    ids : dict of str to str
        Id in the draft to id in the ledger, of rows that were added.
    merged : dict of str to str
        Id in the draft to id of the row of the ledger that it was found to be.
    source : str
        Id of the report's row in the ledger.
    dropped : dict of str to list of str
        Row of the ledger to the rows it named that were not accepted, and are not named now.
    recognised : dict of str to str
        Of `merged`: accepted actors that the ledger had already, by name or by the tables.
    doubts : list of Problem
        Warnings (R1365): accepted actors that may be in the ledger under another row.
    """

    ids: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    source: str = ""
    dropped: dict[str, list[str]] = field(default_factory=dict)
    recognised: dict[str, str] = field(default_factory=dict)
    doubts: list[Problem] = field(default_factory=list)


def place(draft: Draft, ledger_file: str | Path, *, source: str | None = None) -> Placement:
    """Add the accepted rows of a draft to a ledger.

    The file is replaced whole or not at all, keeps its comments and the order of its rows, and is
    a valid ledger afterwards. Rows that were placed in this ledger are not placed again. An
    accepted actor that the ledger has already is merged into that row.

    Parameters
    ----------
    draft : Draft
        With a file, in which the ids are noted.
    ledger_file : str or Path
        Made if it is not there.
    source : str, optional
        Id of the report in the ledger; found by title and author if not given, else added.

    Returns
    -------
    Placement

    Raises
    ------
    RivalryError
        R1348 when a row has a run of words of the report; R1344 for merges that lead nowhere;
        R07xx when the ledger would not be valid. Nothing is written then.
    """
    path = Path(ledger_file)
    text = read_text(path) if path.exists() else _EMPTY_LEDGER
    ledger = load_ledger(path) if path.exists() else Ledger()
    work = _Work(draft, ledger, source, _ledger_name(draft, path))
    taken = work.taken()
    _refuse_faults(draft, taken)
    added, changes = work.rows(taken)
    changed = change_rows(text, changes) if changes else text
    new = add_rows(changed, added)
    after = parse_ledger(new, file=str(path))
    _nothing_lost(ledger, after, set(changes))
    if new != text:
        with atomic_write(path) as stream:
            stream.write(new)
    for row in draft.rows:
        where = work.result.ids.get(row.id) or work.result.merged.get(row.id)
        if where is not None:
            row.placed[work.name] = where
    if draft.path is not None:
        save_draft(draft)
    return work.result


def _ledger_name(draft: Draft, path: Path) -> str:
    """Return the ledger's path from the draft's folder: both may be moved together."""
    if draft.path is None:
        return path.resolve().as_posix()
    try:
        return Path(os.path.relpath(path.resolve(), draft.path.resolve().parent)).as_posix()
    except ValueError:  # on another drive
        return path.resolve().as_posix()


def _refuse_faults(draft: Draft, rows: list[DraftRow]) -> None:
    problems = Problems()
    text = "\n".join(p.text for p in draft.paragraphs)
    for row in rows:
        problems.extend(row_faults(row.section, row.row))
        for name, value in row.row.items():
            run = copied_run(str(value), text) if name not in ("source", "locator") else ""
            if run:
                problems.add(
                    "R1348", f"{row.id}: {name} has words of the report: {run[:80]!r}",
                    "Say it in your own words.",
                    file=None if draft.path is None else str(draft.path), where=f"{row.id}.{name}",
                )  # fmt: skip
    problems.raise_if_errors()


class _Work:
    """Gives ids, follows merges, and mends references."""

    def __init__(self, draft: Draft, ledger: Ledger, source: str | None, name: str) -> None:
        self.draft = draft
        self.ledger = ledger
        self.name = name
        self.result = Placement()
        self._new_source = False
        self.result.source = source or self._source()
        if source is not None and ledger.section_of(source) != "sources":
            raise RivalryError(
                Problem("R0708", f"there is no {source} in sources", "Name a source of the ledger.")
            )

    def there(self, row: DraftRow) -> str | None:
        """Return the id that a row got in this ledger by an earlier run."""
        if self._new_source:
            return None  # another ledger under the old path; merging twice changes nothing
        if self.name in row.placed:
            return row.placed[self.name]
        old = row.placed.get("")
        if old is None or old not in self.ledger:
            return None
        held = getattr(self.ledger.get(old), "source", None) == self.result.source
        return old if held or row.state == "merged" else None

    def taken(self) -> list[DraftRow]:
        """Return the rows to place: accepted, and not in this ledger yet."""
        return [
            r for r in self.draft.rows
            if self.there(r) is None and (r.taken or self._meant_elsewhere(r))
        ]  # fmt: skip

    def _meant_elsewhere(self, row: DraftRow) -> bool:
        """Tell whether a row was merged into a row of another ledger, and so is new to this one."""
        if row.state != "merged" or not set(row.placed) - {self.name, ""}:
            return False
        end = merge_end(self.draft, row)
        return end is not None and all(r.id != end for r in self.draft.rows)

    def _source(self) -> str:
        wanted = plain_name(str(self.draft.source.get("title", "")))
        for s in self.ledger.sources:
            if plain_name(s.title) == wanted:
                return s.id
        self._new_source = True
        return self._fresh("sources", Counter())

    def _fresh(self, section: str, used: Counter[str]) -> str:
        """Return the next free id in the style of the section."""
        ids = [m for m in (_ID.fullmatch(r.id) for r in getattr(self.ledger, section)) if m]
        prefix = Counter(m[1] for m in ids).most_common(1)[0][0] if ids else _PREFIX[section]
        every = [m for _, r in self.ledger.rows() if (m := _ID.fullmatch(r.id)) and m[1] == prefix]
        width = min((len(m[2]) for m in every), default=1 if section == "sources" else 2)
        used[prefix] += 1
        number = max((int(m[2]) for m in every), default=0) + used[prefix]
        return f"{prefix}{number:0{width}d}"

    def rows(
        self, taken: list[DraftRow]
    ) -> tuple[dict[str, list[dict[str, Any]]], dict[str, dict[str, Any]]]:
        """Return the rows to add by section, and the changes of rows that are there."""
        used: Counter[str] = Counter()
        known: dict[str, str] = {}
        for r in self.draft.rows:
            id = self.there(r)
            if id is not None and id in self.ledger:
                known[r.id] = id
        for row in taken:
            same = self._same(row)
            actors = [] if same else same_actors(row, self.ledger)
            if len(actors) == 1:
                known[row.id] = self.result.merged[row.id] = actors[0].id
                self.result.recognised[row.id] = actors[0].id
                continue
            doubt = None if same else actor_doubt(row, self.ledger)
            if doubt is not None:
                self.result.doubts.append(doubt)
            self.result.ids[row.id] = same or self._fresh(row.section, used)
            if same:
                known[row.id] = same
        taken = [r for r in taken if r.id in self.result.ids]
        known |= self.result.ids
        self._follow(known)
        changes = self._merges(taken)
        added: dict[str, list[dict[str, Any]]] = {s: [] for s in SECTIONS}
        if self._new_source and taken:
            added["sources"].append({**self.draft.source, "id": self.result.source})
        for row in taken:
            id = self.result.ids[row.id]
            if id not in self.ledger:
                added[row.section].append(self._finished(row, id, known))
        return {s: rows for s, rows in added.items() if rows}, changes

    def _same(self, row: DraftRow) -> str | None:
        """Return the id of an equal row, left by a run that ended before it could note it."""
        if self._new_source:
            return None
        for other in getattr(self.ledger, row.section):
            if other.source != self.result.source or other.locator != row.row.get("locator"):
                continue
            keys = ("name",) if row.section == "actors" else ("what", "cause", "effect", "when")
            pairs = [(getattr(other, k), row.row[k]) for k in keys if k in row.row]
            if pairs and all(a == b for a, b in pairs):
                return str(other.id)
        return None

    def _follow(self, known: dict[str, str]) -> None:
        for row in self.draft.rows:
            if row.state != "merged" or self.there(row) is not None or row.id in known:
                continue
            end = merge_end(self.draft, row)
            target = known.get(end or "", end if end in self.ledger else None)
            if target is not None:
                known[row.id] = self.result.merged[row.id] = target

    def _merges(self, taken: list[DraftRow]) -> dict[str, dict[str, Any]]:
        """Give names and places of merged rows to the rows they went into."""
        changes: dict[str, dict[str, Any]] = {}
        by_new = {self.result.ids[r.id]: r for r in taken}
        for id, target in self.result.merged.items():
            row = self.draft.get(id).row
            other = by_new.get(target)
            if other is not None and target not in self.ledger:
                other.row.update(self._joined(row, other.row))
            elif target in self.ledger:
                old = self.ledger.get(target)
                there = {
                    "name": getattr(old, "name", None), "aliases": getattr(old, "aliases", []),
                    "locator": getattr(old, "locator", ""),
                }  # fmt: skip
                joined = self._joined(row, there | changes.get(target, {}))
                if getattr(old, "source", None) != self.result.source:
                    joined.pop("locator", None)  # the row's places are those of another report
                fresh = {k: v for k, v in joined.items() if v != there[k]}
                if fresh:
                    changes.setdefault(target, {}).update(fresh)
        return changes

    @staticmethod
    def _joined(row: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if row.get("name"):
            held = {plain_name(str(n)) for n in (other.get("name"), *other.get("aliases", []))}
            new = [
                n for n in dict.fromkeys((row["name"], *row.get("aliases", [])))
                if plain_name(n) not in held
            ]  # fmt: skip
            if new:
                found["aliases"] = [*other.get("aliases", []), *new]
        places = [p.strip() for p in str(other.get("locator", "")).split(",") if p.strip()]
        more = [p.strip() for p in str(row.get("locator", "")).split(",") if p.strip()]
        # "P1-P21" is a place that holds many; adding one of them again would only clutter it
        new = [p for p in more if p not in expanded(places)]
        if new:
            found["locator"] = ", ".join([*places, *new])
        return found

    def _finished(self, row: DraftRow, id: str, known: dict[str, str]) -> dict[str, Any]:
        """Return the row as it stands in the ledger: fresh ids, no references into nothing."""
        made = {**row.row, "id": id, "source": self.result.source}
        suggested = {r.id for r in self.draft.rows}
        for name in _REFERENCES.get(row.section, ()):
            value = made.get(name)
            if value is None:
                continue
            many = [value] if isinstance(value, str) else list(value)
            kept = [known.get(v, v) for v in many if v in known or v not in suggested]
            lost = [v for v in many if v in suggested and v not in known]
            if lost:
                self.result.dropped.setdefault(id, []).extend(lost)
            made[name] = list(dict.fromkeys(kept)) if not isinstance(value, str) else None
            if isinstance(value, str) and kept:
                made[name] = kept[0]
        if row.section == "claims" and not made.get("asserted_by"):
            made["asserted_by"] = ["somebody the report names"]
        if made.get("note"):
            made["note"] = re.sub(
                r"\b[A-Z]+[0-9]+\b", lambda m: known.get(m[0], m[0]), str(made["note"])
            )
        modality = row.found.get("modality", "fact")
        if row.section == "events" and modality != "fact" and "note" not in made:
            made["note"] = f"Said as {modality}, not as fact."
        return {k: v for k, v in made.items() if v is not None and v != []}


def expanded(places: list[str]) -> set[str]:
    """Return single places, with ranges such as ``P1-P21`` written out."""
    found: set[str] = set()
    for place in places:
        ends = re.fullmatch(r"([A-Za-z]+)(\d+)\s*[-–]\s*(?:\1)?(\d+)", place)
        if ends and int(ends[2]) <= int(ends[3]) <= int(ends[2]) + 10_000:
            found |= {f"{ends[1]}{n}" for n in range(int(ends[2]), int(ends[3]) + 1)}
        else:
            found.add(place)
    return found


def _nothing_lost(before: Ledger, after: Ledger, changed: set[str]) -> None:
    """Refuse to write a ledger in which an old row is not as it was."""
    rows = {row.id: row for _, row in after.rows()}
    lost = [r.id for _, r in before.rows() if r.id not in changed and rows.get(r.id) != r]
    if lost:
        raise RivalryError(
            Problem(
                "R1349",
                f"rows {', '.join(lost[:5])} of the ledger would not stay as they are",
                "Write the sections of the ledger as lists, each row on lines of its own.",
            )
        )
