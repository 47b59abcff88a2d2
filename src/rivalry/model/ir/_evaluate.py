"""Vectorised evaluation of expressions with NumPy.

Used by the reference backend, the signs of the diagram and tests; the engine's generated code
is compared against it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rivalry.model.ir._expr import Apply, Const, Expr, Ref
from rivalry.model.ir._model import LookupTable

Array = NDArray[np.float64]


def _ratio(a: Array, b: Array, otherwise: Array | float = 0.0) -> Array:
    safe = np.where(b == 0, 1.0, b)
    return np.asarray(np.where(b == 0, otherwise, a / safe))


def _hill(x: Array, half: Array, power: Array | float = 1.0) -> Array:
    top = np.power(np.maximum(x, 0.0), power)
    return _ratio(top, np.power(half, power) + top)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "neg": np.negative,
    "<": lambda a, b: np.asarray(a < b, dtype=float),
    "<=": lambda a, b: np.asarray(a <= b, dtype=float),
    ">": lambda a, b: np.asarray(a > b, dtype=float),
    ">=": lambda a, b: np.asarray(a >= b, dtype=float),
    "==": lambda a, b: np.asarray(a == b, dtype=float),
    "!=": lambda a, b: np.asarray(a != b, dtype=float),
    "and": lambda a, b: np.asarray((a != 0) & (b != 0), dtype=float),
    "or": lambda a, b: np.asarray((a != 0) | (b != 0), dtype=float),
    "not": lambda a: np.asarray(a == 0, dtype=float),
    "if": lambda c, a, b: np.where(np.asarray(c) != 0, a, b),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "floor": np.floor,
    "logistic": lambda x: 1.0 / (1.0 + np.exp(-x)),
    "min": lambda *xs: np.minimum.reduce(np.broadcast_arrays(*xs)),
    "max": lambda *xs: np.maximum.reduce(np.broadcast_arrays(*xs)),
    "clip": lambda x, a, b: np.minimum(np.maximum(x, a), b),
    "ratio": _ratio,
    "hill": _hill,
}


def evaluate(
    expr: Expr,
    values: Mapping[str, Array | float],
    lookups: Mapping[str, LookupTable] | None = None,
) -> Array:
    """Evaluate an expression for many draws at once.

    Parameters
    ----------
    expr : Expr
    values : mapping of name to array (n,) or float
    lookups : mapping of name to LookupTable, optional

    Returns
    -------
    ndarray (n,) or scalar array
    """
    with np.errstate(all="ignore"):
        return np.asarray(_evaluate(expr, values, lookups or {}), dtype=np.float64)


def _evaluate(
    expr: Expr, values: Mapping[str, Array | float], lookups: Mapping[str, LookupTable]
) -> Array | float:
    if isinstance(expr, Const):
        return expr.value
    if isinstance(expr, Ref):
        return values[expr.name]
    args = [_evaluate(a, values, lookups) for a in expr.args]
    if expr.op == "lookup":
        table = lookups[expr.table]
        return np.asarray(np.interp(args[0], table.x, table.y))
    result: Array = OPERATIONS[expr.op](*args)
    return result


def describe(expr: Expr) -> str:
    """Print a resolved expression, for messages and tables."""
    return _text(expr, 0)


_POWER = {"or": 1, "and": 2, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4}
_POWER |= {"+": 5, "-": 5, "*": 6, "/": 6, "^": 8}


def _text(expr: Expr, outer: int) -> str:
    if isinstance(expr, Const):
        v = expr.value
        return str(int(v)) if abs(v) < 1e15 and v == int(v) else f"{v:g}"
    if isinstance(expr, Ref):
        return expr.name
    if not isinstance(expr, Apply):
        raise TypeError(f"not an expression: {expr!r}")
    if expr.table == "per month":
        return _text(expr.args[0], outer)
    if expr.op in _POWER:
        power = _POWER[expr.op]
        # brackets as the grammar needs them: powers group to the right, comparisons not at all
        left = power + 1 if power in (4, 8) else power
        right = 7 if expr.op == "^" else power + 1
        text = f"{_text(expr.args[0], left)} {expr.op} {_text(expr.args[1], right)}"
        return f"({text})" if power < outer else text
    if expr.op == "neg":
        text = f"-{_text(expr.args[0], 7)}"
        return f"({text})" if outer > 7 else text
    name = expr.table if expr.op == "lookup" else expr.op
    return f"{name}({', '.join(_text(a, 0) for a in expr.args)})"
