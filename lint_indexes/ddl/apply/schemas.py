"""Schemas, extensions, sequences, the search_path, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from rpds import HashTrieMap

from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.drops import drop_sequence, drop_tables
from lint_indexes.ddl.apply.extensions import drop_extension_members
from lint_indexes.ddl.apply.functions import drop_function
from lint_indexes.ddl.apply.lookup import (
    find_relation,
    missing_relation,
    place_new,
    require_column,
    require_schema,
    require_table,
    taken_relation,
)
from lint_indexes.ddl.apply.references import depended_on
from lint_indexes.ddl.apply.renames import move_table
from lint_indexes.ddl.apply.types import drop_type, move_type
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, RelationKind, Sequence
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import (
    CreateExtension,
    CreateSchema,
    CreateSequence,
    DropExtension,
    DropSchema,
    Opaque,
    RenameSchema,
    SetSearchPath,
    SetSequenceOwner,
)

_DEFAULT_SEARCH_PATH = ("public",)
_Kept = TypeVar("_Kept")


@perform.register
def _(operation: CreateSchema, catalog: Catalog, context: Context) -> Catalog:
    if operation.name in catalog.schemas:
        if operation.if_not_exists or context.lenient:
            return catalog
        raise SqlError("42P06", f'schema "{operation.name}" already exists')
    return replace(catalog, schemas=catalog.schemas.insert(operation.name))


@perform.register
def _(operation: DropSchema, catalog: Catalog, context: Context) -> Catalog:
    for name in operation.names:
        if name not in catalog.schemas:
            if operation.if_exists or context.allows_unknown(catalog):
                continue
            raise SqlError("3F000", f'schema "{name}" does not exist')
        if _is_used(catalog, name):
            if not operation.cascade and not context.lenient:
                raise depended_on(f"schema {name}")
            catalog = _empty(catalog, name)
        catalog = replace(catalog, schemas=catalog.schemas.remove(name))
    return catalog


def _in_schema(kept: HashTrieMap[QualifiedName, _Kept], schema: str) -> list[_Kept]:
    return [kept[name] for name in sorted(kept) if name.schema == schema]


def _is_used(catalog: Catalog, schema: str) -> bool:
    maps: Iterable[HashTrieMap[QualifiedName, object]] = (
        catalog.tables,
        catalog.types,
        catalog.sequences,
        catalog.functions,
    )
    return schema in catalog.extensions.values() or any(
        name.schema == schema for kept in maps for name in kept
    )


def _empty(catalog: Catalog, schema: str) -> Catalog:
    """Drop all that a schema holds, and what depends on it."""
    catalog = drop_tables(catalog, _in_schema(catalog.tables, schema), cascade=True)
    for sequence in _in_schema(catalog.sequences, schema):
        catalog = drop_sequence(catalog, sequence.name, cascade=True)
    for dropped in _in_schema(catalog.types, schema):
        if dropped.name in catalog.types:
            catalog = drop_type(catalog, dropped, cascade=True)
    for overloads in _in_schema(catalog.functions, schema):
        for function in overloads:
            catalog = drop_function(catalog, function, cascade=True)
    gone = [name for name, home in catalog.extensions.items() if home == schema]
    extensions = catalog.extensions
    for name in gone:
        extensions = extensions.remove(name)
    return replace(catalog, extensions=extensions)


@perform.register
def _(operation: RenameSchema, catalog: Catalog, context: Context) -> Catalog:
    old, new = operation.name, operation.new_name
    if old not in catalog.schemas:
        if context.allows_unknown(catalog):
            return catalog
        raise SqlError("3F000", f'schema "{old}" does not exist')
    if new in catalog.schemas:
        if context.lenient:
            return catalog
        raise SqlError("42P06", f'schema "{new}" already exists')
    catalog = replace(catalog, schemas=catalog.schemas.remove(old).insert(new))
    for moved in _in_schema(catalog.types, old):
        catalog = move_type(catalog, moved, QualifiedName(new, moved.name.name))
    for table in _in_schema(catalog.tables, old):
        current = catalog.tables[table.name]
        catalog = move_table(catalog, current, QualifiedName(new, table.name.name))
    for sequence in _in_schema(catalog.sequences, old):
        moved_sequence = replace(sequence, name=QualifiedName(new, sequence.name.name))
        catalog = catalog.without_sequence(sequence.name).with_sequence(moved_sequence)
    functions = catalog.functions
    for at in [name for name in functions if name.schema == old]:
        name = QualifiedName(new, at.name)
        moved_overloads = tuple(replace(function, name=name) for function in functions[at])
        functions = functions.remove(at).insert(name, moved_overloads)
    extensions = catalog.extensions
    for extension in [name for name, schema in extensions.items() if schema == old]:
        extensions = extensions.insert(extension, new)
    return replace(catalog, functions=functions, extensions=extensions)


@perform.register
def _(operation: CreateExtension, catalog: Catalog, context: Context) -> Catalog:
    if operation.name in catalog.extensions:
        if operation.if_not_exists or context.lenient:
            return catalog
        raise SqlError("42710", f'extension "{operation.name}" already exists')
    schema = operation.schema or catalog.current_schema
    if schema is None:
        if not context.allows_unknown(catalog):
            raise SqlError("3F000", "no schema has been selected to create in")
        schema = "public"
    catalog = require_schema(catalog, schema, context)
    return replace(catalog, extensions=catalog.extensions.insert(operation.name, schema))


@perform.register
def _(operation: DropExtension, catalog: Catalog, context: Context) -> Catalog:
    for name in operation.names:
        if name not in catalog.extensions:
            if operation.if_exists or context.allows_unknown(catalog):
                continue
            raise SqlError("42704", f'extension "{name}" does not exist')
        cascade = operation.cascade or context.lenient
        catalog = drop_extension_members(catalog, name, cascade=cascade)
        catalog = replace(catalog, extensions=catalog.extensions.remove(name))
    return catalog


@perform.register
def _(operation: CreateSequence, catalog: Catalog, context: Context) -> Catalog:
    catalog, at = place_new(catalog, operation.name, context, temporary=operation.temporary)
    if catalog.relation_exists(at):
        if operation.if_not_exists or context.lenient:
            return catalog
        raise taken_relation(at)
    catalog, owner = _owner(catalog, at, operation.owned_by, context)
    return catalog.with_sequence(Sequence(at, owner))


def _owner(
    catalog: Catalog, sequence: QualifiedName, owned_by: tuple[ObjectName, str] | None, context: Context
) -> tuple[Catalog, tuple[QualifiedName, str] | None]:
    """The column that is to own a sequence (process_owned_by).

    Raises:
        SqlError: 42P01, 42703, 55000 where the table is in another schema.
    """
    if owned_by is None:
        return catalog, None
    catalog, table = require_table(catalog, owned_by[0], context)
    if table is None:
        return catalog, None
    if table.kind is RelationKind.MATERIALIZED_VIEW and not context.lenient:
        raise SqlError("42809", f'sequence cannot be owned by relation "{table.name.name}"')
    if table.name.schema != sequence.schema and not context.lenient:
        raise SqlError("55000", "sequence must be in same schema as table it is linked to")
    require_column(table, owned_by[1], context)
    return catalog, (table.name, owned_by[1])


@perform.register
def _(operation: SetSequenceOwner, catalog: Catalog, context: Context) -> Catalog:
    found = find_relation(catalog, operation.name)
    if not isinstance(found, Sequence):
        if found is None and not operation.if_exists and not context.allows_unknown(catalog):
            raise missing_relation(catalog, operation.name)
        return catalog
    catalog, owner = _owner(catalog, found.name, operation.owned_by, context)
    return catalog.with_sequence(replace(found, owned_by=owner))


@perform.register
def _(operation: SetSearchPath, catalog: Catalog, context: Context) -> Catalog:
    schemas = operation.schemas if operation.schemas is not None else _DEFAULT_SEARCH_PATH
    # "$user" stands for a schema of the role's name, which nobody has here.
    return type_names.with_search_path(catalog, tuple(name for name in schemas if name != "$user"))


@perform.register
def _(operation: Opaque, catalog: Catalog, context: Context) -> Catalog:
    touched = [catalog.find_table(name) for name in operation.tables]
    names = [table.name for table in touched if table is not None]
    for name in names if operation.tables else sorted(catalog.tables):
        catalog = catalog.with_uncertain(name, operation.reason)
    return catalog
