"""Everything the model was given, with where it comes from; what has no origin is flagged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from rivalry.cases import authored_prior
from rivalry.model.ir import Parameter
from rivalry.model.spec import (
    AuxiliarySpec,
    FlowSpec,
    InputSpec,
    LevelSpec,
    LookupSpec,
    NoiseSpec,
    ParameterSpec,
    ShockSpec,
    StockSpec,
)
from rivalry.report._input import ReportInput
from rivalry.report._labels import element_label
from rivalry.report._numbers import human
from rivalry.report._timeline import shock_effect

#: Sections of a case whose elements should rest on a claim or a source, and their singular.
SECTIONS = {
    "parameters": "parameter",
    "stocks": "stock",
    "flows": "flow",
    "levels": "level",
    "auxiliaries": "auxiliary",
    "noise": "noise",
    "inputs": "input",
    "lookups": "graphical function",
    "shocks": "shock",
}


@dataclass(frozen=True)
class Assumption:
    """One element: what it is, its law or prior, and its support.

    `range90` is the prior's middle 90% (parameters only), `posterior` the same after fitting.
    `assumed` is true when neither claim nor source supports it. `implicit` marks an uncertain start
    value or shock size, which stands inside another element.
    """

    kind: str
    name: str
    label: str
    law: tuple[str, ...]
    range90: str
    posterior: str
    unit: str
    support: tuple[str, ...]
    assumed: bool
    note: str
    ends: str = ""
    implicit: bool = False


def assumptions(run: ReportInput) -> list[Assumption]:
    """List all elements, parameters first."""
    flagged = getattr(run.case, "assumptions", None)
    known = None if flagged is None else set(flagged)
    carried: dict[str, list[str]] = {}
    for id, binding in run.case.spec.bindings.items():
        for name in (*binding.path, *binding.by):
            carried.setdefault(name.split("[")[0], []).append(id)
    rows: list[Assumption] = []
    by_name = {p.name: p for p in run.case.model.parameters}
    shown: set[str] = set()
    for section, kind in SECTIONS.items():
        for key, item in getattr(run.case.spec, section).items():
            base = key.split("[")[0].strip()
            support = tuple(dict.fromkeys([*item.claims, *item.source, *carried.get(base, [])]))
            assumed = not support if known is None else f"{section}.{key}" in known
            range90 = posterior = ""
            if section == "parameters":
                members = [p for n, p in by_name.items() if n.split("[")[0] == base]
                shown |= {p.name for p in members}
                range90 = _ranges([(p.name, prior_range(p)) for p in members])
                posterior = _ranges([(p.name, _posterior(run, p.name)) for p in members])
            rows.append(
                Assumption(
                    kind=kind,
                    name=key,
                    label=item.label or base.replace("_", " "),
                    law=tuple(_law(item)),
                    range90=range90,
                    posterior=posterior,
                    unit=str(getattr(item, "unit", None) or ""),
                    support=support,
                    assumed=assumed,
                    note=item.note or "",
                    ends=_ends(item),
                )
            )
    rows[0:0] = _implicit(run, [p for n, p in by_name.items() if n not in shown])
    return sorted(rows, key=lambda r: list(SECTIONS.values()).index(r.kind))


def _implicit(run: ReportInput, left: list[Parameter]) -> list[Assumption]:
    """Uncertain start values and shock sizes, which stand inside other elements."""
    rows = []
    for p in left:
        known = run.case.model.elements.get(p.name)
        support = (*known.claims, *known.source) if known else ()
        rows.append(
            Assumption(
                kind="parameter",
                name=p.name,
                label=_implicit_label(run, p.name),
                law=(authored_prior(run.case.spec, p.name) or prior_text(p),),
                range90=prior_range(p),
                posterior=_posterior(run, p.name),
                unit=(known.unit or "") if known else "",
                support=support,
                assumed=not support,
                note=(known.note or "") if known else "",
                implicit=True,
            )
        )
    return rows


def _implicit_label(run: ReportInput, name: str) -> str:
    if name.startswith("initial."):
        return element_label(run.case.model, name.removeprefix("initial.")) + ", at the start"
    shock, _, rest = name.partition(".")
    spec = run.case.spec.shocks.get(shock)
    if spec is None:
        return element_label(run.case.model, name)
    return f"{spec.label or shock.replace('_', ' ')}: {rest.replace('_', ' ')}"


def _ranges(pairs: list[tuple[str, str]]) -> str:
    values = {v for _, v in pairs}
    if len(values) <= 1:
        return next(iter(values), "")
    return "; ".join(f"{n[n.find('[') + 1 : -1]} {v}" for n, v in pairs)


def _law(item: Any) -> list[str]:
    if isinstance(item, ParameterSpec):
        return _each(item.value if item.value is not None else item.prior)
    if isinstance(item, StockSpec):
        return ["starts at " + t for t in _each(item.initial)]
    if isinstance(item, LevelSpec):
        lines = ["change a month: " + t for t in _each(item.change)]
        lines.append("starts at " + ", ".join(_each(item.initial)))
        low, high = item.bounds
        if low is not None or high is not None:
            ends = (
                f"{low:g}" if low is not None else "open",
                f"{high:g}" if high is not None else "open",
            )
            lines.append(f"held between {ends[0]} and {ends[1]}")
        if item.sd is not None:
            lines.append("random change, sd " + ", ".join(_each(item.sd)))
        return lines
    if isinstance(item, AuxiliarySpec):
        return _each(item.value)
    if isinstance(item, FlowSpec):
        law = ["hazard: " + t for t in _each(item.hazard)] if item.hazard is not None else []
        return law + (["rate: " + t for t in _each(item.rate)] if item.rate is not None else [])
    if isinstance(item, NoiseSpec):
        if item.kind == "gamma":
            return [f"gamma factors, variance {item.variance} a month"]
        return [f"AR(1) on the {item.on} scale, sd {item.sd}, half-life {item.half_life}"]
    if isinstance(item, InputSpec):
        return [f"{item.file}, column {item.column}" if item.file else "values in the case file"]
    if isinstance(item, LookupSpec):
        return [", ".join(f"({x:g}, {y:g})" for x, y in item.points)]
    if isinstance(item, ShockSpec):
        when = item.date or (f"{item.from_} until {item.until or 'the end'}" if item.from_ else "")
        return [f"{when or 'fired by scenarios only'}: {shock_effect(item)}"]
    return []


def _ends(item: Any) -> str:
    if not isinstance(item, FlowSpec):
        return ""
    return f"{item.from_ or 'outside'} \N{RIGHTWARDS ARROW} {item.to or 'outside'}"


def _each(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{k}: {_one(v)}" for k, v in value.items()]
    return [_one(value)]


def _one(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value).strip()


def prior_text(p: Parameter) -> str:
    """Write a prior as the case file would."""
    if p.prior is None:
        return f"{p.value:g}" if p.value is not None else ""
    family, args = p.prior
    return f"{family}({', '.join(f'{a:.4g}' for a in args)})"


def prior_range(p: Parameter) -> str:
    """Middle 90% of a prior within its bounds; 'fixed' for a fixed value."""
    if p.prior is None:
        return "fixed"
    family, args = p.prior
    law = _distribution(family, args)
    if law is None:
        return ""
    low, high = (
        float(law.cdf(b)) if np.isfinite(b) else e for b, e in zip(p.bounds, (0, 1), strict=True)
    )
    ends = law.ppf(low + (high - low) * np.array([0.05, 0.95]))
    return f"{human(float(ends[0]))} to {human(float(ends[1]))}"


def _distribution(family: str, a: tuple[float, ...]) -> Any:
    if family == "normal":
        return stats.norm(a[0], a[1])
    if family == "lognormal":
        return stats.lognorm(a[1], scale=np.exp(a[0]))
    if family == "uniform":
        return stats.uniform(a[0], a[1] - a[0])
    if family == "beta":
        return stats.beta(a[0], a[1])
    if family == "gamma":
        return stats.gamma(a[0], scale=a[1])
    if family == "half_normal":
        return stats.halfnorm(scale=a[0])
    if family == "exponential":
        return stats.expon(scale=a[0])
    return None


def _posterior(run: ReportInput, name: str) -> str:
    if not run.fitted or "parameters" not in run.ensemble:
        return ""
    if name in run.from_prior:
        return "not fitted"
    draws = run.ensemble["parameters"]
    if name not in draws["parameter"].values:
        return ""
    low, high = np.quantile(draws.sel(parameter=name).values, (0.05, 0.95))
    return f"{human(float(low))} to {human(float(high))}"
