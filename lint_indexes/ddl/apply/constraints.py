"""ALTER TABLE ... ADD CONSTRAINT."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl import autonames
from lint_indexes.ddl.apply.checks import merges
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.define_index import (
    Request,
    define_index,
    is_taken,
)
from lint_indexes.ddl.apply.elements import check_key_columns
from lint_indexes.ddl.apply.lookup import (
    SYSTEM_COLUMNS,
    children_of,
    missing_column,
    nullable_below,
    require_column,
    require_storage,
    require_table,
)
from lint_indexes.ddl.apply.partition_keys import check_may_exclude
from lint_indexes.ddl.apply.partition_references import name_of_copy, refer_to_partitions
from lint_indexes.ddl.apply.references import (
    resolve_reference,
)
from lint_indexes.ddl.apply.typecheck import check_condition
from lint_indexes.ddl.apply.using_index import add_using_index
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Constraint, ConstraintKind, RelationKind, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import (
    AddConstraint,
    ConstraintDefinition,
)


@perform.register
def _(operation: AddConstraint, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    require_storage(table, "ADD CONSTRAINT", context)
    if table.kind is RelationKind.PARTITIONED_TABLE and not context.lenient:
        check_may_exclude((operation.constraint,), context)
    return add_constraint(catalog, table.name, operation.constraint, context, only=operation.only)


def add_constraint(
    catalog: Catalog,
    at: QualifiedName,
    constraint: ConstraintDefinition,
    context: Context,
    *,
    only: bool = False,
) -> Catalog:
    """Add a constraint of any kind to a table, and to its children where they share it."""
    table = catalog.tables[at]
    if context.lenient and constraint.name is not None and table.constraint(constraint.name) is not None:
        return catalog
    if constraint.using_index is not None:
        return add_using_index(catalog, table, constraint, context)
    if constraint.index is not None:
        request = index_request(constraint)
        if constraint.kind is ConstraintKind.PRIMARY_KEY:
            # Its columns are set NOT NULL first, which finds out that one is missing.
            for column in constraint.columns:
                require_column(table, column, context)
            if only and not context.lenient:
                _check_not_null_below(catalog, table, constraint.columns, context)
        if constraint.kind is not ConstraintKind.EXCLUDE and table.complete and not context.lenient:
            known = {column.name for column in table.columns} | SYSTEM_COLUMNS
            check_key_columns(constraint, known.__contains__)
        if context.lenient and _exists_already(catalog, table, request):
            return catalog
        catalog = define_index(catalog, at, replace(request, only=only), context)[0]
        if constraint.kind is ConstraintKind.PRIMARY_KEY and not only:
            catalog = _set_not_null_below(catalog, at, constraint.columns)
        return catalog
    if constraint.kind is ConstraintKind.CHECK:
        return add_check(catalog, at, constraint, context, only=only)
    return add_foreign_key(catalog, at, constraint, context, only=only)


def _check_not_null_below(catalog: Catalog, table: Table, names: tuple[str, ...], context: Context) -> None:
    """What a primary key of ONLY a table asks of those that inherit (ATExecCheckNotNull, and from PostgreSQL
    18 ATPrepAddPrimaryKey, which looks at all children, and has no SQLSTATE for it).
    """
    for name in names:
        column = table.column(name)
        child = nullable_below(catalog, table, name)
        if child is None:
            continue
        if context.postgres_version >= 18:
            message = f'column "{name}" of table "{child.name.name}" is not marked NOT NULL'
            raise SqlError("XX000", message)
        if table.kind is RelationKind.PARTITIONED_TABLE and column is not None and not column.not_null:
            raise SqlError("42P16", "constraint must be added to child tables too")


def _set_not_null_below(catalog: Catalog, at: QualifiedName, names: tuple[str, ...]) -> Catalog:
    """The columns of a new primary key are NOT NULL in the tables that inherit, too."""
    for child in children_of(catalog, at):
        columns = tuple(
            replace(column, not_null=True) if column.name in names else column for column in child.columns
        )
        catalog = catalog.with_table(replace(child, columns=columns))
        catalog = _set_not_null_below(catalog, child.name, names)
    return catalog


def index_request(constraint: ConstraintDefinition) -> Request:
    """The index that a primary key, unique or exclusion constraint asks for."""
    assert constraint.index is not None
    return Request(
        constraint.index,
        constraint.name,
        constraint.kind,
        constraint.deferrable,
        constraint.initially_deferred,
    )


def _exists_already(catalog: Catalog, table: Table, request: Request) -> bool:
    if request.constraint is ConstraintKind.PRIMARY_KEY and any(
        constraint.kind is ConstraintKind.PRIMARY_KEY for constraint in table.constraints
    ):
        return True
    return is_taken(catalog, table.name, request)


def check_is_free(table: Table, name: str) -> None:
    if table.has_constraint_name(name):
        raise SqlError("42710", f'constraint "{name}" for relation "{table.name.name}" already exists')


def add_check(
    catalog: Catalog,
    at: QualifiedName,
    constraint: ConstraintDefinition,
    context: Context,
    *,
    only: bool = False,
    local: bool = True,
) -> Catalog:
    """Add a CHECK to a table and its children, under one name; ``local`` is whether it is the table's own.

    Raises:
        SqlError: 42703, 42710, 42P16 where it is for a table alone that is not alone.
    """
    table = catalog.tables[at]
    if table.complete and not context.lenient:
        for column in constraint.columns:
            if table.column(column) is None:
                raise missing_column(table, column, owner=False)
    if constraint.expression is not None:
        check_condition(catalog, table, constraint.expression, context, "CHECK")
    name = constraint.name
    if name is None:
        column_name = constraint.columns[0] if len(constraint.columns) == 1 else None
        name = autonames.choose_constraint_name(catalog, at.schema, at.name, column_name, "check")
    else:
        check_is_free(table, name)
    if not context.lenient:
        _check_may_be_alone(catalog, table, constraint, only=only)
    added = Constraint(
        name,
        ConstraintKind.CHECK,
        constraint.columns,
        expression=constraint.expression,
        no_inherit=constraint.no_inherit,
        valid=not constraint.not_valid,
        local=local,
        origin=context.origin,
    )
    catalog = catalog.with_table(replace(table, constraints=(*table.constraints, added)))
    for child in () if only or constraint.no_inherit else children_of(catalog, at):
        named = replace(constraint, name=name)
        if not merges(catalog, child, named, context):
            catalog = add_check(catalog, child.name, named, context, local=False)
    return catalog


def _check_may_be_alone(catalog: Catalog, table: Table, check: ConstraintDefinition, *, only: bool) -> None:
    """Raise for a CHECK that children or partitions would lack (StoreRelCheck, ATAddCheckConstraint)."""
    if check.no_inherit and table.kind is RelationKind.PARTITIONED_TABLE:
        message = f'cannot add NO INHERIT constraint to partitioned table "{table.name.name}"'
        raise SqlError("42P16", message)
    if only and not check.no_inherit and children_of(catalog, table.name):
        raise SqlError("42P16", "constraint must be added to child tables too")


def with_locality(catalog: Catalog, at: QualifiedName, name: str, *, local: bool) -> Catalog:
    """Make a constraint a table's own, or one that it has from its parents."""
    table = catalog.tables[at]
    constraints = tuple(
        replace(known, local=local) if known.name == name else known for known in table.constraints
    )
    return catalog.with_table(replace(table, constraints=constraints))


def add_foreign_key(
    catalog: Catalog,
    at: QualifiedName,
    constraint: ConstraintDefinition,
    context: Context,
    *,
    only: bool = False,
    inherited_from: str | None = None,
) -> Catalog:
    """Add a foreign key to a table, and to its partitions; ``inherited_from`` is that of the parent's.

    Raises:
        SqlError: 42P01, 42703, 42704, 42710, 42830.
    """
    if constraint.name is not None:
        check_is_free(catalog.tables[at], constraint.name)
    if catalog.tables[at].kind is RelationKind.PARTITIONED_TABLE and not context.lenient:
        _check_partitioned(catalog, at, constraint, context, only=only)
    catalog, referenced, columns, index = resolve_reference(catalog, catalog.tables[at], constraint, context)
    table = catalog.tables[at]
    name = constraint.name
    if name is None:
        name = autonames.choose_foreign_key_name(
            catalog, at, constraint.columns, (), context.postgres_version
        )
    added = Constraint(
        name,
        ConstraintKind.FOREIGN_KEY,
        constraint.columns,
        references=referenced,
        referenced_columns=columns,
        on_delete=constraint.on_delete,
        on_update=constraint.on_update,
        deferrable=constraint.deferrable,
        initially_deferred=constraint.initially_deferred,
        referenced_index=index,
        inherited_from=inherited_from,
        valid=not constraint.not_valid,
        origin=context.origin,
    )
    catalog = catalog.with_table(replace(table, constraints=(*table.constraints, added)))
    if inherited_from is None:
        catalog = refer_to_partitions(catalog, at, added, context)
    if table.kind is RelationKind.PARTITIONED_TABLE and not only:
        for partition in children_of(catalog, at):
            if partition.name == referenced and not context.lenient:
                message = f'cannot ALTER TABLE "{referenced.name}" because it is being used'
                raise SqlError("55006", f"{message} by active queries in this session")
            kept = name_of_copy(catalog, partition.name, name, constraint.columns, context)
            copy = replace(constraint, name=kept)
            catalog = add_foreign_key(catalog, partition.name, copy, context, inherited_from=name)
    return catalog


def _check_partitioned(
    catalog: Catalog, at: QualifiedName, constraint: ConstraintDefinition, context: Context, *, only: bool
) -> None:
    """Raise for a foreign key that a partitioned table cannot have, to a table that exists.

    Raises:
        SqlError: 42P01, or 42809 for one without its partitions, or NOT VALID before PostgreSQL 18.
    """
    assert constraint.references is not None
    referenced = require_table(catalog, constraint.references, context)[1]
    if only:
        raise SqlError("42809", f'cannot use ONLY for foreign key on partitioned table "{at.name}"')
    if constraint.not_valid and context.postgres_version < 18 and referenced is not None:
        message = f'cannot add NOT VALID foreign key on partitioned table "{at.name}"'
        raise SqlError("42809", f'{message} referencing relation "{referenced.name.name}"')
