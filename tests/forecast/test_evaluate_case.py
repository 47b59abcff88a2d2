"""A case at rolling origins: every piece once, the same after a stop."""

from __future__ import annotations

import pandas as pd
import pytest

from rivalry.forecast import CASE_MODELS, evaluate_case
from rivalry.foundation import Month, RivalryError
from rivalry.inference import OnlineSettings

ORIGINS = [Month.parse("2014-01"), Month.parse("2014-06")]
SETTINGS = OnlineSettings(1, 600, 100)
MODELS = (*CASE_MODELS, "conflictology")


@pytest.fixture(scope="module")
def whole(little):
    return evaluate_case(little, ORIGINS, [1, 3], MODELS, n_draws=64, settings=SETTINGS)


def test_every_model_origin_step_and_series_is_scored_once(whole):
    table = whole.table
    assert len(table) == len(MODELS) * 2 * 2 * 2
    assert not table.duplicated(["model", "origin", "step", "unit"]).any()
    assert set(table["unit"]) == {"deaths", "state_deaths_seen"}
    assert whole.models == MODELS


def test_doubt_changes_the_case_and_not_the_case_alone(whole):
    crps = whole.table.pivot_table(index=["origin", "step", "unit"], columns="model", values="crps")
    assert (crps["case"] != crps["case_alone"]).any()


def test_a_stopped_evaluation_goes_on_to_the_same_table(little, whole, tmp_path):
    kept = tmp_path / "pieces"
    first = ("case", "conflictology")
    evaluate_case(
        little, ORIGINS[:1], [1, 3], first, n_draws=64, settings=SETTINGS, checkpoint=kept
    )
    told = []
    found = evaluate_case(
        little, ORIGINS, [1, 3], MODELS, n_draws=64, settings=SETTINGS, checkpoint=kept,
        resume=True, report=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert found.taken_up == 2
    pd.testing.assert_frame_equal(found.table, whole.table)
    assert told[-1][0] == told[-1][1]
    assert [a for a, _ in told] == sorted(a for a, _ in told)


def test_another_evaluation_is_not_taken_up(little, tmp_path):
    kept = tmp_path / "pieces"
    run = {"n_draws": 16, "settings": SETTINGS, "checkpoint": kept}
    evaluate_case(little, ORIGINS[:1], [1], ("conflictology",), **run)
    with pytest.raises(RivalryError) as caught:
        evaluate_case(little, ORIGINS[:1], [1, 2], ("conflictology",), **run, resume=True)
    assert caught.value.problems[0].code == "R1044"


def test_an_unknown_model_is_refused_before_the_work(little):
    with pytest.raises(RivalryError) as caught:
        evaluate_case(little, ORIGINS, [1], ("case", "conflict"), settings=SETTINGS)
    assert caught.value.problems[0].code == "R1040"
