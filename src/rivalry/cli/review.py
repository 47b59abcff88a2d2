"""``rivalry review``: decide on the rows of a draft, and put them into a case."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.cli._edit_row import ask, edit_row, split_list, typed_value
from rivalry.cli._options import Json, Quiet
from rivalry.cli._say import print_json, print_problems, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.evidence import Ledger
    from rivalry.evidence.reading import Draft, Placement, Review

Words = list[str]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="review")(review)


def review(
    draft: Annotated[Path, typer.Argument(metavar="DRAFT", help="Draft that rivalry read wrote.")],
    case: Annotated[
        str | None,
        typer.Option("--case", help="Case to compare with: rows may be merged into its rows."),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option("--into", help="Case whose ledger the accepted rows are added to."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", help="The report's id in that ledger; none = by title, or new."),
    ] = None,
    section: Annotated[
        str | None,
        typer.Option("--section", help="Only actors, events, quantities or claims."),
    ] = None,
    accept_all: Annotated[
        bool, typer.Option("--accept-all", help="Accept every suggestion that is complete.")
    ] = False,
    accept: Annotated[
        str | None, typer.Option("--accept", help="Rows to accept, with commas.")
    ] = None,
    refuse: Annotated[
        str | None, typer.Option("--refuse", help="Rows to refuse, with commas.")
    ] = None,
    merge: Annotated[
        Words | None, typer.Option("--merge", help="ID=INTO: the same as another; repeatable.")
    ] = None,
    change: Annotated[
        Words | None, typer.Option("--set", help="ID.field=value: edit a row; repeatable.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Decide on the rows of a draft: accept, edit, merge or refuse.

    Asks at the terminal, row by row, and saves after each answer; ended and begun again, it goes
    on with the rows nobody has decided on.
    """
    from rivalry.evidence.reading import DRAFT_SECTIONS, Review, load_draft

    if section is not None and section not in DRAFT_SECTIONS:
        raise _usage(f"--section {section} is none of the draft's",
                     f"Choose one of: {', '.join(DRAFT_SECTIONS)}.")  # fmt: skip
    if source is not None and into is None:
        raise _usage("--source names a row of the ledger of --into", "Give --into too.")
    loaded = load_draft(draft)
    asked = Review(loaded, _ledger(case, into))
    told = [*_pairs(change, "--set"), *_pairs(merge, "--merge")]
    scripted = bool(told or accept or refuse or accept_all)
    problems: list[Problem] = []
    if scripted:
        problems = _decide(asked, _pairs(change, "--set"), _pairs(merge, "--merge"), accept, refuse)
        if accept_all:
            problems += asked.accept_all(section)[1]
    elif not json and into is None:
        _at_the_terminal(asked, section)
    placed = None if into is None else _place(loaded, into, source)
    if placed is not None:
        problems += placed.doubts
    if json:
        print_json(_answer(loaded, section, placed, problems))
        return
    if not quiet:
        print_problems([_as_warning(p) for p in problems], as_json=False)
    _print(loaded, placed, into, quiet)


def _usage(message: str, remedy: str) -> RivalryError:
    return RivalryError(Problem("R1363", message, remedy), exit_code=2)


def _ledger(case: str | None, into: str | None) -> Ledger | None:
    from rivalry.cli.read import ledger_of
    from rivalry.evidence import Ledger, load_ledger

    named = [ledger_of(c) for c in (case, into) if c is not None]
    if not named:
        return None
    path = named[0]
    if any(p.resolve() != path.resolve() for p in named):
        raise _usage("--case and --into name two ledgers",
                     "Rows are merged into those of one; leave --case out.")  # fmt: skip
    return load_ledger(path) if path.exists() else Ledger()


def _pairs(items: Words | None, option: str) -> list[tuple[str, str]]:
    found = []
    for item in items or []:
        left, sign, right = item.partition("=")
        if not sign or not left.strip() or (option == "--set" and "." not in left):
            form = "ID.field=value" if option == "--set" else "ID=INTO"
            example = "DE03.from=2021-08" if option == "--set" else "DA04=DA02"
            raise _usage(
                f"{option} {item!r} is not of the form {form}", f"Write it like {example}."
            )
        found.append((left.strip(), right.strip()))
    return found


def _decide(
    asked: Review,
    changes: list[tuple[str, str]],
    merges: list[tuple[str, str]],
    accept: str | None,
    refuse: str | None,
) -> list[Problem]:
    """Carry out what the options say; what cannot be done stops the command."""
    edits: dict[str, dict[str, Any]] = {}
    for place, value in changes:
        id, _, name = place.partition(".")
        edits.setdefault(id, {})[name] = typed_value(asked, id, name, value)
    for id, fields in edits.items():
        asked.edit(id, fields)
    for id, into in merges:
        asked.merge(id, into)
    for id in split_list(accept):
        asked.accept(id)
    for id in split_list(refuse):
        asked.refuse(id)
    return []


def _place(draft: Draft, into: str, source: str | None) -> Placement:
    from rivalry.cases import bundled
    from rivalry.cli.read import ledger_of
    from rivalry.evidence.reading import place

    if into in bundled():
        raise RivalryError(
            Problem("R1364", f"{into} comes with the program and is not changed",
                    f"Copy the case into a folder, and name it as ./{into}."),
            exit_code=2,
        )  # fmt: skip
    path = ledger_of(into)
    if not path.exists():
        raise RivalryError(
            Problem("R0101", f"the ledger that {into} names does not exist",
                    f"Check 'ledger:' in its case.yaml, or begin {path.name} with the line "
                    "'ledger: 1'.",
                    file=str(path)),
            exit_code=2,
        )  # fmt: skip
    return place(draft, path, source=source)


# at the terminal


_KEYS = "[a]ccept  [e]dit  [m]erge  [r]efuse  [s]kip  [u]ndo  [q]uit"


def _at_the_terminal(asked: Review, section: str | None) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise RivalryError(
            Problem(
                "R1347",
                "this is no terminal, so nobody can be asked",
                "Use --accept, --refuse, --merge, --set or --accept-all, or --json to list rows.",
            ),
            exit_code=2,
        )
    skipped: set[str] = set()
    back: str | None = None
    while True:
        waiting = [r for r in asked.pending(section) if r.id not in skipped]
        if not waiting:
            typer.echo("no more rows" + (f"; {len(skipped)} skipped" if skipped else ""))
            return
        row = next((r for r in waiting if r.id == back), waiting[0])
        back = None
        _show(asked, row.id, len(waiting))
        answer = ask(f"{_KEYS}: ").lower()
        try:
            if answer in ("q", "quit"):
                return
            if answer in ("a", "accept"):
                asked.accept(row.id)
            elif answer in ("r", "refuse"):
                asked.refuse(row.id)
            elif answer in ("s", "skip"):
                skipped.add(row.id)
            elif answer in ("u", "undo"):
                old = asked.undo()
                typer.echo("nothing to undo" if old is None else f"{old.id} is open again")
                back = None if old is None else old.id
            elif answer in ("m", "merge"):
                _merge(asked, row.id)
            elif answer in ("e", "edit"):
                edit_row(asked, row.id)
            else:
                typer.echo("answer with one of the letters in brackets")
        except RivalryError as error:
            print_problems(error.problems, as_json=False)
            back = row.id


def _show(asked: Review, id: str, waiting: int) -> None:
    """Show a suggestion, its sentence with its words marked, and the sentences around it."""
    from rivalry.cli._draft_page import says
    from rivalry.evidence.reading import printable

    draft = asked.draft
    row = draft.get(id)
    typer.echo()
    typer.echo(f"{row.id} ({row.row.get('locator')}; {waiting} to go)  {says(draft, row)}")
    for name, value in row.found.items():
        if name not in ("key", "verb", "doers", "done to", "modality", "negated", "may also mean"):
            typer.echo(f"    {name}: {printable(value)}")
    for name in row.open_fields():
        typer.echo(f"    {name} is open: edit the row to fill it in")
    sentence = draft.sentence_at(row.span.start)
    paragraph = draft.paragraph_at(row.span.start)
    if paragraph is None:
        return
    end = max(sentence.end, row.span.end)
    before = draft.words(type(sentence)(paragraph.span.start, sentence.start))[-160:]
    after = draft.words(type(sentence)(end, paragraph.span.end))[:120]
    marked = (
        draft.words(type(sentence)(sentence.start, row.span.start))
        + "»" + row.words + "«"
        + draft.words(type(sentence)(row.span.end, end))
    )  # fmt: skip
    typer.echo(f"  {paragraph.label}: " + printable(f"{_cut(before, True)}{marked}{_cut(after)}"))
    for other, name in asked.likely(row):
        typer.echo(f"  in the case: {other} {printable(name)} is called the same (merge?)")


def _cut(text: str, left: bool = False) -> str:
    if not text.strip():
        return ""
    return f"... {text}" if left else f"{text} ..."


def _merge(asked: Review, id: str) -> None:
    row = asked.draft.get(id)
    for other in asked.draft.of(row.section):
        if other.id != id and other.state != "refused" and row.section == "actors":
            typer.echo(f"    {other.id} {other.row.get('name')}")
    into = ask("the same as (id, empty = leave it): ")
    if into:
        asked.merge(id, into)


# answers


def _as_warning(problem: Problem) -> Problem:
    import dataclasses

    return dataclasses.replace(problem, severity="warning")


def _answer(
    draft: Draft, section: str | None, placed: Placement | None, problems: list[Problem]
) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "ok": True,
        "draft": str(draft.path),
        "counts": draft.counts(),
        "pending": [
            {
                "section": r.section, **r.row, "words": r.words,
                "span": [r.span.start, r.span.end], "open": r.open_fields(), "found": r.found,
            }
            for r in draft.rows
            if r.state == "suggested" and section in (None, r.section)
        ],
        "left": [p.as_dict() for p in problems],
    }  # fmt: skip
    if placed is not None:
        answer["placed"] = {
            "source": placed.source, "added": placed.ids, "merged": placed.merged,
            "references_dropped": placed.dropped,
            "recognised": placed.recognised,
        }  # fmt: skip
    return answer


def _print(draft: Draft, placed: Placement | None, into: str | None, quiet: bool) -> None:
    from rivalry.cli._draft_page import draft_name
    from rivalry.evidence.reading import printable

    for section, states in draft.counts().items():
        if states:
            typer.echo(f"{section}: " + ", ".join(f"{n} {state}" for state, n in states.items()))
    if placed is None or into is None:
        return
    if not placed.ids and not placed.merged:
        typer.echo(f"nothing new to add to {into}")
        return
    rows = f"{len(placed.ids)} row{'s' * (len(placed.ids) != 1)}"
    of = f" of source {placed.source}" if placed.ids else ""
    typer.echo(
        f"added to {into}: {rows}{of}" + (f", {len(placed.merged)} merged" if placed.merged else "")
    )
    for id, same in placed.recognised.items():
        name = printable(str(draft.get(id).row.get("name", "")))
        remark(f"{id} {name} is {same} of the ledger: merged into it", quiet=quiet)
    suggested = {new: old for old, new in placed.ids.items()}
    for id, lost in placed.dropped.items():
        were = "was" if len(lost) == 1 else "were"
        remark(f"{id} no longer names {', '.join(lost)}, which {were} not accepted", quiet=quiet)
        what = str(draft.get(suggested[id]).row.get("what", ""))
        named = [n for n in (draft_name(draft, i) for i in dict.fromkeys(lost)) if n in what]
        if named:
            remark(
                f"{id} still speaks of {printable(', '.join(named))} in its what: edit it there",
                quiet=quiet,
            )
    if any(draft.get(id).section == "claims" for id in placed.ids):
        remark(f"claims wait for elements that carry them: rivalry check {into}", quiet=quiet)
