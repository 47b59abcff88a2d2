"""What UCDP offers for download, and where.

The addresses follow one pattern from release to release (https://ucdp.uu.se/downloads/): the
version of a yearly release stands in them without its dot, that of a monthly one with underscores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rivalry.foundation import Problem, RivalryError, nearest

#: Where UCDP keeps its files.
UCDP = "https://ucdp.uu.se/downloads/"
#: Releases looked back for when the latest is asked for: years, and months.
_YEARS_BACK, _MONTHS_BACK = 4, 15


@dataclass(frozen=True)
class Product:
    """A data set that can be fetched.

    Attributes
    ----------
    name : str
        As on the command line.
    what : str
    address : str
        Below the downloads folder, with ``{compact}`` (261) or ``{year}`` and ``{month}``.
    monthly : bool
    """

    name: str
    what: str
    address: str
    monthly: bool = False

    def path(self, version: str) -> str:
        """Return the address of a version below the downloads folder.

        Raises
        ------
        RivalryError
            R1258 if the version has not the form of this product's.
        """
        if self.monthly:
            found = re.fullmatch(r"(\d{2})[.]0[.](\d{1,2})", version)
            if found and 1 <= int(found[2]) <= 12:
                return self.address.format(year=found[1], month=int(found[2]))
            form = "26.0.8 for August 2026"
        else:
            found = re.fullmatch(r"(\d{1,2})[.](\d)", version)
            if found:
                return self.address.format(compact=found[1] + found[2])
            form = "26.1"
        raise RivalryError(
            Problem(
                "R1258",
                f"{version!r} is no version of {self.name}",
                f"Write a version such as {form}, or leave it out for the latest.",
            ),
            exit_code=2,
        )

    def recent(self, today: date) -> Iterator[str]:
        """Give versions that may be the latest, the newest first."""
        if not self.monthly:
            yield from (
                f"{year % 100}.1" for year in range(today.year, today.year - _YEARS_BACK, -1)
            )
            return
        last = today.year * 12 + today.month - 1
        for number in range(last, last - _MONTHS_BACK, -1):
            yield f"{number // 12 % 100}.0.{number % 12 + 1}"


PRODUCTS: dict[str, Product] = {
    p.name: p
    for p in (
        Product("ged", "events 1989 to the last full year", "ged/ged{compact}-csv.zip"),
        Product(
            "candidate", "events of one month, before they are reviewed",
            "candidateged/GEDEvent_v{year}_0_{month}.csv", monthly=True,
        ),
        Product(
            "battledeaths", "yearly battle deaths by state-based dyad",
            "brd/ucdp-brd-dyadic-{compact}-csv.zip",
        ),
        Product(
            "nonstate", "yearly deaths by non-state dyad", "nsos/ucdp-nonstate-{compact}-csv.zip"
        ),
        Product(
            "onesided", "yearly deaths by one-sided actor", "nsos/ucdp-onesided-{compact}-csv.zip"
        ),
    )
}  # fmt: skip


def product(name: str) -> Product:
    """Return a product by its name; R1258 with the nearest if there is none."""
    if name in PRODUCTS:
        return PRODUCTS[name]
    close = nearest(name, list(PRODUCTS))
    meant = f"Did you mean {close}? " if close else ""
    raise RivalryError(
        Problem(
            "R1258",
            f"UCDP offers no {name!r}",
            f"{meant}There are: {', '.join(PRODUCTS)}.",
        ),
        exit_code=2,
    )
