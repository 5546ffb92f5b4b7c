"""LI503."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.redundancy import Redundancies, Redundancy, RedundancyKind
from lint_indexes.compare.state import origin_of
from lint_indexes.findings import Related, Severity, Subject, Violation
from lint_indexes.model.catalog import Table
from lint_indexes.rule import rule


@rule("LI503", "reindexed-constraint", severity=Severity.WARNING)
def reindexed_constraint(redundancies: Redundancies) -> Iterator[Violation]:
    """An index repeats the one behind a primary key or a unique constraint.

    ## What it does
    Looks for an index with the same keys as the primary key or a unique constraint of its table. One that
    the policy names is kept, and so is a unique index that a foreign key relies on.

    ## Why is this bad?
    PostgreSQL builds an index for every primary key and unique constraint. A second one costs as much again
    with every write, and no query gains.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (
            Index("ix_booking_id", "id"),
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
            Index("ix_booking_status_id", "status", "id"),
        )

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```
    """
    return redundancies.judge(RedundancyKind.CONSTRAINT, _violation)


def _violation(found: Redundancy, table: Table) -> Violation:
    index, other = found.index, found.other
    origin = origin_of(index, table)
    return Violation(
        message=f"index {index.name.name} repeats the index of {other.kind} {other.name.name}",
        origin=origin,
        subject=Subject(table.name, index.name.name, origin.revision),
        related=(Related(other.origin, "the constraint has its own index"),) if other.origin else (),
        help=f"drop {index.name.name}, in the model (index=True) and in a migration",
    )
