"""A small valid case, and ways to build it and to read what is wrong with it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from rivalry.foundation import Problem, RivalryError
from rivalry.model import Model, ModelData, ModelSpec, build_model

Case = dict[str, Any]

#: Uses every section of the language. Two groups in one arena, one of which comes to power.
_CASE: Case = {
    "rivalry": 1,
    "title": "Two groups",
    "time": {"start": "2021-01", "end": "2022-12", "substeps": 4},
    "dimensions": {"group": ["north", "south"], "rival": "group"},
    "actors": {
        "north": {
            "status": [
                {"status": "rebel", "until": "2021-08-15"},
                {"status": "government", "from": "2021-08-15"},
            ]
        },
        "south": {"status": "rebel"},
        "people": {"status": "civilians"},
    },
    "dyads": {
        "north_south": {
            "sides": ["north", "south"],
            "ucdp": [
                {"id": 14542, "until": "2021-08-15"},
                {"id": 14320, "from": "2021-08-15"},
            ],
            "count": {"deaths": "sum(killed)"},
            "integral": {"events": "clashes"},
        },
    },
    "stocks": {
        "pool": {"initial": 50000},
        "fighters[group]": {"initial": {"north": "~ lognormal(log(30000), 0.3)", "south": 2000}},
        "prisoners[group]": {"initial": 100},
    },
    "levels": {
        "legitimacy[group]": {
            "initial": 0.5,
            "bounds": [0, 1],
            "change": "(0.5 - legitimacy[group]) / memory - loss * killed[group] / pool",
            "sd": 0.01,
        },
    },
    "auxiliaries": {
        "clashes": {"value": "contact * fighters[north] * fighters[south]", "unit": "events/month"},
        "others[group]": "sum(rival, if(group == rival, 0, fighters[rival]))",
        "pull[group]": "steepness(legitimacy[group]) * weather",
    },
    "lookups": {"steepness": {"points": [[0, 0.5], [1, 1.5]]}},
    "flows": {
        "recruitment[group]": {
            "from": "pool",
            "to": "fighters[group]",
            "hazard": "appeal * pull[group]",
        },
        "killed[group]": {"from": "fighters[group]", "hazard": "lethality * flare"},
        "capture[group]": {
            "from": "fighters[group]",
            "to": "prisoners[group]",
            "hazard": "capture_rate",
        },
        "births": {"to": "pool", "rate": "entry", "dispersion": 5},
    },
    "noise": {
        "flare": {"kind": "ar1", "sd": 0.3, "half_life": "6 months"},
        "weather": {"kind": "gamma", "variance": 0.1},
    },
    "parameters": {
        "appeal": {"prior": "lognormal(log(0.01), 0.4)", "unit": "1/month"},
        "lethality": {"value": 0.01, "unit": "1/month"},
        "capture_rate": {"value": 0.002, "unit": "1/month"},
        "contact": {"value": 1e-7, "unit": "events/people^2/month"},
        "memory": {"value": 6, "unit": "months"},
        "loss": {"prior": "beta(2, 5)", "bounds": [0, 0.9], "unit": ""},
    },
    "inputs": {"entry": {"values": {"2021-01": 500, "2022-01": 400}, "unit": "people/month"}},
    "shocks": {
        "prison_release": {
            "date": "2021-08-15",
            "move": {"from": "prisoners[south]", "to": "fighters[south]", "share": "~ beta(2, 5)"},
        },
        "crackdown": {"from": "2021-10", "until": "2022-03", "scale": {"capture_rate": 2}},
        "raid": {"add": {"fighters[south]": -50}},
    },
    "accumulators": {
        "deaths_ns": {"violence": "deaths", "type": "non-state", "unit": "people"},
        "deaths_sb": {"violence": "deaths", "type": "state-based", "every": "year"},
        "events_all": {"violence": "events"},
        "captured": {"count": "sum(capture)", "every": "quarter", "unit": "people"},
        "man_months": {"integral": "sum(fighters)", "every": "start"},
    },
    "observations": {
        "deaths_seen": {"as": "negative_binomial(mean=deaths_ns, size=5)", "unit": "deaths"},
        "size_seen": {"as": "between(fighters[south], sd=0.3)", "unit": "people"},
    },
    "levers": {"policy": {"parameter": "capture_rate", "range": [0, 0.1]}},
    "scenarios": {
        "harsh": {"from": "2022-01", "scale": {"capture_rate": 3}, "fire": {"raid": "2022-02"}},
    },
    "expectations": {
        "X1": {
            "scenario": "harsh",
            "of": "sum(prisoners)",
            "over": "6 months",
            "sign": "+",
        },
    },
}


@pytest.fixture
def case() -> Case:
    """A valid case with something in every section, to be changed by the test."""
    return copy.deepcopy(_CASE)


@pytest.fixture
def small() -> Callable[..., Case]:
    """Makes a case of one stock and two dimensions, plus the sections given."""

    def make(**sections: Any) -> Case:
        base: Case = {
            "rivalry": 1,
            "title": "Small",
            "time": {"start": "2020-01", "end": "2021-12"},
            "dimensions": {"group": ["a", "b"], "rival": "group", "place": ["x", "y", "z"]},
            "stocks": {"people": {"initial": 100}},
        }
        return {**base, **copy.deepcopy(sections)}

    return make


@pytest.fixture
def build() -> Callable[..., Model]:
    """Builds plain data into a model."""

    def make(data: Case, **series: Any) -> Model:
        return build_model(ModelSpec.from_data(data), ModelData(**series))

    return make


@pytest.fixture
def faults() -> Callable[..., list[Problem]]:
    """The problems of a case that must not build."""

    def read(data: Case, **series: Any) -> list[Problem]:
        with pytest.raises(RivalryError) as caught:
            build_model(ModelSpec.from_data(data), ModelData(**series))
        return caught.value.problems

    return read
