"""One chain of particle-marginal Metropolis-Hastings, in steps that can be stopped and resumed.

The likelihood is the bootstrap filter's unbiased estimate, kept until the next acceptance, so the
chain has the exact posterior as its distribution (Andrieu, Doucet & Holenstein 2010). Proposals
are Gaussian in normal scores of the prior, with the covariance learned from the chain (Haario,
Saksman & Tamminen 2001) and the scale steered to the acceptance that suits noisy likelihoods
(Sherlock et al. 2015); both are frozen after the warm-up.

Every iteration has random numbers of its own, keyed by (seed, chain, iteration). A chain resumed
from any point is therefore the chain that was never stopped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import BootstrapFilter
from rivalry.inference._space import PriorSpace

Array = NDArray[np.float64]
#: Acceptance aimed at: 7% is best for very noisy likelihoods, 23% for exact ones.
TARGET = 0.15
_FIRST_ADAPT = 50


@dataclass(frozen=True)
class ChainSettings:
    """What a chain is run with; part of every checkpoint."""

    seed: int
    particles: int
    warmup: int
    iterations: int

    @property
    def total(self) -> int:
        """Iterations with the warm-up."""
        return self.warmup + self.iterations


@dataclass(frozen=True)
class ChainState:
    """Where a chain stands.

    `u` (size,) are the present normal scores, `log_likelihood` the estimate that came with
    them; `mean`, `cov` and `log_scale` shape the proposals; `draws` (iteration, size),
    `logs` (iteration,) and `accepted` (iteration,) are the record so far.
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


def start_chain(
    space: PriorSpace,
    filter_: BootstrapFilter,
    settings: ChainSettings,
    chain: int,
    start: Array | None = None,
    tries: int = 20,
) -> ChainState:
    """Find a start with a finite likelihood.

    Without `start`, the best of `tries` draws from the prior shrunk by half is taken: chains
    begin apart, but not where the filter dies.

    Raises
    ------
    RivalryError
        R0821 if no start gives the data a likelihood above zero.
    """
    from rivalry.foundation import Problem, RivalryError

    best_u, best = np.zeros(space.size), -math.inf
    for k in range(1 if start is not None else tries):
        rng = np.random.default_rng([settings.seed, chain, 0, k])
        u = start if start is not None else 0.5 * rng.standard_normal(space.size)
        log = _likelihood(space, filter_, u, settings.seed, chain, -1 - k)
        if log > best:
            best_u, best = u, log
    if not math.isfinite(best):
        raise RivalryError(
            Problem(
                "R0821",
                f"chain {chain}: no start gives the data a likelihood above zero",
                "See 'rivalry filter' for the month in which particles die; widen the priors, use "
                "more particles, or a distribution of those data with a heavier tail.",
            )
        )
    return ChainState(
        chain, 0, best_u, best, best_u.copy(), np.eye(space.size) * 0.01, 0.0,
        np.zeros((0, space.size)), np.zeros(0),
    )  # fmt: skip


def advance_chain(
    space: PriorSpace,
    filter_: BootstrapFilter,
    settings: ChainSettings,
    state: ChainState,
    iterations: int,
) -> ChainState:
    """Run some iterations, at most to the end, and return the new state."""
    last = min(state.iteration + iterations, settings.total)
    n = last - state.iteration
    u, log = state.u, state.log_likelihood
    mean, cov, log_scale = state.mean.copy(), state.cov.copy(), state.log_scale
    draws, logs = np.empty((n, space.size)), np.empty(n)
    accepted = np.zeros(n, dtype=bool)
    for k in range(n):
        iteration = state.iteration + k + 1
        rng = np.random.default_rng([settings.seed, state.chain, 1, iteration])
        step = _factor(cov) @ rng.standard_normal(space.size)
        scale = math.exp(log_scale) * 2.38 / math.sqrt(space.size)
        proposal = u + scale * step
        gate = math.log(rng.random())
        prior = space.log_prior(proposal) - space.log_prior(u)
        new = _likelihood(space, filter_, proposal, settings.seed, state.chain, iteration)
        ratio = new - log + prior
        if gate < ratio:
            u, log = proposal, new
            accepted[k] = True
        if iteration <= settings.warmup:
            chance = math.exp(min(ratio, 0.0)) if math.isfinite(ratio) else 0.0
            log_scale += (chance - TARGET) * iteration**-0.5
            mean, cov = _learn(mean, cov, u, iteration)
        draws[k], logs[k] = u, log
    return replace(
        state, iteration=last, u=u, log_likelihood=log, mean=mean, cov=cov, log_scale=log_scale,
        draws=np.vstack([state.draws, draws]), logs=np.concatenate([state.logs, logs]),
        accepted=np.concatenate([state.accepted, accepted]),
    )  # fmt: skip


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
        if all(p.code.startswith("R080") for p in error.problems):
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
