"""Traps of the hand reading's section 8 that concern claims, events, modality and who says so."""

from __future__ import annotations

import pytest

from rivalry.evidence.reading._actors import find_actors
from rivalry.evidence.reading._causal import find_causal
from rivalry.evidence.reading._events import find_events
from rivalry.evidence.reading._quantities import find_quantities
from rivalry.evidence.reading._rows import CausalMention, EventMention
from rivalry.evidence.reading._split import document_from_text
from rivalry.evidence.reading._times import find_times


class Source:
    def __init__(self, text: str) -> None:
        self.document = document_from_text(text)
        mentions = find_actors(self.document)
        self.quantities = find_quantities(self.document)
        self.causal = find_causal(self.document, mentions)
        self.events = find_events(
            self.document, mentions, find_times(self.document), self.quantities
        )

    def claims(self, label: str) -> list[CausalMention]:
        return [c for c in self.causal if self.document.paragraph_of(c.span).label == label]

    def happenings(self, label: str) -> list[EventMention]:
        return [e for e in self.events if self.document.paragraph_of(e.span).label == label]


@pytest.fixture(scope="module")
def source(article: str) -> Source:
    return Source(article)


def test_trap_6_a_decision_not_to_fight_is_kept_as_left_undone(source: Source) -> None:
    fights = [e for e in source.happenings("P8") if e.verb == "fight"]
    assert [(e.doers, e.negated) for e in fights] == [(("afghanistan-forces",), True)]
    assert fights[0].done_to == ("islamic-state-khorasan",)


def test_trap_7_killed_or_targeted_stay_two_outcomes(source: Source) -> None:
    assert {e.verb for e in source.happenings("P2") if "taliban" in e.done_to} == {"kill", "target"}
    assert {"kill", "injure"} <= {e.verb for e in source.happenings("P12")}


def test_trap_8_the_unclear_comparison_is_left_to_the_reader(source: Source) -> None:
    """No rank, number or compared country is made up; the clause shows the comparison."""
    injured = [e for e in source.happenings("P12") if e.verb == "injure"]
    assert [(e.done_to, e.quantities) for e in injured] == [((), ())]
    assert " than " in source.document.words(injured[0].span)


def test_trap_9_an_assassination_as_proof_of_cooperation(source: Source) -> None:
    events = source.happenings("P16")
    pair = {"taliban", "al-qaeda"}
    between = [e for e in events if pair <= {*e.doers, *e.done_to}]
    assert {e.quad for e in between} == {"MC"}
    killing = [e for e in events if e.verb == "assassinate"]
    assert [e.done_to for e in killing] == [("ayman-al-zawahri",)]
    assert "taliban" not in killing[0].doers
    dissuades = [c for c in source.claims("P16") if c.polarity == "-"]
    assert [c.cue for c in dissuades] == ["dissuade"]


def test_trap_10_the_same_people_join_both_sides(source: Source) -> None:
    joined = [e for e in source.happenings("P18") if e.verb == "join"]
    assert [set(e.done_to) for e in joined] == [{"taliban", "islamic-state-khorasan"}]
    shares = [source.quantities[q].value for e in joined for q in e.quantities]
    assert shares in ([], [None])


def test_trap_13_accusations_fears_and_statements_have_a_holder(source: Source) -> None:
    for label in ("P7", "P10"):
        accused = [e for e in source.happenings(label) if e.verb == "accuse"]
        assert [e.doers for e in accused] == [("islamic-state-khorasan",)]
        assert "taliban" in accused[0].done_to
    assert ("taliban",) in {c.asserted_by for c in source.claims("P13")}
    assert ("united-states",) in {e.asserted_by for e in source.happenings("P1")}
    talk = [e for e in source.happenings("P17") if e.verb in ("coordinate", "support")]
    assert {h for e in talk for h in e.asserted_by} >= {"mark-milley", "united-states"}


@pytest.mark.parametrize(
    ("label", "claims"),
    [
        ("P10", "C28"), ("P13", "C34 C35"), ("P14", "C41"), ("P16", "C47"), ("P17", "C50"),
        ("P19", "C55 C56"), ("P20", "C59 C60 C61"), ("P21", "C62 C63"),
    ],
)  # fmt: skip
def test_trap_14_what_is_possible_or_meant_is_no_fact(
    source: Source, label: str, claims: str
) -> None:
    found = {row.modality for row in (*source.claims(label), *source.happenings(label))}
    assert found & {"hedged", "intent"}, claims
