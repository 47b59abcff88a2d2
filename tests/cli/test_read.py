"""``rivalry read``: from a file to a draft, and what it says about itself."""

from __future__ import annotations

import csv
import importlib.util
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rivalry.evidence.reading import load_draft

TEXT = """\
Raid at the border

On 4 May 2022 the Islamic State killed 14 soldiers in Mali. The army said that al-Qaeda did not
take part.

Because the army withdrew in June, JNIM gained ground. Roughly 2,000 people fled to Niger.
"""
LOOPBACK = Path(__file__).parents[1] / "evidence" / "reading" / "loopback.py"


@pytest.fixture
def loopback():
    spec = importlib.util.spec_from_file_location("loopback_for_cli", LOOPBACK)
    module = importlib.util.module_from_spec(spec)
    sys.modules["loopback_for_cli"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["loopback_for_cli"]


@pytest.fixture
def report(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "raid.txt"
    path.write_text(TEXT)
    return path


def test_a_report_becomes_a_draft_and_a_page(call, report):
    answer = call("read", report)
    assert answer.code == 0
    assert "raid.txt: 2 paragraphs" in answer.out
    draft = load_draft("raid.draft.yaml")
    names = {r.row["name"] for r in draft.of("actors")}
    assert any("Islamic State" in n for n in names)
    assert {r.row.get("value") for r in draft.of("quantities")} >= {14, 2000}
    assert "2022-05-04" in {r.row.get("from") for r in draft.of("events")}
    assert len(list(draft.of("claims"))) == 1
    assert draft.models == []
    assert Path("raid.draft.html").exists()


def test_no_draft_is_replaced_unasked(call, report):
    call("read", report)
    draft = load_draft("raid.draft.yaml")
    assert call("read", report, "--json").json()["problems"][0]["code"] == "R1346"
    assert load_draft("raid.draft.yaml") == draft
    assert call("read", report, "--force").code == 0


def test_the_answer_for_programs(call, report):
    answer = call("read", report, "--no-page", "--out", "a/b.yaml", "--json").json()
    assert answer["ok"] is True
    assert answer["paragraphs"] == 2
    assert answer["files"] == ["a/b.yaml"]
    assert answer["rows"]["actors"] >= 3
    assert not Path("a/b.html").exists()


def test_the_table_has_a_line_for_each_row(call, report):
    answer = call("read", report, "--table", "rows.csv", "--json").json()
    rows = list(csv.DictReader(Path("rows.csv").read_text().splitlines()))
    assert len(rows) == sum(answer["rows"].values())


def test_scoring_alone_writes_nothing(call, report, tmp_path):
    gold = tmp_path / "gold.yaml"
    gold.write_text(
        "gold: 1\nquantities:\n  - {paragraph: P1, value: 14, unit: people}\n"
        "times:\n  - {paragraph: P1, precision: day, from: 2022-05-04}\n"
    )
    answer = call("read", report, "--score", gold, "--json").json()
    scores = {s["section"]: s for s in answer["score"]}
    assert scores["numerals"]["recall"] == 1
    assert scores["numerals"]["precision"] == 0.5
    assert scores["times"]["recall"] == 1
    assert answer["files"] == []
    assert not list(tmp_path.glob("*.draft.*"))
    assert "recall" in call("read", report, "--score", gold).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--llm", "http://localhost:9/v1"), "R1363"),
        (("--model", "x"), "R1363"),
        (("--source", "S1"), "R1363"),
        (("--out", "x.txt"), "R1363"),
        (("--llm", "nowhere", "--model", "x"), "R1357"),
        (("--pipeline", "no_such_pipeline"), "R1355"),
        (("--score", "no_such_case"), "R0201"),
        (("--case", "no_such_case"), "R0201"),
    ],
)
def test_bad_options_are_coded_errors_and_nothing_is_written(call, report, tmp_path, words, code):
    answer = call("read", report, *words, "--json")
    assert answer.code != 0
    assert answer.json()["problems"][0]["code"] == code
    assert [p.name for p in tmp_path.iterdir()] == ["raid.txt"]


def test_without_being_asked_nothing_is_sent(call, report, monkeypatch):
    import socket

    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert call("read", report).code == 0


def test_a_model_that_is_asked_gets_the_text_and_the_draft_says_so(
    call, report, loopback, monkeypatch
):
    good = {
        "actors": [], "events": [],
        "quantities": [{"what": "refugees", "unit": "people", "value": 2000, "low": None,
                        "high": None, "quote": "Roughly 2,000 people fled"},
                       {"what": "x", "unit": "people", "value": 7, "low": None, "high": None,
                        "quote": "7 people fled"}],
        "claims": [],
    }  # fmt: skip
    monkeypatch.setenv("RIVALRY_LLM_KEY", "top-secret")
    with loopback.serving(loopback.says(good)) as server:
        answer = call("read", report, "--llm", server.url, "--model", "little")
    assert answer.code == 0
    assert "sending the text of raid.txt to 127.0.0.1" in answer.err
    assert "1 of 2 rows of little rejected: 1 quote not in the document" in answer.err
    draft = load_draft("raid.draft.yaml")
    assert draft.models[0]["name"] == "little"
    assert [r.row["what"] for r in draft.rows if r.found.get("how") == "model little"] == [
        "refugees"
    ]
    for path in Path().glob("raid.draft.*"):
        assert "top-secret" not in path.read_text()
    assert "top-secret" not in answer.out + answer.err


def test_a_model_that_fails_leaves_no_draft(call, report, loopback, tmp_path):
    with loopback.serving(lambda h: loopback.send(h, 200, b"<html>")) as server:
        answer = call("read", report, "--llm", server.url, "--model", "x", "--json")
    assert answer.json()["problems"][0]["code"] == "R1360"
    assert [p.name for p in tmp_path.iterdir()] == ["raid.txt"]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if not self.tags or self.tags[-1][0] not in ("style", "script"):
            self.words += data


def test_a_hostile_document_stays_text_on_the_page_and_in_the_terminal(call, report):
    report.write_text(
        "Title <script>alert(1)</script> \x1b[31mred\n\n"
        'The "Islamic State" </span><img src=x onerror=alert(2)> killed 14 men on 4 May 2022 '
        "\u202e\x9b2J in Mali.\n"
    )
    answer = call("read", report)
    assert answer.code == 0
    assert not set("\x1b\x9b\u202e") & set(answer.out + answer.err)
    text = Path("raid.draft.html").read_text()
    page = _Page()
    page.feed(text)
    assert [t for t, _ in page.tags].count("script") == 1
    assert not [t for t, _ in page.tags if t == "img"]
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]
    assert not set("\x1b\x9b\u202e") & set(text)
    assert "default-src 'none'" in text
    assert "http" not in text.replace("http-equiv", "")
    shown = call("review", "raid.draft.yaml", "--json")
    assert shown.code == 0
    raw = Path("raid.draft.yaml").read_text()
    assert not set("\x1b\x9b\u202e") & set(raw)


def test_every_mark_on_the_page_names_its_row_beside_the_colour(call, report):
    call("read", report)
    page = _Page()
    page.feed(Path("raid.draft.html").read_text())
    marks = [attrs for tag, attrs in page.tags if tag == "mark"]
    assert marks
    assert all(m["title"].split()[0] in ("actor", "quantity", "time") for m in marks)
    buttons = [attrs for tag, attrs in page.tags if tag == "button"]
    ids = {i for _, attrs in page.tags for i in (attrs.get("data-in") or "").split()}
    assert {b["data-id"] for b in buttons} <= ids


@pytest.mark.browser
def test_the_page_works_by_keyboard_and_offline(call, report, chromium):
    from playwright.sync_api import sync_playwright

    call("read", report)
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page = browser.new_page()
        faults: list[str] = []
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: faults.append(r.url) if "file://" not in r.url else None)
        page.goto(Path("raid.draft.html").resolve().as_uri())
        button = page.locator("button.row.claims").first
        button.focus()
        page.keyboard.press("Enter")
        assert button.get_attribute("aria-pressed") == "true"
        assert page.locator(".lit").count() > 0
        page.keyboard.press("Escape")
        assert page.locator(".lit").count() == 0
        page.locator("input[value=events]").focus()
        page.keyboard.press("Space")
        assert not page.locator("li.events").first.is_visible()
        assert faults == []
        browser.close()


def test_the_actors_of_a_case_are_known(call, report, tmp_path):
    case = tmp_path / "case"
    case.mkdir()
    (case / "case.yaml").write_text("ledger: ledger.yaml\n")
    (case / "ledger.yaml").write_text(
        "sources:\n  - {id: S1, title: x, author: x, kind: report, citation: x, licence: x}\n"
        "actors:\n  - {id: A1, name: Ox Company, type: insurgent, source: S1, locator: P1}\n"
    )
    report.write_text(TEXT.replace("JNIM", "Ox Company"))
    call("read", report, "--case", case)
    assert "Ox Company" in {r.row["name"] for r in load_draft("raid.draft.yaml").of("actors")}
    shutil.rmtree(case)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(136_000, None, "136,000 or more"), (None, 40, "up to 40"), (3, 4, "3 to 4")],
)
def test_a_range_with_an_open_end_is_said_in_words(call, report, low, high, words):
    from rivalry.cli._draft_page import says

    assert call("read", report, "--no-page").code == 0
    draft = load_draft("raid.draft.yaml")
    row = next(draft.of("quantities"))
    row.row = {k: v for k, v in row.row.items() if k not in ("value", "vague", "low", "high")}
    row.row |= {k: v for k, v in (("low", low), ("high", high)) if v is not None}
    assert f"quantity {words} " in says(draft, row)
    assert "None" not in says(draft, row)


def test_a_text_with_nothing_in_it_is_told(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("hello.txt").write_text("Soup for two\n\nThe onions taste sweet.\n")
    answer = call("read", "hello.txt", "--no-page")
    assert answer.code == 0
    assert "1 paragraph," in answer.out
    assert "R1366" in answer.err
    assert "rivalry review" not in answer.err


def test_a_gold_file_that_is_not_there_is_a_missing_file(call, report):
    answer = call("read", report, "--score", "nogold.yaml", "--json")
    assert answer.json()["problems"][0]["code"] == "R0101"


def test_a_folder_is_no_table(call, report):
    answer = call("read", report, "--table", ".", "--json")
    assert answer.json()["problems"][0]["code"] == "R0102"
    assert not Path("raid.draft.yaml").exists()
