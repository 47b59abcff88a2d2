"""Deciding on rows: every answer is in the file before the next question."""

from __future__ import annotations

import pytest

from rivalry.evidence import parse_ledger
from rivalry.evidence.reading import Draft, Review, load_draft
from rivalry.foundation import RivalryError


@pytest.fixture
def review(draft: Draft) -> Review:
    return Review(draft)


def state(draft: Draft, id: str) -> str:
    return load_draft(draft.path).get(id).state


def test_each_answer_is_saved_at_once(review: Review, draft: Draft):
    review.accept("DA01")
    assert state(draft, "DA01") == "accepted"
    review.refuse("DA02")
    assert state(draft, "DA02") == "refused"
    review.merge("DA03", "DA04")
    assert load_draft(draft.path).get("DA03").into == "DA04"
    review.edit("DC01", {"polarity": "+"})
    assert load_draft(draft.path).get("DC01").row["polarity"] == "+"
    assert state(draft, "DC01") == "edited"


def test_a_review_goes_on_where_it_ended(review: Review, draft: Draft):
    before = [r.id for r in review.pending()]
    review.accept("DA01")
    again = Review(load_draft(draft.path))
    assert [r.id for r in again.pending()] == [i for i in before if i != "DA01"]
    assert [r.id for r in again.pending("claims")] == ["DC01"]


def test_undo_takes_decisions_back_one_by_one(review: Review, draft: Draft):
    review.accept("DA01")
    review.edit("DE01", {"what": "Killing of villagers."})
    assert review.undo().id == "DE01"
    assert draft.get("DE01").row["what"] == "Red Band: kill villagers"
    assert state(draft, "DE01") == "suggested"
    review.undo()
    assert state(draft, "DA01") == "suggested"
    assert review.undo() is None


def test_an_open_row_cannot_be_accepted_before_it_is_edited(review: Review, draft: Draft):
    with pytest.raises(RivalryError, match="R1345"):
        review.accept("DC01")
    assert state(draft, "DC01") == "suggested"


def test_an_edit_that_breaks_a_row_changes_nothing(review: Review, draft: Draft):
    with pytest.raises(RivalryError, match="R0706"):
        review.edit("DE01", {"from": "2021-13"})
    with pytest.raises(RivalryError, match="R1352"):
        review.edit("DE01", {"id": "DE09"})
    assert state(draft, "DE01") == "suggested"
    assert draft.get("DE01").row["from"] == "2021-03"


def test_accepting_all_leaves_what_is_open_and_says_why(review: Review, draft: Draft):
    accepted, problems = review.accept_all()
    assert {r.section for r in accepted} == {"actors", "events", "quantities"}
    assert [p.code for p in problems] == ["R1345"]
    assert state(draft, "DC01") == "suggested"
    assert len(Review(load_draft(draft.path)).accept_all("actors")[0]) == 0


@pytest.mark.parametrize(("id", "into"), [("DA01", "DA01"), ("DA01", "DA09"), ("DA01", "DE01")])
def test_a_row_is_merged_only_into_another_of_its_section(review: Review, id, into):
    with pytest.raises(RivalryError, match="R1344"):
        review.merge(id, into)


def test_merges_in_a_circle_are_refused(review: Review):
    review.merge("DA01", "DA02")
    review.merge("DA02", "DA03")
    with pytest.raises(RivalryError, match="R1344"):
        review.merge("DA03", "DA01")


def test_a_row_may_be_merged_into_the_cases_ledger(draft: Draft):
    ledger = parse_ledger("""\
sources:
  - {id: S1, title: x, author: x, kind: report, citation: x, licence: x}
actors:
  - {id: A77, name: The Red-Band, type: insurgent, source: S1, locator: P1}
""")
    review = Review(draft, ledger)
    assert review.likely(draft.get("DA01")) == [("A77", "The Red-Band")]
    assert review.likely(draft.get("DA02")) == []
    review.merge("DA01", "A77")
    assert state(draft, "DA01") == "merged"


def test_when_the_file_cannot_be_written_nothing_is_decided(
    review: Review, draft: Draft, monkeypatch
):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rivalry.evidence.reading._review.save_draft", full)
    with pytest.raises(OSError, match="No space"):
        review.accept("DA01")
    assert draft.get("DA01").state == "suggested"
    assert review.undo() is None
