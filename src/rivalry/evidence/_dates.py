"""Dates as precise as the source: a year, a month or a day, kept as text."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?$"

#: How fine a date is.
Resolution = Literal["year", "month", "day"]


def _as_text(value: Any) -> Any:
    # a bare year is an integer to YAML
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:04d}"
    return value


def _checked(text: str) -> str:
    try:
        _bounds(text)
    except ValueError as error:
        raise PydanticCustomError("R0706", "{reason}", {"reason": str(error)}) from None
    return text


def _bounds(text: str) -> tuple[dt.date, dt.date]:
    match = _SHAPE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (None if g is None else int(g) for g in match.groups())
    assert year is not None
    if year < 1:
        raise ValueError(f"{text!r} has no year 0000")
    if month is None:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if not 1 <= month <= 12:
        raise ValueError(f"{text!r} has month {month}, not 1 to 12")
    days = calendar.monthrange(year, month)[1]
    if day is None:
        return dt.date(year, month, 1), dt.date(year, month, days)
    if not 1 <= day <= days:
        raise ValueError(f"{text!r} has day {day}, but that month has {days} days")
    return dt.date(year, month, day), dt.date(year, month, day)


#: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; a calendar date that exists.
DateText = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(_checked),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": _PATTERN},
                {"type": "integer", "minimum": 1, "maximum": 9999},
            ]
        }
    ),
]


def first_day(text: str) -> dt.date:
    """Return the first day that ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` may mean (ValueError)."""
    return _bounds(text)[0]


def last_day(text: str) -> dt.date:
    """Return the last day that ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` may mean (ValueError)."""
    return _bounds(text)[1]


def resolution(text: str) -> Resolution:
    """Say whether a date text names a year, a month or a day (ValueError if it is no date)."""
    _bounds(text)
    return {4: "year", 7: "month"}.get(len(text), "day")  # type: ignore[return-value]
