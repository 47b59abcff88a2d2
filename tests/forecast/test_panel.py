"""A panel gives a forecast what lies before its origin, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.forecast import OUTSIDE, Panel, as_month, priogrid_neighbours
from rivalry.foundation import Month, RivalryError


def code(call, *args, **kwargs) -> str:
    with pytest.raises(RivalryError) as caught:
        call(*args, **kwargs)
    return caught.value.problems[0].code


def test_until_holds_nothing_after_the_origin(panel):
    cut = panel.until("2019-06")
    assert cut.end == Month.of(2019, 6)
    assert cut.counts.shape == (3, 18)
    np.testing.assert_array_equal(cut.counts, panel.counts[:, :18])


def test_what_until_gives_shares_no_memory_with_the_panel(panel):
    cut = panel.until("2019-06")
    assert cut.counts.base is None
    assert not np.shares_memory(cut.counts, panel.counts)
    assert not np.shares_memory(cut.months, panel.months)


def test_arrays_cannot_be_written_to(panel):
    with pytest.raises(ValueError, match="read-only"):
        panel.until("2019-06").counts[0, 0] = 5


def test_a_unit_that_has_not_appeared_is_not_there(panel):
    assert panel.until("2018-06").units.tolist() == [7, 8]
    assert panel.until("2018-07").units.tolist() == [7, 8, 9]


def test_nor_is_it_there_as_a_neighbour(panel):
    joined = panel.with_neighbours({7: [8, 9, 99], 8: [7], 9: [7]})
    assert [r.tolist() for r in joined.neighbours] == [[1, 2, OUTSIDE], [0], [0]]
    assert [r.tolist() for r in joined.until("2018-06").neighbours] == [[1, OUTSIDE, OUTSIDE], [0]]
    assert [r.tolist() for r in joined.select([9, 7]).neighbours] == [[OUTSIDE, 1, OUTSIDE], [0]]


@pytest.mark.parametrize("origin", ["2017-12", "2021-01", 456, 493])
def test_origins_outside_are_faults(panel, origin):
    assert code(panel.until, origin) == "R1013"


def test_an_origin_before_anything_is_known_is_a_fault():
    late = Panel(np.array([1]), np.arange(3), np.array([[np.nan, np.nan, 2.0]]), "u", "y")
    assert code(late.until, 1) == "R1014"


@pytest.mark.parametrize("text", ["2018-13", "now", "", None, 2.5])
def test_what_is_no_month_is_a_fault(text):
    assert code(as_month, text) == "R1011"


def test_months_by_name_and_by_id_are_the_same():
    assert as_month("1980-01") == as_month(1) == as_month(Month.of(1980, 1))
    assert as_month(np.int64(502)) == Month.of(2021, 10)


def test_actuals_beyond_the_end_or_of_unknown_units_are_missing(panel):
    found = panel.actuals("2020-10", [1, 2, 3], np.array([9, 5, 7]))
    np.testing.assert_array_equal(
        found[:, :2], [panel.counts[2, 34:], [np.nan] * 2, panel.counts[0, 34:]]
    )
    assert np.isnan(found[:, 2]).all()


def test_a_missing_month_is_left_out_of_a_history():
    gap = Panel(np.array([1]), np.arange(4), np.array([[np.nan, 2.0, np.nan, 4.0]]), "u", "y")
    assert gap.history(0).tolist() == [2.0, 4.0]


def test_an_unknown_unit_is_a_fault(panel):
    assert code(panel.select, [7, 70]) == "R1012"


@pytest.mark.parametrize(
    ("units", "months", "shape"),
    [([1, 1], [1, 2], (2, 2)), ([1, 2], [1, 3], (2, 2)), ([1, 2], [1, 2], (2, 3))],
)
def test_a_panel_that_does_not_fit_together_is_refused(units, months, shape):
    with pytest.raises(ValueError, match=r"same id|follow|shape"):
        Panel(np.array(units), np.array(months), np.zeros(shape), "u", "y")


def test_a_grid_cell_has_eight_around_it():
    assert priogrid_neighbours([100_000])[100_000] == [
        99_279, 99_280, 99_281, 99_999, 100_001, 100_719, 100_720, 100_721,
    ]  # fmt: skip
