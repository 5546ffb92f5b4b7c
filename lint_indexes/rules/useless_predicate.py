"""LI504."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.state import Judgements, judge_state, known_tables, origin_of
from lint_indexes.ddl.normalize import normalize_predicate
from lint_indexes.ddl.normalize.predicates import column_not_null, conjuncts
from lint_indexes.findings import Severity, Subject, Violation
from lint_indexes.model.catalog import Catalog, Index, Table
from lint_indexes.model.history import History
from lint_indexes.rule import rule


@rule("LI504", "useless-predicate", severity=Severity.WARNING)
def useless_predicate(metadata: Catalog | None, migrations: History) -> Iterator[Violation]:
    """A partial index leaves out NULLs of a column that has none.

    ## What it does
    Looks for `column IS NOT NULL` in the predicate of an index, alone or with other conditions, where the
    column is declared NOT NULL.

    ## Why is this bad?
    The index has every row all the same, and the planner must prove the condition before it uses it. Whoever
    reads it thinks that the column may be NULL.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (
            Index("ix_booking_status", "status", postgresql_where=text("status IS NOT NULL")),
        )

        id = Column(Integer, primary_key=True)
        status = Column(String(20), nullable=False)
    ```

    ## Use instead
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (
            Index("ix_booking_status", "status", postgresql_where=text("status IS NOT NULL")),
        )

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
    ```
    """
    return judge_state(metadata, migrations, _judge)


def _judge(catalog: Catalog) -> Judgements:
    for table in known_tables(catalog):
        for index in catalog.indexes_on(table.name):
            useless = _useless(index, table, catalog)
            if useless:
                origin = origin_of(index, table)
                columns = ", ".join(useless)
                yield (
                    (table.name, index.name),
                    Violation(
                        message=(
                            f"the predicate of index {index.name.name} leaves out NULLs of {columns},"
                            " which is NOT NULL"
                        ),
                        origin=origin,
                        subject=Subject(table.name, index.name.name, origin.revision),
                        help="remove the condition",
                    ),
                )


def _useless(index: Index, table: Table, catalog: Catalog) -> list[str]:
    """The NOT NULL columns that the predicate says are not NULL."""
    if index.predicate is None:
        return []
    predicate = normalize_predicate(index.predicate, index.table, (catalog,))
    names = (column_not_null(form) for form in conjuncts(predicate.form)) if predicate else ()
    columns = (table.column(name) for name in names if name is not None)
    return [column.name for column in columns if column is not None and column.not_null]
