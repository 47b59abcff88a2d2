"""The rows of a ledger, one model a kind. All text is a restatement, never a copied sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from rivalry.evidence._dates import DateText, first_day, last_day, resolution

#: ``A01``, ``S1``, ``EV12``: capital letters, then digits.
ID_PATTERN = r"^[A-Z]+[0-9]+$"

Id = Annotated[str, Field(pattern=ID_PATTERN, description="Capital letters, then digits: A01.")]
Text = Annotated[str, Field(min_length=1)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


#: A list that may be written as one word when it has one member.
Refs = Annotated[list[Text], BeforeValidator(_listed)]


def _plain_sign(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and value == 0:
        return "0"
    return _SIGNS.get(value, value) if isinstance(value, str) else value


#: Ways of typing a sign: the real minus, the dash, and plus-minus in letters.
_SIGNS = {"\u2212": "-", "\u2013": "-", "+-": "±", "+/-": "±"}

Sign = Annotated[
    Literal["+", "-", "±", "0"],
    BeforeValidator(_plain_sign),
    WithJsonSchema({"enum": ["+", "-", "±", "0", 0]}),
]
Polarity = Annotated[
    Literal["+", "-", "0", "both"],
    BeforeValidator(_plain_sign),
    WithJsonSchema({"enum": ["+", "-", "0", 0, "both"]}),
]
Mode = Literal["fact", "hedged", "intent", "implied"]
Quad = Literal["VC", "MC", "VK", "MK", "state", "statement", "omission"]
Precision = Literal["day", "month", "year", "range", "since", "until", "undated"]


def _fault(code: str, reason: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{reason}", {"reason": reason})


def _in_order(start: str | None, end: str | None) -> None:
    if start is not None and end is not None and first_day(start) > last_day(end):
        raise _fault("R0709", f"it starts in {start}, after it ends in {end}")


class _Strict(BaseModel):
    """Unknown keys are errors; text and numbers are not turned into each other."""

    model_config = ConfigDict(
        extra="forbid", strict=True, populate_by_name=True, str_strip_whitespace=True
    )


class SourceDate(_Strict):
    """When a source appeared, and whether that is exact or only a bound.

    A document without a date is at least as young as the youngest fact in it: ``on or after``.
    """

    value: DateText
    bound: Literal["on", "on or after", "on or before", "about"] = "on"


def _source_date(value: Any) -> Any:
    return {"value": value} if isinstance(value, str | int) else value


class Source(_Strict):
    """A report or data set.

    `verified` is false when the bibliographic details were not checked against the work itself.
    """

    id: Id
    title: Text
    author: Text
    publisher: Text | None = None
    date: Annotated[SourceDate | None, BeforeValidator(_source_date)] = None
    kind: Literal[
        "report", "article", "book", "dataset", "estimate", "agreement", "press record",
        "reference",
    ]  # fmt: skip
    citation: Text
    licence: Text
    url: Text | None = None
    used_for: Text | None = None
    verified: bool = True
    note: Text | None = None


class Row(_Strict):
    """What every row but a source has: an id, a source and the place in it."""

    id: Id
    source: Id
    locator: Annotated[
        str,
        Field(min_length=1, description="Where in the source: P12, or P2, P9; a table, a page."),
    ]
    note: Text | None = None

    @property
    def locators(self) -> tuple[str, ...]:
        """The places in the source, one by one."""
        return tuple(part.strip() for part in self.locator.split(","))


class Place(Row):
    """A place. Latitude and longitude in degrees (WGS 84), of the capital for a province."""

    name: Text
    kind: Literal["country", "province", "city", "district", "region", "site"]
    within: Id | None = None
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    lon: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Place:
        if (self.lat is None) != (self.lon is None):
            raise _fault("R0712", "a place needs both lat and lon, or neither")
        return self


class ActorStatus(_Strict):
    """What an actor is during a time; open ends mean "not said" or "still"."""

    status: Text
    from_: Annotated[DateText | None, Field(alias="from")] = None
    until: DateText | None = None

    @model_validator(mode="after")
    def _order(self) -> ActorStatus:
        _in_order(self.from_, self.until)
        return self


class Actor(Row):
    """A group, state, person or population. `provenance` marks who only made the source."""

    name: Text
    aliases: list[Text] = []
    type: Literal["government", "insurgent", "person", "foreign", "population", "other"]
    type_also: Literal[
        "government", "insurgent", "person", "foreign", "population", "other", None
    ] = None
    statuses: list[ActorStatus] = []
    part_of: Id | None = None
    provenance: bool = False

    def status_at(self, date: str) -> str | None:
        """Return the status that holds on the first day of `date`, or None when none is known."""
        day = first_day(date)
        for item in self.statuses:
            started = item.from_ is None or first_day(item.from_) <= day
            if started and (item.until is None or day <= last_day(item.until)):
                return item.status
        return None


class Relation(Row):
    """One actor's stance towards another; `mutual` when it holds both ways.

    Ends are actor ids, or words for a set that has no row of its own.
    """

    actor: Refs
    toward: Refs
    mutual: bool = False
    sign: Sign
    kind: Text
    from_: Annotated[DateText | None, Field(alias="from")] = None
    until: DateText | None = None
    when: Text | None = None
    content: Text
    asserted_by: Refs = []

    @model_validator(mode="after")
    def _order(self) -> Relation:
        _in_order(self.from_, self.until)
        if not self.actor or not self.toward:
            raise _fault("R0712", "a relation needs an actor and somebody it is toward")
        return self

    def edges(self) -> Iterator[tuple[str, str]]:
        """Give every ordered pair, in both directions when the relation is mutual."""
        for a in self.actor:
            for b in self.toward:
                yield a, b
                if self.mutual and a != b:
                    yield b, a


class Event(Row):
    """Something dated, or datable, that happened, held, was said, or was left undone.

    `from` and `until` are what a machine may use; `when` is what the source gives; `anchor` says
    how a date the source leaves implied was inferred. `quad` uses PLOVER's groups: verbal or
    material, cooperation or conflict (``VC MC VK MK``), with ``state``, ``statement`` and
    ``omission`` for what those leave out. Pooled `outcomes`, such as killed and targeted, are
    kept together, because the source does not separate them. `refines` names a vaguer row of
    another source about the same thing, which stays as that source has it.
    """

    when: Text
    precision: Precision
    from_: Annotated[DateText | None, Field(alias="from")] = None
    until: DateText | None = None
    as_of: DateText | None = None
    after: Text | None = None
    before: Text | None = None
    anchor: Text | None = None
    what: Text
    actors: Refs = []
    numbers: Refs = []
    outcomes: Refs = []
    quad: Annotated[list[Quad], BeforeValidator(_listed)] = []
    is_conflict_event: bool = True
    places: Refs = []
    refines: Id | None = None
    asserted_by: Refs = []

    @model_validator(mode="after")
    def _dates_fit_precision(self) -> Event:
        _in_order(self.from_, self.until)
        if self.precision in ("day", "month", "year"):
            if self.from_ is None:
                raise _fault("R0710", f"precision {self.precision} needs a date in 'from'")
            if resolution(self.from_) != self.precision:
                raise _fault(
                    "R0710",
                    f"precision is {self.precision}, but 'from' names a {resolution(self.from_)}: "
                    f"{self.from_}",
                )
        elif self.precision == "range" and (self.from_ is None or self.until is None):
            raise _fault("R0710", "precision range needs both 'from' and 'until'")
        elif self.precision == "since" and self.from_ is None and self.as_of is None:
            raise _fault("R0710", "precision since needs 'from', or 'as_of' for a standing state")
        elif self.precision == "until" and self.until is None:
            raise _fault("R0710", "precision until needs 'until'")
        elif self.precision == "undated" and (self.from_ or self.until):
            raise _fault("R0710", "an undated event cannot have 'from' or 'until'")
        return self

    @property
    def happened(self) -> bool:
        """False for an omission: something a source says was *not* done."""
        return "omission" not in self.quad


class Quantity(Row):
    """A number, a range, a bound or a vague amount, as of a date.

    Exactly one of `value`, `low`/`high` (either may be missing: a bound) and `vague` is given.
    A derived quantity names the rows it is `derived_from`, and may name the `operation`, which is
    then checked.
    """

    what: Text
    unit: Text
    value: Annotated[float | None, Field(allow_inf_nan=False)] = None
    low: Annotated[float | None, Field(allow_inf_nan=False)] = None
    high: Annotated[float | None, Field(allow_inf_nan=False)] = None
    vague: Text | None = None
    as_of: DateText | None = None
    until: DateText | None = None
    anchor: Text | None = None
    hedge: Text | None = None
    basis: Literal["stated", "derived"] = "stated"
    derived_from: Refs = []
    operation: Literal["sum", "ratio", "difference", "product", None] = None
    outcomes: Refs = []
    group: Id | None = None
    event: Id | None = None
    asserted_by: Refs = []

    @model_validator(mode="after")
    def _one_amount(self) -> Quantity:
        ranged = self.low is not None or self.high is not None
        given = [self.value is not None, ranged, self.vague is not None]
        if sum(given) != 1:
            raise _fault(
                "R0711", "give exactly one of: value; low and high (or one of them); vague"
            )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise _fault("R0709", f"low {self.low:g} is above high {self.high:g}")
        _in_order(self.as_of, self.until)
        if (self.basis == "derived") != bool(self.derived_from):
            raise _fault(
                "R0713",
                "a derived quantity names what it is derived_from, a stated one does not",
            )
        return self

    @property
    def is_death_count(self) -> bool:
        """True only when the row counts killed people and nothing pooled with them."""
        return self.outcomes == ["killed"]


class Claim(Row):
    """One causal statement: more of the cause gives more (+) or less (-) of the effect.

    ``0`` is a cause that had no effect; ``both`` a pair that raise each other. `mode` is how
    firmly the source says it; `mode_also` the mode of a part of the statement that differs.
    `asserted_by` is whose statement it is: the author's, or of somebody the author reports.
    """

    cause: Text
    effect: Text
    via: Text | None = None
    polarity: Polarity
    mode: Mode
    mode_also: Mode | None = None
    condition: Text | None = None
    asserted_by: Annotated[Refs, Field(min_length=1)]
    related: Refs = []


class Loop(Row):
    """A feedback loop that a reader assembled from claims."""

    name: Text
    polarity: Literal["reinforcing", "balancing"]
    claims: Annotated[Refs, Field(min_length=1)]
    description: Text


class Lever(Row):
    """Something somebody could do, and the direction in which the source says it works."""

    name: Text
    direction: Text
    actors: Refs = []
    claims: Refs = []


class Outlook(Row):
    """What the source expects of the future."""

    what: Text
    direction: Text
    mode: Mode
    actors: Refs = []
    claims: Refs = []
    asserted_by: Refs = []
