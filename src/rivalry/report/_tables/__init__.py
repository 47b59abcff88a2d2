"""Tables: the ledger, its coverage, and what the model assumes."""

from rivalry.report._tables._assumptions import Assumption, assumptions, prior_range, prior_text
from rivalry.report._tables._ledger import (
    STATUS,
    Entry,
    coverage_counts,
    ledger_entries,
    path_text,
)

__all__ = [
    "STATUS",
    "Assumption",
    "Entry",
    "assumptions",
    "coverage_counts",
    "ledger_entries",
    "path_text",
    "prior_range",
    "prior_text",
]
