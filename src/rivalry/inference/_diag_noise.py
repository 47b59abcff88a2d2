"""How noisy the likelihood is, and how many particles particle MCMC would like."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import estimate_likelihood
from rivalry.model import Model

#: Standard deviation of a log-likelihood estimate that costs a chain least.
IDEAL_SD = 1.2
#: Outside these a fit wastes much of its time: chains stick, or filters are needlessly large.
ROUGH_SD, FINE_SD = 1.7, 0.6


@dataclass(frozen=True)
class LikelihoodNoise:
    """Spread of the log-likelihood between filters at one point.

    `sd` is the standard deviation of one filter's log-likelihood with `particles` particles, from
    `repeats` filters of which `lost` gave no likelihood; `asked` the number of particles for a
    standard deviation of 1.2. `where` says at which parameters it was measured.
    """

    particles: int
    repeats: int
    sd: float
    asked: int
    log_likelihood: float
    lost: int = 0
    where: str = "the posterior mean"

    def verdict(self) -> str:
        """Say whether particles are too few or more than needed."""
        if not math.isfinite(self.sd):
            return "not known: hardly any filter gave a likelihood"
        if self.sd > ROUGH_SD:
            return "too noisy: chains stick on lucky estimates"
        if self.sd < FINE_SD:
            return "finer than needed: fewer particles would give more draws in the same time"
        return "in the range that suits particle MCMC"


def particles_for(particles: int, sd: float, aim: float = IDEAL_SD) -> int:
    """Return the particle number for a standard deviation of `aim`.

    The variance of the log-likelihood falls as one over the number of particles; near 1.2 a chain
    gets the most effective draws for its time (Doucet, Pitt, Deligiannidis & Kohn 2015; Sherlock,
    Thiery, Roberts & Rosenthal 2015 find 1.8 for random walks in many dimensions). Rounded up to
    two significant digits. From a standard deviation far above 2 it is an order of size only.
    """
    if not (math.isfinite(sd) and sd > 0.0):
        return particles
    exact = max(particles * (sd / aim) ** 2, 2.0)
    unit = 10.0 ** max(math.floor(math.log10(exact)) - 1, 0)
    # the division may leave 12.000000001 where 12 is meant
    return int(math.ceil(round(exact / unit, 6)) * unit)


def noise_between(
    particles: int, fresh: NDArray[np.float64], kept: NDArray[np.float64]
) -> LikelihoodNoise | None:
    """Estimate the noise from two filters at each of some draws of a chain.

    The chain kept one estimate of each draw, and a new filter gave another. Under noise of
    variance s2 the kept one is s2/2 too high on average and the new one s2/2 too low (Doucet et
    al. 2015), and their differences vary by 2 s2, whatever the draws.

    Parameters
    ----------
    particles : int
    fresh, kept : ndarray (n,)
        Log-likelihoods of the same draws.

    Returns
    -------
    LikelihoodNoise or None
        None with fewer than 20 finite differences.
    """
    difference = fresh - kept
    finite = difference[np.isfinite(difference)]
    if len(finite) < 20:
        return None
    sd = float(np.sqrt(finite.var(ddof=1) / 2.0))
    return LikelihoodNoise(
        particles, len(finite), sd, particles_for(particles, sd),
        float(np.mean(fresh[np.isfinite(fresh)])), int(len(difference) - len(finite)),
        f"{len(finite)} draws of the posterior",
    )  # fmt: skip


def measure_noise(
    model: Model,
    parameters: NDArray[np.float64],
    particles: int,
    *,
    repeats: int = 20,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LikelihoodNoise:
    """Repeat the filter at one point, in general the posterior mean.

    Raises
    ------
    RivalryError
        R0801..R0804 and R0809 if all particles of a filter break.
    """
    found = estimate_likelihood(
        model, parameters, particles, repeats=repeats, seed=seed, threads=threads,
        progress=progress,
    )  # fmt: skip
    lost = int((~np.isfinite(found.logs)).sum())
    return LikelihoodNoise(
        particles, repeats, found.spread, particles_for(particles, found.spread),
        found.log_likelihood, lost,
    )  # fmt: skip
