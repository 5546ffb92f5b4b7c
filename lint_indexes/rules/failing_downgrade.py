"""LI304."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.aftermath import own_failure
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.history import Revision
from lint_indexes.rule import rule


@rule("LI304", "failing-downgrade")
def failing_downgrade(revision: Revision, circumstances: Circumstances) -> Iterator[Violation]:
    """A `downgrade()` raises when it is run after its own upgrade.

    ## What it does
    Runs every downgrade in memory from the state after its own upgrade. One that says on purpose that it
    cannot be undone (`raise NotImplementedError`) is not meant, nor one that needs rows.

    ## Why is this bad?
    `alembic downgrade` stops half-way. The most common cause is `drop_constraint(None, ...)`, which
    autogenerate writes for a constraint without a name, and which no database can run.

    ## Example
    ```python
    # versions/0002_unique_status.py
    def upgrade():
        op.create_unique_constraint(None, "booking", ["status"])


    def downgrade():
        op.drop_constraint(None, "booking", type_="unique")
    ```

    ## Use instead
    ```python
    # versions/0002_unique_status.py
    def upgrade():
        op.create_unique_constraint("uq_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_constraint("uq_booking_status", "booking", type_="unique")
    ```
    """
    failure = revision.downgrade and own_failure(revision.downgrade, circumstances)
    if failure:
        yield Violation(
            message=f"the downgrade() of revision {revision.id} fails: {failure.message}",
            origin=failure.origin,
            subject=Subject(revision=revision.id),
            help="try it on a scratch database: alembic upgrade, downgrade -1, upgrade",
        )
