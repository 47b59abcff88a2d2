"""Writing a ledger as YAML, and its JSON Schema for editors."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from rivalry.evidence._ledger import SECTIONS, Ledger
from rivalry.foundation import atomic_write


def dump_ledger(ledger: Ledger) -> str:
    """Return the ledger as YAML text that `parse_ledger` reads back to an equal ledger."""
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.allow_unicode = True
    yaml.width = 100
    stream = io.StringIO()
    yaml.dump(_plain(ledger), stream)
    return stream.getvalue()


def save_ledger(ledger: Ledger, path: str | Path) -> None:
    """Write the ledger to a file, whole or not at all."""
    text = dump_ledger(ledger)
    with atomic_write(path) as stream:
        stream.write(text)


def _plain(ledger: Ledger) -> dict[str, Any]:
    data = ledger.model_dump(by_alias=True, exclude_defaults=True)
    return {"ledger": 1, **data}


def ledger_schema() -> dict[str, Any]:
    """Return the JSON Schema of ledger files, for editors that complete and check YAML.

    It knows the shape of rows. References between rows, and dates against their precision, are
    checked by `load_ledger` only.
    """
    schema = Ledger.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    for definition in definitions.values():
        for name, spec in definition["properties"].items():
            _allow_short_forms(name, spec, definitions)
    for section in SECTIONS:
        spec = schema["properties"][section]
        spec["type"] = ["array", "null"]  # a section may stand there empty
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "rivalry ledger",
    }


def _allow_short_forms(name: str, spec: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Say in the schema what the models' validators accept beside the full form."""
    items = spec.get("items")
    if spec.get("type") == "array" and isinstance(items, dict) and "$ref" not in items:
        if name == "aliases":
            return
        full = {k: spec.pop(k) for k in ("type", "items", "minItems") if k in spec}
        spec["anyOf"] = [full, items]
    elif name == "date":
        spec["anyOf"].append(definitions["SourceDate"]["properties"]["value"])
