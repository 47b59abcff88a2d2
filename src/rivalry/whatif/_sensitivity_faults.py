"""What can be wrong with a sensitivity analysis, before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.whatif._sensitivity import OutputSensitivity

#: Part of the runs that may break before results are refused.
MOST_BROKEN = 0.05
#: Width of a 90% interval of a total index from which more points are advised.
_WIDE = 0.4


def check_sizes(trajectories: int, points: int, top: int) -> None:
    """Refuse sizes that make no analysis (R1164)."""
    if trajectories >= 2 and top >= 1 and points >= 16 and points & (points - 1) == 0:
        return
    raise RivalryError(
        Problem(
            "R1164",
            f"{trajectories} trajectories, {points} points, {top} parameters",
            "Ask for 2 trajectories or more, 1 parameter or more, and a power of 2 from 16 on of "
            "points, such as 512.",
        ),
        exit_code=2,
    )


def refuse_broken(share: float) -> None:
    """Refuse results of which too many runs broke (R1165)."""
    if share > MOST_BROKEN:
        raise RivalryError(
            Problem(
                "R1165",
                f"{share:.0%} of the runs break within the parameters' ranges",
                "Narrow the priors that make it break; 'rivalry simulate CASE --prior' names the "
                "first fault.",
            )
        )


def warnings_of(outputs: Sequence[OutputSensitivity], broken: float) -> list[Problem]:
    """Warn of runs left out, outputs that do not move and rough shares (R1171, R1166, R1173)."""
    found = []
    if broken > 0:
        found.append(
            Problem(
                "R1171",
                f"{broken:.1%} of the runs broke and are left out",
                "Narrow the priors that make it break.",
                severity="warning",
            )
        )
    for o in outputs:
        if o.sd == 0:
            found.append(
                Problem(
                    "R1166", f"{o.label} ({o.name}) is {o.mean:g} in every run",
                    "Name an output that moves, or another window.", severity="warning",
                )
            )  # fmt: skip
        elif max(i.total_high - i.total_low for i in o.indices) > _WIDE:
            found.append(
                Problem(
                    "R1173",
                    f"the shares of {o.label} ({o.name}) are rough: some 90% interval is wider "
                    f"than {_WIDE:g}",
                    "Ask for more --points, or look at the logarithm with --log.",
                    severity="warning",
                )
            )  # fmt: skip
    return found
