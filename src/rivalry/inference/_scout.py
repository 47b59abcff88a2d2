"""Rounds of filters at scattered points that find where the posterior lies and how wide it is.

Each round scatters points over the present Gaussian, filters at each of them, and draws a
quadratic surface through all log-likelihoods so far (`refine`). A few rounds give a Gaussian close
to the posterior; chains that propose from it move in leaps where a random walk would creep.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rivalry.inference._points import likelihood_tasks
from rivalry.inference._pool import Pool
from rivalry.inference._space import PriorSpace
from rivalry.inference._surrogate import Gaussian, refine

Array = NDArray[np.float64]
#: Streams of scouts lie far from those of chains.
_STREAMS = 4_000_000_000
#: Spread of the first round's points in prior standard deviations.
_FIRST = 0.5


@dataclass(frozen=True)
class ScoutSettings:
    """How scouts run: `rounds` of `points` filters each."""

    seed: int
    particles: int
    rounds: int = 4
    points: int = 200

    @property
    def total(self) -> int:
        """Filters in all."""
        return self.rounds * self.points


@dataclass(frozen=True)
class ScoutState:
    """Where scouts stand: the present Gaussian, and all points with their log-likelihoods."""

    mean: Array
    cov: Array
    points: Array
    logs: Array

    @property
    def gaussian(self) -> Gaussian:
        """The present guess of the posterior."""
        return Gaussian(self.mean, self.cov)


def start_scout(space: PriorSpace, start: Array | None = None) -> ScoutState:
    """Return the state before the first round, about `start` (size,) or the prior's medians."""
    mean = np.zeros(space.size) if start is None else np.array(start, dtype=np.float64)
    return ScoutState(mean, _FIRST**2 * np.eye(space.size), np.zeros((0, space.size)), np.zeros(0))


def advance_scout(
    space: PriorSpace, settings: ScoutSettings, state: ScoutState, pool: Pool, filters: int
) -> ScoutState:
    """Run some filters, at most to the end of the round; a full round renews the Gaussian.

    The points of a round follow from the seed and the Gaussian at its start, so scouts that were
    stopped and resumed are the scouts that never were.
    """
    at = len(state.points)
    number, within = divmod(at, settings.points)
    if number >= settings.rounds:
        return state
    rng = np.random.default_rng([settings.seed, 3, number])
    scattered = state.mean + rng.standard_normal((settings.points, space.size)) @ (
        state.gaussian.factor.T
    )
    new = scattered[within : within + filters]
    streams = _STREAMS + at + np.arange(len(new))
    logs = likelihood_tasks(
        space.model, space.swarm(new), settings.particles, settings.seed, streams, pool
    )
    state = replace(
        state, points=np.vstack([state.points, new]), logs=np.concatenate([state.logs, logs])
    )
    if len(state.points) == (number + 1) * settings.points:
        better = refine(state.points, state.logs, state.gaussian)
        state = replace(state, mean=better.mean, cov=better.cov)
    return state
