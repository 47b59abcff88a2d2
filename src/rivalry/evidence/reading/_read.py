"""Reading a document: every finder in its turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rivalry.evidence._rows import Actor
from rivalry.evidence.reading._actors import find_actors
from rivalry.evidence.reading._causal import find_causal
from rivalry.evidence.reading._document import Document
from rivalry.evidence.reading._events import find_events
from rivalry.evidence.reading._pipeline import Pipeline, find_names
from rivalry.evidence.reading._quantities import find_quantities
from rivalry.evidence.reading._rows import Reading
from rivalry.evidence.reading._times import find_times
from rivalry.evidence.reading._times_document import document_date


def read_document(
    document: Document,
    actors: Sequence[Actor] = (),
    *,
    pipeline: Pipeline | None = None,
) -> Reading:
    """Find actors, times, quantities, events and causal statements.

    Parameters
    ----------
    document : Document
    actors : sequence of Actor
        Of the case's ledger, beside the bundled names of armed groups and states.
    pipeline : Pipeline, optional
        A spaCy pipeline, asked for names that no table has.

    Returns
    -------
    Reading
    """
    mentions = tuple(find_actors(document, actors))
    if pipeline is not None:
        more = find_names(document, mentions, pipeline)
        mentions = tuple(sorted((*mentions, *more), key=lambda m: m.span))
    times = find_times(document)
    quantities = find_quantities(document)
    return Reading(
        mentions,
        times,
        quantities,
        find_events(document, mentions, times, quantities),
        find_causal(document, mentions),
    )


def dated(document: Document) -> Document:
    """Return the document with its date: given, stated, or as young as its youngest fact."""
    return replace(document, date=document_date(document))
