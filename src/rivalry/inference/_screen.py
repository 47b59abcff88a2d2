"""Filters at points scattered about the prior medians, with checkpoints."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rivalry.foundation import Problem, RivalryError, atomic_write, read_bytes
from rivalry.inference._chain import ChainSettings
from rivalry.inference._checkpoint import fit_digest
from rivalry.inference._points import likelihood_tasks
from rivalry.inference._pool import Pool, make_pool
from rivalry.inference._screen_fit import Screen, fewest_points, read_screen
from rivalry.inference._space import PriorSpace

Array = NDArray[np.float64]
#: A kill loses at most about this many seconds of work.
CHECKPOINT_SECONDS = 20.0
#: Streams of a screen lie far from those of scouts and chains.
_STREAMS = 5_000_000_000


@dataclass(frozen=True)
class ScreenSettings:
    """How a screen runs: one filter at each of `points` points.

    `spread` is the standard deviation of the points about the prior medians, in prior standard
    deviations.
    """

    seed: int
    particles: int
    points: int
    spread: float = 0.7


def screen(
    space: PriorSpace,
    settings: ScreenSettings,
    *,
    checkpoint: Path | None = None,
    resume: bool = False,
    threads: int | None = None,
    scheduler: str | None = None,
    report: Callable[[int, int], None] | None = None,
) -> Screen:
    """Find the parameters that the data can move.

    Parameters
    ----------
    space : PriorSpace
        Model and parameters to screen; the others stay at their prior medians.
    settings : ScreenSettings
    checkpoint : Path, optional
        File to keep the log-likelihoods in, about every 20 seconds and when interrupted.
    resume : bool
        Continue from the checkpoint, which may hold fewer or more points than are asked for. The
        result is that of a screen never stopped.
    threads : int, optional
        Tasks that run at once; the result does not depend on it.
    scheduler : str, optional
        Dask scheduler, see `make_pool`.
    report : callable (done, total), optional

    Returns
    -------
    Screen

    Raises
    ------
    RivalryError
        R0836 (too few points), R0822 and R0823 (checkpoint broken or of another screen), R0824
        (no checkpoint), and what `make_pool` raises.
    """
    need = fewest_points(space.size)
    if settings.points < need:
        raise RivalryError(
            Problem(
                "R0836",
                f"{settings.points} points are too few for {space.size} parameters",
                f"Give at least {need} --points, better 15 for each parameter, or fewer "
                "--parameters.",
            ),
            exit_code=2,
        )
    digest = screen_digest(space, settings)
    logs = _reload(checkpoint, digest) if resume else np.zeros(0)
    points = scattered(space.size, settings)
    with make_pool(scheduler, threads) as pool:
        logs = _run(space, settings, points, logs, pool, _Saved(checkpoint, digest), report)
    return read_screen(space.names, points, logs, settings.spread)


def scattered(size: int, settings: ScreenSettings) -> Array:
    """Draw normal scores (points, size) to filter at; more points begin with the same."""
    rng = np.random.default_rng([settings.seed, 4])
    return settings.spread * rng.standard_normal((settings.points, size))


def screen_digest(space: PriorSpace, settings: ScreenSettings) -> str:
    """Hash of all that shapes the log-likelihoods, except how many there are."""
    filters = ChainSettings(settings.seed, settings.particles, 1, 1)
    digest = hashlib.sha256(fit_digest(space, filters).encode())
    digest.update(repr(("screen", settings.spread)).encode())
    return digest.hexdigest()


def _run(
    space: PriorSpace,
    settings: ScreenSettings,
    points: Array,
    logs: Array,
    pool: Pool,
    saved: _Saved,
    report: Callable[[int, int], None] | None,
) -> Array:
    """Filter at the points that have no log-likelihood yet."""
    stretch = 2 * pool.workers
    kept = logs[settings.points :]  # of a longer screen that this one goes on from
    logs = logs[: settings.points]
    try:
        while len(logs) < settings.points:
            if report is not None:
                report(len(logs), settings.points)
            began = time.monotonic()
            at = len(logs)
            new = points[at : at + stretch]
            streams = _STREAMS + at + np.arange(len(new))
            found = likelihood_tasks(
                space.model, space.swarm(new), settings.particles, settings.seed, streams, pool
            )
            logs = np.concatenate([logs, found])
            seconds = max(time.monotonic() - began, 1e-3)
            # several stretches between checkpoints, so that the time left is told often
            wanted = int(stretch * CHECKPOINT_SECONDS / 5.0 / seconds)
            stretch = max(pool.workers, min(4 * stretch, wanted))
            saved.now_and_then(logs)
    finally:
        saved.now(np.concatenate([logs, kept]))
    if report is not None:
        report(settings.points, settings.points)
    return logs


class _Saved:
    """The checkpoint: written whole or not at all."""

    def __init__(self, path: Path | None, digest: str) -> None:
        self._path = path
        self._digest = digest
        self._last = time.monotonic()

    def now_and_then(self, logs: Array) -> None:
        if time.monotonic() - self._last >= CHECKPOINT_SECONDS:
            self.now(logs)

    def now(self, logs: Array) -> None:
        if self._path is None or not len(logs):
            return
        head = np.frombuffer(json.dumps({"screen": self._digest}).encode(), dtype=np.uint8)
        with atomic_write(self._path, "wb") as stream:
            np.savez(stream, head=head, logs=logs)
        self._last = time.monotonic()


def _reload(path: Path | None, digest: str) -> Array:
    if path is None or not path.exists():
        raise RivalryError(
            Problem(
                "R0824",
                f"there is no checkpoint {path}",
                "Start the screen without --resume.",
                str(path),
            ),
            exit_code=2,
        )
    raw = read_bytes(path)
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as file:
            found = str(json.loads(bytes(file["head"]))["screen"])
            logs = np.asarray(file["logs"], dtype=np.float64)
        if logs.ndim != 1:
            raise ValueError("not a vector")
    except (ValueError, KeyError, OSError, EOFError, TypeError, zipfile.BadZipFile):
        raise RivalryError(
            Problem(
                "R0822",
                "the checkpoint is cut off or was not written by 'rivalry screen'",
                "Delete it and start the screen anew, without --resume.",
                str(path),
            )
        ) from None
    if found != digest:
        raise RivalryError(
            Problem(
                "R0823",
                "the checkpoint belongs to another screen: the case, its data, the engine, the "
                "seed, the particles, the spread or the parameters differ",
                "Repeat the settings it was made with, or start anew without --resume.",
                str(path),
            )
        )
    return logs
