"""``rivalry read``: a report becomes a draft of a ledger."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._options import Json, Quiet
from rivalry.cli._say import print_json, print_problems, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.evidence import Actor
    from rivalry.evidence.reading import Document, Draft, SectionScore

_KEY = "RIVALRY_LLM_KEY"
_ONE = {"actors": "actor", "events": "event", "quantities": "quantity", "claims": "claim"}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="read")(read)


def read(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Report: .txt, .md, .html or .pdf.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Draft to write; none = NAME.draft.yaml in this folder."),
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", help="Case whose actors are looked for too.")
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", help="When the report appeared: YYYY, YYYY-MM or YYYY-MM-DD."),
    ] = None,
    paragraphs: Annotated[
        Path | None,
        typer.Option("--paragraphs", help="YAML file that says where paragraphs start."),
    ] = None,
    page: Annotated[
        bool, typer.Option("--page/--no-page", help="Also write NAME.draft.html, with the text.")
    ] = True,
    table: Annotated[
        Path | None, typer.Option("--table", help="Also write the rows as a CSV table.")
    ] = None,
    score: Annotated[
        Path | None,
        typer.Option("--score", help="Compare with a ledger, a case's folder or a gold file."),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Source of that ledger; none = by title.")
    ] = None,
    pipeline: Annotated[
        str | None,
        typer.Option("--pipeline", help="Installed spaCy pipeline to ask for more names."),
    ] = None,
    llm: Annotated[
        str | None,
        typer.Option("--llm", help="Address of a language model to ask too; gets the text."),
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="Its name, with --llm.")] = None,
    llm_timeout: Annotated[
        float, typer.Option("--llm-timeout", min=0.1, max=3600, help="Seconds for each answer.")
    ] = 120.0,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a draft that is there already.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read a report and draft a ledger of it, for review.

    Without --pipeline and --llm no model is asked and nothing leaves this machine. Each row of the
    draft points at its place in the text; rivalry review decides on them.
    """
    from rivalry.evidence.reading import dated, load_pipeline, read_document, suggest
    from rivalry.foundation import file_sha256

    if (llm is None) != (model is None):
        raise _usage("--llm and --model go together", "Give the address and the model's name.")
    if source is not None and score is None:
        raise _usage("--source says what --score is of", "Give --score too, or leave it out.")
    target = out or Path(f"{file.stem}.draft.yaml")
    if target.suffix.lower() not in (".yaml", ".yml"):
        raise _usage(f"--out {target} does not end in .yaml", "Name a file like report.draft.yaml.")
    if table is not None and table.is_dir():
        raise RivalryError(
            Problem("R0102", f"--table {table} is a folder", "Name a file, as in rows.csv.",
                    file=str(table)),
            exit_code=2,
        )  # fmt: skip
    wanted = score is None or out is not None
    if wanted:
        _free(target, force)
    document = dated(_document(file, date, paragraphs))
    models: list[dict[str, Any]] = []
    nlp = None
    if pipeline is not None:
        nlp = load_pipeline(pipeline)
        models.append(nlp.facts())
    reading = read_document(document, _actors(case), pipeline=nlp)
    draft = suggest(document, reading, sha256=file_sha256(file), models=models)
    asked: dict[str, Any] = {}
    problems: list[Problem] = []
    if llm is not None and model is not None:
        asked, problems = _ask(document, draft, llm, model, llm_timeout, quiet or json)
    if not draft.rows:
        problems.append(
            Problem("R1366", f"nothing was found in {draft.document['name']}",
                    severity="warning")
        )  # fmt: skip
    scores = None if score is None else _score(draft, score, source)
    written: list[Path] = []
    if wanted:
        written = _write(draft, target, page=page, table=table)
    answer = {
        "ok": True,
        "document": draft.document,
        "paragraphs": len([p for p in draft.paragraphs if p.kind == "body"]),
        "times": len(draft.times),
        "rows": {s: sum(states.values()) for s, states in draft.counts().items()},
        "models": draft.models,
        **({"llm": asked} if asked else {}),
        **({"score": [_as_data(s) for s in scores]} if scores is not None else {}),
        "files": [str(p) for p in written],
        "warnings": [p.as_dict() for p in problems],
    }
    if json:
        print_json(answer)
        return
    if not quiet:
        print_problems(problems, as_json=False)
    _print(answer)
    if scores is not None:
        print_scores(scores)
    for path in written:
        typer.echo(str(path))
    if written and draft.rows:
        remark(f"next: rivalry review {written[0]}", quiet=quiet)


def _usage(message: str, remedy: str) -> RivalryError:
    return RivalryError(Problem("R1363", message, remedy), exit_code=2)


def _free(target: Path, force: bool) -> None:
    """Refuse to replace a draft, on which somebody may have decided."""
    if target.exists() and not force:
        raise RivalryError(
            Problem(
                "R1346",
                "there is a draft of this name",
                "Choose another --out, or --force if it may go.",
                file=str(target),
            ),
            exit_code=2,
        )


def _document(file: Path, date: str | None, paragraphs: Path | None) -> Document:
    from rivalry.evidence.reading import open_document

    return open_document(file, date=date, paragraphs=paragraphs)


def _actors(case: str | None) -> list[Actor]:
    if case is None:
        return []
    from rivalry.evidence import load_ledger

    return load_ledger(ledger_of(case)).actors


def ledger_of(case: str) -> Path:
    """Return the ledger file of a case (R1364 when it names none)."""
    from rivalry.cases import find_case
    from rivalry.cases._bundled import CASE_FILE
    from rivalry.cases._paths import case_path
    from rivalry.foundation import load_yaml

    _, file = find_case(case)
    data = load_yaml(file).data
    name = data.get("ledger") if isinstance(data, dict) else None
    if not isinstance(name, str):
        raise RivalryError(
            Problem(
                "R1364",
                "the case names no ledger",
                f"Add the line 'ledger: ledger.yaml' to {CASE_FILE}, and a file of that name that "
                "begins with 'ledger: 1'.",
                file=str(file),
            )
        )
    return case_path(file.parent, name)


def _ask(
    document: Document, draft: Draft, url: str, model: str, timeout: float, quiet: bool
) -> tuple[dict[str, Any], list[Problem]]:
    from rivalry.evidence.reading import Endpoint, ask_model

    endpoint = Endpoint(url, model, os.environ.get(_KEY) or None, timeout)
    where = "this machine" if endpoint.here else "another machine"
    remark(
        f"sending the text of {draft.document['name']} to {endpoint.host} ({where}), "
        "and to nobody else",
        quiet=quiet,
    )
    asked = ask_model(document, draft, endpoint)
    draft.models.append({"kind": "language model", "name": model, "host": endpoint.host,
                         "rows": asked.rows, "rejected": asked.rejected.total()})  # fmt: skip
    problems = []
    if asked.rejected:
        reasons = ", ".join(f"{n} {why}" for why, n in asked.rejected.most_common())
        problems.append(
            Problem(
                "R1362",
                f"{asked.rejected.total()} of {asked.rows} rows of {model} rejected: {reasons}",
                severity="warning",
            )
        )
    facts = {"model": model, "host": endpoint.host, "rows": asked.rows, "added": asked.added,
             "rejected": dict(asked.rejected)}  # fmt: skip
    return facts, problems


def _score(draft: Draft, gold: Path, source: str | None) -> list[SectionScore]:
    from rivalry.evidence.reading import load_gold, score

    if not gold.exists() and gold.suffix.lower() in (".yaml", ".yml"):
        raise RivalryError(
            Problem("R0101", "there is no such gold file", "Check the spelling.", file=str(gold)),
            exit_code=2,
        )
    path = gold if gold.is_file() else ledger_of(str(gold))
    title = str(draft.source.get("title", ""))
    return score(draft, load_gold(path, title=title, source=source))


def _write(draft: Draft, target: Path, *, page: bool, table: Path | None) -> list[Path]:
    from rivalry.cli._draft_page import draft_page
    from rivalry.evidence.reading import draft_table, save_draft
    from rivalry.foundation import atomic_write

    written = [save_draft(draft, target)]
    if page:
        written.append(target.with_suffix(".html"))
        with atomic_write(written[-1]) as stream:
            stream.write(draft_page(draft))
    if table is not None:
        written.append(table)
        with atomic_write(table) as stream:
            stream.write(draft_table(draft))
    return written


def _as_data(s: SectionScore) -> dict[str, Any]:
    return {
        "section": s.section, "gold": s.gold, "found": s.found, "matched": s.matched,
        "right": s.right, "recall": s.recall, "precision": s.precision,
        "precision_is": "at least" if s.bound else "exact", **s.also,
        "missed": list(s.missed), "extra": list(s.extra), "note": s.note,
    }  # fmt: skip


def _print(answer: dict[str, Any]) -> None:
    document = answer["document"]
    date = document.get("date")
    when = f", {document['bound']} {date} ({document['found']})" if date else ", no date"
    paragraphs = answer["paragraphs"]
    typer.echo(f"{document['name']}: {paragraphs} paragraph{'s' * (paragraphs != 1)}{when}")
    rows = ", ".join(f"{n} {name if n != 1 else _ONE[name]}" for name, n in answer["rows"].items())
    times = answer["times"]
    typer.echo(f"  suggested: {rows}; {times} expression{'s' * (times != 1)} of time")
    for m in answer["models"]:
        typer.echo(f"  asked: {m['kind']} {m['name']}")


def print_scores(scores: list[SectionScore]) -> None:
    """Print a table of scores."""
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(caption="recall and precision of pairs in the same paragraph; --json lists what "
                  "was missed and what is extra")  # fmt: skip
    for column in ("section", "gold", "found", "pairs", "recall", "precision", "also"):
        left = column in ("section", "also")
        table.add_column(column, justify="left" if left else "right", no_wrap=not left)
    for s in scores:
        also = "; ".join(f"{k} {v}" for k, v in s.also.items())
        bound = "≥ " if s.bound and s.precision is not None else ""
        table.add_row(
            s.section, str(s.gold), str(s.found), str(s.matched), _share(s.recall),
            bound + _share(s.precision), Text(also),
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 110).print(table)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
