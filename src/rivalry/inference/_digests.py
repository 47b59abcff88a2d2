"""Hashes that say whether a posterior still belongs to a case.

They cover what the likelihood and the prior depend on, and nothing else: not labels, notes,
claims or comments, not levers and scenarios, not auxiliaries that only a report reads, not the
order in which elements are written. Numbers are hashed with ten significant digits, so that the
last bits of another machine's logarithm change nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from rivalry.model import Model
from rivalry.model.ir import Apply, Const, Expr, Ref, refs

#: Fields of an observation that are data or only for people.
_NOT_LAW = ("data", "high", "unit", "label", "group")


def case_digest(model: Model) -> str:
    """Hash a model's structure, parameters, priors and bounds.

    Returns
    -------
    str
        Hex SHA-256. Equal for models with the same likelihood function and prior.
    """
    used = _used(model)
    parts = {
        "substeps": model.time.substeps,
        "stocks": _sorted(model.stocks),
        "levels": _sorted(model.levels),
        "noise": _sorted(model.noise),
        "auxiliaries": _sorted(x for x in model.auxiliaries if x.name in used),
        "flows": _sorted(model.flows),
        "accumulators": _sorted(x for x in model.accumulators if x.name in used),
        "lookups": _sorted(x for x in model.lookups if x.name in used),
        "parameters": _sorted(p for p in model.parameters if p.prior is not None or p.name in used),
        # events of one moment happen in the order in which they are written
        "shocks": [(s.name, s.lasting, s.actions) for s in model.shocks],
        "observations": _sorted(
            {f.name: getattr(o, f.name) for f in fields(o) if f.name not in _NOT_LAW}
            for o in model.observations
        ),
    }
    return _digest(parts)


def data_digest(model: Model) -> str:
    """Hash the numbers of inputs, shocks and observations, and the months they cover.

    Returns
    -------
    str
        Hex SHA-256.
    """
    used = _used(model)
    parts = {
        "time": (str(model.time.start), model.time.n_months),
        "inputs": _sorted((i.name, i.values) for i in model.inputs if i.name in used),
        "shocks": [(s.name, s.fire) for s in model.shocks],
        "observations": _sorted((o.name, o.data, o.high) for o in model.observations),
    }
    return _digest(parts)


def _used(model: Model) -> set[str]:
    """Names that the states or the data depend on, lookups included."""
    trees: dict[str, list[Expr]] = {x.name: [x.expr] for x in model.auxiliaries}
    trees |= {x.name: [x.expr] for x in model.accumulators}
    open_: list[Expr | None] = [x.initial for x in model.stocks]
    for level in model.levels:
        open_ += [level.initial, level.change, level.sd]
    for noise in model.noise:
        open_ += [noise.scale, noise.half_life]
    for flow in model.flows:
        open_ += [flow.expr, flow.dispersion]
    for shock in model.shocks:
        open_ += [action.amount for action in shock.actions]
    for observation in model.observations:
        open_ += observation.args
    # what a shock moves, and what it moves by, is changed for all who read it
    used = {a.target for s in model.shocks for a in s.actions if a.target is not None}
    while open_:
        expr = open_.pop()
        if expr is None:
            continue
        used |= _tables(expr)
        for name in refs(expr) - used:
            used.add(name)
            open_ += trees.get(name, [])
    return used


def _tables(expr: Expr) -> set[str]:
    found: set[str] = set()
    stack = [expr]
    while stack:
        current = stack.pop()
        if isinstance(current, Apply):
            if current.op == "lookup":
                found.add(current.table)
            stack.extend(current.args)
    return found


def _sorted(items: Iterable[Any]) -> list[str]:
    return sorted(_text(x) for x in items)


def _digest(parts: dict[str, Any]) -> str:
    return hashlib.sha256(_text(parts).encode()).hexdigest()


def _text(x: Any) -> str:
    """Write a value in one way on every machine and with every version of NumPy."""
    match x:
        case None:
            return "none"
        case str():
            return repr(x)
        case Const():
            return _text(x.value)
        case Ref():
            return f"@{x.name}"
        case np.ndarray():
            values = np.asarray(x, dtype=np.float64).ravel()
            return f"{x.shape} " + " ".join(_number(float(v)) for v in values)
        case dict():
            return "{" + ",".join(f"{k}={_text(v)}" for k, v in x.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(_text(v) for v in x) + "]"
    if is_dataclass(x):
        inside = ",".join(f"{f.name}={_text(getattr(x, f.name))}" for f in fields(x))
        return f"{type(x).__name__}({inside})"
    return _number(float(x))


def _number(x: float) -> str:
    return format(x + 0.0, ".10g")  # + 0.0 makes of minus zero a zero
