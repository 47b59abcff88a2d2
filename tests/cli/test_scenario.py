"""``rivalry scenario``: files, JSON, page, and every way of asking for something that cannot be."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

SMALL = Path(__file__).parents[1] / "whatif"


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
    done = call(
        "scenario", rivals, "harden", "harden+aid_now", "--horizon", 6, "--draws", 40, "--out",
        tmp_path / "out", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    answer = done.json()
    folder = Path(answer["folder"])
    assert {p.name for p in folder.iterdir()} == {
        "contrasts.csv", "summary.csv", "scenario.html", "run.json",
    }  # fmt: skip
    assert [s["name"] for s in answer["scenarios"]] == ["harden", "harden+aid_now"]
    monthly = rows(folder / "contrasts.csv")
    anger = [r for r in monthly if (r["scenario"], r["output"]) == ("harden", "anger")]
    assert [r["month"] for r in anger] == [f"2016-{m:02d}" for m in range(1, 7)]
    assert {r["p_up"] for r in anger} == {"1"}
    summary = {(r["scenario"], r["output"]): r for r in rows(folder / "summary.csv")}
    effects = {e["name"]: e for e in answer["scenarios"][0]["effects"]}
    told = effects["anger"]["spread"]["median"]
    assert float(summary["harden", "anger"]["median"]) == pytest.approx(told, rel=1e-4)
    assert "in 100 of 100 draws" in effects["anger"]["words"]
    facts = json.loads((folder / "run.json").read_text())
    assert facts["parameters_from"] == "prior"
    assert facts["scenarios"][1]["changes"][1]["set"] == {"relief": 0.5}


def test_the_page_is_whole_and_every_chart_has_words(call, rivals, tmp_path):
    done = call("scenario", rivals, "harden", "--draws", 20, "--out", tmp_path / "out", "-q")
    assert done.code == 0, done.err
    page = (Path(done.out.strip()) / "scenario.html").read_text()
    images = re.findall(r"<img [^>]*>", page)
    assert images
    assert all(re.search(r'alt="Change of [^"]+ draws', i) for i in images)
    # nothing is fetched: no address but that of the SVG vocabulary
    assert not re.search(r'(src|href)="(?!data:|#)', page)


def test_sums_have_the_words_of_sums(call, rivals, tmp_path):
    done = call("scenario", rivals, "harden", "--draws", 20, "--out", tmp_path / "out", "--json",
                "--horizon", 6)  # fmt: skip
    assert done.code == 0, done.err
    effects = done.json()["scenarios"][0]["effects"]
    summed = [e for e in effects if e["how"] == "sum"]
    assert summed
    assert not [e for e in summed if e["unit"].endswith("/month")]
    page = (Path(done.json()["folder"]) / "scenario.html").read_text()
    assert "<td>added up</td>" in page


def test_labels_and_figures_are_for_people():
    from rivalry.cases import load_case
    from rivalry.whatif import signed
    from rivalry.whatif._outputs import label, unit

    model = load_case("afghanistan").model
    assert label(model, "y:deaths") == "Deaths a month"
    assert label(model, "y:deaths", "sum") == "Deaths"
    assert label(model, "fighters[iskp]") == "Fighters: Islamic State Khorasan"
    assert unit(model, "recruit_iskp") == "people/month"
    assert unit(model, "recruit_iskp", "sum") == "people"
    assert [signed(v) for v in (0.000857, 9.77e-05, -3.65e-06, 0.00496, 1234.5, 0.0)] == [
        "+0.0009", "+0.0001", "-0.000004", "+0.00496", "+1,234", "0",
    ]  # fmt: skip


def test_counts_that_stay_at_zero_are_drawn_as_running_sums():
    """Of 4 draws one has an event in each month, another in each: the middle of months stays 0."""
    import base64

    import numpy as np

    from rivalry.cli._scenario_page import _figure
    from rivalry.foundation import Month
    from rivalry.whatif import Contrast, Effect, WhatIf, spread_of

    change = np.zeros((4, 4, 2))
    for month in range(4):
        change[month, month, 0] = 1.0
    change[:, :, 1] = 1.0
    nothing = np.zeros_like(change)
    made = Contrast(WhatIf("w", "W"), Month.parse("2025-01"), ("y:e", "y:f"), nothing, change, None)

    def drawn(name):
        spread = spread_of(made.total(name, "sum"))
        e = Effect(name, "Events", "events", "observation", "sum", 0.0, spread, 1.0)
        text = _figure(made, e, "Words.")
        svg = base64.b64decode(re.search(r"base64,([^\"]+)", text)[1]).decode()
        return text, svg

    rare, svg = drawn("y:e")
    assert "running sum" in svg
    assert "added up month by month" in rare
    assert "the median stays 0" in rare
    assert ">1</text>" in svg  # each draw has one event at the end
    steady, svg = drawn("y:f")
    assert "running sum" not in svg
    assert "Events a month" in svg
    assert "by month, 2025-01 to 2025-04" in steady


def test_a_what_if_may_be_made_up(call, rivals, tmp_path):
    done = call(
        "scenario", rivals, "--set", "aid=0.5", "--fire", "escape@2016-03", "--without", "release",
        "--draws", 20, "--outputs", "blue,deaths_seen", "--horizon", 20, "--json",
        "--out", tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    found = done.json()["scenarios"][0]
    # the release left out was to be in 2015-03, where the comparison begins
    assert found["from"] == "2015-03"
    assert [e["name"] for e in found["effects"]] == ["blue", "y:deaths_seen"]


def test_all_scenarios_and_another_beginning(call, rivals, tmp_path):
    done = call("scenario", rivals, "--all", "--draws", 10, "--out", tmp_path, "--json",
                "--horizon", 3, "--outputs", "red")  # fmt: skip
    assert done.code == 0, done.err
    assert len(done.json()["scenarios"]) == 6
    done = call("scenario", rivals, "harden", "--from", "2014-05", "--draws", 10, "--out",
                tmp_path, "--json", "--outputs", "red")  # fmt: skip
    assert done.json()["scenarios"][0]["from"] == "2014-05"


def test_a_horizon_may_pass_the_end_of_the_case(call, rivals, tmp_path):
    done = call("scenario", rivals, "harden", "--horizon", 36, "--draws", 10, "--out", tmp_path,
                "--json", "--outputs", "anger")  # fmt: skip
    assert done.code == 0, done.err
    assert done.json()["scenarios"][0]["until"] == "2018-12"
    # the data end with 2015 and the case with 2016
    assert [w["code"] for w in done.json()["warnings"]].count("R1112") == 1


def test_months_far_beyond_the_data_are_warned_of(call, rivals, tmp_path):
    asked = ("scenario", rivals, "harden", "--draws", 10, "--out", tmp_path, "--outputs", "anger")
    near = call(*asked, "--horizon", 6)
    assert "R1112" not in near.err
    far = call(*asked, "--horizon", 120)
    assert far.code == 0, far.err
    assert "warning: R1112" in far.err
    assert "harden is compared until 2025-12" in far.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["hardn"], "R0805"),
        ([], "R1110"),
        (["--set", "hardnes=1"], "R1101"),
        (["--set", "hardness=high"], "R1102"),
        (["--fire", "escape"], "R1102"),
        (["--set", "hardness=2"], "R1106"),
        (["--set", "escape=1"], "R1107"),
        (["--fire", "hardness@2016-01"], "R1107"),
        (["--set", "hardness=1@2001-01"], "R1103"),
        (["--fire", "escape@2001-01"], "R1103"),
        (["harden", "--from", "someday"], "R1102"),
        (["harden", "--from", "1999-01"], "R1103"),
        (["harden", "--from", "2099-01"], "R1112"),
        (["harden", "--set", "hardness=0.1"], "R1105"),
        (["harden+soften"], "R1105"),
        (["escape_now", "--without", "jailbreak"], "R1105"),
        (["harden", "--set", "aid=1@2040-01"], "R1108"),
        (["harden", "--outputs", "angr"], "R0807"),
        (["--set", "noise_level=1000", "--horizon", "120"], "R0803"),
        (["harden", "--posterior", "nothing.nc"], "R0101"),
        (["harden", "--posterior", "nothing.nc", "--prior"], "R0829"),
    ],
)
def test_what_cannot_be_asked_is_told_by_code(call, rivals, tmp_path, words, code):
    done = call("scenario", rivals, *words, "--draws", 10, "--out", tmp_path / "out")
    assert done.code in (1, 2)
    assert f"error: {code}" in done.err or f": {code} " in done.err, done.err
    assert "unexpected" not in done.err
    assert not (tmp_path / "out").exists()


def test_a_what_if_that_runs_away_is_warned_of(call, rivals, tmp_path):
    done = call("scenario", rivals, "--set", "noise_level=2", "--draws", 10, "--out", tmp_path)
    assert done.code == 0
    assert "warning: R1109" in done.err


def test_a_change_before_any_data_is_warned_of(call, rivals, tmp_path):
    table = (rivals / "deaths.csv").read_text().splitlines()
    (rivals / "deaths.csv").write_text("\n".join([table[0], *table[13:]]) + "\n")
    done = call("scenario", rivals, "--set", "hardness=1@2013-02", "--draws", 10, "--out", tmp_path)
    assert done.code == 0, done.err
    assert "warning: R1104" in done.err
    assert "2014-01" in done.err


def test_a_fitted_case_goes_on_from_its_states(call, open_two_groups, short_fit, tmp_path):
    """The fit of the fixture keeps states at the end of its data."""
    fitted = ("scenario", open_two_groups, "--posterior", short_fit, "--draws", 20, "--json",
              "--out", tmp_path)  # fmt: skip
    later = ("--set", "appeal_of_b=0@2023-01", "--horizon", 72)
    assert call(*fitted, "quiet_recruiters", *later).code == 2  # one scales what the other sets
    done = call(*fitted, "--set", "appeal_of_b=0", "--outputs", "b")
    assert done.code == 0, done.err
    found = done.json()["scenarios"][0]
    assert found["goes_on_from"] == "2022-12"
    assert found["from"] == "2023-01"
    assert found["effects"][0]["spread"]["p_down"] == 1.0
