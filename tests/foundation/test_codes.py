"""The catalogue behind `rivalry explain` is complete, and holds nothing that cannot occur."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rivalry.foundation import all_codes, code_entry

CODE = re.compile(r'"(R\d{4})"')


def codes_in_source(repository: Path) -> dict[str, str]:
    """Every code that the source can raise, with one file that does."""
    found: dict[str, str] = {}
    for path in sorted((repository / "src").rglob("*.py")):
        for code in CODE.findall(path.read_text(encoding="utf-8")):
            found.setdefault(code, str(path.relative_to(repository)))
    return found


def test_every_code_raised_is_explained(repository: Path):
    missing = {c: f for c, f in codes_in_source(repository).items() if c not in all_codes()}
    assert missing == {}


def test_every_code_explained_can_be_raised(repository: Path):
    assert sorted(set(all_codes()) - set(codes_in_source(repository))) == []


def test_entries_say_something():
    for code, entry in all_codes().items():
        assert re.fullmatch(r"R(0[1-9]|1[0-3])\d\d", code), code
        assert entry.code == code
        for text in (entry.title, entry.why, entry.remedy):
            assert text.strip(), code
        assert len(entry.title) <= 72, code
        assert "\n" not in entry.title.strip(), code


def test_each_code_lies_in_the_file_of_its_range(repository: Path):
    folder = repository / "src" / "rivalry" / "foundation" / "codes"
    for path in sorted(folder.glob("*.yaml")):
        for code in re.findall(r"^(R\d{4}):", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert path.name.startswith(code[:3]), f"{code} in {path.name}"


def test_titles_differ():
    titles = [entry.title for entry in all_codes().values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("text", ["R0111", "r0111"])
def test_lookup_takes_any_case(text):
    entry = code_entry(text)
    assert entry is not None
    assert entry.code == "R0111"


def test_unknown_code():
    assert code_entry("R9999") is None
