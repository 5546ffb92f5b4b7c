"""ATTACH and DETACH PARTITION, INHERIT and NO INHERIT."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.bounds import check_bound, check_overlap
from lint_indexes.ddl.apply.checks import are_alike
from lint_indexes.ddl.apply.concurrent_detach import check_no_default, keep_bound
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.define_index import ensure_partition_index
from lint_indexes.ddl.apply.identity import without_inherited_identity
from lint_indexes.ddl.apply.lookup import (
    TEMPORARY_SCHEMA,
    check_is_partitioned,
    check_parent_lasts,
    children_of,
    collation_of,
    descendants_of,
    require_storage,
    require_table,
)
from lint_indexes.ddl.apply.partition_references import clone_foreign_keys, detach_foreign_keys
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, Constraint, ConstraintKind, RelationKind, Table
from lint_indexes.model.operations import AttachPartition, ChangeInheritance, DetachPartition


@perform.register
def _(operation: AttachPartition, catalog: Catalog, context: Context) -> Catalog:
    catalog, parent = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if parent is None:
        return catalog
    _check_partitioned(parent, "ATTACH PARTITION", context)
    check_bound(catalog, parent, operation.bound, context)
    catalog, partition = require_table(catalog, operation.partition, context)
    if partition is None:
        return catalog
    require_storage(partition, "ATTACH PARTITION", context)
    if not context.lenient:
        _check_may_attach(catalog, partition, parent)
        _check_no_other_columns(partition, parent, context)
        check_overlap(catalog, parent, partition.name, operation.bound, context)
        _check_columns(catalog, partition, parent, context)
    attached = replace(
        partition,
        partition_of=parent.name,
        bound=operation.bound,
        columns=_columns_of_partition(partition, parent, context),
        constraints=_checks_of(partition, parent),
    )
    catalog = catalog.with_table(attached)
    for index in catalog.indexes_by_age(parent.name):
        if not index.only:
            catalog = ensure_partition_index(catalog, index, attached.name, context)
    return clone_foreign_keys(catalog, catalog.tables[attached.name], context)


def _check_may_attach(catalog: Catalog, partition: Table, parent: Table) -> None:
    """What PostgreSQL asks of a partition before its columns, in its order (ATExecAttachPartition)."""
    if partition.partition_of is not None:
        raise SqlError("42809", f'"{partition.name.name}" is already a partition')
    if partition.inherits:
        raise SqlError("42809", "cannot attach inheritance child as partition")
    if partition.kind is not RelationKind.PARTITIONED_TABLE and children_of(catalog, partition.name):
        raise SqlError("42809", "cannot attach inheritance parent as partition")
    if parent.name in descendants_of(catalog, partition.name):
        raise SqlError("42P07", "circular inheritance not allowed")
    kinds = [("permanent", "temporary")[one.name.schema == TEMPORARY_SCHEMA] for one in (partition, parent)]
    if kinds[0] != kinds[1]:
        message = f"cannot attach a {kinds[0]} relation as partition of {kinds[1]} relation"
        raise SqlError("42809", f'{message} "{parent.name.name}"')


def _check_may_change(table: Table, operation: ChangeInheritance) -> None:
    """What PostgreSQL asks before it looks for the parent (ATPrepAddInherit, ATExecDropInherit)."""
    if table.of_type is not None and operation.inherit:
        raise SqlError("42809", "cannot change inheritance of typed table")
    if table.partition_of is not None:
        raise SqlError("42809", "cannot change inheritance of a partition")
    if table.kind is RelationKind.PARTITIONED_TABLE and operation.inherit:
        raise SqlError("42809", "cannot change inheritance of partitioned table")


def _check_may_inherit(catalog: Catalog, table: Table, parent: Table) -> None:
    """What PostgreSQL asks of the parent (ATExecAddInherit)."""
    check_parent_lasts(parent, table.name)
    if parent.kind is RelationKind.PARTITIONED_TABLE:
        raise SqlError("42809", f'cannot inherit from partitioned table "{parent.name.name}"')
    if parent.partition_of is not None:
        raise SqlError("42809", "cannot inherit from a partition")
    if parent.name in descendants_of(catalog, table.name):
        raise SqlError("42P07", "circular inheritance not allowed")


def _check_partitioned(parent: Table, action: str, context: Context) -> None:
    require_storage(parent, action, context)
    if context.lenient:
        return
    if context.postgres_version >= 18 and parent.complete and not parent.partition_key:
        message = f'ALTER action {action} cannot be performed on relation "{parent.name.name}"'
        raise SqlError("42809", message)
    check_is_partitioned(parent, f'table "{parent.name.name}"')


def _check_no_other_columns(partition: Table, parent: Table, context: Context) -> None:
    for column in partition.columns if parent.complete else ():
        if column.identity and context.postgres_version >= 17:
            message = f'table "{partition.name.name}" being attached contains an identity column'
            raise SqlError("55000", f'{message} "{column.name}"')
        if parent.column(column.name) is None:
            raise SqlError(
                "42804",
                f'table "{partition.name.name}" contains column "{column.name}" '
                f'not found in parent "{parent.name.name}"',
            )


def _check_columns(catalog: Catalog, child: Table, parent: Table, context: Context) -> None:
    """A child has every column and every CHECK of its parent."""
    if not (child.complete and parent.complete):
        return
    for column in parent.columns:
        own = child.column(column.name)
        if own is None:
            raise SqlError("42804", f'child table is missing column "{column.name}"')
        _check_column(catalog, child, own, column, context)
    for constraint in parent.constraints:
        if constraint.is_for_children:
            _check_has(catalog, child, constraint)


def _check_has(catalog: Catalog, child: Table, check: Constraint) -> None:
    own = child.constraint(check.name)
    if own is None or own.kind is not ConstraintKind.CHECK:
        raise SqlError("42804", f'child table is missing constraint "{check.name}"')
    if not are_alike(catalog, child.name, own.expression, check.expression):
        message = f'child table "{child.name.name}" has different definition for check constraint'
        raise SqlError("42804", f'{message} "{check.name}"')
    if own.no_inherit:
        message = f'constraint "{check.name}" conflicts with non-inherited constraint on child table'
        raise SqlError("42P17", f'{message} "{child.name.name}"')
    if check.valid and not own.valid:
        message = f'constraint "{check.name}" conflicts with NOT VALID constraint on child table'
        raise SqlError("42P17", f'{message} "{child.name.name}"')


def _check_column(catalog: Catalog, child: Table, own: Column, column: Column, context: Context) -> None:
    """A column of a child is like its parent's (MergeAttributesIntoExisting)."""
    of = f'column "{column.name}" in child table'
    if not type_names.are_alike(catalog, own.type, column.type):
        raise SqlError(
            "42804", f'child table "{child.name.name}" has different type for column "{column.name}"'
        )
    if collation_of(own) != collation_of(column):
        raise SqlError(
            "42P21", f'child table "{child.name.name}" has different collation for column "{column.name}"'
        )
    if column.not_null and not own.not_null:
        raise SqlError("42804", f"{of} must be marked NOT NULL")
    if column.generated is not None and own.generated is None:
        raise SqlError("42804", f"{of} must be a generated column")
    if column.generated is not None and column.virtual is not own.virtual:
        raise SqlError("42804", f'column "{column.name}" inherits from generated column of different kind')
    if column.generated is None and own.generated is not None and context.postgres_version >= 16:
        raise SqlError("42804", f"{of} must not be a generated column")


@perform.register
def _(operation: DetachPartition, catalog: Catalog, context: Context) -> Catalog:
    catalog, parent = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if parent is None:
        return catalog
    _check_partitioned(parent, "DETACH PARTITION", context)
    catalog, partition = require_table(catalog, operation.partition, context)
    if partition is None:
        return catalog
    if partition.partition_of != parent.name:
        if context.lenient or not (parent.complete and partition.complete):
            return catalog
        raise SqlError(
            "42P01",
            f'relation "{partition.name.name}" is not a partition of relation "{parent.name.name}"',
        )
    if operation.concurrently:
        check_no_default(catalog, parent, context)
    columns, constraints = _with_locality(partition, local=True), _own_constraints(partition)
    detached = replace(partition, partition_of=None, bound=None, columns=columns, constraints=constraints)
    catalog = without_inherited_identity(catalog.with_table(detached), detached.name, context)
    if operation.concurrently and partition.bound is not None:
        catalog = keep_bound(catalog, partition, parent, context)
    for index in catalog.indexes_on(partition.name):
        if index.partition_of is not None:
            catalog = catalog.with_index(replace(index, partition_of=None))
    return detach_foreign_keys(catalog, partition.name, context)


@perform.register
def _(operation: ChangeInheritance, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    require_storage(table, "INHERIT" if operation.inherit else "NO INHERIT", context)
    if not context.lenient:
        _check_may_change(table, operation)
    catalog, parent = require_table(catalog, operation.parent, context)
    if parent is None:
        return catalog
    if operation.inherit:
        require_storage(parent, "INHERIT", context)
        if not context.lenient:
            _check_may_inherit(catalog, table, parent)
    others = tuple(name for name in table.inherits if name != parent.name)
    if operation.inherit:
        if parent.name in table.inherits and not context.lenient:
            raise SqlError(
                "42P07",
                f'relation "{parent.name.name}" would be inherited from more than once',
            )
        if not context.lenient:
            _check_columns(catalog, table, parent, context)
        return catalog.with_table(replace(table, inherits=(*others, parent.name)))
    if parent.name not in table.inherits and table.complete and not context.lenient:
        raise SqlError(
            "42P01",
            f'relation "{parent.name.name}" is not a parent of relation "{table.name.name}"',
        )
    if others:
        return catalog.with_table(replace(table, inherits=others))
    columns, constraints = _with_locality(table, local=True), _own_constraints(table)
    return catalog.with_table(replace(table, inherits=(), columns=columns, constraints=constraints))


def _columns_of_partition(partition: Table, parent: Table, context: Context) -> tuple[Column, ...]:
    """The columns of a new partition; from PostgreSQL 17 on they are identity columns if the parent's are."""
    columns = _with_locality(partition, local=False)
    if context.postgres_version < 17:
        return columns
    above = {column.name for column in parent.columns if column.identity}
    return tuple(replace(column, identity=column.name in above) for column in columns)


def _with_locality(table: Table, *, local: bool) -> tuple[Column, ...]:
    """A table's columns as its own, or as those of a parent."""
    return tuple(replace(column, local=local) for column in table.columns)


def _own_constraints(table: Table) -> tuple[Constraint, ...]:
    """A table's constraints as its own."""
    return tuple(replace(constraint, local=True) for constraint in table.constraints)


def _checks_of(partition: Table, parent: Table) -> tuple[Constraint, ...]:
    """A new partition's constraints: the CHECKs that its parent has too are now the parent's."""
    names = {one.name for one in parent.constraints if one.kind is ConstraintKind.CHECK}
    return tuple(replace(one, local=one.local and one.name not in names) for one in partition.constraints)
