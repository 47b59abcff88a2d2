"""What-ifs prepared once and run for many parameter vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rivalry.engine import Schedule, Start
from rivalry.engine.codegen import state_names
from rivalry.forecast import at_origin
from rivalry.foundation import Month
from rivalry.model import Model
from rivalry.whatif._change import REFERENCE, WhatIf, first_month, outside_time
from rivalry.whatif._ensemble import Array
from rivalry.whatif._outputs import DATA
from rivalry.whatif._sensitivity_batch import Keys, World
from rivalry.whatif._tables import joint_schedule


@dataclass(frozen=True)
class Wanted:
    """One what-if over one horizon, with the outputs that are read.

    Attributes
    ----------
    what : WhatIf
    first : Month
        First month read.
    months : int
    names : tuple of str
        Elements, and ``y:`` data.
    """

    what: WhatIf
    first: Month
    months: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class _Run:
    schedule: Schedule
    branch: int
    names: tuple[str, ...]
    series: tuple[str, ...]
    span: tuple[int, int]


class Plan:
    """Runs of several what-ifs beside one reference, free from the model's start.

    The time before a what-if begins is simulated once, in the reference.

    Parameters
    ----------
    model : Model
    wanted : sequence of Wanted
        A what-if without changes is the reference itself.

    Raises
    ------
    RivalryError
        R1103 for what begins before the model does, R0805, R0806, R1105 for what makes no sense.
    """

    def __init__(self, model: Model, wanted: Sequence[Wanted]) -> None:
        more = max((w.first + (w.months - 1) - model.time.end for w in wanted), default=0)
        world = at_origin(model, model.time.end, more) if more > 0 else model
        self.world, self.wanted = World.of(world), tuple(wanted)
        self._nothing = joint_schedule(world, REFERENCE)
        self._runs = [self._prepare(w) for w in wanted]
        self._states = state_names(world)
        logged = {p.name for p in world.noise if p.kind == "ar1" and getattr(p, "log", False)}
        self._logged = [i for i, name in enumerate(self._states) if name in logged]

    def _prepare(self, wanted: Wanted) -> _Run:
        model = self.world.model
        if wanted.first < model.time.start:
            raise outside_time(wanted.what, wanted.first, model)
        schedule = joint_schedule(model, wanted.what)
        differs = (schedule.parameters != self._nothing.parameters).any(axis=(1, 2))
        differs |= (schedule.fire != self._nothing.fire).any(axis=1)
        first = model.time.index(wanted.first)
        branch = int(differs.argmax()) if differs.any() else first
        names = tuple(n for n in wanted.names if not n.startswith(DATA))
        series = tuple(n.removeprefix(DATA) for n in wanted.names if n.startswith(DATA))
        return _Run(schedule, min(branch, first), names, series, (first, first + wanted.months))

    def run(
        self, parameters: Array, keys: Keys, seed: int, chosen: Sequence[int] | None = None
    ) -> dict[int, tuple[Array, Array]]:
        """Run the reference and what-ifs in this thread.

        Parameters
        ----------
        parameters : ndarray (n, n_parameters)
        keys : ndarray (n,)
        seed : int
        chosen : sequence of int, optional
            Numbers of the what-ifs to run; default: all.

        Returns
        -------
        dict of int to (reference, scenario)
            Each (n, months, outputs), in the order of the names wanted.
        """
        numbers = range(len(self._runs)) if chosen is None else chosen
        runs = {i: self._runs[i] for i in numbers}
        if not runs:
            return {}
        real = {i for i in runs if self.wanted[i].what.parts}
        branches = sorted({runs[i].branch for i in real} - {0})
        names = list(dict.fromkeys(n for r in runs.values() for n in r.names))
        series = list(dict.fromkeys(s for r in runs.values() for s in r.series))
        columns = [*names, *series]
        stop = max(r.span[1] for r in runs.values())
        recorded = [*names, *(self._states if branches else ())]
        base, sound = self.world.run(
            parameters, keys, seed, self._nothing, recorded, series, (0, stop)
        )
        k = len(names)
        states = slice(k, k + len(self._states))
        starts = {b: self._start(base[sound, b - 1, states], b) for b in branches}
        kept = np.r_[0:k, len(recorded) : len(recorded) + len(series)]
        found = {}
        for i, run in runs.items():
            order = [columns.index(n) for n in (*run.names, *run.series)]
            before = base[:, run.span[0] : run.span[1], kept[order]]
            after = before
            if i in real:
                after = np.full_like(before, np.nan)
                after[sound] = self.world.run(
                    parameters[sound], keys[sound], seed, run.schedule, run.names, run.series,
                    run.span, starts.get(run.branch),
                )[0]  # fmt: skip
            back = [
                (*run.names, *run.series).index(n.removeprefix(DATA)) for n in self.wanted[i].names
            ]
            found[i] = (before[:, :, back], after[:, :, back])
        return found

    def _start(self, states: Array, branch: int) -> Start:
        copied = states.copy()
        # a trajectory keeps noise on a log scale as the factor it stands for
        copied[:, self._logged] = np.log(copied[:, self._logged])
        return Start(self.world.model.time.start + (branch - 1), copied)


def wanted_of(model: Model, what: WhatIf, months: int, names: Sequence[str]) -> Wanted:
    """Read a what-if from its first change on."""
    return Wanted(what, first_month(model, what), months, tuple(names))
