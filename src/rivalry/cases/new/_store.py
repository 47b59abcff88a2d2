"""A rivalry's facts, read from the event store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rivalry.cases.new._facts import THRESHOLD, DyadFacts, Kind, Origin, Rivalry, Row, Side
from rivalry.cases.new._find import Known, find_dyad
from rivalry.data import FORMATS, Release, Store
from rivalry.foundation import Month, Problem, RivalryError, nearest

if TYPE_CHECKING:
    import pandas as pd

#: How names of state forces begin, with UCDP and with ACLED.
_STATES = ("government of", "military forces of", "police forces of")
_SPLIT = {"side_a": "deaths_a", "side_b": "deaths_b",
          "civilians": "deaths_civilians", "unknown": "deaths_unknown"}  # fmt: skip
#: Months of figures below which nothing can be learnt.
_LEAST = 12
#: Releases to read, by what to ask the store for: a data set, or several joined by ``+``.
Chosen = dict[str, list[Release]]


def rivalry_from_store(
    store: Store,
    dyads: Sequence[str],
    *,
    dataset: str | None = None,
    first: Month | None = None,
    last: Month | None = None,
    title: str = "",
    command: str = "",
) -> Rivalry:
    """Read what a new case needs from the event store.

    A dyad of which the store has events becomes a monthly series, any other a yearly one. An
    event counts to the month of its first day.

    Parameters
    ----------
    store : Store
    dyads : sequence of str
        Names, parts of names, or ids; see `find_dyad`.
    dataset : str, optional
        A data set of the store, ``NAME@VERSION``, a version, or data sets joined by ``+``, of which
        the first counts where it covers; by default the newest version of each.
    first, last : Month, optional
        The span of figures; by default from the first month (or year) with violence between any
        of the dyads' sides, to the end of what the data set covers.
    title, command : str
        For the case; `command` is what made it.

    Returns
    -------
    Rivalry

    Raises
    ------
    RivalryError
        R1230 and R1231 for dyads, R1233 for a span that runs backwards, that the data do not cover,
        without violence or with too few figures, R1216 for the data set, and what `Store` raises.
    """
    _check_order(first, last)
    chosen = _releases(store, dataset)
    known = _known(store, chosen)
    found = list(dict.fromkeys(find_dyad(word, known) for word in dyads))
    seen = _Sides(store, chosen)
    raw = [_read(store, chosen, k, first, last, seen) for k in found]
    begin = first or min(d.first for d in raw)
    made = tuple(_filled(d, begin, last) for d in raw)
    used = [r for name in dict.fromkeys(k.dataset for k in found) for r in chosen[name]]
    return Rivalry(made, _origin(used, made), title=title, command=command)


class _Sides:
    """When the store first and last has an actor, in any dyad."""

    def __init__(self, store: Store, chosen: Chosen) -> None:
        self._when: dict[str, tuple[Month, Month]] = {}
        for name, version in _of_kind(chosen, "events"):
            actors = store.actors(dataset=name, version=version)
            for row in actors.to_dict("records"):
                self._note(str(row["actor_id"]), row["first"][:7], row["last"][:7])
        for name, version in _of_kind(chosen, "yearly"):
            years = store.yearly(dataset=name, version=version)
            for side in ("side_a_id", "side_b_id"):
                for actor, part in years.groupby(side)["year"]:
                    self._note(str(actor), f"{part.min()}-01", f"{part.max()}-12")

    def _note(self, actor: str, first: str, last: str) -> None:
        a, b = Month.parse(first), Month.parse(last)
        known = self._when.get(actor)
        self._when[actor] = (a, b) if known is None else (min(a, known[0]), max(b, known[1]))

    def side(self, id: Any, name: str, kind: Kind) -> Side:
        key = _id(id)
        first, last = self._when.get(str(key or name), (None, None))
        return Side(key, name, kind, first, last)


def _releases(store: Store, dataset: str | None) -> Chosen:
    """Choose the newest release of every data set, or what the user named."""
    have = [r for r in store.datasets() if r.kind in ("events", "yearly")]
    if not have:
        raise RivalryError(
            Problem(
                "R1216",
                "the store holds no events and no yearly table",
                "Import a file first: rivalry data import GEDEvent_v25_1.csv.",
            )
        )
    if dataset is None:
        return {name: _newest(have, name) for name in dict.fromkeys(r.dataset for r in have)}
    if "+" in dataset:
        parts = [part.strip() for part in dataset.split("+")]
        found = [r for part in parts for r in _named(have, part)]
        return {"+".join(parts): found}
    named = _named(have, dataset)
    return {name: [r for r in named if r.dataset == name] for name in {r.dataset for r in named}}


def _newest(have: Sequence[Release], name: str) -> list[Release]:
    """Return the newest release of a data set; of the UCDP Candidate, one a month, all."""
    of = [r for r in have if r.dataset == name]
    return of if of and of[0].format == "ucdp-candidate" else of[:1]


def _named(have: Sequence[Release], text: str) -> list[Release]:
    """Return the releases that a data set's name, ``NAME@VERSION`` or a version means."""
    name, _, version = text.partition("@")
    exact = [r for r in have if r.dataset == name and r.version == version]
    found = exact if version else _newest(have, name)
    found = found or [r for r in have if r.version == text]
    if not found:
        names = [f"{r.dataset}@{r.version}" for r in have]
        close = nearest(text, names)
        raise RivalryError(
            Problem(
                "R1216",
                f"the store has no data set {text!r}",
                (f"Did you mean {close!r}? " if close else "") + f"It has: {', '.join(names)}.",
            ),
            exit_code=2,
        )
    return found


def _of_kind(chosen: Chosen, kind: str) -> list[tuple[str, str | None]]:
    """Return data sets of a kind with the version to ask for; None for several at once."""
    return [
        (name, of[0].version if len(of) == 1 else None)
        for name, of in chosen.items()
        if of[0].kind == kind
    ]


def _known(store: Store, chosen: Chosen) -> list[Known]:
    found = []
    for kind in ("events", "yearly"):
        for name, version in _of_kind(chosen, kind):
            table = store.dyads(dataset=name, version=version)
            found += [
                Known(str(r["dyad_id"]), str(r["dyad_name"]), _int(r["best"]) or 0, name,
                      kind == "events")
                for r in table.to_dict("records")
            ]  # fmt: skip
    return found


def _read(
    store: Store,
    chosen: Chosen,
    known: Known,
    first: Month | None,
    last: Month | None,
    sides: _Sides,
) -> DyadFacts:
    """Read a dyad's figures: the periods that have some, and what is covered."""
    of = chosen[known.dataset]
    version = of[0].version if len(of) == 1 else None
    if known.monthly:
        table = store.events(dataset=known.dataset, version=version, dyad=known.id)
    else:
        table = store.yearly(dataset=known.dataset, version=version, dyad=known.id)
    covered = {m for r in of for m in _months(r.first, r.last)}
    _check_covered(known, covered, first, last)
    spans = _monthly(table) if known.monthly else _yearly(table)
    spans = {m: r for m, r in spans.items() if (first is None or m >= _start(first, known))
             and (last is None or m <= last) and m in covered}  # fmt: skip
    if not any(r.best or r.events for r in spans.values()):
        raise RivalryError(
            Problem(
                "R1233",
                f"{_named_dyad(known.id, known.name)} has no violence "
                + ("in these data" if first is None and last is None else "in this span"),
                "Check --from and --to, or name another --dataset.",
            ),
            exit_code=2,
        )
    final = min(max(covered), last) if last is not None else max(covered)
    row = table.iloc[-1]
    violence = _int(row["type_of_violence"])
    a = _kind(str(row["side_a"]), violence, "a")
    b = _kind(_text(row["side_b"]), violence, "b")
    type_ = violence or (3 if b == "civilians" else 1 if "government" in (a, b) else 2)
    rows = _fill(spans, min(spans), final, covered, known.monthly)
    return DyadFacts(
        _id(known.id), known.name, type_,
        sides.side(row["side_a_id"], str(row["side_a"]), a),
        sides.side(row["side_b_id"], "Civilians" if b == "civilians" else _text(row["side_b"]), b),
        "month" if known.monthly else "year", rows,
    )  # fmt: skip


def _check_order(first: Month | None, last: Month | None) -> None:
    """Refuse a span that runs backwards, before the store is read."""
    if first is not None and last is not None and last < first:
        raise RivalryError(
            Problem(
                "R1233",
                f"the span {first} to {last} runs backwards",
                f"Swap them: --from {last} --to {first}.",
            ),
            exit_code=2,
        )


def _check_covered(
    known: Known, covered: set[Month], first: Month | None, last: Month | None
) -> None:
    """Refuse a span of which the data set knows no month: that is not the same as no violence."""
    begin = None if first is None else _start(first, known)
    if any((begin is None or m >= begin) and (last is None or m <= last) for m in covered):
        return
    span = " ".join(
        [*([f"from {first}"] if first is not None else []), *([f"to {last}"] if last else [])]
    )
    raise RivalryError(
        Problem(
            "R1233",
            f"{known.dataset} does not cover the span {span}: it covers {min(covered)} to "
            f"{max(covered)}",
            "Give --from and --to within that, or import a release that covers the span.",
        ),
        exit_code=2,
    )


def _named_dyad(id: str, name: str) -> str:
    """Name a dyad; some tables have no ids, so that the store's is its name or 0."""
    return f"dyad {name}" if id in ("", "0", name) else f"dyad {id} ({name})"


def _filled(dyad: DyadFacts, begin: Month, last: Month | None) -> DyadFacts:
    """Let a dyad's rows begin with the case: what is covered and has no row is known, too."""
    yearly = dyad.every == "year"
    start = Month.parse(f"{begin.year}-01") if yearly else begin
    step = 12 if yearly else 1
    before = [
        _nothing(start + k, yearly) for k in range(0, max(0, dyad.rows[0].when - start), step)
    ]
    made = DyadFacts(
        dyad.id, dyad.name, dyad.type_of_violence, dyad.a, dyad.b, dyad.every,
        (*before, *dyad.rows),
    )  # fmt: skip
    if not yearly and made.months < _LEAST:
        raise RivalryError(
            Problem(
                "R1233",
                f"{_named_dyad(str(dyad.id or ''), dyad.name)} has figures for {made.months} "
                f"months, fewer than {_LEAST}",
                "Give a longer span, or take its yearly table.",
            ),
            exit_code=2,
        )
    return made


def _fill(
    found: dict[Month, Row], first: Month, last: Month, covered: set[Month], monthly: bool
) -> tuple[Row, ...]:
    step = 1 if monthly else 12
    return tuple(
        found.get(m) or (_nothing(m, not monthly) if m in covered else Row(m, None))
        for m in (first + k for k in range(0, last - first + 1, step))
    )


def _nothing(when: Month, yearly: bool) -> Row:
    """Return a period without a row: none in events, fewer than the line in yearly tables."""
    if yearly:
        return Row(when, None, 0, THRESHOLD - 1)
    return Row(when, 0, 0, 0, 0, 0, 0, 0, 0)


def _monthly(table: pd.DataFrame) -> dict[Month, Row]:
    found = {}
    for month, part in table.groupby("month"):
        when = Month.parse(str(month))
        sums = {c: _sum(part[c]) for c in ("best", "low", "high")}
        split = {ours: _sum(part[theirs]) for ours, theirs in _SPLIT.items()}
        found[when] = Row(when, sums["best"], sums["low"], sums["high"], len(part), **split)
    return found


def _yearly(table: pd.DataFrame) -> dict[Month, Row]:
    found = {}
    for row in table.to_dict("records"):
        when = Month.parse(f"{int(row['year'])}-01")
        found[when] = Row(when, *(_int(row[c]) for c in ("best", "low", "high")))
    return found


def _start(first: Month, known: Known) -> Month:
    """Return the first period that may count: a year counts if it ends after the first month."""
    return first if known.monthly else Month.parse(f"{first.year}-01")


def _months(first: Month, last: Month) -> list[Month]:
    return [first + k for k in range(last - first + 1)]


def _sum(cells: pd.Series[Any]) -> int | None:
    present = cells.dropna()
    return round(float(present.sum())) if len(present) else None


def _kind(name: str, violence: int | None, side: str) -> Kind:
    low = name.casefold()
    if side == "b" and (violence == 3 or low.startswith("civilians")):
        return "civilians"
    if low.startswith(_STATES):
        return "government"
    # with UCDP side a of a state-based dyad is the state, whatever it is called
    return "government" if violence == 1 and side == "a" else "rebel"


def _id(value: Any) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0


def _int(value: Any) -> int | None:
    return None if _blank(value) else int(value)


def _text(value: Any) -> str:
    return "" if _blank(value) else str(value)


def _blank(value: Any) -> bool:
    """Whether a cell is empty: None, NaN, or the store's own mark, which compares with nothing."""
    import pandas as pd

    return value is None or bool(pd.isna(value))


def _origin(used: Sequence[Release], dyads: Sequence[DyadFacts]) -> Origin:
    """Say where the figures come from."""
    names = list(dict.fromkeys(FORMATS[r.format].title for r in used))
    versions = list(dict.fromkeys(r.version for r in used))
    cited = list(dict.fromkeys(c.strip() for r in used for c in r.citation.split(";") if c.strip()))
    ucdp = all(r.format.startswith("ucdp") for r in used)
    return Origin(
        dataset=", ".join(dict.fromkeys(r.dataset for r in used)),
        title=" and ".join(names),
        version=", ".join(versions),
        citation=tuple(cited),
        licence="; ".join(dict.fromkeys(r.licence for r in used)),
        author="Uppsala Conflict Data Program" if ucdp else "See the citation",
        url="https://ucdp.uu.se/downloads/" if ucdp else "",
        files=tuple(dict.fromkeys((f.file, f.sha256) for r in used for f in r.files)),
        rule="An event counts to the month of its first day."
        if any(d.every == "month" for d in dyads)
        else "",
        made=dt.datetime.now(dt.UTC).date().isoformat(),
    )
