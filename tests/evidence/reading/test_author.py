"""Who wrote a report, and what a page is called, by its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from rivalry.evidence.reading import Draft, open_document, read_document, suggest
from rivalry.evidence.reading._split import document_from_text

BODY = (
    "The Red Band killed 12 villagers at the mill in March 2021, and the army did nothing.\n\n"
    "In April the Reds burned a bridge north of the town, and many people left their homes."
)


def source_of(text: str) -> dict[str, object]:
    document = document_from_text(text, "valley.txt")
    draft: Draft = suggest(document, read_document(document))
    return draft.source


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Amina Example", "Amina Example"),
        ("By Amina Example and Jo de Vries", "Amina Example and Jo de Vries"),
        ("By Amina Example | 3 May 2022", "Amina Example"),
        ("By Amina Example May 3, 2022", "Amina Example"),
        ("Author: Amina Example", "Amina Example"),
        (
            "Author Bio: This piece was produced by Worldwire. Amina B. Example is a journalist "
            "who lives in Lagos.",
            "Amina B. Example",
        ),
    ],
)
def test_the_author_is_read_from_the_text(line: str, author: str) -> None:
    source = source_of(f"The valley after the truce\n\n{line}\n\n{BODY}\n")
    assert source["author"] == author
    assert str(source["citation"]).startswith(author)


def test_a_report_without_an_author_is_not_said_to_state_none() -> None:
    source = source_of(f"The valley after the truce\n\n{BODY}\n")
    assert source["author"] == "not found in the text"
    assert source["citation"] == "The valley after the truce."


@pytest.mark.parametrize(
    ("tag", "author"),
    [
        ('<meta name="author" content="Amina Example">', "Amina Example"),
        ('<meta property="article:author" content="Amina Example">', "Amina Example"),
        (
            '<meta property="article:author" content="https://example.org/staff/7">',
            "not found in the text",
        ),
    ],
)
def test_the_author_of_a_page_is_read_from_its_head(tmp_path: Path, tag: str, author: str) -> None:
    path = tmp_path / "valley.html"
    paragraphs = "".join(f"<p>{p}</p>" for p in BODY.split("\n\n"))
    path.write_text(
        f"<html><head><title>The valley after the truce | Example Monitor</title>{tag}</head>"
        f"<body><article><h1>The valley after the truce</h1>{paragraphs}</article></body></html>"
    )
    document = open_document(path)
    source = suggest(document, read_document(document)).source
    assert source["author"] == author
    assert source["title"] == "The valley after the truce"
    assert source["publisher"] == "Example Monitor"


def test_the_author_of_the_source_article_is_found(article: str) -> None:
    assert source_of(article)["author"] == "John P. Ruehl"
