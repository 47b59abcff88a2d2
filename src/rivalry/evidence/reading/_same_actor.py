"""Whether a suggested actor is one that the ledger has already."""

from __future__ import annotations

from rivalry.evidence import Actor, Ledger
from rivalry.evidence.reading._actors import ledger_keys
from rivalry.evidence.reading._aliases import bundled_index, words_of
from rivalry.evidence.reading._draft import DraftRow
from rivalry.evidence.reading._names import plain_name
from rivalry.foundation import Problem


def same_actors(row: DraftRow, ledger: Ledger) -> list[Actor]:
    """Return the ledger's actors that a suggested one plainly is.

    The name of one is a name of the other, or the bundled tables of groups and states know both
    as the same (*IS* and *Islamic State*).
    """
    if row.section != "actors":
        return []
    name, names = plain_name(str(row.row.get("name", ""))), _names(row)
    keys = ledger_keys(ledger.actors)
    known = {id for key in _keys(row) for id in keys.get(key, ())}
    return [
        a
        for a in ledger.actors
        if a.id in known or name in _known_names(a) or plain_name(a.name) in names
    ]


def likely_actors(row: DraftRow, ledger: Ledger) -> list[Actor]:
    """Return the ledger's actors that a suggested one is or may be.

    A shared alias is enough, and a short name that the tables know for both among others.
    """
    if row.section != "actors":
        return []
    same = {a.id for a in same_actors(row, ledger)}
    names, keys = _names(row), _keys(row)
    return [
        a
        for a in ledger.actors
        if a.id in same or names & _known_names(a) or keys & _possible_keys(a)
    ]


def actor_doubt(row: DraftRow, ledger: Ledger) -> Problem | None:
    """Return what a person has to decide (R1365), None when it is plain whether it is there."""
    likely = likely_actors(row, ledger)
    if not likely or len(same_actors(row, ledger)) == 1:
        return None
    listed = ", ".join(f"{a.id} {a.name}" for a in likely)
    return Problem(
        "R1365",
        f"{row.id} {row.row.get('name')} may be in the ledger already, as {listed}",
        f"Merge it (--merge {row.id}={likely[0].id}), or accept it by itself.",
        severity="warning",
        where=row.id,
    )


def _names(row: DraftRow) -> set[str]:
    listed = (row.row.get("name", ""), *row.row.get("aliases", []))
    return {plain_name(str(n)) for n in listed} - {""}


def _known_names(actor: Actor) -> set[str]:
    return {plain_name(n) for n in (actor.name, *actor.aliases)} - {""}


def _possible_keys(actor: Actor) -> set[str]:
    """Return whom the tables know under the names of an actor ("IS": any of its provinces)."""
    index = bundled_index()
    return {
        e.key
        for name in (actor.name, *actor.aliases)
        for e in index.exact(words_of(name))
        if e.what in ("actor", "state") and not actor.provenance
    }


def _keys(row: DraftRow) -> set[str]:
    """Return the tables' keys of a suggestion; of an edited one those of the names it now has."""
    if row.state != "edited" and row.found.get("key"):
        return {row.found["key"]}
    actor = Actor.model_validate(
        {
            "id": "A1", "name": row.row.get("name"), "aliases": row.row.get("aliases", []),
            "type": row.row.get("type"), "source": "S1", "locator": "P1",
        }
    )  # fmt: skip
    return set(ledger_keys([actor]))
