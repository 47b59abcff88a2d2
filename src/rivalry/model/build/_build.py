"""Specification to typed model, with every problem found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from rivalry.foundation import Month
from rivalry.model._priors import truncated_mass
from rivalry.model.build._arguments import ArgumentCheck
from rivalry.model.build._calendar import Calendar
from rivalry.model.build._check import UnitPass
from rivalry.model.build._context import Context, Locate, Path, scalar_name
from rivalry.model.build._declare import (
    check_actors,
    declare_dimensions,
    declare_names,
    declare_time,
)
from rivalry.model.build._dynamics import Dynamics, Keys
from rivalry.model.build._events import Events
from rivalry.model.build._observe import Place, Sums, Value, build_observations
from rivalry.model.build._priors import read_prior
from rivalry.model.build._questions import check_questions, check_use
from rivalry.model.build._resolve import Resolver
from rivalry.model.ir import Input, LookupTable, Model, Parameter
from rivalry.model.spec import ModelSpec


@dataclass(frozen=True)
class ModelData:
    """Series that a case read from files: by input and observation name, by month.

    An observed range is a (low, high) pair with NaN for an open end. `places` tells in which file
    and on which line the datum of an observation's month stands, for messages.
    """

    inputs: Mapping[str, Mapping[Month, float]] = field(default_factory=dict)
    observations: Mapping[str, Mapping[Month, Value]] = field(default_factory=dict)
    places: Mapping[str, Mapping[Month, Place]] = field(default_factory=dict)


def build_model(
    spec: ModelSpec, data: ModelData | None = None, locate: Locate | None = None
) -> Model:
    """Check a specification and build its typed model.

    Parameters
    ----------
    spec : ModelSpec
        From YAML or from Python objects; both give the same model.
    data : ModelData, optional
        Series for inputs and observations. Observations without data are simulated only.
    locate : callable, optional
        Path of a value in the case -> (file, line), for messages.

    Returns
    -------
    Model

    Raises
    ------
    RivalryError
        With every problem found, each coded and placed.
    """
    data = data or ModelData()
    context = Context(spec, locate or (lambda _: (None, None)))
    declare_time(context)
    declare_dimensions(context)
    keys = declare_names(context)
    check_actors(context)
    _check_data(context, data)
    parameters = _parameters(context, keys)
    inputs = _inputs(context, keys, data)
    lookups = _lookups(context)
    calendar = Calendar(context)
    for name, actor in spec.actors.items():
        calendar.add_actor(name, actor, ("actors", name))
    for name, dyad in spec.dyads.items():
        calendar.add_dyad(name, dyad, ("dyads", name))
    resolver = Resolver(context, calendar)
    dynamics = Dynamics(context, resolver, keys)
    stocks = dynamics.stocks()
    levels = dynamics.levels()
    noise = dynamics.noise()
    auxiliaries = dynamics.auxiliaries()
    flows = dynamics.flows()
    events = Events(context, resolver, calendar, dynamics)
    shocks = events.shocks()
    accumulators = events.accumulators(keys)
    arguments = ArgumentCheck(context, [*parameters, *dynamics.parameters], lookups)
    observations = build_observations(
        context, resolver, data.observations, data.places, arguments,
        Sums(accumulators, auxiliaries),
    )  # fmt: skip
    if not spec.stocks and not spec.levels:
        context.problem(
            "R0515", "the model has no stocks and no levels", "Declare what changes.", ()
        )
    scheduled = check_questions(context)
    held = [a.target for s in shocks for a in s.actions if s.lasting and a.target]
    scheduled = tuple(dict.fromkeys([*scheduled, *held]))
    if not context.problems.errors:
        UnitPass(context).run(
            stocks, levels, noise, auxiliaries, flows, accumulators, shocks, observations
        )
        check_use(context, resolver, scheduled, flows)
    context.problems.raise_if_errors()
    return Model(
        spec=spec,
        time=context.time,
        parameters=tuple([*parameters, *dynamics.parameters]),
        stocks=tuple(stocks),
        levels=tuple(levels),
        noise=tuple(noise),
        auxiliaries=tuple(auxiliaries),
        flows=tuple(flows),
        accumulators=tuple(accumulators),
        inputs=tuple([*inputs, *calendar.inputs]),
        lookups=tuple(lookups),
        shocks=tuple(shocks),
        observations=tuple(observations),
        actors=tuple(calendar.actors.values()),
        dyads=tuple(calendar.dyads.values()),
        schedulable=scheduled,
        elements=context.elements,
        groups=context.groups,
        warnings=tuple(context.problems.warnings),
    )


def _check_data(context: Context, data: ModelData) -> None:
    for section, given in (("inputs", data.inputs), ("observations", data.observations)):
        known = list(getattr(context.spec, section))
        for name in given:
            if name not in known:
                context.problem(
                    "R0303",
                    f"there are data for {name!r}, which is not declared",
                    context.suggest(name, known) + f"Declare it under {section}.",
                    (section,),
                )


def _parameters(context: Context, keys: Keys) -> list[Parameter]:
    found = []
    for key, spec in context.spec.parameters.items():
        if f"parameters.{key}" not in keys:
            continue
        name, dims = keys[f"parameters.{key}"]
        path: Path = ("parameters", key)
        if (spec.value is None) == (spec.prior is None):
            context.problem("R0516", f"{name} needs either a value or a prior", "Keep one.", path)
            continue
        low, high = spec.bounds
        bounds = (
            -np.inf if low is None else float(low),
            np.inf if high is None else float(high),
        )
        if not bounds[0] < bounds[1]:
            context.problem(
                "R0516",
                f"the bounds of {name} are empty",
                "Write bounds: [lowest, highest].",
                (*path, "bounds"),
            )
            continue
        if spec.value is not None:
            for index, value, at in context.expand(spec.value, dims, (*path, "value")):
                if not np.isfinite(float(value)):
                    context.problem("R0516", f"{name} is {value}", "Give a finite number.", at)
                elif not bounds[0] <= float(value) <= bounds[1]:
                    context.problem(
                        "R0507",
                        f"{name} is {float(value):g}, outside its bounds",
                        f"Give a number from {bounds[0]:g} to {bounds[1]:g}.",
                        at,
                    )
                found.append(Parameter(scalar_name(name, index), float(value), None, bounds))
            continue
        assert spec.prior is not None
        for index, text, at in context.expand(spec.prior, dims, (*path, "prior")):
            prior = read_prior(str(text), context, at)
            if prior is None:
                continue
            parameter = Parameter(scalar_name(name, index), None, prior, bounds)
            if not truncated_mass(parameter) > 0:
                context.problem(
                    "R0516",
                    f"the prior of {name} has no weight within its bounds",
                    "Widen the bounds, or move the prior.",
                    (*path, "bounds"),
                )
            found.append(parameter)
    return found


def _inputs(context: Context, keys: Keys, data: ModelData) -> list[Input]:
    found = []
    n = context.time.n_months
    for key, spec in context.spec.inputs.items():
        if f"inputs.{key}" not in keys:
            continue
        path: Path = ("inputs", key)
        series: dict[int, float] = {}
        if spec.values is not None and spec.file is not None:
            context.problem(
                "R0517", f"input {key} has both values and a file", "Keep one of them.", path
            )
        if spec.values is not None:
            for text, value in spec.values.items():
                position = context.position(text, (*path, "values", text))
                if position is None:
                    continue
                if position[0] in series:
                    context.problem(
                        "R0517",
                        f"input {key} has two values for the month of {text}",
                        "Keep one: inputs are monthly.",
                        (*path, "values", text),
                    )
                series[position[0]] = float(value)
        else:
            series = {context.time.index(m): v for m, v in data.inputs.get(key, {}).items()}
        if not series:
            context.problem(
                "R0517", f"input {key} has no values",
                "Give file and column, or values by month.", path,
            )  # fmt: skip
            continue
        at = np.array(sorted(series), dtype=float)
        with np.errstate(over="ignore", invalid="ignore"):  # reported below
            y = np.array([series[int(i)] for i in at]) * spec.scale
        if not np.isfinite(y).all():
            context.problem(
                "R0517", f"input {key} holds a value that is not finite", "Mend the number.", path
            )
            continue
        grid = np.arange(n)
        if spec.between == "linear":
            values = np.interp(grid, at, y)
        elif spec.between == "zero":
            values = np.array([series.get(i, 0.0) for i in range(n)]) * spec.scale
        else:
            # months before the first row take its value: an input cannot be missing
            values = y[np.clip(np.searchsorted(at, grid, side="right") - 1, 0, None)]
        knots = tuple(int(i) for i in at if i < n) if spec.between == "linear" else None
        found.append(Input(key, np.ascontiguousarray(values, dtype=float), False, knots))
    return found


def _lookups(context: Context) -> list[LookupTable]:
    found = []
    for key, spec in context.spec.lookups.items():
        x = [p[0] for p in spec.points]
        y = [p[1] for p in spec.points]
        if not np.isfinite([*x, *y]).all():
            context.problem(
                "R0518",
                f"lookup {key} holds a point that is not finite",
                "Give finite numbers; outside its points a lookup is flat anyway.",
                ("lookups", key),
            )
        elif len(x) < 2 or any(b <= a for a, b in pairwise(x)):
            context.problem(
                "R0518",
                f"lookup {key} needs at least two points with rising x",
                "Sort the points by x and drop repeated ones.",
                ("lookups", key),
            )
        found.append(LookupTable(key, tuple(x), tuple(y)))
    return found
