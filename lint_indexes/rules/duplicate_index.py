"""LI501."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.redundancy import Redundancies, Redundancy, RedundancyKind
from lint_indexes.compare.state import origin_of
from lint_indexes.findings import Related, Subject, Violation
from lint_indexes.model.catalog import Table
from lint_indexes.rule import rule


@rule("LI501", "duplicate-index")
def duplicate_index(redundancies: Redundancies) -> Iterator[Violation]:
    """Two indexes of a table are equal but for their names.

    ## What it does
    Compares the indexes of each table, those of the models and those that the migrations lead to: keys,
    order, expressions, predicate, method, operator classes, collations, INCLUDE and storage, as PostgreSQL
    would store them. The one that the policy names is kept, else the older one.

    ## Why is this bad?
    Every write pays for both, both take memory, and no query gains.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (
            Index("ix_booking_status", "status"),
            Index("ix_status", "status"),
        )

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```

    ## Use instead
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (
            Index("ix_booking_status", "status"),
        )

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```
    """
    return redundancies.judge(RedundancyKind.DUPLICATE, _violation)


def _violation(found: Redundancy, table: Table) -> Violation:
    index, other = found.index, found.other
    origin = origin_of(index, table)
    return Violation(
        message=f"index {index.name.name} is the same as {other.name.name}",
        origin=origin,
        subject=Subject(table.name, index.name.name, origin.revision),
        related=(Related(other.origin, "the same index"),) if other.origin else (),
        help=f"drop {index.name.name}, in the model and in a migration",
    )
