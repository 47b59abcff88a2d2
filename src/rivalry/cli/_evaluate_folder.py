"""The folder of an evaluation: tables, page, and how it was made; of a panel or of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivalry.cli._forecast_files import write_csv
from rivalry.foundation import Month, atomic_write

if TYPE_CHECKING:
    import pandas as pd

    from rivalry.forecast import ScoreTables


def write_evaluation_folder(
    folder: Path,
    table: pd.DataFrame,
    *,
    title: str,
    unit: str,
    target: str,
    source: str,
    policy: str,
    models: Sequence[str] | None = None,
    reference: str | None = None,
    settings: Sequence[tuple[str, str]] = (),
    remarks: Sequence[str] = (),
    findings: Sequence[str] = (),
    about: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> ScoreTables:
    """Write everything but ``run.json`` into a folder.

    Parameters
    ----------
    folder : Path
        Exists already; see `rivalry.cli._output.new_folder`.
    table : DataFrame
        With the columns of `rivalry.forecast.score`, all models, origins and units together.
    title : str
        Heading of the page.
    unit, target : str
        What a unit is and what is counted, as they stand under charts.
    source : str
        Where the record comes from.
    policy : str
        What models see and learn at each origin.
    models : sequence of str, optional
        Their order; the first is compared with the others. As in the table by default.
    reference : str, optional
        What skill is measured against; see `rivalry.forecast.tabulate`.
    settings : sequence of (name, value)
        Rows of "How it was made" on the page.
    remarks : sequence of str
        Said at the top of the page.
    findings : sequence of str
        What is said of each unit, before the means over all.
    about : sequence of str
        What the models are, for the page.
    labels : mapping of str to str, optional
        Words for units on the page; files keep their names.

    Returns
    -------
    ScoreTables
    """
    from rivalry.forecast import tabulate
    from rivalry.report import EvaluationReport, write_evaluation_page

    tables = tabulate(table, models, reference=reference)
    with atomic_write(folder / "scores.parquet", "wb") as stream:
        table.to_parquet(stream, index=False)
    write_csv(_with_differences(tables), folder / "scores.csv")
    write_csv(tables.differences, folder / "differences.csv")
    for name in ("by_step", "by_year", "by_unit"):
        write_csv(getattr(tables, name), folder / f"{name}.csv")
    origins = tuple(Month.from_views(int(m)) for m in sorted(table["origin"].unique()))
    write_evaluation_page(
        EvaluationReport(
            tables=tables, origins=origins, title=title, unit=unit, target=target, source=source,
            policy=policy, settings=tuple(settings), remarks=tuple(remarks),
            findings=tuple(findings), models=tuple(about), labels=labels or {},
        ),
        folder / "evaluation.html",
    )  # fmt: skip
    return tables


def evaluation_data(tables: ScoreTables) -> dict[str, Any]:
    """Return the summary that ``--json`` prints."""
    return {
        "models": list(tables.models),
        "reference": tables.reference,
        "scores": tables.scores.to_dict("records"),
        "differences": tables.differences.to_dict("records"),
        "by_step": tables.by_step.to_dict("records"),
    }


def print_evaluation(tables: ScoreTables) -> None:
    """Print scores by model, and what they say."""
    import sys

    import typer
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from rivalry.report._evaluation_words import headline, step_words

    table = Table(
        title="Mean scores: the lower the better; 90% intervals should hold about 90%",
        title_justify="left",
    )
    for name in ("model", "CRPS", "violent", "ignorance", "interval score", "in 90%", "violent"):
        table.add_column(name, justify="left" if name == "model" else "right")
    by = {(r["model"], r["months"]): r for r in tables.scores.to_dict("records")}
    for model in tables.models:
        a, v = by[model, "all"], by[model, "violent"]
        table.add_row(
            Text(model), f"{a['crps']:.4g}", f"{v['crps']:.4g}", f"{a['ignorance']:.3f}",
            f"{a['interval_score']:.4g}", f"{100 * a['covered_90']:.1f}%",
            f"{100 * v['covered_90']:.1f}%",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 100).print(table)
    for line in (*headline(tables), *step_words(tables)):
        typer.echo(line)


def _with_differences(tables: ScoreTables) -> pd.DataFrame:
    """Add to each model's means how much lower the first model's CRPS is, with its interval."""
    wanted = {
        "mean": "difference_of_first", "low": "difference_low", "high": "difference_high",
        "ratio": "ratio_of_first", "ratio_low": "ratio_low", "ratio_high": "ratio_high",
        "better": "resamples_in_favour", "n": "compared",
    }  # fmt: skip
    d = tables.differences
    rows = d[(d["step"] == "all") & (d["score"] == "crps")]
    rows = rows[["against", "months", *wanted]].rename(columns={"against": "model", **wanted})
    return tables.scores.merge(rows, on=["model", "months"], how="left")
