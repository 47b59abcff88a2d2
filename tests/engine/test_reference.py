"""The generated engine against the NumPy backend, in distribution.

Two-sample tests at five months of every recorded name. The false-alarm rate of the whole file is
below 1e-3: the smallest p-value is held against 1e-3 divided by the number of tests.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rivalry.cases import load_case
from rivalry.engine import simulate, simulate_reference

ALARM = 1e-3


def smallest_p(a, b, months):
    """Smallest two-sample p-value, and the number of tests made."""
    found = []
    for name in a.data_vars:
        if name == "parameters":
            continue
        for t in months:
            x, y = a[name].values[:, t], b[name].values[:, t]
            if np.isnan(x).all() and np.isnan(y).all():
                continue
            if np.array_equal(np.unique(x), np.unique(y)) and len(np.unique(x)) == 1:
                continue
            found.append((stats.ks_2samp(x, y, method="asymp").pvalue, name, t))
    return min(found), len(found)


@pytest.mark.statistical
@pytest.mark.parametrize("scenario", [None, "hot", "free"])
def test_every_kind_of_element_agrees(everything, scenario):
    names = everything.recordable
    a = simulate(everything, 4000, seed=1, outputs=names, scenario=scenario)
    b = simulate_reference(everything, 4000, seed=2, outputs=names, scenario=scenario)
    (p, name, month), n = smallest_p(a, b, (0, 4, 11, 15, 23))
    assert n > 100
    assert p > ALARM / n, f"{name} in month {month}: p = {p:.2g} over {n} tests"


@pytest.mark.statistical
def test_two_groups_agree():
    model = load_case("two_groups", check=False).model
    a = simulate(model, 4000, seed=1, outputs=model.recordable)
    b = simulate_reference(model, 4000, seed=2, outputs=model.recordable)
    (p, name, month), n = smallest_p(a, b, (0, 11, 59, 119))
    assert p > ALARM / n, f"{name} in month {month}: p = {p:.2g} over {n} tests"


@pytest.mark.statistical
def test_the_comparison_notices_a_small_difference(everything):
    """A fifth more of one hazard is found, so that agreement means something."""
    names = ["killed[blue]", "fighters[blue]"]
    a = simulate(everything, 4000, seed=1, outputs=names)
    changed = a["parameters"].values.copy()
    changed[:, everything.parameter_index["aim[blue]"]] *= 1.2
    b = simulate_reference(everything, seed=2, outputs=names, parameters=changed)
    (p, _, _), n = smallest_p(a, b, (0, 4, 11, 15, 23))
    assert p < ALARM / n
