"""A configuration file to a Config."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lint_indexes.config import settings
from lint_indexes.config.files import OWN_FILE, Document, read_document
from lint_indexes.config.policy import read_policy
from lint_indexes.config.problems import Problems
from lint_indexes.config.reading import TableReader
from lint_indexes.config.selection import by_specificity, matching_codes, unknown_selector
from lint_indexes.config.tables import Setting
from lint_indexes.config.value import Config
from lint_indexes.findings import Severity

_METADATA = re.compile(r"\w+(\.\w+)*:\w+(\.\w+)*(\(.*\))?")


def load_config(path: Path, known_rules: Mapping[str, str]) -> Config:
    """Read a configuration; ``known_rules`` are the rules that it may name, code to name.

    Raises:
        ConfigurationError: the file cannot be used. All that is wrong is told at once.
    """
    return config_of(read_document(path), known_rules)


def config_of(document: Document, known_rules: Mapping[str, str]) -> Config:
    """The same of a text that the file has, or is to have.

    Raises:
        ConfigurationError: as for ``load_config``.
    """
    problems = Problems(document)
    reader = TableReader(document.table, problems)
    _reject_unknown_keys(reader, document)
    default_schema = reader.read(settings.DEFAULT_SCHEMA)
    ignores = _read_patterns(reader, known_rules)
    config = Config(
        path=document.path,
        root=document.path.parent,
        metadata=_read_metadata(reader),
        alembic=reader.read(settings.ALEMBIC),
        alembic_section=reader.read(settings.ALEMBIC_SECTION),
        python=reader.read(settings.PYTHON),
        env=reader.read(settings.ENV),
        timeout=reader.read(settings.TIMEOUT),
        database_url_env=reader.read(settings.DATABASE_URL_ENV),
        fix_concurrently=reader.read(settings.FIX_CONCURRENTLY),
        cache_dir=reader.read(settings.CACHE_DIR),
        default_schema=default_schema,
        postgres_version=reader.read(settings.POSTGRES_VERSION),
        extensions=reader.read(settings.EXTENSIONS),
        since=reader.read(settings.SINCE),
        select=_read_selectors(reader, settings.SELECT, known_rules),
        ignore=_read_selectors(reader, settings.IGNORE, known_rules),
        extend_select=_read_selectors(reader, settings.EXTEND_SELECT, known_rules),
        per_file_ignores=ignores,
        pattern_origins={
            pattern: document.origin((settings.PER_FILE_IGNORES.name, pattern)) for pattern in ignores
        },
        severity=_read_severities(reader, known_rules),
        policy=read_policy(reader, document, default_schema),
        allow=frozenset(reader.read(settings.ALLOW)),
    )
    problems.raise_if_any()
    return config


def _reject_unknown_keys(reader: TableReader, document: Document) -> None:
    tool = reader.table.get("tool")
    if document.path.name == OWN_FILE and isinstance(tool, Mapping) and "lint-indexes" in tool:
        reader.problem("tool", f"in {OWN_FILE} the keys stand at the top level, without [tool.lint-indexes]")
        reader.reject_unknown(settings.SETTINGS, "tool")
    else:
        reader.reject_unknown(settings.SETTINGS)


def _read_metadata(reader: TableReader) -> tuple[str, ...]:
    metadata = reader.read(settings.METADATA)
    for item in metadata:
        if not _METADATA.fullmatch(item):
            advice = 'write "module:attribute", such as "app.models:Base.metadata", or "app:create_app()"'
            reader.problem(settings.METADATA.name, f'"{item}" names no object; {advice}')
    return metadata


def _read_selectors(
    reader: TableReader, setting: Setting[tuple[str, ...]], known_rules: Mapping[str, str]
) -> tuple[str, ...]:
    selectors = reader.read(setting)
    for problem in _unknown(selectors, known_rules):
        reader.problem(setting.name, problem)
    return selectors


def _unknown(selectors: Iterable[str], known_rules: Mapping[str, str]) -> Iterator[str]:
    return filter(None, (unknown_selector(selector, known_rules) for selector in selectors))


def _read_patterns(reader: TableReader, known_rules: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    patterns = reader.read(settings.PER_FILE_IGNORES)
    table = reader.inner(patterns, settings.PER_FILE_IGNORES.name)
    for pattern, selectors in patterns.items():
        for problem in _unknown(selectors, known_rules):
            table.problem(pattern, problem)
    return patterns


def _read_severities(reader: TableReader, known_rules: Mapping[str, str]) -> dict[str, Severity]:
    """The severities by code; a code or name is stronger than a family, whatever the order."""
    chosen = reader.read(settings.SEVERITY)
    table = reader.inner(chosen, settings.SEVERITY.name)
    for selector in reader.names(settings.SEVERITY):
        for problem in _unknown((selector,), known_rules):
            table.problem(selector, problem)
    severities: dict[str, Severity] = {}
    for selector in by_specificity(chosen):
        severities.update(dict.fromkeys(matching_codes(selector, known_rules), Severity(chosen[selector])))
    return severities
