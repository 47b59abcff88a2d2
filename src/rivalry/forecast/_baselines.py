"""The baselines of the field, under its names.

Definitions are those of the benchmarks of the 2023/24 ViEWS prediction challenge (Hegre et al.
2024, The 2023/24 VIEWS Prediction Challenge, arXiv:2407.11045, and the organisers' public code,
github.com/prio-data/prediction_competition_2023). Each sees `Panel.until(origin)` and nothing else,
and each gives every step the same distribution.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rivalry.forecast._draws import MAX_COUNT, Draws, check_steps, unit_generator
from rivalry.forecast._panel import OUTSIDE, Panel, as_month
from rivalry.foundation import Month, Problem, RivalryError, nearest

Origin = Month | str | int
_Sampler = Callable[[np.random.Generator, int, int], npt.NDArray[np.float64]]


class Baseline(Protocol):
    """What every baseline is called with; `n_draws` and `seed` have defaults."""

    def __call__(
        self,
        panel: Panel,
        origin: Origin,
        steps: Sequence[int],
        *,
        n_draws: int = 1000,
        seed: int = 1,
    ) -> Draws: ...


def zero(
    panel: Panel, origin: Origin, steps: Sequence[int], *, n_draws: int = 1000, seed: int = 1
) -> Draws:
    """No violence anywhere: every draw is 0.

    Parameters
    ----------
    panel : Panel
    origin : Month, str or int
        The last month of data.
    steps : sequence of int
        Months ahead of the origin, rising from 1 or later.
    n_draws : int
    seed : int
        Plays no part; here so that all baselines are called alike.

    Returns
    -------
    Draws
        For the units that have appeared by the origin.
    """
    seen = panel.until(origin)
    none = np.zeros((len(seen), len(steps), n_draws))
    return _draws(none, seen, as_month(origin), steps, "zero", None)


def last(
    panel: Panel, origin: Origin, steps: Sequence[int], *, n_draws: int = 1000, seed: int = 1
) -> Draws:
    """Poisson with the count of the last month as its mean.

    The last month is the origin; for a unit whose count is not known there, its last known one.
    Parameters and result as in `zero`.
    """
    seen = panel.until(origin)

    def sampler(place: int) -> _Sampler:
        mean = float(seen.history(place)[-1])
        return lambda rng, s, k: rng.poisson(mean, size=(s, k)).astype(np.float64)

    return _by_unit(seen, as_month(origin), steps, n_draws, seed, "last", sampler)


def conflictology(
    panel: Panel,
    origin: Origin,
    steps: Sequence[int],
    *,
    n_draws: int | None = 1000,
    seed: int = 1,
    months: int = 12,
) -> Draws:
    """Take the unit's last 12 months as the sample of any month to come.

    Parameters
    ----------
    panel : Panel
    origin : Month, str or int
    steps : sequence of int
    n_draws : int or None
        None gives the sample itself, one draw a month, oldest first: the challenge's own files
        hold these 12 draws. Otherwise each month is given as often as any other, but for a
        remainder drawn by lot, in an order of its own at each step; so the draws say nothing more
        than the sample does, and add next to no noise to its scores.
    seed : int
    months : int
        12, or another window, which is then part of the model's name (`conflictology_24`).

    Returns
    -------
    Draws
        A unit with fewer known months has a sample of as many; with `n_draws` None these are
        repeated in turn until there are `months`.
    """
    seen = panel.until(origin)
    name = "conflictology" if months == 12 else f"conflictology_{months}"

    def sampler(place: int) -> _Sampler:
        return _from_sample(seen.history(place)[-months:])

    if n_draws is None:
        sample = np.stack([np.resize(seen.history(i)[-months:], months) for i in range(len(seen))])
        return _draws(
            np.repeat(sample[:, None], len(steps), axis=1),
            seen,
            as_month(origin),
            steps,
            name,
            None,
        )
    return _by_unit(seen, as_month(origin), steps, n_draws, seed, name, sampler)


def conflictology_n(
    panel: Panel, origin: Origin, steps: Sequence[int], *, n_draws: int = 1000, seed: int = 1
) -> Draws:
    """Take the last 12 months of the unit and of its neighbours as the sample.

    The `n` is for neighbours. The challenge has this baseline for PRIO-GRID cells only: the cell
    and the eight around it, 108 values, and a cell that the data do not hold (at sea) counts as
    12 months without violence. So does a neighbour marked `OUTSIDE` here. Parameters and result
    as in `zero`.

    Raises
    ------
    RivalryError
        R1016 when the panel knows no neighbours.
    """
    seen = panel.until(origin)
    around = seen.neighbours
    if around is None:
        raise RivalryError(
            Problem(
                "R1016",
                "conflictology_n needs to know which units are neighbours",
                "Give them with Panel.with_neighbours, or choose conflictology.",
            )
        )

    def sampler(place: int) -> _Sampler:
        parts = [seen.history(place)[-12:]]
        for other in around[place]:
            parts.append(np.zeros(12) if other == OUTSIDE else seen.history(int(other))[-12:])
        return _from_sample(np.concatenate(parts))

    return _by_unit(seen, as_month(origin), steps, n_draws, seed, "conflictology_n", sampler)


def bootstrap_240(
    panel: Panel, origin: Origin, steps: Sequence[int], *, n_draws: int = 1000, seed: int = 1
) -> Draws:
    """Draw with replacement from all counts of all units in the last 240 months.

    Where the panel is shorter, from what it holds. Missing months are left out. Parameters and
    result as in `zero`.
    """
    seen = panel.until(origin)
    pool = seen.counts[:, -240:]
    pool = pool[~np.isnan(pool)]
    if not len(pool):  # every known count is older than 20 years
        pool = seen.counts[seen.observed]

    def sampler(place: int) -> _Sampler:
        return lambda rng, s, k: rng.choice(pool, size=(s, k))

    return _by_unit(seen, as_month(origin), steps, n_draws, seed, "bootstrap_240", sampler)


#: The baselines that are defined by the past alone, by the field's names.
BASELINES: dict[str, Baseline] = {
    "zero": zero,
    "last": last,
    "conflictology": conflictology,
    "conflictology_n": conflictology_n,
    "bootstrap_240": bootstrap_240,
}


def baseline(name: str) -> Baseline:
    """Return a baseline by its name; ``conflictology_6`` is that of the last 6 months.

    Raises
    ------
    RivalryError
        R1017 for an unknown name.
    """
    if name in BASELINES:
        return BASELINES[name]
    window = re.fullmatch(r"conflictology_([1-9]\d{0,3})", name)
    if window is None:
        close = nearest(name, BASELINES)
        raise RivalryError(
            Problem(
                "R1017",
                f"there is no baseline {name!r}",
                (f"Did you mean {close!r}? " if close else "")
                + f"Known: {', '.join(BASELINES)}, and conflictology_<months>.",
            )
        )
    months = int(window[1])

    def windowed(
        panel: Panel, origin: Origin, steps: Sequence[int], *, n_draws: int = 1000, seed: int = 1
    ) -> Draws:
        return conflictology(panel, origin, steps, n_draws=n_draws, seed=seed, months=months)

    return windowed


def _from_sample(sample: npt.NDArray[np.float64]) -> _Sampler:
    def draw(rng: np.random.Generator, s: int, k: int) -> npt.NDArray[np.float64]:
        whole, rest = divmod(k, len(sample))
        found = np.empty((s, k))
        for step in range(s):
            found[step] = np.concatenate(
                [np.tile(sample, whole), rng.choice(sample, size=rest, replace=False)]
            )
        return rng.permuted(found, axis=1)

    return draw


def _by_unit(
    seen: Panel,
    origin: Month,
    steps: Sequence[int],
    n_draws: int,
    seed: int,
    model: str,
    sampler: Callable[[int], _Sampler],
) -> Draws:
    steps = check_steps(steps)
    array = np.empty((len(seen), len(steps), n_draws), dtype=np.int32)
    for place, unit in enumerate(seen.units.tolist()):
        rng = unit_generator(seed, model, origin, unit)
        found = sampler(place)(rng, len(steps), n_draws)
        array[place] = np.minimum(found, MAX_COUNT)
    return _draws(array, seen, origin, steps, model, seed)


def _draws(
    array: npt.NDArray[np.generic],
    seen: Panel,
    origin: Month,
    steps: Sequence[int],
    model: str,
    seed: int | None,
) -> Draws:
    return Draws(
        array=array.astype(np.int32),
        origin=origin,
        steps=check_steps(steps),
        units=seen.units,
        unit=seen.unit,
        target=seen.target,
        model=model,
        seed=seed,
    )
