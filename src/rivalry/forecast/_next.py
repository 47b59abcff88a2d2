"""The forecast of a case: from its posterior where that reaches the origin, else learnt anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rivalry.forecast._auto import local_level
from rivalry.forecast._case import CaseForecast, case_panel, check_origin, forecast_case
from rivalry.forecast._doubt import DOUBT, with_doubt
from rivalry.forecast._draws import Draws
from rivalry.forecast._known import as_known
from rivalry.forecast._panel import Panel
from rivalry.foundation import Month
from rivalry.model import Model

if TYPE_CHECKING:
    from rivalry.inference import OnlineSettings

Progress = Callable[[int, int], None]
#: Particles that learn a case's parameters where none are asked for: for the forecast, for the
#: record that a run makes, and for `rivalry evaluate`, so that their scores can be compared.
CASE_PARTICLES = 50_000


@dataclass(frozen=True)
class NextForecast:
    """A case's forecast, and what it is put beside.

    Attributes
    ----------
    series : Draws
        Monthly counts, with room for doubt; see `with_doubt`.
    alone : CaseForecast
        What the case itself says, with dyads and states.
    panel : Panel
        The case's counts up to the origin.
    source : {"posterior", "online"}
        Where parameters and states come from: the case's fitted posterior, or learning from the
        priors up to the origin.
    doubt : float
        Share of futures that come from `local_level`.
    """

    series: Draws
    alone: CaseForecast
    panel: Panel
    source: Literal["posterior", "online"]
    doubt: float = DOUBT

    @property
    def origin(self) -> Month:
        """The last month of data that the forecast saw."""
        return self.series.origin


def forecast_next(
    model: Model,
    *,
    posterior: Path | None = None,
    origin: Month | None = None,
    steps: Sequence[int] = range(1, 13),
    n_draws: int = 1000,
    seed: int = 1,
    outputs: Sequence[str] | None = None,
    settings: OnlineSettings | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    source: str = "",
) -> NextForecast:
    """Forecast a case's monthly counts after an origin.

    Parameters
    ----------
    model : Model
    posterior : Path, optional
        A posterior of this case. Used if the states in it stand at the origin.
    origin : Month, optional
        Default: the last month with monthly counts.
    steps : sequence of int
    n_draws, seed : int
    outputs : sequence of str, optional
        What to record of the case's states; see `forecast_case`.
    settings : OnlineSettings, optional
        How parameters learn where there is no posterior for the origin; by default
        `CASE_PARTICLES` particles.
    threads : int, optional
        Results do not depend on it.
    progress : callable (done, total), optional
        Of months filtered.
    source : str
        Name of the data, for the panel.

    Returns
    -------
    NextForecast

    Raises
    ------
    RivalryError
        R1060, R1061, R1013 to R1015 for case, origin and steps, R0821 where no particle could
        have given the data, R0826 for a broken posterior file.
    """
    from rivalry.inference import (
        OnlineSettings,
        PriorSpace,
        default_origin,
        learn_online,
        load_origin,
    )

    panel = case_panel(model, source)
    at = default_origin(model) if origin is None else origin
    check_origin(model, at)
    panel.until(at)  # an origin before the first count is refused before minutes of work
    kept = None if posterior is None else load_origin(model, posterior)
    if kept is not None and kept.origin == at:
        fitted, parameters, states = model, kept.parameters, kept.states
    else:
        kept = None
        fitted = as_known(model)
        space = PriorSpace(fitted)
        how = replace(settings or OnlineSettings(particles=CASE_PARTICLES), seed=seed)
        cloud = learn_online(space, how, [at], threads=threads, progress=progress).clouds[at]
        parameters, states = space.swarm(cloud.scores), cloud.states
    alone = forecast_case(
        fitted, parameters, states, at, steps,
        n_draws=n_draws, seed=seed, outputs=outputs, threads=threads,
    )  # fmt: skip
    seen = panel.until(at)
    other = local_level(seen, at, steps, n_draws=n_draws, seed=seed)
    series = with_doubt(alone.series, other)
    return NextForecast(series, alone, seen, "online" if kept is None else "posterior")
