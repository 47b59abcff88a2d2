"""Whether the arguments of an observation's distribution can be what such a distribution has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, isfinite

from rivalry.model._priors import prior_distribution, truncated_mass
from rivalry.model.build._context import Context, Path
from rivalry.model.build._families import FAMILIES
from rivalry.model.ir import Apply, Expr, LookupTable, Parameter, Ref, describe, evaluate, refs

#: Less weight than this of a prior is rounding, or will never be drawn.
_SLIGHT = 1e-9


class ArgumentCheck:
    """Checks arguments that are known before any run: numbers and parameters."""

    def __init__(
        self, context: Context, parameters: Sequence[Parameter], lookups: Sequence[LookupTable]
    ) -> None:
        self._context = context
        # those without points are reported where they stand
        self._lookups = {t.name: t for t in lookups if t.x}
        self._parameters = {p.name: p for p in parameters}
        self._fixed = {p.name: p.value for p in parameters if p.value is not None}

    def __call__(self, family: str, args: Sequence[Expr], path: Path) -> None:
        """Report every argument that is out of range, or whose prior reaches out of it.

        What depends on the state is left to the run, which stops at such a value (R0803).
        """
        for argument, expr in zip(FAMILIES[family], args, strict=True):
            limits = _limits(family, argument)
            if limits is None:
                continue
            if refs(expr) <= self._fixed.keys() and _tables(expr) <= self._lookups.keys():
                self._known(family, argument, expr, limits, path)
            elif isinstance(expr, Ref) and expr.name in self._parameters:
                self._uncertain(family, argument, self._parameters[expr.name], limits, path)

    def most(self, family: str, args: Sequence[Expr]) -> float:
        """Return the largest count that the distribution can give, as far as it is known.

        Infinity where nothing limits it, or where only the run will tell.
        """
        if family != "binomial":
            return inf
        n = args[FAMILIES[family].index("n")]
        if refs(n) <= self._fixed.keys() and _tables(n) <= self._lookups.keys():
            return float(evaluate(n, self._fixed, self._lookups))
        if isinstance(n, Ref) and n.name in self._parameters:
            parameter = self._parameters[n.name]
            return min(parameter.bounds[1], float(prior_distribution(parameter).support()[1]))
        return inf

    def _known(
        self, family: str, argument: str, expr: Expr, limits: tuple[float, float, bool], path: Path
    ) -> None:
        low, high, open_ = limits
        value = float(evaluate(expr, self._fixed, self._lookups))
        if low <= value <= high and not (open_ and value == low) and isfinite(value):
            return
        by = f" ({describe(expr)})" if refs(expr) else ""
        self._context.problem(
            "R0507",
            f"{path[1]}: the argument {argument} of {family} is {value:g}{by}",
            f"It must be {_words(limits)}.",
            path,
        )

    def _uncertain(
        self, family: str, argument: str, parameter: Parameter,
        limits: tuple[float, float, bool], path: Path,
    ) -> None:  # fmt: skip
        whole = truncated_mass(parameter)
        if not whole > 0:  # reported at the parameter
            return
        low, high, _ = limits
        out = _mass(parameter, -inf, low) + _mass(parameter, high, inf)
        share = min(out / whole, 1.0)
        if share <= _SLIGHT:
            return
        never = share >= 1 - _SLIGHT
        self._context.problem(
            "R0507" if never else "R0623",
            f"{path[1]}: the argument {argument} of {family} is {parameter.name}, "
            + (
                "which its prior and bounds never let be " + _words(limits)
                if never
                else f"which is not {_words(limits)} with probability {share:.2g}"
            ),
            f"It must be {_words(limits)}: choose another prior, or give the parameter bounds.",
            path,
            severity="error" if never else "warning",
        )


def _limits(family: str, argument: str) -> tuple[float, float, bool] | None:
    """Return the lowest and highest value, and whether the lowest itself is excluded."""
    if argument in ("zero", "p", "outliers"):
        return 0.0, 1.0, False
    if argument in ("size", "outlier_size", "sd", "median", "value"):
        return 0.0, inf, True
    return None if family == "normal" else (0.0, inf, False)


def _tables(expr: Expr) -> set[str]:
    """Return the graphical functions that an expression calls."""
    found: set[str] = set()
    stack: list[Expr] = [expr]
    while stack:
        current = stack.pop()
        if isinstance(current, Apply):
            stack.extend(current.args)
            if current.op == "lookup":
                found.add(current.table)
    return found


def _words(limits: tuple[float, float, bool]) -> str:
    low, high, open_ = limits
    if isfinite(high):
        return f"between {low:g} and {high:g}"
    return f"above {low:g}" if open_ else f"{low:g} or above"


def _mass(parameter: Parameter, low: float, high: float) -> float:
    """Weight of the prior between two limits, inside its bounds."""
    low, high = max(low, parameter.bounds[0]), min(high, parameter.bounds[1])
    return truncated_mass(replace(parameter, bounds=(low, high))) if low < high else 0.0
