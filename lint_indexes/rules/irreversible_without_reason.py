"""LI305."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.findings import Subject, Violation
from lint_indexes.model.history import FailureKind, Revision
from lint_indexes.rule import rule


@rule("LI305", "irreversible-without-reason")
def irreversible_without_reason(revision: Revision) -> Iterator[Violation]:
    """A `downgrade()` refuses to run, and nobody says why.

    ## What it does
    Finds a downgrade that raises on purpose (`NotImplementedError`, or nothing but a `raise`) without a
    comment `# lint-indexes: irreversible <reason>` in it.

    ## Why is this bad?
    Some changes cannot be undone, and then it is right to say so. But whoever has to take a release back at
    night needs to know whether the way back is impossible or was only not written.

    ## Example
    ```python
    # versions/0002_drop_status.py
    def upgrade():
        op.drop_column("booking", "status")


    def downgrade():
        raise NotImplementedError
    ```

    ## Use instead
    ```python
    # versions/0002_drop_status.py
    def upgrade():
        op.drop_column("booking", "status")


    def downgrade():
        # lint-indexes: irreversible the statuses are gone, restore the backup of the day
        raise NotImplementedError
    ```
    """
    failure = revision.downgrade.failure if revision.downgrade else None
    if failure is None or failure.kind is not FailureKind.IRREVERSIBLE:
        return
    if revision.downgrade_function.irreversible is None:
        yield Violation(
            message=f"the downgrade() of revision {revision.id} refuses to run: {failure.message}",
            origin=failure.origin,
            subject=Subject(revision=revision.id),
            help='say why in a comment: "# lint-indexes: irreversible <reason>", or write the downgrade',
        )
