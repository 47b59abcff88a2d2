"""States at which signs are taken: those that the model visits, and others around them."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.model.diagram import build_graph
from rivalry.model.diagram._rollout import visit
from rivalry.model.diagram._states import sample_states


@pytest.fixture
def crowded(small):
    """Verhulst's growth from a tenth of what the place can hold, for ten years."""

    def make(years: int, start: float = 100):
        return small(
            time={"start": "2020-01", "end": f"{2019 + years}-12"},
            stocks={"x": {"initial": start, "unit": ""}},
            parameters={"r": 0.1, "k": 1000},
            flows={"growth": {"to": "x", "rate": "r * x * max(0, 1 - x / k)"}},
        )

    return make


def test_growth_past_half_of_the_capacity_has_both_signs(crowded, build):
    graph = build_graph(build(crowded(10)))
    assert graph.edges["x", "growth"]["sign"] == "?"


def test_growth_far_below_the_capacity_rises(crowded, build):
    graph = build_graph(build(crowded(1, start=20)))
    assert graph.edges["x", "growth"]["sign"] == "+"


def test_the_mean_field_follows_the_logistic_curve(crowded, build):
    model = build(crowded(10))
    found = visit(model, {"r": np.full(2, 0.1), "k": np.full(2, 1000.0)}, {}, (2, 60), 1)
    exact = 1000 / (1 + 9 * np.exp(-0.1 * (found.months + 1)))
    np.testing.assert_allclose(found.values["x"], exact, rtol=0.02)


def test_people_are_conserved_and_shocks_fire(small, build):
    case = small(
        stocks={"a": {"initial": 900}, "b": {"initial": 0}},
        flows={"go": {"from": "a", "to": "b", "hazard": "p"}},
        parameters={"p": {"value": 0.2, "unit": "1/month"}},
        shocks={"back": {"date": "2021-01", "move": {"from": "b", "to": "a", "share": 1}}},
    )
    found = visit(build(case), {"p": np.full(3, 0.2)}, {}, (3, 50), 1)
    a, b, months = found.values["a"], found.values["b"], found.months
    np.testing.assert_allclose(a + b, 900)
    np.testing.assert_allclose(a, 900 * np.exp(-0.2 * (months % 12 + 1)))


def test_a_small_group_is_not_drawn_as_large_as_the_population(small, build):
    case = small(
        stocks={"civilians": {"initial": 30_000_000}, "army": {"initial": 20_000}, "cell": {}},
        shocks={"split": {"move": {"from": "army", "to": "cell", "number": 50}}},
    )
    states = sample_states(build(case), 800, 1)
    assert states["cell"].max() < 5_000_000
    assert (states["cell"] > 1).mean() > 0.4


MOVED = {
    "levers": {"aid": {"parameter": "aid", "range": [0, 2]}},
    "parameters": {"aid": 0, "need": "lognormal(0, 0.3)"},
    "auxiliaries": {"relief": "aid * need"},
}


def test_a_lever_that_is_off_shows_what_it_multiplies(small, build):
    graph = build_graph(build(small(**MOVED)))
    assert graph.edges["need", "relief"]["sign"] == "+"


@pytest.mark.parametrize(("value", "sign"), [(3, "+"), (-3, "-")])
def test_so_does_a_scenario(small, build, value, sign):
    sections = {k: v for k, v in MOVED.items() if k != "levers"}
    sections["scenarios"] = {"more": {"from": "2021-01", "set": {"aid": value}}}
    graph = build_graph(build(small(**sections)))
    assert graph.edges["need", "relief"]["sign"] == sign


def test_half_of_the_states_keep_the_value_of_the_case(small, build):
    states = sample_states(build(small(**MOVED)), 800, 1)
    assert 0.3 < (states["aid"][400:] == 0).mean() < 0.7
    assert states["aid"].min() == 0
    assert 1 < states["aid"].max() <= 2


def test_a_run_that_explodes_stays_finite(small, build):
    case = small(
        levels={"x": {"initial": 1, "change": "5 * x^3 / month"}},
        parameters={"month": {"value": 1, "unit": "month"}},
    )
    assert np.isfinite(sample_states(build(case), 800, 1)["x"]).all()


def test_states_are_at_their_month(case, build):
    """What a shock changes for good is changed in all visited states after it, in none before."""
    case["levels"]["rule"] = {"initial": 0, "bounds": [0, 1], "change": 0}
    case["shocks"]["takeover"] = {"date": "2021-08-15", "set": {"rule": 1}}
    states = sample_states(build(case), 800, 1)
    rebel = states["filed(north_south, non-state)"][:400]
    np.testing.assert_array_equal(states["rule"][:400], 1 - rebel)
