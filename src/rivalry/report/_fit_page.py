"""The diagnostics of a fit as a page of its own."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from rivalry.foundation import atomic_write
from rivalry.inference import Diagnosis, FitFile
from rivalry.report._charts import vega_bundle
from rivalry.report._fit import fit_section, unsettled
from rivalry.report._input import CaseLike
from rivalry.report._render import SECTIONS, environment, json_block, payload, policy, static


def write_fit_page(
    fit: FitFile,
    path: str | Path,
    *,
    case: CaseLike | None = None,
    found: Diagnosis | None = None,
) -> Path:
    """Write what the report says of a fit as one HTML file that opens offline.

    Parameters
    ----------
    fit : FitFile
    path : str or Path
    case : CaseLike, optional
        Gives names, units and exact normal scores.
    found : Diagnosis, optional
        If the fit has been diagnosed already, perhaps with the likelihood's noise measured.

    Raises
    ------
    RivalryError
        R0105 when the file cannot be written.
    """
    section = fit_section(fit, case, found)
    scripts = [vega_bundle(), *(static(n) for n in ("charts.js", "tables.js", "fit.js"))]
    style = static("report.css") + static("fit.css")
    title = case.spec.title if case is not None else str(fit.attributes.get("case", fit.path.name))
    text = (
        environment()
        .get_template("fit_page.html.j2")
        .render(
            title=title,
            case_name=title,
            sections=SECTIONS,
            fit=section,
            fit_warning=unsettled(section.diagnosis),
            policy=policy(scripts, style),
            scripts=[Markup(s) for s in scripts],
            style=Markup(style),
            charts=json_block(payload(section.figures)),
        )
    )
    with atomic_write(path) as stream:
        stream.write(text)
    return Path(path)
