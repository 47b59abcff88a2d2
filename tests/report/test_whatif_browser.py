"""Verdicts, what-ifs and loops in a browser without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rivalry.report import ReportInput, write_report

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

pytestmark = pytest.mark.browser

FORM = "form[data-filter=claims-table]"


@pytest.fixture(scope="module")
def address(paid_run: ReportInput, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(paid_run, tmp_path_factory.mktemp("paid") / "report.html").as_uri()


@pytest.fixture
def page(address: str, open_page: Callable[..., Any]) -> Iterator[sync_api.Page]:
    made = open_page(address, 1280)
    yield made.page
    made.context.close()


def shown(page: sync_api.Page) -> list[str]:
    return page.eval_on_selector_all(
        "#claims-table tr[data-item]",
        "rows => rows.filter(r => r.offsetParent).map(r => r.id.slice(6))",
    )  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
def test_it_opens_in_silence_and_fits(
    width: int, address: str, open_page: Callable[..., Any]
) -> None:
    visit = open_page(address, width)
    visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert visit.messages == []
    assert visit.requests == [address]
    assert visit.wide() == [0, []]
    visit.context.close()


def test_verdicts_are_filtered_by_verdict_paragraph_and_mechanism(page: sync_api.Page) -> None:
    assert shown(page) == ["C01", "C02", "C03", "W1", "Q1"]
    page.select_option(f"{FORM} select[name=verdict]", "assumed")
    assert shown(page) == ["C02"]
    assert page.inner_text(f"{FORM} output") == "1 of 5 shown"
    page.select_option(f"{FORM} select[name=verdict]", "")
    # P1 is not P10
    page.select_option(f"{FORM} select[name=places]", "P1")
    assert shown(page) == ["C03", "Q1"]
    page.select_option(f"{FORM} select[name=places]", "P10")
    assert shown(page) == ["C01", "C02"]
    page.select_option(f"{FORM} select[name=mechanisms]", "p:pull")
    assert shown(page) == ["C01"]
    page.click(f"{FORM} button[type=reset]")
    sync_api.expect(page.locator(f"{FORM} output")).to_have_text("5 of 5 shown")
    page.select_option(f"{FORM} select[name=mechanisms]", "e:cost")
    assert shown(page) == ["W1"]


def test_filters_work_from_the_keyboard(page: sync_api.Page) -> None:
    page.focus("#claims-search")
    page.keyboard.type("reserves")
    assert shown(page) == ["Q1"]
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    page.keyboard.press("u")  # undecided
    assert page.input_value(f"{FORM} select[name=verdict]") == "undecided"
    assert shown(page) == ["W1"]


def test_a_row_leads_to_the_ledger_and_back_even_if_filtered_out(page: sync_api.Page) -> None:
    page.fill("#ledger-search", "nothing has these words")
    assert not page.is_visible("#ledger-C01")
    page.focus("#claim-C01 th a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ledger-C01:focus")
    assert page.is_visible("#ledger-C01")
    page.select_option(f"{FORM} select[name=verdict]", "outside")
    page.click("#ledger-C01 a[href='#claim-C01']")
    page.wait_for_selector("#claim-C01:focus")
    assert page.is_visible("#claim-C01")


def test_a_what_if_opens_from_the_table_and_draws_its_charts(page: sync_api.Page) -> None:
    assert page.get_attribute("#w-paid", "open") is None
    page.focus("#whatif-recruitment a[href='#w-paid']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#w-paid[open]")
    page.wait_for_selector("#w-paid [data-chart][data-state=done]")
    assert "Cost at home" in page.inner_text("#w-paid .sides >> nth=0")
    page.click("[data-table=w-paid-recruitment] > summary")
    page.wait_for_selector("[data-table=w-paid-recruitment] tbody tr")
    row = page.locator("[data-table=w-paid-recruitment] tbody tr").nth(2)
    assert row.locator("th,td").all_inner_texts()[:2] == ["2021-03", "25.5"]
    heads = page.locator("#table-w-paid-recruitment thead th").all_inner_texts()
    assert "recorded" not in heads


def test_paper_has_what_is_folded_and_all_rows(page: sync_api.Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.is_visible("#w-paid .sides >> nth=0")
    assert not page.is_visible(FORM)
    assert len(shown(page)) == 5
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.get_attribute("#w-paid", "open") is None


def test_without_scripts_all_rows_and_tables_are_there(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(address)
    rows = page.locator("#claims-table tr[data-item]")
    assert rows.count() == 5
    assert all(rows.nth(i).is_visible() for i in range(5))
    assert page.is_visible("#whatif-recruitment .strip >> nth=0")
    assert page.is_visible(".loop-row svg >> nth=0")
    page.locator("#w-paid > summary").click()
    assert page.is_visible("#w-paid .sides >> nth=0")
    context.close()
