"""LI601."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.findings import Fix, Related, Subject, Violation
from lint_indexes.model.edits import MergeHeads
from lint_indexes.model.history import History
from lint_indexes.rule import rule


@rule("LI601", "multiple-heads", judges_past_states=False)
def multiple_heads(migrations: History) -> Iterator[Violation]:
    """The migrations have more than one head.

    ## What it does
    Counts the revisions that no other revises.

    ## Why is this bad?
    `alembic upgrade head` refuses to run. It happens when two branches add a revision to the same parent.

    ## Example
    ```python
    # versions/0002_index_status.py
    revision = "0002"
    down_revision = "0001"


    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0003_index_company.py
    revision = "0003"
    down_revision = "0001"


    def upgrade():
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
    ```

    ## Use instead
    ```python
    # versions/0002_index_status.py
    revision = "0002"
    down_revision = "0001"


    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0003_index_company.py
    revision = "0003"
    down_revision = "0002"


    def upgrade():
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
    ```
    """
    heads = [migrations.revisions[head] for head in sorted(migrations.heads) if head in migrations.revisions]
    if len(heads) < 2:
        return
    first, *others = heads
    yield Violation(
        message=f"{len(heads)} heads: {', '.join(head.id for head in heads)}",
        origin=first.origin,
        subject=Subject(revision=first.id),
        related=tuple(Related(head.origin, "another head") for head in others),
        help="join them: alembic merge heads",
        fix=Fix(f"merge {len(heads)} heads", (MergeHeads(tuple(head.id for head in heads)),)),
    )
