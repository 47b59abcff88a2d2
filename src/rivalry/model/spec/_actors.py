"""Actors with a status that changes, and dyads whose violence type follows from it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rivalry.model.spec._base import Documented, Strict, Texts

Status = Literal["rebel", "militia", "government", "foreign state", "civilians", "absent"]


class StatusSpan(Strict):
    """A status and when it holds: from a day (included) until a day (excluded)."""

    status: Status
    from_: str | None = Field(None, alias="from", description="First day; absent = always was.")
    until: str | None = Field(None, description="First day on which it no longer holds.")


class ActorSpec(Documented):
    """A group, force or population that the model names."""

    ledger: Texts = Field(default_factory=list, description="Ids of actors in the ledger.")
    ucdp: int | None = Field(None, description="UCDP actor id.")
    status: list[StatusSpan] | Status = Field(
        description="One status, or spans that follow one another; outside all of them: absent."
    )


class UcdpSpan(Strict):
    """The UCDP dyad id that a dyad's violence is filed under, and when."""

    id: int
    from_: str | None = Field(None, alias="from")
    until: str | None = None


class DyadSpec(Documented):
    """Two opposed actors and what is counted between them.

    The UCDP violence type follows from the sides' statuses: one-sided if a side is civilians,
    state-based if a side is a government or foreign state, else non-state; nothing is counted
    while a side is absent.
    """

    sides: tuple[str, str]
    ucdp: list[UcdpSpan] | int | None = Field(None, description="UCDP dyad id or ids over time.")
    count: dict[str, str] = Field(
        default_factory=dict,
        description="Measure -> expression of flows; people counted as they flow.",
    )
    integral: dict[str, str] = Field(
        default_factory=dict, description="Measure -> rate a month, summed over time."
    )
