"""The typed model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rivalry.foundation import Month, Problem
from rivalry.model.ir._expr import Expr
from rivalry.model.spec import ExpectationSpec, LeverSpec, ModelSpec, ScenarioSpec

Kind = Literal[
    "stock",
    "level",
    "auxiliary",
    "flow",
    "noise",
    "parameter",
    "input",
    "accumulator",
    "observation",
    "shock",
    "status",
]


@dataclass(frozen=True)
class Element:
    """What is known of one scalar name, for people.

    `base` is the name without subscripts, `index` its elements, `origin` the key in the case
    file (``flows.defection``).
    """

    name: str
    base: str
    index: tuple[str, ...]
    kind: Kind
    unit: str | None
    label: str
    origin: str
    claims: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class TimeGrid:
    """Months from `start` to `end`, each of `substeps` Euler steps."""

    start: Month
    end: Month
    substeps: int

    @property
    def n_months(self) -> int:
        """Number of months, both ends included."""
        return self.end - self.start + 1

    @property
    def dt(self) -> float:
        """Length of a substep in months."""
        return 1.0 / self.substeps

    def substep(self, fraction: float) -> int:
        """Substep at whose start something happens that is dated this far into a month.

        The nearest start: rounding down would put every date early, on average by half a substep.
        """
        return min(int(fraction * self.substeps + 0.5), self.substeps - 1)

    def index(self, month: Month) -> int:
        """Position of a month; may lie outside 0..n_months-1."""
        return month - self.start


@dataclass(frozen=True)
class Parameter:
    """A constant: `value` if fixed, else drawn from `prior` (family, arguments) in `bounds`."""

    name: str
    value: float | None
    prior: tuple[str, tuple[float, ...]] | None
    bounds: tuple[float, float] = (-np.inf, np.inf)


@dataclass(frozen=True)
class Stock:
    """An integer number of people."""

    name: str
    initial: Expr


@dataclass(frozen=True)
class Level:
    """A real, bounded state."""

    name: str
    initial: Expr
    lower: float
    upper: float
    change: Expr
    sd: Expr | None


@dataclass(frozen=True)
class Noise:
    """A noise process; see `rivalry.model.spec.NoiseSpec`.

    For ar1 `scale` is the stationary sd and `half_life` in months; for gamma `scale` is the
    variance.
    """

    name: str
    kind: Literal["ar1", "gamma"]
    log: bool
    scale: Expr
    half_life: Expr | None


@dataclass(frozen=True)
class Auxiliary:
    """A named expression; the model keeps them sorted so that each uses only earlier ones."""

    name: str
    expr: Expr


@dataclass(frozen=True)
class Flow:
    """People moving. `kind` is hazard (per person and month) or rate (people a month)."""

    name: str
    source: str | None
    target: str | None
    kind: Literal["hazard", "rate"]
    expr: Expr
    dispersion: Expr | None


@dataclass(frozen=True)
class Accumulator:
    """A sum over `period` months (0 = never set back).

    `count` sums realised flows, `integral` a rate times time.
    """

    name: str
    kind: Literal["count", "integral"]
    expr: Expr
    period: int


@dataclass(frozen=True)
class LookupTable:
    """A graphical function."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Input:
    """A known series: `values` is (n_months,) or, for statuses and dates, (n_months, substeps).

    `knots` are the months that have a figure of their own, where those between are interpolated.
    """

    name: str
    values: NDArray[np.float64]
    fine: bool
    knots: tuple[int, ...] | None = None


@dataclass(frozen=True)
class ShockAction:
    """One effect of a shock: add, move, scale or set; `target`/`source` are scalar names."""

    kind: Literal["add", "move_share", "move_number", "scale", "set", "hold_set", "hold_scale"]
    source: str | None
    target: str | None
    amount: Expr


@dataclass(frozen=True)
class Shock:
    """A dated event. `fire` is (n_months,): 0 = not, k+1 = at the start of substep k.

    For lasting changes (`lasting`), `fire` is 1 in every month in which they hold.
    """

    name: str
    lasting: bool
    actions: tuple[ShockAction, ...]
    fire: NDArray[np.int64]
    date: str | None


@dataclass(frozen=True)
class Observation:
    """A data series and its distribution.

    `data` is (n_months,), NaN where missing; for ranges `data` holds low and `high` the high
    end. `args` are the distribution's arguments in its canonical order. Months before
    `whole_from` would compare a sum that began before the model with a whole period.
    """

    name: str
    family: str
    args: tuple[Expr, ...]
    data: NDArray[np.float64]
    high: NDArray[np.float64] | None
    every: str
    unit: str | None
    label: str
    group: str | None
    whole_from: int = 0


@dataclass(frozen=True)
class Actor:
    """An actor and its status in each substep (`spans`: status, from, until as texts)."""

    name: str
    label: str
    ledger: tuple[str, ...]
    ucdp: int | None
    spans: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True)
class Dyad:
    """Two sides, and where their violence is filed over time.

    `counts` are those of its measures that count people as they flow.
    """

    name: str
    label: str
    sides: tuple[str, str]
    ucdp: tuple[tuple[int, str | None, str | None], ...]
    measures: dict[str, str]
    counts: dict[str, Expr] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """Everything the engine needs; nothing of it is about one country or conflict."""

    spec: ModelSpec
    time: TimeGrid
    parameters: tuple[Parameter, ...]
    stocks: tuple[Stock, ...]
    levels: tuple[Level, ...]
    noise: tuple[Noise, ...]
    auxiliaries: tuple[Auxiliary, ...]
    flows: tuple[Flow, ...]
    accumulators: tuple[Accumulator, ...]
    inputs: tuple[Input, ...]
    lookups: tuple[LookupTable, ...]
    shocks: tuple[Shock, ...]
    observations: tuple[Observation, ...]
    actors: tuple[Actor, ...]
    dyads: tuple[Dyad, ...]
    schedulable: tuple[str, ...]
    elements: dict[str, Element]
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @property
    def title(self) -> str:
        """Title of the case."""
        return self.spec.title

    @property
    def levers(self) -> dict[str, LeverSpec]:
        """Levers by name."""
        return self.spec.levers

    @property
    def scenarios(self) -> dict[str, ScenarioSpec]:
        """Scenarios by name."""
        return self.spec.scenarios

    @property
    def expectations(self) -> dict[str, ExpectationSpec]:
        """Expectations by claim."""
        return self.spec.expectations

    @property
    def months(self) -> list[Month]:
        """All months of the model."""
        return [self.time.start + i for i in range(self.time.n_months)]

    @cached_property
    def parameter_index(self) -> dict[str, int]:
        """Parameter name to its column."""
        return {p.name: i for i, p in enumerate(self.parameters)}

    @cached_property
    def recordable(self) -> tuple[str, ...]:
        """Names that `simulate` can write, in the engine's order.

        Stocks, levels, noise and auxiliaries are read at the month's end, flows as the month's
        total, accumulators at the month's end before they are set back.
        """
        return tuple(
            x.name
            for part in (
                self.stocks,
                self.levels,
                self.noise,
                self.auxiliaries,
                self.flows,
                self.accumulators,
            )
            for x in part
        )

    @cached_property
    def structure_hash(self) -> str:
        """Hash of everything that shapes generated code (not of data or priors)."""
        parts = [
            self.time.substeps,
            self.stocks,
            self.levels,
            self.noise,
            self.auxiliaries,
            self.flows,
            self.accumulators,
            self.lookups,
            [p.name for p in self.parameters],
            [(i.name, i.fine) for i in self.inputs],
            [(s.name, s.lasting, s.actions) for s in self.shocks],
            [(o.name, o.family, o.args) for o in self.observations],
            self.schedulable,
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def resolve(self, name: str) -> tuple[str, ...]:
        """Scalar names meant by `name`: itself, or all elements of an array's base name."""
        if name in self.elements:
            return (name,)
        return self.groups.get(name, ())
