"""LI004."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.findings import Related, Severity, Subject, Violation
from lint_indexes.model.history import REFUSED, FailureKind, History, Revision
from lint_indexes.model.policy import Policy
from lint_indexes.rule import rule


@rule("LI004", "unanalysable-revision", severity=Severity.WARNING)
def unanalysable_revision(migrations: History, policy: Policy | None) -> Iterator[Violation]:
    """What a migration does to indexes could not be known.

    ## What it does
    Lists the migrations of which some statement could not be analysed: SQL that is put together while it
    runs, a branch on rows that an empty database does not have, code that was stopped because it reached
    for the network, a program or a file. It is an error after `since`, and where it touches a table of
    the policy.

    ## Why is this bad?
    The tables that such a migration may have changed are judged by nobody. What is not known is neither a
    pass nor a drift.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        column = op.get_bind().execute(sa.text("SELECT status FROM booking")).scalar_one()
        op.create_index("ix_booking", "booking", [column])


    def downgrade():
        op.drop_index("ix_booking", "booking")
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking", "booking")
    ```
    """
    broken = {file.path for file in migrations.broken}
    for revision in migrations.revisions.values():
        doubts = revision.doubts
        if not doubts or revision.path in broken:
            continue
        reasons = "; ".join(dict.fromkeys(doubt.reason for doubt in doubts))
        first = doubts[0].origin
        others = dict.fromkeys((doubt.origin, doubt.reason) for doubt in doubts if doubt.origin != first)
        yield Violation(
            message=f"revision {revision.id} could not be fully analysed: {reasons}",
            origin=first,
            subject=Subject(revision=revision.id),
            related=tuple(Related(origin, reason) for origin, reason in others),
            help=_way_out(revision),
            escalated=(bool(migrations.since) and revision.judged) or _touches(revision, policy),
        )


def _way_out(revision: Revision) -> str:
    runs = [run for run in (revision.upgrade, revision.downgrade) if run is not None]
    failures = [(run.failure.kind, run.read_rows) for run in runs if run.failure is not None]
    if any(doubt.reason.endswith(REFUSED) for doubt in revision.doubts):
        return "go without it where a variable says so (`env`), or let it be done at every run (`allow`)"
    if (FailureKind.PYTHON, True) in failures:
        return "let it go on where a query finds no row, as in a new database, or check it on a real server"
    return "say in plain operations what it does to indexes, or check it on a real server"


def _touches(revision: Revision, policy: Policy | None) -> bool:
    """Whether the revision left a table of the policy uncertain."""
    tables = {expected.index.table for expected in policy.indexes.values()} if policy else set()
    before, after = revision.upgrade.before.uncertain, revision.upgrade.after.uncertain
    return any(table in after and table not in before for table in tables)
