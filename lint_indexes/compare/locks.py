"""What a migration does to tables that others are using meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lint_indexes.model.catalog import Catalog, Index, RelationKind, Table
from lint_indexes.model.history import Revision, Run, Statement, Step
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AttachPartition,
    CreateIndex,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropIndex,
    Operation,
    RenameColumn,
    RenameConstraint,
    RenameTable,
    SetDefault,
    SetNotNull,
)

_ALTERATIONS = (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AttachPartition,
    DetachPartition,
    DropColumn,
    DropConstraint,
    RenameColumn,
    RenameConstraint,
    SetDefault,
    SetNotNull,
)

LOCKING = (*_ALTERATIONS, CreateIndex, DropIndex, RenameTable)
"""Operations that lock a table against reads or writes (PostgreSQL manual, 13.3.1 Table-Level Locks)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A step of a run that changes a table, with its statement; ``table`` is as it was before."""

    statement: Statement
    step: Step
    table: Table


def changes_of_used_tables(revision: Revision, run: Run) -> Iterator[Change]:
    """The steps that lock a table which others may be using, and which may hold rows.

    A table that the revision itself makes is not seen by others before it ends, nor is a temporary one.
    """
    for statement in run.statements:
        for step in statement.steps:
            for table in _tables_of(step):
                if is_used(table, revision) and may_hold_rows(table, step.before):
                    yield Change(statement, step, table)


def is_used(table: Table, revision: Revision) -> bool:
    """Whether others may be using a table: it is older than the revision, and not temporary."""
    made_by = table.origin.revision if table.origin is not None else None
    return made_by != revision.id and table.name.schema != "pg_temp"


def may_hold_rows(table: Table, catalog: Catalog) -> bool:
    """Whether a relation stores rows, itself or in its partitions."""
    if table.kind is RelationKind.PARTITIONED_TABLE:
        return any(
            other.partition_of == table.name and may_hold_rows(other, catalog)
            for other in catalog.tables.values()
        )
    return table.kind in (RelationKind.TABLE, RelationKind.MATERIALIZED_VIEW)


def created_indexes(step: Step, table: Table) -> tuple[Index, ...]:
    """The indexes of a table that a step made."""
    before = {index.name for index in step.before.indexes_on(table.name)}
    return tuple(index for index in step.after.indexes_on(table.name) if index.name not in before)


def dropped_indexes(step: Step, table: Table) -> tuple[Index, ...]:
    """The indexes of a table that a step dropped."""
    after = {index.name for index in step.after.indexes_on(table.name)}
    return tuple(index for index in step.before.indexes_on(table.name) if index.name not in after)


def is_altered(table: QualifiedName, run: Run) -> bool:
    """Whether a run takes the strongest lock on a table for something else than an index."""
    return any(
        isinstance(step.operation, _ALTERATIONS) and _name_of(step.operation.table, step.before) == table
        for statement in run.statements
        for step in statement.steps
    )


def is_concurrent(operation: Operation) -> bool:
    """Whether an operation builds or drops an index CONCURRENTLY."""
    return isinstance(operation, (CreateIndex, DropIndex)) and operation.concurrently


def on_partitioned_table(step: Step) -> str | None:
    """The index of a partitioned table that a step makes or drops: its name, or the table's."""
    operation = step.operation
    for table in _tables_of(step):
        if table.kind is RelationKind.PARTITIONED_TABLE:
            if isinstance(operation, CreateIndex):
                return operation.name or table.name.name
            return operation.names[0].name if isinstance(operation, DropIndex) else None
    return None


def refused_concurrency(run: Run) -> Iterator[tuple[Statement, Step]]:
    """The steps with CONCURRENTLY that PostgreSQL refuses: in a transaction, or on a partitioned table."""
    for statement in run.statements:
        for step in statement.steps:
            refused = step.in_transaction or on_partitioned_table(step) is not None
            if refused and is_concurrent(step.operation):
                yield statement, step


def fails_by_concurrency(run: Run) -> bool:
    """Whether CONCURRENTLY is what ended a run (SQLSTATE 25001 or 0A000): rules of their own tell it."""
    failure = run.failure
    if failure is None or failure.sqlstate not in ("25001", "0A000"):
        return False
    return any(statement.origin == failure.origin for statement, _ in refused_concurrency(run))


def _tables_of(step: Step) -> Iterator[Table]:
    """The tables that a step changes, as they were before it."""
    operation, catalog = step.operation, step.before
    if isinstance(operation, DropIndex):
        indexes = (catalog.find_index(name) for name in operation.names)
        names = dict.fromkeys(index.table for index in indexes if index is not None)
        yield from (catalog.tables[name] for name in names if name in catalog.tables)
        return
    if not isinstance(operation, LOCKING):
        return
    table = catalog.find_table(operation.name if isinstance(operation, RenameTable) else operation.table)
    if table is not None:
        yield table


def _name_of(name: ObjectName, catalog: Catalog) -> QualifiedName | None:
    table = catalog.find_table(name)
    return None if table is None else table.name
