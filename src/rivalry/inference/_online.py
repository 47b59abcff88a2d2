"""Learning parameters month by month, so that a forecast at an origin knows nothing later.

A posterior of the whole record knows how things went on; a forecast made with it at an earlier
origin would too. Here particles carry parameters along with states, from the prior on, and what
stands at the end of a month rests on the months up to it: one pass serves every origin.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import Swarm, count_threads
from rivalry.foundation import Month, Problem, RivalryError
from rivalry.inference._impossible import impossible_data
from rivalry.inference._space import EDGE, PriorSpace

Array = NDArray[np.float64]

#: Normal scores at which parameter values are tabulated; between them values are interpolated.
_GRID = np.linspace(-EDGE, EDGE, 4001)
#: What the numbers of a pass, and of the choice of kept particles, are keyed by.
_PASS, _KEEP = 3, 4


@dataclass(frozen=True)
class OnlineSettings:
    """How to learn.

    Attributes
    ----------
    seed : int
    particles : int
    keep : int
        Particles kept of each month that is asked for.
    discount : float
        Of Liu and West: the nearer to 1, the less the parameters are smoothed.
    every : int
        Months between smoothings; with 171 parameters one costs as much as twelve months.
    """

    seed: int = 1
    particles: int = 20_000
    keep: int = 1000
    discount: float = 0.98
    every: int = 3

    def __post_init__(self) -> None:
        for name, value, good in (
            ("seed", self.seed, 0 <= self.seed < 2**63),
            ("particles", self.particles, self.particles >= 2),
            ("keep", self.keep, 1 <= self.keep <= self.particles),
            ("discount", self.discount, 0.5 <= self.discount < 1),
            ("every", self.every, self.every >= 1),
        ):
            if not good:
                raise RivalryError(
                    Problem(
                        "R0808",
                        f"{name} {value}",
                        "Give at least 2 particles, no more kept than there are, a seed from 0, "
                        "a discount from 0.5 to less than 1, and smoothings at least 1 month "
                        "apart.",
                    ),
                    exit_code=2,
                )


@dataclass(frozen=True)
class Cloud:
    """Equally likely pairs of parameters and states, given the data up to a month.

    Attributes
    ----------
    after : Month
    scores : ndarray (keep, size)
        Normal scores of the parameters that learn.
    states : ndarray (keep, n_states)
    """

    after: Month
    scores: Array
    states: Array


@dataclass(frozen=True)
class Learned:
    """Outcome of a pass.

    Attributes
    ----------
    clouds : dict of Month to Cloud
    increments : ndarray (months,)
        Log density of each month's data given the months before it, parameters averaged over
        what was known of them; their sum estimates the log marginal likelihood.
    survivors : ndarray (months,)
        Particles with offspring: few say that the month was a surprise.
    """

    clouds: dict[Month, Cloud]
    increments: Array
    survivors: NDArray[np.int64]


def learn_online(
    space: PriorSpace,
    settings: OnlineSettings,
    after: Sequence[Month],
    *,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Learned:
    """Filter states and parameters together over the data.

    Parameters
    ----------
    space : PriorSpace
        Its parameters learn; the others stay at their prior medians.
    settings : OnlineSettings
    after : sequence of Month
        Months whose clouds to keep. The pass ends with the last of them.
    threads : int, optional
        Results do not depend on it.
    progress : callable (done, total), optional

    Returns
    -------
    Learned

    Raises
    ------
    RivalryError
        R0821 if no particle could have given the data of some month, R0808 for months outside
        the model's time.

    Notes
    -----
    The static parameters are smoothed by the kernel of Liu & West (2001) in normal scores of the
    prior: each is drawn towards the cloud's mean and spread by a share of the cloud's covariance,
    so that mean and covariance stay as they are. It is an approximation: the shape beyond two
    moments fades, and its Monte Carlo error grows over long records.

    References
    ----------
    Liu & West (2001), Combined parameter and state estimation in simulation-based filtering, in
    Doucet, de Freitas & Gordon, Sequential Monte Carlo Methods in Practice.
    """
    model = space.model
    months = _months(space, after)
    wanted = set(after)
    rng = np.random.default_rng([settings.seed, _PASS])
    swarm = Swarm(model, settings.particles, count_threads(threads))
    table = space.swarm(np.repeat(_GRID[:, None], space.size, axis=1))
    columns = [model.parameter_index[n] for n in space.names]
    full = np.tile(space.model_point(), (settings.particles, 1))
    u = rng.standard_normal((settings.particles, space.size))
    increments, survivors = np.empty(months), np.empty(months, dtype=np.int64)
    clouds: dict[Month, Cloud] = {}
    for t in range(months):
        if t % settings.every == 0:
            if t > 0:
                u = _smooth(u, settings.discount, rng)
            for i, column in enumerate(columns):
                full[:, column] = np.interp(u[:, i], _GRID, table[:, column])
        increments[t], ancestors = swarm.step(t, full, settings.seed, _PASS, rng.random())
        if increments[t] == -math.inf:
            raise impossible_data(
                model, space.parameters(u.mean(axis=0)), settings.particles, settings.seed,
                (
                    f"in {model.months[t]} no particle could have given the data",
                    "More particles, or a distribution of those data with a heavier tail.",
                ),
            )  # fmt: skip
        survivors[t] = len(np.unique(ancestors))
        u, full = u[ancestors], full[ancestors]
        month = model.time.start + t
        if month in wanted:
            # keyed by the month, so that a cloud does not depend on which others are kept
            key = np.random.default_rng([settings.seed, _KEEP, t])
            chosen = key.choice(settings.particles, settings.keep, replace=False)
            clouds[month] = Cloud(month, u[chosen], swarm.states[chosen])
        if progress is not None:
            progress(t + 1, months)
    return Learned(clouds, increments, survivors)


def _smooth(u: Array, discount: float, rng: np.random.Generator) -> Array:
    kept = (3 * discount - 1) / (2 * discount)
    mean = u.mean(axis=0)
    spread = np.atleast_2d(np.cov(u, rowvar=False))
    # few survivors span fewer directions than there are parameters
    values, vectors = np.linalg.eigh(spread)
    root = vectors * np.sqrt(np.maximum(values, 0.0) * (1 - kept**2))
    noise = rng.standard_normal(u.shape)
    return np.asarray(kept * u + (1 - kept) * mean + noise @ root.T)


def _months(space: PriorSpace, after: Sequence[Month]) -> int:
    time = space.model.time
    for month in after:
        if not 0 <= time.index(month) < time.n_months:
            raise RivalryError(
                Problem(
                    "R0808",
                    f"{month} lies outside the model's time, {time.start} to {time.end}",
                    "Name a month inside it.",
                ),
                exit_code=2,
            )
    if not after:
        raise ValueError("no month is asked for")
    return max(time.index(m) for m in after) + 1
