"""A small made-up case of the contract's shapes: its numbers are drawn here, nothing is real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import xarray as xr

from rivalry.cases import Case, load_case
from rivalry.engine import observed, simulate
from rivalry.evidence import Coverage, Ledger, coverage, parse_ledger
from rivalry.foundation import Month, Problem
from rivalry.model.diagram import build_graph
from rivalry.model.ir import (
    Actor,
    Const,
    Element,
    Level,
    Model,
    Observation,
    Parameter,
    Ref,
    Stock,
    TimeGrid,
)
from rivalry.model.spec import ModelSpec
from rivalry.report import ReportInput, WhatIfInput
from rivalry.whatif import (
    CheckRow,
    ClaimRow,
    Contrast,
    Contrasts,
    Part,
    Rest,
    WhatIf,
    loop_strength,
)

#: What a ledger may hold if somebody is careless or worse.
HOSTILE = (
    '</script><script>alert("x")</script><img src=x onerror=alert(1)> '
    "'quote' & \"quote\" <!-- {{ 7*7 }}"
)

LEDGER = """
ledger: 1
sources:
  - {id: S1, title: A made-up report, author: Nobody, kind: report, citation: Nobody (2020).,
     licence: CC0, url: "javascript:alert(1)"}
  - {id: S2, title: A made-up data set, author: Nobody, kind: dataset, citation: Nobody (2021).,
     licence: CC BY 4.0, url: "https://example.org/data"}
places:
  - {id: PL1, name: Mali, kind: country, source: S1, locator: P1}
  - {id: PL2, name: Gao, kind: city, within: PL1, lat: 16.27, lon: -0.04, source: S1, locator: P1}
  - {id: PL3, name: Ansongo, kind: city, within: PL1, lat: 15.66, lon: 0.5, source: S1,
     locator: P1}
  - {id: PL4, name: Far off, kind: city, lat: -33.9, lon: 151.2, source: S1, locator: P1}
actors:
  - {id: A1, name: Reds, type: insurgent, source: S1, locator: P1}
  - {id: A2, name: Blues, type: insurgent, source: S1, locator: P1}
  - {id: A3, name: Niger, type: foreign, source: S1, locator: P2}
  - {id: A4, name: United States, type: foreign, source: S1, locator: P2}
relations:
  - {id: R1, actor: A1, toward: A2, sign: "-", kind: armed conflict, content: They fight.,
     source: S1, locator: P1}
events:
  - {id: E1, when: March 2021, precision: month, from: 2021-03, what: A fight in the town.,
     quad: [MK], actors: [A1, A2], places: [PL2], source: S1, locator: P3}
  - {id: E2, when: sometime, precision: undated, what: "HOSTILE", quad: [VC], source: S1,
     locator: P4}
  - {id: E3, when: 2015 to 2022, precision: range, from: "2015", until: "2022",
     what: A long presence., quad: [state], places: [PL3, PL4], source: S1, locator: P4}
quantities:
  - {id: Q1, what: fighters, unit: people, low: 100, high: 300, as_of: "2021", source: S1,
     locator: P2}
claims:
  - {id: C1, cause: pressure, effect: strength, polarity: "-", mode: fact, asserted_by: A1,
     source: S1, locator: P2}
  - {id: C2, cause: "HOSTILE", effect: nothing, polarity: "+", mode: hedged, asserted_by: A2,
     source: S1, locator: P2}
  - {id: C3, cause: strength, effect: violence, polarity: "+", mode: fact, asserted_by: A2,
     source: S1, locator: P2}
loops:
  - {id: L1, name: violence feeds on itself, polarity: reinforcing, claims: [C3],
     description: More makes more., source: S1, locator: P2}
  - {id: L2, name: losses hold it back, polarity: balancing, claims: [C1],
     description: More lose more., source: S1, locator: P2}
"""

SPEC: dict[str, Any] = {
    "rivalry": 1,
    "title": "Two made-up groups",
    "description": "A made-up case for tests.",
    "time": {"start": "2020-01", "end": "2023-12"},
    "dimensions": {"group": ["reds", "blues"]},
    "actors": {
        "reds": {"ledger": "A1", "status": "rebel"},
        "blues": {"ledger": "A2", "status": "rebel"},
    },
    "stocks": {"fighters[group]": {"initial": {"reds": "~ lognormal(log(200), 0.3)", "blues": 50}}},
    "levels": {
        "anger": {
            "initial": 0.4,
            "bounds": [0, 1],
            "change": "0.1 * (0.5 - anger)",
            "source": "S1",
        }
    },
    "flows": {
        "recruitment[group]": {"to": "fighters[group]", "rate": "r0 * anger", "claims": ["C3"]},
        "loss[group]": {"from": "fighters[group]", "hazard": "d0", "label": "Losses"},
    },
    "parameters": {
        "r0": {"prior": "lognormal(log(5), 0.5)", "unit": "people/month", "source": ["S1"]},
        "d0": {"prior": "uniform(0.01, 0.05)", "unit": "1/month"},
        "k": {"value": 2.0},
    },
    "shocks": {"raid": {"date": "2021-03-10", "scale": {"fighters[reds]": 0.8}, "claims": ["E1"]}},
    "observations": {
        "events": {
            "as": "negative_binomial(mean=events_mean, size=k)",
            "label": "Fights",
            "unit": "events",
            "file": "data/monthly.csv",
            "column": "events",
            "source": "S2",
        },
        "deaths": {"as": "poisson(mean=deaths_mean)", "every": "year", "unit": "deaths"},
        "strength": {"as": "between(fighters[reds], sd=0.3)", "every": "irregular"},
    },
    "bindings": {"C1": {"path": ["d0", "loss", "fighters"], "sign": "-"}},
    "outside": {"C2": "Nobody could measure it."},
    "loops": {
        "L1": {"through": ["fighters", "anger", "recruitment"], "polarity": "reinforcing"},
        "L2": {"through": ["fighters", "loss"], "polarity": "balancing"},
    },
}


@dataclass
class MadeCase:
    """A case by the contract."""

    name: str
    spec: ModelSpec
    model: Model
    ledger: Ledger
    coverage: Coverage
    warnings: tuple[Problem, ...] = ()
    hashes: dict[str, str] = field(default_factory=lambda: {"case.yaml": "0" * 64})
    report: dict[str, Any] = field(default_factory=dict)


def _element(name: str, kind: Any, unit: str | None, label: str, origin: str) -> Element:
    base, _, rest = name.partition("[")
    index = tuple(rest.rstrip("]").split(",")) if rest else ()
    return Element(name, base, index, kind, unit, label, origin)


def _model(spec: ModelSpec, data: dict[str, np.ndarray]) -> Model:
    elements = [
        _element("fighters[reds]", "stock", "people", "Fighters: reds", "stocks.fighters[group]"),
        _element("fighters[blues]", "stock", "people", HOSTILE, "stocks.fighters[group]"),
        _element("anger", "level", None, "Anger", "levels.anger"),
        _element("r0", "parameter", "people/month", "Recruits a month", "parameters.r0"),
        _element("d0", "parameter", "1/month", "Loss hazard", "parameters.d0"),
        _element("k", "parameter", None, "k", "parameters.k"),
    ]
    half = Const(0.5)
    return Model(
        spec=spec,
        time=TimeGrid(Month.parse("2020-01"), Month.parse("2023-12"), 4),
        parameters=(
            Parameter("r0", None, ("lognormal", (float(np.log(5)), 0.5))),
            Parameter("d0", None, ("uniform", (0.01, 0.05))),
            Parameter("k", 2.0, None),
            Parameter("initial.fighters[reds]", None, ("lognormal", (float(np.log(200)), 0.3))),
        ),
        stocks=(Stock("fighters[reds]", half), Stock("fighters[blues]", half)),
        levels=(Level("anger", half, 0.0, 1.0, half, None),),
        noise=(),
        auxiliaries=(),
        flows=(),
        accumulators=(),
        inputs=(),
        lookups=(),
        shocks=(),
        observations=(
            Observation(
                "events", "negative_binomial", (half, half), data["events"], None, "month",
                "events", "Fights", "Violence",
            ),
            Observation(
                "deaths", "poisson", (half,), data["deaths"], None, "year",
                "deaths", "Deaths a year", "Violence",
            ),
            Observation(
                "strength", "between", (Ref("fighters[reds]"), half), data["strength"],
                data["strength:high"], "irregular", "people", "Strength of the Reds", "Strength",
            ),
        ),
        actors=(Actor("reds", "The Reds", ("A1",), None, (("rebel", None, None),)),),
        dyads=(),
        schedulable=(),
        elements={e.name: e for e in elements},
        groups={"fighters": ("fighters[reds]", "fighters[blues]")},
    )  # fmt: skip


def made_graph() -> nx.DiGraph:
    """A dependency graph with a reinforcing and a balancing loop."""
    graph: nx.DiGraph = nx.DiGraph()
    for name, kind, label in [
        ("fighters", "stock", "Fighters"),
        ("anger", "level", "Anger"),
        ("recruitment", "flow", "Recruitment of new fighters"),
        ("loss", "flow", "Losses"),
        ("r0", "parameter", "Recruits a month"),
        ("d0", "parameter", "Loss hazard"),
        ("raid", "shock", HOSTILE),
    ]:
        graph.add_node(name, kind=kind, label=label, unit="")
    for a, b, sign in [
        ("fighters", "anger", "+"),
        ("anger", "recruitment", "+"),
        ("recruitment", "fighters", "+"),
        ("r0", "recruitment", "+"),
        ("d0", "loss", "+"),
        ("loss", "fighters", "-"),
        ("fighters", "loss", "+"),
        ("raid", "fighters", "?"),
    ]:
        graph.add_edge(a, b, sign=sign)
    return graph


def made_run(
    *, fitted: bool = False, seed: int = 1, draws: int = 200, report: dict[str, Any] | None = None
) -> ReportInput:
    """A run of 48 months whose data end after 36."""
    rng = np.random.default_rng(seed)
    months = np.arange("2020-01", "2024-01", dtype="datetime64[M]")
    n = months.size
    december = np.array([str(m).endswith("-12") for m in months])
    data = {
        "events": rng.poisson(6, n).astype(float),
        "deaths": np.where(december, rng.poisson(70, n), np.nan),
        "strength": np.full(n, np.nan),
        "strength:high": np.full(n, np.nan),
    }
    data["events"][36:] = np.nan
    data["deaths"][36:] = np.nan
    data["strength"][[11, 23]], data["strength:high"][[11, 23]] = [150, 120], [400, 300]
    spec = ModelSpec.from_data(SPEC)
    ledger = parse_ledger(LEDGER.replace("HOSTILE", HOSTILE.replace('"', '\\"')))
    bound = {"C1": ["d0", "loss", "fighters"], "L1": ["fighters"], "L2": ["fighters", "loss"]}
    case = MadeCase(
        name="made",
        spec=spec,
        model=_model(spec, data),
        ledger=ledger,
        coverage=coverage(ledger, bound, {"C2": "Nobody could measure it."}),
        warnings=(Problem("R0723", f"C3 is open {HOSTILE}", severity="warning"),),
        report=report
        if report is not None
        else {"map": {"extent": [-14, 8, 18, 27], "scene": ["Mali"]}},
    )
    time = {"month": months.astype("datetime64[ns]")}
    size = (draws, n)
    walk = 0.05 * rng.standard_normal(size).cumsum(1)
    fighters = 200 * np.exp(0.3 * rng.standard_normal((draws, 1)) + walk)
    blues = np.round(fighters * rng.lognormal(0, 2, (draws, 1)))
    counts = rng.negative_binomial(2, 2 / (2 + 6), size).astype(float)
    noisy = fighters * np.exp(0.3 * rng.standard_normal(size))
    ensemble = xr.Dataset(
        {
            "fighters[reds]": (("draw", "month"), np.round(fighters)),
            "fighters[blues]": (("draw", "month"), blues),
            "anger": (("draw", "month"), rng.beta(4, 6, size)),
            "y:events": (("draw", "month"), counts),
            "y:deaths": (("draw", "month"), np.where(december, rng.poisson(80, size), np.nan)),
            "y:strength": (("draw", "month"), noisy),
            "parameters": (("draw", "parameter"), rng.uniform(0.01, 0.05, (draws, 1))),
        },
        coords={**time, "parameter": ["d0"]},
    )
    observed = xr.Dataset({k: ("month", v) for k, v in data.items()}, coords=time)
    provenance = {
        "command": f"rivalry run made --seed {seed} {HOSTILE}",
        "seed": seed,
        "versions": {"rivalry": "0.0"},
        "seconds": 1.25,
    }
    return ReportInput(case, ensemble, observed, made_graph(), provenance, fitted)


@pytest.fixture(scope="session")
def make_run() -> Callable[..., ReportInput]:
    """Makes runs of the made-up case."""
    return made_run


@pytest.fixture(scope="session")
def run() -> ReportInput:
    """One run of the made-up case, not fitted."""
    return made_run()


@pytest.fixture(scope="session")
def hostile() -> str:
    """Text that would break a careless page."""
    return HOSTILE


WIDE = """() => {
          const limit = document.documentElement.clientWidth;
          const inScroller = e => { for (let p = e.parentElement; p; p = p.parentElement)
              if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(p).overflowX)) return true;
            return false; };
          return [document.documentElement.scrollWidth - limit,
            [...document.querySelectorAll('main *')].filter(e => {
              const b = e.getBoundingClientRect();
              return b.width > 1 && (b.right > limit + 1 || b.left < -1) && !inScroller(e)
                && !e.closest('svg') && !e.closest('.cards thead');
            }).map(e => e.outerHTML.slice(0, 90))];
        }"""
CUT = """() => [...document.querySelectorAll('main svg text')].filter(t => {
          if (!t.textContent.trim()) return false;
          const svg = t.ownerSVGElement, f = svg.getBoundingClientRect();
          const b = t.getBoundingClientRect();
          if (!f.width || !b.width || getComputedStyle(t).opacity === '0') return false;
          return b.left < f.left - 1 || b.right > f.right + 1
            || b.top < f.top - 1 || b.bottom > f.bottom + 1;
        }).map(t => t.textContent)"""
OVERLAP = """() => { const found = [];
          for (const axis of document.querySelectorAll('[data-chart] .role-axis-label')) {
            const boxes = [...axis.querySelectorAll('text')]
              .filter(t => t.getAttribute('opacity') !== '0' && t.textContent)
              .map(t => [t.textContent, t.getBoundingClientRect()]);
            boxes.forEach(([s, a], i) => boxes.slice(0, i).forEach(([r, b]) => {
              if (a.left < b.right && b.left < a.right && a.top < b.bottom - 2
                  && b.top < a.bottom - 2) found.push(r + '|' + s);
            }));
          }
          return found; }"""


class Visit:
    """A page with everything it said and asked for."""

    def __init__(self, browser: Any, address: str, width: int) -> None:
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, reduced_motion="reduce"
        )
        page = self.page = self.context.new_page()
        page.on("console", lambda m: self.messages.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.messages.append(f"error: {e}"))
        page.on("dialog", lambda d: self.messages.append(f"dialog: {d.message}"))
        page.on("request", lambda r: self.requests.append(r.url))
        page.goto(address)
        page.wait_for_selector("html[data-charts=done]", state="attached", timeout=60_000)

    def wide(self) -> Any:
        """Pixels that the page is too wide, and elements beyond the window's edge."""
        return self.page.evaluate(WIDE)

    def cut(self) -> Any:
        """Texts of drawings that lie outside their frame."""
        return self.page.evaluate(CUT)

    def overlapping(self) -> Any:
        """Pairs of labels of one axis that overlap."""
        return self.page.evaluate(OVERLAP)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """Headless Chromium."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def open_page(browser: Any) -> Callable[[str, int], Visit]:
    """Opens a report offline at a width and waits for its charts."""
    return lambda address, width: Visit(browser, address, width)


PAID = Path(__file__).parent / "paid"
#: Draws of the reference and of what more pay adds, month by month, so that answers can be
#: worked out by hand: in draw d of 20, 10 recruits a month and 1000 fighters; d - 1 more recruits.
PAID_DRAWS, PAID_MONTHS = 20, 3


def paid_answers(case: Case) -> WhatIfInput:
    """Answers of the case of pay, with contrasts made up and verdicts written down."""
    months, names = PAID_MONTHS, ("fighters", "cost", "recruitment", "loss")
    reference = np.zeros((PAID_DRAWS, months, len(names)))
    reference[:, :, 0], reference[:, :, 2] = 1000.0, 10.0
    more = reference.copy()
    extra = np.arange(PAID_DRAWS) - 1.0
    more[:, :, 2] += extra[:, None]
    more[:, :, 0] += extra[:, None] * np.arange(1, months + 1)
    more[:, :, 1] += 0.5
    first = Month.parse("2021-01")
    items = []
    for name, values in (("paid", more), ("as_it_was", reference)):
        spec = case.model.scenarios[name]
        what = WhatIf(name, spec.label or name, (Part(name, spec),))
        items.append(Contrast(what, first, names, reference, values, None))
    parameters = np.full((PAID_DRAWS, len(case.model.parameters)), 0.02)
    claims = (
        ClaimRow(
            "C01", "claims", "pay -> more of recruits", "P2, P10", "S1", "fact", "supported",
            "sum(recruitment) over 12 months, paid against reference", "+", "contrast",
            -120.0, -30.0, 260.0, 0.6, 0.996, 160.0,
            (Rest("pull", 0.7, 0.45), Rest("hazard", -0.3, None)), "The data raised its odds.",
        ),
        ClaimRow(
            "C02", "claims", "<b>pay</b> -> less of losses", "P10", "S1", "hedged", "assumed",
            "effect along pay > recruitment", "-", "path", 0.1, 0.02, 0.3, 0.91, 0.91, 1.0,
            (Rest("hazard", 0.5, None),), "The priors have this sign already.",
        ),
        ClaimRow(
            "C03", "claims", "weather -> more of mood", "P1", "S1", "implied", "outside", "", "",
            "", None, None, None, None, None, None, (), "Nobody measured it.",
        ),
        ClaimRow(
            "W1", "levers", "more pay: more recruits", "P3", "S1", "", "undecided",
            "effect along pay > recruitment > fighters", "+", "path", 1.0, -1.0, 3.0, 0.5, 0.5,
            1.0, (), "The data do not settle the sign.",
        ),
    )  # fmt: skip
    check = CheckRow(
        "Q1", "fighters: 900", "P1", "quantities", "checked", "not borne out", 1200.0, "< 1,000",
        "Fighters", "A register", "Fighters: 1,200, to be < 1,000 (A register). Not borne out. It "
        "counts reserves.",
    )  # fmt: skip
    names_shown = {c.what.name: ("fighters", "recruitment") for c in items}
    return WhatIfInput(
        contrasts=Contrasts(case.model, tuple(items), parameters),
        names=names_shown,
        claims=claims,
        checks=(check,),
        claim_draws=200,
    )


@pytest.fixture(scope="session")
def paid() -> Case:
    """A small case of pay, what it draws and what it costs."""
    return load_case(PAID)


@pytest.fixture(scope="session")
def answers(paid: Case) -> WhatIfInput:
    """Answers of the case of pay that can be worked out by hand."""
    return paid_answers(paid)


@pytest.fixture(scope="session")
def paid_run(paid: Case, answers: WhatIfInput) -> ReportInput:
    """A run of the case of pay with these answers, loops scored for real."""
    ensemble = simulate(paid.model, n_draws=30, seed=1)
    loops = loop_strength(paid.model, None, 30, 1)
    given = replace(answers, loops=loops, years=(2020, 2021))
    return ReportInput(
        paid, ensemble, observed(paid.model), build_graph(paid.model), {"command": "rivalry run"},
        True, whatif=given,
    )  # fmt: skip
