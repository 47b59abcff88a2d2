"""Whether claims and loops run through the model as the case says, and the report finds its names.
"""

from __future__ import annotations

from rivalry.cases._spec import CaseSpec
from rivalry.foundation import Document, Problems, nearest
from rivalry.model import Model


def check_report(spec: CaseSpec, model: Model, document: Document, problems: Problems) -> None:
    """Check that what the report puts first exists (R0218)."""
    observations = set(spec.observations)
    known = {"headline": observations | set(model.recordable), "stocks": set(), "levels": set()}
    for name in model.recordable:
        element = model.elements[name]
        if element.kind == "stock":
            known["stocks"] |= {name, element.base}
        elif element.kind in ("level", "auxiliary"):
            known["levels"] |= {name, element.base}
        known["headline"].add(element.base)
    for key, names in known.items():
        for i, name in enumerate(getattr(spec.report, key)):
            if name not in names:
                close = nearest(name, names)
                problems.add(
                    "R0218",
                    f"report.{key} names {name!r}, which is not among the model's {key}"
                    if key != "headline"
                    else f"report.headline names {name!r}, which nothing in the model is called",
                    f"Did you mean {close!r}?" if close else "Correct or remove the name.",
                    file=document.file,
                    line=document.line(("report", key, i)),
                    where=f"report.{key}",
                )


def check_structure(spec: CaseSpec, model: Model, document: Document, problems: Problems) -> None:
    """Compare bindings and loops with the dependencies of the model."""
