"""A case with its mechanisms off: each monthly series moved by a latent tempo and nothing else."""

from __future__ import annotations

from rivalry.forecast._case import COUNTS
from rivalry.foundation import Problem, RivalryError, parse_yaml
from rivalry.model import Model, ModelData, ModelSpec, build_model
from rivalry.model.ir import Observation

#: Distribution of a series by that of the case, around the same latent mean.
_SIMPLE = "negative_binomial(mean=exp(log_{0}), size=size_{0})"
_HEAVY = (
    "contaminated_negative_binomial(mean=exp(log_{0}), size=size_{0}, outliers=outliers_{0}, "
    "outlier_size=1)"
)
_ZEROS = "zero_inflated_negative_binomial(mean=exp(log_{0}), size=size_{0}, zero=zeros_{0})"
_FORM = {
    "contaminated_negative_binomial": _HEAVY,
    "zero_inflated_poisson": _ZEROS,
    "zero_inflated_negative_binomial": _ZEROS,
    "hurdle_poisson": _ZEROS,
    "hurdle_negative_binomial": _ZEROS,
}


def tempo_model(model: Model) -> Model:
    """Return the latent-tempo version of a case: what its mechanisms are measured against.

    The logarithm of each monthly series' mean is an autoregression about a level of its own.
    Counts are negative binomial around it, with outlying months or extra zeros where the case's
    own distribution has them. Priors are wide and the same for every series; no figure of the
    case is in them. It has no actors, no inputs, no dated events and no series but the monthly
    counts.

    Parameters
    ----------
    model : Model

    Returns
    -------
    Model
        Over the same months, with the same data.

    Raises
    ------
    RivalryError
        R1060 if the case has no monthly series of counts.
    """
    series = [o for o in model.observations if o.every == "month" and o.family in COUNTS]
    if not series:
        raise RivalryError(
            Problem(
                "R1060",
                "the case has no monthly series of counts",
                "Add an observation with 'every: month' and a distribution of counts.",
            )
        )
    spec = ModelSpec.from_data(parse_yaml(tempo_case(model, series)).data)
    data = {
        o.name: {m: float(y) for m, y in zip(model.months, o.data, strict=True) if y == y}
        for o in series
    }
    return build_model(spec, ModelData(observations=data))


def tempo_case(model: Model, series: list[Observation]) -> str:
    """Write the latent-tempo version of a case in the modelling language."""
    lines = [
        "rivalry: 1",
        "title: Latent tempo alone",
        f"time: {{start: {model.time.start}, end: {model.time.end}, substeps: 1}}",
        "levels:",
    ]
    for o in series:
        n = o.name
        lines.append(
            f'  log_{n}: {{initial: mean_{n}, change: "pull_{n} * (mean_{n} - log_{n})", '
            f"sd: step_{n}}}"
        )
    lines.append("parameters:")
    for o in series:
        n = o.name
        lines += [
            f'  mean_{n}: {{prior: "normal(3, 2)"}}',
            f'  pull_{n}: {{prior: "lognormal(log(0.08), 1)", unit: 1/month}}',
            f'  step_{n}: {{prior: "lognormal(log(0.35), 0.6)"}}',
            f'  size_{n}: {{prior: "lognormal(log(6), 1)"}}',
        ]
        if _form(o) is _HEAVY:
            lines.append(f'  outliers_{n}: {{prior: "beta(2, 40)"}}')
        if _form(o) is _ZEROS:
            lines.append(f'  zeros_{n}: {{prior: "beta(2, 10)"}}')
    lines.append("observations:")
    lines += [f'  {o.name}: {{as: "{_form(o).format(o.name)}"}}' for o in series]
    return "\n".join(lines) + "\n"


def _form(observation: Observation) -> str:
    return _FORM.get(observation.family, _SIMPLE)
