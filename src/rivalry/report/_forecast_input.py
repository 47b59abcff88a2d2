"""What a report is given of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

from rivalry.forecast import NextForecast, Record


@dataclass(frozen=True)
class ForecastInput:
    """The months ahead, and the record of past forecasts.

    Attributes
    ----------
    found : NextForecast or None
        None where it could not be made.
    failed : str
        Why not.
    remarks : tuple of str
        What it is from and what it assumes.
    record : Record or None
        One that still belongs to the case.
    no_record : str
        Why there is none.
    renew : str
        The command that makes it.
    """

    found: NextForecast | None
    failed: str = ""
    remarks: tuple[str, ...] = ()
    record: Record | None = None
    no_record: str = ""
    renew: str = ""
