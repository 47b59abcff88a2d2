"""A version of a data set as the store holds it, and which of them a question is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rivalry.data._formats import Kind
from rivalry.foundation import Month, Problem, RivalryError, nearest

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class SourceFile:
    """A file that was imported: its name, its SHA-256, its bytes and its rows."""

    file: str
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True)
class Release:
    """One version of a data set in the store.

    Attributes
    ----------
    number : int
        The store's own.
    dataset, version : str
    format : str
    kind : {"events", "yearly", "country-month"}
    rows : int
    first, last : Month
        The months it covers: inside, no event means that there was none.
    covers_said : bool
        Whether the user gave them; else they are read from version and rows.
    imported : str
        When, in UTC.
    made_by : str
        Program and version.
    licence, citation : str
    files : tuple of SourceFile
    """

    number: int
    dataset: str
    version: str
    format: str
    kind: Kind
    rows: int
    first: Month
    last: Month
    covers_said: bool
    imported: str
    made_by: str
    licence: str
    citation: str
    files: tuple[SourceFile, ...]

    @property
    def name(self) -> str:
        """Data set and version, such as ``ucdp-ged 25.1``."""
        return f"{self.dataset} {self.version}"

    def as_dict(self) -> dict[str, Any]:
        """Return what an output says about where its figures come from."""
        return {
            "dataset": self.dataset,
            "version": self.version,
            "format": self.format,
            "kind": self.kind,
            "rows": self.rows,
            "first_month": str(self.first),
            "last_month": str(self.last),
            "coverage": "given" if self.covers_said else "read from the file",
            "files": [
                {"file": f.file, "sha256": f.sha256, "bytes": f.bytes, "rows": f.rows}
                for f in self.files
            ],
            "imported": self.imported,
            "made_by": self.made_by,
            "licence": self.licence,
            "citation": self.citation,
        }


def releases(connection: duckdb.DuckDBPyConnection) -> list[Release]:
    """Read all releases of an attached store, by data set, the newest version first."""
    files: dict[int, list[SourceFile]] = {}
    for number, *cells in connection.execute(
        "SELECT release, file, sha256, bytes, rows FROM store.file ORDER BY file"
    ).fetchall():
        files.setdefault(number, []).append(SourceFile(*cells))
    found = [
        Release(
            number, dataset, version, form, kind, rows, Month(first), Month(last), said, imported,
            made_by, licence, citation, tuple(files.get(number, ())),
        )
        for number, dataset, version, form, kind, rows, first, last, said, imported, made_by,
        licence, citation in connection.execute(
            "SELECT release, dataset, version, format, kind, rows, first_month, last_month, "
            "covers_said, imported, made_by, licence, citation FROM store.release"
        ).fetchall()
    ]  # fmt: skip
    return sorted(found, key=lambda r: (r.dataset, *_newest_first(r)))


def choose(
    have: Sequence[Release],
    kind: Kind,
    dataset: str | Iterable[str] | None = None,
    version: str | None = None,
) -> list[Release]:
    """Choose the releases that a question is about, the one that counts most first.

    Without `version` the newest of each data set is taken; of the UCDP Candidate all monthly
    releases, since each holds a month.

    Parameters
    ----------
    have : sequence of Release
    kind : {"events", "yearly", "country-month"}
    dataset : str or iterable of str, optional
        Several, or one text with ``+`` between them, are put together: what the first covers is
        taken from it alone. Without it ``ucdp-ged``, or the only one there is.
    version : str, optional

    Raises
    ------
    RivalryError
        R1216, naming the nearest or what there is to choose from.
    """
    usable = [r for r in have if r.kind == kind]
    names = list(dict.fromkeys(r.dataset for r in usable))
    if dataset is None:
        if "ucdp-ged" in names:
            wanted = ["ucdp-ged"]
        elif len(names) == 1:
            wanted = names
        else:
            raise _none(f"the store has no {kind} table" if not names else
                        f"the store has several data sets: {', '.join(names)}",
                        "Name one of them with --dataset." if names else
                        "Import one with 'rivalry data import FILE'.")  # fmt: skip
    elif isinstance(dataset, str):
        wanted = [d.strip() for d in dataset.split("+")]
    else:
        wanted = list(dataset)
    chosen: list[Release] = []
    for name in wanted:
        of = [r for r in usable if r.dataset == name]
        if not of:
            close = nearest(name, names)
            hint = f"Did you mean {close!r}? " if close else ""
            other = next((r.kind for r in have if r.dataset == name), None)
            what = f"data set {name!r} is a {other} table" if other else f"no data set {name!r}"
            raise _none(
                f"{what}; a {kind} table is wanted" if other else f"the store has {what}",
                f"{hint}It has: {', '.join(names) or 'none of this kind'}.",
            )
        if version is not None:
            exact = [r for r in of if r.version == version]
            if not exact:
                raise _none(
                    f"the store has no version {version!r} of {name}",
                    f"It has: {', '.join(r.version for r in of)}.",
                )
            chosen += exact
        elif of[0].format == "ucdp-candidate":
            chosen += of
        else:
            chosen.append(of[0])
    return chosen


def _none(what: str, remedy: str) -> RivalryError:
    return RivalryError(Problem("R1216", what, remedy))


def _newest_first(release: Release) -> tuple[int, tuple[int, ...], str]:
    """Order versions: numbers before names, later before earlier."""
    if re.fullmatch(r"[0-9]+(\.[0-9]+)*", release.version):
        return 0, tuple(-int(p) for p in release.version.split(".")), ""
    # names say nothing about age: the later import comes first
    return 1, tuple(-int(p) for p in re.findall("[0-9]+", release.imported)), release.version


def candidate_span(version: str) -> tuple[Month, Month]:
    """Return the months that a release of UCDP Candidate covers, from its version."""
    parts = [int(p) for p in version.split(".")]
    if len(parts) == 3:
        month = Month.of(2000 + parts[0], min(max(parts[2], 1), 12))
        return month, month
    first = Month.of(2000 + parts[0], min(max(parts[1], 1), 12))
    return first, Month.of(2000 + parts[2], min(max(parts[3], 1), 12))
