"""What the policy says of all tables and indexes: ``require`` and ``index-name``."""

from __future__ import annotations

import re

from lint_indexes.config import settings
from lint_indexes.config.files import Document
from lint_indexes.config.reading import TableReader
from lint_indexes.model.policy import NamePattern, Requirement


def read_requirements(
    reader: TableReader, document: Document, default_schema: str
) -> tuple[Requirement, ...]:
    """The tables of ``require``; what is wrong with one goes to the reader's problems."""
    entries = enumerate(reader.read(settings.REQUIRE))
    readers = [reader.inner(entry, settings.REQUIRE.name, str(at)) for at, entry in entries]
    found = (_read_requirement(entry, document, default_schema) for entry in readers)
    return tuple(requirement for requirement in found if requirement is not None)


def _read_requirement(entry: TableReader, document: Document, default_schema: str) -> Requirement | None:
    entry.reject_unknown(settings.REQUIREMENT)
    reason, having = entry.read(settings.REASON), entry.read(settings.HAVING)
    leading = entry.read(settings.LEADING)
    if not entry.has(settings.LEADING):
        example = settings.REQUIREMENT_EXAMPLE
        entry.problem(settings.LEADING.name, f"is missing: the first columns of the index, such as {example}")
    if not leading:
        return None
    return Requirement(
        tables=entry.read(settings.TABLES),
        having=tuple(dict.fromkeys((*having, *leading))),
        leading=leading,
        origin=document.origin(entry.key),
        reason=reason,
        default_schema=default_schema,
    )


def read_index_name(reader: TableReader) -> NamePattern | None:
    """The pattern that index names must match."""
    text = reader.read(settings.INDEX_NAME)
    if text is None:
        return None
    pattern = NamePattern(text)
    try:
        re.compile(pattern.expand("table", ("column",)))
    except re.error as error:
        reader.problem(settings.INDEX_NAME.name, f"is no regular expression: {error}")
        return None
    return pattern
