"""What a downgrade() would have to do."""

from __future__ import annotations

from collections.abc import Iterable

from lint_indexes.findings import Fix
from lint_indexes.model.edits import CompleteDowngrade
from lint_indexes.model.history import Revision
from lint_indexes.model.index_operations import index_changes
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.restoring import IrreversibleError, undo


def undoing(revision: Revision) -> Fix | None:
    """The whole downgrade: every statement of the upgrade taken back, the last one first.

    It is not safe where the upgrade asked the database: another database may answer otherwise.

    Returns:
        None where it is not known for sure what the upgrade does, or something is lost for good.
    """
    upgrade = revision.upgrade
    if not upgrade.certain:
        return None
    try:
        operations = undo(step for statement in upgrade.statements for step in statement.steps)
    except IrreversibleError:
        return None
    if not operations:
        return None
    title = f"write the downgrade() of {revision.id}"
    return Fix(title, (CompleteDowngrade(revision.id, operations),), safe=not upgrade.asked)


def restoring(revision: Revision, indexes: Iterable[QualifiedName]) -> Fix | None:
    """The statements that a downgrade lacks to leave the indexes as they were."""
    downgrade = revision.downgrade
    if downgrade is None or not downgrade.certain:
        return None
    operations = tuple(index_changes(downgrade.after, revision.upgrade.before, indexes))
    safe = not revision.upgrade.asked and not downgrade.asked
    return Fix(
        f"complete the downgrade() of {revision.id}",
        (CompleteDowngrade(revision.id, operations),),
        safe=safe,
    )
