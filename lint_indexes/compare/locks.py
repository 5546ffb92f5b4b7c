"""What a migration does to tables that others are using meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, RelationKind, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import Revision, Run, Statement, Step
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AttachPartition,
    ChangeInheritance,
    CreateIndex,
    CreateTable,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropExpression,
    DropIndex,
    DropTable,
    Operation,
    Reindex,
    RenameColumn,
    RenameConstraint,
    RenameTable,
    SetDefault,
    SetIdentity,
    SetNotNull,
    SetSchema,
)

_OF_FOREIGN_KEYS = (AddColumn, AddConstraint, CreateTable, DropColumn, DropConstraint, DropTable)
_OF_ONE_TABLE = (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    ChangeInheritance,
    CreateIndex,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropExpression,
    RenameColumn,
    RenameConstraint,
    SetDefault,
    SetIdentity,
    SetNotNull,
)


@dataclass(frozen=True, slots=True)
class Change:
    """A step of a run that locks a table, with its statement; ``table`` is as it was before.

    ``by_foreign_key``: only since a foreign key that the step makes or drops refers to the table.
    """

    statement: Statement
    step: Step
    table: Table
    by_foreign_key: bool = False


def changes_of_used_tables(revision: Revision, run: Run) -> Iterator[Change]:
    """The steps that lock a table which others may be using, and which may hold rows.

    Against reads or writes, that is (PostgreSQL manual, 13.3.1 Table-Level Locks). A table that the revision
    itself makes is not seen by others before it ends, nor is a temporary one.
    """
    for statement in run.statements:
        for step in statement.steps:
            for table in _tables_of(step):
                if is_used(table, revision) and may_hold_rows(table, step.before):
                    yield Change(statement, step, table)


def locks_of_used_tables(revision: Revision, run: Run) -> Iterator[Change]:
    """The same, and the tables that foreign keys refer to, which are locked where one is made or dropped.

    Making one lets others read the table (SHARE ROW EXCLUSIVE), dropping one does not (ACCESS EXCLUSIVE):
    PostgreSQL manual, ALTER TABLE; tablecmds.c does so for columns and tables with them too.
    """
    for statement in run.statements:
        for step in statement.steps:
            changed = {table.name: table for table in _tables_of(step)}
            referenced = {table.name: table for table in _referenced_tables(step)}
            for name, table in {**changed, **referenced}.items():
                if is_used(table, revision) and may_hold_rows(table, step.before):
                    yield Change(statement, step, table, by_foreign_key=name not in changed)


def is_used(table: Table, revision: Revision) -> bool:
    """Whether others may be using a table: it is older than the revision, and not temporary."""
    made_by = table.origin.revision if table.origin is not None else None
    return made_by != revision.id and table.name.schema != "pg_temp"


def may_hold_rows(table: Table, catalog: Catalog) -> bool:
    """Whether a relation stores rows, itself or in its partitions."""
    if table.kind is RelationKind.PARTITIONED_TABLE:
        return any(
            other.partition_of == table.name and may_hold_rows(other, catalog)
            for other in catalog.dependents_of(table.name)
        )
    return table.kind in (RelationKind.TABLE, RelationKind.MATERIALIZED_VIEW)


def created_indexes(step: Step, table: Table) -> tuple[Index, ...]:
    """The indexes of a table that a step made."""
    if _has_same_indexes(step, table):
        return ()
    before = {index.name for index in step.before.indexes_on(table.name)}
    return tuple(index for index in step.after.indexes_on(table.name) if index.name not in before)


def dropped_indexes(step: Step, table: Table) -> tuple[Index, ...]:
    """The indexes of a table that a step dropped."""
    if _has_same_indexes(step, table):
        return ()
    after = {index.name for index in step.after.indexes_on(table.name)}
    return tuple(index for index in step.before.indexes_on(table.name) if index.name not in after)


def _has_same_indexes(step: Step, table: Table) -> bool:
    """Whether that can be told without looking at them."""
    before, after = step.before.index_names, step.after.index_names
    return before is after or before.get(table.name) is after.get(table.name)


def is_altered(table: QualifiedName, run: Run) -> bool:
    """Whether a run takes the strongest lock on a table for something else than an index."""
    return any(
        _locks_out_readers(step.operation) and any(found.name == table for found in _tables_of(step))
        for statement in run.statements
        for step in statement.steps
    )


def must_be_empty(change: Change, run: Run) -> bool:
    """Whether a run would have failed before a change if the table had rows.

    That is where it, or an earlier statement, adds a column that is NOT NULL and has nothing to fill it with,
    and where no statement in between may have put rows in.
    """
    empty: set[QualifiedName] = set()
    for statement in run.statements:
        if any(step is change.step for step in statement.steps):
            return change.table.name in empty or _needs_values(change.step.operation)
        if not statement.steps:
            empty.clear()
        for step in statement.steps:
            if _needs_values(step.operation):
                empty.update(table.name for table in _tables_of(step))
    return False


def is_concurrent(operation: Operation) -> bool:
    """Whether an operation builds or drops an index CONCURRENTLY."""
    return isinstance(operation, (CreateIndex, DropIndex, Reindex)) and operation.concurrently


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


def _needs_values(operation: Operation) -> bool:
    """Whether an operation adds a column that a table with rows cannot have."""
    if not isinstance(operation, AddColumn) or operation.if_not_exists:
        return False
    column = operation.column
    primary = any(constraint.kind is ConstraintKind.PRIMARY_KEY for constraint in column.constraints)
    filled = column.default is not None or column.generated is not None or column.identity or column.serial
    return (column.not_null or primary) and not filled


def _locks_out_readers(operation: Operation) -> bool:
    """Whether an operation, not about an index, takes an ACCESS EXCLUSIVE lock (PostgreSQL, ALTER TABLE)."""
    if isinstance(operation, AddConstraint):
        return operation.constraint.kind is not ConstraintKind.FOREIGN_KEY
    return not isinstance(operation, (CreateIndex, DropIndex, Reindex))


def _tables_of(step: Step) -> Iterator[Table]:
    """The tables that a step changes, as they were before it."""
    operation, catalog = step.operation, step.before
    if isinstance(operation, DropIndex) or (isinstance(operation, Reindex) and operation.kind == "index"):
        named = operation.names if isinstance(operation, DropIndex) else (operation.name,)
        indexes = (catalog.find_index(name) for name in named)
        names = dict.fromkeys(index.table for index in indexes if index is not None)
        yield from (catalog.tables[name] for name in names if name in catalog.tables)
        return
    for name in _names_in(operation):
        table = catalog.find_table(name)
        if table is not None:
            yield table


def _referenced_tables(step: Step) -> Iterator[Table]:
    """The tables that the foreign keys which a step makes or drops refer to."""
    operation = step.operation
    if not isinstance(operation, _OF_FOREIGN_KEYS):
        return
    names = (operation.name,) if isinstance(operation, CreateTable) else _names_in(operation)
    for name in names:
        before, after = _foreign_keys(name, step.before), _foreign_keys(name, step.after)
        for _, referenced in sorted(before ^ after):
            if referenced in step.before.tables:
                yield step.before.tables[referenced]


def _foreign_keys(name: ObjectName, catalog: Catalog) -> set[tuple[str, QualifiedName]]:
    table = catalog.find_table(name)
    constraints = () if table is None else table.constraints
    return {(one.name, one.references) for one in constraints if one.references is not None}


def _names_in(operation: Operation) -> tuple[ObjectName, ...]:
    """The tables that an operation locks against reads or writes; the parent of a new partition is not."""
    if isinstance(operation, DropTable):
        return operation.names
    if isinstance(operation, (Reindex, RenameTable)):
        return (operation.name,)
    if isinstance(operation, SetSchema):
        return (operation.name,) if operation.kind == "table" else ()
    if isinstance(operation, AttachPartition):
        return (operation.partition,)
    if isinstance(operation, DetachPartition) and operation.concurrently:
        return ()
    return (operation.table,) if isinstance(operation, _OF_ONE_TABLE) else ()
