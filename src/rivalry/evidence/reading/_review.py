"""Deciding on a draft, row by row: accept, edit, merge, refuse, undo."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from rivalry.evidence import Ledger
from rivalry.evidence.reading._draft import Draft, DraftRow
from rivalry.evidence.reading._draft_file import merge_end, row_faults, save_draft
from rivalry.evidence.reading._same_actor import actor_doubt, likely_actors
from rivalry.foundation import Problem, RivalryError, nearest


class Review:
    """Decisions on a draft, saved after each.

    Parameters
    ----------
    draft : Draft
        With a file (`Draft.path`).
    ledger : Ledger, optional
        Of the case that rows are to go into: then a row may be merged into one of its rows.
    """

    def __init__(self, draft: Draft, ledger: Ledger | None = None) -> None:
        self.draft = draft
        self.ledger = ledger
        self._before: list[DraftRow] = []

    def pending(self, section: str | None = None) -> Iterator[DraftRow]:
        """Give the rows that nobody has decided on yet."""
        for row in self.draft.rows:
            if row.state == "suggested" and section in (None, row.section):
                yield row

    def accept(self, id: str) -> DraftRow:
        """Take a row as it stands (R1345 or R07xx when it is not complete)."""
        row = self._open(id)
        self._check(row.section, row.row)
        return self._decide(row, state="accepted", into=None)

    def edit(self, id: str, changes: Mapping[str, Any]) -> DraftRow:
        """Change fields of a row and take it; a field set to None goes.

        Raises
        ------
        RivalryError
            R07xx for what is wrong with the changed row, R1345 for fields still open. The row
            then stays as it was.
        """
        row = self._open(id)
        changed = {k: v for k, v in {**row.row, **changes}.items() if v is not None}
        if changed.get("id") != row.id:
            raise _fault("R1352", f"the id of {id} cannot be changed", "Leave id as it is.")
        self._check(row.section, changed)
        return self._decide(row, state="edited", row=changed, into=None)

    def merge(self, id: str, into: str) -> DraftRow:
        """Say that a row is the same thing as another of its section, here or in the ledger.

        Raises
        ------
        RivalryError
            R1344 when there is no such row, or the merge would run in a circle.
        """
        row = self._open(id)
        here = next((r for r in self.draft.rows if r.id == into and r.section == row.section), None)
        there = self.ledger is not None and self.ledger.section_of(into) == row.section
        if here is None and not there:
            known = [r.id for r in self.draft.of(row.section)]
            if self.ledger is not None:
                known += [r.id for r in getattr(self.ledger, row.section)]
            close = nearest(into, known)
            raise _fault(
                "R1344", f"there is no {into} among the {row.section} to merge {id} into",
                f"Did you mean {close!r}?" if close else "Name a row that the draft shows.",
            )  # fmt: skip
        trial = copy.copy(row)
        trial.into = into
        if into == id or (here is not None and self._circles(trial)):
            raise _fault("R1344", f"{id} would be merged into itself", "Name another row.")
        return self._decide(row, state="merged", into=into)

    def refuse(self, id: str) -> DraftRow:
        """Leave a row out."""
        return self._decide(self._open(id), state="refused", into=None)

    def reopen(self, id: str) -> DraftRow:
        """Make a row a suggestion again; what was edited stays."""
        return self._decide(self._open(id), state="suggested", into=None)

    def undo(self) -> DraftRow | None:
        """Take the last decision of this review back; None when there is none."""
        if not self._before:
            return None
        old = self._before.pop()
        self.draft.rows[self._index(old.id)] = old
        save_draft(self.draft)
        return old

    def accept_all(self, section: str | None = None) -> tuple[list[DraftRow], list[Problem]]:
        """Accept every suggestion that is complete.

        An actor that may be one of several rows of the ledger, or shares no more than an alias
        with one, is left to a person (R1365). One that is plainly a row of the ledger is
        accepted; `place` then merges it into that row.

        Returns
        -------
        accepted : list of DraftRow
        problems : list of Problem
            Why the others were left.
        """
        accepted, problems = [], []
        for row in list(self.pending(section)):
            faults = list(row_faults(row.section, row.row))
            doubt = None if self.ledger is None else actor_doubt(row, self.ledger)
            if faults or doubt:
                problems += [*faults, *([doubt] if doubt else [])]
                continue
            self._before.append(copy.deepcopy(row))
            row.state = "accepted"
            accepted.append(row)
        save_draft(self.draft)
        return accepted, problems

    def likely(self, row: DraftRow) -> list[tuple[str, str]]:
        """Return (id, name) of the ledger's actors that may be the one suggested.

        They share a name with it, or the bundled tables know both as the same.
        """
        if self.ledger is None or row.section != "actors":
            return []
        return [(a.id, a.name) for a in likely_actors(row, self.ledger)]

    def _circles(self, trial: DraftRow) -> bool:
        rows = [trial if r.id == trial.id else r for r in self.draft.rows]
        return merge_end(_with(self.draft, rows), trial) is None

    def _open(self, id: str) -> DraftRow:
        row = self.draft.get(id)
        if row.placed:
            there = ", ".join(f"{new} ({where})" if where else new
                              for where, new in row.placed.items())  # fmt: skip
            raise _fault(
                "R1353", f"{id} is in the case's ledger as {there}",
                "Change it there; a decision is not taken back once the row is placed.",
            )  # fmt: skip
        return row

    def _index(self, id: str) -> int:
        return next(i for i, r in enumerate(self.draft.rows) if r.id == id)

    @staticmethod
    def _check(section: str, row: dict[str, Any]) -> None:
        faults = list(row_faults(section, row))
        if faults:
            raise RivalryError(faults)

    def _decide(self, decided: DraftRow, **changes: Any) -> DraftRow:
        before = copy.deepcopy(decided)
        for name, value in changes.items():
            setattr(decided, name, value)
        try:
            save_draft(self.draft)
        except BaseException:
            # what the file does not have was not decided
            for name in changes:
                setattr(decided, name, getattr(before, name))
            raise
        self._before.append(before)
        return decided


def _with(draft: Draft, rows: list[DraftRow]) -> Draft:
    changed = copy.copy(draft)
    changed.rows = rows
    return changed


def _fault(code: str, message: str, remedy: str) -> RivalryError:
    return RivalryError(Problem(code, message, remedy), exit_code=2)
