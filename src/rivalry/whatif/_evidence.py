"""Draws of the effects that claims speak of, from the prior and from the posterior."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from rivalry.foundation import Month
from rivalry.model import Model
from rivalry.model.spec import BindingSpec, ExpectationSpec
from rivalry.whatif._change import WhatIf, made_up
from rivalry.whatif._contrast import Contrast, contrast
from rivalry.whatif._ensemble import Array
from rivalry.whatif._outputs import Over
from rivalry.whatif._paths import Visited

Way = Literal["contrast", "path", "shock"]

_OF = re.compile(r"\s*(sum|mean|last)\(\s*([^()]+?)\s*\)\s*")
_SPAN = 12


@dataclass(frozen=True)
class Question:
    """What is asked of the model about one claim.

    Attributes
    ----------
    id : str
    way : {"contrast", "path", "shock"}
    sign : {"+", "-", "0"}
        Claimed for the quantity that is measured.
    words : str
        What is measured.
    """

    id: str
    way: Way
    sign: str
    words: str


@dataclass(frozen=True)
class Answers:
    """Draws of effects under one set of parameters.

    Attributes
    ----------
    values : dict of str to ndarray (n_draws,)
        By claim.
    reference : dict of str to ndarray (n_draws,)
        What a contrast is a difference from.
    paths : dict of str to ndarray (n_draws,)
        Effects along the bound paths, of all claims that have one.
    """

    values: dict[str, Array]
    reference: dict[str, Array]
    paths: dict[str, Array]


def questions(
    model: Model, bindings: Mapping[str, BindingSpec], polarity: Mapping[str, str]
) -> dict[str, Question]:
    """Say how each claim can be put to the model.

    An expectation of the case comes first, then the bound path, then the shock that carries it.
    Claims with none of these are left out.

    Parameters
    ----------
    model : Model
    bindings : mapping of str to BindingSpec
    polarity : mapping of str to str
        ``+``, ``-``, ``0`` or ``both`` by claim; empty where a row claims no sign.
    """
    found = {}
    for id, given in polarity.items():
        sign = "+" if given == "both" else given
        binding = bindings.get(id)
        if not sign:
            continue
        if id in model.expectations:
            e = model.expectations[id]
            found[id] = Question(id, "contrast", e.sign, f"{e.of} over {e.over}, {e.scenario} "
                                 f"against {e.against}")  # fmt: skip
        elif binding is not None and len(binding.path) > 1:
            way = " > ".join(binding.path)
            found[id] = Question(id, "path", binding.sign or sign, f"effect along {way}")
        elif binding is not None and (carrier := _carrier(model, binding)) is not None:
            target = _target(model, carrier)
            if target is not None:
                words = f"{target} over {_SPAN} months, with against without {carrier}"
                found[id] = Question(id, "shock", sign, words)
    return found


def answer(
    model: Model,
    asked: Mapping[str, Question],
    bindings: Mapping[str, BindingSpec],
    parameters: Array,
    *,
    seed: int,
    threads: int | None = None,
) -> Answers:
    """Compute the effects under parameter draws, free-running from the model's start.

    Parameters
    ----------
    model : Model
    asked : mapping of str to Question
    bindings : mapping of str to BindingSpec
    parameters : ndarray (n_draws, n_parameters)
    seed : int
        The same for prior and posterior, so that only the parameters differ.
    threads : int, optional
    """
    values: dict[str, Array] = {}
    reference: dict[str, Array] = {}
    expected = {id: model.expectations[id] for id, q in asked.items() if q.way == "contrast"}
    runs = _contrasts(model, expected, parameters, seed, threads)
    for id, e in expected.items():
        how, names = read_of(model, e)
        span = months(e.over)
        values[id] = np.zeros(len(parameters))
        reference[id] = np.zeros(len(parameters))
        for side, weight in ((e.scenario, 1.0), (e.against, -1.0)):
            if side == "reference":
                continue
            for name in names:
                values[id] = values[id] + weight * runs[side].total(name, how, span)
        lead = runs[e.scenario if e.scenario != "reference" else e.against]
        for name in names:
            reference[id] = reference[id] + lead.reference_total(name, how, span)
    for id, q in asked.items():
        if q.way == "shock":
            shock = _carrier(model, bindings[id])
            assert shock is not None
            values[id], reference[id] = _without(model, shock, parameters, seed, threads)
    seen = Visited(model, parameters, seed, threads)
    paths = {
        id: seen.effect(bindings[id].path)
        for id in asked
        if id in bindings and len(bindings[id].path) > 1 and seen.follows(bindings[id].path)
    }
    values |= {id: paths[id] for id, q in asked.items() if q.way == "path" and id in paths}
    return Answers(values, reference, paths)


def read_of(model: Model, expectation: ExpectationSpec) -> tuple[Over, list[str]]:
    """Split ``mean(fighters)`` into how months add up and the elements meant."""
    match = _OF.fullmatch(expectation.of)
    assert match is not None  # checked when the model was built
    name = match.group(2).replace(" ", "")
    return cast(Over, match.group(1)), list(model.resolve(name))


def months(text: str) -> int:
    """Return a span such as ``12 months`` or ``2 years`` in months."""
    number, word = re.findall(r"\d+|[a-z]+", text)[:2]
    return int(number) * (12 if word.startswith("year") else 1)


def _contrasts(
    model: Model,
    expected: Mapping[str, ExpectationSpec],
    parameters: Array,
    seed: int,
    threads: int | None,
) -> dict[str, Contrast]:
    """Run every scenario that an expectation names, once, as long as the longest asks."""
    spans: dict[str, int] = {}
    outputs: dict[str, None] = {}
    for e in expected.values():
        outputs |= dict.fromkeys(read_of(model, e)[1])
        for side in (e.scenario, e.against):
            if side != "reference":
                spans[side] = max(spans.get(side, 0), months(e.over))
    found: dict[str, Contrast] = {}
    for span in sorted(set(spans.values())):
        names = [s for s, wanted in spans.items() if wanted == span]
        runs = contrast(
            model, names, parameters, horizon=span, outputs=list(outputs), seed=seed,
            threads=threads,
        )  # fmt: skip
        found |= {c.what.name: c for c in runs}
    return found


def _carrier(model: Model, binding: BindingSpec) -> str | None:
    """First shock of a binding that happens, in the reference or in some scenario."""
    for shock in model.shocks:
        if shock.name in binding.by and (shock.fire.any() or _firing(model, shock.name)):
            return shock.name
    return None


def _firing(model: Model, shock: str) -> str | None:
    """First scenario that fires a shock."""
    return next((name for name, s in model.scenarios.items() if shock in s.fire), None)


def _target(model: Model, shock: str) -> str | None:
    """First simulated element that a shock acts on."""
    known = set(model.recordable)
    actions = next(s.actions for s in model.shocks if s.name == shock)
    for action in actions:
        if action.target in known:
            return action.target
    return None


def _without(
    model: Model, shock: str, parameters: Array, seed: int, threads: int | None
) -> tuple[Array, Array]:
    target = _target(model, shock)
    assert target is not None
    happens = next(s.fire.any() for s in model.shocks if s.name == shock)
    fired = _firing(model, shock)
    what: str | WhatIf = made_up(model, without=[shock], month=Month(0))
    if not happens and fired is not None:
        what = fired
    runs = contrast(
        model, [what], parameters, horizon=_SPAN, outputs=[target], seed=seed, threads=threads
    )
    one = runs.items[0]
    before = one.reference_total(target, "mean")
    with_it = one.total(target, "mean")
    return (-with_it if happens else with_it), before


def agreement(values: Array, sign: str) -> float:
    """Share of the draws with an effect that have the given sign; 0 without any effect."""
    moved = values[np.isfinite(values) & (values != 0)]
    if not moved.size:
        return 0.0
    return float((moved > 0).mean() if sign == "+" else (moved < 0).mean())


def path_signs(answers: Answers, ids: Sequence[str]) -> dict[str, float]:
    """Share of draws in which the effect along a path is positive, by claim."""
    return {id: agreement(answers.paths[id], "+") for id in ids if id in answers.paths}
