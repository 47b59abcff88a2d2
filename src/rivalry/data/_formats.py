"""Which formats of event data are read, and how a file's columns tell which one it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rivalry.foundation import Problem, RivalryError, nearest

Kind = Literal["events", "yearly", "country-month"]
Names = Mapping[str, tuple[str, ...]]

UCDP_LICENCE = "CC BY 4.0, Uppsala Conflict Data Program"
_DAVIES = (
    "Davies, Pettersson, Sollenberg & Öberg (2025), Organized violence 1989-2024, Journal of "
    "Peace Research 62(4)"
)
GED_CITATION = (
    "Sundberg & Melander (2013), Introducing the UCDP Georeferenced Event Dataset, Journal of "
    f"Peace Research 50(4); {_DAVIES}"
)
CANDIDATE_CITATION = (
    "Hegre, Croicu, Eck & Högbladh (2020), Introducing the UCDP Candidate Events Dataset, "
    "Research & Politics 7(3)"
)


@dataclass(frozen=True)
class Format:
    """A format that can be imported.

    Attributes
    ----------
    name : str
        As ``--format`` takes it.
    dataset : str
        The data set its rows go to if the user names none.
    kind : {"events", "yearly", "country-month"}
        Which table of the store holds it.
    title : str
    required, optional : mapping of str to tuple of str
        From the store's column to the names that it has in files, the newest first; all in small
        letters.
    licence, citation : str
        What the user must know before passing figures on.
    """

    name: str
    dataset: str
    kind: Kind
    title: str
    required: Names
    optional: Names = field(default_factory=dict)
    licence: str = ""
    citation: str = ""

    def missing(self, columns: Iterable[str]) -> list[str]:
        """Return the required columns that a file lacks, under their newest names."""
        have = {c.lower() for c in columns}
        return [names[0] for names in self.required.values() if not have & set(names)]

    def mapping(self, columns: Iterable[str]) -> dict[str, str]:
        """Return which column of a file holds which column of the store."""
        have = {c.lower(): c for c in columns}
        found: dict[str, str] = {}
        for ours, names in (*self.required.items(), *self.optional.items()):
            name = next((n for n in names if n in have), None)
            if name is not None:
                found[ours] = have[name]
        return found


def _same(*names: str) -> dict[str, tuple[str, ...]]:
    return {n: (n,) for n in names}


_GED_REQUIRED: Names = {
    **_same("id", "type_of_violence"),
    "dyad_id": ("dyad_new_id", "dyad_id", "dyad_dset_id"),
    "dyad_name": ("dyad_name",),
    **_same("side_a", "side_b", "country", "date_start", "date_end"),
    "best": ("best", "best_est"),
    "low": ("low", "low_est"),
    "high": ("high", "high_est"),
}
_GED_OPTIONAL: Names = {
    "side_a_id": ("side_a_new_id", "side_a_id", "side_a_dset_id"),
    "side_b_id": ("side_b_new_id", "side_b_id", "side_b_dset_id"),
    "conflict_id": ("conflict_new_id", "conflict_id", "conflict_dset_id"),
    **_same("conflict_name", "country_id", "region", "adm_1", "adm_2", "latitude", "longitude"),
    "priogrid_gid": ("priogrid_gid", "priogrid_gid_id"),
    **_same("where_prec", "date_prec", "event_clarity", "code_status"),
    **_same("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"),
}

FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format(
            "ucdp-ged",
            "ucdp-ged",
            "events",
            "UCDP Georeferenced Event Dataset",
            _GED_REQUIRED,
            _GED_OPTIONAL,
            UCDP_LICENCE,
            GED_CITATION,
        ),
        Format(
            "ucdp-candidate",
            "ucdp-candidate",
            "events",
            "UCDP Candidate Events Dataset",
            _GED_REQUIRED,
            _GED_OPTIONAL,
            UCDP_LICENCE,
            f"{CANDIDATE_CITATION}; {GED_CITATION}",
        ),
        Format(
            "acled",
            "acled",
            "events",
            "ACLED export",
            {
                "id": ("event_id_cnty", "event_id"),
                "date_start": ("event_date",),
                **_same("event_type"),
                "side_a": ("actor1",),
                "side_b": ("actor2",),
                **_same("country"),
                "best": ("fatalities",),
            },
            {
                "sub_event_type": ("sub_event_type",),
                "country_id": ("iso",),
                **_same("region", "latitude", "longitude"),
                "adm_1": ("admin1",),
                "adm_2": ("admin2",),
                "date_prec": ("time_precision",),
                "where_prec": ("geo_precision",),
            },
            "the user's own licence with ACLED; not to be passed on",
            "Raleigh, Kishi & Linke (2023), Political instability patterns are obscured by "
            "conflict dataset scope conditions, sources, and coding choices, Humanities and "
            "Social Sciences Communications 10",
        ),
        Format(
            "ucdp-battle-deaths",
            "ucdp-battle-deaths",
            "yearly",
            "UCDP Battle-Related Deaths Dataset, by dyad and year",
            {
                **_same("dyad_id", "side_a", "side_b", "year"),
                "best": ("bd_best", "bdbest"),
                "low": ("bd_low", "bdlow"),
                "high": ("bd_high", "bdhigh"),
            },
            {
                **_same("conflict_id", "side_a_id", "side_b_id", "version", "region"),
                "location": ("battle_location", "location_inc", "location"),
                "gwno_location": ("gwno_battle", "gwno_loc"),
            },
            UCDP_LICENCE,
            _DAVIES,
        ),
        Format(
            "ucdp-nonstate",
            "ucdp-nonstate",
            "yearly",
            "UCDP Non-State Conflict Dataset",
            {
                "dyad_id": ("dyad_id",),
                "side_a": ("side_a_name", "side_a"),
                "side_b": ("side_b_name", "side_b"),
                "year": ("year",),
                "best": ("best_fatality_estimate",),
                "low": ("low_fatality_estimate",),
                "high": ("high_fatality_estimate",),
                "org": ("org",),
            },
            {
                **_same("conflict_id", "side_a_id", "side_b_id", "version", "region"),
                **_same("location", "gwno_location"),
            },
            UCDP_LICENCE,
            "Sundberg, Eck & Kreutz (2012), Introducing the UCDP Non-State Conflict Dataset, "
            f"Journal of Peace Research 49(2); {_DAVIES}",
        ),
        Format(
            "ucdp-onesided",
            "ucdp-onesided",
            "yearly",
            "UCDP One-sided Violence Dataset",
            {
                "dyad_id": ("dyad_id", "actor_id"),
                "side_a_id": ("actor_id",),
                "side_a": ("actor_name",),
                "year": ("year",),
                "best": ("best_fatality_estimate",),
                "low": ("low_fatality_estimate",),
                "high": ("high_fatality_estimate",),
            },
            {
                **_same("conflict_id", "version", "region"),
                **_same("location", "gwno_location", "is_government_actor"),
            },
            UCDP_LICENCE,
            "Eck & Hultman (2007), One-sided violence against civilians in war, Journal of Peace "
            f"Research 44(2); {_DAVIES}",
        ),
        Format(
            "ucdp-dyadic",
            "ucdp-dyadic",
            "yearly",
            "UCDP Dyadic Dataset (years and intensity, no deaths)",
            {
                **_same("dyad_id", "side_a", "side_b", "year"),
                "intensity_level": ("intensity_level", "intensity"),
            },
            {
                **_same("conflict_id", "side_a_id", "side_b_id", "version", "region"),
                "location": ("location",),
                "gwno_location": ("gwno_loc", "gwnoloc"),
            },
            UCDP_LICENCE,
            "Harbom, Melander & Wallensteen (2008), Dyadic dimensions of armed conflict, "
            f"Journal of Peace Research 45(5); {_DAVIES}",
        ),
        Format(
            "views",
            "views",
            "country-month",
            "ViEWS country-month table",
            {
                **_same("month_id", "country_id"),
                "ged_sb": ("ged_sb", "outcome", "ged_sb_best_sum_nokgi", "ged_sb_best_sum"),
            },
            {
                "ged_ns": ("ged_ns", "ged_ns_best_sum_nokgi"),
                "ged_os": ("ged_os", "ged_os_best_sum_nokgi"),
            },
            "that of ViEWS; the figures are made from UCDP GED (CC BY 4.0)",
            "Hegre et al. (2021), ViEWS2020: revising and evaluating the ViEWS political "
            "Violence Early-Warning System, Journal of Peace Research 58(3)",
        ),
        Format(
            "plain",
            "events",
            "events",
            "plain table of events",
            {
                "date_start": ("date_start", "date"),
                **_same("side_a", "side_b"),
                "best": ("best", "deaths"),
            },
            {
                **_same("id", "type_of_violence", "dyad_id", "dyad_name", "side_a_id"),
                **_same("side_b_id", "conflict_id", "conflict_name", "country", "country_id"),
                **_same("region", "event_type", "adm_2", "latitude", "longitude", "priogrid_gid"),
                **_same("date_end", "low", "high", "where_prec", "date_prec", "event_clarity"),
                **_same("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"),
                "adm_1": ("adm_1", "province"),
            },
            "as the user's source says",
            "",
        ),
    )
}

_CANDIDATE = re.compile(r"[0-9]{2}\.(0\.[0-9]{1,2}|[0-9]{2}\.[0-9]{2}\.[0-9]{2})")
#: GEDEvent_v25_1, GEDEvent_v23_0_10, GEDEvent_v24_01_24_09, and the short form ged251.
_VERSION = re.compile(
    r"v(?P<long>[0-9]{2}([._][0-9]{1,2}){1,3})(?![0-9])"
    r"|(ged|brd|nonstate|ns|onesided|os|dyadic)-?(?P<short>[0-9]{3})(?![0-9])",
    re.IGNORECASE,
)


def detect(
    columns: list[str], file: str, line: int | None = 1, *, wanted: str | None = None
) -> Format:
    """Tell the format of a file from its columns.

    Parameters
    ----------
    columns : list of str
    file : str
        Named in faults.
    line : int, optional
        Line of the header; None if the file has no lines.
    wanted : str, optional
        The format's name, if the user gave one.

    Raises
    ------
    RivalryError
        R1201, naming the nearest format and what the file lacks of it; R1221 for a forecast.
    """
    if wanted is not None:
        chosen = format_of(wanted)
        if chosen.missing(columns):
            raise _unknown(chosen, columns, file, line)
        return chosen
    if {"month_id", "country_id", "draw"} <= {c.lower() for c in columns}:
        raise RivalryError(
            Problem(
                "R1221",
                "the table has a column draw: it holds a forecast, not what happened",
                "Import the table of actual figures; read forecasts with 'rivalry evaluate'.",
                file=file,
                line=line,
            )
        )
    order = [f for f in FORMATS.values() if f.name != "ucdp-candidate"]
    for known in order:
        if not known.missing(columns):
            return known
    # the share of required columns, so that a long list is no disadvantage
    close = min(order, key=lambda f: len(f.missing(columns)) / len(f.required))
    raise _unknown(close, columns, file, line)


def format_of(name: str) -> Format:
    """Return a format by its name (R1201 with the nearest if there is none)."""
    if name in FORMATS:
        return FORMATS[name]
    close = nearest(name, FORMATS)
    raise RivalryError(
        Problem(
            "R1201",
            f"there is no format {name!r}",
            f"Did you mean {close!r}? " * bool(close) + f"Formats: {', '.join(FORMATS)}.",
        ),
        exit_code=2,
    )


def version_of(stem: str) -> tuple[str, bool]:
    """Read a version out of a file's name.

    Returns
    -------
    version : str
        Such as ``25.1`` or ``23.0.10``; the name itself where it holds no version.
    found : bool
    """
    match = _VERSION.search(stem)
    if match is None:
        return stem, False
    if match["short"]:
        return f"{match['short'][:2]}.{match['short'][2]}", True
    return match["long"].replace("_", "."), True


def is_candidate(version: str) -> bool:
    """Whether a version is one of the UCDP Candidate: ``23.0.10`` or ``24.01.24.09``."""
    return _CANDIDATE.fullmatch(version) is not None


def _unknown(close: Format, columns: list[str], file: str, line: int | None) -> RivalryError:
    missing = close.missing(columns)
    used = set(close.mapping(columns).values())
    hints = []
    for name in missing:
        like = nearest(name, [c for c in columns if c not in used])
        hints.append(f"{name} (the file has {like})" if like else name)
    shown = ", ".join(columns[:12]) + (", ..." if len(columns) > 12 else "")
    return RivalryError(
        Problem(
            "R1201",
            f"the columns are those of no known format; nearest is {close.name} "
            f"({close.title}), of which are missing: {', '.join(hints)}",
            "Export the table with these columns, or rename yours as in the plain format. "
            f"The file has: {shown}.",
            file=file,
            line=line,
        )
    )
