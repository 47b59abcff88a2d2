"""Reading a report: repaired text, and suggestions for a ledger that people accept or refuse."""

from rivalry.evidence.reading._accept import Placement, place
from rivalry.evidence.reading._actors import find_actors
from rivalry.evidence.reading._causal import find_causal
from rivalry.evidence.reading._document import (
    Document,
    DocumentDate,
    Paragraph,
    Sentence,
    Span,
)
from rivalry.evidence.reading._draft import DRAFT_SECTIONS, STATES, Draft, DraftParagraph, DraftRow
from rivalry.evidence.reading._draft_file import dump_draft, load_draft, save_draft
from rivalry.evidence.reading._events import find_events
from rivalry.evidence.reading._fields import field_kind, field_names
from rivalry.evidence.reading._gold import Gold, load_gold
from rivalry.evidence.reading._llm import Asked, ask_model, find_quote
from rivalry.evidence.reading._llm_http import Endpoint
from rivalry.evidence.reading._open import open_document
from rivalry.evidence.reading._pipeline import Pipeline, load_pipeline
from rivalry.evidence.reading._quantities import find_quantities
from rivalry.evidence.reading._read import dated, read_document
from rivalry.evidence.reading._review import Review
from rivalry.evidence.reading._rows import (
    CausalMention,
    EventMention,
    Mention,
    QuantityMention,
    Reading,
    TimeMention,
)
from rivalry.evidence.reading._safe import one_line, printable
from rivalry.evidence.reading._score import SectionScore, score
from rivalry.evidence.reading._split import document_from_text
from rivalry.evidence.reading._suggest import suggest
from rivalry.evidence.reading._table import draft_table
from rivalry.evidence.reading._times import find_times
from rivalry.evidence.reading._times_document import document_date

__all__ = [
    "DRAFT_SECTIONS",
    "STATES",
    "Asked",
    "CausalMention",
    "Document",
    "DocumentDate",
    "Draft",
    "DraftParagraph",
    "DraftRow",
    "Endpoint",
    "EventMention",
    "Gold",
    "Mention",
    "Paragraph",
    "Pipeline",
    "Placement",
    "QuantityMention",
    "Reading",
    "Review",
    "SectionScore",
    "Sentence",
    "Span",
    "TimeMention",
    "ask_model",
    "dated",
    "document_date",
    "document_from_text",
    "draft_table",
    "dump_draft",
    "field_kind",
    "field_names",
    "find_actors",
    "find_causal",
    "find_events",
    "find_quantities",
    "find_quote",
    "find_times",
    "load_draft",
    "load_gold",
    "load_pipeline",
    "one_line",
    "open_document",
    "place",
    "printable",
    "read_document",
    "save_draft",
    "score",
    "suggest",
]
