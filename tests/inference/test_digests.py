"""What makes a posterior stale, and what does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rivalry.cases import load_case
from rivalry.inference import case_digest, data_digest
from rivalry.inference._digests import _text
from rivalry.model.ir import Const, Level

GOOD = Path(__file__).parents[1] / "cases" / "good"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(GOOD, tmp_path / "good"))


def edit(folder, file, old, new):
    path = folder / file
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new, 1))


def digests(folder):
    model = load_case(folder, check=False).model
    return case_digest(model), data_digest(model)


HARMLESS = {
    "the ledger": ("ledger.yaml", "cause: weather", "cause: the weather"),
    "a comment": ("case.yaml", "stocks:\n", "stocks: # people\n"),
    "the title": ("case.yaml", "title: Two groups", "title: Two other groups"),
    "a label": ("case.yaml", "pool: {initial: 5000,", "pool: {label: All, initial: 5000,"),
    "claims": ("case.yaml", ', claims: C02}', "}"),
    "a lever's range": ("case.yaml", "range: [0, 0.1]", "range: [0, 0.2]"),
    "what a scenario sets": ("case.yaml", "set: {target: 0.9}", "set: {adjust: 10}"),
    "what the report shows": ("case.yaml", "headline: [deaths_seen]", "headline: [strength]"),
    "a formula nobody reads": ("case.yaml", "auxiliaries:\n", 'auxiliaries:\n  idle: "2 * mood"\n'),
    "a number in another form": ("case.yaml", "target: 0.6", "target: 0.60"),
    "a known number nobody reads": ("case.yaml", "parameters:\n", "parameters:\n  spare: 3\n"),
}  # fmt: skip
CASE = {
    "a value": ("target: 0.6", "target: 0.61"),
    "a prior": ("lognormal(log(0.01), 0.3)", "lognormal(log(0.01), 0.31)"),
    "a bound of a prior": ("bounds: [0, 1]}\n  lethality", "bounds: [0, 2]}\n  lethality"),
    "a bound of a level": ("bounds: [0, 1], change", "bounds: [0, 2], change"),
    "a start": ("pool: {initial: 5000", "pool: {initial: 5001"),
    "a hazard": ('hazard: "appeal * mood"', 'hazard: "appeal * mood * 1.01"'),
    "a formula behind a hazard": ('"1 + troops / reference"', '"1 + 2 * troops / reference"'),
    "an argument of a distribution": ("mean=deaths + 0.1", "mean=deaths + 0.2"),
    "the size of a shock": ("share: 0.5", "share: 0.6"),
}
DATA = {
    "the months": ("case.yaml", "end: 2016-12}", "end: 2017-01}"),
    "the date of a shock": ("case.yaml", "{date: 2015-06,", "{date: 2015-07,"),
    "the end of a lasting shock": ("case.yaml", "until: 2016-06,", "until: 2016-07,"),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_changes_no_result_leaves_both_hashes(folder, what):
    before = digests(folder)
    edit(folder, *HARMLESS[what])
    assert digests(folder) == before


@pytest.mark.parametrize("what", CASE)
def test_what_shapes_the_model_changes_the_case(folder, what):
    before = digests(folder)
    edit(folder, "case.yaml", *CASE[what])
    after = digests(folder)
    assert (after[0] != before[0], after[1] != before[1]) == (True, False)


def test_other_substeps_are_another_case(folder):
    before = digests(folder)
    edit(folder, "case.yaml", "end: 2016-12}", "end: 2016-12, substeps: 8}")
    assert digests(folder)[0] != before[0]


@pytest.mark.parametrize("what", DATA)
def test_what_comes_from_outside_changes_the_data(folder, what):
    before = digests(folder)
    edit(folder, *DATA[what])
    after = digests(folder)
    assert (after[0] != before[0], after[1] != before[1]) == (False, True)


@pytest.mark.parametrize("file", ["deaths.csv", "troops.csv", "strength.csv"])
def test_every_table_counts(folder, file):
    before = digests(folder)
    path = folder / "data" / file
    head, *rows = path.read_text().splitlines()
    last = rows[1].split(",")
    column = {"deaths.csv": "deaths", "troops.csv": "total", "strength.csv": "high"}[file]
    place = head.split(",").index(column)
    last[place] = str(float(last[place]) + 1)
    path.write_text("\n".join([head, rows[0], ",".join(last), *rows[2:]]) + "\n")
    after = digests(folder)
    assert (after[0] != before[0], after[1] != before[1]) == (False, True)


def test_the_last_bits_of_another_machine_change_nothing():
    level = Level("x", Const(0.1 + 0.2), -np.inf, np.float64(1.0), Const(-0.0), None)
    same = Level("x", Const(0.3), float("-inf"), 1, Const(0), None)
    assert _text(level) == _text(same)
    assert _text((0.1,)) != _text((0.1000001,))
    assert _text(np.array([1.0, np.nan])) == _text(np.array([1.0 + 1e-14, np.nan]))
