"""The functions a model may call."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """One function of the language.

    `units` says how units go through: ``plain`` (needs none, gives none), ``same`` (arguments
    share a unit, which is the result's), ``first`` (the first argument's unit), ``root``.
    """

    name: str
    arity: tuple[int, int]
    units: str
    doc: str


_LIST = [
    Function("exp", (1, 1), "plain", "e to the power x"),
    Function("log", (1, 1), "plain", "natural logarithm"),
    Function("sqrt", (1, 1), "root", "square root"),
    Function("abs", (1, 1), "first", "absolute value"),
    Function("sin", (1, 1), "plain", "sine, argument in radians"),
    Function("cos", (1, 1), "plain", "cosine, argument in radians"),
    Function("tanh", (1, 1), "plain", "hyperbolic tangent"),
    Function("logistic", (1, 1), "plain", "1 / (1 + exp(-x))"),
    Function("floor", (1, 1), "first", "largest whole number not above x"),
    Function("min", (2, 8), "same", "smallest argument"),
    Function("max", (2, 8), "same", "largest argument"),
    Function("clip", (3, 3), "same", "clip(x, low, high): x held between low and high"),
    Function(
        "ratio", (2, 3), "ratio", "ratio(a, b, otherwise=0): a / b, or `otherwise` where b is 0"
    ),
    Function("hill", (2, 3), "plain-ratio", "hill(x, half, power=1): x^n / (half^n + x^n)"),
    Function("sum", (1, 2), "first", "sum(x) over all elements; sum(group, expression)"),
    Function("mean", (1, 2), "first", "mean(x) over all elements; mean(group, expression)"),
    Function("after", (1, 1), "date", "after('YYYY-MM-DD'): 1 from that date on, 0 before"),
    Function("between", (2, 2), "date", "between('from', 'until'): 1 inside, 0 outside"),
    Function("ramp", (2, 2), "date", "ramp('from', 'until'): 0 before, 1 after, linear in between"),
    Function("status", (2, 2), "status", "status(actor, name): 1 while the actor has that status"),
]

#: Name -> function. ``if(condition, then, otherwise)`` is part of the grammar.
FUNCTIONS: dict[str, Function] = {f.name: f for f in _LIST}

#: Names with a meaning of their own in every model.
BUILTIN_NAMES: dict[str, tuple[str, str]] = {
    "time": ("months", "months since the start of the model, counting parts of a month"),
    "month_of_year": ("", "1 for January .. 12 for December"),
    "pi": ("", "3.14159..."),
}
