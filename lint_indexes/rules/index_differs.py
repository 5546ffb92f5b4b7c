"""LI203."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lint_indexes.compare.drift import Drift
from lint_indexes.compare.equality import Different, Undecided, compare_indexes
from lint_indexes.compare.mending import has_constant_predicate, is_replaceable
from lint_indexes.findings import Fix, OpenQuestion, Related, Subject, Violation
from lint_indexes.model.catalog import Index
from lint_indexes.model.edits import Migrate
from lint_indexes.model.index_operations import creation_of, removal_of
from lint_indexes.rule import rule


@rule("LI203", "index-differs", judges_past_states=False)
def index_differs(drift: Drift) -> Iterator[Violation | OpenQuestion]:
    """Models and migrations have an index of one name and two definitions.

    ## What it does
    Compares indexes of the same name by parse tree, and lists each difference: uniqueness, keys and their
    order, expressions, predicate, method, opclass, collation, INCLUDE, NULLS, storage options.

    ## Why is this bad?
    Nobody knows which one the queries were tuned for. Autogenerate sees only some of these differences: not a
    changed predicate, method, opclass or INCLUDE list.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (
            Index("ix_booking_company", "company_id", postgresql_where=text("status = 'PENDING'")),
        )

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
    ```

    ## Use instead
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (
            Index("ix_booking_company", "company_id", postgresql_where=text("status = 'PENDING'")),
        )

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index(
            "ix_booking_company", "booking", ["company_id"], postgresql_where=sa.text("status = 'PENDING'")
        )


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
    ```
    """
    for declared, migrated in drift.same_name():
        result = compare_indexes(declared, drift.models, migrated, drift.migrated)
        if isinstance(result, Different):
            listed = "; ".join(each.describe("the models", "the migrations") for each in result.differences)
            fix = None if has_constant_predicate(declared, drift.models) else _fix(declared, migrated)
            yield replace(_violation(declared, migrated, listed), fix=fix)
        elif isinstance(result, Undecided):
            message = f"{declared.name.name}: models and migrations could not be compared: {result.reason}"
            yield OpenQuestion(message, declared.origin, Subject(declared.table, declared.name.name))


def _violation(declared: Index, migrated: Index, listed: str) -> Violation:
    assert declared.origin is not None
    revision = migrated.origin.revision if migrated.origin else None
    return Violation(
        message=f"{declared.name.name} differs: {listed}",
        origin=declared.origin,
        subject=Subject(declared.table, declared.name.name, revision),
        related=(Related(migrated.origin, "the migrations have it so"),) if migrated.origin else (),
        help="write a migration that rebuilds the index as the model has it, or change the model",
    )


def _fix(declared: Index, migrated: Index) -> Fix:
    edits = (Migrate((removal_of(migrated), creation_of(declared))),)
    return Fix(f"rebuild {declared.name.name} as the model has it", edits, safe=is_replaceable(migrated))
