"""Dates as precise as the source."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivalry.evidence import first_day, last_day, resolution


@pytest.mark.parametrize(
    ("text", "first", "last", "fineness"),
    [
        ("2021", dt.date(2021, 1, 1), dt.date(2021, 12, 31), "year"),
        ("2020-02", dt.date(2020, 2, 1), dt.date(2020, 2, 29), "month"),
        ("2021-08-15", dt.date(2021, 8, 15), dt.date(2021, 8, 15), "day"),
        ("9999", dt.date(9999, 1, 1), dt.date(9999, 12, 31), "year"),
    ],
)
def test_a_date_text_covers_the_days_it_may_mean(text, first, last, fineness):
    assert (first_day(text), last_day(text), resolution(text)) == (first, last, fineness)


@pytest.mark.parametrize(
    "text",
    ["", "0000", "21", "2021-13", "2021-00", "2021-02-30", "2021-8", "2021/08", "1970s",
     "2021-08-15T00:00", "２０２１", "2021\n"],
)  # fmt: skip
def test_what_is_no_calendar_date_is_refused(text):
    with pytest.raises(ValueError, match=r"write YYYY|no year 0000|not 1 to 12|has 28 days"):
        first_day(text)


@given(st.dates(min_value=dt.date(1, 1, 1)))
def test_a_day_lies_within_its_month_and_year(day):
    text = f"{day:%Y-%m-%d}".zfill(10)
    assert first_day(text) == day == last_day(text)
    for part in (text[:7], text[:4]):
        assert first_day(part) <= day <= last_day(part)
