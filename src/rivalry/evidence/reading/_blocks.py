"""Paragraphs to be: runs of characters, each with its place in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Characters that printing leaves behind and that no reader sees.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_PIECES = re.compile(
    r"\s+|[\u00ad\u200b-\u200d\u2060\ufeff]+|[ﬀ-ﬆ]|[^\s\u00ad\u200b-\u200d\u2060\ufeffﬀ-ﬆ]+"
)


@dataclass(frozen=True)
class Run:
    """Characters that stand together in the file as they do here; `at` is their place there."""

    text: str
    at: int


@dataclass
class Block:
    """A paragraph to be: runs of characters, and what the layout says about it.

    Attributes
    ----------
    runs : list of Run
    hint : {"", "title", "heading", "teaser", "note", "list"}
        Known from markup; empty where the words must decide.
    breaks : list of int
        Positions in the block's text at which a sentence must start (joined lines of notes).
    """

    runs: list[Run] = field(default_factory=list)
    hint: str = ""
    breaks: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words, on one line."""
        return "".join(run.text for run in self.runs)

    def text_tail(self, length: int) -> str:
        """Return at most the last `length` characters, without joining all of them."""
        tail = ""
        for run in reversed(self.runs):
            tail = run.text + tail
            if len(tail) >= length:
                break
        return tail[-length:]

    def drop_last(self) -> None:
        """Remove the last character."""
        last = self.runs.pop()
        if len(last.text) > 1:
            self.runs.append(Run(last.text[:-1], last.at))

    def extend(self, other: Block, between: str = " ") -> None:
        """Append another block's words behind `between`."""
        if self.runs and other.runs and between:
            last = self.runs[-1]
            self.runs.append(Run(between, last.at + len(last.text)))
        self.runs.extend(other.runs)


class Collector:
    """Gathers a block's runs from pieces of the file: spaces made single, ligatures resolved."""

    def __init__(self) -> None:
        self._runs: list[tuple[list[str], int]] = []
        self._end = -1
        self._space: int | None = None

    def add(self, text: str, at: int) -> None:
        """Append characters that stand at a place in the file."""
        for match in _PIECES.finditer(text):
            piece, place = match.group(), at + match.start()
            if piece[0].isspace():
                if self._space is None:
                    self._space = place
            elif piece[0] in _INVISIBLE:
                continue
            else:
                if self._space is not None and self._runs:
                    self._put(" ", self._space)
                self._space = None
                self._put(_LIGATURES.get(piece, piece), place, len(piece))

    def put(self, text: str, at: int, length: int) -> None:
        """Append characters for which `length` others stand in the file, such as ``&amp;``."""
        if text.isspace():
            self._space = at if self._space is None else self._space
            return
        if self._space is not None and self._runs:
            self._put(" ", self._space)
        self._space = None
        self._put(text, at, length)

    @property
    def pending(self) -> bool:
        """Tell whether something was gathered."""
        return bool(self._runs)

    def block(self, hint: str = "") -> Block:
        """Return what was gathered and start anew."""
        block = Block([Run("".join(parts), at) for parts, at in self._runs], hint)
        self._runs, self._end, self._space = [], -1, None
        return block

    def _put(self, text: str, at: int, length: int = 1) -> None:
        if at == self._end:
            self._runs[-1][0].append(text)
        else:
            self._runs.append(([text], at))
        # after a piece whose length differs in the file, a run cannot go on
        self._end = at + length if len(text) == length else -1


def block_of(text: str, at: int, hint: str = "") -> Block:
    """Return one line's words as a block."""
    collector = Collector()
    collector.add(text, at)
    return collector.block(hint)
