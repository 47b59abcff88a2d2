"""Where a run's parameters come from: the posterior of the case, another one, or the prior."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rivalry.cases import Case
    from rivalry.inference import Posterior
    from rivalry.model import Model

PosteriorFile = Annotated[
    Path | None,
    typer.Option(
        "--posterior",
        help="Take parameters from this posterior; none = posterior.nc beside the case file, if "
        "there is one.",
    ),
]
Prior = Annotated[
    bool, typer.Option("--prior", help="Draw parameters from the priors, fitted or not.")
]


def choose_posterior(case: Case, word: str, file: Path | None, prior: bool) -> Posterior | None:
    """Read the posterior to use; None for the prior.

    Parameters
    ----------
    case : Case
    word : str
        The case as the user named it.
    file, prior
        The options.

    Raises
    ------
    RivalryError
        R0829 if both options are given, R0101 for a named file that does not exist, R0826 to
        R0828 for one that cannot be used.
    """
    if prior:
        if file is not None:
            raise RivalryError(
                Problem(
                    "R0829",
                    f"--prior asks for the priors, --posterior for {file}",
                    "Leave one of them out.",
                ),
                exit_code=2,
            )
        return None
    from rivalry.inference import case_posterior, posterior_path

    if file is None and not posterior_path(case).exists():
        return None
    return case_posterior(case, file, word)


def draw_vectors(
    model: Model, posterior: Posterior | None, draws: int, seed: int
) -> NDArray[np.float64] | None:
    """Draw parameter vectors (draws, n_parameters); None leaves it to the engine's priors."""
    if posterior is None:
        return None
    from rivalry.inference import posterior_parameters

    return posterior_parameters(model, posterior, draws, seed)


def origin(model: Model, posterior: Posterior | None) -> dict[str, Any]:
    """Say where parameters come from, for ``run.json`` and the report."""
    uncertain = [p.name for p in model.parameters if p.prior is not None]
    if posterior is None:
        return {"fitted": False, "parameters_from": "prior", "posterior": None}
    fitted = set(posterior.names)
    given = posterior.provenance
    return {
        "fitted": True,
        "parameters_from": "posterior",
        "posterior": {
            "file": str(posterior.path),
            "sha256": posterior.sha256,
            "made": posterior.made,
            "seed": given.get("seed"),
            "rivalry": given.get("inference_library_version"),
            "results_version": posterior.results_version,
            "case_digest": posterior.case_digest,
            "data_digest": posterior.data_digest,
            "draws": posterior.n_draws,
            "fitted": list(posterior.names),
            "from_prior": [n for n in uncertain if n not in fitted],
        },
    }


def in_words(model: Model, posterior: Posterior | None) -> str:
    """Say it in a line."""
    total = sum(p.prior is not None for p in model.parameters)
    if posterior is None:
        return "prior predictive: not fitted to data"
    others = total - len(posterior.names)
    return (
        f"parameters from a posterior of {posterior.made[:10]}: {len(posterior.names)} fitted"
        + (f", {others} from their priors" if others else "")
    )
