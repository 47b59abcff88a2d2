"""The differences between the ranks' ECDF and a straight line, drawn as SVG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rivalry.inference import CalibrationSummary, QuantityCheck

# Colours of the report's charts: the model's blue, and orange for what is out of place.
_LINE, _WRONG, _BAND, _INK, _AXIS = "#0b5c8f", "#b34700", "#d9e6ee", "#3d4450", "#aab0ba"
_FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
_COLUMNS, _WIDTH, _HEIGHT, _HEAD = 3, 230, 150, 74
_LEFT, _TOP, _PLOT_W, _PLOT_H = 38, 24, 180, 96


def draw_chart(title: str, summary: CalibrationSummary) -> str:
    """Draw one panel for each quantity.

    A line that leaves the shaded band speaks against the fit. Above the line of zero there are
    too many low ranks, below it too few.

    Returns
    -------
    str
        An SVG document with a title and a description for those who do not see it.
    """
    checks = summary.quantities
    rows = -(-len(checks) // _COLUMNS)
    columns = min(_COLUMNS, len(checks))
    width, height = max(columns * _WIDTH, 480) + 16, rows * _HEIGHT + _HEAD
    limit = max(_reach(q, summary) for q in checks) * 1.08
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{_FONT}" font-size="11" fill="{_INK}">',
        f'<title id="title">{escape(f"Calibration of {title}")}</title>',
        f'<desc id="desc">{escape(describe(summary))}</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="8" y="20" font-size="14" font-weight="600">{escape(title)}: ranks of true '
        f"values, {summary.fitted} data sets</text>",
        '<text x="8" y="38">Share of ranks below, minus the share expected. Shaded: where correct '
        f"fits stay,</text>"
        f'<text x="8" y="53">all panels together, with probability '
        f"{1 - summary.false_alarm:.0%}.</text>",
    ]
    for i, check in enumerate(checks):
        x, y = 8 + i % _COLUMNS * _WIDTH, _HEAD - 8 + i // _COLUMNS * _HEIGHT
        parts.append(f'<g transform="translate({x} {y})">{_panel(check, summary, limit)}</g>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def describe(summary: CalibrationSummary) -> str:
    """Say in words what the chart shows."""
    said = []
    for q in summary.quantities:
        largest = max(_differences(q, summary), key=abs)
        said.append(
            f"{q.name} {'stays inside' if q.uniform else 'leaves'} its band, largest difference "
            f"{largest:+.2f}, p = {q.p_ecdf:.2g}"
        )
    return (
        f"Differences between the cumulative share of ranks and that of uniform ranks, "
        f"{summary.fitted} data sets, ranks among {summary.n_draws} draws, one panel for each "
        f"quantity, with simultaneous bands. " + "; ".join(said) + "."
    )


def _differences(check: QuantityCheck, summary: CalibrationSummary) -> list[float]:
    cells = summary.n_draws + 1
    return [c / summary.fitted - (i + 1) / cells for i, c in enumerate(check.below)]


def _bounds(check: QuantityCheck, summary: CalibrationSummary) -> tuple[list[float], list[float]]:
    n, cells = summary.fitted, summary.n_draws + 1
    low = [int(c) / n - (i + 1) / cells for i, c in enumerate(check.band.low)]
    high = [int(c) / n - (i + 1) / cells for i, c in enumerate(check.band.high)]
    return low, high


def _reach(check: QuantityCheck, summary: CalibrationSummary) -> float:
    low, high = _bounds(check, summary)
    return max(map(abs, [*low, *high, *_differences(check, summary)]))


def _panel(check: QuantityCheck, summary: CalibrationSummary, limit: float) -> str:
    cells = summary.n_draws + 1
    low, high = _bounds(check, summary)

    def point(i: int, value: float) -> str:
        x = _LEFT + _PLOT_W * (i / cells)
        y = _TOP + _PLOT_H * (0.5 - 0.5 * value / limit)
        return f"{x:.1f},{y:.1f}"

    def path(values: list[float]) -> list[str]:
        whole = [0.0, *values, 0.0]
        return [point(i, v) for i, v in enumerate(whole)]

    colour = _LINE if check.uniform else _WRONG
    note = f"p = {check.p_ecdf:.2g}" if check.uniform else f"p = {check.p_ecdf:.2g}, not uniform"
    tick = float(f"{limit * 0.7:.1g}")
    marks = "".join(
        f'<text x="{_LEFT - 4}" y="{float(point(0, v).split(",")[1]) + 4:.1f}" '
        f'text-anchor="end" font-size="10">{v:+.2g}</text>'
        for v in (tick, -tick)
    )
    start, end = point(0, 0.0).split(",")[0], point(cells, 0.0).split(",")[0]
    middle = point(0, 0.0).split(",")[1]
    bottom = _TOP + _PLOT_H + 13
    dash = "" if check.uniform else ' stroke-dasharray="5 2"'
    return (
        f'<text x="{_LEFT}" y="14" font-weight="600">{escape(check.name)}</text>'
        f'<text x="{_LEFT + _PLOT_W}" y="14" text-anchor="end">{note}</text>'
        f'<polygon fill="{_BAND}" points="{" ".join(path(high) + path(low)[::-1])}"/>'
        f'<line x1="{start}" x2="{end}" y1="{middle}" y2="{middle}" stroke="{_AXIS}"/>'
        f'<polyline fill="none" stroke="{colour}" stroke-width="1.8"{dash} '
        f'points="{" ".join(path(_differences(check, summary)))}"/>'
        f"{marks}"
        f'<text x="{_LEFT}" y="{bottom}" font-size="10">lowest rank</text>'
        f'<text x="{_LEFT + _PLOT_W}" y="{bottom}" text-anchor="end" font-size="10">highest</text>'
    )
