"""Tokens to tree: a Pratt parser.

Precedence, loosest first: ``or``, ``and``, ``not``, comparisons (not chained), ``+ -``, ``* /``,
unary sign, ``^`` (also ``**``, right-associative), calls and subscripts.
"""

from __future__ import annotations

import math

from rivalry.model.expressions._lexer import ExpressionError, Token, tokenize
from rivalry.model.expressions._nodes import (
    Binary,
    Call,
    Conditional,
    Name,
    Node,
    Number,
    Text,
    Unary,
    children,
)

__all__ = ["ExpressionError", "parse_expression"]

_BINARY = {
    "or": 1,
    "and": 2,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "==": 4,
    "!=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "^": 8,
    "**": 8,
}
_MAX_DEPTH = 100


def parse_expression(text: str | float | int) -> Node:
    """Parse an expression.

    Parameters
    ----------
    text : str or number
        A number stands for itself.

    Returns
    -------
    Node

    Raises
    ------
    ExpressionError
        With the column where reading stopped.
    """
    if isinstance(text, bool):
        raise ExpressionError("true and false are not numbers; write 1 or 0", 1)
    if isinstance(text, (int, float)):
        try:
            value = float(text)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise ExpressionError("the number is not finite", 1)
        return Number(1, value)
    parser = _Parser(tokenize(text))
    node = parser.expression(0)
    parser.expect_end()
    _limit_depth(node)
    return node


def _limit_depth(root: Node) -> None:
    # a sum of thousands of terms parses in a loop, but everything after walks it by recursion
    level: list[Node] = [root]
    for _ in range(_MAX_DEPTH * 3):
        level = [child for node in level for child in children(node)]
        if not level:
            return
    raise ExpressionError("the expression nests too deeply or has too many terms", 1, "R0302")


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def _current(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, op: str) -> bool:
        return self._current.kind == "op" and self._current.value == op

    def _expect(self, op: str) -> Token:
        if not self._is(op):
            raise ExpressionError(
                f"expected {op!r}, found {_say(self._current)}", self._current.column
            )
        return self._next()

    def expect_end(self) -> None:
        if self._current.kind != "end":
            raise ExpressionError(
                f"unexpected {_say(self._current)} after a complete expression",
                self._current.column,
            )

    def expression(self, minimum: int) -> Node:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ExpressionError("nested too deeply", self._current.column, "R0302")
        left = self._prefix()
        compared = False
        while True:
            token = self._current
            op = token.value
            power = _BINARY.get(op) if token.kind in ("op", "name") else None
            if power is None or power < minimum:
                break
            self._next()
            if power == 8:
                right = self.expression(7)
                op = "^"
            else:
                right = self.expression(power + 1)
            if power == 4 and compared:
                raise ExpressionError(
                    "comparisons cannot be chained; join them with 'and'", token.column
                )
            compared = power == 4
            left = Binary(token.column, op, left, right)
        self._depth -= 1
        return left

    def _prefix(self) -> Node:
        token = self._next()
        if token.kind == "number":
            return Number(token.column, float(token.value))
        if token.kind == "text":
            return Text(token.column, token.value)
        if token.kind == "op" and token.value in "+-":
            return Unary(token.column, token.value, self.expression(7))
        if token.kind == "op" and token.value == "(":
            inner = self.expression(0)
            self._expect(")")
            return inner
        if token.kind == "name":
            if token.value == "not":
                return Unary(token.column, "not", self.expression(3))
            if token.value in ("and", "or"):
                raise ExpressionError(f"{token.value!r} needs a left side", token.column)
            if self._is("("):
                return self._call(token)
            subscripts: tuple[str, ...] = ()
            if self._is("["):
                subscripts = self._subscripts()
            return Name(token.column, token.value, subscripts)
        raise ExpressionError(
            "the expression ends too early" if token.kind == "end" else f"unexpected {_say(token)}",
            token.column,
        )

    def _subscripts(self) -> tuple[str, ...]:
        self._expect("[")
        names: list[str] = []
        while True:
            token = self._next()
            star = token.kind == "op" and token.value == "*"
            if token.kind not in ("name", "number") and not star:
                raise ExpressionError(
                    f"a subscript is an element, a dimension or '*', not {_say(token)}",
                    token.column,
                )
            names.append(token.value)
            if self._is("]"):
                self._next()
                return tuple(names)
            self._expect(",")

    def _call(self, name: Token) -> Node:
        self._expect("(")
        args: list[Node] = []
        keywords: list[tuple[str, Node]] = []
        while not self._is(")"):
            token = self._current
            if token.kind == "name" and self._names_argument():
                self._next()
                self._next()
                if any(k == token.value for k, _ in keywords):
                    raise ExpressionError(f"{token.value!r} is given twice", token.column)
                keywords.append((token.value, self.expression(0)))
            else:
                if keywords:
                    raise ExpressionError(
                        "a plain argument cannot follow a named one", token.column
                    )
                args.append(self.expression(0))
            if not self._is(")"):
                self._expect(",")
        self._next()
        if name.value == "if":
            if len(args) != 3 or keywords:
                raise ExpressionError("if needs (condition, then, otherwise)", name.column)
            return Conditional(name.column, *args)
        return Call(name.column, name.value, tuple(args), tuple(keywords))

    def _names_argument(self) -> bool:
        # a name is never the last token, the end is
        following = self._tokens[self._at + 1]
        return following.kind == "op" and following.value == "="


def _say(token: Token) -> str:
    return "the end" if token.kind == "end" else repr(token.value)
