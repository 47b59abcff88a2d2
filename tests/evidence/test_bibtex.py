"""Sources as BibTeX entries."""

from __future__ import annotations

from rivalry.evidence import Source, bibtex


def source(**fields: object) -> Source:
    given = {
        "id": "S1", "title": "Deaths & dates: 50% of it", "author": "Ada B. Cee; UN_Office",
        "publisher": "Journal", "kind": "article", "citation": "c", "licence": "CC BY 4.0",
    }  # fmt: skip
    return Source(**(given | fields))


def test_an_entry_has_its_parts_and_no_live_characters() -> None:
    text = bibtex([source(date={"value": "2023-04-25", "bound": "on or after"})], key="case")
    assert text.startswith("@article{case:S1,\n")
    assert "  author = {{Ada B. Cee} and {UN\\_Office}}," in text
    assert "  title = {{Deaths \\& dates: 50\\% of it}}," in text
    assert "  journal = {Journal}," in text
    assert "  year = {2023},\n  month = {04}," in text
    assert "Date on or after 2023-04-25." in text


def test_what_bibtex_has_no_type_for_is_misc() -> None:
    assert bibtex([source(kind="estimate")]).startswith("@misc{S1,")
    assert bibtex([source(kind="report", publisher=None)]).startswith("@misc{S1,")
    assert "institution = {Journal}" in bibtex([source(kind="report")])


def test_unchecked_details_are_marked() -> None:
    assert "Not checked against the work itself." in bibtex([source(verified=False)])
    assert "Not checked" not in bibtex([source()])
