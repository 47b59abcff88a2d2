"""From parsed expressions to expressions over scalar names."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from rivalry.model.build._calendar import Calendar
from rivalry.model.build._context import Context, Path, ResolveError, Symbol, scalar_name
from rivalry.model.expressions import (
    FUNCTIONS,
    Binary,
    Call,
    Conditional,
    ExpressionError,
    Name,
    Node,
    Number,
    Text,
    Unary,
    parse_expression,
)
from rivalry.model.expressions._functions import BUILTIN_NAMES
from rivalry.model.ir import Apply, Const, Expr, Ref

#: Which kinds of names an expression may use, by where it stands.
SCOPES: dict[str, set[str]] = {
    "state": {"stock", "level", "auxiliary", "noise", "parameter", "input", "accumulator"},
    "change": {
        "stock", "level", "auxiliary", "noise", "parameter", "input", "accumulator", "flow",
    },
    "count": {"flow", "parameter", "input", "auxiliary", "noise", "stock", "level"},
    "constant": {"parameter"},
    "observe": {"stock", "level", "auxiliary", "noise", "parameter", "input", "accumulator"},
}  # fmt: skip

_SCOPE_WORDS = {
    "state": "a formula evaluated from the present state",
    "change": "the change of a level",
    "count": "a count of flows",
    "constant": "a start value or an amount, which may use parameters only",
    "observe": "an observation",
}

_FOLD: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else math.nan,
    "and": lambda a, b: float(a != 0 and b != 0),
    "or": lambda a, b: float(a != 0 or b != 0),
}

#: Sums over dimensions multiply; beyond this many terms an expression exhausts the memory.
_MAX_TERMS = 20_000


class Resolver:
    """Turns text into `Expr` for one place of the case."""

    def __init__(self, context: Context, calendar: Calendar) -> None:
        self._context = context
        self._calendar = calendar
        #: names used anywhere, to warn about unused ones
        self.used: set[str] = set()
        self._terms = 0

    def parse(self, text: str | float, path: Path) -> Node | None:
        """Parse, reporting faults; None if it could not be read."""
        try:
            return parse_expression(text)
        except ExpressionError as error:
            shown = str(text)
            shown = shown if len(shown) <= 60 else shown[:57] + "..."
            self._context.problem(
                error.code,
                f"{shown!r} cannot be read at column {error.column}: {error.message}",
                "See 'rivalry explain R0301' for the grammar.",
                path,
            )
            return None

    def resolve(
        self,
        text: str | float,
        path: Path,
        *,
        scope: str = "state",
        env: Mapping[str, str] | None = None,
    ) -> Expr | None:
        """Parse and resolve; None (and a problem) on any fault."""
        node = self.parse(text, path)
        return None if node is None else self.resolve_node(node, path, scope=scope, env=env)

    def resolve_node(
        self, node: Node, path: Path, *, scope: str = "state", env: Mapping[str, str] | None = None
    ) -> Expr | None:
        """Resolve a parsed expression; None (and a problem) on any fault."""
        self._terms = 0
        try:
            return self._resolve(node, scope, dict(env or {}))
        except ResolveError as error:
            self._context.problem(error.code, error.message, error.remedy, path)
            return None

    # -- nodes -------------------------------------------------------------------------------

    def _resolve(self, node: Node, scope: str, env: dict[str, str]) -> Expr:
        match node:
            case Number(value=v):
                return Const(v)
            case Text(value=v):
                raise ResolveError(
                    "R0301", f"the text {v!r} cannot be a value", "Texts are dates or statuses."
                )
            case Unary(op=op, operand=x):
                inner = self._resolve(x, scope, env)
                if op == "+":
                    return inner
                if isinstance(inner, Const):
                    return Const(-inner.value if op == "-" else float(inner.value == 0))
                return Apply("neg" if op == "-" else "not", (inner,))
            case Binary():
                return self._binary(node, scope, env)
            case Conditional(condition=c, then=a, otherwise=b):
                test = self._resolve(c, scope, env)
                if isinstance(test, Const):
                    taken, other = (a, b) if test.value != 0 else (b, a)
                    self._check_unused(other, scope, env)
                    return self._resolve(taken, scope, env)
                return Apply(
                    "if", (test, self._resolve(a, scope, env), self._resolve(b, scope, env))
                )
            case Name():
                return self._name(node, scope, env)
            case Call():
                return self._call(node, scope, env)
        raise TypeError(f"not an expression node: {node!r}")

    def _binary(self, node: Binary, scope: str, env: dict[str, str]) -> Expr:
        if node.op in ("==", "!="):
            same = self._same_element(node.left, node.right, env)
            if same is not None:
                return Const(float(same == (node.op == "==")))
        a, b = self._resolve(node.left, scope, env), self._resolve(node.right, scope, env)
        if isinstance(a, Const) and isinstance(b, Const) and node.op in _FOLD:
            value = _FOLD[node.op](a.value, b.value)
            # what overflows is left to fail where it runs, with the draw that shows it
            if math.isfinite(value):
                return Const(value)
        return Apply(node.op, (a, b))

    def _check_unused(self, node: Node, scope: str, env: dict[str, str]) -> None:
        # a comparison of indices decided: elements of the other side need not exist, names must
        try:
            self._resolve(node, scope, env)
        except ResolveError as error:
            if error.code != "R0304":
                raise

    def _same_element(self, left: Node, right: Node, env: dict[str, str]) -> bool | None:
        """Compare an index with an index or element; None if neither side is an index."""
        names = [n.name for n in (left, right) if isinstance(n, Name) and not n.subscripts]
        running = [n for n in names if n in env]
        if not running:
            return None
        index = running[0]
        elements = self._context.dimensions[index]
        if len(names) < 2:
            raise ResolveError(
                "R0304",
                f"the index {index!r} is compared with something that is not an element",
                f"Elements: {', '.join(elements)}.",
            )
        other = names[1] if names[0] == index else names[0]
        if other not in elements and not (
            other in env and set(self._context.dimensions[other]) & set(elements)
        ):
            raise ResolveError(
                "R0304",
                f"{other!r} is not an element of {index}",
                self._context.suggest(other, list(elements)) + f"Elements: {', '.join(elements)}.",
            )
        return env[index] == env.get(other, other)

    def _name(self, node: Name, scope: str, env: dict[str, str]) -> Expr:
        name = node.name
        if name == "pi":
            return Const(3.141592653589793)
        if name in BUILTIN_NAMES:
            self._check_dated(name, scope)
            return Ref(self._calendar.builtin(name))
        if name in env or name in self._context.dimensions:
            raise ResolveError(
                "R0305",
                f"{name!r} is a dimension, not a value",
                "Use it in brackets or in a comparison such as group == rival.",
            )
        symbol = self._symbol(name)
        self._check_scope(symbol, scope)
        if not node.subscripts and symbol.dims:
            raise ResolveError(
                "R0305",
                f"{name} has {len(symbol.dims)} dimension(s) ({', '.join(symbol.dims)}) but stands "
                "without brackets",
                f"Write {name}[{', '.join(symbol.dims)}], name an element, or sum({name}).",
            )
        return self._ref(symbol, tuple(self._subscripts(symbol, node.subscripts, env)))

    def _ref(self, symbol: Symbol, index: tuple[str, ...]) -> Ref:
        self.used.add(symbol.name)
        return Ref(scalar_name(symbol.name, index))

    def _symbol(self, name: str) -> Symbol:
        symbol = self._context.symbols.get(name)
        if symbol is None and name in self._context.spec.actors:
            raise ResolveError(
                "R0303",
                f"{name} is an actor, not a stock or another value",
                "Name the stock of its people, or use status(actor, 'government').",
            )
        if symbol is None:
            known = set(self._context.symbols) | set(BUILTIN_NAMES)
            raise ResolveError(
                "R0303",
                f"nothing is called {name!r}",
                self._context.suggest(name, known)
                + "Declare it as a parameter, auxiliary, stock or level.",
            )
        return symbol

    def _check_dated(self, what: str, scope: str) -> None:
        if scope == "constant":
            raise ResolveError(
                "R0306",
                f"{what} changes with the date; it cannot stand in {_SCOPE_WORDS[scope]}",
                "Use parameters.",
            )

    def _check_scope(self, symbol: Symbol, scope: str) -> None:
        if symbol.kind in SCOPES[scope]:
            return
        remedy = "Use a name that has a value there."
        if symbol.kind == "flow":
            remedy = "Flows can be named in changes of levels, accumulators and dyad measures."
        if symbol.kind == "lookup":
            remedy = f"Call it with its argument: {symbol.name}(x)."
        raise ResolveError(
            "R0306",
            f"{symbol.name} is a {symbol.kind}; it cannot stand in {_SCOPE_WORDS[scope]}",
            remedy,
        )

    def _subscripts(
        self, symbol: Symbol, subscripts: tuple[str, ...], env: dict[str, str]
    ) -> list[str]:
        if len(subscripts) != len(symbol.dims):
            raise ResolveError(
                "R0305",
                f"{symbol.name} has {len(symbol.dims)} dimension(s), not {len(subscripts)}",
                f"Its dimensions: {', '.join(symbol.dims) or 'none'}.",
            )
        index = []
        for subscript, dim in zip(subscripts, symbol.dims, strict=True):
            elements = self._context.dimensions[dim]
            element = env.get(subscript, subscript)
            if element not in elements:
                if subscript in self._context.dimensions and subscript not in env:
                    message = f"the index {subscript!r} has no value here"
                    remedy = f"Declare the element over [{subscript}] or name an element."
                else:
                    message = f"{element!r} is not an element of {dim}"
                    remedy = self._context.suggest(element, list(elements))
                    remedy += f"Elements: {', '.join(elements)}."
                raise ResolveError("R0304", f"{message} (in {symbol.name})", remedy)
            index.append(element)
        return index

    # -- calls -------------------------------------------------------------------------------

    def _call(self, node: Call, scope: str, env: dict[str, str]) -> Expr:
        name = node.function
        symbol = self._context.symbols.get(name)
        if symbol is not None and symbol.kind == "lookup":
            if len(node.args) != 1 or node.keywords:
                raise ResolveError("R0308", f"{name} takes one argument", f"Write {name}(x).")
            self.used.add(name)
            return Apply("lookup", (self._resolve(node.args[0], scope, env),), name)
        function = FUNCTIONS.get(name)
        if function is None:
            known = set(FUNCTIONS) | {
                s.name for s in self._context.symbols.values() if s.kind == "lookup"
            }
            raise ResolveError(
                "R0307",
                f"there is no function {name!r}",
                self._context.suggest(name, known) + f"Functions: {', '.join(sorted(known))}.",
            )
        low, high = function.arity
        if node.keywords or not low <= len(node.args) <= high:
            wanted = str(low) if low == high else f"{low} to {high}"
            raise ResolveError(
                "R0308",
                f"{name} takes {wanted} argument(s), not {len(node.args) + len(node.keywords)}",
                function.doc[0].upper() + function.doc[1:] + ".",
            )
        if function.units in ("date", "status"):
            self._check_dated(name, scope)
        if function.units == "date":
            return Ref(self._calendar.date_function(name, self._texts(node)))
        if function.units == "status":
            return Ref(self._calendar.status(*self._texts(node)))
        if name in ("sum", "mean"):
            return self._reduce(node, scope, env)
        return Apply(name, tuple(self._resolve(a, scope, env) for a in node.args))

    def _texts(self, node: Call) -> list[str]:
        found = []
        for arg in node.args:
            if isinstance(arg, Text):
                found.append(arg.value)
            elif isinstance(arg, Name) and not arg.subscripts:
                found.append(arg.name)
            else:
                raise ResolveError(
                    "R0308",
                    f"{node.function} takes quoted texts",
                    "For example after('2015-03') or status(taliban, 'government').",
                )
        return found

    def _reduce(self, node: Call, scope: str, env: dict[str, str]) -> Expr:
        terms: list[Expr] = []
        if len(node.args) == 2:
            head = node.args[0]
            if not isinstance(head, Name) or head.name not in self._context.dimensions:
                raise ResolveError(
                    "R0308",
                    f"the first of two arguments of {node.function} is a dimension",
                    f"For example {node.function}(group, fighters[group]).",
                )
            for element in self._context.dimensions[head.name]:
                self._count_term()
                terms.append(self._resolve(node.args[1], scope, {**env, head.name: element}))
        else:
            arg = node.args[0]
            if not isinstance(arg, Name):
                raise ResolveError(
                    "R0308",
                    f"{node.function} of one argument takes a name with dimensions",
                    f"For an expression write {node.function}(group, expression).",
                )
            symbol = self._symbol(arg.name)
            self._check_scope(symbol, scope)
            subscripts = arg.subscripts or ("*",) * len(symbol.dims)
            if len(subscripts) != len(symbol.dims):
                self._subscripts(symbol, subscripts, env)
            for index in self._context.indices(symbol.dims):
                fixed = [
                    e if s == "*" else env.get(s, s) for s, e in zip(subscripts, index, strict=True)
                ]
                self._subscripts(symbol, tuple(fixed), {})
                if tuple(fixed) == index:
                    self._count_term()
                    terms.append(self._ref(symbol, index))
        total = add_up(terms)
        return Apply("/", (total, Const(float(len(terms))))) if node.function == "mean" else total

    def _count_term(self) -> None:
        self._terms += 1
        if self._terms > _MAX_TERMS:
            raise ResolveError(
                "R0502",
                f"sums inside sums give more than {_MAX_TERMS:,} terms",
                "Give the inner sum a name of its own as an auxiliary.",
            )


def add_up(terms: Sequence[Expr]) -> Expr:
    """Sum of terms, as a balanced tree: what reads it recurses, and a long chain is deep."""
    if len(terms) <= 8:
        total = terms[0]
        for term in terms[1:]:
            total = Apply("+", (total, term))
        return total
    half = len(terms) // 2
    return Apply("+", (add_up(terms[:half]), add_up(terms[half:])))
