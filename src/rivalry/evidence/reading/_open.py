"""Opening reports: plain text, Markdown, web pages, PDF. Nothing in them is ever run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from rivalry.evidence._dates import first_day
from rivalry.evidence.reading._blocks import Block
from rivalry.evidence.reading._corrections import corrected
from rivalry.evidence.reading._document import Document, DocumentDate
from rivalry.evidence.reading._html import html_blocks, tangle
from rivalry.evidence.reading._markdown import markdown_blocks
from rivalry.evidence.reading._pdf import pdf_text
from rivalry.evidence.reading._repair import repair
from rivalry.evidence.reading._split import assemble
from rivalry.foundation import Problem, RivalryError, read_bytes

#: Twice a long book; text beyond it is a data dump or an attack.
MAX_TEXT = 2_000_000
#: Web pages and PDF files hold much that is not text.
MAX_PAGE = 10_000_000
MAX_PDF = 50_000_000

_TEXT = {".txt", ".text", ".asc", ""}
_MARKDOWN = {".md", ".markdown", ".mdown"}
_HTML = {".html", ".htm", ".xhtml"}


def open_document(
    path: str | Path, *, date: str | None = None, paragraphs: str | Path | None = None
) -> Document:
    """Open a report and repair its text.

    Parameters
    ----------
    path : str or Path
        A text (``.txt``, ``.md``), a web page (``.html``) or a PDF with text in it.
    date : str, optional
        When the report appeared, as ISO day, month or year; a date stated in the report is used
        otherwise.
    paragraphs : str or Path, optional
        A YAML file that says where paragraphs start, if they were not found rightly.

    Returns
    -------
    Document
        `meta` holds ``format``, ``encoding`` and what the file says of itself.

    Raises
    ------
    RivalryError
        R0101, R0102, R0104 for the file itself; R1301 for a kind of file that is not read; R1302
        for one that is no text; R1303 for one without words; R1304 to R1306 for PDF; R1307 for a
        date; R1308 to R1310 for the file of paragraphs; R1311 for a
        page that nests without end.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    given = None if date is None else DocumentDate(_iso(date), "on", "given")
    meta: dict[str, str] = {}
    blocks: list[Block]
    if suffix == ".pdf" or (suffix in _TEXT and _starts_as_pdf(path)):
        text = pdf_text(path, read_bytes(path, limit=MAX_PDF), meta)
        blocks = repair(text)
        meta["format"] = "pdf"
    elif suffix in _HTML:
        text = decoded(path, read_bytes(path, limit=MAX_PAGE), meta)
        blocks = _page(path, text, meta)
        meta["format"] = "html"
    elif suffix in _MARKDOWN | _TEXT:
        text = decoded(path, read_bytes(path, limit=MAX_TEXT), meta)
        reader: Callable[[str, dict[str, str]], list[Block]]
        if suffix in _MARKDOWN:
            meta["format"], reader = "markdown", markdown_blocks
        elif _looks_like_html(text):
            meta["format"], reader = "html", partial(_page, path)
        else:
            meta["format"], reader = "text", _plain
        blocks = reader(text, meta)
    else:
        raise RivalryError(
            Problem(
                "R1301",
                f"files that end in {suffix} are not read",
                "Save the report as .txt, .md, .html or .pdf.",
                file=str(path),
            )
        )
    if not any(c.isalpha() for block in blocks for c in block.text):
        raise RivalryError(
            Problem(
                "R1303",
                "there are no words in it",
                "Check that the file is the report; a scanned PDF needs text recognition first.",
                file=str(path),
            )
        )
    kinds = None
    if paragraphs is not None:
        blocks, kinds = corrected(blocks, paragraphs, text)
    if given is None and meta.get("published"):
        given = DocumentDate(meta["published"], "on", "stated")
    return assemble(blocks, path.name, date=given, meta=meta, kinds=kinds)


def decoded(path: Path, raw: bytes, meta: dict[str, str]) -> str:
    """Return the text of a file; `meta` says which encoding was taken.

    UTF-8 with or without a mark, UTF-16 with a mark; anything else as Windows Western (cp1252),
    which `meta` then says, since a wrong guess shows as odd letters and not as an error.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) and len(raw) % 2 == 0:
        try:
            text = raw.decode("utf-16")
            meta["encoding"] = "utf-16"
        except UnicodeDecodeError:
            raise _no_text(path) from None
    else:
        try:
            text = raw.decode("utf-8-sig")
            meta["encoding"] = "utf-8"
        except UnicodeDecodeError:
            if _binary(raw):
                raise _no_text(path) from None
            text = raw.decode("cp1252", errors="replace")
            meta["encoding"] = "cp1252"
            meta["encoding note"] = (
                "not UTF-8: read as Windows Western text (cp1252); check letters with accents"
            )
    if "\x00" in text or _binary(text[:100_000].encode("utf-8", "replace")):
        raise _no_text(path)
    return text


def _binary(raw: bytes) -> bool:
    """Tell whether bytes hold more control characters than any text."""
    sample = raw[:100_000]
    control = sum(sample.count(bytes([c])) for c in range(32) if c not in (9, 10, 11, 12, 13, 27))
    return b"\x00" in raw or control > 0.005 * len(sample) + 2


def _no_text(path: Path) -> RivalryError:
    return RivalryError(
        Problem(
            "R1302",
            "the file is not text",
            "Name the report itself, saved as .txt, .md, .html or .pdf.",
            file=str(path),
        )
    )


def _starts_as_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(5) == b"%PDF-"
    except (OSError, ValueError):
        return False  # the reader says what is wrong with it


def _looks_like_html(text: str) -> bool:
    head = text[:500].lstrip().lower()
    return head.startswith(("<!doctype html", "<html"))


def _page(path: Path, text: str, meta: dict[str, str]) -> list[Block]:
    reason = tangle(text)
    if reason is not None:
        raise RivalryError(
            Problem(
                "R1311",
                f"the page cannot be read: {reason}",
                "Save the report's text alone, as .txt or .md.",
                file=str(path),
            )
        )
    return html_blocks(text, meta)


def _plain(text: str, meta: dict[str, str]) -> list[Block]:
    return repair(text)


def _iso(date: str) -> str:
    text = date.strip()
    try:
        first_day(text)
    except ValueError:
        raise RivalryError(
            Problem(
                "R1307",
                f"{date!r} is not a date",
                "Write a day, a month or a year: 2023-05-04, 2023-05 or 2023.",
            )
        ) from None
    return text
