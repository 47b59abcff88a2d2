"""Ledger rows, coverage and assumptions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rivalry.model.ir import Parameter
from rivalry.report import ReportInput
from rivalry.report._tables import (
    assumptions,
    coverage_counts,
    ledger_entries,
    path_text,
    prior_range,
)


def test_every_row_but_sources_is_listed_claims_first(run: ReportInput) -> None:
    entries = ledger_entries(run)
    rows = [row.id for section, row in run.case.ledger.rows() if section != "sources"]
    assert sorted(e.id for e in entries) == sorted(rows)
    assert [e.section for e in entries[:3]] == ["claims"] * 3


def test_each_row_says_what_the_model_does_with_it(run: ReportInput) -> None:
    by_id = {e.id: e for e in ledger_entries(run)}
    assert by_id["C1"].status == "bound"
    assert by_id["C2"].status == "outside"
    assert by_id["C2"].detail == "Nobody could measure it."
    assert by_id["C3"].status == "missing"
    assert by_id["A1"].status == "used"
    assert by_id["R1"].status == "record"
    assert by_id["C1"].asserted_by == "Reds"
    assert by_id["C1"].mode == "fact"
    assert by_id["C1"].locator == "P2"


def test_a_binding_shows_the_models_signs_and_their_product(run: ReportInput) -> None:
    detail = next(e.detail for e in ledger_entries(run) if e.id == "C1")
    assert detail == (
        "Loss hazard +\N{RIGHTWARDS ARROW} Losses \N{MINUS SIGN}\N{RIGHTWARDS ARROW} Fighters. "
        "In all \N{MINUS SIGN}, as claimed."
    )


def test_a_path_that_contradicts_its_claim_says_so(run: ReportInput) -> None:
    assert "but claimed +" in path_text(run, ["d0", "loss", "fighters"], "+")
    assert "depends on the state" in path_text(run, ["raid", "fighters"], "+")


def test_coverage_counts(run: ReportInput) -> None:
    assert coverage_counts(run) == [("claims", 3, 1, 1, 1), ("loops", 2, 2, 0, 0)]


def test_what_has_no_claim_and_no_source_is_flagged(run: ReportInput) -> None:
    rows = {(a.kind, a.name): a for a in assumptions(run)}
    assert rows["parameter", "k"].assumed
    assert not rows["parameter", "r0"].assumed
    # bound by C1's path
    assert not rows["flow", "loss[group]"].assumed
    assert rows["flow", "loss[group]"].support == ("C1",)
    assert rows["shock", "raid"].support == ("E1",)
    assert rows["flow", "recruitment[group]"].ends == "outside \N{RIGHTWARDS ARROW} fighters[group]"
    assert rows["flow", "recruitment[group]"].law == ("rate: r0 * anger",)


def test_uncertain_start_values_are_listed_as_such(run: ReportInput) -> None:
    (row,) = [a for a in assumptions(run) if a.implicit]
    assert row.label == "Fighters: The Reds, at the start"
    assert row.law == ("lognormal(log(200), 0.3)",)


@pytest.mark.parametrize(
    ("prior", "bounds", "text"),
    [
        # 1.645 standard deviations either way
        (("normal", (10.0, 2.0)), (-np.inf, np.inf), "6.7 to 13"),
        (("uniform", (0.0, 1.0)), (-np.inf, np.inf), "0.05 to 0.95"),
        # a bound at the middle leaves the upper half: 0.525 and 0.975
        (("uniform", (0.0, 1.0)), (0.5, np.inf), "0.53 to 0.97"),
        # -ln(0.95) and -ln(0.05), times the mean
        (("exponential", (2.0,)), (-np.inf, np.inf), "0.1 to 6"),
        # 200 exp(-+1.645 * 0.3)
        (("lognormal", (float(np.log(200)), 0.3)), (-np.inf, np.inf), "120 to 330"),
    ],
)
def test_prior_ranges(
    prior: tuple[str, tuple[float, ...]], bounds: tuple[float, float], text: str
) -> None:
    assert prior_range(Parameter("p", None, prior, bounds)) == text


def test_the_posterior_is_shown_only_after_fitting(make_run: Callable[..., ReportInput]) -> None:
    def d0(run: ReportInput) -> str:
        return next(a.posterior for a in assumptions(run) if a.name == "d0")

    assert d0(make_run()) == ""
    # draws of d0 are uniform on 0.01 to 0.05
    low, high = (float(x) for x in d0(make_run(fitted=True, draws=4000)).split(" to "))
    assert low == pytest.approx(0.012, abs=0.001)
    assert high == pytest.approx(0.048, abs=0.001)
