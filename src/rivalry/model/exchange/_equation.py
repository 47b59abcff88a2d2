"""Expressions as XMILE equations."""

from __future__ import annotations

import math
from collections.abc import Callable

from rivalry.model.ir import Apply, Const, Expr, Ref

_JOIN = {
    "+": "+", "-": "-", "*": "*", "/": "/", "^": "^", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    "==": "=", "!=": "<>", "and": "AND", "or": "OR",
}  # fmt: skip
_TRUTH = {"<", "<=", ">", ">=", "==", "!=", "and", "or", "not"}
_CALL = {"exp": "EXP", "log": "LN", "sqrt": "SQRT", "abs": "ABS", "sin": "SIN", "cos": "COS"}
_CALL |= {"floor": "INT"}


def number(value: float) -> str:
    """Write a number so that it reads back the same; negative ones in brackets."""
    if math.isinf(value):
        value = math.copysign(1e300, value)
    text = repr(float(value))
    text = text.removesuffix(".0") if "e" not in text else text
    return f"({text})" if value < 0 else text


def equation(expr: Expr, name: Callable[[str], str]) -> str:
    """Return an equation; `name` gives what stands for an element."""
    if isinstance(expr, Const):
        return number(expr.value)
    if isinstance(expr, Ref):
        return name(expr.name)
    if expr.op in _TRUTH:  # a truth value where a number is wanted
        return f"(IF {_condition(expr, name)} THEN 1 ELSE 0)"
    args = [equation(a, name) for a in expr.args]
    match expr.op:
        case "+" | "-" | "*" | "/" | "^":
            return f"({args[0]} {_JOIN[expr.op]} {args[1]})"
        case "neg":
            return f"(0 - {args[0]})"
        case "if":
            return f"(IF {_condition(expr.args[0], name)} THEN {args[1]} ELSE {args[2]})"
        case "min" | "max":
            text = args[-1]
            for other in reversed(args[:-1]):
                text = f"{expr.op.upper()}({other}, {text})"
            return text
        case "clip":
            return f"MIN(MAX({args[0]}, {args[1]}), {args[2]})"
        case "logistic":
            return f"(1 / (1 + EXP(0 - {args[0]})))"
        case "tanh":
            return f"(1 - 2 / (EXP(2 * {args[0]}) + 1))"
        case "ratio":
            other = args[2] if len(args) == 3 else "0"
            return f"(IF {args[1]} = 0 THEN {other} ELSE {args[0]} / {args[1]})"
        case "hill":
            power = args[2] if len(args) == 3 else "1"
            top = f"MAX({args[0]}, 0) ^ {power}"
            return f"(({top}) / ({args[1]} ^ {power} + {top}))"
        case "lookup":
            return f"{name(expr.table)}({args[0]})"
        case _:
            return f"{_CALL[expr.op]}({', '.join(args)})"


def _condition(expr: Expr, name: Callable[[str], str]) -> str:
    if isinstance(expr, Apply) and expr.op in ("and", "or"):
        return (
            f"({_condition(expr.args[0], name)}) {_JOIN[expr.op]} "
            f"({_condition(expr.args[1], name)})"
        )
    if isinstance(expr, Apply) and expr.op == "not":
        return f"NOT ({_condition(expr.args[0], name)})"
    if isinstance(expr, Apply) and expr.op in _TRUTH:
        left, right = (equation(a, name) for a in expr.args)
        return f"{left} {_JOIN[expr.op]} {right}"
    return f"{equation(expr, name)} <> 0"
