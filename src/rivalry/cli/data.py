"""``rivalry data``: event data into the store, and tables out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rivalry.cli._data_options import (
    Actor,
    Contains,
    Country,
    Dataset,
    DatePrec,
    Detail,
    Dyad,
    End,
    EventType,
    MonthRule,
    OutTable,
    Period,
    Rows,
    Rule,
    Start,
    StoreFile,
    Unit,
    Version,
    Violence,
    WherePrec,
)
from rivalry.cli._options import Json, Quiet
from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem

_group = typer.Typer(no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})


def add_to(app: typer.Typer) -> None:
    """Register the group of commands."""
    from rivalry.cli import _data_fetch  # which takes options from here

    _data_fetch.add_to(_group)
    app.add_typer(_group, name="data", help="Event data: import files, list, count, compare.")


@_group.command(name="import")
def import_command(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="CSV, gz, zip or Parquet.")
    ],
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="Name to keep it under; none = its format's.")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version", help="Version, such as 25.1; none = as the file says")
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", help="Its format; none = told by the columns.")
    ] = None,
    covers: Annotated[
        str | None,
        typer.Option("--covers", help="Months in which no event means none: 2016-01..2019-12."),
    ] = None,
    store: StoreFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read files of event data into the store, all of them or none."""
    from rivalry.cli._data_view import print_import
    from rivalry.data import Store

    with progress("Importing", quiet=quiet or json) as report:
        done = Store(store).import_files(
            files, dataset=dataset, version=version, format=format, covers=covers, progress=report
        )
    if json:
        print_json({"ok": True, **done.as_dict()})
        return
    print_import(done)
    if not quiet:
        print_problems(done.warnings, as_json=False)


@_group.command(name="list")
def list_command(
    out: OutTable = None, store: StoreFile = None, json: Json = False, quiet: Quiet = False
) -> None:
    """List data sets and versions in the store."""
    from rivalry.cli._data_view import releases_frame, show
    from rivalry.data import Store

    at = Store(store)
    found = at.datasets()
    if not found and not json:
        typer.echo(f"nothing was imported yet ({at.path})")
        return
    frame = releases_frame(found)
    attrs = dict(frame.attrs)
    columns = ["dataset", "version", "kind", "rows", "first_month", "last_month", "imported"]
    if out is None and not json:
        frame.attrs = {}  # the rows say it
    show(frame, title=str(at.path), columns=columns, out=out, json=json, quiet=quiet, rows=10_000)
    if out is None and not json:
        for licence in dict.fromkeys(m["licence"] for m in attrs["made_from"]):
            remark(f"licence: {licence}", quiet=quiet)


@_group.command(name="dyads")
def dyads_command(
    contains: Contains = None,
    country: Country = None,
    actor: Actor = None,
    dataset: Dataset = None,
    version: Version = None,
    rows: Rows = 20,
    out: OutTable = None,
    store: StoreFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List dyads with their events and deaths, the deadliest first."""
    from rivalry.cli._data_view import show

    at = _store(store, out)
    frame = at.dyads(
        dataset=dataset, version=version, country=country, actor=actor, contains=contains
    )
    count = "events" if "events" in frame else "years"
    show(
        frame, title=f"{len(frame):,} dyads",
        columns=["dyad_id", "dyad_name", "countries", count, "best", "first", "last"],
        out=out, json=json, quiet=quiet, rows=rows,
    )  # fmt: skip


@_group.command(name="actors")
def actors_command(
    contains: Contains = None,
    country: Country = None,
    dataset: Dataset = None,
    version: Version = None,
    rows: Rows = 20,
    out: OutTable = None,
    store: StoreFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List actors with their events and deaths, the deadliest first."""
    from rivalry.cli._data_view import show

    at = _store(store, out)
    frame = at.actors(dataset=dataset, version=version, country=country, contains=contains)
    show(
        frame, title=f"{len(frame):,} actors",
        columns=["actor_id", "actor_name", "countries", "dyads", "events", "best", "first", "last"],
        out=out, json=json, quiet=quiet, rows=rows,
    )  # fmt: skip


@_group.command(name="events")
def events_command(
    dyad: Dyad = None,
    actor: Actor = None,
    country: Country = None,
    province: Annotated[
        list[str] | None, typer.Option("--province", help="Province; may be repeated.")
    ] = None,
    violence: Violence = None,
    event_type: EventType = None,
    max_date_prec: DatePrec = None,
    max_where_prec: WherePrec = None,
    start: Start = None,
    end: End = None,
    rule: Rule = MonthRule.start,
    dataset: Dataset = None,
    version: Version = None,
    rows: Rows = 20,
    out: OutTable = None,
    store: StoreFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List events, in the order of their dates."""
    from rivalry.cli._data_view import show

    frame = _store(store, out).events(
        dataset=dataset, version=version, start=start, end=end, rule=rule.value, dyad=dyad,
        actor=actor, country=country, province=province, violence=violence, event_type=event_type,
        max_date_prec=max_date_prec, max_where_prec=max_where_prec,
    )  # fmt: skip
    show(
        frame, title=f"{len(frame):,} events",
        columns=["id", "date_start", "date_end", "dyad_name", "adm_1", "best", "low", "high"],
        out=out, json=json, quiet=quiet, rows=rows,
    )  # fmt: skip


@_group.command(name="panel")
def panel_command(
    by: Annotated[Unit, typer.Option("--by", help="What a row is about.")] = Unit.dyad,
    every: Annotated[Period, typer.Option("--every", help="A month or a year.")] = Period.month,
    dyad: Dyad = None,
    actor: Actor = None,
    country: Country = None,
    province: Annotated[
        list[str] | None, typer.Option("--province", help="Province; may be repeated.")
    ] = None,
    violence: Violence = None,
    event_type: EventType = None,
    max_date_prec: DatePrec = None,
    max_where_prec: WherePrec = None,
    start: Start = None,
    end: End = None,
    rule: Rule = MonthRule.start,
    dataset: Dataset = None,
    version: Version = None,
    rows: Rows = 20,
    out: OutTable = None,
    store: StoreFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Count events and deaths by unit and month or year."""
    from rivalry.cli._data_view import panel_summary, show

    frame = _store(store, out).panel(
        by.value, every.value, dataset=dataset, version=version, rule=rule.value, start=start,
        end=end, dyad=dyad, actor=actor, country=country, province=province, violence=violence,
        event_type=event_type, max_date_prec=max_date_prec, max_where_prec=max_where_prec,
    )  # fmt: skip
    screen, columns = panel_summary(frame, every.value)
    units = frame["unit_id"].nunique()
    name = frame["unit_name"].iloc[0] if units == 1 else f"{units:,} units by {by.value}"
    first, last = frame[every.value].min(), frame[every.value].max()
    what = f"{every.value}s with events" if units == 1 else "sums"
    show(
        frame, title=f"{name}, {first} to {last}: {what}", columns=columns, out=out, json=json,
        quiet=quiet, rows=rows, screen=screen,
    )  # fmt: skip


@_group.command(name="yearly")
def yearly_command(
    dyad: Dyad = None,
    actor: Actor = None,
    country: Country = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="With --country: also rows of several countries.")
    ] = False,
    dataset: Dataset = None,
    version: Version = None,
    rows: Rows = 20,
    out: OutTable = None,
    store: StoreFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List rows of UCDP's yearly tables."""
    from rivalry.cli._data_view import show

    frame = _store(store, out).yearly(
        dataset=dataset, version=version, dyad=dyad, actor=actor, country=country, shared=shared
    )
    show(
        frame, title=f"{len(frame):,} dyad-years",
        columns=["dyad_id", "dyad_name", "year", "best", "low", "high", "location"],
        out=out, json=json, quiet=quiet, rows=rows,
    )  # fmt: skip
    left = frame.attrs["left_out"]
    if left and not json:
        problem = Problem(
            "R1218",
            f"{left:,} rows whose place is several countries were left out",
            "Add them with --shared if deaths in any of the countries should count.",
            severity="warning",
        )
        print_problems([problem], as_json=False)


@_group.command(name="revisions")
def revisions_command(
    before: Annotated[str, typer.Argument(metavar="A", help="VERSION or DATASET@VERSION.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The later one.")],
    detail: Annotated[
        Detail, typer.Option("--detail", help="A row a dyad and year, or a row an event.")
    ] = Detail.dyad_year,
    dataset: Dataset = None,
    rows: Rows = 20,
    out: OutTable = None,
    store: StoreFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List what changed from one version of a data set to another."""
    from rivalry.cli._data_view import show

    frame = _store(store, out).revisions(before, after, dataset=dataset, detail=detail.value)
    columns = (
        ["dyad_id", "dyad_name", "year", "added", "removed", "changed", "best_before",
         "best_after", "difference"]
        if detail is Detail.dyad_year
        else ["id", "dyad_name", "year", "change", "columns", "best_before", "best_after"]
    )  # fmt: skip
    show(
        frame, title=f"{before} to {after}", columns=columns, out=out, json=json, quiet=quiet,
        rows=rows,
    )  # fmt: skip
    if not json:
        typer.echo(_in_words(frame.attrs["totals"]))


@_group.command(name="remove")
def remove_command(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="Its name.")],
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Which version.")],
    store: StoreFile = None,
    json: Json = False,
) -> None:
    """Remove one version of a data set from the store."""
    from rivalry.data import Store

    gone = Store(store).remove(dataset, version)
    if json:
        print_json({"ok": True, "removed": gone.as_dict()})
        return
    typer.echo(f"{gone.name}: {gone.rows:,} rows removed")


def _store(path: Path | None, out: Path | None) -> Any:
    """Open the store, once the name after --out is known to be one."""
    from rivalry.data import Store, check_table_name

    if out is not None:
        check_table_name(out)
    return Store(path)


def _in_words(totals: dict[str, Any]) -> str:
    return (
        f"{totals['first_month']} to {totals['last_month']}: {totals['added']:,} rows added, "
        f"{totals['removed']:,} removed, {totals['changed']:,} changed, {totals['same']:,} the "
        f"same; deaths (best) {totals['best_before']:,} before, {totals['best_after']:,} after"
    )
