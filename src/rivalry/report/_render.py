"""From a run to one HTML file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from rivalry.evidence import Source
from rivalry.foundation import atomic_write
from rivalry.inference import open_fit
from rivalry.report._charts import (
    Figure,
    config,
    data_end,
    observed_figures,
    state_figures,
    vega_bundle,
)
from rivalry.report._claims import MARKS, MEANING, claims_section
from rivalry.report._diagram import diagram
from rivalry.report._fit import fit_section, unsettled
from rivalry.report._forecast import forecast_section, key_sentence
from rivalry.report._fragile import fragile_section
from rivalry.report._headline import featured, headline
from rivalry.report._input import Options, ReportInput
from rivalry.report._loop_strips import loop_views
from rivalry.report._map import ROLES, Maps, maps
from rivalry.report._numbers import month_name, plain_unit, plural, signed
from rivalry.report._provenance import local, provenance
from rivalry.report._questions import levers, scenarios
from rivalry.report._tables import STATUS, assumptions, coverage_counts, ledger_entries
from rivalry.report._timeline import KINDS, present_kinds, statuses, timeline, timeline_figure
from rivalry.report._whatif import whatif_section
from rivalry.report._whatif_input import WhatIfInput
from rivalry.report._years import years_section, years_sentence

_SCRIPTS = ("charts.js", "tables.js", "diagram.js", "fit.js", "claims.js")
_STYLES = ("report.css", "fit.css", "forecast.css", "whatif.css")
#: Heading of the page's sections, in order; the ids are the anchors of the contents.
SECTIONS = {
    "headline": "What the run says",
    "forecast": "The months ahead",
    "years": "The years ahead",
    "observed": "The record and the model",
    "states": "Fighters and conditions",
    "fit": "What the fit found",
    "whatif": "What if",
    "claims": "Verdicts on the claims",
    "fragile": "What would overturn them",
    "loops": "Which loop drives what",
    "timeline": "Events and shocks",
    "map": "Where it happens",
    "diagram": "How causes run",
    "questions": "Questions to ask",
    "ledger": "What the sources say",
    "assumptions": "What is assumed",
    "methods": "Methods and provenance",
}


def write_report(run: ReportInput, path: str | Path) -> Path:
    """Render the report and write it whole or not at all.

    Parameters
    ----------
    run : ReportInput
    path : str or Path
        The HTML file.

    Returns
    -------
    Path

    Raises
    ------
    RivalryError
        R0105 when the file cannot be written; see `render_report` for the others.
    """
    text = render_report(run)
    with atomic_write(path) as stream:
        stream.write(text)
    return Path(path)


def render_report(run: ReportInput) -> str:
    """Render the report as one HTML document that opens offline.

    Parameters
    ----------
    run : ReportInput

    Returns
    -------
    str
        HTML with scripts, styles and data inlined. It holds quantiles, never draws. A content
        security policy in it forbids every connection, and scripts other than its own.

    Raises
    ------
    RivalryError
        R0952, R0953 when the case's section ``report`` asks for something impossible; R0826 when
        the posterior cannot be read.
    """
    options = Options.of(run.case)
    observed = observed_figures(run)
    states = _states(run, options)
    items = timeline(run)
    strip = timeline_figure(run, items)
    fit = None if run.posterior is None else fit_section(open_fit(run.posterior), run.case)
    ahead = None if run.forecast is None else forecast_section(run.forecast, run.case.model)
    years = None if run.years is None else years_section(run.years, run.case.model)
    asked_of = run.whatif or WhatIfInput()
    what_ifs, verdicts = whatif_section(run, asked_of), claims_section(run, asked_of)
    driven, fragile = loop_views(asked_of), fragile_section(asked_of.fragile)
    figures = [
        *(ahead.figures if ahead else []),
        *observed,
        *states.stocks,
        *states.levels,
        *states.others,
        *([strip] if strip else []),
        *(fit.figures if fit else []),
        *(what_ifs.figures if what_ifs else []),
    ]
    drawn = diagram(run)
    scripts = [vega_bundle(), *(static(name) for name in _SCRIPTS)]
    style = "".join(static(name) for name in _STYLES)
    end = data_end(run)
    case = run.case
    places = maps(case.ledger, options)
    moved, asked = levers(run), scenarios(run)
    page = headline(run, options)
    left_out = {
        "forecast": ahead is None,
        "years": years is None,
        "map": places is None,
        "whatif": what_ifs is None,
        "claims": verdicts is None,
        "fragile": fragile is None,
        "loops": not driven,
        "questions": not (moved or asked),
    }
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            run=run,
            case=case,
            title=case.spec.title,
            description=case.spec.description,
            sections={k: v for k, v in SECTIONS.items() if not left_out.get(k)},
            policy=policy(scripts, style),
            scripts=[Markup(s) for s in scripts],
            style=Markup(style),
            charts=json_block(payload(figures)),
            graph=json_block(drawn.graph),
            headline=page,
            ahead=ahead,
            years_ahead=years,
            ahead_says=_ahead_says(run, options),
            observed=_grouped(observed),
            stocks=states.stocks,
            levels=states.levels,
            others=states.others,
            unrecorded=states.absent,
            fit=fit,
            fit_warning="" if fit is None else unsettled(fit.diagnosis),
            case_name=case.name,
            whatif=what_ifs,
            claims=verdicts,
            marks=MARKS,
            meaning=MEANING,
            judged=frozenset() if verdicts is None else {r.id for r in verdicts.rows},
            fragile=fragile,
            loop_views=driven,
            items=items,
            years=_by_year(items),
            kinds=KINDS,
            present_kinds=present_kinds(items),
            strip=strip,
            maps=places,
            drawn_roles=_roles(places),
            levers=moved,
            scenarios=asked,
            actor_statuses=statuses(run),
            shown=_shown(run, observed),
            scope=_scope(run),
            roles=ROLES,
            diagram=drawn,
            entries=ledger_entries(run),
            statuses=STATUS,
            coverage=coverage_counts(run),
            assumptions=assumptions(run),
            sources=case.ledger.sources,
            provenance=provenance(run, page.status),
            warnings=[(w.code, local(w.message, run)) for w in case.warnings],
            data_end=None if end is None else month_name(end),
            draws=run.ensemble.sizes["draw"],
        )
    )


class _States(NamedTuple):
    """Figures of featured stocks, featured levels and the rest; names that were not recorded."""

    stocks: list[Figure]
    levels: list[Figure]
    others: list[Figure]
    absent: list[str]


def _states(run: ReportInput, options: Options) -> _States:
    model = run.case.model
    every_stock = [s.name for s in model.stocks if s.name in run.ensemble]
    every_level = [s.name for s in model.levels if s.name in run.ensemble]
    stocks = featured(run, options.stocks, "stocks") or every_stock
    levels = featured(run, options.levels, "levels") or every_level
    first = list(dict.fromkeys([*stocks, *levels]))
    absent = [n for n in first if n not in run.ensemble]
    stocks = [n for n in stocks if n in run.ensemble]
    levels = [n for n in levels if n in run.ensemble and n not in stocks]
    rest = [n for n in (*every_stock, *every_level) if n not in first]
    return _States(
        state_figures(run, stocks), state_figures(run, levels), state_figures(run, rest), absent
    )


def _ahead_says(run: ReportInput, options: Options) -> str:
    """Say the forecast in a sentence for the first page."""
    if run.years is not None and run.years.found is not None:
        return years_sentence(run.years.found, run.case.model, options.headline)
    if run.forecast is None or run.forecast.found is None:
        return ""
    return key_sentence(run.forecast.found, run.case.model, options.headline)


def payload(figures: Sequence[Figure]) -> dict[str, Any]:
    """Lay out charts for the page; many share one specification, which then travels once."""
    specs: dict[str, int] = {}
    charts = {}
    for figure in figures:
        number = specs.setdefault(json.dumps(figure.spec), len(specs))
        charts[figure.key] = {"spec": number, **figure.rows}
    return {"config": config(), "specs": [json.loads(s) for s in specs], "charts": charts}


def _grouped(figures: Sequence[Figure]) -> dict[str, list[Figure]]:
    groups: dict[str, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.group, []).append(figure)
    return groups


def _by_year(items: Sequence[Any]) -> dict[str, list[Any]]:
    years: dict[str, list[Any]] = {}
    for item in items:
        years.setdefault(item.year, []).append(item)
    return years


def _roles(places: Maps | None) -> set[str]:
    """Find the roles that some country of a map has: only they need a key."""
    return set() if places is None else {s.role for one in places.maps for s in one.shapes}


def _shown(run: ReportInput, figures: Sequence[Figure]) -> set[str]:
    """Find the marks that the charts of observed series hold: only they need a key."""
    found: set[str] = set()
    rare = {o.name for o in run.case.model.observations if o.every != "month"}
    for figure in figures:
        points = figure.rows.get("obs") or []
        if points:
            found.add("rare" if figure.key.removeprefix("obs-") in rare else "monthly")
        if any(len(p) > 2 for p in points):
            found.add("range")
        if figure.rows.get("end"):
            found.add("end")
    return found


def _scope(run: ReportInput) -> dict[str, Any]:
    """Say what the case is about, for sentences that hold of some cases only."""
    case = run.case
    described = ["groups"] if case.spec.actors or case.spec.dimensions else ["stocks"]
    if case.spec.dyads:
        described.append("dyads")
    if any("provinc" in d for d in case.spec.dimensions):
        described.append("provinces")
    described.append("months")
    cited = " ".join(f"{s.title} {s.author} {s.citation}" for s in case.ledger.sources)
    told = " ".join(f"{o.name} {o.label}" for o in case.model.observations).lower()
    return {
        "described": ", ".join(described[:-1]) + " and " + described[-1],
        "ucdp": "UCDP" in cited or "Uppsala Conflict Data" in cited,
        "deaths": any(w in told for w in ("death", "killed", "fatalit")),
    }


def json_block(value: Any) -> Markup:
    """Write JSON that cannot end a script element or start a comment in it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for bad, good in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(bad, good)
    return Markup(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


@cache
def static(name: str) -> str:
    """Return a script or style of the page."""
    path = resources.files("rivalry.report") / "static" / name
    return path.read_text(encoding="utf-8")


def policy(scripts: Sequence[str], style: str) -> str:
    """Write the security policy: only what is in this file runs, and nothing leaves the page."""

    def digest(text: str) -> str:
        value = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        return f"'sha256-{value}'"

    return (
        f"default-src 'none'; script-src {' '.join(digest(s) for s in scripts)}; "
        f"style-src {digest(style)}; base-uri 'none'; form-action 'none'"
    )


def _link(url: str | None) -> str | None:
    """Return an address that is safe to link, or None."""
    return url if url and url.startswith(("https://", "http://")) else None


@cache
def environment() -> jinja2.Environment:
    """Return the templates, with everything escaped that they show."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("rivalry.report"),
        # Always on, whatever a template is called: ledgers quote strangers.
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sign"] = signed
    environment.filters["link"] = _link
    environment.globals["plural"] = plural
    environment.filters["unit"] = plain_unit
    environment.tests["source"] = lambda row: isinstance(row, Source)
    return environment
