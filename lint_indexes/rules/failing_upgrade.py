"""LI306."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lint_indexes.compare.aftermath import own_failure
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.history import Failure, Revision
from lint_indexes.rule import rule

_FROM_AN_EXTENSION = re.compile(r"(type|function|operator class|access method) .*does not exist", re.DOTALL)
"""What is missing that migrations seldom make themselves."""


@rule("LI306", "failing-upgrade")
def failing_upgrade(revision: Revision, circumstances: Circumstances) -> Iterator[Violation]:
    """An `upgrade()` cannot run on the schema that the revisions before it lead to.

    ## What it does
    Runs every upgrade in memory, in the order of `alembic upgrade heads`, on a server that refuses what
    PostgreSQL refuses: a second index of the same name, a column that is not there, CREATE INDEX CONCURRENTLY
    in a transaction. A migration that needs rows is not meant. What an administrator or an image has
    installed before the first migration stands in the configuration: `extensions = ["postgis"]`.

    ## Why is this bad?
    A new database, in CI or on a new colleague's machine, cannot be built from the migrations.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_state", "booking", ["state"])


    def downgrade():
        op.drop_index("ix_booking_state", "booking")
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
    failure = own_failure(revision.upgrade, circumstances)
    if failure:
        yield Violation(
            message=f"the upgrade() of revision {revision.id} fails: {failure.message}",
            origin=failure.origin,
            subject=Subject(revision=revision.id),
            help=_way_out(revision.id, failure),
        )


def _way_out(revision: str, failure: Failure) -> str:
    tried = f"try it on an empty database: alembic upgrade {revision}"
    if not _FROM_AN_EXTENSION.match(failure.message):
        return tried
    return f'{tried}; if an extension has it that is installed before, configure extensions = ["..."]'
