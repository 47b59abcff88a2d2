"""Events and shocks in order."""

from __future__ import annotations

import pytest

from rivalry.model.spec import ShockSpec
from rivalry.report import ReportInput
from rivalry.report._timeline import present_kinds, shock_effect, timeline, timeline_figure


def test_dated_entries_come_in_order_and_undated_last(run: ReportInput) -> None:
    assert [i.id for i in timeline(run)] == ["E3", "E1", "raid", "E2"]
    assert [i.year for i in timeline(run)] == ["2015", "2021", "2021", ""]


def test_an_event_that_acts_on_the_model_says_so(run: ReportInput) -> None:
    by_id = {i.id: i for i in timeline(run)}
    assert by_id["E1"].in_model == ("raid",)
    assert by_id["E1"].places == ("Gao",)
    assert by_id["raid"].source == "E1"


def test_kinds_are_counted(run: ReportInput) -> None:
    assert {words: n for words, n in present_kinds(timeline(run)).values()} == {
        "use of force": 1,
        "talks and agreements": 1,
        "standing state": 1,
        "shock in the model": 1,
    }


def test_the_overview_holds_what_lies_in_the_models_time(run: ReportInput) -> None:
    figure = timeline_figure(run, timeline(run))
    assert figure is not None
    assert len(figure.rows["events"]) == 2
    assert figure.alt.startswith("2 of 3 dated")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            {"move": {"from": "a", "to": "b", "share": "~ beta(2, 5)"}},
            "moves a share of an uncertain amount, beta(2, 5) from a to b",
        ),
        ({"move": {"to": "b", "number": 500}}, "moves 500 people from outside to b"),
        ({"add": {"x": 0.5}, "scale": {"y": 2}}, "adds 0.5 to x; multiplies y by 2"),
        ({"set": {"z": 1}}, "sets z to 1"),
        ({}, "has no effect of its own"),
    ],
)
def test_shocks_are_told_in_words(spec: dict[str, object], words: str) -> None:
    assert shock_effect(ShockSpec.model_validate(spec)) == words
