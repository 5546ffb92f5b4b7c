"""CREATE TABLE."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl import autonames
from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.bounds import check_bound, check_overlap
from lint_indexes.ddl.apply.checks import inherited_checks
from lint_indexes.ddl.apply.column_values import check_default, check_generated
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.elements import (
    Like,
    all_constraints,
    check_columns_once,
    check_elements,
    check_identities,
    check_keys,
    check_partition_key,
)
from lint_indexes.ddl.apply.lookup import (
    check_is_partitioned,
    check_parent_lasts,
    collation_of,
    place_new,
    require_table,
    sequence_text,
    taken_relation,
)
from lint_indexes.ddl.apply.partition_keys import check_may_exclude
from lint_indexes.ddl.apply.table_constraints import add_constraints
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import (
    Catalog,
    Column,
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
    constraints = tuple(all_constraints(operation))
    check_elements(catalog, at, operation, context)
    if operation.partition_key:
        check_may_exclude(constraints, context)
    catalog, likes = _find_likes(catalog, operation, context)
    check_keys(catalog, at, operation, likes, context)
    parents: list[Table] = []
    for parent in (*operation.inherits, *((operation.partition_of,) if operation.partition_of else ())):
        catalog, found = require_table(catalog, parent, context)
        if found is not None:
            parents.append(found)
    if not context.lenient:
        check_identities(operation)
        _check_parents_once(parents)
        check_columns_once(operation, likes)
        _check_parents(at, operation, parents)
    catalog, columns = _columns(catalog, at, operation, parents, likes, context)
    if catalog.relation_exists(at):
        raise taken_relation(at)
    if at in catalog.types and not context.lenient:
        raise SqlError("42710", f'type "{at.name}" already exists')
    if operation.partition_of is not None and parents and not context.lenient:
        check_is_partitioned(parents[0], f'"{parents[0].name.name}"')
        check_bound(catalog, parents[0], operation.bound, context)
    table = Table(
        name=at,
        kind=operation.kind,
        columns=columns,
        partition_of=parents[0].name if operation.partition_of and parents else None,
        inherits=tuple(parent.name for parent in parents) if operation.inherits else (),
        partition_key=operation.partition_key,
        partition_reads=operation.partition_reads,
        partition_strategy=operation.partition_strategy,
        bound=operation.bound,
        of_type=type_names.qualified(catalog, operation.of_type),
        on_commit_drop=operation.on_commit_drop,
        complete=_is_complete(operation, catalog, parents, likes),
        origin=context.origin,
    )
    catalog = catalog.with_table(replace(table, constraints=inherited_checks(catalog, parents, context)))
    _check_values(catalog, table, operation, context)
    if table.partition_of is not None:
        check_overlap(catalog, parents[0], at, operation.bound, context)
    check_partition_key(operation, columns)
    return add_constraints(catalog, table, constraints, parents, likes, context)


def _check_values(catalog: Catalog, table: Table, operation: CreateTable, context: Context) -> None:
    """What the columns' own definitions say of their values: defaults and generation."""
    own = {
        element.name
        for element in operation.elements
        if isinstance(element, ColumnDefinition) and not element.serial
    }
    for column in table.columns:
        if column.name in own:
            check_default(catalog, table, column, context)
            check_generated(catalog, table, column, context)


def _is_complete(
    operation: CreateTable, catalog: Catalog, parents: list[Table], likes: dict[ObjectName, Like]
) -> bool:
    """A table that IF NOT EXISTS may have left alone is not wholly known, nor is what copies such a one."""
    if operation.if_not_exists and catalog.open_world:
        return False
    sources = (*parents, *(like.table for like in likes.values()))
    return all(source.complete for source in sources)


def _check_parents_once(parents: list[Table]) -> None:
    names = [parent.name for parent in parents]
    for parent in parents:
        if names.count(parent.name) > 1:
            message = f'relation "{parent.name.name}" would be inherited from more than once'
            raise SqlError("42P07", message)


def _check_parents(at: QualifiedName, operation: CreateTable, parents: list[Table]) -> None:
    for parent in parents:
        name = parent.name.name
        if parent.kind in (RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW):
            raise SqlError("42809", f'inherited relation "{name}" is not a table or foreign table')
        check_parent_lasts(parent, at, partition=operation.partition_of is not None)
        if operation.partition_of is not None:
            continue
        if parent.kind is RelationKind.PARTITIONED_TABLE:
            raise SqlError("42809", f'cannot inherit from partitioned table "{name}"')
        if parent.partition_of is not None:
            raise SqlError("42809", f'cannot inherit from partition "{name}"')


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
        SqlError: 42804 for one that has another type than the parent's.
    """
    columns: dict[str, Column] = {}
    shares_identity = operation.partition_of is not None and context.postgres_version >= 17
    for parent in parents:
        for column in parent.columns:
            identity = column.identity and shares_identity
            known = columns.setdefault(column.name, replace(column, identity=identity, local=False))
            if parent.complete and not type_names.are_alike(catalog, known.type, column.type):
                raise SqlError("42804", f'inherited column "{column.name}" has a type conflict')
            if collation_of(known) != collation_of(column) and parent.complete:
                raise SqlError("42P21", f'inherited column "{column.name}" has a collation conflict')
            if column.not_null and not known.not_null:
                columns[column.name] = replace(known, not_null=True)
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
            if column.type == UNTYPED and column.name not in columns and all(one.complete for one in parents):
                raise SqlError("42703", f'column "{column.name}" does not exist')
            columns[column.name] = _merged(catalog, columns.get(column.name), column)
    return catalog, tuple(columns.values())


def _merged(catalog: Catalog, inherited: Column | None, column: Column) -> Column:
    """A column that a parent has too. The columns of a partition are written without a type."""
    if inherited is None:
        return column
    if column.type != UNTYPED and not type_names.are_alike(catalog, column.type, inherited.type):
        raise SqlError("42804", f'column "{column.name}" has a type conflict')
    if column.type != UNTYPED and collation_of(column) != collation_of(inherited):
        raise SqlError("42P21", f'column "{column.name}" has a collation conflict')
    if column.generated is not None and inherited.generated and column.virtual is not inherited.virtual:
        raise SqlError("42611", f'column "{column.name}" inherits from generated column of different kind')
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
            virtual=column.virtual and "generated" in including,
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
        catalog = catalog.with_sequence(Sequence(sequence, owned_by=(at, definition.name)))
        if not definition.identity:
            default = f"nextval('{sequence_text(sequence)}'::regclass)"
    column = Column(
        name=definition.name,
        type=definition.type,
        not_null=definition.not_null,
        default=default,
        generated=definition.generated,
        virtual=definition.virtual,
        identity=definition.identity,
        collation=definition.collation,
    )
    return catalog, column
