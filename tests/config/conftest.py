from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from lint_indexes.config.load import load_config
from lint_indexes.config.positions import tomllib
from lint_indexes.config.schema import pyproject_schema
from lint_indexes.config.value import Config
from lint_indexes.errors import ConfigurationError

RULES = {
    "LI101": "policy-index-missing",
    "LI201": "model-index-not-migrated",
    "LI202": "migrated-index-not-in-model",
    "LI303": "downgrade-not-inverse",
}

Load = Callable[[str], Config]
Problems = Callable[[str], list[str]]

SCHEMA = jsonschema.Draft7Validator(pyproject_schema(RULES))
ONLY_THE_TOOL = (
    *("syntax error at", "more than one statement", "is no regular expression"),
    *("the same index as", "cannot be read"),
)
"""What no schema could tell."""


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a pyproject.toml whose table [tool.lint-indexes] starts in line 2 of the file."""

    def write_and_load(table: str) -> Config:
        path = tmp_path / "pyproject.toml"
        text = f"[tool.lint-indexes]\n{table}"
        path.write_text(text, encoding="utf-8")
        config = load_config(path, RULES)
        # Whatever the tool takes, an editor must not mark.
        SCHEMA.validate(tomllib.loads(text))
        return config

    return write_and_load


@pytest.fixture
def problems(load: Load) -> Problems:
    """The lines of details that a table is refused with."""

    def refused(table: str) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            load(table)
        assert caught.value.details is not None
        lines = caught.value.details.splitlines()
        by_shape = [line for line in lines if not any(part in line for part in ONLY_THE_TOOL)]
        assert SCHEMA.is_valid(tomllib.loads(f"[tool.lint-indexes]\n{table}")) is not bool(by_shape)
        return lines

    return refused
