"""Months and dates: ``YYYY-MM`` to people, an integer inside."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month.

    `ordinal` counts months since year 0, so that differences are plain subtraction.
    """

    ordinal: int

    @classmethod
    def of(cls, year: int, month: int) -> Month:
        """Build from a year and a month number 1..12."""
        if not 1 <= month <= 12:
            raise ValueError(f"month {month} is not between 1 and 12")
        return cls(year * 12 + month - 1)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM`` or the month of ``YYYY-MM-DD``; ValueError otherwise."""
        return cls.of(*_split(str(text))[:2])

    @classmethod
    def from_views(cls, month_id: int) -> Month:
        """Build from a ViEWS ``month_id`` (1 = January 1980)."""
        return cls(1980 * 12 + month_id - 1)

    @property
    def views_id(self) -> int:
        """The ViEWS ``month_id`` (1 = January 1980)."""
        return self.ordinal - 1980 * 12 + 1

    @property
    def year(self) -> int:
        """Calendar year."""
        return self.ordinal // 12

    @property
    def month(self) -> int:
        """Calendar month, 1..12."""
        return self.ordinal % 12 + 1

    @property
    def days(self) -> int:
        """Number of days."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def first_day(self) -> dt.date:
        """First day of the month."""
        return dt.date(self.year, self.month, 1)

    def __add__(self, n: int) -> Month:
        return Month(self.ordinal + n)

    def __sub__(self, other: Month) -> int:
        return self.ordinal - other.ordinal

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def _split(text: str) -> tuple[int, int, int | None]:
    day = _DAY.fullmatch(text)
    if day:
        y, m, d = (int(g) for g in day.groups())
        dt.date(y, m, d)  # raises ValueError for 2021-02-30
        return y, m, d
    month = _MONTH.fullmatch(text)
    if not month:
        raise ValueError(f"{text!r} is not a date; write YYYY-MM or YYYY-MM-DD")
    y, m = (int(g) for g in month.groups())
    if not 1 <= m <= 12:
        raise ValueError(f"{text!r} has month {m}, not 1 to 12")
    dt.date(y, m, 1)  # raises ValueError for the year 0000, which no calendar has
    return y, m, None


def parse_date(text: str) -> tuple[Month, float]:
    """Read a date and say how far into its month it lies.

    Parameters
    ----------
    text : str
        ``YYYY-MM`` (the start of the month) or ``YYYY-MM-DD``.

    Returns
    -------
    month : Month
    fraction : float
        In [0, 1): 0 for the first day; (day - 1) / days of the month.
    """
    y, m, d = _split(str(text))
    month = Month.of(y, m)
    return month, 0.0 if d is None else (d - 1) / month.days


def month_range(start: Month, end: Month) -> list[Month]:
    """All months from `start` to `end`, both included."""
    return [Month(i) for i in range(start.ordinal, end.ordinal + 1)]
