"""Rolling origins: what they see, where they run, what is kept, and the tables made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rivalry.forecast import (
    Panel,
    auto_forecast,
    evaluate_panel,
    forecaster,
    open_panel,
    paired_difference,
    score,
    summarise,
    tabulate,
)
from rivalry.foundation import Month, RivalryError

ORIGINS = ("2020-01", "2020-05")
STEPS = (1, 3)
MODELS = ("auto", "conflictology", "local_level")


def evaluate(panel, **changed):
    options = {"n_draws": 60, "threads": 1} | changed
    origins = options.pop("origins", ORIGINS)
    models = options.pop("models", MODELS)
    return evaluate_panel(panel, origins, options.pop("steps", STEPS), models, **options)


@pytest.fixture(scope="module")
def wide() -> Panel:
    """Twelve units over four years, some quiet."""
    rng = np.random.default_rng(11)
    level = np.repeat([0.0, 0.2, 4.0, 60.0], 3)[:, None]
    counts = rng.negative_binomial(1, 1 / (1 + level), size=(12, 48)).astype(float)
    return Panel(np.arange(12), np.arange(445, 493), counts, "country_id", "ged_sb")


def test_the_table_holds_the_scores_of_each_forecast(panel):
    found = evaluate(panel)
    assert len(found.table) == len(MODELS) * len(ORIGINS) * len(STEPS) * len(panel)
    draws = auto_forecast(panel, "2020-05", STEPS, n_draws=60, seed=1)
    alone = score(draws, panel, seed=1)
    same = found.table[(found.table["model"] == "auto") & (found.table["origin"] == 485)]
    pd.testing.assert_frame_equal(same.reset_index(drop=True), alone)


def test_what_came_later_changes_no_forecast(panel):
    """Only the outcomes may: their scores are made of the true panel."""
    before = panel.until("2020-05")
    counts = np.array(panel.counts)
    counts[:, 29:] = 1e6
    changed = Panel(panel.units, panel.months, counts, panel.unit, panel.target)
    a = evaluate(panel, origins=("2020-05",)).table
    b = evaluate(changed, origins=("2020-05",)).table
    assert len(before.months) == 29
    pd.testing.assert_series_equal(a["mean"], b["mean"])
    assert (b["observed"] == 1e6).all()


def test_threads_change_nothing(panel):
    pd.testing.assert_frame_equal(evaluate(panel).table, evaluate(panel, threads=2).table)


@pytest.fixture(scope="module")
def cluster():
    """Two workers, started once: it takes seconds."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
    ) as found:  # fmt: skip
        yield found.scheduler_address


def test_dask_scores_the_same(panel, cluster):
    here = evaluate(panel, models=("auto", "last"))
    there = evaluate(panel, models=("auto", "last"), scheduler=cluster)
    pd.testing.assert_frame_equal(here.table, there.table)


def test_dask_draws_the_same_draw_for_draw(panel, cluster):
    from rivalry.cli._forecast_panel import forecast_models

    words = (panel, Month.parse("2020-06"), (1, 2, 5), ("auto", "local_level", "last"), 70, 4)
    here, there = forecast_models(*words, 2, None), forecast_models(*words, None, cluster)
    for name, draws in here.items():
        assert np.array_equal(draws.array, there[name].array), name
        assert np.array_equal(
            draws.array, forecaster(name)(panel, "2020-06", (1, 2, 5), n_draws=70, seed=4).array
        )


def test_a_stopped_evaluation_goes_on_to_the_same_table(panel, tmp_path, monkeypatch):
    import rivalry.forecast._evaluate as module

    whole = evaluate(panel)
    kept = tmp_path / "kept"
    monkeypatch.setattr(module, "_STRETCH", 1)
    calls = []
    work = module.score_piece

    def counted(*words):
        calls.append(words[1])
        if len(calls) == 4:
            raise KeyboardInterrupt
        return work(*words)

    monkeypatch.setattr(module, "score_piece", counted)
    with pytest.raises(KeyboardInterrupt):
        evaluate(panel, checkpoint=kept)
    assert len(list(kept.glob("*.piece.parquet"))) == 3
    found = evaluate(panel, checkpoint=kept, resume=True)
    assert found.taken_up == 3
    assert len(calls) == 4 + len(MODELS) * len(ORIGINS) - 3
    pd.testing.assert_frame_equal(found.table, whole.table)
    # and on to more origins and models, from what there is
    more = evaluate(
        panel, checkpoint=kept, resume=True, origins=(*ORIGINS, "2020-06"), models=(*MODELS, "zero")
    )
    assert more.taken_up == 6
    assert set(more.table["model"]) == {*MODELS, "zero"}


def test_a_broken_piece_is_made_anew_and_said(panel, tmp_path):
    whole = evaluate(panel, checkpoint=tmp_path)
    pieces = sorted(tmp_path.glob("*.piece.parquet"))
    pieces[0].write_bytes(pieces[0].read_bytes()[:200])
    pieces[1].write_bytes(pieces[2].read_bytes())  # whole, but of another origin or model
    found = evaluate(panel, checkpoint=tmp_path, resume=True)
    assert [p.code for p in found.remarks] == ["R1046", "R1046"]
    assert found.taken_up == len(pieces) - 2
    pd.testing.assert_frame_equal(found.table, whole.table)


@pytest.mark.parametrize("change", [{"n_draws": 61}, {"steps": (1, 2)}, {"panel": True}])
def test_pieces_of_another_evaluation_are_refused(panel, tmp_path, change):
    evaluate(panel, checkpoint=tmp_path)
    change = dict(change)
    if change.pop("panel", None):
        counts = np.array(panel.counts)
        counts[0, 0] += 1
        panel = Panel(panel.units, panel.months, counts, panel.unit, panel.target)
    with pytest.raises(RivalryError) as caught:
        evaluate(panel, checkpoint=tmp_path, resume=True, **change)
    assert caught.value.problems[0].code == "R1044"


def test_without_resume_old_pieces_are_removed_and_nothing_else(panel, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    evaluate(panel, checkpoint=tmp_path)
    evaluate(panel, checkpoint=tmp_path, models=("zero",), n_draws=5)
    assert len(list(tmp_path.glob("*.piece.parquet"))) == 2
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_nothing_to_resume(panel, tmp_path):
    with pytest.raises(RivalryError) as caught:
        evaluate(panel, checkpoint=tmp_path / "none", resume=True)
    assert caught.value.problems[0].code == "R1045"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"origins": ("2017-12",)}, "R1013"),
        ({"origins": ("2020-12",)}, "R1018"),
        ({"origins": ("2020-11",), "steps": (2, 3)}, "R1018"),
        ({"origins": ("May 2020",)}, "R1011"),
        ({"steps": (3, 1)}, "R1015"),
        ({"models": ("auto", "autto")}, "R1040"),
    ],
)
def test_faults_come_before_the_work(panel, changed, code):
    with pytest.raises(RivalryError) as caught:
        evaluate(panel, **changed)
    assert caught.value.problems[0].code == code


def test_steps_beyond_the_end_are_not_scored(panel):
    found = evaluate(panel, origins=("2020-11",), models=("last",))
    assert set(found.table["step"]) == {1}


def test_seeds_show_their_spread(panel):
    found = evaluate(panel, seeds=(1, 2, 3), models=("conflictology", "last"))
    assert len(found.repeats) == 2
    spread = found.seed_spread()
    means = [t[t["model"] == "last"]["crps"].mean() for t in (found.table, *found.repeats)]
    assert spread["last"] == pytest.approx(np.std(means, ddof=1))
    assert spread["conflictology"] < 1e-9  # 60 draws give each of 12 months 5 times
    assert np.isnan(evaluate(panel, models=("last",)).seed_spread()["last"])


def test_a_wrong_model_names_the_nearest():
    with pytest.raises(RivalryError, match="local_level"):
        forecaster("locallevel")
    assert forecaster("conflictology_24") is not forecaster("conflictology")


@pytest.fixture(scope="module")
def tables(wide):
    found = evaluate(wide, steps=(1, 2, 6), origins=("2019-06", "2019-12", "2020-06"), n_draws=200)
    return found, tabulate(found.table, found.models, resamples=200)


def test_tables_are_means_of_the_long_one(tables):
    found, t = tables
    assert t.reference == "conflictology"
    assert list(dict.fromkeys(t.scores["model"])) == list(MODELS)
    plain = summarise(found.table).set_index(["model", "months"])
    ours = t.scores.set_index(["model", "months"])
    pd.testing.assert_frame_equal(ours.sort_index(), plain.sort_index())
    row = t.by_step[(t.by_step["model"] == "auto") & (t.by_step["months"] == "all")].iloc[-1]
    at = found.table[found.table["step"] == 6]
    mean = at.groupby("model")["crps"].mean()
    assert row["crps"] == pytest.approx(mean["auto"])
    assert row["crps_skill"] == pytest.approx(1 - mean["auto"] / mean["conflictology"])
    assert set(t.by_year["year"]) == {2019, 2020}
    assert t.by_unit["unit"].nunique() == 12


def test_differences_are_those_of_the_paired_bootstrap(tables):
    found, t = tables
    expected = paired_difference(
        found.table, "auto", "conflictology", cluster="both", resamples=200
    )
    row = t.difference("conflictology")
    assert row is not None
    assert (row["mean"], row["low"], row["high"]) == (expected.mean, expected.low, expected.high)
    later = t.difference("local_level", step=6, months="violent")
    assert later is not None
    assert later["n"] == ((found.table["step"] == 6) & (found.table["observed"] >= 1)).sum() / 3
    assert t.difference("auto") is None


def test_probabilities_come_back_from_brier_scores(wide):
    """The reliability table needs them, and the long table holds none."""
    draws = auto_forecast(wide, "2020-06", (1, 2), n_draws=200)
    table = score(draws, wide)
    found = tabulate(table, ("auto",)).reliability
    said = draws.probability(25).reshape(-1)
    truth = wide.actuals("2020-06", (1, 2)).reshape(-1) >= 25
    rows = found[found["at_least"] == 25]
    assert rows["n"].sum() == len(said)
    assert np.average(rows["forecast"], weights=rows["n"]) == pytest.approx(said.mean())
    assert np.average(rows["observed"], weights=rows["n"]) == pytest.approx(truth.mean())
    low = rows[rows["bin"] == "0.0 to 0.1"].iloc[0]
    assert low["forecast"] == pytest.approx(said[said < 0.1 - 1e-12].mean())


def test_a_record_without_violence_has_no_violent_rows_to_compare():
    quiet = Panel(np.arange(3), np.arange(457, 493), np.zeros((3, 36)), "u", "d")
    t = tabulate(evaluate(quiet, models=("auto", "conflictology")).table, resamples=50)
    assert set(t.differences["months"]) == {"all"}
    assert (t.pit["months"] == "all").all()
    # conflictology is exact here, and a skill against 0 is no number
    assert t.by_step.loc[t.by_step["model"] == "auto", "crps_skill"].isna().all()


@pytest.mark.parametrize(
    ("header", "row", "named", "columns"),
    [
        ("month_id,country_id,ged_sb", "{m},1,5", {}, ("country_id", "ged_sb")),
        ("month,iso3,deaths", "{d},AFG,5", {}, ("iso3", "deaths")),
        ("date,name,deaths", "{d},Kabul,5", {}, ("name", "deaths")),
        ("month_id,where,a,b", "{m},x,5,6", {"target": "b"}, ("where", "b")),
        ("ym,place,n", "{d},x,5", {"month": "ym"}, ("place", "n")),
    ],
)
def test_columns_are_guessed_where_there_is_one(tmp_path, header, row, named, columns):
    file = tmp_path / "p.csv"
    rows = [row.format(m=457 + i, d=str(Month.from_views(457 + i))) for i in range(3)]
    file.write_text("\n".join([header, *rows]) + "\n")
    panel = open_panel(file, **named)
    assert (panel.unit, panel.target) == columns
    assert panel.counts.shape == (1, 3)


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("month_id,iso3,events,deaths", "457,AFG,5,6", "events, deaths"),
        ("month_id,iso3,gwno,deaths", "457,AFG,700,6", "iso3, gwno"),
        ("when,iso3,deaths", "2018-01,AFG,6", "months"),
    ],
)
def test_columns_that_are_not_plain_are_named(tmp_path, header, row, says):
    file = tmp_path / "p.csv"
    file.write_text(f"{header}\n{row}\n")
    with pytest.raises(RivalryError, match=says) as caught:
        open_panel(file)
    assert caught.value.problems[0].code == "R1042"
    assert caught.value.exit_code == 2
