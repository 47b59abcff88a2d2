"""The model as plain data, for tables and JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rivalry.cases import authored_prior
from rivalry.model.ir import Expr, Model, ShockAction, describe

if TYPE_CHECKING:
    from rivalry.cases import Case

Rows = list[dict[str, Any]]

#: Section -> columns of its table, in order.
COLUMNS: dict[str, tuple[str, ...]] = {
    "stocks": ("name", "unit", "initial", "claims"),
    "flows": ("name", "from", "to", "kind", "value", "claims"),
    "levels": ("name", "unit", "initial", "bounds", "change", "claims"),
    "auxiliaries": ("name", "unit", "value", "claims"),
    "noise": ("name", "kind", "scale", "half_life", "claims"),
    "parameters": ("name", "unit", "value", "bounds", "claims"),
    "inputs": ("name", "unit", "first", "last", "claims"),
    "shocks": ("name", "when", "does", "claims"),
    "accumulators": ("name", "unit", "kind", "months", "value"),
    "observations": ("name", "unit", "distribution", "values", "first", "last", "claims"),
    "levers": ("name", "moves", "range", "claims"),
    "scenarios": ("name", "from", "until", "does", "claims"),
    "actors": ("name", "label", "status", "ledger", "claims"),
    "dyads": ("name", "sides", "counts", "claims"),
    "dimensions": ("name", "elements"),
    "lookups": ("name", "points", "x_unit", "unit", "claims"),
}


def view(case: Case) -> dict[str, Rows]:
    """Return every section of the model as rows; empty sections are left out."""
    model = case.model
    rows = {
        "stocks": [
            _row(model, s.name, initial=describe(s.initial)) for s in model.stocks
        ],
        "flows": [
            _row(
                model, f.name,
                **{"from": f.source or "outside", "to": f.target or "outside"},
                kind=f.kind, value=describe(f.expr),
            )
            for f in model.flows
        ],
        "levels": [
            _row(
                model, x.name, initial=describe(x.initial),
                bounds=_bounds(x.lower, x.upper), change=describe(x.change),
            )
            for x in model.levels
        ],
        "auxiliaries": [
            _row(model, a.name, value=describe(a.expr)) for a in model.auxiliaries
        ],
        "noise": [
            _row(
                model, n.name, kind=n.kind, scale=describe(n.scale),
                half_life=_optional(n.half_life),
            )
            for n in model.noise
        ],
        "parameters": [
            _row(
                model, p.name, value=authored_prior(case.spec, p.name) or _prior(p.value, p.prior),
                bounds="" if p.bounds == (-math.inf, math.inf) else _bounds(*p.bounds),
            )
            for p in model.parameters
        ],
        "inputs": [
            _row(model, i.name, first=float(i.values[0]), last=float(i.values[-1]))
            for i in model.inputs
            if i.name in case.spec.inputs
        ],
        "shocks": _shocks(case),
        "accumulators": [
            _row(
                model, a.name, kind=a.kind, value=describe(a.expr),
                months=a.period or "all",
            )
            for a in model.accumulators
        ],
        "observations": _observations(case),
        "levers": [
            {
                "name": name,
                "label": lever.label,
                "moves": lever.parameter or lever.shock,
                "range": "" if lever.range is None else _bounds(*lever.range),
                **_support(case.spec.levers[name]),
            }
            for name, lever in model.levers.items()
        ],
        "scenarios": [
            {
                "name": name,
                "label": scenario.label,
                "from": scenario.from_ or "",
                "until": scenario.until or "",
                "does": ", ".join(
                    [f"{p} = {v:g}" for p, v in scenario.set.items()]
                    + [f"{p} x {v:g}" for p, v in scenario.scale.items()]
                    + [f"fire {s} at {d}" for s, d in scenario.fire.items()]
                    + [f"without {s}" for s in scenario.without]
                ),
                **_support(case.spec.scenarios[name]),
            }
            for name, scenario in model.scenarios.items()
        ],
        **_cast(case),
    }  # fmt: skip
    return {section: found for section, found in rows.items() if found}


def _row(model: Model, name: str, **fields: Any) -> dict[str, Any]:
    element = model.elements[name]
    return {
        "name": name,
        "label": element.label,
        "unit": "" if element.unit is None else element.unit,
        **fields,
        "claims": list(element.claims),
        "source": list(element.source),
        "note": element.note,
    }


def _shocks(case: Case) -> Rows:
    rows = []
    for shock in case.model.shocks:
        spec = case.spec.shocks[shock.name]
        when = shock.date or ""
        if shock.lasting:
            when = f"{spec.from_ or 'start'} until {spec.until or 'end'}"
        does = [_action(action) for action in shock.actions]
        rows.append(
            {
                "name": shock.name,
                "label": spec.label,
                "when": when or "when a scenario fires it",
                "does": "; ".join(does),
                "claims": list(spec.claims),
                "source": list(spec.source),
                "note": spec.note,
            }
        )
    return rows


def _action(action: ShockAction) -> str:
    amount = describe(action.amount)
    if action.kind in ("move_share", "move_number"):
        ends = f"{action.source or 'outside'} -> {action.target or 'outside'}"
        return f"{ends}: {action.kind.removeprefix('move_')} {amount}"
    sign = {"add": "+", "scale": "x", "hold_scale": "x", "set": "=", "hold_set": "="}[action.kind]
    return f"{action.target} {sign} {amount}"


def _observations(case: Case) -> Rows:
    model = case.model
    rows = []
    for seen in model.observations:
        spec = case.spec.observations[seen.name]
        known = [
            str(month)
            for month, value, top in zip(
                model.months, seen.data, seen.data if seen.high is None else seen.high, strict=True
            )
            if not (math.isnan(value) and math.isnan(top))
        ]
        rows.append(
            {
                "name": seen.name,
                "label": seen.label,
                "unit": seen.unit or "",
                "distribution": f"{seen.family}({', '.join(map(describe, seen.args))})",
                "every": seen.every,
                "values": len(known),
                "first": known[0] if known else "",
                "last": known[-1] if known else "",
                "file": spec.file or "",
                "column": spec.column or " to ".join(c for c in (spec.low, spec.high) if c),
                **_support(spec),
            }
        )
    return rows


def _support(spec: Any) -> dict[str, Any]:
    return {"claims": list(spec.claims), "source": list(spec.source), "note": spec.note}


def _cast(case: Case) -> dict[str, Rows]:
    """Who takes part, along which dimensions, and the graphical functions."""
    spec = case.spec
    return {
        "actors": [
            {
                "name": name,
                "label": actor.label or "",
                "status": actor.status
                if isinstance(actor.status, str)
                else "; ".join(_span(s.status, s.from_, s.until) for s in actor.status),
                "ucdp": actor.ucdp,
                "ledger": list(actor.ledger),
                **_support(actor),
            }
            for name, actor in spec.actors.items()
        ],
        "dyads": [
            {
                "name": name,
                "label": dyad.label or "",
                "sides": list(dyad.sides),
                "counts": [f"{k} = {v}" for k, v in {**dyad.count, **dyad.integral}.items()],
                "ucdp": dyad.ucdp
                if dyad.ucdp is None or isinstance(dyad.ucdp, int)
                else "; ".join(_span(str(s.id), s.from_, s.until) for s in dyad.ucdp),
                **_support(dyad),
            }
            for name, dyad in spec.dyads.items()
        ],
        "dimensions": [
            {"name": n, "elements": f"as {e}" if isinstance(e, str) else list(e)}
            for n, e in spec.dimensions.items()
        ],
        "lookups": [
            {
                "name": name,
                "label": table.label or "",
                "points": [f"({x:g}, {y:g})" for x, y in table.points],
                "x_unit": table.x_unit or "",
                "unit": table.unit or "",
                **_support(table),
            }
            for name, table in spec.lookups.items()
        ],
    }


def _span(what: str, start: str | None, end: str | None) -> str:
    return what + (f" from {start}" if start else "") + (f" until {end}" if end else "")


def _bounds(low: float | None, high: float | None) -> str:
    ends = ["" if x is None or math.isinf(x) else f"{x:g}" for x in (low, high)]
    return f"{ends[0]} .. {ends[1]}".strip()


def _prior(value: float | None, prior: tuple[str, tuple[float, ...]] | None) -> str:
    if value is not None or prior is None:
        return f"{value:g}"
    family, args = prior
    return f"{family}({', '.join(f'{a:.4g}' for a in args)})"


def _optional(expr: Expr | None) -> str:
    return "" if expr is None else describe(expr)


def cell(value: Any) -> str:
    """Return a value of a row as text for a table."""
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    if isinstance(value, float):
        return f"{value:,.6g}"
    return "" if value is None else str(value)


def names_of(model: Model) -> Iterable[str]:
    """Give all names that ``--element`` takes."""
    return [*model.elements, *model.groups]
