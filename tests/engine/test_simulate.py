"""Ensembles: reproducible, thread-independent, conserving, and honest about faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rivalry.engine import Start, build_schedule, default_outputs, simulate
from rivalry.engine.codegen import state_names
from rivalry.foundation import RivalryError, parse_yaml
from rivalry.model import ModelSpec, build_model
from rivalry.model.spec import ScenarioSpec

PEOPLE = ["pool", "fighters[red]", "fighters[blue]", "prisoners"]


def test_same_seed_same_ensemble_for_any_number_of_threads(everything):
    one = simulate(everything, 130, seed=5, threads=1)
    two = simulate(everything, 130, seed=5, threads=2)
    assert one.identical(two)


def test_another_seed_differs(everything):
    assert not simulate(everything, 8, seed=5).identical(simulate(everything, 8, seed=6))


def test_longer_run_begins_with_the_shorter_one(everything):
    short, long = (simulate(everything, n, seed=3) for n in (10, 40))
    assert short.identical(long.isel(draw=slice(0, 10)))


def test_only_what_is_asked_is_written(everything):
    ds = simulate(everything, 3, outputs=["fighters", "capture"], observations=False)
    assert set(ds.data_vars) == {"fighters[red]", "fighters[blue]", "capture", "parameters"}
    assert ds["capture"].attrs == {"unit": "people/month", "kind": "flow", "label": "capture"}
    assert ds.sizes == {"draw": 3, "month": 24, "parameter": len(everything.parameters)}


def test_people_are_whole_and_never_negative(everything):
    ds = simulate(everything, 300, outputs=PEOPLE)
    for name in PEOPLE:
        values = ds[name].values
        assert (values >= 0).all()
        assert (values == np.floor(values)).all()


def test_people_are_accounted_for(everything):
    """What stocks gained equals entries minus exits, every month and draw."""
    names = [*PEOPLE, "arrive", "foreign", "killed[red]", "killed[blue]"]
    ds = simulate(everything, 50, outputs=names)
    total = sum(ds[n] for n in PEOPLE).diff("month")
    entries = ds["arrive"] + ds["foreign"] - ds["killed[red]"] - ds["killed[blue]"]
    expected = entries.isel(month=slice(1, None)).copy()
    august = np.datetime64("2013-08-01")
    expected.loc[{"month": august}] += 100  # the reinforcement comes from outside
    np.testing.assert_array_equal(total.values, expected.values)


def test_levels_stay_in_their_bounds(everything):
    morale = simulate(everything, 300)["morale"].values
    assert morale.min() >= 0
    assert morale.max() <= 1


def test_accumulators_set_back_with_their_period(everything):
    ds = simulate(everything, 20, outputs=["deaths_year", "deaths_non_state", "killed"])
    deaths = ds["killed[red]"] + ds["killed[blue]"]
    january = int(np.flatnonzero(ds["month"].values == np.datetime64("2014-01-01"))[0])
    np.testing.assert_array_equal(
        ds["deaths_year"].values[:, january : january + 12],
        deaths.values[:, january : january + 12].cumsum(axis=1),
    )
    before = ds["deaths_non_state"].values[:, :january]
    np.testing.assert_array_equal(before, deaths.values[:, :january])
    # from February 2014 the reds are a government and nothing is non-state any more
    assert (ds["deaths_non_state"].values[:, january + 1 :] == 0).all()


def test_shocks_act_once_and_on_their_month(everything):
    base = simulate(everything, 40, seed=2, keyed=True, outputs=["fighters", "pool"])
    free = simulate(
        everything, 40, seed=2, keyed=True, outputs=["fighters", "pool"], scenario="free"
    )
    gap = (base["fighters[red]"] - free["fighters[red]"]).values
    february = 11
    assert (gap[:, :february] == 0).all()
    # 200 people are moved; the rest of the gap is a month of recruiting and fighting
    assert np.median(gap[:, february]) == pytest.approx(-200, abs=15)


def test_hidden_parameters_are_drawn(everything):
    ds = simulate(everything, 500)
    start = ds["parameters"].sel(parameter="initial.fighters[red]").values
    assert np.log(start).mean() == pytest.approx(np.log(800), abs=0.05)
    assert "jailbreak.share" in ds["parameter"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"flows.leave.hazard": "a * (x - 50) / 1000"}, "R0801"),
        ({"flows.leave.hazard": "a * log(0 - x)"}, "R0802"),
        ({"levels.x.change": "a * x * x * x"}, "R0803"),
        ({"flows.leave.hazard": "a * exp(x * 30)"}, "R0804"),
        ({"observations.y.as": "poisson(mean=s / (x - x))"}, "R0809"),
        ({"observations.y.as": "negative_binomial(mean=s, size=0 - x)"}, "R0809"),
    ],
)
def test_broken_runs_say_what_when_and_how_many(change, code):
    data = parse_yaml(
        "rivalry: 1\ntitle: t\ntime: {start: 2013-01, end: 2016-12, substeps: 1}\n"
        "stocks: {s: {initial: 100}}\n"
        "levels: {x: {initial: 20, change: 'a * (2 - 0.1 * x)'}}\n"
        "parameters: {a: 0.1}\n"
        "flows: {leave: {from: s, hazard: 'a'}}\n"
        "observations: {y: {as: 'poisson(mean=s)'}}\n"
    ).data
    for place, text in change.items():
        section, name, field = place.split(".")
        data[section][name][field] = text
    model = build_model(ModelSpec.from_data(data))
    with pytest.raises(RivalryError) as caught:
        simulate(model, 20)
    problem = caught.value.problems[0]
    assert problem.code == code
    assert "of 20 draws" in problem.message
    assert "201" in problem.message  # the month


def test_unknown_outputs_and_scenarios_are_coded(everything):
    for call, code in (
        (lambda: simulate(everything, 2, outputs=["figthers"]), "R0807"),
        (lambda: simulate(everything, 2, scenario="hoot"), "R0805"),
        (lambda: simulate(everything, 0), "R0808"),
        (lambda: simulate(everything, 2, threads=0), "R0808"),
    ):
        with pytest.raises(RivalryError) as caught:
            call()
        assert caught.value.problems[0].code == code
        assert caught.value.exit_code == 2


def test_progress_counts_to_the_end(everything):
    seen = []
    simulate(everything, 100, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (100, 100)
    assert [d for d, _ in seen] == sorted(d for d, _ in seen)


# -- generated models ------------------------------------------------------------------------


@st.composite
def closed_models(draw):
    """Stocks connected by random hazards, nobody entering or leaving."""
    n = draw(st.integers(2, 5))
    stocks = {f"s{i}": {"initial": draw(st.integers(0, 3000))} for i in range(n)}
    flows = {}
    for k in range(draw(st.integers(1, 8))):
        a = draw(st.integers(0, n - 1))
        b = draw(st.integers(0, n - 1).filter(lambda x, a=a: x != a))
        c = draw(st.integers(0, n - 1))
        size = draw(st.sampled_from([0.0, 1e-12, 0.003, 0.4, 5.0, 200.0]))
        kind = draw(st.sampled_from(["hazard", "rate"]))
        flows[f"f{k}"] = {
            "from": f"s{a}", "to": f"s{b}", kind: f"{size} * ratio(s{c}, s{c} + 7) + {size}",
        }  # fmt: skip
    return {
        "rivalry": 1,
        "title": "closed",
        "time": {"start": "2013-01", "end": "2013-08", "substeps": draw(st.integers(1, 4))},
        "stocks": stocks,
        "flows": flows,
        "parameters": {"one": 1.0},
    }


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(closed_models())
def test_people_are_conserved_in_any_closed_model(data):
    # units are left undeclared on purpose: plain numbers meet people in these formulas
    for stock in data["stocks"].values():
        stock["unit"] = ""
    for flow in data["flows"].values():
        for kind in ("hazard", "rate"):
            if kind in flow:
                flow[kind] = f"per_month * ({flow[kind]})"
    data["parameters"] = {"per_month": {"value": 1.0, "unit": "1/month"}}
    model = build_model(ModelSpec.from_data(data))
    ds = simulate(model, 40, outputs=default_outputs(model))
    names = list(data["stocks"])
    total = sum(ds[n].values for n in names)
    assert (total == sum(s["initial"] for s in data["stocks"].values())).all()
    for n in names:
        assert (ds[n].values >= 0).all()
        assert (ds[n].values == np.floor(ds[n].values)).all()


def test_firing_a_shock_on_its_own_date_changes_nothing(everything):
    """A scenario rounds dates to substeps as the case does."""
    own = ScenarioSpec(without=["jailbreak"], fire={"jailbreak": "2014-05-20"})
    a = simulate(everything, 20, seed=2, keyed=True)
    b = simulate(everything, 20, seed=2, keyed=True, scenario=own)
    assert a.identical(b)


NAMES = """
rivalry: 1
title: Names that look like the kernel's own
time: {{start: 2013-01, end: 2013-12, substeps: 2}}
stocks: {{s: {{initial: 0}}}}
levels: {{wind_raw: {{initial: 5}}, clock: {{initial: 1}}}}
noise: {{tempo: {{kind: ar1, sd: 0, half_life: 2}}, gust: {{kind: gamma, variance: 1.0e-9}},
  wind: {{kind: ar1, sd: 0, half_life: 2}}}}
parameters:
  {{{name}: {{value: 100, unit: people/month}}, unused: 0}}
flows: {{come: {{to: s, rate: "{name} * tempo * gust * wind"}}}}
accumulators: {{got: {{count: come}}}}
"""


@pytest.mark.parametrize(
    "name",
    [
        *("tempo_sd", "tempo_phi", "tempo_move", "tempo_raw", "gust_shape"),
        *("h_come", "total_come", "new_clock", "rest_s", "left_s", "start_s"),
        *("rs", "draw", "t", "k", "err", "out", "moved", "z"),
    ],
)
def test_no_name_of_a_case_meets_a_name_of_the_kernel(name):
    """Noise of spread 0 is a factor of 1, so a hundred people come a month, whatever the name."""
    model = build_model(ModelSpec.from_data(parse_yaml(NAMES.format(name=name)).data))
    came = simulate(model, 50, outputs=["got"])["got"].values
    assert came.mean() == pytest.approx(100, abs=3)


def test_a_dated_shock_acts_once():
    model = build_model(
        ModelSpec.from_data(
            parse_yaml(
                "rivalry: 1\ntitle: t\ntime: {start: 2013-01, end: 2014-12, substeps: 3}\n"
                "stocks: {s: {initial: 10}}\nshocks: {gift: {date: 2013-06-20, add: {s: 5}}}\n"
            ).data
        )
    )
    s = simulate(model, 3, outputs=["s"])["s"].values
    assert (s[:, :5] == 10).all()
    assert (s[:, 5:] == 15).all()


@pytest.mark.parametrize(
    "initial",
    ["sqrt(a) * 100", "max(0, log(a))", "min(1, sqrt(a))", "max(log(a), 0)", "floor(log(a))"],
)
def test_a_start_that_is_no_number_is_never_zero_people(initial):
    text = (
        "rivalry: 1\ntitle: t\ntime: {start: 2013-01, end: 2013-03}\n"
        f"stocks: {{s: {{initial: '{initial}', unit: ''}}}}\nparameters: {{a: -1}}\n"
    )
    model = build_model(ModelSpec.from_data(parse_yaml(text).data))
    with pytest.raises(RivalryError) as caught:
        simulate(model, 2)
    assert caught.value.problems[0].code == "R0803"


def test_a_lasting_shock_fired_elsewhere_lasts_as_long(everything):
    own = build_schedule(everything)
    index = [s.name for s in everything.shocks].index("lull")
    moved = build_schedule(everything, ScenarioSpec(fire={"lull": "2013-05"}))
    assert own.fire[:, index].sum() == moved.fire[:, index].sum() == 3
    assert list(np.flatnonzero(moved.fire[:, index])) == [2, 3, 4]


@pytest.mark.parametrize(
    "wrong",
    [
        {"set": {"lever": 1.0}, "scale": {"lever": 2.0}},
        {"set": {"lever": float("nan")}},
        {"fire": {"raid": "2031-01"}},
        {"fire": {"raid": "soon"}},
        {"set": {"join": 1.0}},
    ],
)
def test_scenarios_made_at_run_time_are_checked(everything, wrong):
    with pytest.raises(RivalryError) as caught:
        build_schedule(everything, ScenarioSpec(**wrong))
    assert caught.value.problems[0].code == "R0806"


def test_a_year_that_began_before_the_model_is_not_drawn():
    """The sum of its months is not the year's; a stock at its end is."""
    text = (
        "rivalry: 1\ntitle: t\ntime: {start: 2013-04, end: 2015-12, substeps: 1}\n"
        "stocks: {s: {initial: 9}}\nflows: {come: {to: s, rate: pace}}\n"
        "parameters: {pace: {value: 5, unit: people/month}}\n"
        "accumulators: {year: {count: come, every: year}}\n"
        "observations:\n"
        "  total: {every: year, unit: people, as: poisson(mean=year)}\n"
        "  end: {every: year, unit: people, as: poisson(mean=s)}\n"
    )
    ds = simulate(build_model(ModelSpec.from_data(parse_yaml(text).data)), 3)
    total, end = (np.flatnonzero(~np.isnan(ds[f"y:{n}"].values[0])) for n in ("total", "end"))
    assert total.tolist() == [20, 32]
    assert end.tolist() == [8, 20, 32]


def _states_at(model, ensemble, t):
    """States at the end of a month, as the engine keeps them."""
    logs = {n.name for n in model.noise if n.kind == "ar1" and n.log}
    columns = [ensemble[n].values[:, t] for n in state_names(model)]
    named = zip(state_names(model), columns, strict=True)
    return np.column_stack([np.log(x) if n in logs else x for n, x in named])


def test_a_run_that_goes_on_from_a_month_is_the_run_itself(everything):
    """With keyed numbers a month's draws do not depend on where the run began."""
    names = list(everything.recordable)
    whole = simulate(everything, 20, seed=3, keyed=True, outputs=names)
    after = everything.months[9]
    rest = simulate(
        everything,
        seed=3,
        keyed=True,
        outputs=names,
        parameters=whole["parameters"].values,
        start=Start(after, _states_at(everything, whole, 9)),
        until=everything.months[20],
    )
    assert list(rest["month"].values) == list(whole["month"].values[10:21])
    for name in [*names, *(f"y:{o.name}" for o in everything.observations)]:
        np.testing.assert_allclose(
            rest[name].values, whole[name].values[:, 10:21], rtol=1e-9, err_msg=name
        )


def test_a_run_ends_where_it_is_told(everything):
    month = everything.months[6]
    short = simulate(everything, 5, seed=3, until=month)
    whole = simulate(everything, 5, seed=3)
    assert short.sizes["month"] == 7
    for name in default_outputs(everything):
        np.testing.assert_array_equal(short[name].values, whole[name].values[:, :7])


def test_months_outside_the_model_are_refused(everything):
    with pytest.raises(RivalryError) as caught:
        simulate(everything, 2, until=everything.time.end + 1)
    assert caught.value.problems[0].code == "R0808"
    last = Start(everything.time.end, np.zeros((2, len(state_names(everything)))))
    with pytest.raises(RivalryError) as caught:
        simulate(everything, 2, start=last)
    assert caught.value.problems[0].code == "R0808"


def test_states_of_another_shape_are_refused(everything):
    with pytest.raises(ValueError, match="do not fit"):
        simulate(everything, 2, start=Start(everything.months[3], np.zeros((2, 1))))
