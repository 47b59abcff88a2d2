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


class FitSpec(Strict):
    """How the case is fitted. The command line overrides any of it."""

    parameters: Texts = Field(
        default_factory=list,
        description="Parameters to fit, scalar or base names; none = all that have a prior.",
    )
    particles: int = Field(500, ge=2, le=1_000_000, description="Particles of a filter.")
    chains: int = Field(4, ge=1, le=64, description="Chains.")
    warmup: int | None = Field(
        None, ge=1, le=10_000_000, description="Draws of a chain before those kept; none = as many."
    )
    iterations: int = Field(2000, ge=4, le=10_000_000, description="Kept draws of a chain.")
    rounds: int = Field(4, ge=0, le=100, description="Rounds of scouts; 0 = none.")
    scouts: int | None = Field(
        None,
        ge=2,
        le=1_000_000,
        description="Filters of a round; none = 15 for each parameter, at least 60.",
    )
    scout_particles: int | None = Field(
        None,
        ge=2,
        le=1_000_000,
        description="Particles of a scout's filter; none = those of the chains.",
    )


class CaseSpec(ModelSpec):
    """A case file: the model, the ledger it rests on, what the report shows, how it is fitted."""

    ledger: str | None = Field(
        None, description="Ledger file (YAML), relative to the case; absent = no evidence."
    )
    report: ReportSpec = Field(
        default_factory=ReportSpec,
        description="What the report puts first.",
    )
    fit: FitSpec = Field(
        default_factory=FitSpec,
        description="What is fitted, and how.",
    )
