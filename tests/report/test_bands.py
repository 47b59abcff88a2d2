"""Quantiles, coverage of the data, and the choice of a scale."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from rivalry.report._bands import Band, Inside, band, compact, inside, plain_scale

MONTHS = np.arange("2020-01", "2020-04", dtype="datetime64[M]")


def draws(values: np.ndarray) -> xr.DataArray:
    months = np.arange("2020-01", "2030-01", dtype="datetime64[M]")[: values.shape[1]]
    return xr.DataArray(
        values, dims=("draw", "month"), coords={"month": months.astype("datetime64[ns]")}
    )


def flat(low: float, high: float, n: int = 3) -> Band:
    rows = [low, (3 * low + high) / 4, (low + high) / 2, (low + 3 * high) / 4, high]
    return Band(MONTHS[:n], np.repeat(np.array(rows)[:, None], n, axis=1))


def test_quantiles_of_0_to_100_are_their_own_percentages() -> None:
    found = band(draws(np.arange(101.0)[:, None] * [1.0, 2.0]))
    np.testing.assert_allclose(found.quantiles[:, 0], [5, 25, 50, 75, 95])
    np.testing.assert_allclose(found.quantiles[:, 1], [10, 50, 100, 150, 190])
    assert found.quantiles.shape == (5, 2)


def test_draws_without_a_value_are_left_out_of_their_month_only() -> None:
    values = np.array([[1.0, np.nan, 7.0], [3.0, np.nan, np.nan]])
    found = band(draws(values))
    assert found.median[0] == 2
    assert np.isnan(found.quantiles[:, 1]).all()
    assert found.median[2] == 7
    np.testing.assert_array_equal(found.present, [True, False, True])


def test_one_value_a_year_counts_as_sparse() -> None:
    yearly = np.full((3, 24), np.nan)
    yearly[:, [11, 23]] = 5
    assert band(draws(yearly)).sparse
    assert not band(draws(np.ones((3, 24)))).sparse


def test_a_point_on_the_edge_is_inside_and_missing_data_do_not_count() -> None:
    found = inside(flat(10, 20), MONTHS, np.array([10.0, 20.1, np.nan]))
    assert (found.inside, found.total) == (1, 2)


def test_a_range_that_touches_the_band_is_inside() -> None:
    low, high = np.array([1.0, 1.0, 25.0]), np.array([10.0, 9.0, 30.0])
    found = inside(flat(10, 20), MONTHS, low, high)
    assert (found.inside, found.total) == (1, 3)


def test_months_beyond_the_model_do_not_count() -> None:
    found = inside(flat(10, 20), MONTHS + 100, np.full(3, 15.0))
    assert found.total == 0
    assert "No data" in found.words()


@pytest.mark.parametrize(
    ("hits", "words"),
    [
        (144, "wider than it need be"),
        (130, "about the nine in ten"),
        (100, "fewer than the nine in ten"),
    ],
)
def test_the_share_is_judged_against_chance(hits: int, words: str) -> None:
    # 0.9 of 144 is 129.6 with a standard error of 3.6: two of them are 7.2
    assert words in Inside(hits, 144).words()


def test_few_points_are_not_judged() -> None:
    assert "too few" in Inside(3, 3).words()


def test_compact_keeps_four_digits_and_makes_nan_null() -> None:
    assert compact(np.array([1234567.0, 0.123456, np.nan, 3.0])) == [1235000, 0.1235, None, 3]


def test_scales() -> None:
    nothing = np.empty(0)
    assert plain_scale(flat(0, 50), nothing) == {"type": "linear"}
    wide = plain_scale(flat(0, 50), np.array([1.0, 1.0, 90_000.0]))
    assert wide["type"] == "symlog"
    assert wide["values"][:2] == [0, 1]
    positive = plain_scale(flat(10, 40), np.array([10.0, 20.0, 90_000.0]))
    assert positive["type"] == "log"
    assert positive["values"] == [10, 100, 1000, 10_000]
    # a logarithmic axis has no place for negative values, and a level needs none
    assert plain_scale(flat(-1, 9e4), nothing)["type"] == "linear"
    assert plain_scale(flat(1e-9, 9e4), nothing, level=True)["type"] == "linear"
