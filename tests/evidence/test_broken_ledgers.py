"""Every mistake in a ledger is a coded error at its line, and several are reported at once."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from rivalry.evidence import Ledger, dump_ledger, load_ledger, parse_ledger
from rivalry.foundation import Problem, RivalryError, all_codes, parse_yaml

SOUND = """\
ledger: 1
sources:
  - id: S1
    title: A report
    author: Somebody
    date: 2023
    kind: report
    citation: Somebody (2023). A report.
    licence: CC BY 4.0
actors:
  - {id: A01, name: North, type: insurgent, source: S1, locator: P1}
  - {id: A02, name: South, type: government, source: S1, locator: P1}
relations:
  - id: R01
    actor: A01
    toward: [A02]
    sign: "-"
    kind: armed conflict
    content: They fight.
    source: S1
    locator: P1
events:
  - id: E01
    when: spring of 2022
    precision: range
    from: 2022-03
    until: 2022-05
    what: A truce holds.
    actors: [A01, A02]
    quad: MC
    source: S1
    locator: P2
quantities:
  - {id: Q01, what: fighters, unit: people, value: 100, as_of: 2022, source: S1, locator: P2}
  - {id: Q02, what: fighters, unit: people, value: 50, as_of: 2022, source: S1, locator: P2}
  - id: Q03
    what: ratio
    unit: "1"
    value: 2
    basis: derived
    derived_from: [Q01, Q02]
    operation: ratio
    source: S1
    locator: P2
claims:
  - id: C01
    cause: hardship
    effect: recruits
    polarity: "+"
    mode: fact
    asserted_by: the author
    source: S1
    locator: P3
loops:
  - {id: L1, name: spiral, polarity: reinforcing, claims: [C01], description: More begets more.,
     source: S1, locator: P3}
"""


def faults(text: str) -> list[Problem]:
    with pytest.raises(RivalryError) as caught:
        parse_ledger(text, file="ledger.yaml")
    return caught.value.problems


def line_of(text: str, needle: str) -> int:
    assert text.count(needle) == 1, needle
    return text[: text.index(needle)].count("\n") + 1


def test_the_sound_ledger_is_read():
    ledger = parse_ledger(SOUND)
    assert ledger.counts()["claims"] == 1
    assert ledger.get("Q03").id == "Q03"


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        # shape
        ('    polarity: "+"', '    polarty: "+"', "R0701", "Did you mean 'polarity'?"),
        ("claims:\n", "claimz:\n", "R0701", "Did you mean 'claims'?"),
        ("    author: Somebody\n", "", "R0702", "author is missing"),
        ("    content: They fight.", "    content: ''", "R0702", "content is empty"),
        ("    title: A report", "    title: 1984", "R0703", "title should be text"),
        ("value: 100", "value: many", "R0703", "value should be a number"),
        ("value: 100", "value: true", "R0703", "value should be a number"),
        ("value: 100", "value: .inf", "R0703", "finite"),
        ("value: 100", "value: .nan", "R0703", "finite"),
        ("    actors: [A01, A02]", "    actors: {A01: A02}", "R0703", "actors should be a list"),
        ("  - {id: A01, name: North, type: insurgent, source: S1, locator: P1}",
         "  - A01", "R0703", "a block of keys"),
        # words
        ('    polarity: "+"', "    polarity: positive", "R0704", "Write one of: +, -, 0, both"),
        ("    mode: fact", "    mode: facts", "R0704", "Did you mean 'fact'?"),
        ('    sign: "-"', "    sign: hostile", "R0704", "+, -, ±, 0"),
        ("polarity: reinforcing", "polarity: reenforcing", "R0704", "Did you mean 'reinforcing'?"),
        ("    quad: MC", "    quad: XC", "R0704", "VC, MC, VK, MK"),
        ("id: A02,", "id: a02,", "R0705", "'a02' is not an id"),
        # dates
        ("    from: 2022-03", "    from: 2022-13", "R0706", "month 13"),
        ("    from: 2022-03", "    from: 2022-02-30", "R0706", "28 days"),
        ("    date: 2023", "    date: June 2023", "R0706", "'June 2023' is not a date"),
        ("    until: 2022-05", "    until: 2021", "R0709", "after it ends"),
        ("    precision: range", "    precision: day", "R0710", "names a month"),
        ("    until: 2022-05\n", "", "R0710", "needs both"),
        ("    precision: range", "    precision: undated", "R0710", "cannot have"),
        # amounts
        ("value: 100", "low: 5, high: 4", "R0709", "low 5 is above high 4"),
        ("value: 100", "value: 100, vague: many", "R0711", "exactly one"),
        ("value: 100, ", "", "R0711", "exactly one"),
        ("    basis: derived\n", "", "R0713", "derived_from"),
        ("    value: 2\n", "    value: 3\n", "R0714", "the ratio of Q01, Q02 is 2"),
        # ids and references
        ("  - {id: A02,", "  - {id: A01, name: Other, type: other, source: S1, locator: P1}\n"
         "  - {id: A02,", "R0707", "A01 is used twice (first in actors)"),
        ("  - {id: Q02,", "  - {id: E01, what: x, unit: y, vague: z, source: S1, locator: P1}\n"
         "  - {id: Q02,", "R0707", "E01 is used twice (first in events)"),
        ("    toward: [A02]", "    toward: [A20]", "R0708", "Did you mean 'A02'?"),
        ("    toward: [A02]", "    toward: [C01]", "R0708", "C01 is in claims, not in actors"),
        ("    toward: [A02]", "    toward: [A2x]", "R0708", "there is no A2x in actors"),
        ("    actors: [A01, A02]", "    actors: [A01, A07]", "R0708", "there is no A07"),
        ("claims: [C01],", "claims: [C02],", "R0708", "Did you mean 'C01'?"),
        ("    derived_from: [Q01, Q02]", "    derived_from: [Q01, Q09]", "R0708", "no Q09"),
        ("    asserted_by: the author", "    asserted_by: A03", "R0708", "there is no A03"),
        # the whole
        ("ledger: 1", "ledger: 9", "R0716", "Write ledger: 1"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_coded_error_at_its_line(old: str, new: str, code: str, says: str):
    line = line_of(SOUND, old)
    found = faults(SOUND.replace(old, new))
    assert [p.code for p in found] == [code], found
    problem = found[0]
    assert says in f"{problem.message} {problem.remedy}"
    assert problem.remedy
    assert problem.file == "ledger.yaml"
    assert problem.line is not None
    # a missing key, and a contradiction between two keys, are put at the first line of the row
    start = SOUND.splitlines()[:line]
    first = max((i + 1 for i, t in enumerate(start) if t.startswith("  - ")), default=1)
    at_row = code in ("R0702", "R0709", "R0710", "R0711", "R0713") and first <= problem.line
    assert problem.line == line or (at_row and problem.line <= line)


def test_several_mistakes_are_reported_at_once():
    text = (
        SOUND.replace('    polarity: "+"', "    polarity: up")
        .replace("    from: 2022-03", "    from: 2022-03-99")
        .replace("    toward: [A02]", "    toward: [A20]")
        .replace("    mode: fact", "    modus: fact")
    )
    found = faults(text)
    assert sorted(p.code for p in found) == ["R0701", "R0704", "R0706", "R0708"]
    assert len({p.line for p in found}) == 4


def test_a_missing_key_and_an_unlike_one_are_two_errors():
    found = faults(SOUND.replace("    mode: fact", "    firmness: fact"))
    assert sorted(p.code for p in found) == ["R0701", "R0702"]


def test_a_faulty_row_does_not_make_references_to_it_look_wrong():
    found = faults(SOUND.replace("    mode: fact", "    mode: facts"))
    assert [p.code for p in found] == ["R0704"]


def test_an_error_names_the_row_by_its_id():
    (problem,) = faults(SOUND.replace('    polarity: "+"', "    polarity: up"))
    assert problem.where == "claims.C01.polarity"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "ledger: 1\n", "claims:\nactors: []\n"])
def test_an_empty_ledger_is_allowed(text: str):
    assert sum(parse_ledger(text).counts().values()) == 0


@pytest.mark.parametrize("text", ["- A01\n", "just words\n", "42\n"])
def test_what_is_no_ledger_is_said_to_be_none(text: str):
    assert [p.code for p in faults(text)] == ["R0715"]


def test_a_section_that_is_no_list_is_one_error():
    text = SOUND.replace("claims:\n  - id: C01\n    cause", "claims:\n  C01:\n    cause")
    assert [p.code for p in faults(text)] == ["R0703"]


def test_faults_of_the_file_itself_keep_their_codes(tmp_path: Path):
    with pytest.raises(RivalryError) as caught:
        load_ledger(tmp_path / "none.yaml")
    assert caught.value.problems[0].code == "R0101"
    bad = tmp_path / "ledger.yaml"
    bad.write_bytes(b"title: \xff\n")
    with pytest.raises(RivalryError) as caught:
        load_ledger(bad)
    assert caught.value.problems[0].code == "R0103"


def test_after_and_before_take_an_event_or_a_date():
    text = SOUND.replace("    quad: MC", "    quad: MC\n    after: E01\n    before: 2023-02")
    assert parse_ledger(text).events[0].before == "2023-02"
    (problem,) = faults(SOUND.replace("    quad: MC", "    quad: MC\n    after: the war"))
    assert (problem.code, problem.line) == ("R0706", line_of(SOUND, "    quad: MC") + 1)


def test_half_a_coordinate_is_refused():
    text = SOUND + textwrap.dedent("""\
        places:
          - {id: P1, name: A town, kind: city, lat: 91, lon: 10, source: S1, locator: P1}
          - {id: P2, name: A town, kind: city, lat: 10, source: S1, locator: P1}
        """)
    assert [(p.code, p.line) for p in faults(text)] == [
        ("R0709", text.count("\n") - 1),
        ("R0712", text.count("\n")),
    ]


def test_signs_may_be_typed_in_several_ways():
    for typed, meant in (("0", "0"), ("−", "-"), ("'+/-'", "±"), ("±", "±")):
        text = SOUND.replace('    sign: "-"', f"    sign: {typed}")
        assert parse_ledger(text).relations[0].sign == meant


# Anything YAML can hold, put anywhere in a ledger.
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.sampled_from(["", "A01", "R01", "+", "2022-02-30", "S1", "0", "day", "x y"])
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "from", "status", "zz", "value"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


def outcome(text: str) -> tuple[list[Problem], Ledger | None]:
    """Faults or a ledger; anything else that is raised fails the test."""
    try:
        return [], parse_ledger(text, file="ledger.yaml")
    except RivalryError as error:
        return error.problems, None


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_whatever_is_put_in_gives_a_ledger_or_coded_errors(data: st.DataObject):
    content = parse_yaml(SOUND).data
    for _ in range(data.draw(st.integers(1, 4))):
        here = content
        while True:
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            below = here[key]
            if isinstance(below, dict | list) and below and data.draw(st.integers(0, 4)):
                here = below
                continue
            if data.draw(st.booleans()):
                here[key] = data.draw(anything)
            elif isinstance(here, dict):
                here[str(data.draw(st.sampled_from(["note", "zz", "from", "low"])))] = here.pop(key)
            else:
                here.append(below)
            break
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(content, stream)
    found, ledger = outcome(stream.getvalue())
    if ledger is not None:
        assert parse_ledger(dump_ledger(ledger)) == ledger
        return
    assert found
    for problem in found:
        assert problem.code in all_codes()
        assert problem.line is not None
        assert problem.remedy
