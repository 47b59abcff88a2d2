"""The texts of a new case: case file, ledger, tables, and a page on where the figures come from."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable
from functools import cache
from textwrap import wrap
from typing import Any

import jinja2

from rivalry.cases.new._facts import TYPES, DyadFacts, Rivalry, Row, Side
from rivalry.cases.new._scales import EARLY, YEARLY_LOSS, rounded, scales, strengths
from rivalry.cases.new._words import words_for
from rivalry.foundation import Month

#: Months after the last figure that a case can run on, so that scenarios have room.
_AHEAD = 24
_WIDTH = 96
_LISTED = {"month": "month", "year": "year"}


def render_case(rivalry: Rivalry) -> dict[str, str]:
    """Write all files of a case.

    Parameters
    ----------
    rivalry : Rivalry

    Returns
    -------
    dict of str to str
        By path from the case's folder.
    """
    facts = _facts(rivalry)
    files = {
        "case.yaml": _fill("case.yaml.j2", facts),
        "ledger.yaml": _fill("ledger.yaml.j2", facts),
        "data/README.md": _fill("data.md.j2", facts),
    }
    for dyad, shown in zip(rivalry.dyads, facts["dyads"], strict=True):
        files[shown["file"]] = table_text(dyad)
    return files


def table_text(dyad: DyadFacts) -> str:
    """Write a dyad's figures as CSV; a cell is empty where the source gives nothing."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    if dyad.every == "month":
        head = ["month", "events", "best", "low", "high",
                "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"]  # fmt: skip
        table.writerow(head)
        for r in dyad.rows:
            table.writerow([r.when, *_cells(r.events, r.best, r.low, r.high, r.side_a, r.side_b,
                                            r.civilians, r.unknown)])  # fmt: skip
    else:
        table.writerow(["year", "best", "low", "high"])
        for r in dyad.rows:
            table.writerow([r.when.year, *_cells(r.best, *_range(r))])
    return out.getvalue()


def label_of(side: Side) -> str:
    """Return a side's name as a label."""
    if side.kind == "civilians":
        return "Civilians"
    return one_line(side.name) or f"Actor {side.id}"


def _range(row: Row) -> tuple[int | None, int | None]:
    """Return low and high; a best estimate alone is both."""
    low = row.best if row.low is None else row.low
    high = row.best if row.high is None else row.high
    if low is not None and high is not None and low > high:
        low, high = high, low
    return low, high


def _cells(*values: int | None) -> list[str]:
    return ["" if v is None else str(v) for v in values]


def _facts(rivalry: Rivalry) -> dict[str, Any]:
    start, last = rivalry.first, rivalry.last
    if any(d.every == "year" for d in rivalry.dyads):
        start, last = Month.parse(f"{start.year}-01"), Month.parse(f"{last.year}-12")
    names = [label_of(side) for side in rivalry.groups]
    words = words_for([*names, *_dyad_names(rivalry)])
    groups, dyads = words[: len(names)], words[len(names) :]
    word_of = dict(zip([(s.id, s.name) for s in rivalry.groups], groups, strict=True))
    fighters = strengths(rivalry)
    shown_groups = [
        _group(rivalry, side, word, k, fighters[side], start)
        for k, (side, word) in enumerate(zip(rivalry.groups, groups, strict=True))
    ]
    absent = {g["word"]: g["status"] for g in shown_groups if g["absent_before"]}
    shown_dyads = [
        _dyad(dyad, word, word_of, fighters, absent)
        for dyad, word in zip(rivalry.dyads, dyads, strict=True)
    ]
    monthly = any(d["monthly"] for d in shown_dyads)
    for g in shown_groups:
        own = [
            f for d in shown_dyads for f in d["killed"] if f["stock"] == f"fighters[{g['word']}]"
        ]
        g["losses"] = " + ".join(f["rate"] for f in own) or "0"
    origin = rivalry.origin
    first = shown_dyads[0]
    pace = "clashes" if first["monthly"] else "fighting"
    return {
        "title": rivalry.title or default_title(rivalry),
        "made": origin.made,
        "dataset": f"{origin.title}, version {origin.version}",
        "dataset_title": origin.title,
        "version": origin.version,
        "author": origin.author,
        "url": origin.url,
        "citation": "; ".join(origin.citation) or origin.title,
        "citations": origin.citation or (origin.title,),
        "licence": origin.licence,
        "rule": origin.rule,
        "files": origin.files,
        "source_note": "Which files were read, and how, stands in data/README.md.",
        "command": f"`{rivalry.command}`" if rivalry.command else "the library",
        "notes": rivalry.notes,
        "first": start,
        "last": last,
        "start": start,
        "end": last + _AHEAD,
        "ahead": last + 1,
        "early": EARLY,
        "loss": round(100 * YEARLY_LOSS),
        "population": max(1_000_000.0, rounded(20 * sum(fighters.values()))),
        "groups": shown_groups,
        "civilians": any(d.b.kind == "civilians" for d in rivalry.dyads),
        "dyads": shown_dyads,
        "defections": _defections(rivalry, word_of, absent),
        "killed": [flow for d in shown_dyads for flow in d["killed"]],
        "any_monthly": monthly,
        "any_yearly": any(not d["monthly"] for d in shown_dyads),
        "headline": _headline(shown_dyads),
        "first_path": f"{pace}_{first['word']}",
    }


def default_title(rivalry: Rivalry) -> str:
    """Name the case by its groups."""
    names = [label_of(s) for s in rivalry.groups]
    if len(names) == 1:
        return f"{names[0]} against civilians"
    return " and ".join([", ".join(names[:-1]), names[-1]])


def _dyad_names(rivalry: Rivalry) -> list[str]:
    return [f"{label_of(d.a)} {label_of(d.b)}" for d in rivalry.dyads]


def _group(
    rivalry: Rivalry, side: Side, word: str, number: int, strength: float, start: Month
) -> dict[str, Any]:
    government = side.kind == "government"
    late = not government and side.first is not None and side.first > start
    of = next(d for d in rivalry.dyads if side in (d.a, d.b))
    return {
        "word": word,
        "row": f"A{number + 1:02d}",
        "id": side.id,
        "name": label_of(side),
        "label": label_of(side),
        "status": side.kind,
        "absent_before": side.first if late else None,
        "type": "government" if government else "insurgent",
        "strength": strength,
        "of": f"dyad {of.id}",
    }


def _dyad(
    dyad: DyadFacts,
    word: str,
    word_of: dict[tuple[int, str], str],
    fighters: dict[Side, float],
    absent: dict[str, str],
) -> dict[str, Any]:
    monthly, one_sided = dyad.every == "month", dyad.b.kind == "civilians"
    a = word_of[dyad.a.id, dyad.a.name]
    b = "civilians" if one_sided else word_of[dyad.b.id, dyad.b.name]
    pace = f"dying_{word}" if monthly else f"fighting_{word}"
    civilians = f"civilians_killed_{word}"
    here = f"on the side of {label_of(dyad.a)}"
    if one_sided:
        contact = f"fighters[{a}]"
        killed = [_flow(civilians, "population", pace, f"Civilians killed by {label_of(dyad.a)}")]
    else:
        contact = f"fighters[{a}] * fighters[{b}] / (fighters[{a}] + fighters[{b}] + 1)"
        label = f"{label_of(dyad.a)} and {label_of(dyad.b)}"
        armed = f"{pace} * (1 - civilian_share_{word})"
        killed = [
            _flow(f"killed_{a}_in_{word}", f"fighters[{a}]", f"{armed} * on_{word}",
                  f"Fighters of {label_of(dyad.a)} killed, {label}"),
            _flow(f"killed_{b}_in_{word}", f"fighters[{b}]", f"{armed} * (1 - on_{word})",
                  f"Fighters of {label_of(dyad.b)} killed, {label}"),
            _flow(civilians, "population", f"{pace} * civilian_share_{word}",
                  f"Civilians killed, {label}"),
        ]  # fmt: skip
    counts = f"{dyad.events:,} events and {dyad.deaths:,} deaths" if monthly else (
        f"{dyad.deaths:,} deaths"
    )  # fmt: skip
    found = scales(dyad, fighters)
    split = any(dyad.fallen(k) for k in ("side_a", "side_b", "civilians"))
    return {
        "word": word,
        "id": dyad.id,
        "label": f"{label_of(dyad.a)} and {label_of(dyad.b)}",
        "name_plain": " ".join(dyad.name.split()),
        "kind": TYPES.get(dyad.type_of_violence, "").capitalize(),
        "a": a,
        "b": b,
        "a_label": label_of(dyad.a),
        "monthly": monthly,
        "one_sided": one_sided,
        "contact": contact,
        "present": _present((a, b), absent),
        "killed": killed,
        "deaths": " + ".join(flow["word"] for flow in killed),
        "file": f"data/{word}.csv",
        "file_name": f"{word}.csv",
        "scales": found,
        "on_a": number(found.on_a),
        "civilian_share": number(found.civilians),
        "rate_unit": "events/people/month" if monthly else "1/month",
        "described": f"{TYPES.get(dyad.type_of_violence, '')}, {counts}, "
        f"{dyad.first} to {dyad.last}",
        "table": f"{len(dyad.rows)} {dyad.every}s, {dyad.first} to {dyad.last}, {counts}.",
        "split_source": ", note: ASSUMED near what these figures have."
        if split
        else f", note: ASSUMED; these figures do not say who fell {here}.".replace(" " + here, ""),
    }


def _present(sides: tuple[str, str], absent: dict[str, str]) -> str:
    """Return factors that are 0 before a side is there."""
    return "".join(f" * status({x}, '{absent[x]}')" for x in sides if x in absent)


def _flow(word: str, stock: str, rate: str, label: str) -> dict[str, str]:
    return {"word": word, "stock": stock, "rate": rate, "label": label}


def _defections(
    rivalry: Rivalry, word_of: dict[tuple[int, str], str], absent: dict[str, str]
) -> list[dict[str, str]]:
    """Pair every two rebel groups that fight each other, both ways."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for dyad in rivalry.dyads:
        if dyad.a.kind != "rebel" or dyad.b.kind != "rebel":
            continue
        for one, other in ((dyad.a, dyad.b), (dyad.b, dyad.a)):
            a, b = word_of[one.id, one.name], word_of[other.id, other.name]
            label = f"Defection from {label_of(one)} to {label_of(other)}"
            found[a, b] = {"a": a, "b": b, "label": label, "present": _present((a, b), absent)}
    return list(found.values())


def _headline(dyads: list[dict[str, Any]]) -> list[str]:
    """Put the largest series first: events where there are any, then deaths."""
    order = sorted(dyads, key=lambda d: -d["scales"].mean)
    events = [f"events_{d['word']}" for d in order if d["monthly"]]
    return [*events[:2], *[f"deaths_{d['word']}" for d in order[:2]]]


def _fill(template: str, facts: dict[str, Any]) -> str:
    return _environment().get_template(template).render(facts)


@cache
def _environment() -> jinja2.Environment:
    """Prepare the templates; marks that YAML does not use, so that a template reads as the file."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("rivalry.cases.new"),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        autoescape=False,  # the texts are YAML; `quoted` guards what comes from data
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "q": quoted, "n": number, "comment": one_line, "folded": folded,
    }  # fmt: skip
    return environment


def quoted(text: object) -> str:
    """Quote a text for YAML: a name from data can hold any character."""
    return json.dumps(one_line(text), ensure_ascii=False)


def one_line(text: object) -> str:
    """Drop line breaks and control characters, which would end a comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())


def folded(text: object) -> str:
    """Shorten nothing, but keep a text that stands inside a folded block on lines of its own."""
    return "\n  ".join(wrap(one_line(text), _WIDTH))


def number(value: float) -> str:
    """Write a number as a person would: 20000, 0.0042."""
    if value == 0:
        return "0"
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    digits = max(0, 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}" if digits <= 8 else f"{value:.1e}"


def joined(names: Iterable[str]) -> str:
    """Join names with commas."""
    return ", ".join(names)
