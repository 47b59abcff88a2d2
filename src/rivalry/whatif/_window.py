"""Months of a what-if against what the case covers: its time, and its last figure."""

from __future__ import annotations

import numpy as np

from rivalry.foundation import Month, Problem, RivalryError
from rivalry.model import Model

#: Months after the last figure from which a comparison says more of the model than of the world.
FAR = 36


def refuse_late(model: Model, name: str, first: Month) -> None:
    """Refuse what begins after the month that follows the end of the case (R1112).

    As with the origin of a forecast (R1061), the state from which a what-if goes on must lie
    within the case's time.
    """
    if first > model.time.end + 1:
        raise RivalryError(
            Problem(
                "R1112",
                f"{name} begins in {first}, and the case ends with {model.time.end}",
                f"Name a month until {model.time.end}, or let the case's time run longer.",
            ),
            exit_code=2,
        )


def late_months(model: Model, name: str, last: Month) -> list[Problem]:
    """Warn of months that lie beyond the case's end, or far beyond its last figure (R1112).

    A case that ends with its data has no other future than months beyond its end; it is warned
    of those only that are far from the data.
    """
    figure = last_figure(model)
    if last > model.time.end and (figure is None or figure < model.time.end):
        what = f"after the end of the case in {model.time.end}"
    elif figure is not None and last - figure > FAR:
        what = f"{last - figure} months after the last figure of the case, which is of {figure}"
    else:
        return []
    return [
        Problem(
            "R1112",
            f"{name} is compared until {last}, {what}",
            "What comes from outside is held as it was; ask for a shorter --horizon, or read the "
            "last months as a statement about the model.",
            severity="warning",
        )
    ]


def last_figure(model: Model) -> Month | None:
    """Return the month of the last figure of any series; None for a case without data."""
    seen = [
        int(np.flatnonzero(np.isfinite(o.data))[-1])
        for o in model.observations
        if np.isfinite(o.data).any()
    ]
    return model.time.start + max(seen) if seen else None
