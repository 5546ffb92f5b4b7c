"""What a policy entry names, looked for in the catalogs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.names import QualifiedName, quote_identifier


@dataclass(frozen=True, slots=True)
class UnknownTarget:
    """A table (``column`` is None) or a column that no catalog has, and the nearest name that one has."""

    table: QualifiedName
    column: str | None
    nearest: str | None


def unknown_targets(index: Index, catalogs: Sequence[Catalog]) -> tuple[UnknownTarget, ...]:
    """The table, or the columns, of an index that none of the catalogs has.

    A table that is not completely known may have any column.
    """
    tables = [catalog.tables[index.table] for catalog in catalogs if index.table in catalog.tables]
    if not tables:
        names = (str(name) for catalog in catalogs for name in catalog.tables)
        return (UnknownTarget(index.table, None, _nearest(str(index.table), names)),)
    if not all(table.complete for table in tables):
        return ()
    known = {column.name for table in tables for column in table.columns}
    return tuple(
        UnknownTarget(index.table, column, _nearest(column, known))
        for column in sorted(index.columns - known)
    )


def _nearest(name: str, names: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, sorted(set(names)), n=1)), None)


def describe(target: UnknownTarget, default_schema: str = "public") -> str:
    """The target in words: ``column "statuss" of table booking``."""
    table = table_label(target.table, default_schema)
    return f"table {table}" if target.column is None else f"column {target.column!r} of table {table}"


def table_label(table: QualifiedName, default_schema: str = "public") -> str:
    """A table's name as people say it: without the schema where that is the default one."""
    return quote_identifier(table.name) if table.schema == default_schema else str(table)
