"""What the pages show is run: cases load, commands print what stands there, Python runs.

A comment before a fenced block says what to do with it:

``<!-- test: file NAME -->``      the block is that file in the page's folder
``<!-- test: replace NAME -->``   in that file, the block's first line becomes its second
``<!-- test: case -->``           the block is a complete case and loads without error
``<!-- test: case R0306 -->``     it is refused with this code
``<!-- test: run -->``            run the ``$ rivalry`` lines and compare what they print
``<!-- test: run about -->``      the same; numbers may differ by a fifth
``<!-- test: run fails -->``      the same; the command ends with a code other than 0
``<!-- test: output about -->``   what the Python block above printed
``<!-- test: skip -->``           leave a Python block out
``<!-- test: from PAGE -->``      start with the files that another page writes

Python blocks are run without being asked, all of a page in one namespace.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from rivalry.cases import CaseSpec, ReportSpec, load_case
from rivalry.cli import main
from rivalry.cli._app import app
from rivalry.foundation import RivalryError
from rivalry.model import FAMILIES, PRIORS
from rivalry.model.build._calendar import STATUSES, TYPES
from rivalry.model.expressions import FUNCTIONS
from rivalry.model.expressions._functions import BUILTIN_NAMES
from rivalry.model.spec import (
    AccumulatorSpec,
    BindingSpec,
    ExpectationSpec,
    FlowSpec,
    InputSpec,
    LevelSpec,
    LeverSpec,
    LookupSpec,
    LoopSpec,
    NoiseSpec,
    ObservationSpec,
    ParameterSpec,
    ScenarioSpec,
    ShockMove,
    ShockSpec,
    StockSpec,
)

from ._blocks import Block, blocks
from ._same import assert_shows

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(p for p in DOCS.rglob("*.md") if "_build" not in p.parts and p.name != "template.md")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def _runs(page: Path) -> bool:
    return any((b.test and b.test != ("skip",)) or b.language == "python" for b in blocks(page))


def _name(page: Path) -> str:
    return str(page.relative_to(DOCS))


@pytest.mark.parametrize("page", [p for p in PAGES if _runs(p)], ids=_name)
def test_what_a_page_shows_is_so(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    runner = _Page(page, tmp_path)
    for block in blocks(page):
        runner.do(block)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_inside_the_documentation_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in _LINK.findall(text):
        if "://" in target or target.startswith("#"):
            continue
        assert (page.parent / target.split("#")[0]).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_that_a_page_shows_exists(page: Path) -> None:
    for block in blocks(page):
        if block.language != "console":
            continue
        for words in _commands(block):
            if _is_rivalry(words) and len(words) > 1:
                assert _quietly([words[1], "--help"])[0] == 0, f"line {block.line}: {words}"


def test_every_option_of_every_command_is_in_the_reference() -> None:
    text = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (`--[^|]*) \| ([^|]*) \|", text, flags=re.MULTILINE))
    for name, command in _command_line().items():
        assert f"`rivalry {name}" in text
        for option in (o for p in command.params for o in p.opts if o.startswith("--")):
            of = next((of for names, of in rows.items() if re.search(option + r"\b", names)), "")
            assert of == "all" or f"`{name}`" in of, f"{option} of {name}"


def _command_line() -> dict[str, Any]:
    found: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return found


def test_the_reference_names_everything_the_language_has() -> None:
    """A function, distribution, prior, status or section that nobody wrote about is a gap."""
    text = (DOCS / "reference" / "language.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[a-z_]+", text)) | set(re.findall(r"`([^`]*)`", text))
    wanted = {
        *CaseSpec.model_fields,
        *FUNCTIONS,
        *FAMILIES,
        *PRIORS,
        *BUILTIN_NAMES,
        *STATUSES,
        *TYPES,
    }
    for spec in (StockSpec, LevelSpec, FlowSpec, NoiseSpec, InputSpec, ShockSpec, ShockMove,
                 AccumulatorSpec, ObservationSpec, LeverSpec, ScenarioSpec, ExpectationSpec,
                 BindingSpec, LoopSpec, ParameterSpec, LookupSpec, ReportSpec):  # fmt: skip
        wanted |= {field.alias or name for name, field in spec.model_fields.items()}
    assert sorted(wanted - words) == []


class _Page:
    """A page being worked through."""

    def __init__(self, page: Path, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "__page__"}
        self.printed = ""

    def do(self, block: Block) -> None:
        where = f"{self.page.name} line {block.line}"
        match block.test:
            case ("skip",):
                return
            case ("from", other):
                for source in blocks((self.page.parent / other).resolve()):
                    if source.test[:1] == ("file",):
                        self._write(source)
            case ("file", _):
                self._write(block)
            case ("replace", name):
                old, new = block.text.splitlines()
                path = self.folder / name
                text = path.read_text(encoding="utf-8")
                assert old in text, where
                path.write_text(text.replace(old, new, 1), encoding="utf-8")
            case ("case", *codes):
                self._case(block, codes, where)
            case ("run", *how):
                self._run(block, set(how), where)
            case ("output", *how):
                assert_shows(block.text, self.printed, about="about" in how, where=where)
            case ():
                if block.language == "python":
                    self._python(block, where)
            case _:
                pytest.fail(f"{where}: unknown test {block.test}")

    def _write(self, block: Block) -> None:
        path = self.folder / block.test[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")

    def _case(self, block: Block, codes: list[str], where: str) -> None:
        path = self.folder / f"line_{block.line}.yaml"
        path.write_text(block.text, encoding="utf-8")
        found: set[str] = set()
        try:
            load_case(path)
        except RivalryError as error:
            found = {p.code for p in error.problems if p.severity == "error"}
        assert found == set(codes), where

    def _run(self, block: Block, how: set[str], where: str) -> None:
        for words, shown in _transcript(block):
            if not _is_rivalry(words):
                continue
            code, printed = _quietly(words[1:])
            assert (code != 0) == ("fails" in how), f"{where}: {words} ends with {code}\n{printed}"
            assert_shows(shown, printed, about="about" in how, where=f"{where}, {words[1]}")

    def _python(self, block: Block, where: str) -> None:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            # blank lines, so that a traceback names the line of the page
            exec(compile("\n" * block.line + block.text, str(self.page), "exec"), self.names)
        self.printed = out.getvalue()


def _transcript(block: Block) -> list[tuple[list[str], str]]:
    """Split into commands (after ``$``) and what the page shows them to print."""
    found: list[tuple[list[str], str]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((shlex.split(line[2:], comments=True), ""))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + line + "\n")
    return found


def _is_rivalry(words: list[str]) -> bool:
    return Path(words[0]).name == "rivalry"


def _commands(block: Block) -> list[list[str]]:
    return [words for words, _ in _transcript(block)]


def _quietly(words: list[str]) -> tuple[int, str]:
    both = io.StringIO()
    with contextlib.redirect_stdout(both), contextlib.redirect_stderr(both):
        code = main(words)
    return code, both.getvalue()
