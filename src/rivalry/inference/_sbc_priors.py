"""Priors given beside a case, in the place of its own priors or values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rivalry.foundation import Problem, RivalryError, nearest
from rivalry.model import Model, ModelSpec, build_model
from rivalry.model._priors import truncated_mass
from rivalry.model.ir import Parameter


def with_priors(model: Model, priors: Mapping[str, Any], file: str | None = None) -> Model:
    """Give parameters of a model other priors.

    Parameters
    ----------
    model : Model
    priors : mapping
        Names of scalar parameters (``aim``, ``aim[red]``) to priors as a case writes them
        (``lognormal(log(0.02), 0.4)``). A parameter that had a value gets a prior.
    file : str, optional
        Where the mapping stands, for messages.

    Raises
    ------
    RivalryError
        R0840 for a name that is no parameter or a prior without weight in its bounds, R03xx for
        one that cannot be read; all of them at once.
    """
    given: dict[str, Parameter] = {}
    problems: list[Problem] = []
    for name, text in priors.items():
        at = model.parameter_index.get(name)
        if at is None:
            near = nearest(name, model.parameter_index)
            hint = (f"Did you mean {near!r}? " if near else "") + "See 'rivalry show'."
            problems.append(Problem("R0840", f"{name!r} is not a parameter", hint, file))
            continue
        try:
            own = model.parameters[at]
            parameter = replace(own, value=None, prior=_read(text).prior)
        except RivalryError as error:
            problems += [replace(p, file=file, line=None, where=name) for p in error.problems]
            continue
        if not truncated_mass(parameter) > 0.0:
            low, high = parameter.bounds
            problems.append(
                Problem(
                    "R0840",
                    f"the prior of {name} has no weight within its bounds ({low:g} to {high:g})",
                    "Move the prior.",
                    file,
                )
            )
        given[name] = parameter
    if problems:
        raise RivalryError(problems, exit_code=2)
    return replace(model, parameters=tuple(given.get(p.name, p) for p in model.parameters))


def _read(text: Any) -> Parameter:
    """Read one prior as the smallest case that holds it would."""
    spec = {
        "rivalry": 1,
        "title": "Prior",
        "time": {"start": "2000-01", "end": "2000-01"},
        "stocks": {"people": {"initial": 1}},
        "parameters": {"prior": {"prior": str(text)}},
    }
    return build_model(ModelSpec.from_data(spec)).parameters[0]
