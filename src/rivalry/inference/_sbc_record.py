"""What a calibration is asked for, and what it finds for one data set."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CalibrationSettings:
    """How many data sets, and how each is fitted.

    `draws` is the number of nearly independent posterior draws among which the truth is ranked.
    With 19 of them the ends of the central 50, 80 and 90% intervals fall between ranks.
    `rounds` of `scouts` filters look for the posterior before the chains, as in a fit; `walks` is
    the share of random-walk steps that the chains make beside leaps.
    """

    seed: int
    datasets: int
    particles: int
    warmup: int
    iterations: int
    chains: int = 1
    draws: int = 19
    rounds: int = 3
    scouts: int = 90
    walks: float = 0.1


@dataclass(frozen=True)
class DataSetRanks:
    """One simulated data set.

    `truth` are the values it was simulated from. `ranks` (from 0 to the number of draws) has the
    parameters and ``log_likelihood``; `below` the share of all kept draws below the truth;
    `scores` the truth, `means` the posterior mean, both as normal scores of the prior that was
    fitted; `ess` and `rhat` the worst of the parameters (no `rhat` where a chain
    never moved); `iterations` those kept of each chain.
    `failed` is the code of the fault for a data set that could not be simulated or fitted.
    """

    index: int
    truth: dict[str, float]
    ranks: dict[str, int] = field(default_factory=dict)
    below: dict[str, float] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    means: dict[str, float] = field(default_factory=dict)
    contraction: dict[str, float] = field(default_factory=dict)
    ess: float = 0.0
    rhat: float | None = None
    iterations: int = 0
    acceptance: float = 0.0
    failed: str | None = None
    message: str = ""
