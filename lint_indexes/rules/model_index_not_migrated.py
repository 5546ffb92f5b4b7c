"""LI201."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.drift import Drift
from lint_indexes.compare.mending import has_constant_predicate, is_replaceable
from lint_indexes.findings import Fix, Related, Subject, Violation
from lint_indexes.model.catalog import Catalog, Constraint, ConstraintKind, Index
from lint_indexes.model.edits import Migrate
from lint_indexes.model.index_operations import creation_of
from lint_indexes.rule import rule


@rule("LI201", "model-index-not-migrated", judges_past_states=False)
def model_index_not_migrated(drift: Drift) -> Iterator[Violation]:
    """The models declare an index that no migration builds.

    ## What it does
    Compares the indexes of the models with those that the migrations lead to. Unique constraints and primary
    keys count as the indexes that back them.

    ## Why is this bad?
    The index exists in tests that call `create_all()` and nowhere else: the deployed database, which is made
    by the migrations, lacks it.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_status", "status"),)

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
    ```
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    for index in drift.models_only():
        assert index.origin is not None
        dropped = drift.migrations.dropped_by(index.name)
        constraint = drift.models.tables[index.table].constraint(index.name.name)
        gone = dropped.fate_of(index.name) if dropped else ""
        fate = f"was {gone} by a migration" if dropped else "no migration builds it"
        yield Violation(
            message=f"{index.kind} {index.name.name} is in the models, but {fate}",
            origin=index.origin,
            subject=Subject(index.table, index.name.name, dropped.origin.revision if dropped else None),
            related=(Related(dropped.origin, f"{gone} here"),) if dropped else (),
            help=_way_out(index),
            fix=_fix(index, constraint, drift.models),
        )


def _fix(index: Index, constraint: Constraint | None, models: Catalog) -> Fix | None:
    """None where the model itself is wrong, which is LI505."""
    if has_constant_predicate(index, models):
        return None
    edits = (Migrate((creation_of(index, constraint),)),)
    return Fix(f"create {index.name.name}", edits, safe=is_replaceable(index))


def _way_out(index: Index) -> str:
    if index.constraint is ConstraintKind.PRIMARY_KEY:
        return "write a migration that adds it (autogenerate does not compare primary keys)"
    return "write a migration that creates it: alembic revision --autogenerate"
