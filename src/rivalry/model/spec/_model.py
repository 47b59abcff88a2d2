"""The whole model."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from rivalry.model.spec._actors import ActorSpec, DyadSpec
from rivalry.model.spec._base import Strict
from rivalry.model.spec._given import InputSpec, LookupSpec, Parameter, ShockSpec
from rivalry.model.spec._observed import AccumulatorSpec, ObservationSpec
from rivalry.model.spec._questions import (
    BindingSpec,
    ExpectationSpec,
    LeverSpec,
    LoopSpec,
    ScenarioSpec,
    VariantSpec,
)
from rivalry.model.spec._state import Auxiliary, FlowSpec, LevelSpec, NoiseSpec, StockSpec


class TimeSpec(Strict):
    """The months a model runs over, and how finely."""

    start: str = Field(description="First month, YYYY-MM.")
    end: str = Field(description="Last month, YYYY-MM.")
    substeps: int = Field(4, ge=1, le=100, description="Euler steps a month.")


class ModelSpec(Strict):
    """The model sections of a case file; keys such as ``fighters[group]`` declare dimensions."""

    rivalry: Literal[1] = Field(description="Version of the language.")
    title: str
    description: str | None = None
    time: TimeSpec
    dimensions: dict[str, list[str] | str] = Field(
        default_factory=dict,
        description="Dimension -> its elements, or the name of a dimension it repeats.",
    )
    actors: dict[str, ActorSpec] = Field(default_factory=dict)
    dyads: dict[str, DyadSpec] = Field(default_factory=dict)
    stocks: dict[str, StockSpec] = Field(default_factory=dict)
    levels: dict[str, LevelSpec] = Field(default_factory=dict)
    auxiliaries: dict[str, Auxiliary] = Field(default_factory=dict)
    lookups: dict[str, LookupSpec] = Field(default_factory=dict)
    flows: dict[str, FlowSpec] = Field(default_factory=dict)
    noise: dict[str, NoiseSpec] = Field(default_factory=dict)
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    inputs: dict[str, InputSpec] = Field(default_factory=dict)
    shocks: dict[str, ShockSpec] = Field(default_factory=dict)
    accumulators: dict[str, AccumulatorSpec] = Field(default_factory=dict)
    observations: dict[str, ObservationSpec] = Field(default_factory=dict)
    levers: dict[str, LeverSpec] = Field(default_factory=dict)
    scenarios: dict[str, ScenarioSpec] = Field(default_factory=dict)
    expectations: dict[str, ExpectationSpec] = Field(default_factory=dict)
    variants: dict[str, VariantSpec] = Field(default_factory=dict)
    bindings: dict[str, BindingSpec] = Field(
        default_factory=dict, description="Claim id -> what in the model carries it."
    )
    outside: dict[str, str] = Field(
        default_factory=dict, description="Claim id -> why the model does not represent it."
    )
    loops: dict[str, LoopSpec] = Field(default_factory=dict)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> ModelSpec:
        """Build from plain data, as read from YAML."""
        return cls.model_validate(data)
