"""LI304."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.aftermath import misses_a_broken_file
from lint_indexes.compare.locks import fails_by_concurrency
from lint_indexes.compare.long_names import refused_name
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.history import FailureKind, Revision
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
    run = revision.downgrade
    if run is None or run.failure is None or run.doubts or run.read_rows:
        return
    if fails_by_concurrency(run) or refused_name(run) is not None:
        return
    if misses_a_broken_file(run, circumstances):
        return
    if run.failure.kind in (FailureKind.SQL, FailureKind.PYTHON):
        yield Violation(
            message=f"the downgrade() of revision {revision.id} fails: {run.failure.message}",
            origin=run.failure.origin,
            subject=Subject(revision=revision.id),
            help="try it on a scratch database: alembic upgrade, downgrade -1, upgrade",
        )
