"""The layout of the ViEWS challenge, written whole and read back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from rivalry.forecast import Draws, SubmissionDetails, baseline, read_views, write_views
from rivalry.foundation import Month, RivalryError

DETAILS = SubmissionDetails("team", "A title", "short", [("A. Name", "A place")], "a@example.org")


@pytest.fixture
def draws(panel) -> Draws:
    return baseline("last")(panel, "2019-10", range(3, 15), n_draws=20, seed=4)


def code(call, *args, **kwargs) -> str:
    with pytest.raises(RivalryError) as caught:
        call(*args, **kwargs)
    return caught.value.problems[0].code


def test_the_file_lies_where_the_challenge_wants_it(draws, tmp_path):
    (path,) = write_views(draws, tmp_path, details=DETAILS)
    assert path == tmp_path / "cm" / "window=Y2020" / "last_cm_2020.parquet"
    schema = pq.read_schema(path)
    assert schema.names == ["month_id", "country_id", "draw", "outcome"]
    assert {str(t) for t in schema.types} == {"int32"}
    frame = pd.read_parquet(path)
    assert frame["month_id"].unique().tolist() == list(range(481, 493))
    assert len(frame) == 12 * 3 * 20
    whole = pd.read_parquet(tmp_path / "cm")
    assert set(whole["window"]) == {"Y2020"}
    details = YAML(typ="safe").load((tmp_path / "submission_details.yml").read_text())
    assert details == {
        "team": "team", "short_title": "A title", "even_shorter_identifier": "short",
        "authors": [{"name": "A. Name", "affil": "A place"}], "contact": "a@example.org",
    }  # fmt: skip


def test_what_was_written_is_read_back(draws, tmp_path):
    (path,) = write_views(draws, tmp_path)
    for place in (path, path.parent):
        back = read_views(place)
        np.testing.assert_array_equal(back.array, draws.array)
        np.testing.assert_array_equal(back.units, draws.units)
        for name in ("origin", "steps", "unit", "target", "model", "seed"):
            assert getattr(back, name) == getattr(draws, name), name


def test_years_are_windows_unless_one_is_named(panel, tmp_path):
    draws = baseline("last")(panel, "2019-10", range(1, 13), n_draws=2)
    paths = write_views(draws, tmp_path)
    assert [p.parent.name for p in paths] == ["window=Y2019", "window=Y2020"]
    assert read_views(paths[1]).steps == tuple(range(3, 13))
    (path,) = write_views(draws, tmp_path / "b", window="Y2024")
    assert path.parent.name == "window=Y2024"
    assert read_views(path).steps == draws.steps


def test_a_failed_write_leaves_the_old_file_and_no_half(draws, tmp_path, monkeypatch):
    (path,) = write_views(draws, tmp_path)
    before = path.read_bytes()

    def fail(table, stream, **options):
        stream.write(b"PAR1 half")
        raise RuntimeError("power cut")

    monkeypatch.setattr(pq, "write_table", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        write_views(replace(draws, array=draws.array + 1), tmp_path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_other_peoples_files_have_no_origin_and_other_orders(tmp_path):
    frame = pd.DataFrame(
        [(494, 2, 1, 8), (493, 2, 0, 5), (493, 2, 1, 6), (494, 2, 0, 7)],
        columns=["month_id", "country_id", "draw", "outcome"],
    )
    frame.astype({"outcome": float}).set_index(["month_id", "country_id", "draw"]).to_parquet(
        tmp_path / "theirs.parquet"
    )
    back = read_views(tmp_path / "theirs.parquet")
    assert back.array.tolist() == [[[5, 6], [7, 8]]]
    assert (back.origin, back.steps, back.model) == (Month.of(2020, 10), (3, 4), "theirs")
    assert read_views(tmp_path / "theirs.parquet", origin=Month.of(2020, 12)).steps == (1, 2)


def test_a_cell_of_the_grid(panel, tmp_path):
    draws = baseline("last")(replace(panel, unit="priogrid_gid"), "2019-10", [3], n_draws=2)
    (path,) = write_views(draws, tmp_path)
    assert path.parent.parent.name == "pgm"
    assert read_views(path).unit == "priogrid_gid"


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.rename(columns={"outcome": "prediction"}),
        lambda f: f.drop(columns="country_id"),
        lambda f: f.iloc[1:],
        lambda f: f.iloc[:0],
        lambda f: pd.concat([f, f.iloc[:1]]),
        lambda f: pd.concat([f.iloc[1:], f.iloc[-1:]]),
        lambda f: f.assign(outcome=-1),
        lambda f: f.assign(outcome=f["outcome"] + 0.5),
        lambda f: f.assign(outcome=f["outcome"].where(f["draw"] > 0)),
        lambda f: f.assign(outcome=2**31),
    ],
)
def test_files_that_do_not_fit_are_faults(draws, tmp_path, change):
    change(draws.frame()).to_parquet(tmp_path / "bad.parquet")
    assert code(read_views, tmp_path / "bad.parquet") == "R1020"


def test_other_faults(draws, tmp_path):
    (tmp_path / "no.parquet").write_bytes(b"not parquet")
    assert code(read_views, tmp_path / "no.parquet") == "R1001"
    assert code(read_views, tmp_path / "none.parquet") == "R0101"
    (tmp_path / "empty").mkdir()
    assert code(read_views, tmp_path / "empty") == "R1020"
    assert code(write_views, replace(draws, unit="iso3"), tmp_path) == "R1020"
    named = replace(draws, units=np.array(["a", "b", "c"]))
    assert code(write_views, named, tmp_path) == "R1020"
    assert code(write_views, draws, tmp_path, window="2021") == "R1020"
    for change in ({"contact": "nobody"}, {"team": " "}, {"authors": []}):
        assert code(write_views, draws, tmp_path, details=replace(DETAILS, **change)) == "R1020"
    (tmp_path / "file").write_text("")
    assert code(write_views, draws, tmp_path / "file") == "R0105"
