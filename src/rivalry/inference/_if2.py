"""Iterated filtering: a fast climb to where the data and the priors agree best.

IF2 (Ionides, Nguyen, Atchade, Stoev & King 2015): every particle carries parameters that take
small random steps in each month and are resampled with the particle; the steps shrink from one
pass over the data to the next. Here the steps are taken in normal scores of the prior, and the
prior weighs in once a pass, so that the climb ends near the mode of the posterior and not where
the data alone, saying nothing of a parameter, would let it drift.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import Swarm, count_threads
from rivalry.engine._support import resample
from rivalry.inference._impossible import impossible_data
from rivalry.inference._space import PriorSpace

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ClimbSettings:
    """How IF2 runs.

    `step` is the random step of a month in prior standard deviations in the first pass;
    `cooling` the factor by which it has shrunk after 50 passes; `prior` whether the prior weighs
    in.
    """

    seed: int
    particles: int
    passes: int = 50
    step: float = 0.05
    cooling: float = 0.1
    prior: bool = True


@dataclass(frozen=True)
class Climb:
    """What IF2 found.

    `trace` (passes + 1, size) is the swarm's mean after each pass, in normal scores, `logs`
    (passes,) the log-likelihood of the perturbed model in each pass: it rises, but is not the
    model's own (see `rivalry.engine.estimate_likelihood`).
    """

    u: Array
    trace: Array
    logs: Array


def climb(
    space: PriorSpace,
    settings: ClimbSettings,
    *,
    stream: int = 0,
    start: Array | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Climb:
    """Run IF2 from one start.

    Parameters
    ----------
    space : PriorSpace
    settings : ClimbSettings
    stream : int
        Number of the replicate; with `seed` it keys all random numbers.
    start : ndarray (size,), optional
        Normal scores; default: a draw from the prior shrunk by half.
    progress : callable (done, total), optional

    Raises
    ------
    RivalryError
        R0821 if no particle could have given the data of some month.
    """
    rng = np.random.default_rng([settings.seed, stream, 2])
    swarm = Swarm(space.model, settings.particles)
    n, d = settings.particles, space.size
    u = 0.5 * rng.standard_normal(d) if start is None else np.asarray(start, dtype=float)
    particles = np.tile(u, (n, 1))
    trace, logs = [u], []
    for k in range(settings.passes):
        sd = settings.step * settings.cooling ** (k / 50.0)
        total = 0.0
        for t in range(swarm.months):
            particles = particles + sd * rng.standard_normal((n, d))
            log_mean, ancestors = swarm.step(
                t, space.swarm(particles), settings.seed,
                (stream * 100_000 + k) * 2 + 1, rng.random(),
            )  # fmt: skip
            if log_mean == -math.inf:
                raise impossible_data(
                    space.model, space.parameters(particles.mean(axis=0)), n, settings.seed,
                    (
                        f"in {space.model.months[t]} no particle of the climb could have given "
                        "the data",
                        "More particles, another start, or a distribution of those data with a "
                        "heavier tail.",
                    ),
                )  # fmt: skip
            particles = particles[ancestors]
            total += log_mean
        if settings.prior:
            log_prior = -0.5 * (particles**2).sum(axis=1)
            chosen = np.zeros(n, dtype=np.int64)
            resample(np.exp(log_prior - log_prior.max()), rng.random(), chosen)
            particles = particles[chosen]
        trace.append(particles.mean(axis=0))
        logs.append(total)
        if progress is not None:
            progress(k + 1, settings.passes)
    return Climb(trace[-1], np.array(trace), np.array(logs))


def climb_all(
    space: PriorSpace,
    settings: ClimbSettings,
    *,
    replicates: int = 4,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Climb]:
    """Climb from several starts, in threads.

    Returns
    -------
    list of Climb
        In the order of their streams; they do not depend on the number of threads.
    """
    Swarm(space.model, 2).step(0, space.swarm(np.zeros((2, space.size))), settings.seed, 0, 0.5)
    done = [0] * replicates

    def work(stream: int) -> Climb:
        def tell(k: int, _: int) -> None:
            done[stream] = k
            if progress is not None:
                progress(sum(done), replicates * settings.passes)

        return climb(space, settings, stream=stream, progress=tell)

    workers = min(count_threads(threads), replicates)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(work, range(replicates)))
