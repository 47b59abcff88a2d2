"""Every code of names, units, structure and data is raised by one change to a valid case."""

from __future__ import annotations

from typing import Any

import pytest

from rivalry.foundation import Month, all_codes

Path = tuple[str, ...]
Change = tuple[Path, Any]

#: Code -> what to put where in the valid case, the place reported, and words of the message.
CHANGES: dict[str, tuple[list[Change], str, str]] = {
    "R0301": (
        [(("flows", "killed[group]", "hazard"), "2 * (lethality")],
        "flows.killed[group].hazard",
        "column 15",
    ),
    "R0302": (
        [(("auxiliaries", "pull[group]"), "1" + " + 1" * 1000)],
        "auxiliaries.pull[group]",
        "too many terms",
    ),
    "R0303": (
        [(("flows", "killed[group]", "hazard"), "letality")],
        "flows.killed[group].hazard",
        "letality",
    ),
    "R0304": (
        [(("auxiliaries", "clashes"), "fighters[nort]")],
        "auxiliaries.clashes",
        "nort",
    ),
    "R0305": (
        [(("auxiliaries", "clashes"), "fighters + 1")],
        "auxiliaries.clashes",
        "stands without brackets",
    ),
    "R0306": (
        [(("auxiliaries", "clashes"), "killed[north]")],
        "auxiliaries.clashes",
        "killed is a flow",
    ),
    "R0307": (
        [(("auxiliaries", "clashes"), "expp(1)")],
        "auxiliaries.clashes",
        "expp",
    ),
    "R0308": (
        [(("auxiliaries", "clashes"), "exp(1, 2)")],
        "auxiliaries.clashes",
        "takes 1 argument",
    ),
    "R0309": (
        [(("parameters", "memory"), {"prior": "normal(1, -1)"})],
        "parameters.memory.prior",
        "above 0",
    ),
    "R0310": ([(("stocks", "the army"), {})], "stocks.the army", "not a name"),
    "R0311": ([(("stocks", "appeal"), {})], "stocks.appeal", "parameters"),
    "R0312": ([(("stocks", "exp"), {})], "stocks.exp", "meaning of its own"),
    "R0313": (
        [(("stocks", "prisoners[group]", "initial"), {"north": 1})],
        "stocks.prisoners[group].initial",
        "no value for south",
    ),
    "R0314": (
        [(("observations", "deaths_seen", "as"), "weibull(deaths_ns)")],
        "observations.deaths_seen.as",
        "weibull",
    ),
    "R0401": (
        [(("parameters", "contact", "unit"), "peple")],
        "parameters.contact.unit",
        "peple",
    ),
    "R0402": (
        [(("parameters", "capture_rate", "unit"), "people")],
        "flows.capture[group].hazard",
        "1/month is wanted",
    ),
    "R0403": (
        [(("auxiliaries", "clashes", "value"), "exp(pool)")],
        "auxiliaries.clashes.value",
        "plain number",
    ),
    "R0501": (
        [(("auxiliaries", "one"), "two"), (("auxiliaries", "two"), "one")],
        "auxiliaries.one",
        "one <- two <- one",
    ),
    "R0502": (
        [
            (("dimensions", "wide"), [f"w{i}" for i in range(100)]),
            (("dimensions", "high"), [f"h{i}" for i in range(100)]),
            (("stocks", "cells[wide, high]"), {}),
        ],
        "stocks.cells[wide, high]",
        "4000",
    ),
    "R0503": ([(("dimensions", "none"), [])], "dimensions.none", "is empty"),
    "R0504": ([(("time", "end"), "2020-12")], "time.end", "before it starts"),
    "R0505": ([(("time", "start"), "2021-13")], "time.start", "2021-13"),
    "R0506": (
        [(("actors", "north", "status"), [{"status": "rebel"}, {"status": "government"}])],
        "actors.north.status.2",
        "hold at the same time",
    ),
    "R0507": (
        [(("stocks", "pool", "initial"), -5)],
        "stocks.pool.initial",
        "starts at -5",
    ),
    "R0508": (
        [(("noise", "flare"), {"kind": "ar1", "sd": 1})],
        "noise.flare",
        "half_life",
    ),
    "R0509": ([(("flows", "births"), {"rate": 5})], "flows.births", "leads nowhere"),
    "R0510": ([(("shocks", "raid"), {"date": "2021-02"})], "shocks.raid", "does nothing"),
    "R0511": (
        [(("accumulators", "captured"), {"count": "sum(capture)", "integral": "pool"})],
        "accumulators.captured",
        "exactly one",
    ),
    "R0512": ([(("levers", "policy"), {})], "levers.policy", "either a parameter or a shock"),
    "R0513": ([(("scenarios", "harsh"), {})], "scenarios.harsh", "changes nothing"),
    "R0514": (
        [(("expectations", "X1", "of"), "total(pool)")],
        "expectations.X1.of",
        "cannot be read",
    ),
    "R0516": ([(("parameters", "memory"), {})], "parameters.memory", "either a value or a prior"),
    "R0517": ([(("inputs", "entry", "values"), {})], "inputs.entry", "has no values"),
    "R0518": (
        [(("lookups", "steepness", "points"), [[1, 0], [0, 1]])],
        "lookups.steepness",
        "rising x",
    ),
    "R0519": (
        [(("dyads", "north_south", "sides"), ["north", "north"])],
        "dyads.north_south.sides",
        "both sides",
    ),
    "R0521": ([(("variants", "other"), {})], "variants.other", "changes nothing"),
}


def change(case: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at a place, making mappings out of short forms on the way."""
    for key in path[:-1]:
        case = case.setdefault(key, {})
    case[path[-1]] = value


@pytest.mark.parametrize("code", sorted(CHANGES))
def test_code(code, case, build, faults):
    build(case)
    changes, where, words = CHANGES[code]
    for path, value in changes:
        change(case, path, value)
    problems = faults(case)
    assert (code, where) in [(p.code, p.where) for p in problems]
    found = next(p for p in problems if (p.code, p.where) == (code, where))
    assert words in found.message
    assert found.remedy
    assert {p.code for p in problems} == {code}


def test_r0515_nothing_in_the_model(small, faults):
    assert [p.code for p in faults(small(stocks={}))] == ["R0515"]


def test_r0515_is_not_said_of_a_model_whose_stocks_are_faulty(small, faults):
    problems = faults(small(stocks={"people": {"initial": "unknown"}}))
    assert [p.code for p in problems] == ["R0303"]


def test_r0520_unused_is_a_warning(case, build):
    case["parameters"]["forgotten"] = 1
    case["noise"]["hiss"] = {"kind": "gamma", "variance": 0.1}
    case["lookups"]["curve"] = {"points": [[0, 0], [1, 1]]}
    case["inputs"]["rain"] = {"values": {"2021-01": 1}}
    case["flows"]["stillness"] = {"to": "pool", "rate": 0}
    found = {p.where for p in build(case).warnings if p.code == "R0520"}
    assert found == {
        "parameters.forgotten",
        "noise.hiss",
        "lookups.curve",
        "inputs.rain",
        "flows.stillness",
    }


def test_r0621_datum_outside_its_distribution(case, faults):
    problems = faults(case, observations={"deaths_seen": {Month.of(2021, 3): 2.5}})
    assert [p.code for p in problems] == ["R0621"]
    assert "2021-03" in problems[0].message


def test_r0622_no_datum_inside_is_a_warning(case, build):
    model = build(case, observations={"deaths_seen": {Month.of(1999, 3): 2.0}})
    assert [p.code for p in model.warnings] == ["R0622"]


def test_the_table_is_complete():
    # R0626 and R0627 are raised through the command line, in tests/cli/test_bad_input.py
    elsewhere = {"R0515", "R0520", *(f"R062{i}" for i in range(1, 8))}
    mine = {c for c in all_codes() if c[:3] in ("R03", "R04", "R05") or c.startswith("R062")}
    assert mine == CHANGES.keys() | elsewhere


def test_several_faults_are_found_at_once(case, faults):
    wanted = ["R0303", "R0305", "R0307", "R0309", "R0313", "R0506", "R0508", "R0509", "R0514"]
    for code in wanted:
        for path, value in CHANGES[code][0]:
            if path[:2] == ("auxiliaries", "clashes"):
                path = ("auxiliaries", f"extra_{code}")
            change(case, path, value)
    assert sorted({p.code for p in faults(case)}) == wanted


def test_places_come_from_the_file(case):
    from rivalry.foundation import RivalryError
    from rivalry.model import ModelSpec, build_model

    case["flows"]["killed[group]"]["hazard"] = "letality"
    with pytest.raises(RivalryError) as caught:
        build_model(ModelSpec.from_data(case), locate=lambda path: ("case.yaml", 10 * len(path)))
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == ("case.yaml", 30)
    assert "lethality" in problem.remedy
