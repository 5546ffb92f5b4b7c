"""LI205."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.drift import Drift
from lint_indexes.findings import Related, Subject, Violation
from lint_indexes.model.catalog import Table
from lint_indexes.model.history import Statement
from lint_indexes.rule import rule

_CREATE = "write a migration that creates it: alembic revision --autogenerate"
_CREATE_AGAIN = "remove the model, or write a migration that creates the table again"
_RENAME = "give the model the new name, or write a migration that takes the old one back"


@rule("LI205", "table-drift", judges_past_states=False)
def table_drift(drift: Drift) -> Iterator[Violation]:
    """A table is in the models or in the migrations only.

    ## What it does
    Compares the tables of the models with those that the migrations lead to. It is one finding for the table,
    not one for each of its indexes.

    ## Why is this bad?
    A table without a migration does not exist where it is deployed. A table without a model is dropped by the
    next `alembic revision --autogenerate`.

    ## Example
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"

        id = Column(Integer, primary_key=True)


    class Invoice(Base):
        __tablename__ = "invoice"

        id = Column(Integer, primary_key=True)
    ```

    ## Use instead
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"

        id = Column(Integer, primary_key=True)


    class Invoice(Base):
        __tablename__ = "invoice"

        id = Column(Integer, primary_key=True)
    ```
    ```python
    # versions/0002_create_invoice.py
    def upgrade():
        op.create_table("invoice", sa.Column("id", sa.Integer, primary_key=True))


    def downgrade():
        op.drop_table("invoice")
    ```
    """
    for table in drift.tables_of_models_only():
        assert table.origin is not None
        dropped = drift.migrations.dropped_by(table.name)
        gone = dropped.fate_of(table.name) if dropped else ""
        fate = f"was {gone} by a migration" if dropped else "no migration creates it"
        yield Violation(
            message=f"table {table.name.name} is in the models, but {fate}",
            origin=table.origin,
            subject=Subject(table.name),
            related=(Related(dropped.origin, f"{gone} here"),) if dropped else (),
            help=_way_out(table, dropped),
        )
    for table in drift.tables_of_migrations_only():
        assert table.origin is not None
        yield Violation(
            message=f"table {table.name.name} is in the migrations, but not in the models",
            origin=table.origin,
            subject=Subject(table.name, revision=table.origin.revision),
            help="declare it in a model that the metadata imports, or drop it in a migration",
        )


def _way_out(table: Table, dropped: Statement | None) -> str:
    if dropped is None:
        return _CREATE
    return _CREATE_AGAIN if dropped.new_name_of(table.name) is None else _RENAME
