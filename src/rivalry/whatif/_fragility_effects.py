"""The effects that claims speak of, at parameter vectors of one's choice, claim by claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from rivalry.foundation import Month, RivalryError
from rivalry.model import Model
from rivalry.model.spec import BindingSpec
from rivalry.whatif._change import WhatIf, made_up, named_scenario
from rivalry.whatif._ensemble import Array
from rivalry.whatif._evidence import _SPAN, Question, _carrier, _firing, _target, months, read_of
from rivalry.whatif._outputs import Over
from rivalry.whatif._paths import Visited
from rivalry.whatif._sensitivity_plan import Plan, Wanted, wanted_of


@dataclass(frozen=True)
class _Part:
    """One side of an effect: a weighted reading of one run."""

    run: int
    weight: float
    names: tuple[str, ...]
    how: Over
    months: int


class Effects:
    """What `rivalry.whatif._evidence.answer` computes, for few claims at a time and many times.

    Parameters
    ----------
    model : Model
    asked : mapping of str to Question
    bindings : mapping of str to BindingSpec
    seed : int
        The same as for the verdicts: then the effects are the same, draw by draw.
    """

    def __init__(
        self,
        model: Model,
        asked: Mapping[str, Question],
        bindings: Mapping[str, BindingSpec],
        seed: int,
    ) -> None:
        self.model, self.asked, self._bindings, self._seed = model, asked, bindings, seed
        self._parts: dict[str, list[_Part]] = {}
        spans: dict[str, int] = {}
        outputs: dict[str, dict[str, None]] = {}
        whats: dict[str, WhatIf] = {}

        def add(
            claim: str, what: WhatIf, weight: float, names: list[str], how: Over, span: int
        ) -> None:
            whats[what.name] = what
            spans[what.name] = max(spans.get(what.name, 0), span)
            outputs.setdefault(what.name, {}).update(dict.fromkeys(names))
            number = list(whats).index(what.name)
            self._parts[claim].append(_Part(number, weight, tuple(names), how, span))

        for id, question in asked.items():
            if question.way == "contrast":
                e = model.expectations[id]
                how, names = read_of(model, e)
                self._parts[id] = []
                for side, weight in ((e.scenario, 1.0), (e.against, -1.0)):
                    if side != "reference":
                        add(id, named_scenario(model, side), weight, names, how, months(e.over))
            elif question.way == "shock":
                self._parts[id] = []
                what, weight, target = _shocked(model, bindings[id])
                add(id, what, weight, [target], "mean", _SPAN)
        wanted = [wanted_of(model, w, spans[n], tuple(outputs[n])) for n, w in whats.items()]
        self._plan = Plan(model, wanted)

    def values(self, parameters: Array, claims: Iterable[str]) -> dict[str, tuple[Array, Array]]:
        """Compute effects in this thread.

        Parameters
        ----------
        parameters : ndarray (n, n_parameters)
            Row i has the random numbers of draw i.
        claims : iterable of str

        Returns
        -------
        dict of str to (effect, reference)
            Each (n,); NaN for a trajectory that breaks.
        """
        ids = list(claims)
        keys = np.arange(len(parameters), dtype=np.int64)
        runs = sorted({p.run for id in ids for p in self._parts.get(id, ())})
        found = self._plan.run(parameters, keys, self._seed, runs)
        values: dict[str, tuple[Array, Array]] = {}
        for id in ids:
            if id not in self._parts:
                continue
            effect, reference = np.zeros(len(parameters)), np.zeros(len(parameters))
            for k, part in enumerate(self._parts[id]):
                before, after = (_read(s, self._plan.wanted[part.run], part) for s in
                                 found[part.run])  # fmt: skip
                effect = effect + part.weight * (after - before)
                reference = reference + before if k == 0 else reference
            values[id] = (effect, reference)
        values |= self._paths(parameters, [id for id in ids if id not in self._parts])
        return values

    def _paths(self, parameters: Array, ids: list[str]) -> dict[str, tuple[Array, Array]]:
        nothing = np.zeros(len(parameters))
        if not ids:
            return {}
        try:
            seen = Visited(self.model, parameters, self._seed, 1)
        except RivalryError:  # a trajectory breaks
            return {id: (np.full(len(parameters), np.nan), nothing) for id in ids}
        return {id: (seen.effect(self._bindings[id].path), nothing) for id in ids}


def _read(series: Array, wanted: Wanted, part: _Part) -> Array:
    columns = [wanted.names.index(n) for n in part.names]
    kept = series[:, : part.months, columns]
    if part.how == "last":
        return np.asarray(kept[:, -1].sum(axis=1))
    total = kept.sum(axis=1) if part.how == "sum" else kept.mean(axis=1)
    return np.asarray(total.sum(axis=1))


def _shocked(model: Model, binding: BindingSpec) -> tuple[WhatIf, float, str]:
    """Return the what-if of a shock, the sign with which it counts, and what it acts on."""
    shock = _carrier(model, binding)
    assert shock is not None
    target = _target(model, shock)
    assert target is not None
    happens = next(s.fire.any() for s in model.shocks if s.name == shock)
    fired = _firing(model, shock)
    if not happens and fired is not None:
        return named_scenario(model, fired), 1.0, target
    without = made_up(model, without=[shock], month=Month(0))
    return without, -1.0 if happens else 1.0, target
