"""What a reading is scored against: a ledger made by hand, or a small file of what is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from rivalry.evidence._dates import DateText
from rivalry.evidence._ledger import Ledger
from rivalry.evidence._load import load_ledger
from rivalry.evidence.reading._accept import expanded
from rivalry.evidence.reading._names import plain_name
from rivalry.foundation import Document as Yaml
from rivalry.foundation import Problem, Problems, RivalryError, load_yaml


@dataclass(frozen=True)
class GoldActor:
    """An actor: its names, where it is named."""

    id: str
    names: tuple[str, ...]
    places: frozenset[str]
    kind: str = ""


@dataclass(frozen=True)
class GoldTime:
    """A date with its precision, in a paragraph (any of several)."""

    id: str
    places: frozenset[str]
    precision: str
    start: str | None
    until: str | None


@dataclass(frozen=True)
class GoldQuantity:
    """A number, range or vague amount."""

    id: str
    places: frozenset[str]
    value: float | None = None
    low: float | None = None
    high: float | None = None
    vague: str | None = None
    unit: str = ""


@dataclass(frozen=True)
class GoldEvent:
    """An event: where, when, who (ids of `GoldActor`), and whether it was left undone."""

    id: str
    places: frozenset[str]
    start: str | None
    until: str | None
    actors: frozenset[str]
    negated: bool = False


@dataclass(frozen=True)
class GoldClaim:
    """A causal statement: its paragraph, and the number of its sentence there, from 1, if told."""

    id: str
    places: frozenset[str]
    sentence: int | None = None
    polarity: str = ""
    mode: str = ""


@dataclass
class Gold:
    """Everything a reading should find.

    `complete` tells of each section whether all there is was listed; where it was not, precision
    can only be bounded from below. A ledger lists the dates of its events, and not every
    expression of time. `listed` names the sections that it has at all.
    """

    actors: list[GoldActor] = field(default_factory=list)
    times: list[GoldTime] = field(default_factory=list)
    quantities: list[GoldQuantity] = field(default_factory=list)
    events: list[GoldEvent] = field(default_factory=list)
    claims: list[GoldClaim] = field(default_factory=list)
    complete: dict[str, bool] = field(default_factory=dict)
    listed: frozenset[str] = frozenset({"actors", "times", "quantities", "events", "claims"})
    origin: str = ""


def load_gold(path: str | Path, *, title: str = "", source: str | None = None) -> Gold:
    """Read what a reading is scored against.

    Parameters
    ----------
    path : str or Path
        A ledger, or a file that says ``gold: 1``.
    title : str
        Of the document: of a ledger with several sources, the one of this title is taken.
    source : str, optional
        Id of the source in the ledger, if the title does not tell.

    Raises
    ------
    RivalryError
        R1354 when it is neither or does not say which source; R01xx and R07xx from reading it.
    """
    yaml = load_yaml(path)
    if isinstance(yaml.data, dict) and "gold" in yaml.data:
        return _small(yaml)
    return of_ledger(load_ledger(path), title=title, source=source, origin=str(path))


def of_ledger(
    ledger: Ledger, *, title: str = "", source: str | None = None, origin: str = ""
) -> Gold:
    """Return what the rows of one source of a ledger say should be found."""
    id = source or _source_of(ledger, title, origin)
    if source is not None and ledger.section_of(source) != "sources":
        raise RivalryError(
            Problem("R1354", f"the ledger has no source {source}", "Name one of its sources.",
                    file=origin or None)
        )  # fmt: skip
    events = [e for e in ledger.events if e.source == id]
    return Gold(
        actors=[
            GoldActor(a.id, (a.name, *a.aliases), _places(a.locators), a.type)
            for a in ledger.actors if a.source == id and not a.provenance
        ],
        times=[
            GoldTime(e.id, _places(e.locators), e.precision, e.from_, e.until)
            for e in events if e.is_conflict_event and (e.from_ or e.until)
        ],
        quantities=[
            GoldQuantity(q.id, _places(q.locators), q.value, q.low, q.high, q.vague, q.unit)
            for q in ledger.quantities if q.source == id and q.basis == "stated"
        ],
        events=[
            GoldEvent(e.id, _places(e.locators), e.from_, e.until, frozenset(e.actors),
                      not e.happened)
            for e in events if e.is_conflict_event
        ],
        claims=[
            GoldClaim(c.id, _places(c.locators), None, c.polarity, c.mode)
            for c in ledger.claims if c.source == id
        ],
        complete={"times": False},
        origin=f"{origin} ({id})",
    )  # fmt: skip


def _source_of(ledger: Ledger, title: str, origin: str) -> str:
    wanted = plain_name(title)
    same = [s.id for s in ledger.sources if wanted and plain_name(s.title) == wanted]
    if same or len(ledger.sources) == 1:
        return same[0] if same else ledger.sources[0].id
    raise RivalryError(
        Problem(
            "R1354",
            f"none of the {len(ledger.sources)} sources of the ledger has the document's title"
            if ledger.sources else "the ledger names no source",
            "Say which source was read, with --source S1.",
            file=origin or None,
        )
    )  # fmt: skip


def _places(parts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(expanded(list(parts)))


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str | int) else value


_Paragraphs = Annotated[list[str], BeforeValidator(_list), Field(min_length=1)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    id: str | None = None
    paragraph: _Paragraphs


class _Actor(_Row):
    name: str
    aliases: list[str] = []
    kind: str = ""


class _Time(_Row):
    precision: Literal["day", "month", "year", "range", "since", "until", "undated"]
    from_: Annotated[DateText | None, Field(alias="from")] = None
    until: DateText | None = None


class _Quantity(_Row):
    value: float | None = None
    low: float | None = None
    high: float | None = None
    vague: str | None = None
    unit: str = ""


class _Event(_Row):
    from_: Annotated[DateText | None, Field(alias="from")] = None
    until: DateText | None = None
    actors: list[str] = []
    negated: bool = False


class _Claim(_Row):
    sentence: Annotated[int | None, Field(ge=1)] = None
    polarity: Literal["+", "-", "0", "both", ""] = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    gold: Literal[1]
    title: str = ""
    complete: list[str] = []
    actors: list[_Actor] = []
    times: list[_Time] = []
    quantities: list[_Quantity] = []
    events: list[_Event] = []
    claims: list[_Claim] = []


def _small(yaml: Yaml) -> Gold:
    try:
        data = _File.model_validate(yaml.data)
    except ValidationError as error:
        problems = Problems()
        for detail in error.errors(include_url=False):
            where = ".".join(map(str, detail["loc"]))
            problems.add(
                "R1354", f"{where}: {detail['msg'].lower()}",
                "See the shape of a gold file in the reference on reading.",
                file=yaml.file, line=yaml.line(detail["loc"]), where=where,
            )  # fmt: skip
        raise RivalryError(problems.errors) from None
    gold = Gold(origin=yaml.file or "", complete={"times": True, "actors": True, "quantities": True,
                                                  "events": True, "claims": True})  # fmt: skip
    for i, a in enumerate(data.actors, 1):
        gold.actors.append(
            GoldActor(a.id or f"A{i}", (a.name, *a.aliases), _places(tuple(a.paragraph)), a.kind)
        )
    gold.listed = frozenset(data.model_fields_set) & gold.listed
    by_name = {plain_name(n): a.id for a in gold.actors for n in a.names}
    for i, t in enumerate(data.times, 1):
        gold.times.append(
            GoldTime(t.id or f"T{i}", _places(tuple(t.paragraph)), t.precision, t.from_, t.until)
        )
    for i, q in enumerate(data.quantities, 1):
        gold.quantities.append(
            GoldQuantity(q.id or f"Q{i}", _places(tuple(q.paragraph)), q.value, q.low, q.high,
                         q.vague, q.unit)
        )  # fmt: skip
    for i, e in enumerate(data.events, 1):
        actors = frozenset(by_name.get(plain_name(n), n) for n in e.actors)
        gold.events.append(
            GoldEvent(e.id or f"E{i}", _places(tuple(e.paragraph)), e.from_, e.until, actors,
                      e.negated)
        )  # fmt: skip
    for i, c in enumerate(data.claims, 1):
        gold.claims.append(
            GoldClaim(c.id or f"C{i}", _places(tuple(c.paragraph)), c.sentence, c.polarity)
        )
    return gold
