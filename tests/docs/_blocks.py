"""Fenced code blocks of a page, each with the instruction in the comment before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_OPEN = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[A-Za-z]*)\s*$")
_TEST = re.compile(r"^\s*<!-- test: (?P<what>.*?) -->\s*$")


@dataclass(frozen=True)
class Block:
    """A block: where it starts, its language, its text, and what the page asks to do with it."""

    line: int
    language: str
    text: str
    test: tuple[str, ...]


def blocks(page: Path) -> Iterator[Block]:
    """Give the blocks of a page; a test comment with no block after it is a block of its own."""
    test: tuple[str, ...] = ()
    lines = page.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        asked, opened = _TEST.match(lines[at]), _OPEN.match(lines[at])
        if asked:
            test = tuple(asked["what"].split())
            if test[0] == "from":
                yield Block(at + 1, "", "", test)
                test = ()
        elif opened:
            start = at
            body: list[str] = []
            at += 1
            while at < len(lines) and lines[at].strip() != opened["fence"]:
                body.append(lines[at].removeprefix(opened["indent"]))
                at += 1
            yield Block(start + 1, opened["language"], "\n".join(body) + "\n", test)
            test = ()
        elif lines[at].strip():
            test = ()
        at += 1
