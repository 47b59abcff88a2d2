"""A case at rolling origins, beside its latent tempo alone and the baselines."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import rivalry
from rivalry.forecast._auto import local_level
from rivalry.forecast._case import case_panel, forecast_case
from rivalry.forecast._doubt import DOUBT, with_doubt
from rivalry.forecast._draws import Draws, check_steps
from rivalry.forecast._evaluate import Evaluation, _check_origins, assemble
from rivalry.forecast._evaluate_checkpoint import Checkpoint, Piece
from rivalry.forecast._known import as_known
from rivalry.forecast._models import forecaster
from rivalry.forecast._next import CASE_PARTICLES
from rivalry.forecast._panel import Panel
from rivalry.forecast._scores_table import score
from rivalry.forecast._tempo import tempo_models
from rivalry.foundation import Month
from rivalry.model import Model

if TYPE_CHECKING:
    from rivalry.inference import OnlineSettings

#: The case with room for doubt, the case as it is, and its latent tempo without mechanisms.
CASE_MODELS = ("case", "case_alone", "tempo_only")
#: How a case meets new data, for people.
CASE_POLICY = (
    "The case is filtered again from its first month, and its parameters learn as it goes, from "
    "their priors on (Liu and West): at every origin states and parameters rest on data up to that "
    "month. Inputs and statuses stay as they stood at the origin, and no dated event after it "
    "happens. The case's structure and priors were written with the whole record known, so this is "
    "an honest test of its inference and a lenient one of its author. 'case' draws one future in "
    "eight from local_level, 'case_alone' none; 'tempo_only' is the case without mechanisms: each "
    "series moved by a latent tempo of its own, learning in the same way."
)
_FORM = 2
Report = Callable[[int, int], None]


def evaluate_case(
    model: Model,
    origins: Sequence[Month],
    steps: Sequence[int],
    models: Sequence[str] = (*CASE_MODELS, "conflictology", "last", "local_level"),
    *,
    n_draws: int = 1000,
    seeds: Sequence[int] = (1,),
    settings: OnlineSettings | None = None,
    threads: int | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    report: Report | None = None,
) -> Evaluation:
    """Forecast a case's monthly counts at past origins, and score what came true.

    Parameters
    ----------
    model : Model
    origins : sequence of Month
        Last months of data, each once.
    steps : sequence of int
    models : sequence of str
        Of `CASE_MODELS`, and any that `forecaster` knows, run on the panel of the case's series.
    n_draws : int
    seeds : sequence of int
        The first makes the table; others show how far scores hang on the seed.
    settings : OnlineSettings, optional
        How parameters learn; its seed is replaced by each of `seeds`.
    threads : int, optional
        Results do not depend on it.
    checkpoint : Path, optional
        A folder that keeps each finished piece: one model at one origin.
    resume : bool
        Take up the pieces in `checkpoint`.
    report : callable (done, total), optional
        Of months filtered, and of forecasts, each counting one.

    Returns
    -------
    Evaluation
        Its table's units are the names of the series.

    Raises
    ------
    RivalryError
        R1060 without a monthly series of counts, R1013 and R1018 for origins, R1015 for steps,
        R1040 for models, R1044 and R1045 for the checkpoint, R0821 where no particle could have
        given the data.
    """
    from rivalry.inference import OnlineSettings

    panel = case_panel(model)
    asked = check_steps(steps)
    months = _check_origins(panel, origins, asked)
    names, numbers = tuple(dict.fromkeys(models)), tuple(dict.fromkeys(seeds))
    for name in names:
        if name not in CASE_MODELS:
            forecaster(name)
    how = settings or OnlineSettings(particles=CASE_PARTICLES)
    saved = Checkpoint(checkpoint, _digest(model, asked, n_draws, how))
    pieces = [(m, o.views_id, s) for s in numbers for m in names for o in months]
    done = saved.load(pieces) if resume else saved.clear()
    taken_up = len(done)
    work = _Work(model, panel, asked, n_draws, how, threads, saved, done)
    passes = [
        (seed, group, [m for m in group if m in names])
        for seed in numbers
        for group in (("case", "case_alone"), ("tempo_only",))
    ]
    # each pass takes as long as its months; forecasts take next to nothing
    span = max(months) - model.time.start + 1
    todo = [
        (s, g, k)
        for s, g, k in passes
        if any((m, o.views_id, s) not in done for m in k for o in months)
    ]
    total = span * len(todo) + len(pieces)
    work.report = None if report is None else lambda n: report(min(n, total), total)
    for seed, group, kept in todo:
        work.learn(seed, group[0] == "case", kept, months)
    for piece in pieces:
        if piece not in done:
            work.plain(piece)
    work.tell(total)

    found = assemble(done, names, months, asked, n_draws, numbers, taken_up, saved.remarks)
    return replace(found, particles=how.particles)


class _Work:
    """What is being worked on, and how far it is."""

    def __init__(
        self,
        model: Model,
        panel: Panel,
        steps: tuple[int, ...],
        n_draws: int,
        settings: OnlineSettings,
        threads: int | None,
        saved: Checkpoint,
        done: dict[Piece, pd.DataFrame],
    ) -> None:
        self.model, self.panel, self.steps, self.n_draws = model, panel, steps, n_draws
        self.settings, self.threads, self.saved, self.done = settings, threads, saved, done
        self.report: Callable[[int], None] | None = None
        self._filtered = 0.0

    def tell(self, n: int | None = None) -> None:
        if self.report is not None:
            self.report(round(self._filtered) + len(self.done) if n is None else n)

    def learn(
        self, seed: int, mechanisms: bool, names: Sequence[str], origins: tuple[Month, ...]
    ) -> None:
        """One pass over the data, and the forecasts from it."""
        if mechanisms:
            how = replace(self.settings, seed=seed)
            found = self._pass(as_known(self.model), how, origins, 1.0)
        else:
            # few parameters with wide priors: smoothing each month costs little, and without it
            # the first months leave few particles alive
            how = replace(self.settings, seed=seed, every=1, discount=0.99)
            models = tempo_models(self.model)
            units = self.panel.units.tolist()
            parts = [self._pass(models[u], how, origins, 1 / len(units)) for u in units]
            found = {
                o: replace(
                    parts[0][o],
                    array=np.concatenate([p[o].array for p in parts]),
                    units=self.panel.units,
                )
                for o in origins
            }
        for origin in origins:
            for name in names:
                draws = found[origin]
                if name == "case":
                    other = local_level(
                        self.panel, origin, self.steps, n_draws=self.n_draws, seed=seed
                    )
                    draws = with_doubt(draws, other)
                self._keep((name, origin.views_id, seed), replace(draws, model=name))

    def _pass(
        self, model: Model, how: OnlineSettings, origins: tuple[Month, ...], share: float
    ) -> dict[Month, Draws]:
        """Learn from a model's data; `share` is what its months count in the progress."""
        from rivalry.inference import PriorSpace, learn_online

        space = PriorSpace(model)
        before = self._filtered

        def progress(done: int, _total: int) -> None:
            self._filtered = before + done * share
            self.tell()

        learned = learn_online(space, how, origins, threads=self.threads, progress=progress)
        found = {}
        for origin in origins:
            cloud = learned.clouds[origin]
            found[origin] = forecast_case(
                model, space.swarm(cloud.scores), cloud.states, origin, self.steps,
                n_draws=self.n_draws, seed=how.seed, outputs=[], threads=self.threads,
            ).series  # fmt: skip
        return found

    def plain(self, piece: Piece) -> None:
        """Forecast by a model that needs no case."""
        model, origin, seed = piece
        found = forecaster(model)(self.panel, origin, self.steps, n_draws=self.n_draws, seed=seed)
        self._keep(piece, found)

    def _keep(self, piece: Piece, draws: Draws) -> None:
        if piece in self.done:
            return
        table = score(draws, self.panel, seed=piece[2])
        self.saved.keep(piece, table)
        self.done[piece] = table
        self.tell()


def _digest(model: Model, steps: tuple[int, ...], n_draws: int, settings: OnlineSettings) -> str:
    """Hash of all that shapes a piece but what its name says: model, origin, seed."""
    from rivalry.engine import RESULTS_VERSION
    from rivalry.inference import case_digest, data_digest

    parts = (
        _FORM, rivalry.__version__, RESULTS_VERSION, case_digest(model), data_digest(model), steps,
        n_draws, astuple(replace(settings, seed=0)), DOUBT,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()
