"""The page of a sensitivity analysis: words, tornado, shares of variance, and the screening."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from rivalry.cli import _sensitivity_chart as chart

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.whatif import OutputSensitivity, Sensitivity

STYLE = (
    "body{font-family:system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;"
    "color:#222;line-height:1.45}table{border-collapse:collapse;font-size:.9rem}"
    "caption{text-align:left;padding:.3rem 0}td,th{padding:.2rem .7rem;text-align:right;"
    "border-bottom:1px solid #ccc;vertical-align:top}td:first-child,th:first-child{text-align:left}"
    "figure{margin:.8rem 0}figcaption{font-size:.9rem;max-width:46rem}img{max-width:100%;"
    "height:auto}.scroll{overflow-x:auto}small{color:#555}figure img{min-width:40rem}"
)
#: Rows of the screening table that are shown at once.
_FIRST = 25


def head(title: str) -> str:
    """Return the start of an offline page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><h1>{escape(title)}</h1>"
    )


def page(case: Case, found: Sensitivity, source: str) -> str:
    """Return the page."""
    target = found.target
    what = f"the contrast of '{target.what.label}' with the reference" if target.what.parts else (
        "the reference"
    )  # fmt: skip
    last = target.first + (target.months - 1)
    warnings = "".join(f"<li>{escape(w.message)}</li>" for w in found.warnings)
    sections = "\n".join(_section(found, o, i) for i, o in enumerate(found.outputs))
    links = "".join(
        f'<li><a href="#o{i}">{escape(o.label)}</a></li>' for i, o in enumerate(found.outputs)
    )
    return (
        head(f"{case.title}: what matters")
        + f"<p>What {what} depends on, {target.first} to {last}. {found.varied} parameters vary "
        f"independently of each other: {found.fitted} over the range that the posterior leaves "
        f"each of them, {found.varied - found.fitted} over their priors. Trajectories run free "
        f"from the model's start; {found.runs:,} runs. "
        f"{escape(source[:1].upper() + source[1:])}.</p>"
        f"<ul>{links}</ul>"
        + (f"<h2>Warnings</h2><ul>{warnings}</ul>" if warnings else "")
        + f"\n{sections}\n<h2>How to read this</h2><p><b>In all</b> (total index) is the share of "
        "the variance that would stay if everything but this were known; <b>alone</b> (first-order "
        "index) is the share that would go if only this were known. What is in all but not alone "
        "it shares with others, in interactions, so that the column 'in all' may add up to more "
        "than 100%. Estimates of small shares may "
        "come out below 0, which no share can be: they are shown as 0, and stand as estimated in "
        "shares.csv. <b>Chance</b> is what the model "
        "leaves open when every parameter is known: no study of parameters can take it away. Bars "
        "of the tornado are means over "
        + (
            "what else is drawn"
            if found.others == "drawn"
            else "the random numbers, with all other parameters at their medians"
        )
        + "; thin lines are the 90% intervals that the number of runs leaves. Nothing here says "
        "how the world works: it says what this model's answer hangs on.</p>"
        "<p><small>Morris (1991); Campolongo, Cariboni and Saltelli (2007); Sobol&#x27; (2001); "
        "Saltelli et al. (2010).</small></p></body></html>\n"
    )


def sentences(o: OutputSensitivity) -> str:
    """Say in words what an output depends on."""
    from rivalry.whatif import CHANCE

    if o.sd == 0:
        return f"{o.label} is {o.mean:.4g} in every run."
    chance = o.index(CHANCE)
    unit = f" {o.unit}" if o.unit and o.unit != "1" else ""
    single = [i for i in o.indices if not i.factor.startswith("(")][:3]
    leading = ", ".join(f"{i.label} ({i.total:.0%})" for i in single if i.total >= 0.005)
    measure = {"sum": "In sum", "mean": "On average", "last": "At the end"}[o.how]
    return (
        f"{o.label}. {measure} over the months {o.mean:.4g}{unit} in the mean, in 90% of runs "
        f"{o.q05:.4g} to {o.q95:.4g}. Of the variance {chart.share(chance.total)} "
        f"({chart.share(chance.total_low)} to {chart.share(chance.total_high)}) is chance or goes "
        "with it" + (f"; the parameters that matter most: {leading}." if leading else ".")
    )


def _section(found: Sensitivity, o: OutputSensitivity, number: int) -> str:
    head = f'<section id="o{number}"><h2>{escape(o.label)} <small><code>{escape(o.name)}</code>'
    if o.sd == 0:
        return f"{head}</small></h2><p>{escape(sentences(o))}</p></section>"
    caption = (
        "Open bars: the parameter at the 5% quantile of its range; filled bars: at the 95% "
        "quantile. The number beside a bar is the parameter's value."
    )
    figures = ""
    if o.bars:
        figures = _figure(chart.tornado(o), chart.tornado_words(o), caption) + _bars(o)
    figures += _figure(chart.shares(o), chart.shares_words(o), "Lines: 90% bootstrap intervals.")
    return (
        f"{head}</small></h2><p>{escape(sentences(o))}</p>{figures}"
        f'<div class="scroll">{_shares(o)}</div>{_screening(o)}</section>'
    )


def _figure(svg: str, words: str, caption: str) -> str:
    return (
        f'<figure><div class="scroll" tabindex="0"><img alt="{escape(words, quote=True)}" '
        f'src="{chart.data_uri(svg)}"></div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _bars(o: OutputSensitivity) -> str:
    rows = "".join(
        f"<tr><td>{escape(b.label)}</td><td>{escape(b.unit)}</td><td>{b.low:.3g}</td>"
        f"<td>{b.at_low:.4g}</td><td>{b.high:.3g}</td><td>{b.at_high:.4g}</td></tr>"
        for b in o.bars
    )
    return (
        f"<details><summary>The tornado in figures</summary><p>Mean of {escape(o.label)} with a "
        'parameter held at each end of its range.</p><div class="scroll"><table><thead><tr>'
        '<th scope="col">parameter</th><th scope="col">unit</th><th scope="col">5%</th>'
        '<th scope="col">mean there</th><th scope="col">95%</th><th scope="col">mean there</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _shares(o: OutputSensitivity) -> str:
    rows = "".join(
        f"<tr><td>{escape(i.label)}</td><td>{chart.share(i.total, 1)}</td>"
        f"<td>{chart.share(i.total_low, 1)} to {chart.share(i.total_high, 1)}</td>"
        f"<td>{chart.share(i.first, 1)}</td>"
        f"<td>{chart.share(i.first_low, 1)} to {chart.share(i.first_high, 1)}</td></tr>"
        for i in chart.shown(o)
    )
    return (
        "<table><caption>Shares of the variance, with 90% intervals; 0 where the estimate is below "
        "0</caption><thead><tr>"
        '<th scope="col">factor</th><th scope="col">in all</th><th scope="col">interval</th>'
        '<th scope="col">alone</th><th scope="col">interval</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _screening(o: OutputSensitivity) -> str:
    moving = [s for s in o.screened if s.mu_star > 0]
    rows = "".join(
        f"<tr><td>{escape(s.label)} <small><code>{escape(s.parameter)}</code></small></td>"
        f"<td>{s.mu_star:.3g}</td><td>{s.mu_star_error:.2g}</td><td>{s.mu:.3g}</td>"
        f"<td>{s.sigma:.3g}</td></tr>"
        for s in moving[:_FIRST]
    )
    still = len(o.screened) - len(moving)
    return (
        f"<details><summary>Screening: {len(moving)} of {len(o.screened)} parameters move it"
        f"{f', {still} never do' if still else ''}</summary><p>Elementary effects: what a move of "
        "one parameter from its 5% to its 95% quantile changes, at points scattered over the "
        "others. Other random numbers alone change the output by "
        f'{o.chance_move:.3g} in the mean.</p><div class="scroll"><table><thead><tr>'
        '<th scope="col">parameter</th><th scope="col">mean size</th><th scope="col">its standard '
        'error</th><th scope="col">mean</th><th scope="col">standard deviation</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )
