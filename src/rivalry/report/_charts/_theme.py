"""Colours and the Vega configuration that all charts share.

Blue and orange as in Okabe & Ito (2008), which stay apart for all common kinds of colour vision;
shape and dashes repeat what colour says.
"""

from __future__ import annotations

from typing import Any

MODEL = "#0b5c8f"
DATA = "#1b1b1b"
RANGE = "#b34700"
INK = "#3d4450"
GRID = "#e6e8ec"
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration, given once to the page and not in each chart."""
    return {
        "background": "transparent",
        "font": FONT,
        # The figure's own label says it all; labels of single marks would drown a screen reader.
        "aria": False,
        "view": {"stroke": None},
        "axis": {
            "labelColor": INK,
            "labelFontSize": 11,
            "gridColor": GRID,
            "domainColor": "#aab0ba",
            "tickColor": "#aab0ba",
            "tickSize": 4,
            "labelPadding": 4,
        },
        "axisX": {"grid": False, "labelOverlap": "greedy", "labelSeparation": 8},
        "axisY": {"domain": False, "ticks": False, "minExtent": 34},
        "legend": {"labelColor": INK, "titleColor": INK, "labelFontSize": 11},
    }
