"""LI401."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.locks import Change, changes_of_used_tables, created_indexes, must_be_empty
from lint_indexes.compare.recreation import recreated_names
from lint_indexes.compare.unlocking import unlocking
from lint_indexes.findings import Fix, Severity, Subject, Violation
from lint_indexes.model.catalog import RelationKind, Table
from lint_indexes.model.history import Revision
from lint_indexes.model.operations import CreateIndex, Reindex
from lint_indexes.rule import rule


@rule("LI401", "index-created-with-lock", severity=Severity.WARNING)
def index_created_with_lock(revision: Revision) -> Iterator[Violation]:
    """An upgrade builds an index without CONCURRENTLY on a table that is in use.

    ## What it does
    Looks for CREATE INDEX and REINDEX without CONCURRENTLY in `upgrade()`. A table that the same revision
    makes is exempt, and so is one that cannot hold rows: a partitioned table without partitions, or one that
    has just been given a NOT NULL column with nothing to fill it. Set `since` to leave the old migrations
    alone, and `per-file-ignores` for a table of which you know that it stays small.

    ## Why is this bad?
    Until the index is built, PostgreSQL keeps everybody from writing to the table: for minutes, where it is
    large, and all that time the requests queue up.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        with op.get_context().autocommit_block():
            op.create_index("ix_booking_status", "booking", ["status"], postgresql_concurrently=True)


    def downgrade():
        with op.get_context().autocommit_block():
            op.drop_index("ix_booking_status", "booking", postgresql_concurrently=True)
    ```
    """
    recreated = recreated_names(revision, revision.upgrade)
    for change in changes_of_used_tables(revision, revision.upgrade):
        operation = change.step.operation
        if isinstance(operation, Reindex) and not operation.concurrently:
            yield _rebuilding(change, operation, revision)
        if not isinstance(operation, CreateIndex) or operation.concurrently or operation.only:
            continue
        if must_be_empty(change, revision.upgrade):
            continue
        for index in created_indexes(change.step, change.table):
            if index.name not in recreated:
                yield Violation(
                    message=(
                        f"creating {index.name.name} keeps everybody from writing to"
                        f" {change.table.name.name} until it is built"
                    ),
                    origin=change.statement.origin,
                    subject=Subject(change.table.name, index.name.name, revision.id),
                    help=_help(change.table),
                    fix=_fix(revision, change),
                )


def _fix(revision: Revision, change: Change) -> Fix | None:
    if change.table.kind is RelationKind.PARTITIONED_TABLE:
        return None
    return unlocking(revision, revision.upgrade, change.statement)


def _rebuilding(change: Change, operation: Reindex, revision: Revision) -> Violation:
    table, name = change.table.name, operation.name.name
    index = name if operation.kind == "index" else None
    return Violation(
        message=(
            f"rebuilding {index or 'the indexes of ' + name} keeps everybody from writing to"
            f" {table.name} until it is done"
        ),
        origin=change.statement.origin,
        subject=Subject(table, index, revision.id),
        help="in a with op.get_context().autocommit_block(): REINDEX INDEX CONCURRENTLY",
    )


def _help(table: Table) -> str:
    if table.kind is RelationKind.PARTITIONED_TABLE:
        return (
            "create it ON ONLY the partitioned table, then CONCURRENTLY on each partition,"
            " and attach these with ALTER INDEX ... ATTACH PARTITION"
        )
    return "in a with op.get_context().autocommit_block(): pass postgresql_concurrently=True"
