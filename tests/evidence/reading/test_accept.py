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
    name: Red Army
    aliases: [The Scarlets]
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
    assert after.get("A101").aliases == ["The Scarlets", "Red Band", "Reds", "the Band"]
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
        r.placed = {}
    place(row, ledger)
    assert ledger.read_text() == first
    assert row.get("DA01").placed == {"ledger.yaml": "A102"}


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
    assert load_draft(draft.path).get("DA01").placed == {}


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


def test_rows_go_into_a_second_ledger_and_twice_into_none(draft: Draft, ledger: Path, tmp_path):
    other = tmp_path / "other" / "ledger.yaml"
    other.parent.mkdir()
    other.write_text("ledger: 1\n")
    accept(draft, "DA01", "DE01")
    place(draft, ledger)
    second = place(load_draft(draft.path), other)
    assert second.ids == {"DA01": "A01", "DE01": "E01"}
    assert load_ledger(other).get("E01").actors == ["A01"]
    assert load_draft(draft.path).get("DA01").placed == {
        "ledger.yaml": "A102", "other/ledger.yaml": "A01",
    }  # fmt: skip
    for path in (ledger, other):
        before = path.read_text()
        assert place(load_draft(draft.path), path).ids == {}
        assert path.read_text() == before


def test_a_ledger_begun_anew_under_the_old_path_gets_the_rows(draft: Draft, ledger: Path):
    accept(draft, "DA01")
    place(draft, ledger)
    ledger.write_text("ledger: 1\n")
    assert place(load_draft(draft.path), ledger).ids == {"DA01": "A01"}


def test_a_row_merged_into_one_ledger_is_a_row_of_its_own_in_another(
    draft: Draft, ledger: Path, tmp_path
):
    """Ids of one ledger mean nothing in another."""
    other = tmp_path / "other.yaml"
    other.write_text(LEDGER.replace("Red Army", "Green Army"))
    Review(draft, load_ledger(ledger)).merge("DA01", "A101")
    place(draft, ledger)
    second = place(draft, other)
    assert second.ids == {"DA01": "A102"}
    assert load_ledger(other).get("A101").aliases == ["The Scarlets"]


def test_a_draft_that_noted_the_id_alone_is_placed_once(draft: Draft, ledger: Path, tmp_path):
    accept(draft, "DA01")
    place(draft, ledger)
    text = draft.path.read_text()
    assert "placed: [{ledger: ledger.yaml, id: A102}]" in text
    draft.path.write_text(text.replace("placed: [{ledger: ledger.yaml, id: A102}]", "placed: A102"))
    assert place(load_draft(draft.path), ledger).ids == {}
    other = tmp_path / "other.yaml"
    other.write_text("ledger: 1\n")
    assert place(load_draft(draft.path), other).ids == {"DA01": "A01"}


@pytest.mark.parametrize(
    ("name", "aliases"), [("Red Band", "[]"), ("The Reds", "[The red band]"), ("Reds", "[]")]
)
def test_an_accepted_actor_that_the_ledger_has_is_merged(draft: Draft, ledger, name, aliases):
    ledger.write_text(LEDGER.replace("Red Army", name).replace("[The Scarlets]", aliases))
    accept(draft, "DA01", "DE01")
    placed = place(draft, ledger)
    assert placed.recognised == placed.merged == {"DA01": "A101"}
    assert load_ledger(ledger).get("E01").actors == ["A101"]
    assert len(load_ledger(ledger).actors) == 1


def test_names_that_the_tables_know_as_one_are_one(draft: Draft, ledger: Path):
    ledger.write_text(LEDGER.replace("Red Army", "SDF"))
    accept(draft, "DA01")
    row = draft.get("DA01")
    row.row |= {"name": "Syrian Democratic Forces", "aliases": []}
    row.found["key"] = "sdf"
    assert [i for i, _ in Review(draft, load_ledger(ledger)).likely(row)] == ["A101"]
    assert place(draft, ledger).recognised == {"DA01": "A101"}


def test_an_actor_that_fits_several_rows_is_left_to_a_person(draft: Draft, ledger: Path):
    row = "  - {id: A102, name: The Reds, type: other, source: S01, locator: P1}\n\n# What happened"
    text = LEDGER.replace("Red Army", "Red Band").replace("\n# What happened", row)
    ledger.write_text(text)
    review = Review(draft, load_ledger(ledger))
    accepted, problems = review.accept_all("actors")
    assert "DA01" not in [r.id for r in accepted]
    (problem,) = [p for p in problems if p.where == "DA01"]
    assert problem.code == "R1365"
    assert "A101" in problem.message
    assert "A102" in problem.message
    review.accept("DA01")  # a person who says it is another
    placed = place(draft, ledger)
    assert placed.ids["DA01"] == "A103"
    assert [p.code for p in placed.doubts] == ["R1365"]
