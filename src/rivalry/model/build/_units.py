"""Unit algebra for checking: pint reads units, a small algebra carries them through formulas."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import pint

from rivalry.foundation import nearest
from rivalry.model.expressions import FUNCTIONS
from rivalry.model.ir import Apply, Const, Expr, Ref, describe

# Only what models of groups need: pint's own table is large, slow to load, and would read
# 'g' as gram and 'min' as minute.
_DEFINITIONS = """
person = [person] = people = people
@alias person = fighter = fighters = death = deaths = prisoner = prisoners
event = [event] = events
@alias event = incident = incidents
district = [district] = districts
province = [province] = provinces
dollar = [money] = USD = USD
@alias dollar = dollars
month = [time] = months
@alias month = months
year = 12 * month = years
@alias year = years
day = month / 30.4375 = days
@alias day = days
week = 7 * day = weeks
@alias week = weeks
percent = 0.01 = percent
kilometer = [length] = km
""".strip().splitlines()

WORDS = [
    "people", "fighters", "deaths", "events", "incidents", "districts", "provinces", "USD",
    "month", "year", "week", "day", "percent", "km",
]  # fmt: skip


#: Parts of a unit. Powers are small numbers and stand on one word: pint computes with exact
#: integers, so that 9^9^9^9 would never end.
_PART = re.compile(
    r"[\s/()]|\*(?!\*)"
    r"|(?:[A-Za-z_]+|[0-9]{1,6}(?:\.[0-9]{1,6})?)"
    r"(?:\s*(?:\^|\*\*)\s*-?[0-9]{1,2}(?:\.[0-9]{1,3})?(?![0-9.]|\s*(?:\^|\*\*)))?"
)
_LONGEST = 100


@dataclass(frozen=True)
class Unit:
    """A unit during checking.

    `kind` is ``unit`` (known), ``number`` (a literal: takes its neighbour's unit in sums) or
    ``unknown`` (not declared: never an error).
    """

    kind: Literal["unit", "number", "unknown"]
    dims: tuple[tuple[str, float], ...] = ()
    factor: float = 1.0

    @property
    def plain(self) -> bool:
        """True if it may stand where a pure number is wanted."""
        return self.kind != "unit" or (not self.dims and math.isclose(self.factor, 1.0))


#: No quantity has a higher power; larger ones overflow.
_MAX_POWER = 100

UNKNOWN = Unit("unknown")
NUMBER = Unit("number")
PLAIN = Unit("unit")


class UnitError(ValueError):
    """Units do not fit; `code` is R0401 (unreadable), R0402 (clash) or R0403 (not plain)."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


@cache
def _registry() -> Any:
    return pint.UnitRegistry(_DEFINITIONS, non_int_type=float)


@cache
def read_unit(text: str | None) -> Unit:
    """Read a declared unit; '' and '1' are a plain number, None is unknown."""
    if text is None:
        return UNKNOWN
    if text.strip() in ("", "1"):
        return PLAIN
    try:
        if not _is_simple(text):
            raise ValueError(text)
        # the reciprocal is written 1/month; pint reads that as a quantity with magnitude 1
        base = _registry().parse_expression(text).to_base_units()
        dims = tuple(sorted((str(k), float(v)) for k, v in base._units.items()))
        factor = float(base.magnitude)
        if not 0 < factor < math.inf:
            raise ValueError(text)
        return Unit("unit", dims, factor)
    except Exception:
        words = [w for w in text.replace("/", " ").replace("*", " ").split() if w.isalpha()]
        unknown = next((w for w in words if w not in WORDS), text)
        near = nearest(unknown, WORDS)
        raise UnitError(
            "R0401",
            f"{text!r} is not a unit",
            (f"Did you mean {near!r}? " if near else "") + "Known: " + ", ".join(WORDS) + ".",
        ) from None


def _is_simple(text: str) -> bool:
    at = 0
    while at < len(text) <= _LONGEST:
        part = _PART.match(text, at)
        if part is None:
            return False
        at = part.end()
    return len(text) <= _LONGEST


def show(unit: Unit) -> str:
    """Print a unit for a message."""
    if unit.kind != "unit":
        return "a number"
    over = [f"{_say(n)}{_power(p)}" for n, p in unit.dims if p > 0]
    under = [f"{_say(n)}{_power(-p)}" for n, p in unit.dims if p < 0]
    text = "*".join(over) or ("1" if under else "a plain number")
    text += "".join(f"/{u}" for u in under)
    return text if math.isclose(unit.factor, 1.0) else f"{unit.factor:g} x {text}"


def _say(name: str) -> str:
    return {"person": "people", "event": "events", "dollar": "USD"}.get(name, name)


def _power(p: float) -> str:
    return "" if p == 1 else f"^{p:g}"


def combine(a: Unit, b: Unit, power: float = 1.0) -> Unit:
    """Return the unit of a * b**power."""
    if "unknown" in (a.kind, b.kind):
        return UNKNOWN
    if a.kind == b.kind == "number":
        return NUMBER
    dims = dict(a.dims)
    for name, p in b.dims:
        dims[name] = dims.get(name, 0.0) + p * power
    kept = tuple(sorted((n, p) for n, p in dims.items() if abs(p) > 1e-12))
    try:
        factor = a.factor * b.factor**power
    except OverflowError:
        factor = math.inf
    if not 0 < factor < math.inf or any(abs(p) > _MAX_POWER for _, p in kept):
        raise UnitError(
            "R0403", f"the power {power:g} of {show(b)} has no unit", "Divide by a reference value."
        )
    return Unit("unit", kept, factor)


def same(a: Unit, b: Unit) -> bool:
    """Say whether the two may be added."""
    if a.kind != "unit" or b.kind != "unit":
        return True
    return a.dims == b.dims and math.isclose(a.factor, b.factor, rel_tol=1e-9)


def join(a: Unit, b: Unit) -> Unit:
    """Return the unit of a sum of two that may be added: the more definite one."""
    for kind in ("unit", "unknown"):
        for unit in (a, b):
            if unit.kind == kind:
                return unit
    return NUMBER


class UnitChecker:
    """Infers the unit of an expression from the units of the names in it."""

    def __init__(self, units: dict[str, Unit], lookups: dict[str, tuple[Unit, Unit]]) -> None:
        self._units = units
        self._lookups = lookups

    def infer(self, expr: Expr) -> Unit:
        """Return the unit; `UnitError` if something inside does not fit."""
        if isinstance(expr, Const):
            return NUMBER
        if isinstance(expr, Ref):
            return self._units.get(expr.name, UNKNOWN)
        units = [self.infer(a) for a in expr.args]
        op = expr.op
        if op == "*":
            return combine(units[0], units[1])
        if op in ("/", "ratio"):
            unit = combine(units[0], units[1], -1.0)
            if len(units) == 3 and not same(unit, units[2]):
                raise UnitError(
                    "R0402",
                    f"{describe(expr)} is in {show(unit)}, or in {show(units[2])} where the "
                    "divisor is 0",
                    "Give the third argument of ratio the unit of the quotient.",
                )
            return unit
        if op == "^":
            return self._power(expr, units)
        if op in ("+", "-", "min", "max", "clip", "<", "<=", ">", ">=", "==", "!="):
            unit = self._same(expr, units, expr.args)
            return unit if op in ("+", "-", "min", "max", "clip") else PLAIN
        if op == "if":
            return self._same(expr, units[1:], expr.args[1:])
        if op in ("neg", "abs", "floor"):
            return units[0]
        if op in ("and", "or", "not"):
            return PLAIN
        if op == "hill":
            self._same(expr, units[:2], expr.args[:2])
            return self._plain(expr, units[2:], expr.args[2:])
        if op == "sqrt":
            return combine(PLAIN, units[0], 0.5)
        if op == "lookup":
            x, y = self._lookups[expr.table]
            if not same(x, units[0]):
                raise UnitError(
                    "R0402",
                    f"{expr.table} takes {show(x)}, but {describe(expr.args[0])} is in "
                    f"{show(units[0])}",
                    "Give the lookup an x_unit or divide by a reference value.",
                )
            return y
        if op in FUNCTIONS:
            return self._plain(expr, units, expr.args)
        return UNKNOWN

    def _same(self, expr: Apply, units: list[Unit], args: tuple[Expr, ...]) -> Unit:
        result, shown = units[0], args[0]
        for unit, arg in zip(units[1:], args[1:], strict=True):
            if not same(result, unit):
                raise UnitError(
                    "R0402",
                    f"{describe(shown)} is in {show(result)}, but {describe(arg)} is in "
                    f"{show(unit)}: they cannot meet in {describe(expr)!r}",
                    "Multiply or divide by a parameter with the right unit.",
                )
            if unit.kind == "unit" and result.kind != "unit":
                shown = arg
            result = join(result, unit)
        return result

    def _power(self, expr: Apply, units: list[Unit]) -> Unit:
        base, exponent = units
        if not exponent.plain:
            raise UnitError(
                "R0403",
                f"the power in {describe(expr)!r} is in {show(exponent)}",
                "A power is a plain number.",
            )
        if base.plain:
            return join(base, base) if base.kind != "unit" else PLAIN
        if isinstance(expr.args[1], Const):
            return combine(PLAIN, base, expr.args[1].value)
        raise UnitError(
            "R0403",
            f"{describe(expr.args[0])} is in {show(base)} and its power is not a fixed number",
            "Divide the base by a reference value first.",
        )

    def _plain(self, expr: Apply, units: list[Unit], args: tuple[Expr, ...]) -> Unit:
        for unit, arg in zip(units, args, strict=True):
            if not unit.plain:
                raise UnitError(
                    "R0403",
                    f"{expr.op} needs a plain number, but {describe(arg)} is in {show(unit)}",
                    "Divide it by a reference value of the same unit.",
                )
        return PLAIN
