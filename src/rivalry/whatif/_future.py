"""Parameter draws for what-ifs, and the states from which those of the future go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rivalry.engine import Start
from rivalry.inference import Posterior, load_origin, posterior_parameters
from rivalry.model import Model, draw_parameters
from rivalry.whatif._ensemble import Array


@dataclass(frozen=True)
class Draws:
    """What a comparison runs with.

    Attributes
    ----------
    parameters : ndarray (n, n_parameters)
    start : Start or None
        States at the end of the data, row by row with the parameters; None where there are none.
    """

    parameters: Array
    start: Start | None


def what_if_draws(model: Model, posterior: Posterior | None, n: int, seed: int) -> Draws:
    """Draw parameters, with the states at the origin where the posterior file holds them.

    Parameters
    ----------
    model : Model
    posterior : Posterior or None
        None draws from the priors, which go with no states.
    n : int
    seed : int

    Notes
    -----
    The filter that gave the states held what was not fitted at its prior median. Here it is drawn
    from its prior, since the effect of a lever that the data cannot show is exactly what is
    uncertain about a what-if. The states and those parameters therefore belong together only
    through what was fitted.
    """
    if posterior is None:
        return Draws(draw_parameters(model, n, seed), None)
    origin = load_origin(model, posterior.path)
    if origin is None:
        return Draws(posterior_parameters(model, posterior, n, seed), None)
    parameters = draw_parameters(model, n, seed)
    rng = np.random.default_rng([seed, *b"posterior"])
    rounds = -(-n // len(origin.states))
    rows = np.concatenate([rng.permutation(len(origin.states)) for _ in range(rounds)])[:n]
    for name in posterior.names:
        column = model.parameter_index[name]
        bounds = model.parameters[column].bounds
        # a file keeps single precision, which can step over a bound by its last digit
        parameters[:, column] = np.clip(origin.parameters[rows, column], *bounds)
    return Draws(parameters, Start(origin.origin, origin.states[rows]))
