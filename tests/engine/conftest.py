"""Models that the engine's tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rivalry.foundation import parse_yaml
from rivalry.model import Model, ModelData, ModelSpec, build_model

EVERYTHING = (Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def make_model() -> Callable[..., Model]:
    """Build a model from text in the language."""

    def make(text: str, data: ModelData | None = None) -> Model:
        return build_model(ModelSpec.from_data(parse_yaml(text).data), data)

    return make


@pytest.fixture(scope="session")
def everything(make_model: Callable[..., Model]) -> Model:
    """Return a model that uses every kind of element."""
    return make_model(EVERYTHING)
