"""The record of past forecasts: what it keeps of an evaluation, and when it no longer holds."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rivalry.engine import RESULTS_VERSION
from rivalry.forecast import (
    CASE_PARTICLES,
    changed_since,
    evaluate_case,
    inside,
    make_record,
    read_record,
    record_path,
    renew_command,
    summarise_record,
    write_record,
)
from rivalry.foundation import Month, RivalryError
from rivalry.inference import OnlineSettings, case_digest, data_digest

ORIGINS = [Month.parse("2014-01"), Month.parse("2014-06")]
SETTINGS = OnlineSettings(1, 600, 100)


@pytest.fixture(scope="module")
def found(little):
    return evaluate_case(
        little, ORIGINS, [1, 3], ("case", "tempo_only", "last"), n_draws=64, settings=SETTINGS
    )


@pytest.fixture(scope="module")
def record(little, found):
    return make_record(
        little, found, policy="What it knew.", made="2026-11-01T10:00:00+00:00",
        command="rivalry evaluate little --keep",
    )  # fmt: skip


@pytest.fixture
def file(record, tmp_path):
    write_record(record, tmp_path / "record.parquet")
    return tmp_path / "record.parquet"


def code(path):
    with pytest.raises(RivalryError) as caught:
        read_record(path)
    assert caught.value.problems[0].file == str(path)
    return caught.value.problems[0].code


def test_it_keeps_a_row_a_series_origin_and_step(little, found, record):
    table = record.table
    assert len(table) == 2 * 2 * 2
    row = table.set_index(["series", "origin", "step"]).loc["deaths", "2014-06", 3]
    assert row["month"] == "2014-09"
    data = next(o.data for o in little.observations if o.name == "deaths")
    assert row["observed"] == data[12 + 8]
    long = found.table
    one = long[(long["unit"] == "deaths") & (long["origin"] == ORIGINS[1].views_id)]
    by_model = one[one["step"] == 3].set_index("model")
    assert row["crps"] == by_model.loc["case", "crps"]
    assert row["crps_tempo_only"] == by_model.loc["tempo_only", "crps"]
    assert np.isnan(row["crps_conflictology"])
    for name in ("low_90", "median", "high_90"):
        assert row[name] == by_model.loc["case", name]
    assert row["low_90"] <= row["median"] <= row["high_90"]


def test_the_scores_table_has_the_ends_that_coverage_judges(found):
    long = found.table
    held = (long["low_90"] <= long["observed"]) & (long["observed"] <= long["high_90"])
    assert (held == long["covered_90"].astype(bool)).all()
    assert held.any()


def test_a_written_record_reads_the_same(little, record, file):
    again = read_record(file)
    pd.testing.assert_frame_equal(again.table, record.table)
    assert replace(again, table=record.table) == record
    assert (again.case_digest, again.data_digest) == (case_digest(little), data_digest(little))
    assert again.results_version == RESULTS_VERSION
    assert again.origins == tuple(ORIGINS)
    assert (again.steps, again.draws, again.seed) == ((1, 3), 64, 1)
    given = pq.read_schema(file).metadata
    assert given[b"rivalry.policy"] == b"What it knew."
    assert given[b"rivalry.command"] == b"rivalry evaluate little --keep"


def test_the_summary_by_hand():
    table = pd.DataFrame(
        {
            "series": ["a", "a", "a", "b"], "step": [1, 2, 6, 1],
            "observed": [5.0, 0.0, 9.0, 3.0], "low_90": [1.0, 0.0, 1.0, 4.0],
            "high_90": [5.0, 2.0, 8.0, 6.0], "crps": [1.0, 2.0, 6.0, 1.5],
            "crps_conflictology": [2.0, 2.0, 5.0, np.nan], "crps_tempo_only": [1.0, 1.0, 4.0, 1.0],
        }
    )  # fmt: skip
    assert inside(table).tolist() == [True, True, False, False]
    found = summarise_record(table)
    assert found["a"]["all"] == {
        "n": 3, "crps": 3.0, "crps_conflictology": 3.0, "crps_tempo_only": 2.0,
        "inside_90": pytest.approx(2 / 3),
    }  # fmt: skip
    assert (found["a"]["1..3"]["n"], found["a"]["1..3"]["crps"]) == (2, 1.5)
    assert found["b"]["all"]["crps_conflictology"] is None
    assert found["b"]["all"]["inside_90"] == 0


def test_it_holds_for_the_case_it_was_made_of(little, record):
    assert changed_since(record, little) == ()


def test_it_says_what_has_changed_since(little, record):
    shorter = replace(little, time=replace(little.time, substeps=3))
    assert [w.split()[1] for w in changed_since(record, shorter)] == ["case"]
    observations = tuple(replace(o, data=o.data + 1) for o in little.observations)
    other = replace(little, observations=observations)
    assert [w.split()[1] for w in changed_since(record, other)] == ["data"]
    older = replace(record, results_version=RESULTS_VERSION - 1)
    assert [w.split()[1] for w in changed_since(older, little)] == ["engine"]


def test_the_command_that_makes_it_again(record):
    assert renew_command(record, "my case") == (
        "rivalry evaluate 'my case' --origins 2014-01..2014-06 --every 5 --steps 1,3 --draws 64 "
        "--particles 600 --keep"
    )
    assert renew_command(None, "x") == "rivalry evaluate x --keep"
    uneven = record.table.assign(origin=["2014-01", "2014-02", "2014-04", "2014-01"] * 2)
    usual = replace(record, table=uneven, steps=tuple(range(1, 13)), draws=1000, seed=4)
    usual = replace(usual, particles=CASE_PARTICLES)
    assert renew_command(usual, "x") == (
        "rivalry evaluate x --origins 2014-01,2014-02,2014-04 --seed 4 --keep"
    )


def test_it_lies_beside_the_case_file(tmp_path):
    case = SimpleNamespace(folder=tmp_path, file=tmp_path / "case.yaml")
    assert record_path(case) == tmp_path / "record.parquet"
    case.file = tmp_path / "other.yaml"
    assert record_path(case) == tmp_path / "other.record.parquet"


def test_a_file_cut_off_is_refused(file):
    file.write_bytes(file.read_bytes()[:-40])
    assert code(file) == "R1062"


def test_a_changed_byte_is_refused(file):
    raw = bytearray(file.read_bytes())
    raw[40] ^= 0xFF
    file.write_bytes(raw)
    assert code(file) == "R1062"


def test_text_and_other_tables_are_refused(tmp_path):
    (tmp_path / "a").write_text("series,origin\n")
    assert code(tmp_path / "a") == "R1062"
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "b")
    assert code(tmp_path / "b") == "R1062"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("month", "2014-12"),
        ("observed", np.nan),
        ("low_90", 1e9),
        ("crps", -1.0),
        ("origin", "sometime"),
        ("step", "one"),
    ],
)
def test_nonsense_in_the_table_is_refused(record, tmp_path, column, value):
    table = record.table.copy()
    table[column] = [value, *table[column].astype(object)[1:]]
    if column == "step":
        table[column] = table[column].astype(str)
    write_record(replace(record, table=table), tmp_path / "r.parquet")
    assert code(tmp_path / "r.parquet") == "R1062"


def test_a_row_twice_is_refused(record, tmp_path):
    twice = pd.concat([record.table, record.table.iloc[:1]])
    write_record(replace(record, table=twice), tmp_path / "r.parquet")
    assert code(tmp_path / "r.parquet") == "R1062"


def test_a_record_of_a_later_form_is_refused(file):
    table = pq.read_table(file)
    changed = {**table.schema.metadata, b"rivalry.form": b"2"}
    assert pa.types.is_string(table.schema.field("series").type)
    pq.write_table(table.replace_schema_metadata(changed), file)
    assert code(file) == "R1062"


def test_a_missing_file_is_r0101(tmp_path):
    assert code(tmp_path / "none.parquet") == "R0101"


def test_a_record_says_how_many_particles_learned(record, file, tmp_path):
    assert record.particles == SETTINGS.particles == read_record(file).particles
    assert pq.read_schema(file).metadata[b"rivalry.particles"] == b"600"
    assert "--particles 600" in renew_command(record, "little")


def test_a_record_of_an_earlier_release_does_not_say(record, tmp_path):
    write_record(replace(record, particles=None), tmp_path / "old.parquet")
    old = read_record(tmp_path / "old.parquet")
    assert old.particles is None
    assert "--particles" not in renew_command(old, "little")
