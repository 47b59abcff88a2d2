"""``rivalry data fetch``: releases of UCDP from its server into the store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rivalry.cli._data_options import StoreFile
from rivalry.cli._options import Json, Quiet
from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    import httpx

    from rivalry.data.fetching import Product


def add_to(group: typer.Typer) -> None:
    """Register the command in the group of event data."""
    group.command(name="fetch")(fetch_command)


def fetch_command(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="Whose data: ucdp.")],
    what: Annotated[
        str,
        typer.Option(
            "--what",
            help="ged, candidate, battledeaths, nonstate or onesided; several with commas.",
        ),
    ] = "ged",
    version: Annotated[
        str | None, typer.Option("--version", help="Such as 26.1; none = the latest there is.")
    ] = None,
    sha256: Annotated[
        str | None, typer.Option("--sha256", help="Refuse a file with another checksum.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--to", help="Folder for the files; none = 'downloads' beside the store."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--from", help="Address that stands for UCDP's downloads, as of a mirror."),
    ] = None,
    keep_only: Annotated[
        bool, typer.Option("--no-import", help="Only fetch; leave the store as it is.")
    ] = False,
    store: StoreFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fetch releases of UCDP, going on where an earlier attempt broke off, and import them."""
    import httpx

    from rivalry.cli._data_view import print_import
    from rivalry.data import Store
    from rivalry.data.fetching import UCDP, fetch, product

    names = [n.strip() for n in what.split(",") if n.strip()]
    if provider.lower() != "ucdp" or not names:
        raise RivalryError(
            Problem(
                "R1258",
                f"nothing is fetched from {provider!r}" if names else "--what names nothing",
                "Write rivalry data fetch ucdp --what ged. ACLED and VIEWS hand files to you "
                "under their own terms: import them with rivalry data import FILE.",
            ),
            exit_code=2,
        )
    wanted = [product(n) for n in names]
    if sha256 is not None and len(wanted) > 1:
        raise RivalryError(
            Problem("R1258", "--sha256 belongs to one file", "Fetch one data set at a time."),
            exit_code=2,
        )
    at = Store(store)
    place = folder or at.path.parent / "downloads"
    address = (base or UCDP).rstrip("/") + "/"
    if not address.startswith(("https://", "http://")):
        raise RivalryError(
            Problem("R1258", f"{base} is no address", "Begin it with https://."), exit_code=2
        )
    got, taken = [], []
    with httpx.Client(timeout=30.0, headers={"User-Agent": "rivalry"}) as client:
        for one in wanted:
            chosen = version or _latest(one, address, client)
            url = address + one.path(chosen)
            with progress(f"Fetching {one.name} {chosen}", quiet=quiet or json) as report:
                found = fetch(url, place, sha256=sha256, progress=report, client=client)
            got.append(found)
            if not json:
                remark(
                    f"{found.path}: {found.bytes:,} bytes, SHA-256 {found.sha256}"
                    + (f"; {found.resumed:,} bytes were there already" if found.resumed else ""),
                    quiet=quiet,
                )
            if found.changed_from:
                print_problems([_changed(found.url, found.changed_from)], as_json=False)
    if not keep_only:
        for found in got:
            with progress("Importing", quiet=quiet or json) as report:
                taken.append(at.import_files(found.path, progress=report))
            if not json:
                print_import(taken[-1])
                if not quiet:
                    print_problems(taken[-1].warnings, as_json=False)
    if json:
        print_json(
            {
                "ok": True,
                "fetched": [
                    {
                        "file": str(f.path), "url": f.url, "bytes": f.bytes, "sha256": f.sha256,
                        "when": f.when, "resumed": f.resumed, "changed_from": f.changed_from,
                    }
                    for f in got
                ],
                "imported": [t.as_dict() for t in taken],
            }
        )  # fmt: skip


def _latest(one: Product, address: str, client: httpx.Client) -> str:
    """Ask the server for the newest release that it has."""
    from rivalry.data.fetching import exists

    tried = []
    for version in one.recent(_today()):
        if exists(address + one.path(version), client):
            return version
        tried.append(version)
    raise RivalryError(
        Problem(
            "R1250",
            f"{address} has no {one.name} from {tried[-1]} to {tried[0]}",
            "Check the address, or name a --version.",
        )
    )


def _today() -> dt.date:
    return dt.date.today()


def _changed(url: str, before: str) -> Problem:
    return Problem(
        "R1259",
        f"{url} gave another file before, with the SHA-256 {before}",
        "See what changed with rivalry data revisions; keep the files that results rest on.",
        severity="warning",
    )
