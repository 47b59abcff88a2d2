"""A small report, and what a reader found in it, made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from rivalry.evidence.reading import (
    CausalMention,
    Document,
    Draft,
    EventMention,
    Mention,
    QuantityMention,
    Reading,
    Span,
    TimeMention,
    save_draft,
    suggest,
)
from rivalry.evidence.reading._split import document_from_text

REPORT = """\
The valley after the truce

In March 2021 the Red Band killed 12 villagers at the mill. The Reds did not burn the bridge.

Because the harvest failed, many farmers joined the Band. The governor said the Blue League may
attack again.
"""


def at(document: Document, words: str, nth: int = 0) -> Span:
    """Return where words stand in a document."""
    start = -1
    for _ in range(nth + 1):
        start = document.text.index(words, start + 1)
    return Span(start, start + len(words))


@pytest.fixture
def report() -> Document:
    return document_from_text(REPORT, "valley.txt")


@pytest.fixture
def reading(report: Document) -> Reading:
    def here(words: str, nth: int = 0) -> Span:
        return at(report, words, nth)

    return Reading(
        mentions=(
            Mention(here("Red Band"), "red-band", "Red Band", "insurgent", "name"),
            Mention(here("villagers"), "villagers", "villagers", "population", "name"),
            Mention(here("Reds"), "red-band", "Red Band", "insurgent", "alias"),
            Mention(here("the Band"), "red-band", "Red Band", "insurgent", "context", ("blue",)),
            Mention(here("governor"), "governor", "governor", "government", "name"),
            Mention(here("Blue League"), "blue", "Blue League", "insurgent", "name"),
        ),
        times=(TimeMention(here("March 2021"), "month", "2021-03", None),),
        quantities=(
            QuantityMention(here("12"), 12, None, None, "", "people", "villagers", ("killed",)),
            QuantityMention(here("many"), None, None, None, "many", "people", "farmers"),
        ),
        events=(
            EventMention(
                here("the Red Band killed 12 villagers at the mill"), "kill", "MK",
                ("red-band",), ("villagers",), "fact", False, 0, (0,),
            ),
            EventMention(
                here("The Reds did not burn the bridge"), "burn", "MK", ("red-band",), (),
                "fact", True, None, (),
            ),
            EventMention(
                here("the Blue League may\nattack again".replace("\n", " ")), "attack", "MK",
                ("blue",), (), "hedged", False, None, (), ("governor",),
            ),
        ),
        causal=(
            CausalMention(
                here("Because the harvest failed, many farmers joined the Band."), "because",
                here("the harvest failed"), here("many farmers joined the Band"), "", "fact",
            ),
        ),
    )  # fmt: skip


@pytest.fixture
def draft(report: Document, reading: Reading, tmp_path: Path) -> Draft:
    made = suggest(report, reading, sha256="0" * 64)
    save_draft(made, tmp_path / "valley.draft.yaml")
    return made
