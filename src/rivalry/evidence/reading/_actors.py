"""Who a report names: groups, states, persons, populations, found through tables and rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from rivalry.evidence._rows import Actor
from rivalry.evidence.reading._aliases import (
    Entry,
    Index,
    bundled_entries,
    bundled_index,
    slug,
    words_of,
)
from rivalry.evidence.reading._document import Document
from rivalry.evidence.reading._finder import Finder
from rivalry.evidence.reading._rows import Mention
from rivalry.evidence.reading._split import document_from_text


def find_actors(document: Document, extra: Iterable[Actor] = ()) -> tuple[Mention, ...]:
    """Find the names of actors in a document; notes about its author are left out.

    Names come from the bundled tables (groups of the UCDP, states), from a case's ledger, and from
    the text itself where it introduces a short name in brackets or gives somebody a title. The
    longest name wins. A name that several groups share ("IS") goes to the one that the places and
    names around it speak for; the others stay as `candidates`.

    Parameters
    ----------
    document : Document
    extra : iterable of rivalry.evidence.Actor
        Of a ledger: their proper names count too.

    Returns
    -------
    tuple of Mention
        In the order of the text; they do not overlap.
    """
    return Finder(document, _index_with(extra)).find()


def ledger_keys(extra: Iterable[Actor]) -> dict[str, tuple[str, ...]]:
    """Return which ledger actors each key of a mention stands for.

    Parameters
    ----------
    extra : iterable of rivalry.evidence.Actor

    Returns
    -------
    dict of str to tuple of str
        Key to ids; names that the tables do not know have a key made from the name.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for actor in extra:
        for key, _ in _known_as(actor):
            if actor.id not in found[key]:
                found[key].append(actor.id)
    return {key: tuple(ids) for key, ids in found.items()}


def _known_as(actor: Actor) -> list[tuple[str, list[str]]]:
    """Return the keys of a ledger actor, each with the names that the tables lack."""
    if actor.provenance:
        return []
    keys: Counter[str] = Counter()
    unknown: list[str] = []
    for name in (actor.name, *actor.aliases):
        words = words_of(name)
        capital = any(w[:1].isupper() for w in words)
        if not words or len(words) > 6 or not capital or "," in name or ":" in name:
            continue
        entries = [e for e in bundled_index().exact(words) if not e.weak]
        plain = {e.key for e in entries if e.what in ("actor", "state")}
        if len(plain) == 1:
            keys[plain.pop()] += 1
            continue
        if entries or bundled_index().exact(words):
            continue
        composed = _composed(name)
        if composed is not None:
            keys[composed] += 1
        elif words[0][:1].isupper() or actor.type == "person":
            unknown.append(name)
    if not keys:
        return [(slug(unknown[0]), unknown)] if unknown else []
    best = keys.most_common(1)[0][0]
    return [(key, unknown if key == best else []) for key in keys]


def _composed(name: str) -> str | None:
    """Return the key of a name that rules understand as a whole, such as "Afghan Army"."""
    document = document_from_text(name, "name")
    mentions = Finder(document, bundled_index()).find()
    if len(mentions) == 1 and mentions[0].kind != "person":
        span = mentions[0].span
        if span.start == 0 and span.end >= len(name) - 1:
            return mentions[0].actor
    return None


def _index_with(extra: Iterable[Actor], local: Iterable[Entry] = ()) -> Index:
    entries: list[Entry] = list(local)
    for actor in extra:
        for key, names in _known_as(actor):
            for name in names:
                entries.append(Entry(key, actor.name, actor.type, words_of(name)))
    if not entries:
        return bundled_index()
    return Index((*bundled_entries(), *entries))
