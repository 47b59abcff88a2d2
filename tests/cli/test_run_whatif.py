"""What-ifs, verdicts and loops in ``rivalry run``: files, record, and when one fails."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from rivalry.cases import load_case
from rivalry.cli._run_whatif import CLAIM_DRAWS, add_whatif, read_checks, write_claims
from rivalry.foundation import RivalryError

GOOD = Path(__file__).parents[1] / "cases" / "good"
CHECKS = (
    "checks: 1\nrows:\n  W1: {says: Deaths in 2015, figure: {file: data/deaths.csv, "
    "column: deaths, take: sum, from: 2015, until: 2015}, holds: '>', than: 0, source: UCDP}\n"
)


@pytest.fixture
def case(tmp_path):
    """The small case, with rows to be held against figures."""
    folder = Path(shutil.copytree(GOOD, tmp_path / "good"))
    (folder / "checks.yaml").write_text(CHECKS, encoding="utf-8")
    return folder


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream) if row["section"] == "claims"}


def test_a_run_answers_and_leaves_the_table_that_claims_leaves(call, case, tmp_path):
    done = call("run", case, "--draws", 40, "--seed", 3, "--out", tmp_path / "run", "--json")
    assert done.code == 0, done.out + done.err
    folder = Path(done.json()["folder"])
    facts = json.loads((folder / "run.json").read_text())["whatif"]
    assert facts == done.json()["whatif"]
    assert (facts["scenarios"], facts["scenario_draws"]) == (["relax"], 40)
    assert facts["verdicts"] == {"assumed": 2, "undecided": 1, "outside": 1, "checked": 1}
    assert facts["loops_of"] == ["fighters[a]"]
    done = call("claims", case, "--draws", 40, "--seed", 3, "--out", tmp_path / "claims", "--json")
    assert done.code == 0, done.out + done.err
    own = (Path(done.json()["folder"]) / "claims.csv").read_text(encoding="utf-8")
    assert (folder / "claims.csv").read_text(encoding="utf-8") == own
    page = (folder / "report.html").read_text(encoding="utf-8")
    for id in ("whatif", "claims", "loops", "claim-C01", "claim-W1"):
        assert f'id="{id}"' in page
    assert 'id="fragile"' not in page


def test_few_draws_are_made_enough_for_verdicts_and_many_are_cut(case):
    loaded = load_case(case)
    for draws, wanted in ((5, 20), (5000, CLAIM_DRAWS)):
        what = read_checks(loaded)
        add_whatif(what, loaded, None, draws=draws, seed=1, threads=1)
        assert what.claim_draws == wanted
        assert what.warnings == []


def test_a_case_without_claims_leaves_an_empty_table(tmp_path):
    loaded = load_case("two_groups")
    assert not loaded.ledger.claims
    what = read_checks(loaded)
    add_whatif(what, loaded, None, draws=20, seed=1, threads=1)
    assert what.facts()["verdicts"] == {}
    given = what.for_report()
    assert (given.claims, given.checks, given.claim_draws) == ((), (), 0)
    assert (given.contrasts is None) == (not loaded.model.scenarios)
    assert (given.loops == ()) == (not loaded.spec.loops)
    write_claims(what, tmp_path / "claims.csv")
    text = (tmp_path / "claims.csv").read_text(encoding="utf-8")
    assert text.startswith("id,section,statement,")
    assert text.count("\n") == 1


def test_a_what_if_that_breaks_does_not_take_the_others_with_it(case, monkeypatch):
    import rivalry.whatif as whatif

    text = (
        (case / "case.yaml")
        .read_text()
        .replace("scenarios:\n", "scenarios:\n  worse: {from: 2016-01, set: {target: 0.1}}\n")
    )
    (case / "case.yaml").write_text(text)
    loaded = load_case(case)
    whole = whatif.contrast

    def breaks(model, names, *args, **more):
        if "worse" in names:
            from rivalry.foundation import Problem

            raise RivalryError(Problem("R0801", "under worse: it broke", "Mend it."))
        return whole(model, names, *args, **more)

    monkeypatch.setattr(whatif, "contrast", breaks)
    what = read_checks(loaded)
    add_whatif(what, loaded, None, draws=20, seed=1, threads=1)
    assert [w.code for w in what.warnings] == ["R1065"]
    assert "the what-if worse: R0801" in what.warnings[0].message
    assert what.contrasts is not None
    assert [c.what.name for c in what.contrasts] == ["relax"]
    assert what.claims


def test_verdicts_that_cannot_be_computed_are_left_out_with_a_warning(case, monkeypatch, tmp_path):
    import rivalry.whatif as whatif
    from rivalry.foundation import Problem

    def breaks(*_args, **_more):
        raise RivalryError(Problem("R0803", "it broke", "Mend it."))

    monkeypatch.setattr(whatif, "judge_claims", breaks)
    what = read_checks(load_case(case))
    add_whatif(what, load_case(case), None, draws=20, seed=1, threads=1)
    assert [(w.code, w.severity) for w in what.warnings] == [("R1065", "warning")]
    assert what.claims == []
    assert what.contrasts is not None
    # figures were read all the same
    write_claims(what, tmp_path / "claims.csv")
    assert "borne out" in (tmp_path / "claims.csv").read_text()


def test_faulty_checks_stop_a_run_before_any_work(call, case, tmp_path):
    (case / "checks.yaml").write_text("checks: 1\nrows:\n  W9: {says: x}\n", encoding="utf-8")
    done = call("run", case, "--draws", 5, "--out", tmp_path / "out", "--json")
    assert done.code == 1
    assert {p["code"] for p in done.json()["problems"]} == {"R1121"}
    assert not (tmp_path / "out").exists()


def test_what_is_checked_is_part_of_what_made_a_case_but_not_of_its_posterior(case):
    from rivalry.inference import case_digest, data_digest

    before = load_case(case)
    assert "checks.yaml" in before.hashes
    (case / "checks.yaml").write_text(CHECKS.replace("than: 0", "than: 1"), encoding="utf-8")
    after = load_case(case)
    assert before.hashes["checks.yaml"] != after.hashes["checks.yaml"]
    assert before.digest != after.digest
    assert case_digest(before.model) == case_digest(after.model)
    assert data_digest(before.model) == data_digest(after.model)
    (case / "checks.yaml").unlink()
    assert "checks.yaml" not in load_case(case).hashes


def test_a_list_of_fragility_beside_the_case_is_shown(case):
    from rivalry.report import FragileLike
    from rivalry.whatif import FRAGILITY_FILE, FragileRow, fragile_text, fragility_mark

    row: FragileLike = FragileRow(
        "C01", "mood -> more of recruitment", "assumed", "verdict", "appeal", "Appeal", "1/month",
        "assumed", 0.01, 0.02, 2.3, None, "undecided", 0.95, 0.6, 1, "C01 would fall.",
    )  # fmt: skip
    file = case / FRAGILITY_FILE
    file.write_text(fragile_text([row], fragility_mark(load_case(case))), encoding="utf-8")
    what = read_checks(load_case(case))
    assert what.fragile == (row,)
    assert what.facts()["fragile"] == 1
    file.write_text(fragile_text([row], "of another case"), encoding="utf-8")
    what = read_checks(load_case(case))
    assert what.fragile == ()
    assert [(w.code, w.severity) for w in what.warnings] == [("R1174", "warning")]
    file.write_text("no,list\n", encoding="utf-8")
    with pytest.raises(RivalryError) as caught:
        read_checks(load_case(case))
    assert caught.value.problems[0].code == "R1172"
