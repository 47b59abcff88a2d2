"""Reading units, and their algebra."""

from __future__ import annotations

import pytest

from rivalry.model.build._units import PLAIN, UNKNOWN, UnitError, combine, read_unit, same, show


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("people", "people"),
        ("fighters", "people"),
        ("deaths", "people"),
        ("prisoners", "people"),
        ("events", "events"),
        ("incidents", "events"),
        ("people/month", "people/month"),
        ("people / month", "people/month"),
        ("1/month", "1/month"),
        ("month^-1", "1/month"),
        ("month**-1", "1/month"),
        ("1/people", "1/people"),
        ("events/people^2/month", "events/month/people^2"),
        ("people/(month*district)", "people/district/month"),
        ("dollars", "USD"),
        ("percent", "0.01 x a plain number"),
        ("years", "12 x month"),
        ("1/year", "0.0833333 x 1/month"),
        ("months/months", "a plain number"),
    ],
)
def test_texts(text, shown):
    assert show(read_unit(text)) == shown


@pytest.mark.parametrize("text", ["", " ", "1", " 1 "])
def test_plain_numbers(text):
    assert read_unit(text) == PLAIN


def test_absent_is_unknown():
    assert read_unit(None) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    ["peple", "g", "min", "kpeople", "people+people", "people + month", "-people", "people^2^2",
     "people^x", "people^999", "(people", "people)", "people/", "*", "1/0", "0 people", "nan",
     "inf people", "9^9^9^9", "9**9**9", "(9^9)^9^9", "people; month", "people.month", "été", "%",
     "people²", "__import__('os')", "x" * 1000, "1e999 people"],
)  # fmt: skip
def test_what_is_not_a_unit(text):
    with pytest.raises(UnitError) as caught:
        read_unit(text)
    assert caught.value.code == "R0401"
    assert "people" in caught.value.remedy


def test_near_units_are_suggested():
    with pytest.raises(UnitError) as caught:
        read_unit("peple/month")
    assert "'people'" in caught.value.remedy


@pytest.mark.parametrize(
    ("a", "b", "fits"),
    [
        ("people", "fighters", True),
        ("people", "events", False),
        ("people/month", "people*month^-1", True),
        ("month", "year", False),
        ("year", "12 months", True),
        ("percent", "", False),
        ("0.01", "percent", True),
        ("people", None, True),
        ("days", "weeks", False),
        ("7 days", "week", True),
    ],
)
def test_same(a, b, fits):
    assert same(read_unit(a), read_unit(b)) is fits
    assert same(read_unit(b), read_unit(a)) is fits


def test_products():
    people, month = read_unit("people"), read_unit("month")
    assert combine(people, month, -1.0) == read_unit("people/month")
    assert combine(combine(people, month, -1.0), month) == people
    assert combine(people, UNKNOWN) == UNKNOWN


@pytest.mark.parametrize("power", [1e300, -1e300, 101.0])
def test_absurd_powers(power):
    with pytest.raises(UnitError) as caught:
        combine(PLAIN, read_unit("years"), power)
    assert caught.value.code == "R0403"
