"""Identity columns: ADD GENERATED AS IDENTITY, DROP IDENTITY, and what partitions have of them."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl import autonames
from lint_indexes.ddl.apply.columns import drop_owned_sequences
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.elements import check_identity_type
from lint_indexes.ddl.apply.lookup import (
    children_of,
    replace_column,
    require_column,
    require_storage,
    require_table,
)
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, RelationKind, Sequence, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import SetIdentity


@perform.register
def _(operation: SetIdentity, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    if table.kind is RelationKind.MATERIALIZED_VIEW:
        word = "ADD" if operation.identity else "DROP"
        require_storage(table, f"ALTER COLUMN ... {word} IDENTITY", context)
    if not context.lenient:
        _check_may_change(table, operation, context)
    column = require_column(table, operation.column, context)
    if column is None:
        return catalog
    at = table.name
    catalog = _with_identity(catalog, at, operation, context)
    if column.identity == operation.identity:
        return catalog
    if not operation.identity:
        return drop_owned_sequences(catalog, at, column.name, cascade=True)
    label = autonames.choose_relation_name(catalog, at.schema, at.name, column.name, "seq")
    return catalog.with_sequence(Sequence(QualifiedName(at.schema, label), owned_by=(at, column.name)))


def _check_may_change(table: Table, operation: SetIdentity, context: Context) -> None:
    """Raise for a change that a partitioned table and its partitions cannot make apart from each other.

    What is added has its type checked before (transformAlterTableStmt).

    Raises:
        SqlError: 42P16 from PostgreSQL 17 on, 42703 and 22023 for what is added.
    """
    if operation.identity:
        column = require_column(table, operation.column, context)
        if column is not None:
            check_identity_type(column.type)
    if context.postgres_version < 17:
        return
    change = "add identity to" if operation.identity else "drop identity from"
    if operation.only and table.kind is RelationKind.PARTITIONED_TABLE:
        raise SqlError("42P16", f"cannot {change} a column of only the partitioned table")
    if table.partition_of is not None:
        raise SqlError("42P16", f"cannot {change} a column of a partition")


def _check_column(table: Table, column: Column, operation: SetIdentity) -> None:
    """What is asked of the column (ATExecAddIdentity, ATExecDropIdentity)."""
    of = f'column "{column.name}" of relation "{table.name.name}"'
    if not operation.identity:
        if not column.identity and not operation.missing_ok:
            raise SqlError("55000", f"{of} is not an identity column")
    elif not column.not_null:
        raise SqlError("55000", f"{of} must be declared NOT NULL before identity can be added")
    elif column.identity:
        raise SqlError("55000", f"{of} is already an identity column")
    elif column.default is not None:
        raise SqlError("55000", f"{of} already has a default value")


def _with_identity(catalog: Catalog, at: QualifiedName, operation: SetIdentity, context: Context) -> Catalog:
    """Change the column, and from PostgreSQL 17 on that of the partitions."""
    table = catalog.tables[at]
    column = table.column(operation.column)
    if column is None:
        return catalog
    if not context.lenient:
        _check_column(table, column, operation)
    changed = replace(column, identity=operation.identity)
    catalog = catalog.with_table(replace_column(table, column.name, changed))
    shared = table.kind is RelationKind.PARTITIONED_TABLE and context.postgres_version >= 17
    for partition in children_of(catalog, at) if shared else ():
        catalog = _with_identity(catalog, partition.name, operation, context)
    return catalog


def without_inherited_identity(catalog: Catalog, at: QualifiedName, context: Context) -> Catalog:
    """A partition that is detached loses what it has of its parent's (DetachPartitionFinalize).

    Raises:
        SqlError: 55000 where a partition of its own was left without, as one that was attached before it.
    """
    for column in catalog.tables[at].columns if context.postgres_version >= 17 else ():
        if column.identity:
            drop = SetIdentity(at.in_full, column.name, identity=False)
            catalog = _with_identity(catalog, at, drop, context)
    return catalog
