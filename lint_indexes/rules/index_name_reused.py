"""LI206."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.findings import Related, Subject, Violation
from lint_indexes.model.catalog import Catalog
from lint_indexes.rule import rule


@rule("LI206", "index-name-reused", judges_past_states=False)
def index_name_reused(metadata: Catalog) -> Iterator[Violation]:
    """The models declare two indexes of one name in a schema.

    ## What it does
    Finds the indexes of the models that cannot be created since their name is taken, by an index of another
    table or of the same. Names are compared as PostgreSQL cuts them. In migrations it is LI306: the upgrade
    fails.

    ## Why is this bad?
    The names of indexes are shared by all tables of a schema. The second one cannot be created:
    `create_all()` and the migration that autogenerate writes fail, or, with `IF NOT EXISTS`, the index is
    silently missing.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_status", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))


    class Driver(Base):
        __tablename__ = "driver"
        __table_args__ = (Index("ix_status", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
    ```

    ## Use instead
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_status", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))


    class Driver(Base):
        __tablename__ = "driver"
        __table_args__ = (Index("ix_driver_status", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
    ```
    """
    for index in metadata.refused_indexes:
        taken = metadata.indexes.get(index.name)
        if index.origin is None or taken is None:
            continue
        where = "the same table" if taken.table == index.table else f"table {taken.table.name}"
        yield Violation(
            message=(
                f"{index.kind} {index.name.name} of {index.table.name} cannot be created:"
                f" {where} has an index of that name"
            ),
            origin=index.origin,
            subject=Subject(index.table, index.name.name),
            related=(Related(taken.origin, "the other one"),) if taken.origin else (),
            help="give each index a name of its own, such as one with the table's name in it",
        )
