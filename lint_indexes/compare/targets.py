"""What a policy entry names, looked for in the catalogs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.names import QualifiedName, nearest_name, quote_identifier


@dataclass(frozen=True, slots=True)
class UnknownTarget:
    """A table (``column`` is None) or a column that no catalog has, and the nearest name that one has."""

    table: QualifiedName
    column: str | None
    nearest: str | None

    def __str__(self) -> str:
        table = f"table {_label(self.table)}"
        return table if self.column is None else f"column {quote_identifier(self.column)} of {table}"


def unknown_targets(index: Index, catalogs: Sequence[Catalog]) -> tuple[UnknownTarget, ...]:
    """The table, or the columns, of an index that none of the catalogs has.

    A table that is not completely known may have any column.
    """
    tables = [catalog.tables[index.table] for catalog in catalogs if index.table in catalog.tables]
    if not tables:
        labels = (_label(name) for catalog in catalogs for name in catalog.tables)
        return (UnknownTarget(index.table, None, nearest_name(_label(index.table), labels)),)
    if not all(table.complete for table in tables):
        return ()
    known = {column.name for table in tables for column in table.columns}
    return tuple(
        UnknownTarget(index.table, column, nearest_name(column, known))
        for column in sorted(index.columns - known)
    )


def _label(table: QualifiedName) -> str:
    """A table's name as people say it: without the schema that everybody has."""
    return quote_identifier(table.name) if table.schema == "public" else str(table)
