"""The ledger as an object: looking up, iterating, writing and reading back, its JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivalry.evidence import (
    SECTIONS,
    Actor,
    Ledger,
    dump_ledger,
    ledger_schema,
    load_ledger,
    parse_ledger,
    save_ledger,
)
from rivalry.foundation import RivalryError, load_yaml


def test_rows_come_by_section_in_file_order(bundled: Ledger):
    rows = list(bundled.rows())
    assert list(dict.fromkeys(section for section, _ in rows)) == list(SECTIONS)
    assert len(rows) == sum(bundled.counts().values())
    assert len({row.id for _, row in rows}) == len(rows)
    assert all(bundled.get(row.id) is row for _, row in rows)
    assert all(bundled.section_of(row.id) == section for section, row in rows)


def test_an_unknown_id_is_a_coded_error_with_the_nearest(bundled: Ledger):
    assert "C65" in bundled
    assert "C66" not in bundled
    with pytest.raises(RivalryError, match=r"no row C066(.|\n)*Did you mean 'C06'"):
        bundled.get("C066")


def test_a_status_holds_between_its_dates():
    actor = Actor.model_validate(
        {"id": "A1", "name": "x", "type": "other", "source": "S1", "locator": "p. 2",
         "statuses": [{"status": "rebel", "until": "2020-06"},
                      {"status": "party", "from": "2020-07", "until": "2021"}]}
    )  # fmt: skip
    assert actor.status_at("1990") == "rebel"
    assert actor.status_at("2020-06-30") == "rebel"
    assert actor.status_at("2020-07-01") == "party"
    assert actor.status_at("2022-01-01") is None


def test_the_bundled_ledger_survives_writing(bundled: Ledger, tmp_path: Path):
    save_ledger(bundled, tmp_path / "ledger.yaml")
    assert load_ledger(tmp_path / "ledger.yaml") == bundled


# Letters, signs and line ends that YAML treats specially; control characters are not text.
texts = st.text(
    st.one_of(
        st.sampled_from(list(" \n:#-'\"{}[]&*!|>%@`,?=~0123456789.eE+_truefalsn")),
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")),
    ),
    min_size=1,
    max_size=40,
).filter(lambda s: s.strip() != "")
years = st.integers(1, 9999).map(lambda y: f"{y:04d}")
months = st.builds(lambda y, m: f"{y}-{m:02d}", years, st.integers(1, 12))
days = st.builds(lambda m, d: f"{m}-{d:02d}", months, st.integers(1, 28))
dates = st.one_of(years, months, days)
numbers = st.floats(allow_nan=False, allow_infinity=False)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Ledgers whose references hold, with awkward text in every field."""
    base = {"source": "S1", "locator": draw(texts), "note": draw(some(texts))}
    source = {
        "id": "S1", "title": draw(texts), "author": draw(texts), "citation": draw(texts),
        "licence": draw(texts), "kind": draw(st.sampled_from(["report", "book", "dataset"])),
        "date": draw(some(st.fixed_dictionaries(
            {"value": dates, "bound": st.sampled_from(["on", "on or after", "about"])}))),
        "verified": draw(st.booleans()),
    }  # fmt: skip
    n = draw(st.integers(1, 3))
    actors = [
        {"id": f"A{i}", "name": draw(texts), "type": "other", "aliases": draw(st.lists(texts)),
         "provenance": draw(st.booleans()),
         "statuses": [{"status": draw(texts), "from": draw(some(dates))}], **base}
        for i in range(n)
    ]  # fmt: skip
    ids = st.sampled_from([a["id"] for a in actors])
    when = draw(dates)
    events = [
        {"id": "E1", "when": draw(texts), "what": draw(texts),
         "precision": {4: "year", 7: "month", 10: "day"}[len(when)], "from": when,
         "actors": draw(st.lists(ids)), "is_conflict_event": draw(st.booleans()),
         "quad": draw(st.lists(st.sampled_from(["VC", "MK", "state"]))), **base}
    ]  # fmt: skip
    low, high = sorted((draw(numbers), draw(numbers)))
    quantities = [
        {"id": "Q1", "what": draw(texts), "unit": draw(texts), "low": low, "high": high, **base},
        {"id": "Q2", "what": draw(texts), "unit": draw(texts), "value": draw(numbers), **base},
        {"id": "Q3", "what": draw(texts), "unit": draw(texts), "vague": draw(texts), **base},
    ]
    claims = [
        {"id": "C1", "cause": draw(texts), "effect": draw(texts),
         "polarity": draw(st.sampled_from(["+", "-", "0", "both"])),
         "mode": draw(st.sampled_from(["fact", "hedged", "intent", "implied"])),
         "condition": draw(some(texts)), "asserted_by": draw(st.lists(ids, min_size=1)), **base}
    ]  # fmt: skip
    return Ledger.model_validate(
        {"title": draw(some(texts)), "sources": [source], "actors": actors, "events": events,
         "quantities": quantities, "claims": claims}
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(ledgers())
def test_a_ledger_survives_writing_and_reading(ledger: Ledger):
    assert parse_ledger(dump_ledger(ledger)) == ledger


def test_the_schema_is_valid_and_accepts_the_bundled_file(bundled_path: Path):
    schema = ledger_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(load_yaml(bundled_path).data, schema)


@settings(max_examples=25, deadline=None)
@given(ledgers())
def test_the_schema_accepts_what_is_written(ledger: Ledger):
    from rivalry.foundation import parse_yaml

    jsonschema.validate(parse_yaml(dump_ledger(ledger)).data, ledger_schema())


@pytest.mark.parametrize(
    "change",
    [
        {"claimz": []},
        {"claims": [{"id": "C1"}]},
        {"actors": [{"id": "a1", "name": "x", "type": "other", "source": "S1", "locator": "p"}]},
        {"actors": [{"id": "A1", "name": "x", "type": "ally", "source": "S1", "locator": "p"}]},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(change: dict[str, Any]):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"ledger": 1, **change}, ledger_schema())
