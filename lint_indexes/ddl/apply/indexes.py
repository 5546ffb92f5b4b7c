"""CREATE INDEX, ALTER INDEX and DROP INDEX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lint_indexes.ddl import autonames
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.define_index import (
    Request,
    analyse_index,
    check_index,
    constraint_of,
    define_index,
    matches,
    refuse_index,
)
from lint_indexes.ddl.apply.lookup import (
    TEMPORARY_SCHEMA,
    children_of,
    find_relation,
    missing_relation,
    require_schema,
    require_table,
    shown,
)
from lint_indexes.ddl.apply.references import drop_foreign_keys_on
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, RelationKind
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import (
    AttachIndex,
    CreateIndex,
    DropIndex,
    IndexDefinition,
    Reindex,
    SetIndexOptions,
    SetTablespace,
)


@perform.register
def _(operation: CreateIndex, catalog: Catalog, context: Context) -> Catalog:
    relation = find_relation(catalog, operation.table)
    if isinstance(relation, Index) and not context.lenient:
        _check_reads(relation, operation.definition, context)
    catalog, table = require_table(catalog, operation.table, context)
    if table is None:
        return catalog
    request = Request(operation.definition, operation.name, only=operation.only)
    if operation.concurrently and table.kind is RelationKind.PARTITIONED_TABLE and not context.lenient:
        analyse_index(catalog, table, request, context)
        raise SqlError("0A000", f'cannot create index on partitioned table "{table.name.name}" concurrently')
    if operation.name is not None and (operation.if_not_exists or context.lenient):
        name = QualifiedName(table.name.schema, operation.name)
        if catalog.relation_exists(name):
            check_index(catalog, table, request, context)
            return catalog if operation.if_not_exists else refuse_index(catalog, table.name, request, context)
    return define_index(catalog, table.name, request, context)[0]


def _check_reads(index: Index, definition: IndexDefinition, context: Context) -> None:
    """An index has none, but what one would read is looked up in its own columns before that is found."""
    include = index.include_attributes or index.include
    known = autonames.attribute_names(index.keys, include, context.postgres_version)
    read = [name for key in definition.keys if key.expression is not None for name in key.columns]
    for name in (*definition.predicate_columns, *read):
        if name not in known:
            raise SqlError("42703", f'column "{name}" does not exist')


def find_index(
    catalog: Catalog, name: ObjectName, context: Context, *, if_exists: bool = False
) -> Index | None:
    """The index that ALTER INDEX names; None where it is missing and may be.

    Raises:
        SqlError: 42P01, 3F000, or 42809 where the name is that of something else.
    """
    found = find_relation(catalog, name)
    if isinstance(found, Index):
        return found
    if found is not None and not context.lenient:
        raise SqlError("42809", f'"{name.name}" is not an index')
    if found is None and not if_exists and not context.allows_unknown(catalog):
        raise missing_relation(catalog, name)
    return None


@perform.register
def _(operation: DropIndex, catalog: Catalog, context: Context) -> Catalog:
    for name in operation.names:
        index = _index_to_drop(catalog, name, operation.if_exists, context)
        if index is not None:
            if operation.concurrently and not context.lenient:
                _check_concurrent_drop(catalog, index)
            catalog = drop_index(catalog, index, cascade=operation.cascade or context.lenient)
    return catalog


def _check_concurrent_drop(catalog: Catalog, index: Index) -> None:
    table = catalog.tables.get(index.table)
    if table is not None and table.kind is RelationKind.PARTITIONED_TABLE:
        raise SqlError("0A000", f'cannot drop partitioned index "{index.name.name}" concurrently')


def _index_to_drop(catalog: Catalog, name: ObjectName, if_exists: bool, context: Context) -> Index | None:
    found = find_relation(catalog, name)
    if isinstance(found, Index):
        return found
    if found is not None:
        if context.lenient:
            return None
        raise SqlError("42809", f'"{name.name}" is not an index')
    if not if_exists and not context.allows_unknown(catalog) and not _may_be_unseen(catalog, name):
        if name.schema is not None:
            require_schema(catalog, name.schema, context)
        raise SqlError("42704", f'index "{name.name}" does not exist')
    return None


def _may_be_unseen(catalog: Catalog, name: ObjectName) -> bool:
    """Whether some table of the schemas looked at is not wholly known, so that the index may be its."""
    schemas = {at.schema for at in catalog.candidates(name)}
    return any(not table.complete and table.name.schema in schemas for table in catalog.tables.values())


def drop_index(catalog: Catalog, index: Index, *, cascade: bool) -> Catalog:
    """Drop an index of its own with its partitions' indexes.

    Raises:
        SqlError: 2BP01 where a constraint or a parent index requires it, or a foreign key relies on it.
    """
    if index.partition_of is not None and index.partition_of in catalog.indexes:
        raise SqlError(
            "2BP01",
            f"cannot drop index {shown(catalog, index.name)} "
            f"because index {shown(catalog, index.partition_of)} requires it",
        )
    constraint = constraint_of(catalog, index)
    if constraint is not None:
        raise SqlError(
            "2BP01",
            f"cannot drop index {shown(catalog, index.name)} because constraint {constraint.name} "
            f"on table {shown(catalog, index.table)} requires it",
        )
    if index.unique:
        what = f"index {shown(catalog, index.name)}"
        catalog = drop_foreign_keys_on(catalog, index, what, cascade=cascade)
    return remove_index(catalog, index)


def remove_index(catalog: Catalog, index: Index) -> Catalog:
    """Take an index and those of its partitions out of the catalog, without any check."""
    if index.table in catalog.tables:
        for child in partition_indexes(catalog, index):
            catalog = remove_index(catalog, child)
    return catalog.without_index(index.name) if index.name in catalog.indexes else catalog


def partition_indexes(catalog: Catalog, parent: Index) -> tuple[Index, ...]:
    """The indexes that are attached to the index of a partitioned table."""
    return tuple(
        index
        for partition in children_of(catalog, parent.table)
        for index in catalog.indexes_on(partition.name)
        if index.partition_of == parent.name
    )


@perform.register
def _(operation: SetIndexOptions, catalog: Catalog, context: Context) -> Catalog:
    index = find_index(catalog, operation.index, context, if_exists=operation.if_exists)
    if index is None:
        return catalog
    table = catalog.tables.get(index.table)
    if table is not None and table.kind is RelationKind.PARTITIONED_TABLE and not context.lenient:
        action = "RESET" if operation.reset else "SET"
        message = f'ALTER action {action} cannot be performed on relation "{index.name.name}"'
        raise SqlError("42809", message)
    options = dict(index.options)
    for name, value in operation.options:
        if operation.reset:
            options.pop(name, None)
        else:
            options[name] = value
    return catalog.with_index(replace(index, options=tuple(sorted(options.items()))))


@perform.register
def _(operation: SetTablespace, catalog: Catalog, context: Context) -> Catalog:
    index = find_index(catalog, operation.index, context, if_exists=operation.if_exists)
    if index is None:
        return catalog
    return catalog.with_index(replace(index, tablespace=operation.tablespace))


@perform.register
def _(operation: Reindex, catalog: Catalog, context: Context) -> Catalog:
    """CONCURRENTLY makes new indexes, which are the youngest from then on. Nothing else changes.

    Whether there is what it names has been looked at where the statement was run.
    """
    found = find_relation(catalog, operation.name)
    if not operation.concurrently or found is None or found.name.schema == TEMPORARY_SCHEMA:
        return catalog
    indexes = (found,) if isinstance(found, Index) else catalog.indexes_by_age(found.name)
    for index in [leaf for named in indexes for leaf in _leaves(catalog, named)]:
        if index.constraint is not ConstraintKind.EXCLUDE:
            catalog = catalog.with_index(replace(index, number=0))
    return catalog


def _leaves(catalog: Catalog, index: Index) -> Iterator[Index]:
    """The indexes that have rows: of a partitioned table those of its partitions."""
    table = catalog.tables.get(index.table)
    if table is None or table.kind is not RelationKind.PARTITIONED_TABLE:
        yield index
        return
    for child in partition_indexes(catalog, index):
        yield from _leaves(catalog, child)


@perform.register
def _(operation: AttachIndex, catalog: Catalog, context: Context) -> Catalog:
    parent = find_index(catalog, operation.index, context, if_exists=operation.if_exists)
    if parent is None:
        return catalog
    table = catalog.tables[parent.table]
    if table.complete and table.kind is not RelationKind.PARTITIONED_TABLE:
        action = "ALTER action ATTACH PARTITION"
        raise SqlError("42809", f'{action} cannot be performed on relation "{parent.name.name}"')
    child = find_index(catalog, operation.partition, context)
    if child is None or child.partition_of == parent.name:
        return catalog
    _check_may_attach(catalog, parent, child)
    catalog = catalog.with_index(replace(child, partition_of=parent.name))
    return validate_if_complete(catalog, parent)


def _check_may_attach(catalog: Catalog, parent: Index, child: Index) -> None:
    message = f'cannot attach index "{child.name.name}" as a partition of index "{parent.name.name}"'
    if (
        child.partition_of is not None
        or catalog.tables[child.table].partition_of != parent.table
        or any(index.table == child.table for index in partition_indexes(catalog, parent))
    ):
        raise SqlError("55000", message)
    if not matches(parent, child):
        raise SqlError("42P17", message)


def validate_if_complete(catalog: Catalog, parent: Index) -> Catalog:
    """An index made ON ONLY becomes valid once every partition has its index attached."""
    attached = {index.table for index in partition_indexes(catalog, parent)}
    if parent.valid or any(table.name not in attached for table in children_of(catalog, parent.table)):
        return catalog
    return catalog.with_index(replace(parent, only=False, valid=True))
