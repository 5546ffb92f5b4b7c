"""LI403."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.locks import on_partitioned_table, refused_concurrency
from lint_indexes.compare.unlocking import unlocking
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.history import Revision
from lint_indexes.model.operations import CreateIndex, DropIndex, Operation, Reindex
from lint_indexes.rule import rule

_VERBS: dict[type[Operation], str] = {
    CreateIndex: "CREATE INDEX",
    DropIndex: "DROP INDEX",
    Reindex: "REINDEX",
}


@rule("LI403", "concurrently-in-transaction")
def concurrently_in_transaction(revision: Revision) -> Iterator[Violation]:
    """An index is built or dropped CONCURRENTLY inside a transaction.

    ## What it does
    Runs each migration in the transactions that its env.py and Alembic open, and looks at what is open when
    a statement with CONCURRENTLY comes. The downgrade is judged as well.

    ## Why is this bad?
    PostgreSQL refuses it: CREATE INDEX CONCURRENTLY cannot run inside a transaction block. The deployment
    stops at this migration.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"], postgresql_concurrently=True)


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
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    for run in (revision.upgrade, revision.downgrade):
        for statement, step in refused_concurrency(run) if run else ():
            if on_partitioned_table(step) is not None:
                continue
            verb = _VERBS[type(step.operation)]
            yield Violation(
                message=f"{verb} CONCURRENTLY cannot run inside a transaction",
                origin=statement.origin,
                subject=Subject(revision=revision.id),
                help="put it into a block: with op.get_context().autocommit_block():",
                fix=unlocking(revision, run, statement, safe=True) if run else None,
            )
