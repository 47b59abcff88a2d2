"""The published JSON Schema and the reference page made from it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest

from rivalry.cases import bundled, case_schema, load_case
from rivalry.foundation import load_yaml

GOOD = Path(__file__).parent / "good" / "case.yaml"


@pytest.fixture(scope="module")
def script(repository) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_schema", repository / "scripts" / "make_schema.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = case_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_published_schema_is_up_to_date(script):
    assert script.SCHEMA.read_text(encoding="utf-8") == script.make_schema(), (
        "run scripts/make_schema.py"
    )


def test_published_page_is_up_to_date(script):
    assert script.PAGE.read_text(encoding="utf-8") == script.make_page(), (
        "run scripts/make_schema.py"
    )


def test_page_has_every_section_and_key(script):
    page = script.make_page()
    schema = case_schema()
    for name in schema["properties"]:
        assert f"| `{name}` |" in page
    for definition in schema["$defs"].values():
        for key in definition.get("properties", {}):
            assert f"| `{key}` |" in page


def test_good_case_validates(validator):
    assert list(validator.iter_errors(load_yaml(GOOD).data)) == []


@pytest.mark.parametrize("name", bundled())
def test_bundled_cases_validate(validator, name):
    file = load_case(name, check=False).file
    assert list(validator.iter_errors(load_yaml(file).data)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("stocks", "pool", "claims"), "C01"),
        (("stocks", "pool", "claims"), ["C01", "C02"]),
        (("parameters", "target"), 0.5),
        (("parameters", "target"), "normal(0, 1)"),
        (("auxiliaries", "contact"), 3),
        (("shocks", "raid", "move"), [{"from": "prisoners", "share": 0.1}]),
        (("levers",), None),
    ],
)
def test_short_forms_are_part_of_the_schema(validator, path, value):
    data = load_yaml(GOOD).data
    here = data
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    assert list(validator.iter_errors(data)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rivalry",), 2),
        (("title",), 2015),
        (("flows", "capture", "hazrd"), "x"),
        (("levels", "mood", "bounds"), [0, 1, 2]),
        (("actors", "red", "status"), "rebell"),
        (("time", "substeps"), 0),
    ],
)
def test_faults_of_shape_are_refused(validator, path, value):
    data = load_yaml(GOOD).data
    here = data
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    assert list(validator.iter_errors(data))


def test_schema_is_json_that_editors_read():
    text = json.dumps(case_schema())
    assert "https://json-schema.org/draft/2020-12/schema" in text
