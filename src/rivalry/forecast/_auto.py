"""The automatic case: a forecast for every unit of a panel, without a case file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rivalry.forecast._auto_draws import draw_paths, guard_mean
from rivalry.forecast._auto_grid import CELLS
from rivalry.forecast._auto_level import LevelParameters, class_shares, filter_level
from rivalry.forecast._auto_parts import PARTS, PartSettings, make_parts
from rivalry.forecast._auto_weights import (
    BLOCK,
    CLASSES,
    GROUP_STEPS,
    group_of,
    learn_weights,
    recent,
)
from rivalry.forecast._draws import MAX_COUNT, Draws, check_steps, unit_generator
from rivalry.forecast._panel import Panel, as_month
from rivalry.foundation import Month, Problem, RivalryError

Array = npt.NDArray[np.float64]
Origin = Month | str | int


@dataclass(frozen=True)
class AutoSettings:
    """Constants of the automatic case.

    Attributes
    ----------
    parts : PartSettings
        Of the forecasts that are mixed.
    every : int
        Months between the past origins from which weights are learned.
    origins : int
        How many of them at most, the newest.
    least_history : int
        Months of data before the first of them.
    pull, pull_origins : float
        Towards equal weights; see `learn_weights`.
    unit_multiple, panel_multiple : float
        No mean exceeds the largest of three limits: `unit_multiple` times the unit's highest
        month, `panel_multiple` times the mean month of the panel (zeros included), one death.
    path_persistence : float
        Monthly autocorrelation of the ranks along a draw. It has no part in any one month's
        distribution.
    """

    parts: PartSettings = field(default_factory=PartSettings)
    every: int = 6
    origins: int = 20
    least_history: int = 24
    pull: float = 0.03
    pull_origins: float = 4.0
    unit_multiple: float = 2.0
    panel_multiple: float = 1.0
    path_persistence: float = 0.9

    def __post_init__(self) -> None:
        p = self.parts
        for name, value, good in (
            ("every", self.every, self.every >= 1),
            ("origins", self.origins, self.origins >= 0),
            ("least_history", self.least_history, self.least_history >= 1),
            ("pull", self.pull, self.pull > 0),
            ("pull_origins", self.pull_origins, self.pull_origins >= 0),
            ("unit_multiple", self.unit_multiple, self.unit_multiple > 0),
            ("panel_multiple", self.panel_multiple, self.panel_multiple >= 0),
            ("path_persistence", self.path_persistence, 0 <= self.path_persistence < 1),
            ("half_lives", p.half_lives, len(p.half_lives) == 3 and min(p.half_lives) > 0),
            ("drift_start", p.drift_start, p.drift_start > 0),
            ("drift_growth", p.drift_growth, p.drift_growth >= 0),
            ("wide_sd", p.wide_sd, p.wide_sd > 0),
        ):
            if not good:
                raise RivalryError(
                    Problem(
                        "R1030",
                        f"{name} of the automatic case is {value}",
                        "See AutoSettings for what each constant may be.",
                    )
                )


@dataclass(frozen=True)
class AutoMasses:
    """The automatic case's forecasts as probabilities, before anything is drawn.

    Attributes
    ----------
    masses : ndarray, shape (n, steps, cells)
    weights : ndarray, shape (classes, groups of steps, parts)
    classes : ndarray of int, shape (n,)
    learned_from : ndarray of int, shape (groups,)
        Past origins behind the weights; 0 where the panel is too short, and weights equal.
    """

    masses: Array
    weights: Array
    classes: npt.NDArray[np.int64]
    learned_from: npt.NDArray[np.int64]


def auto_forecast(
    panel: Panel,
    origin: Origin,
    steps: Sequence[int],
    *,
    n_draws: int = 1000,
    seed: int = 1,
    units: Sequence[object] | None = None,
    settings: AutoSettings | None = None,
) -> Draws:
    """Forecast every unit of a panel by the automatic case.

    Six forecasts are mixed: the last 12 months, three histories with decaying weights, spread by
    a lognormal factor whose variance grows with the step, one spread widely, and `local_level`.
    Weights by class of recent violence and group of steps are those that would have done best at
    past origins of this panel, pulled towards equal ones. All of it sees `Panel.until(origin)`
    and nothing else.

    Parameters
    ----------
    panel : Panel
    origin : Month, str or int
        The last month of data.
    steps : sequence of int
        Months ahead of the origin, rising from 1 or later.
    n_draws : int
    seed : int
    units : sequence, optional
        Draw for these units only. What is pooled is still learned from the whole panel, so that
        their draws are the same as among all.
    settings : AutoSettings, optional

    Returns
    -------
    Draws
        For the units that have appeared by the origin, in the panel's order.

    Raises
    ------
    RivalryError
        R1012 to R1015 for unit, origin and steps, R1030 for settings, R0808 for `n_draws` or
        `seed`.

    Notes
    -----
    One month of history is enough; then the parts that repeat the past have one value to repeat,
    and `local_level` alone allows for something else.

    References
    ----------
    Hegre et al. (2024), The 2023/24 VIEWS Prediction Challenge, arXiv:2407.11045, for the
    benchmark. Gneiting & Ranjan (2013), Combining predictive distributions, Electronic Journal
    of Statistics 7. The papers behind the parts are named in `local_level`, `learn_weights` and
    `draw_paths`.
    """
    chosen = settings or AutoSettings()
    asked = check_steps(steps)
    seen = panel.until(origin)
    found = auto_masses(seen.counts, asked, chosen)
    return _draw(seen, as_month(origin), asked, found.masses, "auto", n_draws, seed, units, chosen)


def local_level(
    panel: Panel,
    origin: Origin,
    steps: Sequence[int],
    *,
    n_draws: int = 1000,
    seed: int = 1,
    units: Sequence[object] | None = None,
    parameters: LevelParameters | None = None,
) -> Draws:
    """Forecast by a negative binomial around a latent intensity, and nothing else.

    A unit is quiet or active. The log intensity of an active one follows an autoregression about
    its class's level, with a share of wide steps for a heavy tail; counts are negative binomial
    with zero inflation. The chance to fall quiet drops with the intensity, the chance to flare up
    rises with the class's level. Which class a unit belongs to is inferred, with the shares of the
    classes estimated from the panel (empirical Bayes).

    The state is one-dimensional, so the filter is exact on a grid (Kitagawa 1987), and forecasts
    are computed rather than simulated.

    Parameters
    ----------
    panel, origin, steps, n_draws, seed, units
        As in `auto_forecast`.
    parameters : LevelParameters, optional

    Returns
    -------
    Draws

    References
    ----------
    Kitagawa (1987), Non-Gaussian state-space modeling of nonstationary time series, Journal of
    the American Statistical Association 82(400). Lambert (1992), Zero-inflated Poisson
    regression, with an application to defects in manufacturing, Technometrics 34(1).
    """
    asked = check_steps(steps)
    seen = panel.until(origin)
    chosen = parameters or LevelParameters()
    shares = class_shares(seen.counts, chosen)
    level = filter_level(seen.counts, [seen.counts.shape[1] - 1], shares, chosen)
    settings = AutoSettings()
    masses = guard_mean(level.masses(asked), _limit(seen.counts, len(asked), settings))
    return _draw(
        seen, as_month(origin), asked, masses, "local_level", n_draws, seed, units, settings
    )


def auto_masses(counts: Array, steps: Sequence[int], settings: AutoSettings) -> AutoMasses:
    """Return the automatic case's forecasts at the last column of the counts.

    Parameters
    ----------
    counts : ndarray, shape (n, t)
        Nothing after the origin; NaN where missing.
    steps : sequence of int
    settings : AutoSettings
    """
    last = counts.shape[1] - 1
    past = list(range(last - settings.every, settings.least_history - 2, -settings.every))
    shares = class_shares(counts, settings.parts.level)
    weights = learn_weights(
        counts,
        past[: settings.origins][::-1],
        shares,
        settings.parts,
        pull=settings.pull,
        pull_origins=settings.pull_origins,
    )
    classes, _mean = recent(counts, last)
    groups = [group_of(s) for s in steps]
    mixed = np.empty((len(counts), len(steps), CELLS))
    for first in range(0, len(counts), BLOCK):
        rows = slice(first, first + BLOCK)
        of_parts = make_parts(counts[rows], [last], shares, settings.parts).masses(0, steps)
        share = weights.array[classes[rows]][:, groups]
        mixed[rows] = np.einsum("nsk,knsg->nsg", share, of_parts)
    mixed = guard_mean(mixed, _limit(counts, len(steps), settings))
    return AutoMasses(mixed, weights.array, classes, weights.origins)


def _limit(counts: Array, n_steps: int, settings: AutoSettings) -> Array:
    highest = np.nanmax(counts, axis=1)
    # One death, so that a panel without any violence keeps the chance of a first.
    floor = max(1.0, settings.panel_multiple * float(np.nanmean(counts)))
    limit = np.maximum(settings.unit_multiple * highest, floor)
    return np.repeat(limit[:, None], n_steps, axis=1)


def _draw(
    seen: Panel,
    origin: Month,
    steps: tuple[int, ...],
    masses: Array,
    model: str,
    n_draws: int,
    seed: int,
    units: Sequence[object] | None,
    settings: AutoSettings,
) -> Draws:
    if n_draws < 1 or seed < 0:
        raise RivalryError(
            Problem(
                "R0808",
                f"{n_draws} draws with seed {seed}",
                "Ask for at least one draw, with a seed from 0.",
            )
        )
    wanted = seen if units is None else seen.select(units)
    array = np.empty((len(wanted), len(steps), n_draws), dtype=np.int32)
    for row, unit in enumerate(wanted.units.tolist()):
        rng = unit_generator(seed, model, origin, unit)
        found = draw_paths(masses[seen.place(unit)], steps, n_draws, settings.path_persistence, rng)
        array[row] = np.minimum(found, MAX_COUNT)
    return Draws(array, origin, steps, wanted.units, seen.unit, seen.target, model, seed)


__all__ = ["CLASSES", "GROUP_STEPS", "PARTS", "AutoSettings", "auto_forecast", "local_level"]
