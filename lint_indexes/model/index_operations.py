"""Operations that make, drop and replace indexes, be they behind constraints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lint_indexes.model.catalog import Catalog, Constraint, Index
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import (
    AddConstraint,
    ConstraintDefinition,
    CreateIndex,
    DropConstraint,
    DropIndex,
    IndexDefinition,
    Operation,
)


def creation_of(index: Index, constraint: Constraint | None = None) -> Operation:
    """The operation that makes an index, or the constraint that it backs."""
    table = index.table.in_full
    definition = IndexDefinition.of(index)
    if index.constraint is None:
        return CreateIndex(table, index.name.name, definition, only=index.only)
    return AddConstraint(
        table,
        ConstraintDefinition(
            kind=index.constraint,
            name=constraint.name if constraint else index.name.name,
            columns=tuple(key.column for key in index.keys if key.column is not None),
            index=definition,
            deferrable=constraint is not None and constraint.deferrable,
            initially_deferred=constraint is not None and constraint.initially_deferred,
        ),
    )


def removal_of(index: Index) -> Operation:
    """The operation that drops an index, or the constraint that it backs."""
    if index.constraint is None:
        return DropIndex((index.name.in_full,))
    return DropConstraint(index.table.in_full, index.name.name)


def index_changes(before: Catalog, after: Catalog, names: Iterable[QualifiedName]) -> Iterator[Operation]:
    """What makes the named indexes of ``before`` those of ``after``: first what goes, then what comes."""
    wanted = sorted(set(names))
    for name in wanted:
        if name in before.indexes:
            yield removal_of(before.indexes[name])
    for name in wanted:
        if name in after.indexes:
            index = after.indexes[name]
            table = after.tables.get(index.table)
            yield creation_of(index, table.constraint(name.name) if table else None)
