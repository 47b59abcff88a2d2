"""The text of a PDF, page by page. Scripts, forms and attachments in it are passed over."""

from __future__ import annotations

import io
import logging
from pathlib import Path

from rivalry.foundation import Problem, RivalryError

_MAX_PAGES = 1_000
_MAX_CHARACTERS = 5_000_000


def pdf_text(path: Path, raw: bytes, meta: dict[str, str]) -> str:
    """Return the text of a PDF, with a form feed between pages.

    Parameters
    ----------
    path : Path
        To name in messages.
    raw : bytes
        The file.
    meta : dict
        Receives the number of pages and what the file says of title and author.

    Raises
    ------
    RivalryError
        R1304 if it is locked by a password, R1305 if it is broken or no PDF, R1306 if it holds more
        pages or text than a report.
    """
    # imported here because most reports are plain text
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # it warns about every oddity of the file
    try:
        reader = PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _locked(path)
        count = len(reader.pages)
        if count > _MAX_PAGES:
            raise _too_much(path, f"it has {count:,} pages; at most {_MAX_PAGES:,} are read")
        pages: list[str] = []
        total = 0
        for page in reader.pages:
            pages.append(page.extract_text())
            total += len(pages[-1])
            if total > _MAX_CHARACTERS:
                raise _too_much(path, f"it holds more than {_MAX_CHARACTERS:,} characters")
        meta["pages"] = str(count)
        information = reader.metadata
        for key in ("title", "author"):
            value = getattr(information, key, None) if information is not None else None
            if isinstance(value, str) and value.strip():
                meta[key] = " ".join(value.split())[:300]
    except RivalryError:
        raise
    except PyPdfError as error:
        if "decrypt" in str(error).lower() or "encrypt" in type(error).__name__.lower():
            raise _locked(path) from None
        raise _broken(path, error) from None
    except ImportError:  # encryption that needs a package of its own
        raise _locked(path) from None
    except Exception as error:
        # a broken file can fail anywhere in the library, with any error
        raise _broken(path, error) from None
    finally:
        logger.setLevel(level)
    return "\n\f".join(pages)


def _locked(path: Path) -> RivalryError:
    return RivalryError(
        Problem(
            "R1304",
            "the PDF is locked by a password",
            "Save a copy without the password, or paste its text into a .txt file.",
            file=str(path),
        )
    )


def _broken(path: Path, error: Exception) -> RivalryError:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return RivalryError(
        Problem(
            "R1305",
            f"the PDF cannot be read: {reason}",
            "Fetch the file again, or save it anew from a PDF reader.",
            file=str(path),
        )
    )


def _too_much(path: Path, reason: str) -> RivalryError:
    return RivalryError(
        Problem("R1306", reason, "Save the pages of the report alone.", file=str(path))
    )
