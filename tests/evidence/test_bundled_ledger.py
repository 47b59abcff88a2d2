"""The ledger of the Afghanistan case is complete, right, and in the project's own words."""

from __future__ import annotations

import math
import re

import pytest

from rivalry.evidence import (
    Actor,
    Claim,
    Event,
    Ledger,
    Quantity,
    Relation,
    Source,
    first_day,
    last_day,
)

#: Rows of S1 by section: the coverage denominators of the hand reading (its section 9).
DENOMINATORS = {
    "actors": ("A", 50, 2),
    "relations": ("R", 46, 2),
    "events": ("E", 44, 2),
    "quantities": ("Q", 23, 2),
    "claims": ("C", 65, 2),
    "loops": ("L", 8, 1),
    "levers": ("W", 9, 1),
    "outlooks": ("F", 3, 1),
}


@pytest.mark.parametrize("section", DENOMINATORS)
def test_every_row_of_the_narrative_is_there_once(bundled: Ledger, section: str):
    letter, n, width = DENOMINATORS[section]
    expected = [f"{letter}{i:0{width}d}" for i in range(1, n + 1)]
    assert [r.id for r in getattr(bundled, section) if r.source == "S1"] == expected
    assert bundled.counts("S1")[section] == n


def test_one_of_the_fifty_actors_only_made_the_source(bundled: Ledger):
    assert [a.id for a in bundled.actors if a.provenance] == ["A50"]
    assert len([a for a in bundled.conflict_actors() if a.source == "S1"]) == 49


def test_other_sources_have_ids_from_101(bundled: Ledger):
    for section, row in bundled.rows():
        if not isinstance(row, Source) and row.source != "S1":
            assert int(re.sub(r"\D", "", row.id)) >= 101, (section, row.id)


def test_the_narrative_is_dated_only_by_its_youngest_fact(bundled: Ledger):
    source = bundled.get("S1")
    assert isinstance(source, Source)
    assert source.date is not None
    assert (source.date.value, source.date.bound) == ("2023-04-25", "on or after")


def test_every_source_is_used_or_says_what_for(bundled: Ledger):
    cited = {row.source for _, row in bundled.rows() if not isinstance(row, Source)}
    for source in bundled.sources:
        assert source.id in cited or source.used_for, source.id


# --- traps of the text -------------------------------------------------------------------------


def event(ledger: Ledger, id: str) -> Event:
    row = ledger.get(id)
    assert isinstance(row, Event)
    return row


def quantity(ledger: Ledger, id: str) -> Quantity:
    row = ledger.get(id)
    assert isinstance(row, Quantity)
    return row


def claim(ledger: Ledger, id: str) -> Claim:
    row = ledger.get(id)
    assert isinstance(row, Claim)
    return row


def test_the_authors_book_is_no_conflict_event(bundled: Ledger):
    assert not event(bundled, "E44").is_conflict_event
    ids = [e.id for e in bundled.conflict_events() if e.source == "S1"]
    assert "E44" not in ids
    assert len(ids) == 42  # 44 rows less the book and the omission


def test_the_armys_restraint_is_an_omission(bundled: Ledger):
    assert event(bundled, "E12").quad == ["omission"]
    assert not event(bundled, "E12").happened
    assert "E12" not in [e.id for e in bundled.conflict_events()]
    relation = bundled.get("R15")
    assert isinstance(relation, Relation)
    assert relation.sign == "0"


def test_branch_and_core_share_a_name_and_are_two_actors(bundled: Ledger):
    core, branch = bundled.get("A04"), bundled.get("A05")
    assert isinstance(core, Actor)
    assert isinstance(branch, Actor)
    assert "IS" in core.aliases
    assert "IS" in branch.aliases
    assert branch.part_of == "A04"


def test_presence_in_2014_and_province_in_2015_are_two_facts(bundled: Ledger):
    assert (event(bundled, "E04").precision, event(bundled, "E04").from_) == ("since", "2014")
    assert (event(bundled, "E08").precision, event(bundled, "E08").from_) == ("month", "2015-01")


def test_the_killing_has_a_month_and_its_confirmation_a_day(bundled: Ledger):
    killing, confirmed = event(bundled, "E38"), event(bundled, "E39")
    assert (killing.precision, killing.from_, killing.before) == ("month", "2023-04", "2023-04-25")
    assert killing.asserted_by == ["A17"]
    assert (confirmed.precision, confirmed.from_) == ("day", "2023-04-25")
    assert confirmed.quad == ["statement"]


def test_august_means_2021(bundled: Ledger):
    row = event(bundled, "E24")
    assert row.from_ == "2021-08"
    assert row.anchor


def test_pooled_outcomes_are_not_deaths(bundled: Ledger):
    assert event(bundled, "E37").outcomes == ["killed", "targeted"]
    assert event(bundled, "E29").outcomes == ["killed", "injured"]
    for id in ("Q14", "Q20"):
        assert len(quantity(bundled, id).outcomes) == 2
        assert not quantity(bundled, id).is_death_count
    assert quantity(bundled, "Q01").is_death_count


def test_al_zawahiris_death_shows_cooperation_not_hostility(bundled: Ledger):
    row = event(bundled, "E31")
    assert "A01" not in row.actors
    alliance = bundled.get("R05")
    assert isinstance(alliance, Relation)
    assert alliance.sign == "+"
    assert claim(bundled, "C45").polarity == "-"


def test_people_of_the_old_government_go_both_ways(bundled: Ledger):
    row = bundled.get("R39")
    assert isinstance(row, Relation)
    assert list(row.edges()) == [("A28", "A01"), ("A28", "A05")]


def test_trillion_binds_both_ends(bundled: Ledger):
    row = quantity(bundled, "Q07")
    assert (row.low, row.high, row.value) == (1e12, 3e12, None)


def test_only_two_numbers_of_the_narrative_are_derived(bundled: Ledger):
    derived = {q.id: q for q in bundled.quantities if q.source == "S1" and q.basis == "derived"}
    assert list(derived) == ["Q03", "Q06"]
    assert derived["Q03"].value == 170 + 13
    assert derived["Q06"].value == 80000 / 4000


@pytest.mark.parametrize(
    ("id", "who"),
    [
        ("C18", "A05"),  # "nationalists": the branch's charge
        ("C28", "A01"),  # a Taliban promise
        ("C34", "A01"),  # a Taliban fear
        ("C35", "A01"),
        ("C50", "A22"),  # officials on coordination
        ("C45", "A50"),  # the author
    ],
)
def test_the_asserter_is_named(bundled: Ledger, id: str, who: str):
    assert who in claim(bundled, id).asserted_by


def test_what_is_not_asserted_as_fact_is_marked(bundled: Ledger):
    by_mode = {
        mode: {c.id for c in bundled.claims if c.mode == mode}
        for mode in ("fact", "hedged", "intent", "implied")
    }
    assert by_mode["hedged"] == {"C47", "C50", "C55", "C56", "C62", "C63"}
    assert by_mode["intent"] == {"C28", "C34", "C35", "C59", "C60", "C61"}
    assert len(by_mode["hedged"] | by_mode["intent"]) >= 12  # the reading's count of modal claims
    assert claim(bundled, "C20").polarity == "0"
    assert claim(bundled, "C65").polarity == "both"


def test_the_narrative_names_no_afghan_province(bundled: Ledger):
    assert [p.id for p in bundled.places if p.source == "S1" and p.kind == "province"] == []


# --- rows of other sources ---------------------------------------------------------------------


def test_statuses_of_the_taliban_change_on_the_day_kabul_fell(bundled: Ledger):
    taliban, republic = bundled.get("A01"), bundled.get("A25")
    assert isinstance(taliban, Actor)
    assert isinstance(republic, Actor)
    assert taliban.status_at("1999-05") == "government"
    assert taliban.status_at("2021-08-14") == "rebel"
    assert taliban.status_at("2021-08-15") == "government"
    assert republic.status_at("2021-08-14") == "government"
    assert republic.status_at("2021-08-15") == "defunct"


@pytest.mark.parametrize(
    ("refines", "day"),
    [
        ("E18", "2020-02-29"), ("E22", "2021-08-15"), ("E23", "2021-08-15"),
        ("E25", "2021-08-26"), ("E26", "2021-08-29"), ("E31", "2022-07-31"),
        ("E08", "2015-01-26"),
    ],
)  # fmt: skip
def test_days_found_elsewhere_refine_vaguer_rows(bundled: Ledger, refines: str, day: str):
    rows = [e for e in bundled.events if e.refines == refines and e.from_ == day]
    assert len(rows) == 1
    assert rows[0].source in ("S20", "S25")
    vague = event(bundled, refines)
    if vague.from_ is not None:
        end = vague.until or vague.from_
        assert first_day(vague.from_) <= first_day(day) <= last_day(end)


def test_rows_from_elsewhere_are_in_order_of_time(bundled: Ledger):
    dates = [first_day(e.from_ or e.until or "") for e in bundled.events if e.source != "S1"]
    assert len(dates) > 50
    assert dates == sorted(dates)


def test_located_events_lie_where_such_events_can(bundled: Ledger):
    places = {p.id: p for p in bundled.places}
    located = 0
    for row in bundled.events:
        for id in row.places:
            place = places[id]
            if place.lat is None or place.lon is None:
                continue
            located += 1
            assert 25 <= place.lat <= 56, place.id  # Doha to Moscow, Idlib to Kunar
            assert 36 <= place.lon <= 72, place.id
            if place.within == "PL1":  # Afghanistan's bounding box
                assert 29.3 <= place.lat <= 38.5, place.id
                assert 60.4 <= place.lon <= 75.0, place.id
    assert located >= 40


def test_rows_of_the_press_record_carry_no_counts(bundled: Ledger):
    for row in bundled.events:
        if row.source == "S20":
            assert all(bundled.get(q).id.startswith("Q2") for q in row.numbers), row.id


def test_strength_estimates_restate_the_table(bundled: Ledger, shared):
    import pandas as pd

    table = pd.read_csv(shared / "data" / "afghanistan" / "strength_estimates.csv")
    rows = [q for q in bundled.quantities if q.source == "S3"]
    assert len(rows) == len(table)
    for row, (_, line) in zip(rows, table.iterrows(), strict=True):
        assert row.group == {"Taliban": "A01", "ISIL-K": "A05"}[line["group"]]
        assert row.as_of is not None
        assert str(line["as_of"]).startswith(row.as_of)
        low = row.value if row.value is not None else row.low
        high = row.value if row.value is not None else row.high
        assert (low is None and math.isnan(line["low"])) or low == line["low"]
        assert high == line["high"]


# --- against the texts -------------------------------------------------------------------------


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub(r"-\s*\n\s*", "-", text.lower()))


def sequences(text: str, n: int) -> set[tuple[str, ...]]:
    w = words(text)
    return {tuple(w[i : i + n]) for i in range(len(w) - n + 1)}


def own_text(ledger: Ledger) -> list[str]:
    """All text but that of sources: a title and a citation must be literal."""
    found: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for item in value.values():
                collect(item)
        elif isinstance(value, list):
            for item in value:
                collect(item)

    for section, row in ledger.rows():
        if section != "sources":
            collect(row.model_dump())
    return found


def test_no_eight_words_in_a_row_are_the_articles(bundled: Ledger, article: str):
    theirs = sequences(article, 8)
    assert len(theirs) > 1000
    assert [t for t in own_text(bundled) if sequences(t, 8) & theirs] == []


def test_no_eight_words_in_a_row_are_the_hand_readings(bundled: Ledger, hand_reading: str):
    theirs = sequences(hand_reading, 8)
    prose = [t for t in own_text(bundled) if not re.fullmatch(r"[A-Z0-9, -]+", t)]
    assert [t for t in prose if sequences(t, 8) & theirs] == []


def table(text: str, letter: str) -> dict[str, list[str]]:
    rows = {}
    for line in text.splitlines():
        cells = [c.strip().replace("–", "-").replace("−", "-") for c in line.strip("| ").split("|")]
        if re.fullmatch(letter + r"\d{1,2}", cells[0]) and len(cells) > 3:
            rows[cells[0]] = cells
    return rows


def paragraphs(cell: str) -> list[str]:
    return [p.strip() for p in cell.split(",")]


@pytest.mark.parametrize(
    ("letter", "column", "n"),
    [("A", 3, 50), ("R", 4, 46), ("E", 7, 44), ("Q", 5, 23), ("C", 5, 65), ("W", 3, 9),
     ("F", 3, 3)],
)  # fmt: skip
def test_rows_stand_in_the_paragraph_the_hand_reading_found(
    bundled: Ledger, hand_reading: str, letter: str, column: int, n: int
):
    rows = table(hand_reading, letter)
    assert len(rows) == n
    for id, cells in rows.items():
        row = bundled.get(id)
        assert not isinstance(row, Source)
        assert list(row.locators) == paragraphs(cells[column]), id


def test_polarity_and_mode_are_those_of_the_hand_reading(bundled: Ledger, hand_reading: str):
    modes = {"F": "fact", "H": "hedged", "I": "intent", "X": "implied"}
    for id, cells in table(hand_reading, "C").items():
        row = claim(bundled, id)
        expected = "both" if "both" in cells[2] else cells[2][0]
        assert row.polarity == expected, id
        named = [modes[m] for m in re.match(r"[FHIX/]+", cells[3])[0].split("/")]
        assert [row.mode, *([row.mode_also] if row.mode_also else [])] == named, id


def test_loops_have_the_sign_and_claims_of_the_hand_reading(bundled: Ledger, hand_reading: str):
    for id, cells in table(hand_reading, "L").items():
        row = bundled.get(id)
        assert row.polarity == {"R": "reinforcing", "B": "balancing"}[cells[2][0]], id
        assert set(row.claims) == set(re.findall(r"C\d\d", cells[3])), id


def test_events_name_the_actors_and_precision_of_the_hand_reading(
    bundled: Ledger, hand_reading: str
):
    fine = {"D": {"day"}, "M": {"month"}, "Y": {"year"}, "R": {"range"}, "u": {"until"},
            "S": {"since", "until"}, "U": {"undated"}, "-": {"undated"}}  # fmt: skip
    for id, cells in table(hand_reading, "E").items():
        row = event(bundled, id)
        code = "Y" if cells[2].endswith("→Y") else cells[2][0]
        assert row.precision in fine[code], (id, cells[2])
        named = set(re.findall(r"A\d\d", cells[4]))
        if "A38-A43" in cells[4]:
            named |= {f"A{i}" for i in range(38, 44)}
        assert named <= set(row.actors), id


def test_relations_join_the_actors_of_the_hand_reading(bundled: Ledger, hand_reading: str):
    for id, cells in table(hand_reading, "R").items():
        row = bundled.get(id)
        assert isinstance(row, Relation)
        named = set(re.findall(r"A\d\d", cells[1].split("(")[0].split(" vs ")[0]))
        # R44 names a population by its region, which has a row of its own
        ours = {("A35" if (id, a) == ("R44", "A36") else a) for a in (*row.actor, *row.toward)}
        assert {a for a in ours if re.fullmatch(r"A\d\d", a)} == named, id
        assert row.mutual == ("↔" in cells[1]), id
        if cells[2][0] in "+-±0":
            assert row.sign in cells[2] or row.sign == "±", id
