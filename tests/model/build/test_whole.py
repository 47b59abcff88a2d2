"""The whole case: the same model from YAML, plain data and Python objects; hashes; names."""

from __future__ import annotations

import copy
from io import StringIO

import pytest
from ruamel.yaml import YAML

from rivalry.foundation import Month, parse_yaml
from rivalry.model import ModelData, ModelSpec, build_model
from rivalry.model.spec import (
    FlowSpec,
    LevelSpec,
    ParameterSpec,
    ShockMove,
    ShockSpec,
    StockSpec,
    TimeSpec,
)


def as_yaml(data) -> str:
    out = StringIO()
    YAML().dump(data, out)
    return out.getvalue()


def test_yaml_and_plain_data_give_the_same_model(case, build):
    document = parse_yaml(as_yaml(case))
    assert document.data == case
    one, two = build(case), build(document.data)
    assert one.structure_hash == two.structure_hash
    assert one.parameters == two.parameters
    assert one.elements == two.elements


def test_python_objects_give_the_same_model(build):
    text = """
    rivalry: 1
    title: Small
    time: {start: 2020-01, end: 2020-12}
    dimensions: {group: [a, b]}
    stocks:
      pool: {initial: 1000}
      fighters[group]: {initial: {a: "~ lognormal(3, 1)", b: 5}}
    levels:
      trust: {initial: 0.5, bounds: [0, 1]}
    flows:
      join[group]: {from: pool, to: "fighters[group]", hazard: "appeal * trust"}
    parameters:
      appeal: lognormal(-3, 1)
    shocks:
      raid:
        date: 2020-05
        move: {from: "fighters[a]", share: 0.1}
    """
    spec = ModelSpec(
        rivalry=1,
        title="Small",
        time=TimeSpec(start="2020-01", end="2020-12"),
        dimensions={"group": ["a", "b"]},
        stocks={
            "pool": StockSpec(initial=1000),
            "fighters[group]": StockSpec(initial={"a": "~ lognormal(3, 1)", "b": 5}),
        },
        levels={"trust": LevelSpec(initial=0.5, bounds=(0, 1))},
        flows={
            "join[group]": FlowSpec(from_="pool", to="fighters[group]", hazard="appeal * trust")
        },
        parameters={"appeal": ParameterSpec(prior="lognormal(-3, 1)")},
        shocks={
            "raid": ShockSpec(date="2020-05", move=[ShockMove(from_="fighters[a]", share=0.1)])
        },
    )
    other = build(parse_yaml(text).data)
    model = build_model(spec)
    assert model.structure_hash == other.structure_hash
    assert model.parameters == other.parameters
    assert model.spec == other.spec


def test_the_hash_sees_structure_only(case, build):
    model = build(case)
    data = copy.deepcopy(case)
    data["title"] = "Another title"
    data["parameters"]["appeal"]["prior"] = "lognormal(log(0.02), 0.1)"
    data["parameters"]["lethality"]["value"] = 0.5
    data["inputs"]["entry"]["values"]["2021-01"] = 1
    data["time"]["end"] = "2023-12"
    data["shocks"]["prison_release"]["date"] = "2021-09-15"
    seen = {"deaths_seen": {Month.of(2021, 2): 3.0}}
    assert build(data, observations=seen).structure_hash == model.structure_hash


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("time", "substeps"), 8),
        (("flows", "killed[group]", "hazard"), "lethality * flare * 2"),
        (("stocks", "pool", "initial"), 1),
        (("levels", "legitimacy[group]", "bounds"), [0, 2]),
        (("lookups", "steepness", "points"), [[0, 0.5], [1, 1.6]]),
        (("accumulators", "captured", "every"), "month"),
        (("observations", "deaths_seen", "as"), "poisson(deaths_ns)"),
        (("shocks", "raid", "add"), {"fighters[south]": -51}),
        (("noise", "flare", "on"), "level"),
        (("levers", "policy", "parameter"), "memory"),
    ],
)
def test_the_hash_sees_every_change_of_structure(case, build, path, value):
    before = build(case).structure_hash
    place = case
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert build(case).structure_hash != before


def test_what_can_be_recorded(case, build):
    model = build(case)
    assert model.recordable[:5] == (
        "pool",
        "fighters[north]",
        "fighters[south]",
        "prisoners[north]",
        "prisoners[south]",
    )
    assert len(set(model.recordable)) == len(model.recordable)
    assert set(model.recordable) <= model.elements.keys()


def test_names_resolve_to_elements(case, build):
    model = build(case)
    assert model.resolve("fighters") == ("fighters[north]", "fighters[south]")
    assert model.resolve("fighters[north]") == ("fighters[north]",)
    assert model.resolve("pool") == ("pool",)
    assert model.resolve("nothing") == ()


def test_everything_used_is_there(case, build):
    """No formula names what the engine would not find."""
    from rivalry.model.ir import refs

    model = build(case)
    known = {
        x.name
        for part in (
            model.parameters, model.stocks, model.levels, model.noise, model.auxiliaries,
            model.flows, model.accumulators, model.inputs,
        )
        for x in part
    }  # fmt: skip
    exprs = [
        *(a.expr for a in model.auxiliaries),
        *(f.expr for f in model.flows),
        *(f.dispersion for f in model.flows if f.dispersion),
        *(x.change for x in model.levels),
        *(x.initial for x in model.stocks),
        *(a.expr for a in model.accumulators),
        *(a for o in model.observations for a in o.args),
        *(a.amount for s in model.shocks for a in s.actions),
    ]
    assert set().union(*(refs(e) for e in exprs)) <= known
    assert known <= model.elements.keys()


def test_the_case_itself_has_nothing_to_warn_about(case):
    assert build_model(ModelSpec.from_data(case), ModelData()).warnings == ()
