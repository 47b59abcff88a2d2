"""What scouts are worth: effective draws of the same chains with and without them.

    .venv/bin/python benchmarks/leaps.py

Five parameters of the two groups, two chains of 1,500 draws after 500, 300 particles. Prints the
fewest and the most effective draws of a parameter, and seconds: compare lines, not machines.
"""

from __future__ import annotations

import time

from rivalry.cases import load_case
from rivalry.inference import (
    ChainSettings,
    PriorSpace,
    ScoutSettings,
    fit_pmcmc,
    summarize,
    with_priors,
)

PRIORS = {
    "a_aim": "lognormal(log(0.015), 0.4)",
    "b_aim": "lognormal(log(0.02), 0.4)",
    "a_appeal": "lognormal(log(0.002), 0.4)",
    "reported": "beta(10, 10)",
    "reporting_size": "lognormal(log(5), 0.5)",
}


def main() -> None:
    """Fit twice and print a line each."""
    space = PriorSpace(with_priors(load_case("two_groups").model, PRIORS))
    settings = ChainSettings(seed=1, particles=300, warmup=500, iterations=1500)
    for name, scout in (
        ("random walk", None),
        ("scouts and leaps", ScoutSettings(1, 300, rounds=4, points=75)),
    ):
        began = time.perf_counter()
        states = fit_pmcmc(space, settings, chains=2, scout=scout)
        seconds = time.perf_counter() - began
        draws = [s.ess_bulk for s in summarize(space, settings, states)]
        print(f"{name}: {min(draws):.0f} to {max(draws):.0f} effective draws, {seconds:.0f} s")


if __name__ == "__main__":
    main()
