"""Text from a document, made harmless for terminals, spreadsheets and files."""

from __future__ import annotations

import re
import unicodedata

#: Characters by which a spreadsheet takes a cell for a formula, also in their wide forms.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_SPACES = re.compile(r"\s+")


def printable(text: str) -> str:
    """Return the text with nothing in it that a terminal would obey.

    Escape sequences, other control characters, and characters that turn the direction of writing
    or have no width are shown as ``<U+001B>``; line ends and tabs become spaces.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        One line.
    """
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in "\n\r\t\v\f\x85\u2028\u2029":
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co"):
        return "" if character == "\u00ad" else f"<U+{ord(character):04X}>"
    return character


def one_line(text: str) -> str:
    """Return the text made printable, with single spaces."""
    return _SPACES.sub(" ", printable(text)).strip()


def cell(value: object) -> str:
    """Return a value as the text of a CSV cell that no spreadsheet takes for a formula.

    A cell that starts like a formula gets an apostrophe before it. Numbers, also negative ones,
    stay numbers.
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    text = one_line(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
