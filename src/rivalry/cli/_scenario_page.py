"""The page of what-ifs: sentences, a table and charts by month, with words for each chart."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rivalry.whatif import signed

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.whatif import Contrast, Contrasts, Effect

_WIDTH, _HEIGHT = 420, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 28, 30
_OVER = {"sum": "added up", "mean": "mean", "last": "at the end"}
#: Bands that differ in lightness; the line of no change is dashed.
_WIDE, _NARROW, _LINE, _GREY = "#dbe7f3", "#a9c6e2", "#1f5a96", "#5f5f5f"
_STYLE = (
    "body{font-family:system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;"
    "color:#222;line-height:1.45}table{border-collapse:collapse;font-size:.9rem}"
    "td,th{padding:.15rem .7rem;text-align:right;border-bottom:1px solid #ccc}"
    "td:first-child,th:first-child{text-align:left}figure{display:inline-block;margin:.4rem;"
    "vertical-align:top;width:420px;max-width:100%}figcaption{font-size:.85rem}"
    "img{max-width:100%;height:auto}.scroll{overflow-x:auto}"
)


def page(case: Case, found: Contrasts, shown: dict[str, list[str]], source: str, draws: int) -> str:
    """Return an offline page with a section for each what-if."""
    links = "".join(
        f'<li><a href="#w{i}">{escape(c.what.label)}</a></li>' for i, c in enumerate(found)
    )
    sections = "\n".join(_section(case, c, shown[c.what.name], i) for i, c in enumerate(found))
    warnings = "".join(f"<li>{escape(w.message)}</li>" for w in found.warnings)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(case.title)}: what if</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(case.title)}: what if</h1>"
        f"<p>Each what-if is compared with the reference on the same {draws:,} draws of the "
        "parameters and the same random numbers, so that every difference comes from the change. "
        f"{escape(source[:1].upper() + source[1:])}. The bands hold 50% and 90% of the draws. A "
        "contrast says what the model implies; it is no forecast of what anybody will do.</p>"
        f"<ul>{links}</ul>"
        + (f"<h2>Warnings</h2><ul>{warnings}</ul>" if warnings else "")
        + f"\n{sections}\n</body></html>\n"
    )


def _section(case: Case, found: Contrast, names: list[str], number: int) -> str:
    from rivalry.whatif import effects, in_words

    rows = effects(case.model, found, names)
    went = (
        f"Both worlds go on from the states at the end of {found.from_states}, with all that comes "
        "from outside held as it was then."
        if found.from_states is not None
        else "Both worlds run from the model's start; the data do not steer them on the way."
    )
    parts = " ".join(p.spec.note.strip() for p in found.what.parts if p.spec.note)
    return (
        f'<section id="w{number}"><h2>{escape(found.what.label)}</h2>'
        f"<p>{found.first} to {found.months[-1]}. {went} {escape(parts)}</p>"
        f'<div class="scroll">{_table(rows)}</div>'
        + "".join(_figure(found, e, in_words(e)) for e in rows)
        + "</section>"
    )


def _table(rows: list[Effect]) -> str:
    from rivalry.whatif import chance

    body = ""
    for e in rows:
        s = e.spread
        sure = max(s.p_up, s.p_down)
        way = "unchanged" if s.p_zero == 1 else "higher" if s.p_up >= s.p_down else "lower"
        words = way if s.p_zero == 1 else f"{way} {chance(sure)}"
        body += (
            f"<tr><td>{escape(e.label)}{escape(_unit(e))}</td><td>{_OVER[e.how]}</td>"
            f"<td>{signed(e.reference).removeprefix('+')}</td><td>{signed(s.median)}</td>"
            f"<td>{signed(s.q25)} to {signed(s.q75)}</td><td>{signed(s.q05)} to "
            f"{signed(s.q95)}</td><td>{escape(words)}</td></tr>"
        )
    return (
        "<table><thead><tr><th>output</th><th>over the months</th><th>reference</th>"
        "<th>change, median</th><th>50% of draws</th><th>90% of draws</th><th>direction</th></tr>"
        f"</thead><tbody>{body}</tbody></table>"
    )


def _figure(found: Contrast, e: Effect, words: str) -> str:
    if e.spread.p_zero == 1:
        return ""
    monthly = found.monthly(e.name)
    # the middle of monthly counts often stays at 0 while their sum moves
    so_far = e.how == "sum" and not np.nanmedian(monthly, axis=0).any()
    drawn = np.cumsum(monthly, axis=1) if so_far else monthly
    bands = np.nanquantile(drawn, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
    months = [str(m) for m in found.months]
    title = f"{e.label}{_unit(e)}" + (
        ", running sum" if so_far else " a month" if e.how == "sum" else ", by month"
    )
    uri = "data:image/svg+xml;base64," + b64encode(_svg(bands, months, title).encode()).decode()
    what = "so far, added up month by month" if so_far else "by month"
    alt = f"Change of {e.label} {what}, {months[0]} to {months[-1]}. {words}"
    if so_far:
        words += " Drawn: the change so far; in single months the median stays 0."
    return (
        f'<figure><img width="{_WIDTH}" height="{_HEIGHT}" alt="{escape(alt, quote=True)}" '
        f'src="{uri}"><figcaption>{escape(words)}</figcaption></figure>'
    )


def _svg(bands: NDArray[np.float64], months: list[str], title: str) -> str:
    low, high = float(min(bands.min(), 0.0)), float(max(bands.max(), 0.0))
    if high - low <= 0:
        high, low = 1.0, -1.0
    n = len(months)

    def x(i: int) -> float:
        return _LEFT + (i + 0.5) / n * (_WIDTH - _LEFT - _RIGHT)

    def y(v: float) -> float:
        return _TOP + (high - v) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    def line(row: NDArray[np.float64], order: range) -> str:
        return " ".join(f"{x(i):.1f},{y(float(row[i])):.1f}" for i in order)

    def area(a: int, b: int, colour: str) -> str:
        points = f"{line(bands[a], range(n))} {line(bands[b], range(n - 1, -1, -1))}"
        return f'<polygon points="{points}" fill="{colour}"/>'

    ticks = "".join(
        f'<text x="{_LEFT - 5}" y="{y(v) + 4:.1f}" text-anchor="end">{_tick(v)}</text>'
        for v in dict.fromkeys((low, 0.0, high))
        if v == 0 or abs(v) > 0.08 * (high - low)
    )
    ends = "".join(
        f'<text x="{x(i):.1f}" y="{_HEIGHT - 12}" text-anchor="{anchor}">{months[i]}</text>'
        for i, anchor in ((0, "start"), (n - 1, "end"))[: 1 if n == 1 else 2]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="11" fill="#222">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
        f"{area(0, 4, _WIDE)}{area(1, 3, _NARROW)}"
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(0.0):.1f}" y2="{y(0.0):.1f}" '
        f'stroke="{_GREY}" stroke-dasharray="4 3"/>'
        f'<polyline points="{line(bands[2], range(n))}" fill="none" stroke="{_LINE}" '
        f'stroke-width="2"/>{ticks}{ends}<text x="4" y="13">{escape(_short(title))}</text></svg>'
    )


def _short(text: str) -> str:
    return text if len(text) <= 66 else text[:65] + "…"


def _unit(e: Effect) -> str:
    """Return the unit where the label does not say it already."""
    if not e.unit or e.unit == "1" or e.unit.lower() in e.label.lower():
        return ""
    return f", {e.unit.replace('/month', ' a month')}"


def _tick(value: float) -> str:
    return signed(value).removeprefix("+")
