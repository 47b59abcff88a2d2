"""Files of a forecast: draws as Parquet, a row a unit and month as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rivalry.foundation import atomic_write

if TYPE_CHECKING:
    import pandas as pd

    from rivalry.forecast import Draws, Panel

#: Quantiles in the table, by the names of their columns.
QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


def write_draws(draws: Draws, path: Path) -> None:
    """Write ``month_id``, the unit's column, ``draw`` and ``outcome``; a row group a month.

    Month by month, so that a panel of many thousand cells need not be held twice.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {
        "origin": str(draws.origin), "model": draws.model, "target": draws.target,
        "unit": draws.unit, "seed": "" if draws.seed is None else str(draws.seed),
    }  # fmt: skip
    with atomic_write(path, "wb") as stream:
        writer = None
        for j in range(len(draws.steps)):
            part = type(draws)(
                draws.array[:, j : j + 1], draws.origin, draws.steps[j : j + 1], draws.units,
                draws.unit, draws.target, draws.model, draws.seed,
            )  # fmt: skip
            table = pa.Table.from_pandas(part.frame(), preserve_index=False)
            table = table.replace_schema_metadata({f"rivalry.{k}": v for k, v in about.items()})
            if writer is None:
                writer = pq.ParquetWriter(stream, table.schema, compression="zstd")
            writer.write_table(table)
        if writer is not None:
            writer.close()


def summary_table(found: Sequence[Draws], panel: Panel) -> pd.DataFrame:
    """Return one row a model, unit and month, as `forecast.csv` has it.

    Parameters
    ----------
    found : sequence of Draws
        Of one origin and the same units.
    panel : Panel
        Nothing after the origin is read of it.
    """
    import pandas as pd

    from rivalry.report._panel_forecast import last_year

    parts = []
    for draws in found:
        seen = panel.until(draws.origin)
        places = [seen.place(u) for u in draws.units.tolist()]
        n, s = len(draws.units), len(draws.steps)
        last = np.repeat(seen.counts[places, -1], s)
        year = np.repeat(last_year(seen)[places], s)
        mean = draws.mean().reshape(-1)
        columns: dict[str, object] = {
            "model": draws.model,
            draws.unit: np.repeat(draws.units, s),
            "month": np.tile([str(m) for m in draws.months], n),
            "month_id": np.tile([m.views_id for m in draws.months], n),
            "step": np.tile(draws.steps, n),
            "mean": mean,
        }
        columns |= spread_columns(draws) | {
            "last_month": last,
            "mean_last_12_months": year,
            "mean_minus_last_month": mean - last,
            "mean_minus_last_12_months": mean - year,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def spread_columns(draws: Draws) -> dict[str, object]:
    """Return the columns of quantiles and of chances, in the order of units and steps."""
    levels = draws.quantile(tuple(QUANTILES.values()))
    columns: dict[str, object] = {
        name: values.reshape(-1) for name, values in zip(QUANTILES, levels, strict=True)
    }
    for at_least in (1, 25):
        columns[f"p_at_least_{at_least}"] = draws.probability(at_least).reshape(-1)
    return columns


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table with six significant digits; not a number is an empty cell."""
    with atomic_write(path) as stream:
        table.to_csv(stream, index=False, float_format="%.6g", lineterminator="\n")
