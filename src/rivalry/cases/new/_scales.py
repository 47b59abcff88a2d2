"""First guesses of size and pace, read off the figures: starting points for the priors."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rivalry.cases.new._facts import DyadFacts, Rivalry, Side

#: Share of a group's fighters that falls in a year: no source, an order of magnitude.
YEARLY_LOSS = 0.15
#: Months of figures that guesses are read off: past forecasts from later on were not helped.
EARLY = 24
#: No group is taken for smaller or larger.
_SMALLEST, _LARGEST = 500, 200_000
#: What the dead of a dyad are taken for where the table does not tell them apart: equal sides,
#: and one in six a civilian.
_EVEN, _CIVILIAN = 0.5, 1 / 6


@dataclass(frozen=True)
class DyadScales:
    """Guesses for a dyad.

    Attributes
    ----------
    rate : float
        Events, or where there are none deaths, a month and person in contact.
    lethality : float
        Deaths an event; 1 where events are not known.
    on_a : float
        Share of side a among the fallen fighters.
    civilians : float
        Share of civilians among the dead.
    mean : float
        Events, or deaths, a month.
    """

    rate: float
    lethality: float
    on_a: float
    civilians: float
    mean: float


def strengths(rivalry: Rivalry) -> dict[Side, float]:
    """Guess how many fighters each group has from how many it loses.

    Parameters
    ----------
    rivalry : Rivalry

    Returns
    -------
    dict of Side to float
        Rounded to two digits.
    """
    found = {}
    for group in rivalry.groups:
        losses = 0.0
        for whole in rivalry.dyads:
            dyad = whole.early(EARLY)
            of_a, of_civilians = shares(dyad)
            years = max(dyad.months, 12) / 12
            fighters = dyad.deaths * (1 - of_civilians) / years
            if _same(dyad.a, group):
                losses += fighters * of_a
            elif _same(dyad.b, group):
                losses += fighters * (1 - of_a)
        found[group] = rounded(min(max(losses / YEARLY_LOSS, _SMALLEST), _LARGEST))
    return found


def scales(dyad: DyadFacts, fighters: dict[Side, float]) -> DyadScales:
    """Guess the pace of a dyad from its mean and the strengths of its sides.

    Parameters
    ----------
    dyad : DyadFacts
    fighters : dict of Side to float
        See `strengths`.
    """
    dyad = dyad.early(EARLY)
    of_a, of_civilians = shares(dyad)
    total = dyad.events if dyad.every == "month" else dyad.deaths
    mean = max(total, 1) / dyad.months
    sizes = [n for s, n in fighters.items() if _same(s, dyad.a) or _same(s, dyad.b)]
    contact = sizes[0] if len(sizes) == 1 else sizes[0] * sizes[1] / (sizes[0] + sizes[1] + 1)
    lethality = max(dyad.deaths, 1) / max(dyad.events, 1) if dyad.every == "month" else 1.0
    return DyadScales(
        rounded(mean / contact),
        rounded(max(lethality, 0.05)),
        round(of_a, 2),
        round(of_civilians, 2),
        rounded(mean),
    )


def shares(dyad: DyadFacts) -> tuple[float, float]:
    """Guess the share of side a among fallen fighters, and of civilians among all dead."""
    if dyad.b.kind == "civilians":
        return 0.0, 1.0
    a, b, civilians = (dyad.fallen(k) for k in ("side_a", "side_b", "civilians"))
    known = a + b + civilians
    of_a = (a + 1) / (a + b + 2) if a + b else _EVEN
    return of_a, (civilians + 1) / (known + 6) if known else _CIVILIAN


def rounded(value: float) -> float:
    """Round to two digits: a guess has no more."""
    if value <= 0:
        return 0.0
    return round(value, 1 - math.floor(math.log10(value)))


def _same(one: Side, other: Side) -> bool:
    return (one.id, one.name) == (other.id, other.name)
