"""A configuration file to a Config."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lint_indexes.config.files import OWN_FILE, Document, read_document
from lint_indexes.config.policy import read_policy
from lint_indexes.config.problems import Problems, alternatives
from lint_indexes.config.reading import TableReader, type_name
from lint_indexes.config.selection import by_specificity, matching_codes, unknown_selector
from lint_indexes.config.value import ALLOWANCES, DEFAULT_POSTGRES_VERSION, OLDEST_POSTGRES_VERSION, Config
from lint_indexes.findings import Severity

KEYS = (
    "metadata",
    "alembic",
    "alembic-section",
    "python",
    "env",
    "default-schema",
    "postgres-version",
    "since",
    "select",
    "extend-select",
    "ignore",
    "per-file-ignores",
    "severity",
    "indexes",
    "require",
    "index-name",
    "max-indexes-per-table",
    "max-index-keys",
    "allow",
)

_METADATA = re.compile(r"\w+(\.\w+)*:\w+(\.\w+)*(\(.*\))?")
_SEVERITIES = tuple(str(severity) for severity in Severity)
# A number above this is server_version_num (160004) or a mistake, never a major version.
_NEWEST_MAJOR = 99


def load_config(path: Path, known_rules: Mapping[str, str]) -> Config:
    """Read a configuration; ``known_rules`` are the rules that it may name, code to name.

    Raises:
        ConfigurationError: the file cannot be used. All that is wrong is told at once.
    """
    document = read_document(path)
    problems = Problems(document)
    reader = TableReader(document.table, problems)
    _reject_unknown_keys(reader, document)
    default_schema = reader.string("default-schema") or "public"
    config = Config(
        path=path,
        root=path.parent,
        metadata=_read_metadata(reader),
        alembic=reader.string("alembic"),
        alembic_section=reader.string("alembic-section") or "alembic",
        python=reader.string("python"),
        env=_read_env(reader.subtable("env")),
        default_schema=default_schema,
        postgres_version=_read_postgres_version(reader),
        since=reader.strings("since"),
        select=_read_selectors(reader, "select", known_rules),
        ignore=_read_selectors(reader, "ignore", known_rules),
        extend_select=_read_selectors(reader, "extend-select", known_rules),
        per_file_ignores=_read_patterns(reader.subtable("per-file-ignores"), known_rules),
        severity=_read_severities(reader.subtable("severity"), known_rules),
        policy=read_policy(reader, document, default_schema),
        allow=reader.choices("allow", ALLOWANCES),
    )
    problems.raise_if_any()
    return config


def _reject_unknown_keys(reader: TableReader, document: Document) -> None:
    tool = reader.table.get("tool")
    if document.path.name == OWN_FILE and isinstance(tool, Mapping) and "lint-indexes" in tool:
        reader.problem("tool", f"in {OWN_FILE} the keys stand at the top level, without [tool.lint-indexes]")
        reader.reject_unknown((*KEYS, "tool"))
    else:
        reader.reject_unknown(KEYS)


def _read_metadata(reader: TableReader) -> tuple[str, ...]:
    metadata = reader.strings("metadata")
    for item in metadata:
        if not _METADATA.fullmatch(item):
            advice = 'write "module:attribute", such as "app.models:Base.metadata", or "app:create_app()"'
            reader.problem("metadata", f'"{item}" names no object; {advice}')
    return metadata


def _read_env(reader: TableReader) -> dict[str, str]:
    for name, value in reader.table.items():
        if not isinstance(value, str):
            text = str(value).lower() if isinstance(value, bool) else value
            advice = "" if isinstance(value, (Mapping, list)) else f'; write "{text}" in quotes'
            reader.problem(name, f"must be a string, not {type_name(value)}{advice}")
        elif not name or "=" in name or "\0" in name + value:
            reader.problem(name, "is no environment variable")
    return {name: value for name, value in reader.table.items() if isinstance(value, str)}


def _read_postgres_version(reader: TableReader) -> int:
    value = reader.table.get("postgres-version", DEFAULT_POSTGRES_VERSION)
    if not isinstance(value, int) or isinstance(value, bool):
        example = DEFAULT_POSTGRES_VERSION
        reader.problem("postgres-version", f"must be an integer such as {example}, not {type_name(value)}")
    elif not OLDEST_POSTGRES_VERSION <= value <= _NEWEST_MAJOR:
        wanted = f"a major version, {OLDEST_POSTGRES_VERSION} or newer"
        reader.problem("postgres-version", f"must be {wanted}, not {value}")
    else:
        return value
    return DEFAULT_POSTGRES_VERSION


def _read_selectors(reader: TableReader, key: str, known_rules: Mapping[str, str]) -> tuple[str, ...]:
    items = reader.strings(key)
    for item in items:
        problem = unknown_selector(item, known_rules)
        if problem is not None:
            reader.problem(key, problem)
    return items


def _read_patterns(reader: TableReader, known_rules: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {pattern: _read_selectors(reader, pattern, known_rules) for pattern in reader.table}


def _read_severities(reader: TableReader, known_rules: Mapping[str, str]) -> dict[str, Severity]:
    """The severities by code; a code or name is stronger than a family, whatever the order."""
    severities: dict[str, Severity] = {}
    for selector in by_specificity(reader.table):
        problem = unknown_selector(selector, known_rules)
        if problem is not None:
            reader.problem(selector, problem)
        value = reader.string(selector)
        if value is None:
            continue
        if value not in _SEVERITIES:
            reader.problem(selector, f'unknown severity "{value}"; {alternatives(value, _SEVERITIES)}')
            continue
        severities.update(dict.fromkeys(matching_codes(selector, known_rules), Severity(value)))
    return severities
