"""``rivalry sensitivity``: files, pages, and every way of asking for something that cannot be."""

from __future__ import annotations

import csv
import json
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

SMALL = Path(__file__).parents[1] / "whatif"
QUICK = ("--points", 32, "--trajectories", 3)


@pytest.fixture
def rivals(tmp_path):
    folder = tmp_path / "rivals"
    folder.mkdir()
    shutil.copy(SMALL / "rivals.yaml", folder / "case.yaml")
    shutil.copy(SMALL / "rivals_ledger.yaml", folder / "ledger.yaml")
    rows = [f"{2013 + i // 12}-{i % 12 + 1:02d},{100 + 7 * (i % 5)}" for i in range(36)]
    (folder / "deaths.csv").write_text("month,deaths\n" + "\n".join(rows) + "\n")
    return folder


def rows(path):
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_files_and_json_say_the_same(call, rivals, tmp_path):
    done = call("sensitivity", rivals, "--of", "anger,deaths_seen", *QUICK, "--json", "--out",
                tmp_path / "out", "--horizon", 12)  # fmt: skip
    assert done.code == 0, done.err
    answer = done.json()
    folder = Path(answer["folder"])
    assert {p.name for p in folder.iterdir()} == {
        "screening.csv", "shares.csv", "tornado.csv", "sensitivity.html", "run.json",
    }  # fmt: skip
    assert [o["name"] for o in answer["outputs"]] == ["anger", "y:deaths_seen"]
    # the window ends with the data
    assert (answer["from"], answer["months"]) == ("2015-01", 12)
    shares = {(r["output"], r["factor"]): r for r in rows(folder / "shares.csv")}
    for o in answer["outputs"]:
        for i in o["indices"]:
            told = float(shares[o["name"], i["factor"]]["total"])
            assert told == pytest.approx(i["total"], rel=1e-4, abs=1e-9)
    deaths = {i["factor"]: i["total"] for i in answer["outputs"][1]["indices"]}
    assert deaths["kill"] > deaths["appeal"]
    assert json.loads((folder / "run.json").read_text())["parameters_from"] == "prior"


def test_the_page_is_whole_and_its_charts_have_words(call, rivals, tmp_path):
    done = call("sensitivity", rivals, *QUICK, "--out", tmp_path / "out", "--threads", 1)
    assert done.code == 0, done.err
    assert "chance" in done.out
    page = (Path(done.out.strip().splitlines()[-1]) / "sensitivity.html").read_text()
    images = re.findall(r"<img [^>]*>", page)
    assert len(images) == 4  # tornado and shares of each headline
    assert all(re.search(r'alt="(Tornado|Shares) of [^"]{40,}"', i) for i in images)
    assert not re.search(r'<script|(src|href)="(?!data:|#)', page)


def test_axes_of_shares_have_every_tick_and_end_on_one():
    from rivalry.cli._sensitivity_chart import share, share_ticks

    assert share_ticks(0.2) == pytest.approx([0, 0.05, 0.1, 0.15, 0.2])
    assert share_ticks(0.64) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    for most in (0.21, 0.3, 0.301, 0.5, 0.99, 1.0, 1.27, 5):
        ticks = share_ticks(most)
        assert ticks[0] == 0
        assert ticks[-2] < most <= ticks[-1] + 1e-9
        assert 3 <= len(ticks) <= 7
    # what no share can be is shown as nothing, everywhere
    assert (share(-0.05), share(-0.05, 1), share(0.123, 1)) == ("0%", "0.0%", "12.3%")


def test_the_chart_has_its_ticks_and_no_share_below_zero(call, rivals, tmp_path):
    import base64

    done = call("sensitivity", rivals, *QUICK, "--out", tmp_path / "out", "--threads", 1)
    assert done.code == 0, done.err
    folder = Path(done.out.strip().splitlines()[-1])
    raw = [float(r["first_low"]) for r in rows(folder / "shares.csv")]
    assert min(raw) < 0  # else the page has nothing to hide
    page = (folder / "sensitivity.html").read_text()
    assert not re.search(r"[-\u2212]\d+(\.\d+)?%", page)
    assert "they are shown as 0" in page
    images = [base64.b64decode(i).decode() for i in re.findall(r"base64,([^\"]+)", page)]
    for svg in (i for i in images if "share of variance" in i):
        ticks = [int(t) for t in re.findall(r">(\d+)%</text>", svg)]
        steps = {b - a for a, b in pairwise(ticks)}
        assert ticks[0] == 0
        assert len(steps) == 1
        assert len(ticks) >= 3


def test_warnings_name_outputs_by_their_labels():
    from types import SimpleNamespace

    from rivalry.whatif._sensitivity_faults import warnings_of

    still = SimpleNamespace(name="y:non_state_events", label="Non-state events", sd=0, mean=3.0)
    (found,) = warnings_of([still], 0.0)
    assert found.message == "Non-state events (y:non_state_events) is 3 in every run"


def test_a_contrast_may_be_looked_at(call, rivals, tmp_path):
    done = call("sensitivity", rivals, "--of", "anger", "--scenario", "harden", "--horizon", 6,
                *QUICK, "--json", "--out", tmp_path / "out")  # fmt: skip
    assert done.code == 0, done.err
    answer = done.json()
    assert (answer["scenario"], answer["from"]) == ("harden", "2016-01")
    # what harder rule does to anger follows from fixed numbers alone
    assert answer["outputs"][0]["sd"] == pytest.approx(0, abs=1e-9)
    assert answer["outputs"][0]["mean"] > 0


def test_claims_have_a_list_a_page_and_a_file_beside_the_case(call, rivals, tmp_path):
    from rivalry.whatif import read_fragile

    done = call("sensitivity", rivals, "--claims", "--draws", 20, "--keep", "--out",
                tmp_path / "out", "--threads", 1)  # fmt: skip
    assert done.code == 0, done.err
    assert "conclusions would be overturned" in done.out
    folder = Path(done.out.strip().splitlines()[-1])
    assert {p.name for p in folder.iterdir()} == {"fragility.csv", "fragility.html", "run.json"}
    kept = read_fragile(rivals / "fragility.csv")
    assert kept == read_fragile(folder / "fragility.csv")
    assert "C1" in {r.claim for r in kept}
    page = (folder / "fragility.html").read_text()
    assert "What would overturn a conclusion" in page
    assert not re.search(r'<script|(src|href)="(?!data:|#)', page)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--of", "angr"], "R0807"),
        (["--of", ","], "R1161"),
        (["--scenario", "hardn"], "R0805"),
        (["--from", "someday"], "R1102"),
        (["--from", "2030-01"], "R1163"),
        (["--from", "1999-01"], "R1163"),
        (["--points", "100"], "R1164"),
        (["--scenario", "harden", "--log"], "R1167"),
        (["--only", "C1"], "R1168"),
        (["--keep"], "R1168"),
        (["--claims", "--of", "anger"], "R1168"),
        (["--claims", "--log"], "R1168"),
        (["--claims", "--only", "C77", "--draws", "20"], "R1169"),
        (["--others", "fixed"], "R0904"),
    ],
)
def test_what_cannot_be_asked_is_told_by_code(call, rivals, tmp_path, words, code):
    done = call("sensitivity", rivals, *words, "--out", tmp_path / "out")
    assert done.code == 2
    assert f"error: {code}" in done.err, done.err
    assert not (tmp_path / "out").exists()


def test_a_logarithm_of_what_falls_below_zero_is_refused(call, tmp_path):
    (tmp_path / "case.yaml").write_text(
        "rivalry: 1\ntitle: Walk\ntime: {start: 2013-01, end: 2014-12, substeps: 1}\n"
        "levels: {x: {initial: 0, change: push, sd: 1}}\n"
        'parameters: {push: {prior: "normal(0, 1)", unit: 1/month}}\n'
    )
    done = call("sensitivity", tmp_path, "--of", "x", "--log", *QUICK, "--out", tmp_path / "out")
    assert done.code == 2
    assert "R1167" in done.err
    done = call("sensitivity", tmp_path, *QUICK, "--out", tmp_path / "out")
    assert "R1161" in done.err
