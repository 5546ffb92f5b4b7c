"""ALTER TABLE ... ALTER COLUMN ... TYPE: what reads the column is read again as it was stored."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl import nodes
from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.column_changes import change_column
from lint_indexes.ddl.apply.column_values import check_conversion, check_using
from lint_indexes.ddl.apply.columns import check_no_partition_key, inherits_column, is_generated_from
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.elements import check_identity_type
from lint_indexes.ddl.apply.lookup import (
    check_children_follow,
    children_of,
    require_column,
    require_own_columns,
    require_storage,
    require_table,
)
from lint_indexes.ddl.apply.operator_classes import check_index_expressions, check_operator_classes
from lint_indexes.ddl.apply.references import foreign_keys_to
from lint_indexes.ddl.apply.stored import change_expressions, explicit
from lint_indexes.ddl.apply.typecheck import check_comparable, check_condition
from lint_indexes.ddl.apply.views import views_of
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import normalize_index
from lint_indexes.model.catalog import Catalog, Column, Constraint, Index, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import AlterColumnType, IndexDefinition


@perform.register
def _(operation: AlterColumnType, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    require_storage(table, "ALTER COLUMN ... SET DATA TYPE", context)
    check_using(catalog, table, operation.using, context)
    require_own_columns(table, "alter column type of", context)
    column = require_column(table, operation.column, context)
    if column is None:
        return catalog
    if column.identity and not context.lenient:
        check_identity_type(operation.type)
    if not context.lenient:
        _check_place(catalog, table, operation, context)
        if column.generated is not None and operation.using is not None:
            raise SqlError("42611", "cannot specify USING when altering type of generated column")
    type_names.check(catalog, operation.type, context)
    if not context.lenient:
        check_conversion(catalog, table, column, operation.type, operation.using, context)
    if not context.lenient:
        _check_users(catalog, table, operation.column, only=operation.only)
    catalog = _write_out(catalog, table.name, operation.column, only=operation.only)

    def change(known: Column) -> Column:
        default = _typed_default(known)
        return replace(known, type=operation.type, collation=operation.collation, default=default)

    catalog = change_column(catalog, table.name, operation.column, change, only=operation.only)
    _check_again(catalog, table.name, operation.column, context)
    return catalog


def _typed_default(column: Column) -> str | None:
    """A default that is a bare literal stays one of the old type."""
    if column.default is None or not nodes.is_bare_literal(column.default):
        return column.default
    return f"{column.default}::{column.type}"


def _check_place(catalog: Catalog, table: Table, operation: AlterColumnType, context: Context) -> None:
    column = operation.column
    if inherits_column(catalog, table, column):
        raise SqlError("42P16", f'cannot alter inherited column "{column}"')
    check_no_partition_key(catalog, table, "alter", column)
    if operation.only:
        message = f'type of inherited column "{column}" must be changed in child tables too'
        check_children_follow(catalog, table, message, context)


def _check_users(catalog: Catalog, table: Table, name: str, *, only: bool) -> None:
    if any(is_generated_from(column, name) for column in table.columns):
        raise SqlError("0A000", "cannot alter type of a column used by a generated column")
    if views_of(catalog, table.name, name):
        raise SqlError("0A000", "cannot alter type of a column used by a view or rule")
    for child in () if only else children_of(catalog, table.name):
        _check_users(catalog, child, name, only=False)


def _write_out(catalog: Catalog, at: QualifiedName, column: str, *, only: bool) -> Catalog:
    """Give all that reads the column the text that PostgreSQL prints: what was implied stays as it was."""
    before = catalog
    made_again = sorted(before.indexes_by_age(at), key=lambda index: index.constraint is None)
    for index in made_again:
        if column in index.columns:
            # Constraints first, each index is a new one (ATPostAlterTypeCleanup).
            catalog = catalog.with_index(replace(_without_defaults(index, before), number=0))
    catalog = change_expressions(catalog, at, explicit(before, at, column))
    for child in () if only else children_of(catalog, at):
        catalog = _write_out(catalog, child.name, column, only=False)
    return catalog


def _without_defaults(index: Index, catalog: Catalog) -> Index:
    """The index without operator classes and collations that are the defaults: the new type has its own."""
    normal = normalize_index(index, (catalog,)).keys
    keys = tuple(
        replace(
            key,
            opclass=key.opclass if plain.opclass is not None else None,
            collation=key.collation if plain.collation is not None else None,
        )
        for key, plain in zip(index.keys, normal, strict=True)
    )
    return replace(index, keys=keys)


def _check_again(catalog: Catalog, at: QualifiedName, column: str, context: Context) -> None:
    """What PostgreSQL finds out when it makes the indexes and constraints of the column again."""
    table = catalog.tables[at]
    for index in catalog.indexes_on(at):
        if column in index.columns:
            definition = IndexDefinition.of(index)
            expressions = check_index_expressions(catalog, table, definition, context)
            check_operator_classes(catalog, table, definition, expressions, context)
    for constraint in table.constraints:
        if column in constraint.columns:
            _check_constraint(catalog, table, constraint, context)
    for owner, key in foreign_keys_to(catalog, at):
        if column in key.referenced_columns:
            _check_constraint(catalog, owner, key, context)
    for child in children_of(catalog, at):
        _check_again(catalog, child.name, column, context)


def _check_constraint(catalog: Catalog, table: Table, constraint: Constraint, context: Context) -> None:
    if constraint.expression is not None:
        check_condition(catalog, table, constraint.expression, context, "CHECK")
    if constraint.references is None or constraint.references not in catalog.tables:
        return
    referenced, keys = catalog.tables[constraint.references], constraint.referenced_columns
    if len(keys) == len(constraint.columns):
        check_comparable(catalog, table, constraint.columns, referenced, keys, context)
