"""Statements that PostgreSQL may refuse for one of several reasons, and where its choice is an accident."""

from __future__ import annotations

from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import Catalog, Table
from lint_indexes.model.operations import AlterColumnType


def has_several_reasons(sql: str, catalog: Catalog) -> bool:
    """Whether a statement changes the type of a column that several stored expressions read.

    Where the type breaks more than one, PostgreSQL names the one that comes first in pg_depend: in the
    order of the rows on disk, which is that of creation only as long as no space was used again.
    """
    changes = (one for parsed in parse(sql) for one in parsed.operations)
    return any(_breaks_several(catalog, one) for one in changes if isinstance(one, AlterColumnType))


def _breaks_several(catalog: Catalog, change: AlterColumnType) -> bool:
    table = catalog.find_table(change.table)
    return table is not None and _expressions(catalog, table, change.column) > 1


def _expressions(catalog: Catalog, table: Table, column: str) -> int:
    """How many indexes and constraints read a column in an expression."""
    indexes = [
        index
        for index in catalog.indexes_on(table.name)
        if column in index.columns and (index.predicate or any(key.expression for key in index.keys))
    ]
    checks = [one for one in table.constraints if one.expression is not None and column in one.columns]
    return len(indexes) + len(checks)
