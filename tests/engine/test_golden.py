"""The filter's likelihood of the bundled cases, pinned: results do not move unnoticed.

To record the numbers anew, after a change of a bundled case or with a raised `RESULTS_VERSION`:

    .venv/bin/python tests/engine/test_golden.py
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

from rivalry.cases import load_case
from rivalry.engine import RESULTS_VERSION, BootstrapFilter
from rivalry.inference import case_digest, data_digest
from rivalry.model import prior_medians

FILE = Path(__file__).with_name("golden.json")
CASES = ("two_groups", "afghanistan")
RECORD = "record anew with: .venv/bin/python tests/engine/test_golden.py"


def measure(name: str) -> dict[str, str | int | float]:
    model = load_case(name).model
    log = BootstrapFilter(model, 200).run(prior_medians(model), seed=1).log_likelihood
    return {
        "case": case_digest(model),
        "data": data_digest(model),
        "results_version": RESULTS_VERSION,
        "log_likelihood": log,
    }


def verdict(name: str, was: dict, now: dict) -> str | None:
    """Say what is wrong, if anything; None if the number holds."""
    if (was["case"], was["data"]) != (now["case"], now["data"]):
        return f"{name} has changed since its likelihood was recorded; {RECORD}"
    if math.isclose(was["log_likelihood"], now["log_likelihood"], rel_tol=1e-9):
        if was["results_version"] != now["results_version"]:
            return f"RESULTS_VERSION was raised, but the results of {name} are the same; {RECORD}"
        return None
    if was["results_version"] == now["results_version"]:
        return (
            f"the engine gives {name} another likelihood: {now['log_likelihood']!r}, it was "
            f"{was['log_likelihood']!r}. If that is meant, raise RESULTS_VERSION in "
            f"src/rivalry/engine/_version.py (posteriors become stale), then {RECORD}"
        )
    return f"RESULTS_VERSION was raised; {RECORD}"


@pytest.mark.parametrize("name", CASES)
def test_the_engine_gives_the_recorded_likelihood(name):
    recorded = json.loads(FILE.read_text())
    now = measure(name)
    assert math.isfinite(now["log_likelihood"])
    problem = verdict(name, recorded[name], now)
    if problem is not None:
        pytest.fail(problem)


def test_a_moved_number_needs_a_raised_version():
    was = {"case": "c", "data": "d", "results_version": 1, "log_likelihood": -100.0}
    assert verdict("x", was, dict(was)) is None
    assert verdict("x", was, was | {"log_likelihood": -100.0 - 1e-8}) is None
    assert "raise RESULTS_VERSION" in verdict("x", was, was | {"log_likelihood": -100.001})
    assert "has changed" in verdict("x", was, was | {"case": "e"})
    assert "was raised" in verdict("x", was, was | {"results_version": 2})


def main() -> int:
    """Record what the engine gives now; refuse if the engine moved under the same version."""
    before = json.loads(FILE.read_text()) if FILE.exists() else {}
    now = {name: measure(name) for name in CASES}
    for name in CASES:
        problem = verdict(name, before[name], now[name]) if name in before else None
        if problem is not None and "raise RESULTS_VERSION" in problem:
            print(problem)
            return 1
    FILE.write_text(json.dumps(now, indent=2) + "\n")
    for name in CASES:
        print(f"{name}: {now[name]['log_likelihood']!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
