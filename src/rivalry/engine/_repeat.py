"""Several independent filters at one parameter vector: the likelihood and how well it is known."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from rivalry.engine._filter import BootstrapFilter, FilterResult
from rivalry.engine._simulate import count_threads
from rivalry.model import Model


@dataclass(frozen=True)
class LikelihoodEstimate:
    """Repeated filters at one point.

    `log_likelihood` is the logarithm of the mean likelihood of the repeats (unbiased before the
    logarithm), `standard_error` its standard error by the delta method, `spread` the standard
    deviation of a single filter's log-likelihood, which particle MCMC wants near 1 to 1.7
    (Doucet et al. 2015). `ess` is (n_repeats, n_months), `increments` likewise.
    """

    log_likelihood: float
    standard_error: float
    spread: float
    logs: NDArray[np.float64]
    ess: NDArray[np.float64]
    increments: NDArray[np.float64]


def estimate_likelihood(
    model: Model,
    parameters: NDArray[np.float64],
    n_particles: int,
    *,
    repeats: int = 10,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LikelihoodEstimate:
    """Run independent filters in threads.

    Parameters
    ----------
    model : Model
    parameters : ndarray (n_parameters,)
    n_particles : int
    repeats : int
        Filters; each has a random stream of its own, so results do not depend on threads.
    seed : int
    threads : int, optional
    progress : callable (done, total), optional

    Raises
    ------
    RivalryError
        R0801..R0804 and R0809 if all particles of a filter break.
    """
    workers = min(count_threads(threads), repeats)
    idle: SimpleQueue[BootstrapFilter] = SimpleQueue()
    for _ in range(workers):
        idle.put(BootstrapFilter(model, n_particles))
    first = idle.get()
    first.run(parameters, seed, 0, n_months=1)  # compiles, in one thread
    idle.put(first)

    def work(stream: int) -> FilterResult:
        mine = idle.get()
        try:
            return mine.run(parameters, seed, stream)
        finally:
            idle.put(mine)

    results = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = [pool.submit(work, s) for s in range(repeats)]
        try:
            for done, future in enumerate(futures, start=1):
                results.append(future.result())
                if progress is not None:
                    progress(done, repeats)
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    logs = np.array([r.log_likelihood for r in results])
    top = logs.max()
    if np.isneginf(top):
        mean, error, spread = -np.inf, np.nan, np.nan
    else:
        weights = np.exp(logs - top)
        mean = float(top + np.log(weights.mean()))
        error = (
            float(weights.std(ddof=1) / weights.mean() / np.sqrt(repeats))
            if repeats > 1
            else np.nan
        )
        finite = logs[np.isfinite(logs)]
        spread = float(finite.std(ddof=1)) if len(finite) > 1 else np.nan
    return LikelihoodEstimate(
        mean, error, spread, logs,
        np.array([r.ess for r in results]), np.array([r.increments for r in results]),
    )  # fmt: skip
