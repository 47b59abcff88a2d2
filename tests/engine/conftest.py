"""Small models that the engine's tests share, as text in the modelling language."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rivalry.foundation import parse_yaml
from rivalry.model import Model, ModelData, ModelSpec, build_model

#: Uses every kind of element once, so that a difference between backends shows somewhere.
EVERYTHING = """
rivalry: 1
title: Every kind of element
time: {start: 2013-03, end: 2015-02, substeps: 3}
dimensions: {group: [red, blue], rival: group}
actors:
  reds: {status: [{status: rebel, until: 2014-01-15}, {status: government, from: 2014-01-15}]}
  blues: {status: rebel}
dyads:
  red_blue:
    sides: [reds, blues]
    count: {deaths: "killed[red] + killed[blue]"}
stocks:
  pool: {initial: 20000}
  fighters[group]: {initial: {red: "~ lognormal(log(800), 0.2)", blue: 600}}
  prisoners: {initial: 50}
levels:
  morale: {initial: 0.5, bounds: [0, 1], change: "(0.7 - morale) / recovery - loss_weight * killed[red]", sd: 0.05}
  memory: {initial: 0, unit: people/month, change: "(killed[red] - memory) / memory_time"}
noise:
  tempo: {kind: ar1, sd: 0.4, half_life: 3 months}
  weather: {kind: gamma, variance: 0.3}
  drift: {kind: ar1, on: level, sd: 0.1, half_life: 1 year}
lookups:
  fatigue: {x_unit: people/month, points: [[0, 1], [20, 0.8], [100, 0.2]]}
inputs:
  troops: {values: {2013-03: 1, 2014-01: 0.5}, between: previous}
parameters:
  aim[group]: {prior: {red: "lognormal(log(0.03), 0.1)", blue: "gamma(20, 0.001)"}, unit: 1/month}
  appeal: {prior: "beta(4, 6)", unit: ""}
  join: {value: 0.01, unit: 1/month}
  recovery: {value: 6, unit: month}
  tiredness: {value: 0.001, unit: 1/month}
  catching: {value: 0.01, unit: 1/month}
  memory_time: {value: 3, unit: month}
  loss_weight: {value: 0.0005, unit: 1/people}
  lever: {value: 1, unit: ""}
auxiliaries:
  total: {value: "sum(fighters) + 1", unit: people}
  power[group]: {value: "sum(rival, if(group == rival, 0, fighters[rival])) / total", unit: ""}
  month_wave: {value: "1 + 0.2 * sin(2 * pi * month_of_year / 12)"}
  calm: {value: "if(morale > 0.4 and not status(reds, 'government'), 1, 0.9)"}
  ratio_of: {value: "ratio(memory, memory + 5) + hill(fighters[red], 500, 2) + logistic(drift)"}
flows:
  recruit[group]: {from: pool, to: "fighters[group]", hazard: "join * appeal * fighters[group] / total"}
  killed[group]: {from: "fighters[group]", hazard: "aim[group] * power[group] * tempo * weather * lever * month_wave"}
  capture: {from: "fighters[blue]", to: prisoners, hazard: "catching * calm * troops"}
  defect: {from: "fighters[blue]", to: "fighters[red]", hazard: "tiredness * (4 * fatigue(memory) + ratio_of)"}
  release: {from: prisoners, to: "fighters[blue]", rate: "3"}
  arrive: {to: pool, rate: "40 * (1 + ramp('2013-06', '2014-06'))"}
  foreign: {to: "fighters[blue]", rate: "4", dispersion: 2}
shocks:
  jailbreak: {date: 2014-05-20, move: {from: prisoners, to: "fighters[blue]", share: "~ beta(5, 5)"}}
  reinforcement: {date: 2013-08, add: {"fighters[red]": 100}}
  lull: {from: 2014-08, until: 2014-11, scale: {lever: 0.3}}
  shame: {date: 2014-12-10, set: {morale: 0.2}}
  raid: {move: {from: pool, to: "fighters[red]", number: 200}}
accumulators:
  deaths_non_state: {violence: deaths, type: non-state}
  deaths_year: {count: "killed[red] + killed[blue]", every: year}
  man_months: {integral: "fighters[red]", every: quarter}
observations:
  events: {as: "negative_binomial(mean=0.4 * deaths_year + 0.1, size=4)"}
  deaths: {as: "zero_inflated_poisson(mean=deaths_non_state + 0.1, zero=0.1)"}
  strength: {as: "between(fighters[blue], sd=0.3)", every: irregular, unit: people}
  mood: {as: "normal(mean=morale, sd=0.05)"}
  hurdle: {as: "hurdle_negative_binomial(mean=deaths_non_state + 0.2, size=3, zero=0.2)"}
levers: {heat: {parameter: lever, range: [0, 3]}}
scenarios:
  hot: {from: 2014-03, set: {lever: 2}}
  same: {from: 2014-03, set: {lever: 1}}
  free: {fire: {raid: 2014-02}, without: [jailbreak]}
"""


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
