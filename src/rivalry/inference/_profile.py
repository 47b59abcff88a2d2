"""Profile likelihoods: one parameter held at values of a grid, the others climbing to their best.

Along a grid of values of one parameter the others are maximised by iterated filtering; filters at
the end of each climb estimate the likelihood there. What that noisy curve says of the parameter
is worked out by `rivalry.inference._mcap`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rivalry.engine import count_threads, estimate_likelihood
from rivalry.foundation import Problem, RivalryError
from rivalry.inference._if2 import ClimbSettings, climb, climb_all
from rivalry.inference._mcap import MIN_POINTS, Mcap, mcap
from rivalry.inference._points import BROKEN
from rivalry.inference._space import EDGE, PriorSpace
from rivalry.model import Model

Array = NDArray[np.float64]
#: Which priors weigh in: of the other parameters, of all, of none.
Priors = Literal["others", "all", "none"]


@dataclass(frozen=True)
class ProfileSettings:
    """How a profile is computed.

    `replicates` climbs are run at each value, and the best of them is weighed anew by `repeats`
    filters, so that being chosen does not flatter it.
    """

    seed: int
    particles: int
    points: int = 15
    passes: int = 50
    replicates: int = 2
    repeats: int = 8
    priors: Priors = "others"


@dataclass(frozen=True)
class ProfilePoint:
    """One value of the profiled parameter.

    `score` is the value's normal score in the prior, `height` what the profile is made of: the
    log-likelihood (standard error `standard_error`) with the priors that weigh in. `others` are
    the values to which the other parameters climbed.
    """

    value: float
    score: float
    log_likelihood: float
    standard_error: float
    height: float
    others: dict[str, float]


@dataclass(frozen=True)
class Profile:
    """The profile of one parameter.

    `curve` is in normal scores of the prior (see `value`); `peak`, and the ends in `intervals`
    (level, low, high), are in the parameter's own unit. Ends are None where the data do not bound
    the parameter within the grid. `sd_stat` and `sd_mc` are the curve's standard errors in the
    parameter's unit, by the delta method at the peak.
    """

    parameter: str
    priors: Priors
    points: tuple[ProfilePoint, ...]
    curve: Mcap
    peak: float
    sd_stat: float
    sd_mc: float
    intervals: tuple[tuple[float, float | None, float | None], ...]
    inside: int
    curve_values: Array


def profile_grid(
    model: Model, parameter: str, points: int, low: float, high: float, *, quantiles: bool
) -> Array:
    """Return values of a grid that is even in normal scores of the prior.

    Parameters
    ----------
    model : Model
    parameter : str
        Scalar name of an uncertain parameter.
    points : int
    low, high : float
        Ends: probabilities of the prior if `quantiles`, else values.

    Raises
    ------
    RivalryError
        R0820 if the parameter has no prior, R0845 if the ends are not apart inside the prior.
    """
    from scipy.special import ndtri

    space = PriorSpace(model, [parameter])
    if quantiles:
        ends = [float(ndtri(q)) for q in (low, high)]
    else:
        bounds = model.parameters[model.parameter_index[parameter]].bounds
        ends = [float(space.scores(np.array([v]))[0]) for v in (low, high)]
        if not (bounds[0] <= low < high <= bounds[1]) or ends[0] <= -EDGE or ends[1] >= EDGE:
            first, last = (space.value(0, s) for s in (-4.0, 4.0))
            raise RivalryError(
                Problem(
                    "R0845",
                    f"{low:g}:{high:g} is no span of {parameter} within its prior",
                    f"Its prior lies from about {first:.4g} to {last:.4g}: give two values inside, "
                    "the lower first.",
                ),
                exit_code=2,
            )
    return np.array([space.value(0, float(s)) for s in np.linspace(ends[0], ends[1], points)])


def profile(
    model: Model,
    parameter: str,
    grid: Array,
    settings: ProfileSettings,
    *,
    others: Sequence[str] | None = None,
    levels: Sequence[float] = (0.90, 0.95),
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Profile:
    """Profile one parameter.

    Parameters
    ----------
    model : Model
    parameter : str
        Scalar name of an uncertain parameter.
    grid : ndarray (points,)
        Values at which it is held.
    settings : ProfileSettings
    others : sequence of str, optional
        Parameters that climb; default: all others with a prior.
    levels : sequence of float
    threads : int, optional
        Results do not depend on it.
    progress : callable (done, total), optional

    Raises
    ------
    RivalryError
        R0820 for unknown parameters, R0844 if too few values have a likelihood above zero.
    """
    own = PriorSpace(model, [parameter])
    start = _start(model, parameter, settings, others, threads)
    names = None if start is None else start[0]
    jobs = [(i, r) for i in range(len(grid)) for r in range(settings.replicates if start else 1)]
    done = 0

    def work(job: tuple[int, int]) -> _End:
        i, replicate = job
        return _climb_at(model, parameter, float(grid[i]), names, start, settings, i, replicate)

    best: dict[int, _End] = {}
    # the last is the weighing of the best ends
    total = len(jobs) + len(grid)
    with ThreadPoolExecutor(max_workers=min(count_threads(threads), len(jobs))) as pool:
        for (i, _), end in zip(jobs, pool.map(work, jobs), strict=True):
            if i not in best or end.height > best[i].height:
                best[i] = end
            done += 1
            if progress is not None:
                progress(done, total)

        def weigh(i: int) -> ProfilePoint:
            return _weigh(model, parameter, own, float(grid[i]), best[i], settings, i)

        points = []
        for point in pool.map(weigh, range(len(grid))):
            points.append(point)
            done += 1
            if progress is not None:
                progress(done, total)
    return _summary(parameter, own, tuple(points), settings.priors, levels)


@dataclass(frozen=True)
class _End:
    """Where a climb ended: normal scores of the others, and what the profile is there."""

    space: PriorSpace | None
    u: Array
    height: float


def _start(
    model: Model,
    parameter: str,
    settings: ProfileSettings,
    others: Sequence[str] | None,
    threads: int | None,
) -> tuple[list[str], Array] | None:
    """Climb with all free; return the others' names and scores, None if there are no others."""
    uncertain = [p.name for p in model.parameters if p.prior is not None]
    chosen = (
        uncertain if others is None else (list(PriorSpace(model, others).names) if others else [])
    )
    names = [n for n in chosen if n != parameter]
    if not names:
        return None
    space = PriorSpace(model, [*names, parameter])
    climbing = _climbing(settings, _key(settings.seed, parameter, 0, 0, 0))
    ends = climb_all(space, climbing, replicates=settings.replicates, threads=threads)
    heights = [
        _filters(model, space.parameters(e.u), settings, _key(settings.seed, parameter, 0, r, 1))[0]
        + (0.0 if settings.priors == "none" else space.log_prior(e.u))
        for r, e in enumerate(ends)
    ]
    return names, ends[int(np.argmax(heights))].u[: len(names)]


def _climb_at(
    model: Model,
    parameter: str,
    value: float,
    names: list[str] | None,
    start: tuple[list[str], Array] | None,
    settings: ProfileSettings,
    i: int,
    replicate: int,
) -> _End:
    if names is None or start is None:
        return _End(None, np.zeros(0), 0.0)
    space = PriorSpace(model, names, held={parameter: value})
    key = _key(settings.seed, parameter, i + 1, replicate, 0)
    # the first climb begins at the best point of all, the others anywhere
    begin = start[1] if replicate == 0 else None
    try:
        u = climb(space, _climbing(settings, key), stream=0, start=begin).u
    except RivalryError as error:
        if not _impossible(error):
            raise
        return _End(space, np.zeros(space.size), -math.inf)
    if settings.replicates == 1:  # nothing to choose from
        return _End(space, u, 0.0)
    key = _key(settings.seed, parameter, i + 1, replicate, 1)
    log, _ = _filters(model, space.parameters(u), settings, key)
    return _End(space, u, log + (0.0 if settings.priors == "none" else space.log_prior(u)))


def _weigh(
    model: Model,
    parameter: str,
    own: PriorSpace,
    value: float,
    end: _End,
    settings: ProfileSettings,
    i: int,
) -> ProfilePoint:
    """Estimate the likelihood at an end by filters that had no part in choosing it."""
    score = own.scores(np.array([value]))
    names: tuple[str, ...] = ()
    prior = 0.0
    if end.space is None:
        full = PriorSpace(model, [parameter]).parameters(score)
        full[model.parameter_index[parameter]] = value
    else:
        full = end.space.parameters(end.u)
        names = end.space.names
        if settings.priors != "none":
            prior = end.space.log_prior(end.u)
    if settings.priors == "all":
        prior += own.log_prior(score)
    log, error = -math.inf, math.nan
    if end.height > -math.inf:
        log, error = _filters(model, full, settings, _key(settings.seed, parameter, i + 1, 0, 2))
    others = {n: float(full[model.parameter_index[n]]) for n in names}
    return ProfilePoint(value, float(score[0]), log, error, log + prior, others)


def _summary(
    parameter: str,
    own: PriorSpace,
    points: tuple[ProfilePoint, ...],
    priors: Priors,
    levels: Sequence[float],
) -> Profile:
    scores = np.array([p.score for p in points])
    heights = np.array([p.height for p in points])
    try:
        curve = mcap(scores, heights, levels)
    except ValueError:
        raise RivalryError(
            Problem(
                "R0844",
                f"{parameter}: only {int(np.isfinite(heights).sum())} of {len(points)} values give "
                f"the data a likelihood above zero; a profile needs {MIN_POINTS}",
                "Profile a narrower --span, use more --points or --particles, or see with "
                "'rivalry filter' in which month particles die.",
            )
        ) from None

    def value(score: float | None) -> float | None:
        return None if score is None else own.value(0, score)

    h = 1e-3
    slope = (own.value(0, curve.peak + h) - own.value(0, curve.peak - h)) / (2 * h)
    inside = int((heights >= curve.top - curve.intervals[-1].cutoff).sum())
    return Profile(
        parameter, priors, points, curve, own.value(0, curve.peak),
        slope * curve.se_stat, slope * curve.se_mc,
        tuple((iv.level, value(iv.low), value(iv.high)) for iv in curve.intervals),
        inside, np.array([own.value(0, float(s)) for s in curve.grid[::10]]),
    )  # fmt: skip


def _climbing(settings: ProfileSettings, key: int) -> ClimbSettings:
    return ClimbSettings(key, settings.particles, settings.passes, prior=settings.priors != "none")


def _filters(model: Model, full: Array, settings: ProfileSettings, key: int) -> tuple[float, float]:
    try:
        found = estimate_likelihood(
            model, full, settings.particles, repeats=settings.repeats, seed=key, threads=1
        )
    except RivalryError as error:
        if not _impossible(error):
            raise
        return -math.inf, math.nan
    return found.log_likelihood, found.standard_error


def _impossible(error: RivalryError) -> bool:
    """Whether the point, and not the program or a file, is at fault."""
    return all(p.code == "R0821" or p.code in BROKEN for p in error.problems)


def _key(seed: int, parameter: str, i: int, replicate: int, phase: int) -> int:
    """Return a seed for one piece of work: no two share random numbers."""
    words = np.random.SeedSequence([seed, i, replicate, phase, *parameter.encode()])
    return int(words.generate_state(1, np.uint64)[0] >> np.uint64(1))
