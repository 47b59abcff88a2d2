"""Errors of a run: which element broke, when, and in how many draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rivalry.engine.codegen._numbers import LEVELS, OBSERVATIONS, STOCKS
from rivalry.foundation import Problem, RivalryError
from rivalry.model import Model
from rivalry.model.ir import describe, refs


def run_fault(
    model: Model, errors: NDArray[np.float64], parameters: NDArray[np.float64]
) -> RivalryError:
    """Describe the first faulty draw.

    Parameters
    ----------
    errors : ndarray (n_draws, 3)
        Element number from 1 (levels from 100001), month, value.
    parameters : ndarray (n_draws, n_parameters)
    """
    bad = np.flatnonzero(errors[:, 0])
    first = int(bad[0])
    number, month, value = int(errors[first, 0]) - 1, int(errors[first, 1]), errors[first, 2]
    if number >= STOCKS:
        stock = model.stocks[number - STOCKS]
        return RivalryError(
            Problem(
                "R0803",
                f"the stock {stock.name} became {value:g} in {model.months[month]} (in {len(bad)} "
                f"of {len(errors)} draws); it starts at {describe(stock.initial)}",
                "Look at its start value and at the shocks that act on it: a division by zero, or "
                "the logarithm or root of a negative number.",
                where=model.elements[stock.name].origin,
            )
        )
    if number >= OBSERVATIONS:
        observation = model.observations[number - OBSERVATIONS]
        return RivalryError(
            Problem(
                "R0809",
                f"the distribution of {observation.name} breaks in {model.months[month]} "
                f"(in {len(bad)} of {len(errors)} draws): its arguments are "
                f"{', '.join(describe(a) for a in observation.args)}",
                "Look for a division by zero, a negative mean or size, or an infinite value; "
                "ratio(a, b) is 0 where b is 0.",
                where=f"observations.{observation.name}",
            )
        )
    if number >= LEVELS:
        level = model.levels[number - LEVELS]
        name, code, what = level.name, "R0803", f"the level {level.name} became {value:g}"
        expr = level.change
        remedy = "Give the level bounds, or mend its change."
    else:
        flow = model.flows[number]
        name, expr = flow.name, flow.expr
        if np.isnan(value):
            code, what = "R0802", f"the {flow.kind} of {flow.name} is not a number"
            remedy = "Look for a division by zero or the logarithm of a negative number."
        elif value < 0:
            code, what = "R0801", f"the {flow.kind} of {flow.name} is {value:g}, below 0"
            remedy = "Hold it at 0 with max(0, ...), or turn the flow around."
        else:
            code, what = "R0804", f"the {flow.kind} of {flow.name} is {value:g}: it explodes"
            remedy = "Bound it, or narrow the priors it rests on."
    index = model.parameter_index
    used = sorted(n for n in refs(expr) if n in index)[:4]
    given = ", ".join(f"{n} = {parameters[first, index[n]]:.4g}" for n in used)
    message = (
        f"{what} in {model.months[month]} (in {len(bad)} of {len(errors)} draws; "
        f"the first is draw {first}{', with ' + given if given else ''}); it is {describe(expr)}"
    )
    return RivalryError(Problem(code, message, remedy, where=model.elements[name].origin))
