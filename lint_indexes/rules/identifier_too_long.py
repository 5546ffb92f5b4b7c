"""LI506."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lint_indexes.compare.long_names import refused_name
from lint_indexes.findings import Related, Subject, Violation
from lint_indexes.model.history import History, Revision
from lint_indexes.model.names import MAX_IDENTIFIER_BYTES, truncate_identifier
from lint_indexes.model.naming import Naming
from lint_indexes.model.origin import Origin
from lint_indexes.model.policy import Policy
from lint_indexes.rule import rule


@rule("LI506", "identifier-too-long")
def identifier_too_long(
    migrations: History, policy: Policy | None, naming: Naming | None
) -> Iterator[Violation]:
    """A name is longer than the 63 bytes that PostgreSQL keeps.

    ## What it does
    Looks for names of indexes, constraints and tables over 63 bytes: in the models, in the statements of
    single migrations, and in the policy. SQLAlchemy cuts by itself what its naming convention makes, and
    refuses what is written by hand; SQL text goes through. Names of other things, such as types, functions
    and columns, are not meant.

    ## Why is this bad?
    PostgreSQL cuts the name with a notice that nobody sees. The index has another name than the source says,
    and a second name with the same beginning is taken. A name that SQLAlchemy refuses stops `create_all()`
    and the migration that has it.

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
    places = _places(migrations)
    for long in naming.long_names if naming else ():
        violation = _violation(long.name, long.origin, Subject(long.table, long.stored.name))
        place = places.pop(long.name, None)
        yield replace(violation, related=(Related(place, "the migrations use it here"),) if place else ())
    for name, origin in places.items():
        yield _violation(name, origin, Subject(revision=origin.revision))


def _places(migrations: History) -> dict[str, Origin]:
    """The long names of single migrations, each with the first line that has it."""
    places: dict[str, Origin] = {}
    for revision in migrations.judged():
        for name, origin in _names(revision):
            places.setdefault(name, origin)
    return places


def _names(revision: Revision) -> Iterator[tuple[str, Origin]]:
    for run in (revision.upgrade, revision.downgrade):
        if run is None:
            continue
        yield from ((long.name, long.origin) for long in run.long_names)
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
