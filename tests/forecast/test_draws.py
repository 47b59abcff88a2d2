"""Draws hold whole numbers of 32 bits and say what they are."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.forecast import Draws, unit_generator
from rivalry.foundation import Month

ORIGIN = Month.of(2020, 10)


def draws(array, steps=(3, 4)) -> Draws:
    return Draws(np.asarray(array), ORIGIN, steps, np.array([5, 6]), "country_id", "ged_sb", "m")


def test_summaries():
    made = draws([[[0, 2], [0, 0]], [[30, 20], [1, 0]]])
    np.testing.assert_array_equal(made.mean(), [[1, 0], [25, 0.5]])
    np.testing.assert_array_equal(made.probability(25), [[0, 0], [0.5, 0]])
    np.testing.assert_array_equal(made.probability(1), [[0.5, 0], [1, 0.5]])
    np.testing.assert_array_equal(made.quantile([0, 1])[:, 1, 0], [20, 30])
    assert [str(m) for m in made.months] == ["2021-01", "2021-02"]
    assert made.select([6]).array.tolist() == [[[30, 20], [1, 0]]]


def test_the_long_table_runs_by_month_unit_draw():
    frame = draws([[[0, 1], [2, 3]], [[4, 5], [6, 7]]]).frame()
    assert frame.columns.tolist() == ["month_id", "country_id", "draw", "outcome"]
    assert set(frame.dtypes.astype(str)) == {"int32"}
    assert frame["outcome"].tolist() == [0, 1, 4, 5, 2, 3, 6, 7]
    assert frame["month_id"].tolist() == [493] * 4 + [494] * 4
    assert frame["country_id"].tolist() == [5, 5, 6, 6] * 2
    assert frame["draw"].tolist() == [0, 1] * 4


@pytest.mark.parametrize("value", [-1, 0.5, np.nan, np.inf, 2.0**31])
def test_what_is_no_count_is_refused(value):
    with pytest.raises(ValueError, match=r"draws must"):
        draws(np.full((2, 2, 3), value))


@pytest.mark.parametrize("shape", [(2, 2), (2, 3, 4), (3, 2, 4), (2, 2, 0)])
def test_a_wrong_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"shape|at least one"):
        draws(np.zeros(shape))


def test_streams_differ_by_seed_model_origin_and_unit():
    keys = [(1, "a", ORIGIN, 5), (2, "a", ORIGIN, 5), (1, "b", ORIGIN, 5),
            (1, "a", ORIGIN + 1, 5), (1, "a", ORIGIN, 6)]  # fmt: skip
    assert len({unit_generator(*k).random() for k in keys}) == len(keys)
    assert unit_generator(*keys[0]).random() == unit_generator(*keys[0]).random()
