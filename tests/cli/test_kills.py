"""A fit killed again and again is the fit that was never killed.

The commands run in processes of their own that SIGKILL ends: nothing is cleaned up, as after a
power cut. The moments are drawn from all filters that the whole fit runs, whatever stage they
belong to, and the kill comes from a second thread, so that it hits anywhere between two of them.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import rivalry

PRIORS = {
    "b_aim": "{prior: 'lognormal(log(0.02), 0.4)', unit: 1/month}",
    "a_aim": "{prior: 'lognormal(log(0.015), 0.4)', unit: 1/month}",
    "fortune_variance": "{prior: 'lognormal(log(0.05), 0.5)'}",
    "reporting_size": "{prior: 'lognormal(log(5), 0.4)'}",
}
#: Runs the command with checkpoints every few hundredths of a second instead of 20 s, counts the
#: filters, and kills itself when as many have begun as the first argument says.
DRIVER = """
import importlib, os, pkgutil, signal, sys, threading, time
import rivalry.inference
from rivalry.engine import BootstrapFilter, Swarm
for item in pkgutil.iter_modules(rivalry.inference.__path__, "rivalry.inference."):
    if hasattr(importlib.import_module(item.name), "CHECKPOINT_SECONDS"):
        sys.modules[item.name].CHECKPOINT_SECONDS = 0.05
limit, record, at_rename = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
count, lock = [0], threading.Lock()

def counted(work):
    def wrapper(*args, **more):
        with lock:
            count[0] += 1
        return work(*args, **more)
    return wrapper

BootstrapFilter.run = counted(BootstrapFilter.run)
Swarm.step = counted(Swarm.step)

def watch():
    while count[0] < limit:
        time.sleep(0.0002)
    os.kill(os.getpid(), signal.SIGKILL)

if limit:
    threading.Thread(target=watch, daemon=True).start()
if at_rename:
    rename, renames = os.replace, [0]
    def dying(source, target, **more):
        if str(target).endswith(".checkpoint"):
            renames[0] += 1
            if renames[0] == at_rename:
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)
        return rename(source, target, **more)
    os.replace = dying

from rivalry.cli import main
code = main(sys.argv[4:])
open(record, "w").write(str(count[0]))
sys.exit(code)
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """The bundled two groups with priors for four parameters."""
    folder = tmp_path_factory.mktemp("kills") / "two_groups"
    shutil.copytree(Path(rivalry.__file__).parent / "cases" / "two_groups", folder)
    file = folder / "case.yaml"
    text = file.read_text(encoding="utf-8")
    for name, prior in PRIORS.items():
        text, found = re.subn(rf"(?m)^  {name}: .*$", f"  {name}: {prior}", text)
        assert found == 1
    file.write_text(text, encoding="utf-8")
    return folder


class Fits:
    """Runs `rivalry fit` on a case, with a kill or without."""

    def __init__(self, case: Path) -> None:
        self.case = case
        self.record = case.parent / "count"

    def run(self, out: str, kill: int = 0, at_rename: int = 0) -> int:
        """Run until the end or the kill; go on from the checkpoint if there is one."""
        self.record.unlink(missing_ok=True)
        path = self.case.parent / out
        resume = ["--resume"] if self.checkpoint(out).exists() else []
        done = subprocess.run(
            [sys.executable, "-c", DRIVER, str(kill), str(self.record), str(at_rename),
             "fit", str(self.case), "--chains", "2", "--iterations", "150", "--warmup", "100",
             "--particles", "40", "--threads", "2", "--out", str(path), "--quiet", *resume],
            env={**os.environ, "PYTHONPATH": str(Path(rivalry.__file__).parents[1])},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done.returncode

    def filters(self) -> int:
        """Filters that the last run began; it must have reached its end."""
        return int(self.record.read_text())

    def checkpoint(self, out: str) -> Path:
        return self.case.parent / (out + ".checkpoint")

    def draws(self, out: str) -> dict[str, np.ndarray]:
        found: dict[str, np.ndarray] = {}
        for group in ("posterior", "sample_stats"):
            with xr.open_dataset(self.case.parent / out, group=group) as data:
                found |= {str(n): data[n].values.copy() for n in data.data_vars}
        return found


@pytest.fixture(scope="module")
def fits(case):
    return Fits(case)


@pytest.fixture(scope="module")
def whole(fits):
    """Draws of a fit never killed, and how many filters it ran."""
    assert fits.run("whole.nc") == 0
    return fits.draws("whole.nc"), fits.filters()


def same(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> None:
    assert set(one) == set(two) >= set(PRIORS)
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])  # bit for bit


def test_a_fit_killed_at_five_random_moments_is_the_one_never_killed(fits, whole):
    draws, filters = whole
    # the sum stays below all filters of the fit, so that every kill finds it running
    rng = np.random.default_rng(20130101)
    shares = np.sort(rng.uniform(0.02, 0.9, 5))
    for kill in np.diff(shares * filters, prepend=0.0):
        assert fits.run("cut.nc", kill=max(int(kill), 2)) == -signal.SIGKILL
        assert not (fits.case.parent / "cut.nc").exists()
    assert fits.checkpoint("cut.nc").exists()
    assert fits.run("cut.nc") == 0
    assert fits.filters() < filters - 20  # what the checkpoint held was not done again
    same(draws, fits.draws("cut.nc"))


def test_a_fit_killed_before_its_first_checkpoint_starts_anew(fits, whole):
    draws, filters = whole
    assert fits.run("early.nc", kill=1) == -signal.SIGKILL
    assert fits.run("early.nc") == 0
    assert fits.filters() <= filters
    same(draws, fits.draws("early.nc"))


def test_a_kill_between_writing_and_renaming_keeps_the_checkpoint_before(fits, whole):
    draws, _ = whole
    assert fits.run("rename.nc", at_rename=3) == -signal.SIGKILL
    before = fits.checkpoint("rename.nc").read_bytes()
    assert fits.run("rename.nc", at_rename=1) == -signal.SIGKILL
    assert fits.checkpoint("rename.nc").read_bytes() == before
    assert fits.run("rename.nc") == 0
    same(draws, fits.draws("rename.nc"))
