"""The page in a browser without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rivalry.report import ReportInput, write_report

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def address(run: ReportInput, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(run, tmp_path_factory.mktemp("report") / "report.html").as_uri()


@pytest.fixture(scope="module", params=WIDTHS)
def visit(
    request: pytest.FixtureRequest, address: str, open_page: Callable[..., Any]
) -> Iterator[Any]:
    made = open_page(address, request.param)
    yield made
    made.context.close()


@pytest.fixture
def page(address: str, open_page: Callable[..., Any]) -> Iterator[sync_api.Page]:
    """A page of its own for tests that change it."""
    made = open_page(address, 1280)
    yield made.page
    made.context.close()


def test_no_message_on_the_console_and_no_request_but_the_file(visit: Any, address: str) -> None:
    assert visit.messages == []
    assert visit.requests == [address]


def test_all_charts_are_drawn(visit: Any) -> None:
    states = visit.page.eval_on_selector_all("[data-chart]", "all => all.map(e => e.dataset.state)")
    assert len(states) == 7
    assert set(states) == {"done"}
    # marks are there, not only axes
    counts = visit.page.eval_on_selector_all(
        "[data-chart]", "all => all.map(e => e.querySelectorAll('svg path').length)"
    )
    assert min(counts) > 3


def test_nothing_is_wider_than_the_window(visit: Any) -> None:
    wide = visit.wide()
    assert wide == [0, []]


def test_no_label_of_a_drawing_is_cut(visit: Any) -> None:
    """Every text of every drawing lies inside its own frame."""
    cut = visit.cut()
    assert cut == []


def test_axis_labels_do_not_overlap(visit: Any) -> None:
    overlapping = visit.overlapping()
    assert overlapping == []


def test_loops_are_chosen_by_keyboard(page: sync_api.Page) -> None:
    assert page.is_visible("[data-panel=all]")
    page.focus("button[data-loop=all]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_attribute("button[data-loop=L1]", "aria-pressed") == "true"
    assert page.get_attribute("button[data-loop=all]", "aria-pressed") == "false"
    assert page.is_visible("[data-panel=L1]")
    assert not page.is_visible("[data-panel=all]")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.is_visible("[data-panel=L2]")
    assert not page.is_visible("[data-panel=L1]")


def test_the_graph_is_walked_from_element_to_element(page: sync_api.Page) -> None:
    page.select_option("#element-choice", "loss")
    assert page.inner_text("#element-name strong") == "Losses"
    causes = page.locator("#element-causes li").all_inner_texts()
    assert sorted(c.split() for c in causes) == [["+", "Fighters"], ["+", "Loss", "hazard"]]
    assert page.locator("#element-effects li").all_inner_texts()[0].split() == [
        "\N{MINUS SIGN}",
        "Fighters",
    ]
    page.locator("#element-causes button", has_text="Loss hazard").press("Enter")
    assert page.input_value("#element-choice") == "d0"
    assert "Nothing in the model" in page.inner_text("#element-causes")


def test_the_ledger_is_searched_and_filtered(page: sync_api.Page) -> None:
    def shown() -> list[str]:
        return [
            t.split()[0] for t in page.locator("#ledger-table tr:visible th").all_inner_texts()[5:]
        ]

    everything = shown()
    assert len(everything) == 18
    page.fill("#ledger-search", "PRESSURE strength")
    assert shown() == ["C1"]
    assert page.inner_text("form[data-filter=ledger-table] output") == "1 of 18 shown"
    page.fill("#ledger-search", "")
    page.select_option("form[data-filter=ledger-table] select[name=status]", "outside")
    assert shown() == ["C2"]
    page.click("form[data-filter=ledger-table] button[type=reset]")
    output = page.locator("form[data-filter=ledger-table] output")
    sync_api.expect(output).to_have_text("18 of 18 shown")
    assert shown() == everything


def test_the_timeline_is_filtered_by_kind(page: sync_api.Page) -> None:
    assert page.locator("#timeline-list li:visible").count() == 4
    page.uncheck("form[data-filter=timeline-list] input[value=MK]")
    assert page.locator("#timeline-list li:visible").count() == 3
    page.uncheck("form[data-filter=timeline-list] input[value=shock]")
    # the year without entries goes too
    assert page.locator("#timeline-list h3:visible").all_inner_texts() == ["2015", "Without a date"]


def test_the_table_of_a_chart_holds_its_figures(run: ReportInput, page: sync_api.Page) -> None:
    page.click("[data-table=obs-events] > summary")
    page.wait_for_selector("[data-table=obs-events] tbody tr")
    rows = page.locator("[data-table=obs-events] tbody tr")
    assert rows.count() == 48
    cells = rows.nth(5).locator("th,td").all_inner_texts()
    assert cells[0] == "2020-06"
    assert cells[1] == f"{run.observed['events'].values[5]:.0f}"
    page.click("[data-table=obs-deaths] > summary")
    page.wait_for_selector("[data-table=obs-deaths] tbody tr")
    years = page.locator("[data-table=obs-deaths] tbody th").all_inner_texts()
    assert years == ["2020", "2021", "2022", "2023"]


def test_the_keyboard_reaches_the_content_first_and_focus_shows(page: sync_api.Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.focus("button[data-loop=L1]")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_chart_tells_its_figures_under_the_pointer(page: sync_api.Page) -> None:
    chart = page.locator("[data-chart=obs-events]")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    tip = page.locator("#vg-tooltip-element.visible")
    for step in range(40):
        page.mouse.move(box["x"] + 60 + 6 * step, box["y"] + 120)
        if tip.count():
            break
    assert "90% band" in tip.inner_text()


def test_charts_follow_the_width_of_the_window(page: sync_api.Page) -> None:
    drawing = page.locator("[data-chart=obs-events] svg")
    for width, fits in ((390, (300, 370)), (1280, (371, 600))):
        page.set_viewport_size({"width": width, "height": 900})
        # the page's policy forbids Playwright's own waiting for a condition
        for _ in range(100):
            box = drawing.bounding_box()
            if box and fits[0] < box["width"] < fits[1]:
                break
            page.wait_for_timeout(50)
        else:
            pytest.fail(f"at {width} pixels the chart is {box} wide")


def test_without_scripts_the_words_are_all_there(browser: sync_api.Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(address)
    assert page.is_visible("text=The loops in words")
    assert page.locator("#ledger-table tbody tr:visible").count() == 18
    context.close()


def test_text_has_enough_contrast(page: sync_api.Page) -> None:
    """WCAG 2.2 AA: 4.5 to 1, or 3 to 1 for large text."""
    poor = page.evaluate(
        """() => {
          const channel = v => { v /= 255;
            return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
          const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1])
            + 0.0722 * channel(c[2]);
          const rgb = s => s.match(/[0-9.]+/g).map(Number);
          const behind = e => { for (; e; e = e.parentElement) {
              const c = rgb(getComputedStyle(e).backgroundColor);
              if (c.length < 4 || c[3] > 0) return c; }
            return [255, 255, 255]; };
          const found = new Set();
          for (const e of document.querySelectorAll('body *')) {
            if (e.closest('svg') || e.closest('.skip') || e.closest('script,style')) continue;
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
            const style = getComputedStyle(e);
            const [a, b] = [light(rgb(style.color)), light(behind(e))].sort((x, y) => y - x);
            const size = parseFloat(style.fontSize);
            const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
            if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) found.add(e.className || e.tagName);
          }
          return [...found];
        }"""
    )
    assert poor == []


def test_charts_in_a_closed_part_are_drawn_when_it_opens(
    make_run: Callable[..., ReportInput], tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    run = make_run(report={"stocks": ["fighters[reds]"], "levels": ["anger"]})
    visit = open_page(write_report(run, tmp_path / "report.html").as_uri(), 1280)
    chart = visit.page.locator("[data-chart=el-fighters-blues]")
    visit.page.click("details.more > summary:has-text('further')")
    sync_api.expect(chart).to_have_attribute("data-state", "done")
    sync_api.expect(chart.locator("svg")).to_be_visible()
    box, frame = chart.locator("svg").bounding_box(), chart.bounding_box()
    assert box is not None
    assert frame is not None
    # drawn at the width it has, not at that of a hidden element
    assert 0.9 * frame["width"] < box["width"] <= frame["width"] + 1
    assert visit.messages == []
    visit.context.close()


def test_long_lists_start_with_twenty_rows_and_open_by_keyboard(page: sync_api.Page) -> None:
    page.evaluate(
        """() => {
          const list = document.createElement('ul');
          list.id = 'long';
          for (let i = 0; i < 30; i++) {
            const row = document.createElement('li');
            row.dataset.item = '';
            row.textContent = 'row ' + i;
            list.appendChild(row);
          }
          document.querySelector('#methods').appendChild(list);
          window.rivalryMore(list);
        }"""
    )
    rows = page.locator("#long li:visible")
    button = page.locator("[aria-controls=long]")
    assert rows.count() == 20
    assert button.inner_text() == "Show all 30"
    button.press("Enter")
    assert rows.count() == 30
    assert page.evaluate("document.activeElement.textContent") == "row 20"
    assert button.get_attribute("aria-expanded") == "true"
    button.press("Space")
    assert rows.count() == 20


def test_a_small_screen_starts_with_one_loop_and_has_no_inner_scroll_boxes(
    address: str, open_page: Callable[..., Any]
) -> None:
    visit = open_page(address, 390)
    assert visit.page.is_visible("[data-panel=L1]")
    assert not visit.page.is_visible("[data-panel=all]")
    boxes = visit.page.eval_on_selector_all(
        ".scroll", "all => all.map(e => getComputedStyle(e).overflowX)"
    )
    assert boxes
    assert set(boxes) == {"visible"}
    visit.context.close()
