"""Scores against worked examples: what pairs with what, and what counts as wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from rivalry.evidence import load_ledger
from rivalry.evidence.reading import Draft, Review, load_gold, score
from rivalry.evidence.reading._gold import of_ledger
from rivalry.evidence.reading._score import pairs
from rivalry.foundation import RivalryError

GOLD = """\
gold: 1
actors:
  - {name: The Red Band, aliases: [Reds], paragraph: [P1, P2]}
  - {name: Blue League, paragraph: P2}
  - {name: Green Front, paragraph: P2}
times:
  - {paragraph: P1, precision: month, from: 2021-03}
quantities:
  - {paragraph: P1, value: 12, unit: people}
  - {paragraph: P2, vague: many, unit: farmers}
events:
  - {paragraph: P1, from: 2021-03, actors: [Reds]}
  - {paragraph: P1, actors: [Reds], negated: true}
claims:
  - {paragraph: P2, sentence: 1, polarity: "+"}
  - {paragraph: P1, sentence: 1, polarity: "-"}
"""


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.yaml"
    path.write_text(GOLD)
    return path


def by_section(draft: Draft, path: Path):
    return {s.section: s for s in score(draft, load_gold(path))}


def test_a_small_gold_file_gives_the_scores_worked_by_hand(draft: Draft, gold: Path):
    draft.get("DA03").row["name"] = "Governor Bob"
    found = by_section(draft, gold)
    # Green Front does not stand in the text, so only two can be found; Bob is in no gold, and
    # villagers have no proper name
    assert (found["actors"].gold, found["actors"].matched, found["actors"].found) == (2, 2, 3)
    assert found["actors"].precision == pytest.approx(2 / 3)
    assert found["actors"].extra == ("Governor Bob",)
    assert found["actors"].also == {"only described": "1 found"}
    assert (found["times"].recall, found["times"].precision) == (1, 1)
    assert (found["numerals"].recall, found["numerals"].precision) == (1, 1)
    assert found["numerals"].also["unit agrees"] == "1 of 1"
    assert found["vague amounts"].recall == 1
    assert found["vague amounts"].also["unit agrees"] == "0 of 1"
    assert (found["events"].matched, found["events"].found) == (2, 3)
    assert found["events"].also["left undone, and seen so"] == "1 of 1"
    assert (found["claims"].recall, found["claims"].precision) == (0.5, 1)
    assert found["claims"].missed == ("C2",)


def test_a_wrong_paragraph_date_or_number_is_no_match(draft: Draft, gold: Path):
    text = GOLD.replace("P1, value: 12", "P2, value: 12").replace("sentence: 1", "sentence: 2")
    gold.write_text(text.replace("month, from: 2021-03", "year, from: 2021"))
    found = by_section(draft, gold)
    assert found["times"].recall == 0
    assert found["times"].extra == ("P1 March 2021",)
    assert found["claims"].matched == 0
    assert found["claims"].precision == 0
    assert found["numerals"].gold == 0  # the paragraph named does not hold the number


def test_refused_rows_are_not_found(draft: Draft, gold: Path):
    Review(draft).refuse("DQ01")
    assert by_section(draft, gold)["numerals"].recall == 0


def test_one_thing_found_serves_one_thing_there(draft: Draft, gold: Path):
    gold.write_text(GOLD.replace(
        "  - {paragraph: P1, value: 12, unit: people}\n",
        "  - {paragraph: P1, value: 12, unit: people}\n" * 2,
    ))  # fmt: skip
    found = by_section(draft, gold)
    assert (found["numerals"].gold, found["numerals"].matched) == (2, 1)


def test_pairs_are_as_many_as_possible():
    # the best fit of 0 would leave 1 without a partner
    fit = {(0, 0): 3.0, (0, 1): 1.0, (1, 0): 2.0}
    assert pairs([0, 1], [0, 1], lambda g, f: fit.get((g, f), 0)) == [(0, 1), (1, 0)]


def test_a_ledger_is_gold_for_the_source_with_the_documents_title(bundled_path: Path):
    title = "The Taliban and the Islamic State Continue to Fight for Afghanistan’s Future"
    gold = load_gold(bundled_path, title=title)
    assert len(gold.actors) == 49
    assert len(gold.claims) == 65
    assert not [a for a in gold.actors if a.id == "A50"]
    assert not [e for e in gold.events if e.id == "E44"]
    assert next(a for a in gold.actors if a.id == "A01").places >= {"T", "P1", "P21"}
    with pytest.raises(RivalryError, match="R1354"):
        load_gold(bundled_path, title="Another report")
    assert len(load_gold(bundled_path, source="S3").quantities) > 0


def test_dates_of_a_ledger_bound_precision_from_below(bundled_path: Path, draft: Draft):
    gold = of_ledger(load_ledger(bundled_path), source="S1")
    found = {s.section: s for s in score(draft, gold)}
    assert found["times"].bound
    assert not found["numerals"].bound


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gold: 1", "gold: 2"),
        ("value: 12", "value: twelve"),
        ("precision: month", "precision: monthly"),
        ("paragraph: P2, sentence", "paragraf: P2, sentence"),
        ("from: 2021-03}", "from: 2021-14}"),
    ],
)
def test_a_gold_file_written_wrongly_is_refused_with_the_line(gold: Path, old, new):
    gold.write_text(GOLD.replace(old, new, 1))
    with pytest.raises(RivalryError) as caught:
        load_gold(gold)
    assert {p.code for p in caught.value.problems} == {"R1354"}
    assert all(p.line is not None for p in caught.value.problems)
