"""LI502."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.redundancy import Redundancies, Redundancy, RedundancyKind
from lint_indexes.compare.state import origin_of
from lint_indexes.findings import Related, Severity, Subject, Violation
from lint_indexes.model.catalog import Table
from lint_indexes.rule import rule


@rule("LI502", "redundant-index", severity=Severity.WARNING)
def redundant_index(redundancies: Redundancies) -> Iterator[Violation]:
    """Another index of the table begins with the keys of this one.

    ## What it does
    Looks for an index whose keys are the leading keys of another one with the same rows, operator classes,
    collations and order (or all of it mirrored). A unique index is never redundant, nor is one that the
    policy names. Of other methods than B-tree, all keys must be the same.

    ## Why is this bad?
    The longer index serves the same queries, and every write pays for both. It is a warning, since the
    smaller index is faster to scan as a whole: drop it where no query does that.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (
            Index("ix_booking_status", "status"),
            Index("ix_booking_status_company", "status", "company_id"),
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
            Index("ix_booking_status_company", "status", "company_id"),
            Index("ix_booking_company", "company_id"),
        )

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```
    """
    return redundancies.judge(RedundancyKind.PREFIX, _violation)


def _violation(found: Redundancy, table: Table) -> Violation:
    index, other = found.index, found.other
    origin = origin_of(index, table)
    return Violation(
        message=f"index {index.name.name} is redundant: {other.kind} {other.name.name} {_does_more(found)}",
        origin=origin,
        subject=Subject(table.name, index.name.name, origin.revision),
        related=(Related(other.origin, "this one serves the same queries"),) if other.origin else (),
        help=f"drop {index.name.name}, in the model and in a migration",
    )


def _does_more(found: Redundancy) -> str:
    """What the other index has beyond the keys of this one."""
    if len(found.index.keys) < len(found.other.keys):
        return f"on ({', '.join(map(str, found.other.keys))}) begins with its keys"
    if found.other.unique and not found.index.unique:
        return "has the same keys and is unique"
    return "has the same keys"
