"""LI506."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.long_names import refused_name
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.history import History, Revision
from lint_indexes.model.names import MAX_IDENTIFIER_BYTES, truncate_identifier
from lint_indexes.model.origin import Origin
from lint_indexes.model.policy import Policy
from lint_indexes.rule import rule


@rule("LI506", "identifier-too-long")
def identifier_too_long(migrations: History, policy: Policy | None) -> Iterator[Violation]:
    """A name is longer than the 63 bytes that PostgreSQL keeps.

    ## What it does
    Looks for names over 63 bytes in the statements of single migrations and in the policy. SQLAlchemy cuts
    by itself what its naming convention makes, and refuses what is written by hand; SQL text goes through.

    ## Why is this bad?
    PostgreSQL cuts the name with a notice that nobody sees. The index has another name than the source says,
    and a second name with the same beginning is taken.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.execute(
            "CREATE INDEX ix_booking_status_for_the_list_of_the_dispatcher_at_the_front_desk"
            " ON booking (status)"
        )


    def downgrade():
        op.execute("DROP INDEX ix_booking_status_for_the_list_of_the_dispatcher_at_the_front_desk")
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.execute("CREATE INDEX ix_booking_status_for_the_dispatcher ON booking (status)")


    def downgrade():
        op.execute("DROP INDEX ix_booking_status_for_the_dispatcher")
    ```
    """
    for name, expected in policy.indexes.items() if policy else ():
        if expected.index.origin is not None and len(name.encode()) > MAX_IDENTIFIER_BYTES:
            yield _violation(name, expected.index.origin, Subject(expected.index.table, name))
    seen: set[str] = set()
    for revision in migrations.judged():
        for name, origin in _names(revision):
            if name not in seen:
                seen.add(name)
                yield _violation(name, origin, Subject(revision=revision.id))


def _names(revision: Revision) -> Iterator[tuple[str, Origin]]:
    """The long names of a revision that name something of the schema, with their lines."""
    for run in (revision.upgrade, revision.downgrade):
        if run is None:
            continue
        for statement in run.statements:
            if statement.steps:
                yield from ((name, statement.origin) for name in statement.long_names)
        refused = refused_name(run)
        if refused is not None and run.failure is not None:
            yield refused, run.failure.origin


def _violation(name: str, origin: Origin, subject: Subject) -> Violation:
    return Violation(
        message=f"{name} has {len(name.encode())} bytes: PostgreSQL keeps {truncate_identifier(name)}",
        origin=origin,
        subject=subject,
        help="choose a name of at most 63 bytes",
    )
