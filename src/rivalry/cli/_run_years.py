"""The years ahead in a run of a case whose figures are yearly: forecast, record and files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivalry.cli._run_forecast import no_forecast
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    import pandas as pd

    from rivalry.cases import Case
    from rivalry.forecast import YearsForecast
    from rivalry.inference import Posterior
    from rivalry.report import YearsInput

#: Name of the table of past forecasts in the folder of results.
RECORD = "record_years.csv"
#: Fewer survivors than this are worth a warning.
_FEW = 500


@dataclass
class RunYears:
    """What a run has of the years ahead.

    Attributes
    ----------
    found : YearsForecast or None
    failed : str
        Why there is none.
    remarks : list of str
        What it is from and what it assumes.
    warnings : list of Problem
    """

    found: YearsForecast | None = None
    failed: str = ""
    remarks: list[str] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def for_report(self) -> YearsInput:
        """Return what the report needs."""
        from rivalry.report import YearsInput

        return YearsInput(self.found, self.failed, tuple(self.remarks))

    def facts(self) -> dict[str, Any]:
        """Return what ``run.json`` and ``--json`` say of it; steps are years."""
        from rivalry.forecast import summarise_years

        found = self.found
        record = None if found is None or found.record.empty else found.record
        return {
            "made": found is not None,
            "every": "year",
            "from": None if found is None else found.source,
            "origin": None if found is None else str(found.origin),
            "steps": None if found is None else list(range(1, len(found.years) + 1)),
            "draws": None if found is None else found.draws.n_draws,
            "doubt": None,
            "particles": None if found is None else found.particles,
            "survivors": None if found is None else found.survivors,
            "failed": self.failed or None,
            "remarks": self.remarks,
            "record": None
            if record is None
            else {
                "origins": [f"{record['origin'].min()}-12", f"{record['origin'].max()}-12"],
                "past_years": int(record["year"].nunique()),
                "summary": summarise_years(record),
            },
            "no_record": "Too few years with figures." if found and record is None else None,
        }


def has_years(case: Case) -> bool:
    """Whether the case has yearly figures of whole numbers."""
    from rivalry.forecast import year_series

    return bool(year_series(case.model))


def add_years(
    ahead: RunYears,
    case: Case,
    fit: Posterior | None,
    *,
    draws: int,
    seed: int,
    threads: int | None,
    prior: bool,
    report: Callable[[int, int], None] | None,
) -> None:
    """Forecast the next three years and score past forecasts, or say why not.

    Raises
    ------
    RivalryError
        For faults of files and settings; what the case and its data do not allow becomes a
        warning (R1064).
    """
    from rivalry.forecast import best_estimates, forecast_years, year_figures

    try:
        ahead.found = forecast_years(
            case.model, year_figures(case.model, best_estimates(case)),
            posterior=None if fit is None else fit.path, n_draws=draws, seed=seed,
            threads=threads, progress=report,
        )  # fmt: skip
    except RivalryError as error:
        ahead.failed, warning = no_forecast(error, case)
        ahead.warnings.append(warning)
        return
    _remark(ahead, ahead.found, case, prior=prior, fitted=fit is not None)


def _remark(
    ahead: RunYears, found: YearsForecast, case: Case, *, prior: bool, fitted: bool
) -> None:
    import numpy as np

    from rivalry.cli._forecast_case import SOURCE_WORDS

    ahead.remarks += [
        f"From December {found.origin.year}, by {SOURCE_WORDS[found.source]}.",
        "Inputs and statuses stay as they stood at the origin; no dated event happens after it.",
        "What is forecast are figures of whole years. The case stands alone: no other model is "
        "mixed in for what it may have wrong, so take its intervals as the least doubt there is.",
    ]
    if found.source == "online":
        uncertain = sum(p.prior is not None for p in case.model.parameters)
        ahead.remarks.append(
            f"All {uncertain} uncertain parameters learn; {found.survivors:,} of "
            f"{found.particles:,} particles outlast the figures of {found.origin.year}."
        )
        if prior:
            ahead.remarks.append(
                "That the run's other draws come from the priors (--prior) does not bear on it."
            )
        elif fitted:
            ahead.remarks.append(
                "The posterior holds no states at this origin, so the forecast does not use it."
            )
        if found.survivors < _FEW:
            ahead.warnings.append(
                Problem(
                    "R1281",
                    f"{found.survivors} of {found.particles:,} particles outlast the figures of "
                    f"{found.origin.year}",
                    "Run with another --seed and compare, or fit the case.",
                    str(case.file),
                    severity="warning",
                )
            )
            ahead.remarks.append(
                "That is few: another seed may give another forecast, so try several."
            )
    middle = found.figures.middle
    if middle.any():
        ahead.remarks.append(
            "As a year's figure the best estimate is taken; where there is none, the middle of "
            f"the range ({int(middle.sum())} of {int(np.isfinite(found.figures.values).sum())} "
            "figures)."
        )


def write_years_files(ahead: RunYears, folder: Path) -> None:
    """Write draws, the table of the years ahead and that of past forecasts, if there are any."""
    from rivalry.cli._forecast_files import write_csv, write_draws

    found = ahead.found
    if found is None:
        return
    write_draws(found.draws, folder / "forecast.parquet")
    write_csv(years_table(found), folder / "forecast.csv")
    if not found.record.empty:
        write_csv(found.record, folder / RECORD)


def years_table(found: YearsForecast) -> pd.DataFrame:
    """Return one row a model, series and year."""
    import numpy as np
    import pandas as pd

    from rivalry.cli._forecast_files import spread_columns

    models = [found.draws, *([found.before_error] if found.before_error else [])]
    figures, parts = found.figures, []
    past = [figures.history(i, found.origin.year) for i in range(len(figures.names))]
    for draws in [*models, *found.beside.values()]:
        n, s = len(draws.units), len(draws.steps)
        last = np.repeat([p[-1] if len(p) else np.nan for p in past], s)
        five = np.repeat([p[-5:].mean() if len(p) else np.nan for p in past], s)
        mean = draws.mean().reshape(-1)
        columns: dict[str, object] = {
            "model": draws.model,
            draws.unit: np.repeat(draws.units, s),
            "year": np.tile(found.years, n),
            "step": np.tile(np.arange(1, s + 1), n),
            "mean": mean,
        }
        columns |= spread_columns(draws) | {
            "last_year": last,
            "mean_last_5_years": five,
            "mean_minus_last_year": mean - last,
            "mean_minus_last_5_years": mean - five,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
