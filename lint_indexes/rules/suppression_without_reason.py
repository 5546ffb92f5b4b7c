"""LI003."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.findings import Subject, Violation
from lint_indexes.rule import rule
from lint_indexes.suppressions import Suppressions


@rule("LI003", "suppression-without-reason", enabled_by_default=False)
def suppression_without_reason(suppressions: Suppressions) -> Iterator[Violation]:
    """An ignore does not say why.

    ## What it does
    Finds `# lint-indexes: ignore[...]` comments without words after the brackets.

    ## Why is this bad?
    Whoever reads the comment later cannot tell whether it still holds.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])  # lint-indexes: ignore[LI202]


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        # lint-indexes: ignore[LI202] the reports' service needs it, not the models
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    for comment in suppressions.comments:
        if comment.problem is None and comment.reason is None:
            codes = ", ".join(comment.selectors)
            yield Violation(
                message=f"ignore[{codes}] does not say why",
                origin=comment.origin,
                subject=Subject(revision=comment.origin.revision),
                help=f"write the reason behind it: # lint-indexes: ignore[{codes}] <reason>",
            )
