"""The policy: ``[tool.lint-indexes.indexes]``, and what holds for all tables and indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lint_indexes.config.files import Document
from lint_indexes.config.positions import Key
from lint_indexes.config.reading import TableReader, type_name
from lint_indexes.config.requirements import read_index_name, read_limit, read_requirements
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.index import parse_index_definition
from lint_indexes.model.names import QualifiedName, truncate_identifier
from lint_indexes.model.origin import Origin, Source
from lint_indexes.model.policy import ExpectedIndex, Policy

_ENTRY_KEYS = ("on", "unique", "reason", "in")
_LAYERS = {str(source): source for source in (Source.MODELS, Source.MIGRATIONS)}
_ADVICE = 'write what follows ON in CREATE INDEX, such as "booking (status, created_at)"'


def read_policy(reader: TableReader, document: Document, default_schema: str) -> Policy:
    """The policy of a configuration; what is wrong with it goes to the reader's problems."""
    return Policy(
        indexes=_read_indexes(reader.subtable("indexes"), document, default_schema),
        requirements=read_requirements(reader, document, default_schema),
        index_name=read_index_name(reader),
        max_indexes_per_table=read_limit(reader, "max-indexes-per-table"),
        max_index_keys=read_limit(reader, "max-index-keys"),
    )


def _read_indexes(reader: TableReader, document: Document, default_schema: str) -> dict[str, ExpectedIndex]:
    indexes: dict[str, ExpectedIndex] = {}
    names: dict[QualifiedName, str] = {}
    for name, value in reader.table.items():
        expected = _read_entry(reader, name, value, document, default_schema)
        if expected is None:
            continue
        stored = expected.index.name
        if stored in names:
            reader.problem(
                name, f'the same index as "{names[stored]}": PostgreSQL cuts both names to {stored.name}'
            )
        names.setdefault(stored, name)
        indexes[name] = expected
    return indexes


def _read_entry(
    reader: TableReader, name: str, value: object, document: Document, default_schema: str
) -> ExpectedIndex | None:
    if not name.strip():
        reader.problem(name, "an index needs a name")
        return None
    if isinstance(value, str):
        return _read_definition(
            reader, name, name, default_schema, TableReader({}, reader.problems), document
        )
    if not isinstance(value, Mapping):
        reader.problem(name, f"must be a string or a table, not {type_name(value)}; {_ADVICE}")
        return None
    entry = reader.subtable(name)
    entry.reject_unknown(_ENTRY_KEYS)
    if "on" not in value:
        reader.problem(name, f'lacks the key "on"; {_ADVICE}')
    return _read_definition(entry, "on", name, default_schema, entry, document)


def _read_definition(
    holder: TableReader, key: str, name: str, default_schema: str, entry: TableReader, document: Document
) -> ExpectedIndex | None:
    """Read the definition at ``key`` of ``holder``; ``entry`` has the other keys of the policy's entry."""
    unique, reason, layers = entry.boolean("unique"), entry.string("reason"), _read_layers(entry)
    definition = holder.string(key)
    if definition is None:
        return None
    try:
        table, index = parse_index_definition(name, definition, unique=unique, default_schema=default_schema)
    except SqlError as error:
        holder.problem(key, f"{error.message} in: {' '.join(definition.split())}; {_ADVICE}")
        return None
    origin = _origin(document, holder.key if key == "on" else (*holder.key, key))
    stored = QualifiedName(index.table.schema, truncate_identifier(name))
    return ExpectedIndex(replace(index, name=stored, origin=origin), table, layers, reason)


def _read_layers(entry: TableReader) -> frozenset[Source]:
    if "in" not in entry.table:
        return frozenset(_LAYERS.values())
    chosen = entry.choices("in", _LAYERS)
    if not entry.table["in"]:
        entry.problem("in", f"must name at least one of {', '.join(sorted(_LAYERS))}")
    return frozenset(_LAYERS[layer] for layer in chosen if layer in _LAYERS)


def _origin(document: Document, key: Key) -> Origin:
    position = document.position(key)
    line, column = position if position else (None, None)
    return Origin(Source.POLICY, str(document.path), line, column)
