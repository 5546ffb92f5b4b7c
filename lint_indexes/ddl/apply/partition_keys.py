"""What a partitioned table cannot have."""

from __future__ import annotations

from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import ConstraintKind
from lint_indexes.model.operations import ConstraintDefinition


def check_may_exclude(constraints: tuple[ConstraintDefinition, ...], context: Context) -> None:
    """Raise for an exclusion constraint on a partitioned table, which PostgreSQL 17 is the first to have."""
    kinds = {constraint.kind for constraint in constraints}
    if ConstraintKind.EXCLUDE in kinds and context.postgres_version < 17:
        raise SqlError("0A000", "exclusion constraints are not supported on partitioned tables")
