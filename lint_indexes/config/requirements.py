"""What the policy says of all tables and indexes: ``require``, ``index-name`` and the limits."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lint_indexes.config.files import Document
from lint_indexes.config.reading import TableReader, type_name
from lint_indexes.model.origin import Origin, Source
from lint_indexes.model.policy import NamePattern, Requirement

_KEYS = ("tables", "having", "leading", "reason")
_EXAMPLE = 'such as { tables = "*", leading = ["company_id"] }'


def read_requirements(
    reader: TableReader, document: Document, default_schema: str
) -> tuple[Requirement, ...]:
    """The tables of ``require``; what is wrong with one goes to the reader's problems."""
    value = reader.table.get("require", [])
    items: list[object] = value if isinstance(value, list) else [value]
    entries = [item for item in items if isinstance(item, Mapping)]
    if len(entries) < len(items) or not isinstance(value, list):
        wrong = next((item for item in items if not isinstance(item, Mapping)), value)
        reader.problem("require", f"must be an array of tables, not {type_name(wrong)}; {_EXAMPLE}")
        return ()
    readers = [
        TableReader(item, reader.problems, (*reader.key, "require", str(at)))
        for at, item in enumerate(entries)
    ]
    found = (_read_requirement(entry, document, default_schema) for entry in readers)
    return tuple(requirement for requirement in found if requirement is not None)


def _read_requirement(entry: TableReader, document: Document, default_schema: str) -> Requirement | None:
    entry.reject_unknown(_KEYS)
    reason = entry.string("reason")
    tables, having, leading = (entry.strings(name) for name in _KEYS[:3])
    if not leading:
        if "leading" not in entry.table:
            entry.problem("leading", f"is missing: the first columns of the index, {_EXAMPLE}")
        elif not entry.table["leading"]:
            entry.problem("leading", "must name at least one column")
        return None
    position = document.position(entry.key)
    line, column = position if position else (None, None)
    return Requirement(
        tables=tables or ("*",),
        having=tuple(dict.fromkeys((*having, *leading))),
        leading=leading,
        origin=Origin(Source.POLICY, str(document.path), line, column),
        reason=reason,
        default_schema=default_schema,
    )


def read_index_name(reader: TableReader) -> NamePattern | None:
    """The pattern that index names must match."""
    text = reader.string("index-name")
    if text is None:
        return None
    pattern = NamePattern(text)
    try:
        re.compile(pattern.expand("table", ("column",)))
    except re.error as error:
        reader.problem("index-name", f"is no regular expression: {error}")
        return None
    return pattern


def read_limit(reader: TableReader, name: str) -> int | None:
    """A number that is at least 1, or None."""
    value = reader.table.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        reader.problem(name, f"must be an integer, not {type_name(value)}")
    elif value < 1:
        reader.problem(name, f"must be at least 1, not {value}")
    else:
        return value
    return None
