"""What-ifs that run free beside the forecast of the same months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rivalry.report._input import ReportInput
from rivalry.report._numbers import human, month_name, plural
from rivalry.whatif import Contrast, effect


def beside_forecast(run: ReportInput, items: Sequence[Contrast], mains: Sequence[str]) -> list[str]:
    """Say how far the free reference lies from the forecast of the same months."""
    ahead = None if run.forecast is None else run.forecast.found
    free = [c for c in items if c.from_states is None]
    if ahead is None or not free:
        return []
    units, months = ahead.series.units.tolist(), list(ahead.series.months)
    lines = []
    for name in mains:
        unit = name.removeprefix("y:")
        # what-ifs that begin at other months may share no span with the forecast
        over = next((c for c in free if name in c.names and set(months) <= set(c.months)), None)
        if unit == name or unit not in units or over is None:
            continue
        place = over.months.index(months[0])
        runs = over.reference[:, place : place + len(months), over.names.index(name)].sum(axis=1)
        forecast = ahead.series.array[units.index(unit)].sum(axis=0, dtype=np.int64)
        there = human(float(np.median(runs)), count=True)
        here = human(float(np.median(forecast)), count=True)
        lines.append(
            f"{effect(run.case.model, over, name).label}: {there} in the reference, {here} in the "
            "forecast"
        )
    if not lines:
        return [
            "The forecast goes on from the record; the reference that runs free does not. Read the "
            "changes here, and take levels from the forecast."
        ]
    return [
        "The reference runs free and is not the forecast, which goes on from the record. Sums of "
        f"the {plural(len(months), 'month')} to {month_name(np.datetime64(str(months[-1])))}, "
        f"in the middle: {'; '.join(lines)}. Read the changes here, and take levels from the "
        "forecast."
    ]
