"""Causal sentences: the source article against the hand reading, and five articles made for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rivalry.evidence.reading._actors import find_actors
from rivalry.evidence.reading._causal import find_causal
from rivalry.evidence.reading._document import Document
from rivalry.evidence.reading._rows import CausalMention
from rivalry.evidence.reading._split import document_from_text
from rivalry.foundation import load_yaml

HERE = Path(__file__).parent
MARKED = sorted((HERE / "marked").glob("*.txt"))


def labels(document: Document) -> dict[int, str]:
    """Return ``P3.2`` (paragraph and sentence in it) by where the sentence starts."""
    return {
        s.span.start: f"{p.label}.{i}"
        for p in document.paragraphs
        for i, s in enumerate(p.sentences, start=1)
    }


def read(text: str) -> tuple[Document, tuple[CausalMention, ...]]:
    document = document_from_text(text)
    return document, find_causal(document, find_actors(document))


@pytest.fixture(scope="module")
def source(article: str) -> dict[str, list[CausalMention]]:
    document, found = read(article)
    names = labels(document)
    by: dict[str, list[CausalMention]] = {}
    for mention in found:
        by.setdefault(names[mention.span.start], []).append(mention)
    return by


@pytest.fixture(scope="module")
def gold() -> Any:
    return load_yaml(HERE / "s1_causal.yaml").data


# The source article -------------------------------------------------------------------------


def test_the_gold_covers_every_claim(gold: Any) -> None:
    listed = {c for row in gold["causal"].values() for c in row["claims"]}
    listed |= {c for row in gold["juxtaposed"].values() for c in row}
    assert listed == {f"C{i:02d}" for i in range(1, 66)}


def test_precision_and_recall_on_the_source(source: Any, gold: Any) -> None:
    hits = set(source) & set(gold["causal"])
    assert len(hits) / len(source) >= 0.9, sorted(set(source) - hits)
    assert len(hits) / len(gold["causal"]) >= 0.8, sorted(set(gold["causal"]) - hits)


def test_polarity_on_the_source(source: Any, gold: Any) -> None:
    right = wrong = 0
    for name, found in source.items():
        signs = gold["causal"].get(name, {}).get("signs")
        for mention in found:
            if signs is None or not mention.polarity or mention.cue == "despite":
                continue
            if mention.polarity in signs:
                right += 1
            else:
                wrong += 1
    assert right / (right + wrong) >= 0.9


def test_a_failed_attempt_has_no_effect(source: Any) -> None:
    assert "0" in {m.polarity for m in source["P8.2"]}


def test_notes_about_the_author_are_not_read(source: Any) -> None:
    assert not [name for name in source if name.startswith("B")]


# Articles with marked sentences ---------------------------------------------------------------


def marked_sentences(path: Path) -> tuple[str, list[tuple[bool, str]]]:
    sentences: list[tuple[bool, str]] = []
    paragraphs: list[list[str]] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if not line.strip():
            paragraphs.append([])
            continue
        sentences.append((line[0] == "+", line[2:]))
        paragraphs[-1].append(line[2:])
    return "\n\n".join(" ".join(p) for p in paragraphs), sentences


def outcomes(path: Path) -> Iterator[tuple[bool, bool, str]]:
    """Yield, sentence by sentence, whether it is causal, whether it was found, and its words."""
    text, sentences = marked_sentences(path)
    document, found = read(text)
    starts = {m.span.start for m in found}
    position = 0
    for causal, words in sentences:
        start = document.text.index(words, position)
        position = start + len(words)
        yield causal, any(start <= s < position for s in starts), words


def test_precision_and_recall_on_other_rivalries() -> None:
    both = [o for path in MARKED for o in outcomes(path)]
    assert len(MARKED) >= 5
    assert sum(not causal for causal, _, _ in both) > 80
    hits = sum(causal and found for causal, found, _ in both)
    wrong = [words for causal, found, words in both if found and not causal]
    missed = [words for causal, found, words in both if causal and not found]
    assert hits / (hits + len(wrong)) >= 0.9, wrong
    assert hits / (hits + len(missed)) >= 0.8, missed


# Single constructions -------------------------------------------------------------------------

CAUSAL = [
    ("The blockade led to hunger in the city.", "+", "fact"),
    ("Attacks rose because the garrison had left.", "+", "fact"),
    ("Thanks to the truce, markets reopened.", "+", "fact"),
    ("The patrols have not stopped the raids.", "0", "fact"),
    ("Air strikes prevented the column from reaching the town.", "-", "fact"),
    ("Corruption undermines trust in the courts.", "-", "fact"),
    ("The amnesty may encourage desertions.", "+", "hedged"),
    ("In order to win over the clans, the group cut taxes.", "+", "intent"),
    ("To finance the war, the movement sells charcoal.", "+", "intent"),
    ("If the talks collapse, fighting will resume.", "+", "hedged"),
    ("The harvest failed. As a result, many young men enlisted.", "+", "fact"),
    ("The road was cut, forcing traders to turn back.", "+", "fact"),
    ("The truce did not hold because of rivalry between commanders.", "-", "fact"),
    ("The letter failed to persuade the elders.", None, None),
    ("Hatred of the garrison grew after soldiers burned the mosque.", "+", "fact"),
    ("Having lost the coast, the faction moved to the hills.", "+", "implied"),
    ("As support for the rebels faded, their chiefs fled abroad.", "+", "implied"),
    ("The group, weakened by the split, lost the town.", "-", "fact"),
    ("Poverty, hunger, and fear drive young men into the militias.", "+", "fact"),
]


@pytest.mark.parametrize(("text", "sign", "modality"), CAUSAL)
def test_a_causal_construction_is_found(text: str, sign: str | None, modality: str | None) -> None:
    _, found = read(text)
    if sign is None:
        assert {m.polarity for m in found} <= {"0"}
        return
    assert (sign, modality) in {(m.polarity, m.modality) for m in found}


NOT_CAUSAL = [
    "The two groups have fought each other since 2014.",
    "Soldiers found a workshop after the attack.",
    "As night fell, the convoy crossed the border.",
    "Following the meeting, the minister flew to Doha.",
    "So far neither side has taken the town.",
    "The envoy was due to arrive in Goma on Monday.",
    "The army strengthened its posts along the river.",
    "The road led to the airport.",
    "Government forces entered the town.",
    "Cheap fuel comes from across the border.",
    "Despite the rain, the market opened.",
    "The commander serves as governor, as did his father.",
    "He asked if the road was open.",
    "The group increased its patrols.",
    "As of June, the count stood at twelve.",
    "To the north, the front has been quiet for months.",
    "The mission helped train two battalions.",
    "Fighters of the limited company were seen as well as soldiers.",
    "The increase was reported on Monday.",
    "A bomb exploded in the market, killing four people.",
    "He died while the talks were going on.",
    "Two people died as a result of shelling near the bridge.",
    "Four soldiers were wounded due to an explosion.",
    "The movement, led by his brother, holds two villages.",
]


@pytest.mark.parametrize("text", NOT_CAUSAL)
def test_tempting_words_alone_are_no_claim(text: str) -> None:
    assert read(text)[1] == ()


def test_cause_and_effect_are_told_apart() -> None:
    document, found = read("Hunger grew because the road was cut. The siege led to a revolt.")
    assert [(document.words(m.cause), document.words(m.effect)) for m in found] == [
        ("the road was cut", "Hunger grew"),
        ("siege", "a revolt"),
    ]


def test_the_sentence_before_is_the_cause_of_as_a_result() -> None:
    document, found = read("The rains failed. As a result, herders moved south.")
    assert document.words(found[0].cause) == "The rains failed."
    assert document.words(found[0].effect) == "herders moved south"


def test_an_adverb_that_opens_the_text_has_no_cause() -> None:
    assert read("As a result, herders moved south.")[1] == ()


def test_concession_is_listed_only_beside_a_claim() -> None:
    _, found = read("Despite the truce, distrust grew because both sides kept arming.")
    assert {(m.cue, m.polarity) for m in found} == {("despite", "0"), ("because", "+")}


def test_a_reported_claim_names_who_makes_it() -> None:
    _, found = read("The Taliban fears that the raids will weaken the government.")
    assert [(m.modality, m.asserted_by) for m in found] == [("intent", ("taliban",))]


def test_an_unnamed_speaker_is_given_as_the_word() -> None:
    _, found = read("Residents warn that the closure would push families into the camps.")
    assert [m.asserted_by for m in found] == [("residents",)]


def test_a_verb_that_gave_the_sign_is_not_in_the_effect_too() -> None:
    from rivalry.evidence.reading import read_document, suggest

    document = document_from_text(
        "The Taliban were prevented from gaining the valley because of Boko Haram.", "x.txt"
    )
    (claim,) = suggest(document, read_document(document)).of("claims")
    assert claim.row["polarity"] == "-"
    assert claim.row["effect"] == "Taliban gaining valley"
