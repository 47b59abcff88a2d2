"""Shocks and accumulators."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rivalry.model.build._calendar import Calendar
from rivalry.model.build._context import Context, Path
from rivalry.model.build._dynamics import Dynamics, Keys
from rivalry.model.build._resolve import Resolver, add_up
from rivalry.model.ir import (
    Accumulator,
    Apply,
    Const,
    Expr,
    Ref,
    Shock,
    ShockAction,
    describe,
    refs,
)
from rivalry.model.spec import AccumulatorSpec, ShockSpec

_PERIODS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12, "start": 0}


class Events:
    """Builds what happens at dates and what is summed over time."""

    def __init__(
        self, context: Context, resolver: Resolver, calendar: Calendar, dynamics: Dynamics
    ) -> None:
        self._context = context
        self._resolver = resolver
        self._calendar = calendar
        self._dynamics = dynamics
        self._measures: dict[tuple[str, str], Expr | None] = {}

    # -- shocks ------------------------------------------------------------------------------

    def shocks(self) -> list[Shock]:
        """Shocks with their actions and the months in which they act."""
        found = []
        for key, spec in self._context.spec.shocks.items():
            if self._context.symbols.get(key) is None:
                continue
            path: Path = ("shocks", key)
            lasting = spec.from_ is not None or spec.until is not None
            if lasting and spec.date is not None:
                self._context.problem(
                    "R0510", f"{key} has a date and a from/until",
                    "A shock happens once (date) or holds for a time (from, until).", path,
                )  # fmt: skip
                continue
            actions = self._actions(key, spec, path, lasting)
            if not (spec.add or spec.move or spec.scale or spec.set):
                self._context.problem(
                    "R0510", f"{key} does nothing", "Give it add, move, scale or set.", path
                )
            fire = np.zeros(self._context.time.n_months, dtype=np.int64)
            if lasting:
                fire = self._lasting(spec, path)
            elif spec.date is not None:
                position = self._context.position(spec.date, (*path, "date"))
                if position is not None:
                    if not 0 <= position[0] < len(fire):
                        self._context.problem(
                            "R0505",
                            f"{spec.date} lies outside the model's time "
                            f"({self._context.time.start} to {self._context.time.end})",
                            "Move the date, or the time of the model.",
                            (*path, "date"),
                        )
                    else:
                        fire[position[0]] = position[1] + 1
            found.append(Shock(key, lasting, tuple(actions), fire, spec.date or spec.from_))
        return found

    def _lasting(self, spec: ShockSpec, path: Path) -> NDArray[np.int64]:
        n = self._context.time.n_months
        fire = np.zeros(n, dtype=np.int64)
        limits = [0, n]
        for i, (text, which) in enumerate(((spec.from_, "from"), (spec.until, "until"))):
            if text is None:
                continue
            position = self._context.position(text, (*path, which))
            if position is not None:
                limits[i] = position[0]
        if limits[1] <= limits[0]:
            self._context.problem(
                "R0505",
                f"no month of the model lies in the time of {path[-1]}",
                "A lasting change holds for whole months, from the month of 'from' up to the one "
                "before that of 'until'; move the dates.",
                path,
            )
        fire[max(limits[0], 0) : max(limits[1], 0)] = 1
        return fire

    def _actions(self, key: str, spec: ShockSpec, path: Path, lasting: bool) -> list[ShockAction]:
        actions: list[ShockAction] = []
        if lasting and (spec.add or spec.move):
            self._context.problem(
                "R0510", f"{key} holds for a time but adds or moves",
                "add and move happen once: give a date instead.", path,
            )  # fmt: skip
            return actions
        for target, value in spec.add.items():
            self._act(actions, "add", target, value, (*path, "add", target), {"stock", "level"})
        for i, move in enumerate(spec.move):
            at: Path = (*path, "move") if len(spec.move) == 1 else (*path, "move", i)
            if (move.share is None) == (move.number is None):
                self._context.problem(
                    "R0510", f"a move of {key} needs either share or number", "Keep one.", at
                )
                continue
            if move.share is not None and move.from_ is None:
                self._context.problem(
                    "R0510", f"a share in {key} needs a stock to take it from", "Give 'from'.", at
                )
                continue
            kind: Literal["move_share", "move_number"]
            kind = "move_number" if move.share is None else "move_share"
            amount_ = move.number if move.share is None else move.share
            suffix = "" if len(spec.move) == 1 else f"{i + 1}"
            hidden = f"{key}.{kind.removeprefix('move_')}{suffix}"
            assert amount_ is not None
            ends = [self._target(t, at, {"stock"}) for t in (move.from_, move.to)]
            moved = self._context.elements.get(ends[0] or ends[1] or "")
            unit = "" if kind == "move_share" or moved is None else moved.unit
            amount = self._dynamics.amount(amount_, at, hidden, {}, unit)
            if move.from_ is None and move.to is None:
                self._context.problem(
                    "R0510", f"a move of {key} leads nowhere", "Give 'from', 'to' or both.", at
                )
            elif ends[0] == ends[1] != "":
                self._context.problem(
                    "R0510", f"a move of {key} leads back to {ends[0]}", "Name another stock.", at
                )
            self._limit(amount, at, 1.0 if kind == "move_share" else math.inf)
            if amount is not None and "" not in ends:
                actions.append(ShockAction(kind, ends[0], ends[1], amount))
        for which in ("scale", "set"):
            for target, value in getattr(spec, which).items():
                place: Path = (*path, which, target)
                kinds = {"parameter"} if lasting else {"stock", "level"}
                if which == "set" and not lasting:
                    kinds = {"level", "stock"}
                kind_name = f"hold_{which}" if lasting else which
                self._act(actions, kind_name, target, value, place, kinds)
        return actions

    def _act(
        self, actions: list[ShockAction], kind: str, target: str, value: str | float,
        path: Path, kinds: set[str],
    ) -> None:  # fmt: skip
        name = self._target(target, path, kinds)
        element = self._context.elements.get(name or "")
        unit = element.unit if element and kind in ("add", "set", "hold_set") else ""
        shock = str(path[1])
        amount = self._dynamics.amount(value, path, f"{shock}.{name}", {}, unit)
        if element and element.kind == "stock" and kind in ("scale", "set"):
            self._limit(amount, path, math.inf)
        if name and amount is not None:
            actions.append(ShockAction(kind, None, name, amount))  # type: ignore[arg-type]

    def _limit(self, amount: Expr | None, path: Path, highest: float) -> None:
        if isinstance(amount, Const) and not 0 <= amount.value <= highest:
            self._context.problem(
                "R0507",
                f"{amount.value:g} is {'below 0' if amount.value < 0 else 'more than all'}",
                "Shares lie between 0 and 1; numbers and factors of people are not below 0.",
                path,
            )

    def _target(self, text: str | None, path: Path, kinds: set[str]) -> str | None:
        if text is None:
            return None
        expr = self._resolver.resolve(text, path, scope="state")
        if expr is None:
            return ""
        if not isinstance(expr, Ref) or self._context.elements[expr.name].kind not in kinds:
            self._context.problem(
                "R0510",
                f"{text!r} is not a {' or '.join(sorted(kinds))}",
                "A dated shock acts on stocks and levels; a lasting one (from, until) on "
                "parameters.",
                path,
            )
            return ""
        return expr.name

    # -- accumulators ------------------------------------------------------------------------

    def accumulators(self, keys: Keys) -> list[Accumulator]:
        """Accumulators; those of violence become sums over dyads."""
        found = []
        self._resolve_measures()
        for key, spec in self._context.spec.accumulators.items():
            if f"accumulators.{key}" not in keys:
                continue
            path: Path = ("accumulators", key)
            given = [k for k in ("count", "integral", "violence") if getattr(spec, k) is not None]
            if len(given) != 1:
                self._context.problem(
                    "R0511",
                    f"{key} needs exactly one of count, integral and violence"
                    + (f", not {' and '.join(given)}" if given else ""),
                    "Say what is summed.",
                    path,
                )
                continue
            if given[0] != "violence" and (spec.type is not None or spec.ucdp is not None):
                self._context.problem(
                    "R0511", f"{key}: type and ucdp belong to violence",
                    "Use violence: <measure of the dyads>.", path,
                )  # fmt: skip
            kind: Literal["count", "integral"] = "count"
            expr: Expr | None
            if spec.count is not None:
                at = (*path, "count")
                expr = self._with_flow(self._resolver.resolve(spec.count, at, scope="count"), at)
            elif spec.integral is not None:
                kind = "integral"
                expr = self._resolver.resolve(spec.integral, (*path, "integral"))
            else:
                kind, expr = self._violence(spec, path)
            if expr is not None:
                found.append(Accumulator(key, kind, expr, _PERIODS[spec.every]))
        return found

    def _violence(
        self, spec: AccumulatorSpec, path: Path
    ) -> tuple[Literal["count", "integral"], Expr | None]:
        measure = spec.violence
        assert measure is not None
        terms: list[Expr] = []
        kinds: set[Literal["count", "integral"]] = set()
        known: set[str] = set()
        for name in self._calendar.dyads:
            dyad = self._context.spec.dyads[name]
            known |= dyad.count.keys() | dyad.integral.keys()
            is_count = measure in dyad.count
            if not is_count and measure not in dyad.integral:
                continue
            expr = self._measures[name, measure]
            if expr is None:  # already reported
                return "count", None
            label, series = self._calendar.filed(name, spec.type, spec.ucdp)
            if not series.any():
                continue
            if not series.all():
                expr = Apply("*", (Ref(self._calendar.use(label, series)), expr))
            kinds.add("count" if is_count else "integral")
            terms.append(expr)
        if not terms and not (measure in known and self._dates_are_faulty()):
            asked = ", ".join(str(x) for x in (spec.type, spec.ucdp) if x is not None)
            what = f"no dyad's {measure} is ever filed under {asked or 'any type'}"
            self._context.problem(
                "R0511",
                what if measure in known else f"no dyad has a measure {measure!r}",
                self._context.suggest(measure, known)
                + "Check the actors' statuses and the dyads' ucdp ids.",
                path,
            )
        if len(kinds) > 1:
            self._context.problem(
                "R0511", f"{measure} is a count in some dyads and an integral in others",
                "Use one form in all dyads.", path,
            )  # fmt: skip
        return (kinds.pop() if kinds else "count"), add_up(terms) if terms else None

    def _dates_are_faulty(self) -> bool:
        # what is filed where then follows from dates that were not understood
        return any(
            (p.where or "").startswith(("actors.", "dyads.")) and p.code in ("R0505", "R0506")
            for p in self._context.problems
        )

    def _resolve_measures(self) -> None:
        """Resolve all measures of the dyads, those that no accumulator sums up too."""
        for name in self._calendar.dyads:
            dyad = self._context.spec.dyads[name]
            for section, texts in (("integral", dyad.integral), ("count", dyad.count)):
                for measure, text in texts.items():
                    path: Path = ("dyads", name, section, measure)
                    scope = "count" if section == "count" else "state"
                    expr = self._resolver.resolve(text, path, scope=scope)
                    if section == "count":
                        expr = self._with_flow(expr, path)
                    self._measures[name, measure] = expr
            counts = {m: e for m in dyad.count if (e := self._measures[name, m]) is not None}
            known = self._calendar.dyads[name]
            self._calendar.dyads[name] = replace(known, counts=counts)

    def _with_flow(self, expr: Expr | None, path: Path) -> Expr | None:
        """Report a count in which no flow is named."""
        if expr is None or any(self._context.elements[n].kind == "flow" for n in refs(expr)):
            return expr
        self._context.problem(
            "R0511",
            f"{describe(expr)!r} names no flow to count",
            "A count sums people as they flow; for anything else use integral, a rate a month.",
            path,
        )
        return None
