"""Rolling origins: the same forecasts made again and again in the past, and scored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import rivalry
from rivalry.forecast._draws import check_steps
from rivalry.forecast._evaluate_checkpoint import Checkpoint, Piece
from rivalry.forecast._models import forecaster
from rivalry.forecast._panel import Panel, as_month
from rivalry.forecast._scores_table import score
from rivalry.foundation import Month, Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.inference import Shared

#: Raised when a change of the scores' meaning makes older checkpoints wrong.
_FORM = 1
#: Pieces a worker has in hand before what is done is kept.
_STRETCH = 4

#: How a panel's models meet new data, for people.
POLICY = (
    "At every origin each model sees the panel up to that month and nothing after it. The "
    "automatic case learns the weights of its parts anew from the origins before; local_level "
    "infers states and classes anew. Their constants are the same at every origin; they were "
    "chosen by hand on deaths by country in UCDP data, at origins up to 2017, so scores on such "
    "data are not wholly untouched before 2018."
)


@dataclass(frozen=True)
class Evaluation:
    """Scores of several models at several origins.

    Attributes
    ----------
    table : DataFrame
        Rows of `score`, all origins and models one below the other; those of the first seed.
    models : tuple of str
        In the order asked for: the first is the one that is compared with the others.
    origins : tuple of Month
    steps : tuple of int
    n_draws : int
    seeds : tuple of int
    repeats : tuple of DataFrame
        Tables of the other seeds, in order.
    taken_up : int
        Pieces that came from a checkpoint.
    remarks : tuple of Problem
        Pieces of the checkpoint that could not be read.
    particles : int or None
        Of a case: how many learned its parameters.
    """

    table: pd.DataFrame
    models: tuple[str, ...]
    origins: tuple[Month, ...]
    steps: tuple[int, ...]
    n_draws: int
    seeds: tuple[int, ...]
    repeats: tuple[pd.DataFrame, ...] = ()
    taken_up: int = 0
    remarks: tuple[Problem, ...] = ()
    particles: int | None = None

    def seed_spread(self, of: str = "crps") -> dict[str, float]:
        """Return the standard deviation of each model's mean score over seeds; NaN with one."""
        tables = (self.table, *self.repeats)
        means = pd.DataFrame([t.groupby("model")[of].mean() for t in tables])
        return {m: float(means[m].std(ddof=1)) for m in self.models}


def evaluate_panel(
    panel: Panel,
    origins: Sequence[Month | str | int],
    steps: Sequence[int],
    models: Sequence[str],
    *,
    n_draws: int = 1000,
    seeds: Sequence[int] = (1,),
    threads: int | None = None,
    scheduler: str | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    report: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Forecast a panel at past origins by several models, and score what came true.

    Parameters
    ----------
    panel : Panel
        Every forecast is made from `Panel.until` of its origin.
    origins : sequence of Month, str or int
        Last months of data, each once.
    steps : sequence of int
        Months ahead; those beyond the panel's end are not scored.
    models : sequence of str
        See `forecaster`.
    n_draws : int
    seeds : sequence of int
        The first makes the table; others show how far scores hang on the seed.
    threads : int, optional
        Pieces that are made at once; results do not depend on it.
    scheduler : str, optional
        A Dask scheduler, see `rivalry.inference.make_pool`; results do not depend on it.
    checkpoint : Path, optional
        A folder that keeps each finished piece: one model at one origin.
    resume : bool
        Take up the pieces in `checkpoint`. More origins and models may be asked for than before.
    report : callable (done, total), optional
        Of pieces.

    Returns
    -------
    Evaluation

    Raises
    ------
    RivalryError
        R1011, R1013 and R1018 for origins, R1015 for steps, R1040 for models, R1044 and R1045
        for the checkpoint, and what `make_pool` and the models raise.

    References
    ----------
    Tashman (2000), Out-of-sample tests of forecasting accuracy: an analysis and review,
    International Journal of Forecasting 16(4).
    """
    asked = check_steps(steps)
    months = _check_origins(panel, origins, asked)
    names, numbers = tuple(dict.fromkeys(models)), tuple(dict.fromkeys(seeds))
    if not names or not numbers:
        raise ValueError("name at least one model and one seed")
    for name in names:
        forecaster(name)
    # the slow models first, so that no worker is left with one at the end
    pieces = [(m, o.views_id, s) for s in numbers for m in names for o in months]
    saved = Checkpoint(checkpoint, _digest(panel, asked, n_draws))
    done = saved.load(pieces) if resume else saved.clear()
    taken_up = len(done)
    _work(panel, asked, n_draws, pieces, done, saved, threads, scheduler, report)

    return assemble(done, names, months, asked, n_draws, numbers, taken_up, saved.remarks)


def assemble(
    done: dict[Piece, pd.DataFrame],
    models: tuple[str, ...],
    origins: tuple[Month, ...],
    steps: tuple[int, ...],
    n_draws: int,
    seeds: tuple[int, ...],
    taken_up: int,
    remarks: Sequence[Problem],
) -> Evaluation:
    """Put finished pieces together, in the order asked for and not that of the work."""

    def table(seed: int) -> pd.DataFrame:
        rows = [done[m, o.views_id, seed] for m in models for o in origins]
        return pd.concat(rows).reset_index(drop=True)

    return Evaluation(
        table=table(seeds[0]),
        models=models,
        origins=origins,
        steps=steps,
        n_draws=n_draws,
        seeds=seeds,
        repeats=tuple(table(s) for s in seeds[1:]),
        taken_up=taken_up,
        remarks=tuple(remarks),
    )


def _work(
    panel: Panel,
    steps: tuple[int, ...],
    n_draws: int,
    pieces: list[tuple[str, int, int]],
    done: dict[tuple[str, int, int], pd.DataFrame],
    saved: Checkpoint,
    threads: int | None,
    scheduler: str | None,
    report: Callable[[int, int], None] | None,
) -> None:
    left = [p for p in pieces if p not in done]
    if report is not None:
        report(len(done), len(pieces))
    if not left:
        return
    # only here, since it brings the whole of inference with it
    from rivalry.inference import make_pool

    with make_pool(scheduler, threads) as pool:
        shared = pool.share(panel)
        size = _STRETCH * pool.workers
        while left:
            now, left = left[:size], left[size:]
            n = len(now)
            found = pool.map(
                score_piece, [shared] * n, *zip(*now, strict=True), [steps] * n, [n_draws] * n
            )
            for piece, table in zip(now, found, strict=True):
                saved.keep(piece, table)
                done[piece] = table
            if report is not None:
                report(len(done), len(pieces))


def score_piece(
    shared: Shared[Panel], model: str, origin: int, seed: int, steps: tuple[int, ...], n_draws: int
) -> pd.DataFrame:
    """Forecast by one model at one origin, and score; a task of a pool."""
    panel = shared.value
    draws = forecaster(model)(panel, origin, steps, n_draws=n_draws, seed=seed)
    return score(draws, panel, seed=seed)


def _check_origins(
    panel: Panel, origins: Sequence[Month | str | int], steps: tuple[int, ...]
) -> tuple[Month, ...]:
    found = tuple(dict.fromkeys(as_month(o) for o in origins))
    if not found:
        raise ValueError("name at least one origin")
    for origin in sorted(found):
        panel.until(origin)  # raises what is wrong with it, before hours of work
        if origin + steps[0] > panel.end:
            raise RivalryError(
                Problem(
                    "R1018",
                    f"nothing is known of what came after the origin {origin}: with a first step "
                    f"of {steps[0]} the last that can be scored is {panel.end + -steps[0]}",
                    "Let origins end earlier.",
                    file=panel.source or None,
                )
            )
    return found


def _digest(panel: Panel, steps: tuple[int, ...], n_draws: int) -> str:
    """Hash of all that shapes a piece but what its name says: model, origin, seed."""
    digest = hashlib.sha256(
        repr((_FORM, rivalry.__version__, np.__version__, panel.unit, panel.target)).encode()
    )
    digest.update(repr((steps, n_draws, panel.units.tolist(), panel.neighbours is None)).encode())
    for neighbours in panel.neighbours or ():
        digest.update(neighbours.tobytes() + b";")
    digest.update(panel.months.tobytes() + panel.counts.tobytes())
    return digest.hexdigest()
