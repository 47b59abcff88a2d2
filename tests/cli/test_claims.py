"""``rivalry claims``: one verdict a claim, in the table, in JSON and on the page."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

VERDICTS = {"supported", "assumed", "contradicted", "undecided", "outside"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Put the bundled case's claims to it, with few draws."""
    import contextlib
    import io

    from rivalry.cli import main

    out = tmp_path_factory.mktemp("claims")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main(["claims", "afghanistan", "--draws", "60", "--out", str(out), "--json"])
    assert code == 0, said.getvalue()
    return json.loads(said.getvalue())


def table(answer):
    with (Path(answer["folder"]) / "claims.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_claim_has_exactly_one_verdict(judged):
    rows = [r for r in table(judged) if r["section"] == "claims"]
    assert [r["id"] for r in rows] == [f"C{i:02d}" for i in range(1, 66)]
    assert {r["verdict"] for r in rows} <= VERDICTS
    assert all(r["reason"] for r in rows)
    told = {c["id"]: c["verdict"] for c in judged["claims"]}
    assert {r["id"]: r["verdict"] for r in rows}.items() <= told.items()


def test_levers_and_outlooks_are_judged_where_a_sign_is_claimed(judged):
    rows = {r["id"]: r for r in judged["claims"] if r["section"] != "claims"}
    assert list(rows) == [*(f"W{i}" for i in range(1, 10)), "F1", "F2", "F3"]
    assert rows["W1"]["way"] == "path"
    # the break happens only when a scenario fires it
    assert (rows["W8"]["way"], rows["W8"]["p_posterior"]) == ("shock", 1.0)
    assert rows["F3"]["way"] == ""
    assert "no sign" in rows["F3"]["reason"]


def test_twenty_claims_rest_on_a_contrast_and_ten_rows_on_figures(judged):
    ways = [r["way"] for r in table(judged)]
    assert ways.count("contrast") >= 20
    assert ways.count("figure") >= 10


def test_probabilities_and_parameters_are_given(judged):
    for row in judged["claims"]:
        if row["way"] == "":
            assert row["p_posterior"] is None
            continue
        assert 0 <= row["p_prior"] <= 1
        assert 0 <= row["p_posterior"] <= 1
        assert row["q05"] <= row["median"] <= row["q95"]
    assert any(r["rests"] for r in judged["claims"])


def test_what_the_case_leaves_out_gives_its_reason(judged):
    rows = [r for r in judged["claims"] if r["verdict"] == "outside"]
    assert [r["id"] for r in rows] == ["C19"]
    assert "letter" in rows[0]["reason"]


def test_what_is_built_in_is_at_most_assumed(judged):
    from rivalry.cases import load_case

    bindings = load_case("afghanistan").model.spec.bindings
    built = {id for id, b in bindings.items() if (b.note or "").startswith("By construction")}
    verdicts = {r["id"]: r["verdict"] for r in judged["claims"]}
    assert "supported" not in {verdicts[id] for id in built & set(verdicts)}


def test_the_page_lists_and_filters_every_row(judged):
    page = (Path(judged["folder"]) / "claims.html").read_text()
    assert page.count("<tr data-verdict=") == len(table(judged))
    assert 'id="verdict"' in page
    # the ledger draws on several sources, and each may have a P21
    assert '<option value="S1_P21">S1 P21</option>' in page
    assert "http" not in page.replace("http://www.w3.org", "")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_can_be_read_at_both_widths(judged, chromium, width):
    from playwright.sync_api import sync_playwright

    address = (Path(judged["folder"]) / "claims.html").resolve().as_uri()
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 900}, offline=True)
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        heights = page.eval_on_selector_all(
            "tbody tr", "all => all.map(r => r.getBoundingClientRect().height)"
        )
        # columns of words have room for words, and nothing is cut off at the edge
        cells = page.eval_on_selector_all(
            "tbody td:nth-child(2), tbody td:last-child",
            "all => all.map(c => [c.getBoundingClientRect().width, c.scrollWidth - c.clientWidth])",
        )
        page.select_option("#place", "S1_P21")
        shown = page.locator("tbody tr:visible").count()
        browser.close()
    assert wide <= width
    assert sorted(heights)[len(heights) // 2] < (200 if width > 700 else 500)
    assert min(c[0] for c in cells) > 200
    assert max(c[1] for c in cells) <= 0
    assert 0 < shown < len(heights)


def test_an_effect_is_told_with_its_unit():
    from rivalry.cases import load_case
    from rivalry.cli._effect_words import effect_words, of_100, plain

    model = load_case("afghanistan").model
    tiny = (4.77e-6, -3.65e-6, 3.69e-5)
    hazard = "effect along is_core > affinity > defection_hazard"
    assert effect_words(model, hazard, "path", tiny).startswith("practically none: under 0.001")
    people = effect_words(model, "effect along fighters[iskp] > hostility", "path",
                          (0.000109, 3.63e-5, 0.000191))  # fmt: skip
    assert people == "0.109 (90% of draws 0.0363 to 0.191) per 1,000 people of fighters[iskp]"
    total = "sum(recruit_iskp) over 12 months, relax against reference"
    assert effect_words(model, total, "contrast", (1200, -3, 5)).endswith("-3 to 5) people")
    assert plain(9.77e-05) == "0.0000977"
    assert (of_100(0.998), of_100(1.0), of_100(0.002)) == ("over 99", "100", "under 1")


def test_without_a_posterior_nothing_is_supported(call, tmp_path):
    done = call("claims", "afghanistan", "--draws", 60, "--prior", "--out", tmp_path, "--json")
    assert done.code == 0, done.err
    assert set(done.json()["verdicts"]) <= {"assumed", "undecided", "outside", "checked"}


def test_a_case_without_a_ledger_is_refused(call, tmp_path):
    done = call("claims", "two_groups", "--out", tmp_path / "out")
    assert done.code == 1
    assert "R1120" in done.err
    assert not (tmp_path / "out").exists()
