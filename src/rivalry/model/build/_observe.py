"""Observations: the distribution of each series and its data on the model's months."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rivalry.foundation import Month
from rivalry.model.build._context import Context, Path
from rivalry.model.build._families import COUNTS, FAMILIES
from rivalry.model.build._resolve import Resolver
from rivalry.model.expressions import Call, Node
from rivalry.model.ir import Const, Expr, Observation
from rivalry.model.spec import ObservationSpec

Value = float | tuple[float, float]
Series = NDArray[np.float64]


def build_observations(
    context: Context, resolver: Resolver, data: Mapping[str, Mapping[Month, Value]]
) -> list[Observation]:
    """Resolve every observation and lay its data on the months of the model."""
    found = []
    for key, spec in context.spec.observations.items():
        if key not in context.symbols:
            continue
        path: Path = ("observations", key)
        family_args = _distribution(context, resolver, spec, path)
        if family_args is None:
            continue
        family, args = family_args
        values, high = _series(context, key, spec, family, data.get(key, {}), path)
        found.append(
            Observation(
                name=key,
                family=family,
                args=args,
                data=values,
                high=high,
                every=spec.every,
                unit=spec.unit,
                label=spec.label or key.replace("_", " "),
                group=spec.group,
            )
        )
    return found


def _distribution(
    context: Context, resolver: Resolver, spec: ObservationSpec, path: Path
) -> tuple[str, tuple[Expr, ...]] | None:
    at = (*path, "as")
    node = resolver.parse(spec.as_, at)
    if node is None:
        return None
    if not isinstance(node, Call) or node.function not in FAMILIES:
        name = node.function if isinstance(node, Call) else spec.as_
        context.problem(
            "R0314",
            f"{name!r} is not a distribution for observations",
            context.suggest(name, list(FAMILIES))
            + "Known: "
            + ", ".join(f"{k}({', '.join(v)})" for k, v in FAMILIES.items())
            + ".",
            at,
        )
        return None
    names = FAMILIES[node.function]
    given: dict[str, Node] = dict(zip(names, node.args, strict=False))
    wrong = len(node.args) > len(names)
    for name, value in node.keywords:
        if name not in names or name in given:
            context.problem(
                "R0308",
                f"{node.function} has no free argument {name!r}",
                context.suggest(name, list(names)) + f"It takes {', '.join(names)}.",
                at,
            )
            return None
        given[name] = value
    missing = [n for n in names if n not in given]
    if missing or wrong:
        context.problem(
            "R0308",
            f"{node.function} takes {', '.join(names)}"
            + (f"; missing: {', '.join(missing)}" if missing else "; too many are given"),
            f"Write {node.function}({', '.join(n + '=...' for n in names)}).",
            at,
        )
        return None
    args = [resolver.resolve_node(given[n], at, scope="observe") for n in names]
    if any(a is None for a in args):
        return None
    for argument, expr in zip(names, args, strict=True):
        _check_constant(context, node.function, argument, expr, at)
    return node.function, tuple(a for a in args if a is not None)


def _check_constant(
    context: Context, family: str, argument: str, expr: Expr | None, path: Path
) -> None:
    """Report an argument that is a number no such distribution can have."""
    if not isinstance(expr, Const) or (family == "normal" and argument == "mean"):
        return
    value = expr.value
    wanted = ""
    if argument in ("zero", "p"):
        wanted = "" if 0 <= value <= 1 else "between 0 and 1"
    elif argument in ("size", "sd", "median", "value"):
        wanted = "" if value > 0 else "above 0"
    elif value < 0:
        wanted = "0 or above"
    if wanted:
        context.problem(
            "R0507",
            f"the argument {argument} of {family} is {value:g}",
            f"It must be {wanted}.",
            path,
        )


def _series(
    context: Context,
    key: str,
    spec: ObservationSpec,
    family: str,
    data: Mapping[Month, Value],
    path: Path,
) -> tuple[Series, Series | None]:
    n = context.time.n_months
    values = np.full(n, np.nan)
    ranged = family == "between"
    high = np.full(n, np.nan) if ranged else None
    limits = [0, n]
    for i, (text, which) in enumerate(((spec.from_, "from"), (spec.until, "until"))):
        if text is not None:
            position = context.position(text, (*path, which))
            if position is not None:
                limits[i] = position[0]
    for month, value in data.items():
        at = context.time.index(month)
        if not max(limits[0], 0) <= at < min(limits[1], n):
            continue
        if np.isinf(value).any():
            _outside(context, key, month, "the value is infinite", path)
            continue
        if ranged:
            low_end, high_end = value if isinstance(value, tuple) else (value, value)
            if low_end > high_end:
                _outside(context, key, month, f"low {low_end:g} is above high {high_end:g}", path)
            for end in (low_end, high_end):
                if end < 0:
                    _outside(context, key, month, f"{end:g} is below 0", path)
            assert high is not None
            values[at], high[at] = low_end, high_end
            continue
        if isinstance(value, tuple):
            _outside(context, key, month, "a range needs between(value, sd)", path)
            continue
        if family in COUNTS and not np.isnan(value) and (value < 0 or value != np.floor(value)):
            _outside(context, key, month, f"{value:g} is not a count (0, 1, 2, ...)", path)
        if family == "lognormal" and value <= 0:
            _outside(context, key, month, f"{value:g} is not above 0", path)
        values[at] = value
    if data and np.isnan(values).all() and (high is None or np.isnan(high).all()):
        context.problem(
            "R0622",
            f"none of the {len(data)} values of {key} falls into the model's time",
            "Check the dates of the file and the model.",
            path,
            severity="warning",
        )
    return values, high


def _outside(context: Context, key: str, month: Month, what: str, path: Path) -> None:
    context.problem(
        "R0621",
        f"{key} in {month}: {what}",
        "Mend the data, or choose a distribution that allows such values.",
        path,
    )
