"""LI204."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.drift import Drift
from lint_indexes.compare.mending import renaming_of
from lint_indexes.findings import Fix, Related, Subject, Violation
from lint_indexes.model.edits import Migrate
from lint_indexes.rule import rule


@rule("LI204", "renamed-index", judges_past_states=False)
def renamed_index(drift: Drift) -> Iterator[Violation]:
    """Models and migrations have equal indexes under two names.

    ## What it does
    Pairs an index that only the models have with one of equal definition that only the migrations have. Names
    that are left to PostgreSQL to choose may be any.

    ## Why is this bad?
    The next `alembic revision --autogenerate` drops the one and builds the other, which locks the table for
    an index that is there already.

    ## Example
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
        op.create_index("idx_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("idx_booking_status", "booking")
    ```

    ## Use instead
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("idx_booking_status", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
    ```
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("idx_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("idx_booking_status", "booking")
    ```
    """
    for declared, migrated in drift.renamed():
        assert declared.origin is not None
        revision = migrated.origin.revision if migrated.origin else None
        name = declared.name.name
        yield Violation(
            message=f"{name} is called {migrated.name.name} in the migrations",
            origin=declared.origin,
            subject=Subject(declared.table, name, revision),
            related=(Related(migrated.origin, "created here"),) if migrated.origin else (),
            help=f"rename it in a migration: ALTER INDEX {migrated.name.name} RENAME TO {name}",
            fix=Fix(f"rename {migrated.name.name} to {name}", (Migrate((renaming_of(migrated, name),)),)),
        )
