"""Everything that depends on the date alone: statuses, switches and the filing of violence."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rivalry.foundation import nearest, parse_date
from rivalry.model.build._context import Context, Path, ResolveError, read_date
from rivalry.model.ir import Actor, Dyad, Element, Input
from rivalry.model.spec import ActorSpec, DyadSpec, StatusSpan

STATUSES = ("rebel", "militia", "government", "foreign state", "civilians", "absent")
TYPES = ("state-based", "non-state", "one-sided")
Series = NDArray[np.float64]


def violence_type(a: str, b: str) -> str | None:
    """UCDP type of violence between two statuses; None while a side is absent.

    State-based violence has a government of a state on at least one side, non-state on none,
    one-sided has civilians as the other side (UCDP GED codebook 25.1).
    """
    if "absent" in (a, b):
        return None
    if "civilians" in (a, b):
        return "one-sided"
    if {"government", "foreign state"} & {a, b}:
        return "state-based"
    return "non-state"


class Calendar:
    """Series over months and substeps, each made once under a readable name."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._inputs: dict[str, Input] = {}
        self.actors: dict[str, Actor] = {}
        self.dyads: dict[str, Dyad] = {}
        self._status: dict[str, list[str]] = {}
        n, k = context.time.n_months, context.time.substeps
        self._shape = (n, k)
        self._ticks: Series = np.arange(n * k, dtype=np.float64).reshape(n, k)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Series that were asked for."""
        return tuple(self._inputs.values())

    # -- functions of the language -----------------------------------------------------------

    def builtin(self, name: str) -> str:
        """``time`` and ``month_of_year``."""
        if name == "time":
            return self._add("time", np.divide(self._ticks, self._shape[1]), True, "month")
        start = self._context.time.start.month
        values: Series = np.arange(start - 1.0, start - 1.0 + self._shape[0], dtype=np.float64)
        return self._add("month_of_year", np.mod(values, 12.0) + 1.0, False, "")

    def date_function(self, name: str, texts: list[str]) -> str:
        """``after``, ``between`` and ``ramp``."""
        ticks = [self._tick(t) for t in texts]
        days = [parse_date(t) for t in texts]
        label = f"{name}({', '.join(texts)})"
        if name == "after":
            return self._add(label, (self._ticks >= ticks[0]).astype(float), True, "")
        if days[1] <= days[0]:
            raise ResolveError(
                "R0505", f"{label}: the second date is not after the first", "Swap them."
            )
        if name == "between":
            if ticks[0] == ticks[1]:
                raise ResolveError(
                    "R0505",
                    f"{label}: both dates fall into the same substep, so it is never 1",
                    "Widen the span, or raise time.substeps.",
                )
            inside = (self._ticks >= ticks[0]) & (self._ticks < ticks[1])
            return self._add(label, inside.astype(float), True, "")
        # within one substep a ramp is a step
        rise = (self._ticks - ticks[0] + (ticks[0] == ticks[1])) / max(ticks[1] - ticks[0], 1)
        return self._add(label, np.clip(rise, 0.0, 1.0), True, "")

    def status(self, actor: str, status: str) -> str:
        """``status(actor, name)``: 1 while it holds."""
        if actor not in self._status:
            near = nearest(actor, self._status)
            raise ResolveError(
                "R0303",
                f"there is no actor {actor!r}",
                (f"Did you mean {near!r}? " if near else "") + "Declare it under actors.",
            )
        if status not in STATUSES:
            near = nearest(status, STATUSES)
            raise ResolveError(
                "R0303",
                f"there is no status {status!r}",
                (f"Did you mean {near!r}? " if near else "") + f"One of: {', '.join(STATUSES)}.",
            )
        held = np.array([s == status for s in self._status[actor]], dtype=float)
        return self._add(f"status({actor}, {status})", held.reshape(self._shape), True, "")

    # -- actors and dyads --------------------------------------------------------------------

    def add_actor(self, name: str, spec: ActorSpec, path: Path) -> None:
        """Work out an actor's status in every substep; overlaps are problems."""
        spans = spec.status
        if isinstance(spans, str):
            spans = [StatusSpan(status=spans)]
        held = ["absent"] * (self._shape[0] * self._shape[1])
        taken = [False] * len(held)
        for i, span in enumerate(spans):
            limits = self._limits(span.from_, span.until, (*path, "status", i))
            if limits is None:
                continue
            for tick in range(max(limits[0], 0), min(limits[1], len(held))):
                if taken[tick]:
                    self._context.problem(
                        "R0506",
                        f"two statuses of {name} hold at the same time",
                        "Let each span end ('until') where the next begins ('from').",
                        (*path, "status", i),
                    )
                    break
                held[tick], taken[tick] = span.status, True
        self._status[name] = held
        self.actors[name] = Actor(
            name=name,
            label=spec.label or name.replace("_", " "),
            ledger=tuple(spec.ledger),
            ucdp=spec.ucdp,
            spans=tuple((s.status, s.from_, s.until) for s in spans),
        )

    def add_dyad(self, name: str, spec: DyadSpec, path: Path) -> None:
        """Check the sides and keep where the violence is filed."""
        if spec.sides[0] == spec.sides[1]:
            self._context.problem(
                "R0519", f"both sides of {name} are {spec.sides[0]}", "Name two actors.",
                (*path, "sides"),
            )  # fmt: skip
        for measure in sorted(spec.count.keys() & spec.integral.keys()):
            self._context.problem(
                "R0519",
                f"{measure} of {name} is both a count and an integral",
                "Keep one of them, or rename it.",
                (*path, "integral", measure),
            )
        for side in spec.sides:
            if side not in self._status:
                self._context.problem(
                    "R0303",
                    f"there is no actor {side!r}",
                    self._context.suggest(side, list(self._status)) + "Declare it under actors.",
                    (*path, "sides"),
                )
                return
        ucdp = spec.ucdp
        spans: tuple[tuple[int, str | None, str | None], ...] = ()
        if isinstance(ucdp, int):
            spans = ((ucdp, None, None),)
        elif ucdp:
            spans = tuple((s.id, s.from_, s.until) for s in ucdp)
        taken: list[tuple[int, int]] = []
        for i, (_, start, end) in enumerate(spans):
            limits = self._limits(start, end, (*path, "ucdp", i))
            if limits is None:
                continue
            if any(limits[0] < high and low < limits[1] for low, high in taken):
                self._context.problem(
                    "R0519",
                    f"two UCDP dyad ids of {name} hold at the same time",
                    "Let each span end ('until') where the next begins ('from').",
                    (*path, "ucdp", i),
                )
            taken.append(limits)
        self.dyads[name] = Dyad(
            name=name,
            label=spec.label or name.replace("_", " "),
            sides=spec.sides,
            ucdp=spans,
            measures={**spec.count, **spec.integral},
        )

    def filed(self, dyad: str, type_: str | None, ucdp: int | None) -> tuple[str, Series]:
        """Name and 0/1 series of when a dyad's violence is filed under a type and dyad id."""
        info = self.dyads[dyad]
        a, b = (self._status[s] for s in info.sides)
        kinds = [violence_type(x, y) for x, y in zip(a, b, strict=True)]
        inside = np.array([k is not None and type_ in (None, k) for k in kinds])
        if ucdp is not None:
            held = np.zeros(len(kinds), dtype=bool)
            for number, start, end in info.ucdp:
                limits = self._limits(start, end, ("dyads", dyad, "ucdp"))
                if number == ucdp and limits is not None:
                    held[max(limits[0], 0) : max(min(limits[1], len(held)), 0)] = True
            inside &= held
        what = ", ".join(str(x) for x in (type_, ucdp) if x is not None) or "any"
        series = inside.astype(float).reshape(self._shape)
        return f"filed({dyad}, {what})", series

    def use(self, name: str, series: Series) -> str:
        """Keep a series made by `filed` as an input of the model."""
        return self._add(name, series, True, "")

    # -- parts -------------------------------------------------------------------------------

    def _add(self, name: str, values: Series, fine: bool, unit: str) -> str:
        if name not in self._inputs:
            self._inputs[name] = Input(name, np.ascontiguousarray(values, dtype=float), fine)
            kind: Literal["status", "input"] = "status" if fine else "input"
            self._context.elements[name] = Element(name, name, (), kind, unit, name, "calendar")
        return name

    def _tick(self, text: str) -> int:
        try:
            month, fraction = read_date(text)
        except ValueError as error:
            raise ResolveError("R0505", str(error), "Write YYYY-MM or YYYY-MM-DD.") from None
        return self._context.time.index(month) * self._shape[1] + self._context.time.substep(
            fraction
        )

    def _limits(self, start: str | None, end: str | None, path: Path) -> tuple[int, int] | None:
        far = 10**9
        low, high = -far, far
        for text, which in ((start, "from"), (end, "until")):
            if text is None:
                continue
            position = self._context.position(text, path)
            if position is None:
                return None
            tick = position[0] * self._shape[1] + position[1]
            low, high = (tick, high) if which == "from" else (low, tick)
        # days are compared, not substeps: a span may be shorter than a substep
        if start is not None and end is not None and parse_date(end) <= parse_date(start):
            self._context.problem(
                "R0505", f"'until' {end} is not after 'from' {start}", "Swap the dates.", path
            )
            return None
        return low, high
