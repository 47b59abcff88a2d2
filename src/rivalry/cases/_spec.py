"""The case file as typed data: the model's sections, its ledger, and what the report shows."""

from __future__ import annotations

from pydantic import Field

from rivalry.model.spec import ModelSpec
from rivalry.model.spec._base import Strict, Texts


class MapSpec(Strict):
    """The report's map of the region. Places and events come from the ledger."""

    extent: tuple[float, float, float, float] = Field(
        description="West, south, east, north in degrees, such as [44, 12, 90, 50]."
    )
    scene: Texts = Field(
        default_factory=list,
        description="Countries in which the conflict takes place, as Natural Earth names them.",
    )


class ReportSpec(Strict):
    """What the report puts first. Without this section it shows everything in the case's order."""

    headline: Texts = Field(
        default_factory=list, description="Observations or elements of the first page."
    )
    stocks: Texts = Field(
        default_factory=list, description="Stocks charted, such as fighters; none = all."
    )
    levels: Texts = Field(
        default_factory=list, description="Levels and auxiliaries charted; none = all levels."
    )
    map: MapSpec | None = Field(None, description="The region; absent = no map.")


class CaseSpec(ModelSpec):
    """A case file: the model, the ledger it rests on, and what the report shows."""

    ledger: str | None = Field(
        None, description="Ledger file (YAML), relative to the case; absent = no evidence."
    )
    report: ReportSpec = Field(
        default_factory=ReportSpec,
        description="What the report puts first.",
    )
