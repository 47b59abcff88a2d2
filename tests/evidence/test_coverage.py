"""What a model covers of a ledger."""

from __future__ import annotations

import re

import pytest

from rivalry.evidence import Ledger, coverage


def test_bound_outside_missing_and_unknown_are_told_apart(bundled: Ledger):
    result = coverage(
        bundled,
        {"C01": ["flows.recruitment", "flows.recruitment"], "C02": [], "C99": ["x"], "E23": ["s"]},
        {"C03": " history only ", "L8": "", "C1": "misspelt"},
    )
    assert result.bound == {"C01": ("flows.recruitment",)}
    assert result.outside == {"C03": "history only", "L8": ""}
    assert result.unexplained == ("L8",)
    assert result.status("C01") == "bound"
    assert result.status("C02") == "missing"  # bound to nothing is not bound
    assert result.status("C03") == "outside"
    assert set(result.unknown) == {"C99", "C1"}
    assert result.unknown["C1"] in bundled
    assert result.other == {"E23": ("s",)}
    assert len(result.missing) == 65 + 8 + 9 + 3 - 3
    assert not result.complete
    with pytest.raises(KeyError):
        result.status("E23")


def test_counts_add_up_to_the_denominators(bundled: Ledger):
    result = coverage(bundled, {"C01": ["a"], "W1": ["b"]}, {"F1": "a forecast, scored elsewhere"})
    counts = result.counts()
    assert {s: sum(n.values()) for s, n in counts.items()} == {
        "claims": 65, "loops": 8, "levers": 9, "outlooks": 3,
    }  # fmt: skip
    assert counts["claims"]["bound"] == counts["levers"]["bound"] == 1
    assert counts["outlooks"]["outside"] == 1


def test_everything_bound_is_complete(bundled: Ledger):
    ids = [r.id for s, r in bundled.rows() if s in ("claims", "loops", "levers", "outlooks")]
    result = coverage(bundled, {id: ["element"] for id in ids}, {})
    assert result.complete
    assert result.problems() == []


def test_problems_are_coded(bundled: Ledger):
    result = coverage(bundled, {"C01": ["a"], "C66": ["b"]}, {"C01": "why", "C02": " "})
    found = result.problems("case.yaml")
    by_code = {p.code: p for p in found}
    assert set(by_code) == {"R0720", "R0721", "R0722", "R0723"}
    assert "C66" in by_code["R0720"].message
    assert "Did you mean 'C6" in by_code["R0720"].remedy
    assert by_code["R0723"].severity == "warning"
    assert all(p.file == "case.yaml" for p in found)


def test_rows_that_nothing_carries_are_one_warning_with_their_ids(bundled: Ledger):
    result = coverage(bundled, {}, {})
    (only,) = result.problems()
    assert only.code == "R0723"
    assert only.message.startswith(f"{len(result.missing)} rows of the ledger (claims C01, C02, ")
    assert all(re.search(rf"\b{id}\b", only.message) for id in result.missing)
    (kept,) = (id for id in result.missing if id == "W3")
    bound = {id: ["element"] for id in result.missing if id != kept}
    (single,) = coverage(bundled, bound, {}).problems()
    assert single.message == "W3 (levers) is neither bound to a model element nor outside"


def test_an_empty_ledger_is_covered_by_nothing():
    assert coverage(Ledger(), {}, {}).complete
    assert coverage(Ledger(), {"C01": ["a"]}, {}).unknown == {"C01": None}
