"""The modelling language as typed data: what a case file's model sections hold."""

from rivalry.model.spec._actors import ActorSpec, DyadSpec, StatusSpan, UcdpSpan
from rivalry.model.spec._base import Elementwise, Value
from rivalry.model.spec._given import InputSpec, LookupSpec, ParameterSpec, ShockMove, ShockSpec
from rivalry.model.spec._model import ModelSpec, TimeSpec
from rivalry.model.spec._observed import AccumulatorSpec, ObservationSpec
from rivalry.model.spec._questions import (
    BindingSpec,
    ExpectationSpec,
    LeverSpec,
    LoopSpec,
    ScenarioSpec,
    VariantSpec,
)
from rivalry.model.spec._state import (
    AuxiliarySpec,
    FlowSpec,
    LevelSpec,
    NoiseSpec,
    StockSpec,
)

__all__ = [
    "AccumulatorSpec",
    "ActorSpec",
    "AuxiliarySpec",
    "BindingSpec",
    "DyadSpec",
    "Elementwise",
    "ExpectationSpec",
    "FlowSpec",
    "InputSpec",
    "LevelSpec",
    "LeverSpec",
    "LookupSpec",
    "LoopSpec",
    "ModelSpec",
    "NoiseSpec",
    "ObservationSpec",
    "ParameterSpec",
    "ScenarioSpec",
    "ShockMove",
    "ShockSpec",
    "StatusSpan",
    "StockSpec",
    "TimeSpec",
    "UcdpSpan",
    "Value",
    "VariantSpec",
]
