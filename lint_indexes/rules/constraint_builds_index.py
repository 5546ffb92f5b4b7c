"""LI405."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.locks import Change, changes_of_used_tables, created_indexes, must_be_empty
from lint_indexes.compare.recreation import recreated_names
from lint_indexes.compare.unlocking import unlocking
from lint_indexes.findings import Severity, Subject, Violation
from lint_indexes.model.catalog import ConstraintKind, Index, RelationKind
from lint_indexes.model.history import Revision
from lint_indexes.model.operations import AddColumn, AddConstraint
from lint_indexes.rule import rule

_FROM_AN_INDEX = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)


@rule("LI405", "constraint-builds-index", severity=Severity.WARNING)
def constraint_builds_index(revision: Revision) -> Iterator[Violation]:
    """An upgrade adds a unique constraint or a primary key that builds its index under a lock.

    ## What it does
    Looks for UNIQUE and PRIMARY KEY that `upgrade()` adds to a table in use without USING INDEX, alone or
    with a new column. A partitioned table is exempt, since it has no other way, and so are a table of the
    same revision and one that has just been given a NOT NULL column with nothing to fill it: it is empty.

    ## Why is this bad?
    The index is built while the table is locked against reads and writes. Built CONCURRENTLY before, it
    becomes the constraint in a moment.

    ## Example
    ```python
    # versions/0002_unique_status.py
    def upgrade():
        op.create_unique_constraint("uq_status", "booking", ["status"])


    def downgrade():
        op.drop_constraint("uq_status", "booking")
    ```

    ## Use instead
    ```python
    # versions/0002_unique_status.py
    def upgrade():
        with op.get_context().autocommit_block():
            op.create_index(
                "uq_status", "booking", ["status"], unique=True, postgresql_concurrently=True
            )
        op.execute("ALTER TABLE booking ADD CONSTRAINT uq_status UNIQUE USING INDEX uq_status")


    def downgrade():
        op.drop_constraint("uq_status", "booking")
    ```
    """
    recreated = recreated_names(revision, revision.upgrade)
    for change in changes_of_used_tables(revision, revision.upgrade):
        if not isinstance(change.step.operation, (AddConstraint, AddColumn)):
            continue
        for index in created_indexes(change.step, change.table):
            builds = index.constraint in _FROM_AN_INDEX and index.name not in recreated
            if builds and not must_be_empty(change, revision.upgrade):
                yield from _judge(revision, index, change)


def _judge(revision: Revision, index: Index, change: Change) -> Iterator[Violation]:
    table = change.table
    if table.kind is RelationKind.PARTITIONED_TABLE:
        return
    yield Violation(
        message=f"{index.kind} {index.name.name} builds its index while {table.name.name} is locked",
        origin=change.statement.origin,
        subject=Subject(table.name, index.name.name, change.statement.origin.revision),
        help="create a unique index CONCURRENTLY first, then ADD CONSTRAINT ... USING INDEX",
        fix=unlocking(revision, revision.upgrade, change.statement),
    )
