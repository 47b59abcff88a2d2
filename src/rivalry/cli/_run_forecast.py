"""The months ahead in a run: the forecast, its files, and the record of past ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.forecast import NextForecast, Record
    from rivalry.inference import Posterior
    from rivalry.report import ForecastInput

#: Codes of a forecast that this case and these data do not allow: the run goes on without it.
_FORGIVEN = ("R10", "R080", "R0821")


@dataclass
class RunForecast:
    """What a run has of the months ahead.

    Attributes
    ----------
    found : NextForecast or None
    failed : str
        Why there is none.
    remarks : list of str
        What it is from and what it assumes.
    record : Record or None
        Of past forecasts; only one that still belongs to the case.
    no_record : str
        Why there is none.
    renew : str
        The command that makes it.
    warnings : list of Problem
    """

    found: NextForecast | None = None
    failed: str = ""
    remarks: list[str] = field(default_factory=list)
    record: Record | None = None
    no_record: str = ""
    renew: str = ""
    warnings: list[Problem] = field(default_factory=list)

    def for_report(self) -> ForecastInput:
        """Return what the report needs."""
        from rivalry.report import ForecastInput

        return ForecastInput(
            self.found, self.failed, tuple(self.remarks), self.record, self.no_record, self.renew
        )

    def facts(self) -> dict[str, Any]:
        """Return what ``run.json`` and ``--json`` say of it."""
        record = self.record
        found = self.found
        return {
            "made": found is not None,
            "from": None if found is None else found.source,
            "origin": None if found is None else str(found.origin),
            "steps": None if found is None else list(found.series.steps),
            "draws": None if found is None else found.series.n_draws,
            "doubt": None if found is None else found.doubt,
            "failed": self.failed or None,
            "remarks": self.remarks,
            "record": None
            if record is None
            else {
                "made": record.made,
                "rivalry": record.rivalry,
                "origins": [str(record.origins[0]), str(record.origins[-1])],
                "summary": record.summary,
            },
            "no_record": self.no_record or None,
        }


def has_forecast(case: Case) -> bool:
    """Whether the case has monthly counts, with figures, to go on from."""
    from rivalry.forecast import case_panel

    try:
        case_panel(case.model)
    except RivalryError as error:
        if {p.code for p in error.problems} == {"R1060"}:
            return False
        raise
    return True


def find_record(case: Case, word: str) -> RunForecast:
    """Read the record beside the case, before any work is done.

    Parameters
    ----------
    case : Case
    word : str
        The case as the user named it.

    Raises
    ------
    RivalryError
        R1062 for a broken file.
    """
    from rivalry.forecast import changed_since, read_record, record_path, renew_command

    path = record_path(case)
    if not path.exists():
        return RunForecast(
            no_record="No record of past forecasts is kept with this case.",
            renew=renew_command(None, _shown(word, case)),
        )
    record = read_record(path)
    changed = changed_since(record, case.model)
    if not changed:
        return RunForecast(record=record)
    text = "; ".join(changed)
    return RunForecast(
        no_record=f"The record of past forecasts is not shown, for it is stale: since "
        f"{record.made[:10]} has changed {text}.",
        renew=renew_command(record, _shown(word, case)),
        warnings=[
            Problem(
                "R1063",
                f"the record of {record.made[:10]} is left out of the report; since has changed: "
                f"{text}",
                f"Make it anew: {renew_command(record, word)}",
                str(path),
                severity="warning",
            )
        ],
    )


def add_forecast(
    ahead: RunForecast,
    case: Case,
    fit: Posterior | None,
    *,
    draws: int,
    seed: int,
    threads: int | None,
    prior: bool,
    report: Callable[[int, int], None] | None,
) -> None:
    """Forecast the next twelve months, or say why not.

    Raises
    ------
    RivalryError
        For faults of files and settings; what the case and its data do not allow becomes a
        warning (R1064).
    """
    from rivalry.cli._forecast_case import case_remarks
    from rivalry.forecast import forecast_next

    try:
        ahead.found = forecast_next(
            case.model, posterior=None if fit is None else fit.path, n_draws=draws, seed=seed,
            threads=threads, progress=report, source=f"{case.name}: {case.title}",
        )  # fmt: skip
    except RivalryError as error:
        if not all(p.code.startswith(_FORGIVEN) for p in error.problems):
            raise
        first = error.problems[0]
        ahead.failed = f"{first.code}: {first.message}."
        ahead.warnings.append(
            Problem(
                "R1064",
                f"no forecast: {first.code} {first.message}",
                first.remedy,
                str(case.file),
                severity="warning",
            )
        )
        return
    ahead.remarks = case_remarks(ahead.found, case)
    if ahead.found.source == "online":
        if prior:
            ahead.remarks.append(
                "That the run's other draws come from the priors (--prior) does not bear on it."
            )
        elif fit is not None:
            ahead.remarks.append(
                "The posterior holds no states at this origin, so the forecast does not use it."
            )


def write_forecast_files(ahead: RunForecast, folder: Path) -> None:
    """Write draws and tables, if there is a forecast."""
    from rivalry.cli._forecast_case import dyad_table, named_series
    from rivalry.cli._forecast_files import summary_table, write_csv, write_draws

    found = ahead.found
    if found is None:
        return
    write_draws(found.series, folder / "forecast.parquet")
    write_csv(summary_table(named_series(found), found.panel), folder / "forecast.csv")
    if found.alone.dyads is not None:
        write_csv(dyad_table(found.alone.dyads), folder / "dyads.csv")


def _shown(word: str, case: Case) -> str:
    """Return the case as a reader of the report would name it: no folder of this machine."""
    return case.name if ("/" in word or "\\" in word or word.startswith(".")) else word
