"""CREATE, ALTER and DROP TYPE and DOMAIN."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.columns import drop_column
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.drops import drop_tables
from lint_indexes.ddl.apply.lookup import place_new, plain, replace_column, require_schema
from lint_indexes.ddl.apply.references import depended_on
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, Type, TypeKind
from lint_indexes.model.names import ObjectName, QualifiedName, quote_identifier
from lint_indexes.model.operations import (
    AddEnumValue,
    CreateType,
    DropType,
    RenameEnumValue,
    RenameType,
    SetSchema,
)


@perform.register
def _(operation: CreateType, catalog: Catalog, context: Context) -> Catalog:
    catalog, at = place_new(catalog, operation.name, context)
    if at in catalog.types or at in catalog.tables:
        if context.lenient:
            return catalog
        raise SqlError("42710", f'type "{at.name}" already exists')
    if operation.base is not None:
        type_names.check(catalog, operation.base, context)
    attributes = tuple(
        Column(attribute.name, attribute.type, collation=attribute.collation)
        for attribute in operation.attributes
    )
    created = Type(at, operation.kind, operation.labels, operation.base, attributes)
    return replace(catalog, types=catalog.types.insert(at, created))


def _find(catalog: Catalog, name: ObjectName, context: Context) -> Type | None:
    """The type; None where it is missing and may be.

    Raises:
        SqlError: 42704, 3F000.
    """
    found = catalog.find_type(name)
    if found is None and not context.allows_unknown(catalog):
        if name.schema is not None:
            require_schema(catalog, name.schema, context)
        raise SqlError("42704", f'type "{plain(name)}" does not exist')
    return found


@perform.register
def _(operation: DropType, catalog: Catalog, context: Context) -> Catalog:
    for name in operation.names:
        found = catalog.find_type(name)
        if found is None:
            if not operation.if_exists:
                _find(catalog, name, context)
            continue
        if operation.domain and found.kind is not TypeKind.DOMAIN and not context.lenient:
            raise SqlError("42809", f'"{plain(name)}" is not a domain')
        catalog = drop_type(catalog, found, cascade=operation.cascade or context.lenient)
    return catalog


def drop_type(catalog: Catalog, dropped: Type, *, cascade: bool) -> Catalog:
    """Drop a type, and with ``cascade`` the columns that have it and the tables that are OF it.

    Raises:
        SqlError: 2BP01.
    """
    users = type_names.columns_of_type(catalog, dropped.name)
    domains = [
        known
        for known in catalog.types.values()
        if known.base is not None and type_names.uses(catalog, known.base, dropped.name)
    ]
    typed = [table for table in catalog.tables.values() if table.of_type == dropped.name]
    if (users or domains or typed) and not cascade:
        raise depended_on(f"type {_shown(catalog, dropped.name)}")
    for table, column in users:
        current = catalog.tables.get(table.name)
        if current is not None and current.column(column.name) is not None:
            catalog = drop_column(catalog, table.name, column.name, cascade=True)
    for domain in domains:
        catalog = drop_type(catalog, domain, cascade=True)
    catalog = drop_tables(catalog, typed, cascade=True)
    return replace(catalog, types=catalog.types.discard(dropped.name))


def _shown(catalog: Catalog, name: QualifiedName) -> str:
    found = catalog.find_type(ObjectName(name.name))
    return name.name if found is not None and found.name == name else plain(name)


@perform.register
def _(operation: RenameType, catalog: Catalog, context: Context) -> Catalog:
    found = _find(catalog, operation.name, context)
    if found is None:
        return catalog
    name = QualifiedName(found.name.schema, operation.new_name)
    if name in catalog.types or name in catalog.tables:
        if context.lenient:
            return catalog
        raise SqlError("42710", f'type "{name.name}" already exists')
    return move_type(catalog, found, name)


def move_type(catalog: Catalog, moved: Type, new: QualifiedName) -> Catalog:
    """Give a type another name or schema; the columns that have it follow."""
    for table, column in type_names.columns_of_type(catalog, moved.name):
        current = catalog.tables[table.name]
        renamed = replace(column, type=_renamed(catalog, column.type, new))
        catalog = catalog.with_table(replace_column(current, column.name, renamed))
    for typed in [table for table in catalog.tables.values() if table.of_type == moved.name]:
        catalog = catalog.with_table(replace(catalog.tables[typed.name], of_type=new))
    types = catalog.types.remove(moved.name).insert(new, replace(moved, name=new))
    return replace(catalog, types=types)


def _renamed(catalog: Catalog, text: str, new: QualifiedName) -> str:
    """A type's text with another name; it has a schema where it had one, and where it would not be found."""
    qualified = type_names.element_name(text).schema is not None or new.schema not in catalog.search_path
    return (str(new) if qualified else quote_identifier(new.name)) + ("[]" if text.endswith("[]") else "")


def set_type_schema(catalog: Catalog, operation: SetSchema, context: Context) -> Catalog:
    """ALTER TYPE ... SET SCHEMA.

    Raises:
        SqlError: 42704, 3F000, 42710.
    """
    found = _find(catalog, operation.name, context)
    if found is None:
        return catalog
    catalog = require_schema(catalog, operation.schema, context)
    new = QualifiedName(operation.schema, found.name.name)
    if new == found.name:
        return catalog
    if new in catalog.types:
        if context.lenient:
            return catalog
        raise SqlError("42710", f'type "{new.name}" already exists in schema "{new.schema}"')
    return move_type(catalog, found, new)


@perform.register
def _(operation: AddEnumValue, catalog: Catalog, context: Context) -> Catalog:
    found = _find(catalog, operation.type, context)
    if found is None:
        return catalog
    labels = list(found.labels)
    if operation.value in labels:
        if operation.if_not_exists or context.lenient:
            return catalog
        raise SqlError("42710", f'enum label "{operation.value}" already exists')
    position = len(labels)
    if operation.neighbour is not None:
        if operation.neighbour in labels:
            position = labels.index(operation.neighbour) + (1 if operation.after else 0)
        elif not context.lenient:
            raise SqlError("22023", f'"{operation.neighbour}" is not an existing enum label')
    labels.insert(position, operation.value)
    return _with_labels(catalog, found, tuple(labels))


@perform.register
def _(operation: RenameEnumValue, catalog: Catalog, context: Context) -> Catalog:
    found = _find(catalog, operation.type, context)
    if found is None:
        return catalog
    if operation.value not in found.labels:
        if context.lenient:
            return catalog
        raise SqlError("22023", f'"{operation.value}" is not an existing enum label')
    if operation.new_value in found.labels:
        if context.lenient:
            return catalog
        raise SqlError("42710", f'enum label "{operation.new_value}" already exists')
    labels = tuple(operation.new_value if label == operation.value else label for label in found.labels)
    return _with_labels(catalog, found, labels)


def _with_labels(catalog: Catalog, changed: Type, labels: tuple[str, ...]) -> Catalog:
    types = catalog.types.insert(changed.name, replace(changed, labels=labels))
    return replace(catalog, types=types)
