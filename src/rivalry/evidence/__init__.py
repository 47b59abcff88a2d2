"""Sources, claims and everything else a report says: the ledger of a case, and its coverage.

A ledger restates what sources say, row by row, each row with its source, the place in it, who
asserts it and how firmly. `load_ledger` reads one from YAML and reports every fault at once.
"""

from rivalry.evidence._bibtex import bibtex
from rivalry.evidence._coverage import COVERED_SECTIONS, Coverage, coverage
from rivalry.evidence._dates import DateText, first_day, last_day, resolution
from rivalry.evidence._ledger import SECTIONS, Ledger, LedgerRow
from rivalry.evidence._load import load_ledger, parse_ledger
from rivalry.evidence._rows import (
    Actor,
    ActorStatus,
    Claim,
    Event,
    Lever,
    Loop,
    Outlook,
    Place,
    Quantity,
    Relation,
    Row,
    Source,
    SourceDate,
)
from rivalry.evidence._write import dump_ledger, ledger_schema, save_ledger

__all__ = [
    "COVERED_SECTIONS",
    "SECTIONS",
    "Actor",
    "ActorStatus",
    "Claim",
    "Coverage",
    "DateText",
    "Event",
    "Ledger",
    "LedgerRow",
    "Lever",
    "Loop",
    "Outlook",
    "Place",
    "Quantity",
    "Relation",
    "Row",
    "Source",
    "SourceDate",
    "bibtex",
    "coverage",
    "dump_ledger",
    "first_day",
    "last_day",
    "ledger_schema",
    "load_ledger",
    "parse_ledger",
    "resolution",
    "save_ledger",
]
