"""What every element of a model may carry."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

#: An expression or a number.
Value = str | float

#: One value for all elements, or one for each (``{taliban: 1, iskp: 2}``; two dimensions join
#: their elements with a comma, ``"taliban,iskp"``).
Elementwise = str | float | dict[str, str | float]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


#: A list of texts; a single text stands for a list of one.
Texts = Annotated[list[str], BeforeValidator(_as_list)]


class Strict(BaseModel):
    """Unknown keys are errors, so that a misspelt one is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Documented(Strict):
    """Fields that say where an element comes from.

    An element with neither `claims` nor `source` is listed as the analyst's assumption.
    """

    label: str | None = Field(None, description="Name shown to people.")
    claims: Texts = Field(
        default_factory=list, description="Ids of ledger rows that this element carries."
    )
    source: Texts = Field(default_factory=list, description="Ids of sources in the ledger.")
    note: str | None = Field(None, description="Why it is as it is.")
