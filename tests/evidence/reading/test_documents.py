"""Opening and repairing reports: layouts, labels, sentences, corrections, hostile files."""

from __future__ import annotations

import io
import re
import textwrap
from pathlib import Path

import pytest

from rivalry.evidence.reading._document import Document
from rivalry.evidence.reading._open import MAX_PAGE, MAX_PDF, MAX_TEXT, open_document
from rivalry.evidence.reading._sentences import split_sentences
from rivalry.evidence.reading._split import document_from_text
from rivalry.foundation import RivalryError

TEXTS = Path(__file__).parent / "texts"

PARAGRAPHS = [
    "The northern front moved again in the spring, after two years in which nobody had gained a "
    "village. Commanders on both sides had expected it, and neither was ready for it when it came.",
    "Supplies were the reason. The league had lost the only road that trucks could use, so its men "
    "were paid in flour, and some of them went home. Others sold what they carried to the other "
    "side, which had money but hardly any weapons left.",
    "In May the well-armed second brigade refused to march. Its officers asked for talks with the "
    "government-backed council, and the council agreed to hear them.",
    "Nothing came of it. The talks broke off after a day.",
]


def dump(paragraphs: list[str], width: int = 70, *, blank: bool = True) -> str:
    """Print paragraphs line by line, as a page dump does."""
    lines = [line for p in paragraphs for line in textwrap.wrap(p, width)]
    return ("\n\n" if blank else "\n").join(line + " " for line in lines) + "\n"


def body(document: Document) -> list[str]:
    return [document.words(p) for p in document.paragraphs if p.kind == "body"]


def assert_placed(document: Document, text: str) -> None:
    """Every character of the document stands where `in_file` says."""
    for position, letter in enumerate(document.text):
        if not letter.isspace():
            assert text[document.in_file(position)] == letter


# the article of the bundled case ----------------------------------------------------------------


@pytest.fixture(scope="module")
def s1_path(shared: Path) -> Path:
    path = shared / "evidence" / "S1-article.txt"
    if not path.is_file():
        pytest.skip("no shared/evidence/S1-article.txt: the article may not be redistributed")
    return path


def test_article_has_its_paragraphs_with_their_labels(s1_path: Path) -> None:
    ledger = s1_path.with_name("S1-ledger.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (T1?|B|P\d+) \| ([^|]+?) \| (\d+)", ledger, re.M)
    document = open_document(s1_path)
    assert [p.label for p in document.paragraphs] == [label for label, _, _ in rows]
    assert sum(p.kind == "body" for p in document.paragraphs) == 21
    raw = s1_path.read_text(encoding="utf-8")
    lines = [m.start() for m in re.finditer(r"[^\n]*\S[^\n]*", raw)]
    for paragraph, (_, words, line) in zip(document.paragraphs, rows, strict=True):
        text = document.words(paragraph).replace("’", "'")
        assert text.startswith(words)
        start = document.in_file(paragraph.span.start)
        assert start - lines[int(line)] in (0, 1)  # a page starts with a space
    assert_placed(document, raw)


def test_article_words_are_joined_and_compounds_keep_their_hyphen(s1_path: Path) -> None:
    document = open_document(s1_path)
    for word in ("Australian-American", "al-Baghdadi", "Al-Qaeda", "U.S.-led"):
        assert word in document.text
    assert "- " not in document.text


def test_article_states_no_date_and_the_book_date_is_none(s1_path: Path) -> None:
    document = open_document(s1_path)
    assert document.date is None
    assert all("December 2022" not in document.words(s) for s in document.conflict_sentences)
    assert open_document(s1_path, date="2023-05").date is not None


# layouts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 72, 84])
@pytest.mark.parametrize("blank", [True, False])
def test_dumps_are_repaired_at_any_width(width: int, blank: bool) -> None:
    text = dump(PARAGRAPHS, width, blank=blank)
    document = document_from_text(text)
    assert body(document) == PARAGRAPHS
    assert_placed(document, text)


def test_page_breaks_numbers_and_running_heads_go() -> None:
    lines = textwrap.wrap(" ".join(PARAGRAPHS[:3]), 70)
    pages = [lines[:4], lines[4:8], lines[8:]]
    text = "\f".join(
        "The Northern Front\n" + "\n".join(page) + f"\n{number}\n"
        for number, page in enumerate(pages, 1)
    )
    document = document_from_text(text)
    assert document.words(document.paragraphs[0]) == "The Northern Front"
    rest = " ".join(document.words(p) for p in document.paragraphs[1:])
    assert rest == " ".join(PARAGRAPHS[:3])


def test_paragraphs_between_empty_lines_wrapped_or_not() -> None:
    wrapped = "\n\n".join(textwrap.fill(p, 72) for p in PARAGRAPHS)
    plain = "\n\n".join(PARAGRAPHS)
    for text in (wrapped, plain, wrapped.replace("\n", "\r\n"), "\ufeff" + plain):
        assert body(document_from_text(text)) == PARAGRAPHS


def test_a_line_a_paragraph() -> None:
    assert body(document_from_text("\n".join(PARAGRAPHS))) == PARAGRAPHS


def test_one_paragraph_alone() -> None:
    assert body(document_from_text(PARAGRAPHS[0])) == [PARAGRAPHS[0]]


@pytest.mark.parametrize(
    ("first", "second", "joined", "elsewhere"),
    [
        ("govern-", "ment", "government", ""),
        ("Anglo-", "Irish", "Anglo-Irish", ""),
        ("well-", "armed", "well-armed", ""),
        ("army-", "held", "army-held", ""),
        ("counter-", "offensive", "counter-offensive", "The counter-offensive failed."),
        ("counter-", "offensive", "counteroffensive", "The counteroffensive failed."),
        ("rebel-", "village", "rebel-village", "A rebel came to the village."),
        ("U.S.-", "led", "U.S.-led", ""),
    ],
)
def test_hyphens_at_line_ends(first: str, second: str, joined: str, elsewhere: str) -> None:
    text = (
        f"It was then that nobody could say anything about the {first}\n{second} of which so many\n"
        f"had spoken before it came to pass that the others went. {elsewhere}\n"
    )
    document = document_from_text(text)
    assert f"about the {joined} of which" in document.text
    assert_placed(document, text)


def test_ligatures_soft_hyphens_and_odd_spaces() -> None:
    document = document_from_text(
        "The ﬁrst of\u00ad\u00adﬁcer  of\u00a0the\tarmy left. He was tired."
    )
    assert document.text == "The first officer of the army left. He was tired."


# labels -----------------------------------------------------------------------------------------


def test_head_and_foot_of_an_article() -> None:
    document = open_document(TEXTS / "sahel.txt")
    assert [p.label for p in document.paragraphs][:3] == ["T", "B", "P1"]
    assert document.paragraphs[-1].label == "B2"
    assert document.date is not None
    assert (document.date.value, document.date.found) == ("2024-03-14", "stated")


def test_notes_hold_no_record_of_events() -> None:
    for name in ("sahel.txt", "lake-chad.md", "idlib.html", "kivu.txt"):
        document = open_document(TEXTS / name)
        record = " ".join(document.words(s) for s in document.conflict_sentences)
        for words in ("Okoro", "newsletter", "Karim Doss", "our correspondents", "Subscribe"):
            assert words not in record


def test_a_place_and_a_day_are_the_date() -> None:
    document = open_document(TEXTS / "kivu.txt")
    assert document.date is not None
    assert document.date.value == "2023-06-21"
    assert sum(p.kind == "body" for p in document.paragraphs) == 7


def test_a_profession_in_the_body_is_no_note() -> None:
    middle = "Amina Diallo is a journalist in the town, and soldiers beat her in May."
    paragraphs = [*PARAGRAPHS, *PARAGRAPHS, middle, *PARAGRAPHS, *PARAGRAPHS]
    assert middle in body(document_from_text("\n\n".join(paragraphs)))


# markdown, web pages, PDF -----------------------------------------------------------------------


def test_markdown_signs_go_and_words_stay() -> None:
    path = TEXTS / "lake-chad.md"
    document = open_document(path)
    labels = [p.label for p in document.paragraphs]
    assert labels[:3] == ["T", "T1", "P1"]
    assert [x for x in labels if x.startswith("H")] == ["H1", "H2"]
    assert not re.search(r"[*#\[\]]|https?:", document.text)
    assert_placed(document, path.read_text(encoding="utf-8"))
    assert document.date is not None
    assert document.date.value == "2022-11-08"


def test_markdown_code_pictures_and_underscores(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "Heading\n=======\n\n![x](y.png) The group's `code` file_name_here was __bold__.\n\n"
        "```\nIS attacked\n```\n\n> Quoted words stay.\n\n[ref]: http://example.org\n"
    )
    document = open_document(path)
    assert [document.words(p) for p in document.paragraphs] == [
        "Heading",
        "The group's code file_name_here was bold.",
        "Quoted words stay.",
    ]


def test_web_page_gives_its_main_text_only() -> None:
    document = open_document(TEXTS / "idlib.html")
    assert [p.label for p in document.paragraphs] == [
        "T", "T1", "B", "P1", "P2", "H1", "P3", "P4", "P5",
    ]  # fmt: skip
    for words in ("Israel", "attacked the reader", "evil", "alert", "Jordan", "Hamas", "Iranian"):
        assert words not in document.text
    assert document.date is not None
    assert document.date.value == "2020-06-30"
    raw = (TEXTS / "idlib.html").read_text(encoding="utf-8")
    for position, letter in enumerate(document.text):
        if not letter.isspace():
            assert raw[document.in_file(position)] in (letter, "&")


def _pdf(pages: list[list[str]], script: bool = False, password: str | None = None) -> bytes:
    """Make a small PDF, line by line."""
    from pypdf import PdfWriter
    from pypdf.generic import (
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
        TextStringObject,
    )

    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Times-Roman"),
        }
    )
    for lines in pages:
        page = writer.add_blank_page(612, 792)
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        shown = "".join(f"({line.replace('(', '').replace(')', '')}) Tj T* " for line in lines)
        stream.set_data(f"BT /F1 11 Tf 13 TL 72 720 Td {shown} ET".encode("cp1252"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    if script:
        action = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject("app.alert('run');"),
            }
        )
        writer._root_object[NameObject("/OpenAction")] = action
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_pdf_text_is_repaired_and_its_script_is_not_run(tmp_path: Path) -> None:
    lines = [line for p in PARAGRAPHS for line in textwrap.wrap(p, 84)]
    path = tmp_path / "report.pdf"
    path.write_bytes(_pdf([lines[:5], lines[5:]], script=True))
    document = open_document(path)
    assert body(document) == PARAGRAPHS
    assert document.meta["pages"] == "2"
    assert "alert" not in document.text


def test_pdf_under_the_name_of_a_text_is_known_by_its_start(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(_pdf([[PARAGRAPHS[3]]]))
    assert PARAGRAPHS[3] in open_document(path).text


# corrections ------------------------------------------------------------------------------------


def _corrected(tmp_path: Path, text: str, yaml: str) -> Document:
    report, file = tmp_path / "r.txt", tmp_path / "p.yaml"
    report.write_text(text, encoding="utf-8")
    file.write_text(yaml, encoding="utf-8")
    return open_document(report, paragraphs=file)


def test_paragraphs_cut_by_first_words(tmp_path: Path) -> None:
    text = dump(PARAGRAPHS)
    yaml = "paragraphs:\n- The northern front\n- Commanders on both\n- Nothing came of it\n"
    document = _corrected(tmp_path, text, yaml)
    starts = [words[:14] for words in body(document)]
    assert starts == ["The northern f", "Commanders on ", "Nothing came o"]
    assert_placed(document, text)


def test_paragraphs_cut_by_line_numbers(tmp_path: Path) -> None:
    text = "\n".join(textwrap.fill(p, 60) for p in PARAGRAPHS)
    line = text[: text.index("In May")].count("\n") + 1
    document = _corrected(tmp_path, text, f"- 1\n- {line}\n")
    assert [w[:6] for w in body(document)] == ["The no", "In May"]


def test_labels_and_kinds_can_be_said(tmp_path: Path) -> None:
    text = "Short head\n\n" + "\n\n".join(PARAGRAPHS)
    yaml = "T: Short head\nT1: The northern front\nP1: Supplies were\nB: Nothing came\n"
    document = _corrected(tmp_path, text, yaml)
    assert [p.label for p in document.paragraphs] == ["T", "T1", "P1", "B"]
    yaml = "- Short head\n- {starts: Supplies were, kind: note}\n- In May\n"
    kinds = [p.kind for p in _corrected(tmp_path, text, yaml).paragraphs]
    assert kinds == ["title", "note", "body"]


@pytest.mark.parametrize(
    ("yaml", "code"),
    [
        ("- These words are not there\n", "R1309"),
        ("- Nothing came\n- The northern front\n", "R1309"),
        ("- 4000\n", "R1310"),
        ("- 0\n", "R1310"),
        ("paragraphs: []\n", "R1308"),
        ("nothing\n", "R1308"),
        ("Q7: The northern\n", "R1308"),
        ("- {starts: The northern, kind: poem}\n", "R1308"),
        ("- [1, 2]\n", "R1308"),
        ("- 'open\n", "R0111"),
    ],
)
def test_wrong_corrections_are_coded_errors(tmp_path: Path, yaml: str, code: str) -> None:
    with pytest.raises(RivalryError) as caught:
        _corrected(tmp_path, dump(PARAGRAPHS), yaml)
    assert {p.code for p in caught.value.problems} == {code}


# sentences --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It ended. They left.", 2),
        ("Gen. Smith met Dr. Ali in St. Louis on Jan. 5.", 1),
        ("John P. Smith and U.S. Joint Chiefs agreed.", 1),
        ("They asked the U.S. Yet nobody came.", 2),
        ("It cost $3.5 million. Nobody paid.", 2),
        ("“Never,” he said. “We stay.” The rest left.", 3),
        ("He asked, “Why now?” and left.", 1),
        ("Is it over? No! It is not.", 3),
        ("It fell at 5 p.m. The army came later.", 2),
        ("Soldiers (some drunk.) They fired.", 2),
        ("It ended in ruin.[12] They left.", 2),
        ("No. 5 on the list was killed.", 1),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    spans = split_sentences(text)
    assert len(spans) == count
    assert " ".join(text[s.start : s.end] for s in spans) == text


def test_sentences_are_numbered_through_and_lie_in_their_paragraphs() -> None:
    document = open_document(TEXTS / "sahel.txt")
    assert [s.number for s in document.sentences] == list(range(len(document.sentences)))
    for paragraph in document.paragraphs:
        for sentence in paragraph.sentences:
            assert sentence.span.within(paragraph.span)
            assert sentence.paragraph == paragraph.label
            assert document.sentence_of(sentence.span) == sentence


# hostile files ----------------------------------------------------------------------------------


def _code(path: Path, **options: object) -> str:
    with pytest.raises(RivalryError) as caught:
        open_document(path, **options)  # type: ignore[arg-type]
    problem = caught.value.problems[0]
    assert problem.remedy
    return problem.code


def _sparse(path: Path, size: int) -> Path:
    with path.open("wb") as stream:
        stream.truncate(size)
    return path


def test_files_over_the_limit_are_refused_before_they_are_read(tmp_path: Path) -> None:
    assert _code(_sparse(tmp_path / "a.txt", 50_000_000)) == "R0104"
    assert _code(_sparse(tmp_path / "a.md", MAX_TEXT + 1)) == "R0104"
    assert _code(_sparse(tmp_path / "a.html", MAX_PAGE + 1)) == "R0104"
    assert _code(_sparse(tmp_path / "a.pdf", MAX_PDF + 1)) == "R0104"


def test_missing_files_folders_and_other_kinds(tmp_path: Path) -> None:
    assert _code(tmp_path / "none.txt") == "R0101"
    assert _code(tmp_path) in ("R0102", "R1301")
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04")
    assert _code(tmp_path / "a.docx") == "R1301"


@pytest.mark.parametrize("content", [b"", b"   \n\n \r\n", b"\xef\xbb\xbf", b"--- 12 ---\n\f"])
def test_files_without_words(tmp_path: Path, content: bytes) -> None:
    for name in ("a.txt", "a.md", "a.html"):
        path = tmp_path / name
        path.write_bytes(content)
        assert _code(path) == "R1303"


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, b"text\x00text", b"\x01\x02\x03" * 99],
)
def test_binary_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert _code(path) == "R1302"


def test_another_encoding_is_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    text = "The army’s café in Bangui burned – nobody knew why."
    path.write_bytes(text.encode("cp1252"))
    document = open_document(path)
    assert document.text == text
    assert document.meta["encoding"] == "cp1252"
    assert "encoding note" in document.meta
    path.write_bytes(text.encode("utf-16"))
    assert open_document(path).text == text


def test_broken_and_locked_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    whole = _pdf([[PARAGRAPHS[3]]])
    for content in (b"%PDF-1.7\n", whole[: len(whole) // 3], b"<html>Not found</html>"):
        path.write_bytes(content)
        assert _code(path) in ("R1305", "R1303")
    path.write_bytes(_pdf([[PARAGRAPHS[3]]], password="secret"))
    assert _code(path) == "R1304"
    path.write_bytes(_pdf([[]]))
    assert _code(path) == "R1303"


@pytest.mark.parametrize("date", ["yesterday", "2023-13", "2023-02-30", "", "12/05/2023"])
def test_wrong_dates(date: str) -> None:
    assert _code(TEXTS / "sahel.txt", date=date) == "R1307"


def _opened_or_refused(path: Path) -> str:
    try:
        open_document(path)
    except RivalryError as error:
        return error.problems[0].code
    return "opened"


@pytest.mark.parametrize(
    "content",
    [
        "<div>" * 40_000 + "Deep words.",
        "<p>Unclosed words. " * 20_000,
        "<!--" * 100_000 + "<p>Lost words.</p>",
        "<p>Words.</p>" + "<a " * 100_000,
        "<p>Words &amp" + "&" * 20_000 + "</p>",
        "<p>Words.</p><script>" + "<script>" * 50_000,
        "<p>Words." + "</b>" * 100_000,
        '<p class="' + "nav " * 100_000 + '">Words.</p>',
    ],
    ids=["deep", "unclosed", "comments", "tags", "entities", "scripts", "ends", "class"],
)
def test_web_pages_that_nest_or_never_end(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(content)
    assert _opened_or_refused(path) in ("opened", "R1303", "R1311")


@pytest.mark.parametrize(
    "content",
    [
        "a" * 1_000_000,
        "Word. " * 20_000,
        "." * 1_000_000,
        "[" * 500_000,
        "A.B." * 250_000,
        "word\n" * 20_000,
        "word-\n" * 20_000,
        "\n \n" * 100_000 + "word",
        "By A " + "A" * 500_000,
    ],
    ids=["letters", "sentences", "points", "brackets", "initials", "lines", "hyphens", "blank",
         "byline"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_texts_that_would_take_quadratic_time(tmp_path: Path, content: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    assert _opened_or_refused(path) in ("opened", "R1303")
