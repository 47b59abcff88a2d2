"""Classes of expressions that articles unseen by the rules have shown; one test for each rule."""

from __future__ import annotations

import pytest

from rivalry.evidence.reading import (
    DocumentDate,
    document_from_text,
    find_actors,
    find_causal,
    find_quantities,
    find_times,
)


def named(text: str, kind: str = "") -> list[str]:
    """Return keys of actors, populations left out; persons by their words."""
    document = document_from_text(text)
    return [
        document.words(m.span) if m.kind == "person" else m.actor
        for m in find_actors(document)
        if m.kind != "population" and (not kind or m.kind == kind)
    ]


def dates(text: str, date: str = "2024-03-10", bound: str = "on") -> list[tuple[str | None, ...]]:
    given = DocumentDate(date, bound, "given")  # type: ignore[arg-type]
    found = find_times(document_from_text(text, date=given))
    return [(t.precision, t.start, t.until) for t in found]


def counted(text: str) -> list[tuple[float | None, str, str]]:
    return [(q.value, q.unit, q.counts) for q in find_quantities(document_from_text(text))]


def claims(text: str) -> list[str]:
    document = document_from_text(text)
    return [c.cue for c in find_causal(document, find_actors(document))]


# capitals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("The junta turned to Moscow.", ["russia"]),
        ("Bamako spoke of a victory.", ["mali"]),
        ("Washington and Paris would lose their bases.", ["united-states", "france"]),
        ("Neither Paris nor Moscow can win.", ["france", "russia"]),
        ("Rivalry between Kigali and Pretoria kept them apart.", ["rwanda", "south-africa"]),
        ("Beijing’s next step matters.", ["china"]),
        ("Its retreat would suit Naypyidaw.", ["myanmar"]),
        ("Ottawa has gone further.", ["canada"]),
        ("Fighting reached Addis Ababa in May.", []),
        ("The road between Juba and Bor was cut.", []),
        ("Kabul has fallen.", []),
        ("Kabul’s streets were empty.", []),
        ("They met in a Bogotá think tank.", []),
    ],
)
def test_capitals_that_act(text: str, keys: list[str]) -> None:
    assert named(text) == keys


def test_two_states_joined_behind_by() -> None:
    assert named("The jets were supplied by Russia and China.") == ["russia", "china"]


# names that no table has ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("The coup prompted Emil Marron to suspend the talks.", ["Emil Marron"]),
        ("Yuri Prigov marched on the town.", ["Yuri Prigov"]),
        ("Warrants for Ling Shuchang and three of his relatives were issued.", ["Ling Shuchang"]),
        ("Much depends on Jim Cherisier, a former policeman.", ["Jim Cherisier"]),
        ("It formed around Gabriel Pierrot. He had been a merchant.", ["Gabriel Pierrot"]),
        ("It was formed by Baitul Masud in May.", ["Baitul Masud"]),
        ("They bombed a rally of Fazil Raman’s party.", ["Fazil Raman"]),
        ("With Siraj Hakani as mediator, they met.", ["Siraj Hakani"]),
        ("The court jailed Ana Torres.", ["Ana Torres"]),
        ("The group of Omar Sadiq grew. Later Sadiq left.", ["Omar Sadiq", "Sadiq"]),
        ("Abdul Malik al-Houthi promised revenge.", ["Abdul Malik al-Houthi"]),
        ("Cabo Delgado drew many companies.", []),
        ("They fled from Port Lavar.", []),
        ("Mining in Kolu Basa goes on. Later Kolu Basa burned its fields.", []),
        ("New York was silent.", []),
        ("The 99th Light Infantry Division lost its chief.", []),
    ],
)
def test_persons_without_a_title(text: str, persons: list[str]) -> None:
    assert named(text, "person") == persons


def test_an_alias_leads_back_to_the_person() -> None:
    text = "The leader Dario Usago, alias Otoniel, was caught. Otoniel was sent abroad."
    document = document_from_text(text)
    keys = [m.actor for m in find_actors(document) if m.kind == "person"]
    assert set(keys) == {"dario-usago"}
    assert len(keys) == 3


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("The Bamar Nationalities Defence Force entered the town.",
         ["bamar-nationalities-defence-force"]),
        ("The Movement for the Salvation of Kolu fled.", ["movement-for-the-salvation-of-kolu"]),
        ("Its mission, SAMIK, is poor. Soon SAMIK left.", ["samik", "samik"]),
        ("Soon GDP fell; later GDP rose.", []),
        ("Black Ravine, led by two brothers, took the hill.", ["black-ravine"]),
        ("Tehreek-e-Kolu Basa, a little-known offshoot, said so.", ["tehreek-e-kolu-basa"]),
    ],
)  # fmt: skip
def test_bodies_that_no_table_has(text: str, keys: list[str]) -> None:
    assert named(text) == keys


# paragraphs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["January 15, 2024 | By Sara Malik", "By Sara Malik · 3 May 2022 · 7 min read"]
)
def test_author_and_date_in_one_line(line: str) -> None:
    text = (
        f"A Border on Fire\n\nThe guests have come to stay. That has its price.\n\n{line}\n\n"
        "The war goes on, and nobody knows how it will end.\n\nAnother paragraph stands here.\n"
    )
    document = document_from_text(text)
    assert [p.label for p in document.paragraphs] == ["T", "T1", "B", "P1", "P2"]
    assert document.date is not None
    assert document.date.found == "stated"


# times ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("By the end of 2021 around 300 men had come.", ("until", None, "2021")),
        ("It is the worst raid since the coup of February 1, 2021.", ("since", "2021-02-01", None)),
        ("It kept a truce from November 2022.", ("since", "2022-11", None)),
        ("In mid-2020 they fled.", ("year", "2020", None)),
        ("As recently as 2019 the two were allies.", ("year", "2019", None)),
        ("It ended on New Year’s Eve 2022.", ("day", "2022-12-31", None)),
        ("Talks are to resume in October.", ("month", "2024-10", None)),
    ],
)
def test_times(text: str, wanted: tuple[str | None, ...]) -> None:
    assert dates(text)[0] == wanted


def test_a_day_just_behind_the_youngest_fact_is_of_its_year() -> None:
    text = "The court ruled on October 9."
    assert dates(text, "2023-10-02", "on or after") == [("day", "2023-10-09", None)]
    assert dates(text, "2023-10-02", "on") == [("day", "2022-10-09", None)]


def test_the_scene_and_not_the_aside_gives_the_year() -> None:
    text = (
        "By the summer of 2023 the gangs held the town. One gang, whose abduction of a priest in "
        "October 2021 made headlines, held the road. Another took the port in August."
    )
    assert dates(text, "2023-10-02")[-1] == ("month", "2023-08", None)


# quantities -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Kidnappings rose from 664 in 2021 to 1,359 in 2022.",
         [(664, "kidnappings", "Kidnappings"), (1359, "kidnappings", "Kidnappings")]),
        ("It has 900 men in a country of 11 million.", [(900, "people", "men"),
                                                       (11e6, "people", "country")]),
        ("It shrank to 280 fighters from a peak of 2,500.",
         [(280, "people", "fighters"), (2500, "people", "fighters")]),
        ("It hosts 1,500 French troops and 1,100 American ones.",
         [(1500, "people", "French troops"), (1100, "people", "American troops")]),
        ("The operation, named 1027 after its date, went on.", []),
        ("The 400 Mawozo held the road.", []),
    ],
)  # fmt: skip
def test_what_numbers_count(text: str, wanted: list[tuple[float, str, str]]) -> None:
    assert counted(text) == wanted


def test_what_became_of_those_counted() -> None:
    def outcomes(text: str) -> tuple[str, ...]:
        return find_quantities(document_from_text(text))[0].outcomes

    assert outcomes("They counted 203 dead militants.") == ("killed",)
    assert outcomes("Some 900 people were driven from their homes.") == ("displaced",)


# causal sentences -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "The coup handed the rebels a cause.",
        "The raids made the road unusable.",
        "The drought has pushed herders south.",
        "Foreign aid keeps the regime afloat.",
        "Their quarrel plays into the hands of the rebels.",
        "The French left in May. The result was a strange alliance of old foes.",
        "Fear kept many at home, so kidnappings fell in May.",
        "Should they succeed, the West would lose its bases.",
        "As long as the road is unsafe, neither side is likely to win.",
        "Feeling abandoned, the junta looked for new friends.",
        "The offensive was meant to cut the rebels off.",
        "They used the pause to regroup.",
        "Lack of prospects is why the young join.",
        "The talks collapsed over the question of prisoners.",
        "The scandal brought down the government.",
        "The victory convinced their brothers that patience pays.",
        "The quarrel has its roots in the accord of 2016.",
        "Years of neglect had turned the north into a stronghold of the rebels.",
        "The new tax drove many farmers to join the rebels.",
    ],
)
def test_claims(text: str) -> None:
    assert claims(text)


def test_it_stands_for_the_thing_named_before() -> None:
    text = "The massacre pushed many to flee. It also gave the mayors a reason to go."
    assert len(claims(text)) == 2
    assert claims("The general came back. It also gave the mayors a reason to go.") == []


@pytest.mark.parametrize(
    "text",
    [
        "The money comes from Qatar.",
        "The general came home and gave the mayors time to talk.",
        "The remaining cells stopped beheading villagers.",
        "The tax would affect 13 million men.",
        "Should they go?",
        "The officer drank tea in town and allowed fighters to come home.",
        "He drove a truck from the port to the capital.",
        "It is unclear why the raid failed.",
    ],
)
def test_no_claims(text: str) -> None:
    assert claims(text) == []
