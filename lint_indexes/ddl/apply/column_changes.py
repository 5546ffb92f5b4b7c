"""ALTER TABLE ... RENAME COLUMN and ALTER COLUMN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lint_indexes.ddl import autonames, nodes
from lint_indexes.ddl.apply.column_values import check_default
from lint_indexes.ddl.apply.columns import (
    inherits_column,
    taken_column,
)
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.expressions import rename_in_constraint, rename_in_index, renamed_in
from lint_indexes.ddl.apply.lookup import (
    check_children_follow,
    children_of,
    find_relation,
    nullable_below,
    replace_column,
    require_column,
    require_own_columns,
    require_storage,
    require_table,
)
from lint_indexes.ddl.apply.references import foreign_keys_to
from lint_indexes.ddl.apply.views import views_of
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, ConstraintKind, Index, RelationKind, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import (
    AlterColumnType,
    DropExpression,
    RenameColumn,
    SetDefault,
    SetNotNull,
)


@perform.register
def _(operation: RenameColumn, catalog: Catalog, context: Context) -> Catalog:
    relation = find_relation(catalog, operation.table)
    if isinstance(relation, Index):
        return _rename_index_column(catalog, relation, operation, context)
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    require_own_columns(table, "rename column of", context)
    old, new = operation.column, operation.new_name
    if inherits_column(catalog, table, old) and not context.lenient:
        raise SqlError("42P16", f'cannot rename inherited column "{old}"')
    if operation.only:
        message = f'inherited column "{old}" must be renamed in child tables too'
        check_children_follow(catalog, table, message, context)
    if require_column(table, old, context, owner=False) is None and context.lenient and table.complete:
        return catalog
    if table.column(new) is not None:
        if context.lenient:
            return catalog
        raise taken_column(table, new)
    if not context.lenient:
        _check_is_free_below(catalog, table, old, new)
    return rename_column(catalog, table.name, old, new)


def _check_is_free_below(catalog: Catalog, table: Table, old: str, new: str) -> None:
    for child in children_of(catalog, table.name):
        if child.column(old) is not None and child.column(new) is not None:
            raise taken_column(child, new)
        _check_is_free_below(catalog, child, old, new)


def _rename_index_column(
    catalog: Catalog, index: Index, operation: RenameColumn, context: Context
) -> Catalog:
    """An index's own column gets another name, which automatic names of its copies are made from."""
    include = index.include_attributes or index.include
    names = autonames.attribute_names(index.keys, include, context.postgres_version)
    if operation.column not in names:
        raise SqlError("42703", f'column "{operation.column}" does not exist')
    if operation.new_name in names:
        message = f'column "{operation.new_name}" of relation "{index.name.name}" already exists'
        raise SqlError("42701", message)
    names = renamed_in(names, operation.column, operation.new_name)
    keys = tuple(replace(key, attribute=name) for key, name in zip(index.keys, names, strict=False))
    return catalog.with_index(replace(index, keys=keys, include_attributes=names[len(keys) :]))


def rename_column(catalog: Catalog, at: QualifiedName, old: str, new: str) -> Catalog:
    """Rename a column of a table and of its children, wherever indexes and constraints name it."""
    table = catalog.tables[at]
    columns = tuple(_rename_in_column(column, old, new) for column in table.columns)
    constraints = tuple(rename_in_constraint(constraint, old, new) for constraint in table.constraints)
    partition_key = tuple(new if name == old else name for name in table.partition_key)
    table = replace(
        table,
        columns=columns,
        constraints=constraints,
        partition_key=partition_key,
        partition_reads=renamed_in(table.partition_reads, old, new),
    )
    catalog = catalog.with_table(table)
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
    for sequence in catalog.sequences_owned_by(at):
        if sequence.owned_by == (at, old):
            catalog = catalog.with_sequence(replace(sequence, owned_by=(at, new)))
    for child in children_of(catalog, at):
        if child.column(old) is not None:
            catalog = rename_column(catalog, child.name, old, new)
    return catalog


def _rename_in_column(column: Column, old: str, new: str) -> Column:
    if column.generated is not None:
        column = replace(column, generated=nodes.rename_column(column.generated, old, new))
    return replace(column, name=new) if column.name == old else column


def change_column(
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
        catalog = change_column(catalog, child.name, name, change)
    return catalog


def column_to_change(
    catalog: Catalog,
    operation: AlterColumnType | SetNotNull | SetDefault | DropExpression,
    context: Context,
) -> tuple[Catalog, Table | None]:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None or require_column(table, operation.column, context) is None:
        return catalog, None
    return catalog, table


@perform.register
def _(operation: SetNotNull, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = column_to_change(catalog, operation, context)
    if table is None:
        return catalog
    action = "SET NOT NULL" if operation.not_null else "DROP NOT NULL"
    require_storage(table, f"ALTER COLUMN ... {action}", context)
    if not operation.not_null and not context.lenient:
        _check_may_be_null(catalog, table, operation, context)
    partitioned = table.kind is RelationKind.PARTITIONED_TABLE
    if operation.not_null and operation.only and partitioned and not context.lenient:
        _check_not_null_below(catalog, table, operation.column, context)

    def change(column: Column) -> Column:
        return replace(column, not_null=operation.not_null)

    return change_column(catalog, table.name, operation.column, change, only=operation.only)


def _check_not_null_below(catalog: Catalog, table: Table, name: str, context: Context) -> None:
    """What SET NOT NULL of ONLY a partitioned table asks of its partitions (ATExecCheckNotNull; from
    PostgreSQL 18 ATExecSetNotNull, which has them left out in no case).
    """
    column = table.column(name)
    if column is not None and column.not_null:
        return
    if context.postgres_version >= 18 or nullable_below(catalog, table, name) is not None:
        check_children_follow(catalog, table, "constraint must be added to child tables too", context)


def _check_may_be_null(catalog: Catalog, table: Table, operation: SetNotNull, context: Context) -> None:
    """What PostgreSQL asks before DROP NOT NULL (ATPrepDropNotNull, ATExecDropNotNull)."""
    name, partitioned = operation.column, table.kind is RelationKind.PARTITIONED_TABLE
    for other in operation.before_primary_key if context.postgres_version >= 18 else ():
        require_column(table, other, context)
    if operation.only and partitioned and context.postgres_version < 18:
        message = "cannot remove constraint from only the partitioned table when partitions exist"
        check_children_follow(catalog, table, message, context)
    column = table.column(name)
    if column is not None and column.identity:
        raise SqlError("42601", f'column "{name}" of relation "{table.name.name}" is an identity column')
    for constraint in table.constraints:
        if constraint.kind is ConstraintKind.PRIMARY_KEY and name in constraint.columns:
            raise SqlError("42P16", f'column "{name}" is in a primary key')
    _check_parents_may_be_null(catalog, table, name, context)
    if operation.before_primary_key and context.postgres_version >= 18 and column and column.not_null:
        raise SqlError("42P16", f'primary key column "{name}" is not marked NOT NULL')


def _check_parents_may_be_null(catalog: Catalog, table: Table, name: str, context: Context) -> None:
    """A partition's column, and from PostgreSQL 18 on any child's, is NOT NULL as long as its parent's is."""
    inherits = table.inherits if context.postgres_version >= 18 else ()
    for parent in (catalog.tables.get(at) for at in (table.partition_of, *inherits) if at is not None):
        inherited = parent.column(name) if parent is not None else None
        if inherited is not None and inherited.not_null:
            raise SqlError("42P16", f'column "{name}" is marked NOT NULL in parent table')


@perform.register
def _(operation: SetDefault, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = column_to_change(catalog, operation, context)
    if table is None:
        return catalog
    if table.kind is RelationKind.MATERIALIZED_VIEW:
        require_storage(table, "ALTER COLUMN ... SET DEFAULT", context)
    column = table.column(operation.column)
    if column is not None and not context.lenient:
        _check_may_have_default(table, column)
    if operation.default is not None and column is not None:
        check_default(catalog, table, replace(column, default=operation.default), context)

    def change(column: Column) -> Column:
        return replace(column, default=operation.default)

    return change_column(catalog, table.name, operation.column, change, only=operation.only)


def _check_may_have_default(table: Table, column: Column) -> None:
    """Raise where the value of a column comes from elsewhere (ATExecColumnDefault)."""
    of = f'column "{column.name}" of relation "{table.name.name}"'
    if column.identity:
        raise SqlError("42601", f"{of} is an identity column")
    if column.generated is not None:
        raise SqlError("42601", f"{of} is a generated column")


@perform.register
def _(operation: DropExpression, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = column_to_change(catalog, operation, context)
    column = table.column(operation.column) if table is not None else None
    if table is None or column is None:
        return catalog
    require_storage(table, "ALTER COLUMN ... DROP EXPRESSION", context)
    if not context.lenient:
        _check_may_drop_expression(catalog, table, operation, context)
    if column.virtual and not context.lenient:
        message = "ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns"
        raise SqlError("0A000", message)
    if column.generated is None and not operation.missing_ok and not context.lenient:
        raise SqlError(
            "55000",
            f'column "{column.name}" of relation "{table.name.name}" is not a stored generated column',
        )
    return change_column(catalog, table.name, operation.column, lambda known: replace(known, generated=None))


def _check_may_drop_expression(
    catalog: Catalog, table: Table, operation: DropExpression, context: Context
) -> None:
    if inherits_column(catalog, table, operation.column):
        message = "cannot drop generation expression from inherited column"
        raise SqlError("42P16", message)
