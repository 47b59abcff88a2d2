"""Fragility: models in which the assumption that overturns a claim, and its value, are known."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from rivalry.cases import Case, load_case
from rivalry.foundation import RivalryError
from rivalry.model import draw_parameters
from rivalry.whatif import (
    FRAGILITY_FILE,
    fragile_text,
    fragility,
    fragility_mark,
    read_fragile,
)
from rivalry.whatif._evidence import answer
from rivalry.whatif._fragility import _asked
from rivalry.whatif._fragility_effects import Effects
from rivalry.whatif._fragility_search import PRECISION, Aim, Bracket, cross, margins

# mood is at push * gain * (help - harm / scale) in equilibrium; nothing else enters
CASE = """
rivalry: 1
title: Help and harm
ledger: ledger.yaml
time: {start: 2013-01, end: 2015-12, substeps: 1}
levels:
  mood: {initial: 0, change: "(gain * push * (help - harm * share) - mood) / lag"}
  safe: {initial: 0, change: "(gain * push - safe) / lag"}
  open: {initial: 0, change: "(gain * push * leaning - open) / lag"}
parameters:
  help: {prior: "normal(2, 0.5)"}
  gain: {prior: "lognormal(0, 0.3)"}
  idle: {prior: "normal(0, 1)"}
  leaning: {prior: "normal(0.25, 1)"}
  harm: {value: 1}
  share: {value: 0.5}
  push: 0
  lag: {value: 1, unit: month}
levers: {push: {label: Push, parameter: push, range: [0, 1]}}
scenarios: {pushed: {label: Push, from: 2014-01, set: {push: 1}}}
expectations:
  C1: {scenario: pushed, of: "mean(mood)", over: 12 months, sign: "+"}
  C2: {scenario: pushed, of: "mean(safe)", over: 12 months, sign: "+"}
  C3: {scenario: pushed, of: "mean(open)", over: 12 months, sign: "+"}
bindings:
  C4: {path: [help, mood]}
outside: {C5: Nobody could know.}
"""
LEDGER = """
ledger: 1
sources: [{id: S1, title: T, author: A, kind: report, citation: C, licence: none}]
actors: [{id: A1, source: S1, locator: P1, name: A, type: person}]
claims:
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Case:
    folder: Path = tmp_path_factory.mktemp("fragile") / "help"
    folder.mkdir()
    (folder / "case.yaml").write_text(CASE)
    rows = [
        f"  - {{id: C{i}, source: S1, locator: P1, cause: push, effect: e{i}, "
        f'polarity: "+", mode: fact, asserted_by: A1}}'
        for i in range(1, 6)
    ]
    (folder / "ledger.yaml").write_text(LEDGER.strip() + "\n" + "\n".join(rows) + "\n")
    return load_case(folder)


@pytest.fixture(scope="module")
def rows(case):
    prior = draw_parameters(case.model, 200, 1)
    return fragility(case, prior, prior, threads=2)


def of(rows, claim, parameter, kind="verdict"):
    return next(r for r in rows if (r.claim, r.parameter, r.kind) == (claim, parameter, kind))


def test_the_threshold_of_an_assumed_parameter_is_found(rows):
    """The effect is gain * (help - 1/2): held at 1/2, three prior sd below 2, it turns."""
    row = of(rows, "C1", "help")
    assert row.verdict == "assumed"
    assert row.becomes == "undecided"
    assert row.source == "assumed"
    assert row.sd == pytest.approx(-3.0, abs=0.051)
    assert row.from_value == pytest.approx(2.0)
    assert row.to_value == pytest.approx(0.5, abs=0.026)
    assert "3 prior standard deviations" in row.words


def test_the_threshold_of_a_fixed_parameter_is_found(case, rows):
    """Held at x in the place of 1/2, share leaves help - x: 9 in 10 above 0 up to a quantile."""
    helped = np.sort(draw_parameters(case.model, 200, 1)[:, case.model.parameter_index["help"]])
    limit = helped[20]  # from here on no more than 179 of 200 are above 0
    # harm and share enter as a product: either may be named
    row = next(r for r in rows if r.claim == "C1" and r.parameter in ("harm", "share"))
    assert row.source == "fixed"
    assert row.sd is None
    assert row.factor == pytest.approx(limit / 0.5, rel=0.052)
    assert row.factor >= limit / 0.5  # it has been seen to overturn
    assert row.p_before == 1.0
    assert row.p_after < 0.9


def test_an_open_question_is_settled_and_turned_where_it_must(rows):
    """The effect has the sign of leaning: held at its median 1/4 it is sure, below 0 turned."""
    settled = of(rows, "C3", "leaning")
    assert settled.verdict == "undecided"
    assert settled.becomes == "assumed"
    assert abs(settled.sd) <= 0.051
    turned = of(rows, "C3", "leaning", "sign")
    assert turned.sd == pytest.approx(-0.25, abs=0.051)
    assert turned.to_value < 0
    assert turned.p_after == 0.0


def test_nothing_overturns_what_no_assumption_reaches(rows):
    """The effect is gain, above 0 wherever it lies."""
    own = [r for r in rows if r.claim == "C2"]
    assert [(r.kind, r.parameter, r.rank) for r in own] == [("", "", 0)]
    assert own[0].verdict == "assumed"
    assert "stays assumed" in own[0].words


def test_parameters_without_influence_are_never_named(rows):
    assert not {r.parameter for r in rows} & {"idle", "lag"}
    assert {r.parameter for r in rows if r.claim == "C4"} == {""}  # help acts with gain > 0
    assert not [r for r in rows if r.claim == "C5"]


def test_ranks_begin_with_the_smallest_change(rows):
    for claim in {r.claim for r in rows}:
        for kind in ("verdict", "sign"):
            own = [r for r in rows if (r.claim, r.kind) == (claim, kind)]
            assert [r.rank for r in own] == list(range(1, len(own) + 1))
            assert [r.size for r in own] == sorted(r.size for r in own)


def test_fitted_parameters_are_no_assumptions(case):
    prior = draw_parameters(case.model, 60, 1)
    found = fragility(case, prior, prior, ["help"], claims=["C1"])
    assert "help" not in {r.parameter for r in found}
    assert {r.claim for r in found} == {"C1"}


def test_threads_change_nothing(case):
    prior = draw_parameters(case.model, 40, 3)
    posterior = draw_parameters(case.model, 40, 4)
    one, many = (fragility(case, prior, posterior, ["gain"], threads=n) for n in (1, 3))
    assert one == many


def test_effects_are_those_of_the_verdicts(rivals, case):
    for some in (case, rivals):
        asked = _asked(some, None)
        model, bindings = some.model, some.model.spec.bindings
        draws = draw_parameters(model, 20, 5)
        theirs = answer(model, asked, bindings, draws, seed=3)
        ours = Effects(model, asked, bindings, 3).values(draws, asked)
        assert set(ours) == set(theirs.values)
        for id, (effect, _) in ours.items():
            np.testing.assert_allclose(effect, theirs.values[id], rtol=1e-12, atol=1e-12)


def test_a_list_comes_back_from_its_file(rows, tmp_path):
    path = tmp_path / "fragility.csv"
    path.write_text(fragile_text(rows))
    again = read_fragile(path)
    assert [(r.claim, r.kind, r.parameter, r.words, r.rank) for r in again] == [
        (r.claim, r.kind, r.parameter, r.words, r.rank) for r in rows
    ]
    assert all(
        a.sd is b.sd is None or a.sd == pytest.approx(b.sd, rel=1e-4)
        for a, b in zip(again, rows, strict=True)
    )
    path.write_text(fragile_text(rows, "now"))
    assert read_fragile(path, "now") == again
    with pytest.raises(RivalryError, match="R1174"):
        read_fragile(path, "later")
    path.write_text("claim,other\nC1,x\n")
    with pytest.raises(RivalryError, match="R1172"):
        read_fragile(path)


def test_claims_that_cannot_be_asked_are_refused(case):
    prior = draw_parameters(case.model, 20, 1)
    with pytest.raises(RivalryError, match="R1169") as caught:
        fragility(case, prior, prior, claims=["C5", "C9", "C1"])
    assert len(caught.value.problems) == 2
    plain = load_case("two_groups")
    draws = draw_parameters(plain.model, 20, 1)
    with pytest.raises(RivalryError, match="R1120"):
        fragility(plain, draws, draws)


@pytest.mark.parametrize(
    "curve",
    [
        lambda x: 1.3 - x,
        lambda x: math.exp(-x) - 0.02,
        lambda x: 1.0 if x < 2.987 else -1e-9,
        lambda x: (2.2 - x) ** 3,
        lambda x: 1e-6 - x,
    ],
)
def test_a_crossing_is_found_to_its_precision(curve):
    end = 8.0
    looked: list[float] = []

    def distances(x, keys):
        looked.append(x)
        return {k: curve(x) for k in keys}

    found = cross(distances, {"a": Bracket(end, curve(0.0), curve(end))})["a"]
    assert curve(found) <= 0
    before = [x for x in [0.0, *looked] if curve(x) > 0]
    assert found - max(before) <= PRECISION + 1e-12
    assert len(looked) <= 18


def test_margins_drop_broken_draws_unless_they_are_many():
    effect = np.ones(100)
    effect[3] = np.nan
    assert len(margins(effect, np.zeros(100), "+")) == 99
    effect[:10] = np.nan
    assert len(margins(effect, np.zeros(100), "+")) == 0
    small = margins(np.array([0.01, -0.2]), np.array([2.0, 2.0]), "0")
    assert (small > 0).tolist() == [True, False]


def test_distances_turn_where_verdicts_do():
    values = np.array([-1.0] * 10 + [1.0] * 90)
    holds = Aim("verdict", False, 0.9)
    assert holds.distance(values) > 0
    values[10] = -1.0
    assert holds.distance(values) <= 0
    assert Aim("verdict", True, 0.9).distance(values) > 0
    assert Aim("sign", False, 0.5).distance(np.zeros(5)) > 0


def test_the_list_of_the_bundled_case_belongs_to_it():
    bundled = load_case("afghanistan", check=False)
    kept = read_fragile(bundled.folder / FRAGILITY_FILE, fragility_mark(bundled))
    assert {"C47", "W1", "F2"} <= {r.claim for r in kept}
