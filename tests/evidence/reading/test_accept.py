"""From a draft into a ledger: valid, whole or not at all, comments kept."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from rivalry.evidence import load_ledger
from rivalry.evidence.reading import Draft, Review, load_draft, place
from rivalry.foundation import RivalryError

LEDGER = """\
# Written by hand. Do not lose this line.
ledger: 1
title: The valley

sources:
  - id: S01
    title: An older report
    author: Somebody
    kind: report
    citation: Somebody. An older report.
    licence: not stated

# Who fights whom.
actors:
  - id: A101   # the main group
    name: Red Band
    aliases: [The Reds]
    type: insurgent
    source: S01
    locator: P1-P9
    note: >-
      Folded text,
      on two lines.

# What happened; dates as the sources give them.
events: []
claims:   # none yet
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.yaml"
    path.write_text(LEDGER)
    return path


def accept(draft: Draft, *ids: str) -> Review:
    review = Review(draft)
    for id in ids:
        review.accept(id)
    return review


def test_accepted_rows_become_valid_rows_with_fresh_ids(draft: Draft, ledger: Path):
    accept(draft, "DA01", "DA02", "DE01", "DQ01").edit("DC01", {"polarity": "+"})
    placed = place(draft, ledger)
    after = load_ledger(ledger)
    assert placed.ids == {
        "DA01": "A102", "DA02": "A103", "DE01": "E01", "DQ01": "Q01", "DC01": "C01",
    }  # fmt: skip
    assert placed.source == "S02"
    assert after.get("S02").title == "The valley after the truce"
    event = after.get("E01")
    assert (event.actors, event.numbers, event.from_) == (["A102", "A103"], ["Q01"], "2021-03")
    assert after.get("Q01").event == "E01"
    assert {r.source for _, r in after.rows() if r.id in placed.ids.values()} == {"S02"}


def test_everything_that_stood_in_the_file_still_stands_there(draft: Draft, ledger: Path):
    accept(draft, "DA01", "DE01")
    place(draft, ledger)
    text = ledger.read_text()
    lines = iter(text.splitlines())
    assert all(line in lines for line in LEDGER.splitlines() if line != "events: []")
    assert text.index("id: A102") < text.index("# What happened")
    assert text.index("# What happened") < text.index("id: E01")


def test_suggested_refused_and_merged_rows_do_not_become_rows(draft: Draft, ledger: Path):
    review = accept(draft, "DA01", "DE01")
    review.refuse("DA02")
    placed = place(draft, ledger)
    assert set(placed.ids) == {"DA01", "DE01"}
    assert load_ledger(ledger).get("E01").actors == ["A102"]
    assert placed.dropped == {"E01": ["DA02", "DQ01"]}


def test_names_of_a_merged_row_go_to_the_other(draft: Draft, ledger: Path):
    review = accept(draft, "DA01")
    review.merge("DA04", "DA01")
    placed = place(draft, ledger)
    assert placed.merged == {"DA04": "A102"}
    row = load_ledger(ledger).get("A102")
    assert row.aliases == ["Reds", "the Band", "Blue League"]


def test_a_row_merged_into_the_ledger_adds_its_names_and_keeps_comments(draft: Draft, ledger: Path):
    review = Review(draft, load_ledger(ledger))
    review.merge("DA01", "A101")
    review.accept("DE01")
    placed = place(draft, ledger)
    after = load_ledger(ledger)
    assert placed.merged == {"DA01": "A101"}
    assert after.get("A101").aliases == ["The Reds", "the Band"]
    assert after.get("A101").locator == "P1-P9"
    assert after.get("E01").actors == ["A101"]
    assert "# the main group" in ledger.read_text()
    assert "# Who fights whom." in ledger.read_text()


def test_rows_are_placed_once(draft: Draft, ledger: Path):
    accept(draft, "DA01", "DE01")
    place(draft, ledger)
    first = ledger.read_text()
    again = place(load_draft(draft.path), ledger)
    assert again.ids == {}
    assert ledger.read_text() == first
    # the same after a crash between the two files
    row = load_draft(draft.path)
    for r in row.rows:
        r.placed = None
    place(row, ledger)
    assert ledger.read_text() == first
    assert row.get("DA01").placed == "A102"


def test_rows_placed_later_refer_to_those_placed_before(draft: Draft, ledger: Path):
    review = accept(draft, "DA01")
    place(draft, ledger)
    review.accept("DE01")
    place(draft, ledger)
    assert load_ledger(ledger).get("E01").actors == ["A102"]
    with pytest.raises(RivalryError, match="R1353"):
        review.refuse("DA01")


def test_a_new_ledger_is_made_where_there_is_none(draft: Draft, tmp_path: Path):
    accept(draft, "DA01")
    path = tmp_path / "new" / "ledger.yaml"
    placed = place(draft, path)
    assert placed.ids == {"DA01": "A01"}
    assert load_ledger(path).get("A01").name == "Red Band"
    assert placed.source == "S1"


def test_words_copied_from_the_report_do_not_enter_a_ledger(draft: Draft, ledger: Path):
    Review(draft).edit("DE01", {"what": "the Red Band KILLED 12 villagers, at the mill"})
    with pytest.raises(RivalryError, match="R1348"):
        place(draft, ledger)
    assert ledger.read_text() == LEDGER


def test_no_word_of_the_draft_block_reaches_the_ledger(draft: Draft, ledger: Path):
    Review(draft).accept_all()
    place(draft, ledger)
    text = ledger.read_text()
    assert "span:" not in text
    assert "words:" not in text
    assert "draft:" not in text
    assert "killed 12 villagers" not in text


def test_a_faulty_ledger_is_left_alone(draft: Draft, ledger: Path):
    broken = LEDGER.replace("type: insurgent", "type: insurgnt")
    ledger.write_text(broken)
    accept(draft, "DA01")
    with pytest.raises(RivalryError, match="R0704"):
        place(draft, ledger)
    assert ledger.read_text() == broken
    assert load_draft(draft.path).get("DA01").placed is None


@pytest.mark.parametrize(
    "section",
    [
        "actors: [{id: A101, name: R, type: other, source: S01, locator: P1}]\n",
        "actors:\n  -\n    id: A101\n    name: R\n    type: other\n    source: S01\n"
        "    locator: P1\n",
    ],
)
def test_a_layout_that_rows_cannot_be_added_to_is_refused(draft: Draft, ledger: Path, section):
    ledger.write_text(LEDGER[: LEDGER.index("# Who")] + section)
    before = ledger.read_text()
    accept(draft, "DA01")
    with pytest.raises(RivalryError, match="R1349"):
        place(draft, ledger)
    assert ledger.read_text() == before


def test_the_source_may_be_named(draft: Draft, ledger: Path):
    accept(draft, "DA01")
    assert place(draft, ledger, source="S01").source == "S01"
    assert len(load_ledger(ledger).sources) == 1
    with pytest.raises(RivalryError, match="R0708"):
        place(draft, ledger, source="S9")


def test_the_bundled_ledger_takes_rows_and_keeps_every_line(
    draft: Draft, tmp_path: Path, bundled_path: Path
):
    path = tmp_path / "ledger.yaml"
    old = bundled_path.read_text()
    path.write_text(old)
    review = Review(draft, load_ledger(path))
    review.merge("DA04", "A05")
    review.accept_all()
    place(draft, path)
    old_lines, new_lines = old.splitlines(), path.read_text().splitlines()
    gone = [line for line in unified_diff(old_lines, new_lines, n=0, lineterm="") if line[0] == "-"]
    assert [line.split("[")[0].strip() for line in gone] == ["---", "-    aliases:"]  # those of A05
    assert len(load_ledger(path).actors) == len(load_ledger(bundled_path).actors) + 3
