"""Paths and loops that somebody claims, checked on known models."""

from __future__ import annotations

import pytest

from rivalry.model import ModelSpec
from rivalry.model.diagram import build_graph, check_bindings, check_path, find_loop


@pytest.mark.parametrize(("flow", "sign"), [("births", "+"), ("deaths", "-")])
def test_loops_of_two(logistic, build, flow, sign):
    found = find_loop(build_graph(build(logistic)), ["numbers", flow])
    assert found.exists
    assert found.sign == sign


def test_loops_of_logistic_growth(logistic, build):
    graph = build_graph(build(logistic))
    crowding = find_loop(graph, ["numbers", "crowding", "fertility", "births"])
    assert (crowding.exists, crowding.sign) == (True, "-")
    assert crowding.signs == ("+", "-", "+", "+")
    assert find_loop(graph, ["births", "numbers"]).sign == "+"


def test_the_first_may_be_repeated(logistic, build):
    graph = build_graph(build(logistic))
    assert find_loop(graph, ["numbers", "births", "numbers"]) == find_loop(
        graph, ["numbers", "births"]
    )


def test_loops_of_predator_and_prey(predators, build):
    graph = build_graph(build(predators))
    # more prey, more cubs, more predators, more prey eaten: the cycle that makes them swing
    assert find_loop(graph, ["prey", "cubs", "predators", "eaten"]).sign == "-"
    assert find_loop(graph, ["predators", "cubs"]).sign == "+"
    assert find_loop(graph, ["predators", "starving"]).sign == "-"
    assert find_loop(graph, ["prey", "breeding"]).sign == "+"


def test_loops_of_the_inventory(inventory, build):
    graph = build_graph(build(inventory))
    assert find_loop(graph, ["inventory", "gap", "orders", "pipeline", "arrivals"]).sign == "-"
    assert find_loop(graph, ["pipeline", "arrivals"]).sign == "-"


def test_a_path(predators, build):
    found = check_path(build_graph(build(predators)), ["appetite", "eaten", "prey", "cubs"])
    assert found.exists
    assert found.sign == "-"
    assert found.signs == ("+", "-", "+")
    assert found.missing == ()
    assert found.unknown == ()


def test_missing_steps_and_unknown_names(predators, build):
    graph = build_graph(build(predators))
    found = check_path(graph, ["prey", "starving", "predators"])
    assert (found.exists, found.sign, found.missing) == (False, "?", (("prey", "starving"),))
    found = check_path(graph, ["prey", "wolves"])
    assert (found.exists, found.unknown) == (False, ("wolves",))
    # a dependency has a direction
    assert not check_path(graph, ["eaten", "appetite"]).exists


def test_a_loop_that_does_not_close(predators, build):
    found = find_loop(build_graph(build(predators)), ["appetite", "eaten", "prey"])
    assert found.missing == (("prey", "appetite"),)


def test_one_name_is_no_loop(predators, build):
    assert not find_loop(build_graph(build(predators)), ["prey"]).exists


GROUPS = {
    "stocks": {"fighters[group]": {"initial": 100}},
    "parameters": {"pay": 1},
    "flows": {
        "join[group]": {
            "to": "fighters[group]",
            "rate": {"a": "pay * fighters[a]", "b": "fighters[b] / pay"},
        },
        "leave[group]": {
            "from": "fighters[group]",
            "hazard": {"a": "0.1", "b": "0.1 * pay * 0"},
        },
    },
}


def test_base_names_stand_for_any_element(small, build):
    graph = build_graph(build(small(**GROUPS)))
    assert check_path(graph, ["fighters", "leave", "fighters"]).sign == "-"
    assert check_path(graph, ["fighters[a]", "join"]).sign == "+"
    assert not check_path(graph, ["fighters[a]", "leave[b]"]).exists
    # pay raises entries to one group and lowers those to the other
    assert check_path(graph, ["pay", "join"]).sign == "?"
    assert check_path(graph, ["pay", "join[b]"]).sign == "-"
    assert check_path(graph, ["pay", "leave"]).sign == "0"


def test_elements_without_an_effect_do_not_hide_the_others(small, build):
    auxiliaries = {"y[group]": {"value": {"a": "pay", "b": "0 * pay"}}}
    graph = build_graph(build(small(parameters={"pay": 1}, auxiliaries=auxiliaries)))
    assert check_path(graph, ["pay", "y"]).sign == "+"


def test_bindings_are_checked_by_claim(predators, build):
    predators["bindings"] = {
        "C1": {"path": ["prey", "cubs", "predators"], "sign": "+"},
        "C2": {"by": ["appetite"]},
        "C3": {"path": ["prey", "starving"]},
    }
    model = build(predators)
    found = check_bindings(build_graph(model), ModelSpec.from_data(predators))
    assert found.keys() == {"C1", "C3"}
    assert found["C1"].sign == "+"
    assert not found["C3"].exists
