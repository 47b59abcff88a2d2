"""What a user may ask for: levers, shocks and dates, and what each mistake is told."""

from __future__ import annotations

import pytest

from rivalry.foundation import Month, RivalryError
from rivalry.whatif import (
    REFERENCE,
    first_month,
    join,
    made_up,
    moved_to,
    named_scenario,
    resolve_names,
)

NEXT = Month.parse("2016-01")


def codes(error) -> list[str]:
    return [p.code for p in error.value.problems]


def test_a_lever_stands_for_its_parameter_and_a_date_may_follow(rivals):
    what = made_up(rivals.model, sets=["hardness=0.4", "aid = 0.2 @ 2016-03"], month=NEXT)
    assert [p.spec.set for p in what.parts] == [{"pressure": 0.4}, {"relief": 0.2}]
    assert [p.spec.from_ for p in what.parts] == ["2016-01", "2016-03"]
    assert what.name == "hardness=0.4@2016-01+aid=0.2@2016-03"
    assert first_month(rivals.model, what) == NEXT


def test_a_lever_bound_to_a_shock_is_fired(rivals):
    by_lever = made_up(rivals.model, fire=["escape@2016-02"], month=NEXT)
    by_name = made_up(rivals.model, fire=["jailbreak@2016-02"], month=NEXT)
    assert by_lever == by_name
    assert str(first_month(rivals.model, by_lever)) == "2016-02"


def test_a_shock_left_out_begins_when_it_would_have_happened(rivals):
    what = made_up(rivals.model, without=["release"], month=NEXT)
    assert str(first_month(rivals.model, what)) == "2015-03"


def test_all_mistakes_are_told_at_once(rivals):
    with pytest.raises(RivalryError) as error:
        made_up(
            rivals.model,
            sets=["hardnes=1", "aid=7", "aid=much", "aid", "escape=1", "aid=1@soon", "aid=nan"],
            fire=["aid@2016-01", "relese@2016-01", "release"],
            without=["nothing"],
            month=NEXT,
        )
    assert codes(error) == [
        "R1101", "R1106", "R1102", "R1102", "R1107", "R1102", "R1106",
        "R1107", "R1101", "R1102", "R1101",
    ]  # fmt: skip
    assert "'hardness'" in str(error.value)
    assert "'release'" in str(error.value)
    assert error.value.exit_code == 2


def test_unknown_scenarios_are_told_at_once(rivals):
    with pytest.raises(RivalryError) as error:
        named_scenario(rivals.model, "hardn+sofen")
    assert codes(error) == ["R0805", "R0805"]


def test_joining_with_the_reference_changes_nothing(rivals):
    one = named_scenario(rivals.model, "harden")
    assert join(one, REFERENCE) == one
    assert join(REFERENCE, one) == one
    assert named_scenario(rivals.model, "reference+harden") == one


def test_moving_a_what_if_keeps_distances(rivals):
    both = join(
        named_scenario(rivals.model, "harden"),
        made_up(rivals.model, fire=["escape@2016-03"], month=NEXT),
    )
    moved = moved_to(rivals.model, both, Month.parse("2014-06"))
    assert moved.parts[0].spec.from_ == "2014-06"
    assert moved.parts[1].spec.fire == {"jailbreak": "2014-08"}


def test_names_of_outputs(rivals):
    assert resolve_names(rivals.model, ["deaths_seen", "y:deaths_seen", "red"]) == [
        "y:deaths_seen", "red",
    ]  # fmt: skip
    with pytest.raises(RivalryError) as error:
        resolve_names(rivals.model, ["y:red"])
    assert codes(error) == ["R0807"]
