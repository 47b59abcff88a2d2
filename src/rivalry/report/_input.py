"""What a report is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import networkx as nx
import xarray as xr

from rivalry.evidence import Coverage, Ledger
from rivalry.foundation import Problem, RivalryError
from rivalry.model.ir import Model
from rivalry.model.spec import ModelSpec
from rivalry.report._forecast_input import ForecastInput
from rivalry.report._whatif_input import WhatIfInput
from rivalry.report._years_input import YearsInput


class CaseLike(Protocol):
    """The part of a case that a report reads.

    A case may also have `report`, the mapping of that name in its file (see `Options`).
    """

    @property
    def name(self) -> str:
        """Short name."""
        ...

    @property
    def spec(self) -> ModelSpec:
        """Model sections as written."""
        ...

    @property
    def model(self) -> Model:
        """Typed model."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Evidence."""
        ...

    @property
    def coverage(self) -> Coverage:
        """How the model covers the ledger."""
        ...

    @property
    def warnings(self) -> Sequence[Problem]:
        """What checking the case had to say."""
        ...

    @property
    def hashes(self) -> Mapping[str, str]:
        """Content hashes of the case's files."""
        ...


@dataclass(frozen=True)
class Options:
    """What a case may say about its report, under ``report:``.

    Parameters
    ----------
    headline : tuple of str
        Series of the first page: names of observations or of elements.
    levels, stocks : tuple of str
        Featured elements or base names; empty means all.
    scene : tuple of str
        Countries in which the conflict takes place, as Natural Earth names them.
    extent : tuple of float, optional
        West, south, east, north of the map in degrees.
    """

    headline: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    stocks: tuple[str, ...] = ()
    scene: tuple[str, ...] = ()
    extent: tuple[float, float, float, float] | None = None

    @classmethod
    def of(cls, case: CaseLike) -> Options:
        """Read the options of a case; absent ones keep their defaults."""
        raw = getattr(case, "report", None)
        if raw is None:
            return cls()
        if hasattr(raw, "model_dump"):
            raw = raw.model_dump()
        if not isinstance(raw, Mapping):
            return cls()
        area: Any = raw.get("map")
        if hasattr(area, "model_dump"):
            area = area.model_dump()
        area = area if isinstance(area, Mapping) else {}
        extent = area.get("extent")
        return cls(
            headline=_names(raw.get("headline")),
            levels=_names(raw.get("levels")),
            stocks=_names(raw.get("stocks")),
            scene=_names(area.get("scene")),
            extent=None if extent is None else _extent(extent),
        )


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(v) for v in value)


def _extent(value: Any) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(v) for v in value)
    except (TypeError, ValueError):
        west = east = south = north = 0.0
    if not (-180 <= west < east <= 180 and -89 <= south < north <= 89):
        raise RivalryError(
            Problem(
                "R0952",
                f"the extent of the map, {value!r}, is not west, south, east, north in degrees",
                "Write for example extent: [44, 12, 90, 50].",
                where="report.map.extent",
            )
        )
    return west, south, east, north


@dataclass(frozen=True)
class ReportInput:
    """Everything that a report shows.

    Parameters
    ----------
    case : CaseLike
        The case that was run.
    ensemble : xarray.Dataset
        Dims ("draw", "month"); one variable a scalar element, ``y:<observation>`` for simulated
        observations; ``parameters`` (draw, parameter) if drawn.
    observed : xarray.Dataset
        Data, dim "month": one variable an observation, ``<observation>:high`` for ranges.
    graph : networkx.DiGraph
        Dependencies; node attributes kind, label, unit; edge attribute sign.
    provenance : mapping
        Versions, hashes, seed, draws, timings, command: shown as it is.
    fitted : bool
        Whether the draws come from a posterior.
    posterior : Path, optional
        File of the posterior that the parameters come from; None if they come from the prior.
    forecast : ForecastInput, optional
        The months ahead; None for a case without monthly counts.
    years : YearsInput, optional
        The years ahead; for a case with yearly figures alone.
    whatif : WhatIfInput, optional
        What-ifs, verdicts on claims, loops and fragility; parts that are empty are left out.
    """

    case: CaseLike
    ensemble: xr.Dataset
    observed: xr.Dataset
    graph: nx.DiGraph[str]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    fitted: bool = False
    posterior: Path | None = None
    forecast: ForecastInput | None = None
    years: YearsInput | None = None
    whatif: WhatIfInput | None = None

    def __post_init__(self) -> None:
        missing = {"draw", "month"} - set(self.ensemble.dims)
        if missing:
            raise RivalryError(
                Problem(
                    "R0951",
                    f"the ensemble has no dimension {' and no '.join(sorted(missing))}",
                    "Pass what `rivalry simulate` wrote: dimensions draw and month.",
                )
            )
        if self.ensemble.sizes["draw"] == 0 or self.ensemble.sizes["month"] == 0:
            raise RivalryError(
                Problem("R0951", "the ensemble is empty", "Simulate at least one draw and month.")
            )

    @property
    def from_prior(self) -> tuple[str, ...]:
        """Uncertain parameters of a fitted run that are drawn from their priors all the same."""
        posterior = self.provenance.get("posterior")
        names = posterior.get("from_prior", ()) if isinstance(posterior, Mapping) else ()
        return tuple(str(n) for n in names)

    @property
    def status(self) -> str:
        """The status in words, for headings and captions."""
        return "fitted to data" if self.fitted else "not fitted: prior predictive"
