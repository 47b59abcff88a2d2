"""Contrasts: a what-if minus the reference, on the same draws and the same random numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from rivalry.engine import Start
from rivalry.forecast import at_origin
from rivalry.foundation import Month, Problem, RivalryError
from rivalry.model import Model
from rivalry.whatif._change import (
    REFERENCE,
    WhatIf,
    first_month,
    named_scenario,
    outside_time,
)
from rivalry.whatif._ensemble import Array, Runner, states_at
from rivalry.whatif._outputs import DATA, Over, comparable, resolve_names
from rivalry.whatif._tables import joint_schedule
from rivalry.whatif._window import late_months, refuse_late

#: A trajectory this many times larger than any of the reference has run away.
RUNAWAY = 1000.0


@dataclass(frozen=True)
class Contrast:
    """One what-if against the reference.

    Attributes
    ----------
    what : WhatIf
    first : Month
        Month of the first change.
    names : tuple of str
        Outputs: elements, and ``y:`` data series.
    reference, scenario : ndarray (n_draws, months, outputs)
    from_states : Month or None
        Month after whose states both go on; None for runs from the model's start.
    """

    what: WhatIf
    first: Month
    names: tuple[str, ...]
    reference: Array
    scenario: Array
    from_states: Month | None

    @property
    def months(self) -> list[Month]:
        """Months compared."""
        return [self.first + i for i in range(self.reference.shape[1])]

    def monthly(self, name: str) -> Array:
        """Differences by month (n_draws, months)."""
        j = self.names.index(name)
        return self.scenario[:, :, j] - self.reference[:, :, j]

    def total(self, name: str, how: Over, months: int | None = None) -> Array:
        """Difference of the sum, mean or last value over the horizon (n_draws,).

        Parameters
        ----------
        name : str
        how : {"sum", "mean", "last"}
        months : int, optional
            Only so many from the first.
        """
        return self._over(self.monthly(name), how, months)

    def reference_total(self, name: str, how: Over, months: int | None = None) -> Array:
        """Sum, mean or last value of the reference (n_draws,)."""
        return self._over(self.reference[:, :, self.names.index(name)], how, months)

    def _over(self, values: Array, how: Over, months: int | None) -> Array:
        kept = values[:, :months]
        if how == "last":
            return np.asarray(kept[:, -1])
        return np.asarray(kept.sum(axis=1) if how == "sum" else kept.mean(axis=1))


@dataclass(frozen=True)
class Contrasts:
    """Several what-ifs against the reference, on the same parameter draws.

    Attributes
    ----------
    model : Model
    items : tuple of Contrast
    parameters : ndarray (n_draws, n_parameters)
    warnings : tuple of Problem
    """

    model: Model
    items: tuple[Contrast, ...]
    parameters: Array
    warnings: tuple[Problem, ...] = field(default=())

    def __iter__(self) -> Iterator[Contrast]:
        return iter(self.items)

    def __getitem__(self, name: str) -> Contrast:
        return next(c for c in self.items if c.what.name == name)

    def dataset(self, name: str) -> xr.Dataset:
        """Return the draws of one what-if with labels.

        Returns
        -------
        xarray.Dataset
            ``reference``, ``scenario`` and ``difference`` over (draw, month, output).
        """
        found = self[name]
        dims = ("draw", "month", "output")
        coords = {
            "draw": np.arange(len(found.reference)),
            "month": pd.DatetimeIndex([m.first_day for m in found.months]),
            "output": list(found.names),
        }
        data = {
            "reference": (dims, found.reference),
            "scenario": (dims, found.scenario),
            "difference": (dims, found.scenario - found.reference),
        }
        attrs = {"title": found.what.label, "scenario": found.what.name}
        return xr.Dataset(data, coords=coords, attrs=attrs)


def contrast(
    model: Model,
    scenarios: Sequence[str | WhatIf],
    parameters: NDArray[np.float64],
    *,
    horizon: int = 24,
    outputs: Sequence[str] | None = None,
    start: Start | None = None,
    seed: int = 1,
    threads: int | None = None,
) -> Contrasts:
    """Compare what-ifs with the reference.

    Parameters
    ----------
    model : Model
    scenarios : sequence of str or WhatIf
        Names of the case, joined by ``+``, or what `made_up` returns.
    parameters : ndarray (n_draws, n_parameters)
        Such as `rivalry.inference.posterior_parameters` draws.
    horizon : int
        Months compared, from the first change on.
    outputs : sequence of str, optional
        Default: everything that is simulated, and monthly data.
    start : Start, optional
        States at the end of a month, row by row with `parameters`. What-ifs that begin after it
        go on from there, in a world that stands still from then on (see
        `rivalry.forecast.at_origin`). All others run from the model's start, and are free: data
        that came in on the way do not steer them.
    seed : int
    threads : int, optional
        Results do not depend on it.

    Returns
    -------
    Contrasts

    Raises
    ------
    RivalryError
        R0805, R0806, R1103, R1105, R1108, R1112 for what-ifs that make no sense;
        R0801..R0804 where a trajectory breaks.

    Notes
    -----
    Common random numbers: each element of each draw has a stream of its own, keyed by its name
    and the time, so that a change in one flow leaves the numbers of all others as they were.
    A what-if that changes nothing gives differences of exactly 0.
    """
    if horizon < 1:
        raise RivalryError(
            Problem("R1103", f"a horizon of {horizon} months", "Ask for at least 1."), exit_code=2
        )
    whats = [named_scenario(model, s) if isinstance(s, str) else s for s in scenarios]
    asked = list(comparable(model)) if outputs is None else resolve_names(model, outputs)
    names = [n for n in asked if not n.startswith(DATA)]
    series = [n.removeprefix(DATA) for n in asked if n.startswith(DATA)]
    ordered = (*names, *(f"{DATA}{s}" for s in series))
    for what in whats:
        _inside_horizon(what, first_month(model, what), horizon, model)
    values = np.ascontiguousarray(parameters, dtype=np.float64)
    worlds = _worlds(model, whats, horizon, start)
    runners = {ahead: Runner(w, values, seed, threads) for ahead, w in worlds.model.items()}
    nothing = {ahead: joint_schedule(w, REFERENCE) for ahead, w in worlds.model.items()}
    starts: dict[Month, Start] = {}
    if False in runners:
        before = sorted({b + -1 for b, ahead in worlds.places if not ahead})
        wanted = [m for m in before if m >= model.time.start]
        starts = states_at(runners[False], nothing[False], wanted)
    references: dict[tuple[bool, Month, Month], Array] = {}
    items, warnings = [], []
    for what, (branch, ahead) in zip(whats, worlds.places, strict=True):
        first = first_month(model, what)
        begin = start if ahead else starts.get(branch + -1)
        span = (names, series, first, first + (horizon - 1), begin)
        key = (ahead, branch, first)
        if key not in references:
            references[key] = runners[ahead].run(nothing[ahead], *span)
        try:
            found = runners[ahead].run(joint_schedule(worlds.model[ahead], what), *span)
        except RivalryError as error:
            raise _named(error, what) from None
        since = start.after if ahead and start is not None else None
        items.append(Contrast(what, first, ordered, references[key], found, since))
        warnings += runaways(items[-1])
        warnings += late_months(model, what.name, items[-1].months[-1])
    return Contrasts(model, tuple(items), values, tuple(warnings))


@dataclass(frozen=True)
class _Worlds:
    """Where runs take place.

    Attributes
    ----------
    model : dict of bool to Model
        Of what-ifs that go on from given states (True), and of all others.
    places : tuple of (Month, bool)
        Of each what-if: the month in which it branches off, and whether it goes on from states.
    """

    model: dict[bool, Model]
    places: tuple[tuple[Month, bool], ...]


def _worlds(model: Model, whats: Sequence[WhatIf], horizon: int, start: Start | None) -> _Worlds:
    """Find where each what-if branches off, and the worlds long enough for all of them."""
    lasts = [first_month(model, w) + (horizon - 1) for w in whats]
    more = max((last - model.time.end for last in lasts), default=0)
    # past its end the case has no calendar of its own
    free = at_origin(model, model.time.end, more) if more > 0 else model
    nothing = joint_schedule(free, REFERENCE)
    places = []
    for what in whats:
        first = first_month(model, what)
        if first < model.time.start:
            raise outside_time(what, first, model)
        refuse_late(model, what.name, first)
        own = joint_schedule(free, what)
        differs = (own.parameters != nothing.parameters).any(axis=(1, 2))
        differs |= (own.fire != nothing.fire).any(axis=1)
        # a shock left out may be dated before the month from which a what-if is counted
        branch = min(first, model.time.start + int(differs.argmax())) if differs.any() else first
        places.append((branch, start is not None and branch > start.after))
    worlds = {False: free} if not all(ahead for _, ahead in places) else {}
    if start is not None and any(ahead for _, ahead in places):
        last = max(x for x, (_, ahead) in zip(lasts, places, strict=True) if ahead)
        worlds[True] = at_origin(model, start.after, last - start.after)
    return _Worlds(worlds, tuple(places))


def runaways(found: Contrast) -> list[Problem]:
    """Warn of outputs that leave all bounds of the reference, or that have no finite value."""
    problems = []
    for j, name in enumerate(found.names):
        values = found.scenario[:, :, j]
        bad = ~np.isfinite(values).all(axis=1)
        if bad.any() and np.isfinite(found.reference[:, :, j]).all():
            problems.append(_runaway(found, name, int(bad.sum()), "has no finite value"))
            continue
        most = max(float(np.nanmax(np.abs(found.reference[:, :, j]), initial=0.0)), 1.0)
        far = (np.abs(values) > RUNAWAY * most).any(axis=1)
        if far.any():
            problems.append(
                _runaway(found, name, int(far.sum()), f"grows beyond {RUNAWAY:g} times {most:.3g}")
            )
    return problems


def _runaway(found: Contrast, name: str, draws: int, what: str) -> Problem:
    return Problem(
        "R1109",
        f"{found.what.name}: {name} {what} in {draws} of {len(found.scenario)} draws",
        "The model is asked for more than it was made for: choose a smaller change, or bound it.",
        severity="warning",
    )


def _inside_horizon(what: WhatIf, first: Month, horizon: int, model: Model) -> None:
    for part in what.parts:
        begin = first_month(model, WhatIf(part.name, "", (part,)))
        if begin - first >= horizon:
            raise RivalryError(
                Problem(
                    "R1108",
                    f"{part.name} begins in {begin}, {begin - first} months after the first "
                    f"change, and {horizon} months are compared",
                    f"Ask for a horizon of more than {begin - first} months, or leave it out.",
                ),
                exit_code=2,
            )


def _named(error: RivalryError, what: WhatIf) -> RivalryError:
    return RivalryError(
        [replace(p, message=f"under {what.name}: {p.message}") for p in error.problems],
        error.exit_code,
    )
