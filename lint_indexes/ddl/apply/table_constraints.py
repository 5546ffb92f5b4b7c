"""The constraints and indexes of a new table, in the order in which PostgreSQL makes and names them."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply.checks import merges
from lint_indexes.ddl.apply.constraints import add_check, add_foreign_key, index_request, with_locality
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.define_index import (
    Request,
    copy_of,
    define_index,
    ensure_partition_index,
    is_taken,
    refuse_index,
)
from lint_indexes.ddl.apply.elements import Like
from lint_indexes.ddl.apply.partition_references import clone_foreign_keys
from lint_indexes.model.catalog import (
    Catalog,
    ConstraintKind,
    RelationKind,
    Table,
)
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import ConstraintDefinition


def add_constraints(
    catalog: Catalog,
    table: Table,
    constraints: tuple[ConstraintDefinition, ...],
    parents: list[Table],
    likes: dict[ObjectName, Like],
    context: Context,
) -> Catalog:
    """In PostgreSQL's order, which decides names: what a partition has from its parent, CHECK, the table's
    indexes, LIKE, foreign keys.
    """
    at = table.name
    kinds = ConstraintKind
    inherited = catalog.tables[at]
    from_parents = {constraint.name for constraint in inherited.constraints}
    if table.partition_of is not None:
        catalog = _copy_from_parent(catalog, table, table.partition_of, context)
    for check in (constraint for constraint in constraints if constraint.kind is kinds.CHECK):
        if check.name in from_parents and merges(catalog, inherited, check, context):
            catalog = with_locality(catalog, at, check.name or "", local=True)
        else:
            catalog = add_check(catalog, at, replace(check, not_valid=False), context)
    for request in _merged_requests(constraints):
        if context.lenient and is_taken(catalog, at, request):
            catalog = refuse_index(catalog, at, request, context)
        else:
            catalog = define_index(catalog, at, request, context)[0]
    for like in likes.values():
        catalog = _copy_liked(catalog, at, like, context)
    for key in (constraint for constraint in constraints if constraint.kind is kinds.FOREIGN_KEY):
        catalog = add_foreign_key(catalog, at, replace(key, not_valid=False), context)
    return catalog


def _merged_requests(constraints: tuple[ConstraintDefinition, ...]) -> list[Request]:
    """The indexes that constraints ask for: the primary key's first, and equal ones as one.

    Of two that are equal the first stays, with the name of the second if it has none itself
    (transformIndexConstraints).
    """
    wanted = [constraint for constraint in constraints if constraint.index is not None]
    wanted.sort(key=lambda constraint: constraint.kind is not ConstraintKind.PRIMARY_KEY)
    kept: list[Request] = []
    for request in map(index_request, wanted):
        same = next((at for at, known in enumerate(kept) if _is_same(known, request)), None)
        if same is None:
            kept.append(request)
        elif kept[same].name is None:
            kept[same] = replace(kept[same], name=request.name)
    return kept


def _is_same(one: Request, other: Request) -> bool:
    def shape(request: Request) -> tuple[object, ...]:
        definition = replace(request.definition, options=(), tablespace=None, unique=True)
        return definition, request.deferrable, request.initially_deferred

    return shape(one) == shape(other)


def _copy_from_parent(catalog: Catalog, table: Table, parent: QualifiedName, context: Context) -> Catalog:
    """Give a new partition an index for each of its parent's indexes, and its foreign keys."""
    for index in catalog.indexes_by_age(parent):
        catalog = ensure_partition_index(catalog, index, table.name, context)
    return clone_foreign_keys(catalog, catalog.tables[table.name], context)


def _copy_liked(catalog: Catalog, at: QualifiedName, like: Like, context: Context) -> Catalog:
    """What LIKE ... INCLUDING CONSTRAINTS and INCLUDING INDEXES copy; CHECKs keep their names."""
    if "constraints" in like.clause.including:
        for constraint in like.table.constraints:
            if constraint.kind is ConstraintKind.CHECK:
                check = ConstraintDefinition(
                    ConstraintKind.CHECK,
                    constraint.name,
                    constraint.columns,
                    expression=constraint.expression,
                    no_inherit=constraint.no_inherit,
                )
                if merges(catalog, catalog.tables[at], check, context):
                    catalog = with_locality(catalog, at, constraint.name, local=True)
                else:
                    catalog = add_check(catalog, at, check, context)
    if "indexes" in like.clause.including and like.table.kind is not RelationKind.VIEW:
        for index in catalog.indexes_by_age(like.table.name):
            request = copy_of(catalog, index, context.postgres_version)
            catalog = define_index(catalog, at, request, context)[0]
    return catalog
