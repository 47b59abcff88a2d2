"""From paragraphs to a document: what each paragraph is, its label, its sentences."""

from __future__ import annotations

from collections.abc import Sequence

from rivalry.evidence.reading._blocks import Block
from rivalry.evidence.reading._document import (
    Document,
    DocumentDate,
    Paragraph,
    ParagraphKind,
    Sentence,
    Span,
)
from rivalry.evidence.reading._labels import classify
from rivalry.evidence.reading._repair import repair
from rivalry.evidence.reading._sentences import split_sentences

__all__ = ["assemble", "document_from_text", "split_sentences"]


def document_from_text(
    text: str,
    name: str = "text",
    *,
    date: DocumentDate | None = None,
    meta: dict[str, str] | None = None,
) -> Document:
    """Return a plain text as a document: repaired, in labelled paragraphs and sentences.

    Parameters
    ----------
    text : str
        As it stands in the file; page dumps are repaired.
    name : str
        Of the file.
    date : DocumentDate, optional
        Otherwise a date stated beside the author's name or alone on a line is taken.
    meta : dict, optional
        To keep with the document.

    Returns
    -------
    Document
    """
    return assemble(repair(text), name, date=date, meta=meta)


def assemble(
    blocks: Sequence[Block],
    name: str,
    *,
    date: DocumentDate | None = None,
    meta: dict[str, str] | None = None,
    kinds: Sequence[ParagraphKind | None] | None = None,
) -> Document:
    """Label paragraphs, split them into sentences and set them into one text.

    Parameters
    ----------
    blocks : sequence of Block
    name : str
    date : DocumentDate, optional
    meta : dict, optional
    kinds : sequence of {"title", "teaser", "note", "body"} or None, optional
        Kinds that a reader has settled, one a block.
    """
    sorted_out, stated = classify(blocks, kinds)
    paragraphs: list[Paragraph] = []
    pieces: list[tuple[int, int]] = []
    parts: list[str] = []
    at = number = 0
    labels = _Labels()
    for block, kind in sorted_out:
        if parts:
            parts.append("\n\n")
            last = block.runs[0].at
            pieces.append((at, last))
            at += 2
        start = at
        for run in block.runs:
            pieces.append((at, run.at))
            parts.append(run.text)
            at += len(run.text)
        label = labels.next(kind, heading=block.hint == "heading")
        words = block.text
        spans = split_sentences(words, breaks=block.breaks)
        sentences = tuple(
            Sentence(Span(start + s.start, start + s.end), label, number + i)
            for i, s in enumerate(spans)
        )
        number += len(sentences)
        paragraphs.append(Paragraph(label, kind, Span(start, at), sentences))
    return Document(
        name=name,
        text="".join(parts),
        paragraphs=tuple(paragraphs),
        pieces=tuple(pieces),
        date=date if date is not None else stated,
        meta=dict(meta or {}),
    )


class _Labels:
    """Hands out T, T1, B, H1, P1 and so on."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def next(self, kind: ParagraphKind, *, heading: bool) -> str:
        """Return the next label of a kind; section headings are titles that come later."""
        if kind == "title":
            if not heading and "T" not in self._used:
                self._used["T"] = 1
                return "T"
            return self._numbered("H")
        if kind == "teaser":
            return self._numbered("T1", "T")
        if kind == "note":
            first = "B" not in self._used
            label = self._numbered("B")
            return "B" if first else label
        return self._numbered("P")

    def _numbered(self, key: str, letter: str | None = None) -> str:
        self._used[key] = self._used.get(key, 0) + 1
        return f"{letter or key}{self._used[key]}"
