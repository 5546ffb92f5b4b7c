"""LI202."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.drift import Drift
from lint_indexes.compare.mending import has_columns, is_replaceable
from lint_indexes.findings import Fix, Related, Subject, Violation
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, Table
from lint_indexes.model.declaration import sqlalchemy_declaration
from lint_indexes.model.edits import DeclareIndex, Migrate
from lint_indexes.model.index_operations import removal_of
from lint_indexes.rule import rule


@rule("LI202", "migrated-index-not-in-model")
def migrated_index_not_in_model(drift: Drift) -> Iterator[Violation]:
    """The migrations build an index that the models do not declare.

    ## What it does
    Compares the indexes that the migrations lead to with those of the models, and shows the `Index(...)` to
    declare. Unique constraints and primary keys count as the indexes that back them.

    ## Why is this bad?
    The next `alembic revision --autogenerate` takes the models for the truth and writes a migration that
    drops the index, among many other lines that nobody reads.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
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
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_status", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
    ```
    """
    for index in drift.migrations_only():
        assert index.origin is not None
        model = drift.models.tables[index.table]
        yield Violation(
            message=f"{index.kind} {index.name.name} is in the migrations, {_fate(index)}",
            origin=index.origin,
            subject=Subject(index.table, index.name.name, index.origin.revision),
            related=(Related(model.origin, "the model that lacks it"),) if model.origin else (),
            help=_way_out(index, model),
            fix=_fix(index, drift.models),
            drop=Fix(f"drop {index.name.name}", (Migrate((removal_of(index),)),), safe=is_replaceable(index)),
        )


def _fix(index: Index, models: Catalog) -> Fix | None:
    """None where the model lacks a column: nothing can be declared on that."""
    if not has_columns(index, models):
        return None
    return Fix(f"declare {index.name.name} in the model", (DeclareIndex(index),))


def _fate(index: Index) -> str:
    """What becomes of it: Alembic does not compare primary keys."""
    missing = "but not in the models"
    if index.constraint is ConstraintKind.PRIMARY_KEY:
        return missing
    return f"{missing}: the next autogenerate drops it"


def _way_out(index: Index, model: Table) -> str:
    """The declaration, and which columns it would take that the model has not either."""
    absent = sorted(index.columns - {column.name for column in model.columns})
    beside = f" and {', '.join(absent)}, which it lacks too" if absent else ""
    return f"declare it in the model{beside}: {sqlalchemy_declaration(index)}"
