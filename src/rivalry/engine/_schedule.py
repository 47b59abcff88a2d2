"""What a scenario changes, laid out on the months of the model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rivalry.foundation import Problem, RivalryError, nearest, parse_date
from rivalry.model import Model
from rivalry.model.spec import ScenarioSpec


@dataclass(frozen=True)
class Schedule:
    """Run-time tables of a scenario.

    `parameters` is (n_months, n_schedulable, 2): factor and offset, so that an unchanged
    parameter is p * 1 + 0, exactly p. `fire` is (n_months, n_shocks).
    """

    parameters: NDArray[np.float64]
    fire: NDArray[np.int64]


def build_schedule(model: Model, scenario: str | ScenarioSpec | None = None) -> Schedule:
    """Lay out the reference (None) or a scenario.

    Parameters
    ----------
    model : Model
    scenario : str, ScenarioSpec or None
        A name under the case's scenarios, or a specification.

    Raises
    ------
    RivalryError
        R0805 for an unknown scenario, R0806 for what the compiled model cannot change.
    """
    n = model.time.n_months
    parameters = np.zeros((n, max(len(model.schedulable), 1), 2))
    parameters[:, :, 0] = 1.0
    fire = np.zeros((n, max(len(model.shocks), 1)), dtype=np.int64)
    for i, shock in enumerate(model.shocks):
        fire[:, i] = shock.fire
    spec = _find(model, scenario)
    if spec is None:
        return Schedule(parameters, fire)
    _check(model, spec)
    first = 0 if spec.from_ is None else _month(model, spec.from_)
    last = n if spec.until is None else _month(model, spec.until)
    for which, changes in (("set", spec.set), ("scale", spec.scale)):
        for name, value in changes.items():
            for column in _columns(model, name):
                factor, offset = (0.0, value) if which == "set" else (value, 0.0)
                parameters[first:last, column] = (factor, offset)
    shocks = {s.name: i for i, s in enumerate(model.shocks)}
    for name in spec.without:
        fire[:, _shock(shocks, name)] = 0
    for name, date in spec.fire.items():
        i = _shock(shocks, name)
        month, fraction = parse_date(date)
        at = model.time.index(month)
        if model.shocks[i].lasting:
            # moved to another date, it lasts as long as the case says
            length = int(model.shocks[i].fire.sum()) or n
            fire[:, i] = 0
            fire[at : min(at + length, last), i] = 1
        else:
            fire[at, i] = model.time.substep(fraction) + 1
    return Schedule(parameters, fire)


def _check(model: Model, spec: ScenarioSpec) -> None:
    """Refuse what `build_model` refuses in a case, for scenarios made at run time (R0806)."""
    problems = []
    for name in set(spec.set) & set(spec.scale):
        problems.append(Problem("R0806", f"{name} is both set and scaled", "Keep one."))
    for name, value in (*spec.set.items(), *spec.scale.items()):
        if not math.isfinite(value):
            problems.append(Problem("R0806", f"{name} is given {value}", "Give a finite number."))
    for name, date in spec.fire.items():
        try:
            inside = 0 <= model.time.index(parse_date(date)[0]) < model.time.n_months
        except ValueError as error:
            problems.append(Problem("R0806", f"{name}: {error}", "Write YYYY-MM or YYYY-MM-DD."))
            continue
        if not inside:
            problems.append(
                Problem(
                    "R0806",
                    f"{name} is fired in {date}, outside the model's time "
                    f"({model.time.start} to {model.time.end})",
                    "Move the date.",
                )
            )
    if problems:
        raise RivalryError(problems, exit_code=2)


def _find(model: Model, scenario: str | ScenarioSpec | None) -> ScenarioSpec | None:
    if scenario is None or scenario == "reference":
        return None
    if isinstance(scenario, ScenarioSpec):
        return scenario
    spec: Mapping[str, ScenarioSpec] = model.scenarios
    if scenario not in spec:
        near = nearest(scenario, spec)
        raise RivalryError(
            Problem(
                "R0805",
                f"there is no scenario {scenario!r}",
                (f"Did you mean {near!r}? " if near else "")
                + f"Scenarios: {', '.join(spec) or 'none'}.",
            ),
            exit_code=2,
        )
    return spec[scenario]


def _month(model: Model, text: str) -> int:
    return min(max(model.time.index(parse_date(text)[0]), 0), model.time.n_months)


def _columns(model: Model, name: str) -> list[int]:
    wanted = model.resolve(name)
    columns = [i for i, n in enumerate(model.schedulable) if n in wanted]
    if not columns:
        near = nearest(name, model.schedulable)
        raise RivalryError(
            Problem(
                "R0806",
                f"{name!r} cannot be moved by a scenario",
                (f"Did you mean {near!r}? " if near else "")
                + "Declare a lever or scenario in the case that names this parameter.",
            ),
            exit_code=2,
        )
    return columns


def _shock(shocks: Mapping[str, int], name: str) -> int:
    if name not in shocks:
        near = nearest(name, shocks)
        raise RivalryError(
            Problem(
                "R0806",
                f"there is no shock {name!r}",
                (f"Did you mean {near!r}? " if near else "") + "See 'rivalry show'.",
            ),
            exit_code=2,
        )
    return shocks[name]
