"""The worked examples of new cases: they check, hold the figures of their source, and run."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from rivalry.cases import load_case
from rivalry.engine import simulate

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SYRIA, SAHEL = EXAMPLES / "syria-islamic-state", EXAMPLES / "sahel-jnim-is"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("folder", [SYRIA, SAHEL], ids=lambda p: p.name)
def test_an_example_checks_and_runs_forward(folder):
    case = load_case(folder)
    assert [p.code for p in case.warnings] == ["R0216"]
    # a template filled from data is no evidence for its own form
    assert case.assumptions == case.elements
    draws = simulate(case.model, n_draws=20, seed=1, outputs=[])
    for o in case.model.observations:
        assert np.isfinite(draws[f"y:{o.name}"].values[:, -1]).all()
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert f"$ rivalry new {folder.name} " in page


def test_the_figures_of_syria_are_those_counted_from_the_file():
    # counted with awk from the extract: rows and sums of `best` by dyad_new_id
    wanted = {"is_sdf": (2736, 18124), "government_syria_is": (2522, 27542), "is_hts": (115, 896)}
    for name, totals in wanted.items():
        rows = _rows(SYRIA / "data" / f"{name}.csv")
        assert len(rows) == 47
        found = tuple(sum(int(r[c]) for r in rows) for c in ("events", "best"))
        assert found == totals, name


def test_the_figures_of_the_sahel_are_those_of_the_tables():
    rows = _rows(SAHEL / "data" / "is_jnim.csv")
    assert [tuple(r.values()) for r in rows] == [
        ("2017", "", "0", "24"), ("2018", "", "0", "24"), ("2019", "", "0", "24"),
        ("2020", "381", "381", "385"), ("2021", "122", "121", "128"),
        ("2022", "405", "405", "652"),
    ]  # fmt: skip


@pytest.mark.slow
def test_a_run_of_the_syria_example_forecasts_and_makes_its_record(tmp_path):
    import json

    from rivalry.cli import main

    assert main(["run", str(SYRIA), "--draws", "200", "--quiet", "--out", str(tmp_path)]) == 0
    (folder,) = (tmp_path / SYRIA.name).iterdir()
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))["forecast"]
    assert (facts["made"], facts["from"], facts["origin"]) == (True, "online", "2019-11")
    record = facts["record"]
    assert record["origins"] == ["2017-12", "2019-10"]
    # what the tutorial says: on most series closer than the last twelve months taken as a sample
    closer = [
        s for s, spans in record["summary"].items()
        if spans["all"]["crps"] < spans["all"]["crps_conflictology"]
    ]  # fmt: skip
    assert len(closer) >= 4
    assert (folder / "record.parquet").exists()
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 'id="record-table"' in page
