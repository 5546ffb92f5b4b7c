"""LI404."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.locks import changes_of_used_tables
from lint_indexes.compare.unlocking import unlocking
from lint_indexes.findings import Severity, Subject, Violation
from lint_indexes.model.history import Revision
from lint_indexes.model.operations import CreateIndex, DropIndex
from lint_indexes.rule import rule


@rule("LI404", "concurrently-if-not-exists", severity=Severity.WARNING)
def concurrently_if_not_exists(revision: Revision) -> Iterator[Violation]:
    """IF NOT EXISTS accepts the invalid index that a failed concurrent build left behind.

    ## What it does
    Looks for CREATE INDEX CONCURRENTLY IF NOT EXISTS in `upgrade()`, unless the same upgrade drops an index
    of that name before.

    ## Why is this bad?
    A concurrent build that fails or is cancelled leaves an INVALID index: no query uses it, every write pays
    for it. The second try finds the name taken and passes, and nobody notices.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_booking_status ON booking (status)")


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        with op.get_context().autocommit_block():
            op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_booking_status")
            op.execute("CREATE INDEX CONCURRENTLY ix_booking_status ON booking (status)")


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    dropped = _dropped_names(revision)
    for change in changes_of_used_tables(revision, revision.upgrade):
        operation = change.step.operation
        if not isinstance(operation, CreateIndex) or not operation.concurrently:
            continue
        if operation.if_not_exists and operation.name is not None and operation.name not in dropped:
            yield Violation(
                message=(
                    f"CONCURRENTLY IF NOT EXISTS passes over an invalid {operation.name}"
                    " that a failed build left"
                ),
                origin=change.statement.origin,
                subject=Subject(change.table.name, operation.name, revision.id),
                help=f"leave out IF NOT EXISTS, after DROP INDEX CONCURRENTLY IF EXISTS {operation.name}",
                fix=unlocking(revision, revision.upgrade, change.statement, safe=True),
            )


def _dropped_names(revision: Revision) -> frozenset[str]:
    """The names in the DROP INDEX statements of an upgrade, whether or not there was such an index."""
    return frozenset(
        name.name
        for statement in revision.upgrade.statements
        for operation in statement.operations
        if isinstance(operation, DropIndex)
        for name in operation.names
    )
