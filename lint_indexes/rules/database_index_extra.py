"""LI703."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.database import DatabaseDrift, question, settled
from lint_indexes.findings import OpenQuestion, Severity, Subject, Violation
from lint_indexes.model.catalog import Index, Table
from lint_indexes.model.declaration import sqlalchemy_declaration
from lint_indexes.model.names import QualifiedName, quote_identifier
from lint_indexes.model.origin import Origin, Source
from lint_indexes.rule import rule


@rule("LI703", "database-index-extra", severity=Severity.WARNING)
def database_index_extra(database: DatabaseDrift) -> Iterator[Violation | OpenQuestion]:
    """The database has an index that no migration builds.

    ## What it does
    Compares the database with what the migrations lead to at the revision that the database says it is at. A
    table that neither migrations nor models know is one finding, if it has indexes. Not looked at are schemas
    in which the project has no table, what belongs to an extension, partitions and their shares of an index,
    invalid indexes (LI701), and what `include_object` or `include_name` in env.py leaves out.

    ## Why is this bad?
    Somebody made it by hand. The other databases lack it, the next one that is set up will too, and the
    migration that makes it one day fails here.

    ## Example
    ```sql
    -- database.sql
    CREATE INDEX ix_booking_company ON booking (company_id);
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
    ```
    """
    for table in database.extra_tables():
        yield _extra_table(table, database)
    extra, doubtful = settled(database.extra(), database.doubt_about_extra)
    for index in extra:
        yield _extra_index(index, database)
    for reason, indexes in doubtful:
        yield question(indexes, "in the database only", reason)


def _extra_table(table: Table, database: DatabaseDrift) -> Violation:
    count = len(database.actual.indexes_on(table.name))
    indexes = f"{count} index" if count == 1 else f"{count} indexes"
    return Violation(
        message=f"{table.kind.value} {table.name.name}, with {indexes}, is in the database, but"
        f" {_nobody(table.name, database)}",
        origin=Origin(Source.DATABASE),
        subject=Subject(table.name),
        help="write a migration that creates it, drop it, or leave it out with include_object in env.py",
    )


def _extra_index(index: Index, database: DatabaseDrift) -> Violation:
    if index.constraint is None:
        drop = f"DROP INDEX CONCURRENTLY {index.name}"
    else:
        drop = f"ALTER TABLE {index.table} DROP CONSTRAINT {quote_identifier(index.name.name)}"
    keep = f"declare it in the model, {sqlalchemy_declaration(index)}, and write a migration that makes it"
    return Violation(
        message=f"{index.kind} {index.name.name} on {index.table.name} is in the database, but"
        f" {_nobody(index.name, database)}",
        origin=Origin(Source.DATABASE),
        subject=Subject(index.table, index.name.name),
        help=f"{keep} where it is missing; or drop it: {drop}",
    )


def _nobody(name: QualifiedName, database: DatabaseDrift) -> str:
    if database.later(name):
        return "only a migration that has not run there yet makes it, and may fail on it"
    return "no migration makes it"
