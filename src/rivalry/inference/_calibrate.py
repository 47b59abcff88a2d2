"""Simulation-based calibration: fit many data sets whose parameters are known.

Each data set is simulated from a draw of the prior and fitted like the case's own. Its ranks
tell whether the posterior is the one that belongs to model and prior (Talts et al. 2018). The
test quantities are the parameters and the joint log-likelihood, which sees errors to which the
parameters alone are blind (Modrak et al. 2023).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from rivalry.engine import BootstrapFilter, count_threads
from rivalry.foundation import Problem, RivalryError
from rivalry.inference._chain import ChainSettings, ChainState, advance_chain, start_chain
from rivalry.inference._points import BROKEN
from rivalry.inference._pool import make_pool
from rivalry.inference._posterior import summarize
from rivalry.inference._sbc_checkpoint import calibration_digest, load_ranks, save_ranks
from rivalry.inference._sbc_data import simulate_data
from rivalry.inference._sbc_ranks import rank, thin
from rivalry.inference._sbc_record import CalibrationSettings, DataSetRanks
from rivalry.inference._scout import ScoutSettings, advance_scout, start_scout
from rivalry.inference._space import PriorSpace
from rivalry.inference._surrogate import Gaussian

#: Name of the joint log-likelihood among the test quantities.
LOG_LIKELIHOOD = "log_likelihood"
#: A chain with too few effective draws is lengthened up to so many times its iterations.
LONGEST = 4
#: Iterations between two looks at whether the user wants to stop.
_STRETCH = 100
#: What a key of random numbers is for; each data set has one of each.
_PARAMETERS, _DATA, _CHAIN, _FILTERS, _LOTS = range(5)

Array = NDArray[np.float64]
Report = Callable[[int, int], None]


class _Stopped(Exception):
    """Somebody wants the work to end."""


def calibrate(
    space: PriorSpace,
    settings: CalibrationSettings,
    *,
    fitting: PriorSpace | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    threads: int | None = None,
    report: Report | None = None,
) -> list[DataSetRanks]:
    """Simulate data sets from the prior, fit each, and rank the truth among its draws.

    Parameters
    ----------
    space : PriorSpace
        Model, its data as the pattern of those simulated, and the parameters that move. The
        others stay at their prior medians, in the simulation and in the fit.
    settings : CalibrationSettings
    fitting : PriorSpace, optional
        Fit this in the place of `space`: another prior or model with the same moving parameters
        and observations, to see whether the difference would be noticed.
    checkpoint : Path, optional
        File to keep finished data sets in, written after each.
    resume : bool
        Go on from the checkpoint; data sets in it are not repeated. More data sets continue
        fewer.
    threads : int, optional
        Data sets fitted at once; the ranks do not depend on it. Default: the processors this
        process may use.
    report : callable (done, total), optional

    Returns
    -------
    list of DataSetRanks
        One for each data set in order, also for those that could not be fitted.

    Raises
    ------
    RivalryError
        R0840 if a fit has fewer draws than are to be ranked; R0822, R0823 and R0824 for the
        checkpoint.
    """
    fitting = fitting or space
    _check(space, settings, fitting)
    digest = calibration_digest(space, settings, fitting)
    done: dict[int, DataSetRanks] = {}
    if resume:
        if checkpoint is None or not checkpoint.exists():
            raise RivalryError(
                Problem(
                    "R0824",
                    f"there is no checkpoint {checkpoint}",
                    "Start the calibration without --resume.",
                    None if checkpoint is None else str(checkpoint),
                ),
                exit_code=2,
            )
        done = {r.index: r for r in load_ranks(checkpoint, digest)}
    wanted = range(settings.datasets)
    left = [i for i in wanted if i not in done]
    lock, stop = Lock(), Event()

    def work(index: int) -> None:
        if stop.is_set():
            return
        try:
            found = rank_one(space, settings, index, fitting=fitting, stop=stop)
        except _Stopped:
            return
        with lock:
            done[index] = found
            if checkpoint is not None:
                save_ranks(checkpoint, [done[i] for i in sorted(done)], digest)
            if report is not None:
                report(sum(i in done for i in wanted), settings.datasets)

    if left:
        _compile(space, fitting, settings)
    if report is not None:
        report(settings.datasets - len(left), settings.datasets)
    try:
        workers = max(1, min(count_threads(threads), len(left)))
        Parallel(n_jobs=workers, prefer="threads", batch_size=1)(delayed(work)(i) for i in left)
    except BaseException:
        stop.set()
        raise
    return [done[i] for i in wanted]


def rank_one(
    space: PriorSpace,
    settings: CalibrationSettings,
    index: int,
    *,
    fitting: PriorSpace | None = None,
    stop: Event | None = None,
) -> DataSetRanks:
    """Simulate, fit and rank one data set, keyed by (seed, index); see `calibrate`.

    A data set that cannot be simulated or fitted is returned with the fault's code.
    """
    fitting = fitting or space
    rng = np.random.default_rng(_key(settings.seed, index, _PARAMETERS))
    u = rng.standard_normal(space.size)
    values = space.values(u)
    truth = dict(zip(space.names, values.tolist(), strict=True))
    try:
        model = simulate_data(space.model, space.parameters(u), _key(settings.seed, index, _DATA))
        data = {o.name: (o.data, o.high) for o in model.observations}
        observations = tuple(
            replace(o, data=data[o.name][0], high=data[o.name][1])
            for o in fitting.model.observations
        )
        known = PriorSpace(replace(fitting.model, observations=observations), fitting.names)
        return _ranked(known, settings, index, values, truth, stop)
    except RivalryError as error:
        if not all(p.code == "R0821" or p.code in BROKEN for p in error.problems):
            raise
        first = error.problems[0]
        return DataSetRanks(index, truth, failed=first.code, message=first.message)


def _ranked(
    space: PriorSpace,
    settings: CalibrationSettings,
    index: int,
    values: Array,
    truth: dict[str, float],
    stop: Event | None,
) -> DataSetRanks:
    """Fit one data set and rank its truth."""
    filter_ = BootstrapFilter(space.model, settings.particles)
    chain, states = _fit(space, filter_, settings, index, stop)
    summaries = summarize(space, chain, states)
    scores = np.concatenate([s.draws[chain.warmup :] for s in states])
    kept = thin(scores, settings.draws)
    drawn = np.array([space.values(x) for x in kept])
    every = np.array([space.values(x) for x in scores])
    rng = np.random.default_rng(_key(settings.seed, index, _LOTS))
    ranks = {name: rank(float(values[i]), drawn[:, i], rng) for i, name in enumerate(space.names)}
    ranks[LOG_LIKELIHOOD] = _likelihood_rank(
        space, filter_, settings, index, space.scores(values), kept, rng
    )
    center = space.scores(values)
    return DataSetRanks(
        index,
        truth,
        ranks=ranks,
        below={n: float((every[:, i] < values[i]).mean()) for i, n in enumerate(space.names)},
        scores={n: float(center[i]) for i, n in enumerate(space.names)},
        means={s.name: s.shift for s in summaries},
        contraction={s.name: s.contraction for s in summaries},
        ess=_least_ess([s.ess_bulk for s in summaries]),
        rhat=_worst_rhat([s.rhat for s in summaries]),
        iterations=chain.iterations,
        acceptance=float(np.mean([s.accepted[chain.warmup :].mean() for s in states])),
    )


def _fit(
    space: PriorSpace,
    filter_: BootstrapFilter,
    settings: CalibrationSettings,
    index: int,
    stop: Event | None,
) -> tuple[ChainSettings, list[ChainState]]:
    """Run the chains, and lengthen them until they hold the draws that are to be ranked."""
    chain = ChainSettings(
        seed=_key(settings.seed, index, _CHAIN),
        particles=settings.particles,
        warmup=settings.warmup,
        iterations=settings.iterations,
        walks=settings.walks,
    )
    guess = _guess(space, settings, chain.seed, stop)
    states = [start_chain(space, filter_, chain, c, guess=guess) for c in range(settings.chains)]
    while True:
        for c, state in enumerate(states):
            while state.iteration < chain.total:
                if stop is not None and stop.is_set():
                    raise _Stopped
                state = advance_chain(space, filter_, chain, state, _STRETCH, guess)
            states[c] = state
        ess = _least_ess([s.ess_bulk for s in summarize(space, chain, states)])
        if ess >= settings.draws or chain.iterations >= LONGEST * settings.iterations:
            return chain, states
        chain = replace(chain, iterations=min(2 * chain.iterations, LONGEST * settings.iterations))


def _guess(
    space: PriorSpace, settings: CalibrationSettings, seed: int, stop: Event | None
) -> Gaussian | None:
    """Send scouts, in this thread: data sets are what runs side by side."""
    if not settings.rounds:
        return None
    scouting = ScoutSettings(seed, settings.particles, settings.rounds, settings.scouts)
    state = start_scout(space)
    with make_pool(None, 1) as pool:
        while len(state.points) < scouting.total:
            if stop is not None and stop.is_set():
                raise _Stopped
            state = advance_scout(space, scouting, state, pool, _STRETCH)
    return state.gaussian


def _likelihood_rank(
    space: PriorSpace,
    filter_: BootstrapFilter,
    settings: CalibrationSettings,
    index: int,
    truth: Array,
    draws: Array,
    rng: np.random.Generator,
) -> int:
    """Rank the log-likelihood of the truth among those of the draws.

    All are estimated afresh, each with random numbers of its own. The estimates that the chain
    kept would not do: a chain accepts where the estimate happens to be high, so that they lie
    above an estimate made at the truth even if the fit is exact.
    """
    seed = _key(settings.seed, index, _FILTERS)

    def estimate(u: Array, stream: int) -> float:
        try:
            return filter_.run(space.parameters(u), seed, stream).log_likelihood
        except RivalryError:  # every particle broke: no likelihood, as in the chain
            return -math.inf

    logs = np.array([estimate(u, k + 1) for k, u in enumerate(draws)])
    return rank(estimate(truth, 0), logs, rng)


def _least_ess(values: Sequence[float]) -> float:
    """Smallest effective sample size; a chain that never moved has none."""
    return min((v if math.isfinite(v) else 0.0) for v in values)


def _worst_rhat(values: Sequence[float]) -> float | None:
    """Largest R-hat; a chain that never moved has none."""
    return max(values) if all(map(math.isfinite, values)) else None


def _key(seed: int, index: int, purpose: int) -> int:
    """Return a 63-bit key for one use of one data set."""
    word = np.random.SeedSequence([seed, index, purpose]).generate_state(1, np.uint64)[0]
    return int(word) >> 1


def _check(space: PriorSpace, settings: CalibrationSettings, fitting: PriorSpace) -> None:
    have = settings.chains * settings.iterations
    if have < settings.draws:
        raise RivalryError(
            Problem(
                "R0840",
                f"{settings.chains} chain(s) of {settings.iterations} iterations hold {have} "
                f"draws, and {settings.draws} are to be ranked",
                "Give more --iterations, or a smaller --ranked.",
            ),
            exit_code=2,
        )
    if fitting.names != space.names:
        raise ValueError("the fit moves other parameters than the simulation")


def _compile(space: PriorSpace, fitting: PriorSpace, settings: CalibrationSettings) -> None:
    """Compile all kernels in one thread; what breaks here is met, and named, by data set."""
    try:
        simulate_data(space.model, space.model_point(), settings.seed)
        BootstrapFilter(fitting.model, settings.particles).run(
            fitting.model_point(), settings.seed, 0, n_months=1
        )
    except RivalryError:
        return
