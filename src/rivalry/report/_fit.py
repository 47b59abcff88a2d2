"""The section on the fit: what the data moved, what they leave open, and whether to trust it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rivalry.inference import (
    Diagnosis,
    Direction,
    FitFile,
    Pair,
    ParameterDiagnosis,
    SeriesCheck,
    Smoothed,
    diagnose,
    smoothed,
)
from rivalry.report._charts import Figure
from rivalry.report._fit_mixing import Mixing, mixing, points_for
from rivalry.report._fit_series import (
    pit_bars,
    pit_words,
    predictive_figures,
    spell_words,
    tempo_figure,
)
from rivalry.report._input import CaseLike
from rivalry.report._labels import element_label
from rivalry.report._numbers import interval, plain_unit, plural

#: Parameters whose chains are drawn without asking; and at most so many more on demand.
WORST, MOST = 4, 240
_SPELLS = 6


@dataclass(frozen=True)
class FitRow:
    """A parameter in the table: its diagnosis, words, and the bar in prior standard deviations."""

    of: ParameterDiagnosis
    label: str
    unit: str
    prior: str
    posterior: str
    low: float
    mid: float
    high: float

    @property
    def verdict(self) -> str:
        """Whether the data moved it, in words."""
        if self.of.contraction != self.of.contraction:
            return "not known"
        return "the data moved it" if self.of.moved else "the data say little"


@dataclass(frozen=True)
class CheckRow:
    """A series in the table of checks; `bars` is the path of its PIT histogram."""

    of: SeriesCheck
    label: str
    bars: str
    words: str


@dataclass(frozen=True)
class Surprise:
    """A noise term: its chart, and the months it had to explain, in words."""

    label: str
    figure: Figure
    spells: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class FitSection:
    """All that the section shows."""

    diagnosis: Diagnosis
    lead: tuple[str, ...]
    rows: tuple[FitRow, ...]
    pairs: tuple[str, ...]
    directions: tuple[str, ...]
    charts: tuple[Figure, ...]
    checks: tuple[CheckRow, ...]
    surprises: tuple[Surprise, ...]
    worst: tuple[Mixing, ...]
    others: tuple[Mixing, ...]
    unshown: int
    settings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    @property
    def figures(self) -> list[Figure]:
        """Charts that the page's script draws."""
        return [*self.charts, *(s.figure for s in self.surprises)]


def fit_section(
    fit: FitFile, case: CaseLike | None = None, found: Diagnosis | None = None
) -> FitSection:
    """Compute the section.

    Parameters
    ----------
    fit : FitFile
    case : CaseLike, optional
        Gives names, units and exact normal scores.
    found : Diagnosis, optional
        If the fit has been diagnosed already, perhaps with the likelihood's noise measured.
    """
    found = found or diagnose(fit, None if case is None else case.model)
    labels = {n: parameter_label(case, n) for n in fit.names}
    rows = sorted(
        (_row(p, *labels[p.name]) for p in found.parameters),
        key=lambda r: -r.of.contraction if r.of.contraction == r.of.contraction else np.inf,
    )
    series = _series_labels(fit, case)
    points = points_for(len(fit.names), found.chains)
    badly = sorted(
        found.parameters, key=lambda p: (-p.rhat if p.rhat == p.rhat else -np.inf, p.ess_bulk)
    )
    drawn = [
        mixing(p.name, *labels[p.name], fit.draws(p.name), p.rhat, p.ess_bulk, p.ess_tail, points)
        for p in badly[: WORST + MOST]
    ]
    surprises, notes = _surprises(fit, case)
    return FitSection(
        diagnosis=found,
        lead=_lead(found, labels),
        rows=tuple(rows),
        pairs=tuple(_pair(p, labels) for p in found.pairs),
        directions=_directions(found, labels),
        charts=tuple(predictive_figures(fit, found.series, series)),
        checks=tuple(
            CheckRow(
                s, series.get(s.name, (s.name.replace("_", " "), ""))[0], pit_bars(s), pit_words(s)
            )
            for s in found.series
        ),
        surprises=tuple(surprises),
        worst=tuple(drawn[:WORST]),
        others=tuple(drawn[WORST:]),
        unshown=len(found.parameters) - len(drawn),
        settings=_settings(fit, found),
        notes=(*found.notes, *notes),
    )


def _series_labels(fit: FitFile, case: CaseLike | None) -> dict[str, tuple[str, str]]:
    if case is not None:
        return {o.name: (o.label, o.unit or "") for o in case.model.observations}
    predictive = fit.groups.get("posterior_predictive")
    if predictive is None:
        return {}
    return {
        str(n): (str(v.attrs.get("label") or n), str(v.attrs.get("unit") or ""))
        for n, v in predictive.data_vars.items()
    }


def parameter_label(case: CaseLike | None, name: str) -> tuple[str, str]:
    """Label and unit of a parameter; start values and sizes of shocks have those of their owner."""
    if case is None:
        return name, ""
    model = case.model
    element = model.elements.get(name)
    unit = plain_unit(element.unit if element else None)
    if name.startswith("initial."):
        return element_label(model, name.removeprefix("initial.")) + ", at the start", unit
    owner, dot, rest = name.partition(".")
    shock = case.spec.shocks.get(owner) if dot else None
    if shock is not None:
        return f"{shock.label or owner.replace('_', ' ')}: {rest.replace('_', ' ')}", unit
    return element_label(model, name), unit


def _row(p: ParameterDiagnosis, label: str, unit: str) -> FitRow:
    def place(u: float) -> float:
        return 60.0 + 20.0 * float(np.clip(u, -2.9, 2.9)) if u == u else 60.0

    prior = "" if p.prior_low != p.prior_low else interval(p.prior_low, p.prior_high)
    return FitRow(
        p, label, unit, prior, interval(p.low, p.high),
        place(p.score_low), place(p.score_mid), place(p.score_high),
    )  # fmt: skip


def _lead(found: Diagnosis, labels: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    n = len(found.parameters)
    known = [p for p in found.parameters if p.contraction == p.contraction]
    moved = [p for p in known if p.moved]
    lines = [
        f"The data moved {len(moved)} of {plural(n, 'fitted parameter')}; they say little on "
        f"{'one' if n - len(moved) == 1 else n - len(moved)}, and what the model does with that "
        "is what was assumed."
        if len(moved) < n
        else f"The data moved all {plural(n, 'fitted parameter')}."
    ]
    top = sorted(moved, key=lambda p: -p.contraction)[:3]
    if top:
        names = _and([labels[p.name][0] for p in top])
        lines.append(f"Best known after the fit: {names}.")
    if found.pairs:
        lines.append(
            f"{plural(len(found.pairs), 'pair')} of parameters cannot be told apart by these data: "
            "only their combination is known."
        )
    if found.series:
        inside = sum(s.inside90 for s in found.series)
        total = sum(s.n for s in found.series)
        lines.append(
            f"Of {total:,} recorded values {inside:,} ({inside / total:.0%}) lie inside the 90% "
            f"bands of the fitted model, over {plural(len(found.series), 'series', 'series')}; a "
            "sound band holds about nine in ten."
        )
    worst = max((p.rhat for p in found.parameters if p.rhat == p.rhat), default=np.nan)
    least = min((p.ess_bulk for p in found.parameters if p.ess_bulk == p.ess_bulk), default=np.nan)
    chains = f"{plural(found.chains, 'chain')} of {found.draws:,} draws"
    if found.settled:
        lines.append(
            f"The computation has settled: {chains} agree (largest R-hat {worst:.3f}, at most 1.01 "
            f"wanted) and hold at least {least:,.0f} independent draws of every parameter."
        )
    return tuple(lines)


def unsettled(found: Diagnosis) -> str:
    """Warn of a computation that has not settled; empty if it has."""
    if found.settled:
        return ""
    unsure = sum(not p.rhat <= 1.01 for p in found.parameters)
    few = sum(not p.ess_bulk >= 400 for p in found.parameters)
    worst = max((p.rhat for p in found.parameters if p.rhat == p.rhat), default=np.nan)
    return (
        f"The computation has not settled: of {plural(len(found.parameters), 'parameter')} "
        f"{unsure} have chains that disagree (R-hat above 1.01, largest {worst:.2f}) and {few} "
        "fewer than 400 independent draws. Do not lean on the third digit of anything, nor on the "
        "ends of intervals; a longer fit is needed."
    )


def _pair(p: Pair, labels: Mapping[str, tuple[str, str]]) -> str:
    a, b = (labels[n][0] for n in p.names)
    how = (
        "when one is higher than thought, so is the other"
        if p.correlation > 0
        else "when one is higher than thought, the other is lower"
    )
    return (
        f"{a} and {b}: the data fix the two together, not each ({how}; correlation "
        f"{p.correlation:.2f}). Contraction {p.first:.2f} and {p.second:.2f} alone, "
        f"{p.together:.2f} together."
    )


def _directions(found: Diagnosis, labels: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """Say how many directions the data moved, and name unmoved ones that mix parameters."""
    if not found.directions:
        return ()
    still = [d for d in found.directions if not d.moved]
    lines = [
        "Taken together, the parameters span "
        f"{plural(len(found.directions), 'independent direction')}; the data moved "
        f"{len(found.directions) - len(still)} of them."
    ]
    moved = {p.name for p in found.parameters if p.moved}
    mixed = [d for d in still if len(d.parts) > 1 and any(n in moved for n, _ in d.parts)]
    for d in sorted(mixed, key=lambda d: d.contraction)[:5]:
        lines.append(f"Not moved: {_parts(d, labels)} (contraction {max(d.contraction, 0.0):.2f}).")
    return tuple(lines)


def _parts(d: Direction, labels: Mapping[str, tuple[str, str]]) -> str:
    return ", ".join(
        f"{labels[n][0]} {'up' if w > 0 else 'down'} ({abs(w):.2f})" for n, w in d.parts[:4]
    )


def _surprises(fit: FitFile, case: CaseLike | None) -> tuple[list[Surprise], list[str]]:
    states = fit.groups.get("smoothed_states")
    if states is None:
        return [], [
            "The file holds no smoothed states: mechanism and surprise cannot be told apart here."
        ]
    every = smoothed(states)
    terms = _noise(every, case)
    surprises = []
    for name, label, log in terms:
        figure, found = tempo_figure(every[name], label, log=log)
        ordered = sorted(found, key=lambda s: -s.months)[:_SPELLS]
        words = tuple(spell_words(s, log=log) for s in sorted(ordered, key=lambda s: s.first))
        surprises.append(Surprise(label, figure, words, len(found) - len(ordered)))
    if not surprises:
        return [], ["The model has no latent tempo, or the file holds none of it."]
    return surprises, []


def _noise(every: Mapping[str, Smoothed], case: CaseLike | None) -> list[tuple[str, str, bool]]:
    """Names, labels and log scales of noise terms: by the case, or as far as the file tells."""
    if case is not None:
        return [
            (n.name, element_label(case.model, n.name), n.log)
            for n in case.model.noise
            if n.kind == "ar1" and n.name in every
        ]
    # a factor is never negative, an addition is as often as not
    return [
        (s.name, s.label, bool(np.nanmin(s.quantiles) > 0.0))
        for s in every.values()
        if s.kind == "noise"
    ]


_SETTINGS = {
    "method": "Method", "case": "Case", "started": "Started", "seconds": "Seconds",
    "seed": "Seed", "particles": "Particles of each filter", "warmup": "Draws before those kept",
    "scheduler": "Scheduler", "rivalry": "Version",
}  # fmt: skip


def _settings(fit: FitFile, found: Diagnosis) -> tuple[tuple[str, str], ...]:
    lines = [("Chains and draws kept", f"{found.chains} of {found.draws:,}")]
    for key, title in _SETTINGS.items():
        value: Any = fit.attributes.get(key)
        if value is None:
            continue
        if hasattr(value, "item"):
            value = value.item()
        whole = isinstance(value, int | float)
        lines.append((title, f"{value:,.0f}" if whole and key != "seed" else str(value)))
    if found.acceptance:
        shares = ", ".join(f"{x:.0%}" for x in found.acceptance)
        lines.append(("Proposals accepted, chain by chain", shares))
    if found.noise is not None:
        n = found.noise
        lines.append(
            (
                "Standard deviation of the log-likelihood estimate",
                f"{n.sd:.2f} with {n.particles:,} particles, at {n.where}: {n.verdict()}; about "
                f"{n.asked:,} particles give 1.2",
            )
        )
    return tuple(lines)


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
