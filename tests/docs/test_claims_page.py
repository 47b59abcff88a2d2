"""The page of claims has an entry for every row of the bundled ledger, made from the case."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from rivalry.cases import Case, load_case
from rivalry.whatif import VERDICTS

DOCS = Path(__file__).resolve().parents[2] / "docs"
_CONF = f"""
import sys
sys.path.insert(0, {str(DOCS / "_ext")!r})
extensions = ["myst_parser", "claims"]
claims_draws = 20
html_theme = "basic"
"""


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("afghanistan")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The directive's part of the page, built with few draws."""
    build = pytest.importorskip("sphinx.cmd.build", reason="needs the extra docs")
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("html")
    (source / "conf.py").write_text(_CONF, encoding="utf-8")
    (source / "index.md").write_text("# Claims\n\n```{claims} afghanistan\n```\n", encoding="utf-8")
    assert build.build_main(["-q", "-W", "-E", "-b", "html", str(source), str(target)]) == 0
    return (target / "index.html").read_text(encoding="utf-8")


def test_every_row_has_an_entry_with_its_place_and_what_came_of_it(page: str, case: Case) -> None:
    ledger = case.ledger
    judged = [*ledger.claims, *ledger.levers, *ledger.outlooks]
    for row in [*judged, *ledger.loops]:
        entry = _entry(page, row.id)
        assert row.locator in entry, row.id
    for row in judged:
        found = re.search(r"Verdict : (\w+) \.", _entry(page, row.id))
        assert found is not None, row.id
        assert found[1].lower() in VERDICTS, row.id
    for loop in ledger.loops:
        assert f"Polarity : {loop.polarity.capitalize()}" in _entry(page, loop.id)


def test_every_row_is_in_the_overview_and_leads_to_its_entry(page: str, case: Case) -> None:
    ledger = case.ledger
    for row in [*ledger.claims, *ledger.levers, *ledger.outlooks, *ledger.loops]:
        assert f'href="#{row.id.lower()}"' in _between(page, '<section id="overview">'), row.id


def test_an_entry_says_which_way_carries_the_claim_and_what_is_asked(page: str, case: Case) -> None:
    for id, binding in case.spec.bindings.items():
        entry = _entry(page, id)
        for name in (*binding.path, *binding.by):
            assert name in entry, (id, name)
    for id, asked in case.model.expectations.items():
        assert f"{asked.of} over {asked.over}" in _entry(page, id)
        assert str(case.spec.scenarios[asked.scenario].label) in _entry(page, id)


def test_a_claim_outside_the_model_gives_the_reason(page: str, case: Case) -> None:
    assert case.coverage.outside
    for id, reason in case.coverage.outside.items():
        entry = _entry(page, id)
        assert "Verdict : Outside" in entry
        assert entry.count(" ".join(reason.split())) == 1


def _entry(page: str, id: str) -> str:
    return _text(_between(page, f'<section id="{id.lower()}">'))


def _between(page: str, start: str, end: str = "</section>") -> str:
    assert page.count(start) == 1, start
    return page.split(start)[1].split(end)[0]


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split()).replace("’", "'")
