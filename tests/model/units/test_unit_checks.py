"""Units of a whole model: what may meet, and what a clash is called."""

from __future__ import annotations

import pytest

SECTIONS = {
    "stocks": {"people": {"initial": 100}, "places": {"unit": "districts"}},
    "levels": {"trust": {}, "grief": {"unit": "deaths"}},
    "lookups": {
        "plain": {"points": [[0, 0], [1, 1]]},
        "wages": {"points": [[0, 0], [1, 1]], "x_unit": "USD", "unit": "1/month"},
    },
    "flows": {"leave": {"from": "people", "hazard": "h"}},
    "parameters": {
        "h": {"value": 0.1, "unit": "1/month"},
        "yearly": {"value": 0.1, "unit": "1/year"},
        "months": {"value": 6, "unit": "months"},
        "years": {"value": 6, "unit": "years"},
        "share": {"value": 0.5, "unit": ""},
        "percent": {"value": 50, "unit": "percent"},
        "pay": {"value": 50, "unit": "USD"},
        "free": 1,
    },
}


def with_auxiliary(text: str, unit: str | None = None):
    return {**SECTIONS, "auxiliaries": {"x": {"value": text, "unit": unit}}}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("people", "people"),
        ("people + 5", "people"),
        ("5 - people", "people"),
        ("2 * people", "people"),
        ("people * h", "people/month"),
        ("people / months", "people/month"),
        ("1 / months", "1/month"),
        ("max(people, 1)", "people"),
        ("clip(people, 0, 10)", "people"),
        ("abs(people)", "people"),
        ("-people", "people"),
        ("floor(people)", "people"),
        ("people ^ 2", "people^2"),
        ("people ^ -1", "1/people"),
        ("people ^ (1/2)", "people^0.5"),
        ("sqrt(people)", "people^0.5"),
        ("people > 5", ""),
        ("people > 5 and trust < 1", ""),
        ("if(people > 5, h, 0)", "1/month"),
        ("people / people", ""),
        ("ratio(people, people)", ""),
        ("ratio(people, months, h * people)", "people/month"),
        ("ratio(people, months, 0)", "people/month"),
        ("hill(people, 50)", ""),
        ("hill(people, people, share)", ""),
        ("exp(share)", ""),
        ("log(people / 100)", None),
        ("log(people * 0 / people + 1)", ""),
        ("exp(free)", ""),
        ("share ^ share", ""),
        ("plain(share)", ""),
        ("plain(0.5)", ""),
        ("plain(free)", ""),
        ("wages(pay)", "1/month"),
        ("free * people", "events"),
        ("free + people", "people"),
        ("time", "months"),
        ("time / months", ""),
        ("month_of_year", ""),
        ("after('2020-05') * people", "people"),
        ("mean(group, people)", "people"),
        ("people * h * months", "people"),
        ("years * yearly", ""),
        ("percent", "percent"),
        ("trust + share", ""),
    ],
)
def test_fits(small, build, faults, text, unit):
    if unit is None:  # people / 100 are still people: a literal carries no unit in a product
        assert [p.code for p in faults(small(**with_auxiliary(text)))] == ["R0403"]
        return
    build(small(**with_auxiliary(text, unit)))


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("people + h", "R0402", ["people is in people", "h is in 1/month"]),
        ("people - grief * h", "R0402", ["people is in people", "grief * h is in people/month"]),
        ("max(people, months)", "R0402", ["people is in people", "months is in month"]),
        ("people < months", "R0402", ["people is in people", "months is in month"]),
        ("if(share > 0, people, h)", "R0402", ["people is in people", "h is in 1/month"]),
        ("1 + people + h", "R0402", ["people is in people", "h is in 1/month"]),
        ("months + years", "R0402", ["month", "12 x month"]),
        ("h + yearly", "R0402", ["1/month", "0.0833333 x 1/month"]),
        ("share + percent", "R0402", ["a plain number", "0.01 x a plain number"]),
        ("hill(people, months)", "R0402", ["people", "month"]),
        ("hill(people, people, months)", "R0403", ["months is in month"]),
        ("ratio(people, months, months)", "R0402", ["people/month", "month"]),
        ("exp(people)", "R0403", ["exp needs a plain number, but people is in people"]),
        ("log(months)", "R0403", ["months is in month"]),
        ("sin(h)", "R0403", ["h is in 1/month"]),
        ("exp(percent)", "R0403", ["percent"]),
        ("2 ^ people", "R0403", ["the power in", "people"]),
        ("people ^ share", "R0403", ["its power is not a fixed number"]),
        ("people ^ 1e300", "R0403", ["the power 1e+300"]),
        ("years ^ 999", "R0403", ["the power 999"]),
        ("plain(people)", "R0402", ["plain takes a plain number", "people is in people"]),
        ("wages(share)", "R0402", ["wages takes USD", "share is in a plain number"]),
    ],
)
def test_both_sides_of_a_clash_are_named(small, faults, text, code, words):
    problems = faults(small(**with_auxiliary(text)))
    assert [(p.code, p.where) for p in problems] == [(code, "auxiliaries.x.value")]
    for word in words:
        assert word in problems[0].message


@pytest.mark.parametrize(
    ("section", "item", "where", "wanted"),
    [
        ("flows", {"from": "people", "hazard": "share"}, "hazard", "1/month"),
        ("flows", {"from": "people", "hazard": "people"}, "hazard", "1/month"),
        ("flows", {"from": "people", "hazard": "h * people"}, "hazard", "1/month"),
        ("flows", {"from": "people", "hazard": "yearly"}, "hazard", "1/month"),
        ("flows", {"from": "people", "rate": "h"}, "rate", "people/month"),
        ("flows", {"to": "people", "rate": "people"}, "rate", "people/month"),
        ("flows", {"to": "places", "rate": "h * people"}, "rate", "district/month"),
        ("flows", {"from": "people", "to": "places", "hazard": "h"}, "to", "district"),
        ("flows", {"to": "people", "rate": 1, "dispersion": "months"}, "dispersion", "plain"),
        ("stocks", {"initial": "months"}, "initial", "people"),
        ("levels", {"initial": "months"}, "initial", "plain"),
        ("levels", {"change": "share"}, "change", "1/month"),
        ("levels", {"change": "leave", "unit": "events"}, "change", "events/month"),
        ("levels", {"change": "people", "unit": "people"}, "change", "people/month"),
        ("noise", {"kind": "gamma", "variance": "months"}, "variance", "plain"),
        ("noise", {"kind": "ar1", "sd": "months", "half_life": 1}, "sd", "plain"),
        ("noise", {"kind": "ar1", "sd": 1, "half_life": "years"}, "half_life", "month"),
        ("accumulators", {"integral": "people", "unit": "people"}, "integral", "people"),
        ("accumulators", {"count": "leave", "unit": "events"}, "count", "events"),
        ("observations", {"as": "poisson(months)", "unit": "people"}, "as", "people"),
        ("observations", {"as": "normal(people, months)", "unit": "people"}, "as", "people"),
        ("observations", {"as": "negative_binomial(people, months)"}, "as", "plain"),
        ("shocks", {"add": {"people": "months"}}, "", "people"),
        ("shocks", {"scale": {"people": "months"}}, "", "plain"),
        ("shocks", {"set": {"grief": "share"}}, "", "people"),
        ("shocks", {"move": {"from": "people", "share": "months"}}, "", "plain"),
        ("shocks", {"move": {"from": "people", "number": "months"}}, "", "people"),
        ("shocks", {"move": {"from": "people", "to": "places", "share": 0.1}}, "", "district"),
        ("shocks", {"from": "2020-05", "set": {"h": "share"}}, "", "1/month"),
        ("shocks", {"from": "2020-05", "scale": {"h": "months"}}, "", "plain"),
    ],
)
def test_each_place_has_its_unit(small, faults, section, item, where, wanted):
    sections = {**SECTIONS, section: {**SECTIONS.get(section, {}), "new": item}}
    problems = faults(small(**sections))
    assert {p.code for p in problems} == {"R0402"}
    assert problems[0].where == f"{section}.new" + (f".{where}" if where else "")
    assert wanted in problems[0].message


@pytest.mark.parametrize(
    ("section", "item"),
    [
        ("flows", {"from": "people", "hazard": "h"}),
        ("flows", {"from": "people", "hazard": "yearly / 12 * years / months"}),
        ("flows", {"from": "people", "hazard": 0.1}),
        ("flows", {"from": "people", "hazard": "free * people"}),
        ("flows", {"from": "people", "rate": "h * people"}),
        ("flows", {"to": "places", "rate": "free"}),
        ("levels", {"change": "(share - new) / months"}),
        ("levels", {"change": "leave", "unit": "deaths"}),
        ("accumulators", {"count": "leave", "unit": "people"}),
        ("accumulators", {"integral": "people * h", "unit": "people"}),
        ("accumulators", {"integral": "people", "unit": "people*months"}),
        ("observations", {"as": "normal(people, people)", "unit": "people"}),
        ("observations", {"as": "between(people, sd=share)", "unit": "people"}),
        ("noise", {"kind": "ar1", "sd": "share", "half_life": "months"}),
        ("shocks", {"add": {"people": 5}}),
        ("shocks", {"from": "2020-05", "set": {"h": "h * 2"}}),
    ],
)
def test_each_place_takes_its_unit(small, build, section, item):
    sections = {**SECTIONS, section: {**SECTIONS.get(section, {}), "new": item}}
    build(small(**sections))


@pytest.mark.parametrize(
    ("section", "item"),
    [
        ("parameters", {"value": 1, "unit": "peple"}),
        ("stocks", {"unit": "peple"}),
        ("levels", {"unit": "peple"}),
        ("auxiliaries", {"value": 1, "unit": "peple"}),
        ("inputs", {"values": {"2020-01": 1}, "unit": "peple"}),
        ("accumulators", {"integral": "people", "unit": "peple"}),
        ("lookups", {"points": [[0, 0], [1, 1]], "unit": "peple"}),
        ("lookups", {"points": [[0, 0], [1, 1]], "x_unit": "peple"}),
        ("observations", {"as": "poisson(people)", "unit": "peple"}),
    ],
)
def test_unknown_units(small, faults, section, item):
    sections = {**SECTIONS, section: {**SECTIONS.get(section, {}), "new": item}}
    problems = faults(small(**sections))
    assert [p.code for p in problems] == ["R0401"]
    assert problems[0].where.startswith(f"{section}.new")


def test_inferred_units_pass_through_auxiliaries(small, faults):
    auxiliaries = {"z": "y + h", "y": "x", "x": "people"}
    problems = faults(small(**SECTIONS, auxiliaries=auxiliaries))
    assert [(p.code, p.where) for p in problems] == [("R0402", "auxiliaries.z.value")]


def test_an_array_is_reported_once(small, faults):
    problems = faults(small(**SECTIONS, auxiliaries={"x[group, place]": "people + h"}))
    assert len(problems) == 1


def test_several_clashes_are_found_at_once(small, faults):
    auxiliaries = {"x": "people + h", "y": "exp(people)", "z": "months + years"}
    problems = faults(small(**SECTIONS, auxiliaries=auxiliaries))
    assert sorted(p.code for p in problems) == ["R0402", "R0402", "R0403"]
