"""Using a posterior: whether it still belongs to a case, and parameters drawn from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rivalry.cases import Case
from rivalry.engine import RESULTS_VERSION
from rivalry.foundation import Problem, RivalryError, nearest
from rivalry.inference._digests import case_digest, data_digest
from rivalry.inference._posterior_file import Posterior, load_posterior
from rivalry.model import Model, draw_parameters

#: Name of the posterior beside a case file of the usual name.
POSTERIOR_FILE = "posterior.nc"
_CASE_FILE = "case.yaml"


def posterior_path(case: Case) -> Path:
    """Where a case keeps its posterior: ``posterior.nc`` beside ``case.yaml``.

    Beside a case file of another name, ``x.yaml``, it is ``x.posterior.nc``: one folder can hold
    several cases.
    """
    name = case.file.name
    return case.folder / (
        POSTERIOR_FILE if name == _CASE_FILE else f"{case.file.stem}.{POSTERIOR_FILE}"
    )


def case_posterior(case: Case, path: Path | None = None, word: str | None = None) -> Posterior:
    """Read a case's posterior and make sure that it belongs to the case as it is now.

    Parameters
    ----------
    case : Case
    path : Path, optional
        Another file than that in the case's folder.
    word : str, optional
        What the user calls the case, for the command in messages; default: its name.

    Raises
    ------
    RivalryError
        R0101 without a file, R0826 (damaged), R0827 (stale), R0828 (unknown parameter).
    """
    posterior = load_posterior(path or posterior_path(case))
    check_posterior(case.model, posterior, word or case.name)
    return posterior


def check_posterior(model: Model, posterior: Posterior, word: str) -> None:
    """Refuse a posterior that was not fitted to this model.

    Parameters
    ----------
    model : Model
    posterior : Posterior
    word : str
        What the user calls the case.

    Raises
    ------
    RivalryError
        R0827 if case, data or engine have changed since, R0828 for parameters that the case does
        not have or does not leave open. Both are reported at once.
    """
    changed = []
    if posterior.case_digest != case_digest(model):
        changed.append("the case (its structure, parameters, priors or bounds)")
    if posterior.data_digest != data_digest(model):
        changed.append("the data (inputs, dates of shocks, observations or the months covered)")
    if posterior.results_version != RESULTS_VERSION:
        changed.append(
            f"the engine (results version {RESULTS_VERSION}, fitted with "
            f"{posterior.results_version})"
        )
    problems = []
    if changed:
        when = f" of {posterior.made[:10]}" if posterior.made else ""
        problems.append(
            Problem(
                "R0827",
                f"the posterior{when} is stale; since the fit has changed: {'; '.join(changed)}",
                f"Fit again: {refit_command(model, posterior, word)}\n    -> Or run from the "
                "prior: --prior.",
                str(posterior.path),
            )
        )
    uncertain = [p.name for p in model.parameters if p.prior is not None]
    for name in posterior.names:
        if name in uncertain:
            continue
        near = nearest(name, uncertain)
        problems.append(
            Problem(
                "R0828",
                f"the posterior is of a parameter {name!r}, which the case "
                + ("holds fixed" if name in model.parameter_index else "does not have"),
                (f"Did you mean {near!r}? " if near else "")
                + "Use a posterior of this case, or fit again.",
                str(posterior.path),
            )
        )
    if problems:
        raise RivalryError(problems)


def refit_command(model: Model, posterior: Posterior, word: str) -> str:
    """Return the command line that fits again with the same settings."""
    given = posterior.provenance
    options = str(given.get("options", ""))
    if not options:
        wanted = ("chains", "iterations", "warmup", "particles", "seed")
        options = " ".join(f"--{k} {given[k]}" for k in wanted if k in given)
        open_ = {p.name for p in model.parameters if p.prior is not None}
        if open_ - set(posterior.names):
            options = f"--parameters {_quoted(','.join(posterior.names))} {options}"
    words = ["rivalry fit", _quoted(word), options, "--out", _quoted(str(posterior.path))]
    return " ".join(w for w in words if w)


def _quoted(word: str) -> str:
    import shlex

    return shlex.quote(word)


def posterior_parameters(
    model: Model, posterior: Posterior, n: int, seed: int
) -> NDArray[np.float64]:
    """Draw parameter vectors: fitted parameters from the posterior, all others from the prior.

    Draws of the posterior are taken whole, so that what the data say of several parameters
    together is kept. They do not repeat while `n` is at most their number; beyond it every draw
    is taken equally often, up to one. A longer run begins with the draws of a shorter one.

    Parameters
    ----------
    model : Model
    posterior : Posterior
        Of this model; see `check_posterior`.
    n : int
    seed : int

    Returns
    -------
    ndarray (n, n_parameters)
    """
    parameters = draw_parameters(model, n, seed)
    rng = np.random.default_rng([seed, *b"posterior"])
    rounds = -(-n // posterior.n_draws)
    rows = np.concatenate([rng.permutation(posterior.n_draws) for _ in range(rounds)])[:n]
    for i, name in enumerate(posterior.names):
        column = model.parameter_index[name]
        # a file keeps single precision, which can step over a bound by its last digit
        parameters[:, column] = np.clip(posterior.values[rows, i], *model.parameters[column].bounds)
    return parameters
