"""How numbers, months and units are written."""

from __future__ import annotations

import numpy as np
import pytest

from rivalry.report._numbers import (
    exact,
    human,
    interval,
    month_name,
    plain_unit,
    plural,
    span,
)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (3412, "3,400"),
        (0.04321, "0.043"),
        (2_750_000, "2.8 million"),
        (0, "0"),
        (float("nan"), "no value"),
        (12.34, "12"),
        (1.26, "1.3"),
    ],
)
def test_two_significant_digits(x: float, text: str) -> None:
    assert human(x) == text


def test_small_counts_are_whole() -> None:
    assert human(4.6, count=True) == "5"
    assert human(-0.2, count=True) == "0"
    assert human(97.4, count=True) == "97"


def test_intervals_that_round_to_one_number_say_so() -> None:
    assert interval(2, 31, count=True) == "2 to 31"
    assert interval(0, 0) == "0"
    assert interval(30_000_000, 30_100_000) == "about 30 million"


def test_records_are_written_in_full() -> None:
    assert exact(12345.0) == "12,345"
    assert exact(57.25) == "57.25"


def test_months() -> None:
    a, b = np.datetime64("2021-08"), np.datetime64("2022-01")
    assert month_name(a) == "August 2021"
    assert span((a, b)) == "August 2021 to January 2022"
    assert span((a, a)) == "August 2021"


def test_units_and_plurals() -> None:
    assert plain_unit("people/month") == "people a month"
    assert plain_unit("1/month") == "per month"
    assert plain_unit("1") == ""
    assert plural(1, "entry", "entries") == "1 entry"
    assert plural(2, "event") == "2 events"
