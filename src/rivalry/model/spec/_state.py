"""Stocks, levels, auxiliaries, flows and noise."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rivalry.model.spec._base import Documented, Elementwise, Value


class StockSpec(Documented):
    """A number of people: an integer, never negative, changed only by flows and shocks."""

    unit: str = Field("people", description="Unit; stocks count people unless said otherwise.")
    initial: Elementwise = Field(
        0, description="Start value: number, expression of parameters, or '~ prior(...)'."
    )


class LevelSpec(Documented):
    """A real, bounded quantity such as legitimacy."""

    unit: str | None = Field(None, description="Unit; none means a plain number.")
    initial: Elementwise = Field(0, description="Start value, as for stocks.")
    bounds: tuple[float | None, float | None] = Field(
        (None, None), description="Lowest and highest value; null leaves a side open."
    )
    change: Elementwise = Field(
        0, description="Change a month. Flows named here stand for people a month."
    )
    sd: Elementwise | None = Field(
        None, description="Standard deviation of a random change, per square root of a month."
    )


def _auxiliary(value: Any) -> Any:
    return {"value": value} if isinstance(value, (str, int, float)) else value


class AuxiliarySpec(Documented):
    """A named expression; a plain text or number stands for ``{value: ...}``."""

    value: Elementwise = Field(description="The expression.")
    unit: str | None = Field(None, description="Declared unit, checked against the expression.")


Auxiliary = Annotated[AuxiliarySpec, BeforeValidator(_auxiliary)]


class FlowSpec(Documented):
    """People moving between stocks, or in from and out to the outside.

    All flows out of one stock are drawn together in each substep, so that people are conserved.
    """

    from_: str | None = Field(
        None, alias="from", description="Stock that people leave; absent = from outside."
    )
    to: str | None = Field(None, description="Stock that people join; absent = leave the model.")
    hazard: Elementwise | None = Field(
        None, description="Chance per person and month (may exceed 1 for short stays)."
    )
    rate: Elementwise | None = Field(None, description="People a month.")
    dispersion: Elementwise | None = Field(
        None,
        description="Size of a negative binomial for entries from outside; absent = Poisson.",
    )


class NoiseSpec(Documented):
    """A random process that multiplies or shifts what names it.

    ``ar1``: stationary AR(1) drawn once a month, with standard deviation `sd` and `half_life`;
    on the log scale its name stands for exp(x), so its median is 1.
    ``gamma``: independent gamma factors with mean 1 and variance `variance` for a month,
    drawn in each substep (white noise on a hazard; Breto & Ionides 2011).
    """

    kind: Literal["ar1", "gamma"]
    on: Literal["log", "level"] = Field("log", description="For ar1: exp(x) or x itself.")
    sd: Value | None = Field(None, description="For ar1: stationary standard deviation.")
    half_life: Value | None = Field(
        None, description="For ar1: months, or text such as '6 months' or '1 year'."
    )
    variance: Value | None = Field(None, description="For gamma: variance of a month's mean.")
