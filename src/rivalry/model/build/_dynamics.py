"""Stocks, levels, noise, auxiliaries and flows."""

from __future__ import annotations

import re
from itertools import count

from rivalry.model.build._context import Context, Path, scalar_name
from rivalry.model.build._priors import read_prior
from rivalry.model.build._resolve import Resolver
from rivalry.model.ir import (
    Apply,
    Auxiliary,
    Const,
    Element,
    Expr,
    Flow,
    Level,
    Noise,
    Parameter,
    Ref,
    Stock,
    refs,
    substitute,
)
from rivalry.model.spec import FlowSpec, NoiseSpec

Keys = dict[str, tuple[str, tuple[str, ...]]]
_DURATION = re.compile(r"\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*(days?|weeks?|months?|years?)\s*")
_MONTHS = {"day": 1 / 30.4375, "week": 7 / 30.4375, "month": 1.0, "year": 12.0}


class Dynamics:
    """Builds what moves. Inline priors become parameters of their own."""

    def __init__(self, context: Context, resolver: Resolver, keys: Keys) -> None:
        self._context = context
        self._resolver = resolver
        self._keys = keys
        self.parameters: list[Parameter] = []
        self._hidden: set[str] = set()

    def _each(self, section: str) -> list[tuple[str, str, tuple[str, ...], Path]]:
        return [
            (key, *self._keys[f"{section}.{key}"], (section, key))
            for key in getattr(self._context.spec, section)
            if f"{section}.{key}" in self._keys
        ]

    def amount(
        self, value: str | float, path: Path, hidden: str, env: dict[str, str], unit: str | None
    ) -> Expr | None:
        """Resolve a constant expression, or turn an inline prior into the parameter `hidden`."""
        if isinstance(value, str) and value.lstrip().startswith("~"):
            prior = read_prior(value, self._context, path)
            if prior is None:
                return None
            if hidden in self._hidden:  # a shock that acts twice on the same stock
                hidden = next(
                    f"{hidden}.{i}" for i in count(2) if f"{hidden}.{i}" not in self._hidden
                )
            self._hidden.add(hidden)
            self.parameters.append(Parameter(hidden, None, prior))
            owner = ".".join(str(p) for p in path)
            spec = self._context.elements.get(hidden.removeprefix("initial."))
            self._context.elements[hidden] = Element(
                name=hidden, base=hidden, index=(), kind="parameter", unit=unit,
                label=hidden, origin=owner,
                claims=spec.claims if spec else (), source=spec.source if spec else (),
                note=spec.note if spec else None,
            )  # fmt: skip
            return Ref(hidden)
        return self._resolver.resolve(value, path, scope="constant", env=env)

    # -- state -------------------------------------------------------------------------------

    def stocks(self) -> list[Stock]:
        """Stocks with their start values."""
        found = []
        for key, name, dims, path in self._each("stocks"):
            spec = self._context.spec.stocks[key]
            for index, value, at in self._context.expand(spec.initial, dims, (*path, "initial")):
                scalar = scalar_name(name, index)
                env = dict(zip(dims, index, strict=True))
                initial = self.amount(value, at, f"initial.{scalar}", env, spec.unit)
                if isinstance(initial, Const) and initial.value < 0:
                    self._context.problem(
                        "R0507", f"{scalar} starts at {initial.value:g}",
                        "People cannot be fewer than 0.", at,
                    )  # fmt: skip
                if initial is not None:
                    found.append(Stock(scalar, initial))
        return found

    def levels(self) -> list[Level]:
        """Levels; flows named in `change` become people a month."""
        found = []
        per_month = Const(float(self._context.time.substeps))
        for key, name, dims, path in self._each("levels"):
            spec = self._context.spec.levels[key]
            low, high = spec.bounds
            lower = float("-inf") if low is None else float(low)
            upper = float("inf") if high is None else float(high)
            if not lower < upper:
                self._context.problem(
                    "R0507", f"bounds of {name}: {lower:g} is not below {upper:g}",
                    "Write bounds: [lowest, highest].", (*path, "bounds"),
                )  # fmt: skip
            changes = {
                i: (v, at)
                for i, v, at in self._context.expand(spec.change, dims, (*path, "change"))
            }
            sds = {}
            if spec.sd is not None:
                sds = {
                    i: (v, at) for i, v, at in self._context.expand(spec.sd, dims, (*path, "sd"))
                }
            for index, value, at in self._context.expand(spec.initial, dims, (*path, "initial")):
                scalar = scalar_name(name, index)
                env = dict(zip(dims, index, strict=True))
                initial = self.amount(value, at, f"initial.{scalar}", env, spec.unit or "")
                if isinstance(initial, Const) and not lower <= initial.value <= upper:
                    self._context.problem(
                        "R0507",
                        f"{scalar} starts at {initial.value:g}, outside its bounds",
                        f"Start between {lower:g} and {upper:g}.",
                        at,
                    )
                if index not in changes:
                    continue
                text, place = changes[index]
                change = self._resolver.resolve(text, place, scope="change", env=env)
                sd = None
                if index in sds:
                    sd = self._resolver.resolve(*sds[index], env=env)
                    self._at_least(sd, f"the sd of {scalar}", sds[index][1])
                if change is None or initial is None:
                    continue
                flows = {n for n in refs(change) if self._context.elements[n].kind == "flow"}
                change = substitute(
                    change, {n: Apply("*", (Ref(n), per_month), "per month") for n in flows}
                )
                found.append(Level(scalar, initial, lower, upper, change, sd))
        return found

    def noise(self) -> list[Noise]:
        """Noise processes with their scale and half-life."""
        found = []
        for key, name, dims, path in self._each("noise"):
            spec: NoiseSpec = self._context.spec.noise[key]
            wanted = {"ar1": ("sd", "half_life"), "gamma": ("variance",)}[spec.kind]
            for field in ("sd", "half_life", "variance"):
                given = getattr(spec, field) is not None
                if given != (field in wanted):
                    self._context.problem(
                        "R0508",
                        f"{spec.kind} noise {'needs' if not given else 'has no'} {field!r}",
                        f"{spec.kind} takes {' and '.join(wanted)}.",
                        path,
                    )
            scale_text = spec.sd if spec.kind == "ar1" else spec.variance
            if scale_text is None or (spec.kind == "ar1" and spec.half_life is None):
                continue
            for index in self._context.indices(dims):
                env = dict(zip(dims, index, strict=True))
                scale = self._resolver.resolve(
                    scale_text, (*path, wanted[0]), scope="constant", env=env
                )
                self._at_least(
                    scale, f"the {wanted[0]} of {name}", (*path, wanted[0]),
                    above=spec.kind == "gamma",
                )  # fmt: skip
                half_life = None
                if spec.half_life is not None:
                    at = (*path, "half_life")
                    half_life = self._duration(spec.half_life, at, env)
                    self._at_least(half_life, f"the half-life of {name}", at, above=True)
                if scale is not None and (spec.kind == "gamma" or half_life is not None):
                    found.append(
                        Noise(
                            scalar_name(name, index), spec.kind, spec.on == "log", scale, half_life
                        )
                    )
        return found

    def _at_least(self, expr: Expr | None, what: str, path: Path, *, above: bool = False) -> None:
        """Report a constant below 0, or with `above` one that is not above 0."""
        if isinstance(expr, Const) and (expr.value < 0 or (above and expr.value == 0)):
            self._context.problem(
                "R0507",
                f"{what} is {expr.value:g}",
                f"It must be {'above 0' if above else '0 or above'}.",
                path,
            )

    def _duration(self, value: str | float, path: Path, env: dict[str, str]) -> Expr | None:
        match = _DURATION.fullmatch(str(value))
        if match:
            return Const(float(match.group(1)) * _MONTHS[match.group(2).rstrip("s")])
        return self._resolver.resolve(value, path, scope="constant", env=env)

    def auxiliaries(self) -> list[Auxiliary]:
        """Auxiliaries in an order in which each uses only earlier ones."""
        found: dict[str, Auxiliary] = {}
        for key, name, dims, path in self._each("auxiliaries"):
            spec = self._context.spec.auxiliaries[key]
            for index, value, at in self._context.expand(spec.value, dims, path):
                expr = self._resolver.resolve(value, at, env=dict(zip(dims, index, strict=True)))
                if expr is not None:
                    scalar = scalar_name(name, index)
                    found[scalar] = Auxiliary(scalar, expr)
        return self._sorted(found)

    def _sorted(self, found: dict[str, Auxiliary]) -> list[Auxiliary]:
        order: list[Auxiliary] = []
        state: dict[str, int] = {}  # 1 = being visited, 2 = done
        for root in found:
            stack: list[tuple[str, list[str]]] = []
            if state.get(root) is None:
                stack.append((root, sorted(refs(found[root].expr) & found.keys())))
                state[root] = 1
            while stack:
                name, todo = stack[-1]
                if not todo:
                    stack.pop()
                    state[name] = 2
                    order.append(found[name])
                    continue
                below = todo.pop()
                if state.get(below) == 1:
                    chain = [n for n, _ in stack]
                    cycle = [*chain[chain.index(below) :], below]
                    symbol = self._context.symbols[self._context.elements[below].base]
                    self._context.problem(
                        "R0501",
                        "auxiliaries depend on themselves: " + " <- ".join(cycle),
                        "A cycle needs a stock or level in it, which remembers the last value.",
                        symbol.path,
                    )
                elif state.get(below) is None:
                    state[below] = 1
                    stack.append((below, sorted(refs(found[below].expr) & found.keys())))
        return order

    # -- flows -------------------------------------------------------------------------------

    def flows(self) -> list[Flow]:
        """Flows with scalar ends."""
        found = []
        for key, name, dims, path in self._each("flows"):
            spec = self._context.spec.flows[key]
            kind = self._flow_kind(spec, name, path)
            if kind is None:
                continue
            value = spec.hazard if kind == "hazard" else spec.rate
            assert value is not None
            dispersions = {}
            if spec.dispersion is not None:
                expanded = self._context.expand(spec.dispersion, dims, (*path, "dispersion"))
                dispersions = {i: (v, at) for i, v, at in expanded}
            for index, text, at in self._context.expand(value, dims, (*path, kind)):
                env = dict(zip(dims, index, strict=True))
                expr = self._resolver.resolve(text, at, env=env)
                ends = [
                    self._end(end, (*path, which), env)
                    for end, which in ((spec.from_, "from"), (spec.to, "to"))
                ]
                dispersion = None
                if index in dispersions:
                    dispersion = self._resolver.resolve(*dispersions[index], env=env)
                if expr is None or "" in ends:
                    continue
                self._at_least(expr, f"the {kind} of {name}", at)
                self._at_least(dispersion, f"the dispersion of {name}", path, above=True)
                source, target = ends
                if source is not None and source == target:
                    self._context.problem(
                        "R0509", f"{name} leads from {source} to itself", "Name another stock.",
                        path,
                    )  # fmt: skip
                found.append(
                    Flow(
                        scalar_name(name, index),
                        source,
                        target,
                        "hazard" if kind == "hazard" else "rate",
                        expr,
                        dispersion,
                    )
                )
        return found

    def _flow_kind(self, spec: FlowSpec, name: str, path: Path) -> str | None:
        message = remedy = ""
        if spec.hazard is not None and spec.rate is not None:
            message, remedy = f"{name} has both a hazard and a rate", "Keep one."
        elif spec.hazard is None and spec.rate is None:
            message = f"{name} has neither hazard nor rate"
            remedy = "Give a hazard (per person and month) or a rate (people a month)."
        elif spec.from_ is None and spec.to is None:
            message, remedy = f"{name} leads nowhere", "Give 'from', 'to' or both."
        elif spec.hazard is not None and spec.from_ is None:
            message = f"{name} has a hazard but no 'from'"
            remedy = "A hazard needs people to act on; entries from outside have a rate."
        elif spec.dispersion is not None and spec.from_ is not None:
            message = f"{name} has a dispersion, which only entries from outside have"
            remedy = "Remove it, or use gamma noise on the hazard."
        if message:
            self._context.problem("R0509", message, remedy, path)
            return None
        return "hazard" if spec.hazard is not None else "rate"

    def _end(self, text: str | None, path: Path, env: dict[str, str]) -> str | None:
        """Scalar stock name; None for outside, '' after a problem."""
        if text is None:
            return None
        if text.strip() in self._context.spec.actors and text.strip() not in self._context.symbols:
            self._context.problem(
                "R0509",
                f"{text.strip()} is an actor, not a stock",
                "Flows lead between stocks; name the stock that holds its people.",
                path,
            )
            return ""
        expr = self._resolver.resolve(text, path, scope="state", env=env)
        if expr is None:
            return ""
        if not isinstance(expr, Ref) or self._context.elements[expr.name].kind != "stock":
            self._context.problem(
                "R0509", f"{text!r} is not a stock", "Flows lead between stocks.", path
            )
            return ""
        return expr.name
