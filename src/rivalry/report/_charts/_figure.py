"""A chart with everything that stands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One chart of the page.

    Parameters
    ----------
    key : str
        Unique on the page; safe as an HTML id.
    title, unit : str
        Heading and what the vertical axis counts.
    alt : str
        What the chart shows, for those who do not see it.
    notes : tuple of str
        Captions: scale, share inside the band, source.
    spec, rows : dict
        Vega-Lite specification, and compact data (see `static/charts.js`).
    group : str
        Heading under which it stands.
    small : bool
        Whether it is one of many small ones.
    """

    key: str
    title: str
    unit: str
    alt: str
    notes: tuple[str, ...]
    spec: dict[str, Any]
    rows: dict[str, Any]
    group: str = ""
    small: bool = False


def slug(text: str) -> str:
    """Make an id from a name; different names of one model give different ids."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower() or "x"
