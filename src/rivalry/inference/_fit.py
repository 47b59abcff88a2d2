"""Several chains side by side, with checkpoints, until all are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from rivalry.engine import BootstrapFilter, count_threads
from rivalry.foundation import Problem, RivalryError
from rivalry.inference._chain import ChainSettings, ChainState, advance_chain, start_chain
from rivalry.inference._checkpoint import fit_digest, load_checkpoint, save_checkpoint
from rivalry.inference._space import PriorSpace

#: A kill loses at most about this many seconds of work.
CHECKPOINT_SECONDS = 20.0

Array = NDArray[np.float64]
Report = Callable[[Sequence[ChainState]], None]


def fit_pmcmc(
    space: PriorSpace,
    settings: ChainSettings,
    *,
    chains: int = 4,
    checkpoint: Path | None = None,
    resume: bool = False,
    start: Array | None = None,
    threads: int | None = None,
    report: Report | None = None,
) -> list[ChainState]:
    """Run particle-marginal Metropolis-Hastings.

    Parameters
    ----------
    space : PriorSpace
        Model and moving parameters.
    settings : ChainSettings
    chains : int
        Independent chains; the result does not depend on how many run at once.
    checkpoint : Path, optional
        File to keep the chains in, about every 20 seconds.
    resume : bool
        Continue from the checkpoint. The result is that of a fit never stopped.
    start : ndarray (size,), optional
        Normal scores at which all chains begin, for instance from IF2; default: each chain takes
        the best of some draws from the prior.
    threads : int, optional
        Chains that run at once; default: the processors this process may use.
    report : callable, optional
        Called with the states after every stretch.

    Returns
    -------
    list of ChainState

    Raises
    ------
    RivalryError
        R0821 (no start with a likelihood), R0822 and R0823 (checkpoint), R0824 (no checkpoint).
    """
    digest = fit_digest(space, settings)
    workers = min(count_threads(threads), chains)
    filters = [BootstrapFilter(space.model, settings.particles) for _ in range(chains)]
    filters[0].run(space.model_point(), settings.seed, 0, n_months=1)  # compiles, in one thread
    states: list[ChainState] = []
    if resume:
        if checkpoint is None or not checkpoint.exists():
            raise RivalryError(
                Problem(
                    "R0824",
                    f"there is no checkpoint {checkpoint}",
                    "Start the fit without --resume.",
                    str(checkpoint),
                ),
                exit_code=2,
            )
        states = load_checkpoint(checkpoint, digest)
        if len(states) != chains:
            raise RivalryError(
                Problem(
                    "R0823",
                    f"the checkpoint has {len(states)} chains, not {chains}",
                    f"Resume with --chains {len(states)}.",
                    str(checkpoint),
                ),
                exit_code=2,
            )
    pool = Parallel(n_jobs=workers, prefer="threads")
    if not states:
        states = pool(
            delayed(start_chain)(space, filters[c], settings, c, start) for c in range(chains)
        )
    stretch = 1
    while any(s.iteration < settings.total for s in states):
        began = time.monotonic()
        states = pool(
            delayed(advance_chain)(space, filters[c], settings, states[c], stretch)
            for c in range(chains)
        )
        seconds = time.monotonic() - began
        if checkpoint is not None:
            save_checkpoint(checkpoint, states, digest)
        if report is not None:
            report(states)
        # grow towards the wanted time between checkpoints, never by more than four at once
        stretch = max(1, min(4 * stretch, int(stretch * CHECKPOINT_SECONDS / max(seconds, 1e-3))))
    return list(states)
