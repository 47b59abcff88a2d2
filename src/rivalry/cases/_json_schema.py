"""The JSON Schema of case files, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from rivalry.cases._spec import CaseSpec

#: What the language also takes in place of the full form, by the name of the validator that
#: accepts it: pydantic's own schema shows only the full form.
_SHORT_FORMS: dict[str, list[dict[str, Any]]] = {
    "_as_list": [{"type": "string"}],
    "_parameter": [{"type": "number"}, {"type": "string"}],
    "_auxiliary": [{"type": "string"}, {"type": "number"}],
}


class _Generator(GenerateJsonSchema):
    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        inner = super().function_before_schema(schema)
        name = getattr(schema["function"]["function"], "__name__", "")
        if name == "_moves":
            return {"anyOf": [inner["items"], inner]}
        if name in _SHORT_FORMS:
            return {"anyOf": [*_SHORT_FORMS[name], inner]}
        return inner


def case_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of case files.

    It describes shapes and keys; names, units, dates and structure are checked by `load_case`.
    """
    schema = CaseSpec.model_json_schema(by_alias=True, schema_generator=_Generator)
    # a section may be left empty
    for name, section in schema["properties"].items():
        if section.get("type") == "object":
            schema["properties"][name] = {**section, "type": ["object", "null"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "rivalry case",
    }
