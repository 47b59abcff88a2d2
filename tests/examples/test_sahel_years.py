"""The Sahel example, whose figures are yearly: what its page says of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from rivalry.cases import load_case
from rivalry.forecast import best_estimates, year_figures

SAHEL = Path(__file__).resolve().parents[2] / "examples" / "sahel-jnim-is"


def test_figures_are_best_estimates_and_middles_of_years_not_listed():
    case = load_case(SAHEL)
    found = year_figures(case.model, best_estimates(case))
    assert found.years == tuple(range(2017, 2023))
    place = found.names.index("deaths_is_jnim")
    assert found.values[place].tolist() == [12, 12, 12, 381, 122, 405]
    assert found.middle[place].tolist() == [True, True, True, False, False, False]
    assert found.middle.sum() == 6


@pytest.mark.slow
def test_a_run_forecasts_the_years_and_scores_past_ones(tmp_path):
    from rivalry.cli import main

    assert main(["run", str(SAHEL), "--quiet", "--out", str(tmp_path)]) == 0
    (folder,) = (tmp_path / SAHEL.name).iterdir()
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))["forecast"]
    assert (facts["made"], facts["every"], facts["origin"]) == (True, "year", "2022-12")
    record = facts["record"]
    assert (record["origins"], record["past_years"]) == (["2018-12", "2021-12"], 4)
    # what the page says: below the error of the last five years, in most series
    closer = [
        s for s in record["summary"].values() if s["crps"] < s["crps_conflictology_5_years"]
    ]  # fmt: skip
    assert len(closer) >= 4
    table = pd.read_csv(folder / "record_years.csv")
    assert len(table) == 5 * 9
    text = (SAHEL / "README.md").read_text(encoding="utf-8")
    for scores in record["summary"].values():
        row = f"| {scores['crps_conflictology_5_years']:.0f} ({{}}) | {{:.0f}} "
        inside = round(9 * scores["inside_90_conflictology_5_years"])
        assert row.format(inside, scores["crps_last_year"]) in text
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "This rests on 4 past years (2019 to 2022). So few years say little" in page
