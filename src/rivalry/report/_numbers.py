"""Numbers, months and units as a reader wants them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def rounded(x: float, digits: int = 2) -> float:
    """Round to significant digits; NaN stays NaN."""
    if not math.isfinite(x) or x == 0:
        return x
    return round(x, digits - 1 - math.floor(math.log10(abs(x))))


def human(x: float, *, count: bool = False) -> str:
    """Write a number with two significant digits, thousands apart: 3400 as '3,400'.

    Counts below 100 are written as integers, because half an event says nothing.
    """
    if not math.isfinite(x):
        return "no value"
    if count and abs(x) < 100:
        return f"{x:,.0f}".replace("-0", "0") if round(x) == 0 else f"{x:,.0f}"
    value = rounded(x)
    if abs(value) >= 1e6:
        for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
            if abs(value) >= size:
                return f"{value / size:g} {word}"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:g}" if abs(value) >= 0.001 else f"{value:.1e}"


def exact(x: float) -> str:
    """Write a recorded number in full."""
    if not math.isfinite(x):
        return "no value"
    return f"{x:,.0f}" if x == int(x) else f"{x:,.4g}"


def interval(low: float, high: float, *, count: bool = False) -> str:
    """Write a range in words; ends that differ by less than their rounding are one number."""
    a, b = human(low, count=count), human(high, count=count)
    if a != b:
        return f"{a} to {b}"
    return a if low == high else f"about {a}"


def month_name(month: np.datetime64) -> str:
    """Write a month as 'August 2021'."""
    year, number = str(month.astype("datetime64[M]")).split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def iso_month(month: np.datetime64) -> str:
    """Write a month as '2021-08'."""
    return str(month.astype("datetime64[M]"))


def span(months: Sequence[np.datetime64]) -> str:
    """Write the first and last of some months."""
    first, last = month_name(months[0]), month_name(months[-1])
    return first if first == last else f"{first} to {last}"


def plain_unit(unit: str | None) -> str:
    """Say a unit in words; plain numbers have none."""
    if unit in (None, "", "1", "dimensionless"):
        return ""
    assert unit is not None
    for symbol, words in (("/month", " a month"), ("/year", " a year")):
        if unit.endswith(symbol) and unit != "1" + symbol:
            return unit.removesuffix(symbol) + words
    return {"1/month": "per month", "1/year": "per year", "1/people": "per person"}.get(unit, unit)


def signed(sign: str) -> str:
    """Return the typographic sign of '+', '-' or '?'."""
    return {"-": "\N{MINUS SIGN}", "+": "+"}.get(sign, "?")


def plural(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: '1 event', '3 events'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
