"""Reading priors: a family and numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from rivalry.model.build._context import Context, Path
from rivalry.model.build._families import POSITIVE, PRIORS
from rivalry.model.expressions import Call, ExpressionError, Node, parse_expression
from rivalry.model.expressions._nodes import Binary, Number, Unary

_OPERATORS: dict[str, Callable[[float, float], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
#: exp() of more is infinite, or its inverse zero.
_MAX_MU = 700.0
Prior = tuple[str, tuple[float, ...]]


def read_prior(text: str, context: Context, path: Path) -> Prior | None:
    """Read ``lognormal(log(30000), 0.3)``; None (and a problem) if it is wrong."""
    text = text.strip().removeprefix("~").strip()
    try:
        node = parse_expression(text)
    except ExpressionError as error:
        context.problem(
            error.code,
            f"{text!r} cannot be read at column {error.column}: {error.message}",
            "A prior looks like normal(0, 1).",
            path,
        )
        return None
    if not isinstance(node, Call) or node.function not in PRIORS:
        name = node.function if isinstance(node, Call) else text
        context.problem(
            "R0309",
            f"{name!r} is not a prior",
            context.suggest(name, list(PRIORS))
            + "Priors: "
            + ", ".join(f"{k}({', '.join(v)})" for k, v in PRIORS.items())
            + "; a fixed value is a plain number.",
            path,
        )
        return None
    names = PRIORS[node.function]
    given = dict(zip(names, node.args, strict=False))
    for key, value in node.keywords:
        if key in given or key not in names:
            context.problem(
                "R0308",
                f"{node.function} has no free argument {key!r}",
                f"Write {node.function}({', '.join(names)}).",
                path,
            )
            return None
        given[key] = value
    if len(node.args) > len(names) or set(given) != set(names):
        context.problem(
            "R0308",
            f"{node.function} takes {len(names)} argument(s): {', '.join(names)}",
            f"Write {node.function}({', '.join(names)}).",
            path,
        )
        return None
    values: list[float] = []
    for name in names:
        number = _constant(given[name])
        if number is None or not math.isfinite(number):
            context.problem(
                "R0309",
                f"the argument {name} of {node.function} is not a finite number",
                "Prior arguments are numbers, with + - * / ^ log exp sqrt.",
                path,
            )
            return None
        scale = name in POSITIVE or node.function == "exponential"
        if scale and number <= 0:
            context.problem(
                "R0309",
                f"{name} = {number:g} must be above 0 in {node.function}",
                "Give a number above 0.",
                path,
            )
            return None
        values.append(number)
    if node.function == "uniform" and values[1] <= values[0]:
        context.problem("R0309", "uniform(low, high) needs low < high", "Swap them.", path)
        return None
    if node.function == "lognormal" and abs(values[0]) > _MAX_MU:
        context.problem(
            "R0309",
            f"the median of lognormal is exp({values[0]:g}), beyond what can be computed with",
            "The first argument is the logarithm of the median: write lognormal(log(median), sd).",
            path,
        )
        return None
    return node.function, tuple(values)


def _constant(node: Node) -> float | None:
    match node:
        case Number(value=v):
            return v
        case Unary(op="-" | "+" as sign, operand=inner):
            z = _constant(inner)
            return z if z is None or sign == "+" else -z
        case Binary(op=op, left=a, right=b):
            x, y = _constant(a), _constant(b)
            try:
                # a negative number to a broken power is complex, which float() refuses
                return None if x is None or y is None else float(_OPERATORS[op](x, y))
            except (KeyError, ArithmeticError, TypeError):
                return None
        case Call(function="log" | "exp" | "sqrt" as f, args=(inner,), keywords=()):
            z = _constant(inner)
            try:
                return None if z is None else float(getattr(math, f)(z))
            except (ValueError, OverflowError):
                return None
    return None
