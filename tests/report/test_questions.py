"""Levers, scenarios, statuses and provenance: what the page says of the case and the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rivalry.model.spec import ActorSpec, LeverSpec, ScenarioSpec
from rivalry.report import ReportInput, render_report
from rivalry.report._provenance import provenance
from rivalry.report._questions import levers, scenarios
from rivalry.report._timeline import statuses, timeline


def changed(run: ReportInput, **sections: Any) -> ReportInput:
    spec = run.case.spec.model_copy(update=sections)
    return replace(run, case=replace(run.case, spec=spec))  # type: ignore[type-var]


def test_levers_and_scenarios_are_listed(run: ReportInput) -> None:
    asked = changed(
        run,
        levers={"hunt": LeverSpec(label="Hunt", parameter="d0", range=(0, 0.5), claims=["C1"])},
        scenarios={
            "calm": ScenarioSpec(
                label="Calm", from_="2021-01", until="2022-01", set={"d0": 0}, without=["raid"]
            )
        },
    )
    (lever,) = levers(asked)
    assert (lever.moves, lever.range, lever.claims) == ("parameter d0", "0 to 0.5", ("C1",))
    (scenario,) = scenarios(asked)
    assert scenario.when == "from 2021-01 until 2022-01"
    assert scenario.does == ("sets d0 to 0", "leaves out raid")
    page = render_report(asked)
    assert 'href="#questions"' in page
    assert "This run answers none of them." in page


def test_changes_of_status_are_rows_of_the_timeline(run: ReportInput) -> None:
    spans = [
        {"status": "rebel", "until": "2021-08-15"},
        {"status": "government", "from": "2021-08-15", "until": "2023-01-01"},
    ]
    made = changed(run, actors={"reds": ActorSpec(label="Reds", status=spans)})
    found = [(i.start, i.what) for i in timeline(made) if i.kinds == ("status",)]
    assert found == [
        ("2021-08-15", "Reds: from rebel to government."),
        ("2023-01-01", "Reds: from government to absent."),
    ]
    told = "rebel until 2021-08-15; government from 2021-08-15 until 2023-01-01"
    assert "; ".join(statuses(made)[0][1]) == told


def test_provenance_is_chosen_and_holds_no_path(run: ReportInput) -> None:
    given = {
        "command": "rivalry run /home/me/my_case --out=/home/me/out",
        "threads": None,
        "timings": {"load": 0.25},
        "warnings": [{"file": "/home/me/my_case/case.yaml"}],
        "draws": 3,
    }
    case = replace(run.case, hashes={"data/dyads_yearly.csv": "ab" * 32})  # type: ignore[type-var]
    made = replace(run, case=case, provenance=given)
    rows = dict((f.name, f.value) for f in provenance(made, "not fitted"))
    assert rows["Command"] == "rivalry run my_case --out=out"
    assert rows["Threads"] == "all processors"
    assert rows["Time taken"] == "load 0.25 s"
    assert "SHA-256 of data/dyads_yearly.csv" in rows
    assert len(rows) == len(provenance(made, "not fitted"))
    assert "/home/me" not in render_report(made)
