"""What the generated code computes where: local names, tiers, and what is needed.

A value belongs to the tier at which it last changes: the draw (parameters), the month
(scheduled parameters, monthly inputs) or the substep (state). Values of a lower tier are
computed outside the inner loops.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

from rivalry.model.ir import Apply, Const, Expr, Model, Ref, refs

DRAW, MONTH, STEP = 0, 1, 2


def element_key(name: str) -> int:
    """Stable number of an element for keyed random numbers.

    It depends on the name only, so that adding an element never shifts another's numbers.
    """
    return zlib.crc32(name.encode()) & 0x7FFFFFFF


class Plan:
    """Names and tiers of one model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._local: dict[str, str] = {}
        self._taken: set[str] = set()
        self.tiers: dict[str, int] = {}
        scheduled = set(model.schedulable)
        for p in model.parameters:
            self.tiers[p.name] = MONTH if p.name in scheduled else DRAW
        for i in model.inputs:
            self.tiers[i.name] = STEP if i.fine and model.time.substeps > 1 else MONTH
        for part in (model.stocks, model.levels, model.noise, model.accumulators, model.flows):
            for item in part:
                self.tiers[item.name] = STEP
        self._aux = {a.name: a.expr for a in model.auxiliaries}
        for aux in model.auxiliaries:
            self.tiers[aux.name] = self.tier(aux.expr)
        self.lookups = {t.name: t for t in model.lookups}

    def local(self, name: str) -> str:
        """Return the Python name that stands for an element in generated code."""
        found = self._local.get(name)
        if found is None:
            found = "x_" + (re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_") or "_")
            while found in self._taken:
                found += "_"
            self._taken.add(found)
            self._local[name] = found
        return found

    def tier(self, expr: Expr) -> int:
        """Tier of an expression: the highest of its names."""
        return max((self.tiers[n] for n in refs(expr)), default=DRAW)

    def needed(self, exprs: Iterable[Expr]) -> list[str]:
        """Auxiliaries that some expressions need, in the order in which to compute them."""
        wanted: set[str] = set()
        stack = [n for e in exprs for n in refs(e)]
        while stack:
            name = stack.pop()
            if name in self._aux and name not in wanted:
                wanted.add(name)
                stack.extend(refs(self._aux[name]))
        return [a.name for a in self.model.auxiliaries if a.name in wanted]

    def aux_lines(self, names: Iterable[str], tier: int) -> list[str]:
        """Assign those auxiliaries that belong to a tier."""
        return [
            f"{self.local(n)} = {self.code(self._aux[n])}" for n in names if self.tiers[n] == tier
        ]

    # -- expressions -------------------------------------------------------------------------

    def code(self, expr: Expr) -> str:
        """Python source of an expression (a float)."""
        if isinstance(expr, Const):
            return _number(expr.value)
        if isinstance(expr, Ref):
            return self.local(expr.name)
        return self._apply(expr)

    def condition(self, expr: Expr) -> str:
        """Python source of a condition (a bool)."""
        if isinstance(expr, Apply):
            if expr.op in ("<", "<=", ">", ">=", "==", "!="):
                return f"({self.code(expr.args[0])} {expr.op} {self.code(expr.args[1])})"
            if expr.op in ("and", "or"):
                a, b = (self.condition(x) for x in expr.args)
                return f"({a} {expr.op} {b})"
            if expr.op == "not":
                return f"(not {self.condition(expr.args[0])})"
        return f"({self.code(expr)} != 0.0)"

    def _apply(self, expr: Apply) -> str:
        op = expr.op
        if op in ("<", "<=", ">", ">=", "==", "!=", "and", "or", "not"):
            return f"(1.0 if {self.condition(expr)} else 0.0)"
        if op == "if":
            test = self.condition(expr.args[0])
            then, otherwise = (self.code(a) for a in expr.args[1:])
            return f"({then} if {test} else {otherwise})"
        args = [self.code(a) for a in expr.args]
        if op in ("+", "-", "*", "/"):
            return f"({args[0]} {op} {args[1]})"
        if op == "^":
            return self._power(expr, args)
        if op == "neg":
            return f"(-{args[0]})"
        if op == "lookup":
            table = self.lookups[expr.table]
            xs = ", ".join(_number(v) for v in table.x)
            ys = ", ".join(_number(v) for v in table.y)
            return f"interpolate({args[0]}, ({xs},), ({ys},))"
        if op in ("exp", "log", "sqrt", "sin", "cos", "tanh"):
            return f"math.{op}({args[0]})"
        if op == "floor":
            return f"np.floor({args[0]})"  # Numba's math.floor is an integer, wrong for NaN
        if op == "abs":
            return f"abs({args[0]})"
        if op in ("min", "max"):
            # not Python's own, which lose a NaN in one of their arguments
            function = "least" if op == "min" else "greatest"
            text = args[0]
            for other in args[1:]:
                text = f"{function}({text}, {other})"
            return text
        if op == "clip":
            return f"least(greatest({args[0]}, {args[1]}), {args[2]})"
        if op == "ratio":
            return f"ratio({', '.join(args if len(args) == 3 else [*args, '0.0'])})"
        if op == "hill":
            return f"hill({', '.join(args if len(args) == 3 else [*args, '1.0'])})"
        if op == "logistic":
            return f"logistic({args[0]})"
        raise ValueError(f"no code for operation {op!r}")

    def _power(self, expr: Apply, args: list[str]) -> str:
        exponent = expr.args[1]
        if isinstance(exponent, Const):
            if exponent.value == 2.0 and isinstance(expr.args[0], Ref):
                return f"({args[0]} * {args[0]})"
            if exponent.value == 0.5:
                return f"math.sqrt({args[0]})"
        return f"({args[0]} ** {args[1]})"


def _number(value: float) -> str:
    if value == float("inf"):
        return "math.inf"
    if value == float("-inf"):
        return "(-math.inf)"
    return f"({value!r})" if value < 0 else repr(float(value))
