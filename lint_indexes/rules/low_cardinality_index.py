"""LI507."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.state import Judgements, judge_state, known_tables, origin_of
from lint_indexes.findings import Severity, Subject, Violation
from lint_indexes.model.catalog import Catalog, Index, Table
from lint_indexes.model.history import History
from lint_indexes.rule import rule


@rule("LI507", "low-cardinality-index", severity=Severity.WARNING, enabled_by_default=False)
def low_cardinality_index(metadata: Catalog | None, migrations: History) -> Iterator[Violation]:
    """The only key of an index is a boolean column.

    ## What it does
    Looks for indexes over all rows whose only key is a boolean column.

    ## Why is this bad?
    It tells two values apart. Where they are about equally common, reading the table is faster; where one is
    rare, a partial index on the rare rows is a fraction of the size, and its keys can be something that
    sorts or selects further.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_paid", "paid"),)

        id = Column(Integer, primary_key=True)
        paid = Column(Boolean)
    ```

    ## Use instead
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_unpaid", "id", postgresql_where=text("NOT paid")),)

        id = Column(Integer, primary_key=True)
        paid = Column(Boolean)
    ```
    """
    return judge_state(metadata, migrations, _judge)


def _judge(catalog: Catalog) -> Judgements:
    for table in known_tables(catalog):
        for index in catalog.indexes_on(table.name):
            if _is_boolean(index, table):
                origin = origin_of(index, table)
                yield (
                    (table.name, index.keys[0].column),
                    Violation(
                        message=f"the only key of index {index.name.name} is boolean: {index.keys[0].column}",
                        origin=origin,
                        subject=Subject(table.name, index.name.name, origin.revision),
                        help="index only the rows of the rarer value (postgresql_where)",
                    ),
                )


def _is_boolean(index: Index, table: Table) -> bool:
    if len(index.keys) != 1 or index.predicate is not None or index.unique or index.include:
        return False
    column = table.column(index.keys[0].column or "")
    return column is not None and column.type == "boolean"
