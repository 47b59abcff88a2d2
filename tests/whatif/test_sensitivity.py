"""Sensitivity: against functions with known indices, and models whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rivalry.cases import load_case
from rivalry.foundation import Month, RivalryError
from rivalry.model import draw_parameters
from rivalry.whatif import CHANCE, OTHERS, Target, contrast, named_scenario, sensitivity
from rivalry.whatif._sensitivity_morris import STEP, morris, morris_points
from rivalry.whatif._sensitivity_sobol import Base, indices, shares

# In equilibrium the total is the sum, and what is shaken is big with noise added.
LINEAR = """
rivalry: 1
title: A sum
time: {start: 2013-01, end: 2014-12, substeps: 1}
levels:
  total: {initial: 0, change: "big + 0.5 * small + known - total / month"}
  shaken: {initial: 0, change: "(big * month - shaken) / month", sd: 1}
parameters:
  big: {prior: "normal(0, 2)", unit: 1/month}
  small: {prior: "normal(1, 2)", unit: 1/month}
  idle: {prior: "normal(0, 1)"}
  known: {prior: "uniform(0, 1)", unit: 1/month}
  month: {value: 1, unit: month}
levers: {push: {label: Push, parameter: known, range: [0, 9]}}
scenarios: {pushed: {from: 2014-01, set: {known: 5}}}
report: {headline: [total]}
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("linear") / "sum"
    folder.mkdir()
    (folder / "case.yaml").write_text(LINEAR)
    return load_case(folder).model


def ishigami(u, keys):
    x = math.pi * (2 * u - 1)
    return (np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))[
        :, None
    ]


@pytest.mark.statistical
def test_ishigami_has_its_published_indices():
    """Indices of Ishigami and Homma (1990) with a = 7, b = 0.1; a fourth input does nothing.

    Tolerance: five standard errors of the bootstrap; false alarm below 1 in 100,000 by a normal
    law, and the points of a Sobol' sequence scatter less than those the bootstrap draws.
    """
    b, pi = 0.1, math.pi
    variance = 49 / 8 + b * pi**4 / 5 + b**2 * pi**8 / 18 + 0.5
    first = np.array([0.5 * (1 + b * pi**4 / 5) ** 2, 49 / 8, 0.0]) / variance
    joint = b**2 * pi**8 * (1 / 18 - 1 / 50) / variance
    total = first + np.array([joint, 0, joint])
    found = shares(ishigami, Base.draw(4, 2048, 3), [[0], [1], [2], [3]], 1, level=0.6827)
    for got, ends, truth in (
        (found.first, found.first_ends, first),
        (found.total, found.total_ends, total),
    ):
        error = (ends[1] - ends[0])[:3, 0] / 2
        assert (np.abs(got[:3, 0] - truth) <= 5 * error).all()
        assert (error < 0.06).all()
    # the idle input and chance
    assert found.first[3:].tolist() == [[0.0], [0.0]]
    assert found.total[3:].tolist() == [[0.0], [0.0]]


def test_estimates_are_those_of_scipy():
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, 64, 1))
    mixed = rng.normal(size=(3, 64, 1))
    first, total = indices(a, b, mixed)
    theirs = stats.sobol_indices(
        func={"f_A": a.T, "f_B": b.T, "f_AB": mixed.transpose(0, 2, 1)}, n=64
    )
    np.testing.assert_allclose(first[:, 0], theirs.first_order, rtol=1e-12)
    np.testing.assert_allclose(total[:, 0], theirs.total_order, rtol=1e-12)


@pytest.mark.statistical
def test_chance_has_its_share_of_an_additive_function():
    """y = x + z + x z with x, z standard normal: x alone 1/3, z alone 1/3, together 1/3.

    Tolerance: five bootstrap standard errors, as above.
    """

    def f(u, keys):
        x = stats.norm.ppf(np.clip(u[:, 0], 1e-9, 1 - 1e-9))
        z = np.array([np.random.default_rng([7, int(k)]).normal() for k in keys])
        return (x + z + x * z)[:, None]

    found = shares(f, Base.draw(1, 4096, 1), [[0]], 1, level=0.6827)
    for got, ends, truth in (
        (found.first, found.first_ends, 1 / 3),
        (found.total, found.total_ends, 2 / 3),
    ):
        error = (ends[1] - ends[0])[:, 0] / 2
        assert (np.abs(got[:, 0] - truth) <= 5 * error).all()
        assert (error < 0.06).all()


def test_elementary_effects_of_a_linear_function_are_its_coefficients():
    slopes = np.array([3.0, -2.0, 0.0, 0.5])

    def f(u, keys):
        return (u @ slopes + 100.0 * (keys % 7))[:, None]

    found = morris(f, 4, 12, 5)
    np.testing.assert_allclose(found.mu[:, 0], slopes, atol=1e-10)
    np.testing.assert_allclose(found.mu_star[:, 0], np.abs(slopes), atol=1e-10)
    np.testing.assert_allclose(found.sigma[:, 0], 0, atol=1e-10)
    # the random numbers of a trajectory are its own, and others change the output
    assert (np.abs(found.chance) >= 100).any()


def test_each_step_of_a_trajectory_moves_one_input_once():
    points, moved = morris_points(5, 40, 2)
    steps = np.diff(points, axis=1)
    assert (np.count_nonzero(np.abs(steps) > 1e-12, axis=2) == 1).all()
    np.testing.assert_allclose(np.abs(steps).max(axis=2), STEP)
    assert (np.sort(moved, axis=1) == np.arange(5)).all()
    assert {round(3 * x) for x in points.ravel()} == {0, 1, 2, 3}
    assert ((points >= 0) & (points <= 1)).all()


@pytest.mark.statistical
def test_a_linear_model_has_shares_by_its_coefficients(model):
    """A sum in equilibrium: variances 4, 1 and 1/12, and nothing of chance.

    Tolerance: the interval widened fivefold about its middle (90% interval: 8 standard errors).
    """
    target = Target.of(model, ["total"], first=Month.parse("2014-12"), months=1)
    found = sensitivity(target, points=1024, trajectories=10, top=3, threads=2).outputs[0]
    whole = 4 + 1 + 1 / 12
    for name, share in (("big", 4 / whole), ("small", 1 / whole), ("known", 1 / 12 / whole)):
        index = found.index(name)
        assert abs(index.total - share) <= 2.5 * (index.total_high - index.total_low)
        assert abs(index.first - share) <= 2.5 * (index.first_high - index.first_low)
        assert index.total_high - index.total_low < 0.15
    assert found.index(CHANCE).total == 0.0
    assert found.index(OTHERS).total == 0.0  # idle
    idle = next(s for s in found.screened if s.parameter == "idle")
    assert (idle.mu_star, idle.mu, idle.sigma) == (0.0, 0.0, 0.0)
    assert not idle.chosen
    assert found.sd == pytest.approx(math.sqrt(whole), rel=0.1)


def test_a_tornado_has_the_ends_that_can_be_worked_out(model):
    target = Target.of(model, ["total"], first=Month.parse("2014-12"), months=1)
    found = sensitivity(target, points=64, trajectories=4, others="median").outputs[0]
    assert [b.parameter for b in found.bars] == ["big", "small", "known"]
    big = found.bars[0]
    assert (big.low, big.high) == pytest.approx((-3.29, 3.29), abs=0.01)
    # big is 0, small 1 and known 1/2 at their medians
    assert big.low_change == pytest.approx(big.low, rel=1e-3)
    assert found.bars[1].swing == pytest.approx(0.5 * 2 * 2 * 1.645, rel=1e-3)
    assert big.low_change_low == pytest.approx(
        big.low_change, abs=1e-6
    )  # nothing is left to chance


def test_chance_is_found_where_there_is_some(model):
    target = Target.of(model, ["shaken"], first=Month.parse("2014-12"), months=1)
    found = sensitivity(target, points=256, trajectories=4).outputs[0]
    chance, big = found.index(CHANCE), found.index("big")
    assert chance.total > 0.1
    assert chance.total + big.first == pytest.approx(1.0, abs=0.25)
    assert found.chance_move > 0.3


def test_a_contrast_is_the_difference_that_scenario_gives(rivals):
    """The same effect as `contrast`, draw by draw, which takes another way to it."""
    model = rivals.model
    target = Target.of(
        model, ["anger", "red", "deaths_seen"], named_scenario(model, "harden"), None, 6
    )
    from rivalry.whatif._sensitivity_plan import Plan, Wanted

    parameters = draw_parameters(model, 30, 2)
    plan = Plan(model, [Wanted(target.what, target.first, 6, target.names)])
    before, after = plan.run(parameters, np.arange(30), 9)[0]
    theirs = contrast(model, ["harden"], parameters, horizon=6, outputs=target.names, seed=9).items[
        0
    ]
    order = [theirs.names.index(n) for n in target.names]
    np.testing.assert_array_equal(before, theirs.reference[:, :, order])
    np.testing.assert_array_equal(after, theirs.scenario[:, :, order])
    assert (after != before).any()


def test_fitted_parameters_vary_over_their_margins(model):
    draws = draw_parameters(model, 500, 1)
    column = model.parameter_index["big"]
    draws[:, column] = 0.001 * draws[:, column]
    target = Target.of(model, ["total"], first=Month.parse("2014-12"), months=1)
    found = sensitivity(target, posterior=draws, fitted=["big"], points=64, trajectories=4)
    assert found.fitted == 1
    assert found.outputs[0].bars[0].parameter == "small"
    assert found.outputs[0].index("big").total < 1e-4


@pytest.mark.parametrize("scenario", [None, "harden"])
def test_threads_change_nothing(rivals, scenario):
    model = rivals.model
    what = [] if scenario is None else [named_scenario(model, scenario)]
    target = Target.of(model, ["red", "anger"], *what, months=4)
    one, many = (sensitivity(target, points=32, trajectories=3, threads=n, seed=4) for n in (1, 3))
    assert one.outputs == many.outputs
    assert one.runs == many.runs


def test_runs_that_break_are_refused_or_left_out(tmp_path):
    text = """
rivalry: 1
title: Breaks
time: {start: 2013-01, end: 2013-12, substeps: 1}
stocks: {a: {initial: 100}}
flows: {out: {from: a, hazard: "leave + part"}}
parameters:
  leave: {prior: "uniform(-0.01, 0.09)", unit: 1/month}
  part: {prior: "uniform(0, 0.0001)", unit: 1/month}
"""
    (tmp_path / "case.yaml").write_text(text)
    model = load_case(tmp_path).model
    with pytest.raises(RivalryError, match="R1165"):
        sensitivity(Target.of(model, ["a"], months=3), points=64, trajectories=3)
    (tmp_path / "case.yaml").write_text(text.replace("-0.01", "-0.0008"))
    model = load_case(tmp_path).model
    found = sensitivity(Target.of(model, ["a"], months=3), points=256, trajectories=3)
    assert [w.code for w in found.warnings if w.code == "R1171"] == ["R1171"]


def test_an_output_that_never_varies_is_warned_of(rivals):
    target = Target.of(rivals.model, ["size_of_talk"], months=3)
    found = sensitivity(target, points=16, trajectories=2)
    assert "R1166" in [w.code for w in found.warnings]
    assert all(i.total == 0 for i in found.outputs[0].indices)


@pytest.mark.parametrize(
    ("keywords", "code"),
    [({"points": 100}, "R1164"), ({"trajectories": 1}, "R1164"), ({"top": 0}, "R1164")],
)
def test_numbers_that_cannot_be_are_refused(rivals, keywords, code):
    with pytest.raises(RivalryError, match=code):
        sensitivity(Target.of(rivals.model, ["red"]), **keywords)


def test_a_case_without_priors_is_refused(tmp_path):
    (tmp_path / "case.yaml").write_text(
        "rivalry: 1\ntitle: Fixed\ntime: {start: 2013-01, end: 2014-12, substeps: 1}\n"
        "levels: {x: {initial: 0, change: push}}\nparameters: {push: {value: 1, unit: 1/month}}\n"
    )
    with pytest.raises(RivalryError, match="R1162"):
        sensitivity(Target.of(load_case(tmp_path).model, ["x"], months=2))


def test_targets_that_make_no_sense_are_refused(rivals):
    model = rivals.model
    with pytest.raises(RivalryError, match="R1163"):
        Target.of(model, ["red"], first=Month.parse("2016-06"), months=24)
    with pytest.raises(RivalryError, match="R1167"):
        Target.of(model, ["red"], named_scenario(model, "harden"), log=True)
    with pytest.raises(RivalryError, match="R1161"):
        Target.of(model, [])
    with pytest.raises(RivalryError, match="R0807"):
        Target.of(model, ["rde"])
