"""Scouts and several chains side by side, with checkpoints, until all are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rivalry.foundation import Problem, RivalryError
from rivalry.inference._chain import ChainSettings, ChainState, advance_chain, start_chain
from rivalry.inference._checkpoint import fit_digest, load_checkpoint, save_checkpoint
from rivalry.inference._points import with_filter
from rivalry.inference._pool import Pool, make_pool
from rivalry.inference._scout import ScoutSettings, ScoutState, advance_scout, start_scout
from rivalry.inference._space import PriorSpace

#: A kill loses at most about this many seconds of work.
CHECKPOINT_SECONDS = 20.0

Array = NDArray[np.float64]
Report = Callable[[Sequence[ChainState]], None]
Progress = Callable[[int, int], None]


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
    scout: ScoutSettings | None = None,
    report_scout: Progress | None = None,
    scheduler: str | None = None,
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
        File to keep scouts and chains in, about every 20 seconds.
    resume : bool
        Continue from the checkpoint. The result is that of a fit never stopped.
    start : ndarray (size,), optional
        Normal scores, for instance from IF2, about which scouts scatter, or at which all chains
        begin if there are no scouts; default: each chain takes the best of some draws from the
        prior.
    threads : int, optional
        Tasks that run at once; default: the processors this process may use.
    report : callable, optional
        Called with the states after every stretch of the chains.
    scout : ScoutSettings, optional
        Look for a Gaussian near the posterior first, and propose from it.
    report_scout : callable (done, total), optional
    scheduler : str, optional
        Dask scheduler, see `make_pool`.

    Returns
    -------
    list of ChainState

    Raises
    ------
    RivalryError
        R0821 (no start with a likelihood), R0822 and R0823 (checkpoint), R0824 (no checkpoint),
        and what `make_pool` raises.
    """
    digest = fit_digest(space, settings, scout)
    states: list[ChainState] = []
    scouted: ScoutState | None = None
    if resume:
        states, scouted = _reload(checkpoint, digest, chains)
    clock = _Stretch(checkpoint, digest)
    with make_pool(scheduler, threads) as pool:
        if scout is not None:
            scouted = scouted or start_scout(space, start)
            scouted = _scout(space, scout, scouted, pool, clock, report_scout)
        _chains(space, settings, chains, states, start, scouted, pool, clock, report)
    return states


def _scout(
    space: PriorSpace,
    settings: ScoutSettings,
    state: ScoutState,
    pool: Pool,
    clock: _Stretch,
    report: Progress | None,
) -> ScoutState:
    filters = 2 * pool.workers
    while len(state.points) < settings.total:
        clock.begin()
        before = len(state.points)
        state = advance_scout(space, settings, state, pool, filters)
        # the last batch of a round may be cut short, and includes drawing the surface
        filters = clock.end(len(state.points) - before, [], state)
        if report is not None:
            report(len(state.points), settings.total)
    return state


def _chains(
    space: PriorSpace,
    settings: ChainSettings,
    chains: int,
    states: list[ChainState],
    start: Array | None,
    scouted: ScoutState | None,
    pool: Pool,
    clock: _Stretch,
    report: Report | None,
) -> None:
    guess = None if scouted is None else scouted.gaussian
    shared = [pool.share(space)] * chains
    particles = [settings.particles] * chains
    if not states:
        states += pool.map(
            with_filter, [start_chain] * chains, shared, particles, [settings] * chains,
            range(chains), [start if guess is None else None] * chains, [20] * chains,
            [guess] * chains,
        )  # fmt: skip
    stretch = 1
    while any(s.iteration < settings.total for s in states):
        clock.begin()
        states[:] = pool.map(
            with_filter, [advance_chain] * chains, shared, particles, [settings] * chains,
            states, [stretch] * chains, [guess] * chains,
        )  # fmt: skip
        stretch = clock.end(stretch, states, scouted)
        if report is not None:
            report(states)


def _reload(
    checkpoint: Path | None, digest: str, chains: int
) -> tuple[list[ChainState], ScoutState | None]:
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
    states, scouted = load_checkpoint(checkpoint, digest)
    if states and len(states) != chains:
        raise RivalryError(
            Problem(
                "R0823",
                f"the checkpoint has {len(states)} chains, not {chains}",
                f"Resume with --chains {len(states)}.",
                str(checkpoint),
            ),
            exit_code=2,
        )
    return states, scouted


class _Stretch:
    """Saves after each stretch of work, and says how long the next may be."""

    def __init__(self, checkpoint: Path | None, digest: str) -> None:
        self._checkpoint = checkpoint
        self._digest = digest
        self._began = 0.0

    def begin(self) -> None:
        self._began = time.monotonic()

    def end(self, size: int, states: Sequence[ChainState], scout: ScoutState | None) -> int:
        seconds = time.monotonic() - self._began
        if self._checkpoint is not None:
            save_checkpoint(self._checkpoint, states, self._digest, scout)
        # grow towards the wanted time between checkpoints, never by more than four at once
        return max(1, min(4 * size, int(size * CHECKPOINT_SECONDS / max(seconds, 1e-3))))
