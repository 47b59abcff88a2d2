"""What the commands do with a sound case."""

from __future__ import annotations

import csv
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rivalry.cases import bundled
from rivalry.cli import _output
from rivalry.cli._say import progress
from rivalry.cli.simulate import split_names
from rivalry.foundation import RivalryError, atomic_write, read_text


def names(ensemble: xr.Dataset) -> set[str]:
    return {str(n) for n in ensemble.data_vars}


def test_check_for_people(call, good):
    done = call("check", good)
    assert done.code == 0
    assert "claims: 3 bound, 1 outside" in done.out
    assert "6 of 20 elements rest on claims or sources" in done.out
    assert "R0216" in done.err


@pytest.mark.parametrize("name", bundled())
def test_bundled_cases_are_sound(call, name):
    done = call("check", name, "--json")
    assert done.code == 0, done.out
    assert all(c["missing"] == 0 for c in done.json()["coverage"].values())


def test_check_quiet_says_no_warnings(call, good):
    assert call("check", good, "--quiet").err == ""


def test_check_for_machines(call, good):
    answer = call("check", good, "--json").json()
    assert answer["ok"] is True
    assert answer["months"] == 24
    assert answer["coverage"]["claims"] == {"bound": 3, "outside": 1, "missing": 0}
    assert answer["model"]["stocks"] == 4
    assert [w["code"] for w in answer["warnings"]] == ["R0216"]


def test_show_for_people(call, good):
    done = call("show", good)
    assert done.code == 0
    for text in ("fighters[a]", "lognormal(", "recruitment[b]", "Scenarios", "mood"):
        assert text in done.out
    assert re.search(r"^recruitment\[a\] +<- .*\+mood", done.out, re.MULTILINE)


def test_show_for_machines(call, good):
    answer = call("show", good, "--json").json()
    assert answer["counts"]["flows"] == len(answer["flows"]) == 5
    flow = next(f for f in answer["flows"] if f["name"] == "capture")
    assert (flow["from"], flow["to"], flow["kind"]) == ("fighters[a]", "prisoners", "hazard")
    assert {"cause": "mood", "effect": "recruitment[a]", "sign": "+"} in answer["dependencies"]
    assert {"cause": "killed[a]", "effect": "mood", "sign": "-"} in answer["dependencies"]


def test_show_says_what_shocks_and_scenarios_do(call, good):
    answer = call("show", good, "--json").json()
    shocks = {s["name"]: (s["when"], s["does"]) for s in answer["shocks"]}
    assert shocks["raid"] == ("2015-06", "prisoners -> fighters[b]: share 0.5")
    assert shocks["calm"] == ("2016-03 until 2016-06", "lethality x 0.5")
    assert answer["scenarios"][0]["does"] == "target = 0.9"


def test_show_dot(call, good):
    done = call("show", good, "--dot")
    assert done.out.startswith('digraph "Two groups" {')
    assert '"killed[a]" -> "fighters[a]" [label="-", style=dashed];' in done.out
    assert done.out.count("{") == done.out.count("}")


def test_show_element(call, good):
    done = call("show", good, "--element", "recruitment[a]")
    assert done.code == 0
    assert "appeal * mood" in done.out
    assert "C01: mood (+) recruitment [S1 P1]" in done.out
    answer = call("show", good, "--element", "recruitment", "--json").json()
    assert [e["element"] for e in answer] == ["recruitment[a]", "recruitment[b]"]
    assert "+mood" in answer[0]["causes"]
    assert "+fighters[a]" in answer[0]["effects"]
    assert answer[0]["line"] == 21


def test_show_unknown_element(call, good):
    done = call("show", good, "--element", "recruitmnt")
    assert done.code == 2
    assert "R0908" in done.err
    assert "Did you mean 'recruitment'" in done.err


def test_simulate_into_a_file(call, good, tmp_path):
    path = tmp_path / "x.nc"
    words = ("simulate", good, "--draws", 30, "--seed", 7, "--out", path)
    answer = call(*words, "--outputs", "fighters,killed[a],y:deaths_seen", "--json").json()
    assert answer["file"] == str(path)
    with xr.open_dataset(path) as ensemble:
        assert names(ensemble) == {
            "fighters[a]", "fighters[b]", "killed[a]", "y:deaths_seen", "parameters",
        }  # fmt: skip
        assert ensemble.sizes["draw"] == 30
        assert str(ensemble["month"].values[0])[:7] == "2015-01"
        last = ensemble["fighters[a]"].isel(month=-1).values
        assert answer["last_month"]["fighters[a]"]["mean"] == pytest.approx(last.mean())
        assert ensemble.attrs["seed"] == 7
        assert ensemble.attrs["case_digest"] == call("check", good, "--json").json()["digest"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["good", "x.nc"]


def test_same_seed_same_result_for_any_number_of_threads(call, good, tmp_path):
    found = []
    for i, words in enumerate((["--threads", 1], ["--threads", 2], ["--seed", 2])):
        path = tmp_path / f"{i}.nc"
        assert call("simulate", good, "--draws", 70, "--out", path, *words).code == 0
        with xr.open_dataset(path) as ensemble:
            found.append(ensemble["fighters[a]"].values)
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_simulate_scenario_changes_what_it_says(call, good, tmp_path):
    moods = []
    for words in ([], ["--scenario", "relax"]):
        path = tmp_path / f"{len(words)}.nc"
        assert call("simulate", good, "--draws", 40, "--out", path, *words).code == 0
        with xr.open_dataset(path) as ensemble:
            moods.append(ensemble["mood"].mean("draw").values)
    assert np.array_equal(moods[0][:12], moods[1][:12])  # it starts in 2016-01
    assert moods[1][-1] > moods[0][-1]


def test_simulate_into_a_folder(call, good, tmp_path):
    done = call("simulate", good, "--draws", 5, "--out", tmp_path / "out", "--quiet")
    assert done.err == ""
    path = Path(done.out.strip())
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{6}", path.parent.name)
    assert path.parent.parent == tmp_path / "out" / "good"
    facts = json.loads((path.parent / "run.json").read_text())
    assert (facts["seed"], facts["draws"], facts["fitted"]) == (1, 5, False)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["--scenario", "relaxed"], ["R0805"]),
        (["--outputs", "fightrs,mood,y:deaths"], ["R0807", "R0807"]),
        (["--outputs", "appeal"], ["R0807"]),
    ],
)
def test_simulate_refuses_unknown_names(call, good, tmp_path, words, codes):
    out = tmp_path / "out"
    done = call("simulate", good, *words, "--out", out, "--json")
    assert done.code == 2
    assert [p["code"] for p in done.json()["problems"]] == codes
    assert not out.exists()


def test_run_writes_report_tables_and_record(call, good, tmp_path):
    done = call("run", good, "--draws", 40, "--out", tmp_path / "out", "--json", "--seed", 3)
    assert done.code == 0
    answer = done.json()
    folder = Path(answer["folder"])
    assert sorted(p.name for p in folder.iterdir()) == [
        "claims.csv", "dyads.csv", "ensemble.nc", "forecast.csv", "forecast.parquet", "report.html",
        "run.json",
    ]  # fmt: skip
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "<html" in html
    assert "Two groups" in html

    facts = json.loads((folder / "run.json").read_text())
    assert facts["seed"] == 3
    assert set(facts["hashes"]) >= {"case.yaml", "ledger.yaml"}
    assert {"rivalry", "python", "numpy", "numba"} <= set(facts["versions"])
    assert set(facts["timings"]) >= {"load", "simulate", "report", "total"}

    with (folder / "claims.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    assert (rows["C01"]["verdict"], rows["C01"]["way"]) == ("assumed", "contrast")
    assert "appeal (not fitted)" in rows["C01"]["rests_on"]
    assert rows["C04"]["verdict"] == "outside"
    assert rows["C04"]["reason"] == "The article gives no mechanism for it."
    assert (rows["C02"]["mode"], rows["C02"]["verdict"]) == ("hedged", "undecided")
    assert set(rows) == {"C01", "C02", "C03", "C04", "W1", "O1"}

    with xr.open_dataset(folder / "ensemble.nc") as ensemble:
        assert {"fighters[a]", "killed[b]", "mood", "deaths", "y:strength"} <= names(ensemble)
        assert ensemble["fighters[a]"].dtype == np.float32
        assert (ensemble["fighters[a]"] >= 0).all()


def test_run_says_where_the_report_lies(call, good, tmp_path):
    done = call("run", good, "--draws", 5, "--out", tmp_path / "out", "--quiet")
    assert done.err == ""
    path = Path(done.out.strip().removeprefix("Report: "))
    assert path.is_absolute()
    assert path.is_file()


def test_run_that_fails_late_leaves_nothing(call, good, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rivalry.cli._record.write_ensemble", full)
    done = call("run", good, "--draws", 5, "--out", tmp_path / "out")
    assert done.code == 1
    assert "R0105" in done.err
    assert "No space left" in done.err
    assert not (tmp_path / "out").exists()


def test_out_that_cannot_be_written(call, good, tmp_path):
    (tmp_path / "file").write_text("x")
    done = call("run", good, "--draws", 5, "--out", tmp_path / "file")
    assert done.code == 1
    assert "R0105" in done.err
    assert (tmp_path / "file").read_text() == "x"


def test_simulate_does_not_replace_a_folder(call, good, tmp_path):
    (tmp_path / "x.nc").mkdir()
    done = call("simulate", good, "--draws", 5, "--out", tmp_path / "x.nc")
    assert done.code == 2
    assert "R0906" in done.err


def test_two_runs_in_the_same_second_do_not_meet(tmp_path, monkeypatch):
    class Frozen(_output.dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 1, 2, 3, 4, 5, tzinfo=tz)

    monkeypatch.setattr(_output.dt, "datetime", Frozen)
    for _ in range(3):
        with _output.new_folder(tmp_path, "x") as result:
            (result.draft / "a").write_text("1")
    assert sorted(p.name for p in (tmp_path / "x").iterdir()) == [
        "2026-01-02-030405",
        "2026-01-02-030405-2",
        "2026-01-02-030405-3",
    ]


def test_runs_that_end_together_name_their_own_folders(tmp_path, monkeypatch):
    """Both see the same free name while they work; each must say where it really lies."""

    class Frozen(_output.dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 1, 2, 3, 4, 5, tzinfo=tz)

    monkeypatch.setattr(_output.dt, "datetime", Frozen)
    meet = threading.Barrier(4)

    def work(number: int) -> tuple[int, Path]:
        with _output.new_folder(tmp_path, "x") as result:
            (result.draft / "a").write_text(str(number))
            meet.wait(timeout=30)
        return number, result.place

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(work, range(4)))
    assert len({place for _, place in found}) == 4
    assert all((place / "a").read_text() == str(number) for number, place in found)


def test_faults_never_show_the_temporary_name(tmp_path):
    def write() -> None:
        with _output.new_folder(tmp_path / "o", "x") as result:
            (result.draft / "plain").write_text("")
            with atomic_write(result.draft / "plain" / "report.html") as stream:
                stream.write("x")

    with pytest.raises(RivalryError) as caught:
        write()
    (problem,) = caught.value.problems
    assert problem.code == "R0105"
    assert ".part" not in str(problem)
    assert "is a file, not a folder" in problem.message


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("raid", "section: shocks"),
        ("relax", "section: scenarios"),
        ("deaths_seen", "section: observations"),
        ("C01", "binding path: "),
        ("C04", "outside because: The article gives no mechanism for it."),
    ],
)
def test_show_takes_every_name_of_the_case(call, good, name, says):
    done = call("show", good, "--element", name)
    assert done.code == 0, done.err
    assert says in done.out


def test_show_prints_every_entry_of_every_section(call):
    sections = call("show", "afghanistan", "--json").json()
    for section in ("actors", "dyads", "dimensions", "lookups", "levers", "observations"):
        assert call("show", "afghanistan", "--section", section).code == 0
        name = sections[section][-1]["name"]
        assert f"section: {section}" in call("show", "afghanistan", "--element", name).out


def test_show_prints_priors_as_written(call):
    done = call("show", "afghanistan", "--element", "leader_hunt")
    assert "lognormal(log(0.08), 0.4)" in done.out


def test_simulate_says_what_it_replaced_and_where_the_runs_end(call, good, tmp_path):
    words = ("simulate", good, "--draws", 5, "--out", tmp_path / "x.nc", "--outputs", "mood")
    first = call(*words)
    assert "replaced" not in first.err
    assert re.search("mood .* 2016-12", first.out)
    assert f"replaced {tmp_path / 'x.nc'}" in call(*words).err


def test_json_answers_leave_standard_error_empty(call, good, tmp_path):
    done = call("run", good, "--draws", 5, "--out", tmp_path / "out", "--json")
    assert done.err == ""
    assert Path(done.json()["report"]).is_absolute()


def test_a_file_is_replaced_only_when_whole(tmp_path):
    path = tmp_path / "x.nc"
    path.write_text("old")

    def interrupted() -> None:
        with _output.new_file(path) as draft:
            draft.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with _output.new_file(path) as draft:
        draft.write_text("new")
    assert path.read_text() == "new"


def test_faults_of_the_caller_are_not_blamed_on_the_folder(tmp_path):
    with pytest.raises(RivalryError, match="R0101"), _output.new_folder(tmp_path / "o", "x"):
        read_text(tmp_path / "absent")
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b", ["a", "b"]),
        (" a , x[b, c] ,", ["a", "x[b,c]"]),
        ("x[a],x[b]", ["x[a]", "x[b]"]),
        ("", []),
    ],
)
def test_names_are_split_outside_brackets(text, expected):
    assert split_names(text) == expected


def test_progress_is_shown_on_a_terminal_only(monkeypatch, capsys):
    with progress("Counting") as report:
        assert report is None  # pytest's standard error is no terminal
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress("Counting", quiet=True) as report:
        assert report is None
    with progress("Counting") as report:
        assert report is not None
        report(3, 12)
    said = capsys.readouterr()
    assert said.out == ""
