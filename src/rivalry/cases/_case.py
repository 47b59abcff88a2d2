"""A case that was read: model, evidence, and how they fit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from rivalry.cases._spec import CaseSpec, FitSpec, ReportSpec
from rivalry.evidence import Coverage, Ledger
from rivalry.foundation import Document, Problem
from rivalry.model.ir import Model

#: Statements of the ledger that figures can bear out, beside the case file.
CHECKS_FILE = "checks.yaml"


@dataclass(frozen=True)
class Case:
    """A case, read and checked by `load_case`.

    Attributes
    ----------
    name : str
        The folder's name; results are filed under it.
    folder, file : Path
        Where it lies.
    spec : CaseSpec
        The case file as typed data.
    model : Model
    ledger : Ledger
        Empty when the case names none.
    coverage : Coverage
        Which rows of the ledger the model carries or leaves outside.
    assumptions : tuple of str
        Elements (``flows.defection``) with neither claims nor source: the analyst's assumptions.
    elements : tuple of str
        All elements that could have them.
    warnings : tuple of Problem
        What is worth knowing and stops nothing.
    hashes : dict of str to str
        SHA-256 of every file of the case, by its path from the case's folder: the case file, its
        ledger and tables, and `CHECKS_FILE` if there is one. A posterior does not depend on them
        (see `rivalry.inference.case_digest`).
    document : Document
        The case file as plain data with positions.
    """

    name: str
    folder: Path
    file: Path
    spec: CaseSpec
    model: Model
    ledger: Ledger
    coverage: Coverage
    assumptions: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    hashes: dict[str, str] = field(default_factory=dict)
    document: Document = field(default_factory=lambda: Document(data=None))

    @property
    def title(self) -> str:
        """Title of the case."""
        return self.spec.title

    @property
    def report(self) -> ReportSpec:
        """What the report puts first."""
        return self.spec.report

    @property
    def fit(self) -> FitSpec:
        """What is fitted, and how."""
        return self.spec.fit

    @cached_property
    def digest(self) -> str:
        """One SHA-256 over all files of the case."""
        lines = "".join(f"{name} {value}\n" for name, value in sorted(self.hashes.items()))
        return hashlib.sha256(lines.encode()).hexdigest()
