"""Where a model goes on average: deterministic runs from a few parameter draws.

The engine lies above this package and draws random numbers; for the signs of dependencies the
mean field is enough: every flow at its expected value, noise at its mean, shocks at their dates.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rivalry.model.ir import Expr, LookupTable, Model, Shock, evaluate

Array = NDArray[np.float64]

#: Expressions evaluated in all, which bounds the time: about 15 microseconds each.
_BUDGET = 40_000
#: No stock of people is larger; a run that explodes stays finite.
_MOST = 1e12


@dataclass
class Visited:
    """States that the runs passed through, at months' ends.

    Attributes
    ----------
    months : ndarray of int (n,)
        Month of each state, from 0.
    values : dict of str to ndarray (n,)
        Parameters, stocks, levels and accumulators.
    """

    months: NDArray[np.int64]
    values: dict[str, Array] = field(default_factory=dict)


def visit(
    model: Model,
    parameters: dict[str, Array],
    moved: dict[str, Array],
    size: tuple[int, int],
    seed: int,
) -> Visited:
    """Run the mean field and return states at random months.

    Parameters
    ----------
    model : Model
    parameters : dict of str to ndarray (r,)
        One value for each of r runs, at the case's base.
    moved : dict of str to ndarray (r,)
        Values that levers and scenarios give to some of them, from a random month on.
    size : (int, int)
        Number of runs r, and of states s to take from each.
    seed : int

    Returns
    -------
    Visited
        r * s states, those of one run together.

    Notes
    -----
    Exits of a stock follow 1 - exp(-sum of hazards * step), shared out by hazard, as the engine
    draws them; what would turn infinite stays at its last value. The step is a month, shorter
    (down to the model's own) for small models and longer for very large ones.
    """
    rng = stream(seed, "months")
    runs = size[0]
    n = model.time.n_months
    chosen = rng.integers(0, n, size)
    since = rng.integers(0, n, runs)
    run = _Run(model, parameters, runs)
    parts = (model.auxiliaries, model.flows, model.levels, model.accumulators)
    cost = max(1, sum(len(p) for p in parts)) * n
    pieces = int(np.clip(_BUDGET // cost, 1, model.time.substeps))
    stride = -(-cost // (4 * _BUDGET))
    kept = list(parameters)
    kept += [s.name for s in model.stocks]
    kept += [x.name for x in model.levels]
    kept += [a.name for a in model.accumulators]
    out = {name: np.empty(size) for name in kept}
    # undated shocks wait for a scenario or a lever; half of the runs see them
    fired: dict[str, NDArray[np.int64]] = {}
    for shock in model.shocks:
        if not shock.lasting and not shock.fire.any():
            own = stream(seed, shock.name)
            fired[shock.name] = np.where(own.random(runs) < 0.5, own.integers(0, n, runs), n)
    for t in range(0, n, stride):
        later = since <= t
        for name, base in parameters.items():
            run.values[name] = np.where(later, moved[name], base) if name in moved else base
        window = slice(t, min(t + stride, n))
        run.hold(t)
        run.reset(window)
        for shock in model.shocks:
            if shock.lasting:
                continue
            if shock.name in fired:
                at = fired[shock.name]
                who = (at >= window.start) & (at < window.stop)
            else:
                who = np.full(runs, bool(shock.fire[window].any()))
            if who.any():
                run.inputs(t, 0)
                run.auxiliaries()
                run.shock(shock, who)
        for k in range(pieces):
            run.inputs(t, k * model.time.substeps // pieces)
            run.step(stride / pieces)
        rows, columns = np.nonzero((chosen >= window.start) & (chosen < window.stop))
        for name in kept if rows.size else ():
            out[name][rows, columns] = run.values[name][rows]
    return Visited(chosen.ravel().astype(np.int64), {k: v.ravel() for k, v in out.items()})


def stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of one element.

    By name, so that adding an element leaves the others' states as they were.
    """
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


class _Run:
    """State of all runs."""

    def __init__(self, model: Model, parameters: dict[str, Array], runs: int) -> None:
        self._model = model
        self._runs = runs
        self._lookups: dict[str, LookupTable] = {t.name: t for t in model.lookups}
        self._bounds = {x.name: (x.lower, x.upper) for x in model.levels}
        self.values: dict[str, Array] = dict(parameters)
        for stock in model.stocks:
            self.values[stock.name] = self._bounded(stock.name, self._eval(stock.initial))
        for level in model.levels:
            self.values[level.name] = self._bounded(level.name, self._eval(level.initial))
        for process in model.noise:
            mean = 1.0 if process.kind == "gamma" or process.log else 0.0
            self.values[process.name] = np.full(runs, mean)
        for acc in model.accumulators:
            self.values[acc.name] = np.zeros(runs)

    def _eval(self, expr: Expr) -> Array:
        return np.broadcast_to(evaluate(expr, self.values, self._lookups), (self._runs,))

    def _bounded(self, name: str, new: Array) -> Array:
        low, high = self._bounds.get(name, (0.0, _MOST))
        old = self.values.get(name, np.zeros(self._runs))
        return np.clip(np.where(np.isfinite(new), new, old), max(low, -_MOST), min(high, _MOST))

    def hold(self, t: int) -> None:
        """Let the lasting shocks of a month set and scale their parameters."""
        for shock in self._model.shocks:
            for action in shock.actions if shock.lasting and shock.fire[t] else ():
                assert action.target is not None
                amount = self._eval(action.amount)
                factor = self.values[action.target] if action.kind == "hold_scale" else 1.0
                self.values[action.target] = amount * factor

    def reset(self, months: slice) -> None:
        """Set accumulators back where their period begins in these months."""
        start = self._model.time.start.month - 1
        numbers = np.arange(months.start, months.stop) + start
        for acc in self._model.accumulators:
            if acc.period and (numbers % acc.period == 0).any():
                self.values[acc.name] = np.zeros(self._runs)

    def inputs(self, t: int, tick: int) -> None:
        """Set the known series."""
        for series in self._model.inputs:
            value = series.values[t, tick] if series.fine else series.values[t]
            self.values[series.name] = np.full(self._runs, float(value))

    def auxiliaries(self) -> None:
        """Evaluate all auxiliaries."""
        for aux in self._model.auxiliaries:
            self.values[aux.name] = self._eval(aux.expr)

    def shock(self, shock: Shock, who: NDArray[np.bool_]) -> None:
        """Let a dated shock act on some of the runs."""
        for action in shock.actions:
            amount = self._eval(action.amount)
            changes: list[tuple[str | None, Array]]
            if action.kind in ("move_share", "move_number"):
                people = self.values[action.source] if action.source else np.full(self._runs, _MOST)
                if action.kind == "move_share":
                    amount = np.clip(amount, 0.0, 1.0) * people
                taken = np.clip(amount, 0.0, people)
                changes = [(action.source, -taken), (action.target, taken)]
            else:
                assert action.target is not None
                old = self.values[action.target]
                new = {"add": old + amount, "scale": old * amount, "set": amount}[action.kind]
                changes = [(action.target, new - old)]
            for name, change in changes:
                if name is not None:
                    moved = self._bounded(name, self.values[name] + change)
                    self.values[name] = np.where(who, moved, self.values[name])

    def step(self, length: float) -> None:
        """Advance everything by a step of so many months."""
        model = self._model
        self.auxiliaries()
        counts = self._flows(length)
        # formulas read a flow as the people of one substep
        dt = model.time.dt
        self.values.update({name: count * (dt / length) for name, count in counts.items()})
        new: dict[str, Array] = {}
        for level in model.levels:
            change = length * self._eval(level.change)
            new[level.name] = self._bounded(level.name, self.values[level.name] + change)
        for acc in model.accumulators:
            weight = length / dt if acc.kind == "count" else length
            total = self.values[acc.name] + weight * self._eval(acc.expr)
            new[acc.name] = np.where(np.isfinite(total), total, self.values[acc.name])
        for flow in model.flows:
            for end, sign in ((flow.source, -1.0), (flow.target, 1.0)):
                if end is not None:
                    self.values[end] = self._bounded(
                        end, self.values[end] + sign * counts[flow.name]
                    )
        self.values.update(new)

    def _flows(self, length: float) -> dict[str, Array]:
        """Return the people that every flow is expected to move in a step."""
        counts: dict[str, Array] = {}
        totals: dict[str, Array] = {}
        with np.errstate(all="ignore"):
            for flow in self._model.flows:
                rate = np.nan_to_num(self._eval(flow.expr), posinf=_MOST, neginf=0.0)
                rate = np.clip(rate, 0.0, _MOST)
                if flow.source is None:
                    counts[flow.name] = rate * length
                    continue
                if flow.kind == "rate":
                    people = self.values[flow.source]
                    rate = np.where(people > 0, rate / np.where(people > 0, people, 1.0), 0.0)
                counts[flow.name] = rate
                totals[flow.source] = totals.get(flow.source, np.zeros(self._runs)) + rate
            for flow in self._model.flows:
                if flow.source is not None:
                    total = totals[flow.source]
                    share = counts[flow.name] / np.where(total > 0, total, 1.0)
                    leave = -np.expm1(-total * length)
                    counts[flow.name] = self.values[flow.source] * leave * share
        return counts
