"""LI301."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.undoing import undoing
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.history import Definition, Revision
from lint_indexes.rule import rule


@rule("LI301", "missing-downgrade")
def missing_downgrade(revision: Revision) -> Iterator[Violation]:
    """A migration has no `downgrade()`.

    ## What it does
    Looks for a function `downgrade` in every migration after `since`.

    ## Why is this bad?
    `alembic downgrade` stops at this revision, usually at the moment when a bad release has to be taken back.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    if revision.downgrade_function.definition is Definition.MISSING:
        yield Violation(
            message=f"revision {revision.id} has no downgrade()",
            origin=revision.origin,
            subject=Subject(revision=revision.id),
            help="write a downgrade() that undoes upgrade()",
            fix=undoing(revision),
        )
