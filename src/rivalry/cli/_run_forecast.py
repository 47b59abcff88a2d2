"""The months ahead in a run: the forecast, its files, and the record of past ones."""

from __future__ import annotations

import datetime as dt
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
FORGIVEN = ("R10", "R080", "R0820", "R0821")
_NONE = "No record of past forecasts is kept with this case."
#: A run makes a record itself from so many months of counts on, up to so many months times
#: uncertain parameters (about a minute on two processors), with so many origins at most.
_LEAST_RECORD, _MOST_WORK, _MOST_ORIGINS = 36, 6000, 40
#: Months before its first origin.
_LEAST_HISTORY, _LONG_HISTORY = 24, 36


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
    made_record : bool
        Whether this run made the record.
    warnings : list of Problem
    """

    found: NextForecast | None = None
    failed: str = ""
    remarks: list[str] = field(default_factory=list)
    record: Record | None = None
    no_record: str = ""
    renew: str = ""
    made_record: bool = False
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
            "every": "month",
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
                "particles": record.particles,
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
        if {p.code for p in error.problems} <= {"R1060", "R1280"}:
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
            no_record=_NONE,
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


def no_forecast(error: RivalryError, case: Case) -> tuple[str, Problem]:
    """Say why a case has no forecast, for the report and as a warning (R1064).

    Faults that are not of the case or its data are raised again.
    """
    if not all(p.code.startswith(FORGIVEN) for p in error.problems):
        raise error
    first = error.problems[0]
    what = f"no forecast: {first.code} {first.message}"
    warning = Problem("R1064", what, first.remedy, str(case.file), severity="warning")
    return f"{first.code}: {first.message}.", warning


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
        ahead.failed, warning = no_forecast(error, case)
        ahead.warnings.append(warning)
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


def add_record(
    ahead: RunForecast,
    case: Case,
    *,
    draws: int,
    seed: int,
    threads: int | None,
    report: Callable[[int, int], None] | None,
) -> None:
    """Make the record of past forecasts for a case that keeps none, where that takes no minutes.

    A case of the package, a large case and one with a short record are left as they are: the
    report then names the command. What is made here belongs to the run; it is not put beside the
    case. The case without mechanisms is left to ``rivalry evaluate``, for it takes as long again.

    Raises
    ------
    RivalryError
        For faults of files and settings; what the case and its data do not allow is said in the
        report.
    """
    from rivalry.forecast import CASE_POLICY, case_panel, evaluate_case, make_record

    if not wants_record(ahead, case):
        return
    panel = case_panel(case.model)
    first = panel.start + (_history(len(panel.months)) - 1)
    origins = [first + k for k in range(panel.end - first)]
    origins = origins[:: -(-len(origins) // _MOST_ORIGINS)]
    try:
        found = evaluate_case(
            case.model, origins, range(1, 13), ("case", "conflictology"),
            n_draws=draws, seeds=(seed,), threads=threads,
            report=report,
        )  # fmt: skip
    except RivalryError as error:
        if not all(p.code.startswith(FORGIVEN) for p in error.problems):
            raise
        ahead.no_record = (
            "No record of past forecasts could be made: "
            f"{error.problems[0].code} {error.problems[0].message}."
        )
        ahead.renew = ""
        return
    ahead.record = make_record(
        case.model, found, policy=CASE_POLICY,
        made=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        command=f"rivalry run {case.name}",
    )  # fmt: skip
    ahead.made_record = True
    ahead.no_record = ahead.renew = ""


def wants_record(ahead: RunForecast, case: Case) -> bool:
    """Whether a run makes the record itself; see `add_record`."""
    from rivalry.cases import bundled, find_case
    from rivalry.forecast import case_panel

    if ahead.found is None or ahead.found.source != "online" or ahead.no_record != _NONE:
        return False
    if case.name in bundled() and find_case(case.name)[1] == case.file:
        return False
    months = len(case_panel(case.model).months)
    uncertain = sum(p.prior is not None for p in case.model.parameters)
    return months >= _LEAST_RECORD and months * uncertain <= _MOST_WORK


def _history(months: int) -> int:
    """Months that a case learns from before its first past forecast: three years, if it has six."""
    return max(_LEAST_HISTORY, min(_LONG_HISTORY, months // 2))


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
    if ahead.made_record and ahead.record is not None:
        from rivalry.forecast import RECORD_FILE, write_record

        write_record(ahead.record, folder / RECORD_FILE)


def _shown(word: str, case: Case) -> str:
    """Return the case as a reader of the report would name it: no folder of this machine."""
    return case.name if ("/" in word or "\\" in word or word.startswith(".")) else word
