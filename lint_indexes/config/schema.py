"""The JSON Schema of the configuration, for editors."""

from __future__ import annotations

import json
from collections.abc import Mapping

from lint_indexes.config.files import TABLE
from lint_indexes.config.settings import SETTINGS
from lint_indexes.config.shapes import Json
from lint_indexes.config.tables import Table

_DRAFT = "http://json-schema.org/draft-07/schema#"
"""The one that editors know best."""


def configuration_schema(known_rules: Mapping[str, str]) -> Json:
    """The schema of lint-indexes.toml, and of our table alone; ``known_rules`` is code to name.

    It refuses what has the wrong shape, and accepts all that the tool accepts. What takes more to be told
    (the grammar of a definition, the syntax of a regular expression, two names that PostgreSQL cuts to one)
    passes.
    """
    return {
        "$schema": _DRAFT,
        "title": "lint-indexes",
        "description": "The file lint-indexes.toml, or the table [tool.lint-indexes] of pyproject.toml.",
        **Table(SETTINGS).schema(),
        "definitions": {"rule": _rule(known_rules)},
    }


def pyproject_schema(known_rules: Mapping[str, str]) -> Json:
    """The schema of a whole pyproject.toml, in which only our table is looked at."""
    tool = {"type": "object", "properties": {TABLE[1]: Table(SETTINGS).schema()}}
    return {
        "$schema": _DRAFT,
        "title": "pyproject.toml, its table [tool.lint-indexes]",
        "type": "object",
        "properties": {TABLE[0]: tool},
        "definitions": {"rule": _rule(known_rules)},
    }


def _rule(known_rules: Mapping[str, str]) -> Json:
    """What config.selection takes for a rule: ALL, any beginning of a code, or a name."""
    beginnings = {code[:length] for code in known_rules for length in range(2, len(code) + 1)}
    return {
        "description": "A rule by its code or name, a family by the beginning of its codes, or ALL.",
        "enum": ["ALL", *sorted(beginnings), *sorted(known_rules.values())],
    }


def schema_document(schema: Json) -> str:
    """A schema as the text of a file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
