"""A page of loop scores: a strip for each loop over time, words, and the table of the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rivalry.cli._loops_tables import MARKS, share_text

if TYPE_CHECKING:
    from rivalry.whatif import LoopBand, LoopStrength, LoopYear

_WIDTH, _LEFT, _RIGHT, _TOP = 760, 46, 12, 8
_STRIP, _TITLE = 46, 18
#: Colours that differ in lightness as well as in hue; balancing loops are hatched besides.
_COLOURS = {"reinforcing": "#b3541e", "balancing": "#1f5a96", "": "#5c5c5c"}
_GRID, _TEXT = "#d5d5d5", "#222222"
#: Months of the running mean that the strips show.
_SMOOTH = 12
_STYLE = (
    "body{font-family:system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem;"
    "color:#222;line-height:1.45}table{border-collapse:collapse;margin:1rem 0}caption{text-align:"
    "left;padding:.3rem 0}td,th{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #ccc;"
    "vertical-align:top}td{white-space:nowrap}td:first-child,th:first-child{text-align:left}svg{max-width:100%;"
    "height:auto}.scroll{overflow-x:auto}small{color:#555}"
)
_READ = {
    "relative": "At each stock and level on the way round a loop, what reaches it along the loop "
    "is taken as a share of all that moves it (what it does to itself, and to and fro with others, "
    "aside); a loop's share is the product.",
    "published": "Scores are the loop scores of Schoenberg, Davidsen and Eberlein (2020), as "
    "shares of the sum of their sizes. Forces that cancel at a stock count before they cancel.",
}


def page(
    title: str,
    found: Sequence[LoopStrength],
    compared: Mapping[str, Sequence[LoopYear]],
    made: str,
    method: str,
) -> str:
    """Return the page, which opens without a network."""
    draws = found[0].scores.sizes["draw"]
    sections = "\n".join(_section(s, compared[s.variable], i) for i, s in enumerate(found))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}: which loop drives what</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}: which loop drives what</h1>"
        f"<p>{draws:,} draws; {escape(made)}. Shares are of the change that the model expects of "
        "a variable from one month to the next. A <em>reinforcing</em> loop (R) pushes a change "
        "further, a <em>balancing</em> loop (B) works against it.</p>\n"
        f"{sections}\n<h2>How to read this</h2><p>{escape(_READ[method])} Each variable is "
        "computed again with one of its inputs moved and the others held (Loops that Matter: "
        "Schoenberg, Davidsen and Eberlein 2020, System Dynamics Review 36(2); flows as in "
        "Schoenberg, Hayward and Eberlein 2023, 39(2)). The loops, what comes from outside them "
        "and what was not traced make up the whole in every month. Strips show running means of a "
        "year. A strong loop is "
        "what the model does, not what is known of the world: bands carry the uncertainty of the "
        "parameters, none of it that of the structure.</p></body></html>\n"
    )


def _section(strength: LoopStrength, years: Sequence[LoopYear], number: int) -> str:
    from rivalry.whatif import loop_sentences

    words = "".join(f"<p>{escape(' '.join(loop_sentences(strength, y)))}</p>" for y in years)
    absent = (
        f"<p><small>Loops of the case that do not run through it: {', '.join(strength.absent)}."
        "</small></p>"
        if strength.absent
        else ""
    )
    return (
        f"<section><h2>{escape(strength.label)} <small><code>{escape(strength.variable)}</code>"
        f"</small></h2>{words}{_chart(strength, years, number)}{_table(strength, years)}{absent}"
        "</section>"
    )


def _chart(strength: LoopStrength, years: Sequence[LoopYear], number: int) -> str:
    from rivalry.whatif import loop_bands, loop_sentences

    series = list(loop_bands(strength, smooth=_SMOOTH))
    months: NDArray[np.datetime64] = strength.scores["month"].values
    top = float(np.nanmax([_nanmax(np.abs(b.quantiles)) for b in series], initial=0.01))
    top = min(1.0, np.ceil(top * 20) / 20)
    step = _STRIP + _TITLE
    height = _TOP + step * len(series) + 24
    strips = "\n".join(
        f'<g transform="translate(0 {_TOP + i * step})">{_strip(b, top, number)}</g>'
        for i, b in enumerate(series)
    )
    words = (
        f"Strips of monthly shares of the change of {strength.label}, one for each loop, with "
        "bands of 50% and 90% of the draws; running means of twelve months. "
        + " ".join(line for y in years for line in loop_sentences(strength, y))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t{number} d{number}" '
        f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="12">'
        f'<title id="t{number}">Loops that drive {escape(strength.label)}</title>'
        f'<desc id="d{number}">{escape(words)}</desc>'
        f'<defs><pattern id="hatch{number}" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="5" height="5" fill="#e3ecf6"/>'
        f'<path d="M0 0V5" stroke="{_COLOURS["balancing"]}" stroke-width="1.4"/></pattern></defs>'
        f"\n{strips}\n{_time_axis(months, _TOP + step * len(series))}</svg>"
    )


def _strip(band: LoopBand, top: float, number: int) -> str:
    low90, low50, middle, high50, high90 = np.abs(band.quantiles)
    n = middle.size
    xs = _LEFT + np.arange(n) * (_WIDTH - _LEFT - _RIGHT) / max(n - 1, 1)

    def ys(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return _TITLE + _STRIP - 6 - np.clip(values / top, 0, 1) * (_STRIP - 8)

    colour = _COLOURS[band.polarity]
    fill = f"url(#hatch{number})" if band.polarity == "balancing" else colour
    opacity = ("0.55", "0.9") if band.polarity == "balancing" else ("0.18", "0.3")
    dash = ' stroke-dasharray="6 3"' if band.polarity == "balancing" else ""
    mark = f"{MARKS[band.polarity]}  " if band.polarity else ""
    most = _nanmax(np.abs(middle))
    note = "" if most >= 0.1 * top else f" (median never above {100 * most:.2g}%)"
    if np.isnan(most):
        note = " (does not change)"
    # an id such as L4 stands for words that the reader knows from the case
    name = f"{band.id} {band.label}" if band.kind == "named" else band.label
    if band.kind == "outside":
        name = f"outside the loops: {name}"
    base = _TITLE + _STRIP - 6
    out = [
        f'<text x="{_LEFT}" y="12" fill="{_TEXT}"><tspan font-weight="700">{mark}</tspan>'
        f"{escape(_short(name, 105 - len(note)))}{note}</text>",
        f'<path d="M{_LEFT} {base}H{_WIDTH - _RIGHT}M{_LEFT} {base - _STRIP + 8}H{_WIDTH - _RIGHT}"'
        f' stroke="{_GRID}" fill="none"/>',
        f'<text x="{_LEFT - 6}" y="{base - _STRIP + 14}" text-anchor="end" fill="#555" '
        f'font-size="10">{top:.0%}</text>',
        f'<text x="{_LEFT - 6}" y="{base}" text-anchor="end" fill="#555" font-size="10">0</text>',
    ]
    for start, stop in _runs(np.isfinite(middle)):
        at = slice(start, stop)
        for (a, b), alpha in zip(((low90, high90), (low50, high50)), opacity, strict=True):
            edge = [*zip(xs[at], ys(a[at]), strict=True)]
            edge += [*zip(xs[at], ys(b[at]), strict=True)][::-1]
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge)
            out.append(f'<polygon points="{points}" fill="{fill}" fill-opacity="{alpha}"/>')
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs[at], ys(middle[at]), strict=True))
        out.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        )
    return "".join(out)


def _time_axis(months: NDArray[np.datetime64], y: int) -> str:
    n = len(months)
    out = []
    years = [(i, str(m)[:4]) for i, m in enumerate(months) if str(m)[5:7] == "01"]
    stride = max(1, -(-len(years) // 14))
    for i, year in years[::stride]:
        x = _LEFT + i * (_WIDTH - _LEFT - _RIGHT) / max(n - 1, 1)
        out.append(
            f'<path d="M{x:.1f} {_TOP}V{y}" stroke="{_GRID}" stroke-width="0.6"/>'
            f'<text x="{x:.1f}" y="{y + 14}" text-anchor="middle" fill="{_TEXT}">{year}</text>'
        )
    return "".join(out)


def _table(strength: LoopStrength, years: Sequence[LoopYear]) -> str:
    from rivalry.whatif import LOOP_SOURCES, LOOP_UNTRACED

    head = "".join(f'<th scope="col">{y.year}</th>' for y in years)
    rows = []
    for j, loop in enumerate(strength.loops):
        cells = []
        for y in years:
            row = y.rows[j]
            text = share_text(row.median, row.low, row.high)
            if row.first >= 0.005:
                text += f"<br><small>largest in {row.first:.0%} of draws</small>"
            cells.append(f"<td>{text}</td>")
        name = f"{loop.id} {loop.label}" if loop.kind == "named" else loop.label
        rows.append(
            f'<tr><th scope="row">{escape(name)} <small>({loop.polarity})</small></th>'
            f"{''.join(cells)}</tr>"
        )
    for name in years[0].outside:
        label = LOOP_UNTRACED if name == "untraced" else f"outside: {LOOP_SOURCES[name]}"
        marks = "".join(f"<td>{share_text(*y.outside[name])}</td>" for y in years)
        rows.append(f'<tr><th scope="row">{escape(label)}</th>{marks}</tr>')
    return (
        '<div class="scroll"><table><caption>Median share of the year\'s monthly changes, with the '
        "interval of 90% of the draws. A dash: it did not change in that year.</caption>"
        f'<thead><tr><th scope="col">loop</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody>'
        "</table></div>"
    )


def _runs(there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of months that have a value."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _nanmax(values: NDArray[np.float64]) -> float:
    there = values[np.isfinite(values)]
    return float(there.max()) if there.size else float("nan")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
