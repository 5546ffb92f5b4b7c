"""ALTER TABLE on columns: add, drop, rename, change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lint_indexes.ddl import autonames, nodes
from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.constraints import add_constraint, drop_constraint
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.drops import drop_sequence
from lint_indexes.ddl.apply.expressions import rename_in_constraint, rename_in_index, renamed_in
from lint_indexes.ddl.apply.indexes import drop_index, remove_index
from lint_indexes.ddl.apply.lookup import (
    children_of,
    missing_column,
    replace_column,
    require_column,
    require_storage,
    require_table,
    shown,
)
from lint_indexes.ddl.apply.references import depended_on, foreign_keys_to
from lint_indexes.ddl.apply.tables import build_column
from lint_indexes.ddl.apply.views import drop_views, views_of
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, ConstraintKind, RelationKind, Sequence, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import (
    AddColumn,
    AlterColumnType,
    ColumnDefinition,
    DropColumn,
    DropExpression,
    RenameColumn,
    SetDefault,
    SetIdentity,
    SetNotNull,
)


@perform.register
def _(operation: AddColumn, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    require_storage(table, "ADD COLUMN", context)
    if table.partition_of is not None and not context.lenient:
        raise SqlError("42809", "cannot add column to a partition")
    if table.column(operation.column.name) is not None:
        if operation.if_not_exists or context.lenient:
            return catalog
        raise _taken(table, operation.column.name)
    return add_column(catalog, table.name, operation.column, context)


def _taken(table: Table, name: str) -> SqlError:
    return SqlError("42701", f'column "{name}" of relation "{table.name.name}" already exists')


def add_column(
    catalog: Catalog,
    at: QualifiedName,
    definition: ColumnDefinition,
    context: Context,
    *,
    local: bool = True,
) -> Catalog:
    """Add a column with its inline constraints to a table, and the column to its children.

    Raises:
        SqlError: 42701, 42704, and what its constraints raise.
    """
    catalog, column = build_column(catalog, at, definition, context)
    column = replace(column, local=local)
    table = catalog.tables[at]
    catalog = catalog.with_table(replace(table, columns=(*table.columns, column)))
    inherited = replace(definition, constraints=(), serial=False, identity=False)
    for child in children_of(catalog, at):
        if child.column(column.name) is None:
            catalog = add_column(catalog, child.name, inherited, context, local=False)
    # As in CREATE TABLE, foreign keys come after the constraints that they may rely on.
    ordered = sorted(
        definition.constraints, key=lambda constraint: constraint.kind is ConstraintKind.FOREIGN_KEY
    )
    for constraint in ordered:
        catalog = add_constraint(catalog, at, constraint, context)
    return catalog


@perform.register
def _(operation: DropColumn, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    require_storage(table, "DROP COLUMN", context)
    if table.column(operation.column) is None:
        if not operation.missing_ok and table.complete and not context.lenient:
            raise missing_column(table, operation.column)
        return _drop_readers(catalog, table, operation.column, cascade=True)
    if _inherits_column(catalog, table, operation.column) and not context.lenient:
        raise SqlError("42P16", f'cannot drop inherited column "{operation.column}"')
    if not context.lenient:
        _check_no_partition_key(table, "drop", operation.column)
    cascade = operation.cascade or context.lenient
    return drop_column(catalog, table.name, operation.column, cascade=cascade, only=operation.only)


def _check_no_partition_key(table: Table, action: str, column: str) -> None:
    if column in table.partition_key:
        raise SqlError(
            "42P16",
            f'cannot {action} column "{column}" because it is part of the partition key '
            f'of relation "{table.name.name}"',
        )


def _inherits_column(catalog: Catalog, table: Table, column: str) -> bool:
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
    generated = [known.name for known in table.columns if _is_generated_from(known, column)]
    if (views or generated) and not cascade:
        raise depended_on(f"column {column} of table {shown(catalog, at)}")
    catalog = drop_views(catalog, views)
    for name in generated:
        catalog = drop_column(catalog, at, name, cascade=cascade)
    catalog = _drop_readers(catalog, catalog.tables[at], column, cascade=cascade)
    catalog = catalog.with_table(replace_column(catalog.tables[at], column, None))
    catalog = _drop_from_children(catalog, at, column, cascade=cascade, only=only)
    return _drop_owned_sequences(catalog, at, column, cascade=cascade)


def _drop_from_children(
    catalog: Catalog, at: QualifiedName, column: str, *, cascade: bool, only: bool
) -> Catalog:
    """Drop a column from the children that have it from the parent alone; the others keep it as their own.

    So do all of them where ONLY the parent loses it.
    """
    for child in children_of(catalog, at):
        inherited = child.column(column)
        if inherited is None:
            continue
        if only or inherited.local:
            own = replace_column(child, column, replace(inherited, local=True))
            catalog = catalog.with_table(own)
        else:
            catalog = drop_column(catalog, child.name, column, cascade=cascade)
    return catalog


def _is_generated_from(column: Column, name: str) -> bool:
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


def _drop_owned_sequences(catalog: Catalog, at: QualifiedName, column: str, *, cascade: bool) -> Catalog:
    what = f"column {column} of table {shown(catalog, at)}"
    for name, sequence in catalog.sequences.items():
        if sequence.owned_by == (at, column):
            catalog = drop_sequence(catalog, name, cascade=cascade, what=what)
    return catalog


@perform.register
def _(operation: RenameColumn, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    old, new = operation.column, operation.new_name
    if _inherits_column(catalog, table, old) and not context.lenient:
        raise SqlError("42P16", f'cannot rename inherited column "{old}"')
    if require_column(table, old, context, owner=False) is None and context.lenient and table.complete:
        return catalog
    if table.column(new) is not None:
        if context.lenient:
            return catalog
        raise _taken(table, new)
    return rename_column(catalog, table.name, old, new)


def rename_column(catalog: Catalog, at: QualifiedName, old: str, new: str) -> Catalog:
    """Rename a column of a table and of its children, wherever indexes and constraints name it."""
    table = catalog.tables[at]
    columns = tuple(_rename_in_column(column, old, new) for column in table.columns)
    constraints = tuple(rename_in_constraint(constraint, old, new) for constraint in table.constraints)
    catalog = catalog.with_table(replace(table, columns=columns, constraints=constraints))
    for index in catalog.indexes_on(at):
        if old in index.columns:
            catalog = catalog.with_index(rename_in_index(index, old, new))
    for owner, key in foreign_keys_to(catalog, at):
        if old in key.referenced_columns:
            current = catalog.tables[owner.name]
            referenced = renamed_in(key.referenced_columns, old, new)
            renamed = tuple(
                replace(known, referenced_columns=referenced) if known.name == key.name else known
                for known in current.constraints
            )
            catalog = catalog.with_table(replace(current, constraints=renamed))
    for view in views_of(catalog, at, old):
        reads = tuple(
            (name, frozenset(renamed_in(tuple(read), old, new)) if name == at else read)
            for name, read in view.reads
        )
        catalog = catalog.with_table(replace(view, reads=reads))
    for name, sequence in catalog.sequences.items():
        if sequence.owned_by == (at, old):
            moved = replace(sequence, owned_by=(at, new))
            catalog = replace(catalog, sequences=catalog.sequences.insert(name, moved))
    for child in children_of(catalog, at):
        if child.column(old) is not None:
            catalog = rename_column(catalog, child.name, old, new)
    return catalog


def _rename_in_column(column: Column, old: str, new: str) -> Column:
    if column.generated is not None:
        column = replace(column, generated=nodes.rename_column(column.generated, old, new))
    return replace(column, name=new) if column.name == old else column


def _change(
    catalog: Catalog,
    at: QualifiedName,
    name: str,
    change: Callable[[Column], Column],
    *,
    only: bool = False,
) -> Catalog:
    """Change a column of a table, and of its children."""
    table = catalog.tables[at]
    column = table.column(name)
    if column is not None:
        catalog = catalog.with_table(replace_column(table, name, change(column)))
    for child in () if only else children_of(catalog, at):
        catalog = _change(catalog, child.name, name, change)
    return catalog


def _column_to_change(
    catalog: Catalog,
    operation: AlterColumnType | SetNotNull | SetDefault | SetIdentity | DropExpression,
    context: Context,
) -> tuple[Catalog, Table | None]:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None or require_column(table, operation.column, context) is None:
        return catalog, None
    return catalog, table


@perform.register
def _(operation: AlterColumnType, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = _column_to_change(catalog, operation, context)
    if table is None:
        return catalog
    require_storage(table, "ALTER COLUMN ... SET DATA TYPE", context)
    type_names.check(catalog, operation.type, context)
    if not context.lenient:
        _check_no_partition_key(table, "alter", operation.column)
        if _inherits_column(catalog, table, operation.column):
            raise SqlError("42P16", f'cannot alter inherited column "{operation.column}"')
        if any(_is_generated_from(column, operation.column) for column in table.columns):
            raise SqlError("0A000", "cannot alter type of a column used by a generated column")
        if views_of(catalog, table.name, operation.column):
            raise SqlError("0A000", "cannot alter type of a column used by a view or rule")

    def change(column: Column) -> Column:
        return replace(column, type=operation.type, collation=operation.collation)

    return _change(catalog, table.name, operation.column, change, only=operation.only)


@perform.register
def _(operation: SetNotNull, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = _column_to_change(catalog, operation, context)
    if table is None:
        return catalog
    action = "SET NOT NULL" if operation.not_null else "DROP NOT NULL"
    require_storage(table, f"ALTER COLUMN ... {action}", context)
    if not operation.not_null and not context.lenient:
        _check_may_be_null(table, operation.column)

    def change(column: Column) -> Column:
        return replace(column, not_null=operation.not_null)

    return _change(catalog, table.name, operation.column, change, only=operation.only)


def _check_may_be_null(table: Table, name: str) -> None:
    column = table.column(name)
    if column is not None and column.identity:
        raise SqlError("42601", f'column "{name}" of relation "{table.name.name}" is an identity column')
    for constraint in table.constraints:
        if constraint.kind is ConstraintKind.PRIMARY_KEY and name in constraint.columns:
            raise SqlError("42P16", f'column "{name}" is in a primary key')


@perform.register
def _(operation: SetDefault, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = _column_to_change(catalog, operation, context)
    if table is None:
        return catalog
    if table.kind is RelationKind.MATERIALIZED_VIEW:
        require_storage(table, "ALTER COLUMN ... SET DEFAULT", context)

    def change(column: Column) -> Column:
        return replace(column, default=operation.default)

    return _change(catalog, table.name, operation.column, change, only=operation.only)


@perform.register
def _(operation: SetIdentity, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = _column_to_change(catalog, operation, context)
    column = table.column(operation.column) if table is not None else None
    if table is None or column is None:
        return catalog
    if not context.lenient:
        _check_identity(table, column, operation)
    if column.identity == operation.identity:
        return catalog
    at = table.name
    if operation.identity:
        label = autonames.choose_relation_name(catalog, at.schema, at.name, column.name, "seq")
        sequence = Sequence(QualifiedName(at.schema, label), owned_by=(at, column.name))
        catalog = replace(catalog, sequences=catalog.sequences.insert(sequence.name, sequence))
    else:
        catalog = _drop_owned_sequences(catalog, at, column.name, cascade=True)
    return _change(
        catalog, at, column.name, lambda known: replace(known, identity=operation.identity), only=True
    )


def _check_identity(table: Table, column: Column, operation: SetIdentity) -> None:
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


@perform.register
def _(operation: DropExpression, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = _column_to_change(catalog, operation, context)
    column = table.column(operation.column) if table is not None else None
    if table is None or column is None:
        return catalog
    if column.generated is None and not operation.missing_ok and not context.lenient:
        raise SqlError(
            "55000",
            f'column "{column.name}" of relation "{table.name.name}" is not a stored generated column',
        )
    return _change(catalog, table.name, operation.column, lambda known: replace(known, generated=None))
