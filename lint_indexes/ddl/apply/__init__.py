"""Operations onto a catalog, as PostgreSQL carries them out."""

from __future__ import annotations

from lint_indexes.ddl.apply import (  # noqa: F401  (each registers what it handles)
    column_changes,
    column_types,
    columns,
    constraint_changes,
    constraints,
    drops,
    functions,
    identity,
    indexes,
    partitions,
    renames,
    schemas,
    tables,
    types,
    views,
)
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.operations import Operation
from lint_indexes.model.origin import Origin


def apply(
    catalog: Catalog,
    operation: Operation,
    *,
    origin: Origin | None = None,
    lenient: bool = False,
    postgres_version: int = 16,
) -> Catalog:
    """The catalog after the operation.

    Args:
        catalog: the state before; it is not changed.
        operation: what a statement does. A statement of several operations is one step for PostgreSQL:
            where one of them fails, none has happened.
        origin: where the statement stands; what it creates carries it.
        lenient: create what is missing (tables as incomplete ones), leave what exists, drop what depends on
            what is dropped; an operation that cannot be done even so has no effect.
        postgres_version: the major version whose naming rules hold.

    Raises:
        SqlError: with the SQLSTATE and the words of PostgreSQL; never where ``lenient`` is set.
    """
    try:
        return perform(operation, catalog, Context(origin, lenient, postgres_version))
    except SqlError:
        if lenient:
            return catalog
        raise
