"""What reading finds: suggestions, each with its place in the text. People decide on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rivalry.evidence.reading._document import Span

Modality = Literal["fact", "hedged", "intent", "implied"]


@dataclass(frozen=True)
class Mention:
    """A name of an actor in the text.

    Attributes
    ----------
    span : Span
    actor : str
        Key of the actor, the same for all its names (``taliban``, ``islamic-state-khorasan``).
    name : str
        Its usual name.
    kind : {"government", "insurgent", "person", "foreign", "population", "other"}
        As in a ledger.
    how : {"name", "alias", "adjective", "context", "model"}
        What it was recognised by; ``context`` where a short name stands for one of several actors.
    candidates : tuple of str
        Other actors that the same name may mean.
    """

    span: Span
    actor: str
    name: str
    kind: str
    how: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimeMention:
    """An expression of time.

    Attributes
    ----------
    span : Span
    precision : {"day", "month", "year", "range", "since", "until", "undated"}
        As in a ledger.
    start, until : str or None
        ISO day, month or year.
    anchor : str
        How an incomplete expression was completed: "" (it is complete), "document date",
        "same sentence: ...", "sentence before: ...".
    recurring : bool
    """

    span: Span
    precision: str
    start: str | None
    until: str | None
    anchor: str = ""
    recurring: bool = False


@dataclass(frozen=True)
class QuantityMention:
    """A number, a range or a vague amount, with what it counts.

    Attributes
    ----------
    span : Span
    value, low, high : float or None
    vague : str
        ``several``, ``thousands``; empty where there is a figure.
    unit : str
        ``people``, ``USD``, ``years``, ...
    counts : str
        What is counted, in the text's words: ``Afghan civilians``.
    outcomes : tuple of str
        ``killed``, ``injured``, ``targeted``, ... as pooled in the text.
    hedge : str
        ``roughly``, ``estimated``; empty where there is none.
    part_of : int or None
        Position, in the list, of the quantity that includes it ("ten civilians, seven of them").
    """

    span: Span
    value: float | None
    low: float | None
    high: float | None
    vague: str
    unit: str
    counts: str
    outcomes: tuple[str, ...] = ()
    hedge: str = ""
    part_of: int | None = None


@dataclass(frozen=True)
class EventMention:
    """A candidate for an event: who did what to whom.

    Attributes
    ----------
    span : Span
        Of the clause.
    verb : str
        What was done, in its base form.
    quad : str
        ``VC``, ``MC``, ``VK``, ``MK``, ``state``, ``statement``, as in a ledger.
    doers, done_to : tuple of str
        Keys of actors.
    modality : {"fact", "hedged", "intent", "implied"}
    negated : bool
        Said not to have happened, or left undone (an omission).
    time : int or None
        Position in the list of times.
    quantities : tuple of int
        Positions in the list of quantities.
    asserted_by : tuple of str
        Keys of actors whose statement it is; empty for the author.
    """

    span: Span
    verb: str
    quad: str
    doers: tuple[str, ...]
    done_to: tuple[str, ...]
    modality: Modality
    negated: bool
    time: int | None
    quantities: tuple[int, ...]
    asserted_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class CausalMention:
    """A sentence, or a part of one, that says what leads to what.

    Attributes
    ----------
    span : Span
        Of the sentence.
    cue : str
        The words that say so: ``led to``, ``thanks to``.
    cause, effect : Span
    polarity : {"+", "-", "0", ""}
        A guess; empty where the words leave it open.
    modality : {"fact", "hedged", "intent", "implied"}
    asserted_by : tuple of str
    """

    span: Span
    cue: str
    cause: Span
    effect: Span
    polarity: str
    modality: Modality
    asserted_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """All that was found in a document, each list in the order of the text."""

    mentions: tuple[Mention, ...]
    times: tuple[TimeMention, ...]
    quantities: tuple[QuantityMention, ...]
    events: tuple[EventMention, ...]
    causal: tuple[CausalMention, ...]
