"""Making an index on a table: the common end of CREATE INDEX, of constraints, of LIKE and of partitions."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl import autonames
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import (
    SYSTEM_COLUMNS,
    children_of,
    collation_of,
    missing_column,
    taken_relation,
)
from lint_indexes.ddl.apply.operator_classes import (
    check_index_expressions,
    check_operator_classes,
    check_stored,
)
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import Expression, Kind, last_name, normalize
from lint_indexes.model.catalog import (
    Catalog,
    Column,
    Constraint,
    ConstraintKind,
    Index,
    IndexKey,
    RelationKind,
    Table,
)
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import IndexDefinition


@dataclass(frozen=True, slots=True)
class Request:
    """An index to be made. ``constraint`` is the kind of the constraint that it is for.

    ``include_names`` are what an automatic name calls the columns of INCLUDE, where not by their own names.
    """

    definition: IndexDefinition
    name: str | None = None
    constraint: ConstraintKind | None = None
    deferrable: bool = False
    initially_deferred: bool = False
    only: bool = False
    partition_of: QualifiedName | None = None
    include_names: tuple[str, ...] = ()


def copy_of(catalog: Catalog, index: Index, postgres_version: int) -> Request:
    """The request that makes the same index on another table, under a name of its own.

    Automatic names of the copy are made from the names that the index's own columns have.
    """
    include_names = index.include_attributes or index.include
    names = autonames.attribute_names(index.keys, include_names, postgres_version)
    keys = tuple(replace(key, attribute=name) for key, name in zip(index.keys, names, strict=False))
    constraint = constraint_of(catalog, index)
    return Request(
        replace(IndexDefinition.of(index), keys=keys),
        constraint=index.constraint,
        include_names=names[len(keys) :],
        deferrable=constraint is not None and constraint.deferrable,
        initially_deferred=constraint is not None and constraint.initially_deferred,
    )


def constraint_of(catalog: Catalog, index: Index) -> Constraint | None:
    """The constraint that an index backs."""
    if index.constraint is None or index.table not in catalog.tables:
        return None
    constraints = catalog.tables[index.table].constraints
    return next((found for found in constraints if found.index == index.name.name), None)


def _check_read(table: Table, definition: IndexDefinition, context: Context) -> None:
    """Raise for an unknown column in the predicate or in an expression."""
    read = [name for key in definition.keys if key.expression is not None for name in key.columns]
    for name in (*definition.predicate_columns, *read):
        _check_column(table, name, context)


def _check_keys(table: Table, request: Request, context: Context) -> None:
    plain = [key.column for key in request.definition.keys if key.column is not None]
    for name in (*plain, *request.definition.include):
        _check_column(table, name, context, named_in_key=request.constraint is not None)


def _check_column(table: Table, name: str, context: Context, *, named_in_key: bool = False) -> None:
    if not table.complete or context.lenient or table.column(name) or name in SYSTEM_COLUMNS:
        return
    if named_in_key:
        raise SqlError("42703", f'column "{name}" named in key does not exist')
    raise missing_column(table, name, owner=False)


def check_index(catalog: Catalog, table: Table, request: Request, context: Context) -> None:
    """What PostgreSQL asks of an index before it looks at names.

    Raises:
        SqlError: 42809 on a view, 42P16 for a second primary key, 42703 for an unknown column, 0A000 for a
            unique index of a partitioned table without the columns of its partition key.
    """
    if request.constraint is not None:
        _check_keys(table, request, context)
    expressions = analyse_index(catalog, table, request, context)
    if table.kind is RelationKind.VIEW:
        raise SqlError("42809", f'cannot create index on relation "{table.name.name}"')
    check_operator_classes(catalog, table, request.definition, expressions, context)
    _check_keys(table, request, context)
    if request.constraint is ConstraintKind.PRIMARY_KEY:
        check_no_primary_key(table)
    if table.partition_key and not context.lenient:
        _check_partition_key(table, request, context)
    if not context.lenient:
        check_stored(table, request.definition, request.constraint)


def analyse_index(
    catalog: Catalog, table: Table, request: Request, context: Context
) -> tuple[Expression | None, ...]:
    """Parse analysis of the predicate and the keys, which comes before all else: the keys' expressions.

    Raises:
        SqlError: 42703 for an unknown column, and what check_index_expressions() raises.
    """
    _check_read(table, request.definition, context)
    return check_index_expressions(catalog, table, request.definition, context)


def _check_partition_key(table: Table, request: Request, context: Context) -> None:
    if request.constraint is ConstraintKind.EXCLUDE and context.postgres_version < 17:
        raise SqlError("0A000", "exclusion constraints are not supported on partitioned tables")
    if not (request.definition.unique or request.constraint is ConstraintKind.EXCLUDE):
        return
    if None in table.partition_key:
        kind = "PRIMARY KEY" if request.constraint is ConstraintKind.PRIMARY_KEY else "UNIQUE"
        raise SqlError("0A000", f"unsupported {kind} constraint with partition key definition")
    columns = {
        key.column
        for key in request.definition.keys
        if key.exclude_operator in (None, "=") and _has_own_collation(table, key)
    }
    if not columns.issuperset(table.partition_key):
        raise SqlError(
            "0A000", "unique constraint on partitioned table must include all partitioning columns"
        )


def _has_own_collation(table: Table, key: IndexKey) -> bool:
    column = table.column(key.column or "")
    return key.collation is None or column is None or last_name(key.collation) == collation_of(column)


def check_name_is_free(catalog: Catalog, table: Table, request: Request, name: QualifiedName) -> None:
    """Raise where a relation has the index's name, or the table a constraint of that name."""
    if catalog.relation_exists(name):
        raise taken_relation(name)
    if request.constraint is not None and table.has_constraint_name(name.name):
        raise SqlError("42710", f'constraint "{name.name}" for relation "{table.name.name}" already exists')


def is_taken(catalog: Catalog, at: QualifiedName, request: Request) -> bool:
    """Whether the name that a request gives is that of another relation."""
    return request.name is not None and catalog.relation_exists(QualifiedName(at.schema, request.name))


def refuse_index(catalog: Catalog, at: QualifiedName, request: Request, context: Context) -> Catalog:
    """Note an index that cannot be made since its name is taken."""
    name = QualifiedName(at.schema, request.name or "")
    index = request.definition.build(name, at, constraint=request.constraint, origin=context.origin)
    return replace(catalog, refused_indexes=(*catalog.refused_indexes, index))


def _with_plain_columns(catalog: Catalog, at: QualifiedName, request: Request) -> Request:
    """A cast to the type that a column has is none: its key is the column (ComputeIndexAttrs)."""
    keys = request.definition.keys
    if all(key.expression is None or len(key.columns) != 1 for key in keys):
        return request
    names = autonames.attribute_names(keys)
    plain = tuple(
        replace(key, column=key.columns[0], expression=None, attribute=name)
        if key.expression is not None and _is_column(catalog, at, key)
        else key
        for key, name in zip(keys, names, strict=True)
    )
    return replace(request, definition=replace(request.definition, keys=plain))


def _is_column(catalog: Catalog, at: QualifiedName, key: IndexKey) -> bool:
    return len(key.columns) == 1 and normalize(key.expression or "", at, (catalog,)).form.kind is Kind.COLUMN


def define_index(
    catalog: Catalog, at: QualifiedName, request: Request, context: Context
) -> tuple[Catalog, Index]:
    """Make the index, its constraint if it is for one, and those of the partitions.

    Raises:
        SqlError: 42703, 42P07, 42710, 42P16, 42809.
    """
    table = catalog.tables[at]
    request = _with_plain_columns(catalog, at, request)
    definition = request.definition
    check_index(catalog, table, request, context)
    name = request.name or autonames.choose_index_name(
        catalog,
        at,
        definition.keys,
        request.include_names or definition.include,
        request.constraint,
        context.postgres_version,
    )
    index_name = QualifiedName(at.schema, name)
    check_name_is_free(catalog, table, request, index_name)
    partitions = children_of(catalog, at) if table.kind is RelationKind.PARTITIONED_TABLE else ()
    index = definition.build(
        index_name,
        at,
        only=request.only and bool(partitions),
        constraint=request.constraint,
        partition_of=request.partition_of,
        origin=context.origin,
    )
    index = replace(index, generated_name=request.name is None, valid=not index.only)
    catalog = catalog.with_index(index)
    if request.constraint is not None:
        catalog = catalog.with_table(with_index_constraint(catalog.tables[at], index, request, context))
    if not request.only:
        for partition in partitions:
            catalog = ensure_partition_index(catalog, index, partition.name, context)
    return catalog, index


def check_no_primary_key(table: Table) -> None:
    """Raise where the table has a primary key."""
    if any(constraint.kind is ConstraintKind.PRIMARY_KEY for constraint in table.constraints):
        raise SqlError("42P16", f'multiple primary keys for table "{table.name.name}" are not allowed')


def with_index_constraint(table: Table, index: Index, request: Request, context: Context) -> Table:
    """The table with the constraint that the index backs; a primary key's columns become NOT NULL."""
    assert request.constraint is not None
    constraint = Constraint(
        name=index.name.name,
        kind=request.constraint,
        columns=tuple(key.column for key in index.keys if key.column is not None),
        deferrable=request.deferrable,
        initially_deferred=request.initially_deferred,
        index=index.name.name,
        origin=context.origin,
    )
    table = replace(table, constraints=(*table.constraints, constraint))
    if request.constraint is ConstraintKind.PRIMARY_KEY:
        columns = tuple(_not_null(column, constraint.columns) for column in table.columns)
        table = replace(table, columns=columns)
    return table


def _not_null(column: Column, names: tuple[str, ...]) -> Column:
    return replace(column, not_null=True) if column.name in names else column


def ensure_partition_index(
    catalog: Catalog, parent: Index, partition: QualifiedName, context: Context
) -> Catalog:
    """Attach a matching index of the partition to the parent's, or make one."""
    for index in catalog.indexes_by_age(partition):
        if index.partition_of is None and matches(parent, index):
            return catalog.with_index(replace(index, partition_of=parent.name))
    request = replace(copy_of(catalog, parent, context.postgres_version), partition_of=parent.name)
    return define_index(catalog, partition, request, context)[0]


def matches(parent: Index, index: Index) -> bool:
    """Whether an index of a partition can be attached to one of the partitioned table (CompareIndexInfo).

    Storage options and names do not count. An index behind a constraint needs one with a constraint.
    """
    if parent.constraint is not None and index.constraint is not parent.constraint:
        return False
    return _shape(parent) == _shape(index)


def _shape(index: Index) -> tuple[object, ...]:
    keys = tuple(replace(key, attribute=None) for key in index.keys)
    return (keys, index.method, index.unique, index.nulls_not_distinct, index.include, index.predicate)


def keys_on(columns: tuple[str, ...]) -> tuple[IndexKey, ...]:
    """Plain index keys on the columns."""
    return tuple(IndexKey(column=name, columns=(name,)) for name in columns)
