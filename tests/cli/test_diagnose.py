"""``rivalry diagnose``: on a real, short fit of the two groups."""

from __future__ import annotations

import arviz as az
import pytest
import xarray as xr


@pytest.fixture(scope="module")
def settled(tmp_path_factory):
    """A file of independent draws, which ArviZ wrote and no chain made."""
    import numpy as np

    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("settled") / "settled.nc"
    draws = {"x": rng.normal(size=(4, 1000)), "y": rng.normal(size=(4, 1000))}
    prior = {k: rng.normal(0, 3, size=(1, 1000)) for k in draws}
    az.from_dict(posterior=draws, prior=prior).to_netcdf(str(path), engine="h5netcdf")
    return path


def test_the_answer_for_a_program(call, short_fit, open_two_groups):
    answer = call("diagnose", short_fit, "--case", open_two_groups, "--repeats", 6, "--json")
    assert answer.code == 0, answer.err
    found = answer.json()
    assert found["scores"] == "exact"
    assert not found["settled"]
    assert found["warnings"][0]["code"] == "R0825"
    names = {p["name"] for p in found["parameters"]}
    assert names == {"a_aim", "b_aim", "return_rate", "reported"}
    by_name = {p["name"]: p for p in found["parameters"]}
    assert by_name["reported"]["moved"]
    # 120 months of one series say nothing of how fast people come home
    assert not by_name["return_rate"]["moved"]
    assert len(found["acceptance"]) == 2
    assert found["likelihood"]["particles"] == 60
    assert found["likelihood"]["repeats"] == 6
    assert found["likelihood"]["sd"] > 0
    assert found["likelihood"]["where"] == "the posterior mean"
    assert any("reported" in p["names"] for p in found["pairs"])
    assert len(found["directions"]) == 4
    (series,) = found["series"]
    assert series["name"] == "events"
    assert series["cover90"] == series["inside90"] / 120
    assert len(series["pit"]) == 10


def test_the_answer_for_people(call, short_fit, open_two_groups):
    answer = call("diagnose", short_fit, "--case", open_two_groups, "--repeats", 0)
    assert answer.code == 0
    for part in ("moved it", "say little", "R-hat", "tail ESS", "Proposals accepted",
                 "Not told apart", "Log-likelihood at 100 draws", "in 90%"):  # fmt: skip
        assert part in answer.out
    assert "R0825" in answer.err


def test_without_the_case_ranks_stand_in_for_its_priors(call, short_fit, open_two_groups):
    exact = call("diagnose", short_fit, "--case", open_two_groups, "--repeats", 0, "--json").json()
    ranks = call("diagnose", short_fit, "--json").json()
    assert ranks["scores"] == "ranks"
    assert ranks["likelihood"]["where"] == "100 draws of the posterior"
    assert [s["inside90"] for s in ranks["series"]] == [s["inside90"] for s in exact["series"]]
    for a, b in zip(exact["directions"], ranks["directions"], strict=True):
        assert a["contraction"] == pytest.approx(b["contraction"], abs=0.15)


def test_strict_ends_with_1_where_chains_have_not_settled(call, short_fit, settled):
    assert call("diagnose", short_fit, "--strict", "--quiet").code == 1
    answer = call("diagnose", settled, "--strict", "--json")
    assert answer.code == 0
    assert answer.json()["settled"]
    assert answer.json()["warnings"] == []


def test_a_file_with_draws_alone_leaves_parts_out_in_words(call, settled):
    answer = call("diagnose", settled, "--quiet")
    assert answer.code == 0
    assert "no posterior predictive draws" in answer.out
    assert "does not say which proposals were accepted" in answer.out
    assert "was not measured" in answer.out
    assert answer.err == ""


def test_the_case_of_another_fit_is_refused(call, settled):
    answer = call("diagnose", settled, "--case", "two_groups")
    assert answer.code == 2
    assert "R0835" in answer.err


def test_a_file_that_is_no_posterior_is_refused(call, tmp_path):
    text = tmp_path / "posterior.nc"
    text.write_text("month,y\n")
    answer = call("diagnose", text)
    assert answer.code == 1
    assert "R0826" in answer.err
    xr.Dataset({"x": ("month", [1.0])}).to_netcdf(tmp_path / "e.nc", engine="h5netcdf")
    assert "R0826" in call("diagnose", tmp_path / "e.nc").err
    assert "R0101" in call("diagnose", tmp_path / "absent.nc").err


def test_a_page_is_written_whole(call, short_fit, tmp_path):
    page = tmp_path / "fit.html"
    answer = call("diagnose", short_fit, "--out", page, "--json")
    assert answer.json()["page"] == str(page)
    text = page.read_text()
    assert "What the fit found" in text
    assert "Tempo of the war" in text
    assert text.rstrip().endswith("</html>")
