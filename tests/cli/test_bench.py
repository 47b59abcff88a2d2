"""The benchmark: every filter computes the same likelihood, and figures are what they say."""

from __future__ import annotations

import importlib.util
import json

import pytest

from rivalry.cli import _bench, main
from rivalry.cli._bench import EXPECTED, Row


@pytest.mark.statistical
@pytest.mark.parametrize(
    "name",
    ["rivalry", "NumPy", "particles", pytest.param("pypomp", marks=pytest.mark.slow)],
)
def test_every_filter_gives_the_reference_likelihood(name, monkeypatch):
    if name in ("particles", "pypomp") and importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed: pip install 'rivalry[bench]'")
    monkeypatch.setattr(_bench, "SIZES", (3000,))
    monkeypatch.setitem(_bench._REPEATS, name, 4)
    (one,) = _bench._child(name, 2 if name in ("rivalry", "pypomp") else 1, 5)
    assert len(one["seconds"]) == 4
    assert len(set(one["logs"])) == len(one["logs"])  # every filter has numbers of its own
    # one filter spreads by 0.15 or so at this size, and lies low by half its variance
    assert sum(one["logs"]) / len(one["logs"]) == pytest.approx(EXPECTED, abs=0.5)


def test_times_are_by_particle_step_of_all_filters_run_at_once():
    part = {"particles": 1000, "months": 120, "first": 1.2, "seconds": [0.24, 0.12, 0.48],
            "logs": [-482.6, -482.8], "memory_mb": 100.0}  # fmt: skip
    one = _bench._row(("rivalry", 1, 1000), [part])
    assert (one.best_ns, one.median_ns) == pytest.approx((1000.0, 2000.0))
    assert one.compile_s == pytest.approx(1.2 - 0.24)
    two = _bench._row(("rivalry", 2, 1000), [part, {**part, "seconds": [0.06], "memory_mb": 90.0}])
    assert two.best_ns == pytest.approx(250.0)
    assert two.memory_mb == 100.0


def row(name, cores, ns, log=EXPECTED):
    return Row(name, cores, 10_000, ns, ns, log, 0.1, 0.0, 100.0)


def test_ratios_are_to_the_engine_on_as_many_cores_and_aims_are_judged():
    rows = [row("rivalry", 1, 500.0), row("pypomp", 1, 800.0), row("rivalry", 2, 600.0),
            row("pypomp", 2, 1200.0)]  # fmt: skip
    assert [_bench._ratio(r, rows) for r in rows] == [1.0, 1.6, 1.0, 2.0]
    assert [a["met"] for a in _bench._aims(rows)] == [True, False, False, True]
    assert row("pypomp", 1, 1.0, EXPECTED + 0.29).agrees
    assert not row("pypomp", 1, 1.0, EXPECTED - 0.31).agrees


def test_the_answer_for_programs_names_missing_peers(monkeypatch, capsys):
    monkeypatch.setattr(_bench, "SIZES", (200,))
    monkeypatch.setattr(_bench, "_REPEATS", {"rivalry": 2, "NumPy": 2})
    monkeypatch.setattr(_bench.importlib.util, "find_spec", lambda name: None)
    assert main(["bench", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer["missing"]) == {"particles", "pypomp"}
    assert "rivalry[bench]" in answer["missing"]["pypomp"]
    assert {r["name"] for r in answer["rows"]} == {"rivalry", "NumPy"}
    assert all(r["ratio"] == 1.0 for r in answer["rows"] if r["name"] == "rivalry")
    assert answer["compile_seconds"]["cold"] > answer["compile_seconds"]["warm"]


def test_a_peer_that_fails_is_named_and_does_not_end_the_benchmark():
    # NumPy refuses a negative seed
    assert str(_bench._child("NumPy", 1, -10_000)).startswith("failed: ValueError")
