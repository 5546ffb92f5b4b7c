"""LI302."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lint_indexes.compare.undoing import undoing
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import Definition, Revision, Run, Step
from lint_indexes.model.operations import AddEnumValue, AlterColumnType, CreateExtension
from lint_indexes.rule import rule

_TEXT = re.compile(r"text|character varying(\((?P<length>\d+)\))?")


@rule("LI302", "empty-downgrade")
def empty_downgrade(revision: Revision) -> Iterator[Violation]:
    """A migration changes the schema, and its `downgrade()` does nothing.

    ## What it does
    Finds a `downgrade()` of nothing but `pass`, a docstring, a print or a log call beside an `upgrade()` that
    leaves another schema than it found. A merge revision, which changes nothing, may have an empty one, and
    so may one that only adds what can stay and be added again: an extension IF NOT EXISTS, which others may
    use as well, a value of an enum type IF NOT EXISTS, which PostgreSQL cannot take back, or room in a column
    of text, which may have been used.

    ## Why is this bad?
    `alembic downgrade` reports success and leaves the schema as it was. The next upgrade then fails on what
    is there already.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        pass
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    empty = revision.downgrade_function.definition is Definition.EMPTY
    if empty and revision.upgrade.changes_schema and not _may_stay(revision.upgrade):
        yield Violation(
            message=(
                f"the downgrade() of revision {revision.id} is empty, but its upgrade() changes the schema"
            ),
            origin=revision.origin_of(revision.downgrade_function),
            subject=Subject(revision=revision.id),
            help="undo what upgrade() does, in reverse order",
            fix=undoing(revision),
        )


def _may_stay(upgrade: Run) -> bool:
    steps = [step for statement in upgrade.statements for step in statement.steps]
    changing = [step for step in steps if not step.before.same_schema(step.after)]
    return upgrade.certain and bool(changing) and all(_stays_and_runs_again(step) for step in changing)


def _stays_and_runs_again(step: Step) -> bool:
    operation = step.operation
    if isinstance(operation, AddEnumValue):
        return operation.if_not_exists or step.in_function  # a DO block is there to ask whether it exists
    if isinstance(operation, AlterColumnType):
        before, after = (_room(state, operation) for state in (step.before, step.after))
        return before is not None and after is not None and before <= after
    return isinstance(operation, CreateExtension) and operation.if_not_exists


def _room(catalog: Catalog, operation: AlterColumnType) -> float | None:
    """How many characters fit into a column of text; None for a column of another type."""
    table = catalog.find_table(operation.table)
    column = table.column(operation.column) if table else None
    found = _TEXT.fullmatch(column.type) if column else None
    return None if found is None else float(found["length"] or "inf")
