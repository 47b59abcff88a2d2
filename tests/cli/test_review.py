"""``rivalry review``: at a terminal, in scripts, and into a case."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import rivalry
from rivalry.evidence import load_ledger
from rivalry.evidence.reading import load_draft

from .test_read import TEXT

CASE = Path(rivalry.__file__).parent / "cases" / "two_groups"
LEDGER = """\
# Kept by hand.
sources:
  - {id: S1, title: Older, author: x, kind: report, citation: x, licence: x}
actors:
  - id: A07  # the group
    name: Islamic State
    type: insurgent
    source: S1
    locator: P1
"""


@pytest.fixture
def draft(call, tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("raid.txt").write_text(TEXT)
    assert call("read", "raid.txt", "--no-page").code == 0
    return Path("raid.draft.yaml")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "case.yaml").write_text("ledger: ledger.yaml\n")
    (folder / "ledger.yaml").write_text(LEDGER)
    return folder


def ids(draft: Path, section: str, state: str = "suggested") -> list[str]:
    return [r.id for r in load_draft(draft).of(section) if r.state == state]


def test_a_script_decides_and_the_rows_flow_into_a_case(call, draft, case):
    actors = ids(draft, "actors")
    claim = ids(draft, "claims")[0]
    answer = call(
        "review", draft, "--set", f"{claim}.polarity=+", "--set", f"{claim}.cause=retreat of army",
        "--merge", f"{actors[0]}=A07", "--refuse", actors[1], "--accept-all", "--section", "actors",
        "--into", case,
    )  # fmt: skip
    assert answer.code == 0
    assert "rivalry check" in answer.err
    ledger = load_ledger(case / "ledger.yaml")
    assert ledger.claims[0].cause == "retreat of army"
    assert ledger.claims[0].polarity == "+"
    assert len(ledger.actors) == 1 + len(actors) - 2
    assert len(ledger.events) == 0
    assert "# the group" in (case / "ledger.yaml").read_text()
    assert load_draft(draft).get(actors[0]).placed == {"mine/ledger.yaml": "A07"}


def test_the_answer_for_programs_lists_what_waits(call, draft):
    answer = call("review", draft, "--json", "--section", "actors").json()
    assert {p["section"] for p in answer["pending"]} == {"actors"}
    assert {p["id"] for p in answer["pending"]} == set(ids(draft, "actors"))
    assert answer["pending"][0]["words"]
    done = call("review", draft, "--accept-all", "--section", "actors", "--json").json()
    assert done["counts"]["actors"] == {"accepted": len(answer["pending"])}
    assert "suggested" in done["counts"]["events"]


def test_without_a_terminal_nobody_is_asked(call, draft):
    before = draft.read_text()
    answer = call("review", draft, "--quiet")
    assert answer.code == 2
    assert "R1347" in answer.err
    assert draft.read_text() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--section", "relations"), "R1363"),
        (("--source", "S1"), "R1363"),
        (("--merge", "A01"), "R1363"),
        (("--set", "A01=x"), "R1363"),
        (("--set", "DA01.nme=x"), "R1352"),
        (("--set", "DE01.from=soon"), "R0706"),
        (("--set", "DA01.id=DA02"), "R1352"),
        (("--accept", "X99"), "R1351"),
        (("--merge", "DA01=A99"), "R1344"),
        (("--into", "afghanistan"), "R1364"),
        (("--accept-all", "--into", "two_groups"), "R1364"),
        (("--into", "nowhere"), "R0201"),
    ],
)
def test_bad_options_are_coded_errors(call, draft, words, code):
    before = load_draft(draft)
    answer = call("review", draft, *words, "--json")
    assert answer.code != 0
    assert answer.json()["problems"][0]["code"] == code
    if "--accept-all" not in words:
        assert load_draft(draft) == before


def test_a_draft_spoilt_by_hand_is_told_with_its_line(call, draft):
    text = draft.read_text()
    draft.write_text(text.replace("state: suggested", "state: acepted", 1))
    answer = call("review", draft, "--json")
    (problem,) = answer.json()["problems"]
    assert problem["code"] == "R1342"
    line = draft.read_text().splitlines()[problem["line"] - 1]
    assert "acepted" in line
    assert "accepted" in problem["remedy"]


def test_a_case_with_a_new_claim_says_what_is_left_to_do(call, draft, tmp_path):
    """Rows go in; what the model has to carry is then the business of rivalry check."""
    case = Path(shutil.copytree(CASE, tmp_path / "groups"))
    text = (case / "case.yaml").read_text()
    if "\nledger:" not in text:
        (case / "case.yaml").write_text(text + "\nledger: ledger.yaml\n")
        (case / "ledger.yaml").write_text("ledger: 1\n")
    call("review", draft, "--accept-all")
    answer = call("review", draft, "--into", case, "--json").json()
    assert answer["ok"] is True
    assert load_ledger(case / "ledger.yaml").actors


class Terminal:
    """A command at a terminal of its own."""

    def __init__(self, *words: str) -> None:
        self.leader, follower = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rivalry.cli", *words],
            stdin=follower, stdout=follower, stderr=follower, close_fds=True,
            env={**os.environ, "PYTHONPATH": str(Path(rivalry.__file__).parents[1]),
                 "TERM": "dumb"},
        )  # fmt: skip
        os.close(follower)
        self.shown = ""

    def until(self, words: str) -> str:
        """Read until the words are shown."""
        seen, ends = "", time.monotonic() + 120
        while words not in seen:
            ready, _, _ = select.select([self.leader], [], [], max(ends - time.monotonic(), 0))
            assert ready, f"never shown: {words}\n{self.shown}"
            try:
                part = os.read(self.leader, 4096).decode()
            except OSError:
                break
            seen += part
            self.shown += part
        return seen

    def type(self, line: str) -> None:
        os.write(self.leader, (line + "\n").encode())

    def end(self) -> int:
        self.until("\x00")
        code = self.process.wait(60)
        os.close(self.leader)
        return code


def test_rows_are_decided_one_by_one_at_a_terminal(draft, case):
    first, second, third = ids(draft, "actors")[:3]
    terminal = Terminal("review", str(draft), "--case", str(case), "--section", "actors")
    shown = terminal.until("[q]uit: ")
    assert first in shown
    assert "»" in shown  # the words in their sentence
    assert "A07 Islamic State is called the same" in shown
    terminal.type("m")
    terminal.until("the same as")
    terminal.type("A07")
    assert second in terminal.until("[q]uit: ")
    assert load_draft(draft).get(first).into == "A07"  # saved before the next question
    terminal.type("x")
    assert "letters in brackets" in terminal.until("[q]uit: ")
    terminal.type("a")
    assert third in terminal.until("[q]uit: ")
    terminal.type("u")
    shown = terminal.until("[q]uit: ")
    assert f"{second} is open again" in shown
    terminal.type("e")
    for name in load_draft(draft).get(second).row:
        if name not in ("id", "source"):
            terminal.until(f"{name} [")
            terminal.type("Another name" if name == "name" else "")
    terminal.until("= done): ")
    terminal.type("note=Seen twice.")
    terminal.type("")
    terminal.until("[q]uit: ")
    terminal.type("r")
    terminal.until("[q]uit: ")
    terminal.type("q")
    assert terminal.end() == 0
    after = load_draft(draft)
    assert after.get(second).row["name"] == "Another name"
    assert after.get(second).row["note"] == "Seen twice."
    assert after.get(second).state == "edited"
    assert after.get(third).state == "refused"


def test_a_review_broken_off_keeps_every_answer(draft):
    first, second = ids(draft, "actors")[:2]
    terminal = Terminal("review", str(draft))
    terminal.until("[q]uit: ")
    terminal.type("a")
    terminal.until("[q]uit: ")
    terminal.process.kill()
    terminal.process.wait(60)
    os.close(terminal.leader)
    assert load_draft(draft).get(first).state == "accepted"
    again = Terminal("review", str(draft))
    assert second in again.until("[q]uit: ")
    again.type("s")
    again.until("[q]uit: ")
    again.type("\x04")  # end of input
    assert again.end() == 0
    assert load_draft(draft).get(second).state == "suggested"


def test_a_second_case_gets_the_rows_and_a_third_time_says_nothing_new(call, draft, case, tmp_path):
    other = Path(shutil.copytree(case, tmp_path / "other"))
    assert "added to" in call("review", draft, "--accept-all", "--into", case).out
    first = load_ledger(case / "ledger.yaml")
    assert "nothing new to add" in call("review", draft, "--into", case).out
    answer = call("review", draft, "--into", other)
    assert "nothing new" not in answer.out
    assert len(load_ledger(other / "ledger.yaml").events) == len(first.events) > 0


def test_a_case_whose_ledger_is_missing_is_an_error(call, draft, case):
    (case / "ledger.yaml").unlink()
    answer = call("review", draft, "--accept", ids(draft, "actors")[0], "--into", case, "--json")
    assert answer.code == 2
    assert answer.json()["problems"][0]["code"] == "R0101"
    assert not (case / "ledger.yaml").exists()


def test_an_actor_of_the_case_is_not_doubled(call, draft, case):
    text = (case / "ledger.yaml").read_text()
    (case / "ledger.yaml").write_text(
        text.replace("name: Islamic State", "name: Jamaat Nusrat al-Islam wal-Muslimin")
    )
    answer = call("review", draft, "--accept-all", "--section", "actors", "--into", case)
    assert "is A07 of the ledger" in answer.err
    ledger = load_ledger(case / "ledger.yaml")
    assert "JNIM" in ledger.get("A07").aliases
    assert [a.id for a in ledger.actors if a.name == "JNIM"] == []


def test_an_actor_that_may_be_there_is_left_with_a_warning(call, draft, case):
    """The report's Islamic State in Mali may be the ISIL of the case, or a province of it."""
    text = (case / "ledger.yaml").read_text()
    (case / "ledger.yaml").write_text(text.replace("name: Islamic State", "name: ISIL"))
    answer = call("review", draft, "--accept-all", "--section", "actors", "--into", case)
    assert "R1365" in answer.err
    left = ids(draft, "actors")
    assert len(left) == 1
    assert "Islamic State" in load_draft(draft).get(left[0]).row["name"]


def test_two_ledgers_at_once_are_refused(call, draft, case, tmp_path):
    other = Path(shutil.copytree(case, tmp_path / "other"))
    answer = call("review", draft, "--accept-all", "--case", case, "--into", other, "--json")
    assert answer.json()["problems"][0]["code"] == "R1363"


def test_a_row_that_lost_its_doer_says_so(call, draft, case):
    event = next(load_draft(draft).of("events")).row
    doer = load_draft(draft).get(event["actors"][0])
    assert doer.row["name"] in event["what"]
    answer = call(
        "review", draft, "--refuse", event["actors"][0], "--accept", event["id"], "--into", case
    )
    assert "which was not accepted" in answer.err or "which were not accepted" in answer.err
    assert f"still speaks of {doer.row['name']}" in answer.err


def test_a_faulty_edit_asks_only_for_what_is_wrong(draft):
    event = ids(draft, "events")[0]
    row = load_draft(draft).get(event).row
    terminal = Terminal("review", str(draft), "--section", "events")
    terminal.until("[q]uit: ")
    terminal.type("e")
    typed = {"from": "soon", "what": "raid on a post"}
    for name in row:
        if name not in ("id", "source"):
            terminal.until(f" {name} [")
            terminal.type(typed.get(name, ""))
    terminal.until("= done): ")
    terminal.type("")
    shown = terminal.until(" from [soon]: ")
    assert "R0706" in shown
    assert " what [" not in shown.split("R0706")[1]
    terminal.type("2022-05-04")
    terminal.until("no more rows" if len(ids(draft, "events")) == 1 else "[q]uit: ")
    after = load_draft(draft).get(event)
    assert after.state == "edited"
    assert (after.row["from"], after.row["what"]) == ("2022-05-04", "raid on a post")
    terminal.process.kill()
    terminal.process.wait(60)
    os.close(terminal.leader)
