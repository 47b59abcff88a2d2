"""Whether what arrived is a table or an archive, as its name says."""

from __future__ import annotations

import zipfile
from pathlib import Path

from rivalry.data._fetch_faults import other_thing, too_large


def check_file(part: Path, name: str, url: str, most: int) -> None:
    """Refuse a file that is not what its name says."""
    with part.open("rb") as stream:
        head = stream.read(512)
    if is_page("", head):
        raise other_thing(url, "a web page")
    if not head:
        raise other_thing(url, "nothing")
    if not name.endswith(".zip"):
        return
    try:
        with zipfile.ZipFile(part) as archive:
            if sum(i.file_size for i in archive.infolist()) > most:
                raise too_large(url, most)
            broken = archive.testzip()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError) as error:
        raise other_thing(url, f"no whole zip file ({error})") from None
    if broken is not None:
        raise other_thing(url, f"a zip file in which {broken} is damaged")


def is_page(kind: str, head: bytes) -> bool:
    """Tell a web page by the type that a server states, or by how it begins."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower()
    return kind.split(";")[0].strip().lower() in ("text/html", "application/xhtml+xml") or (
        start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head"))
    )
