"""The reference backend: the same model, draw-vectorised, in plain NumPy.

Slow and simple on purpose. Expressions are evaluated by `rivalry.model.ir.evaluate`, random numbers
come from NumPy's own generator. Tests compare the two in distribution. What is laid out before any
draw (inputs, schedules of scenarios, months in which observations are due) is shared with the
engine and has tests of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from rivalry.engine._schedule import build_schedule
from rivalry.engine._simulate import dataset, due_table, input_table, resolve_outputs
from rivalry.model import Model, draw_parameters
from rivalry.model.ir import Expr, Observation, Shock, evaluate
from rivalry.model.spec import ScenarioSpec

Array = NDArray[np.float64]


def simulate_reference(
    model: Model,
    n_draws: int = 1000,
    seed: int = 1,
    *,
    outputs: Sequence[str] | None = None,
    parameters: Array | None = None,
    scenario: str | ScenarioSpec | None = None,
) -> xr.Dataset:
    """Simulate an ensemble with NumPy; same result as `simulate`, in distribution.

    Parameters and returned value are those of `rivalry.engine.simulate`.
    """
    if parameters is None:
        parameters = draw_parameters(model, n_draws, seed)
    run = _Run(model, np.asarray(parameters, dtype=float), seed, scenario)
    names = resolve_outputs(model, outputs)
    months = model.time.n_months
    out = np.full((run.n, months, len(names)), np.nan)
    outy = np.full((run.n, months, len(model.observations)), np.nan)
    due = due_table(model)
    run.start()
    for t in range(months):
        run.month(t)
        for j, name in enumerate(names):
            out[:, t, j] = run.recorded(name)
        for j, observation in enumerate(model.observations):
            if due[t, j]:
                outy[:, t, j] = run.observe(observation)
    return dataset(model, names, out, outy, run.parameters, seed)


class _Run:
    """State of one vectorised run."""

    def __init__(
        self, model: Model, parameters: Array, seed: int, scenario: str | ScenarioSpec | None
    ) -> None:
        self.model = model
        self.parameters = parameters
        self.n = parameters.shape[0]
        self._rng = np.random.default_rng(seed)
        self._values: dict[str, Array | float] = {}
        self._raw: dict[str, Array] = {}
        self._totals: dict[str, Array] = {}
        self._lookups = {t.name: t for t in model.lookups}
        self._schedule = build_schedule(model, scenario)
        self._inputs = input_table(model)
        self._flow_names = {f.name for f in model.flows}

    def _eval(self, expr: Expr) -> Array:
        return np.broadcast_to(evaluate(expr, self._values, self._lookups), (self.n,)).copy()

    def start(self) -> None:
        """Set parameters and start values."""
        for j, parameter in enumerate(self.model.parameters):
            self._values[parameter.name] = self.parameters[:, j]
        for stock in self.model.stocks:
            start = np.floor(self._eval(stock.initial) + 0.5)
            self._values[stock.name] = np.maximum(start, 0.0)
        for level in self.model.levels:
            start = self._eval(level.initial)
            self._values[level.name] = np.clip(start, level.lower, level.upper)
        for process in self.model.noise:
            self._values[process.name] = np.ones(self.n)
        for acc in self.model.accumulators:
            self._values[acc.name] = np.zeros(self.n)

    def month(self, t: int) -> None:
        """Advance by one month and re-evaluate auxiliaries at its end."""
        model = self.model
        for s, name in enumerate(model.schedulable):
            factor, offset = self._schedule.parameters[t, s]
            column = self.parameters[:, model.parameter_index[name]]
            self._values[name] = column * factor + offset
        for i, shock in enumerate(model.shocks):
            if shock.lasting and self._schedule.fire[t, i]:
                for action in shock.actions:
                    assert action.target is not None
                    amount = self._eval(action.amount)
                    if action.kind == "hold_scale":
                        amount = amount * self._values[action.target]
                    self._values[action.target] = amount
        for acc in model.accumulators:
            if acc.period and (model.time.start.month - 1 + t) % acc.period == 0:
                self._values[acc.name] = np.zeros(self.n)
        self._ar1(t)
        self._totals = {f.name: np.zeros(self.n) for f in model.flows}
        for k in range(model.time.substeps):
            self._substep(t, k)
        self._auxiliaries()

    def _ar1(self, t: int) -> None:
        for process in self.model.noise:
            if process.kind != "ar1":
                continue
            assert process.half_life is not None
            sd = self._eval(process.scale)
            phi = 0.5 ** (1.0 / self._eval(process.half_life))
            z = self._rng.standard_normal(self.n)
            if t == 0:
                x = sd * z
            else:
                x = phi * self._raw[process.name] + sd * np.sqrt(1.0 - phi**2) * z
            self._raw[process.name] = x
            self._values[process.name] = np.exp(x) if process.log else x

    def _auxiliaries(self) -> None:
        for aux in self.model.auxiliaries:
            self._values[aux.name] = self._eval(aux.expr)

    def _substep(self, t: int, k: int) -> None:
        model, dt = self.model, self.model.time.dt
        for i, series in enumerate(model.inputs):
            self._values[series.name] = self._inputs[t, k, i]
        for i, shock in enumerate(model.shocks):
            if not shock.lasting and self._schedule.fire[t, i] == k + 1:
                self._shock(shock)
        for process in model.noise:
            if process.kind == "gamma":
                variance = self._eval(process.scale)
                shape = dt / np.where(variance > 0, variance, 1.0)
                factor = self._rng.gamma(shape) / shape
                self._values[process.name] = np.where(variance > 0, factor, 1.0)
        self._auxiliaries()
        counts = self._draw_flows()
        changes: dict[str, Array] = {}
        self._values.update(counts)
        for level in model.levels:
            new = self._values[level.name] + dt * self._eval(level.change)
            if level.sd is not None:
                new = new + self._eval(level.sd) * np.sqrt(dt) * self._rng.standard_normal(self.n)
            changes[level.name] = np.clip(new, level.lower, level.upper)
        for acc in model.accumulators:
            weight = 1.0 if acc.kind == "count" else dt
            self._values[acc.name] = self._values[acc.name] + weight * self._eval(acc.expr)
        for flow in model.flows:
            self._totals[flow.name] += counts[flow.name]
            for end, sign in ((flow.source, -1.0), (flow.target, 1.0)):
                if end is not None:
                    self._values[end] = self._values[end] + sign * counts[flow.name]
        self._values.update(changes)

    def _draw_flows(self) -> dict[str, Array]:
        model, dt = self.model, self.model.time.dt
        counts: dict[str, Array] = {}
        for source in dict.fromkeys(f.source for f in model.flows):
            flows = [f for f in model.flows if f.source == source]
            rates = [self._eval(f.expr) for f in flows]
            if source is None:
                for flow, rate in zip(flows, rates, strict=True):
                    mean = rate * dt
                    if flow.dispersion is not None:
                        size = self._eval(flow.dispersion) * dt
                        mean = self._rng.gamma(size) * mean / size
                    counts[flow.name] = self._rng.poisson(mean).astype(float)
                continue
            people = np.asarray(self._values[source])
            safe = np.where(people > 0, people, 1.0)
            hazards = [
                np.where(people > 0, r / safe, 0.0) if f.kind == "rate" else r
                for f, r in zip(flows, rates, strict=True)
            ]
            total = np.sum(hazards, axis=0)
            # the multinomial of all exits at once, the last cell being those who stay
            shares = np.array(hazards) / np.where(total > 0, total, 1.0)
            leave = -np.expm1(-total * dt)
            cells = np.vstack([shares * leave, 1.0 - leave]).T
            drawn = self._rng.multinomial(people.astype(np.int64), cells)
            for i, flow in enumerate(flows):
                counts[flow.name] = drawn[:, i].astype(float)
        return counts

    def _shock(self, shock: Shock) -> None:
        stocks = {s.name for s in self.model.stocks}
        bounds = {x.name: (x.lower, x.upper) for x in self.model.levels}
        for action in shock.actions:
            amount = self._eval(action.amount)
            if action.kind in ("move_share", "move_number"):
                if action.source is None:
                    moved = np.maximum(np.floor(amount + 0.5), 0.0)
                else:
                    people = np.asarray(self._values[action.source])
                    if action.kind == "move_share":
                        share = np.clip(amount, 0.0, 1.0)
                        moved = self._rng.binomial(people.astype(np.int64), share).astype(float)
                    else:
                        moved = np.minimum(np.maximum(np.floor(amount + 0.5), 0.0), people)
                    self._values[action.source] = people - moved
                if action.target is not None:
                    self._values[action.target] = self._values[action.target] + moved
                continue
            assert action.target is not None
            old = self._values[action.target]
            new = {"add": old + amount, "scale": old * amount, "set": amount}[action.kind]
            if action.target in stocks:
                new = np.maximum(np.floor(new + 0.5), 0.0)
            else:
                new = np.clip(new, *bounds[action.target])
            self._values[action.target] = new

    def recorded(self, name: str) -> Array | float:
        """Value at the month's end; flows as the month's total."""
        return self._totals[name] if name in self._flow_names else self._values[name]

    def observe(self, observation: Observation) -> Array:
        """Draw data for the month's end."""
        args = [self._eval(a) for a in observation.args]
        rng, family = self._rng, observation.family
        if family == "normal":
            return rng.normal(args[0], args[1])
        if family in ("lognormal", "between"):
            return np.asarray(args[0] * np.exp(args[1] * rng.standard_normal(self.n)))
        if family == "binomial":
            return rng.binomial(args[0].astype(np.int64), args[1]).astype(float)
        if family == "contaminated_negative_binomial":
            outlying = rng.random(self.n) < args[2]
            return self._counts(args[0], np.where(outlying, args[3], args[1]))
        mean = args[0]
        size = args[1] if "negative_binomial" in family else None
        counts = self._counts(mean, size)
        if family.startswith("zero_inflated"):
            counts = np.where(rng.random(self.n) < args[-1], 0.0, counts)
        elif family.startswith("hurdle"):
            for _ in range(10_000):
                empty = (counts == 0) & (mean > 0)
                if not empty.any():
                    break
                counts = np.where(empty, self._counts(mean, size), counts)
            counts = np.where(rng.random(self.n) < args[-1], 0.0, np.maximum(counts, 1.0))
        return counts

    def _counts(self, mean: Array, size: Array | None) -> Array:
        if size is not None:
            mean = self._rng.gamma(size) * mean / size
        return self._rng.poisson(mean).astype(float)
