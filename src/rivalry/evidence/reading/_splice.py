"""Adding rows to a ledger's text and changing some, with everything else left as it stands."""

from __future__ import annotations

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from rivalry.evidence.reading._draft_file import row_lines
from rivalry.foundation import Problem, RivalryError, parse_yaml

_ITEM = re.compile(r"^(\s*)-(\s+)\S")
_EMPTY_SECTION = re.compile(r"^(?P<name>\w+):\s*(?:\[\s*\]|null|~)?\s*(?P<comment>#.*)?$")


def add_rows(text: str, rows: dict[str, list[dict[str, Any]]]) -> str:
    """Return a ledger's text with rows at the ends of its sections.

    Parameters
    ----------
    text : str
        Valid YAML.
    rows : dict of str to list of dict
        Section to rows, each with its own fresh id.

    Raises
    ------
    RivalryError
        R1349 when a section is not a list with a line for each row.
    """
    for section, new in rows.items():
        if new:
            text = _add(text, section, new)
    return text


def _add(text: str, section: str, rows: list[dict[str, Any]]) -> str:
    lines = text.splitlines()
    document = parse_yaml(text)
    keys = {
        str(path[0]): place.line - 1 for path, place in document.positions.items() if len(path) == 1
    }
    if section not in keys:
        while lines and not lines[-1].strip():
            lines.pop()
        block = [*([""] if lines else []), f"{section}:", *row_lines(rows, "  ")]
        return "\n".join([*lines, *block]) + "\n"
    start = keys[section]
    end = min((line for line in keys.values() if line > start), default=len(lines))
    # comments and empty lines before the next section belong to that
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    data = document.data.get(section)
    if not data:
        empty = _EMPTY_SECTION.match(lines[start])
        if empty is None:
            raise _not_a_list(section)
        comment = f"  {empty['comment']}" if empty["comment"] else ""
        block = [f"{section}:{comment}", *row_lines(rows, "  ")]
        return "\n".join([*lines[:start], *block, *lines[start + 1 :]]) + "\n"
    first = document.positions.get((section, 0))
    item = _ITEM.match(lines[first.line - 1]) if first is not None else None
    if item is None or not lines[start].rstrip().split("#")[0].rstrip().endswith(":"):
        raise _not_a_list(section)
    return "\n".join([*lines[:end], *row_lines(rows, item[1]), *lines[end:]]) + "\n"


def _not_a_list(section: str) -> RivalryError:
    return RivalryError(
        Problem(
            "R1349",
            f"{section} is not written as a list with a line for each row",
            "Write each row on lines of its own, the first starting with '- '.",
        )
    )


def change_rows(text: str, changes: dict[str, dict[str, Any]]) -> str:
    """Return a ledger's text with some fields of rows changed; comments stay.

    Parameters
    ----------
    text : str
    changes : dict of str to dict
        Id of a row to its changed fields.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(text)
    for section in data.values():
        if not isinstance(section, CommentedSeq):
            continue
        for row in section:
            for name, value in changes.get(str(row.get("id")), {}).items():
                if isinstance(value, list) and isinstance(row.get(name), CommentedSeq):
                    row[name].extend(v for v in value if v not in row[name])
                elif name in row:
                    row[name] = value
                else:
                    row.insert(1 + list(row).index("name") if "name" in row else len(row),
                               name, _listed(value))  # fmt: skip
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _listed(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    made = CommentedSeq(value)
    made.fa.set_flow_style()
    return made
