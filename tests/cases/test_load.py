"""Reading a sound case."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from rivalry.cases import bundled, find_case, load_case
from rivalry.foundation import RivalryError, load_yaml
from rivalry.model import ModelData, build_model
from rivalry.model.spec import ModelSpec


def warnings(case) -> list[str]:
    return [p.code for p in case.warnings]


def test_folder_and_file_give_the_same_case(good):
    by_folder, by_file = load_case(good), load_case(str(good / "case.yaml"))
    assert by_folder.name == by_file.name == "good"
    assert by_folder.digest == by_file.digest
    assert by_folder.model.structure_hash == by_file.model.structure_hash


def test_parts(good):
    case = load_case(good)
    assert case.title == "Two groups"
    assert case.folder == good
    assert [c.id for c in case.ledger.claims] == ["C01", "C02", "C03", "C04"]
    assert case.report.headline == ["deaths_seen"]
    assert case.report.map is not None
    assert case.report.map.extent == (60, 29, 75, 39)


def test_input_reaches_the_model_interpolated(good):
    model = load_case(good).model
    troops = next(i for i in model.inputs if i.name == "troops").values
    # 1000 in 2014-12 and 3000 in 2015-06: six months, so 2015-03 is half way
    assert troops[2] == pytest.approx(2000)
    assert troops[5] == pytest.approx(3000)
    assert troops[-1] == pytest.approx(500)


def test_observations_reach_the_model(good):
    seen = {o.name: o for o in load_case(good).model.observations}
    deaths = seen["deaths_seen"].data
    assert deaths[0] == 3
    assert np.isnan(deaths[6])  # the empty cell of July 2015
    strength = seen["strength"]
    assert strength.high is not None
    assert (strength.data[5], strength.high[5]) == (200, 400)
    assert strength.data[17] == 300
    assert np.isnan(strength.high[17])  # "at least 300"


def test_from_and_until_cut_an_observation(changed):
    folder = changed(("column: deaths,", "column: deaths, from: 2015-02, until: 2015-04,"))
    deaths = next(o for o in load_case(folder).model.observations if o.name == "deaths_seen").data
    assert np.flatnonzero(np.isfinite(deaths)).tolist() == [1, 2]


def test_scale_of_an_input_is_applied_once(changed):
    folder = changed(("between: linear}", "between: linear, scale: 2}"))
    model = load_case(folder).model
    troops = next(i for i in model.inputs if i.name == "troops").values
    assert troops[5] == pytest.approx(6000)


def test_coverage(good):
    cover = load_case(good).coverage
    assert cover.complete
    assert {id: cover.status(id) for id in cover.section} == {
        "C01": "bound",
        "C02": "bound",
        "C03": "bound",
        "C04": "outside",
        "L1": "bound",
        "W1": "bound",
        "O1": "bound",
    }
    assert cover.bound["C02"] == ("effort",)
    assert cover.bound["C01"] == ("recruitment", "mood", "fighters")


def test_an_expectation_alone_binds_nothing(changed):
    folder = changed(
        (", claims: C01}\n  killed", "}\n  killed"),
        ('  C01: {path: [mood, recruitment, fighters], sign: "+"}\n', ""),
    )
    case = load_case(folder)
    assert case.coverage.missing == ("C01",)
    assert "R0723" in warnings(case)


def test_elements_without_evidence_are_assumptions(good):
    case = load_case(good)
    assert "stocks.pool" not in case.assumptions  # names a source
    assert "auxiliaries.effort" not in case.assumptions  # names a claim
    assert "levels.mood" not in case.assumptions  # on the path of a binding
    assert "shocks.raid" not in case.assumptions  # carries a binding
    assert "stocks.prisoners" in case.assumptions
    assert set(case.assumptions) < set(case.elements)
    assert "R0216" in warnings(case)


def test_unchecked_loading_warns_of_nothing(good):
    assert load_case(good, check=False).warnings == ()


def test_hashes_cover_every_file(good):
    case = load_case(good)
    assert set(case.hashes) == {
        "case.yaml",
        "ledger.yaml",
        "data/troops.csv",
        "data/deaths.csv",
        "data/strength.csv",
    }
    for name, value in case.hashes.items():
        assert hashlib.sha256((good / name).read_bytes()).hexdigest() == value


@pytest.mark.parametrize("name", ["case.yaml", "ledger.yaml", "data/troops.csv"])
def test_digest_changes_with_any_file(good, name):
    before = load_case(good).digest
    with (good / name).open("a") as stream:
        stream.write("\n")
    assert load_case(good).digest != before


def test_moving_the_case_changes_nothing(good):
    before = load_case(good)
    after = load_case(good.rename(good.parent / "elsewhere"))
    assert after.name == "elsewhere"
    assert after.digest == before.digest


def test_table_beside_the_case(changed):
    folder = changed(("data/troops.csv", "../common/troops.csv"))
    (folder.parent / "common").mkdir()
    (folder / "data" / "troops.csv").rename(folder.parent / "common" / "troops.csv")
    assert "../common/troops.csv" in load_case(folder).hashes


def test_sign_that_depends_on_the_state_is_a_warning(changed):
    folder = changed(
        (
            'contact: "fighters[a] * fighters[b]',
            'contact: "max(0, 1 + sin(9 * fighters[a] / reference))',
        ),
        ("/ max(1, fighters[a] + fighters[b])", "* reference / 1"),
    )
    found = load_case(folder)
    assert "R0223" in warnings(found)


def test_empty_sections_are_allowed(good):
    file = good / "case.yaml"
    text = file.read_text()
    file.write_text(text + "lookups:\nnoise:\n")
    assert load_case(good).model.noise == ()


def test_a_case_without_a_ledger(tmp_path):
    (tmp_path / "case.yaml").write_text(
        "rivalry: 1\ntitle: Small\ntime: {start: 2015-01, end: 2015-12}\n"
        "stocks: {people: {initial: 10, source: Smith 2001}}\n"
    )
    case = load_case(tmp_path)
    assert case.coverage.complete
    assert case.assumptions == ()


def test_yaml_and_python_objects_give_the_same_model(good):
    data = load_yaml(good / "case.yaml").data
    for key in ("ledger", "report"):
        del data[key]
    case = load_case(good)
    by_hand = build_model(
        ModelSpec.from_data(data),
        ModelData(
            inputs={
                "troops": dict(
                    zip(
                        case.model.months,
                        next(i for i in case.model.inputs if i.name == "troops").values,
                        strict=True,
                    )
                )
            }
        ),
    )
    assert by_hand.structure_hash == case.model.structure_hash


def test_bundled_names_resolve():
    assert "afghanistan" in bundled()
    for name in bundled():
        assert find_case(name)[0] == name
        assert find_case(name)[1].is_file()


def test_bundled_name_wins_over_a_folder_and_says_so(good, monkeypatch):
    name = bundled()[0]
    monkeypatch.chdir(good.parent)
    good.rename(good.parent / name)
    assert find_case(name)[1].parent != Path(name)
    assert find_case(f"./{name}")[1] == Path(name) / "case.yaml"


def test_unknown_name_suggests_a_bundled_one():
    with pytest.raises(RivalryError, match="Did you mean 'afghanistan'"):
        load_case("afganistan")
