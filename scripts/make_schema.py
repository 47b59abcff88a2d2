"""Write the JSON Schema of case files and the reference page made from it.

Run after a change of the case format:

    .venv/bin/python scripts/make_schema.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rivalry.cases import case_schema

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
SCHEMA = FOLDER / "case.schema.json"
PAGE = FOLDER / "case-file.md"

INTRODUCTION = """\
<!-- Made by scripts/make_schema.py from the schema: change the docstrings and run it again. -->

# Case files

A case is a folder with `case.yaml`, usually a `ledger.yaml` and a folder `data` beside it. The case
file is YAML. Anchors, aliases and tags are refused; a key given twice is an error, and so is a key
that does not stand below. `rivalry check FOLDER` lists every mistake with its line.

Editors complete and check case files with [the JSON Schema](case.schema.json); for many of them one
comment at the top of the file is enough:

```yaml
# yaml-language-server: $schema=case.schema.json
```

Names are letters, digits and `_`, and unique over all sections. `fighters[group]` declares a name
for each element of the dimension `group`; in its expressions `group` stands for the running
element, and `fighters[taliban]` picks one. Where a key takes *text or number or name: text or
number*, the last form gives one value for each element: `{taliban: 1, iskp: 2}`.

Files are named relative to the case's folder, inside it or in a folder right beside it. Dates are
`YYYY-MM` or `YYYY-MM-DD`. Units are words such as `people`, `1/month` or `people/month`; `''` is a
plain number, and a unit left out is not checked.
"""


#: Keys of everything that carries evidence; shown once.
COMMON = ("label", "claims", "source", "note")
ELEMENTS = """\
Where a table below ends with *and those of every element*, these keys may be given too. An element
with neither `claims` nor `source` is listed as the analyst's assumption.
"""


def make_schema() -> str:
    """Return the text of the JSON Schema."""
    return json.dumps(case_schema(), indent=2, ensure_ascii=False) + "\n"


def make_page() -> str:
    """Return the text of the reference page."""
    schema = case_schema()
    definitions: dict[str, Any] = schema["$defs"]
    parts = [INTRODUCTION, "## Sections\n", *_table(schema, definitions)]
    parts += ["\n## Keys of every element\n", ELEMENTS]
    common = {k: definitions["StockSpec"]["properties"][k] for k in COMMON}
    parts += _table({"properties": common}, definitions)
    done: set[str] = set()
    for name, spec in schema["properties"].items():
        block = _block_of(spec, definitions)
        if block is None:
            continue
        parts.append(f"\n## `{name}`\n")
        parts += _definition(block, definitions, done)
    return "\n".join(parts).rstrip() + "\n"


def _definition(name: str, definitions: dict[str, Any], done: set[str]) -> list[str]:
    if name in done:
        return [f"As {_title(name)} above."]
    done.add(name)
    definition = definitions[name]
    parts = [_text(definition.get("description", "")), "", *_table(definition, definitions)]
    for spec in definition["properties"].values():
        inner = _block_of(spec, definitions)
        if inner is not None and inner not in done:
            parts.append(f"\n### {_title(inner)}\n")
            parts += _definition(inner, definitions, done)
    return parts


def _table(definition: dict[str, Any], definitions: dict[str, Any]) -> list[str]:
    required = definition.get("required", [])
    rows = ["| key | takes | if left out | meaning |", "|---|---|---|---|"]
    shared = set(COMMON) < set(definition["properties"])
    for key, spec in definition["properties"].items():
        if shared and key in COMMON:
            continue
        absent = "**needed**" if key in required else _default(spec)
        meaning = spec.get("description", "") or _first_line(spec, definitions)
        rows.append(
            f"| `{key}` | {_cell(_takes(spec, definitions))} | {_cell(absent)} | "
            f"{_cell(_text(meaning))} |"
        )
    if shared:
        rows.append("| | | | *and those of every element* |")
    return rows


def _first_line(spec: dict[str, Any], definitions: dict[str, Any]) -> str:
    block = _block_of(spec, definitions)
    text = "" if block is None else str(definitions[block].get("description", ""))
    return text.split("\n\n", 1)[0]


def _takes(spec: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in spec:
        target = definitions[spec["$ref"].rsplit("/", 1)[1]]
        return _takes(target, definitions) if "properties" not in target else "block"
    if "anyOf" in spec:
        words = [_takes(s, definitions) for s in spec["anyOf"] if s.get("type") != "null"]
        return " or ".join(dict.fromkeys(words))
    if "const" in spec:
        return f"`{spec['const']}`"
    if "enum" in spec:
        return ", ".join(f"`{word}`" for word in spec["enum"])
    kind = spec.get("type")
    if isinstance(kind, list):
        kind = next(k for k in kind if k != "null")
    if kind == "array":
        if "prefixItems" in spec:
            return f"list of {len(spec['prefixItems'])}"
        if "prefixItems" in spec.get("items", {}):
            return "list of pairs"
        return f"list of {_plural(_takes(spec.get('items', {}), definitions))}"
    if kind == "object":
        inner = spec.get("additionalProperties")
        if isinstance(inner, dict):
            return f"name: {_takes(inner, definitions)}"
        return "block"
    words = {"string": "text", "number": "number", "integer": "whole number"}
    text = words.get(str(kind), str(kind))
    low, high = spec.get("minimum"), spec.get("maximum")
    return text if low is None else f"{text} {low}..{high}"


def _plural(text: str) -> str:
    return {"block": "blocks", "text": "texts", "number": "numbers"}.get(text, text)


def _default(spec: dict[str, Any]) -> str:
    value = spec.get("default")
    if value is None or value in ("", [], {}) or value == [None, None]:
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _block_of(spec: dict[str, Any], definitions: dict[str, Any]) -> str | None:
    """Return the definition that a key's block, list or values refer to."""
    if "$ref" in spec:
        name = str(spec["$ref"].rsplit("/", 1)[1])
        return name if "properties" in definitions[name] else None
    inner = spec.get("additionalProperties")
    for option in (*spec.get("anyOf", []), inner, spec.get("items")):
        if isinstance(option, dict):
            found = _block_of(option, definitions)
            if found is not None:
                return found
    return None


def _title(name: str) -> str:
    words = name.removesuffix("Spec")
    return "".join(f" {c.lower()}" if c.isupper() and i else c for i, c in enumerate(words))


def _text(text: str) -> str:
    """Docstrings use double backquotes for code; Markdown uses single ones."""
    return " ".join(text.split()).replace("``", "`")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Write both files; with ``--check`` only say whether they are up to date."""
    stale = []
    for path, text in ((SCHEMA, make_schema()), (PAGE, make_page())):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.name)
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    print(f"written: {', '.join(stale)}" if stale else "up to date")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
