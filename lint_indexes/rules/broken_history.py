"""LI603."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.findings import Violation
from lint_indexes.model.history import History
from lint_indexes.model.origin import Origin, Source
from lint_indexes.rule import rule


@rule("LI603", "broken-history")
def broken_history(migrations: History) -> Iterator[Violation]:
    """A migration file does not load, or the revisions do not form a history.

    ## What it does
    Finds files that cannot be imported, revision ids that two files claim, revisions that revise or depend on
    one that nobody has, and cycles. The other migrations are judged all the same.

    ## Why is this bad?
    Alembic reads all files before it runs any: one broken file, and no command of it works.

    ## Example
    ```python
    # versions/0002_index_booking.py
    revision = "0002"
    down_revision = "000l"


    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    revision = "0002"
    down_revision = "0001"


    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    for file in migrations.broken:
        origin = Origin(Source.MIGRATIONS, file.path, file.line)
        yield Violation(message=file.message, origin=origin, help=file.hint)
