"""Case files: reading, checking and finding them, and their JSON Schema.

A case is a folder with ``case.yaml``, usually a ledger and data tables beside it. `load_case`
reads all of it and reports every fault at once, each with file, line and remedy.
"""

from rivalry.cases._authored import authored_prior
from rivalry.cases._bundled import bundled, find_case
from rivalry.cases._case import CHECKS_FILE, Case
from rivalry.cases._json_schema import case_schema
from rivalry.cases._load import load_case
from rivalry.cases._spec import CaseSpec, FitSpec, MapSpec, ReportSpec

__all__ = [
    "CHECKS_FILE",
    "Case",
    "CaseSpec",
    "FitSpec",
    "MapSpec",
    "ReportSpec",
    "authored_prior",
    "bundled",
    "case_schema",
    "find_case",
    "load_case",
]
