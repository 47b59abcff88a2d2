"""Wrong usage, unexpected faults, interruption: codes, exit codes, no traceback."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time

import pytest

import rivalry
import rivalry.cases
from rivalry.foundation import all_codes

COMMANDS = ["run", "check", "show", "simulate", "explain", "bench"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["chekc", "x"], "R0901", "Did you mean 'check'?"),
        (["--verson"], "R0902", "Did you mean '--version'?"),
        (["check", "x", "--jsn"], "R0902", "Did you mean '--json'?"),
        (["check"], "R0903", "CASE"),
        (["simulate", "good", "--draws"], "R0903", "--draws"),
        (["simulate", "good", "--draws", "0"], "R0904", "from 1 to 1,000,000"),
        (["simulate", "good", "--draws", "-5"], "R0904", "--draws"),
        (["simulate", "good", "--draws", "99999999999"], "R0904", "--draws"),
        (["simulate", "good", "--draws", "many"], "R0904", "--draws"),
        (["simulate", "good", "--seed", "-1"], "R0904", "--seed"),
        (["simulate", "good", "--seed", "1.5"], "R0904", "--seed"),
        (["simulate", "good", "--threads", "0"], "R0904", "--threads"),
        (["check", "good", "extra"], "R0905", "extra"),
        (["show", "good", "--dot", "--element", "x"], "R0905", "--element"),
        (["explain", "R9234"], "R0907", "R9234"),
        (["serve", "x"], "R0909", "not in this version"),
        (["run", "x", "--scenario", "y"], "R0902", "rivalry simulate"),
        (["show", "two_groups", "--section", "flwos"], "R0911", "'flows'"),
        (["simulate", "x", "--out", "x.csv"], "R0910", "x.nc"),
        (["explain", "nonsense"], "R0907", "nonsense"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_wrong_usage(call, words, code, says, as_json):
    if as_json and len(words) > 1:
        words = [words[0], "--json", *words[1:]]
    done = call(*words)
    assert done.code == 2
    if "--json" in words:
        problems = done.json()["problems"]
        assert [p["code"] for p in problems] == [code]
        said = problems[0]["message"] + problems[0]["remedy"]
    else:
        assert done.out == ""
        assert code in done.err
        said = done.err
    assert says in said
    assert "Traceback" not in done.err


def test_no_command_shows_help(call):
    done = call()
    assert done.code == 2
    for command in COMMANDS:
        assert command in done.out


@pytest.mark.parametrize("command", [[], *([c] for c in COMMANDS)])
def test_help(call, command):
    done = call(*command, "--help")
    assert done.code == 0
    assert "Usage" in done.out


def test_version(call):
    assert call("--version").out == f"rivalry {rivalry.__version__}\n"


def test_explain_prints_why_and_remedy(call):
    entry = all_codes()["R0303"]
    done = call("explain", "303")
    assert done.out == call("explain", "r303").out == call("explain", "R0303").out
    assert done.code == 0
    assert entry.title in done.out
    assert " ".join(entry.remedy.split()) in done.out


@pytest.mark.parametrize("code", sorted(all_codes()))
def test_every_code_can_be_explained(call, code):
    done = call("explain", code, "--json")
    assert done.code == 0
    assert done.json()["code"] == code


def test_explain_without_a_code_lists_all(call):
    done = call("explain")
    assert re.findall(r"^R\d{4}", done.out, re.MULTILINE) == sorted(all_codes())


def test_light_commands_load_nothing_heavy():
    program = (
        "import sys; from rivalry.cli import main; main(['explain', 'R0101']); main(['--help']);"
        "heavy = {'numba', 'numpy', 'pandas', 'xarray', 'altair', 'networkx', 'scipy', 'pint'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_unexpected_fault_is_one_coded_line(call, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("seven by nothing")

    monkeypatch.delenv("RIVALRY_DEBUG", raising=False)
    monkeypatch.setattr(rivalry.cases, "load_case", broken)
    done = call("check", "good")
    assert done.code == 1
    assert "R0999" in done.err
    assert "seven by nothing" in done.err
    assert "Traceback" not in done.err
    assert call("check", "good", "--json").json()["problems"][0]["code"] == "R0999"


def test_debugging_shows_the_fault_whole(call, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("seven by nothing")

    monkeypatch.setenv("RIVALRY_DEBUG", "1")
    monkeypatch.setattr(rivalry.cases, "load_case", broken)
    with pytest.raises(ZeroDivisionError):
        call("check", "good")


def test_reader_that_goes_away_is_no_fault(process):
    command = process("explain")
    assert command.stdout is not None
    command.stdout.close()
    assert command.stderr is not None
    assert command.stderr.read() == ""
    assert command.wait(timeout=60) == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_run_leaves_nothing(process, good, tmp_path, number, code):
    command = process("run", good, "--draws", 20000, "--out", "out")
    out = tmp_path / "work" / "out"
    deadline = time.monotonic() + 120
    while not list(out.glob("good/.*.part")):  # made before the simulation starts
        assert time.monotonic() < deadline
        assert command.poll() is None
        time.sleep(0.02)
    command.send_signal(number)
    _, err = command.communicate(timeout=120)
    assert command.returncode == code, err
    assert "stopping ..." in err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert list((tmp_path / "work").rglob("*")) == []


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (["dta"], "R0901", "Did you mean 'data'?"),
        (["data", "imprt"], "R0901", "Did you mean 'data import'?"),
        (["data", "list", "--jsn"], "R0902", "rivalry data list has no option --jsn"),
        (["data", "panel", "--rows", "0"], "R0904", "--rows is '0'"),
        (["data", "import"], "R0903", "rivalry data import"),
    ],
)
def test_commands_of_a_group_are_explained_as_such(call, line, code, said):
    done = call(*line)
    assert done.code == 2
    assert code in done.err
    assert said in " ".join(done.err.split())
