"""Months and dates."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivalry.foundation import Month, month_range, parse_date

months = st.builds(Month.of, st.integers(1, 9990), st.integers(1, 12))
dates = st.dates(dt.date(1, 1, 1), dt.date(9990, 12, 31))


@pytest.mark.parametrize(
    ("text", "views_id"),
    # 121: the first month of the UCDP record; 455 and 504: the range of ViEWS' country-month table
    [("1980-01", 1), ("1990-01", 121), ("2017-11", 455), ("2021-12", 504), ("1979-12", 0)],
)
def test_views_month_ids(text, views_id):
    assert Month.parse(text).views_id == views_id
    assert str(Month.from_views(views_id)) == text


@given(months)
def test_text_round_trip(month):
    assert Month.parse(str(month)) == month


@given(dates)
def test_a_day_lies_in_its_month(day):
    month = Month.parse(day.isoformat())
    assert (month.year, month.month) == (day.year, day.month)
    assert month.first_day == day.replace(day=1)
    assert (month + 1).first_day - month.first_day == dt.timedelta(days=month.days)


@given(months, st.integers(-100, 100), st.integers(-100, 100))
def test_arithmetic(month, a, b):
    assert (month + a) + b == month + (a + b)
    assert (month + a) - month == a
    assert ((month + a) < (month + b)) == (a < b)
    assert Month.from_views(month.views_id) == month


@given(months, st.integers(0, 60))
def test_a_year_has_twelve_months(month, n):
    later = month + 12 * n
    assert (later.year, later.month) == (month.year + n, month.month)


@given(months, st.integers(-5, 40))
def test_range_includes_both_ends(start, n):
    found = month_range(start, start + n)
    assert len(found) == max(0, n + 1)
    if found:
        assert (found[0], found[-1]) == (start, start + n)


@given(dates)
def test_fraction_of_the_month_that_has_passed(day):
    month, fraction = parse_date(day.isoformat())
    assert 0 <= fraction < 1
    assert month.first_day + dt.timedelta(days=round(fraction * month.days)) == day


def test_a_month_starts_on_its_first_day():
    assert parse_date("2021-08") == (Month.of(2021, 8), 0.0)
    assert parse_date("2024-02-29") == (Month.of(2024, 2), 28 / 29)


@pytest.mark.parametrize(
    "text",
    [
        "2021",
        "2021-13",
        "2021-00",
        "2021-8",
        "2021-02-30",
        "2023-02-29",
        "15.08.2021",
        "2021-08-15T00:00",
        "2021-08\n",
        " 2021-08",
        "0000-01",
        "-2021-08",
        "\u0662\u0660\u0662\u0661-\u0660\u0668",
        "",
        "None",
    ],
)
def test_what_is_not_a_date(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text)
    with pytest.raises(ValueError, match=r".+"):
        Month.parse(text)


@pytest.mark.parametrize("month", [0, 13, -1])
def test_month_numbers_outside_the_year(month):
    with pytest.raises(ValueError, match="between 1 and 12"):
        Month.of(2021, month)
