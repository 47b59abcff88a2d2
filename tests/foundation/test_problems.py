"""Coded problems and how they travel."""

from __future__ import annotations

import json
import pickle

import joblib
import pytest

from rivalry.foundation import Problem, Problems, RivalryError, nearest

PROBLEM = Problem(
    "R0301", "no stock 'figters'", "Did you mean 'fighters'?", "case.yaml", 7, "flows.a.from"
)


def _fail(exit_code: int) -> None:
    raise RivalryError([PROBLEM, Problem("R0101", "no file")], exit_code=exit_code)


def test_text_has_place_code_message_and_remedy():
    assert str(PROBLEM) == (
        "case.yaml:7: R0301 no stock 'figters' (at flows.a.from)\n    -> Did you mean 'fighters'?"
    )
    assert str(Problem("R0101", "no file")) == "R0101 no file"
    assert str(Problem("R0101", "no file", file="a")) == "a: R0101 no file"


def test_plain_data_goes_through_json():
    assert Problem(**json.loads(json.dumps(PROBLEM.as_dict()))) == PROBLEM


def test_error_survives_pickling():
    with pytest.raises(RivalryError) as caught:
        _fail(2)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.problems == caught.value.problems
    assert copy.exit_code == 2
    assert str(copy) == str(caught.value)


def test_error_comes_back_whole_from_another_process():
    with pytest.raises(RivalryError) as caught:
        joblib.Parallel(n_jobs=2)(joblib.delayed(_fail)(2) for _ in range(2))
    assert caught.value.problems == [PROBLEM, Problem("R0101", "no file")]
    assert caught.value.exit_code == 2


def test_a_single_problem_is_a_list_of_one():
    assert RivalryError(PROBLEM).problems == [PROBLEM]
    assert RivalryError(PROBLEM).exit_code == 1


def test_three_mistakes_raise_one_error_with_three():
    problems = Problems()
    for line in (1, 2, 3):
        problems.add("R0301", "unknown name", file="case.yaml", line=line)
    with pytest.raises(RivalryError) as caught:
        problems.raise_if_errors()
    assert [p.line for p in caught.value.problems] == [1, 2, 3]


def test_the_same_problem_is_kept_once():
    problems = Problems()
    problems.add("R0301", "x", line=1)
    problems.extend([Problem("R0301", "x", line=1), Problem("R0301", "x", line=2)])
    assert [p.line for p in problems] == [1, 2]


def test_warnings_do_not_stop_the_work():
    problems = Problems()
    problems.add("R0501", "no claim", severity="warning")
    problems.raise_if_errors()
    assert len(problems.warnings) == len(problems) == 1
    problems.add("R0301", "unknown name")
    with pytest.raises(RivalryError) as caught:
        problems.raise_if_errors()
    assert [p.code for p in caught.value.problems] == ["R0301"]


@pytest.mark.parametrize(
    ("name", "found"), [("figters", "fighters"), ("pol", "pool"), ("legitimacy", None), ("", None)]
)
def test_nearest_name(name, found):
    assert nearest(name, ["fighters", "pool", "prisoners"]) == found
