"""LI505."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.mending import has_constant_predicate
from lint_indexes.compare.state import Judgements, judge_state, known_tables, origin_of
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import History
from lint_indexes.rule import rule


@rule("LI505", "constant-predicate")
def constant_predicate(metadata: Catalog | None, migrations: History) -> Iterator[Violation]:
    """The predicate of an index is a constant.

    ## What it does
    Finds partial indexes with `WHERE false`, `WHERE true` or `WHERE NULL`.

    ## Why is this bad?
    Mostly it is a Python expression that was evaluated too early: `status is None` is False before
    SQLAlchemy sees it, and an index that no row is in serves no query. With `true` it has every row, which
    was hardly meant.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)

        __table_args__ = (Index("ix_booking_open", "company_id", postgresql_where=(status is None)),)
    ```

    ## Use instead
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)

        __table_args__ = (Index("ix_booking_open", "company_id", postgresql_where=status.is_(None)),)
    ```
    """
    return judge_state(metadata, migrations, _judge)


def _judge(catalog: Catalog) -> Judgements:
    for table in known_tables(catalog):
        for index in catalog.indexes_on(table.name):
            if has_constant_predicate(index, catalog):
                origin = origin_of(index, table)
                yield (
                    (table.name, index.name),
                    Violation(
                        message=(
                            f"the predicate of index {index.name.name} is constant: WHERE {index.predicate}"
                        ),
                        origin=origin,
                        subject=Subject(table.name, index.name.name, origin.revision),
                        help='write a condition on columns, such as column.is_(True) or text("column")',
                    ),
                )
