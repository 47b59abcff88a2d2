"""Text to tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Longest expression read, in characters. A person's formula is far shorter.
MAX_EXPRESSION = 10_000

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<text>'[^'\n]*'|"[^"\n]*")
  | (?P<op>\*\*|<=|>=|==|!=|[-+*/^()\[\],<>=~:])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the language; `kind` is number, name, text, op or end."""

    kind: str
    value: str
    column: int


class ExpressionError(ValueError):
    """An expression cannot be read; `column` counts from 1."""

    def __init__(self, message: str, column: int, code: str = "R0301") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.code = code


def tokenize(text: str) -> list[Token]:
    """Split an expression into tokens, ending with an ``end`` token."""
    if len(text) > MAX_EXPRESSION:
        raise ExpressionError(
            f"the expression has {len(text):,} characters; at most {MAX_EXPRESSION:,} are read",
            1,
            "R0302",
        )
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"unexpected character {text[at]!r}", at + 1)
        kind = match.lastgroup or ""
        if kind == "number":
            following = text[match.end() : match.end() + 1]
            if following.isalpha() or following == "_":
                raise ExpressionError(
                    f"{match.group()!r} runs into {following!r}; a name cannot start with a "
                    "digit, and a product needs '*'",
                    at + 1,
                )
            if float(match.group()) == float("inf"):
                raise ExpressionError("the number is too large", at + 1)
        if kind != "space":
            value = match.group()
            tokens.append(Token(kind, value[1:-1] if kind == "text" else value, at + 1))
        at = match.end()
    tokens.append(Token("end", "", len(text) + 1))
    return tokens
