"""LI002."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.findings import Fix, Severity, Subject, Violation
from lint_indexes.model.edits import RemoveIgnore
from lint_indexes.rule import rule
from lint_indexes.suppressions import Suppressions
from lint_indexes.suppressions.apply import IdleSelector, StaleEntry


@rule("LI002", "unused-suppression", severity=Severity.WARNING, judges_past_states=False)
def unused_suppression(suppressions: Suppressions) -> Iterator[Violation]:
    """An ignore suppresses nothing, or names a rule that does not exist.

    ## What it does
    Finds `# lint-indexes: ignore[...]` comments without a finding to suppress, comments that cannot be
    understood, codes that no rule has, and entries of the baseline whose finding is gone, or that accept more
    findings than there are. A code is only judged when its rule ran. Comments in revisions up to `since` are
    left alone, since not every rule looks at those, and so are those in revisions that could not be analysed,
    and all that speak for a table of which it is not known for sure what it has become.

    A pattern of `per-file-ignores` is told when it matches no migration, no file with models, and no table or
    index of any revision or of the models. Where some of these cannot be known for sure, only patterns of
    files are judged.

    ## Why is this bad?
    The next finding at that place would be suppressed, and nobody has decided that. With a mistyped code, the
    comment does not do what its author believes.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        # lint-indexes: ignore[LI306] the table is created by hand
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
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
    for comment in suppressions.comments:
        if comment.problem is not None:
            yield Violation(
                message=f"a comment for lint-indexes that cannot be understood: {comment.problem}",
                origin=comment.origin,
                subject=Subject(revision=comment.origin.revision),
            )
    for idle in suppressions.idle:
        yield _of_comment(idle)
    for stale in suppressions.stale:
        yield _of_baseline(stale)
    for pattern, origin in suppressions.unmatched:
        yield Violation(
            message=f"the pattern {pattern} of per-file-ignores matches no file, table or index",
            origin=origin,
            help="correct the pattern, or remove it",
        )


def _of_comment(idle: IdleSelector) -> Violation:
    origin = idle.comment.origin
    if idle.unknown is not None:
        message, way_out = f"ignore[{idle.selector}]: {idle.unknown}", None
    elif len(idle.comment.selectors) > 1:
        message = f"ignore[{idle.selector}] suppresses nothing"
        way_out = f"remove {idle.selector} from the comment"
    else:
        message, way_out = f"ignore[{idle.selector}] suppresses nothing", "remove the comment"
    # What is misspelt was meant for something, which only its author knows.
    fix = Fix(
        f"take {idle.selector} out of the comment",
        (RemoveIgnore(origin, idle.selector),),
        safe=idle.unknown is None,
    )
    return Violation(message, origin, Subject(revision=origin.revision), help=way_out, fix=fix)


def _of_baseline(stale: StaleEntry) -> Violation:
    identity, count = stale.entry.identity, stale.entry.count
    parts = (identity.index, identity.table, identity.revision, identity.path)
    about = next((part for part in parts if part is not None), "the project")
    accepted = f"the baseline accepts {identity.code} for {about}"
    if stale.found and count is not None:
        message = (
            f"{accepted} {count} times, and it is found {'once' if stale.found == 1 else stale.found} now"
        )
    else:
        message = f"{accepted}, which is not found any more"
    return Violation(
        message=message,
        origin=stale.entry.origin,
        help="write the baseline anew with --write-baseline, or remove the line",
    )
