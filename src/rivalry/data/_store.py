"""The event store: data sets in versions, asked for dyads, actors, events and panels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivalry.data._answers import chosen_of, month_of, named, signed
from rivalry.data._connect import attached
from rivalry.data._formats import Kind
from rivalry.data._import import ImportReport, Report, import_files, parse_covers
from rivalry.data._listing import actors_of, dyads_of
from rivalry.data._panel import By, Every, country_months_of, panel_of
from rivalry.data._places import store_path
from rivalry.data._release import Release, choose, releases
from rivalry.data._revisions import Detail, revisions_of
from rivalry.data._select import UNITS, Rule, Wanted, Where, pick
from rivalry.data._yearly import PLACES, yearly_where
from rivalry.foundation import Month, Problem, RivalryError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

#: A data set's name, or several that are put together.
Datasets = str | Iterable[str] | None
Span = str | Month | None

RULES: dict[Rule, str] = {
    "start": "an event counts to the month of its first day",
    "end": "an event counts to the month of its last day",
    "spread": "an event counts to each of its months by the share of its days there",
}


class Store:
    """Event data in one file of the embedded database DuckDB.

    The file is opened only while a question is answered or an import taken in, so programs can
    share it. Versions stand side by side; importing one again replaces it whole or not at all.

    Parameters
    ----------
    path : str or Path, optional
        The store's file; without it ``RIVALRY_STORE`` or the user's data folder (`store_path`).

    Notes
    -----
    Tables carry in ``attrs["made_from"]`` the data sets and versions they come from, with licence,
    citation, files and their SHA-256, and in ``attrs["rule"]`` how events were counted. All
    methods raise `RivalryError`: R1213 when another program holds the store, R1214 if a later
    version made it, R1215 if it is damaged, R1216 if it does not hold what is asked for.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = store_path(path)

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r})"

    def import_files(
        self,
        paths: str | Path | Iterable[str | Path],
        *,
        dataset: str | None = None,
        version: str | None = None,
        format: str | None = None,
        covers: str | tuple[Month, Month] | None = None,
        progress: Report | None = None,
    ) -> ImportReport:
        """Read files and take them in, all of them or none.

        Parameters
        ----------
        paths : path or iterable of paths
            CSV, also in gzip or zip, or Parquet. Files of the same data set and version become
            one release.
        dataset : str, optional
            The name to keep them under; that of the format if absent.
        version : str, optional
            Read from the file or its name if absent.
        format : str, optional
            See `FORMATS`; told by the columns if absent.
        covers : str or pair of Month, optional
            ``2016-01..2019-12``: the months in which no event means that there was none. Read
            from version and rows if absent.
        progress : callable, optional
            Called with (done, total).

        Returns
        -------
        ImportReport

        Raises
        ------
        RivalryError
            R1201 to R1211 and R1219 to R1222 for the files, R1213 to R1215 for the store. The
            store is then as it was.
        """
        several = [paths] if isinstance(paths, str | Path) else list(paths)
        span = parse_covers(covers) if isinstance(covers, str) else covers
        return import_files(
            self.path, several, dataset=dataset, version=version, format=format, covers=span,
            progress=progress,
        )  # fmt: skip

    def datasets(self) -> list[Release]:
        """Return what the store holds, by data set, the newest version first; [] if nothing."""
        if not self.path.exists():
            return []
        with attached(self.path) as connection:
            return releases(connection)

    def remove(self, dataset: str, version: str) -> Release:
        """Remove one version of a data set, and return what it was."""
        with attached(self.path, write=True) as connection:
            have = releases(connection)
            kind: Kind = next((r.kind for r in have if r.dataset == dataset), "events")
            (release,) = choose(have, kind, dataset, version)
            connection.execute("BEGIN")
            for table in ("event", "yearly", "country_month", "release", "file"):
                connection.execute(f"DELETE FROM store.{table} WHERE release = {release.number}")
            connection.execute("COMMIT")
            return release

    def dyads(
        self,
        *,
        dataset: Datasets = None,
        version: str | None = None,
        country: Wanted = None,
        actor: Wanted = None,
        contains: str | None = None,
    ) -> pd.DataFrame:
        """Return the dyads of event data or of yearly tables.

        Parameters
        ----------
        dataset, version : str, optional
            See `panel`. Without `dataset` and without event data the yearly tables are listed.
        country, actor : id or name, or several
        contains : str, optional
            Only dyads whose name contains this text, in any case; up to four capitals,
            such as ``IS``, as a word of its own.

        Returns
        -------
        DataFrame
            A row each, most deaths first: dyad_id, dyad_name, type_of_violence, side_a_id,
            side_a, side_b_id, side_b, countries, events (of yearly tables: years), best, low,
            high, first, last (dates; years). Ids are integers where all are.
        """
        with self._ask(dataset, version, ("events", "yearly")) as (connection, chosen):
            frame = dyads_of(connection, chosen, country, actor, contains)
        return signed(frame, chosen)

    def actors(
        self,
        *,
        dataset: Datasets = None,
        version: str | None = None,
        country: Wanted = None,
        contains: str | None = None,
    ) -> pd.DataFrame:
        """Return the actors of event data; civilians are none.

        Returns
        -------
        DataFrame
            A row each, most deaths first: actor_id, actor_name, countries, dyads, events, best,
            first, last.
        """
        with self._ask(dataset, version, ("events",)) as (connection, chosen):
            frame = actors_of(connection, chosen, country, contains)
        return signed(frame, chosen)

    def events(
        self,
        *,
        dataset: Datasets = None,
        version: str | None = None,
        start: Span = None,
        end: Span = None,
        rule: Rule = "start",
        **where: Any,
    ) -> pd.DataFrame:
        """Return events, a row each, in the order of their dates.

        Parameters
        ----------
        dataset, version, start, end, rule
            See `panel`; with "spread" as with "start", since an event is one row.
        **where
            See `Where`.

        Returns
        -------
        DataFrame
            dataset, version, the columns of the store under UCDP's names, month.
        """
        with self._ask(dataset, version, ("events",)) as (connection, chosen):
            pick(connection, chosen, Where(**where), rule)
            first, last = month_of(start), month_of(end)
            limits = [
                f"m {sign} {month.ordinal}"
                for sign, month in ((">=", first), ("<=", last))
                if month is not None
            ]
            condition = f" WHERE {' AND '.join(limits)}" if limits else ""
            frame = connection.execute(
                "SELECT r.dataset, r.version, p.* EXCLUDE (release, m, date_start, date_end), "
                "CAST(date_start AS VARCHAR) AS date_start, CAST(date_end AS VARCHAR) AS date_end, "
                "lpad(CAST(m // 12 AS VARCHAR), 4, '0') || '-' || "
                "lpad(CAST(m % 12 + 1 AS VARCHAR), 2, '0') AS month "
                f"FROM picked p JOIN store.release r USING (release){condition} "
                "ORDER BY p.date_start, length(p.id), p.id"
            ).df()
        return signed(frame, chosen, rule=RULES["start" if rule == "spread" else rule])

    def panel(
        self,
        by: By = "dyad",
        every: Every = "month",
        *,
        dataset: Datasets = None,
        version: str | None = None,
        rule: Rule = "start",
        start: Span = None,
        end: Span = None,
        **where: Any,
    ) -> pd.DataFrame:
        """Count events and deaths by unit and month, or year.

        Parameters
        ----------
        by : {"dyad", "actor", "country", "province"}
            By actor an event counts for both its sides (civilians are no actor), so such a panel
            must not be added up over its units.
        every : {"month", "year"}
        dataset : str, or several, optional
            Without it ``ucdp-ged``, or the only data set of events. With several (also as
            ``ucdp-ged+ucdp-candidate``) the first counts for the months that it covers, and an
            event id counts once.
        version : str, optional
            The newest if absent; of the UCDP Candidate all months that were imported.
        rule : {"start", "end", "spread"}
            To which month an event counts that spans several: that of its first day, that of
            its last day, or each by the share of its days that lie there.
        start, end : str or Month, optional
            First and last month; else all that are covered or have events.
        **where
            See `Where`: dyad, actor, country, province, violence, event_type, max_date_prec,
            max_where_prec.

        Returns
        -------
        DataFrame
            A row for every unit with an event and every month: unit_id, unit_name, month
            (``YYYY-MM``; or year) and month_id, covered, events, best, low, high, civilians, then
            events and best by type of violence. Inside what a data set covers no event is 0;
            outside it is missing, and `covered` is False. Events outside are shown all the same,
            so that the panel adds up to all events. Units are ordered by id.

        Raises
        ------
        RivalryError
            R1216 if there is no such data set or no event, R1217 for an unknown or unclear name,
            R1222 for a span that is none; for the store see `Store`.
        """
        if by not in (*UNITS, "actor") or every not in ("month", "year") or rule not in RULES:
            raise RivalryError(
                Problem(
                    "R1217",
                    f"there is no panel by {by}, every {every}, with rule {rule}",
                    "By dyad, actor, country or province; every month or year; rule start, end "
                    "or spread.",
                ),
                exit_code=2,
            )
        span = month_of(start), month_of(end)
        kinds = ("events", "country-month") if by == "country" else ("events",)
        with self._ask(dataset, version, kinds) as (connection, chosen):
            if chosen[0].kind == "country-month":
                if every == "year":
                    raise RivalryError(
                        Problem("R1217", "a ViEWS table is by month", "Leave --every out."),
                        exit_code=2,
                    )
                frame = country_months_of(connection, chosen, span)
                return signed(frame, chosen)
            pick(connection, chosen, Where(**where), rule)
            frame = panel_of(connection, chosen, by, every, rule, span)
        return signed(frame, chosen, rule=RULES[rule], by=by, every=every)

    def yearly(
        self,
        *,
        dataset: Datasets = None,
        version: str | None = None,
        dyad: Wanted = None,
        actor: Wanted = None,
        country: Wanted = None,
        shared: bool = False,
    ) -> pd.DataFrame:
        """Return rows of UCDP's yearly tables.

        Parameters
        ----------
        dataset : str, or several, optional
            Such as ``ucdp-battle-deaths``; without it all yearly tables there are.
        version : str, optional
        dyad, actor, country : id or name, or several
        shared : bool
            With `country`: also rows whose place is several countries. They are not of this
            country alone and are left out otherwise; ``attrs["left_out"]`` says how many.

        Returns
        -------
        DataFrame
            A row a dyad and year: dataset, version, dyad_id, dyad_name, conflict_id, side_a_id,
            side_a, side_b_id, side_b, type_of_violence, year, low, best, high,
            intensity_level, location, gwno_location, region, countries (how many it names). The
            years that a table covers stand in ``attrs["made_from"]``; a dyad's year without a row
            had fewer than 25 deaths.
        """
        with self._ask(dataset, version, ("yearly",)) as (connection, chosen):
            condition = yearly_where(connection, chosen, dyad, actor, country, shared=shared)
            frame = connection.execute(
                f"SELECT r.dataset, r.version, y.* EXCLUDE (release), {PLACES} AS countries "
                f"FROM store.yearly y JOIN store.release r USING (release) WHERE {condition} "
                "ORDER BY length(dyad_id), dyad_id, year"
            ).df()
            left = 0
            if country is not None and not shared:
                whole = yearly_where(connection, chosen, dyad, actor, country, shared=True)
                row = connection.execute(
                    f"SELECT count(*) FROM store.yearly y WHERE {whole}"
                ).fetchone()
                left = (row[0] if row else 0) - len(frame)
        return signed(frame, chosen, left_out=left)

    def revisions(
        self,
        before: str,
        after: str,
        *,
        dataset: str | None = None,
        detail: Detail = "dyad-year",
    ) -> pd.DataFrame:
        """List what changed from one version to another, in the months that both cover.

        Parameters
        ----------
        before, after : str
            Versions, such as ``24.1`` and ``25.1``; of another data set as ``DATASET@VERSION``.
        dataset : str, optional
            Of versions that do not name theirs: ``ucdp-ged`` if absent, or the only one there is.
        detail : {"dyad-year", "row"}
            A row a dyad and year, or a row an event (of yearly tables: a dyad and year).

        Returns
        -------
        DataFrame
            By dyad and year, the largest difference first: dyad_id, dyad_name, year, added,
            removed, changed, same (events), best_before, best_after, difference. By row: id,
            dyad_id, dyad_name, year, change, columns (which differ), and the three estimates
            before and after. ``attrs["totals"]`` has the sums and the span compared. An event
            belongs to the year and dyad of the later version, if it is in it.

        Raises
        ------
        RivalryError
            R1216 for what the store does not have, R1224 for what cannot be compared.
        """
        with attached(self.path) as connection:
            have = releases(connection)
            if dataset is None and "@" in before:
                dataset = before.rpartition("@")[0]
            old, new = (named(have, text, dataset) for text in (before, after))
            frame, totals = revisions_of(connection, old, new, detail)
        return signed(frame, [old, new], totals=totals)

    @contextmanager
    def _ask(
        self, dataset: Datasets, version: str | None, kinds: Sequence[Any]
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[Release]]]:
        """Attach the store and choose releases of the first kind that has the data set."""
        with attached(self.path) as connection:
            have = releases(connection)
            if not have:
                raise RivalryError(
                    Problem(
                        "R1216",
                        "nothing was imported yet",
                        "Import a file first: rivalry data import GEDEvent_v25_1.csv.",
                    )
                )
            yield connection, chosen_of(have, dataset, version, kinds)
