"""LI705."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.findings import Subject, Violation
from lint_indexes.model.origin import Origin
from lint_indexes.model.verification import Stage, StageOutcome, Verdict, Verification, VerifiedRevision
from lint_indexes.rule import rule

_SHOWN = 500
"""How many characters of a refused statement are shown."""

_FAILED = (Verdict.UPGRADE_FAILS, Verdict.DOWNGRADE_FAILS, Verdict.AGAIN_FAILS)


@rule("LI705", "roundtrip-failed")
def roundtrip_failed(verification: Verification) -> Iterator[Violation]:
    """On a real server, upgrade, downgrade and upgrade do not lead back to the same indexes.

    ## What it does
    `lint-indexes verify` runs each migration on a scratch PostgreSQL: upgrade, downgrade, upgrade. A step
    that fails is found, with the line and the statement, and so is every index that is not what it was
    before the upgrade, or not what the first upgrade made. A downgrade that says on purpose that there is no
    way back, or that needs rows, is not meant.

    ## Why is this bad?
    The downgrade is what is reached for when a release goes wrong. That is no time to find out that it
    stops half-way, or leaves a database that matches no revision.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    for verified in verification.revisions:
        if verified.verdict in _FAILED:
            failed = next(outcome for outcome in verified.stages if outcome.failure)
            yield _failure(verified, failed)
        elif verified.verdict is Verdict.CHANGED:
            yield _changes(verified, next(outcome for outcome in verified.stages if outcome.changes))


def _failure(verified: VerifiedRevision, outcome: StageOutcome) -> Violation:
    failure, revision = outcome.failure, verified.revision
    assert failure is not None
    statement = "" if outcome.statement is None else f"; the statement was: {_shortened(outcome.statement)}"
    return Violation(
        message=f"the {outcome.stage} of revision {revision.id} fails on PostgreSQL:"
        f" {failure.message}{statement}",
        origin=failure.origin,
        subject=Subject(revision=revision.id),
        help=_lost(verified),
    )


def _lost(verified: VerifiedRevision) -> str | None:
    """A second upgrade fails on what the downgrade has left."""
    down = verified.stage(Stage.DOWNGRADE)
    return f"after the downgrade, {'; '.join(map(str, down.changes))}" if down and down.changes else None


def _changes(verified: VerifiedRevision, outcome: StageOutcome) -> Violation:
    revision = verified.revision
    origin: Origin = revision.origin_of(revision.downgrade_function)
    return Violation(
        message=f"after the {outcome.stage} of revision {revision.id} on PostgreSQL,"
        f" {'; '.join(map(str, outcome.changes))}",
        origin=origin,
        subject=Subject(revision=revision.id),
        help="add what is missing to downgrade(), in the reverse order of upgrade()",
    )


def _shortened(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]} ..."
