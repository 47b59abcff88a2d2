"""Schedules of what-ifs: the changes of several scenarios laid over each other."""

from __future__ import annotations

import numpy as np

from rivalry.engine._schedule import Schedule, build_schedule
from rivalry.foundation import Problems, RivalryError
from rivalry.model import Model
from rivalry.whatif._change import WhatIf


def joint_schedule(model: Model, what: WhatIf) -> Schedule:
    """Lay out what a what-if changes on the months of a model.

    Parameters
    ----------
    model : Model
    what : WhatIf

    Returns
    -------
    Schedule

    Raises
    ------
    RivalryError
        R1105 where two parts give a parameter different values in the same month, or one makes a
        shock happen that another leaves out or moves elsewhere; R0806 for what the compiled model
        cannot change.
    """
    base = build_schedule(model, None)
    if not what.parts:
        return base
    parameters, fire = base.parameters.copy(), base.fire.copy()
    moved_by: dict[tuple[str, int], str] = {}
    shocked_by: dict[str, tuple[str, str]] = {}
    problems = Problems()
    for part in what.parts:
        own = build_schedule(model, part.spec)
        for column, name in enumerate(model.schedulable):
            cells = _named(model, part.spec.set, name) or _named(model, part.spec.scale, name)
            if not cells:
                continue
            rows = np.flatnonzero((own.parameters[:, column] != base.parameters[:, column]).any(1))
            other = {moved_by[name, int(t)] for t in rows if (name, int(t)) in moved_by}
            clash = [
                t for t in rows
                if (name, int(t)) in moved_by
                and (own.parameters[t, column] != parameters[t, column]).any()
            ]  # fmt: skip
            if clash:
                problems.add(
                    "R1105",
                    f"{part.name} and {', '.join(sorted(other))} give {name} different values "
                    f"from {model.time.start + int(clash[0])} on",
                    "Leave one of them out, or let one end before the other begins.",
                )
            parameters[rows, column] = own.parameters[rows, column]
            moved_by |= {(name, int(t)): part.name for t in rows}
        shocks = {s: "left out" for s in part.spec.without}
        shocks |= {s: f"fired in {date}" for s, date in part.spec.fire.items()}
        for name, how in shocks.items():
            if name in part.spec.without and name in part.spec.fire:
                how = f"moved to {part.spec.fire[name]}"
            earlier = shocked_by.get(name)
            if earlier is not None and earlier[1] != how:
                problems.add(
                    "R1105",
                    f"{name} is {earlier[1]} by {earlier[0]} and {how} by {part.name}",
                    "Leave one of them out.",
                )
            shocked_by[name] = (part.name, how)
            column = [s.name for s in model.shocks].index(name)
            fire[:, column] = own.fire[:, column]
    if problems.errors:
        raise RivalryError(list(problems.errors), exit_code=2)
    return Schedule(parameters, fire)


def _named(model: Model, changes: dict[str, float], scalar: str) -> bool:
    return any(scalar in model.resolve(name) for name in changes)
