"""What a report is given of a forecast of years."""

from __future__ import annotations

from dataclasses import dataclass

from rivalry.forecast import YearsForecast


@dataclass(frozen=True)
class YearsInput:
    """The years ahead.

    Attributes
    ----------
    found : YearsForecast or None
        None where it could not be made.
    failed : str
        Why not.
    remarks : tuple of str
        What it is from and what it assumes.
    """

    found: YearsForecast | None
    failed: str = ""
    remarks: tuple[str, ...] = ()
