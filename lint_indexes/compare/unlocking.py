"""Statements of a migration, written so that nobody has to wait for them."""

from __future__ import annotations

from lint_indexes.findings import Fix
from lint_indexes.model.edits import ReplaceStatement
from lint_indexes.model.history import Revision, Run, Statement
from lint_indexes.model.operations import AddConstraint, CreateIndex, DropConstraint, DropIndex, Operation

_OF_INDEXES = (CreateIndex, DropIndex)


def unlocking(revision: Revision, run: Run, statement: Statement, *, safe: bool | None = None) -> Fix | None:
    """The statement with CONCURRENTLY, outside the transaction, and without what a failed try leaves.

    What comes before it is committed then, whatever fails later: that is not safe unless there is nothing
    but indexes. ``safe`` says so where it is known.

    Returns:
        None where the line ran more than one statement (a loop, a helper), or not in the migration's file.
    """
    line = statement.origin.line
    here = [one for one in run.statements if one.origin.path == revision.path and one.origin.line == line]
    operations = statement.operations
    if line is None or len(here) != 1 or not operations or not all(map(_has_form, operations)):
        return None
    changing = [
        step for one in run.statements for step in one.steps if not step.before.same_schema(step.after)
    ]
    alone = all(isinstance(step.operation, _OF_INDEXES) for step in changing)
    edit = ReplaceStatement(revision.id, line, operations)
    return Fix(f"rewrite line {line} without a lock", (edit,), safe=alone if safe is None else safe)


def _has_form(operation: Operation) -> bool:
    if isinstance(operation, CreateIndex):
        return operation.name is not None
    if isinstance(operation, AddConstraint):
        return operation.constraint.name is not None and operation.constraint.using_index is None
    if isinstance(operation, DropIndex):
        return not operation.if_exists and not operation.cascade
    return isinstance(operation, DropConstraint) and not operation.missing_ok and not operation.cascade
