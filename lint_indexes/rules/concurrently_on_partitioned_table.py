"""LI407."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.locks import on_partitioned_table, refused_concurrency
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.history import Revision
from lint_indexes.model.operations import CreateIndex
from lint_indexes.rule import rule


@rule("LI407", "concurrently-on-partitioned-table")
def concurrently_on_partitioned_table(revision: Revision) -> Iterator[Violation]:
    """An index of a partitioned table is built or dropped CONCURRENTLY.

    ## What it does
    Looks for CREATE INDEX CONCURRENTLY on a partitioned table, and for DROP INDEX CONCURRENTLY of its
    indexes, in `upgrade()` and `downgrade()`. Partitions may have theirs built so.

    ## Why is this bad?
    PostgreSQL refuses it, and the deployment stops at this migration.

    ## Example
    ```python
    # versions/0002_create_event.py
    def upgrade():
        op.execute("CREATE TABLE event (day date, kind int) PARTITION BY RANGE (day)")


    def downgrade():
        op.execute("DROP TABLE event")
    ```
    ```python
    # versions/0003_index_event.py
    def upgrade():
        with op.get_context().autocommit_block():
            op.create_index("ix_event_kind", "event", ["kind"], postgresql_concurrently=True)


    def downgrade():
        op.drop_index("ix_event_kind", "event")
    ```

    ## Use instead
    ```python
    # versions/0002_create_event.py
    def upgrade():
        op.execute("CREATE TABLE event (day date, kind int) PARTITION BY RANGE (day)")


    def downgrade():
        op.execute("DROP TABLE event")
    ```
    ```python
    # versions/0003_index_event.py
    def upgrade():
        op.execute("CREATE INDEX ix_event_kind ON ONLY event (kind)")


    def downgrade():
        op.drop_index("ix_event_kind", "event")
    ```
    """
    for run in (revision.upgrade, revision.downgrade):
        for statement, step in refused_concurrency(run) if run else ():
            name = on_partitioned_table(step)
            if name is None:
                continue
            creates = isinstance(step.operation, CreateIndex)
            yield Violation(
                message=(
                    f"{'CREATE' if creates else 'DROP'} INDEX CONCURRENTLY {name}: PostgreSQL refuses it"
                    " on a partitioned table"
                ),
                origin=statement.origin,
                subject=Subject(index=name, revision=revision.id),
                help=(
                    "create it ON ONLY the partitioned table, then CONCURRENTLY on each partition, and"
                    " attach these with ALTER INDEX ... ATTACH PARTITION"
                    if creates
                    else "drop it without CONCURRENTLY, with a lock_timeout"
                ),
            )
