"""What a comparison looks at: names, and whether a month counts as part of a sum or of a mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rivalry.engine._simulate import resolve_outputs
from rivalry.foundation import Problem, RivalryError, nearest
from rivalry.model import Model
from rivalry.model.ir import refs

Over = Literal["sum", "mean", "last"]
#: What the label of a month's value says of the month.
_MONTHLY = re.compile(r",? (a|per|each|every) month\b")
#: Prefix of a simulated data series.
DATA = "y:"


def comparable(model: Model) -> tuple[str, ...]:
    """Everything that a what-if could move: all that is simulated, and monthly data."""
    series = [f"{DATA}{o.name}" for o in model.observations if o.every == "month"]
    return (*model.recordable, *series)


def resolve_names(model: Model, names: Sequence[str]) -> list[str]:
    """Return scalar names and data series, in the order asked for.

    Parameters
    ----------
    model : Model
    names : sequence of str
        Elements, base names of arrays, ``y:deaths``, or the bare name of an observation: its
        monthly data, or what it measures.

    Raises
    ------
    RivalryError
        R0807 for unknown ones.
    """
    observations = {o.name: o for o in model.observations}
    known = set(model.recordable)
    found: dict[str, None] = {}
    for name in names:
        bare = name.removeprefix(DATA)
        if bare in observations and name not in model.recordable:
            if observations[bare].every == "month":
                found[f"{DATA}{bare}"] = None
                continue
            if name == bare:
                found |= dict.fromkeys(measured(model, bare))
                continue
        elif not name.startswith(DATA) and any(n in known for n in model.resolve(name)):
            found |= dict.fromkeys(resolve_outputs(model, [name]))
            continue
        near = nearest(name, [*observations, *model.groups, *comparable(model)])
        raise RivalryError(
            Problem(
                "R0807",
                f"{name!r} cannot be compared",
                (f"Did you mean {near!r}? " if near else "")
                + "Elements that are simulated and y:OBSERVATION of monthly data can be.",
            ),
            exit_code=2,
        )
    return list(found)


def measured(model: Model, observation: str) -> list[str]:
    """Return the simulated elements that an observation is a measurement of."""
    found = next(o for o in model.observations if o.name == observation)
    known = set(model.recordable)
    return sorted(n for n in refs(found.args[0]) if n in known) if found.args else []


def over(model: Model, name: str) -> Over:
    """Say how months add up: flows and counts are summed, states averaged.

    A sum that runs on over months, such as a yearly total, is read at the end.
    """
    if name.startswith(DATA):
        kind = next(o for o in model.observations if f"{DATA}{o.name}" == name)
        whole = kind.family in (
            "poisson", "negative_binomial", "contaminated_negative_binomial",
            "zero_inflated_poisson", "zero_inflated_negative_binomial", "hurdle_poisson",
            "hurdle_negative_binomial", "binomial",
        )  # fmt: skip
        return "sum" if whole else "mean"
    element = model.elements[name]
    if element.kind == "accumulator":
        period = next(a.period for a in model.accumulators if a.name == name)
        return "sum" if period == 1 else "last"
    return "sum" if element.kind == "flow" else "mean"


def label(model: Model, name: str, how: Over | None = None) -> str:
    """Return words for a name: elements of a dimension by the labels of their actors.

    Parameters
    ----------
    model : Model
    name : str
    how : {"sum", "mean", "last"}, optional
        How months are put together: a sum of 'Deaths a month' is of 'Deaths'.
    """
    if name.startswith(DATA):
        text = next(o.label for o in model.observations if f"{DATA}{o.name}" == name)
    else:
        element = model.elements[name]
        text = element.label
        head, colon, tail = text.rpartition(": ")
        plain = [i.replace("_", " ") for i in element.index]
        if colon and plain and tail == ", ".join(plain):
            actors = {a.name: a.label for a in model.actors}
            named = (actors.get(i, p) for i, p in zip(element.index, plain, strict=True))
            text = f"{head}: {', '.join(named)}"
    return _MONTHLY.sub("", text) if how == "sum" else text


def unit(model: Model, name: str, how: Over | None = None) -> str:
    """Return the unit of a month's value, or of a sum over months."""
    if name.startswith(DATA):
        text = next(o.unit or "" for o in model.observations if f"{DATA}{o.name}" == name)
    else:
        element = model.elements[name]
        text = "people/month" if element.kind == "flow" else element.unit or ""
    return text.removesuffix("/month") if how == "sum" else text
