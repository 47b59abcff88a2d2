"""A case with its mechanisms off: each monthly series moved by a latent tempo and nothing else."""

from __future__ import annotations

from rivalry.forecast._case import COUNTS
from rivalry.foundation import Problem, RivalryError, parse_yaml
from rivalry.model import Model, ModelData, ModelSpec, build_model
from rivalry.model.ir import Observation

#: Distribution of a series by that of the case, around the same latent mean.
_SIMPLE = "negative_binomial(mean=exp(tempo), size=size)"
_HEAVY = (
    "contaminated_negative_binomial(mean=exp(tempo), size=size, outliers=outliers, outlier_size=1)"
)
_ZEROS = "zero_inflated_negative_binomial(mean=exp(tempo), size=size, zero=zeros)"
_FORM = {
    "contaminated_negative_binomial": _HEAVY,
    "zero_inflated_poisson": _ZEROS,
    "zero_inflated_negative_binomial": _ZEROS,
    "hurdle_poisson": _ZEROS,
    "hurdle_negative_binomial": _ZEROS,
}


def tempo_models(model: Model) -> dict[str, Model]:
    """Return the latent-tempo version of a case: what its mechanisms are measured against.

    A model for each monthly series of counts. The logarithm of its mean is an autoregression about
    a level of its own. Counts are negative binomial around it, with outlying months or extra zeros
    where the case's own distribution has them. Priors are wide and the same for every series; no
    figure of the case is in them. There are no actors, no inputs, no dated events and no other
    series.

    Parameters
    ----------
    model : Model

    Returns
    -------
    dict of str to Model
        By name of the series; each over the same months, with the same data under the name
        ``count``, so that one compiled kernel serves all series of a kind.

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
    found = {}
    for o in series:
        spec = ModelSpec.from_data(parse_yaml(tempo_case(model, o)).data)
        data = {m: float(y) for m, y in zip(model.months, o.data, strict=True) if y == y}
        found[o.name] = build_model(spec, ModelData(observations={"count": data}))
    return found


def tempo_case(model: Model, series: Observation) -> str:
    """Write the latent tempo of one series in the modelling language."""
    form = _form(series)
    lines = [
        "rivalry: 1",
        f"title: Latent tempo of {series.name}",
        f"time: {{start: {model.time.start}, end: {model.time.end}, substeps: 1}}",
        'levels: {tempo: {initial: middle, change: "pull * (middle - tempo)", sd: step}}',
        "parameters:",
        '  middle: {prior: "normal(3, 2)"}',
        '  pull: {prior: "beta(1.2, 10)", unit: 1/month}',
        '  step: {prior: "lognormal(log(0.35), 0.6)"}',
        '  size: {prior: "lognormal(log(6), 1)"}',
    ]
    if form is _HEAVY:
        lines.append('  outliers: {prior: "beta(2, 40)"}')
    if form is _ZEROS:
        lines.append('  zeros: {prior: "beta(2, 10)"}')
    lines.append(f'observations: {{count: {{as: "{form}"}}}}')
    return "\n".join(lines) + "\n"


def _form(observation: Observation) -> str:
    return _FORM.get(observation.family, _SIMPLE)
