"""LI408."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.recreation import recreations
from lint_indexes.findings import Related, Severity, Subject, Violation
from lint_indexes.model.history import Revision
from lint_indexes.rule import rule


@rule("LI408", "no-op-recreate", severity=Severity.WARNING)
def no_op_recreate(revision: Revision) -> Iterator[Violation]:
    """An upgrade drops an index and creates an equal one.

    ## What it does
    Looks for an index that `upgrade()` drops and makes again with the same definition, under the same name
    or another one, in either order, without anything in between that it could have been in the way of.
    Constraints are looked at by the index behind them. One that is built CONCURRENTLY before the old one goes
    is not meant: that renews a bloated index. Nor is what DROP INDEX CONCURRENTLY IF EXISTS cleans up.

    ## Why is this bad?
    The table is locked, and queries are without the index, while it is built anew for nothing. It is mostly
    autogenerate that takes two spellings of one expression for two. For another name, ALTER INDEX ... RENAME
    TO takes a moment.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0003_update_indexes.py
    def upgrade():
        op.drop_index("ix_booking_status", "booking")
        op.create_index("ix_booking_status", "booking", ["status"], postgresql_using="btree")


    def downgrade():
        pass
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0003_update_indexes.py
    def upgrade():
        op.drop_index("ix_booking_status", "booking")
        op.create_index("ix_booking_status", "booking", ["status", "company_id"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
        op.create_index("ix_booking_status", "booking", ["status"])
    ```
    """
    for found in recreations(revision, revision.upgrade):
        old, new = found.dropped, found.created
        renamed = old.name != new.name
        what = f"{old.kind} {old.name.name} is dropped and made again"
        yield Violation(
            message=f"{what} under the name {new.name.name}" if renamed else f"{what} as it was",
            origin=found.create.statement.origin,
            subject=Subject(new.table, new.name.name, revision.id),
            related=(Related(found.drop.statement.origin, "dropped here"),),
            help=(
                f"rename it: ALTER INDEX {old.name} RENAME TO {new.name.name}"
                if renamed
                else "leave it alone: remove both operations"
            ),
        )
