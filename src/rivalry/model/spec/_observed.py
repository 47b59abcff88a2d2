"""Accumulators and observations: how the model meets data."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rivalry.model.spec._base import Documented

Every = Literal["month", "quarter", "half-year", "year", "start"]


class AccumulatorSpec(Documented):
    """Something summed over a period and then set back to zero.

    Exactly one of `count` (flows, counted in people), `integral` (a rate a month, summed over
    time) or `violence` (a dyad measure, filtered by UCDP type or dyad id) is given.
    """

    count: str | None = Field(None, description="Expression of flows.")
    integral: str | None = Field(None, description="Rate a month.")
    violence: str | None = Field(None, description="A measure named in the dyads.")
    type: Literal["state-based", "non-state", "one-sided"] | None = Field(
        None, description="For violence: only this UCDP type, by the actors' status at the time."
    )
    ucdp: int | None = Field(None, description="For violence: only this UCDP dyad id.")
    every: Every = Field("month", description="Period; 'start' never sets back.")
    unit: str | None = Field(None, description="Declared unit.")


class ObservationSpec(Documented):
    """A series of data and the distribution it is read with."""

    file: str | None = Field(None, description="CSV file, relative to the case; absent = none.")
    column: str | None = Field(None, description="Column of the value.")
    low: str | None = Field(None, description="For ranges: column of the low end.")
    high: str | None = Field(None, description="For ranges: column of the high end.")
    date: str = Field("month", description="Column that holds YYYY-MM, YYYY-MM-DD or a year.")
    where: dict[str, str | int | float] = Field(
        default_factory=dict, description="Only rows with these values in these columns."
    )
    from_: str | None = Field(None, alias="from", description="First month used.")
    until: str | None = Field(None, description="First month not used any more.")
    every: Every | Literal["irregular"] = Field(
        "month", description="How often; a year's value is read at its December."
    )
    as_: str = Field(
        alias="as",
        description="Distribution: poisson(mean), negative_binomial(mean, size), "
        "contaminated_negative_binomial(mean, size, outliers, outlier_size), "
        "zero_inflated_poisson(mean, zero), zero_inflated_negative_binomial(mean, size, zero), "
        "hurdle_poisson(mean, zero), hurdle_negative_binomial(mean, size, zero), "
        "normal(mean, sd), lognormal(median, sd), binomial(n, p), between(value, sd).",
    )
    unit: str | None = Field(None, description="What is counted, for charts.")
    group: str | None = Field(None, description="Heading under which charts gather.")
