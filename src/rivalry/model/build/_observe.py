"""Observations: the distribution of each series and its data on the model's months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, inf

import numpy as np
from numpy.typing import NDArray

from rivalry.foundation import Month
from rivalry.model.build._arguments import ArgumentCheck
from rivalry.model.build._context import Context, Path
from rivalry.model.build._families import COUNTS, FAMILIES
from rivalry.model.build._resolve import Resolver
from rivalry.model.expressions import Call, Node
from rivalry.model.ir import Accumulator, Auxiliary, Expr, Observation, refs
from rivalry.model.spec import ObservationSpec

Value = float | tuple[float, float]
Place = tuple[str, int]
Series = NDArray[np.float64]


@dataclass(frozen=True)
class Sums:
    """What an observation may read that is summed over a period, and by which names."""

    accumulators: Sequence[Accumulator]
    auxiliaries: Sequence[Auxiliary]


def build_observations(
    context: Context,
    resolver: Resolver,
    data: Mapping[str, Mapping[Month, Value]],
    places: Mapping[str, Mapping[Month, Place]],
    check: ArgumentCheck,
    sums: Sums,
) -> list[Observation]:
    """Resolve every observation and lay its data on the months of the model."""
    found = []
    for key, spec in context.spec.observations.items():
        if key not in context.symbols:
            continue
        path: Path = ("observations", key)
        family_args = _distribution(context, resolver, spec, path, check)
        if family_args is None:
            continue
        family, args = family_args
        whole_from = _whole_from(context, args, sums)
        most = check.most(family, args)
        given = _Data(data.get(key, {}), places.get(key, {}), whole_from, most)
        values, high = _Laying(context, key, spec, family, given).lay()
        found.append(
            Observation(
                name=key,
                family=family,
                args=args,
                data=values,
                high=high,
                every=spec.every,
                unit=spec.unit,
                label=spec.label or key.replace("_", " "),
                group=spec.group,
                whole_from=whole_from,
            )
        )
    return found


def _distribution(
    context: Context,
    resolver: Resolver,
    spec: ObservationSpec,
    path: Path,
    check: ArgumentCheck,
) -> tuple[str, tuple[Expr, ...]] | None:
    at = (*path, "as")
    node = resolver.parse(spec.as_, at)
    if node is None:
        return None
    if not isinstance(node, Call) or node.function not in FAMILIES:
        name = node.function if isinstance(node, Call) else spec.as_
        context.problem(
            "R0314",
            f"{name!r} is not a distribution for observations",
            context.suggest(name, list(FAMILIES))
            + "Known: "
            + ", ".join(f"{k}({', '.join(v)})" for k, v in FAMILIES.items())
            + ".",
            at,
        )
        return None
    names = FAMILIES[node.function]
    given: dict[str, Node] = dict(zip(names, node.args, strict=False))
    wrong = len(node.args) > len(names)
    for name, value in node.keywords:
        if name not in names or name in given:
            context.problem(
                "R0308",
                f"{node.function} has no free argument {name!r}",
                context.suggest(name, list(names)) + f"It takes {', '.join(names)}.",
                at,
            )
            return None
        given[name] = value
    missing = [n for n in names if n not in given]
    if missing or wrong:
        context.problem(
            "R0308",
            f"{node.function} takes {', '.join(names)}"
            + (f"; missing: {', '.join(missing)}" if missing else "; too many are given"),
            f"Write {node.function}({', '.join(n + '=...' for n in names)}).",
            at,
        )
        return None
    args = [resolver.resolve_node(given[n], at, scope="observe") for n in names]
    whole = tuple(a for a in args if a is not None)
    if len(whole) < len(args):
        return None
    check(node.function, whole, at)
    return node.function, whole


@dataclass(frozen=True)
class _Data:
    """What was read for one observation, and where each month's row stands."""

    values: Mapping[Month, Value]
    places: Mapping[Month, Place]
    #: Months before this one (from 0) lie in a period whose sum the model has only in part.
    whole_from: int
    #: The largest count that the distribution can give, whatever the state.
    most: float = inf


class _Laying:
    """Lays the data of one observation on the months of the model."""

    def __init__(
        self, context: Context, key: str, spec: ObservationSpec, family: str, data: _Data
    ) -> None:
        self._context, self._key, self._spec = context, key, spec
        self._family, self._data = family, data
        self._path: Path = ("observations", key)

    def lay(self) -> tuple[Series, Series | None]:
        """Return the values, and for ranges the high ends, NaN where there are none."""
        context, n = self._context, self._context.time.n_months
        values = np.full(n, np.nan)
        high = np.full(n, np.nan) if self._family == "between" else None
        first, last = self._limits()
        outside: list[Month] = []
        partial: list[Month] = []
        for month, value in self._data.values.items():
            at = context.time.index(month)
            if not 0 <= at < n:
                # who limits the series has seen to that side of it
                limit = self._spec.from_ if at < 0 else self._spec.until
                if limit is None:
                    outside.append(month)
                continue
            if not first <= at < last:
                continue
            if at < self._data.whole_from:
                partial.append(month)
                continue
            self._put(values, high, at, month, value)
        if not self._data.values and self._spec.file is not None:
            self._empty()
        elif (
            self._data.values and np.isnan(values).all() and (high is None or np.isnan(high).all())
        ):
            self._none_left(outside, partial)
        elif outside:
            self._warn(
                "R0624",
                f"{len(outside)} of {len(self._data.values)} rows lie outside "
                f"{context.time.start}..{context.time.end} and are not used: " + _some(outside),
                "Mend the dates, extend the time of the model, or give the observation from "
                "and until.",
                self._first(outside),
            )
        if partial:
            self._partial(partial)
        return values, high

    def _limits(self) -> tuple[int, int]:
        limits = [0, self._context.time.n_months]
        for i, (text, which) in enumerate(
            ((self._spec.from_, "from"), (self._spec.until, "until"))
        ):
            if text is not None:
                position = self._context.position(text, (*self._path, which))
                if position is not None:
                    limits[i] = position[0]
        return limits[0], limits[1]

    def _put(
        self, values: Series, high: Series | None, at: int, month: Month, value: Value
    ) -> None:
        if np.isinf(value).any():
            self._fault(month, "the value is infinite")
            return
        if high is not None:
            low_end, high_end = value if isinstance(value, tuple) else (value, value)
            if low_end > high_end:
                self._fault(month, f"low {low_end:g} is above high {high_end:g}")
            for end in (low_end, high_end):
                if end < 0:
                    self._fault(month, f"{end:g} is below 0")
            values[at], high[at] = low_end, high_end
            return
        if isinstance(value, tuple):
            self._fault(month, "a range needs between(value, sd)")
            return
        whole = value >= 0 and value == np.floor(value)
        if self._family in COUNTS and not np.isnan(value) and not whole:
            self._fault(month, f"{value:g} is not a count (0, 1, 2, ...)")
        elif self._family in COUNTS and value > self._data.most:
            self._above(month, value)
        if self._family == "lognormal" and value <= 0:
            self._fault(month, f"{value:g} is not above 0")
        values[at] = value

    def _empty(self) -> None:
        """Warn of a file without a value; an observation without a file is no mistake."""
        columns = self._spec.column or f"{self._spec.low} and {self._spec.high}"
        limited = self._spec.from_ is not None or self._spec.until is not None
        self._context.problem(
            "R0627",
            f"{self._key} has no value: every cell of {columns} in {self._spec.file} is empty"
            + (", or outside from and until" if limited else ""),
            "Name another column, fill in the values, or remove the observation.",
            (*self._path, "column" if self._spec.column else "file"),
            severity="warning",
        )

    def _none_left(self, outside: list[Month], partial: list[Month]) -> None:
        if partial:  # told for itself
            return
        months = outside or list(self._data.values)
        self._warn(
            "R0622",
            f"none of the {len(self._data.values)} values of {self._key} falls into the model's "
            "time",
            "Check the dates of the file and the model.",
            self._first(months),
        )

    def _partial(self, months: list[Month]) -> None:
        more = "" if len(months) == 1 else f" (and {len(months) - 1} more)"
        self._warn(
            "R0625",
            f"{self._key} in {months[0]}{more} is not used: the model starts in "
            f"{self._context.time.start}, inside the period that is summed, and has only part of "
            "it",
            "Start the model where a period begins, or leave it: later periods are used.",
            self._first(months),
        )

    def _first(self, months: list[Month]) -> Month:
        """Return the month whose row stands first in the file; without a file, the earliest."""
        places = self._data.places
        return min(months, key=lambda m: (places[m][1] if m in places else 0, m))

    def _warn(self, code: str, message: str, remedy: str, month: Month) -> None:
        self._context.problem(
            code, message, remedy, self._path, severity="warning", at=self._data.places.get(month)
        )

    def _above(self, month: Month, value: float) -> None:
        self._context.problem(
            "R0626",
            f"{self._key} in {month}: {value:g} is above n of its {self._family}, which is at most "
            f"{floor(self._data.most):g}",
            "Mend the data, or the n of the distribution.",
            self._path,
            at=self._data.places.get(month),
        )

    def _fault(self, month: Month, what: str) -> None:
        self._context.problem(
            "R0621",
            f"{self._key} in {month}: {what}",
            "Mend the data, or choose a distribution that allows such values.",
            self._path,
            at=self._data.places.get(month),
        )


def _some(months: list[Month]) -> str:
    shown = ", ".join(str(m) for m in months[:3])
    return shown if len(months) <= 3 else f"{shown}, ..."


def _whole_from(context: Context, args: tuple[Expr, ...], sums: Sums) -> int:
    """Return the first month from which every sum that an observation reads is of a whole period.

    A sum that is set back every quarter, half-year or year starts in the middle of its period
    when the model does; data of that period cover months that the model never ran.
    """
    periods: dict[str, int] = {a.name: a.period for a in sums.accumulators}
    exprs = {a.name: a.expr for a in sums.auxiliaries}
    start = context.time.start.month - 1
    first = 0
    todo = [name for arg in args for name in refs(arg)]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in exprs:
            todo += refs(exprs[name])
        elif periods.get(name, 0) > 1:
            first = max(first, -start % periods[name])
    return first
