"""The schema for editors accepts what the tool accepts, and refuses what it refuses by its shape."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lint_indexes.config.load import load_config
from lint_indexes.config.positions import tomllib
from lint_indexes.config.schema import configuration_schema, pyproject_schema, schema_document
from lint_indexes.config.settings import INDEX_ENTRY, REQUIREMENT, SETTINGS
from lint_indexes.config.value import Config
from lint_indexes.errors import ConfigurationError
from lint_indexes.rules import ALL_RULES

Load = Callable[[str], Config]

RULES = {"LI201": "model-index-not-migrated", "LI303": "downgrade-not-inverse"}
TESTS = Path(__file__).parent.parent
# One of each kind of value, as TOML; each is tried with each key.
VALUES = (
    *("''", "' '", "'a'", "'a:b'", "'LI2'", "'LI9'", "'error'", "'network'", "'models'", "'t (a)'"),
    *("0", "1", "16", "100", "1.5", "true", "2024-01-01"),
    *("[]", "['']", "['a']", "['a:b']", "['LI201', 'ALL']", "['network']", "['models']", "[1]", "[['a']]"),
    *(
        "{}",
        "{ LI2 = 'warning' }",
        "{ LI2 = 'warn' }",
        "{ a = 'b' }",
        "{ a = 1 }",
        "{ a = [] }",
        "{ '' = 'a' }",
    ),
    *("{ a = ['LI201'] }", "{ a = 't (a)' }", "{ ' ' = 't (a)' }", "{ a = { on = 't (a)' } }", "{ a = {} }"),
    *("{ a = { on = 't (a)', off = 1 } }", "{ 'a=b' = 'c' }"),
    *("[{ leading = 'a' }]", "[{}]", "[{ leading = [] }]", "[{ leading = 'a', to = 'b' }]"),
)
# What no schema could tell.
ONLY_THE_TOOL = ("syntax error at", "names no object", "is no regular expression", "the same index as")


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    schema = configuration_schema(RULES)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def accepts(validator: Any, table: str) -> bool:
    # Dates have no type in JSON; editors take them for something else than a string too.
    return bool(validator.is_valid(tomllib.loads(table)))


def problems_of(load: Load, table: str) -> list[str]:
    try:
        load(table)
    except ConfigurationError as error:
        return (error.details or error.message).splitlines()
    return []


@pytest.mark.parametrize("key", [setting.name for setting in SETTINGS] + ["unknown"])
def test_every_key_with_every_kind_of_value(validator: Any, load: Load, key: str) -> None:
    for value in VALUES:
        problems = problems_of(load, f"{key} = {value}\n")
        if not accepts(validator, f"{key} = {value}"):
            assert problems, f"the schema refuses {key} = {value}"
        elif problems:
            assert all(any(part in line for part in ONLY_THE_TOOL) for line in problems), value


@pytest.mark.parametrize("key", [setting.name for setting in INDEX_ENTRY])
def test_every_key_of_an_index(validator: Any, load: Load, key: str) -> None:
    on = "" if key == "on" else "on = 't (a)', "
    check_all_values(validator, load, f"indexes.ix = {{ {on}{key} = VALUE }}")


@pytest.mark.parametrize("key", [setting.name for setting in REQUIREMENT])
def test_every_key_of_a_requirement(validator: Any, load: Load, key: str) -> None:
    leading = "" if key == "leading" else "leading = 'a', "
    check_all_values(validator, load, f"require = [{{ {leading}{key} = VALUE }}]")


def check_all_values(validator: Any, load: Load, template: str) -> None:
    verdicts = set()
    for value in VALUES:
        table = template.replace("VALUE", value)
        problems = [line for line in problems_of(load, table) if "syntax error at" not in line]
        assert accepts(validator, table) is not bool(problems), (table, problems)
        verdicts.add(bool(problems))
    assert verdicts == {True, False}


@pytest.mark.parametrize("selector", ["ALL", "LI", "LI2", "LI20", "LI201", "downgrade-not-inverse"])
def test_rules_are_known(validator: Any, load: Load, selector: str) -> None:
    table = f'select = "{selector}"\n[severity]\n{selector} = "error"\n'
    assert accepts(validator, table)
    load(table.replace("[severity]", "[tool.lint-indexes.severity]"))
    assert not accepts(validator, table.replace(selector, f"{selector}x"))


def configurations() -> Iterator[tuple[str, str]]:
    """Every string in the tests that is a whole pyproject.toml with our table, with its file."""
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and text.lstrip().startswith(("[tool.lint-indexes", "[[tool.lint-")):
                yield f"{path.relative_to(TESTS)}:{node.lineno}", text


def test_every_configuration_of_the_tests(tmp_path: Path) -> None:
    rules = {rule.code: rule.name for rule in ALL_RULES}
    validator = jsonschema.Draft7Validator(pyproject_schema(rules))
    accepted = []
    for place, text in configurations():
        path = tmp_path / "pyproject.toml"
        path.write_text(text, encoding="utf-8")
        try:
            load_config(path, rules)
        except ConfigurationError:
            continue
        assert validator.is_valid(tomllib.loads(text)), place
        accepted.append(place)
    assert len(accepted) > 10


def test_a_whole_pyproject_is_looked_at_only_where_it_is_ours() -> None:
    validator = jsonschema.Draft7Validator(pyproject_schema(RULES))
    assert validator.is_valid(tomllib.loads('[project]\nname = "x"\n[tool.other]\na = 1\n'))
    assert validator.is_valid(tomllib.loads('[tool.lint-indexes]\nselect = "LI2"\n'))
    assert not validator.is_valid(tomllib.loads('[tool.lint-indexes]\nselct = "LI2"\n'))


def test_every_key_is_described() -> None:
    schema: Any = configuration_schema(RULES)
    index = schema["properties"]["indexes"]["additionalProperties"]
    requirement = schema["properties"]["require"]["items"]
    for table in (schema, index, requirement):
        for name, value in table["properties"].items():
            assert value["description"].endswith("."), name
    assert (index["required"], requirement["required"]) == (["on"], ["leading"])


def test_defaults_are_those_of_an_empty_table(load: Load) -> None:
    config = load("")
    schema: Any = configuration_schema(RULES)
    properties = schema["properties"]
    defaults = {name: value["default"] for name, value in properties.items() if "default" in value}
    assert defaults.keys() >= {"alembic-section", "default-schema", "postgres-version"}
    assert defaults == {name: getattr(config, name.replace("-", "_")) for name in defaults}


def test_the_document_is_json() -> None:
    schema = configuration_schema(RULES)
    assert json.loads(schema_document(schema)) == schema
