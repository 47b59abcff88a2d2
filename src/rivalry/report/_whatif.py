"""The section on what-ifs: contrasts with the reference, and the sides of each change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np

from rivalry.model import Model
from rivalry.report._bands import LEVELS, Band, compact
from rivalry.report._charts import Figure, slug
from rivalry.report._charts._spec import band_spec
from rivalry.report._charts._theme import INK
from rivalry.report._evaluation_charts import inlined
from rivalry.report._input import CaseLike, ReportInput
from rivalry.report._labels import element_label
from rivalry.report._numbers import month_name, plain_unit, plural
from rivalry.report._questions import says
from rivalry.report._strip import Scale, Strip
from rivalry.report._whatif_forecast import beside_forecast
from rivalry.report._whatif_input import WhatIfInput
from rivalry.whatif import Contrast, Effect, chance, effect, in_words, side_effects, signed

#: Outputs that stand first: one table and, for each what-if, one chart a piece.
MAIN = 4
#: Side effects listed of each what-if.
SIDE = 8
_MEASURE = {"sum": "in sum", "mean": "on average", "last": "at the end"}


@dataclass(frozen=True)
class Change:
    """What a what-if does to one output, in words and numbers.

    `who` are the rows of the ledger that speak of it, `claimed` the sign that they expect, and
    `borne` says whether most draws have it.
    """

    label: str
    unit: str
    measure: str
    reference: str
    median: str
    half: str
    most: str
    words: str
    strip: Strip
    moved: bool
    who: str = ""
    claimed: str = ""
    borne: str = ""


@dataclass(frozen=True)
class Line:
    """One what-if in the table of a main output."""

    key: str
    label: str
    change: Change


@dataclass(frozen=True)
class MainTable:
    """All what-ifs on one main output.

    Each group has a heading (where its what-ifs start from), lines, and the labels of those that
    leave the output as it is in every draw.
    """

    key: str
    label: str
    unit: str
    measure: str
    groups: tuple[tuple[str, tuple[Line, ...], tuple[str, ...]], ...]
    open: bool


@dataclass(frozen=True)
class OneWhatIf:
    """A what-if by itself."""

    key: str
    name: str
    label: str
    span: str
    does: tuple[str, ...]
    note: str
    claims: tuple[str, ...]
    brief: str
    sentences: tuple[str, ...]
    sides: tuple[Change, ...]
    loops: tuple[str, ...]
    effects: tuple[Change, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class WhatIfSection:
    """Everything that the section shows."""

    draws: int
    ahead: str
    free: bool
    fitted: str
    tables: tuple[MainTable, ...]
    items: tuple[OneWhatIf, ...]
    notes: tuple[str, ...]

    @property
    def figures(self) -> list[Figure]:
        """Charts of all what-ifs."""
        return [f for item in self.items for f in item.figures]


def whatif_section(run: ReportInput, given: WhatIfInput) -> WhatIfSection | None:
    """Lay out the what-ifs of a run; None where there are none."""
    found = given.contrasts
    if found is None or not found.items:
        return None
    model = run.case.model
    mains = _mains(given, found.items)
    groups = _groups(found.items)
    tables = []
    for name in mains:
        parts = []
        for heading, items in groups:
            rows = [(c, effect(model, c, name)) for c in items if name in c.names]
            scale = Scale.of(e.spread for _, e in rows)
            lines = [Line(_key(c), c.what.label, _change(model, e, scale)) for c, e in rows]
            moved = tuple(line for line in lines if line.change.moved)
            still = tuple(line.label for line in lines if not line.change.moved)
            if lines:
                parts.append((heading, moved, still))
        first = effect(model, found.items[0], name)
        tables.append(
            MainTable(
                "whatif-" + slug(name), _label(model, first), _unit(first),
                _MEASURE[first.how], tuple(parts),
                2 * sum(len(g[1]) for g in parts) >= len(found.items),
            )
        )  # fmt: skip
    ahead = [c for c in found.items if c.from_states is not None]
    return WhatIfSection(
        len(found.parameters),
        str(ahead[0].from_states) if ahead else "",
        any(c.from_states is None for c in found.items),
        _fitted(run),
        tuple(tables),
        tuple(_one(run.case, c, mains) for c in found.items),
        (*given.notes, *beside_forecast(run, found.items, mains)),
    )


def _mains(given: WhatIfInput, items: Sequence[Contrast]) -> list[str]:
    """Choose the outputs that all what-ifs show, in the order of the first."""
    first = given.names.get(items[0].what.name, ())
    shared = [n for n in first if all(n in given.names.get(c.what.name, ()) for c in items)]
    return shared[:MAIN]


def _groups(items: Sequence[Contrast]) -> list[tuple[str, list[Contrast]]]:
    """Put what-ifs together that start from the same world."""
    ahead = [c for c in items if c.from_states is not None]
    past = [c for c in items if c.from_states is None]
    found = []
    if ahead:
        found.append((f"From the end of the record ({ahead[0].from_states}) on", ahead))
    if past:
        lead = "In the past: both" if ahead else "Both"
        found.append((f"{lead} worlds run free from the model's start", past))
    return found


def _fitted(run: ReportInput) -> str:
    """Say how many uncertain parameters the data narrowed."""
    uncertain = [p.name for p in run.case.model.parameters if p.prior is not None]
    if not run.fitted:
        return f"All {plural(len(uncertain), 'uncertain parameter')} come from their priors."
    left = sum(n in set(run.from_prior) for n in uncertain)
    return (
        f"Of {plural(len(uncertain), 'uncertain parameter')} {len(uncertain) - left} were fitted "
        f"to the record; {left} come from their priors, most effects of levers among them."
    )


def _key(c: Contrast) -> str:
    return "w-" + slug(c.what.name)


def _one(case: CaseLike, c: Contrast, mains: Sequence[str]) -> OneWhatIf:
    model = case.model
    parts = [p.spec for p in c.what.parts]
    main = [effect(model, c, n) for n in mains if n in c.names]
    named = _sides(case, c)
    sides = tuple(change for _, change in named)
    told = {*mains, *(name for name, _ in named)}
    others = [e for e in side_effects(model, c, SIDE + len(told)) if e.name not in told][:SIDE]
    return OneWhatIf(
        key=_key(c),
        name=c.what.name,
        label=c.what.label,
        span=f"{_month(str(c.months[0]))} to {_month(str(c.months[-1]))}",
        does=tuple(t for p in parts for t in says(p)),
        note=" ".join(p.note.strip() for p in parts if p.note),
        claims=tuple(dict.fromkeys(id for p in parts for id in p.claims)),
        brief=_brief(sides or tuple(_plain(model, e) for e in main)),
        sentences=tuple(_named(model, e, in_words(e)) for e in main),
        sides=sides,
        loops=_loops(case, c),
        effects=tuple(_plain(model, e) for e in others),
        figures=tuple(_fan(model, c, e) for e in main if e.spread.p_zero < 1),
    )


def _plain(model: Model, e: Effect) -> Change:
    return _change(model, e, Scale.of([e.spread]))


def _change(
    model: Model, e: Effect, scale: Scale, who: Sequence[str] = (), claimed: str = ""
) -> Change:
    s = e.spread
    share = {"+": s.p_up, "-": s.p_down, "0": s.p_zero}.get(claimed)
    return Change(
        label=_label(model, e),
        unit=_unit(e),
        measure=_MEASURE[e.how],
        reference=signed(e.reference).removeprefix("+"),
        median=_minus(signed(s.median)),
        half=_minus(f"{signed(s.q25)} to {signed(s.q75)}"),
        most=_minus(f"{signed(s.q05)} to {signed(s.q95)}"),
        words=direction(e),
        strip=scale.strip(s),
        moved=s.p_zero < 1,
        who=", ".join(who),
        claimed={"+": "more", "-": "less", "0": "no change"}.get(claimed, ""),
        borne=""
        if share is None
        else "as expected"
        if share >= 0.5
        else "against what is expected",
    )


def direction(e: Effect) -> str:
    """Say which way an output goes, and in how many of 100 draws."""
    s = e.spread
    if s.p_zero == 1:
        return "unchanged in every draw"
    way, share = ("higher", s.p_up) if s.p_up >= s.p_down else ("lower", s.p_down)
    return f"{way} {chance(share)}"


def _sides(case: CaseLike, c: Contrast) -> list[tuple[str, Change]]:
    """Find what the ledger says a change does, for good and ill, and what the model makes of it.

    The end of the path to which its lever is bound, what is named beside that path, and what the
    case's expectations of it are about.
    """
    model, bindings = case.model, case.spec.bindings
    wanted: dict[str, tuple[list[str], str]] = {}

    def add(names: Sequence[str], id: str, sign: str) -> None:
        for name in names:
            if name in c.names:
                ids, known = wanted.setdefault(name, ([], ""))
                wanted[name] = (list(dict.fromkeys([*ids, id])), known or sign)

    for part in c.what.parts:
        for id in part.spec.claims:
            binding = bindings.get(id)
            if binding is None or case.ledger.section_of(id) != "levers":
                continue
            if binding.path:
                add(model.resolve(binding.path[-1]) or (binding.path[-1],), id, binding.sign or "")
            for name in binding.by:
                add(model.resolve(name) or (name,), id, "")
        for id, e in model.expectations.items():
            if e.scenario == part.name:
                base = e.of.split("(", 1)[1].rstrip(") ").replace(" ", "")
                add(model.resolve(base), id, e.sign)
    rows = []
    for name, (ids, sign) in wanted.items():
        e_ = effect(model, c, name)
        rows.append((name, _change(model, e_, Scale.of([e_.spread]), ids, sign)))
    return rows


def _brief(rows: Sequence[Change]) -> str:
    """Put both sides of a change into a line."""
    moved = [r for r in rows if r.moved] or list(rows)
    return "; ".join(f"{r.label}: {r.words}" for r in moved[:3])


def _loops(case: CaseLike, c: Contrast) -> tuple[str, ...]:
    """Say what a change does along the loops of the case that its lever's path runs into."""
    model = case.model
    lines = []
    paths = [
        case.spec.bindings[id].path
        for part in c.what.parts
        for id in part.spec.claims
        if id in case.spec.bindings
    ]
    links = {pair for path in paths for pair in pairwise(path)}
    for id, loop in case.spec.loops.items():
        ring = list(zip(loop.through, [*loop.through[1:], *loop.through[:1]], strict=True))
        if sum(pair in links for pair in ring) < 2:
            continue
        told = []
        for station in loop.through:
            for name in model.resolve(station) or (station,):
                if name in c.names:
                    e = effect(model, c, name)
                    told.append(f"{_label(model, e)} {direction(e)}")
        if told:
            lines.append(f"{id} {loop.label or id} ({loop.polarity}): {'; '.join(told)}.")
    return tuple(lines)


def _unit(e: Effect) -> str:
    """Say the unit; a sum over months is no longer one a month."""
    unit = plain_unit(e.unit)
    return unit.removesuffix(" a month") if e.how == "sum" else unit


def _label(model: Model, e: Effect) -> str:
    return element_label(model, e.name) if e.name in model.elements else e.label


def _named(model: Model, e: Effect, text: str) -> str:
    return _minus(_label(model, e) + text.removeprefix(e.label))


def _minus(text: str) -> str:
    """Write minus signs as such, where they stand before a number."""
    words = text.split(" ")
    return " ".join(
        "\N{MINUS SIGN}" + w[1:] if w[:1] == "-" and w[1:2].isdigit() else w for w in words
    )


def _month(text: str) -> str:
    return month_name(np.datetime64(text, "M"))


def _fan(model: Model, c: Contrast, e: Effect) -> Figure:
    """Draw the difference by month; of what is summed, the sum up to each month."""
    values = c.monthly(e.name)
    so_far = e.how == "sum"
    quantiles = np.nanquantile(values.cumsum(axis=1) if so_far else values, LEVELS, axis=0)
    months = np.array([str(m) for m in c.months], dtype="datetime64[M]")
    band = Band(months, quantiles)
    axis = months if len(months) > 1 else np.array([months[0], months[0] + 1])
    spec = band_spec(axis, {"type": "linear"}, height=120)
    label, unit = _label(model, e), _unit(e)
    return Figure(
        key=f"{_key(c)}-{slug(e.name)}",
        title=label,
        unit=", ".join(t for t in ("change so far" if so_far else "change", unit) if t),
        alt=f"Change of {label}{', summed up to each month,' if so_far else ' by month'} "
        f"under '{c.what.label}' against the reference, "
        f"{_month(str(months[0]))} to {_month(str(months[-1]))}. {_named(model, e, in_words(e))}",
        notes=(),
        spec={**spec, "layer": [_zero(), *spec["layer"]]},
        rows={
            "start": str(months[0]),
            "q": [compact(q) for q in band.quantiles],
            "norecord": True,
        },
        small=True,
    )


@cache
def _zero() -> dict[str, Any]:
    """Draw the line of no change."""
    chart = (
        alt.Chart(alt.InlineData(values=[{"z": 0}]))
        .mark_rule(color=INK, strokeDash=[4, 3])
        .encode(y=alt.Y("z:Q"))
    )
    spec = inlined(chart.to_dict())
    return {k: v for k, v in spec.items() if k not in ("$schema", "config")}
