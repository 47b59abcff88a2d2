"""Charts of profiles, as SVG with words for those who cannot see them, and a page of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rivalry.inference import Profile, ProfileSettings

_WIDTH, _HEIGHT = 640, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 16, 34, 44
#: Colours that differ in lightness as well as in hue.
_BAND, _LINE, _DOT, _GREY = "#dbe7f3", "#1f5a96", "#222222", "#767676"
_WEIGHED = {
    "others": "log-likelihood with the priors of the others",
    "all": "log posterior density",
    "none": "log-likelihood",
}
#: Points further below the maximum than this are cut off: they would flatten the rest.
_DEEP = 12.0


def svg(found: Sequence[Profile]) -> str:
    """Return one SVG with a panel for each profile."""
    panels = [_panel(p, i) for i, p in enumerate(found)]
    height = _HEIGHT * len(panels)
    inside = "\n".join(f'<g transform="translate(0 {_HEIGHT * i})">{p}</g>' for i, p in
                       enumerate(panels))  # fmt: skip
    words = escape(" ".join(describe(p) for p in found))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="name words" '
        f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="12">\n'
        f'<title id="name">{escape(_title(found))}</title>\n<desc id="words">{words}</desc>\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n{inside}\n</svg>'
    )


def page(case: str, found: Sequence[Profile], settings: ProfileSettings) -> str:
    """Return a page with each profile's chart, its sentence and its table."""
    parts = []
    for p in found:
        # ids must be unique on the page, so each chart is an image with its words as alt text
        parts.append(
            f"<section><h2>{escape(p.parameter)}</h2><p>{escape(describe(p))}</p>"
            f'<img width="{_WIDTH}" height="{_HEIGHT}" alt="{escape(describe(p), quote=True)}" '
            f'src="{_data_uri(svg([p]))}">{_table(p)}</section>'
        )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(case)}: profiles</title><style>body{{font-family:system-ui,sans-serif;"
        "max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222}table{border-collapse:"
        "collapse}td,th{padding:.15rem .8rem;text-align:right;border-bottom:1px solid #ccc}"
        "img{max-width:100%;height:auto}</style></head>"
        f"<body><h1>{escape(case)}: profiles</h1><p>{settings.points} values of each parameter, "
        f"{settings.replicates} climbs of {settings.passes} passes at each, "
        f"{settings.particles:,} particles, {settings.repeats} filters at the end, seed "
        f"{settings.seed}. Height: {_WEIGHED[settings.priors]}. Intervals are Monte Carlo "
        "adjusted (Ionides, Breto, Park, Smith &amp; King 2017).</p>\n"
        + "\n".join(parts)
        + "\n</body></html>"
    )


def describe(found: Profile) -> str:
    """Return the words of a chart: what a reader would see in it."""
    from rivalry.cli.profile import says

    heights = [p.height for p in found.points]
    lost = sum(not np.isfinite(h) for h in heights)
    bounded = found.curve.intervals[-1].bounded != "neither"
    highest = f", highest at {found.peak:.4g}" if bounded else ""
    text = (
        f"Profile of {found.parameter} from {found.points[0].value:.4g} to "
        f"{found.points[-1].value:.4g}{highest}: {says(found)}. "
        f"The points scatter by {found.curve.noise:.2g} round the smooth curve."
    )
    if lost:
        text += f" At {lost} of {len(heights)} values no particle could give the data."
    return text


def _title(found: Sequence[Profile]) -> str:
    return "Profile of " + ", ".join(p.parameter for p in found)


def _panel(found: Profile, number: int) -> str:
    xs = np.array([p.value for p in found.points])
    top = found.curve.top
    heights = np.array([p.height - top for p in found.points])
    shown = np.isfinite(heights) & (heights > -_DEEP)
    smooth = found.curve.smooth[::10] - top
    kept = smooth > -_DEEP
    cutoff = -found.curve.intervals[-1].cutoff
    floor = min(float(heights[shown].min(initial=0.0)), cutoff) - 0.5
    ceiling = max(float(heights[shown].max(initial=0.0)), 0.0) + 0.5
    low, high = float(xs.min()), float(xs.max())

    def at_x(v: float) -> float:
        return _LEFT + (v - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def at_y(v: float) -> float:
        return _TOP + (ceiling - v) / (ceiling - floor) * (_HEIGHT - _TOP - _BOTTOM)

    _, left, right = found.intervals[-1]
    x1, x2 = at_x(low if left is None else left), at_x(high if right is None else right)
    bottom = _HEIGHT - _BOTTOM
    out = [
        f'<text x="{_LEFT}" y="20" font-size="14" font-weight="600">{escape(found.parameter)}'
        "</text>",
        f'<rect x="{x1:.1f}" y="{_TOP}" width="{max(x2 - x1, 1):.1f}" height="{bottom - _TOP}" '
        f'fill="{_BAND}"/>',
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{at_y(cutoff):.1f}" '
        f'y2="{at_y(cutoff):.1f}" stroke="{_GREY}" stroke-dasharray="5 4"/>',
        f'<text x="{_WIDTH - _RIGHT}" y="{at_y(cutoff) - 4:.1f}" text-anchor="end" '
        f'fill="{_GREY}">{found.intervals[-1][0]:.0%} cutoff</text>',
    ]
    out += _axes(low, high, floor, ceiling, at_x, at_y)
    line = " ".join(
        f"{at_x(float(x)):.1f},{at_y(float(y)):.1f}"
        for x, y, k in zip(found.curve_values, smooth, kept, strict=True)
        if k
    )
    clip = f"panel{number}"
    out.append(
        f'<clipPath id="{clip}"><rect x="{_LEFT}" y="{_TOP}" width="{_WIDTH - _LEFT - _RIGHT}" '
        f'height="{bottom - _TOP}"/></clipPath><polyline clip-path="url(#{clip})" '
        f'points="{line}" fill="none" stroke="{_LINE}" stroke-width="2"/>'
    )
    for p, h, s in zip(found.points, heights, shown, strict=True):
        x = at_x(p.value)
        if not s:  # impossible, or far below the rest
            out.append(f'<path d="M{x - 4:.1f} {bottom - 8}h8l-4 6z" fill="{_GREY}"/>')
            continue
        error = p.standard_error if np.isfinite(p.standard_error) else 0.0
        ends = (at_y(min(h + error, ceiling)), at_y(max(h - error, floor)))
        out.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{ends[0]:.1f}" y2="{ends[1]:.1f}" '
            f'stroke="{_DOT}"/><circle cx="{x:.1f}" cy="{at_y(h):.1f}" r="3.2" fill="{_DOT}"/>'
        )
    return "\n".join(out)


def _axes(
    low: float, high: float, floor: float, ceiling: float,
    at_x: Callable[[float], float], at_y: Callable[[float], float],
) -> list[str]:  # fmt: skip
    bottom = _HEIGHT - _BOTTOM
    out = [f'<path d="M{_LEFT} {_TOP}V{bottom}H{_WIDTH - _RIGHT}" fill="none" stroke="{_GREY}"/>']
    for v in _ticks(low, high, 6):
        out.append(f'<text x="{at_x(v):.1f}" y="{bottom + 16}" text-anchor="middle">{v:.4g}</text>')
    for v in _ticks(floor, ceiling, 5):
        out.append(f'<text x="{_LEFT - 6}" y="{at_y(v) + 4:.1f}" text-anchor="end">{v:.4g}</text>')
    out.append(
        f'<text x="{_LEFT}" y="{_HEIGHT - 8}" fill="{_GREY}">height below the maximum of the '
        "curve, by value; bars: standard error; triangles: below the chart</text>"
    )
    return out


def _ticks(low: float, high: float, about: int) -> list[float]:
    raw = (high - low) / about
    size = 10.0 ** np.floor(np.log10(raw))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= raw)
    first = np.ceil(low / step)
    return [float(k * step) for k in np.arange(first, np.floor(high / step + 1e-9) + 1)]


def _table(found: Profile) -> str:
    rows = "".join(
        f"<tr><td>{p.value:.4g}</td><td>{_plain(p.log_likelihood)}</td>"
        f"<td>{_plain(p.standard_error)}</td><td>{_plain(p.height)}</td></tr>"
        for p in found.points
    )
    return (
        "<details><summary>The points</summary><table><thead><tr><th>value</th>"
        "<th>log-likelihood</th><th>standard error</th><th>height</th></tr></thead><tbody>"
        f"{rows}</tbody></table></details>"
    )


def _plain(value: float) -> str:
    if np.isnan(value):
        return "unknown"
    return f"{value:.2f}" if np.isfinite(value) else "impossible"


def _data_uri(text: str) -> str:
    from base64 import b64encode

    return "data:image/svg+xml;base64," + b64encode(text.encode()).decode()
