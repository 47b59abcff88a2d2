"""Verdicts: the rule itself, no data no support, and error rates with known effects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from rivalry.cases import Case, load_case
from rivalry.foundation import RivalryError
from rivalry.inference import OnlineSettings, PriorSpace, learn_online, simulate_data
from rivalry.model import draw_parameters
from rivalry.whatif import Sides, count_sides, judge, judge_claims

CASE = """
rivalry: 1
title: A push and its effect
ledger: ledger.yaml
time: {start: 2013-01, end: 2015-12, substeps: 1}
levels:
  mood: {initial: 0, change: "effect * (0.5 + push) - fade * mood", sd: 0.2}
  hidden: {initial: 0, change: "hidden_effect * (0.5 + push) - fade * hidden"}
  sure: {initial: 0, change: "sure_effect * (0.5 + push) - fade * sure"}
  mostly: {initial: 0, change: "mostly_effect * (0.5 + push) - fade * mostly"}
parameters:
  effect: {prior: "normal(0, 1)", unit: 1/month}
  hidden_effect: {prior: "normal(0, 1)", unit: 1/month}
  sure_effect: {prior: "lognormal(0, 0.5)", unit: 1/month}
  mostly_effect: {prior: "normal(2, 1)", unit: 1/month}
  push: 0
  fade: {value: 0.3, unit: 1/month}
levers: {push: {label: Push, parameter: push, range: [0, 1]}}
scenarios: {pushed: {label: Push, from: 2014-01, set: {push: 1}}}
expectations:
  C1: {scenario: pushed, of: "mean(mood)", over: 12 months, sign: "+"}
  C2: {scenario: pushed, of: "mean(mood)", over: 1 year, sign: "-"}
  C3: {scenario: pushed, of: "mean(hidden)", over: 12 months, sign: "+"}
  C4: {scenario: pushed, of: "mean(sure)", over: 12 months, sign: "+"}
  C5: {scenario: pushed, of: "mean(mostly)", over: 12 months, sign: "+"}
bindings:
  C1: {path: [push, mood]}
  C4: {path: [push, sure]}
  C6: {path: [push, mood], note: Sign open a priori.}
  C7: {path: [push, mood], note: "By construction, says the author."}
observations: {seen: {file: seen.csv, column: seen, as: "normal(mean=mood, sd=0.3)"}}
outside: {C8: Nobody could know.}
"""
LEDGER = """
ledger: 1
sources: [{id: S1, title: T, author: A, kind: report, citation: C, licence: none}]
actors: [{id: A1, source: S1, locator: P1, name: A, type: person}]
claims:
"""
POLARITY = {"C1": "+", "C2": "-", "C3": "+", "C4": "+", "C5": "+", "C6": "+", "C7": "+", "C8": "0"}


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder: Path = tmp_path_factory.mktemp("verdicts") / "push"
    folder.mkdir()
    (folder / "case.yaml").write_text(CASE)
    ledger = [LEDGER.strip()]
    for id, sign in POLARITY.items():
        ledger.append(
            f"  - {{id: {id}, source: S1, locator: P1, cause: push, effect: {id},"
            f' polarity: "{sign}", mode: fact, asserted_by: A1}}'
        )
    (folder / "ledger.yaml").write_text("\n".join(ledger) + "\n")
    rows = "\n".join(f"{2013 + i // 12}-{i % 12 + 1:02d},0" for i in range(36))
    (folder / "seen.csv").write_text(f"month,seen\n{rows}\n")
    return load_case(folder)


def verdicts(case: Case, prior, posterior, fitted=()):
    return {r.id: r for r in judge_claims(case, prior, posterior, fitted)}


def learned(case: Case, truth, seed: int, n: int):
    """Prior draws and draws given a data set simulated at `truth`, alike in all not learnt."""
    model = simulate_data(case.model, truth, seed)
    space = PriorSpace(model, ["effect"])
    cloud = learn_online(
        space, OnlineSettings(seed=seed, particles=600, keep=n), [model.time.end], threads=1
    ).clouds[model.time.end]
    prior = draw_parameters(model, n, seed)
    posterior = prior.copy()
    column = model.parameter_index["effect"]
    posterior[:, column] = space.swarm(cloud.scores)[:, column]
    return prior, posterior


def wrong_and_decided(case: Case, data_sets: int) -> tuple[int, int]:
    """Draw truths from the prior, and count verdicts on C1 and those that have it wrong."""
    truths = draw_parameters(case.model, data_sets, 1000)
    column = case.model.parameter_index["effect"]
    wrong = decided = 0
    for k, truth in enumerate(truths):
        prior, posterior = learned(case, truth, 5000 + k, 300)
        found = verdicts(case, prior, posterior, ["effect"])["C1"].verdict
        decided += found in ("supported", "contradicted")
        wrong += found == ("contradicted" if truth[column] > 0 else "supported")
    return wrong, decided


def test_error_rates_of_verdicts_are_as_stated(pushed):
    """Truths from the prior: of the verdicts that are given, at most one in ten is wrong."""
    wrong, decided = wrong_and_decided(pushed, 20)
    assert decided >= 10
    assert wrong <= stats.binom.ppf(0.999, decided, 0.1)


@pytest.mark.slow
def test_error_rates_over_a_hundred_data_sets(pushed):
    wrong, decided = wrong_and_decided(pushed, 100)
    assert decided >= 70
    assert wrong <= stats.binom.ppf(0.999, decided, 0.1)


def test_known_effects_get_their_verdicts(pushed):
    truth = draw_parameters(pushed.model, 1, 1)[0]
    truth[pushed.model.parameter_index["effect"]] = 1.0
    prior, posterior = learned(pushed, truth, 11, 400)
    found = verdicts(pushed, prior, posterior, ["effect"])
    said = {id: r.verdict for id, r in found.items()}
    assert said == {
        "C1": "supported", "C2": "contradicted", "C3": "undecided", "C4": "assumed",
        "C5": "assumed", "C6": "supported", "C7": "assumed", "C8": "outside",
    }  # fmt: skip
    rests = found["C1"].rests
    assert rests[0].name == "effect"
    assert rests[0].contraction is not None
    assert rests[0].contraction > 0.5
    assert found["C3"].rests[0].contraction is None
    assert found["C8"].reason == "Nobody could know."
    assert found["C6"].way == "path"


def test_without_data_nothing_is_supported_or_contradicted(pushed):
    prior = draw_parameters(pushed.model, 400, 2)
    found = verdicts(pushed, prior, prior.copy())
    assert {r.verdict for r in found.values()} == {"assumed", "undecided", "outside"}


def test_other_draws_of_the_prior_support_nothing_either(pushed):
    prior = draw_parameters(pushed.model, 400, 2)
    for seed in range(10, 16):
        found = verdicts(pushed, prior, draw_parameters(pushed.model, 400, seed))
        assert not {"supported", "contradicted"} & {r.verdict for r in found.values()}


def test_a_path_has_the_product_of_its_links(pushed):
    """d(change of mood)/d(push) is the effect itself."""
    from rivalry.whatif._paths import Visited

    prior = draw_parameters(pushed.model, 50, 4)
    gain = Visited(pushed.model, prior, 1).effect(["push", "mood"])
    np.testing.assert_allclose(gain, prior[:, pushed.model.parameter_index["effect"]], rtol=1e-6)


def test_a_case_without_claims_is_refused():
    plain = load_case("two_groups")
    draws = draw_parameters(plain.model, 20, 1)
    with pytest.raises(RivalryError, match="R1120"):
        judge_claims(plain, draws, draws)


@pytest.mark.parametrize(
    ("prior", "posterior", "built", "verdict"),
    [
        (500, 980, False, "supported"),
        (500, 980, True, "assumed"),
        (980, 980, False, "assumed"),
        (880, 910, False, "assumed"),  # raised its odds 1.4-fold only
        (980, 1000, False, "supported"),  # 20 draws against: none left
        (997, 1000, False, "assumed"),  # 3 against 0: the number of draws leaves it open
        (500, 20, False, "contradicted"),
        (30, 20, False, "undecided"),
        (500, 700, False, "undecided"),
    ],
)
def test_the_rule(prior, posterior, built, verdict):
    found = judge(Sides(prior, 1000), Sides(posterior, 1000), by_construction=built)
    assert found.verdict == verdict


def test_a_chain_worth_few_draws_decides_less():
    prior = Sides(880, 1000)
    assert judge(prior, Sides(960, 1000), by_construction=False).verdict == "supported"
    assert judge(prior, Sides(960, 1000, 40), by_construction=False).verdict == "assumed"


def test_sides_count_half_where_nothing_differs():
    values = np.array([1.0, 0.0, -2.0, np.nan])
    assert count_sides(values, "+").share == 0.5
    assert count_sides(values, "-").share == 0.5
    small = np.array([0.01, -0.02, 0.4, 0.0])
    assert count_sides(small, "0", np.ones(4)).share == 0.75
