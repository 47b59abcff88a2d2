"""Paragraphs as a person sets them, where the layout was misread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rivalry.evidence.reading._blocks import Block, Run
from rivalry.evidence.reading._document import ParagraphKind
from rivalry.evidence.reading._labels import classify
from rivalry.foundation import Problems, RivalryError, load_yaml

_KINDS: dict[str, ParagraphKind] = {
    "title": "title", "teaser": "teaser", "note": "note", "body": "body",
}  # fmt: skip
_LETTERS: dict[str, ParagraphKind] = {"T": "title", "H": "title", "B": "note", "P": "body"}


@dataclass(frozen=True)
class _Start:
    """Where a paragraph starts: its first words, or a line of the file."""

    place: str | int
    kind: ParagraphKind | None
    line: int | None


def corrected(
    blocks: Sequence[Block], file: str | Path, text: str
) -> tuple[list[Block], list[ParagraphKind | None]]:
    """Cut a text anew where a person says that paragraphs start.

    From the first start on only the starts given hold; title, teaser and notes that were
    recognised stay apart all the same.

    Parameters
    ----------
    blocks : sequence of Block
        As they were found.
    file : str or Path
        YAML: under ``paragraphs`` a list of first words or of line numbers, or a mapping from
        labels (``P1``) to them.
    text : str
        Of the report's file, for line numbers.

    Returns
    -------
    blocks : list of Block
    kinds : list of {"title", "teaser", "note", "body"} or None
        None where the person did not say and nothing was recognised.

    Raises
    ------
    RivalryError
        R1308 for a file that says nothing usable, R1309 for words that do not occur after the
        start before them, R1310 for a line that the report does not have.
    """
    starts = _read(Path(file))
    whole = Block()
    borders: list[int] = []
    length = 0
    for block in blocks:
        borders.append(length + (1 if whole.runs else 0))
        length += len(block.text) + (1 if whole.runs else 0)
        whole.extend(block)
    known = {b.runs[0].at: (k, b.hint) for b, k in classify(blocks)[0] if b.runs}
    cuts = _cuts(starts, whole, text, Path(file))
    first = min(cuts)
    places: dict[int, tuple[ParagraphKind | None, str]] = {}
    for border, block in zip(borders, blocks, strict=True):
        kind, hint = known.get(block.runs[0].at, (None, "")) if block.runs else (None, "")
        if border < first or (kind is not None and kind != "body"):
            places[border] = (kind if kind != "body" else None, hint)
    for place, kind in cuts.items():
        hint = places.get(place, (None, ""))[1]
        if kind is None:
            kind = places.get(place, (None, ""))[0] or "body"
        places[place] = (kind, hint if kind == "title" else "")
    ordered = sorted(places)
    if ordered[0] != 0:
        ordered.insert(0, 0)
        places[0] = (None, "")
    result: list[Block] = []
    kinds: list[ParagraphKind | None] = []
    ends = [*ordered[1:], length]
    for piece, start in zip(_slices(whole, ordered, ends), ordered, strict=True):
        kind, hint = places[start]
        if piece.runs:
            piece.hint = hint if kind == "title" else ""
            result.append(piece)
            kinds.append(kind)
    return result, kinds


def _read(file: Path) -> list[_Start]:
    document = load_yaml(file)
    problems = Problems()
    remedy = "Write a list of first words or of line numbers under 'paragraphs:'."

    def refuse(path: tuple[str | int, ...], message: str) -> None:
        problems.add("R1308", message, remedy, file=str(file), line=document.line(path))

    data, base = document.data, ()
    path: tuple[str | int, ...] = base
    if isinstance(data, dict) and set(data) == {"paragraphs"}:
        data, path = data["paragraphs"], ("paragraphs",)
    items: list[tuple[Any, ParagraphKind | None, tuple[str | int, ...]]] = []
    if isinstance(data, dict):
        for label, value in data.items():
            match = re.fullmatch(r"(T|H|B|P)(\d*)", label)
            if match is None:
                refuse((*path, label), f"{label!r} is no label: T, T1, B, H1 or P1")
                continue
            of_label = _KINDS["teaser"] if match[1] == "T" and match[2] else _LETTERS[match[1]]
            items.append((value, of_label, (*path, label)))
    elif isinstance(data, list):
        items = [(value, None, (*path, i)) for i, value in enumerate(data)]
    else:
        refuse(path, "there is no list of paragraphs")
    starts: list[_Start] = []
    for value, kind, where in items:
        if isinstance(value, dict):
            word = value.get("kind")
            if set(value) - {"starts", "kind"} or (word is not None and word not in _KINDS):
                refuse(where, "an entry has 'starts' and 'kind' (title, teaser, note or body)")
                continue
            kind = _KINDS[word] if word is not None else kind
            value = value.get("starts")
        if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
            refuse(where, "a start is the first words of a paragraph or a line number")
            continue
        starts.append(_Start(value, kind, document.line(where)))
    if not starts and not len(problems):
        refuse(path, "the list of paragraphs is empty")
    problems.raise_if_errors()
    return starts


_QUOTES = str.maketrans("‘’“”‐‑–—\u00a0", "''\"\"---- ")


def _cuts(
    starts: Sequence[_Start], whole: Block, text: str, file: Path
) -> dict[int, ParagraphKind | None]:
    problems = Problems()
    plain = whole.text.translate(_QUOTES)
    offsets = _run_starts(whole)
    newlines = [0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", text))]
    cuts: dict[int, ParagraphKind | None] = {}
    after = 0
    for start in starts:
        if isinstance(start.place, int):
            if not 1 <= start.place <= len(newlines):
                problems.add(
                    "R1310",
                    f"the report has no line {start.place}, only 1 to {len(newlines)}",
                    "Count lines of the report's file from 1, empty ones too.",
                    file=str(file), line=start.line,
                )  # fmt: skip
                continue
            place = _from_file(offsets, whole, newlines[start.place - 1])
            if place >= len(plain):
                place = len(plain) - 1
        else:
            words = " ".join(start.place.split()).translate(_QUOTES)
            match = re.compile(r"(?<!\w)" + re.escape(words)).search(plain, after)
            if match is None:
                problems.add(
                    "R1309",
                    f"{start.place!r} does not occur after the start before it",
                    "Copy the first words of the paragraph, in the order of the text.",
                    file=str(file), line=start.line,
                )  # fmt: skip
                continue
            place = match.start()
        cuts[place] = start.kind
        after = max(after, place + 1)
    problems.raise_if_errors()
    if not cuts:  # pragma: no cover - every start is a cut or a problem
        raise RivalryError([])
    return cuts


def _run_starts(block: Block) -> list[int]:
    starts, length = [], 0
    for run in block.runs:
        starts.append(length)
        length += len(run.text)
    return starts


def _from_file(offsets: Sequence[int], whole: Block, at: int) -> int:
    """Return the first character that stands at a place of the file or after it."""
    for offset, run in zip(offsets, whole.runs, strict=True):
        if run.at + len(run.text) > at:
            inside = max(0, at - run.at)
            if run.text[inside:].strip():
                shift = len(run.text[inside:]) - len(run.text[inside:].lstrip())
                return offset + inside + shift
    return sum(len(r.text) for r in whole.runs)


def _slices(whole: Block, starts: Sequence[int], ends: Sequence[int]) -> list[Block]:
    """Cut a block into pieces, in one pass; spaces at the edges go."""
    pieces = [Block() for _ in starts]
    number = offset = 0
    for run in whole.runs:
        at, text = run.at, run.text
        while text:
            while number < len(starts) - 1 and offset >= ends[number]:
                number += 1
            room = ends[number] - offset
            part = text[:room] if number < len(starts) - 1 else text
            pieces[number].runs.append(Run(part, at))
            text, at, offset = text[len(part) :], at + len(part), offset + len(part)
    for piece in pieces:
        while piece.runs and not piece.runs[-1].text.strip():
            piece.runs.pop()
        if piece.runs:
            last = piece.runs[-1]
            piece.runs[-1] = Run(last.text.rstrip(), last.at)
        while piece.runs and not piece.runs[0].text.strip():
            piece.runs.pop(0)
        if piece.runs:
            first = piece.runs[0]
            stripped = first.text.lstrip()
            piece.runs[0] = Run(stripped, first.at + len(first.text) - len(stripped))
    return pieces
