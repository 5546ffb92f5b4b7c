"""ALTER TABLE ... ADD COLUMN and DROP COLUMN."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl import nodes
from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.checks import drop_own_check
from lint_indexes.ddl.apply.column_values import check_default, check_generated
from lint_indexes.ddl.apply.constraint_changes import drop_constraint
from lint_indexes.ddl.apply.constraints import add_constraint
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.drops import drop_sequence
from lint_indexes.ddl.apply.elements import check_column, check_identity_type
from lint_indexes.ddl.apply.indexes import drop_index, remove_index
from lint_indexes.ddl.apply.lookup import (
    check_children_follow,
    children_of,
    collation_of,
    missing_column,
    replace_column,
    require_own_columns,
    require_storage,
    require_table,
    shown,
)
from lint_indexes.ddl.apply.references import depended_on
from lint_indexes.ddl.apply.tables import build_column
from lint_indexes.ddl.apply.views import drop_views, views_of
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, ConstraintKind, RelationKind, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import (
    AddColumn,
    ColumnDefinition,
    DropColumn,
)


@perform.register
def _(operation: AddColumn, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    require_storage(table, "ADD COLUMN", context)
    require_own_columns(table, "add column to", context)
    if table.partition_of is not None and not context.lenient:
        raise SqlError("42809", "cannot add column to a partition")
    if table.column(operation.column.name) is not None:
        if operation.if_not_exists or context.lenient:
            return catalog
        raise taken_column(table, operation.column.name)
    if operation.only:
        check_children_follow(catalog, table, "column must be added to child tables too", context)
    shares_identity = table.kind is RelationKind.PARTITIONED_TABLE and context.postgres_version >= 17
    has_children = bool(children_of(catalog, table.name))
    if operation.column.identity and has_children and not shares_identity and not context.lenient:
        message = "cannot recursively add identity column to table that has child tables"
        raise SqlError("42P16", message)
    return add_column(catalog, table.name, operation.column, context, only=operation.only)


def taken_column(table: Table, name: str) -> SqlError:
    return SqlError("42701", f'column "{name}" of relation "{table.name.name}" already exists')


def add_column(
    catalog: Catalog,
    at: QualifiedName,
    definition: ColumnDefinition,
    context: Context,
    *,
    local: bool = True,
    only: bool = False,
) -> Catalog:
    """Add a column with its inline constraints to a table, and the column to its children. ``only`` is for
    the constraints: the column itself cannot be left out of children.

    Raises:
        SqlError: 42701, 42704, and what its constraints raise.
    """
    if not context.lenient:
        check_column(at, definition, context)
        if definition.identity:
            check_identity_type(definition.type)
    catalog, column = build_column(catalog, at, definition, context)
    column = replace(column, local=local)
    table = catalog.tables[at]
    catalog = catalog.with_table(replace(table, columns=(*table.columns, column)))
    if not definition.serial:
        check_default(catalog, catalog.tables[at], column, context)
        check_generated(catalog, catalog.tables[at], column, context)
    inherited = replace(definition, constraints=(), serial=False)
    for child in children_of(catalog, at):
        own = child.column(column.name)
        if own is None:
            inherited = replace(inherited, identity=column.identity and child.partition_of == at)
            catalog = add_column(catalog, child.name, inherited, context, local=False)
        elif not context.lenient:
            _check_merges(catalog, child, own, column)
    # As in CREATE TABLE, foreign keys come after the constraints that they may rely on.
    ordered = sorted(
        definition.constraints, key=lambda constraint: constraint.kind is ConstraintKind.FOREIGN_KEY
    )
    for constraint in ordered:
        catalog = add_constraint(catalog, at, constraint, context, only=only)
    return catalog


def _check_merges(catalog: Catalog, child: Table, own: Column, column: Column) -> None:
    """A new column is like the one of that name that a child has (ATExecAddColumn)."""
    of = f'child table "{child.name.name}" has different'
    if not type_names.are_alike(catalog, own.type, column.type):
        raise SqlError("42804", f'{of} type for column "{column.name}"')
    if collation_of(own) != collation_of(column):
        raise SqlError("42P21", f'{of} collation for column "{column.name}"')


@perform.register
def _(operation: DropColumn, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    require_storage(table, "DROP COLUMN", context)
    require_own_columns(table, "drop column from", context)
    if table.column(operation.column) is None:
        if not operation.missing_ok and table.complete and not context.lenient:
            raise missing_column(table, operation.column)
        return _drop_readers(catalog, table, operation.column, cascade=True)
    if inherits_column(catalog, table, operation.column) and not context.lenient:
        raise SqlError("42P16", f'cannot drop inherited column "{operation.column}"')
    if not context.lenient:
        check_no_partition_key(catalog, table, "drop", operation.column)
        if operation.only and table.kind is RelationKind.PARTITIONED_TABLE:
            message = "cannot drop column from only the partitioned table when partitions exist"
            check_children_follow(catalog, table, message, context)
    cascade = operation.cascade or context.lenient
    return drop_column(catalog, table.name, operation.column, cascade=cascade, only=operation.only)


def check_no_partition_key(catalog: Catalog, table: Table, action: str, column: str) -> None:
    """Raise for a column that the table, or a partition of it, is partitioned by."""
    for partition in children_of(catalog, table.name):
        check_no_partition_key(catalog, partition, action, column)
    if column in table.partition_reads:
        raise SqlError(
            "42P16",
            f'cannot {action} column "{column}" because it is part of the partition key '
            f'of relation "{table.name.name}"',
        )


def inherits_column(catalog: Catalog, table: Table, column: str) -> bool:
    parents = (*table.inherits, *((table.partition_of,) if table.partition_of else ()))
    known = (catalog.tables[parent] for parent in parents if parent in catalog.tables)
    return any(parent.column(column) is not None for parent in known)


def drop_column(
    catalog: Catalog, at: QualifiedName, column: str, *, cascade: bool, only: bool = False
) -> Catalog:
    """Drop a column with every index and constraint of the table that reads it.

    Raises:
        SqlError: 2BP01 where something else depends on it and ``cascade`` is false.
    """
    table = catalog.tables[at]
    views = views_of(catalog, at, column)
    generated = [known.name for known in table.columns if is_generated_from(known, column)]
    if (views or generated) and not cascade:
        raise depended_on(f"column {column} of table {shown(catalog, at)}")
    catalog = drop_views(catalog, views)
    for name in generated:
        catalog = drop_column(catalog, at, name, cascade=cascade)
    catalog = _drop_readers(catalog, catalog.tables[at], column, cascade=cascade)
    catalog = catalog.with_table(replace_column(catalog.tables[at], column, None))
    catalog = _drop_from_children(catalog, at, column, cascade=cascade, only=only)
    return drop_owned_sequences(catalog, at, column, cascade=cascade)


def _drop_from_children(
    catalog: Catalog, at: QualifiedName, column: str, *, cascade: bool, only: bool
) -> Catalog:
    """Drop a column from the children that have it from the parent alone; the others keep it as their own.

    So do all of them where ONLY the parent loses it.
    """
    for child in children_of(catalog, at):
        inherited = child.column(column)
        if inherited is None or (not only and inherits_column(catalog, child, column)):
            continue  # what another parent has stays
        if only or inherited.local:
            own = replace_column(child, column, replace(inherited, local=True))
            catalog = catalog.with_table(own)
        else:
            catalog = drop_column(catalog, child.name, column, cascade=cascade)
    return catalog


def is_generated_from(column: Column, name: str) -> bool:
    return column.generated is not None and name in nodes.columns_of(column.generated)


def _drop_readers(catalog: Catalog, table: Table, column: str, *, cascade: bool) -> Catalog:
    """Drop the constraints and indexes that read a column.

    An exclusion constraint blocks the drop where it reads the column in an expression or its predicate:
    the index behind a constraint cannot go without it.
    """
    what = f"column {column} of table {shown(catalog, table.name)}"
    # Foreign keys first: one to the table itself may rely on an index that goes too.
    for constraint in sorted(
        table.constraints, key=lambda known: known.kind is not ConstraintKind.FOREIGN_KEY
    ):
        index = (
            catalog.indexes.get(QualifiedName(table.name.schema, constraint.index))
            if constraint.index is not None
            else None
        )
        read = index.columns if index is not None else frozenset(constraint.columns)
        if column in read:
            if (
                index is not None
                and not cascade
                and _reads_indirectly(index.include, constraint.columns, column)
            ):
                raise depended_on(what)
            if constraint.kind is ConstraintKind.CHECK:
                catalog = drop_own_check(catalog, table.name, constraint)
                continue
            try:
                catalog = drop_constraint(catalog, table.name, constraint, cascade=cascade)
            except SqlError:
                raise depended_on(what) from None
    for index in catalog.indexes_on(table.name):
        if column in index.columns:
            if index.partition_of is not None:
                # It goes with the parent's index.
                catalog = remove_index(catalog, index)
                continue
            try:
                catalog = drop_index(catalog, index, cascade=cascade)
            except SqlError:
                raise depended_on(what) from None
    return catalog


def _reads_indirectly(include: tuple[str, ...], columns: tuple[str, ...], column: str) -> bool:
    return column not in columns and column not in include


def drop_owned_sequences(catalog: Catalog, at: QualifiedName, column: str, *, cascade: bool) -> Catalog:
    what = f"column {column} of table {shown(catalog, at)}"
    for sequence in catalog.sequences_owned_by(at):
        if sequence.owned_by == (at, column):
            catalog = drop_sequence(catalog, sequence.name, cascade=cascade, what=what)
    return catalog
