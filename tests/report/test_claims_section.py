"""Verdicts in the report: words, counts, filters; loops over time; the list of fragility."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from rivalry.report import ReportInput, WhatIfInput, render_report
from rivalry.report._claims import ClaimsSection, claims_section, near_line, of_100, rest_words
from rivalry.report._fragile import fragile_section
from rivalry.report._loop_strips import loop_views
from rivalry.whatif import LOOP_SOURCES, Rest


@pytest.fixture(scope="module")
def section(paid_run: ReportInput, answers: WhatIfInput) -> ClaimsSection:
    found = claims_section(paid_run, answers)
    assert found is not None
    return found


def test_every_row_is_there_once(section: ClaimsSection) -> None:
    assert [r.id for r in section.rows] == ["C01", "C02", "C03", "W1", "Q1"]


def test_a_row_says_what_was_asked_found_and_why(section: ClaimsSection) -> None:
    row = section.rows[0]
    assert row.statement == "pay → more of recruits"
    assert (row.source, row.paragraph, row.mode) == ("S1", "P2, P10", "fact")
    assert row.asked == "sum(recruitment) over 12 months, paid against reference"
    assert row.claimed == "more"
    assert row.effect == "−120, 90% of draws −30 to +260"
    # 99.6 of 100 is not all
    assert (row.before, row.after) == ("60", "over 99")
    assert row.rests == ("pull: spread narrowed by 45%", "hazard: not fitted")
    assert section.rows[1].asked == "effect along pay → recruitment"


def test_a_checked_row_says_what_figures_say(section: ClaimsSection) -> None:
    row = section.rows[-1]
    assert row.shown == "checked: not borne out"
    assert (row.asked, row.claimed) == ("Fighters", "to be < 1,000")
    assert row.effect == "1,200"
    assert row.reason == "It counts reserves."
    assert row.rests == ("A register",)
    assert row.section == "quantity"


def test_counts_and_how_much_the_data_had_to_say(section: ClaimsSection) -> None:
    assert section.counts == (
        ("supported", 1, 0, 0), ("assumed", 1, 0, 0), ("contradicted", 0, 0, 0),
        ("undecided", 0, 1, 0), ("checked", 0, 0, 1), ("outside", 1, 0, 0),
    )  # fmt: skip
    assert section.lead[0] == section.brief == (
        "Of 3 causal claims in the ledger 2 were put to the model: the data support 1 and "
        "contradict none; 1 holds because of what was assumed, none stays undecided."
    )  # fmt: skip
    assert section.lead[1].startswith(
        "How much the data had to say: some. In 1 of the 2 they changed the odds of the claimed "
        "sign at least threefold. 1 rests on no parameter whose spread"
    )
    # 0.91 is within 2 sqrt(0.9 * 0.1 / 200) = 0.042 of 0.9
    assert "C02 lies so near a line" in section.lead[2]
    assert section.lead[3].endswith("0 borne out, not Q1.")


def test_a_run_from_the_priors_says_that_nothing_can_be_supported(
    paid_run: ReportInput, answers: WhatIfInput
) -> None:
    found = claims_section(replace(paid_run, fitted=False), answers)
    assert found is not None
    assert found.lead[1].startswith("This run is not fitted, so that no verdict could be")


def test_near_a_line(answers: WhatIfInput) -> None:
    row = answers.claims[1]
    assert near_line(row, 200)
    # 2 sqrt(0.09 / 10000) = 0.006
    assert not near_line(row, 10_000)
    assert not near_line(replace(row, p_posterior=0.5), 200)
    assert near_line(replace(row, p_posterior=0.12), 200)
    built = "The sign follows from how the model is built: probability 0.91."
    assert not near_line(replace(row, reason=built), 200)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0"), (0.002, "under 1"), (0.5, "50"), (0.996, "over 99"), (1.0, "100")],
)
def test_of_100(share: float, words: str) -> None:
    assert of_100(share) == words


def test_what_the_data_left_as_it_was_is_said() -> None:
    assert rest_words(Rest("a", 0.5, 0.0)) == "a: fitted, not narrowed"
    assert rest_words(Rest("a", 0.5, None)) == "a: not fitted"


def test_rows_are_found_by_paragraph_and_mechanism(section: ClaimsSection) -> None:
    # P2 before P10, as people count
    assert section.places == (("P1", "P1", 2), ("P2", "P2", 1), ("P3", "P3", 1), ("P10", "P10", 2))
    assert section.parameters == (("p:hazard", "hazard", 2), ("p:pull", "pull", 1))
    elements = {value: n for value, _, n in section.elements}
    assert elements["e:pay"] == 2
    assert elements["e:cost"] == 1
    row = section.rows[0]
    assert row.mechanisms == (
        "p:pull", "p:hazard", "e:pull", "e:pull_now", "e:recruitment", "e:fighters",
    )  # fmt: skip
    assert row.places == ("P2", "P10")


def test_paragraphs_of_two_sources_are_told_apart(
    paid_run: ReportInput, answers: WhatIfInput
) -> None:
    first, *rest = answers.claims
    other = replace(rest[0], source="S2")
    found = claims_section(paid_run, replace(answers, claims=(first, other, *rest[1:])))
    assert found is not None
    names = [words for _, words, _ in found.places]
    assert "P10" not in names
    assert names == sorted(names, key=lambda n: (n[:2], int(n.split("P")[1])))
    both = {words: n for _, words, n in found.places}
    assert (both["S1 P10"], both["S2 P10"]) == (1, 1)
    assert found.rows[1].places == ("S2_P10",)


def test_the_first_page_says_it(paid_run: ReportInput, section: ClaimsSection) -> None:
    page = render_report(paid_run)
    first = page.split('id="headline"')[1].split("</section>")[0]
    assert section.brief in first


def test_loops_over_time(paid_run: ReportInput) -> None:
    assert paid_run.whatif is not None
    (view,) = loop_views(paid_run.whatif)
    assert view.label == "Fighters"
    assert view.years == (2020, 2021)
    named = [row for row in view.table if row[0] == "L1 Growth"]
    assert len(named) == 1
    assert named[0][1] == "reinforcing"
    assert named[0][2][0].median.endswith("%")
    drawn = [s.label for s in view.strips] + list(view.faint)
    assert len(drawn) == len(set(drawn))
    for words in LOOP_SOURCES.values():
        assert f"outside the loops: {words}" in drawn
    strip = next(s for s in view.strips if s.label == "L1 Growth")
    assert strip.letter == "R"
    # one point a scored month, from the left edge to the right
    points = strip.middle.removeprefix("M").split("L")
    assert [float(p.split(",")[0]) for p in points] == list(np.arange(view.months + 1.0))
    assert all(0 <= float(p.split(",")[1]) <= 100 for p in points)
    assert view.ticks[0][1] in ("2020", "2021")
    assert all(0 <= at <= 100 for at, _ in view.ticks)


@dataclass(frozen=True)
class Row:
    """A row such as the search for fragile verdicts gives."""

    claim: str
    kind: str
    sd: float | None
    rank: int = 1
    factor: float | None = None
    parameter: str = "pull"
    statement: str = "pay -> more of recruits"
    verdict: str = "assumed"
    label: str = "Pull"
    unit: str = "people/month"
    source: str = "assumed"
    from_value: float | None = 20.0
    to_value: float | None = 35.0
    becomes: str = "undecided"
    words: str = "C01 falls."


def test_conclusions_come_first_the_most_fragile_before_others() -> None:
    rows = [
        Row("C05", "verdict", None, factor=2.0, source="fixed"),
        Row("C02", "verdict", 2.5),
        Row("C03", "verdict", 1.5),
        Row("C03", "verdict", 3.0, rank=2),
        Row("C01", "verdict", 0.01, verdict="undecided", becomes="assumed"),
        Row("C01", "sign", -0.6, verdict="undecided"),
        Row("C04", "", None, rank=0, parameter="", from_value=None, to_value=None),
    ]
    found = fragile_section(rows)
    assert found is not None
    assert [r.claim for r in found.rows] == ["C03", "C02", "C05", "C01"]
    assert found.firm == ("C04",)
    assert found.rows[0].change == "assumed → undecided"
    assert found.rows[0].values == "20 → 35 people a month"
    assert found.rows[2].distance == "2 times"
    assert found.rows[3].change == "undecided; the effect turns round"
    assert found.rows[3].distance == "0.6 standard deviations"
    assert "Of 4 conclusions tried, 3 would be another" in found.lead
    assert "1 of them within two standard deviations" in found.lead


def test_the_list_is_on_the_page_or_left_out(paid_run: ReportInput) -> None:
    assert paid_run.whatif is not None
    page = render_report(paid_run)
    assert 'id="fragile"' not in page
    given = replace(paid_run.whatif, fragile=(Row("C01", "verdict", 1.5),))
    page = render_report(replace(paid_run, whatif=given))
    section = page.split('id="fragile"')[1].split("</section>")[0]
    assert "1.5 standard deviations" in section
    assert 'href="#claim-C01"' in section
    assert fragile_section(()) is None
