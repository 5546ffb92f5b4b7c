"""LI406."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lint_indexes.compare.locks import Change, is_concurrent, locks_of_used_tables
from lint_indexes.findings import Fix, Severity, Subject, Violation
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.edits import SetLockTimeout
from lint_indexes.model.history import Revision
from lint_indexes.rule import rule


@rule("LI406", "missing-lock-timeout", severity=Severity.WARNING, enabled_by_default=False)
def missing_lock_timeout(revision: Revision, circumstances: Circumstances) -> Iterator[Violation]:
    """An upgrade locks a table that is in use, and no lock_timeout ends the waiting.

    ## What it does
    Looks for the first statement of `upgrade()` that locks a table of an older revision while no
    lock_timeout is set, neither by the revision nor in env.py. A foreign key that is made or dropped locks
    the table that it refers to as well, be it in CREATE TABLE or DROP TABLE.

    ## Why is this bad?
    A statement that waits for a lock makes everybody wait who comes after it. Behind one long report, a
    harmless ALTER TABLE stops the whole application; with a timeout, the migration fails and is tried again.

    ## Example
    ```python
    # versions/0002_add_note.py
    def upgrade():
        op.add_column("booking", sa.Column("note", sa.String))


    def downgrade():
        op.drop_column("booking", "note")
    ```

    ## Use instead
    ```python
    # versions/0002_add_note.py
    def upgrade():
        op.execute("SET LOCAL lock_timeout = '5s'")
        op.add_column("booking", sa.Column("note", sa.String))


    def downgrade():
        op.drop_column("booking", "note")
    ```
    """
    if circumstances.sets_lock_timeout:
        return
    waiting = [
        change
        for change in locks_of_used_tables(revision, revision.upgrade)
        if not change.step.lock_timeout and not is_concurrent(change.step.operation)
    ]
    if waiting:
        first = waiting[0]
        by = " by a foreign key" if first.by_foreign_key else ""
        yield Violation(
            message=f"{first.table.name.name} is locked{by} without a lock_timeout",
            origin=first.statement.origin,
            subject=Subject(first.table.name, revision=revision.id),
            fix=_fix(revision, waiting),
            help="op.execute(\"SET LOCAL lock_timeout = '5s'\") before it, or set it in env.py",
        )


def _fix(revision: Revision, waiting: Sequence[Change]) -> Fix | None:
    """A lock_timeout in each transaction that locks something; None where a line is not in the file."""
    edits = []
    is_set = False
    for statement in revision.upgrade.statements:
        if statement.steps and not statement.in_transaction:
            is_set = False
        if not is_set and any(change.statement is statement for change in waiting):
            origin = statement.origin
            if origin.line is None or origin.path != revision.path:
                return None
            edits.append(SetLockTimeout(revision.id, origin.line))
            is_set = True
    return Fix(f"set a lock_timeout in {revision.id}", tuple(edits))
