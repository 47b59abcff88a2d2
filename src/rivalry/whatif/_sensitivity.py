"""Global sensitivity of outputs: screening, shares of variance, and a tornado."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rivalry.foundation import Problem
from rivalry.whatif._ensemble import Array
from rivalry.whatif._sensitivity_batch import Counter, Progress
from rivalry.whatif._sensitivity_faults import check_sizes, refuse_broken, warnings_of
from rivalry.whatif._sensitivity_morris import Function, Screening, morris
from rivalry.whatif._sensitivity_ranges import Ranges
from rivalry.whatif._sensitivity_sobol import Base, Shares, shares
from rivalry.whatif._sensitivity_target import Target

#: The two factors that are no single parameter.
OTHERS, CHANCE = "(all other parameters)", "(chance)"
#: Screening walks between these quantiles, where priors have no ends.
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True)
class Screened:
    """One parameter in the screening of one output.

    Attributes
    ----------
    parameter, label, unit : str
    fitted : bool
        Varied over the posterior's margin, not over the prior.
    mu_star, mu_star_error, mu, sigma : float
        Elementary effects, in units of the output for a move from the 5% to the 95% quantile.
    chosen : bool
        Whether its share of variance was estimated.
    """

    parameter: str
    label: str
    unit: str
    fitted: bool
    mu_star: float
    mu_star_error: float
    mu: float
    sigma: float
    chosen: bool


@dataclass(frozen=True)
class Index:
    """Shares of one output's variance.

    Attributes
    ----------
    factor : str
        A parameter, `OTHERS` or `CHANCE`.
    label : str
    first, first_low, first_high : float
        First-order index: what falls away on average if the factor alone is known; 90% interval.
    total, total_low, total_high : float
        Total index: what stays if everything else is known.
    """

    factor: str
    label: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True)
class Bar:
    """One parameter of a tornado.

    Attributes
    ----------
    parameter, label, unit : str
    low, high : float
        Its 5% and 95% quantiles.
    at_low, at_high : float
        Mean of the output with the parameter held there.
    low_change, low_change_low, low_change_high : float
        Mean difference from the parameter varying freely, with the 90% interval that the number
        of runs leaves.
    high_change, high_change_low, high_change_high : float
    """

    parameter: str
    label: str
    unit: str
    low: float
    high: float
    at_low: float
    at_high: float
    low_change: float
    low_change_low: float
    low_change_high: float
    high_change: float
    high_change_low: float
    high_change_high: float

    @property
    def swing(self) -> float:
        """Difference between the ends."""
        return self.at_high - self.at_low


@dataclass(frozen=True)
class OutputSensitivity:
    """What one output depends on.

    Attributes
    ----------
    name, label, unit, how : str
    mean, sd, q05, median, q95 : float
        Over all that varies, chance included.
    chance_move : float
        Mean size of the output's change from other random numbers alone: what screening effects
        are to be held against.
    screened : tuple of Screened
        All parameters, the largest effect first.
    indices : tuple of Index
        Largest total first; the two factors that are no parameter last.
    bars : tuple of Bar
        Largest swing first.
    """

    name: str
    label: str
    unit: str
    how: str
    mean: float
    sd: float
    q05: float
    median: float
    q95: float
    chance_move: float
    screened: tuple[Screened, ...]
    indices: tuple[Index, ...]
    bars: tuple[Bar, ...]

    def index(self, factor: str) -> Index:
        """Return the indices of a factor."""
        return next(i for i in self.indices if i.factor == factor)


@dataclass(frozen=True)
class Sensitivity:
    """A sensitivity analysis.

    Attributes
    ----------
    target : Target
    outputs : tuple of OutputSensitivity
    fitted : int
        How many parameters varied over a posterior's margin.
    varied : int
        How many varied at all.
    runs : int
        Trajectories, or pairs of a scenario and its reference.
    others : {"drawn", "median"}
        Where the tornado has the other parameters.
    warnings : tuple of Problem
    """

    target: Target
    outputs: tuple[OutputSensitivity, ...]
    fitted: int
    varied: int
    runs: int
    others: str
    warnings: tuple[Problem, ...]


def sensitivity(
    target: Target,
    *,
    posterior: Array | None = None,
    fitted: Sequence[str] = (),
    trajectories: int = 20,
    points: int = 512,
    top: int = 10,
    others: str = "drawn",
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Say what outputs depend on.

    Parameters
    ----------
    target : Target
    posterior : ndarray (n_draws, n_parameters), optional
    fitted : sequence of str
        Parameters that vary over the margins of `posterior`; all others vary over their priors.
    trajectories : int
        Of the screening of all parameters.
    points : int
        Base points of the shares of variance, a power of 2. Runs: points x (factors + 2).
    top : int
        Parameters of each output, by screening, whose shares are estimated. All others together
        are one factor more, so that what screening passes over shows.
    others : {"drawn", "median"}
        In the tornado.
    seed : int
    threads : int, optional
        Results do not depend on it.
    progress : callable (done, total), optional

    Returns
    -------
    Sensitivity

    Raises
    ------
    RivalryError
        R1162 without priors, R1164 for numbers that cannot be, R1165 if more than 5% of the runs
        break.

    References
    ----------
    Morris (1991), Technometrics 33(2); Campolongo, Cariboni & Saltelli (2007), Environmental
    Modelling & Software 22(10); Sobol' (2001), Mathematics and Computers in Simulation 55;
    Saltelli et al. (2010), Computer Physics Communications 181(2).
    """
    check_sizes(trajectories, points, top)
    ranges = Ranges(target.model, posterior, fitted)
    d, k = ranges.size, min(top, ranges.size)
    counter = Counter(trajectories * (d + 2) + points * (4 + 3 * k), progress)
    f = target.function(ranges, seed, threads, counter)

    def inner(u: Array, keys: np.ndarray) -> Array:
        return f(_LOW + (_HIGH - _LOW) * u, keys)

    screening = morris(inner, d, trajectories, seed)
    broken = [float(1 - np.isfinite(screening.effects).all(axis=2).mean())]
    refuse_broken(broken[0])
    order = np.argsort(-screening.mu_star, axis=0, kind="stable")
    moves = screening.mu_star > 0
    chosen = sorted({int(i) for j, o in enumerate(order[:k].T) for i in o if moves[i, j]})
    counter.total = trajectories * (d + 2) + points * (4 + 3 * len(chosen))
    rest = [i for i in range(d) if i not in chosen]
    groups = [[i] for i in chosen] + ([rest] if rest else [])
    base = Base.draw(d, points, seed)
    found = shares(f, base, groups, seed)
    broken.append(1 - found.kept / points)
    refuse_broken(broken[1])
    held = _held(f, base, chosen, others)
    broken.append(float(1 - np.isfinite(held).all(axis=(0, 2)).mean()))
    refuse_broken(broken[2])
    outputs = tuple(
        _output(target, ranges, j, screening, found, held, chosen, bool(rest))
        for j in range(len(target.names))
    )
    warnings = warnings_of(outputs, max(broken))
    return Sensitivity(
        target, outputs, len(ranges.fitted), d, counter.done, others, tuple(warnings)
    )


def _held(f: Function, base: Base, chosen: Sequence[int], others: str) -> Array:
    """Return outputs (1 + 2 chosen, n, outputs): as they are, then with one parameter held.

    Rows share their random numbers, and what else is drawn.
    """
    plain = base.a if others == "drawn" else np.full_like(base.a, 0.5)
    rows = [plain]
    for i in chosen:
        for quantile in (_LOW, _HIGH):
            one = plain.copy()
            one[:, i] = quantile
            rows.append(one)
    keys = np.tile(np.arange(len(plain), dtype=np.int64), len(rows))
    return f(np.concatenate(rows), keys).reshape(len(rows), len(plain), -1)


def _output(
    target: Target,
    ranges: Ranges,
    j: int,
    screening: Screening,
    found: Shares,
    held: Array,
    chosen: Sequence[int],
    rest: bool,
) -> OutputSensitivity:
    model, name = target.model, target.names[j]
    labels = [model.elements[n].label for n in ranges.names]
    units = [model.elements[n].unit or "" for n in ranges.names]
    mu_star = screening.mu_star[:, j]
    screened = tuple(
        Screened(
            ranges.names[i], labels[i], units[i], ranges.names[i] in ranges.fitted,
            float(mu_star[i]), float(screening.mu_star_error[i, j]), float(screening.mu[i, j]),
            float(screening.sigma[i, j]), i in chosen,
        )
        for i in np.argsort(-mu_star, kind="stable")
    )  # fmt: skip
    names = [ranges.names[i] for i in chosen] + ([OTHERS] if rest else []) + [CHANCE]
    words = [labels[i] for i in chosen]
    words += ["all other parameters together"] if rest else []
    words += ["chance, with every parameter known"]
    rows = [
        Index(
            names[g], words[g],
            *(float(x) for x in (found.first[g, j], *found.first_ends[:, g, j])),
            *(float(x) for x in (found.total[g, j], *found.total_ends[:, g, j])),
        )
        for g in range(len(names))
    ]  # fmt: skip
    single = sorted(rows[: len(chosen)], key=lambda r: -r.total)
    bars = [
        _bar(ranges, i, labels[i], units[i], held[0, :, j], *held[1 + 2 * g : 3 + 2 * g, :, j])
        for g, i in enumerate(chosen)
    ]
    values = found.values[:, j]
    q05, median, q95 = (float(q) for q in np.quantile(values, (0.05, 0.5, 0.95)))
    return OutputSensitivity(
        name, target.labels()[j], target.unit(name), target.how(name), float(values.mean()),
        float(values.std()), q05, median, q95, float(np.nanmean(np.abs(screening.chance[:, j]))),
        screened, tuple([*single, *rows[len(chosen) :]]),
        tuple(sorted(bars, key=lambda b: -abs(b.swing))),
    )  # fmt: skip


def _bar(
    ranges: Ranges, i: int, label: str, unit: str, free: Array, low: Array, high: Array
) -> Bar:
    sound = np.isfinite(free) & np.isfinite(low) & np.isfinite(high)
    ends = []
    for held in (low, high):
        change = held[sound] - free[sound]
        middle = float(change.mean())
        error = 1.645 * float(change.std(ddof=1)) / math.sqrt(len(change))
        ends.append((middle, middle - error, middle + error))
    return Bar(
        ranges.names[i], label, unit, ranges.value(i, _LOW), ranges.value(i, _HIGH),
        float(low[sound].mean()), float(high[sound].mean()), *ends[0], *ends[1],
    )  # fmt: skip
