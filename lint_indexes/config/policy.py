"""The policy: ``[tool.lint-indexes.indexes]``, and what holds for all tables and indexes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lint_indexes.config import settings
from lint_indexes.config.files import Document
from lint_indexes.config.positions import Key
from lint_indexes.config.reading import TableReader
from lint_indexes.config.requirements import read_index_name, read_requirements
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.index import parse_index_definition
from lint_indexes.ddl.render import index_definition
from lint_indexes.model.catalog import Index
from lint_indexes.model.names import QualifiedName, truncate_identifier
from lint_indexes.model.origin import Source
from lint_indexes.model.policy import ExpectedIndex, Policy


def read_policy(reader: TableReader, document: Document, default_schema: str) -> Policy:
    """The policy of a configuration; what is wrong with it goes to the reader's problems."""
    return Policy(
        indexes=_read_indexes(reader, document, default_schema),
        requirements=read_requirements(reader, document, default_schema),
        index_name=read_index_name(reader),
        max_indexes_per_table=reader.read(settings.MAX_INDEXES_PER_TABLE),
        max_index_keys=reader.read(settings.MAX_INDEX_KEYS),
    )


def index_entry(index: Index, default_schema: str, layers: Iterable[Source] = ()) -> str | dict[str, object]:
    """The value of ``[tool.lint-indexes.indexes]`` that demands an index, in these layers only if there are
    any.
    """
    on = index_definition(index, default_schema)
    details: dict[str, object] = {
        **({settings.UNIQUE.name: True} if index.unique else {}),
        **({settings.IN.name: names} if (names := sorted(map(str, layers))) else {}),
    }
    return {settings.ON.name: on, **details} if details else on


def _read_indexes(reader: TableReader, document: Document, default_schema: str) -> dict[str, ExpectedIndex]:
    indexes: dict[str, ExpectedIndex] = {}
    names: dict[QualifiedName, str] = {}
    entries = reader.inner(reader.read(settings.INDEXES), settings.INDEXES.name)
    for name, value in entries.table.items():
        expected = _read_entry(entries, name, value, document, default_schema)
        if expected is None:
            continue
        stored = expected.index.name
        if stored in names:
            entries.problem(
                name, f'the same index as "{names[stored]}": PostgreSQL cuts both names to {stored.name}'
            )
        names.setdefault(stored, name)
        indexes[name] = expected
    return indexes


def _read_entry(
    entries: TableReader, name: str, value: object, document: Document, default_schema: str
) -> ExpectedIndex | None:
    if not name.strip():
        entries.problem(name, "an index needs a name")
        return None
    if not isinstance(value, Mapping):
        return _read_definition(entries.inner({}, name), str(value), (name,), document, default_schema)
    entry = entries.inner(value, name)
    entry.reject_unknown(settings.INDEX_ENTRY)
    if not entry.has(settings.ON):
        entries.problem(name, f'lacks the key "on"; {settings.DEFINITION_ADVICE}')
    return _read_definition(
        entry, entry.read(settings.ON), (name, settings.ON.name), document, default_schema
    )


def _read_definition(
    entry: TableReader, definition: str | None, place: Key, document: Document, default_schema: str
) -> ExpectedIndex | None:
    """Read an entry with its definition, which stands at ``place`` below the table of all entries."""
    unique, reason = entry.read(settings.UNIQUE), entry.read(settings.REASON)
    layers = entry.read(settings.IN)
    if definition is None:
        return None
    name = place[0]
    try:
        table, index = parse_index_definition(name, definition, unique=unique, default_schema=default_schema)
    except SqlError as error:
        text = f"{error.message} in: {' '.join(definition.split())}; {settings.DEFINITION_ADVICE}"
        entry.problems.add((settings.INDEXES.name, *place), text)
        return None
    stored = QualifiedName(index.table.schema, truncate_identifier(name))
    index = replace(index, name=stored, origin=document.origin(entry.key))
    return ExpectedIndex(index, table, frozenset(Source(layer) for layer in layers), reason)
