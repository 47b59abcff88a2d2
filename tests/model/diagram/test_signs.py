"""The sign of every dependency, on models whose signs are known."""

from __future__ import annotations

import pytest

from rivalry.model.diagram import build_graph


@pytest.fixture
def signs(build):
    def read(case) -> dict[tuple[str, str], str]:
        return {(a, b): s for a, b, s in build_graph(build(case)).edges(data="sign")}

    return read


def test_logistic_growth(logistic, signs):
    assert signs(logistic) == {
        ("numbers", "crowding"): "+",
        ("capacity", "crowding"): "-",
        ("crowding", "fertility"): "-",
        ("growth", "fertility"): "+",
        ("fertility", "births"): "+",
        ("numbers", "births"): "+",
        ("births", "numbers"): "+",
        ("numbers", "deaths"): "+",
        ("mortality", "deaths"): "+",
        ("deaths", "numbers"): "-",
    }


def test_predator_and_prey(predators, signs):
    assert signs(predators) == {
        ("prey", "breeding"): "+",
        ("fertility", "breeding"): "+",
        ("breeding", "prey"): "+",
        ("prey", "eaten"): "+",
        ("predators", "eaten"): "+",
        ("appetite", "eaten"): "+",
        ("eaten", "prey"): "-",
        ("prey", "cubs"): "+",
        ("predators", "cubs"): "+",
        ("appetite", "cubs"): "+",
        ("yield", "cubs"): "+",
        ("cubs", "predators"): "+",
        ("predators", "starving"): "+",
        ("starving", "predators"): "-",
    }


def test_inventory(inventory, signs):
    found = signs(inventory)
    assert found["inventory", "gap"] == "-"
    assert found["goal", "gap"] == "+"
    assert found["gap", "orders"] == "+"
    assert found["orders", "pipeline"] == "+"
    assert found["pipeline", "arrivals"] == "+"
    assert found["arrivals", "pipeline"] == "-"
    assert found["arrivals", "inventory"] == "+"
    assert found["lead_time", "arrivals"] == "-"
    assert found["demand", "inventory"] == "-"


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("x", "+"),
        ("-x", "-"),
        ("x - 2 * x", "-"),
        ("0 * x", "0"),
        ("x - x", "0"),
        ("1 / x", "-"),
        ("x^2", "+"),
        ("exp(-x / 1000)", "-"),
        ("log(x)", "+"),
        ("sqrt(x)", "+"),
        ("sin(x)", "?"),
        ("(x - 1000)^2", "?"),
        ("abs(x)", "+"),
        ("max(x, 0)", "+"),
        ("min(x, 500)", "+"),
        ("min(1, -x)", "-"),
        ("clip(x, 10, 20000)", "+"),
        ("ratio(1, x)", "-"),
        ("hill(x, 1000)", "+"),
        ("1 - hill(x, 1000, 2)", "-"),
        ("logistic(-x / 1000)", "-"),
        ("falling(x)", "-"),
        ("hump(x)", "?"),
        ("flat(x)", "0"),
        # thresholds and whole numbers change nothing in the small
        ("if(x > 1000, 1, 0)", "+"),
        ("if(x > 1000, 0, 1)", "-"),
        ("x < 1000", "-"),
        ("floor(x / 100)", "+"),
        ("not (x > 1000)", "-"),
        ("1e9 + x", "+"),
        ("1e-9 * x", "+"),
    ],
)
def test_signs_of_formulas(small, signs, text, sign):
    case = small(
        stocks={"x": {"initial": 1000, "unit": ""}},
        lookups={
            "falling": {"points": [[0, 1], [100000, 0]]},
            "hump": {"points": [[0, 0], [1000, 1], [2000, 0]]},
            "flat": {"points": [[0, 1], [1, 1]]},
        },
        auxiliaries={"y": text},
    )
    assert signs(case)["x", "y"] == sign


@pytest.mark.parametrize("value", [0, 0.0, 1e-12, 5, -5])
def test_a_parameter_may_be_zero(small, signs, value):
    """A lever that is off in the case as it stands has its sign all the same."""
    case = small(parameters={"p": value}, auxiliaries={"y": "5 + 100 * p", "z": "people - p"})
    assert signs(case)["p", "y"] == "+"
    assert signs(case)["p", "z"] == "-"


def test_an_input_of_zeros(small, signs):
    case = small(
        inputs={"rain": {"values": {"2020-01": 0}}},
        auxiliaries={"y": "sqrt(rain)", "z": "3 - rain"},
    )
    assert signs(case)["rain", "y"] == "+"
    assert signs(case)["rain", "z"] == "-"


def test_statuses_and_dates(small, signs):
    case = small(
        actors={"north": {"status": [{"status": "rebel", "until": "2020-06"}]}},
        auxiliaries={
            "y": "if(status(north, rebel), 0.1, 0.5)",
            "z": "people * after('2020-06')",
            "w": "1 - ramp('2020-06', '2020-09')",
            "v": "time",
        },
    )
    found = signs(case)
    assert found["status(north, rebel)", "y"] == "-"
    assert found["after(2020-06)", "z"] == "+"
    assert found["ramp(2020-06, 2020-09)", "w"] == "-"
    assert found["time", "v"] == "+"


def test_two_equations_of_one_element(small, signs):
    """A parameter that raises the start and lowers the change has no one sign."""
    case = small(
        parameters={"p": 2, "q": 2, "r": 2},
        levels={
            "x": {"initial": "p", "change": "-p - x"},
            "y": {"initial": "q", "change": "q - y"},
            "z": {"sd": "r"},
        },
    )
    for level in case["levels"].values():
        level["change"] = f"({level.get('change', 0)}) / month"
    case["parameters"]["month"] = {"value": 1, "unit": "month"}
    found = signs(case)
    assert found["p", "x"] == "?"
    assert found["q", "y"] == "+"
    # more noise moves the level neither up nor down
    assert found["r", "z"] == "?"


def test_noise_and_dispersion_widen(small, signs):
    case = small(
        parameters={"s": 0.1, "h": 6, "k": 3, "inflow": 5},
        noise={"hiss": {"kind": "ar1", "sd": "s", "half_life": "h"}},
        flows={"come": {"to": "people", "rate": "inflow * hiss", "dispersion": "k"}},
    )
    found = signs(case)
    assert found["s", "hiss"] == found["h", "hiss"] == found["k", "come"] == "?"
    assert found["hiss", "come"] == "+"
    assert found["come", "people"] == "+"


def test_levels_that_name_flows(small, signs):
    case = small(
        flows={"leave": {"from": "people", "hazard": 0.1}},
        levels={"grief": {"unit": "people", "change": "leave"}},
    )
    assert signs(case)["leave", "grief"] == "+"


def test_observations(small, signs):
    case = small(
        parameters={"k": 3},
        observations={"y": {"as": "negative_binomial(people, size=k)"}},
    )
    found = signs(case)
    assert found["people", "y"] == "+"
    assert found["k", "y"] == "?"


@pytest.mark.parametrize(
    ("shock", "edges"),
    [
        ({"add": {"people": 5}}, {("jolt", "people"): "+"}),
        ({"add": {"people": -5}}, {("jolt", "people"): "-"}),
        ({"add": {"people": "p"}}, {("jolt", "people"): "+", ("p", "jolt"): "+"}),
        ({"add": {"people": "-p"}}, {("jolt", "people"): "-", ("p", "jolt"): "-"}),
        ({"scale": {"people": 2}}, {("jolt", "people"): "+"}),
        ({"scale": {"people": 0.5}}, {("jolt", "people"): "-"}),
        ({"set": {"people": 0}}, {("jolt", "people"): "-"}),
        (
            {"move": {"from": "people", "to": "camp", "share": 0.1}},
            {("jolt", "people"): "-", ("jolt", "camp"): "+"},
        ),
        (
            {"move": {"from": "people", "share": "~ beta(2, 5)"}},
            {("jolt", "people"): "-", ("jolt.share", "jolt"): "+"},
        ),
        (
            {
                "move": [
                    {"from": "people", "to": "camp", "share": 0.1},
                    {"to": "people", "number": 5},
                ]
            },
            {("jolt", "people"): "?", ("jolt", "camp"): "+"},
        ),
        ({"from": "2020-05", "scale": {"p": 3}}, {("jolt", "p"): "+"}),
        ({"from": "2020-05", "set": {"p": 0}}, {("jolt", "p"): "-"}),
    ],
)
def test_shocks(small, signs, shock, edges):
    case = small(
        stocks={"people": {"initial": 100}, "camp": {}}, parameters={"p": 2}, shocks={"jolt": shock}
    )
    assert signs(case) == edges


def test_nodes_say_what_they_are(case, build):
    graph = build_graph(build(case))
    assert graph.nodes["fighters[north]"]["kind"] == "stock"
    assert graph.nodes["fighters[north]"]["label"] == "fighters: north"
    assert graph.nodes["fighters[north]"]["unit"] == "people"
    assert graph.nodes["prison_release"]["kind"] == "shock"
    assert graph.nodes["deaths_seen"]["kind"] == "observation"
    assert graph.graph["groups"]["fighters"] == ("fighters[north]", "fighters[south]")
    assert {d["sign"] for _, _, d in graph.edges(data=True)} <= set("+-?0")


def test_the_graph_is_the_same_every_time(case, build):
    model = build(case)
    one, two = build_graph(model), build_graph(model)
    assert dict(one.edges) == dict(two.edges)


def test_adding_an_element_leaves_the_other_signs(case, build):
    before = build_graph(build(case))
    case["stocks"]["extra"] = {"initial": 1}
    case["parameters"]["another"] = "normal(0, 1)"
    after = build_graph(build(case))
    assert {e: after.edges[e]["sign"] for e in before.edges} == {
        e: before.edges[e]["sign"] for e in before.edges
    }
