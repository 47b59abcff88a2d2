"""Countries, projection and placement."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib import resources

import pytest

from rivalry.evidence import Ledger
from rivalry.foundation import RivalryError
from rivalry.report import Options, ReportInput
from rivalry.report._map import Projection, clip, countries, holds, maps, named_states


@pytest.mark.parametrize(
    ("country", "lon", "lat"),
    [
        ("Afghanistan", 69.17, 34.53),  # Kabul
        ("Mali", -8.0, 12.65),  # Bamako
        ("Lesotho", 27.48, -29.31),  # Maseru, inside another country
        ("Uzbekistan", 66.96, 39.65),  # Samarkand
    ],
)
def test_cities_lie_in_their_countries_and_in_no_other(
    country: str, lon: float, lat: float
) -> None:
    assert [n for n, c in countries().items() if holds(c, lon, lat)] == [country]


def test_neighbours_follow_from_common_borders() -> None:
    found = countries()["Afghanistan"].neighbours
    assert found == {"China", "Iran", "Pakistan", "Tajikistan", "Turkmenistan", "Uzbekistan"}


def test_the_file_is_small() -> None:
    file = resources.files("rivalry.report") / "data" / "countries.topojson"
    assert len(file.read_bytes()) < 200_000


def test_clipping_a_square_to_its_quarter() -> None:
    ring = clip([(0, 0), (10, 0), (10, 10), (0, 10)], (5, 5, 20, 20))
    assert set(ring) == {(5, 5), (10, 5), (10, 10), (5, 10)}


def test_the_projection_keeps_areas_equal() -> None:
    project = Projection((44, 12, 90, 50), 420)

    def ratio(lon: float, lat: float) -> float:
        d = 0.01
        x0, y0 = project(lon, lat)
        x1, _ = project(lon + d, lat)
        _, y1 = project(lon, lat + d)
        # near the middle meridian the axes stay at right angles
        return abs((x1 - x0) * (y1 - y0)) / math.cos(math.radians(lat + d / 2))

    assert ratio(67, 15) == pytest.approx(ratio(67, 45), rel=1e-3)


def test_everything_drawn_lies_in_the_frame(run: ReportInput) -> None:
    found = maps(run.case.ledger, Options.of(run.case))
    assert found is not None
    for drawn in found.maps:
        for mark in drawn.marks:
            assert 0 < mark.x < drawn.width
            assert 0 < mark.y < drawn.height
        for shape in drawn.shapes:
            if shape.label:
                half = 3 * len(shape.label)
                assert half <= shape.x <= drawn.width - half


def test_roles_and_what_lies_beyond(run: ReportInput) -> None:
    found = maps(run.case.ledger, Options.of(run.case))
    assert found is not None
    assert found.roles == {
        "scene": ("Mali",),
        "neighbour": ("Niger",),
        "actor": ("United States of America",),
    }
    assert found.outside == ("United States of America",)
    # E2 has no place at all; E1 and E3 have one with coordinates
    assert found.unlocated == 1
    assert [m.x < 0 for m in found.marks] == [False, False, True]


def test_circles_do_not_overlap(run: ReportInput) -> None:
    ledger = run.case.ledger
    moved = [p.model_copy(update={"lon": 0.0, "lat": 16.0}) for p in ledger.places[1:]]
    crowded = ledger.model_copy(update={"places": [ledger.places[0], *moved]})
    found = maps(crowded, Options(scene=("Mali",)))
    assert found is not None
    marks = found.maps[1].marks
    assert len(marks) == 3
    for i, a in enumerate(marks):
        for b in marks[:i]:
            assert math.hypot(a.x - b.x, a.y - b.y) >= 2 * 8.2


def test_without_options_the_scene_is_where_most_events_are(run: ReportInput) -> None:
    found = maps(run.case.ledger, Options())
    assert found is not None
    assert found.roles["scene"] == ("Mali",)


def test_an_empty_ledger_has_no_map() -> None:
    assert maps(Ledger(), Options()) is None


def test_an_unknown_scene_is_reported(run: ReportInput) -> None:
    options = replace(Options(), scene=("Afganistan",))
    with pytest.raises(RivalryError) as caught:
        maps(run.case.ledger, options)
    assert caught.value.problems[0].code == "R0953"
    assert "Afghanistan" in caught.value.problems[0].remedy


def test_states_are_known_by_the_start_of_their_full_name(run: ReportInput) -> None:
    assert named_states(run.case.ledger, countries()) == {"Niger", "United States of America"}
