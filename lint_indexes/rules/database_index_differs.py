"""LI704."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.database import DatabaseDrift, question, settled
from lint_indexes.compare.equality import Different, Undecided, compare_indexes
from lint_indexes.findings import OpenQuestion, Subject, Violation
from lint_indexes.model.catalog import Index
from lint_indexes.model.names import quote_identifier
from lint_indexes.rule import rule


@rule("LI704", "database-index-differs")
def database_index_differs(database: DatabaseDrift) -> Iterator[Violation | OpenQuestion]:
    """The database has an index otherwise than the migrations build it.

    ## What it does
    Compares indexes of the same name by parse tree with what the migrations lead to at the revision that the
    database says it is at, and lists each difference. An index of equal definition under another name is
    found as well, once, unless PostgreSQL chose the name.

    ## Why is this bad?
    Nobody knows which one the queries were tuned for, and no other database has it. A later migration that
    drops or alters the index by its name fails here, or drops what somebody needs.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
    ```
    ```sql
    -- database.sql
    DROP INDEX ix_booking_company;
    CREATE INDEX ix_booking_company ON booking (company_id) WHERE status = 'PENDING';
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index(
            "ix_booking_company", "booking", ["company_id"], postgresql_where=sa.text("status = 'PENDING'")
        )


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
    ```
    """
    found: dict[Index, Violation] = {}
    for built, actual in database.same_name():
        outcome = _compared(built, actual, database)
        if isinstance(outcome, OpenQuestion):
            yield outcome
        elif outcome is not None:
            found[built] = outcome
    found.update((built, _renaming(built, actual)) for built, actual in database.renamed())
    certain, doubtful = settled(found, database.doubt)
    yield from (found[index] for index in certain)
    for reason, indexes in doubtful:
        yield question(indexes, "otherwise in the database", reason)


def _compared(built: Index, actual: Index, database: DatabaseDrift) -> Violation | OpenQuestion | None:
    """What is to be said of two indexes of one name."""
    result = compare_indexes(built, database.expected, actual, database.actual)
    if isinstance(result, Undecided):
        message = f"{built.name.name}: migrations and database could not be compared: {result.reason}"
        return OpenQuestion(message, built.origin, Subject(built.table, built.name.name))
    if isinstance(result, Different):
        listed = [each.describe("the migrations", "the database") for each in result.differences]
    elif built.constraint is not actual.constraint:
        listed = [f"{built.kind} in the migrations, {actual.kind} in the database"]
    else:
        return None
    return _violation(
        built,
        f"{built.name.name} differs: {'; '.join(listed)}",
        "rebuild it as the migrations have it, or write a migration that makes it what it is",
    )


def _renaming(built: Index, actual: Index) -> Violation:
    name = built.name.name
    return _violation(
        built,
        f"{name} is called {actual.name.name} in the database",
        f"rename it: ALTER INDEX {actual.name} RENAME TO {quote_identifier(name)}",
    )


def _violation(built: Index, message: str, way_out: str) -> Violation:
    assert built.origin is not None
    return Violation(
        message=message,
        origin=built.origin,
        subject=Subject(built.table, built.name.name, built.origin.revision),
        help=way_out,
    )
