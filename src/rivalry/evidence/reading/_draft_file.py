"""Writing and reading drafts: YAML in the shape of a ledger, every fault with its line."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rivalry.evidence._load import _ROW_MODELS, _report
from rivalry.evidence.reading._document import Span
from rivalry.evidence.reading._draft import (
    DRAFT_SECTIONS,
    OPEN,
    STATES,
    Draft,
    DraftParagraph,
    DraftRow,
)
from rivalry.evidence.reading._safe import printable
from rivalry.foundation import Document as Yaml
from rivalry.foundation import Problems, atomic_write, load_yaml, nearest

_HEAD = """\
# Suggestions from reading a report, for you to decide on: rivalry review {name}
# This file holds text of the report and is for your own use. A ledger restates; it never quotes.
"""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./'()-]*[A-Za-z0-9)]|[A-Za-z]")
_WORDS = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n"])
_TOP = ("draft", "document", "models", "sources", "paragraphs", "times", *DRAFT_SECTIONS)
_BLOCK = ("state", "span", "file", "words", "found", "mentions", "into", "placed")


def dump_draft(draft: Draft) -> str:
    """Return the draft as YAML text; `load_draft` reads it back to an equal draft."""
    return "".join(_lines(draft))


def save_draft(draft: Draft, path: str | Path | None = None) -> Path:
    """Write the draft, whole or not at all, to `path` or where it came from."""
    target = Path(path) if path is not None else draft.path
    if target is None:
        raise ValueError("the draft has no file yet")
    draft.path = target
    with atomic_write(target) as stream:
        stream.write(dump_draft(draft))
    return target


def _lines(draft: Draft) -> Iterator[str]:
    name = "DRAFT" if draft.path is None else shlex.quote(printable(draft.path.name))
    yield _HEAD.format(name=name)
    yield "draft: 1\n"
    yield f"document: {_flow(draft.document)}\n"
    if draft.models:
        yield "models:\n"
        yield from (f"  - {_flow(m)}\n" for m in draft.models)
    yield "sources:\n"
    yield from _block(draft.source)
    for section in DRAFT_SECTIONS:
        rows = list(draft.of(section))
        if rows:
            yield f"\n{section}:\n"
        for row in rows:
            yield from _block(row.row)
            yield f"    draft: {_flow(_decided(row))}\n"
    if draft.times:
        yield "\n# How expressions of time were read; no part of a ledger.\ntimes:\n"
        yield from (f"  - {_flow(t)}\n" for t in draft.times)
    yield "\n# The text as it was read: span counts its characters, from 0.\nparagraphs:\n"
    for p in draft.paragraphs:
        facts = {"label": p.label, "kind": p.kind, "start": p.start, "sentences": p.sentences}
        yield f"  - {_flow(facts)[:-1]}, text: {_quoted(p.text)}}}\n"


def _decided(row: DraftRow) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "state": row.state,
        "span": [row.span.start, row.span.end],
        "file": list(row.file),
        "words": row.words,
    }
    if row.found:
        facts["found"] = row.found
    if row.mentions:
        facts["mentions"] = [[m.start, m.end] for m in row.mentions]
    if row.into is not None:
        facts["into"] = row.into
    if row.placed:
        facts["placed"] = [{"ledger": where, "id": id} for where, id in row.placed.items()]
    return facts


def _block(row: dict[str, Any]) -> Iterator[str]:
    start = "  - "
    for name, value in row.items():
        if value is None or value == []:
            continue
        yield f"{start}{name}: {_flow(value)}\n"
        start = "    "


def row_lines(rows: Iterable[dict[str, Any]], indent: str) -> list[str]:
    """Return rows as the lines of a YAML list whose items start with `indent` and a hyphen."""
    return [indent + line.rstrip("\n").removeprefix("  ") for row in rows for line in _block(row)]


def _flow(value: Any) -> str:
    """Return a value on one line: plain words where YAML takes them for text, else JSON."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """Return text in double quotes, with every character escaped that YAML or a terminal minds."""
    return "".join(
        c if c.isprintable() else f"\\U{ord(c):08X}" for c in json.dumps(text, ensure_ascii=False)
    )


def load_draft(path: str | Path) -> Draft:
    """Read a draft.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Draft

    Raises
    ------
    RivalryError
        R01xx when it is no YAML; R1340 when it is no draft; R1341 to R1344 and R07xx for what is
        wrong in it, all faults at once, each with its line. Rows that were accepted or edited are
        held to the rules of a ledger; suggestions may have open fields.
    """
    return _Reader(load_yaml(path), Path(path)).read()


class _Reader:
    """Turns plain data into a draft, collecting faults."""

    def __init__(self, yaml: Yaml, path: Path) -> None:
        self._yaml = yaml
        self._path = path
        self._problems = Problems()

    def _fault(self, code: str, message: str, remedy: str, *place: str | int) -> None:
        self._problems.add(
            code,
            message,
            remedy,
            file=self._yaml.file,
            line=self._yaml.line(place),
            where=".".join(map(str, place)) or None,
        )

    def read(self) -> Draft:
        data = self._yaml.data
        if not isinstance(data, dict) or data.get("draft") != 1:
            self._fault("R1340", "this is no draft: it does not say draft: 1",
                        "Name a file that rivalry read wrote.", "draft")  # fmt: skip
            self._problems.raise_if_errors()
        for key in data:
            if key not in _TOP:
                close = nearest(key, _TOP)
                self._fault("R1341", f"unknown key {key!r}",
                            f"Did you mean {close!r}?" if close else "Remove it.", key)  # fmt: skip
        document = self._mapping(data.get("document"), "document")
        sources = self._list(data.get("sources"), "sources")
        if len(sources) != 1 or not isinstance(sources[0], dict):
            self._fault("R1341", "sources should hold one row, the report that was read",
                        "Keep one source a draft.", "sources")  # fmt: skip
        draft = Draft(
            document,
            sources[0] if sources and isinstance(sources[0], dict) else {},
            list(self._paragraphs(data.get("paragraphs"))),
            [],
            [t for t in self._list(data.get("times"), "times") if isinstance(t, dict)],
            [m for m in self._list(data.get("models"), "models") if isinstance(m, dict)],
            self._path,
        )
        for section in DRAFT_SECTIONS:
            for i, row in enumerate(self._list(data.get(section), section)):
                read = self._row(section, i, row, draft)
                if read is not None:
                    draft.rows.append(read)
        self._across(draft)
        self._problems.raise_if_errors()
        return draft

    def _mapping(self, value: Any, *place: str | int) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self._fault("R1341", f"{place[-1]} should be a block of keys", "Restore it.", *place)
        return {}

    def _list(self, value: Any, name: str) -> list[Any]:
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self._fault("R1341", f"{name} should be a list of rows", "Start each row with '- '.", name)
        return []

    def _paragraphs(self, value: Any) -> Iterator[DraftParagraph]:
        end = 0
        for i, p in enumerate(self._list(value, "paragraphs")):
            if (
                isinstance(p, dict)
                and isinstance(p.get("text"), str)
                and _whole(p.get("start"))
                and p["start"] >= end
                and isinstance(p.get("sentences", []), list)
                and all(map(_whole, p.get("sentences", [])))
            ):
                end = p["start"] + len(p["text"])
                yield DraftParagraph(
                    str(p.get("label", i)), str(p.get("kind", "body")), p["start"], p["text"],
                    list(p.get("sentences", [])),
                )  # fmt: skip
            else:
                self._fault("R1341", "a paragraph needs label, kind, start, sentences and text, in "
                            "the order of the text", "Restore it; paragraphs are not edited here.",
                            "paragraphs", i)  # fmt: skip

    def _row(self, section: str, i: int, row: Any, draft: Draft) -> DraftRow | None:
        if not isinstance(row, dict) or not isinstance(row.get("draft"), dict):
            self._fault("R1341", "a row needs a block 'draft' with state, span and words",
                        "Restore the block, or remove the row.", section, i)  # fmt: skip
            return None
        block = row["draft"]
        for key in block:
            if key not in _BLOCK:
                close = nearest(key, _BLOCK)
                self._fault("R1341", f"unknown key {key!r}",
                            f"Did you mean {close!r}?" if close else "Remove it.",
                            section, i, "draft", key)  # fmt: skip
        state = block.get("state")
        if state not in STATES:
            close = nearest(str(state), STATES)
            hint = f"Did you mean {close!r}? " if close else ""
            self._fault("R1342", f"state {str(state)[:40]!r} is not known",
                        f"{hint}Write one of: {', '.join(STATES)}.",
                        section, i, "draft", "state")  # fmt: skip
            return None
        span = self._span(block.get("span"), draft, section, i, "draft", "span")
        file = block.get("file")
        mentions = block.get("mentions", [])
        if span is None or not _pair(file) or not isinstance(mentions, list):
            if span is not None:
                self._fault("R1343", "file should be two numbers", "Restore it from the text.",
                            section, i, "draft", "file")  # fmt: skip
            return None
        words = str(block.get("words", ""))
        if words != draft.words(span):
            self._fault("R1343", "the words are not those of the text at this span",
                        "Restore span and words; to change a row, change the fields above.",
                        section, i, "draft", "words")  # fmt: skip
        plain = {k: v for k, v in row.items() if k != "draft"}
        if not isinstance(plain.get("id"), str) or not plain["id"]:
            self._fault("R1341", "the row has no id", "Give it one, such as A1.", section, i)
            return None
        if not isinstance(block.get("into"), str | None):
            self._fault(
                "R1341", "into should be the id of a row", "Write an id, or remove it.",
                section, i, "draft", "into",
            )  # fmt: skip
            return None
        placed = _placed(block.get("placed"))
        if placed is None:
            self._fault(
                "R1341", "placed should list ledgers and the ids of the row there",
                "Write [{ledger: ledger.yaml, id: A01}], or remove it.",
                section, i, "draft", "placed",
            )  # fmt: skip
            return None
        found = block.get("found", {})
        read = DraftRow(
            section, plain, state, span, (file[0], file[1]), words,
            {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {},
            [s for s in (self._span(m, draft, section, i, "draft", "mentions") for m in mentions)
             if s is not None],
            block.get("into"), placed,
        )  # fmt: skip
        # a suggestion need not be complete, but what it has must be of the right kind
        self._problems.extend(
            p
            for p in row_faults(section, plain, self._yaml, i)
            if read.taken or p.code in ("R0701", "R0703", "R0704", "R0706")
        )
        return read

    def _span(self, value: Any, draft: Draft, *place: str | int) -> Span | None:
        end = draft.paragraphs[-1].span.end if draft.paragraphs else 0
        if _pair(value) and 0 <= value[0] <= value[1] <= end:
            return Span(value[0], value[1])
        self._fault("R1343", f"{str(value)[:40]} is no place in the text of {end:,} characters",
                    "Give start and end, as [120, 128].", *place)  # fmt: skip
        return None

    def _across(self, draft: Draft) -> None:
        """Check what rows say of each other: ids are unique, merged rows lead to a row."""
        seen: set[str] = set()
        index: dict[str, int] = {}
        for row in draft.rows:
            at = index[row.section] = index.get(row.section, -1) + 1
            if row.id in seen:
                self._fault("R0707", f"id {row.id} is used twice", "Give each row its own id.",
                            row.section, at, "id")  # fmt: skip
            seen.add(row.id)
            if (row.state == "merged") != (row.into is not None):
                self._fault("R1344", f"{row.id} is {row.state} and into is {row.into or 'empty'}",
                            "A merged row names in 'into' the row it went into; others have none.",
                            row.section, at, "draft", "state")  # fmt: skip
            elif row.into is not None and merge_end(draft, row) is None:
                self._fault("R1344", f"{row.id} is merged in a circle", "Break the circle.",
                            row.section, at, "draft", "into")  # fmt: skip


def merge_end(draft: Draft, row: DraftRow) -> str | None:
    """Return the id at the end of a chain of merges, None if it runs in a circle."""
    by_id = {r.id: r for r in draft.rows}
    seen = {row.id}
    here = row
    while here.into is not None:
        if here.into in seen:
            return None
        seen.add(here.into)
        if here.into not in by_id:
            return here.into
        here = by_id[here.into]
    return here.id


def row_faults(
    section: str, row: dict[str, Any], yaml: Yaml | None = None, at: int = 0
) -> Iterable[Any]:
    """Return the problems of one row by the rules of a ledger, with lines if it has a file."""
    problems = Problems()
    yaml = yaml or Yaml(data={section: [row]})
    open_ = [name for name, value in row.items() if value == OPEN]
    for name in open_:
        problems.add(
            "R1345", f"{row.get('id')}: {name} is still open",
            f"Fill in {name}; the words of the text leave it to you.",
            file=yaml.file, line=yaml.line((section, at, name)),
            where=f"{section}.{row.get('id')}.{name}",
        )  # fmt: skip
    try:
        _ROW_MODELS[section].model_validate({k: v for k, v in row.items() if k not in open_})
    except ValidationError as error:
        data = yaml.data if isinstance(yaml.data, dict) else {}
        for detail in error.errors(include_url=False):
            if detail["loc"] and detail["loc"][0] in open_:
                continue
            detail["loc"] = (section, at, *detail["loc"])
            _report(detail, data, yaml, problems)
    return list(problems)


def _placed(value: Any) -> dict[str, str] | None:
    """Return the ledgers a row went into, None when they cannot be read."""
    if value is None or isinstance(value, str):  # a draft may have noted the id alone
        return {} if value is None else {"": value}
    for item in value if isinstance(value, list) else [None]:
        if not isinstance(item, dict) or set(item) != {"ledger", "id"}:
            return None
        if not all(isinstance(v, str) for v in item.values()):
            return None
    return {item["ledger"]: item["id"] for item in value}


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_whole, value))
