"""What is given from outside: parameters, inputs, graphical functions and shocks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rivalry.model.spec._base import Documented, Strict, Value


def _parameter(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"value": value}
    if isinstance(value, str):
        return {"prior": value}
    return value


class ParameterSpec(Documented):
    """A constant of the model: fixed (`value`) or uncertain (`prior`).

    With dimensions, a prior text applies to each element independently.
    """

    value: float | dict[str, float] | None = Field(None, description="A fixed value.")
    prior: str | dict[str, str] | None = Field(
        None,
        description="Prior: normal(mean, sd), lognormal(mu, sigma), uniform(low, high), "
        "beta(a, b), gamma(shape, scale), half_normal(sd), exponential(mean).",
    )
    unit: str | None = Field(None, description="Unit; absent = not checked.")
    bounds: tuple[float | None, float | None] = Field(
        (None, None), description="Truncates the prior."
    )


Parameter = Annotated[ParameterSpec, BeforeValidator(_parameter)]


class InputSpec(Documented):
    """A known series that drives the model."""

    file: str | None = Field(None, description="CSV file, relative to the case.")
    column: str | None = Field(None, description="Column that holds the values.")
    date: str = Field("month", description="Column that holds YYYY-MM or YYYY-MM-DD.")
    values: dict[str, float] | None = Field(
        None, description="Instead of a file: values by YYYY-MM."
    )
    between: Literal["previous", "linear", "zero"] = Field(
        "previous", description="Value of months without a row."
    )
    unit: str | None = Field(None, description="Unit; absent = not checked.")
    scale: float = Field(1.0, description="Factor applied on reading.")


class LookupSpec(Documented):
    """A graphical function: straight lines between points, flat outside them."""

    points: list[tuple[float, float]] = Field(description="[[x, y], ...] with rising x.")
    x_unit: str | None = Field(None, description="Unit of x; absent = a plain number.")
    unit: str | None = Field(None, description="Unit of y; absent = a plain number.")


class ShockMove(Strict):
    """People moved at once: a `share` of a stock (drawn binomially) or a `number`."""

    from_: str | None = Field(None, alias="from", description="Stock; absent = from outside.")
    to: str | None = Field(None, description="Stock; absent = leave the model.")
    share: Value | None = Field(None, description="Share of the stock, or '~ prior(...)'.")
    number: Value | None = Field(None, description="People, or '~ prior(...)'.")


def _moves(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class ShockSpec(Documented):
    """A dated event acting on the model.

    With `date` it happens once (`add`, `move`, and `set`/`scale` of stocks or levels). With
    `from` and `until`, `set` and `scale` hold a parameter for that time. Without any date it
    waits to be fired by a scenario.
    """

    date: str | None = Field(None, description="YYYY-MM or YYYY-MM-DD.")
    from_: str | None = Field(None, alias="from", description="First day of a lasting change.")
    until: str | None = Field(None, description="Day before which a lasting change ends.")
    add: dict[str, Value] = Field(
        default_factory=dict, description="Stock or level -> amount, or '~ prior(...)'."
    )
    move: Annotated[list[ShockMove], BeforeValidator(_moves)] = Field(
        default_factory=list, description="People moved."
    )
    scale: dict[str, Value] = Field(
        default_factory=dict, description="Stock, level or parameter -> factor."
    )
    set: dict[str, Value] = Field(default_factory=dict, description="Level or parameter -> value.")
