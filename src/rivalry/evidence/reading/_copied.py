"""Telling whether a text was copied from another."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: A run of so many words is a quotation. Names of bodies and agreements are shorter.
RUN = 8


def copied_run(text: str, source: str, length: int = RUN) -> str:
    """Return the first run of `length` words of `text` that stands in `source` too, or "".

    Case, punctuation and line ends do not count.
    """
    words = _words(text)
    if len(words) < length:
        return ""
    spoken = f" {' '.join(_words(source))} "
    for i in range(len(words) - length + 1):
        run = " ".join(words[i : i + length])
        if f" {run} " in spoken:
            return run
    return ""


def _words(text: str) -> list[str]:
    return [w.replace("’", "'").casefold() for w in _WORD.findall(text)]
