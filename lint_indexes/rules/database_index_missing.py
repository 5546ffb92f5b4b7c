"""LI702."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.database import DatabaseDrift, question, settled
from lint_indexes.ddl.render import create_index
from lint_indexes.findings import OpenQuestion, Subject, Violation
from lint_indexes.model.catalog import Index, RelationKind, Table
from lint_indexes.rule import rule


@rule("LI702", "database-index-missing")
def database_index_missing(database: DatabaseDrift) -> Iterator[Violation | OpenQuestion]:
    """The migrations build an index that the database lacks.

    ## What it does
    Compares the database with what the migrations lead to at the revision that the database says it is at. A
    table that is missing is one finding, not one for each of its indexes. The indexes of primary keys and
    unique constraints count.

    ## Why is this bad?
    The migration that builds it is done, so nothing will ever build it again. Queries are slow in this
    database only, and what a unique one protects from is not kept out.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```sql
    -- database.sql
    DROP INDEX ix_booking_status;
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0003_drop_index.py
    def upgrade():
        op.drop_index("ix_booking_status", "booking")


    def downgrade():
        op.create_index("ix_booking_status", "booking", ["status"])
    ```
    """
    for table in database.missing_tables():
        yield _missing_table(table, database)
    missing, doubtful = settled(database.missing(), database.doubt)
    for index in missing:
        yield _missing_index(index, database)
    for reason, indexes in doubtful:
        yield question(indexes, "not in the database", reason)


def _missing_table(table: Table, database: DatabaseDrift) -> Violation | OpenQuestion:
    doubt = database.doubt(table.name)
    subject = Subject(table.name, revision=table.origin.revision if table.origin else None)
    if doubt is not None or not table.complete:
        reason = doubt or "no migration creates it"
        return OpenQuestion(f"table {table.name.name}: not in the database, but {reason}", None, subject)
    assert table.origin is not None
    return Violation(
        message=f"{table.kind.value} {table.name.name} is in the migrations, but not in the database",
        origin=table.origin,
        subject=subject,
        help="find out who dropped it, or whether this is the right database and schema",
    )


def _missing_index(index: Index, database: DatabaseDrift) -> Violation:
    assert index.origin is not None
    return Violation(
        message=f"{index.kind} {index.name.name} is in the migrations, but not in the database",
        origin=index.origin,
        subject=Subject(index.table, index.name.name, index.origin.revision),
        help=f"build it: {_statement(index, database)}" if index.constraint is None else "add it again",
    )


def _statement(index: Index, database: DatabaseDrift) -> str:
    statement = create_index(index)
    if database.actual.tables[index.table].kind is RelationKind.PARTITIONED_TABLE:
        return statement
    return statement.replace("INDEX", "INDEX CONCURRENTLY", 1)
