"""The page as text: whole, safe and small."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
import xarray as xr

from rivalry.evidence import Coverage, Ledger
from rivalry.foundation import RivalryError, code_entry
from rivalry.report import ReportInput, render_report, write_report
from rivalry.report._render import SECTIONS


class Outline(html.parser.HTMLParser):
    """Tags, attributes and visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.text.append(data)


@pytest.fixture(scope="module")
def page(run: ReportInput) -> str:
    return render_report(run)


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    return parser


def test_every_section_has_its_anchor_and_its_place_in_the_contents(outline: Outline) -> None:
    ids = [a.get("id") for tag, a in outline.tags if tag == "section"]
    # the case has no levers and no scenarios, and the run no forecast and no answers
    absent = ("questions", "forecast", "years", "whatif", "claims", "fragile", "loops")
    assert ids == [s for s in SECTIONS if s not in absent]
    links = [a.get("href") for tag, a in outline.tags if tag == "a"]
    assert {f"#{id}" for id in ids} <= set(links)
    assert "#questions" not in links


def test_headings_never_skip_a_level(outline: Outline) -> None:
    levels = [int(t[1]) for t, _ in outline.tags if re.fullmatch(r"h[1-6]", t)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_ids_are_unique(outline: Outline) -> None:
    ids = [a["id"] for _, a in outline.tags if a.get("id")]
    assert len(ids) == len(set(ids))


def test_hostile_text_stays_text(page: str, outline: Outline, hostile: str) -> None:
    assert "<script>alert" not in page
    assert "img" not in {tag for tag, _ in outline.tags}
    assert "onerror" not in {name for _, a in outline.tags for name in a}
    # it is shown as it was written, templates in it are not carried out
    assert "".join(outline.text).count(hostile) >= 4
    assert "javascript:" not in {(a.get("href") or "")[:11] for _, a in outline.tags}


def test_nothing_is_loaded_from_anywhere(outline: Outline) -> None:
    loading = {"src", "srcset", "data", "poster", "action", "background"}
    for tag, attributes in outline.tags:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base")
        assert not loading & set(attributes), (tag, attributes)
    css = [t for t, _ in outline.tags if t == "style"]
    assert len(css) == 1


def test_the_policy_allows_these_scripts_and_nothing_else(page: str, outline: Outline) -> None:
    (policy,) = (
        str(a["content"])
        for t, a in outline.tags
        if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(scripts) == 6
    for text in (*scripts, *style):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_data_blocks_are_json_with_quantiles_only(page: str) -> None:
    blocks = re.findall(r'<script type="application/json" id="(.*?)">(.*?)</script>', page, re.S)
    data = {name: json.loads(text) for name, text in blocks}
    assert set(data) == {"chart-data", "graph-data"}
    charts = data["chart-data"]["charts"]
    assert set(charts) >= {"obs-events", "obs-deaths", "obs-strength", "el-anger"}
    assert all(len(c["q"]) == 5 for c in charts.values() if "q" in c)
    # charts of the same form share one specification
    specs = [json.dumps(s) for s in data["chart-data"]["specs"]]
    assert len(set(specs)) == len(specs)
    assert {c["spec"] for c in charts.values()} == set(range(len(specs)))


def test_the_page_is_small(page: str) -> None:
    assert len(page.encode()) < 4_000_000


def test_the_status_is_said_in_headline_contents_and_captions(
    page: str, make_run: Callable[..., ReportInput]
) -> None:
    words = "not fitted: prior predictive"
    assert page.lower().count(words) >= 6
    fitted = render_report(make_run(fitted=True))
    assert words not in fitted.lower()
    assert "Posterior, middle 90%" in fitted


def test_every_chart_has_a_text_and_a_table(outline: Outline) -> None:
    charts = [a for _, a in outline.tags if a.get("data-chart")]
    tables = {a["data-table"] for _, a in outline.tags if a.get("data-table")}
    assert all(a.get("role") == "img" and a.get("aria-label") for a in charts)
    assert {a["data-chart"] for a in charts} - tables == {"timeline-strip"}


def test_provenance_is_shown_whole(outline: Outline) -> None:
    text = " ".join(outline.text)
    assert "rivalry 0.0" in text
    assert "1.25 s" in text
    assert "0" * 64 in text
    assert "CC BY 4.0" in text


def test_two_renderings_are_the_same(run: ReportInput, page: str) -> None:
    assert render_report(run) == page


def test_a_case_without_evidence_loops_or_data_renders(run: ReportInput) -> None:
    case = replace(  # type: ignore[type-var]
        run.case,
        ledger=Ledger(),
        coverage=Coverage(),
        spec=run.case.spec.model_copy(
            update={"loops": {}, "shocks": {}, "bindings": {}, "outside": {}, "actors": {}}
        ),
        warnings=(),
        report={},
    )
    bare = replace(
        run,
        case=case,
        graph=nx.DiGraph(),
        observed=xr.Dataset(coords=run.observed.coords),
        ensemble=run.ensemble[["anger"]],
        provenance={},
    )
    text = render_report(bare)
    assert "no ledger" in text
    assert "names no feedback loops" in text
    assert "simulated no observed series" in text


def test_writing_is_whole_or_not_at_all(
    run: ReportInput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out" / "report.html"
    assert write_report(run, target) == target
    assert target.read_text(encoding="utf-8").endswith("</html>")
    before = target.read_bytes()
    broken = replace(run, case=replace(run.case, report={"headline": ["nonsense"]}))  # type: ignore[type-var]
    with pytest.raises(RivalryError):
        write_report(broken, target)
    assert target.read_bytes() == before
    assert [p.name for p in target.parent.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ({"headline": ["nonsense"]}, "R0953"),
        ({"levels": ["nonsense"]}, "R0953"),
        ({"map": {"scene": ["Atlantis"]}}, "R0953"),
        ({"map": {"extent": [90, 10, 40, 50]}}, "R0952"),
        ({"map": {"extent": "here"}}, "R0952"),
    ],
)
def test_impossible_options_are_coded_errors(
    make_run: Callable[..., ReportInput], report: dict[str, object], code: str
) -> None:
    with pytest.raises(RivalryError) as caught:
        render_report(make_run(report=report))
    assert [p.code for p in caught.value.problems] == [code]
    assert code_entry(code) is not None


@pytest.mark.parametrize("size", [{"draw": 0}, {"month": 0}])
def test_an_empty_ensemble_is_a_coded_error(run: ReportInput, size: dict[str, int]) -> None:
    with pytest.raises(RivalryError, match="R0951"):
        replace(run, ensemble=run.ensemble.isel({k: slice(0, v) for k, v in size.items()}))


def test_an_ensemble_without_draws_is_a_coded_error(run: ReportInput) -> None:
    with pytest.raises(RivalryError, match="no dimension draw"):
        replace(run, ensemble=run.ensemble.mean("draw"))
