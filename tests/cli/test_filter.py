"""``rivalry filter``: a figure, how well it is known, and what to mend."""

from __future__ import annotations

import json

import pytest


def test_two_groups_give_the_known_figure(call):
    answer = call("filter", "two_groups", "--particles", 3000, "--repeats", 3, "--json")
    assert answer.code == 0
    found = answer.json()
    assert found["log_likelihood"] == pytest.approx(-482.7, abs=0.6)
    assert found["standard_error"] < 0.5
    assert len(found["months"]) == 120
    assert found["months"][0]["month"] == "2013-01"
    total = sum(m["log_likelihood"] for m in found["months"])
    assert total == pytest.approx(sum(found["filters"]) / 3, abs=1e-6)


def test_the_same_seed_gives_the_same_figure_for_any_threads(call):
    words = ("filter", "two_groups", "--particles", 200, "--repeats", 4, "--json")
    one = call(*words, "--threads", 1).json()
    two = call(*words, "--threads", 2).json()
    assert one["filters"] == two["filters"]
    assert one["filters"] != call(*words, "--seed", 2).json()["filters"]


def test_few_particles_are_warned_of(call):
    answer = call("filter", "two_groups", "--particles", 12, "--repeats", 4)
    assert answer.code == 0
    assert "R0811" in answer.err
    assert "R0812" in answer.err


def test_a_point_is_read_from_a_file(call, tmp_path):
    file = tmp_path / "point.json"
    file.write_text(json.dumps({"reported": 0.9}))
    words = ("filter", "two_groups", "--particles", 500, "--repeats", 2, "--json")
    moved = call(*words, "--at", file).json()
    assert moved["log_likelihood"] < call(*words).json()["log_likelihood"] - 50


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "not a mapping"),
        ('{"reportd": 1}', "Did you mean 'reported'"),
        ('{"reported": "much"}', "not a finite number"),
        ('{"reported": NaN}', "not a finite number"),
    ],
)
def test_a_wrong_point_is_refused(call, tmp_path, text, said):
    file = tmp_path / "point.json"
    file.write_text(text)
    answer = call("filter", "two_groups", "--at", file)
    assert answer.code == 2
    assert "R0814" in answer.err
    assert said in answer.err


def test_a_case_without_data_is_refused(call, tmp_path):
    (tmp_path / "case.yaml").write_text(
        "rivalry: 1\ntitle: t\ntime: {start: 2013-01, end: 2013-06}\nstocks: {s: {initial: 9}}\n"
    )
    answer = call("filter", tmp_path)
    assert answer.code == 1
    assert "R0813" in answer.err
