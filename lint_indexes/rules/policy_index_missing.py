"""LI101."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lint_indexes.compare.layers import Layer, layers_of
from lint_indexes.compare.mending import adding, bring_about
from lint_indexes.findings import Fix, Related, Subject, Violation
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.declaration import sqlalchemy_declaration
from lint_indexes.model.history import History, Statement
from lint_indexes.model.origin import Source
from lint_indexes.model.policy import ExpectedIndex, Policy
from lint_indexes.rule import rule


@rule("LI101", "policy-index-missing")
def policy_index_missing(
    policy: Policy, metadata: Catalog | None, migrations: History | None
) -> Iterator[Violation]:
    """An index that the policy expects is missing from the models, the migrations, or both.

    ## What it does
    Looks for every entry of `[tool.lint-indexes.indexes]` by its name, in the models and in the state that
    the migrations lead to. Where a migration dropped the index, that line is shown.

    ## Why is this bad?
    No test fails when an index goes. An index that is only in the migrations is dropped by the next
    `alembic revision --autogenerate`; one that is only in the models never reaches the database.

    ## Example
    ```toml
    # pyproject.toml
    [tool.lint-indexes.indexes]
    ix_booking_status = "booking (status)"
    ```
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```

    ## Use instead
    Declare it in the model as well:
    ```toml
    # pyproject.toml
    [tool.lint-indexes.indexes]
    ix_booking_status = "booking (status)"
    ```
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
    for expected in policy.indexes.values():
        layers = layers_of(expected, metadata, migrations)
        missing = [layer for layer in layers if layer.lacks(expected.index)]
        if missing:
            dropped = migrations.dropped_by(expected.index.name) if migrations else None
            violation = _violation(expected, layers, missing, dropped)
            yield replace(violation, fix=_fix(expected, policy, metadata, migrations))


def _violation(
    expected: ExpectedIndex, layers: list[Layer], missing: list[Layer], dropped: Statement | None
) -> Violation:
    index = expected.index
    assert index.origin is not None
    sources = [layer.source for layer in missing]
    subject = Subject(index.table, index.name.name, dropped.origin.revision if dropped else None)
    absent = " and from ".join(f"the {source}" for source in sources)
    if dropped is not None and Source.MIGRATIONS in sources:
        models = ", and the models do not declare it" if Source.MODELS in sources else ""
        return Violation(
            message=(
                f"{index.name.name}, which the policy requires, is {dropped.fate_of(index.name)} here{models}"
            ),
            origin=dropped.origin,
            subject=subject,
            related=(Related(index.origin, "required here"), *_twins(expected, layers)),
            help=_help(expected, sources),
        )
    return Violation(
        message=f"{index.name.name}, which the policy requires, is missing from {absent}",
        origin=index.origin,
        subject=subject,
        related=(*_present(expected, layers), *_twins(expected, layers)),
        help=_help(expected, sources),
    )


def _fix(
    expected: ExpectedIndex, policy: Policy, metadata: Catalog | None, migrations: History | None
) -> Fix | None:
    migrated = migrations.head if migrations else None
    edits = bring_about(expected.index, metadata, migrated, expected.layers, policy.required_names())
    return adding(expected.index, edits, f"add {expected.index.name.name}")


def _present(expected: ExpectedIndex, layers: list[Layer]) -> Iterator[Related]:
    """Where the index does exist."""
    for layer in layers:
        found = layer.catalog.indexes.get(expected.index.name)
        if found is not None and found.origin is not None:
            yield Related(found.origin, f"the {layer.source} have it here")


def _twins(expected: ExpectedIndex, layers: list[Layer]) -> Iterator[Related]:
    """Indexes of another name that do the same."""
    for layer in layers:
        if layer.lacks(expected.index):
            for twin in layer.twins(expected.index):
                if twin.origin is not None:
                    yield Related(
                        twin.origin, f"{twin.name.name} has the same definition in the {layer.source}"
                    )


def _help(expected: ExpectedIndex, missing: list[Source]) -> str:
    steps = []
    if Source.MODELS in missing:
        steps.append(f"declare it in the model: {sqlalchemy_declaration(expected.index)}")
    if Source.MIGRATIONS in missing:
        steps.append("write a migration that creates it")
    because = f" (the policy says why: {expected.reason})" if expected.reason else ""
    return ", and ".join(steps) + because
