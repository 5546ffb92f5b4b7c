"""CREATE TABLE."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lint_indexes.ddl import autonames
from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.lookup import (
    check_is_partitioned,
    place_new,
    require_table,
    sequence_text,
    taken_relation,
)
from lint_indexes.ddl.apply.table_constraints import Like, add_constraints, inherited_checks
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import (
    Catalog,
    Column,
    ConstraintKind,
    RelationKind,
    Sequence,
    Table,
)
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import (
    UNTYPED,
    ColumnDefinition,
    ConstraintDefinition,
    CreateTable,
    LikeClause,
)


@perform.register
def _(operation: CreateTable, catalog: Catalog, context: Context) -> Catalog:
    catalog, at = place_new(catalog, operation.name, context, temporary=operation.temporary)
    if catalog.relation_exists(at) and (operation.if_not_exists or context.lenient):
        return catalog
    constraints = tuple(_all_constraints(operation))
    _check_one_primary_key(at, constraints)
    if operation.partition_key:
        check_may_exclude(constraints, context)
    catalog, likes = _find_likes(catalog, operation, context)
    parents: list[Table] = []
    for parent in (*operation.inherits, *((operation.partition_of,) if operation.partition_of else ())):
        catalog, found = require_table(catalog, parent, context)
        if found is not None:
            parents.append(found)
    if not context.lenient:
        _check_parents(operation, parents)
    if catalog.relation_exists(at):
        raise taken_relation(at)
    if at in catalog.types and not context.lenient:
        raise SqlError("42710", f'type "{at.name}" already exists')
    if operation.partition_of is not None and parents and not context.lenient:
        check_is_partitioned(parents[0], f'"{parents[0].name.name}"')
    catalog, columns = _columns(catalog, at, operation, parents, likes, context)
    _check_partition_key(operation, {column.name for column in columns})
    table = Table(
        name=at,
        kind=operation.kind,
        columns=columns,
        partition_of=parents[0].name if operation.partition_of and parents else None,
        inherits=tuple(parent.name for parent in parents) if operation.inherits else (),
        partition_key=operation.partition_key,
        complete=_is_complete(operation, catalog, parents, likes),
        origin=context.origin,
    )
    catalog = catalog.with_table(replace(table, constraints=inherited_checks(parents)))
    return add_constraints(catalog, table, constraints, parents, likes, context)


def _is_complete(
    operation: CreateTable, catalog: Catalog, parents: list[Table], likes: dict[ObjectName, Like]
) -> bool:
    """A table that IF NOT EXISTS may have left alone is not wholly known, nor is what copies such a one."""
    if operation.if_not_exists and catalog.open_world:
        return False
    sources = (*parents, *(like.table for like in likes.values()))
    return all(source.complete for source in sources)


def check_may_exclude(constraints: tuple[ConstraintDefinition, ...], context: Context) -> None:
    """Raise for an exclusion constraint on a partitioned table, which PostgreSQL 17 is the first to have."""
    kinds = {constraint.kind for constraint in constraints}
    if ConstraintKind.EXCLUDE in kinds and context.postgres_version < 17:
        raise SqlError("0A000", "exclusion constraints are not supported on partitioned tables")


def _all_constraints(operation: CreateTable) -> Iterator[ConstraintDefinition]:
    for element in operation.elements:
        if isinstance(element, ConstraintDefinition):
            yield element
        elif isinstance(element, ColumnDefinition):
            yield from element.constraints


def _check_one_primary_key(at: QualifiedName, constraints: tuple[ConstraintDefinition, ...]) -> None:
    keys = [constraint for constraint in constraints if constraint.kind is ConstraintKind.PRIMARY_KEY]
    if len(keys) > 1:
        raise SqlError("42P16", f'multiple primary keys for table "{at.name}" are not allowed')


def _check_parents(operation: CreateTable, parents: list[Table]) -> None:
    for parent in parents:
        name = parent.name.name
        if parent.kind in (RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW):
            raise SqlError("42809", f'inherited relation "{name}" is not a table or foreign table')
        if operation.partition_of is not None:
            continue
        if parent.kind is RelationKind.PARTITIONED_TABLE:
            raise SqlError("42809", f'cannot inherit from partitioned table "{name}"')
        if parent.partition_of is not None:
            raise SqlError("42809", f'cannot inherit from partition "{name}"')


def _check_partition_key(operation: CreateTable, columns: set[str]) -> None:
    for name in operation.partition_key:
        if name is not None and name not in columns:
            raise SqlError("42703", f'column "{name}" named in partition key does not exist')


def _find_likes(
    catalog: Catalog, operation: CreateTable, context: Context
) -> tuple[Catalog, dict[ObjectName, Like]]:
    likes: dict[ObjectName, Like] = {}
    for element in operation.elements:
        if isinstance(element, LikeClause):
            catalog, source = require_table(catalog, element.table, context)
            if source is not None:
                likes[element.table] = Like(element, source)
    return catalog, likes


def _columns(
    catalog: Catalog,
    at: QualifiedName,
    operation: CreateTable,
    parents: list[Table],
    likes: dict[ObjectName, Like],
    context: Context,
) -> tuple[Catalog, tuple[Column, ...]]:
    """The columns: those of the parents, then the table's own, which merge with a parent's of that name.

    Raises:
        SqlError: 42701 for a name that comes twice, 42704 for an unknown type.
    """
    columns: dict[str, Column] = {}
    for parent in parents:
        for column in parent.columns:
            columns.setdefault(column.name, replace(column, identity=False, local=False))
    own: set[str] = set()
    if operation.of_type is not None:
        typed = type_names.attributes(catalog, operation.of_type)
        columns.update((column.name, column) for column in typed)
    for element in operation.elements:
        if isinstance(element, ConstraintDefinition):
            continue
        if isinstance(element, LikeClause):
            added = _liked_columns(likes[element.table]) if element.table in likes else []
        else:
            catalog, column = build_column(catalog, at, element, context)
            added = [column]
        for column in added:
            if column.name in own:
                raise SqlError("42701", f'column "{column.name}" specified more than once')
            own.add(column.name)
            columns[column.name] = _merged(columns.get(column.name), column)
    return catalog, tuple(columns.values())


def _merged(inherited: Column | None, column: Column) -> Column:
    """A column that a parent has too. The columns of a partition are written without a type."""
    if inherited is None:
        return column
    if column.type not in (inherited.type, UNTYPED):
        raise SqlError("42804", f'column "{column.name}" has a type conflict')
    return replace(
        inherited,
        local=column.type != UNTYPED,
        not_null=inherited.not_null or column.not_null,
        default=column.default or inherited.default,
        collation=column.collation or inherited.collation,
    )


def _liked_columns(like: Like) -> list[Column]:
    including = like.clause.including
    return [
        replace(
            column,
            local=True,
            default=column.default if "defaults" in including else None,
            generated=column.generated if "generated" in including else None,
            identity=column.identity and "identity" in including,
        )
        for column in like.table.columns
    ]


def build_column(
    catalog: Catalog, at: QualifiedName, definition: ColumnDefinition, context: Context
) -> tuple[Catalog, Column]:
    """The column of a definition, with the sequence that a serial or identity column owns.

    Raises:
        SqlError: 42704 where its type does not exist.
    """
    if definition.type != UNTYPED:
        type_names.check(catalog, definition.type, context)
    default = definition.default
    if definition.serial:
        sequence = QualifiedName(
            at.schema,
            autonames.choose_relation_name(catalog, at.schema, at.name, definition.name, "seq"),
        )
        owned = Sequence(sequence, owned_by=(at, definition.name))
        catalog = replace(catalog, sequences=catalog.sequences.insert(sequence, owned))
        if not definition.identity:
            default = f"nextval('{sequence_text(sequence)}'::regclass)"
    column = Column(
        name=definition.name,
        type=definition.type,
        not_null=definition.not_null,
        default=default,
        generated=definition.generated,
        identity=definition.identity,
        collation=definition.collation,
    )
    return catalog, column
