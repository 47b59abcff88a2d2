"""One chain of particle-marginal Metropolis-Hastings, in steps that can be stopped and resumed.

The likelihood is the bootstrap filter's unbiased estimate, kept until the next acceptance, so the
chain has the exact posterior as its distribution (Andrieu, Doucet & Holenstein 2010). Proposals
are Gaussian in normal scores of the prior, of two kinds. Where scouts have found a Gaussian near
the posterior, most are steps that leave that Gaussian invariant (preconditioned Crank-Nicolson,
Cotter et al. 2013, with the guess in the prior's place): they leap, and their acceptance falls
only with what the guess misses. The others, and all where there is no guess, are random-walk steps
with a covariance learned from the chain (Haario, Saksman & Tamminen 2001). The size of both is
steered to the acceptance that suits noisy likelihoods (Sherlock et al. 2015) and frozen after the
warm-up.

Every iteration has random numbers of its own, keyed by (seed, chain, iteration). A chain resumed
from any point is therefore the chain that was never stopped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from rivalry.engine import BootstrapFilter, find_death
from rivalry.inference._points import BROKEN
from rivalry.inference._space import PriorSpace
from rivalry.inference._surrogate import Gaussian

Array = NDArray[np.float64]
#: Acceptance aimed at: 7% is best for very noisy likelihoods, 23% for exact ones.
TARGET = 0.15
#: Share of random-walk steps beside the leaps: they move a chain that sits where the guess is thin.
WALKS = 0.1
#: The guess is widened by this in variance: too narrow a proposal leaves tails out of reach.
_WIDER = 1.15
_FIRST_ADAPT = 50


@dataclass(frozen=True)
class ChainSettings:
    """What a chain is run with; part of every checkpoint.

    `walks` is the share of random-walk steps beside the leaps: a tenth where the guess is near the
    posterior, more where the posterior is bent and no Gaussian is.
    """

    seed: int
    particles: int
    warmup: int
    iterations: int
    walks: float = WALKS

    @property
    def total(self) -> int:
        """Iterations with the warm-up."""
        return self.warmup + self.iterations


@dataclass(frozen=True)
class ChainState:
    """Where a chain stands.

    `u` (size,) are the present normal scores, `log_likelihood` the estimate that came with
    them; `mean`, `cov` and `log_scale` shape the walks and `leap` (in logits, of a share of a
    full step) the leaps; `draws` (iteration, size), `logs` (iteration,) and `accepted`
    (iteration,) are the record so far.
    """

    chain: int
    iteration: int
    u: Array
    log_likelihood: float
    mean: Array
    cov: Array
    log_scale: float
    draws: Array
    logs: Array
    accepted: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    leap: float = 0.0


def start_chain(
    space: PriorSpace,
    filter_: BootstrapFilter,
    settings: ChainSettings,
    chain: int,
    start: Array | None = None,
    tries: int = 20,
    guess: Gaussian | None = None,
) -> ChainState:
    """Find a start with a finite likelihood.

    Without `start`, the best of `tries` draws from the prior shrunk by half is taken, or with a
    `guess` of a few draws from that: chains begin apart, but not where the filter dies.

    Raises
    ------
    RivalryError
        R0821 if no start gives the data a likelihood above zero.
    """
    from rivalry.foundation import Problem, RivalryError

    best_u, best = np.zeros(space.size), -math.inf
    for k in range(1 if start is not None else tries if guess is None else 3):
        rng = np.random.default_rng([settings.seed, chain, 0, k])
        z = rng.standard_normal(space.size)
        u = start if start is not None else 0.5 * z
        if guess is not None:
            u = guess.mean + guess.factor @ z
        log = _likelihood(space, filter_, u, settings.seed, chain, -1 - k)
        if log > best:
            best_u, best = u, log
    if math.isfinite(best):
        # the best of several noisy estimates is too high on average, and a chain that begins with
        # it would not move for long
        again = _likelihood(space, filter_, best_u, settings.seed, chain, -100)
        best = again if math.isfinite(again) else best
    else:
        what = "no start gives the data a likelihood above zero"
        remedy = (
            "See 'rivalry filter' for the month in which particles die; widen the priors, use "
            "more particles, or a distribution of those data with a heavier tail."
        )
        death = find_death(space.model, space.model_point(), settings.particles, settings.seed)
        if death is not None:
            what, remedy = f"{what}: {death.message(space.model)}", death.remedy(space.model)
        raise RivalryError(Problem("R0821", f"chain {chain}: {what}", remedy))
    cov = np.eye(space.size) * 0.01 if guess is None else guess.cov.copy()
    return ChainState(
        chain, 0, best_u, best, best_u.copy(), cov, 0.0,
        np.zeros((0, space.size)), np.zeros(0),
    )  # fmt: skip


def advance_chain(
    space: PriorSpace,
    filter_: BootstrapFilter,
    settings: ChainSettings,
    state: ChainState,
    iterations: int,
    guess: Gaussian | None = None,
) -> ChainState:
    """Run some iterations, at most to the end, and return the new state.

    `guess` is the Gaussian of the leaps and must be the same for the whole chain.
    """
    last = min(state.iteration + iterations, settings.total)
    n = last - state.iteration
    u, log = state.u, state.log_likelihood
    mean, cov, log_scale = state.mean.copy(), state.cov.copy(), state.log_scale
    leap = state.leap
    draws, logs = np.empty((n, space.size)), np.empty(n)
    accepted = np.zeros(n, dtype=bool)
    leaps = None if guess is None else _Leaps(guess)
    for k in range(n):
        iteration = state.iteration + k + 1
        rng = np.random.default_rng([settings.seed, state.chain, 1, iteration])
        z, gate, kind = rng.standard_normal(space.size), math.log(rng.random()), rng.random()
        walks = leaps is None or kind < settings.walks
        prior = 0.0
        if leaps is None or walks:
            scale = math.exp(log_scale) * 2.38 / math.sqrt(space.size)
            proposal = u + scale * (_factor(cov) @ z)
        else:
            proposal = leaps.move(u, z, leap)
            prior = leaps.log_density(u) - leaps.log_density(proposal)
        prior += space.log_prior(proposal) - space.log_prior(u)
        new = _likelihood(space, filter_, proposal, settings.seed, state.chain, iteration)
        ratio = new - log + prior
        if gate < ratio:
            u, log = proposal, new
            accepted[k] = True
        if iteration <= settings.warmup:
            chance = math.exp(min(ratio, 0.0)) if math.isfinite(ratio) else 0.0
            pull = (chance - TARGET) * iteration**-0.5
            if walks:
                log_scale += pull
            else:
                leap += 2.0 * pull
            mean, cov = _learn(mean, cov, u, iteration)
        draws[k], logs[k] = u, log
    return replace(
        state, iteration=last, u=u, log_likelihood=log, mean=mean, cov=cov, log_scale=log_scale,
        leap=leap,
        draws=np.vstack([state.draws, draws]), logs=np.concatenate([state.logs, logs]),
        accepted=np.concatenate([state.accepted, accepted]),
    )  # fmt: skip


class _Leaps:
    """Steps that leave a Gaussian invariant."""

    def __init__(self, guess: Gaussian) -> None:
        self._mean = guess.mean
        self._factor = math.sqrt(_WIDER) * guess.factor

    def move(self, u: Array, z: Array, leap: float) -> Array:
        """Keep a part of the way from the mean, and draw the rest anew."""
        share = 1.0 / (1.0 + math.exp(-leap))
        keep = math.sqrt(max(1.0 - share * share, 0.0))
        return np.asarray(self._mean + keep * (u - self._mean) + share * (self._factor @ z))

    def log_density(self, u: Array) -> float:
        x = solve_triangular(self._factor, u - self._mean, lower=True)
        return float(-0.5 * np.dot(x, x))


def _likelihood(
    space: PriorSpace, filter_: BootstrapFilter, u: Array, seed: int, chain: int, iteration: int
) -> float:
    """Filter at one point; a point at which every particle breaks has no likelihood."""
    from rivalry.foundation import RivalryError

    # streams of starts (negative) and of iterations never meet
    stream = chain * 10_000_000 + (iteration if iteration >= 0 else 9_000_000 - iteration)
    try:
        return filter_.run(space.parameters(u), seed, stream).log_likelihood
    except RivalryError as error:
        if all(p.code in BROKEN for p in error.problems):
            return -math.inf
        raise


def _learn(mean: Array, cov: Array, u: Array, iteration: int) -> tuple[Array, Array]:
    """Update mean and covariance with a weight that falls as 1/n after a first stretch."""
    weight = 1.0 / max(iteration, _FIRST_ADAPT) if iteration > 1 else 1.0 / _FIRST_ADAPT
    gap = u - mean
    return mean + weight * gap, (1.0 - weight) * (cov + weight * np.outer(gap, gap))


def _factor(cov: Array) -> Array:
    """Cholesky factor of the proposal's covariance, kept away from singularity."""
    return np.asarray(np.linalg.cholesky(cov + 1e-6 * np.eye(len(cov))), dtype=np.float64)
