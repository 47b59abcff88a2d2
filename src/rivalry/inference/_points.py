"""Filters at many points of parameter space, and filters that workers keep between tasks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rivalry.engine import BootstrapFilter
from rivalry.foundation import RivalryError
from rivalry.inference._pool import Pool, Shared
from rivalry.inference._space import PriorSpace
from rivalry.model import Model, prior_medians

T = TypeVar("T")
Array = NDArray[np.float64]
#: Tasks for each worker: few enough to cost little, many enough to end at about the same time.
_CHUNKS = 4
#: Codes of `rivalry.engine` that say: all particles broke in one month.
BROKEN = frozenset({"R0801", "R0802", "R0803", "R0804", "R0809"})
_KEPT = 8
_LOCK = threading.Lock()
_COMPILE = threading.Lock()
_IDLE: OrderedDict[tuple[str, int], list[BootstrapFilter]] = OrderedDict()


def likelihood_tasks(
    model: Model,
    points: ArrayLike,
    particles: int,
    seed: int,
    streams: ArrayLike,
    pool: Pool,
) -> Array:
    """Run one filter at each of many points.

    Parameters
    ----------
    model : Model
    points : array_like (n, n_parameters)
        Full parameter vectors of the model, in natural units.
    particles : int
        Particles of each filter.
    seed : int
    streams : array_like of int (n,)
        Key of each filter's random numbers; equal streams at different points are common random
        numbers.
    pool : Pool
        Where to run; results do not depend on it.

    Returns
    -------
    ndarray (n,)
        Log-likelihoods; minus infinity where all particles break (`BROKEN`).
    """
    rows = np.ascontiguousarray(points, dtype=np.float64)
    keys = np.asarray(streams, dtype=np.int64)
    n_parameters = len(model.parameters)
    if rows.ndim != 2 or rows.shape[1] != n_parameters or keys.shape != (len(rows),):
        raise ValueError(
            f"points {rows.shape} and streams {keys.shape} should be (n, {n_parameters}) and (n,)"
        )
    if not len(rows):
        return np.zeros(0)
    shared = pool.share(model)
    n = min(len(rows), _CHUNKS * pool.workers)
    found = pool.map(
        _run_chunk, [shared] * n, np.array_split(rows, n), [particles] * n, [seed] * n,
        np.array_split(keys, n),
    )  # fmt: skip
    return np.concatenate(found)


def with_filter(
    function: Callable[..., T], space: Shared[PriorSpace], particles: int, *rest: Any
) -> T:
    """Call ``function(space, filter, *rest)`` with a filter that this process keeps.

    A filter holds compiled kernels and cannot be sent; this function can, to any pool:
    ``pool.map(with_filter, [advance_chain] * n, [pool.share(space)] * n, [particles] * n, ...)``.
    """
    with borrowed_filter(space.value.model, space.digest, particles) as filter_:
        return function(space.value, filter_, *rest)


@contextmanager
def borrowed_filter(model: Model, digest: str, particles: int) -> Iterator[BootstrapFilter]:
    """Lend a compiled filter that no other thread has, and take it back.

    Parameters
    ----------
    model : Model
    digest : str
        What tells this model from others, such as `Shared.digest`.
    particles : int
    """
    key = (digest, particles)
    with _LOCK:
        idle = _IDLE.setdefault(key, [])
        _IDLE.move_to_end(key)
        while len(_IDLE) > _KEPT:
            _IDLE.popitem(last=False)
        filter_ = idle.pop() if idle else None
    if filter_ is None:
        filter_ = BootstrapFilter(model, particles)
        with _COMPILE:  # one thread compiles, the others find the kernel ready
            _warm_up(filter_)
    try:
        yield filter_
    finally:
        with _LOCK:
            if key in _IDLE:
                _IDLE[key].append(filter_)


def _warm_up(filter_: BootstrapFilter) -> None:
    # compiled whether or not the point is possible
    _log_likelihood(filter_, prior_medians(filter_.model), 0, 0, n_months=1)


def _run_chunk(
    shared: Shared[Model], points: Array, particles: int, seed: int, streams: NDArray[np.int64]
) -> Array:
    with borrowed_filter(shared.value, shared.digest, particles) as filter_:
        return np.array(
            [
                _log_likelihood(filter_, point, seed, int(stream))
                for point, stream in zip(points, streams, strict=True)
            ]
        )


def _log_likelihood(
    filter_: BootstrapFilter, point: Array, seed: int, stream: int, n_months: int | None = None
) -> float:
    """Filter at one point; a point at which every particle breaks has no likelihood."""
    try:
        return filter_.run(point, seed, stream, n_months).log_likelihood
    except RivalryError as error:
        if all(p.code in BROKEN for p in error.problems):
            return -np.inf
        raise
