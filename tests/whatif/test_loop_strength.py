"""Loop scores on textbook models whose dominant loops are known, and what must always hold.

The models are deterministic: no noise, and stocks so large that the chance of who joins or leaves
is a millionth of what moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from rivalry.engine import simulate
from rivalry.foundation import RivalryError, parse_yaml
from rivalry.model import Model, ModelSpec, build_model
from rivalry.whatif import LoopStrength, loop_strength

LOGISTIC = """
rivalry: 1
title: Growth to a capacity
time: {start: 2000-01, end: 2019-12, substeps: 8}
stocks: {people: {initial: 10000000}}
flows:
  births: {to: people, rate: "growth * people"}
  crowding: {from: people, rate: "growth * people^2 / capacity"}
parameters:
  growth: {value: 0.06, unit: 1/month}
  capacity: {value: 1000000000000, unit: people}
loops:
  R: {through: [people, births], polarity: reinforcing, label: Births}
  B: {through: [people, crowding], polarity: balancing, label: Crowding}
"""
YEAST = """
rivalry: 1
title: Yeast that its own alcohol kills
time: {start: 2000-01, end: 2008-04, substeps: 2}
stocks: {cells: {initial: 100000000}}
levels: {alcohol: {initial: 0, bounds: [0, 1000], change: "per_cell * cells"}}
flows:
  births: {to: cells, rate: "cells * max(0, 1.1 - 0.1 * alcohol) / birth_time"}
  deaths: {from: cells, hazard: "exp(alcohol - 11) / death_time"}
parameters:
  per_cell: {value: 0.0000000001, unit: 1/month/people}
  birth_time: {value: 15, unit: month}
  death_time: {value: 30, unit: month}
loops:
  R: {through: [cells, births], polarity: reinforcing}
  B1: {through: [cells, deaths], polarity: balancing}
  B2: {through: [cells, alcohol, births], polarity: balancing}
  B3: {through: [cells, alcohol, deaths], polarity: balancing}
"""
PREDATORS = """
rivalry: 1
title: Prey and predators
time: {start: 2000-01, end: 2019-12, substeps: 16}
stocks: {prey: {initial: 4000000000}, predators: {initial: 1000000000}}
flows:
  births: {to: prey, rate: "fertility * prey"}
  eaten: {from: prey, hazard: "hunt * predators"}
  raised: {to: predators, rate: "raise * prey * predators"}
  deaths: {from: predators, hazard: mortality}
parameters:
  fertility: {value: 0.1, unit: 1/month}
  hunt: {value: 0.00000000005, unit: 1/month/people}
  raise: {value: 0.00000000002, unit: 1/month/people}
  mortality: {value: 0.1, unit: 1/month}
"""
WORKFORCE = """
rivalry: 1
title: Inventory and workforce
time: {start: 2000-01, end: 2009-12, substeps: 8}
levels:
  inventory: {initial: 400SCALE, bounds: [-1e9, 1e9], change: production - sales}
  workforce: {initial: 100, bounds: [-1e9, 1e9], change: (target - workforce) / hiring_time}
auxiliaries:
  production: {value: productivity * workforce, unit: 1/month}
  target: {value: (sales + (desired - inventory) / adjusting_time) / productivity, unit: ""}
parameters:
  productivity: {value: 1SCALE, unit: 1/month}
  sales: {value: 100SCALE, unit: 1/month}
  desired: 300SCALE
  adjusting_time: {value: 4, unit: month}
  hiring_time: {value: 16, unit: month}
loops:
  major: {through: [inventory, target, workforce, production], polarity: balancing}
"""
OPEN = """
rivalry: 1
title: Pushed from outside
time: {start: 2000-01, end: 2003-12, substeps: 4}
levels:
  x:
    initial: 1
    bounds: [-100, 100]
    change: "pull * after('2002-01') + weather / month - x / delay"
noise:
  weather: {kind: ar1, on: level, sd: 0.5, half_life: 3 months}
parameters:
  pull: {value: 2, unit: 1/month}
  delay: {value: 10, unit: month}
  month: {value: 1, unit: month}
"""
EVENT = """
rivalry: 1
title: An event
time: {start: 2000-01, end: 2003-12, substeps: 1}
stocks: {people: {initial: 1000000000}}
flows: {leave: {from: people, hazard: rate}}
parameters: {rate: {value: 0.05, unit: 1/month}}
shocks: {arrival: {date: 2001-05-01, add: {people: 500000000}}}
"""
SETTLING = """
rivalry: 1
title: A memory that fades
time: {start: 2000-01, end: 2003-12, substeps: 4}
levels:
  memory: {initial: 1, bounds: [0, 1], change: -memory / fading}
  anger: {initial: 0, bounds: [0, 1], change: (memory - anger) / anger_time}
parameters:
  fading: {value: 12, unit: month}
  anger_time: {value: 6, unit: month}
"""
DETOUR = """
rivalry: 1
title: A way that goes round
time: {start: 2000-01, end: 2001-12, substeps: 4}
levels:
  x: {initial: 1, bounds: [-1e6, 1e6], change: (y - x) / slow}
  y: {initial: 0, bounds: [-1e6, 1e6], change: (x + 0.5 * z - y) / slow}
  z: {initial: 0, bounds: [-1e6, 1e6], change: (0.7 * y - z) / slow}
parameters: {slow: {value: 6, unit: month}}
"""
TWO = """
rivalry: 1
title: Two groups with a tempo
time: {start: 2000-01, end: 2004-12, substeps: 2}
dimensions: {group: [a, b]}
stocks:
  pool: {initial: 100000}
  fighters[group]: {initial: {a: 3000, b: 5000}}
levels: {anger: {initial: 0.2, bounds: [0, 1], change: "(target - anger) / anger_time"}}
noise: {tempo: {kind: ar1, on: log, sd: 0.3, half_life: 3 months}}
auxiliaries:
  target: {value: "hill(fighters[a] * fighters[b] / 1e4 * tempo, half)", unit: ""}
flows:
  join[group]: {from: pool, to: "fighters[group]", hazard: "appeal * anger * fighters[group] / 1e4"}
  killed[group]: {from: "fighters[group]", hazard: "deadliness * tempo * anger"}
parameters:
  appeal: {prior: "lognormal(log(0.02), 0.3)", unit: 1/month/people}
  deadliness: {prior: "lognormal(log(0.02), 0.3)", unit: 1/month}
  anger_time: {value: 4, unit: month}
  half: {value: 2000, unit: people^2}
loops:
  spiral: {through: [anger, join, fighters, target], polarity: reinforcing}
"""


@pytest.fixture(scope="session")
def make() -> Callable[..., Model]:
    def build(text: str) -> Model:
        return build_model(ModelSpec.from_data(parse_yaml(text).data))

    return build


def _share(strength: LoopStrength, loop: str) -> np.ndarray:
    return strength.scores["share"].sel(loop=loop).values[0]


def _leaders(strength: LoopStrength) -> list[tuple[int, str]]:
    """Months (from the start) in which another loop becomes the largest, and which."""
    sizes = np.abs(strength.scores["share"].values[0])
    lead = np.argmax(sizes, axis=1)
    changes = np.flatnonzero(np.diff(lead)) + 1
    # the first score is of the change during month 1 (the second of the model)
    return [(0, strength.loops[lead[0]].id)] + [
        (int(i) + 1, strength.loops[lead[i]].id) for i in changes
    ]


def test_logistic_growth_is_driven_by_births_until_half_the_capacity(make):
    model = make(LOGISTIC)
    strength = loop_strength(model, ["people"], 1)[0]

    people = simulate(model, 1, outputs=["people"], observations=False)["people"].values[0]
    half = int(np.argmax(people > 0.5e12))
    (_, first), (switch, second) = _leaders(strength)
    assert (first, second) == ("R", "B")
    assert switch == pytest.approx(half, abs=1)
    assert half == pytest.approx(math.log(1e5 - 1) / 0.06, abs=1)
    # of the growing force g*dp and the braking 2*g*p*dp/K (Richardson's polarity split)
    p = people[:-1]
    brake = 2 * p / 1e12 / (1 + 2 * p / 1e12)
    np.testing.assert_allclose(_share(strength, "B"), -brake, atol=0.01)


@pytest.mark.parametrize("method", ["relative", "published"])
def test_yeast_passes_through_the_four_phases_that_were_published(make, method):
    """Schoenberg, Davidsen & Eberlein (2020): R to 51.5, B2 to 66, B3 to 75, then B1.

    Their step is half a unit of time, a unit is a month here. The births, which go below 0 in
    theirs, stop at 0.
    """
    strength = loop_strength(make(YEAST), ["cells"], 1, method=method)[0]
    phases = _leaders(strength)
    assert [loop for _, loop in phases] == ["R", "B2", "B3", "B1"]
    assert [month for month, _ in phases] == pytest.approx([0, 52, 66.5, 75.5], abs=1)


@pytest.mark.parametrize("method", ["relative", "published"])
def test_prey_and_predators_as_computed_by_hand(make, method):
    model = make(PREDATORS)
    strength = loop_strength(model, ["prey"], 1, method=method)[0]
    run = simulate(model, 1, outputs=["prey", "predators"], observations=False)
    x, y = run["prey"].values[0], run["predators"].values[0]
    a, b, c, d = 0.1, 5e-11, 2e-11, 0.1
    dx, dy = np.diff(x), np.diff(y)
    births, eaten = a * np.abs(dx), b * y[:-1] * np.abs(dx)
    through = b * x[:-1] * np.abs(dy)
    if method == "published":  # times the link from prey to predators
        net = np.abs(np.diff(c * x * y - d * y))
        through = through * np.abs(c * y[:-1] * dx) / net
    total = births + eaten + through
    # away from turning points, where a change is a small difference of large numbers
    steady = (np.abs(dx) > 0.02 * x[:-1]) & (np.abs(dy) > 0.02 * y[:-1])
    assert steady.sum() > 50
    for loop, expected in (
        ("own +", births / total), ("own -", -eaten / total), ("N1", -through / total),
    ):  # fmt: skip
        np.testing.assert_allclose(
            _share(strength, loop)[steady], expected[steady], atol=0.02, err_msg=loop
        )
    assert strength.loops[-3].states == ("prey", "predators")


def test_the_only_loop_through_a_stock_makes_all_of_its_change(make):
    model = make(WORKFORCE.replace("SCALE", ""))
    strength = loop_strength(model, ["inventory"], 1)[0]
    np.testing.assert_allclose(_share(strength, "major"), -1.0, atol=1e-9)


def test_inventory_and_workforce_oscillate_by_the_major_loop(make):
    model = make(WORKFORCE.replace("SCALE", ""))
    strength = loop_strength(model, ["workforce"], 1)[0]
    run = simulate(model, 1, outputs=["inventory", "workforce"], observations=False)
    stock, staff = (np.abs(np.diff(run[n].values[0])) for n in ("inventory", "workforce"))
    major = stock / 4 / (stock / 4 + staff)
    np.testing.assert_allclose(_share(strength, "major"), -major, atol=1e-6)
    np.testing.assert_allclose(_share(strength, "own -"), major - 1, atol=1e-6)
    # slow hiring and quick correction of stocks: the cycle is the major loop's
    assert np.mean(major) > 0.6


def test_units_do_not_matter(make):
    shares = [
        loop_strength(make(WORKFORCE.replace("SCALE", scale)), ["workforce"], 1)[0].scores
        for scale in ("", "000")
    ]
    np.testing.assert_allclose(shares[0]["share"], shares[1]["share"], rtol=1e-6, atol=1e-9)


def test_splitting_a_flow_does_not_matter(make):
    """The correction of 2023: scores do not depend on how flows are added up."""
    split = LOGISTIC.replace(
        'births: {to: people, rate: "growth * people"}',
        'births: {to: people, rate: "0.25 * growth * people"}\n'
        '  more: {to: people, rate: "0.75 * growth * people"}',
    )
    whole = loop_strength(make(LOGISTIC.split("loops:")[0]), ["people"], 1)[0]
    parts = loop_strength(make(split.split("loops:")[0]), ["people"], 1)[0]
    np.testing.assert_allclose(
        whole.scores["share"].sel(loop="own +"), parts.scores["share"].sel(loop="own +"), atol=1e-3
    )


def test_an_auxiliary_can_be_asked_about(make):
    strength = loop_strength(make(YEAST), ["births"], 1)[0]
    assert strength.absent == ("B1", "B3")
    phases = _leaders(strength)
    assert [loop for _, loop in phases[:2]] == ["R", "B2"]
    assert phases[1][0] == pytest.approx(51.5, abs=1)


def test_what_comes_from_outside_has_its_own_share(make):
    model = make(OPEN)
    strength = loop_strength(model, ["x"], 3, seed=5)[0]
    run = simulate(model, 3, 5, outputs=["x", "weather"], observations=False)
    weather = run["weather"].values
    chance = np.abs(np.diff(weather, axis=1))
    series = np.zeros_like(chance)
    series[:, 23] = 2.0  # January 2002, from the month before
    # the month's expected path under its own weather, in four steps
    x = run["x"].values
    inside = x[:, :-1].copy()
    for _ in range(4):
        pull = 2.0 * (np.arange(1, 48) >= 24)
        inside = inside + 0.25 * (pull + weather[:, 1:] - inside / 10)
    own = np.abs(inside - x[:, :-1]) / 10
    total = chance + series + own
    got = strength.scores
    np.testing.assert_allclose(got["outside"].sel(source="chance"), chance / total, atol=1e-9)
    np.testing.assert_allclose(got["outside"].sel(source="series"), series / total, atol=1e-9)
    np.testing.assert_allclose(got["share"].sel(loop="own -"), -own / total, atol=1e-9)


def test_a_dated_event_counts_in_its_month_and_in_no_other(make):
    strength = loop_strength(make(EVENT), ["people"], 1)[0]
    events = strength.scores["outside"].sel(source="events").values[0]
    assert np.flatnonzero(events > 1e-9).tolist() == [15]  # May 2001; scores begin in February 2000
    assert events[15] > 0.9


def test_what_wears_off_from_the_start_is_no_loop(make):
    model = make(SETTLING)
    strength = loop_strength(model, ["anger"], 1)[0]
    run = simulate(model, 1, outputs=["memory", "anger"], observations=False)
    memory, anger = (np.abs(np.diff(run[n].values[0])) for n in ("memory", "anger"))
    settling = strength.scores["outside"].sel(source="settling").values[0]
    np.testing.assert_allclose(settling, memory / (memory + anger), atol=1e-9)
    np.testing.assert_allclose(_share(strength, "own -"), -anger / (memory + anger), atol=1e-9)


def test_a_detour_counts_for_the_way_that_is_left_without_it(make):
    # y is moved by x, and by z, which y alone moves: all of its change goes back to x
    model = make(DETOUR)
    strength = loop_strength(model, ["x"], 1)[0]
    run = simulate(model, 1, outputs=["x", "y"], observations=False)
    x, y = (np.abs(np.diff(run[n].values[0])) for n in ("x", "y"))
    assert strength.loops[1].states == ("x", "y")
    np.testing.assert_allclose(_share(strength, strength.loops[1].id), y / (x + y), atol=1e-9)
    np.testing.assert_allclose(strength.scores["untraced"], 0.0, atol=1e-9)


@pytest.mark.parametrize("method", ["relative", "published"])
def test_shares_make_up_the_whole(make, method):
    for strength in loop_strength(make(TWO), ["fighters", "anger", "join[a]"], 30, method=method):
        scores = strength.scores
        whole = np.abs(scores["share"]).sum("loop") + scores["outside"].sum("source")
        np.testing.assert_allclose(whole + scores["untraced"], 1.0, atol=1e-9)
        assert float(scores["untraced"].min()) >= 0
        assert float(scores["outside"].sel(source="chance").mean()) > 0.01


def test_signs_are_those_of_the_loops(make):
    for strength in loop_strength(make(TWO), None, 30):
        for row in strength.loops:
            values = strength.scores["share"].sel(loop=row.id).values
            assert np.all(values >= 0 if row.polarity == "reinforcing" else values <= 0), row.id


def test_a_named_loop_over_an_array_stands_for_all_its_elements(make):
    strength = loop_strength(make(TWO), ["anger"], 5)[0]
    row = strength.loops[0]
    assert (row.id, row.kind) == ("spiral", "named")
    # without the name, the same loops are listed: their sum is what the name stands for
    plain = loop_strength(make(TWO.split("loops:")[0]), ["anger"], 5, listed=20)[0]
    both = [
        r.id for r in plain.loops
        if r.polarity == "reinforcing" and r.states in {("anger", f"fighters[{g}]") for g in "ab"}
    ]  # fmt: skip
    assert len(both) == 2
    np.testing.assert_allclose(
        strength.scores["share"].sel(loop="spiral"),
        plain.scores["share"].sel(loop=both).sum("loop"),
        atol=1e-9,
    )


def test_results_do_not_depend_on_threads(make):
    one, two = (loop_strength(make(TWO), ["anger"], 60, threads=n)[0].scores for n in (1, 3))
    assert one.identical(two)


def test_longer_ways_leave_less_untraced(make):
    short, long = (
        loop_strength(make(TWO), ["fighters[a]"], 10, max_states=n)[0].scores["untraced"]
        for n in (1, 4)
    )
    assert float(short.mean()) > 0.05
    assert float(long.mean()) < 0.01


@pytest.mark.parametrize(
    ("variable", "code", "says"),
    [
        ("cell", "R1140", "Did you mean 'cells'"),
        ("per_cell", "R1140", "a parameter"),
    ],
)
def test_names_that_cannot_be_scored(make, variable, code, says):
    with pytest.raises(RivalryError) as caught:
        loop_strength(make(YEAST), [variable], 1)
    assert caught.value.problems[0].code == code
    assert says in str(caught.value.problems[0])


def test_a_variable_on_no_loop_says_which_ones_are(make):
    text = YEAST.replace("levels: {", "levels: {tally: {initial: 0, change: per_cell * cells}, ")
    with pytest.raises(RivalryError) as caught:
        loop_strength(make(text), ["tally"], 1)
    assert caught.value.problems[0].code == "R1141"
    assert "cells, alcohol" in caught.value.problems[0].remedy


def test_a_model_without_any_loop(make):
    text = """
rivalry: 1
title: Straight
time: {start: 2000-01, end: 2001-12, substeps: 1}
levels: {x: {initial: 0, change: push}}
parameters: {push: {value: 1, unit: 1/month}}
"""
    for variables in (None, ["x"]):
        with pytest.raises(RivalryError) as caught:
            loop_strength(make(text), variables, 1)
        assert caught.value.problems[0].code == "R1141"


def test_two_months_are_too_few(make):
    with pytest.raises(RivalryError) as caught:
        loop_strength(make(LOGISTIC.replace("2019-12", "2000-02")), None, 1)
    assert caught.value.problems[0].code == "R1142"


def test_by_default_every_named_loop_is_met(make):
    assert [s.variable for s in loop_strength(make(YEAST), None, 1)] == ["cells"]
    found = loop_strength(make(TWO), None, 2)
    assert [s.variable for s in found] == ["fighters[a]"]
