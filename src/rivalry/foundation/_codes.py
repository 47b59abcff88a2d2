"""The catalogue of error codes behind `rivalry explain`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from ruamel.yaml import YAML


@dataclass(frozen=True)
class CodeEntry:
    """What `rivalry explain CODE` says.

    `title` is one line, `why` a short paragraph, `remedy` what to do, `example` an optional
    snippet of a wrong input beside the mended one.
    """

    code: str
    title: str
    why: str
    remedy: str
    example: str = ""


@cache
def all_codes() -> dict[str, CodeEntry]:
    """Return every known code, sorted; one YAML file per hundred lies in ``foundation/codes``."""
    entries: dict[str, CodeEntry] = {}
    folder = resources.files("rivalry.foundation") / "codes"
    for item in sorted(folder.iterdir(), key=lambda p: p.name):
        if not item.name.endswith(".yaml"):
            continue
        content = YAML(typ="safe").load(item.read_text(encoding="utf-8")) or {}
        for code, fields in content.items():
            if code in entries:
                raise ValueError(f"code {code} is defined twice (again in {item.name})")
            entries[code] = CodeEntry(code=code, **fields)
    return dict(sorted(entries.items()))


def code_entry(code: str) -> CodeEntry | None:
    """Return the entry of `code` (any case), or None."""
    return all_codes().get(code.upper())
