"""Resolved expressions over scalar names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Const:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Ref:
    """A scalar element by its full name, such as ``fighters[taliban]``."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation: + - * / ^ neg, comparisons, and or not, if, a function, or ``lookup``.

    `table` names the graphical function when `op` is ``lookup``. A product marked ``per month``
    turns the people that a flow moved in a substep into people a month.
    """

    op: str
    args: tuple[Expr, ...]
    table: str = ""


Expr = Const | Ref | Apply


def refs(expr: Expr) -> set[str]:
    """Names that an expression uses."""
    found: set[str] = set()
    stack: list[Expr] = [expr]
    while stack:
        current = stack.pop()
        if isinstance(current, Ref):
            found.add(current.name)
        elif isinstance(current, Apply):
            stack.extend(current.args)
    return found


def substitute(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """Replace names by expressions."""
    if isinstance(expr, Ref):
        return values.get(expr.name, expr)
    if isinstance(expr, Apply):
        return Apply(expr.op, tuple(substitute(a, values) for a in expr.args), expr.table)
    return expr
