"""The draft: rows in the shape of a ledger, a file that says where it is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivalry.evidence.reading import (
    Draft,
    DraftRow,
    Mention,
    Reading,
    Span,
    dump_draft,
    load_draft,
    save_draft,
    suggest,
)
from rivalry.evidence.reading._draft_file import row_faults
from rivalry.foundation import RivalryError, parse_yaml


def codes(path) -> dict[str, int | None]:
    with pytest.raises(RivalryError) as caught:
        load_draft(path)
    return {p.code: p.line for p in caught.value.problems}


def test_a_row_of_each_kind_has_the_fields_of_a_ledger(draft: Draft):
    rows = {r.id: r.row for r in draft.rows}
    assert rows["DA01"] == {
        "id": "DA01", "name": "Red Band", "aliases": ["Reds", "the Band"], "type": "insurgent",
        "locator": "P1, P2", "source": "S1",
    }  # fmt: skip
    assert rows["DE01"] == {
        "id": "DE01", "when": "March 2021", "precision": "month", "from": "2021-03",
        "what": "Red Band: kill villagers", "actors": ["DA01", "DA02"], "numbers": ["DQ01"],
        "outcomes": ["killed"], "quad": ["MK"], "source": "S1", "locator": "P1",
    }  # fmt: skip
    assert rows["DQ01"]["event"] == "DE01"
    assert rows["DQ01"]["as_of"] == "2021-03"
    assert rows["DQ02"]["vague"] == "many"
    assert rows["DC01"]["asserted_by"] == ["the author"]


def test_an_omission_is_no_deed_and_a_hedge_is_kept(draft: Draft):
    undone, hedged = draft.get("DE02"), draft.get("DE03")
    assert undone.row["quad"] == ["omission"]
    assert undone.row["what"].startswith("not: ")
    assert hedged.found["modality"] == "hedged"
    assert hedged.row["asserted_by"] == ["DA03"]


def test_a_claim_whose_direction_is_open_says_so(draft: Draft):
    claim = draft.get("DC01")
    assert claim.open_fields() == ["polarity"]
    assert {p.code for p in row_faults("claims", claim.row)} == {"R1345"}


def test_rows_are_put_into_keywords_not_sentences(draft: Draft):
    assert draft.get("DC01").row["cause"] == "harvest failed"
    assert draft.get("DC01").row["effect"] == "many farmers joined Red Band"


def test_every_row_points_at_its_words_in_the_text_and_in_the_file(draft: Draft, report):
    from .conftest import REPORT

    for row in draft.rows:
        assert report.text[row.span.start : row.span.end] == row.words
        assert " ".join(REPORT[slice(*row.file)].split()) == row.words


def test_a_short_name_for_several_actors_names_the_others(draft: Draft):
    assert draft.get("DA01").found["may also mean"] == "Blue League"


def test_what_is_written_is_read_back(draft: Draft):
    again = load_draft(draft.path)
    assert again == draft


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_of_a_document_comes_back_from_the_file(text: str):
    from rivalry.evidence.reading import DraftParagraph

    draft = Draft(
        {"name": text, "sha256": ""}, {"id": "S1", "title": text},
        [DraftParagraph("P1", "body", 0, text, [0])],
        [DraftRow("actors", {"id": "DA01", "name": text}, "suggested", Span(0, len(text)),
                  (0, len(text)), text, {"how": text})],
    )  # fmt: skip
    data = parse_yaml(dump_draft(draft)).data
    assert data["paragraphs"][0]["text"] == text
    assert data["actors"][0]["draft"]["words"] == text


def test_control_characters_of_a_document_stay_out_of_rows(report):
    start = report.text.index("Red Band")
    name = "Red\x1b[31m Band\u202e"
    reading = Reading(
        (Mention(Span(start, start + 8), "x", name, "insurgent", "name"),), (), (), (), ()
    )
    row = suggest(report, reading).rows[0].row
    assert row["name"] == "Red<U+001B>[31m Band<U+202E>"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("draft: 1", "draft: 2", "R1340"),
        ("state: suggested", "state: acepted", "R1342"),
        ("state: suggested", "state: merged", "R1344"),
        ("words: \"Red Band\"", "words: \"Rad Band\"", "R1343"),
        ("span: [", "span: [9", "R1343"),
        ("span: [", "spam: [", "R1341"),
        ("actors:\n", "actrs:\n", "R1341"),
        ("id: DE01", "id: DA01", "R0707"),
        ("actors: [DA01, DA02]", "actors: [{a: b}, 7]", "R0703"),
        ("quad: [MK]", "quad: [WAR]", "R0704"),
        ("state: suggested", "into: [DA02], state: merged", "R1341"),
        ("draft: 1", "draft: 1\ndraft: 1", "R0114"),
        ("state: suggested", "state: [suggested", "R0111"),
        ("state: suggested", "state: &x suggested", "R0112"),
        ("    draft: {", "    drat: {", "R1341"),
        ("name: \"Red Band\"", "name:\n      - {a: b", "R0111"),
    ],
)  # fmt: skip
def test_a_draft_edited_wrongly_is_refused_with_the_line(draft: Draft, old, new, code):
    text = draft.path.read_text()
    old = old if old in text else old.replace('"', "")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1 + new.startswith(("draft: 1\n",))
    draft.path.write_text(text.replace(old, new, 1))
    found = codes(draft.path)
    assert code in found
    assert found[code] is not None
    assert abs(found[code] - line) <= 8  # a row's fault is shown at the row


def test_an_accepted_row_is_held_to_the_rules_of_a_ledger(draft: Draft):
    draft.get("DE01").state = "edited"
    draft.get("DE01").row |= {"precision": "day", "form": "2021"}
    draft.get("DC01").state = "accepted"
    save_draft(draft)
    text = draft.path.read_text().splitlines()
    found = codes(draft.path)
    assert set(found) == {"R0701", "R1345"}
    assert "form" in text[found["R0701"] - 1]
    assert "polarity" in text[found["R1345"] - 1]


def test_a_wrong_precision_is_told_at_its_row(draft: Draft):
    draft.get("DE01").state = "edited"
    draft.get("DE01").row["precision"] = "day"
    save_draft(draft)
    assert set(codes(draft.path)) == {"R0710"}


def test_merges_in_a_circle_are_refused(draft: Draft):
    for one, other in (("DA01", "DA02"), ("DA02", "DA01")):
        draft.get(one).state, draft.get(one).into = "merged", other
    save_draft(draft)
    assert set(codes(draft.path)) == {"R1344"}


def test_more_rows_than_a_person_reviews_are_refused(report, reading, monkeypatch):
    monkeypatch.setattr("rivalry.evidence.reading._suggest.MAX_ROWS", 5)
    with pytest.raises(RivalryError, match="R1350"):
        suggest(report, reading)


def test_a_date_that_no_ledger_takes_leaves_the_event_undated(report, reading):
    bad = replace(reading.times[0], start=None)
    row = suggest(report, replace(reading, times=(bad,))).get("DE01").row
    assert (row["when"], row["precision"]) == ("March 2021", "undated")
    assert not list(row_faults("events", row))


def test_statements_of_people_without_a_row_keep_the_word_for_them(report, reading):
    said = replace(reading.causal[0], asserted_by=("residents",), polarity="-")
    row = suggest(report, replace(reading, causal=(said,))).get("DC01").row
    assert row["asserted_by"] == ["residents"]
    assert not list(row_faults("claims", row))
