"""Fixtures that several test packages share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of source data kept beside the checkout, which is not part of the repository."""
    for folder in (REPOSITORY.parent / "shared", REPOSITORY / "shared"):
        if folder.is_dir():
            return folder
    pytest.skip("no folder 'shared' beside the checkout: its data may not be redistributed")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser for tests marked `browser`."""
    named = os.environ.get("RIVALRY_CHROMIUM")
    candidates = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    for name in candidates:
        found = shutil.which(name)
        if found:
            return found
    pytest.skip(f"no browser ({', '.join(candidates)}): run scripts/install-system.sh")


#: What the two groups' case leaves open in the tests of a fit, and a tempo for it to explain.
_OPEN = (
    ("a_aim: {value: 0.015,", 'a_aim: {prior: "lognormal(log(0.015), 0.5)",'),
    ("b_aim: {value: 0.02,", 'b_aim: {prior: "lognormal(log(0.02), 0.5)",'),
    ("return_rate: {value: 0.01,", 'return_rate: {prior: "uniform(0.005, 0.02)",'),
    ("reported: {value: 0.5,", 'reported: {prior: "lognormal(log(0.5), 0.5)",'),
    (
        "noise:\n",
        "noise:\n  tempo: {kind: ar1, sd: 0.3, half_life: 6 months, label: Tempo of the war}\n",
    ),
    ("b_aim * fortune", "b_aim * tempo * fortune"),
    ("a_aim * fortune", "a_aim * tempo * fortune"),
)


@pytest.fixture(scope="session")
def open_two_groups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled two groups with four parameters open and a latent tempo."""
    import rivalry

    source = Path(rivalry.__file__).parent / "cases" / "two_groups"
    folder = tmp_path_factory.mktemp("open") / "two_groups_open"
    shutil.copytree(source, folder)
    text = (folder / "case.yaml").read_text()
    for old, new in _OPEN:
        assert old in text
        text = text.replace(old, new)
    (folder / "case.yaml").write_text(text)
    return folder


@pytest.fixture(scope="session")
def short_fit(open_two_groups: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real fit of `open_two_groups`, too short to have settled, with all its groups."""
    from rivalry.cases import load_case
    from rivalry.inference import (
        ChainSettings,
        PriorSpace,
        ScoutSettings,
        fit_pmcmc,
        posterior_data,
        run_checks,
        write_posterior,
    )

    space = PriorSpace(load_case(str(open_two_groups)).model)
    settings = ChainSettings(1, 60, 150, 250)
    states = fit_pmcmc(space, settings, chains=2, scout=ScoutSettings(1, 60, 3, 60))
    checks = run_checks(space, settings, states, keep=100)
    path = tmp_path_factory.mktemp("fit") / "posterior.nc"
    attributes = {"case": "two_groups_open", "method": "pmcmc"}
    write_posterior(posterior_data(space, settings, states, attributes, checks), path)
    return path
