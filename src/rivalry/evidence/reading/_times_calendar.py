"""Reckoning with days, months and years that are known to different precision."""

from __future__ import annotations

import calendar
import datetime as dt

_YEARS = {"year": 1, "decade": 10, "century": 100}


def moved(value: str, unit: str, amount: int) -> str | None:
    """Move an ISO day, month or year by an amount of units.

    The result is no more precise than the unit and than `value`: two years after June 2014 is the
    year 2016. None where `value` is too vague for the unit, or the result leaves the calendar.
    """
    year = int(value[:4])
    if unit in _YEARS:
        year += _YEARS[unit] * amount
        return f"{year:04d}" if 1 <= year <= 9999 else None
    if unit in ("month", "quarter"):
        if len(value) < 7:
            return None
        total = year * 12 + int(value[5:7]) - 1 + amount * (3 if unit == "quarter" else 1)
        year, month = divmod(total, 12)
        return f"{year:04d}-{month + 1:02d}" if 1 <= year <= 9999 else None
    if len(value) < 10:
        return None
    try:
        day = dt.date.fromisoformat(value) + dt.timedelta(
            days=amount * (7 if unit in ("week", "weekend") else 1)
        )
    except (OverflowError, ValueError):
        return None
    return day.isoformat()


def week_of(value: str) -> tuple[str, str] | None:
    """Return Monday and Sunday of the week of an ISO day."""
    if len(value) < 10:
        return None
    day = dt.date.fromisoformat(value)
    try:
        monday = day - dt.timedelta(days=day.weekday())
        return monday.isoformat(), (monday + dt.timedelta(days=6)).isoformat()
    except OverflowError:
        return None


def weekday_near(value: str, weekday: int, *, word: str, ahead: bool) -> str | None:
    """Return the day of the week meant in a document of a day.

    The last one before or on the day; with ``last`` before it; with ``next``, or of what is to
    come, after it.
    """
    day = dt.date.fromisoformat(value)
    back = (day.weekday() - weekday) % 7
    try:
        if ahead or word == "next":
            return (day + dt.timedelta(days=7 - back)).isoformat()
        if back == 0 and word in ("last", "the previous", "this past"):
            back = 7
        return (day - dt.timedelta(days=back)).isoformat()
    except OverflowError:
        return None


def month_before(
    value: str, month: int, *, ahead: bool, strictly: bool = False, day: int | None = None
) -> int:
    """Return the year of the last such month, or day of it, up to a date, or of the next."""
    year = int(value[:4])
    if len(value) < 7:
        return year
    here = int(value[5:7])
    if month == here and day is not None and len(value) == 10 and not strictly:
        today = int(value[8:10])
        return year + 1 if ahead and day < today else year - (not ahead and day > today)
    if ahead:
        return year if month >= here else year + 1
    return year - 1 if month > here or (strictly and month == here) else year


def valid_day(year: int, month: int, day: int) -> bool:
    """Tell whether a day exists."""
    return 1 <= year <= 9999 and 1 <= day <= calendar.monthrange(year, month)[1]
