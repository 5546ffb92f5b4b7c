"""LI402."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.locks import changes_of_used_tables, dropped_indexes, is_altered
from lint_indexes.compare.recreation import recreated_names
from lint_indexes.compare.unlocking import unlocking
from lint_indexes.findings import Severity, Subject, Violation
from lint_indexes.model.catalog import RelationKind
from lint_indexes.model.history import Revision, Run
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import DropIndex
from lint_indexes.rule import rule

_HELP = "in a with op.get_context().autocommit_block(): pass postgresql_concurrently=True"


@rule("LI402", "index-dropped-with-lock", severity=Severity.WARNING)
def index_dropped_with_lock(revision: Revision) -> Iterator[Violation]:
    """An upgrade drops an index without CONCURRENTLY from a table that is in use.

    ## What it does
    Looks for DROP INDEX without CONCURRENTLY in `upgrade()`. It is exempt where the same upgrade drops or
    alters the table, which takes the same lock anyway, and on a partitioned table, where CONCURRENTLY is
    refused.

    ## Why is this bad?
    DROP INDEX takes the strongest lock there is. It waits for every running query of the table, and while it
    waits, all new ones queue up behind it, reads as well.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        with op.get_context().autocommit_block():
            op.create_index("ix_booking_status", "booking", ["status"], postgresql_concurrently=True)


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0003_drop_index.py
    def upgrade():
        op.drop_index("ix_booking_status", "booking")


    def downgrade():
        op.create_index("ix_booking_status", "booking", ["status"])
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        with op.get_context().autocommit_block():
            op.create_index("ix_booking_status", "booking", ["status"], postgresql_concurrently=True)


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0003_drop_index.py
    def upgrade():
        with op.get_context().autocommit_block():
            op.drop_index("ix_booking_status", "booking", postgresql_concurrently=True)


    def downgrade():
        op.create_index("ix_booking_status", "booking", ["status"])
    ```
    """
    run = revision.upgrade
    recreated = recreated_names(revision, run)
    for change in changes_of_used_tables(revision, run):
        operation, table = change.step.operation, change.table
        if not isinstance(operation, DropIndex) or operation.concurrently:
            continue
        if table.kind is RelationKind.PARTITIONED_TABLE or _is_locked_anyway(table.name, run):
            continue
        for index in dropped_indexes(change.step, table):
            if index.name not in recreated:
                yield Violation(
                    message=f"dropping {index.name.name} locks {table.name.name} against all use",
                    origin=change.statement.origin,
                    subject=Subject(table.name, index.name.name, revision.id),
                    help=_HELP,
                    fix=unlocking(revision, run, change.statement),
                )


def _is_locked_anyway(table: QualifiedName, run: Run) -> bool:
    return table not in run.after.tables or is_altered(table, run)
