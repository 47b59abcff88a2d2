"""Reports of the bundled cases, from their own simulations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rivalry.cases import load_case
from rivalry.engine import observed, simulate
from rivalry.model.diagram import build_graph
from rivalry.report import ReportInput, write_report


def simulated(name: str, draws: int) -> ReportInput:
    case = load_case(name)
    return ReportInput(
        case=case,
        ensemble=simulate(case.model, n_draws=draws, seed=1),
        observed=observed(case.model),
        graph=build_graph(case.model),
        provenance={"seed": 1},
    )


def test_a_case_without_a_ledger(tmp_path: Path) -> None:
    path = write_report(simulated("two_groups", 40), tmp_path / "report.html")
    text = path.read_text(encoding="utf-8")
    assert "Two groups" in text
    assert "no ledger" in text


@pytest.mark.slow
@pytest.mark.browser
def test_the_afghanistan_report_holds_together(
    tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    run = simulated("afghanistan", 100)
    path = write_report(run, tmp_path / "report.html")
    assert path.stat().st_size < 4_000_000
    for width in (1280, 390):
        visit = open_page(path.as_uri(), width)
        assert visit.messages == []
        assert visit.requests == [path.as_uri()]
        assert visit.wide() == [0, []]
        assert visit.cut() == []
        assert visit.overlapping() == []
        # every loop of the ledger can be chosen and is drawn whole
        for loop in run.case.spec.loops:
            visit.page.click(f"button[data-loop={loop}]")
            assert visit.page.is_visible(f"[data-panel={loop}]")
            assert visit.cut() == []
        visit.context.close()
