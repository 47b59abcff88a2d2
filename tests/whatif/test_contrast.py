"""Contrasts: exact zeros, untouched series, common numbers, dates, and what runs away."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.engine import Start, simulate
from rivalry.foundation import Month, RivalryError
from rivalry.whatif import (
    REFERENCE,
    contrast,
    default_names,
    effect,
    in_words,
    made_up,
    monthly_table,
    side_effects,
    spread_of,
    summary_table,
)
from rivalry.whatif._ensemble import Runner, states_at
from rivalry.whatif._tables import joint_schedule

NEXT = Month.parse("2016-01")


def test_a_what_if_that_changes_nothing_gives_exactly_zero(rivals, drawn):
    same = made_up(rivals.model, sets=["aid=0@2016-01"], month=NEXT)
    for found in contrast(rivals.model, [same, "reference"], drawn, horizon=12):
        assert np.array_equal(found.scenario, found.reference, equal_nan=True)
        assert not np.isnan(found.reference).all()


def test_one_flow_changed_leaves_what_it_does_not_touch_exactly_equal(rivals, drawn):
    found = contrast(rivals.model, ["aid_now"], drawn, horizon=12).items[0]
    for name in ("red", "killed_red", "anger", "tempo", "farmers", "moved", "join_red", "jailed"):
        assert (found.monthly(name) == 0).all(), name
    assert (found.total("blue", "mean") > 0).mean() > 0.95
    assert (found.total("join_blue", "sum") > 0).mean() > 0.95


def test_common_numbers_cut_the_noise_of_contrasts_at_least_fivefold(rivals, drawn):
    """Noise: what remains of a contrast's variance at the same parameters, over four seeds."""
    model = rivals.model
    states = _states(model, drawn)
    runs = [contrast(model, ["harden", "aid_now", "escape_now"], drawn, horizon=12, start=states,
                     seed=k) for k in (1, 2, 3, 4)]  # fmt: skip
    ratios = []
    for what, name in (("harden", "anger"), ("harden", "red"), ("aid_now", "blue"),
                       ("escape_now", "red")):  # fmt: skip
        same = [r[what].total(name, "mean") for r in runs]
        before = [r[what].reference_total(name, "mean") for r in runs]
        after = [a + b for a, b in zip(same, before, strict=True)]
        common = np.mean((same[0] - same[1]) ** 2)
        apart = np.mean(((after[0] - before[1]) - (after[2] - before[3])) ** 2)
        ratios.append(apart / common if common > 0 else np.inf)
    assert min(ratios) >= 5, ratios


def test_both_worlds_go_on_from_given_states(rivals, drawn):
    states = _states(rivals.model, drawn)
    found = contrast(rivals.model, ["harden", "no_release"], drawn, horizon=24, start=states)
    ahead, past = found.items
    assert ahead.from_states == Month.parse("2015-12")
    assert past.from_states is None
    # 24 months from 2016-01 end a year after the case does
    assert str(ahead.months[-1]) == "2017-12"
    assert np.isfinite(ahead.scenario).all()
    assert (ahead.monthly("anger") > 0).all()


def test_going_on_from_recorded_states_is_the_whole_run(rivals, drawn):
    whole = simulate(rivals.model, parameters=drawn, keyed=True, seed=1, outputs=["red", "tempo"])
    found = contrast(rivals.model, ["harden"], drawn, horizon=12, outputs=["red", "tempo"])
    for name in ("red", "tempo"):
        j = found.items[0].names.index(name)
        expected = whole[name].values[:, 36:48]
        np.testing.assert_allclose(found.items[0].reference[:, :, j], expected, rtol=1e-9)


def test_a_shock_left_out_is_gone_even_if_dated_before_the_first_month(rivals, drawn):
    found = contrast(rivals.model, ["no_crackdown"], drawn, horizon=3).items[0]
    assert str(found.first) == "2014-03"
    # 0.2 added on the last day of February, fading over six months
    assert (found.monthly("anger")[:, 0] < -0.1).all()


def test_past_what_ifs_take_their_shock_out(rivals, drawn):
    found = contrast(rivals.model, ["no_release"], drawn, horizon=6).items[0]
    kept = found.monthly("jailed")
    # four fifths of 400 would have gone, each by its own lot
    assert (np.abs(kept[:, 0] - 320) < 40).all()
    assert (kept == kept[:, :1]).all()
    assert (found.total("red", "mean") < 0).all()


def test_joined_what_ifs_do_what_each_does(rivals, drawn):
    found = contrast(rivals.model, ["harden", "aid_now", "harden+aid_now"], drawn, horizon=6)
    both = found["harden+aid_now"]
    np.testing.assert_array_equal(both.monthly("anger"), found["harden"].monthly("anger"))
    assert (both.total("blue", "mean") > 0).mean() > 0.9


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("harden+soften", "different values"),
        ("escape_now", "moved"),
    ],
)
def test_contradictions_are_refused(rivals, drawn, name, words):
    what = name
    if name == "escape_now":
        from rivalry.whatif import join, named_scenario

        other = made_up(rivals.model, without=["jailbreak"], month=NEXT)
        what = join(named_scenario(rivals.model, name), other)
    with pytest.raises(RivalryError) as error:
        contrast(rivals.model, [what], drawn)
    assert [p.code for p in error.value.problems] == ["R1105"]
    assert words in str(error.value) or "left out" in str(error.value)


def test_the_same_value_twice_is_no_contradiction(rivals, drawn):
    what = made_up(rivals.model, sets=["hardness=0.8@2016-01"], month=NEXT)
    from rivalry.whatif import join, named_scenario

    both = contrast(rivals.model, [join(named_scenario(rivals.model, "harden"), what)], drawn)
    assert (both.items[0].monthly("anger") > 0).all()


def test_settings_of_one_lever_follow_each_other(rivals, drawn):
    steps = ["hardness=1@2016-01", "hardness=0@2016-04"]
    what = made_up(rivals.model, sets=steps, month=NEXT)
    anger = contrast(rivals.model, [what], drawn, horizon=12).items[0].monthly("anger")
    assert (np.diff(anger[:, :3]) > 0).all()
    assert (np.diff(anger[:, 3:]) < 0).all()


def test_what_explodes_is_said(rivals, drawn):
    fast = made_up(rivals.model, sets=["noise_level=2@2016-01"], month=NEXT)
    found = contrast(rivals.model, [fast], drawn, horizon=12)
    assert [w.code for w in found.warnings] == ["R1109"]
    assert "size_of_talk" in found.warnings[0].message


def test_what_becomes_infinite_is_a_fault_that_names_the_what_if(rivals, drawn):
    endless = made_up(rivals.model, sets=["noise_level=1000@2016-01"], month=NEXT)
    with pytest.raises(RivalryError) as error:
        contrast(rivals.model, [endless], drawn, horizon=120)
    assert error.value.problems[0].code == "R0803"
    assert "noise_level=1000" in str(error.value)


def test_side_effects_come_by_size_and_leave_out_what_does_not_move(rivals, drawn):
    found = contrast(rivals.model, ["escape_now"], drawn, horizon=6).items[0]
    rows = side_effects(rivals.model, found)
    assert rows[0].name == "jailed"
    assert "red" in {e.name for e in rows}
    assert "farmers" not in {e.name for e in rows}
    assert sorted((abs(e.size) for e in rows), reverse=True) == [abs(e.size) for e in rows]


def test_default_names_are_headline_expectation_and_side_effects(rivals, drawn):
    found = contrast(rivals.model, ["harden"], drawn, horizon=6).items[0]
    names = default_names(rivals.model, found, rivals.report.headline)
    assert names[:3] == ["y:deaths_seen", "red", "anger"]


def test_tables_hold_quantiles_and_chances(rivals, drawn):
    found = contrast(rivals.model, ["harden"], drawn, horizon=6)
    monthly = monthly_table(found.items[0], ["anger"])
    assert monthly["month"].tolist() == [f"2016-{m:02d}" for m in range(1, 7)]
    assert (monthly[["q05", "q25", "median", "q75", "q95"]].diff(axis=1).iloc[:, 1:] >= 0).all(
        axis=None
    )
    table = summary_table(rivals.model, found, {"harden": ["anger", "join_red", "farmers"]})
    assert table["over"].tolist() == ["mean", "sum", "mean"]
    assert table["p_up"].tolist()[0] == 1.0
    assert table["p_zero"].tolist()[2] == 1.0
    draws = found.dataset("harden")
    assert dict(draws.sizes)["draw"] == 60
    np.testing.assert_allclose(
        draws["difference"].sel(output="anger").mean("month"),
        found.items[0].total("anger", "mean"),
    )


def test_words_count_draws(rivals, drawn):
    found = contrast(rivals.model, ["harden"], drawn, horizon=6).items[0]
    assert "higher in 100 of 100 draws" in in_words(effect(rivals.model, found, "anger"))
    assert "exactly as in the reference" in in_words(effect(rivals.model, found, "farmers"))


def test_spread_is_that_of_numpy():
    values = np.array([-1.0, 0.0, 0.0, 2.0, 4.0])
    s = spread_of(values)
    assert (s.p_up, s.p_down, s.p_zero) == (0.4, 0.2, 0.4)
    assert (s.mean, s.median, s.q25) == (1.0, 0.0, 0.0)


def _states(model, drawn) -> Start:
    month = Month.parse("2015-12")
    runner = Runner(model, drawn, 9)
    return states_at(runner, joint_schedule(model, REFERENCE), [month])[month]
