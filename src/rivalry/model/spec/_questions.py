"""Levers, scenarios, expectations, and the bindings of claims and loops to the model."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rivalry.model.spec._base import Documented, Strict, Texts


class LeverSpec(Documented):
    """Something a user may move: a parameter, or the firing of a shock."""

    parameter: str | None = None
    shock: str | None = None
    range: tuple[float, float] | None = Field(None, description="Lowest and highest setting.")


class ScenarioSpec(Documented):
    """A what-if: parameters set or scaled from a date, shocks fired or left out."""

    from_: str | None = Field(None, alias="from", description="First month of the change.")
    until: str | None = Field(None, description="Month before which the change ends.")
    set: dict[str, float] = Field(default_factory=dict, description="Parameter -> value.")
    scale: dict[str, float] = Field(default_factory=dict, description="Parameter -> factor.")
    fire: dict[str, str] = Field(default_factory=dict, description="Shock -> date.")
    without: Texts = Field(default_factory=list, description="Shocks that do not happen.")


class ExpectationSpec(Documented):
    """What a claim leads one to expect of a scenario."""

    scenario: str
    against: str = "reference"
    of: str = Field(description="sum(x), mean(x) or last(x) of a name that can be recorded.")
    over: str = Field("12 months", description="Time from the scenario's start.")
    sign: Literal["+", "-", "0"]


class VariantSpec(Documented):
    """Another structure of the case: parameters held at a value, or kept to other priors.

    An effect held at 0 is a mechanism left out; a prior with bounds at 0 gives an effect of
    open sign one of its signs.
    """

    set: dict[str, float] = Field(default_factory=dict, description="Parameter -> value held.")
    priors: dict[str, str] = Field(default_factory=dict, description="Parameter -> prior.")
    bounds: dict[str, tuple[float | None, float | None]] = Field(
        default_factory=dict, description="Parameter -> lowest and highest value (null for none)."
    )


class BindingSpec(Strict):
    """How a claim is carried: a path of names from cause to effect, with the claimed sign.

    `path` is checked against the compiled model: each step must be a dependency, and the
    product of the steps' signs must be `sign` where a sign is given.
    """

    path: Texts = Field(default_factory=list, description="Names from cause to effect.")
    by: Texts = Field(
        default_factory=list, description="Shocks, inputs or parameters that carry the claim."
    )
    sign: Literal["+", "-"] | None = None
    note: str | None = None


class LoopSpec(Strict):
    """A feedback loop of the ledger, as the names it runs through (the first is not repeated)."""

    through: list[str]
    polarity: Literal["reinforcing", "balancing"]
    label: str | None = None
    note: str | None = None
