"""The years ahead of a case that has yearly figures only, and how past years were forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from rivalry.engine import Start, simulate
from rivalry.forecast._baselines import _from_sample
from rivalry.forecast._case import TARGET, UNIT, _whole
from rivalry.forecast._draws import MAX_COUNT, Draws, check_steps, unit_generator
from rivalry.forecast._known import as_known, at_origin
from rivalry.forecast._scores import covered, crps
from rivalry.forecast._years_figures import YearFigures
from rivalry.foundation import Month
from rivalry.model import Model
from rivalry.model.ir import evaluate, refs

if TYPE_CHECKING:
    from rivalry.inference import OnlineSettings

Array = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

#: The baselines of the field on years: Poisson around the last figure, and the last five figures
#: as the sample of any year to come.
LAST_YEAR, LAST_YEARS = "last_year", "conflictology_5_years"
_WINDOW = 5
#: Years of figures before the first past forecast.
_LEAST = 2
#: A year's figures of all series come at once, after twelve months in which nothing is learnt: of
#: five narrow ranges one particle in some hundreds survives. A long record of a case with many
#: parameters has fewer particles: a pass takes about a minute for so many months and parameters.
PARTICLES, FEWER_PARTICLES = 300_000, 100_000
_WORK = 2000
#: What the case says, and the same before any error of reporting.
CASE, BEFORE_ERROR = "case", "case_before_error"
#: How past years were forecast, for people.
YEARS_POLICY = (
    "One pass over the record serves all past Decembers: particles carry states and parameters "
    "from the priors on and learn from each year's figures as the year ends (Liu and West), so "
    "that each forecast rests on the years up to its December alone. Inputs and statuses stay as "
    "they stood then, and no dated event after it happens. A year's figures count as known at its "
    "end, though they are published months later. The case's structure and priors were written "
    "with the whole record known."
)


@dataclass(frozen=True)
class YearsForecast:
    """Year totals ahead, what they are put beside, and past forecasts of the same kind.

    Attributes
    ----------
    draws : Draws
        As they would be reported. Steps are the months 12, 24, ... to each December; units are
        names of observations.
    before_error : Draws or None
        The quantity that the observations' distributions are read around, draw by draw; None
        where an observation reads what a run does not record.
    beside : dict of str to Draws
        By `LAST_YEAR` and `LAST_YEARS`.
    figures : YearFigures
    source : {"posterior", "online"}
        Where parameters and states come from.
    survivors : int
        Particles with offspring at the last December; at fewer than some hundred the forecast
        hangs on the seed.
    particles : int
        How many there were.
    record : DataFrame
        A row a series, past December and step: ``series``, ``origin`` and ``year`` (years),
        ``step`` (in years), ``observed``, ``middle_of_range`` (whether that is the middle of a
        range), ``low_90``, ``low_50``, ``median``, ``high_50``, ``high_90``, and ``crps``,
        ``inside_50`` and ``inside_90`` of the case, and of each baseline with its name after them.
        Empty where the figures are too few.
    """

    draws: Draws
    before_error: Draws | None
    beside: dict[str, Draws]
    figures: YearFigures
    source: Literal["posterior", "online"]
    survivors: int
    particles: int
    record: pd.DataFrame

    @property
    def origin(self) -> Month:
        """December of the last year with a figure."""
        return self.draws.origin

    @property
    def years(self) -> tuple[int, ...]:
        """The years forecast."""
        return tuple(m.year for m in self.draws.months)


def forecast_years(
    model: Model,
    figures: YearFigures,
    *,
    posterior: Path | None = None,
    years: int = 3,
    n_draws: int = 1000,
    seed: int = 1,
    settings: OnlineSettings | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> YearsForecast:
    """Forecast a case's yearly figures, and score the same forecast at past Decembers.

    Parameters
    ----------
    model : Model
    figures : YearFigures
        Of this case; see `year_figures`.
    posterior : Path, optional
        A posterior of this case, used for the years ahead if the states in it stand at the
        origin. Past forecasts always learn anew.
    years : int
        How many to forecast.
    n_draws, seed : int
    settings : OnlineSettings, optional
        How parameters learn; its seed is replaced by `seed`. Default: those of monthly data, with
        `FEWER_PARTICLES` to `PARTICLES`.
    threads : int, optional
        Results do not depend on it.
    progress : callable (done, total), optional
        Of months filtered.

    Returns
    -------
    YearsForecast

    Raises
    ------
    RivalryError
        R1015 for `years`, R0821 where no particle could have given the data, R0801..R0804 if a
        trajectory breaks, R0826 for a broken posterior file.
    """
    from rivalry.inference import OnlineSettings, PriorSpace, learn_online, load_origin

    steps = check_steps(range(1, years + 1))
    origin, known = figures.origin, as_known(model)
    past = [Month.of(y, 12) for y in figures.years[_LEAST - 1 : -1]]
    space = PriorSpace(known)
    months = origin - model.time.start + 1
    usual = OnlineSettings(particles=_particles(months, space.size))
    how = replace(settings or usual, seed=seed)
    learned = learn_online(space, how, [*past, origin], threads=threads, progress=progress)

    def ahead(at: Month) -> tuple[Draws, Draws | None]:
        cloud = learned.clouds[at]
        return _simulated(
            known, space.swarm(cloud.scores), cloud.states, at, figures.names, steps, n_draws,
            seed, threads,
        )  # fmt: skip

    record = [
        row
        for at in past
        for row in _scored(ahead(at)[0], _baselines(figures, at, steps, n_draws, seed), figures)
    ]
    kept = None if posterior is None else load_origin(model, posterior)
    if kept is not None and kept.origin == origin:
        found = _simulated(
            model, kept.parameters, kept.states, origin, figures.names, steps, n_draws, seed,
            threads,
        )  # fmt: skip
    else:
        kept, found = None, ahead(origin)
    return YearsForecast(
        *found,
        _baselines(figures, origin, steps, n_draws, seed),
        figures,
        "online" if kept is None else "posterior",
        int(learned.survivors[model.time.index(origin)]),
        how.particles,
        pd.DataFrame(record),
    )


def summarise_years(record: pd.DataFrame) -> dict[str, dict[str, float | int]]:
    """Return mean scores of past forecasts by series.

    Parameters
    ----------
    record : DataFrame
        As `YearsForecast.record`.

    Returns
    -------
    dict
        By series: ``forecasts``, ``past_years`` (different years that were forecast), and the
        means of each ``crps`` and ``inside`` column.
    """
    if record.empty:
        return {}
    means = [c for c in record.columns if c.startswith(("crps", "inside"))]
    return {
        str(name): {
            "forecasts": len(rows),
            "past_years": int(rows["year"].nunique()),
            **{c: float(rows[c].mean()) for c in means},
        }
        for name, rows in record.groupby("series", sort=False)
    }


def _particles(months: int, parameters: int) -> int:
    """Choose how many particles a pass has, so that it takes about a minute or two."""
    affordable = PARTICLES * _WORK // max(1, months * parameters)
    return min(PARTICLES, max(FEWER_PARTICLES, affordable))


def _simulated(
    model: Model,
    parameters: Array,
    states: Array,
    origin: Month,
    names: tuple[str, ...],
    steps: Sequence[int],
    n_draws: int,
    seed: int,
    threads: int | None,
) -> tuple[Draws, Draws | None]:
    """Simulate on from a December, and read each year at its own."""
    months = tuple(12 * s for s in steps)
    order = np.random.default_rng([seed, origin.ordinal]).permutation(len(parameters))
    rows = order[np.arange(n_draws) % len(order)]
    chosen = parameters[rows]
    # of a distribution of counts or a range the first argument is what it is read around
    middles = {o.name: o.args[0] for o in model.observations if o.name in names}
    wanted = sorted({n for e in middles.values() for n in refs(e)} - set(model.parameter_index))
    plain = set(wanted) <= set(model.recordable)
    # another stream at each origin, lest two origins share their luck
    key = int(np.random.SeedSequence([seed, origin.ordinal]).generate_state(1, np.uint64)[0] >> 1)
    ensemble = simulate(
        at_origin(model, origin, months[-1]), seed=key, outputs=wanted if plain else [],
        parameters=chosen, start=Start(origin, states[rows]), threads=threads,
    )  # fmt: skip
    at = np.array(months) - 1

    def as_draws(array: Array, name: str) -> Draws:
        return Draws(_whole(array), origin, months, np.array(names), UNIT, TARGET, name, seed)

    reported = as_draws(np.array([ensemble[f"y:{n}"].values[:, at].T for n in names]), CASE)
    if not plain:
        return reported, None
    values: dict[str, Array | float] = {n: ensemble[n].values[:, at] for n in wanted}
    values |= {n: chosen[:, i, None] for n, i in model.parameter_index.items()}
    lookups = {t.name: t for t in model.lookups}
    shape = (n_draws, len(months))
    before = np.array(
        [np.broadcast_to(evaluate(middles[n], values, lookups), shape).T for n in names]
    )
    if not np.isfinite(before).all():
        return reported, None
    return reported, as_draws(np.maximum(before, 0.0), BEFORE_ERROR)


def _baselines(
    figures: YearFigures, origin: Month, steps: Sequence[int], n_draws: int, seed: int
) -> dict[str, Draws]:
    """Forecast by the past figures alone; a series without any yet has draws of none."""
    array = {
        m: np.zeros((len(figures.names), len(steps), n_draws)) for m in (LAST_YEAR, LAST_YEARS)
    }
    for i, name in enumerate(figures.names):
        past = figures.history(i, origin.year)
        if len(past):
            rng = unit_generator(seed, LAST_YEAR, origin, name)
            array[LAST_YEAR][i] = rng.poisson(past[-1], size=array[LAST_YEAR][i].shape)
            rng = unit_generator(seed, LAST_YEARS, origin, name)
            array[LAST_YEARS][i] = _from_sample(past[-_WINDOW:])(rng, len(steps), n_draws)
    months = tuple(12 * s for s in steps)
    units = np.array(figures.names)
    return {
        m: Draws(
            np.minimum(a, MAX_COUNT).astype(np.int32), origin, months, units, UNIT, TARGET, m, seed
        )
        for m, a in array.items()
    }


def _scored(
    draws: Draws, beside: dict[str, Draws], figures: YearFigures
) -> list[dict[str, object]]:
    """Return a row for each series and year that has come true and had a past to be set beside."""
    rows: list[dict[str, object]] = []
    models = {"": draws, **{f"_{m}": d for m, d in beside.items()}}
    for i, name in enumerate(figures.names):
        if not len(figures.history(i, draws.origin.year)):
            continue
        for j, month in enumerate(draws.months):
            place = month.year - figures.years[0]
            if place >= len(figures.years) or not np.isfinite(figures.values[i, place]):
                continue
            came = float(figures.values[i, place])
            ends = np.quantile(draws.array[i, j], (0.05, 0.25, 0.5, 0.75, 0.95))
            row: dict[str, object] = {
                "series": name, "origin": draws.origin.year, "step": j + 1, "year": month.year,
                "observed": came, "middle_of_range": bool(figures.middle[i, place]),
                **dict(
                    zip(("low_90", "low_50", "median", "high_50", "high_90"), map(float, ends),
                        strict=True)
                ),
            }  # fmt: skip
            for tail, model in models.items():
                sample = model.array[i, j]
                row[f"crps{tail}"] = float(crps(sample, came))
                for level in (50, 90):
                    row[f"inside_{level}{tail}"] = bool(covered(sample, came, level=level / 100))
            rows.append(row)
    return rows
